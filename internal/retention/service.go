package retention

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/seal"
	"gotong/internal/work"
)

// Register tells where a family is. registry.Service is one, as app shows it.
type Register interface {
	// AreaOf returns a family's area; fault.NotFound outside the actor's.
	AreaOf(ctx context.Context, family ident.ID) (string, error)
	// FinishErasures destroys the keys that were noted.
	FinishErasures(ctx context.Context) (int, error)
}

// Deps is what a Service is made of.
type Deps struct {
	Unit     work.Unit
	Store    Store
	Register Register
	Shelves  map[Class]Shelf
	Holds    Holds
	Log      *audit.Log
	Keys     *seal.Keyring
	Clock    clock.Clock
	IDs      *ident.Maker
	Rules    Rules
}

// Service proposes, decides and carries out destructions.
type Service struct{ Deps }

// NewService returns a Service. It panics when a class has no shelf.
func NewService(d Deps) *Service {
	for _, c := range Classes {
		if d.Shelves[c] == nil {
			panic("retention: no shelf of " + string(c))
		}
	}
	return &Service{d}
}

// Today is the day that times are held against.
func (s *Service) Today() civil.Date { return civil.OfTime(s.Clock.Now()) }

// Figure says how much of a class is due in an area.
type Figure struct {
	Class Class
	Keeping
	RuleFrom civil.Date
	Due      int64            // nothing keeps them
	Held     int64            // their time is over, and something keeps them
	Why      map[string]int64 // reasons of the held, by code
}

// Due counts what is due in an area on a day, by class. A day that is to come
// says what will be due by then, by the rule that will be in force.
func (s *Service) Due(ctx context.Context, area string, day civil.Date) ([]Figure, error) {
	if _, err := access.RequireArea(ctx, access.SeeRetention, area); err != nil {
		return nil, err
	}
	rule := s.Rules.on(day)
	var all []Figure
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var n int64
		for _, c := range Classes {
			f := Figure{Class: c, Keeping: rule.Classes[c], RuleFrom: rule.From, Why: map[string]int64{}}
			err := s.walk(ctx, c, area, day, func(x Item) error {
				if x.Fate == IsDue {
					f.Due++
				} else {
					f.Held++
					f.Why[x.Reason]++
				}
				return nil
			})
			if err != nil {
				return err
			}
			n += f.Due + f.Held
			all = append(all, f)
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "retention.due", Area: area, Count: n, Detail: day.String()})
	})
	if err != nil {
		return nil, fmt.Errorf("retention: what is due: %w", err)
	}
	return all, nil
}

