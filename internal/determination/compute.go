package determination

import (
	"context"
	"encoding/hex"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// Format is the version of the outcome files' layout and of the rules by
// which outcomes follow from answers.
const Format = 1

// Input is all that a determination depends on.
type Input struct {
	Snapshot   *snapshot.Snapshot
	Ranking    *targeting.Ranking
	Programmes []*programme.Programme // as Set.InForce gives them
	AsOf       civil.Date
}

// Counts are subjects by outcome, and what they are given.
type Counts struct {
	Entitled     int64        `json:"entitled"`
	Waitlisted   int64        `json:"waitlisted"`
	Refused      int64        `json:"refused"`
	Undetermined int64        `json:"undetermined"`
	Annual       money.Rupiah `json:"annual"` // of the entitled, for a year
}

// Add counts n subjects of an outcome.
func (c *Counts) Add(o Outcome, n int64) {
	switch o {
	case Entitled:
		c.Entitled += n
	case Waitlisted:
		c.Waitlisted += n
	case Refused:
		c.Refused += n
	case Undetermined:
		c.Undetermined += n
	}
}

// Of returns the count of an outcome.
func (c Counts) Of(o Outcome) int64 {
	return map[Outcome]int64{Entitled: c.Entitled, Waitlisted: c.Waitlisted, Refused: c.Refused, Undetermined: c.Undetermined}[o]
}

// Total returns how many subjects were decided.
func (c Counts) Total() int64 { return c.Entitled + c.Waitlisted + c.Refused + c.Undetermined }

// ProgrammeResult is what a determination says of one programme.
type ProgrammeResult struct {
	Code    string     `json:"code"`
	Version string     `json:"version"`
	File    string     `json:"file"`
	Digest  string     `json:"digest"` // of the file, hex
	Persons bool       `json:"persons"`
	Counts  Counts     `json:"counts"`
	Quota   []QuotaUse `json:"quota,omitempty"`
	Parts   []Part     `json:"parts"` // by regency, as in the snapshot
}

// Part is one outcome file.
type Part struct {
	Area string `json:"area"`
	File string `json:"file"`
	snapshot.Sum
}

// Content is what a determination holds: all that its digest covers.
type Content struct {
	Format     int               `json:"format"`
	Snapshot   string            `json:"snapshot"`  // digest
	Ranking    string            `json:"ranking"`   // digest
	Model      string            `json:"model"`     // digest of the scoring model
	RulePack   string            `json:"rule_pack"` // digest of all programme files
	AsOf       civil.Date        `json:"as_of"`
	Scope      string            `json:"scope"`
	Programmes []ProgrammeResult `json:"programmes"` // in the order of deciding
}

// Digest returns the hex SHA-256 of the content.
func (c Content) Digest() string { return snapshot.Digest("determination", c) }

// engine carries one computation.
type engine struct {
	Input
	plan    *plan
	reader  reader
	stretch int
	workers int
	emit    func(name string, w *snapshot.FileWriter) (snapshot.Sum, error)
	report  run.Progress

	ranks   []func() (*targeting.Ranks, error) // by part
	sheets  [][]*sheet                         // by programme and part; nil once written
	states  []map[int]receiving                // by programme, then part; of programmes that exclude
	results []ProgrammeResult
	mu      sync.Mutex // guards results
}

// compute decides every programme for every subject and hands each outcome
// file to emit. The result depends on the input alone: not on the reader, the
// stretch or the workers.
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
	c := Content{Format: Format, Snapshot: in.Snapshot.Digest, Ranking: in.Ranking.Digest, Model: in.Ranking.ModelDigest,
		RulePack: rulePack(in.Programmes), AsOf: in.AsOf, Scope: in.Snapshot.Scope, Programmes: e.results}
	return c, nil
}

// rulePack names all the programme files together.
func rulePack(all []*programme.Programme) string {
	digests := make([]string, len(all))
	for i, p := range all {
		digests[i] = p.Code + " " + p.Version() + " " + hex.EncodeToString(p.Digest[:])
	}
	return snapshot.Digest("rule pack", digests)
}

