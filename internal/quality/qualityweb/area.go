package qualityweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/chart"
	"gotong/internal/document"
	"gotong/internal/quality"
	"gotong/internal/region"
	"gotong/internal/web"
)

type areaView struct {
	web.Base
	Area     string
	Never    bool // nothing was ever measured
	None     bool // no active family is on record here
	Said     string
	Stats    []web.Stat
	Groups   chart.Bars
	Steps    chart.Stacks
	Warnings web.List[counted]
	Waiting  web.List[counted]
	Trend    chart.Lines
	Below    web.List[quality.Overview]
	MayStart bool
	MayIssue bool
	Kind     string
}

// counted is a row of a small table: what, how many families, and their list.
type counted struct {
	Name string
	N    int64
	Href string
}

// show shows the quality of the register in one area.
func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	area, err := h.areaOf(q.Text("wilayah"))
	if err != nil {
		return nil, err
	}
	v, err := h.Service.View(ctx, area)
	if err != nil {
		return nil, err
	}
	below := h.below(r, q, v)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "mutu", below.Columns, web.Rows(v.Children)), nil
	}
	page := areaView{Base: r.Base(h.title(r, v)).At(h.crumbs(r, v.Area)...), Area: v.Area, Never: v.Day.On == 0, None: v.Families == 0, Below: below,
		MayStart: r.Actor.Can(access.StartRuns), MayIssue: v.Families > 0 && document.Quality.MayIssue(r.Actor), Kind: string(document.Quality)}
	if !page.Never {
		page.Said = r.T("quality.said", "day", web.Day(ctx, v.Day.On), "at", web.Moment(ctx, v.Day.At))
		page.Stats = h.stats(ctx, r, v)
		page.Groups, page.Steps, page.Trend = h.groups(ctx, v), steps(ctx, v), trend(ctx, v)
		page.Warnings, page.Waiting = h.warnings(r, v), h.waiting(r, v)
	}
	return web.Page(areaPage(page)), nil
}

func (h *Handlers) title(r *web.Request, v quality.View) string {
	name := h.Atlas.Name(v.Area)
	switch {
	case v.Area == "" && r.Actor.Scope.IsNation():
		name = r.T("insight.nation")
	case v.Area == "":
		name = r.T("insight.own_areas")
	}
	return r.T("quality.title_area", "area", name)
}

// crumbs lead to the areas above, as far as they are the actor's.
func (h *Handlers) crumbs(r *web.Request, area string) []web.Crumb {
	var way []web.Crumb
	if area != "" && len(r.Actor.Scope.Prefixes()) != 1 {
		way = append(way, web.Crumb{Label: r.T("quality.nav"), Href: Path})
	}
	for _, above := range h.Atlas.Ancestors(area) {
		if r.Actor.Scope.Covers(above.Code) {
			way = append(way, web.Crumb{Label: h.Atlas.Name(above.Code), Href: areaHref(above.Code)})
		}
	}
	return way
}

func (h *Handlers) stats(ctx context.Context, r *web.Request, v quality.View) []web.Stat {
	known, asked := v.Facts()
	issue := func(i quality.Issue, n int64) web.Stat {
		s := web.Stat{Label: web.T(ctx, "quality.issue."+quality.Names[i]), Value: web.Number(ctx, n),
			Note: web.T(ctx, "quality.share", "share", web.Percent(ctx, n, v.Families))}
		if n > 0 && r.Actor.Can(access.SeeFamilies) {
			s.Href = listHref(v.Area, "masalah", quality.Names[i])
		}
		return s
	}
	return []web.Stat{
		{Label: web.T(ctx, "quality.families"), Value: web.Number(ctx, v.Families), Note: web.T(ctx, "quality.persons", "n", web.Number(ctx, v.Persons))},
		{Label: web.T(ctx, "quality.facts"), Value: web.Percent(ctx, known, asked), Note: web.T(ctx, "quality.facts_note")},
		{Label: web.T(ctx, "quality.sound"), Value: web.Number(ctx, v.Sound), Note: web.T(ctx, "quality.share", "share", web.Percent(ctx, v.Sound, v.Families))},
		issue(quality.Incomplete, v.Families-v.Complete),
		issue(quality.Stale, v.Stale(v.Rule)),
		issue(quality.HasWarning, v.Warned),
		issue(quality.OnRecordTwice, v.Twice),
		issue(quality.NeverVisited, v.Unvisited),
		issue(quality.Undetermined, v.Waiting),
	}
}

