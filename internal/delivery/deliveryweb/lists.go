package deliveryweb

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/run"
	"gotong/internal/web"
)

type listsView struct {
	web.Base
	List       web.List[delivery.ListRow]
	Programmes []web.Option
	Statuses   []web.Option
	MayMake    bool
}

func (h *Handlers) lists(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := delivery.ListFilter{Programme: q.Text("program"), Period: q.Text("periode"), Status: delivery.ListStatus(q.Text("status")), Limit: pageLength}
	names, options, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	columns := h.listColumns(r, names)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "daftar-bayar", columns, h.allLists(ctx, f)), nil
	}
	f.Offset, _, _ = offset(q, 0)
	rows, total, err := h.Service.Lists(ctx, f)
	if err != nil {
		return nil, err
	}
	_, prev, next := offset(q, total)
	v := listsView{Base: r.Base(r.T("delivery.lists.title")), Programmes: options, MayMake: r.Actor.Can(access.MakePayment),
		List: web.List[delivery.ListRow]{Caption: r.T("delivery.lists.title"), Columns: columns, Rows: rows, Query: q, Total: &total, Prev: prev, Next: next,
			Href: func(l delivery.ListRow) string { return To(l.ID) }, Empty: r.T("delivery.lists.none"), Files: r.MayExport()}}
	for _, s := range delivery.ListStatuses {
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("delivery.list_status." + string(s))})
	}
	return web.Page(listsPage(v)), nil
}

func (h *Handlers) allLists(ctx context.Context, f delivery.ListFilter) func(yield func(delivery.ListRow, error) bool) {
	return func(yield func(delivery.ListRow, error) bool) {
		for f.Offset = 0; ; f.Offset += f.Limit {
			rows, _, err := h.Service.Lists(ctx, f)
			if err != nil {
				yield(delivery.ListRow{}, err)
				return
			}
			for _, l := range rows {
				if !yield(l, nil) {
					return
				}
			}
			if len(rows) < f.Limit {
				return
			}
		}
	}
}

func (h *Handlers) listColumns(r *web.Request, names map[string]string) []web.Column[delivery.ListRow] {
	sum := func(statuses ...delivery.Status) func(delivery.ListRow) any {
		return func(l delivery.ListRow) any { return l.Sums.Of(statuses...).Total }
	}
	return []web.Column[delivery.ListRow]{
		{Name: "nomor", Label: r.T("delivery.number"), Kind: web.Code, Value: func(l delivery.ListRow) any { return l.Number }},
		{Name: "program", Label: r.T("delivery.programme"), Value: func(l delivery.ListRow) any { return name(names, l.Programme) }},
		{Name: "periode", Label: r.T("delivery.period"), Kind: web.Code, Hide: true, Value: func(l delivery.ListRow) any { return l.Period.String() }},
		{Name: "wilayah", Label: r.T("delivery.area"), Value: func(l delivery.ListRow) any { return h.area(r, l.Area) }},
		{Name: "status", Label: r.T("delivery.status_label"), Value: func(l delivery.ListRow) any { return r.T("delivery.list_status." + string(l.Status)) },
			Show: func(l delivery.ListRow) templ.Component { return listBadge(l.Status) }},
		{Name: "baris", Label: r.T("delivery.lines"), Kind: web.Count, Value: func(l delivery.ListRow) any { return l.Lines }},
		{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(l delivery.ListRow) any { return l.Total }},
		{Name: "masuk", Label: r.T("delivery.status.credited"), Kind: web.Amount, Value: sum(delivery.Credited)},
		{Name: "retur", Label: r.T("delivery.status.returned"), Kind: web.Amount, Value: sum(delivery.ReturnedIt)},
		{Name: "belum", Label: r.T("delivery.outstanding"), Kind: web.Amount, Value: sum(delivery.OnTheWay)},
		{Name: "disusun", Label: r.T("delivery.made_at"), Kind: web.Time, Hide: true, Value: func(l delivery.ListRow) any { return l.Made.At }},
		{Name: "penyusun", Label: r.T("delivery.maker"), Hide: true, Value: func(l delivery.ListRow) any { return l.Made.By }},
		{Name: "pemeriksa", Label: r.T("delivery.checker"), Hide: true, Value: func(l delivery.ListRow) any { return l.Checked.By }},
		{Name: "pelepas", Label: r.T("delivery.releaser"), Hide: true, Value: func(l delivery.ListRow) any { return l.Released.By }},
	}
}

