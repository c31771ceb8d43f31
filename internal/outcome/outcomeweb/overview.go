package outcomeweb

import (
	"context"
	"net/url"
	"slices"

	"gotong/internal/access"
	"gotong/internal/chart"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/outcome"
	"gotong/internal/region"
	"gotong/internal/web"
)

type overviewView struct {
	web.Base
	None       bool // nothing was measured yet
	MayMeasure bool
	MayList    bool
	Errors     web.Errors
	From, To   string
	Measure    outcome.Measure
	Days       string
	Moves      []web.Stat
	Roads      chart.Bars
	RoadsKnown bool
	Gaps       []web.Stat
	Due        []web.Stat
	Areas      web.List[areaLine]
	Proof      []web.Pair
}

// areaLine is what one area below comes to.
type areaLine struct {
	Area  string
	Count map[outcome.List]int64
}

// overview shows the newest measure of one area, or of all of the actor's.
func (h *Handlers) overview(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.overviewOf(ctx, r)
	if err != nil {
		return nil, err
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "hasil", v.Areas.Columns, web.Rows(v.Areas.Rows)), nil
	}
	return web.Page(overviewPage(v)), nil
}

func (h *Handlers) overviewOf(ctx context.Context, r *web.Request) (overviewView, error) {
	q := r.List()
	area := h.area(q)
	v := overviewView{Base: r.Base(r.T("outcome.title")), MayMeasure: r.Actor.Can(access.RunDetermination), MayList: r.Actor.Can(access.SeeDeterminations)}
	if area != "" {
		v.Base = r.Base(r.T("outcome.title_area", "area", h.Atlas.Name(area))).At(web.Crumb{Label: r.T("outcome.title"), Href: Path})
	}
	m, err := h.Service.Measure(ctx, identNone)
	if fault.Is(err, fault.KindNotFound) {
		v.None = true
		v.Areas = h.areas(r, q, outcome.Policy{}, nil)
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Measure = m
	v.Days = r.T("outcome.days", "n", web.Number(ctx, int64(len(m.Rankings))), "from", web.Day(ctx, m.Rankings[0].Day), "to", web.Day(ctx, m.AsOf))
	all, err := h.Service.Tallies(ctx, outcome.Filter{Measure: m.ID, Area: area}, 0)
	if err != nil {
		return v, err
	}
	h.figures(ctx, r, &v, area, all)
	below, err := h.below(ctx, m, area)
	if err != nil {
		return v, err
	}
	v.Areas = h.areas(r, q, h.policy(m), below)
	v.Proof = []web.Pair{
		{Term: r.T("outcome.proof.at"), Value: web.Moment(ctx, m.CreatedAt), Note: m.CreatedBy},
		{Term: r.T("outcome.proof.policy"), Value: h.policy(m).Source.In(r.Lang)},
		{Term: r.T("outcome.proof.digest"), Value: m.Digest},
	}
	return v, nil
}

// below returns the counts of the areas below one. Where there is a single
// one, it stands for itself and those below it are shown.
func (h *Handlers) below(ctx context.Context, m outcome.Measure, area string) ([]outcome.Tally, error) {
	for {
		digits := digitsBelow(area)
		below, err := h.Service.Tallies(ctx, outcome.Filter{Measure: m.ID, Area: area}, digits)
		if err != nil || len(below) == 0 || digits == 10 {
			return below, err
		}
		if slices.ContainsFunc(below, func(t outcome.Tally) bool { return t.Area != below[0].Area }) {
			return below, nil
		}
		area = below[0].Area
	}
}

// figures fills the view with the counts of the area.
func (h *Handlers) figures(ctx context.Context, r *web.Request, v *overviewView, area string, all []outcome.Tally) {
	count, roads, due := map[outcome.List]int64{}, map[outcome.Road]int64{}, map[string]int64{}
	for _, t := range all {
		count[t.List] += t.Families
		switch t.List {
		case outcome.Left:
			roads[t.Road] += t.Families
		case outcome.Due:
			due[t.Programme] += t.Families
		}
	}
	href := func(list outcome.List, more ...string) string {
		if !v.MayList || !list.Kept() || count[list] == 0 {
			return ""
		}
		return listAddress(list, area, more...)
	}
	if len(v.Measure.Rankings) > 1 {
		for _, list := range outcome.Moves {
			v.Moves = append(v.Moves, web.Stat{Label: r.T("outcome.list." + string(list)), Value: web.Number(ctx, count[list]), Href: href(list)})
		}
	}
	v.Roads = chart.Bars{Frame: chart.Frame{Title: r.T("outcome.roads"), Lang: r.Lang}, Heads: [2]string{r.T("outcome.road_head"), r.T("outcome.families")}}
	for _, road := range outcome.Roads {
		v.RoadsKnown = v.RoadsKnown || roads[road] > 0
		v.Roads.Bars = append(v.Roads.Bars, chart.Bar{Label: r.T("outcome.road." + string(road)), Value: float64(roads[road]),
			Text: web.Number(ctx, roads[road]), Note: web.Percent(ctx, roads[road], max(1, count[outcome.Left])), Href: href(outcome.Left, "jalan", string(road))})
	}
	for _, g := range h.policy(v.Measure).Gaps {
		v.Gaps = append(v.Gaps, web.Stat{Label: g.Name.In(r.Lang), Value: web.Number(ctx, count[g.Code]), Note: g.Act.In(r.Lang), Href: href(g.Code)})
	}
	for _, code := range v.Measure.Programmes {
		if due[code] > 0 {
			v.Due = append(v.Due, web.Stat{Label: h.Programme(code).In(r.Lang), Value: web.Number(ctx, due[code]), Href: href(outcome.Due, "program", code)})
		}
	}
}

func listAddress(list outcome.List, area string, more ...string) string {
	q := url.Values{"daftar": {string(list)}}
	if area != "" {
		q.Set("wilayah", area)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return ListPath + "?" + q.Encode()
}

// digitsBelow is how long the codes of the areas below one are.
func digitsBelow(area string) int {
	switch {
	case len(area) < 2:
		return 2
	case len(area) < 6:
		return len(area) + 2
	}
	return 10
}

// areas is the table of the areas below, which can be had as a file.
func (h *Handlers) areas(r *web.Request, q web.Query, p outcome.Policy, all []outcome.Tally) web.List[areaLine] {
	l := web.List[areaLine]{Caption: r.T("outcome.areas"), Query: q, Files: r.MayExport(), Empty: r.T("outcome.no_areas"),
		Href: func(x areaLine) string { return To(x.Area) }}
	at := map[string]int{}
	for _, t := range all {
		i, there := at[t.Area]
		if !there {
			i = len(l.Rows)
			at[t.Area] = i
			l.Rows = append(l.Rows, areaLine{t.Area, map[outcome.List]int64{}})
		}
		l.Rows[i].Count[t.List] += t.Families
	}
	sortAreas(l.Rows)
	l.Columns = []web.Column[areaLine]{
		{Name: "wilayah", Label: r.T("outcome.area"), Value: func(x areaLine) any { return h.Atlas.Name(x.Area) }},
		{Name: "kode", Label: r.T("outcome.area_code"), Kind: web.Code, Hide: true, Value: func(x areaLine) any { return region.Dotted(x.Area) }},
	}
	put := func(list outcome.List, label string, hide bool) {
		l.Columns = append(l.Columns, web.Column[areaLine]{Name: string(list), Label: label, Kind: web.Count, Hide: hide,
			Value: func(x areaLine) any { return x.Count[list] }})
	}
	for _, list := range outcome.Moves {
		put(list, r.T("outcome.list."+string(list)), list != outcome.Left && list != outcome.FellBack && list != outcome.Fell)
	}
	for i, g := range p.Gaps {
		put(g.Code, g.Name.In(r.Lang), i > 1)
	}
	put(outcome.Due, r.T("outcome.list.due"), false)
	return l
}

// measure starts a run that measures anew.
func (h *Handlers) measure(ctx context.Context, r *web.Request) (web.Response, error) {
	var a outcome.Args
	var errs web.Errors
	read := func(name string, into *civil.Date) {
		if r.Text(name) == "" {
			return
		}
		day, err := civil.Parse(r.Text(name))
		if err != nil {
			errs.Add(name, r.T("outcome.bad_day", "value", r.Text(name)))
		}
		*into = day
	}
	read("dari", &a.From)
	read("sampai", &a.To)
	if !errs.Any() {
		page, err := h.Work.Measure(ctx, a)
		if err == nil {
			return web.SeeOther(page), nil
		}
		if !errs.Take(r.Lang, "sampai", err) {
			return nil, err
		}
	}
	v, err := h.overviewOf(ctx, r)
	if err != nil {
		return nil, err
	}
	v.Errors, v.From, v.To = errs, r.Text("dari"), r.Text("sampai")
	return web.Invalid(overviewPage(v)), nil
}
