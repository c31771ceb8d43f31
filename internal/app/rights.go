package app

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/insight/insightweb"
	"gotong/internal/right"
	"gotong/internal/right/rightdb"
	"gotong/internal/right/rightweb"
	"gotong/internal/web"
	policyfiles "gotong/policy"
)

func (a *App) wireRights() error {
	rules, err := right.LoadRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Rights = right.NewService(right.Deps{Unit: a.DB, Store: rightdb.New(), Register: a.Registry, Letters: a.Determinations, Log: a.Audit.Log(),
		Keys: a.Keys, Clock: a.Clock, IDs: a.IDs, Rules: rules})
	return nil
}

// rights are the pages; the public one is held to the pace of the status
// check, as both take a number and a letter's code.
func (a *App) rights() *rightweb.Handlers {
	limiter := web.NewLimiter(a.Clock, func(now time.Time) web.Limits {
		rule, err := a.Determinations.Checks.On(civil.OfTime(now))
		if err != nil {
			rule = a.Determinations.Checks[0] // before the first rule that one holds, rather than none
		}
		return web.Limits{Client: web.Rate{Burst: rule.Client.AtOnce, PerMinute: rule.Client.PerMinute},
			All: web.Rate{Burst: rule.All.AtOnce, PerMinute: rule.All.PerMinute}}
	})
	return rightweb.New(rightweb.Deps{Service: a.Rights, Register: a.Registry, Atlas: a.Atlas, Limit: limiter, FamilyPage: familyPage, EventPage: eventPage})
}

// rightTasks are the requests that wait for an answer.
func (a *App) rightTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.EditFamilies) {
		return nil, nil
	}
	open, late, err := a.Rights.Waiting(ctx)
	return []insightweb.Task{
		{Key: "home.task.rights_late", Href: rightweb.Path + "?terlambat=ya", Count: late, Tone: web.Bad},
		{Key: "home.task.rights", Href: rightweb.Path + "?status=open", Count: open, Tone: web.Wait},
	}, err
}

// answered writes the letter that answers a request.
func (p papers) answered(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	x, err := p.a.Rights.Request(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := x.Letter(); err != nil {
		return nil, err
	}
	dossier, err := p.a.Registry.Family(ctx, x.Family, access.PurposeService)
	if err != nil {
		return nil, err
	}
	f := &dossier.Family
	d := document.AnsweredOf{Request: id.String(), Area: f.Area, Place: p.place(f.Area), Head: f.HeadName, Address: address(f.Address, f.RT, f.RW),
		Asked: i18n.T(r.Lang, "right.kind."+string(x.Kind)), AskedOn: moment(r.Lang, x.At), Due: moment(r.Lang, x.Due),
		Outcome: i18n.T(r.Lang, "right.status."+string(x.Status)), Text: x.Answer, On: "–"}
	if !x.DecidedAt.IsZero() {
		d.On = moment(r.Lang, x.DecidedAt)
	}
	return d.Letter(o, r.Lang), nil
}
