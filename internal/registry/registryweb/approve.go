package registryweb

import (
	"context"
	"strconv"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// approve carries a proposal out.
func (h *Handlers) approve(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.eventView(ctx, r)
	if err != nil {
		return nil, err
	}
	read := ""
	if r.Text(fieldRead) != "" {
		read = r.Text(fieldMark)
	}
	out, err := h.Service.Approve(ctx, v.Event.ID, read)
	switch {
	case err == nil && out.Written:
		return web.SeeOther(toEvent(v.Event), web.Done(recorded(out))), nil
	case fault.Is(err, fault.KindForbidden):
		return nil, err
	case err != nil:
		v.Problem = problemOf(r, err)
	}
	return web.Invalid(eventPage(v)), nil
}

// recorded is what is said of a change that was written: of an erasure, too,
// whose last traces go once nobody reads them.
func recorded(out registry.Outcome) string {
	if out.Traces {
		return "event.erased_but_traces"
	}
	return "event.recorded_done"
}

// reject turns a proposal down, or takes one's own back.
func (h *Handlers) reject(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.eventView(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.Reject(ctx, v.Event.ID, v.Reason); err != nil {
		if !v.Errors.Take(r.Lang, "alasan", err) {
			return nil, err
		}
		return web.Invalid(eventPage(v)), nil
	}
	return web.SeeOther(EventPath, web.Done("event.rejected_done")), nil
}

// undo takes a recorded event back.
func (h *Handlers) undo(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.eventView(ctx, r)
	if err != nil {
		return nil, err
	}
	v.Basis.Version = 0
	out, err := h.Service.Do(ctx, registry.Request{Kind: registry.Undone, Event: v.Event.ID, Basis: v.Basis})
	done, err := v.entered(ctx, r, nil, out, err)
	switch {
	case err != nil:
		return nil, err
	case done:
		return web.SeeOther(EventPath+"/"+out.Event.String(), web.Done("event.recorded_done")), nil
	case !out.Proposed.IsZero():
		return web.SeeOther(EventPath+"/"+out.Proposed.String(), web.Done("event.proposed")), nil
	}
	return web.Invalid(eventPage(v)), nil
}

// approveMany previews the proposals that were chosen, and approves those
// that were shown when it is sent again.
func (h *Handlers) approveMany(ctx context.Context, r *web.Request) (web.Response, error) {
	if marks := r.All("setuju"); len(marks) > 0 {
		return h.approveAll(ctx, r, marks)
	}
	ids := r.All("pilih")
	v := bulkView{Confirmation: web.Confirmation{Base: r.Base(r.T("event.approve_many_title")).At(web.Crumb{Label: r.T("event.title"), Href: EventPath}),
		Lead: r.T("event.approve_many_lead"), Action: EventPath + "/setujui", Cancel: EventPath}}
	for _, text := range ids {
		id, err := ident.Parse(text)
		if err != nil {
			continue
		}
		p, err := h.Service.Preview(ctx, id)
		item := bulkItem{Title: r.T("registry.change."+string(p.Event.Kind)) + ", " + p.Event.HeadName}
		if err != nil {
			if fault.KindOf(err) == fault.KindInternal {
				return nil, err
			}
			item.Problem = problemOf(r, err)
		} else {
			item.Differ = h.differences(ctx, r, p)
			for _, w := range p.Warnings {
				item.Warnings = append(item.Warnings, web.T(ctx, w.Key, w.Args...))
			}
			v.Hidden = append(v.Hidden, web.Pair{Term: "setuju", Value: id.String() + "_" + p.Mark()})
		}
		v.Items = append(v.Items, item)
	}
	if len(v.Items) == 0 {
		return web.SeeOther(EventPath, web.Warned("event.nothing_chosen")), nil
	}
	v.Submit = r.T("event.approve_n", "n", web.Number(ctx, len(v.Hidden)))
	return web.Page(bulkPage(v)), nil
}

// approveAll approves each proposal by itself: one that fits no more stays
// behind, and the others hold.
func (h *Handlers) approveAll(ctx context.Context, r *web.Request, marks []string) (web.Response, error) {
	done, left := 0, 0
	for _, text := range marks {
		text, mark, _ := strings.Cut(text, "_")
		id, err := ident.Parse(text)
		if err != nil {
			return nil, fault.Invalid("core.error.invalid").Because(err)
		}
		out, err := h.Service.Approve(ctx, id, mark)
		switch {
		case err == nil && out.Written:
			done++
		case err != nil && fault.KindOf(err) == fault.KindInternal:
			return nil, err
		default:
			left++
		}
	}
	return web.SeeOther(EventPath, web.Done("event.approved_n", "n", strconv.Itoa(done), "left", strconv.Itoa(left))), nil
}
