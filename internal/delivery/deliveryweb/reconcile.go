package deliveryweb

import (
	"context"
	"encoding/json"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/run"
	"gotong/internal/web"
)

type exceptionsView struct {
	web.Base
	Errors   web.Errors
	List     web.List[delivery.Exception]
	Ages     web.List[delivery.Age]
	Codes    []web.Option
	Statuses []web.Option
	Owners   []web.Option
	MayBring bool
}

func bankCodes() []delivery.Code {
	all := make([]delivery.Code, len(bank.Codes))
	for i, c := range bank.Codes {
		all[i] = delivery.Code(c)
	}
	return all
}

func (h *Handlers) exceptions(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := exceptionFilter(q, h)
	columns := h.exceptionColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "masalah-pembayaran", columns, h.allExceptions(ctx, f)), nil
	}
	v, err := h.exceptionsView(ctx, r, q)
	if err != nil {
		return nil, err
	}
	return web.Page(exceptionsPage(v)), nil
}

// exceptionFilter reads the address: "umur" is how many days an exception
// has waited at least.
func exceptionFilter(q web.Query, h *Handlers) delivery.ExceptionFilter {
	f := delivery.ExceptionFilter{Code: delivery.Code(q.Text("masalah")), Status: delivery.ExceptionStatus(q.Text("status")), Limit: pageLength}
	if role := q.Text("petugas"); role != "" {
		f.Codes = h.Service.Rule().OwnedBy(access.Role(role))
		if len(f.Codes) == 0 {
			f.Codes = []delivery.Code{"-"} // nobody of that role acts on anything
		}
	}
	if days, err := strconv.Atoi(q.Text("umur")); err == nil && days > 0 {
		f.Before = h.Clock.Now().AddDate(0, 0, -days)
	}
	return f
}

func (h *Handlers) exceptionsView(ctx context.Context, r *web.Request, q web.Query) (exceptionsView, error) {
	f := exceptionFilter(q, h)
	f.Offset, _, _ = offset(q, 0)
	rows, total, err := h.Service.Exceptions(ctx, f)
	if err != nil {
		return exceptionsView{}, err
	}
	ages, err := h.Service.Ageing(ctx)
	if err != nil {
		return exceptionsView{}, err
	}
	_, prev, next := offset(q, total)
	empty := r.T("delivery.exceptions.empty")
	if q.Filtered() {
		empty = r.T("delivery.exceptions.none")
	}
	v := exceptionsView{Base: r.Base(r.T("delivery.reconcile.title")), MayBring: r.Actor.Can(access.Reconcile), Ages: h.ageList(r, ages),
		List: web.List[delivery.Exception]{Caption: r.T("delivery.exceptions.title"), Columns: h.exceptionColumns(r), Rows: rows, Query: q, Total: &total, Prev: prev, Next: next,
			Href: func(e delivery.Exception) string { return toException(e.ID) }, Empty: empty, Files: r.MayExport()}}
	for _, set := range [][]delivery.Code{delivery.HoldCodes, bankCodes(), {delivery.Absent, delivery.Unused}, delivery.QueueCodes} {
		for _, c := range set {
			v.Codes = append(v.Codes, web.Option{Value: string(c), Label: r.T("delivery.code." + string(c))})
		}
	}
	for _, role := range access.Roles {
		if len(h.Service.Rule().OwnedBy(role)) > 0 {
			v.Owners = append(v.Owners, web.Option{Value: string(role), Label: r.T("access.role." + string(role))})
		}
	}
	for _, s := range []delivery.ExceptionStatus{delivery.Open, delivery.Proposed, delivery.Resolved, delivery.Lapsed} {
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("delivery.exception_status." + string(s))})
	}
	return v, nil
}

