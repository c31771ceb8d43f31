package app

import (
	"context"
	"net/http"
	"strings"

	"gotong/internal/access"
	"gotong/internal/access/accessweb"
	"gotong/internal/api"
	"gotong/internal/audit/auditweb"
	"gotong/internal/run/runweb"
	"gotong/internal/web"
)

// Site returns the pages and the JSON interface of the installation.
func (a *App) Site() *web.Router {
	router := web.NewRouter(web.Config{
		Log:       a.Log,
		Sessions:  a.Access,
		Secure:    a.Config.Get("tls_cert") != "" || a.Config.Get("behind_tls") == "true",
		SignIn:    accessweb.SignInPath,
		SignOut:   accessweb.SignOutPath,
		Password:  accessweb.PasswordPath,
		Nav:       nav,
		ScopeName: a.scopeName,
	})
	for _, routes := range a.routes() {
		router.Add(routes...)
	}
	_, handler := a.api()
	router.Mount("/api/", handler)
	return router
}

// nav is the staff menu, in the order of the spine.
var nav = []web.NavItem{
	{Key: "run.title", Href: runweb.Path, Permission: access.SeeRuns},
	{Key: "audit.title", Href: auditweb.Path, Permission: access.SeeAudit},
	{Key: "access.users", Href: accessweb.StaffPath, Permission: access.ManageUsers},
}

// routes are the pages of every slice.
func (a *App) routes() [][]web.Route {
	return [][]web.Route{
		accessweb.New(a.Access, a.Atlas, a.Clock).Routes(),
		runweb.New(a.Runs, a.Clock, nil).Routes(),
		auditweb.New(a.Audit, a.Atlas, a.Clock).Routes(),
		{web.Gaya()},
	}
}

// api returns the JSON interface with every slice's operations.
func (a *App) api() (any, http.Handler) {
	operations, handler := api.New(a.Access, Version)
	return operations, handler
}

// scopeName names an actor's areas for the banner: "Kec. Cilincing".
func (a *App) scopeName(_ context.Context, actor access.Actor) (string, error) {
	if actor.Scope.IsNation() {
		return "Indonesia", nil
	}
	var names []string
	for _, code := range actor.Scope.Prefixes() {
		names = append(names, a.Atlas.Name(code))
	}
	return strings.Join(names, ", "), nil
}
