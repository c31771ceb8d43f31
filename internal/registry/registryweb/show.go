package registryweb

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

type showView struct {
	web.Base
	ID          ident.ID
	Family      registry.Family
	Lead        string
	About       []web.Pair
	Members     web.List[registry.Person]
	MemberFacts []factsOf
	FamilyFacts []group
	Panels      []templ.Component
	History     []web.Event
	Looks       int64 // −1: not counted
	MayUnmask   bool
	MayEdit     bool
	MayExport   bool
	Today       string

	Identity     []identityLine
	OpenWarnings bool
}

// factsOf is what is known of one member.
type factsOf struct {
	Anchor string
	Name   string
	Groups []group
}

// group is facts under one heading.
type group struct {
	Name  string
	Pairs []web.Pair
}

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d, err := h.Service.Family(ctx, id, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	if r.Text(fieldAt) != "" || r.Text(fieldKnown) != "" {
		return h.past(ctx, r, d)
	}
	v, err := h.showView(ctx, r, d)
	if err != nil {
		return nil, err
	}
	return web.Page(showPage(v)), nil
}

func (h *Handlers) showView(ctx context.Context, r *web.Request, d *registry.Dossier) (showView, error) {
	f := d.Family
	v := showView{Base: r.Base(r.T("registry.family.title", "name", f.HeadName)).At(web.Crumb{Label: r.T("registry.families.title"), Href: Path}),
		ID: f.ID, Family: f, Lead: h.Service.Atlas().Path(f.Area, ", "), Looks: -1,
		Today: h.Service.Today().String(), MayUnmask: r.Actor.Can(access.Unmask), MayEdit: r.Actor.Can(access.EditFamilies), MayExport: r.MayExport()}
	v.About = h.about(ctx, d)
	v.Members = h.members(ctx, r, d)
	v.FamilyFacts, v.MemberFacts = h.factsOf(ctx, d)
	v.History = h.history(ctx, d)
	v.Identity = identityLines(ctx, d)
	v.OpenWarnings = slices.ContainsFunc(d.Warnings, func(w registry.IdentityWarning) bool { return w.Dismissed == nil })
	for _, p := range h.Panels {
		part, err := p.Panel(ctx, v.Base, f.ID)
		if err != nil {
			return v, err
		}
		if part != nil {
			v.Panels = append(v.Panels, part)
		}
	}
	if h.Looks != nil {
		n, err := h.Looks.Looks(ctx, f.ID.String())
		if err != nil {
			return v, err
		}
		v.Looks = n
	}
	return v, nil
}

func anchor(member ident.ID) string { return "anggota-" + member.String() }

// officeKey is the key of a family at the office; "" where it has none, and is
// known by its id.
func officeKey(f *registry.Family) string {
	if f.LocalKey == f.ID.String() {
		return ""
	}
	return f.LocalKey
}

func (h *Handlers) about(ctx context.Context, d *registry.Dossier) []web.Pair {
	f := &d.Family
	pairs := []web.Pair{
		{Term: web.T(ctx, "registry.kk"), Value: f.KKMasked},
		{Term: web.T(ctx, "registry.address"), Value: f.Address},
		{Term: web.T(ctx, "registry.rt_rw"), Value: neighbourhood(f.RT, f.RW)},
		{Term: web.T(ctx, "registry.area_code"), Value: region.Dotted(f.Area)},
		{Term: web.T(ctx, "registry.local_key"), Value: officeKey(f)},
		{Term: web.T(ctx, "registry.observed_on"), Value: web.Day(ctx, f.ObservedOn)},
	}
	for _, a := range d.Accounts {
		pairs = append(pairs, web.Pair{Term: web.T(ctx, "registry.account"), Value: a.Bank + " " + a.Masked,
			Note: a.Holder + " · " + web.T(ctx, "registry.account_status."+string(a.Status))})
	}
	return pairs
}

func (h *Handlers) members(ctx context.Context, r *web.Request, d *registry.Dossier) web.List[registry.Person] {
	relation, _ := h.Service.Catalogue().Lookup(indicator.Person, "relation")
	columns := []web.Column[registry.Person]{
		{Name: "nama", Label: r.T("registry.name"), Value: func(p registry.Person) any { return named(r, p.Name) }},
		{Name: "hubungan", Label: r.T("registry.relation"), Value: func(p registry.Person) any { return relation.Format(p.Relation, r.Lang) }},
		{Name: "jenis_kelamin", Label: r.T("registry.sex"), Value: func(p registry.Person) any { return r.T(sexKey(p)) }},
		{Name: "tanggal_lahir", Label: r.T("registry.born"), Kind: web.Date, Value: func(p registry.Person) any {
			if p.Born == nil {
				return nil
			}
			return *p.Born
		}},
		{Name: "nik", Label: r.T("registry.nik"), Kind: web.Code, Value: func(p registry.Person) any { return p.NIKMasked }},
		{Name: "status", Label: r.T("registry.status"), Value: func(p registry.Person) any { return r.T("registry.person_status." + string(p.Status)) },
			Show: func(p registry.Person) templ.Component { return personBadge(p.Status) }},
	}
	return web.List[registry.Person]{ID: "anggota", Caption: r.T("registry.members"), Columns: columns, Rows: d.Members, Query: r.List(),
		Href: func(p registry.Person) string { return "#" + anchor(p.ID) }}
}

func sexKey(p registry.Person) string {
	if p.Female {
		return "registry.female"
	}
	return "registry.male"
}

// groups shows facts under the catalogue's headings, each with its source
// and day. What nobody has observed is not listed.
func (h *Handlers) groups(ctx context.Context, level indicator.Level, observations []registry.Observation) []group {
	c, l := h.Service.Catalogue(), web.Lang(ctx)
	known := map[int]registry.Dated{}
	for _, d := range registry.FoldFacts(observations) {
		known[d.No] = d
	}
	var groups []group
	for _, g := range c.Groups() {
		if g.Level != level {
			continue
		}
		var pairs []web.Pair
		for _, i := range c.InGroup(g.Code) {
			if d, ok := known[i.No]; ok {
				pairs = append(pairs, web.Pair{Term: i.Name.In(l), Value: i.Format(d.Value, l),
					Note: web.T(ctx, "registry.source."+string(d.Source)) + ", " + web.Day(ctx, d.ObservedOn)})
			}
		}
		if len(pairs) > 0 {
			groups = append(groups, group{g.Name.In(l), pairs})
		}
	}
	return groups
}
