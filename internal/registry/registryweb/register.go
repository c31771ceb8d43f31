package registryweb

import (
	"context"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// membersMost is how many members one form takes; more are added on the
// family's page.
const membersMost = 20

// Fields of a registration beside those of its entries.
const (
	fieldID      = "id"
	fieldMembers = "jumlah"
	fieldAdd     = "tambah"
)

type registerView struct {
	entryView
	Areas   []web.Option // to choose from, while no village is chosen
	Area    string       // of any level
	Village string       // in words; "" while none is chosen
	Fixed   bool         // there is no other village to choose
	ID      string
	Family  registry.FamilyEntry
	Members []memberForm
	More    bool // there is room for another member
}

// register is the page that brings a family on record: first the village,
// where there is one to choose, then the family and its members.
func (h *Handlers) register(ctx context.Context, r *web.Request) (web.Response, error) {
	v := registerView{entryView: h.entryView(r, r.T("registry.register.title")), ID: r.Text(fieldID), Family: familyEntry(r)}
	v.Base, v.Back, v.AsksSource = v.At(web.Crumb{Label: r.T("registry.families.title"), Href: Path}), Path, true
	if h.village(r, &v); v.Village == "" {
		return web.Page(registerPage(v)), nil
	}
	n := int(min(max(r.Int(fieldMembers, 1), 1), membersMost))
	if r.Text(fieldAdd) != "" {
		n = min(n+1, membersMost)
	}
	for i := range n {
		form := h.memberForm(r, func(field string) string { return registry.MemberField(i, field) })
		v.Members = append(v.Members, form)
	}
	v.Members[0].Entry.Relation = h.Service.RelationCode(registry.RelationHead)
	v.More = n < membersMost
	switch {
	case !sent(r):
		v.ID = h.Service.NewID().String()
		v.begin(registry.Family{})
		return web.Page(registerPage(v)), nil
	case r.Text(fieldAdd) != "":
		return web.Page(registerPage(v)), nil
	}
	return h.registered(ctx, r, v)
}

// village finds out where the family lives: what was chosen, or the only
// village there is.
func (h *Handlers) village(r *web.Request, v *registerView) {
	atlas, scope := h.Service.Atlas(), r.Actor.Scope
	if v.Area = v.Family.Area; v.Area == "" {
		v.Area = r.Text("wilayah")
	}
	if own := scope.Prefixes(); len(own) == 1 {
		if level, ok := region.LevelOf(own[0]); ok && level == region.Village {
			v.Area, v.Fixed = own[0], true
		}
	}
	if found, ok := atlas.Lookup(v.Area); ok && found.Level == region.Village && scope.Covers(v.Area) {
		v.Family.Area, v.Village = v.Area, atlas.Path(v.Area, ", ")
		return
	}
	v.Areas = areaOptions(atlas, scope, v.Area)
	if v.Area == "" || !scope.Covers(v.Area) {
		v.Area = ""
	}
}

// registered sends the form to the service. Rows of members in which nothing
// is written are left out.
func (h *Handlers) registered(ctx context.Context, r *web.Request, v registerView) (web.Response, error) {
	id, err := ident.Parse(v.ID)
	if err != nil {
		return nil, fault.Invalid("core.error.invalid").Because(err)
	}
	var entries []registry.MemberEntry
	var kept []memberForm
	for i, m := range v.Members {
		if e := m.Entry; i == 0 || e.Name+e.Born+e.Sex+e.Relation+e.MotherName+e.NIK != "" {
			at := len(kept)
			m.Field = func(field string) string { return registry.MemberField(at, field) }
			kept, entries = append(kept, m), append(entries, e)
		}
	}
	v.Members = kept
	out, err := h.Service.Register(ctx, id, v.Family, entries, v.Basis)
	if fault.Is(err, fault.KindConflict) && r.Actor.Can(access.SeeFamilies) { // the same form, sent twice
		return web.SeeOther(To(id), web.Done("registry.entry.registered")), nil
	}
	done, err := v.entered(ctx, r, nil, out, err)
	switch {
	case err != nil:
		return nil, err
	case done:
		return web.SeeOther(To(id), web.Done("registry.register.done", "n", strconv.Itoa(len(entries)))), nil
	}
	v.Errors = last(v.Errors)
	for i := range v.Members {
		v.Members[i].Errors = v.Errors
	}
	return web.Invalid(registerPage(v)), nil
}

func memberTitle(ctx context.Context, i int) string {
	if i == 0 {
		return web.T(ctx, "registry.head")
	}
	return web.T(ctx, "registry.register.member", "n", web.Number(ctx, i))
}
