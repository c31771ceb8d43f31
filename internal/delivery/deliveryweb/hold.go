package deliveryweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/web"
)

type holdsView struct {
	web.Base
	List     web.List[delivery.Hold]
	Statuses []web.Option
	MayPlace bool
}

func (h *Handlers) holds(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := delivery.HoldFilter{Lifted: q.Text("status") == "lepas", Limit: pageLength}
	names, _, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	columns := h.holdColumns(r, names)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		f.Limit = exportMost
		all, _, err := h.Service.Holds(ctx, f)
		if err != nil {
			return nil, err
		}
		return web.TableFile(format, "penahanan", columns, web.Rows(all)), nil
	}
	f.Offset, _, _ = offset(q, 0)
	rows, total, err := h.Service.Holds(ctx, f)
	if err != nil {
		return nil, err
	}
	_, prev, next := offset(q, total)
	v := holdsView{Base: r.Base(r.T("delivery.holds.title")).At(web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}),
		MayPlace: r.Actor.Can(access.MakePayment) || r.Actor.Can(access.CheckPayment),
		Statuses: []web.Option{{Value: "berlaku", Label: r.T("delivery.holds.standing")}, {Value: "lepas", Label: r.T("delivery.holds.ended")}},
		List: web.List[delivery.Hold]{Caption: r.T("delivery.holds.title"), Columns: columns, Rows: rows, Query: q, Total: &total, Prev: prev, Next: next,
			Empty: r.T("delivery.holds.empty"), Files: r.MayExport()}}
	if r.Actor.Can(access.CheckPayment) && !f.Lifted {
		v.List.Href = func(x delivery.Hold) string {
			if x.PlacedBy == r.Actor.Login {
				return ""
			}
			return HoldsPath + "/" + x.ID.String() + "/lepas"
		}
	}
	return web.Page(holdsPage(v)), nil
}

func (h *Handlers) holdColumns(r *web.Request, names map[string]string) []web.Column[delivery.Hold] {
	return []web.Column[delivery.Hold]{
		{Name: "yang_ditahan", Label: r.T("delivery.holds.whom"), Value: func(x delivery.Hold) any {
			if x.FamilyID.IsZero() {
				return r.T("delivery.holds.everybody")
			}
			return r.T("delivery.holds.family")
		}},
		{Name: "wilayah", Label: r.T("delivery.area"), Value: func(x delivery.Hold) any { return h.area(r, x.Area) }},
		{Name: "program", Label: r.T("delivery.programme"), Value: func(x delivery.Hold) any {
			if x.Programme == "" {
				return r.T("delivery.holds.all_programmes")
			}
			return name(names, x.Programme)
		}},
		{Name: "alasan", Label: r.T("delivery.why"), Value: func(x delivery.Hold) any { return x.Reason }},
		{Name: "oleh", Label: r.T("delivery.by"), Value: func(x delivery.Hold) any { return x.PlacedBy }},
		{Name: "sejak", Label: r.T("delivery.holds.since"), Kind: web.Time, Value: func(x delivery.Hold) any { return x.PlacedAt }},
		{Name: "dilepas", Label: r.T("delivery.holds.lifted_by"), Hide: true, Value: func(x delivery.Hold) any { return x.LiftedBy }},
	}
}

type standView struct {
	web.Base
	Errors     web.Errors
	Programmes []web.Option
	Areas      []web.Option
	Area       string
	Programme  string
	Family     string
	Reason     string
}

func (h *Handlers) standView(ctx context.Context, r *web.Request) (standView, error) {
	_, options, err := h.names(ctx, r)
	v := standView{Base: r.Base(r.T("delivery.holds.new")).At(web.Crumb{Label: r.T("delivery.holds.title"), Href: HoldsPath}),
		Programmes: append([]web.Option{{Value: "semua", Label: r.T("delivery.holds.all_programmes")}}, options...), Areas: h.areaOptions(r),
		Area: r.Text("wilayah"), Programme: r.Text("program"), Family: r.Text("keluarga"), Reason: r.Text("alasan")}
	if v.Programme == "" {
		v.Programme = "semua"
	}
	if v.Area == "" && len(v.Areas) > 0 {
		v.Area = v.Areas[0].Value
	}
	return v, err
}

func (h *Handlers) holdNew(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.standView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(holdPage(v)), nil
}

func (h *Handlers) holdPlace(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.standView(ctx, r)
	if err != nil {
		return nil, err
	}
	hold := delivery.Hold{Area: v.Area, Programme: v.Programme, Reason: v.Reason}
	if v.Programme == "semua" {
		hold.Programme = ""
	}
	if v.Family != "" {
		if hold.FamilyID, err = ident.Parse(v.Family); err != nil {
			v.Errors.Add("keluarga", r.T("delivery.holds.bad_family"))
			return web.Invalid(holdPage(v)), nil
		}
	}
	if _, err := h.Service.PlaceHold(ctx, hold); err != nil {
		if !v.Errors.Take(r.Lang, "alasan", err) {
			return nil, err
		}
		return web.Invalid(holdPage(v)), nil
	}
	return web.SeeOther(HoldsPath, web.Done("delivery.holds.placed")), nil
}

func (h *Handlers) liftForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.liftView(r)
	if err != nil {
		return nil, err
	}
	return web.Page(liftPage(v)), nil
}

type liftView struct {
	web.Base
	Errors web.Errors
	At     string
	Why    string
}

func (h *Handlers) liftView(r *web.Request) (liftView, error) {
	id, err := idOf(r)
	return liftView{Base: r.Base(r.T("delivery.holds.lift_title")).At(web.Crumb{Label: r.T("delivery.holds.title"), Href: HoldsPath}),
		At: HoldsPath + "/" + id.String() + "/lepas", Why: r.Text("alasan")}, err
}

func (h *Handlers) lift(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.liftView(r)
	if err != nil {
		return nil, err
	}
	id, _ := idOf(r)
	if _, err := h.Service.LiftHold(ctx, id, v.Why); err != nil {
		if !v.Errors.Take(r.Lang, "alasan", err) {
			return nil, err
		}
		return web.Invalid(liftPage(v)), nil
	}
	return web.SeeOther(HoldsPath, web.Done("delivery.holds.lifted")), nil
}
