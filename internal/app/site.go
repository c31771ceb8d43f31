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
	"gotong/internal/backup/backupapi"
	"gotong/internal/backup/backupweb"
	"gotong/internal/breach/breachapi"
	"gotong/internal/condition/conditionapi"
	"gotong/internal/condition/conditionweb"
	"gotong/internal/delivery/deliveryapi"
	"gotong/internal/delivery/deliveryweb"
	"gotong/internal/determination/determinationapi"
	"gotong/internal/determination/determinationweb"
	"gotong/internal/document/documentapi"
	"gotong/internal/document/documentweb"
	"gotong/internal/goods/goodsapi"
	"gotong/internal/goods/goodsweb"
	"gotong/internal/insight/insightweb"
	"gotong/internal/linkage/linkageapi"
	"gotong/internal/linkage/linkageweb"
	"gotong/internal/outcome/outcomeapi"
	"gotong/internal/outcome/outcomeweb"
	"gotong/internal/quality/qualityapi"
	"gotong/internal/quality/qualityweb"
	"gotong/internal/registry/registryapi"
	"gotong/internal/registry/registryweb"
	"gotong/internal/retention/retentionapi"
	"gotong/internal/retention/retentionweb"
	"gotong/internal/right/rightapi"
	"gotong/internal/right/rightweb"
	"gotong/internal/run/runapi"
	"gotong/internal/run/runweb"
	"gotong/internal/sieve/sieveapi"
	"gotong/internal/sieve/sieveweb"
	"gotong/internal/targeting/targetingapi"
	"gotong/internal/targeting/targetingweb"
	"gotong/internal/web"
)

// Site returns the pages and the JSON interface of the installation.
func (a *App) Site() *web.Router {
	figures := insightweb.New(insightweb.Deps{Service: a.Insight, Atlas: a.Atlas, Log: a.Log, Programme: a.programmeName,
		Tasks: a.tasks(), Doors: doors, Cards: []func(context.Context, string) (*insightweb.Card, error){a.outcomeCard}, Check: determinationweb.CheckPath, Ask: rightweb.AskPath, Enter: accessweb.SignInPath})
	router := web.NewRouter(web.Config{
		Log:         a.Log,
		Sessions:    a.Access,
		Gather:      a.Audit.Gather,
		Secure:      a.Config.Get("tls_cert") != "" || a.Config.Get("behind_tls") == "true",
		BehindProxy: a.Config.Get("behind_tls") == "true",
		SignIn:      accessweb.SignInPath,
		SignOut:     accessweb.SignOutPath,
		Password:    accessweb.PasswordPath,
		Nav:         nav,
		ScopeName:   a.scopeName,
		Inbox:       figures.Inbox,
		Writing:     a.writing,
	})
	router.Add(figures.Routes()...)
	for _, routes := range a.routes() {
		router.Add(routes...)
	}
	_, handler := a.api()
	router.Mount("/api/", api.Reporting(handler, a.Log))
	return router
}

