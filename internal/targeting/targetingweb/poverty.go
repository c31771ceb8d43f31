package targetingweb

import (
	"context"
	"errors"

	"github.com/a-h/templ"

	"gotong/internal/chart"
	"gotong/internal/fault"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

// faultOf returns the fault in an error's chain.
func faultOf(err error) (*fault.Error, bool) {
	var f *fault.Error
	ok := errors.As(err, &f)
	return f, ok
}

type povertyView struct {
	web.Base
	R       targeting.PovertyReport
	Where   string
	Filter  string
	Up      []web.Crumb
	Stats   []web.Stat
	Lines   []web.Pair
	Trend   templ.Component // nil for fewer than two days
	Days    web.List[povertyFigures]
	Areas   web.List[povertyFigures]
	Surveys web.List[targeting.SurveyPoverty]
}

// povertyFigures are one line of a table of measures.
type povertyFigures struct {
	Area, Name string
	targeting.PovertyPoint
	Line *targeting.Line
}

const micro = float64(targeting.Micro)

// poverty shows the measures of an area: of the areas below it, over time,
// and what surveys found.
func (h *Handlers) poverty(ctx context.Context, r *web.Request) (web.Response, error) {
	area, err := h.area(r)
	if err != nil {
		return nil, err
	}
	report, err := h.Service.Poverty(ctx, area)
	if err != nil {
		return nil, err
	}
	v := povertyView{R: report, Where: h.place(ctx, report.Area), Filter: report.Area}
	v.Base = r.Base(r.T("targeting.poverty.title")).At(h.up(r, report.Area)...)
	h.povertyTables(ctx, r, &v)
	list := v.Areas
	if r.List().Text("tabel") == "hari" {
		list = v.Days
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "kemiskinan-"+report.Area, list.Columns, web.Rows(list.Rows)), nil
	}
	m := report.Whole.Measure
	v.Stats = []web.Stat{
		{Label: r.T("targeting.poverty.p0"), Value: index(ctx, m.P0(), 2), Note: r.T("targeting.poverty.persons", "n", web.Number(ctx, m.Poor), "of", web.Number(ctx, m.Persons))},
		{Label: r.T("targeting.poverty.p1"), Value: index(ctx, m.P1(), 2)}, {Label: r.T("targeting.poverty.p2"), Value: index(ctx, m.P2(), 2)},
		{Label: r.T("targeting.poverty.extreme"), Value: index(ctx, m.P0Extreme(), 2), Note: r.T("targeting.poverty.persons", "n", web.Number(ctx, m.Extreme), "of", web.Number(ctx, m.Persons))},
	}
	v.Lines = append(h.linePairs(ctx, "targeting.poverty.line_poor", report.Whole.Poor), h.linePairs(ctx, "targeting.poverty.line_extreme", report.Whole.Extreme)...)
	v.Trend = trendChart(ctx, report)
	return web.Page(povertyPage(v)), nil
}

// up leads to the areas above one.
func (h *Handlers) up(r *web.Request, area string) []web.Crumb {
	all := []web.Crumb{{Label: r.T("targeting.page.nation"), Href: PovertyPath}}
	for _, a := range h.Atlas.Ancestors(area) {
		all = append(all, web.Crumb{Label: a.Name, Href: PovertyPath + "?wilayah=" + a.Code})
	}
	if area == "" {
		return nil
	}
	return all
}

func index(ctx context.Context, v int64, decimals int) string {
	return web.Decimal(ctx, 100*float64(v)/micro, decimals) + " %"
}

func (h *Handlers) linePairs(ctx context.Context, key string, l *targeting.Line) []web.Pair {
	if l == nil {
		return []web.Pair{{Term: web.T(ctx, key), Value: web.T(ctx, "targeting.poverty.no_line")}}
	}
	return []web.Pair{{Term: web.T(ctx, key), Value: web.Rupiah(ctx, l.Monthly),
		Note: web.T(ctx, "targeting.poverty.line_of", "area", h.place(ctx, l.Area), "setting", web.T(ctx, settingKey(l.Setting)), "date", web.Day(ctx, l.From), "source", l.Source.In(web.Lang(ctx)))}}
}

