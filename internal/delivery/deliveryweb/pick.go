package deliveryweb

import (
	"context"
	"strconv"

	"gotong/internal/delivery"
	"gotong/internal/web"
)

// pickView is a form over some of a list's lines.
type pickView struct {
	web.Base
	Errors web.Errors
	Action string
	Lead   string
	Note   string
	Back   string
	Lines  web.List[delivery.Instruction]
	Let    bool // lines are let back
	Hand   bool // goods are handed over
	Toggle string
}

func (h *Handlers) pickView(ctx context.Context, r *web.Request, o *delivery.Overview, f delivery.LineFilter, act string) (pickView, error) {
	q := r.List()
	f.Limit = pageLength + 1
	lines, prev, next, err := h.page(ctx, q, o.ID, f)
	return pickView{Base: r.Base(r.T("delivery."+act+".title")).At(web.Crumb{Label: r.T("delivery.lists.title"), Href: ListsPath}, web.Crumb{Label: o.Number, Href: To(o.ID)}),
		Lead: r.T("delivery." + act + ".lead"), Back: To(o.ID), Note: r.Text("alasan"),
		Lines: web.List[delivery.Instruction]{Caption: r.T("delivery.lines_of", "number", o.Number), Columns: h.lineColumns(r, o.Means, o.Number), Rows: lines, Query: q, Prev: prev, Next: next,
			Pick: func(i delivery.Instruction) string { return strconv.FormatInt(i.LineNo, 10) }, Empty: r.T("delivery.no_lines")}}, err
}

func (h *Handlers) holdView(ctx context.Context, r *web.Request) (pickView, error) {
	o, err := h.overview(ctx, r)
	if err != nil {
		return pickView{}, err
	}
	let := r.Text("lepas") == "1"
	f, act := delivery.LineFilter{Status: delivery.Planned}, "hold"
	if let {
		f, act = delivery.LineFilter{Status: delivery.Held, Code: delivery.ByHand}, "unhold"
	}
	v, err := h.pickView(ctx, r, o, f, act)
	v.Action, v.Let = To(o.ID)+"/tahan", let
	v.Toggle = v.Action
	if !let {
		v.Toggle += "?lepas=1"
	}
	return v, err
}

func (h *Handlers) holdForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.holdView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(pickPage(v)), nil
}

func (h *Handlers) hold(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	act, done := h.Service.Hold, "delivery.hold.done"
	if r.Text("lepas") == "1" {
		act, done = h.Service.Unhold, "delivery.unhold.done"
	}
	_, err = act(ctx, id, picked(r), r.Text("alasan"))
	if err == nil {
		return web.SeeOther(To(id), web.Done(done)), nil
	}
	v, viewErr := h.holdView(ctx, r)
	if viewErr != nil || !v.Errors.Take(r.Lang, "alasan", err) {
		return nil, err
	}
	return web.Invalid(pickPage(v)), nil
}

// picked are the lines that were ticked.
func picked(r *web.Request) []int64 {
	var lines []int64
	for _, s := range r.All("pilih") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			lines = append(lines, n)
		}
	}
	return lines
}

func (h *Handlers) handView(ctx context.Context, r *web.Request) (pickView, error) {
	o, err := h.overview(ctx, r)
	if err != nil {
		return pickView{}, err
	}
	v, err := h.pickView(ctx, r, o, delivery.LineFilter{Status: delivery.OnTheWay}, "hand")
	v.Action, v.Hand = To(o.ID)+"/serah", true
	return v, err
}

func (h *Handlers) handForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.handView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(pickPage(v)), nil
}

func (h *Handlers) hand(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	var all []delivery.Handover
	for _, n := range picked(r) {
		all = append(all, delivery.Handover{LineNo: n, Taken: r.Text("hasil") != "absen", Receiver: r.Text("penerima"), Proof: r.Text("bukti")})
	}
	_, err = h.Service.HandOver(ctx, id, all)
	if err == nil {
		return web.SeeOther(To(id), web.Done("delivery.hand.done")), nil
	}
	v, viewErr := h.handView(ctx, r)
	if viewErr != nil || !v.Errors.Take(r.Lang, "penerima", err) {
		return nil, err
	}
	return web.Invalid(pickPage(v)), nil
}

type discardView struct {
	web.Base
	Errors web.Errors
	Lead   string
	Action string
	Back   string
	Note   string
}

func (h *Handlers) discardView(ctx context.Context, r *web.Request) (discardView, error) {
	o, err := h.overview(ctx, r)
	if err != nil {
		return discardView{}, err
	}
	return discardView{Base: r.Base(r.T("delivery.discard.title", "number", o.Number)).At(web.Crumb{Label: r.T("delivery.lists.title"), Href: ListsPath}, web.Crumb{Label: o.Number, Href: To(o.ID)}),
		Lead: r.T("delivery.discard.lead"), Action: To(o.ID) + "/batal", Back: To(o.ID), Note: r.Text("alasan")}, nil
}

func (h *Handlers) discardForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.discardView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(discardPage(v)), nil
}

func (h *Handlers) discard(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	_, err = h.Service.Discard(ctx, id, r.Text("alasan"))
	if err == nil {
		return web.SeeOther(To(id), web.Done("delivery.discard.done")), nil
	}
	v, viewErr := h.discardView(ctx, r)
	if viewErr != nil || !v.Errors.Take(r.Lang, "alasan", err) {
		return nil, err
	}
	return web.Invalid(discardPage(v)), nil
}
