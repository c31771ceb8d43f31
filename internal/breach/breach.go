// Package breach keeps the register of failures to protect personal data, and
// the clock that begins with each: within 3×24 hours the agency and everybody
// whose data were touched must have been told in writing what, when and how,
// and what the office does about it (UU 27/2022, art. 46).
//
// Who is affected is read from the audit log: the families that an account
// looked at in a span of time. By when they must be told is
// policy/rights.yaml.
package breach

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/seal"
	"gotong/internal/work"
)

// Breach is one failure.
type Breach struct {
	ID      ident.ID
	At      time.Time // when the office knew
	Due     time.Time // by when all must be told
	By      string    // login of who reported it
	What    string    // what happened and how, in words; sealed in the store
	Measure string    // what the office does about it; likewise
	Account string    // login that looked at what it must not have; "" for none
	From    time.Time // span in which it did
	Until   time.Time
	Agency  time.Time // when the agency was told; zero: not yet
	Receipt string    // number of that letter
	Closed  time.Time // zero: open
	Counts
}

// Counts are how many families are affected, and told so.
type Counts struct{ Families, Told int64 }

// Whole reports whether all that the law asks for is done.
func (b *Breach) Whole() bool { return !b.Agency.IsZero() && b.Told == b.Families }

// Late reports whether something is not done though its time is over, or was
// done later.
func (b *Breach) Late(now time.Time) bool {
	end := b.Closed
	if end.IsZero() {
		end = now
	}
	if !b.Agency.IsZero() && b.Whole() && b.Closed.IsZero() {
		end = b.Agency
	}
	return end.After(b.Due)
}

// Family is a family whose data were touched.
type Family struct {
	ID     ident.ID // of the entry, which its letter is about
	Breach ident.ID
	Family ident.ID
	Area   string
	ToldAt time.Time // zero: not yet
}

// Store keeps breaches. Every method works in the transaction of its context.
type Store interface {
	Keep(ctx context.Context, b *Breach, what, measure []byte) error
	// Save writes who was told and when it was closed.
	Save(ctx context.Context, b *Breach) error
	// Breach returns one, its words as they are sealed, with its counts in
	// the actor's area.
	Breach(ctx context.Context, id ident.ID) (*Breach, error)
	// Lock is Breach for who changes it: others who would wait.
	Lock(ctx context.Context, id ident.ID) (*Breach, error)
	// Breaches returns the open ones first, those due first the first.
	Breaches(ctx context.Context, open bool, limit int) ([]Breach, error)
	AddFamilies(ctx context.Context, all []Family) error
	// Families returns those in the actor's area, or those not told yet.
	Families(ctx context.Context, breach ident.ID, untold bool, limit int) ([]Family, error)
	Family(ctx context.Context, id ident.ID) (*Family, error)
	Tell(ctx context.Context, id ident.ID, at time.Time) error
}

// Seen reads from the log what an account looked at.
type Seen interface {
	// Seen returns the families that it opened one by one, each with its area.
	Seen(ctx context.Context, account string, from, until time.Time) (map[ident.ID]string, error)
	// Lists returns the lists and files of many that it opened, the largest
	// first.
	Lists(ctx context.Context, account string, from, until time.Time) ([]List, error)
}

// List is what an account opened that holds many at once: the log tells of
// what area and how many, and not whom.
type List struct {
	Action string // of the log, such as family.list
	Area   string // "" where it is of no area; several are parted by commas
	Times  int64
	Most   int64 // rows, of the largest one
	Fields []string
	Last   time.Time
}

// Register tells where a family is. registry.Service is one.
type Register interface {
	// AreaOf returns a family's area; fault.NotFound outside the actor's.
	AreaOf(ctx context.Context, family ident.ID) (string, error)
}

// Letters writes and issues the letter about an entry.
type Letters interface {
	Issue(ctx context.Context, entry ident.ID) error
}

// Deps is what a Service is made of.
type Deps struct {
	Unit     work.Unit
	Store    Store
	Seen     Seen
	Register Register
	Letters  Letters
	Log      *audit.Log
	Keys     *seal.Keyring
	Clock    clock.Clock
	IDs      *ident.Maker
	Due      func(at time.Time) time.Time
}

