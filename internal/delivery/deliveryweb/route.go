package deliveryweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/web"
)

type routesView struct {
	web.Base
	List     web.List[delivery.Route]
	Statuses []web.Option
	Kinds    []web.Option
	MayAsk   bool
}

func kinds(r *web.Request) []web.Option {
	var all []web.Option
	for _, k := range delivery.RouteKinds {
		all = append(all, web.Option{Value: string(k), Label: r.T("delivery.route_kind." + string(k))})
	}
	return all
}

func (h *Handlers) routes(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := delivery.RouteFilter{Status: delivery.RouteStatus(q.Text("status")), Kind: delivery.RouteKind(q.Text("jenis")), Limit: pageLength}
	names, _, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	columns := h.routeColumns(r, names)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		f.Limit = exportMost
		all, _, err := h.Service.Routes(ctx, f)
		if err != nil {
			return nil, err
		}
		return web.TableFile(format, "ahli-waris", columns[:len(columns)-1], web.Rows(all)), nil
	}
	f.Offset, _, _ = offset(q, 0)
	rows, total, err := h.Service.Routes(ctx, f)
	if err != nil {
		return nil, err
	}
	_, prev, next := offset(q, total)
	v := routesView{Base: r.Base(r.T("delivery.route.title")).At(web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}), Kinds: kinds(r),
		MayAsk: r.Actor.Can(access.Reconcile),
		List: web.List[delivery.Route]{Caption: r.T("delivery.route.title"), Columns: columns, Rows: rows, Query: q, Total: &total, Prev: prev, Next: next,
			Empty: r.T("delivery.route.empty"), Files: r.MayExport()}}
	for _, s := range delivery.RouteStatuses {
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("delivery.route_status." + string(s))})
	}
	return web.Page(routesPage(v)), nil
}

func routeTone(s delivery.RouteStatus) web.Tone {
	switch s {
	case delivery.RouteProposed:
		return web.Wait
	case delivery.RouteApproved:
		return web.Good
	default:
		return web.Quiet
	}
}

func (h *Handlers) routeColumns(r *web.Request, names map[string]string) []web.Column[delivery.Route] {
	return []web.Column[delivery.Route]{
		{Name: "jenis", Label: r.T("delivery.route.kind_label"), Value: func(x delivery.Route) any { return r.T("delivery.route_kind." + string(x.Kind)) }},
		{Name: "penerima", Label: r.T("delivery.holder"), Value: func(x delivery.Route) any { return x.Holder }},
		{Name: "hubungan", Label: r.T("delivery.route.relation"), Value: func(x delivery.Route) any { return x.Relation }},
		{Name: "rekening", Label: r.T("delivery.account"), Value: func(x delivery.Route) any { return strings.TrimSpace(x.Bank + " " + x.Masked) }},
		{Name: "program", Label: r.T("delivery.programme"), Value: func(x delivery.Route) any { return name(names, x.Programme) }},
		{Name: "wilayah", Label: r.T("delivery.area"), Value: func(x delivery.Route) any { return h.area(r, x.Area) }},
		{Name: "bukti", Label: r.T("delivery.route.evidence_label"), Kind: web.Code, Value: func(x delivery.Route) any { return x.Evidence }},
		{Name: "oleh", Label: r.T("delivery.route.by"), Value: func(x delivery.Route) any { return x.Proposer }},
		{Name: "status", Label: r.T("delivery.status_label"), Value: func(x delivery.Route) any { return r.T("delivery.route_status." + string(x.Status)) },
			Show: func(x delivery.Route) templ.Component {
				return badge(routeTone(x.Status), "delivery.route_status."+string(x.Status))
			}},
		{Name: "putusan", Label: r.T("delivery.route.acts"), Value: func(delivery.Route) any { return nil }, Show: func(x delivery.Route) templ.Component {
			may := r.Actor.Can(access.CheckPayment)
			return routeActs(RoutesPath+"/"+x.ID.String(), may && x.Status == delivery.RouteProposed && x.Proposer != r.Actor.Login, may && x.Status == delivery.RouteApproved)
		}},
	}
}

type routeView struct {
	web.Base
	Errors     web.Errors
	Programmes []web.Option
	Kinds      []web.Option
	Ask        delivery.Proposal
	Family     string
}

func (h *Handlers) routeView(ctx context.Context, r *web.Request) (routeView, error) {
	_, options, err := h.names(ctx, r)
	return routeView{Base: r.Base(r.T("delivery.route.new")).At(web.Crumb{Label: r.T("delivery.route.title"), Href: RoutesPath}), Programmes: options, Kinds: kinds(r),
		Family: r.Text("keluarga"), Ask: delivery.Proposal{Programme: r.Text("program"), Kind: delivery.RouteKind(r.Text("jenis")), Holder: r.Text("nama"),
			Relation: r.Text("hubungan"), Bank: r.Text("bank"), Number: r.Text("rekening"), Evidence: r.Text("bukti"), Note: r.Text("catatan")}}, err
}

