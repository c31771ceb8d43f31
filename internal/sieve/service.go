package sieve

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
	"gotong/internal/work"
)

// Asker answers rules for every row of a batch: the database.
type Asker interface {
	Ask(ctx context.Context, b *column.Batch, rules []*rule.Rule) ([]rule.Values, error)
}

// Register names the families that are found.
type Register interface {
	MembersOf(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]*registry.Record, error)
}

// Saved is a rule that was kept by name.
type Saved struct {
	ID        ident.ID
	Name      string
	Rule      string
	CreatedAt time.Time
	CreatedBy string // login
}

// Store keeps rules. Every method works in the transaction of its context.
type Store interface {
	// Add keeps a rule; fault.Conflict where another has its name.
	Add(ctx context.Context, s Saved) error
	// All returns all rules, by name.
	All(ctx context.Context) ([]Saved, error)
	// Drop takes one away.
	Drop(ctx context.Context, id ident.ID) error
}

// Service finds families by rules.
type Service struct {
	Deps
	mu   sync.Mutex
	kept []*found // the latest first
}

// Deps are what a Service is made of.
type Deps struct {
	Unit      work.Unit
	Store     Store
	Snapshots *snapshot.Service
	Rankings  *targeting.Service
	Catalogue *indicator.Catalogue
	Register  Register
	Rules     Asker
	Log       *audit.Log
	Clock     clock.Clock
	IDs       *ident.Maker
}

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{Deps: d} }

// Question is a rule asked of the families of an area.
type Question struct {
	Rule string
	Area string     // "" for all of the actor's area
	Of   rule.Truth // Yes, or Unknown for those of whom it cannot be told
}

// Counts say how many families the answer is yes, no, or not known of.
type Counts struct {
	Yes, No, Unknown int64
	Failed           int64 // among the unknown: of whom the rule cannot be computed
}

// Row is a family that was found.
type Row struct {
	FamilyID          ident.ID
	Area              string
	HeadName, Address string // as on record now
	Members           int
	Missing           []rule.Reading // facts to ask for, of the unknown
}

// Page is a page of what was found.
type Page struct {
	AsOf   civil.Date // day of the snapshot
	Counts Counts
	Rows   []Row
	Next   int // where the next page begins; 0 on the last
}

// Compile checks a rule. What is wrong comes back as rule.Problems, with line,
// column and the nearest fact.
func (s *Service) Compile(text string) (*rule.Rule, error) {
	env, err := rule.NewEnv(s.Catalogue, nil)
	if err != nil {
		return nil, fmt.Errorf("sieve: %w", err)
	}
	if strings.TrimSpace(text) == "" {
		return nil, fault.Invalid("sieve.empty")
	}
	return env.Compile(rule.Source{Text: text}, rule.Family, rule.Bool)
}

// Find returns at most limit families from the one at place on, by area and
// id; the look is recorded.
func (s *Service) Find(ctx context.Context, purpose access.Purpose, q Question, place, limit int) (*Page, error) {
	f, err := s.find(ctx, q)
	if err != nil {
		return nil, err
	}
	p, err := s.page(ctx, purpose, f, q, place, limit)
	if err != nil {
		return nil, err
	}
	return p, s.looked(ctx, purpose, f, q, "sieve.find", len(p.Rows))
}

// looked records a look: which facts families were chosen by, and not the
// rule, which may hold whatever somebody typed.
func (s *Service) looked(ctx context.Context, purpose access.Purpose, f *found, q Question, action string, n int) error {
	actor, _ := access.From(ctx)
	fields := []string{"name", "address"}
	for _, x := range f.rule.Facts() {
		fields = append(fields, x.Code)
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: action, Area: actor.Scope.Within(q.Area).String(), Fields: fields, Count: int64(n)})
	})
}

// filePage is how many families are read at a time for a file.
const filePage = 2000

// All returns every family that Find would, for a file. It needs the
// permission to export; the look is recorded with its count before the first.
func (s *Service) All(ctx context.Context, purpose access.Purpose, q Question) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		_, err := access.Require(ctx, access.Export)
		var f *found
		if err == nil {
			f, err = s.find(ctx, q)
		}
		if err == nil {
			err = s.looked(ctx, purpose, f, q, "sieve.export", len(f.of(q.Of)))
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		for place := 0; ; place += filePage {
			p, err := s.page(ctx, purpose, f, q, place, filePage)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, r := range p.Rows {
				if !yield(r, nil) {
					return
				}
			}
			if p.Next == 0 {
				return
			}
		}
	}
}

// page names the families of one page. Who asked since the snapshot that
// their data be processed no more is left out of it, and only counted.
func (s *Service) page(ctx context.Context, purpose access.Purpose, f *found, q Question, place, limit int) (*Page, error) {
	all := f.of(q.Of)
	place = min(max(place, 0), len(all))
	some := all[place:min(place+limit, len(all))]
	p := &Page{AsOf: f.snap.AsOf, Counts: f.counts}
	if place+limit < len(all) {
		p.Next = place + limit
	}
	ids := make([]ident.ID, len(some))
	for i, x := range some {
		ids[i] = x.id
	}
	records, err := s.Register.MembersOf(ctx, ids, purpose)
	if err != nil {
		return nil, err
	}
	of := map[ident.ID]*registry.Record{}
	for _, r := range records {
		of[r.Family.ID] = r
	}
	for _, x := range some {
		if r := of[x.id]; r != nil && r.Family.Status == registry.FamilySuspended { // since the snapshot
			continue
		}
		row := Row{FamilyID: x.id, Area: x.area}
		if r := of[x.id]; r != nil { // else it has left the register since
			row.HeadName, row.Address, row.Members = r.Family.HeadName, r.Family.Address, len(r.Members)
		}
		if q.Of == rule.Unknown {
			if row.Missing, err = s.missing(f, x); err != nil {
				return nil, err
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

// longName is how long a name may be, in letters.
const longName = 80

// Save keeps a rule by a name, once it is right.
func (s *Service) Save(ctx context.Context, name, text string) (Saved, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return Saved{}, err
	}
	if name = strings.Join(strings.Fields(name), " "); name == "" || utf8.RuneCountInString(name) > longName {
		return Saved{}, fault.Invalid("sieve.bad_name", "most", longName)
	}
	if _, err := s.Compile(text); err != nil {
		return Saved{}, err
	}
	x := Saved{ID: s.IDs.New(), Name: name, Rule: strings.TrimSpace(text), CreatedAt: s.Clock.Now().UTC().Truncate(time.Millisecond), CreatedBy: actor.Login}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.Add(ctx, x); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "sieve.save", Subject: x.ID.String(), Count: 1})
	})
	return x, err
}

// Saved returns the rules that were kept, by name.
func (s *Service) Saved(ctx context.Context) ([]Saved, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, s.Store.All)
}

// Drop takes a rule away; only who kept it may.
func (s *Service) Drop(ctx context.Context, id ident.ID) error {
	all, err := s.Saved(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x Saved) bool { return x.ID == id })
	if i < 0 {
		return fault.NotFound("sieve.missing")
	}
	if actor, _ := access.From(ctx); actor.Login != all[i].CreatedBy {
		return fault.Forbidden("sieve.not_yours", "who", all[i].CreatedBy)
	}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.Drop(ctx, id); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "sieve.drop", Subject: id.String(), Count: 1})
	})
}
