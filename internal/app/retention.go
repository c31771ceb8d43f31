package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/breach/breachdb"
	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/delivery/deliverydb"
	"gotong/internal/document"
	"gotong/internal/document/documentdb"
	"gotong/internal/fault"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/ident"
	"gotong/internal/insight/insightweb"
	"gotong/internal/registry"
	"gotong/internal/registry/registryweb"
	"gotong/internal/retention"
	"gotong/internal/retention/retentiondb"
	"gotong/internal/retention/retentionweb"
	"gotong/internal/right"
	"gotong/internal/run"
	"gotong/internal/web"
	policyfiles "gotong/policy"
)

// The kinds of run of retention.
const (
	KindRetention run.Kind = "retention" // proposes
	KindDestroy   run.Kind = "destroy"   // carries out
)

// RetentionArgs ask to propose what is due in an area, "" for all of who asks.
type RetentionArgs struct {
	Area string `json:"area,omitempty"`
}

// DestroyArgs ask to carry an approved proposal out.
type DestroyArgs struct {
	Proposal ident.ID `json:"proposal"`
}

func (a *App) wireRetention() error {
	rules, err := retention.LoadRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Retention = retention.NewService(retention.Deps{Unit: a.DB, Store: retentiondb.New(), Register: a.Registry, Holds: holds{a},
		Shelves: map[retention.Class]retention.Shelf{retention.Families: departedShelf{a, true}, retention.Persons: departedShelf{a, false},
			retention.Requests: requestShelf{a}, retention.Letters: letterShelf{a}, retention.Pictures: pictureShelf{a}},
		Log: a.Audit.Log(), Keys: a.Keys, Clock: a.Clock, IDs: a.IDs, Rules: rules})
	handle(a, KindRetention, access.ProposeDisposal, func(ctx context.Context, args RetentionArgs, t run.Task) (any, error) {
		return a.Retention.Propose(ctx, args.Area, t.Progress)
	})
	handle(a, KindDestroy, access.DecideDisposal, func(ctx context.Context, args DestroyArgs, t run.Task) (any, error) {
		return a.Retention.Carry(ctx, args.Proposal, t.Progress)
	})
	return nil
}

// disposals are the pages.
func (a *App) disposals() *retentionweb.Handlers {
	return retentionweb.New(retentionweb.Deps{Service: a.Retention, Runs: a.Runs, Propose: KindRetention, Destroy: KindDestroy, RunPage: runPage, FamilyPage: familyPage, Families: registryweb.Path, Atlas: a.Atlas})
}

// retentionTasks are the proposals that wait for a second person.
func (a *App) retentionTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.DecideDisposal) {
		return nil, nil
	}
	n, err := a.Retention.ToDecide(ctx)
	return []insightweb.Task{{Key: "home.task.retention", Href: retentionweb.ProposalPath + "?status=waiting", Count: n, Tone: web.Wait}}, err
}

// departedShelf are the families that have left the register, or the members
// of the others who died or left.
type departedShelf struct {
	a     *App
	whole bool
}

// Old gives those who had left by a day.
func (s departedShelf) Old(ctx context.Context, area string, by civil.Date, fn func(retention.Record) error) error {
	return s.a.Registry.Departed(ctx, area, func(d registry.Departed) error {
		if d.Person.IsZero() != s.whole || d.Since > by {
			return nil
		}
		r := retention.Record{Subject: d.Person, Family: d.Family, Area: d.Area, Since: d.Since}
		if s.whole {
			r.Subject = d.Family
		}
		return fn(r)
	})
}

// Destroy erases them, as two people decided.
func (s departedShelf) Destroy(ctx context.Context, r retention.Record, h retention.Hands) error {
	d := registry.Disposal{Family: r.Family, Evidence: h.Proposal.String(), ProposedBy: h.ProposedBy, ApprovedBy: h.ApprovedBy}
	if !s.whole {
		d.Person = r.Subject
	}
	return s.a.Registry.Dispose(ctx, d)
}

// requestShelf are the requests about people's own data that are answered.
type requestShelf struct{ a *App }

// Old gives those that were answered by a day.
func (s requestShelf) Old(ctx context.Context, area string, by civil.Date, fn func(retention.Record) error) error {
	return s.a.Rights.Closed(asSystem(ctx), area, by, func(r right.Request) error {
		return fn(retention.Record{Subject: r.ID, Family: r.Family, Area: r.Area, Since: civil.OfTime(r.DecidedAt)})
	})
}

// Destroy empties what was asked and answered.
func (s requestShelf) Destroy(ctx context.Context, r retention.Record, _ retention.Hands) error {
	sealed, err := s.a.Rights.ForgetOne(asSystem(ctx), r.Subject)
	if err != nil {
		return err
	}
	return s.a.Registry.ShredLater(ctx, sealed)
}

// letterShelf are the papers to families.
type letterShelf struct{ a *App }

