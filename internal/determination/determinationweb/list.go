package determinationweb

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/web"
)

func errChoose(key string) error { return fault.Invalid(key) }

// pageLength is how many rows a page of a list shows.
const pageLength = 50

type listView struct {
	web.Base
	D          determination.Header
	List       web.List[determination.Row]
	Programmes []web.Option
	Outcomes   []web.Option
	Areas      []web.Option
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	d, all, f, err := h.filtered(ctx, r)
	if err != nil {
		return nil, err
	}
	q := r.List()
	if o, ok := determination.ParseOutcome(q.Text("hasil")); ok {
		f.Outcome = o
	}
	columns := h.columns(ctx, r, all)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "penetapan", columns, h.Service.All(ctx, f, r.Route.Purpose)), nil
	}
	page, err := h.Service.List(ctx, f, placeOf(q.After), pageLength, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	total, err := h.Service.Count(ctx, f)
	if err != nil {
		return nil, err
	}
	v := listView{Base: r.Base(r.T("determination.list.title")).At(crumbs(ctx, d)...), D: d, List: web.List[determination.Row]{
		Caption: r.T("determination.list.title"), Columns: columns, Rows: page.Rows, Query: q, Total: &total, Next: written(page.Next),
		Href: func(x determination.Row) string {
			return WhyPath(x.FamilyID, x.Programme) + "?penetapan=" + d.ID.String()
		},
		Empty: r.T("determination.list.none"), Files: r.MayExport()}}
	for _, o := range determination.Outcomes {
		v.Outcomes = append(v.Outcomes, web.Option{Value: o.String(), Label: r.T("determination.outcome." + o.String())})
	}
	v.Programmes = programmeOptions(r.Lang, all)
	if v.Areas, err = h.areaOptions(ctx, d.ID, f.Area); err != nil {
		return nil, err
	}
	return web.Page(listPage(v)), nil
}

func crumbs(ctx context.Context, d determination.Header) []web.Crumb {
	return []web.Crumb{{Label: web.T(ctx, "determination.page.title"), Href: Path},
		{Label: web.T(ctx, "determination.page.of", "date", web.Day(ctx, d.AsOf)), Href: To(d.ID)}}
}

// filtered reads what the address of a list says.
func (h *Handlers) filtered(ctx context.Context, r *web.Request) (determination.Header, []*programme.Programme, determination.Filter, error) {
	var f determination.Filter
	id, err := idOf(r)
	if err != nil {
		return determination.Header{}, nil, f, err
	}
	d, err := h.Service.Header(ctx, id)
	if err != nil {
		return d, nil, f, err
	}
	all, err := h.Service.ProgrammesOf(ctx, id)
	q := r.List()
	f = determination.Filter{Determination: id, Programme: q.Text("program"), Area: q.Text("wilayah")}
	if strings.Trim(f.Area, "0123456789") != "" {
		f.Area = ""
	}
	return d, all, f, err
}

func programmeOptions(l i18n.Lang, all []*programme.Programme) []web.Option {
	var options []web.Option
	for _, p := range all {
		options = append(options, web.Option{Value: p.Code, Label: p.Name.In(l)})
	}
	return options
}

// who names the person of a row, or the family by its head.
func who(x determination.Row) string {
	if x.PersonName != "" {
		return x.PersonName
	}
	return x.HeadName
}

func (h *Handlers) columns(ctx context.Context, r *web.Request, all []*programme.Programme) []web.Column[determination.Row] {
	return []web.Column[determination.Row]{
		{Name: "nama", Label: r.T("determination.list.who"), Value: func(x determination.Row) any { return who(x) }},
		{Name: "kepala_keluarga", Label: r.T("determination.list.head"), Value: func(x determination.Row) any { return x.HeadName }, Hide: true},
		{Name: "wilayah", Label: r.T("determination.page.area"), Value: func(x determination.Row) any { return h.area(x.Area) }},
		{Name: "kode_wilayah", Label: r.T("determination.list.area_code"), Kind: web.Code, Hide: true, Value: func(x determination.Row) any { return region.Dotted(x.Area) }},
		{Name: "alamat", Label: r.T("determination.list.address"), Value: func(x determination.Row) any { return x.Address }},
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(x determination.Row) any { return nameOf(ctx, all, x.Programme) }},
		{Name: "hasil", Label: r.T("determination.list.outcome"), Value: func(x determination.Row) any { return r.T("determination.outcome." + x.Outcome.String()) },
			Show: func(x determination.Row) templ.Component {
				return web.Badge(outcomeTone(x.Outcome), r.T("determination.outcome."+x.Outcome.String()))
			}},
		{Name: "urutan", Label: r.T("determination.list.queue"), Kind: web.Count, Value: func(x determination.Row) any {
			if x.Queue == 0 {
				return nil
			}
			return x.Queue
		}},
		{Name: "setahun", Label: r.T("determination.page.annual"), Kind: web.Amount, Value: func(x determination.Row) any {
			if x.Annual == 0 {
				return nil
			}
			return x.Annual
		}},
	}
}

