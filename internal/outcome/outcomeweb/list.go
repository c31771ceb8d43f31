package outcomeweb

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/outcome"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/web"
)

// identNone asks for the newest measure.
var identNone ident.ID

func sortAreas(rows []areaLine) {
	slices.SortFunc(rows, func(a, b areaLine) int { return cmp.Compare(a.Area, b.Area) })
}

// pageLength is how many rows a page of a list shows.
const pageLength = 50

type listView struct {
	web.Base
	Lead       string
	List       web.List[outcome.Row]
	Lists      []web.Option
	Roads      []web.Option
	Programmes []web.Option
	Areas      []web.Option
	Move, Due  bool
}

// list shows the families of one list.
func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	m, err := h.Service.Measure(ctx, identNone)
	if err != nil {
		return nil, err
	}
	p := h.policy(m)
	q := r.List()
	f := outcome.Filter{Measure: m.ID, List: outcome.List(q.Text("daftar")), Area: h.area(q), Road: outcome.Road(q.Text("jalan")), Programme: q.Text("program")}
	if f.List == "" {
		f.List = outcome.Left
	}
	lists := keptLists(p)
	if !slices.Contains(lists, f.List) {
		return nil, fault.NotFound("core.error.not_found")
	}
	if !f.List.IsMove() && f.List != outcome.Due {
		f.Road, f.Programme = "", ""
	}
	all, err := h.Service.Programmes(ctx, m)
	if err != nil {
		return nil, err
	}
	columns := h.columns(ctx, r, m, f.List, all)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "hasil-"+string(f.List), columns, h.Service.All(ctx, r.Route.Purpose, f)), nil
	}
	rows, next, err := h.Service.List(ctx, r.Route.Purpose, f, placeOf(q.After), pageLength)
	if err != nil {
		return nil, err
	}
	total, err := h.Service.Count(ctx, f)
	if err != nil {
		return nil, err
	}
	title := listName(r.Lang, p, f.List)
	v := listView{Base: r.Base(title).At(web.Crumb{Label: r.T("outcome.title"), Href: Path}), Lead: r.T("outcome.list_lead", "date", web.Day(ctx, m.AsOf)),
		Move: f.List.IsMove(), Due: f.List == outcome.Due,
		List: web.List[outcome.Row]{Caption: title, Columns: columns, Rows: rows, Query: q, Total: &total, Next: written(next), Files: r.MayExport(),
			Empty: r.T("outcome.no_rows"), Href: func(x outcome.Row) string { return h.FamilyPage(x.FamilyID) }}}
	if g, ok := p.Gap(f.List); ok {
		v.Lead = g.Act.In(r.Lang)
	}
	for _, x := range lists {
		v.Lists = append(v.Lists, web.Option{Value: string(x), Label: listName(r.Lang, p, x)})
	}
	for _, x := range outcome.Roads {
		v.Roads = append(v.Roads, web.Option{Value: string(x), Label: r.T("outcome.road." + string(x))})
	}
	for _, x := range all {
		if slices.ContainsFunc(x.Exits, func(e programme.Exit) bool { return e.Rule != nil }) {
			v.Programmes = append(v.Programmes, web.Option{Value: x.Code, Label: x.Name.In(r.Lang)})
		}
	}
	v.Areas, err = h.areaOptions(ctx, m, f.Area)
	return web.Page(listPage(v)), err
}

// areaOptions are the areas of a measure, down to the one that is chosen.
func (h *Handlers) areaOptions(ctx context.Context, m outcome.Measure, chosen string) ([]web.Option, error) {
	var options []web.Option
	seen := map[string]bool{}
	for _, digits := range []int{4, digitsBelow(chosen)} {
		within := ""
		if digits > 4 {
			within = chosen
		}
		tallies, err := h.Service.Tallies(ctx, outcome.Filter{Measure: m.ID, Area: within}, digits)
		if err != nil {
			return nil, err
		}
		for _, t := range tallies {
			if !seen[t.Area] {
				seen[t.Area] = true
				options = append(options, web.Option{Value: t.Area, Label: h.village(t.Area)})
			}
		}
	}
	slices.SortFunc(options, func(a, b web.Option) int { return cmp.Compare(a.Value, b.Value) })
	return options, nil
}

// keptLists are the lists whose families are kept one by one.
func keptLists(p outcome.Policy) []outcome.List {
	var all []outcome.List
	for _, x := range outcome.Moves {
		if x.Kept() {
			all = append(all, x)
		}
	}
	for _, g := range p.Gaps {
		all = append(all, g.Code)
	}
	return append(all, outcome.Due)
}

