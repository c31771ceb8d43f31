package delivery

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

func TestJudge(t *testing.T) {
	type verdict struct {
		Verdict Verdict
		Reason  Code
		To      Status
	}
	settled := func(to Status) verdict { return verdict{Matched, "", to} }
	for name, c := range map[string]struct {
		line Status
		row  bank.Result
		want verdict
	}{
		"credited":                   {OnTheWay, bank.Result{Status: bank.Credited, Amount: 5}, settled(Credited)},
		"returned":                   {OnTheWay, bank.Result{Status: bank.Returned, Code: bank.Deceased, Amount: 5}, settled(ReturnedIt)},
		"returned without a reason":  {OnTheWay, bank.Result{Status: bank.Returned, Amount: 5}, verdict{Queued, UnknownCode, ""}},
		"returned for another":       {OnTheWay, bank.Result{Status: bank.Returned, Code: "XX", Amount: 5}, verdict{Queued, UnknownCode, ""}},
		"credited for a reason":      {OnTheWay, bank.Result{Status: bank.Credited, Code: bank.Deceased, Amount: 5}, verdict{Queued, Contradiction, ""}},
		"more":                       {OnTheWay, bank.Result{Status: bank.Credited, Amount: 6}, verdict{Queued, AmountDiffers, ""}},
		"less":                       {OnTheWay, bank.Result{Status: bank.Returned, Code: bank.Deceased, Amount: 4}, verdict{Queued, AmountDiffers, ""}},
		"neither":                    {OnTheWay, bank.Result{Status: "?", Amount: 5}, verdict{Queued, UnknownStatus, ""}},
		"credited again":             {Credited, bank.Result{Status: bank.Credited, Amount: 5}, verdict{Explained, Repeated, ""}},
		"returned again":             {ReturnedIt, bank.Result{Status: bank.Returned, Code: bank.Deceased, Amount: 5}, verdict{Explained, Repeated, ""}},
		"returned after reissue":     {Reissued, bank.Result{Status: bank.Returned, Code: bank.Deceased, Amount: 5}, verdict{Explained, Repeated, ""}},
		"credited, then returned":    {Credited, bank.Result{Status: bank.Returned, Code: bank.Deceased, Amount: 5}, verdict{Queued, LateReturn, ""}},
		"returned, then credited":    {ReturnedIt, bank.Result{Status: bank.Credited, Amount: 5}, verdict{Queued, LateCredit, ""}},
		"credited after reissue":     {Reissued, bank.Result{Status: bank.Credited, Amount: 5}, verdict{Queued, CreditAfterReissue, ""}},
		"credited after a remission": {Remitted, bank.Result{Status: bank.Credited, Amount: 5}, verdict{Queued, CreditAfterRemit, ""}},
		"used":                       {Credited, bank.Result{Status: bank.Used, Amount: 5}, settled(Taken)},
		"used in part":               {Credited, bank.Result{Status: bank.Used, Amount: 4}, verdict{Explained, PartlyUsed, ""}},
		"used in excess":             {Credited, bank.Result{Status: bank.Used, Amount: 6}, verdict{Queued, AmountDiffers, ""}},
		"used before its credit":     {OnTheWay, bank.Result{Status: bank.Used, Amount: 5}, verdict{Queued, EarlyUse, ""}},
		"used again":                 {Taken, bank.Result{Status: bank.Used, Amount: 5}, verdict{Explained, Repeated, ""}},
		"used, never sent":           {Held, bank.Result{Status: bank.Used, Amount: 5}, verdict{Queued, NeverSent, ""}},
		"used for a reason":          {Credited, bank.Result{Status: bank.Used, Code: bank.Deceased, Amount: 5}, verdict{Queued, Contradiction, ""}},
		"used, then returned":        {Taken, bank.Result{Status: bank.Returned, Code: bank.Deceased, Amount: 5}, verdict{Queued, LateReturn, ""}},
		"called back":                {Unclaimed, bank.Result{Status: bank.Returned, Code: bank.Unused, Amount: 5}, settled(ReturnedIt)},
		"used after all":             {Unclaimed, bank.Result{Status: bank.Used, Amount: 5}, verdict{Queued, LateUse, ""}},
		"held":                       {Held, bank.Result{Status: bank.Credited, Amount: 5}, verdict{Queued, NeverSent, ""}},
		"released, not sent":         {LetGo, bank.Result{Status: bank.Credited, Amount: 5}, verdict{Queued, NeverSent, ""}},
		"dropped":                    {Dropped, bank.Result{Status: bank.Returned, Code: bank.Deceased, Amount: 5}, verdict{Queued, NeverSent, ""}},
	} {
		v, reason, to := judge(LineState{Amount: 5, Status: c.line}, c.row)
		if diff := cmp.Diff(c.want, verdict{v, reason, to}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestMatchJudgesEveryLineOnce holds Match to its shape, whatever comes.
func TestMatchJudgesEveryLineOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := make([]LineState, rapid.IntRange(0, 6).Draw(t, "lines"))
		for i := range lines {
			lines[i] = LineState{Amount: money.Rupiah(rapid.Int64Range(1, 2).Draw(t, "amount")), Status: rapid.SampledFrom(Statuses).Draw(t, "status")}
		}
		var rows []bank.Result
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			rows = append(rows, bank.Result{
				Reference: rapid.SampledFrom([]string{"", "B", "B-1", "B-0000001", "C-000001", Reference("B", rapid.Int64Range(0, 8).Draw(t, "line"))}).Draw(t, "reference"),
				Status:    rapid.SampledFrom([]bank.Status{bank.Credited, bank.Returned, "?"}).Draw(t, "said"),
				Code:      rapid.SampledFrom([]bank.Code{"", bank.Deceased, "ZZ"}).Draw(t, "code"),
				Amount:    money.Rupiah(rapid.Int64Range(0, 2).Draw(t, "sum")), At: time.Unix(0, 0).UTC()})
		}
		moved := map[int64]int{}
		for i, f := range matched("B", lines, rows) {
			if diff := cmp.Diff(rows[i], f.Result); diff != "" {
				t.Fatal(diff)
			}
			switch f.Verdict {
			case Matched:
				moved[f.LineNo]++
				l := lines[f.LineNo-1]
				calledBack := l.Status == Unclaimed && f.To == ReturnedIt
				if l.Status != OnTheWay && !calledBack || l.Amount != f.Amount || f.To != Credited && f.To != ReturnedIt || f.Reason != "" {
					t.Fatalf("%+v settles %+v", f, l)
				}
			case Explained, Queued:
				if f.Reason == "" || f.To != "" {
					t.Fatalf("%+v", f)
				}
			default:
				t.Fatalf("no verdict: %+v", f)
			}
		}
		for n, times := range moved {
			if times > 1 {
				t.Fatalf("line %d is settled %d times by one file", n, times)
			}
		}
	})
}

