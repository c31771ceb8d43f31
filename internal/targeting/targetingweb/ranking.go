package targetingweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/civil"
	"gotong/internal/region"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

// recent is how many rankings the page lists.
const recent = 200

type rankingsView struct {
	web.Base
	Order   []web.Pair // the policy in force; nil for none
	Areas   string     // field of the village's filter
	Village bool       // the actor may look at families
	List    web.List[targeting.Header]
}

func (h *Handlers) rankings(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Headers(ctx, recent)
	if err != nil {
		return nil, err
	}
	columns := []web.Column[targeting.Header]{
		{Name: "tanggal", Label: r.T("targeting.page.as_of"), Kind: web.Date, Value: func(k targeting.Header) any { return k.AsOf }},
		{Name: "model", Label: r.T("targeting.page.model"), Kind: web.Code, Value: func(k targeting.Header) any { return k.ModelNames() }},
		{Name: "urutan", Label: r.T("targeting.page.order"), Value: func(k targeting.Header) any { return orderName(ctx, k.Order) }},
		{Name: "musyawarah", Label: r.T("targeting.page.meetings_used"), Kind: web.Count, Value: func(k targeting.Header) any {
			if k.Order == nil {
				return nil
			}
			return k.Order.Meetings
		}},
		{Name: "keluarga", Label: r.T("targeting.page.ranked"), Kind: web.Count, Value: func(k targeting.Header) any { return k.Nation.Ranked }},
		{Name: "tanpa_skor", Label: r.T("targeting.page.unranked"), Kind: web.Count, Value: func(k targeting.Header) any { return k.Nation.Unranked }},
		{Name: "dibuat", Label: r.T("targeting.page.made"), Kind: web.Time, Value: func(k targeting.Header) any { return k.CreatedAt }},
		{Name: "oleh", Label: r.T("targeting.page.by"), Value: func(k targeting.Header) any { return k.CreatedBy }},
		{Name: "sidik", Label: r.T("targeting.page.digest"), Kind: web.Code, Hide: true, Value: func(k targeting.Header) any { return k.Digest }},
	}
	q := r.List()
	if o := q.Text("urutan"); o != "" {
		all = keep(all, func(k targeting.Header) bool {
			return k.Order != nil && string(k.Order.By) == o || k.Order == nil && o == string(targeting.ByScore)
		})
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "pemeringkatan", columns, web.Rows(all)), nil
	}
	v := rankingsView{Base: r.Base(r.T("targeting.page.rankings")), Village: h.mayVillage(r), List: web.Paged(r, pageLength, web.List[targeting.Header]{
		Caption: r.T("targeting.page.rankings"), Columns: columns, Rows: all, Query: q, Empty: r.T("targeting.page.no_rankings")})}
	if o, err := h.Service.Orders.On(civil.OfTime(h.Clock.Now())); err == nil {
		v.Order = orderPairs(ctx, o)
	}
	return web.Page(rankingsPage(v)), nil
}

func (h *Handlers) mayVillage(r *web.Request) bool {
	for _, route := range h.Routes() {
		if route.Pattern == VillagePath {
			return route.Allows(&r.Actor)
		}
	}
	return false
}

func orderName(ctx context.Context, o *targeting.OrderUse) string {
	if o == nil {
		return web.T(ctx, "targeting.order.score")
	}
	return web.T(ctx, "targeting.order."+string(o.By))
}

func orderPairs(ctx context.Context, o targeting.Order) []web.Pair {
	return []web.Pair{
		{Term: web.T(ctx, "targeting.page.order"), Value: web.T(ctx, "targeting.order."+string(o.By)), Note: web.T(ctx, "targeting.page.since", "date", web.Day(ctx, o.From))},
		{Term: web.T(ctx, "targeting.page.weights"), Value: web.T(ctx, "targeting.page.weights_are", "score", o.Score, "community", o.Community)},
		{Term: web.T(ctx, "targeting.page.meeting_counts"), Value: web.T(ctx, "targeting.page.meeting_rule", "months", o.Months, "families", o.Least)},
		{Term: web.T(ctx, "targeting.page.source"), Value: o.Source.In(web.Lang(ctx))},
	}
}

func orderOptions(ctx context.Context) []web.Option {
	var all []web.Option
	for _, o := range targeting.Orders {
		all = append(all, web.Option{Value: string(o), Label: web.T(ctx, "targeting.order."+string(o))})
	}
	return all
}

type villageView struct {
	web.Base
	V       targeting.Village
	Where   string
	Chosen  bool // a village
	Filter  string
	Meeting string // address of the meeting; empty for none
	May     bool   // record one
	List    web.List[targeting.VillageRow]
}

