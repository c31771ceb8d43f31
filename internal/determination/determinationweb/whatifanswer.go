package determinationweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/chart"
	"gotong/internal/determination"
	"gotong/internal/money"
	"gotong/internal/web"
)

// answerView is what a what-if comes to, as it is shown.
type answerView struct {
	A       *determination.Answer
	Stats   []web.Stat
	Notes   []string
	Groups  web.List[groupRow]
	Deciles chart.Stacks
	Map     chart.Tiles
	Others  web.List[determination.ProgrammeChange]
	Errors  web.List[measure]
}

// groupRow is one group of a what-if.
type groupRow struct {
	By, Name string
	determination.GroupChange
}

// measure is one figure of several scenarios side by side.
type measure struct {
	Label string
	Of    []any
}

func (h *Handlers) answerView(ctx context.Context, r *web.Request, a *determination.Answer) *answerView {
	v := &answerView{A: a}
	c := a.Change
	stat := func(key string, value string, note string) {
		v.Stats = append(v.Stats, web.Stat{Label: r.T("determination.whatif." + key), Value: value, Note: note})
	}
	was := func(n int64) string { return r.T("determination.whatif.was", "value", web.Number(ctx, n)) }
	stat("entitled", web.Number(ctx, c.After.Entitled), was(c.Before.Entitled))
	stat("winner", web.Number(ctx, c.Winners), "")
	stat("loser", web.Number(ctx, c.Losers), "")
	stat("cost_after", web.ShortRupiah(ctx, c.After.Annual), r.T("determination.whatif.was", "value", web.ShortRupiah(ctx, c.Before.Annual)))
	stat("cost", signed(ctx, c.Cost), web.Rupiah(ctx, c.Cost))
	stat("waitlisted", web.Number(ctx, c.After.Waitlisted), was(c.Before.Waitlisted))
	if c.More+c.Less > 0 {
		stat("more", web.Number(ctx, c.More), "")
		stat("less", web.Number(ctx, c.Less), "")
	}
	if c.Unlimited {
		v.Notes = append(v.Notes, r.T("determination.whatif.unlimited"))
	}
	if c.Failed > 0 {
		v.Notes = append(v.Notes, r.T("determination.whatif.failed", "n", c.Failed, "at", strings.Join(c.FailedAt, ", ")))
	}
	v.groups(ctx, r, h)
	v.charts(ctx, r, h)
	v.others(r, h, a)
	v.errors(ctx, r)
	return v
}

// signed writes an amount with its sign, for a change.
func signed(ctx context.Context, n money.Rupiah) string {
	if n > 0 {
		return "+" + web.ShortRupiah(ctx, n)
	}
	return web.ShortRupiah(ctx, n)
}

// link leads from the figures to the names behind them.
func (v *answerView) link(asked string) {
	for i, way := range map[int]determination.Way{1: determination.Winner, 2: determination.Loser, 6: determination.More, 7: determination.Less} {
		if i < len(v.Stats) && v.A.Change.Of(way) > 0 {
			v.Stats[i].Href = WhatIfPath + "/nama?arah=" + string(way) + "&" + asked
		}
	}
}

// groupName says which group it is.
func (h *Handlers) groupName(r *web.Request, g determination.GroupChange) string {
	switch {
	case g.Value == "":
		return r.T("determination.whatif.not_known")
	case g.Kind == determination.ByRegion:
		return h.Atlas.Name(g.Value)
	case g.Kind == determination.ByDecile:
		return r.T("determination.whatif.decile", "n", g.Value)
	}
	return r.T("determination.whatif.group." + string(g.Kind) + "." + g.Value)
}

func (v *answerView) groups(ctx context.Context, r *web.Request, h *Handlers) {
	var rows []groupRow
	for _, g := range v.A.Change.Groups {
		rows = append(rows, groupRow{r.T("determination.whatif.by." + string(g.Kind)), h.groupName(r, g), g})
	}
	count := func(name, key string, value func(groupRow) int64) web.Column[groupRow] {
		return web.Column[groupRow]{Name: name, Label: r.T("determination.whatif." + key), Kind: web.Count, Value: func(g groupRow) any { return value(g) }}
	}
	// The page has both in one column, which leaves room for the others; files have two.
	before, after := count("semula", "before", func(g groupRow) int64 { return g.Before }), count("menjadi", "after", func(g groupRow) int64 { return g.After })
	before.Hide = true
	after.Show = func(g groupRow) templ.Component {
		return nowAndThen(web.Number(ctx, g.After), r.T("determination.whatif.was", "value", web.Number(ctx, g.Before)))
	}
	v.Groups = web.List[groupRow]{ID: "kelompok", Caption: r.T("determination.whatif.groups"), Rows: rows, Query: r.List(), Columns: []web.Column[groupRow]{
		{Name: "menurut", Label: r.T("determination.whatif.by_title"), Hide: true, Value: func(g groupRow) any { return g.By }},
		{Name: "kelompok", Label: r.T("determination.whatif.group_title"), Value: func(g groupRow) any { return g.Name },
			Show: func(g groupRow) templ.Component { return groupCell(g.By, g.Name) }},
		count("semua", "all", func(g groupRow) int64 { return g.All }),
		before, after,
		count("mulai", "winner", func(g groupRow) int64 { return g.Winners }),
		count("berhenti", "loser", func(g groupRow) int64 { return g.Losers }),
		{Name: "biaya", Label: r.T("determination.whatif.cost_rupiah"), Kind: web.Amount, Value: func(g groupRow) any { return g.Cost },
			Show: func(g groupRow) templ.Component { return costCell(strings.Replace(signed(ctx, g.Cost), "Rp", "", 1)) }},
	}}
}