func settingKey(s targeting.Setting) string {
	if s == targeting.Anywhere {
		return "targeting.poverty.both"
	}
	return "targeting.poverty." + string(s)
}

func (h *Handlers) povertyTables(ctx context.Context, r *web.Request, v *povertyView) {
	measured := func(value func(targeting.Measure) any) func(povertyFigures) any {
		return func(p povertyFigures) any {
			if p.Measure.Persons == 0 {
				return nil
			}
			return value(p.Measure)
		}
	}
	share := func(name, key string, value func(targeting.Measure) int64) web.Column[povertyFigures] {
		return web.Column[povertyFigures]{Name: name, Label: r.T("targeting.poverty." + key), Kind: web.Share, Value: measured(func(m targeting.Measure) any { return float64(value(m)) / micro }),
			Show: func(p povertyFigures) templ.Component {
				if p.Measure.Persons == 0 {
					return plain("–")
				}
				return plain(index(ctx, value(p.Measure), 2))
			}}
	}
	figures := []web.Column[povertyFigures]{
		{Name: "jiwa", Label: r.T("targeting.poverty.people"), Kind: web.Count, Value: func(p povertyFigures) any { return p.Measure.Persons }},
		{Name: "miskin", Label: r.T("targeting.poverty.poor"), Kind: web.Count, Value: measured(func(m targeting.Measure) any { return m.Poor })},
		share("p0", "p0_short", targeting.Measure.P0), share("p1", "p1_short", targeting.Measure.P1), share("p2", "p2_short", targeting.Measure.P2), share("ekstrem", "extreme_short", targeting.Measure.P0Extreme),
		{Name: "tanpa_skor", Label: r.T("targeting.poverty.unknown"), Kind: web.Count, Value: func(p povertyFigures) any { return p.Measure.Unknown }},
		{Name: "cara", Label: r.T("targeting.poverty.how"), Hide: true, Value: func(povertyFigures) any { return r.T("targeting.poverty.predicted") }},
	}
	area := []web.Column[povertyFigures]{
		{Name: "wilayah", Label: r.T("targeting.page.area"), Value: func(p povertyFigures) any { return p.Name }},
		{Name: "kode_wilayah", Label: r.T("targeting.page.area_code"), Kind: web.Code, Hide: true, Value: func(p povertyFigures) any { return dotted(p.Area) }},
	}
	line := []web.Column[povertyFigures]{{Name: "garis", Label: r.T("targeting.poverty.line_short"), Kind: web.Amount, Value: func(p povertyFigures) any {
		if p.Line == nil {
			return nil
		}
		return p.Line.Monthly
	}}}
	day := []web.Column[povertyFigures]{{Name: "tanggal", Label: r.T("targeting.page.as_of"), Kind: web.Date, Value: func(p povertyFigures) any { return p.AsOf }},
		{Name: "model", Label: r.T("targeting.page.model"), Kind: web.Code, Value: func(p povertyFigures) any { return p.Model }}}
	var areas, days []povertyFigures
	for _, row := range v.R.Rows {
		areas = append(areas, povertyFigures{Area: row.Area, Name: h.Atlas.Name(row.Area), PovertyPoint: targeting.PovertyPoint{Measure: row.Measure}, Line: row.Poor})
	}
	for _, p := range v.R.Trend {
		days = append(days, povertyFigures{PovertyPoint: p})
	}
	v.Areas = web.List[povertyFigures]{Caption: r.T("targeting.poverty.below", "area", v.Where), Rows: areas, Query: r.List(), Columns: append(append(area, line...), figures...), Files: r.MayExport(),
		Empty: r.T("targeting.poverty.no_below"), Href: func(p povertyFigures) string { return PovertyPath + "?wilayah=" + p.Area }}
	v.Days = web.List[povertyFigures]{ID: "hari", Caption: r.T("targeting.poverty.trend"), Rows: days, Columns: append(day, figures...), Empty: r.T("targeting.poverty.no_trend")}
	v.Surveys = h.surveyTable(ctx, r, v.R.Surveys)
}

