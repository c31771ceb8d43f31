package deliverytest

import (
	"testing"

	"gotong/internal/bank"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// moments are when a fact may change, from before a list is made to after its
// file was cut.
const moments = 5

// facts are the ways in which somebody must not be paid any more.
var facts = []func(t *testing.T, w *World, f Family){
	func(_ *testing.T, w *World, f Family) { w.Town.Blocks[f.Payee] = delivery.Dead },
	func(_ *testing.T, w *World, f Family) { w.Town.Blocks[f.ID] = delivery.Exited },
	func(_ *testing.T, w *World, f Family) { w.Town.Blocks[f.ID] = delivery.Moved },
	func(_ *testing.T, w *World, f Family) { w.Town.Blocks[f.ID] = delivery.Duplicate },
	func(_ *testing.T, w *World, f Family) { w.Town.Blocks[f.ID] = delivery.Dormant },
	func(t *testing.T, w *World, f Family) {
		must[*delivery.Hold](t)(w.PlaceHold(As("tari"), delivery.Hold{FamilyID: f.ID, Reason: "laporan warga"}))
	},
}

// TestNobodyIsPaidWhoMustNotBe changes the facts of every other family, each
// in one way at one moment of a list's life, and then withdraws the
// determination of a whole list whose file is cut. The bank credits all
// others once, and none of these.
func TestNobodyIsPaidWhoMustNotBe(t *testing.T) {
	oneAtATime(t)
	families := soak(600, 100_000)
	w := New(t, dbtest.SQLite(t), Options{Families: families, Seed: 1})
	w.allot(t, "sembako", 1_000_000_000_000)
	changed := map[ident.ID]bool{}
	moment := func(now int) {
		for n, f := range w.Town.Families {
			if n%2 == 0 && n/2%moments == now {
				facts[n/2/moments%len(facts)](t, w, f)
				changed[f.ID] = true
			}
		}
	}
	moment(0)
	l := w.make(t, "sembako", january)
	moment(1)
	must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
	moment(2)
	r := must[*delivery.Review](t)(w.Review(As("rudi"), l.ID))
	must[*delivery.PayList](t)(w.Release(As("rudi"), l.ID, delivery.Confirmation(r.Pay)))
	moment(3)
	must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
	moment(4)
	must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))

	next := delivery.Period{Year: 2026, No: 2}
	whole := w.released(t, "sembako", next)
	cut := must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), whole.ID))
	w.Town.Withdrawn = true
	if _, err := w.Send(As("tari"), whole.ID); keyOf(err) != "delivery.not_in_force" {
		t.Errorf("a withdrawn determination is paid: %v", err)
	}
	w.Town.Withdrawn = false
	w.collect(t, l)

	credits := map[string]int{}
	for _, b := range must[[]bank.Tally](t)(w.Bank.Tallies()) {
		credits[b.Reference] += b.Credits
	}
	paid, wrong, forgotten := 0, 0, 0
	for after := int64(0); after < l.Lines; {
		page := must[[]delivery.Instruction](t)(w.Lines(As("tari"), l.ID, delivery.LineFilter{After: after, Limit: 500}))
		for _, i := range page {
			n := credits[delivery.Reference(l.Number, i.LineNo)]
			delete(credits, delivery.Reference(l.Number, i.LineNo))
			paid += n
			switch {
			case changed[i.FamilyID] && n > 0:
				wrong++
			case !changed[i.FamilyID] && n != 1:
				forgotten++
			}
			after = i.LineNo
		}
	}
	wrong += len(credits) // of the withdrawn list, or of no list at all
	t.Logf("%d must not be paid, %d of them were; of %d others %d were not paid once", int64(len(changed))+cut.Lines, wrong, families-len(changed), forgotten)
	if wrong > 0 || forgotten > 0 || paid != families-len(changed) || len(changed) != families/2 || cut.Lines != int64(families-len(changed)) {
		t.Errorf("%d were paid of %d families, %d of which must not be; %d stood in the withdrawn file", paid, families, len(changed), cut.Lines)
	}
	w.sound(t)
	if _, err := w.MakePayList(As("tari"), delivery.Order{Programme: "sembako", Period: january}, run.Silent{}); keyOf(err) != "delivery.nothing_to_pay" {
		t.Errorf("another list for the same: %v", err)
	}
}
