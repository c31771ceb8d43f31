package insightweb

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"gotong/internal/chart"
	"gotong/internal/fault"
	"gotong/internal/insight"
	"gotong/internal/money"
	"gotong/internal/region"
	"gotong/internal/web"
)

type dashboardView struct {
	web.Base
	Empty    bool // nothing was ever counted here
	Totals   []web.Stat
	Deciles  chart.Columns
	Coverage chart.Stacks
	Reach    web.List[insight.Programme]
	Cards    []Card // of other slices
	Money    []web.Stat
	Poverty  []web.Pair // nil where it is not measured
	Tiles    chart.Tiles
	Shades   []web.Tab
	Below    web.List[insight.Overview]
	Sources  map[insight.Measure]string
}

// Card is what another slice counts of an area, with the way to its page.
type Card struct {
	Title string
	Stats []web.Stat
	Href  string
	Link  string
}

// dashboard shows one area, or all of the actor's areas taken together.
func (h *Handlers) dashboard(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	area, err := h.areaOf(q.Text("wilayah"))
	if err != nil {
		return nil, err
	}
	v, err := h.Service.Overview(ctx, area)
	if err != nil {
		return nil, err
	}
	several := v.Area == "" && !r.Actor.Scope.IsNation()
	below := h.below(r, q, v)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "dasbor", below.Columns, web.Rows(v.Children)), nil
	}
	s := shadeOf(q.Text("peta"))
	page := dashboardView{
		Base: r.Base(h.title(r, v, several)).At(h.crumbs(r, v.Area)...), Empty: len(v.Known) == 0,
		Totals: totals(ctx, v), Deciles: deciles(ctx, v.Overview), Coverage: h.coverage(ctx, v.Overview), Reach: h.reach(r, v),
		Money: flow(ctx, v.Flow), Poverty: poverty(ctx, v.Overview), Tiles: h.tiles(ctx, v, s, several, dashboardOf), Below: below,
		Sources: sources(ctx, v.Basis),
	}
	for _, c := range h.Cards {
		card, err := c(ctx, v.Area)
		if err != nil {
			return nil, err
		}
		if card != nil {
			page.Cards = append(page.Cards, *card)
		}
	}
	for _, x := range shades {
		page.Shades = append(page.Shades, web.Tab{Label: r.T("insight.map." + x.name), Href: q.With("peta", x.name) + "#peta", Current: x.name == s.name})
	}
	return web.Page(dashboardPage(page)), nil
}

// dashboardOf returns the dashboard of an area.
func dashboardOf(area string) string { return DashboardPath + "?wilayah=" + area }

// areaOf reads the area in the address. One that does not exist is not found.
func (h *Handlers) areaOf(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	area, err := h.Atlas.Parse(text)
	if err != nil {
		return "", fault.NotFound("core.error.not_found").Because(err)
	}
	return area, nil
}

func (h *Handlers) title(r *web.Request, v insight.View, several bool) string {
	name := h.Atlas.Name(v.Area)
	switch {
	case several:
		name = r.T("insight.own_areas")
	case v.Area == "":
		name = r.T("insight.nation")
	}
	return r.T("insight.title_area", "area", name)
}

// crumbs lead to the areas above, as far as they are the actor's.
func (h *Handlers) crumbs(r *web.Request, area string) []web.Crumb {
	var way []web.Crumb
	if r.Actor.Scope.IsNation() && area != "" || len(r.Actor.Scope.Prefixes()) > 1 && area != "" {
		way = append(way, web.Crumb{Label: r.T("insight.title"), Href: DashboardPath})
	}
	for _, above := range h.Atlas.Ancestors(area) {
		if r.Actor.Scope.Covers(above.Code) {
			way = append(way, web.Crumb{Label: h.Atlas.Name(above.Code), Href: dashboardOf(above.Code)})
		}
	}
	return way
}

