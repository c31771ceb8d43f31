package accessweb

import (
	"context"
	"errors"

	"gotong/internal/fault"
	"gotong/internal/web"
)

type passwordView struct {
	web.Base
	Errors web.Errors
}

func (h *Handlers) passwordForm(_ context.Context, r *web.Request) (web.Response, error) {
	return web.Page(passwordPage(passwordView{Base: r.Base(r.T("access.change_password"))})), nil
}

func (h *Handlers) changePassword(ctx context.Context, r *web.Request) (web.Response, error) {
	err := h.service.ChangePassword(ctx, r.FormValue("sekarang"), r.FormValue("baru"))
	if err == nil { // every session has ended, this one too
		return web.SignOut(SignInPath, web.Done("access.password_changed")), nil
	}
	var errs web.Errors
	if !errs.Take(r.Lang, passwordField(err), err) {
		return nil, err
	}
	return web.Invalid(passwordPage(passwordView{Base: r.Base(r.T("access.change_password")), Errors: errs})), nil
}

// passwordField names the field that a refusal is about.
func passwordField(err error) string {
	if keyOf(err) == "access.wrong_present" {
		return "sekarang"
	}
	return "baru"
}

// keyOf returns the message key of a fault, or "".
func keyOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return ""
}
