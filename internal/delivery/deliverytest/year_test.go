package deliverytest

import (
	"testing"

	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/ledger"
	"gotong/internal/money"
)

// TestAYearPaysTheYearsAmount pays six instalments of an amount that six does
// not divide: nobody loses the remainder.
func TestAYearPaysTheYearsAmount(t *testing.T) {
	w := New(t, dbtest.SQLite(t), Options{Families: 3, Seed: 1})
	for i := range w.Town.Families {
		w.Town.Families[i].Annual = money.Rupiah(2_000_000 + i)
	}
	w.allot(t, "pkh", 100_000_000)
	for no := 1; no <= 4; no++ {
		l := w.sent(t, "pkh", delivery.Period{Year: 2026, No: no})
		w.collect(t, l)
	}
	want := money.Rupiah(3*2_400_000 + 2_000_000 + 2_000_001 + 2_000_002)
	if got := must[[]delivery.FundState](t)(w.Budget(As("tari")))[0].Stages[ledger.Credited]; got != want {
		t.Errorf("the year paid %s, it should have been %s", got, want)
	}
	w.sound(t)
}
