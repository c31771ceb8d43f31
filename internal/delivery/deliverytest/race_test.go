package deliverytest

import (
	"fmt"
	"sync"
	"testing"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/run"
)

// TestRaces has several people do the same step at the same moment.
func TestRaces(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 30, Seed: 1, Bank: bank.Options{Forgetful: true}})
		w.allot(t, "sembako", 1_000_000_000)
		const times = 8
		var made sync.Map
		dbtest.Race(t, times, func(n int) error {
			l, err := w.MakePayList(As([]string{"tari", "tono"}[n%2]), delivery.Order{Programme: "sembako", Period: january}, run.Silent{})
			if err == nil {
				made.Store(l.ID, true) // whoever asks again gets the draft that stands
			}
			return err
		})
		lists, total, err := w.Lists(As("tari"), delivery.ListFilter{Limit: 100})
		if err != nil || total != 1 {
			t.Fatalf("there are %d lists: %v", total, err)
		}
		l := &lists[0].PayList
		made.Range(func(id, _ any) bool {
			if id != l.ID {
				t.Errorf("somebody was given another list")
			}
			return true
		})
		if n := dbtest.Race(t, times, func(n int) error {
			_, err := w.Check(As([]string{"citra", "candra"}[n%2]), l.ID, l.Digest)
			return err
		}); n != 1 {
			t.Fatalf("checked %d times", n)
		}
		if n := dbtest.Race(t, times, func(n int) error {
			_, err := w.Release(As([]string{"rudi", "rini"}[n%2]), l.ID, delivery.Confirmation{Lines: l.Lines, Total: l.Total})
			return err
		}); n != 1 {
			t.Fatalf("released %d times", n)
		}
		if n := dbtest.Race(t, times, func(int) error {
			_, err := w.ExportBankFile(As("tari"), l.ID)
			return err
		}); n != times {
			t.Fatalf("cutting is the same for everybody, %d of %d could", n, times)
		}
		if n := dbtest.Race(t, times, func(n int) error {
			_, err := w.Send(As([]string{"tari", "tono"}[n%2]), l.ID)
			return err
		}); n != 1 {
			t.Fatalf("sent %d times", n)
		}
		if n := must[int](t)(w.Bank.Received(l.Number)); n != 1 {
			t.Fatalf("the bank received it %d times", n)
		}
		file := w.answer(t, l)
		dbtest.Race(t, times, func(int) error {
			r := w.reconcile(t, file, false)
			if r.Matched != 30 || r.Refused != nil {
				t.Errorf("%+v", r)
			}
			return nil
		})
		if o := w.overview(t, l); o.Sums[delivery.Credited].Lines != 30 || len(o.Returns) != 1 {
			t.Errorf("%+v", o)
		}
		w.sound(t)
	})
}

// TestTwoAreasAtOnce makes lists of two areas, whose families overlap in one
// person, at the same moment: that person is paid once.
func TestTwoAreasAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 40, Seed: 1})
		// The same child stands in two families of different districts.
		w.Town.Families[2].Child = w.Town.Families[0].Child
		w.allot(t, "pkh", 1_000_000_000)
		dbtest.Race(t, 4, func(n int) error {
			order := delivery.Order{Programme: "pkh", Period: january, Area: []string{"367401", "367403"}[n%2]}
			_, err := w.MakePayList(As("tari"), order, run.Silent{})
			return err
		})
		seen := map[string]int{}
		lists, _, err := w.Lists(As("tari"), delivery.ListFilter{Limit: 100})
		if err != nil || len(lists) == 0 {
			t.Fatal(err)
		}
		for _, l := range lists {
			for _, i := range must[[]delivery.Instruction](t)(w.Lines(As("tari"), l.ID, delivery.LineFilter{Limit: 100})) {
				for _, p := range i.Parts {
					seen[p.Component+p.Beneficiary.String()]++
				}
			}
		}
		for who, n := range seen {
			if n > 1 {
				t.Errorf("%s is on %d lists", who, n)
			}
		}
		w.sound(t)
	})
}

// TestNobodyWaitsInACircle releases, cuts and settles several lists while
// allotments are recorded: all take the same locks, in the same order.
func TestNobodyWaitsInACircle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 10, Seed: 1})
		w.allot(t, "pkh", 1_000_000_000)
		w.allot(t, "sembako", 1_000_000_000)
		var lists []*delivery.PayList
		for no := range 4 {
			for _, programme := range []string{"pkh", "sembako"} {
				l := w.make(t, programme, delivery.Period{Year: 2026, No: no + 1})
				lists = append(lists, must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest)))
			}
		}
		var group sync.WaitGroup
		for i, l := range lists {
			group.Go(func() {
				for n := range 3 {
					if _, err := w.Allot(As("rudi"), 2026, l.Programme, "", 1, fmt.Sprint("DIPA-", i, "-", n)); err != nil {
						t.Error(err)
					}
				}
			})
			group.Go(func() {
				_, err := w.Release(As("rudi"), l.ID, delivery.Confirmation{Lines: l.Lines, Total: l.Total})
				if err == nil {
					_, err = w.ExportBankFile(As("tari"), l.ID)
				}
				if err == nil {
					_, err = w.Send(As("tari"), l.ID)
				}
				if err == nil {
					_, err = w.Collect(As("tono"), l.ID, run.Silent{})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, l := range lists {
			if o := w.overview(t, l); o.Status != delivery.Settled {
				t.Errorf("%s is %s", l.Number, o.Status)
			}
		}
		w.sound(t)
	})
}