// familyLetters are the kinds of paper that are about one family.
var familyLetters = []document.Kind{document.Notice, document.Trail, document.Answered, document.DutyNotice, document.BreachNotice}

// Old gives those that were issued by a day.
func (s letterShelf) Old(ctx context.Context, area string, by civil.Date, fn func(retention.Record) error) error {
	ctx = asSystem(ctx)
	all, err := documentdb.Store{}.Old(ctx, familyLetters, area, by)
	if err != nil {
		return err
	}
	for _, d := range all {
		family, err := s.family(ctx, d)
		if err != nil {
			return err
		}
		if err := fn(retention.Record{Subject: d.ID, Family: family, Area: d.Area, Since: d.Date}); err != nil {
			return err
		}
	}
	return nil
}

// family returns whom a letter is to; zero where that is not on record.
func (s letterShelf) family(ctx context.Context, d document.Document) (ident.ID, error) {
	id, err := ident.Parse(d.Subject)
	if err != nil {
		return ident.ID{}, nil
	}
	switch d.Kind {
	case document.Answered:
		r, err := s.a.Rights.Store.Request(ctx, id)
		if err == nil {
			return r.Family, nil
		}
		return ident.ID{}, absent(err)
	case document.BreachNotice:
		f, err := breachdb.New().Family(ctx, id)
		if err == nil {
			return f.Family, nil
		}
		return ident.ID{}, absent(err)
	case document.DutyNotice:
		e, err := s.a.Conditions.Store.Effect(ctx, id)
		if err == nil {
			return e.FamilyID, nil
		}
		return ident.ID{}, absent(err)
	}
	return id, nil
}

func absent(err error) error {
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}

// Destroy destroys the key of the file; the number stays in the register.
func (s letterShelf) Destroy(ctx context.Context, r retention.Record, _ retention.Hands) error {
	sealed, err := documentdb.Store{}.File(asSystem(ctx), r.Subject)
	if err != nil {
		return err
	}
	return s.a.Registry.ShredLater(ctx, [][]byte{sealed})
}

// pictureShelf are the photos and signatures of goods handed over.
type pictureShelf struct{ a *App }

// Old gives the handings over by a day that left a picture.
func (s pictureShelf) Old(ctx context.Context, area string, by civil.Date, fn func(retention.Record) error) error {
	all, err := goodsdb.New().OldPictures(asSystem(ctx), area, by)
	for _, x := range all {
		if err := fn(retention.Record{Subject: x.ID, Family: x.Family, Area: x.Area, Since: civil.OfTime(x.At)}); err != nil {
			return err
		}
	}
	return err
}

// Destroy destroys the keys of the pictures.
func (s pictureShelf) Destroy(ctx context.Context, r retention.Record, _ retention.Hands) error {
	pictures, err := goodsdb.New().Pictures(asSystem(ctx), r.Subject)
	if err != nil {
		return err
	}
	sealed, err := sealedIn(s.a.pictures(), pictures)
	if err != nil {
		return err
	}
	return s.a.Registry.ShredLater(ctx, sealed)
}

// holds say what still needs the record of a family.
type holds struct{ a *App }

// Of looks through all that a family can be in the midst of.
func (h holds) Of(ctx context.Context, c retention.Class, family ident.ID) ([]retention.Reason, error) {
	ctx = asSystem(ctx)
	var all []retention.Reason
	add := func(yes bool, code string) {
		if yes {
			all = append(all, retention.Reason{Code: code})
		}
	}
	if c == retention.Families || c == retention.Persons {
		owed, err := obligations(h).paid(ctx, family)
		if err != nil {
			return nil, err
		}
		add(owed.Pending, retention.MoneyPending)
		if owed.Paid != nil {
			all = append(all, retention.Reason{Code: retention.MoneyKept, Until: h.a.Registry.KeepUntil(*owed.Paid)})
		}
		claims, err := deliverydb.New().OpenClaims(ctx, family)
		if err != nil {
			return nil, err
		}
		add(claims > 0, retention.ClaimOpen)
		_, waiting, err := h.a.Registry.Events(ctx, registry.EventFilter{Family: family, Status: registry.EventProposed, Limit: 1}, access.PurposeSystem)
		if err != nil {
			return nil, err
		}
		add(waiting > 0, retention.ChangeOpen)
	}
	_, suspended, err := h.a.Registry.SuspendedSince(ctx, family)
	if err != nil {
		return nil, err
	}
	add(suspended, retention.Suspended)
	_, open, err := h.a.Rights.Store.List(ctx, right.Filter{Family: family, Status: right.Open}, 0)
	if err != nil {
		return nil, err
	}
	add(open > 0, retention.RequestOpen)
	effects, err := h.a.Conditions.Store.EffectsOf(ctx, family)
	for _, e := range effects {
		add(e.Appeal != nil && e.Appeal.Status == condition.Filed, retention.AppealOpen)
	}
	return all, err
}
