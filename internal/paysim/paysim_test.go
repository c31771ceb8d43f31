package paysim

import (
	"context"
	"testing"

	"gotong/internal/fault"
)

// simulate runs a short simulation.
func simulate(t *testing.T, o Options) *Result {
	t.Helper()
	o.Folder = t.TempDir()
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestNothingIsFound simulates with each setting of faults: every counter is
// zero, and what should happen has happened.
func TestNothingIsFound(t *testing.T) {
	for _, faults := range FaultNames() {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			r := simulate(t, Options{Seed: 1, Payments: 60, Faults: faults})
			if !r.Clean() {
				t.Fatalf("%+v", r)
			}
			if r.Payments < 60 || r.Paid == 0 || r.Proofs < r.Steps || faults != "none" && (r.Crashes == 0 || r.Disk == 0 || r.Returned == 0) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestTheSameSeedTakesTheSameSteps runs twice, with all that goes wrong, and
// compares the digests of the traces; another seed goes another way.
func TestTheSameSeedTakesTheSameSteps(t *testing.T) {
	t.Parallel()
	digests := map[string]bool{}
	for _, seed := range []uint64{7, 7, 8} {
		digests[simulate(t, Options{Seed: seed, Payments: 20, Faults: "heavy"}).TraceDigest] = true
	}
	if len(digests) != 2 {
		t.Errorf("three runs of two seeds have %d traces", len(digests))
	}
}

// TestOptionsAreRefused holds what cannot be simulated to being told.
func TestOptionsAreRefused(t *testing.T) {
	for _, o := range []Options{{Payments: 1, Faults: "many"}, {Payments: 0, Faults: "none"}} {
		if _, err := Run(context.Background(), o); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestWhatWasFoundOnceStaysMended takes again the steps in which something was
// found once, by the program or by the simulation itself.
func TestWhatWasFoundOnceStaysMended(t *testing.T) {
	for _, c := range []struct {
		why     string
		seed    uint64
		episode int
		asked   int64
	}{
		{"the disk is full when money that was called back comes back; its file waits at the bank", 4, 37, 1500},
		{"a second check was signed, and its signer died before anybody knew", 1, 24, 1500},
		{"an heir is approved after the maker of a list died, and before it is shown again", 19, 11, 1500},
		{"a list is checked as soon as a line of it is held", 1, 22, 1500},
	} {
		t.Run(c.why, func(t *testing.T) {
			t.Parallel()
			if r := simulate(t, Options{Seed: c.seed, Payments: c.asked, Faults: "heavy", Episode: c.episode, dutiful: true}); !r.Clean() {
				t.Errorf("%+v", r.Findings)
			}
		})
	}
}
