package determination

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"gotong/internal/access"
	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
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

	input  Input
	parts  []*trialPart
	choice snapshot.Columns
	values [groupCount]groupValues

	mu   sync.Mutex
	base map[string]*tried // by code
}

// trialPart is a partition of a trial, packed as in its file.
type trialPart struct {
	index  int // in the snapshot
	facts  *snapshot.Partition
	ranks  *targeting.Ranks
	memos  []*memo // by stretch
	groups *groups
}

// tried is what one programme came to.
type tried struct {
	programme *programme.Programme
	parts     []triedPart
	counts    Counts
	failed    int64    // subjects of whom a rule cannot be computed
	failedAt  []string // where such rules stand, in order
	unlimited bool     // its quota reaches beyond the area and was left out
}

// triedPart is that of one partition, by row.
type triedPart struct {
	entitled, waitlisted, open column.Bitmap
	annual                     []int64 // of the given
	state                      receiving
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
	return s.trial(ctx, a, nil, area)
}

// trial is Trial with a model of the ranking changed.
func (s *Service) trial(ctx context.Context, a Args, edit *targeting.ModelEdit, area string) (*Trial, error) {
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
	if edit == nil || edit.Empty() {
		return NewTrial(ctx, in, s.Catalogue, area)
	}
	var t *Trial
	err = s.Rankings.Try(ctx, in.Snapshot, in.Ranking, *edit, func(r *targeting.Ranking) error {
		in.Ranking = r // its files go when this returns; a trial holds what it needs of them
		var err error
		t, err = NewTrial(ctx, in, s.Catalogue, area)
		return err
	})
	return t, err
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
	t := &Trial{Area: area, input: in, choice: choice, base: map[string]*tried{}}
	for i, part := range in.Snapshot.Parts {
		if len(area) > partDigits || len(area) > 0 && part.Area[:len(area)] != area {
			continue
		}
		p := &trialPart{index: i}
		var err error
		if p.facts, err = in.Snapshot.PartitionOf(part, choice); err != nil {
			return nil, err
		}
		if p.ranks, err = in.Ranking.Ranks(i); err != nil {
			return nil, err
		}
		for range (part.Families + trialStretch - 1) / trialStretch {
			p.memos = append(p.memos, &memo{truths: map[string]rule.Values{}})
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
	var err error
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

// decideAll decides programmes in their order. What is in known and does not
// depend on a change is taken from there.
func (t *Trial) decideAll(ctx context.Context, all []*programme.Programme, known map[string]*tried) (map[string]*tried, error) {
	plan, err := newPlan(t.input.AsOf, all)
	if err != nil {
		return nil, err
	}
	out, dirty := map[string]*tried{}, map[string]bool{}
	for _, p := range all {
		was := known[p.Code]
		dirty[p.Code] = was == nil || was.programme != p || slices.ContainsFunc(p.Exclusions, func(x programme.Exclusion) bool {
			return slices.ContainsFunc(x.Programmes, func(code string) bool { return dirty[code] })
		})
		if !dirty[p.Code] {
			out[p.Code] = was
			continue
		}
		if out[p.Code], err = t.decide(ctx, plan, p, out); err != nil {
			return nil, fmt.Errorf("determination: trying %s: %w", p.Code, err)
		}
	}
	return out, nil
}

// decide decides one programme on all partitions, and shares out its quota.
func (t *Trial) decide(ctx context.Context, plan *plan, p *programme.Programme, before map[string]*tried) (*tried, error) {
	q := plan.quota(p)
	out := &tried{programme: p, parts: make([]triedPart, len(t.parts))}
	if q != nil && q.Codes() < len(t.Area) {
		q, out.unlimited = nil, true
	}
	choice := plan.columns([]int{plan.place[p.Code]}).InPlanes()
	if q != nil {
		choice = choice.WithLots()
	}
	var laids []*laid
	for i, part := range t.parts {
		sheet, err := part.decide(ctx, plan, p, q, choice, func(code string) (receiving, bool) {
			if x := before[code]; x != nil && plan.excluded[code] {
				return x.parts[i].state, true
			}
			return receiving{}, false
		})
		if err != nil {
			return nil, err
		}
		for _, x := range sheet.pieces {
			for r, f := range x.of.failed {
				out.failed += f.subjects
				if at, found := slices.BinarySearch(out.failedAt, r.Place()); !found {
					out.failedAt = slices.Insert(out.failedAt, at, r.Place())
				}
			}
		}
		l, err := sheet.tally()
		if err != nil {
			return nil, err
		}
		laids = append(laids, l)
	}
	if q != nil {
		t.share(q, p, laids)
	}
	for i, l := range laids {
		if l.waitlisted == nil {
			l.waitlisted = column.NewBitmap(l.rows)
		}
		c, err := out.parts[i].take(l)
		if err != nil {
			return nil, err
		}
		if err := out.counts.merge(c); err != nil {
			return nil, err
		}
		if plan.excluded[p.Code] {
			f, err := t.parts[i].facts.Read(0, t.parts[i].facts.Families, snapshot.Only())
			if err != nil {
				return nil, err
			}
			out.parts[i].state = familiesReceiving(p, &f.Batch, out.parts[i].entitled, l.open)
		}
	}
	return out, nil
}

// share shares a quota out within the area.
func (t *Trial) share(q *programme.Quota, p *programme.Programme, laids []*laid) {
	if q.Codes() >= partDigits {
		for _, l := range laids {
			share(q, p.Priority, []*laid{l}, func(_, given int) int64 { return l.areas[given] })
		}
		return
	}
	areas := make([]int64, len(laids))
	for i := range areas {
		areas[i] = quotaAreaOf(q, t.input.Snapshot.Parts[t.parts[i].index].Area)
	}
	share(q, p.Priority, laids, func(part, _ int) int64 { return areas[part] })
}

// decide fills a sheet, all processors at once.
func (x *trialPart) decide(ctx context.Context, plan *plan, p *programme.Programme, q *programme.Quota, choice snapshot.Columns,
	others func(code string) (receiving, bool)) (*sheet, error) {
	s := &sheet{rows: x.facts.Families, pieces: make([]piece, len(x.memos))}
	if p.Subject.EachMember() {
		s.rows = x.facts.Members
	}
	return s, x.each(ctx, choice, func(at int, f *snapshot.Families) {
		x.ranks.Fill(f)
		states := map[string]receiving{}
		for _, e := range p.Exclusions {
			for _, code := range e.Programmes {
				if state, ok := others(code); ok {
					from, to := f.First/64, (f.First+f.Families.Rows+63)/64
					states[code] = receiving{Yes: state.Yes[from:to], Known: state.Known[from:to]}
				}
			}
		}
		row := f.First
		if p.Subject.EachMember() {
			row = f.FirstMember
		}
		of := piece{row: row, of: decide(columns{&f.Batch, x.memos[at].values(&f.Batch)}, p, &f.Batch, states, q != nil)}
		if q != nil {
			of.drawLots(p, q, f)
		}
		s.pieces[at] = of
	})
}

// each calls fn for every stretch, all processors at once.
func (x *trialPart) each(ctx context.Context, choice snapshot.Columns, fn func(at int, f *snapshot.Families)) error {
	g, ctx := errgroup.WithContext(ctx)
	next := make(chan int)
	g.Go(func() error {
		defer close(next)
		for at := range x.memos {
			select {
			case next <- at:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range workers() {
		g.Go(func() error {
			f := &snapshot.Families{}
			for at := range next {
				from := at * trialStretch
				if err := x.facts.ReadInto(f, from, min(from+trialStretch, x.facts.Families), choice); err != nil {
					return err
				}
				fn(at, f)
			}
			return nil
		})
	}
	return g.Wait()
}

// tally is lay without laying anything out.
func (s *sheet) tally() (*laid, error) {
	l := &laid{rows: s.rows, w: &snapshot.FileWriter{}}
	l.given = s.joined(func(d *decided) column.Bitmap { return d.given })
	l.open = s.joined(func(d *decided) column.Bitmap { return d.open })
	return l, s.lines(l)
}

// take keeps of a tally what comparisons need, and counts.
func (x *triedPart) take(l *laid) (Counts, error) {
	x.entitled, x.waitlisted, x.open = l.entitledRows(), l.waitlisted, l.open
	x.annual = make([]int64, l.rows)
	c := Counts{Entitled: int64(x.entitled.Count()), Waitlisted: int64(x.waitlisted.Count()), Undetermined: int64(x.open.Count())}
	c.Refused = int64(l.rows) - c.Entitled - c.Waitlisted - c.Undetermined
	k, ok := 0, true
	l.given.Each(func(row int) {
		x.annual[row] = l.annual.Value(k)
		if x.entitled.Get(row) {
			c.Annual, ok = addIf(c.Annual, rupiah(x.annual[row]), ok)
		}
		k++
	})
	if !ok {
		return c, errTooMuch
	}
	return c, nil
}

// memo remembers yes and no of a stretch by the meaning of the rule.
type memo struct {
	mu     sync.Mutex
	truths map[string]rule.Values
}

// values answers from memory what it can, and by the kernels what it cannot.
func (m *memo) values(b *column.Batch) programme.Values {
	return func(r *rule.Rule) rule.Values {
		if r.Kind() != rule.Bool {
			return r.Kernel().Values(b)
		}
		key := r.Meaning()
		m.mu.Lock()
		v, ok := m.truths[key]
		m.mu.Unlock()
		if ok {
			return v
		}
		v = r.Kernel().Values(b)
		m.mu.Lock()
		defer m.mu.Unlock()
		if len(m.truths) >= maxMemo {
			clear(m.truths)
		}
		m.truths[key] = v
		return v
	}
}

// maxMemo bounds what is remembered of a stretch: somebody pulling at a
// slider asks many rules.
const maxMemo = 256