func (h *Handlers) columns(ctx context.Context, r *web.Request, m outcome.Measure, list outcome.List, all []*programme.Programme) []web.Column[outcome.Row] {
	type row = outcome.Row
	columns := []web.Column[row]{
		{Name: "kepala_keluarga", Label: r.T("outcome.head"), Value: func(x row) any { return x.HeadName }},
		{Name: "wilayah", Label: r.T("outcome.area"), Value: func(x row) any { return h.village(x.Area) }},
		{Name: "kode_wilayah", Label: r.T("outcome.area_code"), Kind: web.Code, Hide: true, Value: func(x row) any { return region.Dotted(x.Area) }},
		{Name: "alamat", Label: r.T("outcome.address"), Hide: list.IsMove(), Value: func(x row) any { return x.Address }},
	}
	add := func(c web.Column[row]) { columns = append(columns, c) }
	amount := func(name string, of func(row) *money.Rupiah) {
		add(web.Column[row]{Name: name, Label: r.T("outcome." + name), Kind: web.Amount, Hide: true, Value: func(x row) any {
			if v := of(x); v != nil {
				return *v
			}
			return nil
		}})
	}
	switch {
	case list.IsMove():
		add(web.Column[row]{Name: "sejak", Label: r.T("outcome.since"), Kind: web.Date, Value: func(x row) any { return day(x) }})
		add(web.Column[row]{Name: "jalan", Label: r.T("outcome.road_head"), Value: func(x row) any { return r.T("outcome.road." + string(x.Road)) }})
		amount("dahulu", func(x row) *money.Rupiah { return x.Was })
		amount("kini", func(x row) *money.Rupiah { return x.Now })
		amount("penghasilan_dahulu", func(x row) *money.Rupiah { return x.IncomeWas })
		amount("penghasilan_kini", func(x row) *money.Rupiah { return x.IncomeNow })
		add(web.Column[row]{Name: "pengeluaran", Label: r.T("outcome.consumption"), Value: func(x row) any { return fromTo(ctx, x.Was, x.Now) }})
		add(web.Column[row]{Name: "penghasilan", Label: r.T("outcome.income"), Value: func(x row) any { return fromTo(ctx, x.IncomeWas, x.IncomeNow) }})
		add(web.Column[row]{Name: "riwayat", Label: r.T("outcome.history"), Hide: true, Value: func(x row) any { return history(ctx, x) }})
		add(web.Column[row]{Name: "program", Label: r.T("outcome.received"), Value: func(x row) any { return h.names(r.Lang, x.Received) }})
	case list == outcome.Due:
		add(web.Column[row]{Name: "nama", Label: r.T("outcome.person"), Value: func(x row) any { return x.PersonName }})
		add(web.Column[row]{Name: "program", Label: r.T("outcome.programme"), Value: func(x row) any { return h.Programme(x.Programme) }})
		add(web.Column[row]{Name: "sebab", Label: r.T("outcome.exit"), Value: func(x row) any { return exitName(r.Lang, all, x.Programme, string(x.Road)) },
			Show: func(x row) templ.Component {
				return dueCell(exitName(r.Lang, all, x.Programme, string(x.Road)), proposeLink(r, m, x), x.HeadName)
			}})
	default:
		add(web.Column[row]{Name: "desil", Label: r.T("outcome.decile"), Kind: web.Count, Value: func(x row) any { return positive(x.Decile) }})
		add(web.Column[row]{Name: "sebab", Label: r.T("outcome.why"), Value: func(x row) any { return h.why(r, x, all) }})
		add(web.Column[row]{Name: "setahun", Label: r.T("outcome.annual"), Kind: web.Amount, Value: func(x row) any { return x.Annual }})
	}
	return columns
}

func positive(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func day(x outcome.Row) any {
	if x.Since == 0 {
		return nil
	}
	return x.Since
}

// fromTo writes two amounts and the way between them.
func fromTo(ctx context.Context, was, now *money.Rupiah) any {
	say := func(v *money.Rupiah) string {
		if v == nil {
			return "?"
		}
		return web.Rupiah(ctx, *v)
	}
	if was == nil && now == nil {
		return nil
	}
	return say(was) + " → " + say(now)
}

// history writes where a family stood on each day.
func history(ctx context.Context, x outcome.Row) string {
	var all []string
	for _, s := range x.History {
		all = append(all, web.Day(ctx, s.Day)+": "+web.T(ctx, "outcome.status."+s.Status))
	}
	return strings.Join(all, "; ")
}

// why says in one sentence after the other what makes a row a gap.
func (h *Handlers) why(r *web.Request, x outcome.Row, all []*programme.Programme) string {
	var said []string
	say := func(key string, codes []string) {
		if len(codes) > 0 {
			said = append(said, r.T("outcome.because."+key, "programmes", h.names(r.Lang, codes)))
		}
	}
	say("received", x.Received)
	say("waiting", x.Waiting)
	say("open", x.Open)
	for _, n := range x.Near {
		said = append(said, r.T("outcome.because.near", "programme", h.Programme(n.Programme).In(r.Lang), "clause", itemName(r, all, n)))
	}
	if x.Engines > 0 {
		said = append(said, r.T("outcome.because.engines", "n", x.Engines))
	}
	if !x.Also.IsZero() {
		said = append(said, r.T("outcome.because.same"))
	}
	if len(said) == 0 {
		said = append(said, r.T("outcome.because.refused"))
	}
	return strings.Join(said, " ")
}

// itemName says a clause or exclusion in plain words.
func itemName(r *web.Request, all []*programme.Programme, n outcome.NearMiss) string {
	for _, p := range all {
		if p.Code != n.Programme {
			continue
		}
		for _, c := range p.Clauses {
			if c.ID == n.Item {
				return c.Because.Plain(r.Lang)
			}
		}
		for _, x := range p.Exclusions {
			if x.ID == n.Item {
				return x.Because.Plain(r.Lang)
			}
		}
	}
	return n.Item
}

func proposeLink(r *web.Request, m outcome.Measure, x outcome.Row) string {
	if !r.Actor.Can(access.RunDetermination) {
		return ""
	}
	return proposeAddress(outcome.Asked{FamilyID: x.FamilyID, PersonID: x.PersonID, Programme: x.Programme, Exit: string(x.Road), Measure: m.ID})
}

// placeOf reads the place of a page from the list's address. What is no place
// leads to the first page.
func placeOf(text string) outcome.Place {
	p, err := outcome.ParsePlace(text)
	if err != nil {
		return outcome.Place{}
	}
	return p
}

func written(p *outcome.Place) string {
	if p == nil {
		return ""
	}
	return p.String()
}