// village shows the families of one village with their places in each order.
func (h *Handlers) village(ctx context.Context, r *web.Request) (web.Response, error) {
	area, err := h.area(r)
	if err != nil {
		return nil, err
	}
	v := villageView{Base: r.Base(r.T("targeting.village.title")).At(web.Crumb{Label: r.T("targeting.page.rankings"), Href: Path}), Filter: area, Chosen: isVillage(area)}
	if !v.Chosen {
		return web.Page(villagePage(v)), nil
	}
	if v.V, err = h.Service.Village(ctx, r.Route.Purpose, area); err != nil {
		return nil, err
	}
	v.Where = h.place(ctx, area)
	columns := h.villageColumns(ctx, r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "peringkat-"+area, columns, web.Rows(v.V.Rows)), nil
	}
	if v.V.Meeting != nil {
		v.Meeting = MeetingPath + "/" + v.V.Meeting.ID.String()
	}
	v.List = web.Paged(r, pageLength, web.List[targeting.VillageRow]{Caption: r.T("targeting.village.caption", "village", h.Atlas.Name(area)), Columns: columns, Rows: v.V.Rows, Query: r.List(),
		Empty: r.T("targeting.village.none"), Href: func(x targeting.VillageRow) string { return h.FamilyPage(x.Family) + "#peringkat" }})
	return web.Page(villagePage(v)), nil
}

func (h *Handlers) villageColumns(ctx context.Context, r *web.Request) []web.Column[targeting.VillageRow] {
	known := func(value func(targeting.VillageRow) any) func(targeting.VillageRow) any {
		return func(x targeting.VillageRow) any {
			if !x.Known {
				return nil
			}
			return value(x)
		}
	}
	count := func(name, key string, value func(targeting.VillageRow) any) web.Column[targeting.VillageRow] {
		return web.Column[targeting.VillageRow]{Name: name, Label: r.T("targeting.village." + key), Kind: web.Count, Value: value}
	}
	return []web.Column[targeting.VillageRow]{
		{Name: "kepala_keluarga", Label: r.T("targeting.village.head"), Value: func(x targeting.VillageRow) any {
			if x.Head == "" {
				return r.T("targeting.village.left")
			}
			return x.Head
		}},
		{Name: "alamat", Label: r.T("targeting.village.address"), Hide: true, Value: func(x targeting.VillageRow) any { return address(x) }},
		count("urutan", "standing", known(func(x targeting.VillageRow) any { return x.Standing })),
		count("menurut_skor", "by_score", known(func(x targeting.VillageRow) any { return x.ByScore })),
		count("menurut_musyawarah", "by_meeting", func(x targeting.VillageRow) any { return somePlace(x.Community) }),
		count("gabungan", "hybrid", func(x targeting.VillageRow) any { return somePlace(x.Hybrid) }),
		count("desil", "decile", known(func(x targeting.VillageRow) any { return x.Decile })),
		hidden(count("desil_kabupaten", "decile_region", known(func(x targeting.VillageRow) any { return x.DecileRegion }))),
		{Name: "pengeluaran", Label: r.T("targeting.village.consumption"), Kind: web.Amount, Value: known(func(x targeting.VillageRow) any { return x.Consumption })},
		{Name: "skor", Label: r.T("targeting.village.score"), Kind: web.Count, Hide: true, Value: known(func(x targeting.VillageRow) any { return x.Score })},
		{Name: "beda", Label: r.T("targeting.village.apart"), Value: func(x targeting.VillageRow) any { return apart(ctx, x) }, Show: func(x targeting.VillageRow) templ.Component {
			if t := apart(ctx, x); t != "" {
				return web.Badge(web.Info, t)
			}
			return web.Badge(web.Quiet, web.T(ctx, "targeting.village.alike"))
		}},
	}
}

// hidden has a column stand in files only.
func hidden[R any](c web.Column[R]) web.Column[R] {
	c.Hide = true
	return c
}

func address(x targeting.VillageRow) string {
	if x.RT == "" {
		return x.Where
	}
	return x.Where + " RT " + x.RT + " RW " + x.RW
}

// apart says which of the two finds a family the poorer, where both placed it
// and not alike.
func apart(ctx context.Context, x targeting.VillageRow) string {
	switch {
	case x.Hybrid == 0:
		return web.T(ctx, "targeting.village.one_only")
	case x.Poorer > 0:
		return web.T(ctx, "targeting.village.meeting_poorer")
	case x.Poorer < 0:
		return web.T(ctx, "targeting.village.score_poorer")
	}
	return ""
}

func dotted(code string) string { return region.Dotted(code) }

// keep returns those that pass.
func keep[R any](all []R, pass func(R) bool) []R {
	var kept []R
	for _, x := range all {
		if pass(x) {
			kept = append(kept, x)
		}
	}
	return kept
}
