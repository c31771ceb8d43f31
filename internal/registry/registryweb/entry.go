package registryweb

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// Names of the fields that every entry by hand has beside its own; those of
// its basis are the registry's.
const (
	fieldVersion = "versi"
	fieldRead    = "diperiksa"
	fieldMark    = "peringatan"
)

// entryView is what the pages of entries by hand have in common.
type entryView struct {
	web.Base
	Errors   web.Errors
	Basis    registry.Basis
	Warnings []warning
	Mark     string // of the warnings
	Today    string
	Back     string // path of the page that the entry comes from

	AsksSource bool // of a correction the source is known
	Sources    []web.Option
}

// warning is a sentence, and the families to look at.
type warning struct {
	Text     string
	Families []string // paths
}

// entryView returns the view of a form that is empty yet, or as it was sent.
func (h *Handlers) entryView(r *web.Request, title string) entryView {
	v := entryView{Base: r.Base(title), Today: h.Service.Today().String(), Basis: registry.Basis{
		On: r.Text(registry.FieldOn), Source: registry.Source(r.Text(registry.FieldSource)),
		Evidence: r.Text(registry.FieldEvidence), Note: r.Text(registry.FieldNote)}}
	v.Basis.Version, _ = strconv.Atoi(r.Text(fieldVersion)) // none is a conflict
	if r.Text(fieldRead) != "" {
		v.Basis.Read = r.Text(fieldMark)
	}
	for _, s := range registry.Sources {
		v.Sources = append(v.Sources, web.Option{Value: string(s), Label: r.T("registry.source." + string(s)), Hint: r.T("registry.entry.source." + string(s))})
	}
	return v
}

// begin sets what an empty form starts with.
func (v *entryView) begin(f registry.Family) { v.Basis.Version, v.Basis.On = f.Version, v.Today }

// entered takes in what became of an entry. It reports whether it was written;
// otherwise the form is shown again, with what it says now.
func (v *entryView) entered(ctx context.Context, r *web.Request, d *registry.Dossier, out registry.Outcome, err error) (bool, error) {
	var refused registry.Refused
	switch {
	case errors.As(err, &refused):
		for _, f := range refused {
			v.Errors.Add(f.Field, i18n.Error(r.Lang, f.Fault))
		}
	case fault.Is(err, fault.KindConflict):
		v.Errors.Take(r.Lang, "", err)
		if d != nil { // what was written stays, and is of the family as it is shown now
			v.Basis.Version = d.Family.Version
		}
	case err != nil:
		return false, err
	case out.Written:
		return true, nil
	}
	v.Mark = out.Mark()
	for _, w := range out.Warnings {
		said := warning{Text: web.T(ctx, w.Key, w.Args...)}
		for _, id := range w.Families {
			said.Families = append(said.Families, To(id))
		}
		v.Warnings = append(v.Warnings, said)
	}
	return false, nil
}

// dossier reads the family of the address for a page that changes it.
func (h *Handlers) dossier(ctx context.Context, r *web.Request) (*registry.Dossier, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	return h.Service.Family(ctx, id, r.Route.Purpose)
}

// memberOf returns the member in the address, and their place.
func memberOf(r *web.Request, d *registry.Dossier) (*registry.Person, error) {
	id, err := ident.Parse(r.PathValue("anggota"))
	if err != nil {
		return nil, fault.NotFound("core.error.not_found").Because(err)
	}
	p, ok := d.Member(id)
	if !ok {
		return nil, fault.NotFound("registry.person_not_found")
	}
	return p, nil
}

// sent reports whether the form was sent, rather than opened.
func sent(r *web.Request) bool { return r.Method == "POST" }

// ofBasis are the fields that stand at the end of every entry's page.
var ofBasis = []string{registry.FieldOn, registry.FieldSource, registry.FieldEvidence, registry.FieldNote}

// last returns errors with those of an entry's basis last, as on the page.
func last(errs web.Errors) web.Errors {
	var above, below web.Errors
	for _, e := range errs {
		if slices.Contains(ofBasis, e.Field) {
			below = append(below, e)
		} else {
			above = append(above, e)
		}
	}
	return append(above, below...)
}
