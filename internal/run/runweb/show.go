package runweb

import (
	"context"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/web"
)

type showView struct {
	web.Base
	Run      run.Run
	Progress web.Progress
	Past     []web.Event
	About    []web.Pair
	Failure  string // in words
	Result   findings
	Link     string // to the result's own page; may be empty
	LinkText string
}

// run returns the run that the address names.
func (h *Handlers) run(ctx context.Context, r *web.Request) (run.Run, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return run.Run{}, fault.NotFound("core.error.not_found").Because(err)
	}
	return h.service.ByID(ctx, id)
}

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	x, err := h.run(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.Htmx() && x.State.Ended() {
		return web.Reload(), nil
	}
	v := showView{Run: x, Base: r.Base(kindName(r.Lang, x.Kind)).At(web.Crumb{Label: r.T("run.title"), Href: Path})}
	if !x.State.Ended() {
		v.Base = v.Every(5)
	}
	now := h.clock.Now()
	v.Progress, v.Past = progress(ctx, x, now)
	v.Progress.Poll = To(x)
	if h.service.MayStop(ctx, x) {
		v.Progress.Cancel = To(x) + "/berhenti"
	}
	v.About = about(ctx, x)
	if x.Failure != nil {
		v.Failure = failure(r.Lang, *x.Failure)
	}
	if v.Result, err = result(ctx, x.Result); err != nil {
		return nil, err
	}
	if link := h.links[x.Kind]; link != nil && x.State == run.Done {
		key := ""
		if v.Link, key = link(x); key == "" {
			key = "run.open_result"
		}
		v.LinkText = r.T(key)
	}
	return web.Page(showPage(v)), nil
}

// failure says why a run failed.
func failure(l i18n.Lang, f run.Failure) string {
	if !i18n.Has(l, f.Key) {
		return i18n.T(l, "core.error.internal")
	}
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return i18n.T(l, f.Key, args...)
}

// about tells who asked for the run and when it went through its states.
func about(ctx context.Context, x run.Run) []web.Pair {
	pairs := []web.Pair{
		{Term: web.T(ctx, "run.by"), Value: x.Actor.Name},
		{Term: web.T(ctx, "run.asked"), Value: web.Moment(ctx, x.AskedAt)},
	}
	if x.State.Ended() {
		pairs = append(pairs, web.Pair{Term: web.T(ctx, "run.ended"), Value: web.Moment(ctx, x.EndedAt)})
	}
	if span, ok := took(ctx, x, x.EndedAt).(string); ok && x.State.Ended() {
		pairs = append(pairs, web.Pair{Term: web.T(ctx, "run.took"), Value: span})
	}
	if x.Attempt > 1 {
		pairs = append(pairs, web.Pair{Term: web.T(ctx, "run.attempt"), Value: web.Number(ctx, x.Attempt)})
	}
	return pairs
}

func (h *Handlers) stop(ctx context.Context, r *web.Request) (web.Response, error) {
	x, err := h.run(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := h.service.Cancel(ctx, x.ID); err != nil {
		return nil, err
	}
	return web.SeeOther(To(x), web.Done("run.stopped")), nil
}
