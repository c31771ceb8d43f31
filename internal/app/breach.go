package app

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
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

// entries are what the log holds of an account in a span of time.
func (s seenBy) entries(ctx context.Context, account string, from, until time.Time) iter.Seq2[audit.Entry, error] {
	reader, _ := access.From(ctx)
	reader.Roles, reader.Scope = []access.Role{access.Auditor}, access.Nation()
	return s.a.Audit.All(access.With(ctx, reader), audit.Filter{Actor: account, From: from, Until: until})
}

// Seen returns the families that an account looked at. What the log says of
// others than families, and of those who are erased, is left out.
func (s seenBy) Seen(ctx context.Context, account string, from, until time.Time) (map[ident.ID]string, error) {
	seen := map[ident.ID]string{}
	for e, err := range s.entries(ctx, account, from, until) {
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

// Lists returns the lists and files that an account opened: what shows fields
// of people and is about nobody in particular, or about an object that holds
// many, such as a pay list.
func (s seenBy) Lists(ctx context.Context, account string, from, until time.Time) ([]breach.List, error) {
	type sort struct{ action, area string }
	found := map[sort]*breach.List{}
	for e, err := range s.entries(ctx, account, from, until) {
		if err != nil {
			return nil, err
		}
		many := e.Subject == "" || e.Count > 1 && !strings.HasPrefix(e.Action, "family.")
		if !many || len(e.Fields) == 0 || e.Count == 0 {
			continue
		}
		if many, err := s.holdsMany(ctx, e.Subject); err != nil {
			return nil, err
		} else if !many {
			continue
		}
		k := sort{e.Action, e.Area}
		if found[k] == nil {
			found[k] = &breach.List{Action: e.Action, Area: e.Area, Last: e.At}
		}
		l := found[k]
		l.Times, l.Most = l.Times+1, max(l.Most, e.Count)
		l.Fields = slices.Compact(slices.Sorted(slices.Values(slices.Concat(l.Fields, e.Fields))))
	}
	var all []breach.List
	for _, l := range found {
		all = append(all, *l)
	}
	slices.SortFunc(all, func(a, b breach.List) int {
		return cmp.Or(cmp.Compare(b.Most, a.Most), cmp.Compare(a.Action, b.Action), cmp.Compare(a.Area, b.Area))
	})
	return all, nil
}

// holdsMany reports whether the subject of an entry is no single family.
func (s seenBy) holdsMany(ctx context.Context, subject string) (bool, error) {
	id, err := ident.Parse(subject)
	if err != nil {
		return true, nil
	}
	_, err = s.a.Registry.AreaOf(asSystem(ctx), id)
	if fault.Is(err, fault.KindNotFound) {
		return true, nil
	}
	return false, err
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
