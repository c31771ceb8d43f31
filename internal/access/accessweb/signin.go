package accessweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/web"
)

type signInView struct {
	web.Base
	Errors web.Errors
	Login  string
	Return string // path to open after signing in
}

func (h *Handlers) signInForm(_ context.Context, r *web.Request) (web.Response, error) {
	back := web.SafeReturn(r.URL.Query().Get("kembali"), "/")
	if r.SignedIn {
		return web.SeeOther(back), nil
	}
	return web.Page(signInPage(signInView{Base: r.Base(r.T("access.sign_in_title")), Return: back})), nil
}

func (h *Handlers) signIn(ctx context.Context, r *web.Request) (web.Response, error) {
	v := signInView{Login: r.Text("login"), Return: web.SafeReturn(r.Text("kembali"), "/")}
	// The password is taken as typed: blanks at its ends are part of it.
	token, err := h.service.SignIn(ctx, v.Login, r.FormValue("sandi"))
	if fault.Is(err, fault.KindForbidden) || fault.Is(err, fault.KindTooOften) {
		v.Base = r.Base(r.T("access.sign_in_title"))
		v.Errors.Add("login", i18n.Error(r.Lang, err))
		return web.PageWith(web.Status(err), signInPage(v)), nil
	}
	if err != nil {
		return nil, err
	}
	if r.SignedIn { // whoever was signed in here before is not any longer
		if err := h.service.SignOut(ctx, r.SessionToken()); err != nil {
			return nil, err
		}
	}
	return web.SignIn(token, h.clock.Now().Add(access.SessionLimit), v.Return), nil
}

func (h *Handlers) signOut(ctx context.Context, r *web.Request) (web.Response, error) {
	if err := h.service.SignOut(ctx, r.SessionToken()); err != nil {
		return nil, err
	}
	return web.SignOut(SignInPath, web.Done("access.signed_out_done")), nil
}
