package deliverytest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/run"
)

// duty adds a consequence for the pupil of a family.
func (w *World) duty(family, n int, percent int) *delivery.Consequence {
	f := w.Town.Families[family]
	w.Town.Duties = append(w.Town.Duties, delivery.Consequence{Ref: TownID(7, n), FamilyID: f.ID, Area: f.Area, Beneficiary: f.Child, Component: "sma",
		Version: "2025-01", From: delivery.Period{Year: 2026, No: 1}, Percent: percent})
	return &w.Town.Duties[len(w.Town.Duties)-1]
}

func (w *World) list(t *testing.T, period int) *delivery.PayList {
	t.Helper()
	l, err := w.MakePayList(As("tari"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: period}}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// lineOf returns a family's line on a list, and its parts by component.
func (w *World) lineOf(t *testing.T, l *delivery.PayList, family int) (delivery.Instruction, map[string]money.Rupiah) {
	t.Helper()
	lines, err := w.OfFamily(As("tari"), "payment", w.Town.Families[family].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range lines {
		if x.ListID != l.ID {
			continue
		}
		parts := map[string]money.Rupiah{}
		for _, p := range x.Parts {
			parts[p.Component] += p.Amount
		}
		return x.Instruction, parts
	}
	return delivery.Instruction{}, nil
}

func parts(t *testing.T, got, want map[string]money.Rupiah) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("parts (-want +got):\n%s", d)
	}
}

func TestAMissedDutyKeepsBackAndAnUpheldAppealPaysBackOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 6, Seed: 1, Bank: bank.Options{}})
		w.allot(t, "pkh", 40_000_000)
		w.duty(0, 1, 10)
		w.duty(0, 2, 5) // the milder of the two does nothing
		w.duty(2, 3, 100)

		first := w.list(t, 1)
		line, got := w.lineOf(t, first, 0)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "sma": 450_000})
		if d := cmp.Diff([]money.Rupiah{50_000, 0}, []money.Rupiah{line.Adjusted[0].Amount, line.Adjusted[1].Amount}); d != "" {
			t.Error(d)
		}
		_, got = w.lineOf(t, first, 2)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000})

		// The same list made again leaves nobody to pay, not even the suspended part.
		if _, err := w.MakePayList(As("tono"), delivery.Order{Programme: "pkh", Period: first.Period}, run.Silent{}); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("a second list of the same: %v", err)
		}
		// A list that is given up carries nothing out.
		if _, err := w.Discard(As("tari"), first.ID, "salah"); err != nil {
			t.Fatal(err)
		}
		first = w.list(t, 1)
		_, got = w.lineOf(t, first, 0)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "sma": 450_000})

		w.Town.Duties[0].Waived, w.Town.Duties[2].Waived = true, true
		second := w.list(t, 2)
		_, got = w.lineOf(t, second, 0)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "sma": 500_000, "sma:susulan": 50_000})
		_, got = w.lineOf(t, second, 2)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "sma": 500_000, "sma:susulan": 500_000})
		if _, err := w.Discard(As("tari"), second.ID, "salah"); err != nil {
			t.Fatal(err)
		}
		second = w.list(t, 2)
		_, got = w.lineOf(t, second, 0)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "sma": 500_000, "sma:susulan": 50_000})
		_, got = w.lineOf(t, w.list(t, 3), 0)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "sma": 500_000})

		// What was paid back stays paid back when its own list is made anew.
		if _, err := w.Discard(As("tari"), first.ID, "salah"); err != nil {
			t.Fatal(err)
		}
		_, got = w.lineOf(t, w.list(t, 1), 0)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000, "sma": 450_000})
		w.proved(t)
	})
}

func TestNothingLeftIsHeldAndPaidBackToWhoIsNotEntitledAnyMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 2, Seed: 1})
		w.allot(t, "pkh", 40_000_000)
		f := w.Town.Families[1]
		w.Town.Duties = []delivery.Consequence{{Ref: TownID(7, 1), FamilyID: f.ID, Area: f.Area, Beneficiary: f.Payee, Component: "elderly", Version: "2025-01",
			From: delivery.Period{Year: 2026, No: 1}, Percent: 100}}
		first := w.list(t, 1)
		line, got := w.lineOf(t, first, 1)
		parts(t, got, map[string]money.Rupiah{"elderly": 600_000})
		if line.Status != delivery.Held || line.Code != delivery.Suspended {
			t.Fatalf("a line of which nothing is left is %s (%s)", line.Status, line.Code)
		}
		if _, err := w.Unhold(As("tari"), first.ID, []int64{line.LineNo}, "kasihan"); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("planned by hand: %v", err)
		}
		w.Town.Duties[0].Waived = true
		w.Town.Families = w.Town.Families[:1]
		second := w.list(t, 2)
		w.Town.Families = append(w.Town.Families, f)
		_, got = w.lineOf(t, second, 1)
		parts(t, got, map[string]money.Rupiah{"elderly:susulan": 600_000})
		w.proved(t)
	})
}

