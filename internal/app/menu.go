package app

import (
	"slices"

	"gotong/internal/access"
	"gotong/internal/access/accessweb"
	"gotong/internal/audit/auditweb"
	"gotong/internal/backup/backupweb"
	"gotong/internal/breach/breachweb"
	"gotong/internal/condition/conditionweb"
	"gotong/internal/delivery/deliveryweb"
	"gotong/internal/determination/determinationweb"
	"gotong/internal/document/documentweb"
	"gotong/internal/goods/goodsweb"
	"gotong/internal/insight/insightweb"
	"gotong/internal/linkage/linkageweb"
	"gotong/internal/outcome/outcomeweb"
	"gotong/internal/quality/qualityweb"
	"gotong/internal/registry/registryweb"
	"gotong/internal/retention/retentionweb"
	"gotong/internal/right/rightweb"
	"gotong/internal/run/runweb"
	"gotong/internal/targeting/targetingweb"
	"gotong/internal/web"
)

// nav is the staff menu, in the order of the spine.
var nav = []web.NavGroup{
	{Items: []web.NavItem{
		{Key: "home.title", Href: insightweb.HomePath},
		{Key: "insight.nav", Href: insightweb.DashboardPath, Permission: access.SeeDashboard},
	}},
	{Key: "home.menu.families", Items: slices.Concat(registryweb.Nav, linkageweb.Nav, []web.NavItem{
		{Key: "right.nav", Href: rightweb.Path, Permission: access.SeeFamilies},
		{Key: "quality.nav", Href: qualityweb.Path, Permission: access.SeeDashboard},
	})},
	{Key: "home.menu.ranking", Items: []web.NavItem{
		{Key: "targeting.nav.rankings", Href: targetingweb.Path, Permission: access.SeeDashboard},
		{Key: "targeting.nav.meetings", Href: targetingweb.MeetingPath, Permission: access.SeeFamilies},
		{Key: "targeting.nav.detection", Href: targetingweb.DetectionPath, Permission: access.SeeFamilies},
		{Key: "targeting.nav.poverty", Href: targetingweb.PovertyPath, Permission: access.SeeDashboard},
	}},
	{Key: "home.menu.programmes", Items: slices.Concat(determinationweb.Nav, []web.NavItem{
		{Key: "outcome.nav", Href: outcomeweb.Path, Permission: access.SeeDashboard},
	})},
	{Key: "home.menu.delivery", Items: slices.Concat(deliveryweb.Nav, []web.NavItem{
		{Key: "backup.nav", Href: backupweb.Path, Permission: access.SeeMoney},
		{Key: "condition.nav", Href: conditionweb.Path, Permission: access.SeeDuties},
	}, goodsweb.Nav)},
	{Key: "home.menu.office", Items: []web.NavItem{
		{Key: "document.nav", Href: documentweb.Path, Permission: access.SeeDocuments},
		{Key: "run.title", Href: runweb.Path, Permission: access.SeeRuns},
		{Key: "audit.title", Href: auditweb.Path, Permission: access.SeeAudit},
		{Key: "registry.unmask.watch_title", Href: registryweb.WatchPath, Permission: access.SeeAudit},
		{Key: "breach.nav", Href: breachweb.Path, Permission: access.HandleBreaches},
		{Key: "retention.nav", Href: retentionweb.Path, Permission: access.SeeRetention},
		{Key: "access.users", Href: accessweb.StaffPath, Permission: access.ManageUsers},
	}},
}
