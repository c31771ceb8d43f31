package sieve

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gotong/internal/access"
	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// at is where a family stands in a snapshot.
type at struct {
	id   ident.ID
	area string
	part int
	row  int
}

// found is the answer to a question, kept while its pages are turned.
type found struct {
	snap    *snapshot.Snapshot
	ranking *targeting.Ranking // nil for none
	rule    *rule.Rule
	choice  snapshot.Columns
	counts  Counts
	yes     []at
	unknown []at

	key string

	mu       sync.Mutex // guards what was read last
	last     *opened
	wide     *snapshot.Partition // with all facts
	widePart int
}

// opened is the partition that was read last.
type opened struct {
	part  int
	facts *snapshot.Partition
	ranks *targeting.Ranks // nil for none
}

func (f *found) of(t rule.Truth) []at {
	if t == rule.Unknown {
		return f.unknown
	}
	return f.yes
}

// foundKept is how many answers stay in memory.
const foundKept = 8

// find answers a question, from memory where it was asked just now.
func (s *Service) find(ctx context.Context, q Question) (*found, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, err
	}
	r, err := s.Compile(q.Rule)
	if err != nil {
		return nil, err
	}
	f := &found{rule: r}
	if err := s.open(ctx, f); err != nil {
		return nil, err
	}
	f.key = strings.Join([]string{f.snap.Digest, rankingOf(f), actor.Scope.String(), q.Area, q.Rule}, "\x00")
	if kept := s.recall(f.key); kept != nil {
		return kept, nil
	}
	f.choice = snapshot.Only().WithIDs()
	for _, x := range r.Facts() {
		f.choice.With(x.Level, x.Code)
	}
	for i, part := range f.snap.Parts {
		if !actor.Scope.Touches(part.Area) || !overlaps(part.Area, q.Area) {
			continue
		}
		if err := s.ask(ctx, f, i, actor.Scope, q.Area); err != nil {
			return nil, fmt.Errorf("sieve: %w", err)
		}
	}
	s.remember(f)
	return f, nil
}

func rankingOf(f *found) string {
	if f.ranking == nil {
		return ""
	}
	return f.ranking.Digest
}

// overlaps reports whether one of two areas lies in the other.
func overlaps(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

// open finds the newest snapshot, and the newest ranking of it.
func (s *Service) open(ctx context.Context, f *found) error {
	system := access.With(ctx, access.System("sieve")) // headers hold no one's data
	snaps, err := s.Snapshots.Headers(system, 1)
	if err != nil {
		return err
	}
	if len(snaps) == 0 {
		return fault.NotFound("sieve.no_snapshot")
	}
	if f.snap, err = s.Snapshots.Open(ctx, snaps[0].ID); err != nil {
		return err
	}
	const some = 100
	rankings, err := s.Rankings.Headers(system, some)
	if err != nil {
		return err
	}
	for _, h := range rankings {
		if h.SnapshotID == snaps[0].ID {
			f.ranking, err = s.Rankings.Open(ctx, h.ID)
			return err
		}
	}
	return nil
}

// stretch is how many families the database is asked about at once.
const stretch = 16_384

// ask has the database answer the rule for the families of a partition.
func (s *Service) ask(ctx context.Context, f *found, part int, scope access.Scope, area string) error {
	o, err := f.read(part)
	if err != nil {
		return err
	}
	p := o.facts
	for from := 0; from < p.Families; from += stretch {
		some, err := p.Read(from, min(from+stretch, p.Families), f.choice)
		if err != nil {
			return err
		}
		if o.ranks != nil {
			o.ranks.Fill(some)
		}
		values, err := s.Rules.Ask(ctx, &some.Batch, []*rule.Rule{f.rule})
		if err != nil {
			return err
		}
		f.gather(some, values[0], part, scope, area)
	}
	return nil
}

// read opens a partition, unless it is the one that was read last.
func (f *found) read(part int) (*opened, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != nil && f.last.part == part {
		return f.last, nil
	}
	o := &opened{part: part}
	var err error
	if o.facts, err = f.snap.PartitionOf(f.snap.Parts[part], f.choice); err != nil {
		return nil, err
	}
	if f.ranking != nil {
		if o.ranks, err = f.ranking.Ranks(part); err != nil {
			return nil, err
		}
	}
	f.last = o
	return o, nil
}

func (f *found) gather(some *snapshot.Families, v rule.Values, part int, scope access.Scope, area string) {
	for i, id := range some.IDs {
		village := some.Area(i)
		if !scope.Covers(village) || !strings.HasPrefix(village, area) {
			continue
		}
		x := at{id, village, part, some.First + i}
		switch v.Truths.At(i) {
		case rule.Yes:
			f.counts.Yes++
			f.yes = append(f.yes, x)
		case rule.No:
			f.counts.No++
		default:
			f.counts.Unknown++
			if v.Failed != nil && v.Failed.Get(i) {
				f.counts.Failed++
			}
			f.unknown = append(f.unknown, x)
		}
	}
}

// missing asks the interpreter which facts one family lacks, and turns them
// into those that somebody can ask for.
func (s *Service) missing(f *found, x at) ([]rule.Reading, error) {
	lacks, err := f.lacking(x)
	if err != nil || !slices.ContainsFunc(lacks, func(r rule.Reading) bool { return r.Indicator.Derived }) {
		return lacks, err
	}
	one, err := s.whole(f, x)
	if err != nil {
		return nil, err
	}
	return targeting.ToCollect(s.Catalogue, f.snap.AsOf, f.ranking, x.area, one, lacks), nil
}

// whole reads one family with all its facts.
func (s *Service) whole(f *found, x at) (*column.Batch, error) {
	choice := snapshot.Only()
	for _, i := range s.Catalogue.Shared() {
		choice.With(i.Level, i.Code)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.wide == nil || f.widePart != x.part {
		p, err := f.snap.PartitionOf(f.snap.Parts[x.part], choice)
		if err != nil {
			return nil, err
		}
		f.wide, f.widePart = p, x.part
	}
	one, err := f.wide.Read(x.row, x.row+1, choice)
	if err != nil {
		return nil, err
	}
	return &one.Batch, nil
}

// lacking asks the interpreter which facts one family lacks.
func (f *found) lacking(x at) ([]rule.Reading, error) {
	o, err := f.read(x.part)
	if err != nil {
		return nil, err
	}
	one, err := o.facts.Read(x.row, x.row+1, f.choice)
	if err != nil {
		return nil, err
	}
	if o.ranks != nil {
		o.ranks.Fill(one)
	}
	return f.rule.Interpreter().Ask(&one.Batch, 0, rule.NoMember).Missing, nil
}

func (s *Service) recall(key string) *found {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.kept {
		if f.key == key {
			return f
		}
	}
	return nil
}

func (s *Service) remember(f *found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append([]*found{f}, s.kept[:min(len(s.kept), foundKept-1)]...)
}
