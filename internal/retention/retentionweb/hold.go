package retentionweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/retention"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// fieldFamily names the family to be held.
const fieldFamily = "keluarga"

// ToHold returns the page on which the record of a family is held.
func ToHold(family ident.ID) string { return HoldPath + "?" + fieldFamily + "=" + family.String() }

// holds lists what is held, with the form that holds one more.
func (h *Handlers) holds(ctx context.Context, r *web.Request) (web.Response, error) {
	s, rows, err := h.holdSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	if f, err := rows.File(r); f != nil || err != nil {
		return f, err
	}
	if s, err = h.withForm(ctx, r, s, rows); err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
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

// held returns the family that the address or form names, zero for none, and
// where it stands.
func (h *Handlers) held(ctx context.Context, r *web.Request) (family ident.ID, area string, err error) {
	if r.Text(fieldFamily) == "" {
		return family, "", nil
	}
	if family, err = ident.Parse(r.Text(fieldFamily)); err != nil {
		return family, "", fault.NotFound("registry.family_not_found").Because(err)
	}
	area, err = h.Service.Register.AreaOf(ctx, family)
	return family, area, err
}

// withForm adds the form that holds the family of the address; without one the
// page says where a family is chosen.
func (h *Handlers) withForm(ctx context.Context, r *web.Request, s page.Sheet, rows page.Rows[retention.Hold]) (page.Sheet, error) {
	family, area, err := h.held(ctx, r)
	if err != nil {
		return s, err
	}
	if family.IsZero() {
		s.Add("", rows.Show(r))
		s.Add(r.T("retention.hold_title"), chooseFamily(h.Families))
		return s, nil
	}
	s.Add(r.T("retention.hold_title"), web.Pairs([]web.Pair{{Term: r.T("retention.column.wilayah"), Value: h.Atlas.Path(area, ", ")}}),
		page.FormPart(page.Form{Action: HoldPath, Submit: r.T("retention.hold"), Cancel: h.FamilyPage(family), Hidden: []web.Pair{{Term: fieldFamily, Value: family.String()}},
			Fields: []page.Field{
				page.Ask(r, "retention.column.", "dasar_tahan", page.Radio(page.Options(r, "retention.reason.", retention.Bases))),
				page.Ask(r, "retention.column.", "alasan", page.Lines, page.Hint(r.T("retention.why_hint")))}}, s.Errors))
	s.Add(r.T("retention.holds"), rows.Show(r))
	return s, nil
}

// hold holds the record of a family.
func (h *Handlers) hold(ctx context.Context, r *web.Request) (web.Response, error) {
	var errs web.Errors
	family, _, err := h.held(ctx, r)
	if err != nil {
		return nil, err
	}
	field := "alasan"
	switch {
	case family.IsZero():
		err = fault.Invalid("retention.choose_family")
	case r.Text("dasar_tahan") == "":
		field = "dasar_tahan"
		fallthrough
	default:
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
	if s, err = h.withForm(ctx, r, s, rows); err != nil {
		return nil, err
	}
	return web.Invalid(page.View(s)), nil
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

// Panel is the part of a family's page that says whether its record is held,
// for whoever may hold it.
type Panel struct{ *Handlers }

// Panel returns nil for whoever may not hold records.
func (p Panel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	if !base.Actor.Can(access.HoldRecords) {
		return nil, nil
	}
	basis, err := p.Service.Lasting(ctx, family)
	if err != nil {
		return nil, err
	}
	if basis != "" {
		basis = web.T(ctx, "retention.reason."+basis)
	}
	return panel(basis, ToHold(family)), nil
}
