package deliverytest

import (
	"testing"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/money"
	"gotong/internal/run"
)

// drop has two people drop a line of a draft.
func (w *World) drop(t tb, l *delivery.PayList, line delivery.Instruction) {
	t.Helper()
	if line.Status == delivery.Planned {
		must[*delivery.PayList](t)(w.Hold(As("tari"), l.ID, []int64{line.LineNo}, "uji"))
	}
	all, _, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{ListID: l.ID, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.LineNo == line.LineNo {
			w.resolve(t, e.ID, delivery.Drop)
			return
		}
	}
	t.Fatalf("line %d of %s is in no queue", line.LineNo, l.Number)
}

// without is what family 0 gets where nothing is kept back or paid back.
var without = map[string]money.Rupiah{"elderly": 600_000, "sma": 500_000}

// with is that, and some back pay.
func with(back money.Rupiah) map[string]money.Rupiah {
	return map[string]money.Rupiah{"elderly": 600_000, "sma": 500_000, "sma:susulan": back}
}

// TestBackPayOutlivesALineThatIsDropped drops the line that pays back, again
// and again: the next list pays it back, once.
func TestBackPayOutlivesALineThatIsDropped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 2, Seed: 1})
		w.allot(t, "pkh", 40_000_000)
		w.duty(0, 1, 10)
		w.list(t, 1)
		w.Town.Duties[0].Waived = true
		for no := 2; no <= 3; no++ {
			l := w.list(t, no)
			line, got := w.lineOf(t, l, 0)
			parts(t, got, with(50_000))
			w.drop(t, l, line)
			w.proved(t)

			// Its own instalment is decided, and stays so; the back pay is owed at once.
			again := w.list(t, no)
			_, got = w.lineOf(t, again, 0)
			parts(t, got, map[string]money.Rupiah{"sma:susulan": 50_000})
			must[*delivery.PayList](t)(w.Discard(As("tari"), again.ID, "uji"))
		}
		_, got := w.lineOf(t, w.list(t, 4), 0)
		parts(t, got, with(50_000))
		if _, err := w.MakePayList(As("tono"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: 3}}, run.Silent{}); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("paid back twice: %v", err)
		}
		w.proved(t)
	})
}

// TestTwoPeopleDecideThatBackPayIsNotOwed drops a line that is nothing but back
// pay: what is dropped is the back pay, and no list brings it back.
func TestTwoPeopleDecideThatBackPayIsNotOwed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 2, Seed: 1})
		w.allot(t, "pkh", 40_000_000)
		w.duty(0, 1, 10)
		first := w.list(t, 1)
		w.Town.Duties[0].Waived = true
		again := w.list(t, 1)
		line, got := w.lineOf(t, again, 0)
		parts(t, got, map[string]money.Rupiah{"sma:susulan": 50_000})
		w.drop(t, again, line)
		w.proved(t)
		_, got = w.lineOf(t, w.list(t, 2), 0)
		parts(t, got, without)
		if line, _ := w.lineOf(t, first, 0); len(line.Adjusted) != 1 {
			t.Errorf("%+v", line.Adjusted)
		}
		w.proved(t)
	})
}

// TestWhatIsKeptBackOfADroppedLineIsPaidBack drops a line of which a duty left
// nothing, as people do who clear a queue; the family is heard afterwards.
func TestWhatIsKeptBackOfADroppedLineIsPaidBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 2, Seed: 1})
		w.allot(t, "pkh", 40_000_000)
		f := w.Town.Families[1]
		w.Town.Duties = []delivery.Consequence{{Ref: TownID(7, 1), FamilyID: f.ID, Area: f.Area, Beneficiary: f.Payee, Component: "elderly", Version: "2025-01",
			From: delivery.Period{Year: 2026, No: 1}, Percent: 100}}
		l := w.list(t, 1)
		line, _ := w.lineOf(t, l, 1)
		w.drop(t, l, line)
		w.Town.Duties[0].Waived = true
		_, got := w.lineOf(t, w.list(t, 2), 1)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "elderly:susulan": 600_000})
		w.proved(t)
	})
}

// TestBackPayThatCameBackIsOwed remits a line that pays back: the next list
// pays it back, unless the bank has said meanwhile that it credited it.
func TestBackPayThatCameBackIsOwed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 1, Seed: 1, Bank: bank.Options{Judge: func(bank.Payment) bank.Code { return bank.BlockedAccount }}})
		w.allot(t, "pkh", 40_000_000)
		w.duty(0, 1, 10)
		w.list(t, 1)
		w.Town.Duties[0].Waived = true
		var l *delivery.PayList
		for no := 2; no <= 3; no++ {
			l = w.sent(t, "pkh", delivery.Period{Year: 2026, No: no})
			_, got := w.lineOf(t, l, 0)
			parts(t, got, with(50_000))
			w.collect(t, l)
			w.resolve(t, w.only(t, delivery.Code(bank.BlockedAccount)).ID, delivery.Remit)
			w.proved(t)
		}
		fourth := w.list(t, 4)
		_, got := w.lineOf(t, fourth, 0)
		parts(t, got, with(50_000))
		must[*delivery.PayList](t)(w.Discard(As("tari"), fourth.ID, "uji"))
		w.say(t, l, 1, bank.Credited, "", 1_150_000)
		w.only(t, delivery.CreditAfterRemit)
		_, got = w.lineOf(t, w.list(t, 4), 0)
		parts(t, got, without)
		w.proved(t)
	})
}

// TestTwoInstalmentsOfOnePartArePaidBackTogether upholds two appeals about the
// same pupil before the next list.
func TestTwoInstalmentsOfOnePartArePaidBackTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 2, Seed: 1})
		w.allot(t, "pkh", 40_000_000)
		w.duty(0, 1, 10)
		w.duty(0, 2, 33).From.No = 2
		w.list(t, 1)
		w.list(t, 2)
		w.Town.Duties[0].Waived, w.Town.Duties[1].Waived = true, true
		_, got := w.lineOf(t, w.list(t, 3), 0)
		parts(t, got, with(50_000+165_000))
		w.proved(t)
	})
}

// TestBackPayDiesOnlyWithItsLine has the database refuse what nobody decided.
func TestBackPayDiesOnlyWithItsLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 1, Seed: 1})
		w.allot(t, "pkh", 40_000_000)
		w.duty(0, 1, 10)
		w.list(t, 1)
		w.Town.Duties[0].Waived = true
		w.list(t, 2)
		refuses(t, d, map[string][]string{
			"a living line's back pay":   {"UPDATE instruction_part SET live = 0 WHERE component LIKE '%:susulan' AND list_id IN (SELECT id FROM pay_list l WHERE {scope l.area})"},
			"a living line's adjustment": {"UPDATE instruction_adjustment SET live = 0 WHERE kind = 'repaid' AND list_id IN (SELECT id FROM pay_list l WHERE {scope l.area})"},
		})
	})
}