// routes are the pages of every slice.
func (a *App) routes() [][]web.Route {
	decided := determinationweb.New(determinationweb.Deps{Service: a.Determinations, Snapshots: a.Snapshots, Rankings: a.Targeting,
		Programmes: a.Programmes, Paths: a.Paths, Register: a.Registry, Atlas: a.Atlas, Work: work{a}, Clock: a.Clock,
		SuspendedSince: a.Registry.SuspendedSince, Ask: rightweb.AskPath})
	outcomes := outcomeweb.New(outcomeweb.Deps{Service: a.Outcomes, Atlas: a.Atlas, Work: work{a}, Clock: a.Clock, FamilyPage: familyPage, Programme: a.programmeName})
	ranked := targetingweb.New(targetingweb.Deps{Service: a.Targeting, Detection: a.Detection, Atlas: a.Atlas, Clock: a.Clock, FamilyPage: familyPage})
	byRule := &sieveweb.Handlers{Service: a.Sieve, Atlas: a.Atlas, FamilyPage: familyPage}
	duties := conditionweb.New(conditionweb.Deps{Service: a.Conditions, Runs: a.Runs, RunPage: runPage, Atlas: a.Atlas, FamilyPage: familyPage})
	asked, disposals := a.rights(), a.disposals()
	return [][]web.Route{
		byRule.Routes(),
		duties.Routes(),
		ranked.Routes(),
		registryweb.New(registryweb.Deps{Service: a.Registry, Runs: a.Runs, RunPage: runPage, Looks: looks{a}, ByRule: byRule.Families, RulePath: sieveweb.Path, Panels: []registryweb.Panel{
			determinationweb.PathPanel{Handlers: decided}, outcomeweb.Panel{Handlers: outcomes}, determinationweb.ProgrammePanel{Handlers: decided}, targetingweb.Panel{Handlers: ranked},
			deliveryweb.Panel{Service: a.Delivery}, conditionweb.Panel{Handlers: duties}, goodsweb.Panel{Service: a.Goods}, rightweb.Panel{Handlers: asked}, retentionweb.Panel{Handlers: disposals},
		}}).Routes(),
		asked.Routes(),
		disposals.Routes(),
		a.breaches().Routes(),
		(&backupweb.Handlers{Service: a.Backups, Atlas: a.Atlas}).Routes(),
		qualityweb.New(qualityweb.Deps{Service: a.Quality, Atlas: a.Atlas, Runs: a.Runs, Kind: KindQuality, RunPage: runPage, FamilyPage: familyPage,
			Programme: a.programmeName}).Routes(),
		decided.Routes(),
		outcomes.Routes(),
		deliveryweb.New(deliveryweb.Deps{Service: a.Delivery, Runs: a.Runs, RunPage: runPage, FamilyPage: familyPage, Areas: a.Atlas, Clock: a.Clock, Restored: backupweb.Path}).Routes(),
		goodsweb.New(goodsweb.Deps{Service: a.Goods, Atlas: a.Atlas, FamilyPage: familyPage}).Routes(),
		accessweb.New(a.Access, a.Atlas, a.Clock).Routes(),
		linkageweb.New(linkageweb.Deps{Service: a.Linkage, Atlas: a.Atlas, Runs: a.Runs, RunPage: runPage, FamilyPage: familyPage}).Routes(),
		documentweb.New(documentweb.Deps{Service: a.Documents, Keys: a.Keys, Atlas: a.Atlas, Clock: a.Clock}).Routes(),
		linkageweb.NewAuthorities(linkageweb.AuthorityDeps{Service: a.Authority, Atlas: a.Atlas, Runs: a.Runs, RunPage: runPage, FamilyPage: familyPage, EventPage: eventPage}).Routes(),
		runweb.New(a.Runs, a.Clock, runLinks).Routes(),
		auditweb.New(a.Audit, a.Atlas, a.Clock).Routes(),
		{web.Gaya()},
	}
}

// api returns the JSON interface with every slice's operations.
func (a *App) api() (huma.API, http.Handler) {
	operations, handler := api.New(a.Access, Version)
	registryapi.Register(operations, a.Registry, a.Runs)
	runapi.Register(operations, a.Runs)
	linkageapi.Register(operations, a.Linkage, a.Authority, a.Runs)
	qualityapi.Register(operations, a.Quality, a.Atlas)
	retentionapi.Register(operations, a.Retention)
	breachapi.Register(operations, a.Breaches)
	backupapi.Register(operations, a.Backups)
	rightapi.Register(operations, a.Rights)
	determinationapi.Register(operations, a.Determinations)
	sieveapi.Register(operations, a.Sieve)
	outcomeapi.Register(operations, a.Outcomes)
	deliveryapi.Register(operations, a.Delivery, func(area string) string { return a.Atlas.Path(area, ", ") })
	documentapi.Register(operations, a.Documents, a.Keys)
	goodsapi.Register(operations, a.Goods)
	conditionapi.Register(operations, a.Conditions)
	targetingapi.Register(operations, a.Targeting, a.Detection)
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
