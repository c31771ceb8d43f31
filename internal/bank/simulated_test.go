package bank

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/clock"
	"gotong/internal/money"
)

func order(batch string, n int) Order {
	o := Order{Batch: batch}
	for i := range n {
		o.Payments = append(o.Payments, Payment{fmt.Sprintf("%s-%06d", batch, i+1), "BRI", fmt.Sprintf("%010d", i), "Siti", money.Rupiah(1000 + i)})
	}
	return o
}

var rates = Rates{Wrong: 10, Blocked: 20, Mismatch: 10, Dead: 5, Late: 100, Lost: 20}

func TestTheBankAnswersByItsSeed(t *testing.T) {
	ctx := context.Background()
	open := func(dir string) (*Simulated, *clock.Stepping) {
		c := clock.NewStepping(noon, 0)
		s, err := Simulate(dir, c, Options{Seed: 7, Rates: rates, First: time.Hour, Later: 48 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		return s, c
	}
	dir := t.TempDir()
	s, c := open(dir)
	o := order("B1", 2000)
	if _, err := s.Enquire(ctx, "B1"); !errors.Is(err, ErrNotReceived) {
		t.Fatalf("before it is sent: %v", err)
	}
	ack, err := s.Submit(ctx, o.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if known, err := s.Enquire(ctx, "B1"); err != nil || known != ack || ack.Lines != 2000 {
		t.Fatalf("after it is sent: %+v %v", known, err)
	}
	if files, err := s.Statements(ctx, "B1"); err != nil || len(files) != 0 {
		t.Fatalf("%d files at once, %v", len(files), err)
	}
	c.Advance(2 * time.Hour)
	first, err := s.Statements(ctx, "B1")
	if err != nil || len(first) != 1 {
		t.Fatalf("%d files, %v", len(first), err)
	}
	c.Advance(48 * time.Hour)
	both, err := s.Statements(ctx, "B1")
	if err != nil || len(both) != 2 || !bytes.Equal(both[0].File, first[0].File) {
		t.Fatalf("%d files, %v", len(both), err)
	}
	// Another bank with the same seed answers the same, byte for byte, and
	// so does this one after it has been closed.
	twin, twinClock := open(t.TempDir())
	if _, err := twin.Submit(ctx, o.Bytes()); err != nil {
		t.Fatal(err)
	}
	twinClock.Advance(100 * time.Hour)
	reopened, later := open(dir)
	later.Advance(100 * time.Hour)
	for _, s := range []*Simulated{twin, reopened} {
		files, err := s.Statements(ctx, "B1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(both, files); diff != "" {
			t.Error(diff)
		}
	}
	agree(t, s, both)
}

// agree holds the return files against what the bank really did.
func agree(t *testing.T, s *Simulated, files []Statement) {
	t.Helper()
	said := map[string]Result{}
	codes := map[Code]int{}
	for _, f := range files {
		r, err := ParseReturn(bytes.NewReader(f.File))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range r.Results {
			said[l.Reference] = l
			codes[l.Code]++
		}
	}
	tallies, err := s.Tallies()
	if err != nil {
		t.Fatal(err)
	}
	silent := 0
	for _, l := range tallies {
		r, ok := said[l.Reference]
		switch {
		case !ok:
			silent++
		case (r.Status == Credited) != (l.Credits == 1) || r.Code != l.Code || int64(r.Amount) != l.Amount:
			t.Errorf("%s: the file says %+v, the bank did %+v", l.Reference, r, l)
		}
	}
	if silent < 20 || silent > 70 || codes[BlockedAccount] < 15 || codes[WrongAccount] == 0 || codes[Deceased] == 0 || codes[NoCode] < 1700 {
		t.Errorf("of 2000: %d silent, codes %v", silent, codes)
	}
}

func TestSubmittedTwice(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		forgetful bool
		credits   int
	}{"a bank that knows its batches": {false, 1}, "a forgetful bank": {true, 2}} {
		s, err := Simulate(t.TempDir(), clock.System{}, Options{Forgetful: c.forgetful})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.Submit(ctx, order("B1", 3).Bytes()); err != nil {
				t.Fatal(err)
			}
		}
		tallies, err := s.Tallies()
		if err != nil || len(tallies) != 3 {
			t.Fatal(tallies, err)
		}
		for _, l := range tallies {
			if l.Credits != c.credits {
				t.Errorf("%s credited %d times", name, l.Credits)
			}
		}
		if n, err := s.Received("B1"); err != nil || n != 2 {
			t.Errorf("%s received it %d times, %v", name, n, err)
		}
	}
}

func TestWhatTheBankRefuses(t *testing.T) {
	ctx := context.Background()
	down := errors.New("line down")
	at := ""
	s, err := Simulate(t.TempDir(), clock.System{}, Options{
		Judge: func(p Payment) Code {
			if p.Account == "0000000001" {
				return Deceased
			}
			return NoCode
		},
		Hook: func(step string) error {
			if step == at {
				return down
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := order("B1", 3).Bytes()
	if _, err := s.Submit(ctx, b[:len(b)-10]); !errors.Is(err, ErrRefused) {
		t.Errorf("half a file: %v", err)
	}
	if _, err := s.Submit(ctx, order("../B1", 3).Bytes()); !errors.Is(err, ErrRefused) {
		t.Errorf("a batch that leaves the folder: %v", err)
	}
	at = "submit.arrived"
	if _, err := s.Submit(ctx, b); !errors.Is(err, down) {
		t.Errorf("the line is down: %v", err)
	}
	if _, err := s.Enquire(ctx, "B1"); !errors.Is(err, ErrNotReceived) {
		t.Errorf("nothing should have arrived: %v", err)
	}
	at = "submit.taken"
	if _, err := s.Submit(ctx, b); !errors.Is(err, down) || errors.Is(err, ErrRefused) {
		t.Errorf("the line is down after the bank took it: %v", err)
	}
	if ack, err := s.Enquire(ctx, "B1"); err != nil || ack.Lines != 3 {
		t.Errorf("it has arrived: %+v %v", ack, err)
	}
	at = ""
	if _, err := s.Submit(ctx, order("B1", 2).Bytes()); !errors.Is(err, ErrRefused) {
		t.Errorf("the same batch with other contents: %v", err)
	}
	tallies, err := s.Tallies()
	if err != nil || len(tallies) != 3 || tallies[1].Code != Deceased || tallies[1].Credits != 0 || tallies[0].Credits != 1 {
		t.Errorf("%+v %v", tallies, err)
	}
}
