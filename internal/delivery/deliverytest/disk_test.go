package deliverytest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/audit"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/run"
)

// full is an outbox on a disk that is full from the n-th call on.
type full struct {
	delivery.Outbox
	left *int
}

var errFull = errors.New("no space left on device")

func (f full) Put(name string, b []byte, at delivery.Failpoint) error {
	if *f.left--; *f.left < 0 {
		return errFull
	}
	return f.Outbox.Put(name, b, at)
}

// deaf is an audit log that cannot be written from the n-th call on.
type deaf struct {
	delivery.Log
	left *int
}

func (d deaf) Append(ctx context.Context, acts ...audit.Act) error {
	if *d.left--; *d.left < 0 {
		return errFull
	}
	return d.Log.Append(ctx, acts...)
}

// TestAFullDiskLeavesNoHalfEffect has the outbox and the audit log fail at
// every call of a pay run in turn: each time the run ends with that error,
// the books still prove, and once there is room the run goes on to its end.
func TestAFullDiskLeavesNoHalfEffect(t *testing.T) {
	oneAtATime(t)
	for _, what := range []string{"outbox", "log"} {
		for n := 0; ; n++ {
			w := New(t, dbtest.SQLite(t), Options{Families: 5, Seed: 1})
			left := n
			config := w.Config
			if what == "outbox" {
				config.Outbox = full{config.Outbox, &left}
			} else {
				config.Log = deaf{config.Log, &left}
			}
			well := w.Service
			w.Service = delivery.New(config)
			err := wholeRun(w)
			if err != nil && !errors.Is(err, errFull) {
				t.Fatalf("%s fails at call %d: %v", what, n, err)
			}
			w.Service = well
			w.sound(t)
			if finishErr := wholeRun(w); finishErr != nil {
				t.Fatalf("%s failed at call %d, and then: %v", what, n, finishErr)
			}
			w.sound(t)
			if b := must[int](t)(w.Bank.Received("SEMBAKO-2026-01-01")); b != 1 {
				t.Fatalf("%s failed at call %d: the bank received it %d times", what, n, b)
			}
			if err == nil {
				if n < 1 && what == "outbox" || n < 8 && what == "log" {
					t.Errorf("the run called the %s only %d times", what, n-1)
				}
				break
			}
		}
	}
}

// wholeRun carries the first period to its end, from wherever it stands.
func wholeRun(w *World) error {
	if _, err := w.Allot(As("rudi"), 2026, "sembako", "", 100_000_000, "DIPA-1"); err != nil {
		return err
	}
	for range 20 {
		done, err := nextStep(w, "sembako", delivery.Period{Year: 2026, No: 1})
		if done || err != nil {
			return err
		}
	}
	return errors.New("the run goes round in circles")
}

// TestALostOrDamagedFileIsCutAnew loses the outbox between cut and send: the
// file is cut anew, the same bytes, or not sent at all.
func TestALostOrDamagedFileIsCutAnew(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"lost":    os.Remove,
		"damaged": func(path string) error { return os.WriteFile(path, []byte("rubbish"), 0o600) },
		"emptied": func(path string) error { return os.Truncate(path, 0) },
	} {
		dir := t.TempDir()
		w := New(t, dbtest.SQLite(t), Options{Families: 5, Seed: 1, Dir: dir})
		w.allot(t, "sembako", 100_000_000)
		l := w.released(t, "sembako", january)
		f := must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
		files, err := filepath.Glob(filepath.Join(dir, "outbox", "*"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		if err := harm(files[0]); err != nil {
			t.Fatal(err)
		}
		again := must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
		if again.SHA256 != f.SHA256 {
			t.Errorf("%s: another file was cut", name)
		}
		if err := harm(files[0]); err != nil {
			t.Fatal(err)
		}
		must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
		all := must[[]*delivery.Reconciliation](t)(w.Collect(As("tari"), l.ID, run.Silent{}))
		if len(all) != 1 || all[0].Matched != 5 {
			t.Errorf("%s: %+v", name, all)
		}
		w.sound(t)
	}
}

// TestNothingLiesInClear looks for account numbers in whatever a pay run has
// written to disk.
func TestNothingLiesInClear(t *testing.T) {
	dir := t.TempDir()
	d := dbtest.SQLite(t)
	w := New(t, d, Options{Families: 5, Seed: 1, Dir: dir})
	w.allot(t, "sembako", 100_000_000)
	l := w.sent(t, "sembako", january)
	w.collect(t, l)
	if n := grep(t, dir, "000000700"); n != 0 {
		t.Errorf("an account number lies in clear in %d files", n)
	}
	var clear int
	if err := d.Pool().QueryRow(`SELECT COUNT(*) FROM instruction WHERE number_masked LIKE '%000000700%' OR instr(number_sealed, '000000700') > 0
		OR holder LIKE '%000000700%'`).Scan(&clear); err != nil || clear != 0 {
		t.Errorf("%d rows hold an account number in clear: %v", clear, err)
	}
}

// grep counts the files below a folder that hold a text.
func grep(t *testing.T, dir, text string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && bytes.Contains(b, []byte(text)) {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
