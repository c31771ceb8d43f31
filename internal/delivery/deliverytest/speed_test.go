package deliverytest

import (
	"os"
	"strconv"
	"testing"
	"time"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
)

// TestSpeed carries GOTONG_SPEED lines from entitlement to reconciliation and
// prints how long each step took; without it, a few, as a smoke test.
func TestSpeed(t *testing.T) {
	oneAtATime(t)
	n, _ := strconv.Atoi(os.Getenv("GOTONG_SPEED"))
	if n == 0 {
		n = 500
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: n, Seed: 1, Bank: bank.Options{Rates: rates, Later: time.Hour}})
		w.allot(t, "pkh", 100_000_000_000_000)
		begin := time.Now()
		last := begin
		lap := func(step string) {
			t.Logf("%-10s %6.2f s", step, time.Since(last).Seconds())
			last = time.Now()
		}
		l := w.make(t, "pkh", january)
		lap("make")
		must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
		lap("check")
		r := must[*delivery.Review](t)(w.Review(As("rudi"), l.ID))
		lap("review")
		must[*delivery.PayList](t)(w.Release(As("rudi"), l.ID, delivery.Confirmation(r.Pay)))
		lap("release")
		must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
		lap("cut")
		must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
		lap("send")
		w.collect(t, l)
		lap("reconcile")
		total := time.Since(begin)
		w.sound(t)
		lap("prove")
		t.Logf("%d lines in %.2f s: %.0f lines/s", n, total.Seconds(), float64(n)/total.Seconds())
	})
}
