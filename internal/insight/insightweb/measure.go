package insightweb

import (
	"context"

	"gotong/internal/chart"
	"gotong/internal/insight"
	"gotong/internal/money"
	"gotong/internal/web"
)

// shade is what a map can be coloured by.
type shade struct {
	name  string // in the address, and insight.map.NAME
	value func(o insight.Overview) (v float64, known bool)
	say   func(ctx context.Context, v float64) string
}

func share(part, whole int64) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

func sayCount(ctx context.Context, v float64) string { return web.Number(ctx, int64(v+0.5)) }
func sayShare(ctx context.Context, v float64) string { return web.Decimal(ctx, 100*v, 1) + "%" }
func sayRupiah(ctx context.Context, v float64) string {
	return web.ShortRupiah(ctx, money.Rupiah(v+0.5))
}

// shades are the choices, the first the usual one.
var shades = []shade{
	{"keluarga", func(o insight.Overview) (float64, bool) { return float64(o.Active()), o.Known[insight.Families] }, sayCount},
	{"desil", func(o insight.Overview) (float64, bool) { return share(o.Poorest(), o.Ranked()) }, sayShare},
	{"terjangkau", func(o insight.Overview) (float64, bool) {
		if !o.Known[insight.Reached] {
			return 0, false
		}
		return share(o.Reached, o.Active())
	}, sayShare},
	{"rupiah", func(o insight.Overview) (float64, bool) {
		return float64(o.Flow.Credited.Total), o.Known[insight.Money]
	}, sayRupiah},
}

// shadeOf returns the choice of a name, or the usual one.
func shadeOf(name string) shade {
	for _, s := range shades {
		if s.name == name {
			return s
		}
	}
	return shades[0]
}

// classes is how many colours a map has.
const classes = 5

// tiles draws the areas below another. Areas of which nothing is known stand
// on the map too, hatched.
func (h *Handlers) tiles(ctx context.Context, v insight.View, s shade, several bool, href func(area string) string) chart.Tiles {
	known := map[string]insight.Overview{}
	for _, c := range v.Children {
		known[c.Area] = c
	}
	m := chart.Tiles{
		Frame: chart.Frame{Title: web.T(ctx, "insight.map."+s.name), Desc: web.T(ctx, "insight.map_desc"), Lang: web.Lang(ctx)},
		Heads: [2]string{web.T(ctx, "insight.area"), web.T(ctx, "insight.map."+s.name)}, Unknown: web.T(ctx, "insight.map_unknown"),
	}
	top := 0.0
	for _, place := range h.places(v, several) {
		t := chart.Tile{Code: place.Code, Name: h.Atlas.Name(place.Code), Col: place.Col, Row: place.Row, Href: href(place.Code)}
		if value, ok := s.value(known[place.Code]); ok {
			t.Known, t.Value, t.Label = true, value, s.say(ctx, value)
			top = max(top, value)
		}
		m.Tiles = append(m.Tiles, t)
	}
	if top > 0 {
		m.Steps = chart.Even(top, classes, func(x float64) string { return s.say(ctx, x) })
	}
	return m
}

// places lays out the areas of a view: those right below one area, or
// several areas of an actor side by side.
func (h *Handlers) places(v insight.View, several bool) []chart.Tile {
	var placed []chart.Tile
	if several {
		for _, c := range v.Children {
			placed = append(placed, chart.Tile{Code: c.Area})
		}
		return chart.Place(placed)
	}
	for _, t := range h.Atlas.Tiles(v.Area) {
		placed = append(placed, chart.Tile{Code: t.Code, Col: t.Col, Row: t.Row})
	}
	return placed
}
