package auditweb

import (
	"context"

	"gotong/internal/audit"
	"gotong/internal/web"
)

type verifyView struct {
	web.Base
	Report *audit.Report // nil before the check
	About  []web.Pair
}

func (h *Handlers) verifyView(r *web.Request) verifyView {
	return verifyView{Base: r.Base(r.T("audit.verify")).At(web.Crumb{Label: r.T("audit.title"), Href: Path})}
}

func (h *Handlers) ask(_ context.Context, r *web.Request) (web.Response, error) {
	return web.Page(verifyPage(h.verifyView(r))), nil
}

func (h *Handlers) verify(ctx context.Context, r *web.Request) (web.Response, error) {
	report, err := h.service.Verify(ctx)
	if err != nil {
		return nil, err
	}
	v := h.verifyView(r)
	v.Report = &report
	v.About = []web.Pair{
		{Term: r.T("audit.verified_at"), Value: web.Moment(ctx, h.clock.Now())},
		{Term: r.T("audit.entries"), Value: web.Number(ctx, report.Entries)},
		{Term: r.T("audit.checkpoints"), Value: web.Number(ctx, report.Checkpoints)},
		{Term: r.T("audit.root"), Show: digest(report.Root), Note: r.T("audit.root_hint")},
	}
	return web.Page(verifyPage(v)), nil
}