func totals(ctx context.Context, v insight.View) []web.Stat {
	number := func(n int64) string { return web.Number(ctx, n) }
	stats := []web.Stat{
		{Label: web.T(ctx, "insight.families"), Value: number(v.Active()), Note: web.T(ctx, "insight.families_note", "n", number(v.Persons["active"]))},
	}
	if v.Known[insight.Deciles] {
		stats = append(stats,
			web.Stat{Label: web.T(ctx, "insight.poorest"), Value: number(v.Poorest()), Note: web.T(ctx, "insight.poorest_note", "share", web.Percent(ctx, v.Poorest(), v.Ranked()))},
			web.Stat{Label: web.T(ctx, "insight.unranked"), Value: number(v.Unranked), Note: web.T(ctx, "insight.unranked_note")})
	}
	if v.Known[insight.Reached] {
		stats = append(stats,
			web.Stat{Label: web.T(ctx, "insight.reached"), Value: number(v.Reached), Note: web.T(ctx, "insight.reached_note", "share", web.Percent(ctx, v.Reached, v.Active()))},
			web.Stat{Label: web.T(ctx, "insight.open"), Value: number(v.Open), Note: web.T(ctx, "insight.open_note")})
	}
	if v.Known[insight.Duplicates] {
		open := v.Duplicates["open"]
		decided := -open
		for _, n := range v.Duplicates {
			decided += n
		}
		stats = append(stats, web.Stat{Label: web.T(ctx, "insight.duplicates"), Value: number(open), Note: web.T(ctx, "insight.duplicates_note", "n", number(decided))})
	}
	return stats
}

// poorestDeciles is how many columns of the chart are marked: those that
// insight.Overview.Poorest counts.
const poorestDeciles = 2

func deciles(ctx context.Context, o insight.Overview) chart.Columns {
	c := chart.Columns{
		Frame: chart.Frame{Title: web.T(ctx, "insight.deciles_title"), Desc: web.T(ctx, "insight.deciles_desc"), Lang: web.Lang(ctx)},
		Heads: [2]string{web.T(ctx, "insight.decile"), web.T(ctx, "insight.families")}, Marked: poorestDeciles,
		Format: func(x float64) string { return sayCount(ctx, x) },
	}
	for i, n := range o.Deciles {
		c.Bars = append(c.Bars, chart.Bar{Label: strconv.Itoa(i + 1), Value: float64(n), Text: web.Number(ctx, n)})
	}
	return c
}

func (h *Handlers) coverage(ctx context.Context, o insight.Overview) chart.Stacks {
	s := chart.Stacks{
		Frame: chart.Frame{Title: web.T(ctx, "insight.programmes_title"), Desc: web.T(ctx, "insight.programmes_desc"), Lang: web.Lang(ctx)},
		Head:  web.T(ctx, "insight.programme"), Whole: true, Rest: true,
		Series: []string{web.T(ctx, "insight.entitled"), web.T(ctx, "insight.waitlisted"), web.T(ctx, "insight.undetermined"), web.T(ctx, "insight.refused")},
	}
	for _, p := range byReach(o.Programmes) {
		stack := chart.Stack{Label: h.Programme(p.Code).In(web.Lang(ctx))}
		for _, n := range []int64{p.Entitled, p.Waitlisted, p.Undetermined, p.Refused} {
			stack.Parts = append(stack.Parts, float64(n))
			stack.Texts = append(stack.Texts, web.Number(ctx, n))
		}
		s.Stacks = append(s.Stacks, stack)
	}
	return s
}

// byReach puts the programmes that reach most first.
func byReach(all []insight.Programme) []insight.Programme {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b insight.Programme) int {
		return cmp.Or(cmp.Compare(b.Entitled, a.Entitled), cmp.Compare(b.Waitlisted, a.Waitlisted), cmp.Compare(b.Undetermined, a.Undetermined))
	})
	return sorted
}

// withMoney are the programmes that give money or owe some, the dearest first.
func withMoney(all []insight.Programme) []insight.Programme {
	sorted := slices.DeleteFunc(slices.Clone(all), func(p insight.Programme) bool { return p.Annual == 0 && p.Flow == insight.Flow{} })
	slices.SortStableFunc(sorted, func(a, b insight.Programme) int { return cmp.Compare(b.Annual, a.Annual) })
	return sorted
}

