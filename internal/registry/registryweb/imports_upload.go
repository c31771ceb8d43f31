package registryweb

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// upload takes in both files, and has them checked by a run, or their
// headings matched first where they are not ours.
func (h *Handlers) upload(ctx context.Context, r *web.Request) (web.Response, error) {
	receiver, err := h.Service.Receive(ctx)
	if err != nil {
		return nil, err
	}
	form, err := receiveForm(ctx, r.Request, receiver)
	var errs web.Errors
	switch {
	case err != nil:
		if !errs.Take(r.Lang, "keluarga", err) {
			return nil, errors.Join(err, receiver.Drop(ctx))
		}
	case !receiver.Has(registry.FamilyFile):
		errs.Add("keluarga", r.T("registry.import.choose_families"))
		if !receiver.Has(registry.MemberFile) {
			errs.Add("anggota", r.T("registry.import.choose_members"))
		}
	case !receiver.Has(registry.MemberFile) && !receiver.Workbook():
		errs.Add("anggota", r.T("registry.import.choose_members"))
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

// receiveForm takes in the form's files as they come, never into a temporary
// file in clear: they hold numbers of persons. It returns the other fields.
func receiveForm(ctx context.Context, r *http.Request, to *registry.Receiver) (map[string]string, error) {
	fields := map[string]string{}
	form, err := r.MultipartReader()
	if err != nil {
		return nil, fault.Invalid("core.error.invalid").Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err == nil {
			err = receivePart(ctx, part, to, fields)
		}
		var large *http.MaxBytesError
		var known *fault.Error
		if errors.As(err, &large) || errors.As(err, &known) {
			return nil, err
		}
		if err != nil {
			return nil, fault.Invalid("core.error.invalid").Because(err)
		}
	}
}

func receivePart(ctx context.Context, part *multipart.Part, to *registry.Receiver, fields map[string]string) error {
	switch kind := registry.FileKind(part.FormName()); kind {
	case registry.FamilyFile, registry.MemberFile:
		return to.Take(ctx, kind, part.FileName(), part)
	}
	const most = 1 << 10
	b, err := io.ReadAll(io.LimitReader(part, most))
	fields[part.FormName()] = strings.TrimSpace(string(b))
	return err
}