type visitsView struct {
	web.Base
	D          determination.Header
	List       web.List[determination.Visit]
	Programmes []web.Option
	Areas      []web.Option
}

// visitLength is how many open outcomes a page of visits looks through.
const visitLength = 150

// visits lists the families that missing facts call to be visited.
func (h *Handlers) visits(ctx context.Context, r *web.Request) (web.Response, error) {
	d, all, f, err := h.filtered(ctx, r)
	if err != nil {
		return nil, err
	}
	q := r.List()
	columns := h.visitColumns(ctx, r, all)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "kunjungan", columns, h.Service.AllVisits(ctx, f, r.Route.Purpose)), nil
	}
	rows, next, err := h.Service.Visits(ctx, f, placeOf(q.After), visitLength, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	total, err := h.Service.CountVisits(ctx, f)
	if err != nil {
		return nil, err
	}
	v := visitsView{Base: r.Base(r.T("determination.tasks.title")).At(crumbs(ctx, d)...), D: d, Programmes: programmeOptions(r.Lang, all),
		List: web.List[determination.Visit]{Caption: r.T("determination.tasks.title"), Columns: columns, Rows: rows, Query: q, Total: &total, Next: written(next),
			Href:  func(t determination.Visit) string { return familyPath + "/" + t.FamilyID.String() },
			Empty: r.T("determination.tasks.none"), Files: r.MayExport()}}
	if v.Areas, err = h.areaOptions(ctx, d.ID, f.Area); err != nil {
		return nil, err
	}
	return web.Page(visitsPage(v)), nil
}

func (h *Handlers) visitColumns(ctx context.Context, r *web.Request, all []*programme.Programme) []web.Column[determination.Visit] {
	return []web.Column[determination.Visit]{
		{Name: "kepala_keluarga", Label: r.T("determination.list.head"), Value: func(t determination.Visit) any { return t.HeadName }},
		{Name: "wilayah", Label: r.T("determination.page.area"), Value: func(t determination.Visit) any { return h.area(t.Area) }},
		{Name: "kode_wilayah", Label: r.T("determination.list.area_code"), Kind: web.Code, Hide: true, Value: func(t determination.Visit) any { return region.Dotted(t.Area) }},
		{Name: "alamat", Label: r.T("determination.list.address"), Value: func(t determination.Visit) any { return t.Address }},
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(t determination.Visit) any {
			var names []string
			for _, code := range t.Programmes {
				names = append(names, nameOf(ctx, all, code))
			}
			return strings.Join(names, "; ")
		}},
		{Name: "tanyakan", Label: r.T("determination.tasks.ask"), Value: func(t determination.Visit) any { return facts(r.Lang, t.Collect) },
			Show: func(t determination.Visit) templ.Component {
				return toAsk(facts(r.Lang, t.Collect), t.HeadName, visitLink(r, t.FamilyID, t.Collect))
			}},
	}
}

// facts lists what to ask, each with whom it is about.
func facts(l i18n.Lang, all []determination.Fact) string {
	var titles []string
	for i := range all {
		titles = append(titles, all[i].Title(l))
	}
	return strings.Join(titles, "; ")
}

// placeOf reads the place of a page from the list's address. What is no place
// leads to the first page.
func placeOf(text string) determination.Place {
	parts := strings.SplitN(text, "_", 5)
	if len(parts) != 5 {
		return determination.Place{}
	}
	queue, err := strconv.ParseInt(parts[3], 10, 64)
	if err != nil {
		return determination.Place{}
	}
	family, err := ident.Parse(parts[1])
	if err != nil {
		return determination.Place{}
	}
	subject, err := ident.Parse(parts[2])
	if err != nil {
		return determination.Place{}
	}
	return determination.Place{Area: parts[0], FamilyID: family, SubjectID: subject, Queue: queue, Programme: parts[4]}
}

func written(p *determination.Place) string {
	if p == nil {
		return ""
	}
	return p.Area + "_" + p.FamilyID.String() + "_" + p.SubjectID.String() + "_" + strconv.FormatInt(p.Queue, 10) + "_" + p.Programme
}
