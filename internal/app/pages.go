package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/access/accessweb"
	"gotong/internal/audit/auditweb"
	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/condition/conditionweb"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliveryweb"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationweb"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/insight/insightweb"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/linkage/linkageweb"
	"gotong/internal/outcome"
	"gotong/internal/outcome/outcomeweb"
	"gotong/internal/quality/qualityweb"
	"gotong/internal/registry"
	"gotong/internal/registry/registryweb"
	"gotong/internal/retention/retentionweb"
	"gotong/internal/run"
	"gotong/internal/run/runweb"
	"gotong/internal/web"
)

// doors are the ways from the home page to work, in the order of the spine.
var doors = []insightweb.Door{
	{Key: "families", Href: registryweb.Path, Permission: access.SeeFamilies},
	{Key: "import", Href: registryweb.ImportPath, Permission: access.Import},
	{Key: "duplicates", Href: linkageweb.Path, Permission: access.SeeDuplicates},
	{Key: "programmes", Href: determinationweb.ProgrammePath, Permission: access.SeeProgrammes},
	{Key: "determination", Href: determinationweb.Path, Permission: access.SeeDeterminations},
	{Key: "pay", Href: deliveryweb.ListsPath, Permission: access.SeeMoney},
	{Key: "reconcile", Href: deliveryweb.ReconcilePath, Permission: access.SeeMoney},
	{Key: "dashboard", Href: insightweb.DashboardPath, Permission: access.SeeDashboard},
	{Key: "runs", Href: runweb.Path, Permission: access.SeeRuns},
	{Key: "audit", Href: auditweb.Path, Permission: access.SeeAudit},
	{Key: "users", Href: accessweb.StaffPath, Permission: access.ManageUsers},
}

// runPage returns the path of a run's page.
func runPage(r run.Run) string { return runweb.Path + "/" + r.ID.String() }

// familyPage returns the path of a family's page.
func familyPage(id ident.ID) string { return registryweb.Path + "/" + id.String() }

// eventPage returns the path of an event's page.
func eventPage(id ident.ID) string { return registryweb.EventPath + "/" + id.String() }

// runLinks know where the results of runs can be seen.
var runLinks = map[run.Kind]runweb.ResultLink{
	registry.ImportRun: registryweb.RunLink,
	linkage.FindRun:    func(run.Run) (string, string) { return linkageweb.Path, "linkage.nav" },
	authority.MatchRun: resultPage("linkage.authority.nav", linkageweb.AuthorityLink),
	KindSnapshot: func(run.Run) (string, string) {
		return determinationweb.Path + "/baru", "determination.nav.determinations"
	},
	KindRank: func(run.Run) (string, string) {
		return determinationweb.Path + "/baru", "determination.nav.determinations"
	},
	KindRetention:        func(run.Run) (string, string) { return retentionweb.ProposalPath, "retention.proposals" },
	KindDestroy:          resultPage("retention.proposals", retentionweb.To),
	KindQuality:          func(run.Run) (string, string) { return qualityweb.Path, "quality.nav" },
	KindDetermine:        resultPage("determination.nav.determinations", determinationweb.To),
	KindOutcome:          func(run.Run) (string, string) { return outcomeweb.Path, "outcome.nav" },
	KindRecheck:          resultPage("determination.nav.determinations", determinationweb.To),
	delivery.MakeRun:     resultPage("delivery.nav.lists", deliveryweb.To),
	delivery.AccountsRun: resultPage("delivery.nav.lists", deliveryweb.To),
	delivery.CutRun:      resultPage("delivery.nav.lists", deliveryweb.To),
	delivery.SendRun:     resultPage("delivery.nav.lists", deliveryweb.To),
	delivery.CollectRun:  resultPage("delivery.nav.lists", deliveryweb.To),
	delivery.SweepRun: func(run.Run) (string, string) {
		return deliveryweb.ReconcilePath + "?masalah=unused", "delivery.nav.reconcile"
	},
	delivery.ReconcileRun: deliveryweb.RunLink,
	condition.OpenRun:     func(run.Run) (string, string) { return conditionweb.Path, "condition.nav" },
}

// resultPage links to the page of what a run's result names by its id.
func resultPage(label string, to func(ident.ID) string) runweb.ResultLink {
	return func(r run.Run) (string, string) {
		var result struct{ ID ident.ID }
		if err := json.Unmarshal(r.Result, &result); err != nil || result.ID.IsZero() {
			return "", ""
		}
		return to(result.ID), label
	}
}

// work starts the runs of determinations and tells where they can be watched.
type work struct{ a *App }