// matched are the findings of Match.
func matched(number string, lines []LineState, rows []bank.Result) []Finding {
	said := NewSaid()
	for _, r := range rows {
		if err := said.Add(r); err != nil {
			panic(err)
		}
	}
	return slices.Collect(Match(number, statesOf(lines...), said).All())
}

// TestSaidIsWhatWasAdded packs lines, odd ones too, and takes them out again.
func TestSaidIsWhatWasAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := NewSaid()
		var rows []bank.Result
		for n := range rapid.IntRange(0, 20).Draw(t, "rows") {
			r := bank.Result{Line: n + 2, Reference: rapid.SampledFrom([]string{"", "B", "B-1", "B-0000001", "B-1000001", "B-000000", "C-000001", "B-99999999999", "B-+00001",
				Reference("B", rapid.Int64Range(1, 3_000_000).Draw(t, "line"))}).Draw(t, "reference"),
				Status: bank.Status(rapid.StringN(0, 3, -1).Draw(t, "status")), Code: bank.Code(rapid.StringN(0, 3, -1).Draw(t, "code")),
				Amount: money.Rupiah(rapid.Int64().Draw(t, "amount")), At: time.UnixMilli(rapid.Int64Range(0, 1<<42).Draw(t, "at")).UTC()}
			if rapid.Bool().Draw(t, "proved") {
				r.Proof = &bank.Proof{Lat: fmt.Sprint(n)}
			}
			rows = append(rows, r)
			if err := said.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		if said.Len() != len(rows) {
			t.Fatalf("%d lines of %d", said.Len(), len(rows))
		}
		for i, want := range rows {
			if diff := cmp.Diff(want, said.At(i)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestTooManyStrangeLines refuses a file that is about something else.
func TestTooManyStrangeLines(t *testing.T) {
	said := NewSaid()
	var err error
	for n := 0; err == nil && n <= oddest; n++ {
		err = said.Add(bank.Result{Line: n + 2, Reference: "?", Status: bank.Credited})
	}
	if !fault.Is(err, fault.KindInvalid) || said.Len() != oddest {
		t.Errorf("after %d lines: %v", said.Len(), err)
	}
}

func TestReferencesAndPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 100_000_000).Draw(t, "line")
		if got, ok := ParseReference("PKH-2026-01-01", Reference("PKH-2026-01-01", n)); !ok || got != n {
			t.Fatalf("%d came back as %d", n, got)
		}
		p := Period{rapid.IntRange(2000, 2199).Draw(t, "year"), rapid.IntRange(1, 366).Draw(t, "no")}
		if got, err := ParsePeriod(p.String()); err != nil || got != p {
			t.Fatalf("%v came back as %v: %v", p, got, err)
		}
	})
	for _, s := range []string{"", "2026", "2026-1", "2026-00", "1999-01", "2026-01-01", "2026-0x", "+2026-01", "26-01"} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q is read as %v", s, p)
		}
	}
}

// TestEveryWordHasSentences looks up all words that reach a screen.
func TestEveryWordHasSentences(t *testing.T) {
	keys := []string{}
	add := func(prefix string, words ...any) {
		for _, w := range words {
			keys = append(keys, prefix+fmt.Sprint(w))
		}
	}
	for _, s := range ListStatuses {
		add("delivery.list_status.", s)
	}
	for _, s := range Statuses {
		add("delivery.status.", s)
	}
	codes := append(append([]Code{Absent}, HoldCodes...), QueueCodes...)
	for _, c := range bank.Codes {
		codes = append(codes, Code(c))
		add("bank.code.", c)
	}
	for _, c := range codes {
		add("delivery.code.", c)
		add("delivery.road.", c)
		for _, a := range c.Actions() {
			add("delivery.action.", a)
		}
	}
	add("delivery.act_done.", ActMade, ActHeld, ActUnheld, ActVoided, ActDiscarded, ActChecked, ActReleased, ActCut, ActSent, ActReceipt, ActTakenBack,
		ActSettled, ActHandover, ActReissued, ActRemitted, ActRequeued, ActDropped, ActCorrected,
		ActAccounts, ActUsed, ActUnclaimed, ActCalled, ActRecut, ActClaimed)
	add("delivery.exception_status.", Open, Proposed, Resolved, Lapsed)
	add("delivery.file_state.", FileDue, FileCut, FileHanding, FileHanded)
	add("delivery.means.", ByBank, Goods)
	for _, n := range Invariants {
		add("delivery.invariant.", n)
	}
	for _, k := range keys {
		for _, l := range i18n.Langs {
			if !i18n.Has(l, k) {
				t.Errorf("%s has no sentence in %s", k, l)
			}
		}
	}
}
