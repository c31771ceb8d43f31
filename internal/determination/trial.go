package determination

import (
	"context"
	"slices"
	"strings"
	"sync"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// Trial holds an area of a ranked snapshot in memory, decided by the
// programmes in force, so that other programmes can be tried on it again and
// again: another parameter, another rule, another quota, a new programme.
// Trying keeps nothing and changes nothing. Only what has changed is computed
// anew: clauses whose meaning is known from an earlier try are not.
//
// A quota that reaches beyond the area cannot be shared out in it; then
// everyone who qualifies counts as entitled, and Comparison says so.
//
// It is safe for concurrent use; one try runs at a time, on all processors.
type Trial struct {
	Area     string // "" for the nation
	Families int64
	Members  int64

	input Input
	lines targeting.Lines
	parts []*trialPart

	mu     sync.Mutex
	values []groupValues     // by kind; nil until somebody compares
	base   map[string]*tried // by code
}

// trialPart is a partition of a trial, packed as in its file.
type trialPart struct {
	index  int // in the snapshot
	facts  *snapshot.Partition
	ranks  *targeting.Ranks
	memos  []*memo // by stretch
	groups *groups
}

// trialStretch is small enough that all processors have work in one regency.
const trialStretch = 2048

// triable refuses who may not try in an area: "" is the nation.
func triable(actor access.Actor, area string) error {
	switch {
	case actor.Scope.Covers(area):
		return nil
	case area == "":
		return fault.Forbidden("determination.try_nation", "own", strings.Join(actor.Scope.Prefixes(), ", "))
	}
	return fault.Forbidden("determination.try_outside", "area", area, "own", strings.Join(actor.Scope.Prefixes(), ", "))
}

// Trial opens an area for trying: a regency or city, a province, or "" for
// the nation. It needs the permission to run determinations, over all of the
// area. What comes out are counts, no one's data.
func (s *Service) Trial(ctx context.Context, a Args, area string) (*Trial, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return nil, err
	}
	if err := triable(actor, area); err != nil {
		return nil, err
	}
	in, err := s.input(ctx, a)
	if err != nil {
		return nil, err
	}
	if s.Truth != nil {
		if in.Truth, err = s.Truth(ctx); err != nil {
			return nil, err
		}
	}
	return NewTrial(ctx, in, s.Catalogue, area)
}

// NewTrial is Trial for an input that is at hand.
func NewTrial(ctx context.Context, in Input, c *indicator.Catalogue, area string) (*Trial, error) {
	if in.Ranking.Snapshot != in.Snapshot.Digest {
		return nil, fault.Invalid("determination.other_ranking")
	}
	// Any fact may come to be asked, so all are held, as they are packed.
	choice := snapshot.Only().WithLots()
	for _, i := range c.Shared() {
		choice.With(i.Level, i.Code)
	}
	t := &Trial{Area: area, input: in, base: map[string]*tried{}}
	var err error
	if t.lines, err = in.Ranking.Lines(); err != nil && !fault.Is(err, fault.KindNotFound) { // without any, nobody is known to be poor
		return nil, err
	}
	for i, part := range in.Snapshot.Parts {
		if len(area) > partDigits || len(area) > 0 && part.Area[:len(area)] != area {
			continue
		}
		p := &trialPart{index: i}
		if p.facts, err = in.Snapshot.PartitionOf(part, choice); err != nil {
			return nil, err
		}
		if p.ranks, err = in.Ranking.Ranks(i); err != nil {
			return nil, err
		}
		for range (part.Families + trialStretch - 1) / trialStretch {
			p.memos = append(p.memos, newMemo())
		}
		t.parts = append(t.parts, p)
		t.Families, t.Members = t.Families+int64(part.Families), t.Members+int64(part.Members)
	}
	if len(t.parts) == 0 {
		return nil, fault.NotFound("determination.trial_area", "area", area)
	}
	if err := t.group(ctx); err != nil {
		return nil, err
	}
	t.base, err = t.decideAll(ctx, in.Programmes, nil)
	return t, err
}

// Programmes returns the programmes as they are in force: the ones to change.
func (t *Trial) Programmes() []*programme.Programme { return slices.Clone(t.input.Programmes) }

// Try decides with some programmes in the place of those of the same code, or
// beside the others, and compares. It returns what Run would for a programme
// that cannot be decided.
func (t *Trial) Try(ctx context.Context, changed ...*programme.Programme) (*Comparison, error) {
	return t.TryRanked(ctx, t, changed...)
}

// TryRanked is Try with the families in the order of another trial's ranking:
// what would be if another model ranked them. Both are of the same area of the
// same snapshot; what is in force stays as this trial has it.
func (t *Trial) TryRanked(ctx context.Context, by *Trial, changed ...*programme.Programme) (*Comparison, error) {
	all, after, err := t.tryRanked(ctx, by, changed)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.group(ctx); err != nil {
		return nil, err
	}
	return t.compare(all, after), nil
}

func (t *Trial) tryRanked(ctx context.Context, by *Trial, changed []*programme.Programme) ([]*programme.Programme, map[string]*tried, error) {
	if by.Area != t.Area || by.input.Snapshot.Digest != t.input.Snapshot.Digest {
		return nil, nil, fault.Invalid("determination.other_ranking")
	}
	by.mu.Lock()
	defer by.mu.Unlock()
	all := t.Programmes()
	for _, p := range changed {
		if i := slices.IndexFunc(all, func(x *programme.Programme) bool { return x.Code == p.Code }); i >= 0 {
			all[i] = p
		} else {
			all = append(all, p)
		}
	}
	after, err := by.decideAll(ctx, all, by.base)
	return all, after, err
}
