package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/access/accessweb"
	"gotong/internal/api"
	"gotong/internal/audit/auditweb"
	"gotong/internal/insight/insightweb"
	"gotong/internal/linkage/linkageweb"
	"gotong/internal/registry/registryapi"
	"gotong/internal/registry/registryweb"
	"gotong/internal/run/runweb"
	"gotong/internal/web"
)

// Site returns the pages and the JSON interface of the installation.
func (a *App) Site() *web.Router {
	figures := insightweb.New(insightweb.Deps{Service: a.Insight, Atlas: a.Atlas, Log: a.Log, Programme: a.programmeName,
		Tasks: a.tasks(), Doors: doors, Check: "/cek", Enter: accessweb.SignInPath})
	router := web.NewRouter(web.Config{
		Log:       a.Log,
		Sessions:  a.Access,
		Secure:    a.Config.Get("tls_cert") != "" || a.Config.Get("behind_tls") == "true",
		SignIn:    accessweb.SignInPath,
		SignOut:   accessweb.SignOutPath,
		Password:  accessweb.PasswordPath,
		Nav:       nav,
		ScopeName: a.scopeName,
		Inbox:     figures.Inbox,
	})
	router.Add(figures.Routes()...)
	for _, routes := range a.routes() {
		router.Add(routes...)
	}
	_, handler := a.api()
	router.Mount("/api/", handler)
	return router
}

// nav is the staff menu, in the order of the spine.
var nav = []web.NavItem{
	{Key: "home.title", Href: insightweb.HomePath},
	{Key: "registry.nav.families", Href: registryweb.Path, Permission: access.SeeFamilies},
	{Key: "registry.nav.import", Href: registryweb.ImportPath, Permission: access.Import},
	{Key: "linkage.nav", Href: linkageweb.Path, Permission: access.SeeDuplicates},
	{Key: "insight.nav", Href: insightweb.DashboardPath, Permission: access.SeeDashboard},
	{Key: "run.title", Href: runweb.Path, Permission: access.SeeRuns},
	{Key: "audit.title", Href: auditweb.Path, Permission: access.SeeAudit},
	{Key: "access.users", Href: accessweb.StaffPath, Permission: access.ManageUsers},
}

// routes are the pages of every slice.
func (a *App) routes() [][]web.Route {
	return [][]web.Route{
		registryweb.New(registryweb.Deps{Service: a.Registry, Runs: a.Runs, RunPage: runPage, Looks: looks{a}}).Routes(),
		accessweb.New(a.Access, a.Atlas, a.Clock).Routes(),
		linkageweb.New(linkageweb.Deps{Service: a.Linkage, Atlas: a.Atlas, Runs: a.Runs, RunPage: runPage, FamilyPage: familyPage}).Routes(),
		runweb.New(a.Runs, a.Clock, runLinks).Routes(),
		auditweb.New(a.Audit, a.Atlas, a.Clock).Routes(),
		{web.Gaya()},
	}
}

// api returns the JSON interface with every slice's operations.
func (a *App) api() (huma.API, http.Handler) {
	operations, handler := api.New(a.Access, Version)
	registryapi.Register(operations, a.Registry, a.Runs)
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
