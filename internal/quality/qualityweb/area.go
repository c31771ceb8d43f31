package qualityweb

import (
	"context"
	"net/url"

	"gotong/internal/access"
	"gotong/internal/chart"
	"gotong/internal/document"
	"gotong/internal/quality"
	"gotong/internal/region"
	"gotong/internal/web"
)

type areaView struct {
	web.Base
	Area      string
	Never     bool // nothing was ever measured
	None      bool // no active family is on record here
	Said      string
	Stats     []web.Stat
	Groups    chart.Bars
	Steps     chart.Stacks
	Warnings  web.List[counted]
	Waiting   web.List[counted]
	Trend     chart.Lines
	CountFile string // address of the area's own counts
	TrendFile string // address; "" for who may not take files
	Below     web.List[quality.Overview]
	MayStart  bool
	MayIssue  bool
	Kind      string
}

// counted is a row of a small table: what, how many families, and their list.
type counted struct {
	Name  string
	N     int64
	Href  string
	Minor bool // a warning that does not count
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
		if q.Text("bagian") == trendPart {
			return web.TableFile(format, "mutu-perkembangan", h.trendColumns(r, v), web.Rows(v.Trend)), nil
		}
		rows := v.Children
		if len(rows) == 0 { // a village tells of itself
			rows = []quality.Overview{v.Overview}
		}
		return web.TableFile(format, "mutu", below.Columns, web.Rows(rows)), nil
	}
	page := areaView{Base: r.Base(h.title(r, v)).At(h.crumbs(r, v.Area)...), Area: v.Area, Never: v.Day.On == 0, None: v.Families == 0, Below: below,
		MayStart: r.Actor.Can(access.StartRuns), MayIssue: v.Families > 0 && document.Quality.MayIssue(r.Actor), Kind: string(document.Quality)}
	if !page.Never {
		page.Said = r.T("quality.said", "day", web.Day(ctx, v.Day.On), "at", web.Moment(ctx, v.Day.At))
		page.Stats = h.stats(ctx, r, v)
		page.Groups, page.Steps, page.Trend = h.groups(ctx, v), steps(ctx, v), trend(ctx, v)
		page.Warnings, page.Waiting = h.warnings(r, v), h.waiting(r, v)
		if r.MayExport() {
			page.CountFile = Path + "?" + url.Values{"wilayah": {v.Area}, "berkas": {string(web.XLSX)}}.Encode()
			page.TrendFile = Path + "?" + url.Values{"wilayah": {v.Area}, "bagian": {trendPart}, "berkas": {string(web.XLSX)}}.Encode()
		}
	}
	return web.Page(areaPage(page)), nil
}

func (h *Handlers) title(r *web.Request, v quality.View) string {
	return r.T("quality.title_area", "area", h.nameOf(r, v.Area))
}

// nameOf names an area, or all those of who asks.
func (h *Handlers) nameOf(r *web.Request, area string) string {
	switch {
	case area != "":
		return h.Atlas.Name(area)
	case r.Actor.Scope.IsNation():
		return r.T("insight.nation")
	default:
		return r.T("insight.own_areas")
	}
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
		rows = append(rows, counted{r.T("quality.warning." + w.Code), w.N, listHref(v.Area, "peringatan", w.Code), v.Rule.Minor(w.Code)})
	}
	l := h.countedList(r, "peringatan", r.T("quality.warnings_title"), r.T("quality.warning_head"), rows)
	l.Columns = append(l.Columns, web.Column[counted]{Name: "dihitung", Label: r.T("quality.counted"), Value: func(c counted) any {
		if c.Minor {
			return r.T("quality.counted_no")
		}
		return r.T("quality.counted_yes")
	}})
	return l
}

func (h *Handlers) waiting(r *web.Request, v quality.View) web.List[counted] {
	var rows []counted
	for _, p := range v.Programme {
		rows = append(rows, counted{Name: h.Programme(p.Code).In(r.Lang), N: p.N, Href: listHref(v.Area, "program", p.Code)})
	}
	return h.countedList(r, "program", r.T("quality.waiting_title"), r.T("insight.programme"), rows)
}

// below is the table of the areas below, which can be had as a file.
func (h *Handlers) below(r *web.Request, q web.Query, v quality.View) web.List[quality.Overview] {
	l := web.List[quality.Overview]{Caption: r.T("quality.below_title"), Rows: v.Children, Query: q, Files: r.MayExport(), Empty: r.T("quality.none_here"),
		Href: func(o quality.Overview) string { return areaHref(o.Area) }}
	l.Columns = append([]web.Column[quality.Overview]{
		{Name: "wilayah", Label: r.T("quality.area"), Kind: web.Words, Value: func(o quality.Overview) any { return h.nameOf(r, o.Area) }},
		{Name: "kode", Label: r.T("insight.code"), Kind: web.Code, Value: func(o quality.Overview) any { return region.Dotted(o.Area) }},
	}, countColumns(r, v.Rule, func(o quality.Overview) quality.Overview { return o })...)
	return l
}

// trendPart is what the address says for the file of the trend.
const trendPart = "perkembangan"

// trendColumns are those of the file of the trend.
func (h *Handlers) trendColumns(r *web.Request, v quality.View) []web.Column[quality.Point] {
	return append([]web.Column[quality.Point]{
		{Name: "tanggal", Label: r.T("quality.day"), Kind: web.Date, Value: func(p quality.Point) any { return p.On }},
		{Name: "wilayah", Label: r.T("quality.area"), Kind: web.Words, Value: func(quality.Point) any { return h.nameOf(r, v.Area) }},
		{Name: "kode", Label: r.T("insight.code"), Kind: web.Code, Value: func(quality.Point) any { return region.Dotted(v.Area) }},
	}, countColumns(r, v.Rule, func(p quality.Point) quality.Overview { return p.Overview })...)
}

// countColumns are the counts of whatever has an overview.
func countColumns[R any](r *web.Request, rule quality.Rule, of func(R) quality.Overview) []web.Column[R] {
	var all []web.Column[R]
	column := func(name, label string, kind web.Kind, value func(o quality.Overview) any) {
		all = append(all, web.Column[R]{Name: name, Label: label, Kind: kind, Value: func(row R) any { return value(of(row)) }})
	}
	count := func(name string, i quality.Issue, of func(o quality.Overview) int64) {
		column(name, r.T("quality.issue."+quality.Names[i]), web.Count, func(o quality.Overview) any { return of(o) })
	}
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
	count("usang", quality.Stale, func(o quality.Overview) int64 { return o.Stale(rule) })
	count("peringatan", quality.HasWarning, func(o quality.Overview) int64 { return o.Warned })
	count("ganda", quality.OnRecordTwice, func(o quality.Overview) int64 { return o.Twice })
	count("belum_dikunjungi", quality.NeverVisited, func(o quality.Overview) int64 { return o.Unvisited })
	count("menunggu", quality.Undetermined, func(o quality.Overview) int64 { return o.Waiting })
	return all
}
