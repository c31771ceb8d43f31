package conditionweb

import (
	"context"

	"gotong/internal/chart"
	"gotong/internal/condition"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// areas show how duties stand below an area, and month by month.
func (h *Handlers) areas(ctx context.Context, r *web.Request) (web.Response, error) {
	month, months, err := h.monthOf(ctx, r)
	if err != nil {
		return nil, err
	}
	area := digits(r.List().Text("wilayah"))
	o, err := h.Service.Overview(ctx, condition.OverviewFilter{Area: area, Month: month, Digits: below(r, area), Months: trendMonths})
	if err != nil {
		return nil, err
	}
	s := newSheet(r, r.T("condition.areas.title"), r.T("condition.areas.lead", "month", month.Name(r.Lang)), home(r))
	if area != "" {
		s.Act(true, AreaPath+"?bulan="+month.String(), r.T("condition.areas.up"))
		s.Lead = h.Atlas.Path(area, ", ") + " · " + month.Name(r.Lang)
	}
	number := func(name string, of func(condition.AreaCounts) int64) web.Column[condition.AreaCounts] {
		return col(r, name, web.Count, func(a condition.AreaCounts) any { return of(a) })
	}
	list := page.Rows[condition.AreaCounts]{Name: "kewajiban-wilayah-" + month.String(), Caption: r.T("condition.areas.title"), All: o.Areas, Empty: r.T("condition.areas.none"),
		Href: func(a condition.AreaCounts) string {
			if len(a.Area) >= villageDigits {
				return Path + "?bulan=" + month.String() + "&wilayah=" + a.Area
			}
			return AreaPath + "?bulan=" + month.String() + "&wilayah=" + a.Area
		}, Columns: []web.Column[condition.AreaCounts]{
			col(r, "nama_wilayah", web.Words, func(a condition.AreaCounts) any { return h.Atlas.Name(a.Area) }),
			page.Hidden(col(r, "wilayah", web.Code, func(a condition.AreaCounts) any { return a.Area })),
			number("keluarga", func(a condition.AreaCounts) int64 { return a.Families }), number("terverifikasi", func(a condition.AreaCounts) int64 { return a.Verified }),
			number("dipenuhi", func(a condition.AreaCounts) int64 { return a.Counts.Met }), number("tidak_dipenuhi", func(a condition.AreaCounts) int64 { return a.Counts.Missed }),
			number("dimaklumi", func(a condition.AreaCounts) int64 { return a.Counts.Excused }), number("tanpa_data", func(a condition.AreaCounts) int64 { return a.Counts.Open }),
			col(r, "bagian_dipenuhi", web.Share, func(a condition.AreaCounts) any {
				if known := a.Counts.Met + a.Counts.Missed; known > 0 {
					return float64(a.Counts.Met) / float64(known)
				}
				return nil
			}),
		}}
	if len(o.Trend) > 0 {
		s.Add("", h.trend(ctx, r, o.Trend))
	}
	return list.Page(r, s, ask(r, "bulan", page.Of(months)), ask(r, "wilayah", page.Optional, page.Short, page.Hint(r.T("condition.hint.wilayah"))))
}

// trend draws the months as wholes of what is known.
func (h *Handlers) trend(ctx context.Context, r *web.Request, all []condition.MonthCounts) chart.Stacks {
	c := chart.Stacks{Frame: chart.Frame{Title: r.T("condition.areas.trend"), Desc: r.T("condition.areas.trend_desc"), Lang: r.Lang}, Head: r.T("condition.field.bulan"), Whole: true,
		Series: []string{r.T("condition.status.met"), r.T("condition.status.open"), r.T("condition.status.excused"), r.T("condition.status.missed")}}
	for _, m := range all {
		parts := []int64{m.Counts.Met, m.Counts.Open, m.Counts.Excused, m.Counts.Missed}
		x := chart.Stack{Label: m.Month.Name(r.Lang)}
		for _, n := range parts {
			x.Parts, x.Texts = append(x.Parts, float64(n)), append(x.Texts, web.Number(ctx, n))
		}
		c.Stacks = append(c.Stacks, x)
	}
	return c
}

const villageDigits = 10

// below is how many digits the areas have that lie below one: of whoever sees
// the nation provinces first, of whoever sees one regency its districts.
func below(r *web.Request, area string) int {
	levels := []int{2, 4, 6, villageDigits}
	at := len(area)
	if at == 0 {
		if prefixes := r.Actor.Scope.Prefixes(); len(prefixes) == 1 {
			at = len(prefixes[0])
		} else if len(prefixes) > 1 {
			at = len(prefixes[0]) - 1 // several of a level: these first
		}
	}
	for _, n := range levels {
		if n > at {
			return n
		}
	}
	return villageDigits
}
