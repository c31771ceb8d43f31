package registryweb

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// pageLength is how many families a page of the list shows.
const pageLength = 50

type listView struct {
	web.Base
	RulePath string // of the page that finds families by a rule; "" for none
	List     web.List[registry.Row]
	Areas    []web.Option
	Statuses []web.Option
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	if h.ByRule != nil && q.Text("aturan") != "" {
		return h.ByRule(ctx, r)
	}
	f := registry.Filter{Area: q.Text("wilayah"), Name: q.Text("nama"), Status: registry.FamilyStatus(q.Text("status"))}
	columns := h.columns(ctx, r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "keluarga", columns, h.Service.All(ctx, f, r.Route.Purpose)), nil
	}
	page, err := h.Service.List(ctx, f, cursor(q), pageLength, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	total, err := h.Service.Count(ctx, f)
	if err != nil {
		return nil, err
	}
	empty := r.T("registry.families.empty")
	if q.Filtered() {
		empty = r.T("registry.families.none")
	}
	return web.Page(listPage(listView{
		RulePath: h.RulePath,
		Base:     r.Base(r.T("registry.families.title")),
		Areas:    areaOptions(h.Service.Atlas(), r.Actor.Scope, f.Area), Statuses: statusOptions(r),
		List: web.List[registry.Row]{
			Caption: r.T("registry.families.title"), Columns: columns, Rows: page.Rows, Query: q, Total: &total,
			Next: written(page.Next), Prev: written(page.Prev), Href: func(f registry.Row) string { return To(f.ID) },
			Empty: empty, Files: r.MayExport(),
		},
	})), nil
}

func (h *Handlers) columns(ctx context.Context, r *web.Request) []web.Column[registry.Row] {
	atlas := h.Service.Atlas()
	return []web.Column[registry.Row]{
		{Name: "kepala_keluarga", Label: r.T("registry.head"), Value: func(f registry.Row) any { return f.HeadName }},
		{Name: "wilayah", Label: r.T("registry.area"), Value: func(f registry.Row) any { return village(atlas, f.Area) }},
		{Name: "kode_wilayah", Label: r.T("registry.area_code"), Kind: web.Code, Hide: true, Value: func(f registry.Row) any { return region.Dotted(f.Area) }},
		{Name: "alamat", Label: r.T("registry.address"), Value: func(f registry.Row) any { return f.Address }},
		{Name: "rt_rw", Label: r.T("registry.rt_rw"), Kind: web.Code, Value: func(f registry.Row) any { return neighbourhood(f.RT, f.RW) }},
		{Name: "anggota", Label: r.T("registry.members"), Kind: web.Count, Value: func(f registry.Row) any { return f.Size }},
		{Name: "status", Label: r.T("registry.status"), Value: func(f registry.Row) any { return r.T("registry.family_status." + string(f.Status)) },
			Show: func(f registry.Row) templ.Component { return familyBadge(f.Status) }},
		{Name: "tanggal_data", Label: r.T("registry.observed_on"), Kind: web.Date, Value: func(f registry.Row) any { return f.ObservedOn }},
		{Name: "id_keluarga", Label: r.T("registry.local_key"), Kind: web.Code, Hide: true, Value: func(f registry.Row) any { return f.LocalKey }},
	}
}

// village names a village with its district, which tells it from others of
// its name.
func village(atlas *region.Atlas, code string) string {
	return atlas.Name(code) + ", " + atlas.Name(region.ParentOf(code))
}

func neighbourhood(rt, rw string) string {
	if rt == "" && rw == "" {
		return ""
	}
	return rt + "/" + rw
}

// cursor reads the place of a page from the list's address. What is no place
// leads to the first page.
func cursor(q web.Query) registry.Cursor {
	text, back := q.After, false
	if q.Before != "" {
		text, back = q.Before, true
	}
	area, id, ok := strings.Cut(text, "_")
	if !ok {
		return registry.Cursor{}
	}
	family, err := ident.Parse(id)
	if err != nil {
		return registry.Cursor{}
	}
	return registry.Cursor{Place: registry.Place{Area: area, ID: family}, Back: back}
}

func written(p *registry.Place) string {
	if p == nil {
		return ""
	}
	return p.Area + "_" + p.ID.String()
}

func statusOptions(r *web.Request) []web.Option {
	var options []web.Option
	for _, s := range append(slices.Clone(registry.FamilyStatuses), registry.FamilySuspended) {
		options = append(options, web.Option{Value: string(s), Label: r.T("registry.family_status." + string(s))})
	}
	return options
}

// areaOptions are the areas to choose from: the actor's own, the way down to
// the one that is chosen, and the areas right below it.
func areaOptions(atlas *region.Atlas, own access.Scope, chosen string) []web.Option {
	top := own.Prefixes()
	if own.IsNation() {
		for _, p := range atlas.Children("") {
			top = append(top, p.Code)
		}
	}
	if _, known := atlas.Lookup(chosen); !known || !own.Covers(chosen) {
		chosen = ""
		if len(top) == 1 {
			chosen = top[0] // whose parts are what there is to choose
		}
	}
	var options []web.Option
	for _, code := range top {
		options = append(options, areaOption(atlas, code, ""))
		if chosen != "" && strings.HasPrefix(chosen, code) {
			options = append(options, below(atlas, code, chosen)...)
		}
	}
	return options
}

// below are the areas on the way from top to chosen, and those in chosen.
func below(atlas *region.Atlas, top, chosen string) []web.Option {
	var options []web.Option
	indent := "– "
	for _, a := range atlas.Ancestors(chosen) {
		if len(a.Code) > len(top) {
			options = append(options, areaOption(atlas, a.Code, indent))
			indent += "– "
		}
	}
	if chosen != top {
		options = append(options, areaOption(atlas, chosen, indent))
		indent += "– "
	}
	for _, c := range atlas.Children(chosen) {
		options = append(options, areaOption(atlas, c.Code, indent))
	}
	return options
}

func areaOption(atlas *region.Atlas, code, indent string) web.Option {
	return web.Option{Value: code, Label: indent + atlas.Name(code)}
}
