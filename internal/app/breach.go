package app

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/breach"
	"gotong/internal/breach/breachdb"
	"gotong/internal/breach/breachweb"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/insight/insightweb"
	"gotong/internal/web"
)

func (a *App) wireBreaches() {
	a.Breaches = breach.NewService(breach.Deps{Unit: a.DB, Store: breachdb.New(), Seen: seenBy{a}, Register: a.Registry, Letters: breachLetters{a}, Log: a.Audit.Log(),
		Keys: a.Keys, Clock: a.Clock, IDs: a.IDs, Due: a.Rights.Rules.BreachDue})
}

// breaches are the pages.
func (a *App) breaches() *breachweb.Handlers {
	return breachweb.New(breachweb.Deps{Service: a.Breaches, Atlas: a.Atlas, FamilyPage: familyPage})
}

// breachTasks are the breaches that are not told yet.
func (a *App) breachTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.HandleBreaches) {
		return nil, nil
	}
	open, late, err := a.Breaches.Waiting(ctx)
	return []insightweb.Task{
		{Key: "home.task.breaches_late", Href: breachweb.Path + "?status=open", Count: late, Tone: web.Bad},
		{Key: "home.task.breaches", Href: breachweb.Path + "?status=open", Count: open, Tone: web.Warn},
	}, err
}

// seenBy reads the log for a breach, in the name of who reports it.
type seenBy struct{ a *App }

// Seen returns the families that an account looked at. What the log says of
// others than families, and of those who are erased, is left out.
func (s seenBy) Seen(ctx context.Context, account string, from, until time.Time) (map[ident.ID]string, error) {
	reader, _ := access.From(ctx)
	reader.Roles, reader.Scope = []access.Role{access.Auditor}, access.Nation()
	seen := map[ident.ID]string{}
	for e, err := range s.a.Audit.All(access.With(ctx, reader), audit.Filter{Actor: account, From: from, Until: until}) {
		if err != nil {
			return nil, err
		}
		id, err := ident.Parse(e.Subject)
		if err != nil || seen[id] != "" {
			continue
		}
		area, err := s.a.Registry.AreaOf(asSystem(ctx), id)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		seen[id] = area
	}
	return seen, nil
}

// breachLetters writes the letters.
type breachLetters struct{ a *App }

// Issue issues the letter about an entry.
func (l breachLetters) Issue(ctx context.Context, entry ident.ID) error {
	_, err := l.a.Documents.Issue(ctx, document.Request{Kind: document.BreachNotice, Subject: entry.String(), Lang: i18n.ID})
	return err
}

// breachNotice writes the letter to a family whose data were touched. Who
// handles breaches need not see families: the look is the office's.
func (p papers) breachNotice(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	entry, b, err := p.a.Breaches.Entry(ctx, id)
	if err != nil {
		return nil, err
	}
	dossier, err := p.a.Registry.Family(asSystem(ctx), entry.Family, access.PurposeService)
	if err != nil {
		return nil, err
	}
	f := &dossier.Family
	d := document.BreachOf{Entry: id.String(), Area: f.Area, Place: p.place(f.Area), Head: f.HeadName, Address: address(f.Address, f.RT, f.RW),
		Known: moment(r.Lang, b.At), What: b.What, Measure: b.Measure}
	if !b.From.IsZero() {
		d.Span = moment(r.Lang, b.From) + " – " + moment(r.Lang, b.Until)
	}
	return d.Letter(o, r.Lang), nil
}