// reach is the table of the programmes' money.
func (h *Handlers) reach(r *web.Request, v insight.View) web.List[insight.Programme] {
	amount := func(name, key string, of func(p insight.Programme) money.Rupiah) web.Column[insight.Programme] {
		return web.Column[insight.Programme]{Name: name, Label: r.T(key), Kind: web.Amount, Value: func(p insight.Programme) any { return of(p) }}
	}
	return web.List[insight.Programme]{ID: "program", Caption: r.T("insight.money_title"), Rows: withMoney(v.Programmes), Columns: []web.Column[insight.Programme]{
		{Name: "program", Label: r.T("insight.programme"), Value: func(p insight.Programme) any { return h.Programme(p.Code) }},
		amount("setahun", "insight.annual", func(p insight.Programme) money.Rupiah { return p.Annual }),
		amount("diperintahkan", "insight.ordered", func(p insight.Programme) money.Rupiah { return p.Flow.Ordered.Total }),
		amount("masuk", "insight.credited", func(p insight.Programme) money.Rupiah { return p.Flow.Credited.Total }),
		amount("dikembalikan", "insight.returned", func(p insight.Programme) money.Rupiah { return p.Flow.Returned.Total }),
		amount("belum_ada_kabar", "insight.outstanding", func(p insight.Programme) money.Rupiah { return p.Flow.Outstanding.Total }),
	}}
}

func flow(ctx context.Context, f insight.Flow) []web.Stat {
	stat := func(key string, s insight.Sum) web.Stat {
		return web.Stat{Label: web.T(ctx, key), Value: web.ShortRupiah(ctx, s.Total), Note: web.T(ctx, "insight.lines", "n", web.Number(ctx, s.Lines))}
	}
	return []web.Stat{
		stat("insight.ordered", f.Ordered), stat("insight.credited", f.Credited), stat("insight.returned", f.Returned),
		stat("insight.outstanding", f.Outstanding), stat("insight.planned", f.Planned),
	}
}

// micro is the scale of the poverty indices.
const micro = 1e6

func poverty(ctx context.Context, o insight.Overview) []web.Pair {
	if o.Poverty.Persons == 0 {
		return nil
	}
	index := func(key string, millionths int64) web.Pair {
		return web.Pair{Term: web.T(ctx, key), Value: web.Decimal(ctx, 100*float64(millionths)/micro, 2) + "%", Note: web.T(ctx, key+"_note")}
	}
	return []web.Pair{
		index("insight.p0", o.Poverty.P0()), index("insight.p1", o.Poverty.P1()), index("insight.p2", o.Poverty.P2()),
		index("insight.p0_extreme", o.Poverty.P0Extreme()),
		{Term: web.T(ctx, "insight.poverty_unknown"), Value: web.Number(ctx, o.Poverty.Unknown), Note: web.T(ctx, "insight.poverty_unknown_note")},
	}
}

// below is the table of the areas below, which can be had as a file.
func (h *Handlers) below(r *web.Request, q web.Query, v insight.View) web.List[insight.Overview] {
	l := web.List[insight.Overview]{
		Caption: r.T("insight.below_title"), Rows: v.Children, Query: q, Files: r.MayExport(), Empty: r.T("insight.map_unknown"),
		Href: func(o insight.Overview) string { return dashboardOf(o.Area) },
	}
	column := func(name, key string, kind web.Kind, known insight.Measure, value func(o insight.Overview) any) {
		l.Columns = append(l.Columns, web.Column[insight.Overview]{Name: name, Label: r.T(key), Kind: kind, Value: func(o insight.Overview) any {
			if known != "" && !o.Known[known] {
				return nil
			}
			return value(o)
		}})
	}
	column("wilayah", "insight.area", web.Words, "", func(o insight.Overview) any { return h.Atlas.Name(o.Area) })
	column("kode", "insight.code", web.Code, "", func(o insight.Overview) any { return region.Dotted(o.Area) })
	column("keluarga", "insight.families", web.Count, insight.Families, func(o insight.Overview) any { return o.Active() })
	column("jiwa", "insight.persons", web.Count, insight.Persons, func(o insight.Overview) any { return o.Persons["active"] })
	column("desil_1_2", "insight.poorest", web.Count, insight.Deciles, func(o insight.Overview) any { return o.Poorest() })
	column("menerima", "insight.reached", web.Count, insight.Reached, func(o insight.Overview) any { return o.Reached })
	column("belum_ditetapkan", "insight.open", web.Count, insight.Reached, func(o insight.Overview) any { return o.Open })
	column("diperintahkan", "insight.ordered", web.Amount, insight.Money, func(o insight.Overview) any { return o.Flow.Ordered.Total })
	column("masuk", "insight.credited", web.Amount, insight.Money, func(o insight.Overview) any { return o.Flow.Credited.Total })
	column("dikembalikan", "insight.returned", web.Amount, insight.Money, func(o insight.Overview) any { return o.Flow.Returned.Total })
	return l
}