// Service keeps the register.
type Service struct{ Deps }

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{d} }

const (
	label    = "breach.text"
	textMost = 4000 // letters of a text
)

func words(text, missing string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", fault.Invalid(missing)
	case len([]rune(text)) > textMost:
		return "", fault.Invalid("breach.long", "most", textMost)
	}
	return text, nil
}

// Report takes a failure down; its clock begins. Where an account is named,
// whose data it saw in the span is read from the log.
//
// It returns fault.Invalid without words, or for a span that ends before it
// begins or in the future.
func (s *Service) Report(ctx context.Context, b Breach) (*Breach, error) {
	actor, err := access.Require(ctx, access.HandleBreaches)
	if err != nil {
		return nil, err
	}
	if b.What, err = words(b.What, "breach.what_missing"); err != nil {
		return nil, err
	}
	if b.Measure, err = words(b.Measure, "breach.measure_missing"); err != nil {
		return nil, err
	}
	b.ID, b.By, b.At = s.IDs.New(), actor.Login, s.Clock.Now()
	b.Due = s.Due(b.At)
	if b.Account != "" && (b.From.IsZero() || !b.From.Before(b.Until) || b.From.After(b.At)) {
		return nil, fault.Invalid("breach.bad_span")
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.Keep(ctx, &b, s.Keys.Seal(label, b.What), s.Keys.Seal(label, b.Measure)); err != nil {
			return err
		}
		if err := s.affected(ctx, &b); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "breach.report", Subject: b.ID.String(), Count: max(1, b.Families)})
	})
	if err != nil {
		return nil, fmt.Errorf("breach: reporting: %w", err)
	}
	return &b, nil
}

func (s *Service) affected(ctx context.Context, b *Breach) error {
	if b.Account == "" {
		return nil
	}
	seen, err := s.Seen.Seen(ctx, b.Account, b.From, b.Until)
	if err != nil {
		return err
	}
	var all []Family
	families := slices.SortedFunc(maps.Keys(seen), func(a, b ident.ID) int { return slices.Compare(a[:], b[:]) })
	for _, family := range families {
		all = append(all, Family{ID: s.IDs.New(), Breach: b.ID, Family: family, Area: seen[family]})
	}
	b.Families = int64(len(all))
	return s.Store.AddFamilies(ctx, all)
}

// Affect adds a family of the actor's area that the log does not show: the
// papers were lost, or the device. It returns fault.NotFound outside.
func (s *Service) Affect(ctx context.Context, id, family ident.ID) error {
	if _, err := access.Require(ctx, access.HandleBreaches); err != nil {
		return err
	}
	return s.change(ctx, id, "breach.affect", func(ctx context.Context, b *Breach) error {
		area, err := s.Register.AreaOf(ctx, family)
		if err != nil {
			return err
		}
		return s.Store.AddFamilies(ctx, []Family{{ID: s.IDs.New(), Breach: b.ID, Family: family, Area: area}})
	})
}

// TellAgency notes that the agency was told, by which letter.
func (s *Service) TellAgency(ctx context.Context, id ident.ID, receipt string) error {
	if _, err := access.Require(ctx, access.HandleBreaches); err != nil {
		return err
	}
	receipt, err := words(receipt, "breach.receipt_missing")
	if err != nil {
		return err
	}
	return s.change(ctx, id, "breach.agency", func(ctx context.Context, b *Breach) error {
		if !b.Agency.IsZero() {
			return fault.Conflict("breach.agency_told")
		}
		b.Agency, b.Receipt = s.Clock.Now(), receipt
		return s.Store.Save(ctx, b)
	})
}

// atOnce is how many letters one call issues.
const atOnce = 200