func (w work) start(ctx context.Context, kind run.Kind, args any) (string, error) {
	r, err := w.a.Runs.Start(ctx, kind, args, false)
	if err != nil {
		return "", err
	}
	return runPage(r), nil
}

// Snapshot starts a snapshot.
func (w work) Snapshot(ctx context.Context, asOf civil.Date) (string, error) {
	return w.start(ctx, KindSnapshot, SnapshotArgs{AsOf: asOf})
}

// Rank starts a ranking by the model in force.
func (w work) Rank(ctx context.Context, snapshot ident.ID) (string, error) {
	return w.start(ctx, KindRank, RankArgs{Snapshot: snapshot})
}

// Determine starts a determination of all programmes in force.
func (w work) Determine(ctx context.Context, snapshot, ranking ident.ID) (string, error) {
	return w.start(ctx, KindDetermine, DetermineArgs{Snapshot: snapshot, Ranking: ranking})
}

// Recheck starts to recompute a determination.
func (w work) Recheck(ctx context.Context, determination ident.ID) (string, error) {
	return w.start(ctx, KindRecheck, RecheckArgs{Determination: determination})
}

// Measure starts to measure outcomes.
func (w work) Measure(ctx context.Context, args outcome.Args) (string, error) {
	return w.start(ctx, KindOutcome, args)
}

// looks counts who looked at a family.
type looks struct{ a *App }

// Seen gathers who saw a family's data: every look of its own, and what was
// read of its area at once, by role and not by name.
func (l looks) Seen(ctx context.Context, subject, area string) ([]registryweb.Look, error) {
	return Seen(ctx, l.a, subject, area)
}

// Seen is the whole answer to "who saw my data" for a family in an area.
func Seen(ctx context.Context, a *App, subject, area string) ([]registryweb.Look, error) {
	const everything = 1 << 30
	own, err := a.Audit.About(ctx, subject, everything)
	if err != nil {
		return nil, err
	}
	many, err := a.Audit.Around(ctx, area)
	if err != nil {
		return nil, err
	}
	seen := make([]registryweb.Look, 0, len(own)+len(many))
	for _, e := range own {
		seen = append(seen, registryweb.Look{At: e.At, Who: rolesOf(e.Roles), Purpose: e.Purpose, Action: e.Action, Fields: e.Fields, Times: 1})
	}
	for _, m := range many {
		seen = append(seen, registryweb.Look{At: m.Last, Who: rolesOf(m.Roles), Purpose: m.Purpose, Action: m.Action, Fields: m.Fields, Many: true, Times: m.Times})
	}
	slices.SortStableFunc(seen, func(a, b registryweb.Look) int { return b.At.Compare(a.At) })
	return seen, nil
}

func rolesOf(roles []access.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
		if key := "access.role." + string(r); i18n.Has(i18n.ID, key) {
			words[i] = i18n.T(i18n.ID, key)
		}
	}
	return strings.Join(words, ", ")
}

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
		insightweb.TasksFunc(a.eventTasks),
		insightweb.TasksFunc(a.breachTasks),
		insightweb.TasksFunc(a.rightTasks),
		insightweb.TasksFunc(a.retentionTasks),
		insightweb.FigureTasks(a.Insight, determinationweb.Path+"?hasil="+determination.Undetermined.String(), ""),
		insightweb.TasksFunc(a.determinationTasks),
		insightweb.TasksFunc(a.dutyTasks),
		insightweb.TasksFunc(a.payTasks),
		insightweb.TasksFunc(a.restoredTasks),
		insightweb.RunTasks(a.Runs, a.Clock, runweb.Path),
	}
}

func (a *App) duplicateTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.ResolveDuplicates) {
		return nil, nil
	}
	n, err := a.Linkage.Count(ctx, linkage.Filter{Status: linkage.Open})
	if err != nil {
		return nil, err
	}
	matches, err := a.Authority.Count(ctx, authority.Filter{Status: authority.Open})
	return []insightweb.Task{{Key: "home.task.duplicates", Href: linkageweb.Path + "?status=open", Count: n, Tone: web.Wait},
		{Key: "home.task.authority", Href: linkageweb.AuthorityPath, Count: matches, Tone: web.Wait}}, err
}

// eventTasks are the changes of families that wait for a second hand.
func (a *App) eventTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.ApproveChanges) && !actor.Can(access.EditFamilies) {
		return nil, nil
	}
	n, err := a.Registry.CountWaiting(ctx)
	return []insightweb.Task{{Key: "home.task.events", Href: registryweb.EventPath + "?usulan=lain", Count: n, Tone: web.Wait}}, err
}

