package delivery

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/bank"
	"gotong/internal/money"
)

// TestStatesAreWhatWasAdded packs lines of a list and takes them out again.
func TestStatesAreWhatWasAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []LineState
		for range rapid.IntRange(0, 20).Draw(t, "lines") {
			lines = append(lines, LineState{Amount: money.Rupiah(rapid.Int64Range(0, 9).Draw(t, "amount")), Short: money.Rupiah(rapid.Int64Range(0, 2).Draw(t, "short")),
				Status: rapid.SampledFrom(Statuses).Draw(t, "status")})
		}
		s := statesOf(lines...)
		if s.Len() != int64(len(lines)) {
			t.Fatalf("%d lines of %d", s.Len(), len(lines))
		}
		for i, want := range lines {
			if diff := cmp.Diff(want, s.Of(int64(i)+1)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestPending says of each status what it means that the channel still waits.
func TestPending(t *testing.T) {
	said := map[Status]Code{OnTheWay: NotYet, Credited: NotYet, Taken: NotYet, Unclaimed: NotYet, ReturnedIt: NotYet, Reissued: NotYet, Remitted: NotYet,
		Planned: NeverSent, Held: NeverSent, LetGo: NeverSent, Cancelled: NeverSent, Dropped: NeverSent}
	for _, status := range Statuses {
		want := Explained
		if said[status] == NeverSent {
			want = Queued
		}
		if v, reason, to := judge(LineState{Amount: 5, Status: status}, bank.Result{Status: bank.Pending, Amount: 5}); v != want || reason != said[status] || to != "" {
			t.Errorf("%s: %s %s %s", status, v, reason, to)
		}
	}
	for name, c := range map[string]struct {
		line LineState
		row  bank.Result
		want Code
	}{
		"for a reason":               {LineState{Amount: 5, Status: OnTheWay}, bank.Result{Amount: 5, Code: bank.Deceased}, Contradiction},
		"of another amount":          {LineState{Amount: 5, Status: OnTheWay}, bank.Result{Amount: 4}, AmountDiffers},
		"of what is left":            {LineState{Amount: 5, Short: 1, Status: OnTheWay}, bank.Result{Amount: 4}, NotYet},
		"of the whole of what is":    {LineState{Amount: 5, Short: 1, Status: OnTheWay}, bank.Result{Amount: 5}, NotYet},
		"of neither":                 {LineState{Amount: 5, Short: 1, Status: OnTheWay}, bank.Result{Amount: 3}, AmountDiffers},
		"of nothing, nothing is due": {LineState{Status: OnTheWay}, bank.Result{}, NotYet},
	} {
		c.row.Status = bank.Pending
		if _, reason, _ := judge(c.line, c.row); reason != c.want {
			t.Errorf("%s: %s, want %s", name, reason, c.want)
		}
	}
}

// TestUsedTooEarly queues what was used of money that is not there.
func TestUsedTooEarly(t *testing.T) {
	for _, status := range []Status{OnTheWay, ReturnedIt, Reissued, Remitted} {
		if v, reason, _ := judge(LineState{Amount: 5, Status: status}, bank.Result{Status: bank.Used, Amount: 5}); v != Queued || reason != EarlyUse {
			t.Errorf("%s: %s %s", status, v, reason)
		}
	}
}

// TestDisputesOfALongList disputes every seventh line of a list, the last one
// too, and no other.
func TestDisputesOfALongList(t *testing.T) {
	for _, n := range []int64{1, 63, 64, 65, 128, 700} {
		var lines []LineState
		var rows []bank.Result
		for i := range n {
			lines = append(lines, LineState{Amount: 5, Status: OnTheWay})
			rows = append(rows, bank.Result{Reference: Reference("B", i+1), Status: bank.Credited, Amount: 5})
		}
		for i := n; i > 0; i -= 7 {
			rows = append(rows, bank.Result{Reference: Reference("B", i), Status: bank.Returned, Code: bank.Deceased, Amount: 5})
		}
		for _, f := range matched("B", lines, rows) {
			disputed := (n-f.LineNo)%7 == 0
			if disputed != (f.Reason == Contradiction) || !disputed && f.Verdict != Matched {
				t.Fatalf("of %d lines: %+v", n, f)
			}
		}
	}
}

// TestDoubled queues the lines that another proof contradicts.
func TestDoubled(t *testing.T) {
	said := NewSaid()
	for i := range int64(3) {
		if err := said.Add(bank.Result{Reference: Reference("B", i+1), Status: bank.Credited, Amount: 5}); err != nil {
			t.Fatal(err)
		}
	}
	m := Match("B", statesOf(LineState{Amount: 5, Status: OnTheWay}, LineState{Amount: 5, Status: OnTheWay}, LineState{Amount: 5, Status: OnTheWay}), said)
	m.doubled = map[int]bool{1: true}
	var got []string
	for f := range m.All() {
		got = append(got, fmt.Sprint(f.Verdict, " ", f.Reason, " ", f.To))
	}
	if diff := cmp.Diff([]string{"matched  credited", "queued double_proof ", "matched  credited"}, got); diff != "" {
		t.Error(diff)
	}
	n := 0
	for range m.All() {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d lines were gone through", n)
	}
}

// TestReferencesThatAreNone reads no line out of what Reference never wrote.
func TestReferencesThatAreNone(t *testing.T) {
	for reference, want := range map[string]int32{"B-000001": 1, "B-999999": 999_999, "B-1000000": 1_000_000, "B-2147483647": 1<<31 - 1, "B-C-000007": 7,
		"": 0, "-000001": 0, "B": 0, "B-": 0, "B-00001": 0, "B-0000001": 0, "B-000000": 0, "B-2147483648": 0, "B-+00001": 0, "B-00000x": 0} {
		if _, n, ok := cutReference(reference); ok != (want > 0) || ok && n != want {
			t.Errorf("%q is read as %d, %v", reference, n, ok)
		}
	}
	number, _, _ := cutReference("A-B-000001")
	if number != "A-B" {
		t.Errorf("%q", number)
	}
}

// statesOf returns how these lines stand.
func statesOf(lines ...LineState) *States {
	var s States
	for _, l := range lines {
		s.Add(l)
	}
	return &s
}
