package retentionweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/retention"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// holds lists what is held, with the form that holds one more.
func (h *Handlers) holds(ctx context.Context, r *web.Request) (web.Response, error) {
	s, rows, err := h.holdSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	if f, err := rows.File(r); f != nil || err != nil {
		return f, err
	}
	return web.Page(page.View(h.withForm(r, s, rows))), nil
}

func (h *Handlers) holdSheet(ctx context.Context, r *web.Request) (page.Sheet, page.Rows[retention.Hold], error) {
	type row = retention.Hold
	col := func(name string, kind web.Kind, value func(row) any) web.Column[row] {
		return page.Col(r, "retention.column.", name, kind, value)
	}
	all, err := h.Service.Held(ctx, ident.ID{}, most)
	rows := page.Rows[row]{Name: "penahanan", Caption: r.T("retention.holds"), All: all, Empty: r.T("retention.no_holds"), Href: func(x row) string { return h.FamilyPage(x.Family) },
		Columns: []web.Column[row]{
			col("wilayah", web.Words, func(x row) any { return h.place(r, x.Area) }),
			col("dasar_tahan", web.Words, func(x row) any { return r.T("retention.reason." + x.Basis) }),
			col("sebab", web.Words, func(x row) any { return x.Why }),
			col("oleh", web.Words, func(x row) any { return x.By }),
			col("sejak_tahan", web.Time, func(x row) any { return x.At }),
			{Name: "sampai", Label: r.T("retention.column.lepas"), Kind: web.Time, Value: func(x row) any { return page.At(x.EndedAt) }, Show: func(x row) templ.Component {
				if !x.EndedAt.IsZero() {
					return web.Badge(web.Quiet, page.Local(ctx, x.EndedAt))
				}
				return page.Pressed([]page.Pressing{{Action: HoldPath + "/" + x.ID.String() + "/lepas", Label: r.T("retention.release"), About: h.place(r, x.Area)}})
			}},
		}}
	return h.sheet(r, HoldPath, "retention.holds_lead"), rows, err
}

func (h *Handlers) withForm(r *web.Request, s page.Sheet, rows page.Rows[retention.Hold]) page.Sheet {
	s.Add("", rows.Show(r))
	s.Add(r.T("retention.hold_title"), page.FormPart(page.Form{Action: HoldPath, Submit: r.T("retention.hold"), Fields: []page.Field{
		page.Ask(r, "retention.column.", "keluarga", page.Hint(r.T("retention.family_hint"))),
		page.Ask(r, "retention.column.", "dasar_tahan", page.Radio(page.Options(r, "retention.reason.", retention.Bases))),
		page.Ask(r, "retention.column.", "alasan", page.Lines, page.Hint(r.T("retention.why_hint")))}}, s.Errors))
	return s
}

// hold holds the record of a family.
func (h *Handlers) hold(ctx context.Context, r *web.Request) (web.Response, error) {
	var errs web.Errors
	family, err := ident.Parse(r.Text("keluarga"))
	field := "alasan"
	if err != nil {
		err, field = fault.Invalid("retention.bad_family").Because(err), "keluarga"
	} else {
		if r.Text("dasar_tahan") == "" {
			field = "dasar_tahan"
		}
		if _, err = h.Service.Keep(ctx, family, r.Text("dasar_tahan"), r.Text("alasan")); err == nil {
			return web.SeeOther(HoldPath, web.Done("retention.held")), nil
		}
	}
	if !errs.Take(r.Lang, field, err) {
		return nil, err
	}
	s, rows, err := h.holdSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	s.Errors = errs
	return web.Invalid(page.View(h.withForm(r, s, rows))), nil
}

// release ends a hold.
func (h *Handlers) release(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r, "retention.hold_not_found")
	if err != nil {
		return nil, err
	}
	if err := h.Service.Release(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(HoldPath, web.Done("retention.released")), nil
}
