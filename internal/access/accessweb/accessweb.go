// Package accessweb has the pages of staff accounts: signing in and out,
// one's own password, and who may sign in as what for which area.
package accessweb

import (
	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/region"
	"gotong/internal/web"
)

// Paths that the program around needs to know.
const (
	SignInPath   = "/masuk"
	SignOutPath  = "/keluar"
	PasswordPath = "/sandi"
	StaffPath    = "/petugas"
)

// Handlers answers the requests.
type Handlers struct {
	service *access.Service
	atlas   *region.Atlas
	clock   clock.Clock
}

// New returns Handlers.
func New(service *access.Service, atlas *region.Atlas, c clock.Clock) *Handlers {
	return &Handlers{service: service, atlas: atlas, clock: c}
}

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: SignInPath, Public: true, Greets: true, Handle: h.signInForm},
		{Method: "POST", Pattern: SignInPath, Public: true, Greets: true, Handle: h.signIn},
		{Method: "POST", Pattern: SignOutPath, AnyStaff: true, Handle: h.signOut},
		{Method: "GET", Pattern: PasswordPath, AnyStaff: true, Handle: h.passwordForm},
		{Method: "POST", Pattern: PasswordPath, AnyStaff: true, Handle: h.changePassword},
		{Method: "GET", Pattern: StaffPath, Permission: access.ManageUsers, Handle: h.list},
		{Method: "GET", Pattern: StaffPath + "/baru", Permission: access.ManageUsers, Handle: h.newForm},
		{Method: "POST", Pattern: StaffPath + "/baru", Permission: access.ManageUsers, Handle: h.hire},
		{Method: "GET", Pattern: StaffPath + "/{id}", Permission: access.ManageUsers, Handle: h.show},
		{Method: "POST", Pattern: StaffPath + "/{id}", Permission: access.ManageUsers, Handle: h.change},
		{Method: "POST", Pattern: StaffPath + "/{id}/sandi", Permission: access.ManageUsers, Handle: h.reset},
		{Method: "GET", Pattern: StaffPath + "/{id}/tutup", Permission: access.ManageUsers, Handle: h.confirmClose},
		{Method: "POST", Pattern: StaffPath + "/{id}/tutup", Permission: access.ManageUsers, Handle: h.close},
		{Method: "POST", Pattern: StaffPath + "/{id}/buka", Permission: access.ManageUsers, Handle: h.reopen},
	}
}
