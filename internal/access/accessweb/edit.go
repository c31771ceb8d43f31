package accessweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/web"
)

// editView is the form of an account, new or on record.
type editView struct {
	web.Base
	Errors web.Errors
	Staff  access.Staff // as on record; zero for a new one
	Login  string
	Name   string
	Unit   string
	Ticked map[string]bool // roles
	Areas  string          // as the form holds them
	Names  []web.Pair      // of the areas on record
	Roles  []web.Option
	Own    bool // the administrator's own account
}

// entered reads what the form says, checks its areas, and applies it.
func (h *Handlers) entered(r *web.Request, v *editView, a *access.Staff) {
	v.Login, v.Name, v.Unit, v.Areas = r.Text("login"), r.Text("nama"), r.Text("unit"), r.FormValue("wilayah")
	v.Ticked = map[string]bool{}
	a.Login, a.Name, a.Unit, a.Roles = v.Login, v.Name, v.Unit, nil
	for _, role := range r.All("peran") {
		v.Ticked[role] = true
		a.Roles = append(a.Roles, access.Role(role))
	}
	scope, err := parseAreas(h.atlas, r.Actor.Scope, v.Areas)
	v.Errors.Take(r.Lang, "wilayah", err)
	a.Scope = scope
}

func (h *Handlers) view(r *web.Request, a access.Staff, title string) editView {
	v := editView{
		Base: r.Base(title).At(web.Crumb{Label: r.T("access.users"), Href: StaffPath}), Staff: a,
		Login: a.Login, Name: a.Name, Unit: a.Unit, Areas: areaText(a.Scope), Ticked: map[string]bool{},
		Roles: roleOptions(r), Own: !a.ID.IsZero() && a.ID == r.Actor.ID,
	}
	for _, role := range a.Roles {
		v.Ticked[string(role)] = true
	}
	if a.Scope.IsNation() {
		v.Names = []web.Pair{{Term: "*", Value: r.T("access.nation")}}
	}
	for _, code := range a.Scope.Prefixes() {
		v.Names = append(v.Names, web.Pair{Term: region.Dotted(code), Value: h.atlas.Path(code, ", ")})
	}
	return v
}

func (h *Handlers) newForm(_ context.Context, r *web.Request) (web.Response, error) {
	return web.Page(editPage(h.view(r, access.Staff{}, r.T("access.add_user")))), nil
}

func (h *Handlers) hire(ctx context.Context, r *web.Request) (web.Response, error) {
	v := h.view(r, access.Staff{}, r.T("access.add_user"))
	var a access.Staff
	h.entered(r, &v, &a)
	if !v.Errors.Any() {
		kept, err := h.service.Hire(ctx, a, r.FormValue("sandi"))
		if err == nil {
			return web.SeeOther(StaffPath, web.Done("access.added", "login", kept.Login)), nil
		}
		if !v.Errors.Take(r.Lang, fieldOf(err), err) {
			return nil, err
		}
	}
	return web.Invalid(editPage(v)), nil
}

// account returns the account that the address names.
func (h *Handlers) account(ctx context.Context, r *web.Request) (access.Staff, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return access.Staff{}, fault.NotFound("access.no_such_staff").Because(err)
	}
	return h.service.ByID(ctx, id)
}

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	a, err := h.account(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(editPage(h.view(r, a, a.Name))), nil
}

func (h *Handlers) change(ctx context.Context, r *web.Request) (web.Response, error) {
	a, err := h.account(ctx, r)
	if err != nil {
		return nil, err
	}
	v := h.view(r, a, a.Name)
	wanted := a
	h.entered(r, &v, &wanted)
	v.Login = a.Login
	if !v.Errors.Any() {
		err = h.service.Change(ctx, a.ID, func(s *access.Staff) {
			s.Name, s.Unit, s.Roles, s.Scope = wanted.Name, wanted.Unit, wanted.Roles, wanted.Scope
		})
		if err == nil {
			return web.SeeOther(StaffPath, web.Done("access.changed", "login", a.Login)), nil
		}
		if !v.Errors.Take(r.Lang, fieldOf(err), err) {
			return nil, err
		}
	}
	return web.Invalid(editPage(v)), nil
}

func (h *Handlers) reset(ctx context.Context, r *web.Request) (web.Response, error) {
	a, err := h.account(ctx, r)
	if err != nil {
		return nil, err
	}
	err = h.service.ResetPassword(ctx, a.ID, r.FormValue("sandi"))
	if err == nil {
		return web.SeeOther(StaffPath+"/"+a.ID.String(), web.Done("access.reset_done", "login", a.Login)), nil
	}
	v := h.view(r, a, a.Name)
	if !v.Errors.Take(r.Lang, "sandi", err) {
		return nil, err
	}
	return web.Invalid(editPage(v)), nil
}

func (h *Handlers) confirmClose(ctx context.Context, r *web.Request) (web.Response, error) {
	a, err := h.account(ctx, r)
	if err != nil {
		return nil, err
	}
	here := StaffPath + "/" + a.ID.String()
	return web.Page(closePage(web.Confirmation{
		Base: r.Base(r.T("access.close")).At(web.Crumb{Label: r.T("access.users"), Href: StaffPath}, web.Crumb{Label: a.Name, Href: here}),
		Lead: r.T("access.close_lead", "login", a.Login), Action: here + "/tutup", Submit: r.T("access.close"), Danger: true, Cancel: here,
	}, []web.Pair{
		{Term: r.T("access.name"), Value: a.Name},
		{Term: r.T("access.roles"), Value: roleNames(r, a.Roles)},
		{Term: r.T("access.areas"), Value: areaNames(h.atlas, r.T("access.nation"), a.Scope)},
	})), nil
}

func (h *Handlers) close(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.setActive(ctx, r, false, "access.closed_done")
}

func (h *Handlers) reopen(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.setActive(ctx, r, true, "access.reopened")
}

func (h *Handlers) setActive(ctx context.Context, r *web.Request, active bool, done string) (web.Response, error) {
	a, err := h.account(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := h.service.Change(ctx, a.ID, func(s *access.Staff) { s.Active = active }); err != nil {
		return nil, err
	}
	return web.SeeOther(StaffPath, web.Done(done, "login", a.Login)), nil
}

// fieldOf names the field of the form that a refusal is about.
func fieldOf(err error) string {
	switch keyOf(err) {
	case "access.no_name":
		return "nama"
	case "access.no_role", "access.unknown_role", "access.two_hands", "access.lock_out":
		return "peran"
	case "access.no_scope", "access.wider_scope":
		return "wilayah"
	case "access.password_short", "access.password_long", "access.password_login":
		return "sandi"
	default:
		return "login"
	}
}
