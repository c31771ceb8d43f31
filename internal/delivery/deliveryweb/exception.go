package deliveryweb

import (
	"context"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/web"
)

type exceptionView struct {
	web.Base
	Errors    web.Errors
	Exception *delivery.Exception
	About     []web.Pair
	Road      string
	Actions   []web.Option
	Action    string
	Note      string
	MayDecide bool
	At        string
}

func (h *Handlers) exceptionView(ctx context.Context, r *web.Request) (exceptionView, error) {
	id, err := idOf(r)
	if err != nil {
		return exceptionView{}, err
	}
	e, line, err := h.Service.Exception(ctx, id)
	if err != nil {
		return exceptionView{}, err
	}
	v := exceptionView{Base: r.Base(r.T("delivery.code." + string(e.Code))).At(web.Crumb{Label: r.T("delivery.reconcile.title"), Href: ReconcilePath}),
		Exception: e, Road: r.T("delivery.road." + string(e.Code)), Action: r.Text("tindakan"), Note: r.Text("alasan"), At: toException(id),
		MayDecide: e.Status == delivery.Proposed && r.Actor.Can(access.CheckPayment) && r.Actor.Login != e.Proposer}
	if e.Status == delivery.Open && r.Actor.Can(access.Reconcile) {
		for _, a := range h.Service.Actions(e) {
			v.Actions = append(v.Actions, web.Option{Value: string(a), Label: r.T("delivery.action." + string(a))})
		}
	}
	v.About = h.aboutException(ctx, r, e, line)
	return v, nil
}

func (h *Handlers) aboutException(ctx context.Context, r *web.Request, e *delivery.Exception, line *delivery.Instruction) []web.Pair {
	pairs := []web.Pair{
		{Term: r.T("delivery.status_label"), Show: exceptionBadge(e.Status)},
		{Term: r.T("delivery.number"), Show: link(To(e.ListID), e.Number)},
		{Term: r.T("delivery.area"), Value: h.area(r, e.Area)},
		{Term: r.T("delivery.amount"), Value: web.Rupiah(ctx, e.Amount)},
		{Term: r.T("delivery.exceptions.opened"), Value: web.Moment(ctx, e.OpenedAt), Note: web.Span(ctx, h.Clock.Now().Sub(e.OpenedAt))},
	}
	road := h.Service.Rule().Roads[e.Code]
	due := h.Service.Rule().Due(e.Code, e.OpenedAt)
	late := ""
	if (e.Status == delivery.Open || e.Status == delivery.Proposed) && due.Before(h.Clock.Now()) {
		late = r.T("delivery.overdue")
	}
	pairs = append(pairs, web.Pair{Term: r.T("delivery.owner"), Value: r.T("access.role." + string(road.Owner))},
		web.Pair{Term: r.T("delivery.due"), Value: web.Moment(ctx, due), Note: late})
	if line != nil {
		pairs = append(pairs,
			web.Pair{Term: r.T("delivery.line"), Show: link(toLine(e.ListID, e.LineNo), strconv.FormatInt(e.LineNo, 10))},
			web.Pair{Term: r.T("delivery.holder"), Value: line.Holder},
			web.Pair{Term: r.T("delivery.account"), Value: strings.TrimSpace(line.Bank + " " + line.Masked)})
	}
	if e.Detail != "" {
		pairs = append(pairs, web.Pair{Term: r.T("delivery.exceptions.said"), Value: e.Detail, Note: r.T("delivery.exceptions.file_line", "n", e.FileLine)})
	}
	if e.Action != "" {
		pairs = append(pairs, web.Pair{Term: r.T("delivery.exceptions.proposal"), Value: r.T("delivery.action." + string(e.Action)), Note: e.Proposer + ": " + e.Note})
	}
	if e.Approver != "" {
		pairs = append(pairs, web.Pair{Term: r.T("delivery.exceptions.approved_by"), Value: e.Approver, Note: web.Moment(ctx, e.ResolvedAt)})
	}
	return pairs
}

func (h *Handlers) exception(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.exceptionView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(exceptionPage(v)), nil
}

func (h *Handlers) propose(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	_, err = h.Service.Propose(ctx, id, delivery.Action(r.Text("tindakan")), r.Text("alasan"))
	if err == nil {
		return web.SeeOther(toException(id), web.Done("delivery.exceptions.proposed")), nil
	}
	v, viewErr := h.exceptionView(ctx, r)
	field := "alasan"
	if r.Text("tindakan") == "" {
		field = "tindakan"
	}
	if viewErr != nil || !v.Errors.Take(r.Lang, field, err) {
		return nil, err
	}
	return web.Invalid(exceptionPage(v)), nil
}

func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	approve := r.Text("putusan") == "setuju"
	if _, err := h.Service.Decide(ctx, id, approve); err != nil {
		return nil, err
	}
	if approve {
		return web.SeeOther(ReconcilePath, web.Done("delivery.exceptions.resolved")), nil
	}
	return web.SeeOther(toException(id), web.Done("delivery.exceptions.sent_back")), nil
}
