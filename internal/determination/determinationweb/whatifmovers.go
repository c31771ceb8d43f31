package determinationweb

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"gotong/internal/determination"
	"gotong/internal/web"
)

// movers lists those whom a change moves: names, so the look is recorded.
func (h *Handlers) movers(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.whatIfView(ctx, r, r.URL.Query())
	if err != nil {
		return nil, err
	}
	if v.Errors.Any() || v.P == nil {
		return web.Invalid(whatIfPage(v)), nil
	}
	q := r.List()
	way := determination.Loser
	if at := slices.Index(determination.Ways, determination.Way(q.Text("arah"))); at >= 0 {
		way = determination.Ways[at]
	}
	columns := h.moverColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "simulasi-"+string(way), columns, h.Service.AllMovers(ctx, r.Route.Purpose, v.Q, way)), nil
	}
	skip, err := strconv.Atoi(q.After)
	if err != nil || skip < 0 {
		skip = 0
	}
	rows, err := h.Service.Movers(ctx, r.Route.Purpose, v.Q, way, skip, pageLength)
	if err != nil {
		return nil, err
	}
	total := v.Answer.A.Change.Of(way)
	list := web.List[determination.Mover]{Caption: r.T("determination.whatif." + string(way)), Columns: columns, Rows: rows, Query: q, Total: &total,
		Empty: r.T("determination.whatif.nobody"), Files: r.MayExport(),
		Href: func(m determination.Mover) string {
			return WhyPath(m.FamilyID, v.Q.Programme) + "?penetapan=" + v.Q.Determination.String()
		}}
	if int64(skip+pageLength) < total {
		list.Next = strconv.Itoa(skip + pageLength)
	}
	base := r.Base(r.T("determination.whatif.names_title", "programme", v.P.Name.In(r.Lang))).At(
		web.Crumb{Label: r.T("determination.whatif.title"), Href: WhatIfPath + "?" + v.Asked})
	lead := v.areaName(h.Atlas, r.Lang)
	if total > manyMovers {
		lead += ". " + r.T("determination.whatif.many_names", "n", web.Number(ctx, total))
	}
	return web.Page(moversPage(moversView{Base: base, List: list, Way: string(way), Lead: lead, Ways: wayOptions(r), Asked: v.query()})), nil
}

// manyMovers is how many names a list has before its page says that the file
// is long.
const manyMovers = 100_000

type moversView struct {
	web.Base
	List  web.List[determination.Mover]
	Way   string
	Lead  string
	Ways  []web.Option
	Asked url.Values
}

func wayOptions(r *web.Request) []web.Option {
	var all []web.Option
	for _, w := range determination.Ways {
		all = append(all, web.Option{Value: string(w), Label: r.T("determination.whatif." + string(w))})
	}
	return all
}

func (h *Handlers) moverColumns(r *web.Request) []web.Column[determination.Mover] {
	return []web.Column[determination.Mover]{
		{Name: "nama", Label: r.T("determination.list.who"), Value: func(m determination.Mover) any {
			if m.PersonName != "" {
				return m.PersonName
			}
			return m.HeadName
		}},
		{Name: "kepala_keluarga", Label: r.T("determination.list.head"), Hide: true, Value: func(m determination.Mover) any { return m.HeadName }},
		{Name: "wilayah", Label: r.T("determination.page.area"), Value: func(m determination.Mover) any { return h.area(m.Area) }},
		{Name: "alamat", Label: r.T("determination.list.address"), Value: func(m determination.Mover) any { return m.Address }},
		{Name: "semula", Label: r.T("determination.whatif.before"), Kind: web.Amount, Value: func(m determination.Mover) any { return m.Was }},
		{Name: "menjadi", Label: r.T("determination.whatif.after"), Kind: web.Amount, Value: func(m determination.Mover) any { return m.Now }},
	}
}
