package linkageweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/linkage"
	"gotong/internal/web"
)

// decide takes the decision of the desk's form and goes on to the next pair.
func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d := linkage.Decision(r.Text("putusan"))
	if err := h.Service.Decide(ctx, id, d, r.Text("catatan")); err != nil {
		return h.refused(ctx, r, err)
	}
	done := web.Done("linkage.done.confirmed")
	if d == linkage.Apart {
		done = web.Done("linkage.done.rejected")
	}
	c, err := h.Service.Candidate(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.Next == nil {
		return web.SeeOther(To(id), done), nil
	}
	return web.SeeOther(To(*c.Next)+"?"+just+"="+id.String(), done), nil
}

// shownAgain reports whether a desk shows a pair again with what was wrong, and
// with which status: what the user can mend, and what somebody else did while
// they looked. There the way goes on to the next pair.
func shownAgain(err error) (status int, ok bool) {
	switch {
	case fault.Is(err, fault.KindInvalid):
		return http.StatusUnprocessableEntity, true
	case fault.Is(err, fault.KindConflict):
		return http.StatusConflict, true
	}
	return 0, false
}

// refused shows the desk again with what was wrong.
func (h *Handlers) refused(ctx context.Context, r *web.Request, err error) (web.Response, error) {
	status, shown := shownAgain(err)
	if !shown {
		return nil, err
	}
	v, failed := h.pairView(ctx, r)
	if failed != nil {
		return nil, failed
	}
	v.Note = r.Text("catatan")
	v.Errors.Take(r.Lang, "putusan", err)
	return web.PageWith(status, pairPage(v)), nil
}

func (h *Handlers) undo(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.Undo(ctx, id); err != nil {
		return h.refused(ctx, r, err)
	}
	return web.SeeOther(To(id), web.Done("linkage.done.undone")), nil
}

// find starts a search in the background.
func (h *Handlers) find(ctx context.Context, r *web.Request) (web.Response, error) {
	started, err := h.Runs.Start(ctx, linkage.FindRun, nil, false)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(started)), nil
}

type planView struct {
	web.Base
	Errors web.Errors
	Floor  string // least chance that the policy allows, in per cent
	Least  string // chosen chance, in per cent
	Bulk   *linkage.Bulk
	List   web.List[linkage.Planned]
}

func (h *Handlers) plan(ctx context.Context, r *web.Request) (web.Response, error) {
	v := h.planView(ctx, r)
	least, ok := perCent(r.Text("kemungkinan"), h.Service.BulkLeast())
	if !ok {
		v.Errors.Add("kemungkinan", r.T("linkage.error.bulk_number"))
		return web.Invalid(planPage(v)), nil
	}
	bulk, err := h.Service.Plan(ctx, least, r.Text("wilayah"))
	if err != nil {
		if !v.Errors.Take(r.Lang, "kemungkinan", err) {
			return nil, err
		}
		return web.Invalid(planPage(v)), nil
	}
	v.Bulk = bulk
	v.List = web.List[linkage.Planned]{ID: "rencana", Caption: r.T("linkage.bulk_page.list"), Rows: bulk.Plan, Columns: h.planColumns(r),
		Href: func(p linkage.Planned) string { return To(p.ID) }}
	return web.Page(planPage(v)), nil
}

func (h *Handlers) planView(ctx context.Context, r *web.Request) planView {
	floor := strings.TrimSuffix(web.Decimal(ctx, 100*h.Service.BulkLeast(), 1), ",0")
	v := planView{Base: r.Base(r.T("linkage.bulk_page.title")).At(web.Crumb{Label: r.T("linkage.title"), Href: Path}),
		Floor: strings.TrimSuffix(floor, ".0"), Least: r.Text("kemungkinan")}
	if v.Least == "" {
		v.Least = v.Floor
	}
	return v
}

// perCent reads a chance in per cent, with a comma or a point; empty is
// otherwise.
func perCent(text string, otherwise float64) (float64, bool) {
	if text == "" {
		return otherwise, true
	}
	p, err := strconv.ParseFloat(strings.Replace(strings.TrimSuffix(text, "%"), ",", ".", 1), 64)
	return p / 100, err == nil && p >= 0 && p <= 100
}

// sides returns the record that stays and the one that is closed.
func sides(p linkage.Planned) (kept, dropped *linkage.Side) {
	if p.Keep == linkage.KeepRight {
		return &p.Right, &p.Left
	}
	return &p.Left, &p.Right
}

func (h *Handlers) planColumns(r *web.Request) []web.Column[linkage.Planned] {
	keep := func(p linkage.Planned) *linkage.Side { s, _ := sides(p); return s }
	drop := func(p linkage.Planned) *linkage.Side { _, s := sides(p); return s }
	return []web.Column[linkage.Planned]{
		{Name: "ditutup", Label: r.T("linkage.bulk_page.drop"), Value: func(p linkage.Planned) any { return drop(p).Name }},
		{Name: "wilayah_ditutup", Label: r.T("linkage.area"), Value: func(p linkage.Planned) any { return h.area(drop(p)) }},
		{Name: "dipakai", Label: r.T("linkage.bulk_page.keep"), Value: func(p linkage.Planned) any { return keep(p).Name }},
		{Name: "wilayah_dipakai", Label: r.T("linkage.area"), Value: func(p linkage.Planned) any { return h.area(keep(p)) }},
		{Name: "lahir_ditutup", Label: r.T("linkage.born_1"), Kind: web.Date, Value: func(p linkage.Planned) any { return day(drop(p).Born) }},
		{Name: "lahir_dipakai", Label: r.T("linkage.born_2"), Kind: web.Date, Value: func(p linkage.Planned) any { return day(keep(p).Born) }},
	}
}

// confirmAll closes what the plan showed, when it is still the same.
func (h *Handlers) confirmAll(ctx context.Context, r *web.Request) (web.Response, error) {
	least, ok := perCent(r.Text("kemungkinan"), h.Service.BulkLeast())
	if !ok {
		return nil, fault.Invalid("linkage.error.bulk_number")
	}
	n, err := h.Service.ConfirmAll(ctx, least, r.Text("wilayah"), r.Text("sidik"), r.Text("catatan"))
	if err != nil {
		return nil, err
	}
	return web.SeeOther(Path, web.Done("linkage.done.bulk", "n", strconv.Itoa(n))), nil
}
