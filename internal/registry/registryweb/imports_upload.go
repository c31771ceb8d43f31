package registryweb

import (
	"context"
	"errors"

	"gotong/internal/registry"
	"gotong/internal/upload"
	"gotong/internal/web"
)

// upload takes in both files, and has them checked by a run, or their
// headings matched first where they are not ours.
func (h *Handlers) upload(ctx context.Context, r *web.Request) (web.Response, error) {
	receiver, err := h.Service.Receive(ctx)
	if err != nil {
		return nil, err
	}
	form, err := upload.Form(r.Header.Get("Content-Type"), r.Body, receiver.Taker(ctx), string(registry.FamilyFile), string(registry.MemberFile))
	var errs web.Errors
	if err != nil && !errs.Take(r.Lang, string(registry.FamilyFile), err) {
		return nil, errors.Join(err, receiver.Drop(ctx))
	}
	if err == nil {
		for _, kind := range receiver.Missing(ctx) {
			errs.Add(string(kind), r.T(chooseKey[kind]))
		}
	}
	if !errs.Any() {
		return h.received(ctx, r, receiver, form["pemetaan"])
	}
	if err := receiver.Drop(ctx); err != nil {
		return nil, err
	}
	v, err := h.importsView(ctx, r)
	if err != nil {
		return nil, err
	}
	v.Errors = errs
	return web.Invalid(importsPage(v)), nil
}

// received goes on with an upload: to its check where every heading is
// understood for certain, else to the page that matches them.
func (h *Handlers) received(ctx context.Context, r *web.Request, receiver *registry.Receiver, mapping string) (web.Response, error) {
	id, err := receiver.End(ctx)
	if err != nil {
		return nil, err
	}
	var m *registry.Mapping
	if mapping != "" {
		saved, err := h.Service.Mapping(ctx, mapping)
		if err != nil {
			return nil, err
		}
		if m = &saved.Mapping; h.Service.MapUpload(ctx, id, *m) != nil {
			return web.SeeOther(toColumns(id)), nil // a column it names is gone
		}
	}
	headings, _, err := h.Service.UploadHeadings(ctx, id, m)
	if err != nil {
		return nil, err
	}
	for _, all := range headings {
		for _, x := range all {
			if x.How == registry.HeadingGuessed || x.How == registry.HeadingUnknown {
				return web.SeeOther(toColumns(id)), nil
			}
		}
	}
	return h.run(ctx, registry.RunArgs{Upload: id}, true)
}

// chooseKey says what is said beside a file that was not chosen.
var chooseKey = map[registry.FileKind]string{registry.FamilyFile: "registry.import.choose_families", registry.MemberFile: "registry.import.choose_members"}