// groupName names a group of facts.
func (h *Handlers) groupName(ctx context.Context, code string) string {
	if code == quality.Identity {
		return web.T(ctx, "quality.identity")
	}
	for _, g := range h.Service.Catalogue().Groups() {
		if g.Code == code {
			return g.Name.In(web.Lang(ctx))
		}
	}
	return code
}

func (h *Handlers) groups(ctx context.Context, v quality.View) chart.Bars {
	b := chart.Bars{Frame: chart.Frame{Title: web.T(ctx, "quality.groups_title"), Desc: web.T(ctx, "quality.groups_desc"), Lang: web.Lang(ctx)},
		Heads: [2]string{web.T(ctx, "quality.group"), web.T(ctx, "quality.known")}}
	for _, g := range v.Groups {
		bar := chart.Bar{Label: h.groupName(ctx, g.Code), Value: float64(g.N) / float64(max(g.Of, 1)), Text: web.Percent(ctx, g.N, g.Of)}
		if g.N < g.Of {
			bar.Note = web.T(ctx, "quality.lacking", "n", web.Number(ctx, g.Of-g.N))
			bar.Href = listHref(v.Area, "kurang", g.Code)
		}
		b.Bars = append(b.Bars, bar)
	}
	return b
}

func steps(ctx context.Context, v quality.View) chart.Stacks {
	s := chart.Stacks{Frame: chart.Frame{Title: web.T(ctx, "quality.fresh_title"), Desc: web.T(ctx, "quality.fresh_desc"), Lang: web.Lang(ctx)},
		Head: web.T(ctx, "quality.area"), Whole: true}
	stack := chart.Stack{Label: web.T(ctx, "quality.families")}
	for i := range len(v.Rule.FreshDays) + 1 {
		s.Series = append(s.Series, quality.StepName(web.Lang(ctx), v.Rule, i))
		var n int64
		if i < len(v.Steps) {
			n = v.Steps[i]
		}
		stack.Parts = append(stack.Parts, float64(n))
		stack.Texts = append(stack.Texts, web.Number(ctx, n))
	}
	s.Stacks = []chart.Stack{stack}
	return s
}

func trend(ctx context.Context, v quality.View) chart.Lines {
	l := chart.Lines{Frame: chart.Frame{Title: web.T(ctx, "quality.trend_title"), Desc: web.T(ctx, "quality.trend_desc"), Lang: web.Lang(ctx)},
		Head: web.T(ctx, "quality.day"), Format: func(x float64) string { return web.Decimal(ctx, x, 0) + "%" }}
	share := func(key string, of func(o quality.Overview) (int64, int64)) chart.Line {
		line := chart.Line{Name: web.T(ctx, key)}
		for _, p := range v.Trend {
			n, all := of(p.Overview)
			line.Values = append(line.Values, chart.Value{Known: all > 0, N: 100 * float64(n) / float64(max(all, 1)), Text: web.Percent(ctx, n, all)})
		}
		return line
	}
	for _, p := range v.Trend {
		l.Points = append(l.Points, web.Day(ctx, p.On))
	}
	l.Lines = []chart.Line{
		share("quality.facts", quality.Overview.Facts),
		share("quality.sound", func(o quality.Overview) (int64, int64) { return o.Sound, o.Families }),
		share("quality.issue.warned", func(o quality.Overview) (int64, int64) { return o.Warned, o.Families }),
		share("quality.issue.unvisited", func(o quality.Overview) (int64, int64) { return o.Unvisited, o.Families }),
	}
	return l
}

