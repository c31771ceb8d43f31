package registryweb

import (
	"context"
	"slices"

	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

type coreView struct {
	entryView
	Family   registry.Family
	Entry    registry.FamilyEntry
	Villages []web.Option
	Members  []memberLink
}

// memberLink leads to the page that mends a member.
type memberLink struct{ Name, Relation, Href string }

func toMember(family, person ident.ID) string { return To(family) + "/anggota/" + person.String() }

// core is the page from which a family's core data are mended: where it
// lives, its card, and the way to each member.
func (h *Handlers) core(ctx context.Context, r *web.Request) (web.Response, error) {
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	f := d.Family
	v := coreView{entryView: h.entryView(r, r.T("registry.core.title")), Family: f, Entry: familyEntry(r)}
	v.Base, v.Back = v.At(familyCrumbs(r, d)...), To(f.ID)
	relation, _ := h.Service.Catalogue().Lookup(indicator.Person, "relation")
	for _, m := range d.Members {
		v.Members = append(v.Members, memberLink{m.Name, relation.Format(m.Relation, r.Lang), toMember(f.ID, m.ID)})
	}
	for _, a := range h.Service.Atlas().Children(region.ParentOf(f.Area)) {
		if r.Actor.Scope.Covers(a.Code) {
			v.Villages = append(v.Villages, web.Option{Value: a.Code, Label: a.Name})
		}
	}
	if !sent(r) {
		v.begin(f)
		v.Entry = registry.FamilyEntry{Area: f.Area, Address: f.Address, RT: f.RT, RW: f.RW}
		return web.Page(corePage(v)), nil
	}
	out, err := h.Service.CorrectFamily(ctx, f.ID, v.Entry, v.Basis)
	done, err := v.entered(ctx, r, d, out, err)
	switch {
	case err != nil:
		return nil, err
	case done:
		return web.SeeOther(v.Back, web.Done("registry.core.done")), nil
	}
	v.Errors = last(v.Errors)
	return web.Invalid(corePage(v)), nil
}

func familyEntry(r *web.Request) registry.FamilyEntry {
	return registry.FamilyEntry{Area: r.Text(registry.FieldArea), LocalKey: r.Text(registry.FieldLocalKey), KK: r.Text(registry.FieldKK),
		NoKK: r.Text(fieldNoNumber) != "", Address: r.Text(registry.FieldAddress), RT: r.Text(registry.FieldRT), RW: r.Text(registry.FieldRW)}
}

// fieldNoNumber is the box that takes a number off the record.
const fieldNoNumber = "tanpa_nomor"

type memberView struct {
	entryView
	Action     string
	Joins      bool // comes on record, rather than being mended
	Form       memberForm
	NIKMasked  string
	FormerHead string // who is the head now, if another one is; "" is nobody
	Causes     []web.Option
	Cause      string
}

// memberForm is the part of a form that is about one person.
type memberForm struct {
	Entry     registry.MemberEntry
	Field     func(string) string // names the fields
	Relations []web.Option
	Sexes     []web.Option
	Errors    web.Errors
	NIKHint   string
}

func (h *Handlers) memberForm(r *web.Request, field func(string) string) memberForm {
	return memberForm{Field: field, Entry: memberEntry(r, field), Relations: h.options(r, "relation"), Sexes: h.options(r, "sex"),
		NIKHint: r.T("registry.member_form.nik_hint")}
}

func (h *Handlers) options(r *web.Request, code string) []web.Option {
	i, _ := h.Service.Catalogue().Lookup(indicator.Person, code)
	options := make([]web.Option, len(i.Options))
	for k, o := range i.Options {
		options[k] = web.Option{Value: o.Code, Label: o.Name.In(r.Lang)}
	}
	return options
}

func memberEntry(r *web.Request, field func(string) string) registry.MemberEntry {
	text := func(name string) string { return r.Text(field(name)) }
	return registry.MemberEntry{Name: text(registry.FieldName), Born: text(registry.FieldBorn), Sex: text(registry.FieldSex),
		Relation: text(registry.FieldRelation), MotherName: text(registry.FieldMother), NIK: text(registry.FieldNIK),
		NoNIK: text(fieldNoNumber) != "", FormerHead: text(registry.FieldFormerHead)}
}

func plain(field string) string { return field }

func (h *Handlers) memberView(r *web.Request, d *registry.Dossier, title string) memberView {
	v := memberView{entryView: h.entryView(r, title), Form: h.memberForm(r, plain), Cause: r.Text(registry.FieldCause)}
	crumbs := append(familyCrumbs(r, d), web.Crumb{Label: r.T("registry.core.title"), Href: To(d.Family.ID) + "/data"})
	v.Base, v.Back, v.Action = v.At(crumbs...), To(d.Family.ID), r.URL.Path
	return v
}

// headBeside returns the name of the active head who is not the person.
func headBeside(d *registry.Dossier, person ident.ID) string {
	at := slices.IndexFunc(d.Members, func(m registry.Person) bool {
		return m.ID != person && m.Status == registry.PersonActive && m.Relation == registry.RelationHead
	})
	if at < 0 {
		return ""
	}
	return d.Members[at].Name
}

// member is the page that mends what is on record of a member.
func (h *Handlers) member(ctx context.Context, r *web.Request) (web.Response, error) {
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	p, err := memberOf(r, d)
	if err != nil {
		return nil, err
	}
	v := h.memberView(r, d, r.T("registry.member_form.title", "name", p.Name))
	v.NIKMasked, v.FormerHead = p.NIKMasked, headBeside(d, p.ID)
	if p.NIKMasked != "" {
		v.Form.NIKHint = r.T("registry.entry.number_kept", "number", p.NIKMasked)
	}
	if !sent(r) {
		v.begin(d.Family)
		v.Form.Entry = h.onRecord(p)
		return web.Page(memberPage(v)), nil
	}
	out, err := h.Service.CorrectMember(ctx, d.Family.ID, p.ID, v.Form.Entry, v.Basis)
	return h.memberEntered(ctx, r, d, v, out, err, "registry.member_form.done")
}

// onRecord writes a member down as a form shows it. The NIK stays closed.
func (h *Handlers) onRecord(p *registry.Person) registry.MemberEntry {
	sex := int64(0)
	i, _ := h.Service.Catalogue().Lookup(indicator.Person, "sex")
	if o, ok := i.OptionCode("female"); ok && p.Female {
		sex = o.No
	} else if o, ok := i.OptionCode("male"); ok {
		sex = o.No
	}
	e := registry.MemberEntry{Name: p.Name, Sex: i.Text(sex), Relation: h.Service.RelationCode(p.Relation), MotherName: p.MotherName}
	if p.Born != nil {
		e.Born = p.Born.String()
	}
	return e
}

func (h *Handlers) memberEntered(ctx context.Context, r *web.Request, d *registry.Dossier, v memberView, out registry.Outcome, err error, said string) (web.Response, error) {
	done, err := v.entered(ctx, r, d, out, err)
	switch {
	case err != nil:
		return nil, err
	case done:
		return web.SeeOther(v.Back, web.Done(said)), nil
	}
	v.Errors = last(v.Errors)
	v.Form.Errors = v.Errors
	return web.Invalid(memberPage(v)), nil
}

// join is the page that adds a member.
func (h *Handlers) join(ctx context.Context, r *web.Request) (web.Response, error) {
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	v := h.memberView(r, d, r.T("registry.join.title"))
	v.Joins, v.AsksSource, v.FormerHead = true, true, headBeside(d, ident.ID{})
	for _, c := range registry.Causes {
		v.Causes = append(v.Causes, web.Option{Value: string(c), Label: r.T("registry.cause." + string(c))})
	}
	if !sent(r) {
		v.begin(d.Family)
		return web.Page(memberPage(v)), nil
	}
	out, err := h.Service.AddMember(ctx, d.Family.ID, registry.Cause(v.Cause), v.Form.Entry, v.Basis)
	return h.memberEntered(ctx, r, d, v, out, err, "registry.join.done")
}

// input is a field of the person's form, with what is wrong with it.
func (m memberForm) input(name string, f web.Field) web.Field {
	f.Name = m.Field(name)
	return m.Errors.Field(f)
}

func ticked(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func memberLead(ctx context.Context, v memberView) string {
	if v.Joins {
		return web.T(ctx, "registry.join.lead")
	}
	return web.T(ctx, "registry.core.lead")
}

// since asks from which day an entry about a member holds.
func since(ctx context.Context, v memberView) string {
	if v.Joins {
		return web.T(ctx, "registry.join.since")
	}
	return web.T(ctx, "registry.entry.since")
}