func (h *Handlers) ageList(r *web.Request, ages []delivery.Age) web.List[delivery.Age] {
	now := h.Clock.Now()
	bounds := h.Service.Rule().Ageing
	columns := []web.Column[delivery.Age]{
		{Name: "masalah", Label: r.T("delivery.exceptions.what"), Value: func(a delivery.Age) any { return r.T("delivery.code." + string(a.Code)) }},
		{Name: "banyak", Label: r.T("delivery.exceptions.count"), Kind: web.Count, Value: func(a delivery.Age) any { return a.Count }},
		{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(a delivery.Age) any { return a.Total }},
	}
	for i := range len(bounds) + 1 {
		label := r.T("delivery.exceptions.up_to", "n", int64(bounds[min(i, len(bounds)-1)]))
		if i == len(bounds) {
			label = r.T("delivery.exceptions.beyond", "n", int64(bounds[i-1]))
		}
		columns = append(columns, web.Column[delivery.Age]{Name: "umur_" + strconv.Itoa(i+1), Label: label, Kind: web.Count, Value: func(a delivery.Age) any { return a.Buckets[i] }})
	}
	columns = append(columns, web.Column[delivery.Age]{Name: "tertua", Label: r.T("delivery.exceptions.oldest"), Kind: web.Count, Value: func(a delivery.Age) any { return days(now, a.Oldest) }})
	return web.List[delivery.Age]{ID: "umur", Caption: r.T("delivery.exceptions.ageing"), Rows: ages, Query: r.List(), Empty: r.T("delivery.exceptions.empty"),
		Href:    func(a delivery.Age) string { return ReconcilePath + "?masalah=" + string(a.Code) },
		Columns: columns}
}

func (h *Handlers) exceptionColumns(r *web.Request) []web.Column[delivery.Exception] {
	now := h.Clock.Now()
	return []web.Column[delivery.Exception]{
		{Name: "masalah", Label: r.T("delivery.exceptions.what"), Value: func(e delivery.Exception) any { return r.T("delivery.code." + string(e.Code)) }},
		{Name: "daftar", Label: r.T("delivery.number"), Kind: web.Code, Value: func(e delivery.Exception) any { return e.Number }},
		{Name: "baris", Label: r.T("delivery.line"), Kind: web.Code, Value: func(e delivery.Exception) any {
			if e.LineNo == 0 {
				return nil
			}
			return e.LineNo
		}},
		{Name: "wilayah", Label: r.T("delivery.area"), Value: func(e delivery.Exception) any { return h.area(r, e.Area) }},
		{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(e delivery.Exception) any { return e.Amount }},
		{Name: "umur", Label: r.T("delivery.exceptions.age"), Kind: web.Count, Value: func(e delivery.Exception) any { return days(now, e.OpenedAt) }},
		{Name: "petugas", Label: r.T("delivery.owner"), Value: func(e delivery.Exception) any {
			return r.T("access.role." + string(h.Service.Rule().Roads[e.Code].Owner))
		}},
		{Name: "batas", Label: r.T("delivery.due"), Kind: web.Time, Hide: true, Value: func(e delivery.Exception) any { return h.Service.Rule().Due(e.Code, e.OpenedAt) }},
		{Name: "status", Label: r.T("delivery.status_label"), Value: func(e delivery.Exception) any { return r.T("delivery.exception_status." + string(e.Status)) },
			Show: func(e delivery.Exception) templ.Component { return exceptionBadge(e.Status) }},
		{Name: "usul", Label: r.T("delivery.exceptions.proposal"), Value: func(e delivery.Exception) any {
			if e.Action == "" {
				return nil
			}
			return r.T("delivery.action." + string(e.Action))
		}},
		{Name: "keterangan", Label: r.T("delivery.exceptions.said"), Hide: true, Value: func(e delivery.Exception) any { return e.Detail }},
	}
}

func (h *Handlers) allExceptions(ctx context.Context, f delivery.ExceptionFilter) func(yield func(delivery.Exception, error) bool) {
	return func(yield func(delivery.Exception, error) bool) {
		f.Limit = 500
		for f.Offset = 0; ; f.Offset += f.Limit {
			rows, _, err := h.Service.Exceptions(ctx, f)
			if err != nil {
				yield(delivery.Exception{}, err)
				return
			}
			for _, e := range rows {
				if !yield(e, nil) {
					return
				}
			}
			if len(rows) < f.Limit {
				return
			}
		}
	}
}

// bring takes a return file in and has it tried by a run.
func (h *Handlers) bring(ctx context.Context, r *web.Request) (web.Response, error) {
	brought, err := h.read(ctx, r)
	if err == nil {
		started, err := h.Runs.Start(ctx, delivery.ReconcileRun, brought, true)
		if err != nil {
			return nil, err
		}
		return web.SeeOther(h.RunPage(started)), nil
	}
	q := web.Query{Path: ReconcilePath}
	v, viewErr := h.exceptionsView(ctx, r, q)
	if viewErr != nil || !v.Errors.Take(r.Lang, "berkas", err) {
		return nil, err
	}
	return web.Invalid(exceptionsPage(v)), nil
}