// determinationTasks are the proposals that somebody else must enact.
func (a *App) determinationTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.EnactDetermination) {
		return nil, nil
	}
	const newest = 20
	headers, err := a.Determinations.Headers(ctx, newest)
	task := insightweb.Task{Key: "home.task.determination", Href: determinationweb.Path, Tone: web.Wait}
	for _, h := range headers {
		if h.State == determination.Proposed && h.ProposedBy != actor.Login {
			task.Count++
		}
	}
	if err != nil {
		return nil, err
	}
	ends, err := a.Outcomes.CountGraduations(ctx, outcome.GraduationFilter{State: outcome.Proposed})
	return []insightweb.Task{task, {Key: "home.task.graduation", Href: outcomeweb.GraduationPath + "?status=proposed", Count: ends, Tone: web.Wait}}, err
}

// outcomeCard is what the newest measure of outcomes counts in an area.
func (a *App) outcomeCard(ctx context.Context, area string) (*insightweb.Card, error) {
	m, err := a.Outcomes.Measure(ctx, ident.ID{})
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tallies, err := a.Outcomes.Tallies(ctx, outcome.Filter{Measure: m.ID, Area: area}, 0)
	if err != nil {
		return nil, err
	}
	count := map[outcome.List]int64{}
	for _, t := range tallies {
		count[t.List] += t.Families
	}
	card := &insightweb.Card{Title: web.T(ctx, "outcome.title"), Href: outcomeweb.To(area), Link: web.T(ctx, "outcome.card_link")}
	stat := func(label string, list outcome.List) {
		card.Stats = append(card.Stats, web.Stat{Label: label, Value: web.Number(ctx, count[list])})
	}
	if len(m.Rankings) > 1 {
		for _, list := range []outcome.List{outcome.Left, outcome.FellBack, outcome.Fell} {
			stat(web.T(ctx, "outcome.list."+string(list)), list)
		}
	}
	for _, g := range a.Outcomes.Policies.On(m.AsOf).Gaps {
		if count[g.Code] > 0 {
			stat(g.Name.In(web.Lang(ctx)), g.Code)
		}
	}
	return card, nil
}

// dutyTasks are the families whose month is to be verified, the consequences
// of which nobody was told, and the appeals to be decided.
func (a *App) dutyTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.SeeDuties) {
		return nil, nil
	}
	login := ""
	if actor.Has(access.Facilitator) {
		login = actor.Login
	}
	w, err := a.Conditions.Waiting(ctx, login)
	if err != nil {
		return nil, err
	}
	var tasks []insightweb.Task
	if login != "" {
		tasks = append(tasks, insightweb.Task{Key: "home.task.verify_duties", Href: conditionweb.Path + "?verifikasi=belum", Count: w.Unverified, Tone: web.Wait})
	}
	if actor.Can(access.ManageDuties) {
		tasks = append(tasks, insightweb.Task{Key: "home.task.tell_duties", Href: conditionweb.EffectPath + "?status=" + string(condition.Proposed), Count: w.Proposed, Tone: web.Wait})
	}
	if actor.Can(access.DecideAppeals) {
		tasks = append(tasks, insightweb.Task{Key: "home.task.duty_appeals", Href: conditionweb.EffectPath + "?keberatan=" + string(condition.Filed), Count: w.Appeals, Tone: web.Wait})
	}
	return tasks, nil
}

// payTasks are the pay lists that wait for the actor's hand, and exceptions.
func (a *App) payTasks(ctx context.Context, _ access.Actor) ([]insightweb.Task, error) {
	w, err := a.Delivery.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	list := func(status delivery.ListStatus) string { return deliveryweb.ListsPath + "?status=" + string(status) }
	return []insightweb.Task{
		{Key: "home.task.check", Href: list(delivery.Draft), Count: w.Check, Tone: web.Wait},
		{Key: "home.task.release", Href: list(delivery.Checked), Count: w.Release, Tone: web.Wait},
		{Key: "home.task.send", Href: list(delivery.Released), Count: w.Send, Tone: web.Wait},
		{Key: "home.task.outstanding", Href: list(delivery.Sent), Count: w.Unknown, Tone: web.Unknown},
		{Key: "home.task.exceptions", Href: deliveryweb.ReconcilePath, Count: w.Propose, Tone: web.Warn},
		{Key: "home.task.approve", Href: deliveryweb.ReconcilePath, Count: w.Decide, Tone: web.Wait},
	}, nil
}
