package determinationweb

import (
	"context"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

type startView struct {
	web.Base
	Errors    web.Errors
	AsOf      string
	Snapshots []web.Option
	Rankings  []web.Option
	Snapshot  string
	Ranking   string
}

// recent is how many snapshots and rankings there are to choose from.
const recent = 20

func (h *Handlers) startView(ctx context.Context, r *web.Request) (startView, error) {
	v := startView{Base: r.Base(r.T("determination.start.title")).At(web.Crumb{Label: r.T("determination.page.title"), Href: Path}),
		AsOf: r.Text("tanggal"), Snapshot: r.Text("potret"), Ranking: r.Text("peringkat")}
	if v.AsOf == "" {
		v.AsOf = h.today().String()
	}
	snapshots, err := h.Snapshots.Headers(ctx, recent)
	if err != nil {
		return v, err
	}
	rankings, err := h.Rankings.Headers(ctx, recent)
	if err != nil {
		return v, err
	}
	days := map[ident.ID]snapshot.Header{}
	for _, s := range snapshots {
		days[s.ID] = s
		v.Snapshots = append(v.Snapshots, web.Option{Value: s.ID.String(), Label: snapshotLabel(ctx, s)})
	}
	for _, k := range rankings {
		v.Rankings = append(v.Rankings, web.Option{Value: k.ID.String(), Label: rankingLabel(ctx, k)})
	}
	return v, nil
}

func snapshotLabel(ctx context.Context, s snapshot.Header) string {
	return web.T(ctx, "determination.start.snapshot_label", "date", web.Day(ctx, s.AsOf), "families", web.Number(ctx, s.Families), "at", web.Moment(ctx, s.CreatedAt))
}

func rankingLabel(ctx context.Context, k targeting.Header) string {
	return web.T(ctx, "determination.start.ranking_label", "date", web.Day(ctx, k.AsOf), "model", k.ModelNames(), "families", web.Number(ctx, k.Nation.Ranked), "at", web.Moment(ctx, k.CreatedAt))
}

func (h *Handlers) start(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.startView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(startPage(v)), nil
}

// began leads to the page of a run, or shows the form again with what is
// wrong beside field.
func (h *Handlers) began(ctx context.Context, r *web.Request, field string, start func() (string, error)) (web.Response, error) {
	page, err := start()
	if err == nil {
		return web.SeeOther(page), nil
	}
	v, failed := h.startView(ctx, r)
	if failed != nil {
		return nil, failed
	}
	if !v.Errors.Take(r.Lang, field, err) {
		return nil, err
	}
	return web.Invalid(startPage(v)), nil
}

func (h *Handlers) startSnapshot(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.began(ctx, r, "tanggal", func() (string, error) {
		var day civil.Date
		day, err := r.Day("tanggal")
		if err != nil {
			return "", err
		}
		return h.Work.Snapshot(ctx, day)
	})
}

func (h *Handlers) startRanking(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.began(ctx, r, "potret", func() (string, error) {
		s, err := ident.Parse(r.Text("potret"))
		if err != nil {
			return "", errChoose("determination.start.choose_snapshot")
		}
		return h.Work.Rank(ctx, s)
	})
}

func (h *Handlers) startDetermination(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.began(ctx, r, "peringkat", func() (string, error) {
		id, err := ident.Parse(r.Text("peringkat"))
		if err != nil {
			return "", errChoose("determination.start.choose_ranking")
		}
		k, err := h.Rankings.Header(ctx, id)
		if err != nil {
			return "", err
		}
		return h.Work.Determine(ctx, k.SnapshotID, k.ID)
	})
}

func (h *Handlers) recheck(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if _, err := h.Service.Header(ctx, id); err != nil {
		return nil, err // nothing to recheck, and no run that can only fail
	}
	page, err := h.Work.Recheck(ctx, id)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(page), nil
}

func (h *Handlers) propose(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.decide(ctx, r, "catatan", "determination.page.proposed", func(id ident.ID) error {
		_, err := h.Service.Propose(ctx, id, r.Text("catatan"))
		return err
	})
}

func (h *Handlers) enact(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.decide(ctx, r, "", "determination.page.enacted", func(id ident.ID) error {
		_, err := h.Service.Enact(ctx, id)
		return err
	})
}

func (h *Handlers) reject(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.decide(ctx, r, "alasan", "determination.page.rejected", func(id ident.ID) error {
		_, err := h.Service.Reject(ctx, id, r.Text("alasan"))
		return err
	})
}

// decide takes a step and shows the determination anew, with what is wrong
// where the user can mend it.
func (h *Handlers) decide(ctx context.Context, r *web.Request, field, done string, step func(ident.ID) error) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err = step(id); err == nil {
		return web.SeeOther(To(id), web.Done(done)), nil
	}
	v, failed := h.showView(ctx, r)
	if failed != nil {
		return nil, failed
	}
	if !v.Errors.Take(r.Lang, field, err) {
		return nil, err
	}
	v.Note = r.Text(field)
	return web.Invalid(showPage(v)), nil
}
