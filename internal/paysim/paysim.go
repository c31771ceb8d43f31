// Package paysim simulates the whole pay cycle: it drives the real delivery
// service, ledger, audit log and database through whatever people, the bank,
// the post office, the disk and death of the process may do, all by a seed,
// and holds the books against what the simulated bank really credited.
//
// A simulation is a row of episodes, each a small town with its own year of
// payments. An episode is one goroutine with one clock and one source of
// chance, so that the same seed takes the same steps; two people who race are
// two acts of which one happens between two steps of the other. After every
// step the books are proved anew; an oracle that knows only the town and the
// bank's own count says what was paid twice, lost, sent again blindly, or paid
// to somebody who must not be paid.
package paysim

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"gotong/internal/fault"
	"gotong/internal/run"
)

// Options say what is simulated.
type Options struct {
	Seed     uint64
	Payments int64  // end after the episode that brings this many payments to the bank
	Faults   string // none, default or heavy
	Episode  int    // run this one alone, from 1; 0 runs as many as Payments asks
	Folder   string // where the episodes keep their data; "" is a temporary folder
	Trace    func(line string)
	Progress run.Progress

	plant   *bug // a defect, planted by the tests
	dutiful bool // no duty is missed: for what was found before there were any
}

// Result is what a simulation found. All of what follows Payments must be 0.
type Result struct {
	Seed     uint64 `json:"seed"`
	Faults   string `json:"faults"`
	Episodes int    `json:"episodes"`
	Steps    int64  `json:"steps"`
	Crashes  int64  `json:"crashes"`
	Disk     int64  `json:"disk_failures"`
	Proofs   int64  `json:"proofs"`
	Payments int64  `json:"payments"` // that reached the bank
	Returned int64  `json:"returned"`
	Held     int64  `json:"held"`
	Waiting  int64  `json:"waiting"` // the bank has never said what became of them

	Findings []Finding `json:"findings,omitempty"`
	// Again is the command that takes the same steps to the first finding.
	Again string `json:"again,omitempty"`

	Paid           int64  `json:"paid"`
	Doubles        int64  `json:"doubles"`
	Lost           int64  `json:"lost"`
	ResentUnknown  int64  `json:"resent_unknown"`
	IneligiblePaid int64  `json:"ineligible_paid"`
	Unexplained    int64  `json:"unexplained"`
	TraceDigest    string `json:"trace_digest"`
}

// Clean reports whether nothing was found.
func (r *Result) Clean() bool {
	return r.Doubles+r.Lost+r.ResentUnknown+r.IneligiblePaid+r.Unexplained == 0
}

// Finding is one thing that must not be.
type Finding struct {
	Kind    Kind   `json:"kind"`
	Episode int    `json:"episode"`
	Step    int    `json:"step"`
	What    string `json:"what"`
}

// Kind is how a finding is counted.
type Kind string

// The kinds.
const (
	Double        Kind = "double"          // somebody was paid twice for the same
	Lost          Kind = "lost"            // money moved, and the books do not know; or a step that was acknowledged is gone
	ResentUnknown Kind = "resent_unknown"  // handed over again though nobody knew what became of the first
	Ineligible    Kind = "ineligible_paid" // paid to somebody who must not be paid
	Unexplained   Kind = "unexplained"     // anything else that does not fit
)

func (r *Result) count(k Kind) *int64 {
	switch k {
	case Double:
		return &r.Doubles
	case Lost:
		return &r.Lost
	case ResentUnknown:
		return &r.ResentUnknown
	case Ineligible:
		return &r.IneligiblePaid
	default:
		return &r.Unexplained
	}
}

// Run simulates. What it finds stands in the result; an error says that the
// simulation itself could not go on.
func Run(ctx context.Context, o Options) (*Result, error) {
	f, ok := faults[o.Faults]
	if !ok {
		return nil, fault.Invalid("cli.simulate.faults", "value", o.Faults)
	}
	if o.dutiful {
		f.Duty = 0
	}
	if o.Payments < 1 {
		return nil, fault.Invalid("cli.simulate.payments")
	}
	if o.Progress == nil {
		o.Progress = run.Silent{}
	}
	folder, err := os.MkdirTemp(o.Folder, "gotong-simulation-*")
	if err != nil {
		return nil, fmt.Errorf("paysim: %w", err)
	}
	defer os.RemoveAll(folder)
	s := &simulation{Options: o, faults: f, folder: folder, result: &Result{Seed: o.Seed, Faults: o.Faults}}
	if err := s.template(ctx); err != nil {
		return nil, fmt.Errorf("paysim: preparing: %w", err)
	}
	o.Progress.Stage("simulate", o.Payments)
	if err := s.episodes(ctx); err != nil {
		return nil, fmt.Errorf("paysim: %w", err)
	}
	return s.result, nil
}

// simulation is a run of episodes.
type simulation struct {
	Options
	faults Faults
	folder string
	result *Result
}

// episodes runs episodes side by side, and takes their results in order: what
// comes out does not depend on how many ran at once.
func (s *simulation) episodes(ctx context.Context) error {
	trace := sha256.New()
	first, wave := 1, runtime.GOMAXPROCS(0)
	if s.Episode > 0 {
		first, wave = s.Episode, 1
	}
	for ; ; first += wave {
		ended := make([]*Result, wave)
		failed := make([]error, wave)
		var group sync.WaitGroup
		for i := range wave {
			group.Go(func() { ended[i], failed[i] = s.episode(ctx, first+i) })
		}
		group.Wait()
		for i, r := range ended {
			if failed[i] != nil {
				return fmt.Errorf("episode %d: %w", first+i, failed[i])
			}
			fmt.Fprintln(trace, r.TraceDigest)
			s.result.add(r)
			s.result.TraceDigest = hex.EncodeToString(trace.Sum(nil))
			s.Progress.Add("", r.Payments)
			if !s.result.Clean() {
				f := s.result.Findings[0]
				s.result.Again = fmt.Sprintf("gotong simulate pay --seed %d --payments %d --faults %s --episode %d --trace", s.Seed, s.Options.Payments, s.Faults(), f.Episode)
				return nil
			}
			if s.Episode > 0 || s.result.Payments >= s.Options.Payments {
				return nil
			}
		}
	}
}

// Faults returns the name of the faults that are simulated.
func (s *simulation) Faults() string { return s.Options.Faults }

// add adds an episode's result.
func (r *Result) add(e *Result) {
	r.Episodes++
	for _, c := range []struct{ to, from *int64 }{{&r.Steps, &e.Steps}, {&r.Crashes, &e.Crashes}, {&r.Disk, &e.Disk}, {&r.Proofs, &e.Proofs},
		{&r.Payments, &e.Payments}, {&r.Returned, &e.Returned}, {&r.Held, &e.Held}, {&r.Waiting, &e.Waiting}, {&r.Paid, &e.Paid},
		{&r.Doubles, &e.Doubles}, {&r.Lost, &e.Lost}, {&r.ResentUnknown, &e.ResentUnknown}, {&r.IneligiblePaid, &e.IneligiblePaid},
		{&r.Unexplained, &e.Unexplained}} {
		*c.to += *c.from
	}
	r.Findings = append(r.Findings, e.Findings...)
}

// data returns the folder of an episode.
func (s *simulation) data(episode int) string { return filepath.Join(s.folder, fmt.Sprint(episode)) }