func (e *engine) prepare() {
	for i := range e.Snapshot.Parts {
		e.ranks = append(e.ranks, sync.OnceValues(func() (*targeting.Ranks, error) { return e.Ranking.Ranks(i) }))
	}
	total := int64(0)
	for _, p := range e.plan.all {
		e.results = append(e.results, ProgrammeResult{Code: p.Code, Version: p.Version(), File: p.File,
			Digest: hex.EncodeToString(p.Digest[:]), Persons: p.Subject.EachMember(), Parts: make([]Part, len(e.Snapshot.Parts))})
		e.sheets = append(e.sheets, make([]*sheet, len(e.Snapshot.Parts)))
		e.states = append(e.states, map[int]receiving{})
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
	left := make([]atomic.Int64, len(e.Snapshot.Parts))
	for i, part := range e.Snapshot.Parts {
		stretches := (part.Families + e.stretch - 1) / e.stretch
		left[i].Store(int64(stretches))
		for _, k := range programmes {
			n := part.Families
			if e.plan.all[k].Subject.EachMember() {
				n = part.Members
			}
			s := &sheet{outcomes: make([]Outcome, n), answers: make([]Answers, n),
				amounts: make([]*programme.Amounts, stretches), starts: make([]int, stretches), candidates: make([][]candidate, stretches)}
			e.sheets[k][i] = s
			if e.plan.excluded[e.plan.all[k].Code] {
				e.states[k][i] = make(receiving, part.Families)
			}
		}
	}
	err := e.Snapshot.Each(ctx, e.workers, e.stretch, e.plan.columns(programmes).WithIDs(), func(part int, f *snapshot.Families) error {
		if err := e.stretchOf(part, f, programmes); err != nil {
			return err
		}
		if left[part].Add(-1) > 0 {
			return nil
		}
		for _, k := range programmes { // the partition is done: let go of what needs no quota
			if e.plan.quota(e.plan.all[k]) == nil {
				if err := e.finish(k, part); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.quotas(programmes)
}

// stretchOf decides the programmes of a pass for one stretch of families.
func (e *engine) stretchOf(part int, f *snapshot.Families, programmes []int) error {
	ranks, err := e.ranks[part]()
	if err != nil {
		return err
	}
	ranks.Fill(f)
	others := map[string]receiving{}
	for k, p := range e.plan.all {
		if state := e.states[k][part]; state != nil {
			others[p.Code] = state[f.First : f.First+f.Families.Rows]
		}
	}
	for _, k := range programmes {
		p, s, row := e.plan.all[k], e.sheets[k][part], f.First
		if p.Subject.EachMember() {
			row = f.FirstMember
		}
		q := e.plan.quota(p)
		d := decide(e.reader, p, &f.Batch, others, q != nil)
		if state, ok := others[p.Code]; ok && q == nil {
			copy(state, familiesReceiving(p, &f.Batch, d.outcomes))
		}
		at := f.First / e.stretch
		s.put(at, row, d)
		if q != nil {
			s.candidates[at] = candidates(p, q, part, row, f, d)
		}
		e.tell(d.outcomes)
	}
	return nil
}

func (e *engine) tell(outcomes []Outcome) {
	var counts Counts
	for _, o := range outcomes {
		counts.Add(o, 1)
	}
	for _, o := range Outcomes {
		if n := counts.Of(o); n > 0 {
			e.report.Add(o.String(), n)
		}
	}
}

// quotas shares out the quotas of a pass and lets go of its sheets.
func (e *engine) quotas(programmes []int) error {
	for _, k := range programmes {
		p := e.plan.all[k]
		q := e.plan.quota(p)
		if q == nil {
			continue
		}
		e.results[k].Quota = share(q, p.Priority, e.sheets[k])
		for part := range e.Snapshot.Parts {
			if state := e.states[k][part]; state != nil {
				if err := e.stateOf(k, part, state); err != nil {
					return err
				}
			}
			if err := e.finish(k, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// stateOf works out who receives a programme once its quota is shared out.
func (e *engine) stateOf(k, part int, state receiving) error {
	p, err := e.Snapshot.PartitionOf(e.Snapshot.Parts[part], snapshot.Only())
	if err != nil {
		return err
	}
	f, err := p.Read(0, p.Families, snapshot.Only())
	if err != nil {
		return err
	}
	copy(state, familiesReceiving(e.plan.all[k], &f.Batch, e.sheets[k][part].outcomes))
	return nil
}

// finish counts and emits one outcome file, and forgets its sheet.
func (e *engine) finish(k, part int) error {
	s := e.sheets[k][part]
	e.sheets[k][part] = nil
	counts, err := s.count()
	if err != nil {
		return err
	}
	area := e.Snapshot.Parts[part].Area
	out := Part{Area: area, File: area + "." + e.plan.all[k].Code + ".columns"}
	if out.Sum, err = e.emit(out.File, s.file()); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	r := &e.results[k]
	r.Parts[part] = out
	return r.Counts.merge(counts)
}

// merge adds the counts of o.
func (c *Counts) merge(o Counts) error {
	for _, outcome := range Outcomes {
		c.Add(outcome, o.Of(outcome))
	}
	sum, ok := c.Annual.Add(o.Annual)
	if !ok {
		return errTooMuch
	}
	c.Annual = sum
	return nil
}

var errTooMuch = fault.Invalid("determination.too_much")

// count counts the sheet's outcomes and adds up what the entitled are given.
func (s *sheet) count() (Counts, error) {
	var c Counts
	for _, o := range s.outcomes {
		c.Add(o, 1)
	}
	for i, amounts := range s.amounts {
		for k := range len(amounts.Offsets) - 1 {
			if s.outcomes[s.starts[i]+k] != Entitled {
				continue
			}
			sum, ok := amounts.At(k).Annual()
			if c.Annual, ok = addIf(c.Annual, sum, ok); !ok {
				return c, errTooMuch
			}
		}
	}
	return c, nil
}

func addIf(a, b money.Rupiah, ok bool) (money.Rupiah, bool) {
	sum, fits := a.Add(b)
	return sum, ok && fits
}
