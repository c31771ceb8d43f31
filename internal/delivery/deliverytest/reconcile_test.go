package deliverytest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/money"
	"gotong/internal/run"
)

// reconcile takes a file as the treasurer does.
func (w *World) reconcile(t tb, file []byte, dry bool) *delivery.Reconciliation {
	t.Helper()
	return must[*delivery.Reconciliation](t)(w.Reconcile(As("tari"), "kembali.csv", bytes.NewReader(file), dry, run.Silent{}))
}

// answer returns the bank's first return file for a list.
func (w *World) answer(t tb, l *delivery.PayList) []byte {
	t.Helper()
	files := must[[]bank.Statement](t)(w.Bank.Statements(As("tari"), l.Number))
	return files[0].File
}

// totalled gives a file of these rows a right closing row.
func totalled(batch string, rows []bank.Result) []byte {
	return bank.Return{Batch: batch, Results: rows, At: Start}.Bytes()
}

func TestReconcileJudgesEveryLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 10, Seed: 1})
		w.Town.Missing[w.Town.Families[9].ID] = delivery.NoAccount
		w.allot(t, "sembako", 1_000_000_000)
		l := w.sent(t, "sembako", january)
		held := int64(0)
		for _, i := range must[[]delivery.Instruction](t)(w.Lines(As("tari"), l.ID, delivery.LineFilter{Status: delivery.Held, Limit: 9})) {
			held = i.LineNo
		}
		free := func(n int64) string { // the n-th line that is not held
			if n >= held {
				n++
			}
			return delivery.Reference(l.Number, n)
		}
		row := func(reference string, s bank.Status, c bank.Code, a money.Rupiah) bank.Result {
			return bank.Result{Reference: reference, Status: s, Code: c, Amount: a, At: Start}
		}
		const a = 400_000
		file := totalled(l.Number, []bank.Result{
			row(free(1), bank.Credited, "", a),
			row(free(2), bank.Returned, bank.BlockedAccount, a),
			row(free(3), bank.Credited, "", a-1),                                   // another amount
			row(free(4), bank.Credited, "", a), row(free(4), bank.Credited, "", a), // twice the same
			row(free(5), bank.Credited, "", a), row(free(5), bank.Returned, bank.Deceased, a), // two things
			row(free(6), "PENDING", "", a),
			row(free(7), bank.Returned, "ZZ99", a),
			row(free(8), bank.Credited, bank.Deceased, a), // credited, and yet a reason
			row("PKH-2026-01-01-000001", bank.Credited, "", a), row(l.Number+"-1", bank.Credited, "", a),
			row(delivery.Reference(l.Number, 11), bank.Credited, "", a), row("=cmd", bank.Credited, "", a),
			row(delivery.Reference(l.Number, held), bank.Credited, "", a), // never sent
		})
		dry := w.reconcile(t, file, true)
		if o := w.overview(t, l); o.Sums[delivery.OnTheWay].Lines != 9 || len(o.Returns) != 0 {
			t.Fatal("a dry run changed something")
		}
		r := w.reconcile(t, file, false)
		if r.Lines != 15 || r.Matched != 3 || r.Explained != 1 || r.Queued != 11 || r.Credited != 2*a || r.Returned != a || r.Rejected != 0 {
			t.Fatalf("%+v", r)
		}
		r.DryRun = true
		if diff := cmp.Diff(dry, r); diff != "" {
			t.Errorf("a dry run says otherwise: %s", diff)
		}
		var reasons []delivery.Code
		for _, f := range r.Queue {
			reasons = append(reasons, f.Reason)
		}
		want := []delivery.Code{delivery.AmountDiffers, delivery.Contradiction, delivery.Contradiction, delivery.UnknownStatus, delivery.UnknownCode,
			delivery.Contradiction, delivery.UnknownLine, delivery.UnknownLine, delivery.UnknownLine, delivery.UnknownLine, delivery.NeverSent}
		if diff := cmp.Diff(want, reasons); diff != "" {
			t.Error(diff)
		}
		again := w.reconcile(t, file, false)
		if !again.Known || again.Matched != 3 {
			t.Errorf("%+v", again)
		}
		// A later file changes its mind about both lines, and repeats one.
		later := totalled(l.Number, []bank.Result{row(free(1), bank.Returned, bank.ClosedAccount, a), row(free(2), bank.Credited, "", a), row(free(4), bank.Credited, "", a)})
		r = w.reconcile(t, later, false)
		if r.Matched != 0 || r.Explained != 1 || r.Queued != 2 || r.Queue[0].Reason != delivery.LateReturn || r.Queue[1].Reason != delivery.LateCredit {
			t.Errorf("%+v", r)
		}
		ages, err := w.Ageing(As("tari"))
		if err != nil || len(ages) != 10 {
			t.Errorf("%+v %v", ages, err)
		}
		w.sound(t)
	})
}

func TestReconcileRefusesWholeFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 4, Seed: 1})
		w.allot(t, "sembako", 1_000_000_000)
		l := w.sent(t, "sembako", january)
		unsent := w.released(t, "sembako", delivery.Period{Year: 2026, No: 2})
		good := string(w.answer(t, l))
		for name, c := range map[string]struct{ file, key string }{
			"truncated":     {good[:len(good)/2], ""},
			"wrong total":   {strings.Replace(good, ",1600000,", ",1600001,", 1), "bank.file.total"},
			"dollars":       {strings.ReplaceAll(good, "IDR", "USD"), "bank.file.currency"},
			"unknown batch": {strings.ReplaceAll(good, l.Number, "SEMBAKO-2025-01-01"), "delivery.no_list"},
			"not yet sent":  {strings.ReplaceAll(good, l.Number, unsent.Number), "delivery.batch_not_sent"},
			"no file":       {"", "bank.file.empty"},
		} {
			r := w.reconcile(t, []byte(c.file), false)
			if r.Refused == nil || r.Refused.Kind == fault.KindInternal || c.key != "" && r.Refused.Key != c.key || r.Rejected != r.Lines || r.Lines == 0 || r.Matched+r.Queued != 0 {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if o := w.overview(t, l); o.Sums[delivery.OnTheWay].Lines != 4 {
			t.Errorf("a refused file moved lines: %+v", o.Sums)
		}
		if r := w.reconcile(t, []byte(good), false); r.Matched != 4 {
			t.Errorf("the good file after all: %+v", r)
		}
		// A treasurer of another regency cannot even learn that the list is there.
		r, err := w.Reconcile(As("gita"), "x", strings.NewReader(good), true, run.Silent{})
		if err != nil || r.Refused == nil || r.Refused.Key != "delivery.no_list" {
			t.Errorf("%+v %v", r, err)
		}
		w.sound(t)
	})
}

// soak reports whether to run longer, and how many times as long.
func soak(few, many int) int {
	if os.Getenv("GOTONG_SOAK") != "" {
		return many
	}
	return few
}

// TestMutatedFiles damages good return files in every way at random. Whatever
// arrives: each line is matched, explained, queued or rejected with its file;
// what is matched is what the bank really did; and the books prove.
func TestMutatedFiles(t *testing.T) {
	oneAtATime(t)
	d := dbtest.SQLite(t)
	w := New(t, d, Options{Families: 40, Seed: 5, Bank: bank.Options{Rates: rates}})
	w.allot(t, "sembako", 1_000_000_000)
	l := w.sent(t, "sembako", january)
	good := w.answer(t, l)
	truth := map[string]bank.Tally{}
	for _, b := range must[[]bank.Tally](t)(w.Bank.Tallies()) {
		truth[b.Reference] = b
	}
	random := rand.New(rand.NewPCG(7, 7))
	refused, queued := 0, 0
	rounds := soak(400, 10_000)
	for round := range rounds {
		file := mutate(random, good)
		r := w.reconcile(t, file, round%4 != 0)
		if r.Lines != r.Matched+r.Explained+r.Queued+r.Rejected {
			t.Fatalf("lines are lost: %+v", r)
		}
		if r.Refused != nil {
			refused++
		}
		if r.Queued > 0 {
			queued++
		}
	}
	if refused < rounds/10 || queued < rounds/10 {
		t.Errorf("of %d files %d were refused, %d queued lines: the mutations are too tame", rounds, refused, queued)
	}
	for _, i := range must[[]delivery.Instruction](t)(w.Lines(As("tari"), l.ID, delivery.LineFilter{Limit: 100})) {
		b := truth[delivery.Reference(l.Number, i.LineNo)]
		switch i.Status {
		case delivery.OnTheWay:
		case delivery.Credited:
			if b.Credits != 1 {
				t.Errorf("line %d was matched as credited, falsely", i.LineNo)
			}
		default:
			if b.Credits != 0 {
				t.Errorf("line %d was matched as returned, falsely", i.LineNo)
			}
		}
	}
	w.sound(t)
}

// mutate damages a file as lines, transports and clerks do: the closing row
// is made right again half of the time, so that the damage gets through to
// the lines. It never forges an answer for a line of the batch, for no
// reconciliation could tell.
func mutate(random *rand.Rand, good []byte) []byte {
	f, err := bank.ParseReturn(bytes.NewReader(good))
	if err != nil {
		panic(err)
	}
	rows := append([]bank.Result(nil), f.Results...)
	for range 1 + random.IntN(3) {
		i, j := random.IntN(len(rows)), random.IntN(len(rows))
		switch random.IntN(8) {
		case 0:
			rows = append(rows, rows[i])
		case 1:
			rows = append(rows[:i:i], rows[i+1:]...)
		case 2:
			rows[i].Amount += money.Rupiah(random.IntN(100_000)) + 1
		case 3:
			rows[i], rows[j] = rows[j], rows[i]
		case 4:
			rows[i].Status = bank.Status([]string{"", "PENDING", "kredit", "RETURNED"}[random.IntN(4)])
		case 5:
			rows[i].Reference = fmt.Sprintf("%s%d", rows[i].Reference, random.IntN(10))
		case 6:
			rows[i].Code = "ZZ"
		case 7:
			rows = rows[:len(rows)-random.IntN(len(rows)-1)]
		}
		if len(rows) < 3 {
			break
		}
	}
	b := bank.Return{Batch: f.Batch, Results: rows, At: f.At.Add(time.Duration(random.IntN(1000)) * time.Second)}.Bytes()
	switch random.IntN(6) {
	case 0:
		return b[:random.IntN(len(b))]
	case 1:
		b[random.IntN(len(b))] = byte(random.IntN(256))
		return onlyIfBroken(b, good)
	case 2:
		return bytes.ReplaceAll(b, []byte(f.Batch), []byte("SEMBAKO-2026-01-02"))
	}
	return b
}

// onlyIfBroken keeps a flipped byte that breaks the file, and gives back the
// whole one where it happens to say something else: a forgery.
func onlyIfBroken(b, good []byte) []byte {
	if _, err := bank.ParseReturn(bytes.NewReader(b)); err != nil {
		return b
	}
	return good
}