type orderView struct {
	web.Base
	Errors     web.Errors
	Programmes []web.Option
	Areas      []web.Option
	Programme  string
	Year       string
	No         string
	Area       string
	Means      string
	Ways       []web.Option
}

func (h *Handlers) orderView(ctx context.Context, r *web.Request) (orderView, error) {
	paid, err := h.Service.Programmes.Paid(ctx)
	v := orderView{Base: r.Base(r.T("delivery.order.title")).At(web.Crumb{Label: r.T("delivery.lists.title"), Href: ListsPath}),
		Year: strconv.Itoa(h.Clock.Now().Year()), No: "1", Programme: r.Text("program")}
	for _, t := range paid {
		v.Programmes = append(v.Programmes, web.Option{Value: t.Code, Label: r.T("delivery.order.option", "name", t.Name.In(r.Lang), "n", t.Cycle)})
	}
	v.Means = usualMeans
	v.Ways = []web.Option{{Value: usualMeans, Label: r.T("delivery.order.usual")}, {Value: string(delivery.Post), Label: r.T("delivery.order.post")}}
	v.Areas = h.areaOptions(r)
	if len(v.Areas) > 0 {
		v.Area = v.Areas[0].Value
	}
	return v, err
}

// areaOptions lists the acting person's areas.
func (h *Handlers) areaOptions(r *web.Request) []web.Option {
	var all []web.Option
	for _, code := range r.Actor.Scope.Prefixes() {
		all = append(all, web.Option{Value: code, Label: h.area(r, code)})
	}
	return all
}

func (h *Handlers) orderForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.orderView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(orderPage(v)), nil
}

// usualMeans in the form leaves the way of paying to the programme.
const usualMeans = "biasa"

// order has a list made by a run.
func (h *Handlers) order(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.orderView(ctx, r)
	if err != nil {
		return nil, err
	}
	v.Programme, v.Year, v.No, v.Area = r.Text("program"), r.Text("tahun"), r.Text("periode"), r.Text("wilayah")
	year, yearErr := strconv.Atoi(v.Year)
	no, noErr := strconv.Atoi(v.No)
	o := delivery.Order{Programme: v.Programme, Period: delivery.Period{Year: year, No: no}, Area: v.Area}
	switch v.Means = r.Text("cara"); v.Means {
	case string(delivery.Post):
		o.Means = delivery.Post
	case "", usualMeans:
	default:
		v.Errors.Add("cara", r.T("delivery.no_such_means", "means", v.Means))
	}
	if v.Programme == "" {
		v.Errors.Add("program", r.T("delivery.order.choose_programme"))
	}
	if yearErr != nil || year < 2000 || year > 2200 {
		v.Errors.Add("tahun", r.T("delivery.allot.bad_year"))
	}
	if noErr != nil || no < 1 {
		v.Errors.Add("periode", r.T("delivery.order.bad_no"))
	}
	if !v.Errors.Any() {
		err := h.Service.Orderable(ctx, o)
		if err == nil {
			started, err := h.Runs.Start(ctx, delivery.MakeRun, o, false)
			if err != nil {
				return nil, err
			}
			return web.SeeOther(h.RunPage(started)), nil
		}
		if !v.Errors.Take(r.Lang, "periode", err) {
			return nil, err
		}
	}
	return web.Invalid(orderPage(v)), nil
}

// RunLink says where the result of a run of this slice can be seen.
func RunLink(r run.Run) (href, labelKey string) {
	switch r.Kind {
	case delivery.MakeRun:
		if made, err := resultOf[delivery.Made](r); err == nil && !made.ID.IsZero() {
			return To(made.ID), "delivery.run.open_list"
		}
	case delivery.ReconcileRun:
		return ReconcilePath + "/hasil/" + r.ID.String(), "delivery.run.open_result"
	}
	return "", ""
}