// walk goes through what is due of a class, with what keeps it.
func (s *Service) walk(ctx context.Context, c Class, area string, day civil.Date, fn func(Item) error) error {
	taken, err := s.Store.Taken(ctx, c, area)
	if err != nil {
		return err
	}
	k := s.Rules.on(day).Classes[c]
	var old []Record
	err = s.Shelves[c].Old(ctx, area, k.by(day), func(r Record) error {
		if !taken[r.Subject] {
			old = append(old, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(old, func(a, b Record) int {
		if d := strings.Compare(a.Area, b.Area); d != 0 {
			return d
		}
		return slices.Compare(a.Subject[:], b.Subject[:])
	})
	for i, r := range old {
		x := Item{No: i + 1, Record: r, Until: k.until(r.Since), Fate: IsDue}
		if x.Reason, err = s.keeps(ctx, c, r.Family, day); err != nil {
			return err
		}
		if x.Reason != "" {
			x.Fate = IsHeld
		}
		if err := fn(x); err != nil {
			return err
		}
	}
	return nil
}

// keeps returns what keeps the record of a family, "" for nothing.
func (s *Service) keeps(ctx context.Context, c Class, family ident.ID, day civil.Date) (string, error) {
	if family.IsZero() {
		return "", nil
	}
	by, err := s.Store.Holds(access.With(ctx, access.System("retention")), family, true, 1)
	if err != nil {
		return "", err
	}
	if len(by) > 0 {
		return by[0].Basis, nil
	}
	reasons, err := s.Holds.Of(ctx, c, family)
	if err != nil {
		return "", err
	}
	for _, r := range reasons {
		if r.Until == 0 || r.Until > day {
			return r.Code, nil
		}
	}
	return "", nil
}

// Proposed is what a run proposed.
type Proposed struct {
	Proposals []ident.ID `json:"proposals"`
	Due       int64      `json:"due"`
	Held      int64      `json:"held"`
}

// Propose proposes to destroy what is due today in an area: a proposal for
// each class that has any, and for each of the actor's areas where none is
// named. What is held stands in it too, with its reason.
func (s *Service) Propose(ctx context.Context, area string, p run.Progress) (Proposed, error) {
	var out Proposed
	actor, err := access.Require(ctx, access.ProposeDisposal)
	if err != nil {
		return out, err
	}
	areas := []string{area}
	if area == "" && !actor.Scope.IsNation() {
		areas = actor.Scope.Prefixes()
	}
	if area != "" && !actor.Scope.Covers(area) {
		return out, fault.NotFound("core.error.not_found")
	}
	p.Stage("retention", int64(len(areas)*len(Classes)))
	for _, area := range areas {
		for _, c := range Classes {
			made, err := s.propose(ctx, actor, c, area)
			if err != nil {
				return out, fmt.Errorf("retention: proposing: %w", err)
			}
			p.Add("", 1)
			if made != nil {
				out.Proposals = append(out.Proposals, made.ID)
				out.Due += made.Due
				out.Held += made.Held
			}
		}
	}
	return out, nil
}

// propose proposes one class in one area; nil where nothing is due.
func (s *Service) propose(ctx context.Context, actor access.Actor, c Class, area string) (*Proposal, error) {
	today := s.Today()
	rule := s.Rules.on(today)
	p := &Proposal{ID: s.IDs.New(), Class: c, Area: area, AsOf: today, RuleFrom: rule.From, Years: rule.Classes[c].Years,
		Status: Waiting, ProposedBy: actor.Login, ProposedAt: s.Clock.Now()}
	var items []Item
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		err := s.walk(ctx, c, area, today, func(x Item) error {
			items = append(items, x)
			if x.Fate == IsDue {
				p.Due++
			} else {
				p.Held++
			}
			return nil
		})
		if err != nil || p.Due == 0 {
			return err
		}
		if err := s.Store.Keep(ctx, p, items); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "retention.propose", Subject: p.ID.String(), Area: area, Count: p.Due, Detail: string(c)})
	})
	if err != nil || p.Due == 0 {
		return nil, err
	}
	return p, nil
}

// Proposals returns the newest proposals in the actor's area.
func (s *Service) Proposals(ctx context.Context, f Filter, limit int) ([]Proposal, error) {
	if _, err := access.Require(ctx, access.SeeRetention); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]Proposal, error) { return s.Store.Proposals(ctx, f, limit) })
}

// Proposal returns one with its records: places and days, and no names. The
// look at these is recorded.
func (s *Service) Proposal(ctx context.Context, id ident.ID, fate Fate) (*Proposal, []Item, error) {
	if _, err := access.Require(ctx, access.SeeRetention); err != nil {
		return nil, nil, err
	}
	var p *Proposal
	var items []Item
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.Store.Proposal(ctx, id); err != nil {
			return err
		}
		if items, err = s.Store.Items(ctx, id, fate); err != nil || len(items) == 0 {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "retention.read", Subject: id.String(), Area: p.Area,
			Fields: []string{"status"}, Count: int64(len(items))})
	})
	return p, items, err
}

// ToDecide counts the proposals that the actor, as a second person, can decide.
func (s *Service) ToDecide(ctx context.Context) (int64, error) {
	actor, err := access.Require(ctx, access.DecideDisposal)
	if err != nil {
		return 0, err
	}
	const most = 1000
	all, err := s.Proposals(ctx, Filter{Status: Waiting}, most)
	var n int64
	for _, p := range all {
		if p.ProposedBy != actor.Login {
			n++
		}
	}
	return n, err
}

// DueIn adds up what is due in several areas.
func (s *Service) DueIn(ctx context.Context, areas []string, day civil.Date) ([]Figure, error) {
	var sum []Figure
	for _, area := range areas {
		part, err := s.Due(ctx, area, day)
		if err != nil {
			return nil, err
		}
		if sum == nil {
			sum = part
			continue
		}
		for i, f := range part {
			sum[i].Due += f.Due
			sum[i].Held += f.Held
			for code, n := range f.Why {
				sum[i].Why[code] += n
			}
		}
	}
	return sum, nil
}

// Reasons lists what keeps records of a figure, in order.
func (f Figure) Reasons() []string { return slices.Sorted(maps.Keys(f.Why)) }

// Source returns what the time of a class rests on, by the rule of a day.
func (s *Service) Source(c Class, day civil.Date) i18n.Text { return s.Rules.on(day).Classes[c].Source }