// TellFamilies issues the letters of families in the actor's area that were
// not told yet, so many at once, and returns how many it issued.
func (s *Service) TellFamilies(ctx context.Context, id ident.ID) (int, error) {
	if _, err := access.Require(ctx, access.HandleBreaches); err != nil {
		return 0, err
	}
	n := 0
	err := s.change(ctx, id, "breach.tell", func(ctx context.Context, b *Breach) error {
		all, err := s.Store.Families(ctx, id, true, atOnce)
		if err != nil {
			return err
		}
		for _, f := range all {
			if err := s.Letters.Issue(ctx, f.ID); err != nil {
				return err
			}
			if err := s.Store.Tell(ctx, f.ID, s.Clock.Now()); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Close closes a breach of which the agency and everybody was told.
func (s *Service) Close(ctx context.Context, id ident.ID) error {
	if _, err := access.Require(ctx, access.HandleBreaches); err != nil {
		return err
	}
	return s.change(ctx, id, "breach.close", func(ctx context.Context, b *Breach) error {
		everywhere := access.With(ctx, access.System("breach"))
		all, err := s.Store.Families(everywhere, id, true, 1)
		if err != nil {
			return err
		}
		if b.Agency.IsZero() || len(all) > 0 {
			return fault.Conflict("breach.not_all_told")
		}
		b.Closed = s.Clock.Now()
		return s.Store.Save(ctx, b)
	})
}

// change does something about an open breach and records it.
func (s *Service) change(ctx context.Context, id ident.ID, act string, do func(ctx context.Context, b *Breach) error) error {
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		b, err := s.Store.Lock(ctx, id)
		if err != nil {
			return err
		}
		if !b.Closed.IsZero() {
			return fault.Conflict("breach.closed")
		}
		if err := do(ctx, b); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: act, Subject: id.String(), Count: 1})
	})
	if err != nil {
		return fmt.Errorf("breach: %w", err)
	}
	return nil
}

// Breaches lists them, the open ones first; their words are left out.
func (s *Service) Breaches(ctx context.Context, open bool, limit int) ([]Breach, error) {
	if _, err := access.Require(ctx, access.HandleBreaches); err != nil {
		return nil, err
	}
	all, err := work.Read(ctx, s.Unit, func(ctx context.Context) ([]Breach, error) { return s.Store.Breaches(ctx, open, limit) })
	for i := range all {
		all[i].What, all[i].Measure = "", ""
	}
	return all, err
}

// Breach returns one with its words and the families in the actor's area. The
// look is recorded.
func (s *Service) Breach(ctx context.Context, id ident.ID, limit int) (*Breach, []Family, error) {
	actor, err := access.Require(ctx, access.HandleBreaches)
	if err != nil {
		return nil, nil, err
	}
	var b *Breach
	var all []Family
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if b, err = s.open(ctx, id); err != nil {
			return err
		}
		if all, err = s.Store.Families(ctx, id, false, limit); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "breach.read", Subject: id.String(), Area: actor.Scope.String(), Count: int64(len(all))})
	})
	return b, all, err
}

// Lists returns what the account of a breach opened in its span that holds
// many at once. Whom a list or file held the log does not tell, so that nobody
// in it is counted as affected until the office has added them.
func (s *Service) Lists(ctx context.Context, b *Breach) ([]List, error) {
	if _, err := access.Require(ctx, access.HandleBreaches); err != nil || b.Account == "" {
		return nil, err
	}
	return s.Seen.Lists(ctx, b.Account, b.From, b.Until)
}

func (s *Service) open(ctx context.Context, id ident.ID) (*Breach, error) {
	b, err := s.Store.Breach(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.What, err = s.Keys.Open(label, []byte(b.What)); err != nil {
		return nil, err
	}
	b.Measure, err = s.Keys.Open(label, []byte(b.Measure))
	return b, err
}

// Entry returns a family's entry with its breach, for its letter.
func (s *Service) Entry(ctx context.Context, id ident.ID) (*Family, *Breach, error) {
	if _, err := access.Require(ctx, access.HandleBreaches); err != nil {
		return nil, nil, err
	}
	var f *Family
	var b *Breach
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if f, err = s.Store.Family(ctx, id); err == nil {
			b, err = s.open(ctx, f.Breach)
		}
		return err
	})
	return f, b, err
}

// Waiting counts the open breaches, and those whose time is over.
func (s *Service) Waiting(ctx context.Context) (open, late int64, err error) {
	const most = 1000
	all, err := s.Breaches(ctx, true, most)
	for i := range all {
		open++
		if all[i].Late(s.Clock.Now()) && !all[i].Whole() {
			late++
		}
	}
	return open, late, err
}