func (h *Handlers) surveyTable(ctx context.Context, r *web.Request, all []targeting.SurveyPoverty) web.List[targeting.SurveyPoverty] {
	share := func(name, key string, value func(targeting.SurveyPoverty) int64) web.Column[targeting.SurveyPoverty] {
		return web.Column[targeting.SurveyPoverty]{Name: name, Label: r.T("targeting.poverty." + key), Kind: web.Share, Value: func(s targeting.SurveyPoverty) any { return float64(value(s)) / micro },
			Show: func(s targeting.SurveyPoverty) templ.Component { return plain(index(ctx, value(s), 2)) }}
	}
	return web.List[targeting.SurveyPoverty]{ID: "survei", Caption: r.T("targeting.poverty.surveys"), Rows: all, Empty: r.T("targeting.poverty.no_surveys"), Columns: []web.Column[targeting.SurveyPoverty]{
		{Name: "survei", Label: r.T("targeting.poverty.survey"), Value: func(s targeting.SurveyPoverty) any { return s.Survey }},
		{Name: "tanggal", Label: r.T("targeting.poverty.held"), Kind: web.Date, Value: func(s targeting.SurveyPoverty) any { return s.HeldOn }},
		{Name: "tempat", Label: r.T("targeting.poverty.setting"), Value: func(s targeting.SurveyPoverty) any { return r.T(settingKey(s.Setting)) }},
		{Name: "rumah_tangga", Label: r.T("targeting.poverty.households"), Kind: web.Count, Value: func(s targeting.SurveyPoverty) any { return s.Households }},
		share("p0", "p0_short", func(s targeting.SurveyPoverty) int64 { return s.P0 }),
		{Name: "selang", Label: r.T("targeting.poverty.interval"), Value: func(s targeting.SurveyPoverty) any {
			return index(ctx, s.P0Low, 2) + " – " + index(ctx, s.P0High, 2)
		}},
		share("p1", "p1_short", func(s targeting.SurveyPoverty) int64 { return s.P1 }), share("p2", "p2_short", func(s targeting.SurveyPoverty) int64 { return s.P2 }),
		share("ekstrem", "extreme_short", func(s targeting.SurveyPoverty) int64 { return s.Extreme }),
	}}
}

// trendChart draws how the indices moved; nil for fewer than two days.
func trendChart(ctx context.Context, r targeting.PovertyReport) templ.Component {
	if len(r.Trend) < 2 {
		return nil
	}
	l := web.Lang(ctx)
	c := chart.Lines{Frame: chart.Frame{Title: web.T(ctx, "targeting.poverty.trend"), Desc: web.T(ctx, "targeting.poverty.predicted"), Lang: l}, Head: web.T(ctx, "targeting.page.as_of"),
		Format: func(v float64) string { return web.Decimal(ctx, v, 1) + " %" }}
	names := []struct {
		key   string
		value func(targeting.Measure) int64
	}{{"p0", targeting.Measure.P0}, {"p1", targeting.Measure.P1}, {"p2", targeting.Measure.P2}, {"extreme", targeting.Measure.P0Extreme}}
	for _, n := range names {
		c.Lines = append(c.Lines, chart.Line{Name: web.T(ctx, "targeting.poverty."+n.key+"_short")})
	}
	for _, p := range r.Trend {
		c.Points = append(c.Points, web.Day(ctx, p.AsOf))
		for k, n := range names {
			v := n.value(p.Measure)
			c.Lines[k].Values = append(c.Lines[k].Values, chart.Value{Known: true, N: 100 * float64(v) / micro, Text: index(ctx, v, 2)})
		}
	}
	return c
}