func (h *Handlers) read(ctx context.Context, r *web.Request) (delivery.Brought, error) {
	f, err := r.Upload("berkas")
	if err != nil {
		return delivery.Brought{}, err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return delivery.Brought{}, err
	}
	return h.Service.Bring(ctx, f.Name, b)
}

func resultOf[T any](r run.Run) (T, error) {
	var result T
	err := json.Unmarshal(r.Result, &result)
	return result, err
}

type resultView struct {
	web.Base
	Result delivery.Reconciliation
	Lead   string
	Stats  []web.Stat
	Queue  web.List[delivery.Finding]
	Apply  string // path to take the file for good; "" when there is nothing to take
	List   string
}

// runOf returns the reconciliation in the address as it ended.
func (h *Handlers) runOf(ctx context.Context, r *web.Request) (run.Run, delivery.Reconciliation, error) {
	var result delivery.Reconciliation
	id, err := idOf(r)
	if err != nil {
		return run.Run{}, result, err
	}
	x, err := h.Runs.ByID(ctx, id)
	if err != nil {
		return x, result, err
	}
	if x.Kind != delivery.ReconcileRun || x.State != run.Done {
		return x, result, fault.NotFound("core.error.not_found")
	}
	result, err = resultOf[delivery.Reconciliation](x)
	return x, result, err
}

func (h *Handlers) result(ctx context.Context, r *web.Request) (web.Response, error) {
	x, res, err := h.runOf(ctx, r)
	if err != nil {
		return nil, err
	}
	v := resultView{Base: r.Base(r.T("delivery.result.title", "file", res.Name)).At(web.Crumb{Label: r.T("delivery.reconcile.title"), Href: ReconcilePath}), Result: res, List: To(res.ListID)}
	switch {
	case res.Known:
		v.Lead = r.T("delivery.result.known")
	case x.Dry:
		v.Lead, v.Apply = r.T("delivery.result.dry"), ReconcilePath+"/hasil/"+x.ID.String()
	default:
		v.Lead = r.T("delivery.result.done")
	}
	count := func(key string, n int64, note string) {
		v.Stats = append(v.Stats, web.Stat{Label: r.T("delivery." + key), Value: web.Number(ctx, n), Note: note})
	}
	count("lines", res.Lines, r.T(res.FormatKey()))
	count("matched", res.Matched, web.Rupiah(ctx, res.Credited+res.Returned))
	count("explained", res.Explained, "")
	count("queued", res.Queued, "")
	v.Stats = append(v.Stats, web.Stat{Label: r.T("delivery.status.credited"), Value: web.Rupiah(ctx, res.Credited)},
		web.Stat{Label: r.T("delivery.status.returned"), Value: web.Rupiah(ctx, res.Returned)})
	v.Queue = web.List[delivery.Finding]{Caption: r.T("delivery.result.queue"), Rows: res.Queue, Query: r.List(), Empty: r.T("delivery.result.no_queue"),
		Columns: []web.Column[delivery.Finding]{
			{Name: "baris", Label: r.T("delivery.result.file_line"), Kind: web.Code, Value: func(f delivery.Finding) any { return f.Line }},
			{Name: "referensi", Label: r.T("delivery.reference"), Kind: web.Code, Value: func(f delivery.Finding) any { return f.Reference }},
			{Name: "kata_bank", Label: r.T("delivery.exceptions.said"), Value: func(f delivery.Finding) any { return string(f.Status) + " " + string(f.Result.Code) }},
			{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(f delivery.Finding) any { return f.Amount }},
			{Name: "masalah", Label: r.T("delivery.exceptions.what"), Value: func(f delivery.Finding) any { return r.T("delivery.code." + string(f.Reason)) }},
			{Name: "saran", Label: r.T("delivery.exceptions.road"), Value: func(f delivery.Finding) any { return r.T("delivery.road." + string(f.Reason)) }},
		}}
	return web.Page(resultPage(v)), nil
}

// apply takes a file for good that was tried.
func (h *Handlers) apply(ctx context.Context, r *web.Request) (web.Response, error) {
	x, _, err := h.runOf(ctx, r)
	if err != nil {
		return nil, err
	}
	var brought delivery.Brought
	if err := json.Unmarshal(x.Args, &brought); err != nil {
		return nil, err
	}
	started, err := h.Runs.Start(ctx, delivery.ReconcileRun, brought, false)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(started)), nil
}