func (h *Handlers) countedList(r *web.Request, id, caption, head string, rows []counted) web.List[counted] {
	l := web.List[counted]{ID: id, Caption: caption, Rows: rows, Empty: r.T("quality.none_here"), Columns: []web.Column[counted]{
		{Name: "apa", Label: head, Value: func(c counted) any { return c.Name }},
		{Name: "keluarga", Label: r.T("quality.families"), Kind: web.Count, Value: func(c counted) any { return c.N }},
	}}
	if r.Actor.Can(access.SeeFamilies) {
		l.Href = func(c counted) string { return c.Href }
	}
	return l
}

func (h *Handlers) warnings(r *web.Request, v quality.View) web.List[counted] {
	var rows []counted
	for _, w := range v.Warnings {
		rows = append(rows, counted{r.T("quality.warning." + w.Code), w.N, listHref(v.Area, "peringatan", w.Code)})
	}
	return h.countedList(r, "peringatan", r.T("quality.warnings_title"), r.T("quality.warning_head"), rows)
}

func (h *Handlers) waiting(r *web.Request, v quality.View) web.List[counted] {
	var rows []counted
	for _, p := range v.Programme {
		rows = append(rows, counted{h.Programme(p.Code).In(r.Lang), p.N, listHref(v.Area, "program", p.Code)})
	}
	return h.countedList(r, "program", r.T("quality.waiting_title"), r.T("insight.programme"), rows)
}

// below is the table of the areas below, which can be had as a file.
func (h *Handlers) below(r *web.Request, q web.Query, v quality.View) web.List[quality.Overview] {
	l := web.List[quality.Overview]{Caption: r.T("quality.below_title"), Rows: v.Children, Query: q, Files: r.MayExport(), Empty: r.T("quality.none_here"),
		Href: func(o quality.Overview) string { return areaHref(o.Area) }}
	column := func(name, label string, kind web.Kind, value func(o quality.Overview) any) {
		l.Columns = append(l.Columns, web.Column[quality.Overview]{Name: name, Label: label, Kind: kind, Value: value})
	}
	count := func(name string, i quality.Issue, of func(o quality.Overview) int64) {
		column(name, r.T("quality.issue."+quality.Names[i]), web.Count, func(o quality.Overview) any { return of(o) })
	}
	column("wilayah", r.T("quality.area"), web.Words, func(o quality.Overview) any { return h.Atlas.Name(o.Area) })
	column("kode", r.T("insight.code"), web.Code, func(o quality.Overview) any { return region.Dotted(o.Area) })
	column("keluarga", r.T("quality.families"), web.Count, func(o quality.Overview) any { return o.Families })
	column("fakta", r.T("quality.facts"), web.Share, func(o quality.Overview) any {
		known, asked := o.Facts()
		if asked == 0 {
			return nil
		}
		return float64(known) / float64(asked)
	})
	column("tanpa_masalah", r.T("quality.sound"), web.Count, func(o quality.Overview) any { return o.Sound })
	count("kurang", quality.Incomplete, func(o quality.Overview) int64 { return o.Families - o.Complete })
	count("usang", quality.Stale, func(o quality.Overview) int64 { return o.Stale(v.Rule) })
	count("peringatan", quality.HasWarning, func(o quality.Overview) int64 { return o.Warned })
	count("ganda", quality.OnRecordTwice, func(o quality.Overview) int64 { return o.Twice })
	count("belum_dikunjungi", quality.NeverVisited, func(o quality.Overview) int64 { return o.Unvisited })
	count("menunggu", quality.Undetermined, func(o quality.Overview) int64 { return o.Waiting })
	return l
}