func (v *answerView) charts(ctx context.Context, r *web.Request, h *Handlers) {
	v.Deciles = chart.Stacks{Frame: chart.Frame{Title: r.T("determination.whatif.deciles"), Desc: r.T("determination.whatif.deciles_desc"), Lang: r.Lang},
		Head: r.T("determination.whatif.by.decile"), Series: []string{r.T("determination.whatif.stay"), r.T("determination.whatif.winner"), r.T("determination.whatif.loser")}}
	for _, g := range v.A.Change.GroupsBy(determination.ByDecile) {
		s := chart.Stack{Label: h.groupName(r, g)}
		for _, n := range []int64{g.Before - g.Losers, g.Winners, g.Losers} {
			s.Parts, s.Texts = append(s.Parts, float64(n)), append(s.Texts, web.Number(ctx, n))
		}
		v.Deciles.Stacks = append(v.Deciles.Stacks, s)
	}
	v.Map = chart.Tiles{Frame: chart.Frame{Title: r.T("determination.whatif.map"), Desc: r.T("determination.whatif.map_desc"), Lang: r.Lang},
		Heads: [2]string{r.T("determination.page.area"), r.T("determination.whatif.map")}, Unknown: r.T("determination.whatif.map_unknown")}
	top := 0.0
	for _, place := range h.Atlas.Tiles(v.A.Area) {
		t := chart.Tile{Code: place.Code, Name: h.Atlas.Name(place.Code), Col: place.Col, Row: place.Row}
		var won, lost int64
		for _, g := range v.A.Change.GroupsBy(determination.ByRegion) {
			if strings.HasPrefix(g.Value, place.Code) {
				t.Known = true
				won, lost = won+g.Winners, lost+g.Losers
			}
		}
		t.Value, t.Label = float64(won+lost), r.T("determination.whatif.map_label", "won", web.Number(ctx, won), "lost", web.Number(ctx, lost))
		top = max(top, t.Value)
		v.Map.Tiles = append(v.Map.Tiles, t)
	}
	if top > 0 {
		const classes = 5
		v.Map.Steps = chart.Even(top, classes, func(x float64) string { return web.Number(ctx, int64(x)) })
	}
}

func (v *answerView) others(r *web.Request, h *Handlers, a *determination.Answer) {
	type change = determination.ProgrammeChange
	count := func(name, key string, value func(change) int64) web.Column[change] {
		return web.Column[change]{Name: name, Label: r.T("determination.whatif." + key), Kind: web.Count, Value: func(c change) any { return value(c) }}
	}
	v.Others = web.List[change]{ID: "lain", Caption: r.T("determination.whatif.others"), Rows: a.Others, Query: r.List(), Columns: []web.Column[change]{
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(c change) any { return h.changedName(r, a, c.Code) }},
		count("semula", "before", func(c change) int64 { return c.Before.Entitled }),
		count("menjadi", "after", func(c change) int64 { return c.After.Entitled }),
		count("mulai", "winner", func(c change) int64 { return c.Winners }),
		count("berhenti", "loser", func(c change) int64 { return c.Losers }),
		{Name: "biaya", Label: r.T("determination.whatif.cost"), Kind: web.Amount, Value: func(c change) any { return c.Cost }},
	}}
}

func (h *Handlers) changedName(r *web.Request, a *determination.Answer, code string) string {
	p, err := h.Programmes.Version(code, a.AsOf)
	if err != nil {
		return code
	}
	return p.Name.In(r.Lang)
}

// errors compares how well the poor are met, by the model's prediction.
func (v *answerView) errors(ctx context.Context, r *web.Request) {
	before, after := v.A.Change.Errors()
	rate := func(e determination.ErrorRate, excluded bool) any {
		share, known := e.Included()
		if excluded {
			share, known = e.Excluded()
		}
		if !known {
			return nil
		}
		return web.Percent(ctx, share, 1_000_000)
	}
	rows := []measure{
		{r.T("determination.whatif.excluded"), []any{rate(before, true), rate(after, true)}},
		{r.T("determination.whatif.included"), []any{rate(before, false), rate(after, false)}},
		{r.T("determination.whatif.poor"), []any{before.Poor, after.Poor}},
		{r.T("determination.whatif.poor_reached"), []any{before.PoorReached, after.PoorReached}},
	}
	if before, after, known := v.A.Change.TrueErrors(); known {
		rows = append(rows,
			measure{r.T("determination.whatif.true_excluded"), []any{rate(before, true), rate(after, true)}},
			measure{r.T("determination.whatif.true_included"), []any{rate(before, false), rate(after, false)}},
			measure{r.T("determination.whatif.true_poor"), []any{before.Poor, after.Poor}})
	}
	v.Errors = web.List[measure]{ID: "galat", Caption: r.T("determination.whatif.errors"), Rows: rows, Query: r.List(),
		Columns: measures(r.T("determination.whatif.figure"), r.T("determination.whatif.before"), r.T("determination.whatif.after"))}
}

// measures are the columns of figures side by side.
func measures(figure string, names ...string) []web.Column[measure] {
	columns := []web.Column[measure]{{Name: "ukuran", Label: figure, Value: func(m measure) any { return m.Label }}}
	for i, name := range names {
		columns = append(columns, web.Column[measure]{Name: name, Label: name, Kind: web.Count, Value: func(m measure) any { return m.Of[i] }})
	}
	return columns
}