func (h *Handlers) routeForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.routeView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(routePage(v)), nil
}

func (h *Handlers) routePropose(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.routeView(ctx, r)
	if err != nil {
		return nil, err
	}
	if v.Ask.FamilyID, err = ident.Parse(v.Family); err != nil {
		v.Errors.Add("keluarga", r.T("delivery.holds.bad_family"))
	}
	if v.Ask.Programme == "" {
		v.Errors.Add("program", r.T("delivery.order.choose_programme"))
	}
	if !v.Errors.Any() {
		_, err := h.Service.ProposeRoute(ctx, v.Ask)
		if err == nil {
			return web.SeeOther(RoutesPath, web.Done("delivery.route.proposed")), nil
		}
		if !v.Errors.Take(r.Lang, "bukti", err) {
			return nil, err
		}
	}
	return web.Invalid(routePage(v)), nil
}

func (h *Handlers) routeDecide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	done := "delivery.route.refused"
	switch r.Text("putusan") {
	case "akhiri":
		done = "delivery.route.ended"
		_, err = h.Service.EndRoute(ctx, id)
	case "setuju":
		done = "delivery.route.approved"
		_, err = h.Service.DecideRoute(ctx, id, true)
	default:
		_, err = h.Service.DecideRoute(ctx, id, false)
	}
	if err != nil {
		return nil, err
	}
	return web.SeeOther(RoutesPath, web.Done(done)), nil
}

type channelView struct {
	web.Base
	List  web.List[delivery.ListRow]
	Stats []web.Stat
}

// channel shows which lists are at a channel, and of what there is no word.
func (h *Handlers) channel(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	names, _, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	f := delivery.ListFilter{Status: delivery.Sent, Limit: pageLength}
	f.Offset, _, _ = offset(q, 0)
	columns := h.channelColumns(r, names)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		f.Limit = exportMost
		rows, _, err := h.Service.Lists(ctx, f)
		if err != nil {
			return nil, err
		}
		return web.TableFile(format, "penyaluran", columns, web.Rows(rows)), nil
	}
	rows, total, err := h.Service.Lists(ctx, f)
	if err != nil {
		return nil, err
	}
	_, prev, next := offset(q, total)
	var waiting delivery.Sum
	for _, l := range rows {
		waiting = delivery.Sum{Lines: waiting.Lines + l.Sums[delivery.OnTheWay].Lines, Total: waiting.Total + l.Sums[delivery.OnTheWay].Total}
	}
	v := channelView{Base: r.Base(r.T("delivery.channel.title")).At(web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}),
		Stats: []web.Stat{{Label: r.T("delivery.channel.waiting"), Value: web.Rupiah(ctx, waiting.Total), Note: r.T("delivery.n_lines", "n", web.Number(ctx, waiting.Lines))}},
		List: web.List[delivery.ListRow]{Caption: r.T("delivery.channel.title"), Columns: columns, Rows: rows, Query: q, Total: &total, Prev: prev, Next: next,
			Href: func(l delivery.ListRow) string { return To(l.ID) }, Empty: r.T("delivery.channel.empty"), Files: r.MayExport()}}
	return web.Page(channelPage(v)), nil
}

func (h *Handlers) channelColumns(r *web.Request, names map[string]string) []web.Column[delivery.ListRow] {
	answered := []delivery.Status{delivery.Credited, delivery.Taken, delivery.Unclaimed, delivery.ReturnedIt, delivery.Reissued, delivery.Remitted}
	return []web.Column[delivery.ListRow]{
		{Name: "nomor", Label: r.T("delivery.number"), Kind: web.Code, Value: func(l delivery.ListRow) any { return l.Number }},
		{Name: "program", Label: r.T("delivery.programme"), Value: func(l delivery.ListRow) any { return name(names, l.Programme) }},
		{Name: "wilayah", Label: r.T("delivery.area"), Value: func(l delivery.ListRow) any { return h.area(r, l.Area) }},
		{Name: "cara", Label: r.T("delivery.means_label"), Value: func(l delivery.ListRow) any { return r.T("delivery.means." + string(l.Means)) }},
		{Name: "terjawab", Label: r.T("delivery.channel.answered"), Kind: web.Count, Value: func(l delivery.ListRow) any { return l.Sums.Of(answered...).Lines }},
		{Name: "belum", Label: r.T("delivery.channel.waiting"), Kind: web.Count, Value: func(l delivery.ListRow) any { return l.Sums[delivery.OnTheWay].Lines }},
		{Name: "jumlah_belum", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(l delivery.ListRow) any { return l.Sums[delivery.OnTheWay].Total }},
		{Name: "sejak", Label: r.T("delivery.channel.since"), Kind: web.Time, Value: func(l delivery.ListRow) any { return l.Released.At }},
	}
}
