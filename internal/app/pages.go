package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/access/accessweb"
	"gotong/internal/audit/auditweb"
	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/insight/insightweb"
	"gotong/internal/linkage"
	"gotong/internal/linkage/linkageweb"
	"gotong/internal/registry"
	"gotong/internal/registry/registryweb"
	"gotong/internal/run"
	"gotong/internal/run/runweb"
	"gotong/internal/web"
)

// doors are the ways from the home page to work, in the order of the spine.
var doors = []insightweb.Door{
	{Key: "families", Href: registryweb.Path, Permission: access.SeeFamilies},
	{Key: "import", Href: registryweb.ImportPath, Permission: access.Import},
	{Key: "duplicates", Href: linkageweb.Path, Permission: access.SeeDuplicates},
	{Key: "dashboard", Href: insightweb.DashboardPath, Permission: access.SeeDashboard},
	{Key: "runs", Href: runweb.Path, Permission: access.SeeRuns},
	{Key: "audit", Href: auditweb.Path, Permission: access.SeeAudit},
	{Key: "users", Href: accessweb.StaffPath, Permission: access.ManageUsers},
}

// runPage returns the path of a run's page.
func runPage(r run.Run) string { return runweb.Path + "/" + r.ID.String() }

// familyPage returns the path of a family's page.
func familyPage(id ident.ID) string { return registryweb.Path + "/" + id.String() }

// runLinks know where the results of runs can be seen.
var runLinks = map[run.Kind]runweb.ResultLink{
	registry.ImportRun: registryweb.RunLink,
	KindDuplicates:     func(run.Run) (string, string) { return linkageweb.Path, "linkage.nav" },
}

// looks counts who looked at a family.
type looks struct{ a *App }

// Looks counts the audit log's entries on a subject.
func (l looks) Looks(ctx context.Context, subject string) (int64, error) {
	return l.a.Audit.CountAbout(ctx, subject)
}

// programmeName returns the name of a programme's newest version.
func (a *App) programmeName(code string) i18n.Text {
	if p, err := a.Programmes.Version(code, civil.OfTime(a.Clock.Now())); err == nil {
		return p.Name
	}
	return i18n.Text{ID: code, EN: code}
}

// tasks say what waits for somebody, in the order of the spine.
func (a *App) tasks() []insightweb.Tasks {
	return []insightweb.Tasks{
		insightweb.TasksFunc(a.duplicateTasks),
		insightweb.TasksFunc(a.determinationTasks),
		insightweb.TasksFunc(a.payTasks),
		insightweb.RunTasks(a.Runs, a.Clock, runweb.Path),
	}
}

func (a *App) duplicateTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.ResolveDuplicates) {
		return nil, nil
	}
	n, err := a.Linkage.Count(ctx, linkage.Filter{Status: linkage.Open})
	return []insightweb.Task{{Key: "home.task.duplicates", Href: linkageweb.Path + "?status=open", Count: n, Tone: web.Wait}}, err
}

// determinationTasks are the proposals that somebody else must enact.
func (a *App) determinationTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.EnactDetermination) {
		return nil, nil
	}
	const newest = 20
	headers, err := a.Determinations.Headers(ctx, newest)
	task := insightweb.Task{Key: "home.task.determination", Href: "/penetapan", Tone: web.Wait}
	for _, h := range headers {
		if h.State == determination.Proposed && h.ProposedBy != actor.Login {
			task.Count++
		}
	}
	return []insightweb.Task{task}, err
}

// payTasks are the pay lists that wait for the actor's hand, and exceptions.
func (a *App) payTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	var all []insightweb.Task
	for _, hand := range []struct {
		p      access.Permission
		key    string
		status delivery.ListStatus
	}{
		{access.CheckPayment, "home.task.check", delivery.Draft},
		{access.ReleasePayment, "home.task.release", delivery.Checked},
		{access.MakePayment, "home.task.send", delivery.Released},
	} {
		if !actor.Can(hand.p) {
			continue
		}
		_, n, err := a.Delivery.Lists(ctx, delivery.ListFilter{Status: hand.status, Limit: 1})
		if err != nil {
			return nil, err
		}
		all = append(all, insightweb.Task{Key: hand.key, Href: "/daftar-bayar?status=" + string(hand.status), Count: n, Tone: web.Wait})
	}
	if actor.Can(access.Reconcile) {
		_, n, err := a.Delivery.Exceptions(ctx, delivery.ExceptionFilter{Limit: 1})
		if err != nil {
			return nil, err
		}
		all = append(all, insightweb.Task{Key: "home.task.exceptions", Href: "/kejanggalan", Count: n, Tone: web.Warn})
	}
	return all, nil
}
