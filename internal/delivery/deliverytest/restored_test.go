package deliverytest

import (
	"context"
	"testing"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
)

// wentOut is what people have said after the database went back to a copy.
type wentOut struct {
	gone []string
	err  error
}

func (w *wentOut) Gone(context.Context, string) ([]string, error) { return w.gone, w.err }

// TestAfterGoingBackNothingIsPaidTwice lets the bank have a file that this
// database stands before: nothing is released, cut or sent until people have
// said what went out, and that file is never sent again.
func TestAfterGoingBackNothingIsPaidTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 5, Seed: 1, Bank: bank.Options{Forgetful: true}})
		w.allot(t, "pkh", 1_000_000_000)
		paid, uncut := w.released(t, "pkh", january), w.released(t, "pkh", delivery.Period{Year: 2026, No: 2})
		must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), paid.ID))
		_, file, err := w.BankFile(As("tari"), paid.ID)
		if err != nil {
			t.Fatal(err)
		}
		must[bank.Ack](t)(w.Bank.Submit(t.Context(), file)) // and the copy knows nothing of it
		checked := w.make(t, "pkh", delivery.Period{Year: 2026, No: 3})
		checked = must[*delivery.PayList](t)(w.Check(As("citra"), checked.ID, checked.Digest))
		said := &wentOut{err: fault.Conflict("backup.barred")}
		w.Service.Restored = said
		r := must[*delivery.Review](t)(w.Review(As("rudi"), checked.ID))
		release := func() error {
			_, err := w.Release(As("rudi"), checked.ID, delivery.Confirmation(r.Pay))
			return err
		}
		send := func(l *delivery.PayList) error {
			_, err := w.Send(As("tari"), l.ID)
			return err
		}
		cut := func(l *delivery.PayList) error {
			_, err := w.ExportBankFile(As("tari"), l.ID)
			return err
		}
		for name, err := range map[string]error{"release": release(), "cut": cut(uncut), "send": send(paid)} {
			if keyOf(err) != "backup.barred" {
				t.Errorf("%s before anybody said: %v", name, err)
			}
		}
		draft := w.make(t, "pkh", delivery.Period{Year: 2026, No: 4})
		for l, want := range map[*delivery.PayList]string{checked: "backup.barred", uncut: "backup.barred", paid: "backup.barred", draft: ""} {
			if why := w.overview(t, l).Barred; keyOf(why) != want {
				t.Errorf("%s says that it is barred by %v", l.Number, why)
			}
		}
		if n := must[int](t)(w.Bank.Received(paid.Number)); n != 1 {
			t.Fatalf("the bank received it %d times", n)
		}
		said.err, said.gone = nil, []string{paid.Number, uncut.Number}
		for _, l := range []*delivery.PayList{paid, uncut} {
			if err := send(l); keyOf(err) != "delivery.gone_out" && keyOf(err) != "delivery.not_cut" {
				t.Errorf("%s is sent: %v", l.Number, err)
			}
			if err := w.GoneOut(As("rudi"), l.Number); err != nil {
				t.Fatal(err)
			}
			if err := send(l); keyOf(err) != "delivery.enquire_first" {
				t.Errorf("%s is sent again: %v", l.Number, err)
			}
			w.sound(t)
		}
		w.enquire(t, paid, true)
		w.collect(t, paid)
		if o := w.overview(t, paid); o.Status != delivery.Settled || o.Sums[delivery.Credited].Lines != 5 {
			t.Errorf("%+v", o.Sums)
		}
		if n := must[int](t)(w.Bank.Received(paid.Number)); n != 1 {
			t.Errorf("the bank received it %d times", n)
		}
		if err := w.GoneOut(As("rudi"), "PKH-2026-09-01"); err != nil { // nobody knows it
			t.Error(err)
		}
		for number, want := range map[string]string{"PKH-2026-03-07": "delivery.gone_unknown", checked.Number: "delivery.gone_out"} {
			if said.gone = []string{number}; keyOf(release()) != want {
				t.Errorf("%s: %v", number, release())
			}
		}
		said.gone = []string{"BPNT-2026-03-01", paid.Number}
		if why := w.overview(t, checked).Barred; why != nil {
			t.Errorf("still barred: %v", why)
		}
		if err := release(); err != nil {
			t.Errorf("of another programme, or sent: %v", err)
		}
		w.sound(t)
	})
}
