package deliverytest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/ledger"
	"gotong/internal/money"
	"gotong/internal/run"
)

// rates give every fate to some of a few hundred families.
var rates = bank.Rates{Wrong: 20, Blocked: 40, Mismatch: 20, Dead: 10, Late: 150, Lost: 30}

var january = delivery.Period{Year: 2026, No: 1}

// tb is what tests and rapid's checks have in common.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// must returns v or ends the test.
func must[T any](t tb) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *World) allot(t tb, programme string, amount money.Rupiah) {
	t.Helper()
	must[ledger.Entry](t)(w.Allot(As("rudi"), 2026, programme, "", amount, "DIPA-"+programme))
}

func (w *World) make(t tb, programme string, p delivery.Period) *delivery.PayList {
	t.Helper()
	return must[*delivery.PayList](t)(w.MakePayList(As("tari"), delivery.Order{Programme: programme, Period: p}, run.Silent{}))
}

// released makes, checks and releases a list.
func (w *World) released(t tb, programme string, p delivery.Period) *delivery.PayList {
	t.Helper()
	l := w.make(t, programme, p)
	l = must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
	r := must[*delivery.Review](t)(w.Review(As("rudi"), l.ID))
	return must[*delivery.PayList](t)(w.Release(As("rudi"), l.ID, delivery.Confirmation(r.Pay)))
}

// sent makes a list and carries it to the bank.
func (w *World) sent(t tb, programme string, p delivery.Period) *delivery.PayList {
	t.Helper()
	l := w.released(t, programme, p)
	must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
	must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
	return l
}

func (w *World) collect(t tb, l *delivery.PayList) []*delivery.Reconciliation {
	t.Helper()
	return must[[]*delivery.Reconciliation](t)(w.Collect(As("tari"), l.ID, run.Silent{}))
}

func (w *World) overview(t tb, l *delivery.PayList) *delivery.Overview {
	t.Helper()
	return must[*delivery.Overview](t)(w.Overview(As("tari"), l.ID))
}

// sound holds the whole world to its promises: the books prove, the audit log
// verifies, and what the books say the bank did.
func (w *World) sound(t tb) {
	t.Helper()
	proof := must[*ledger.Proof](t)(w.ProveLedger(As("tari")))
	if !proof.Balanced || len(proof.Invariants) != len(ledger.Invariants)+len(delivery.Invariants) {
		t.Fatalf("the books do not prove: %+v", proof)
	}
	report, err := w.Audit.Verify(context.Background())
	if err != nil || !report.Verified() {
		t.Fatalf("the audit log: %+v %v", report, err)
	}
	for _, l := range must[[]bank.Tally](t)(w.Bank.Tallies()) {
		if l.Credits > 1 {
			t.Fatalf("%s was credited %d times", l.Reference, l.Credits)
		}
	}
}

