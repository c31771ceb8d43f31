package determination

import (
	"context"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// Input is all that a determination depends on.
type Input struct {
	Snapshot   *snapshot.Snapshot
	Ranking    *targeting.Ranking
	Programmes []*programme.Programme // as Set.InForce gives them
	AsOf       civil.Date

	// Truth is what families are known to consume, per person and month: of
	// invented ones and of those that a survey met. A trial counts errors by
	// it; nothing is decided by it. May be nil.
	Truth map[ident.ID]money.Rupiah
}

// engine carries one computation. Of a partition it holds what the pass under
// way needs; what a quota over several partitions has to wait for is held
// packed.
type engine struct {
	Input
	plan    *plan
	reader  reader
	stretch int
	workers int
	emit    func(name string, w *snapshot.FileWriter) (snapshot.Sum, error)
	report  run.Progress

	parts   []*partState
	waiting [][]*laid      // by programme and part: until the quota is shared out
	states  [][]*receiving // by programme and part; of programmes that exclude
	uses    [][][]QuotaUse // by programme and part, of quotas within a partition
	results []ProgrammeResult
	emits   *errgroup.Group

	failures []map[*rule.Rule]*failing // by programme
	mu       sync.Mutex                // guards results and failures
}

// partState is what deciding a partition needs.
type partState struct {
	ranks  *targeting.Ranks
	sheets map[int]*sheet // by programme
	left   atomic.Int64   // stretches
}

// writers is how many files may be on their way to the disk at once.
const writers = 8

// compute decides every programme for every subject and hands each outcome
// file to emit, several at once. The result depends on the input alone: not
// on the reader, the stretch, which is a multiple of 64, or the workers.
func compute(ctx context.Context, in Input, r reader, stretch int, emit func(string, *snapshot.FileWriter) (snapshot.Sum, error), report run.Progress) (Content, error) {
	if in.Ranking.Snapshot != in.Snapshot.Digest {
		return Content{}, fault.Invalid("determination.other_ranking")
	}
	p, err := newPlan(in.AsOf, in.Programmes)
	if err != nil {
		return Content{}, err
	}
	e := &engine{Input: in, plan: p, reader: r, stretch: stretch, workers: runtime.GOMAXPROCS(0), emit: emit, report: report}
	e.prepare()
	for _, pass := range p.passes {
		if err := e.pass(ctx, pass); err != nil {
			return Content{}, fmt.Errorf("determination: %w", err)
		}
	}
	for k := range e.results {
		if e.results[k].Failures, err = e.failed(k); err != nil {
			return Content{}, fmt.Errorf("determination: %w", err)
		}
	}
	c := Content{Format: Format, Snapshot: in.Snapshot.Digest, Ranking: in.Ranking.Digest, Model: in.Ranking.ModelDigest,
		RulePack: rulePack(in.Programmes), AsOf: in.AsOf, Scope: in.Snapshot.Scope, Programmes: e.results}
	if in.Ranking.Order != nil {
		c.Order = string(in.Ranking.Order.By)
	}
	return c, nil
}

func (e *engine) prepare() {
	n := len(e.Snapshot.Parts)
	e.parts = make([]*partState, n)
	total := int64(0)
	for _, p := range e.plan.all {
		e.results = append(e.results, ProgrammeResult{Code: p.Code, Version: p.Version(), File: p.File,
			Digest: hex.EncodeToString(p.Digest[:]), Persons: p.Subject.EachMember(), Parts: make([]Part, n)})
		e.waiting = append(e.waiting, make([]*laid, n))
		e.states = append(e.states, make([]*receiving, n))
		e.uses = append(e.uses, make([][]QuotaUse, n))
		e.failures = append(e.failures, map[*rule.Rule]*failing{})
		total += e.Snapshot.Families
		if p.Subject.EachMember() {
			total += e.Snapshot.Members - e.Snapshot.Families
		}
	}
	e.report.Stage("determine", total)
}

// pass decides some of the programmes over the whole snapshot, then shares
// out their quotas.
func (e *engine) pass(ctx context.Context, programmes []int) error {
	e.emits = &errgroup.Group{}
	e.emits.SetLimit(writers)
	choice := e.reader.wants(e.plan.columns(programmes))
	if slices.ContainsFunc(programmes, func(k int) bool { return e.plan.quota(e.plan.all[k]) != nil }) {
		choice = choice.WithLots()
	}
	err := e.Snapshot.EachIn(ctx, e.workers, e.stretch, choice,
		func(part int, p *snapshot.Partition) error { return e.begin(part, p, programmes) },
		func(part int, p *snapshot.Partition, f *snapshot.Families) error {
			if err := e.stretchOf(ctx, part, p, f, programmes); err != nil {
				return err
			}
			if e.parts[part].left.Add(-1) > 0 {
				return nil
			}
			return e.end(part, p, programmes)
		})
	if err == nil {
		err = e.quotas(programmes)
	}
	if waited := e.emits.Wait(); err == nil {
		err = waited
	}
	return err
}

// begin makes room for the outcomes of a partition.
func (e *engine) begin(part int, p *snapshot.Partition, programmes []int) error {
	stretches := (p.Families + e.stretch - 1) / e.stretch
	s := &partState{sheets: map[int]*sheet{}}
	s.left.Store(int64(stretches))
	for _, k := range programmes {
		x := &sheet{rows: p.Families, pieces: make([]piece, stretches)}
		if e.plan.all[k].Subject.EachMember() {
			x.rows = p.Members
		}
		s.sheets[k] = x
		if e.plan.excluded[e.plan.all[k].Code] {
			e.states[k][part] = &receiving{Yes: column.NewBitmap(p.Families), Known: column.NewBitmap(p.Families)}
		}
	}
	var err error
	s.ranks, err = e.Ranking.RanksOf(part, e.plan.familyFacts(programmes))
	e.parts[part] = s
	return err
}

// stretchOf decides the programmes of a pass for one stretch of families.
func (e *engine) stretchOf(ctx context.Context, part int, p *snapshot.Partition, f *snapshot.Families, programmes []int) error {
	e.parts[part].ranks.Fill(f)
	others := map[string]receiving{}
	for k, x := range e.plan.all {
		if state := e.states[k][part]; state != nil {
			words := [2]int{f.First / 64, (f.First + f.Families.Rows + 63) / 64}
			others[x.Code] = receiving{Yes: state.Yes[words[0]:words[1]], Known: state.Known[words[0]:words[1]]}
		}
	}
	of := make([]*programme.Programme, len(programmes))
	for i, k := range programmes {
		of[i] = e.plan.all[k]
	}
	reading, err := e.reader.read(ctx, &f.Batch, of)
	if err != nil {
		return err
	}
	for _, k := range programmes {
		x, row := e.plan.all[k], f.First
		if x.Subject.EachMember() {
			row = f.FirstMember
		}
		q := e.plan.quota(x)
		d := decide(reading, x, &f.Batch, others, q != nil)
		e.note(k, part, row, f, d.failed)
		if state, ok := others[x.Code]; ok && q == nil {
			now := familiesReceiving(x, &f.Batch, d.given, d.open)
			copy(state.Yes, now.Yes)
			copy(state.Known, now.Known)
		}
		decided := piece{row: row, of: d}
		if q != nil {
			decided.drawLots(x, q, f)
		}
		e.parts[part].sheets[k].pieces[f.First/e.stretch] = decided
		e.tell(d)
	}
	return nil
}

func (e *engine) tell(d *decided) {
	given, open := int64(d.given.Count()), int64(d.open.Count())
	for _, x := range []struct {
		o Outcome
		n int64
	}{{Entitled, given}, {Undetermined, open}, {Refused, int64(d.rows) - given - open}} {
		if x.n > 0 {
			e.report.Add(x.o.String(), x.n)
		}
	}
}

// end lays out a partition once all of it is decided, and lets go of it.
func (e *engine) end(part int, p *snapshot.Partition, programmes []int) error {
	for _, k := range programmes {
		x, s := e.plan.all[k], e.parts[part].sheets[k]
		l, err := s.lay(x)
		if err != nil {
			return err
		}
		q := e.plan.quota(x)
		if q == nil {
			e.finish(k, part, l)
			continue
		}
		if q.Codes() < partDigits {
			e.waiting[k][part] = l
			continue
		}
		e.uses[k][part] = share(q, x.Priority, []*laid{l}, func(_, given int) int64 { return l.areas[given] })
		if err := e.shared(k, part, l); err != nil {
			return err
		}
	}
	e.parts[part] = nil
	return nil
}

// finish counts an outcome file and sends it off.
func (e *engine) finish(k, part int, l *laid) {
	e.emits.Go(func() error {
		w, counts := l.file()
		area := e.Snapshot.Parts[part].Area
		out := Part{Area: area, File: area + "." + e.plan.all[k].Code + ".columns"}
		var err error
		if out.Sum, err = e.emit(out.File, w); err != nil {
			return err
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		r := &e.results[k]
		r.Parts[part] = out
		return r.Counts.merge(counts)
	})
}
