package insightweb

import (
	"context"
	"fmt"

	"gotong/internal/insight"
	"gotong/internal/region"
	"gotong/internal/web"
)

// publishedMeasures are the measures of which the public page shows figures.
var publishedMeasures = []insight.Measure{insight.Families, insight.Persons, insight.Deciles, insight.Reached, insight.Coverage, insight.Money}

// published is one figure of the public page.
type published struct {
	Label   string
	Value   string
	Plain   any // the same for a file: a rounded number, or nil where it is hidden
	Measure insight.Measure
}

type statisticsView struct {
	web.Base
	Chosen    string // area; "" before one is chosen
	Rule      string
	Figures   web.List[published]
	Regencies []web.Option
	Sources   map[insight.Measure]string
	Query     web.Query
}

// statistics shows what anybody may know of a regency or city, or the choice
// of them.
func (h *Handlers) statistics(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	area, err := h.areaOf(q.Text("wilayah"))
	if err != nil {
		return nil, err
	}
	v := statisticsView{Base: r.Base(r.T("insight.public_title")), Chosen: area, Query: q}
	if area != "" {
		s, err := h.Service.Statistics(ctx, area)
		if err != nil {
			return nil, err
		}
		v.Figures = web.List[published]{Caption: r.T("insight.public_title_area", "area", h.Atlas.Name(area)), Columns: publishedColumns(r),
			Rows: h.publishedFigures(ctx, s), Query: q, Files: r.MayExport()}
		if format, wanted, err := r.Wanted(); err != nil {
			return nil, err
		} else if wanted {
			return web.TableFile(format, "statistik-"+area, fileColumns(ctx, r, s), web.Rows(v.Figures.Rows)), nil
		}
		v.Base = r.Base(v.Figures.Caption).At(web.Crumb{Label: r.T("insight.public_title"), Href: StatisticsPath})
		v.Rule = r.T("insight.public_rule", "below", s.Rule.Below, "round", s.Rule.Round, "rupiah", web.Rupiah(ctx, s.Rule.Rupiah))
		v.Sources = sources(ctx, s.Basis)
	}
	codes, err := h.Service.Regencies(ctx)
	if err != nil {
		return nil, err
	}
	for _, code := range codes {
		v.Regencies = append(v.Regencies, web.Option{Value: code, Label: fmt.Sprintf("%s (%s)", h.Atlas.Path(code, ", "), region.Dotted(code))})
	}
	return web.Page(statisticsPage(v)), nil
}

// publishedFigures lists what is published, hidden figures as such.
func (h *Handlers) publishedFigures(ctx context.Context, s insight.Statistics) []published {
	var all []published
	count := func(label string, p insight.Published, m insight.Measure) {
		x := published{Label: label, Measure: m, Value: web.T(ctx, "insight.hidden", "below", s.Rule.Below)}
		if !p.Hidden {
			x.Value, x.Plain = web.Number(ctx, p.Count), p.Count
		}
		all = append(all, x)
	}
	amount := func(label string, p insight.PublishedAmount) {
		x := published{Label: label, Measure: insight.Money, Value: web.T(ctx, "insight.hidden_amount")}
		if !p.Hidden {
			x.Value, x.Plain = web.Rupiah(ctx, p.Amount), p.Amount
		}
		all = append(all, x)
	}
	count(web.T(ctx, "insight.families"), s.Families, insight.Families)
	count(web.T(ctx, "insight.persons"), s.Persons, insight.Persons)
	for i, d := range s.Deciles {
		count(fmt.Sprintf("%s %d", web.T(ctx, "insight.decile"), i+1), d, insight.Deciles)
	}
	count(web.T(ctx, "insight.unranked"), s.Unranked, insight.Deciles)
	count(web.T(ctx, "insight.reached"), s.Reached, insight.Reached)
	for _, p := range s.Programmes {
		name := h.Programme(p.Code).In(web.Lang(ctx))
		count(name+": "+web.T(ctx, "insight.entitled"), p.Entitled, insight.Coverage)
		count(name+": "+web.T(ctx, "insight.waitlisted"), p.Waitlisted, insight.Coverage)
		amount(name+": "+web.T(ctx, "insight.credited"), p.Credited)
	}
	amount(web.T(ctx, "insight.credited_shown"), s.Credited)
	return all
}

func publishedColumns(r *web.Request) []web.Column[published] {
	return []web.Column[published]{
		{Name: "angka", Label: r.T("insight.figure"), Value: func(p published) any { return p.Label }},
		{Name: "nilai", Label: r.T("insight.value"), Kind: web.Count, Value: func(p published) any { return p.Value }},
	}
}

// fileColumns are those of the file, which says with each figure where it
// comes from, since a file is passed on without its page.
func fileColumns(ctx context.Context, r *web.Request, s insight.Statistics) []web.Column[published] {
	from := sources(ctx, s.Basis)
	return []web.Column[published]{
		{Name: "wilayah", Label: r.T("insight.code"), Kind: web.Code, Value: func(published) any { return region.Dotted(s.Area) }},
		{Name: "angka", Label: r.T("insight.figure"), Value: func(p published) any { return p.Label }},
		{Name: "nilai", Label: r.T("insight.value"), Kind: web.Count, Value: func(p published) any { return p.Plain }},
		{Name: "sumber", Label: r.T("insight.basis"), Value: func(p published) any { return from[p.Measure] }},
	}
}