func TestALifeOfAList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 400, Seed: 3, Bank: bank.Options{Rates: rates, First: time.Hour, Later: 48 * time.Hour}})
		w.Town.Missing[w.Town.Families[5].ID] = delivery.NoAccount
		w.Town.Blocks[w.Town.Families[7].Payee] = delivery.Dead
		w.Town.Blocks[w.Town.Families[14].Child] = delivery.Dead
		w.allot(t, "pkh", 1_000_000_000)

		l := w.make(t, "pkh", january)
		// 400 × 600,000 and 200 × 500,000, less two lines of 600,000 and
		// one of 1,100,000 held.
		if l.Number != "PKH-2026-01-01" || l.Lines != 400 || l.Total != 337_700_000 || l.Status != delivery.Draft || l.Area != "3674" {
			t.Fatalf("%+v", l)
		}
		l = must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
		// Between check and release one more dies: a child, whose family's
		// line is held whole.
		w.Town.Blocks[w.Town.Families[10].Child] = delivery.Dead
		r := must[*delivery.Review](t)(w.Review(As("rudi"), l.ID))
		want := delivery.Sum{Lines: 396, Total: 336_600_000}
		if r.Pay != want || r.Held[delivery.Dead] != (delivery.Sum{Lines: 1, Total: 1_100_000}) || r.Have.Total != 1_000_000_000 {
			t.Fatalf("%+v", r)
		}
		must[*delivery.PayList](t)(w.Release(As("rudi"), l.ID, delivery.Confirmation(r.Pay)))
		// Another moves between release and cut: not in the file either.
		w.Town.Blocks[w.Town.Families[12].ID] = delivery.Moved
		f := must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
		if f.Lines != 395 || f.Total != 335_500_000 || f.State != delivery.FileCut {
			t.Fatalf("%+v", f)
		}
		again := must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
		if diff := cmp.Diff(f, again); diff != "" {
			t.Fatal(diff)
		}
		w.sound(t)
		f = must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
		if f.State != delivery.FileHanded || f.Receipt == "" {
			t.Fatalf("%+v", f)
		}
		if got := w.collect(t, l); len(got) != 0 {
			t.Fatalf("the bank answered at once: %+v", got)
		}
		w.settle(t, l, f)
		w.sound(t)
		w.budget(t)
	})
}

// settle collects both return files and compares the lines with what the
// bank really did.
func (w *World) settle(t *testing.T, l *delivery.PayList, f *delivery.PaymentFile) {
	t.Helper()
	w.Clock.Advance(2 * time.Hour)
	first := w.collect(t, l)
	if len(first) != 1 || first[0].Queued != 0 || first[0].Matched != first[0].Lines || first[0].Returned == 0 {
		t.Fatalf("%+v", first)
	}
	w.Clock.Advance(48 * time.Hour)
	second := w.collect(t, l)
	if len(second) != 1 || second[0].Matched == 0 {
		t.Fatalf("%+v", second)
	}
	if again := w.collect(t, l); len(again) != 0 {
		t.Fatalf("the same files were taken again: %+v", again)
	}
	o := w.overview(t, l)
	lost := f.Lines - first[0].Matched - second[0].Matched
	if o.Sums[delivery.OnTheWay].Lines != lost || lost == 0 || o.Status != delivery.Sent {
		t.Errorf("%d lines have no answer, %+v", lost, o.Sums)
	}
	byBank := map[string]bank.Tally{}
	for _, b := range must[[]bank.Tally](t)(w.Bank.Tallies()) {
		byBank[b.Reference] = b
	}
	for _, i := range must[[]delivery.Instruction](t)(w.Lines(As("aulia"), l.ID, delivery.LineFilter{Limit: 1000})) {
		b, sent := byBank[delivery.Reference(l.Number, i.LineNo)]
		ok := i.Status == delivery.Held && !sent ||
			i.Status == delivery.Credited && b.Credits == 1 ||
			i.Status == delivery.ReturnedIt && b.Credits == 0 && string(i.Code) == string(b.Code) ||
			i.Status == delivery.OnTheWay && sent
		if !ok {
			t.Errorf("line %d is %s %s, the bank did %+v", i.LineNo, i.Status, i.Code, b)
		}
	}
}

// budget compares the money walk's stages with the bank's figures.
func (w *World) budget(t *testing.T) {
	t.Helper()
	funds := must[[]delivery.FundState](t)(w.Budget(As("tari")))
	if len(funds) != 1 || funds[0].Fund != "2026/pkh/3674" {
		t.Fatalf("%+v", funds)
	}
	s := funds[0].Stages
	if s[ledger.Treasury] != -1_000_000_000 || s[ledger.Allotment] != 1_000_000_000-335_500_000 || s[ledger.Reserved]+s[ledger.Released] != 0 ||
		s[ledger.Channel]+s[ledger.Credited]+s[ledger.Returned] != 335_500_000 || s[ledger.Channel] == 0 {
		t.Errorf("%+v", s)
	}
}