func (w *World) proved(t interface{ Fatalf(string, ...any) }) {
	p, err := w.ProveLedger(As("aulia"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	if !p.Balanced {
		t.Fatalf("the ledger does not prove: %v", p.Problems)
	}
}

// TestAnAppealNeverPaysTwice makes, gives up and makes lists again in any
// order while duties are missed and appeals upheld. Whatever lives at the end
// is exact: of every part that is on a list, what is paid, paid back and still
// kept back is the instalment, to the rupiah.
func TestAnAppealNeverPaysTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := New(t, dbtest.SQLite(t), Options{Families: 4, Seed: 1})
		w.allot(rt, "pkh", 40_000_000)
		drafts, n := map[int]*delivery.PayList{}, 0
		rt.Repeat(map[string]func(*rapid.T){
			"miss": func(rt *rapid.T) {
				n++
				c := w.duty(2*rapid.IntRange(0, 1).Draw(rt, "family"), n, rapid.SampledFrom([]int{3, 10, 33, 100}).Draw(rt, "percent"))
				c.From.No = rapid.IntRange(1, 4).Draw(rt, "from")
			},
			"hear": func(rt *rapid.T) {
				if n > 0 {
					w.Town.Duties[rapid.IntRange(0, n-1).Draw(rt, "which")].Waived = true
				}
			},
			"make": func(rt *rapid.T) {
				no := rapid.IntRange(1, 4).Draw(rt, "period")
				l, err := w.MakePayList(As("tari"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: no}}, run.Silent{})
				if err == nil {
					drafts[no] = l
				} else if !fault.Is(err, fault.KindConflict) {
					rt.Fatalf("making: %v", err)
				}
			},
			"give up": func(rt *rapid.T) {
				no := rapid.IntRange(1, 4).Draw(rt, "period")
				if l := drafts[no]; l != nil {
					if _, err := w.Discard(As("tari"), l.ID, "salah"); err != nil {
						rt.Fatalf("giving up: %v", err)
					}
					delete(drafts, no)
				}
			},
			"": func(rt *rapid.T) { w.exact(rt) },
		})
		w.proved(rt)
	})
}

// exact holds what lives of the pupils' parts against the split.
func (w *World) exact(t *rapid.T) {
	type key struct {
		who    ident.ID
		period delivery.Period
	}
	paid, back, kept := map[key]money.Rupiah{}, map[key]money.Rupiah{}, map[key]money.Rupiah{}
	on := map[key]bool{}
	for _, f := range w.Town.Families {
		lines, err := w.OfFamily(As("tari"), "payment", f.ID)
		if err != nil {
			t.Fatalf("%v", err)
		}
		for _, l := range lines {
			if l.Status == delivery.Cancelled || l.Status == delivery.Reissued {
				continue
			}
			for _, p := range l.Parts {
				k := key{p.Beneficiary, l.Period}
				switch {
				case p.Period != delivery.Period{}:
					back[key{p.Beneficiary, p.Period}] += p.Amount
				case p.Component == "sma" && l.Code != delivery.Suspended:
					paid[k] += p.Amount
					on[k] = true
				}
			}
			for _, a := range l.Adjusted {
				k := key{a.Beneficiary, a.Period}
				if a.Kind == delivery.Withheld {
					kept[k] += a.Amount
					on[k] = true
				}
			}
		}
	}
	for k := range on {
		want := money.Rupiah(2_000_000).Split(4)[k.period.No-1]
		if paid[k]+kept[k] != want || back[k] > kept[k] {
			t.Fatalf("%s: paid %d, kept back %d, paid back %d of %d", k.period, paid[k], kept[k], back[k], want)
		}
	}
}
