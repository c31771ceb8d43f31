package deliverytest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/money"
	"gotong/internal/run"
)

// The child process of the kill test is this test program itself: TestMain
// finds childDir set and carries a pay run on, from wherever an earlier one
// died, until it is done or dies at the failpoint of childFail, "name#n" for
// the n-th time that it is passed.
const (
	childDir   = "GOTONG_KILL_TEST_DIR"
	childFail  = "GOTONG_KILL_TEST_FAIL"
	childStart = "GOTONG_KILL_TEST_HOUR"
)

const killFamilies = 24

// child carries the pay run on.
func child() error {
	name, nth, _ := strings.Cut(os.Getenv(childFail), "#")
	left, _ := strconv.Atoi(nth)
	die := func(step string) {
		if step != name {
			return
		}
		if left--; left == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	}
	hour, _ := strconv.Atoi(os.Getenv(childStart))
	w, closing, err := killWorld(os.Getenv(childDir), Start.Add(time.Duration(hour)*time.Hour), die)
	if err != nil {
		return err
	}
	return errors.Join(payRun(w), closing())
}

// killWorld opens the world of a data folder, with a bank that pays whatever
// is handed in, however often.
func killWorld(dir string, now time.Time, die delivery.Failpoint) (*World, func() error, error) {
	d, err := db.Open(context.Background(), db.Config{Dir: dir})
	if err != nil {
		return nil, nil, err
	}
	w, err := Open(d, Options{Dir: dir, Families: killFamilies, Seed: 2, Now: now, Failpoint: die,
		Bank: bank.Options{Forgetful: true, Rates: bank.Rates{Blocked: 150, Late: 200}, Later: 30 * time.Minute,
			Hook: func(step string) error { die("bank." + step); return nil }}})
	if err != nil {
		return nil, nil, err
	}
	w.Town.Missing[w.Town.Families[3].ID] = delivery.NoAccount
	return w, d.Close, nil
}

// payRun brings both instalments to their end, as people would who look at
// what stands and do the next step.
func payRun(w *World) error {
	for no := 1; no <= 2; no++ {
		if _, err := w.Allot(As("rudi"), 2026, "sembako", "", 100_000_000, fmt.Sprint("DIPA-", no)); err != nil {
			return err
		}
		p := delivery.Period{Year: 2026, No: no}
		for steps := 0; ; steps++ {
			done, err := nextStep(w, p)
			if err != nil {
				return err
			}
			if done {
				break
			}
			if steps > 100 {
				return errors.New("the pay run goes round in circles")
			}
		}
	}
	return nil
}

// nextStep does what a period's newest list needs next.
func nextStep(w *World, p delivery.Period) (done bool, err error) {
	lists, _, err := w.Lists(As("tari"), delivery.ListFilter{Period: p.String(), Limit: 1})
	if err != nil {
		return false, err
	}
	if len(lists) == 0 {
		_, err = w.MakePayList(As("tari"), delivery.Order{Programme: "sembako", Period: p}, run.Silent{})
		return false, err
	}
	l := &lists[0].PayList
	switch l.Status {
	case delivery.Draft:
		if _, err = w.CheckAccounts(As("tari"), l.ID, run.Silent{}); err != nil {
			return false, err
		}
		if l, err = w.ByNumber(As("tari"), l.Number); err != nil {
			return false, err
		}
		_, err = w.Check(As("citra"), l.ID, l.Digest)
	case delivery.Checked:
		var r *delivery.Review
		if r, err = w.Review(As("rudi"), l.ID); err == nil {
			_, err = w.Release(As("rudi"), l.ID, delivery.Confirmation(r.Pay))
		}
	case delivery.Released:
		if _, err = w.ExportBankFile(As("tari"), l.ID); err == nil {
			w.Town.Blocks[w.Town.Families[4].ID] = delivery.Moved // between cut and send
			_, err = w.Send(As("tari"), l.ID)
		}
	case delivery.Sent:
		if _, err = w.Enquire(As("tari"), l.ID); err == nil {
			w.Clock.Advance(time.Hour)
			if o, _ := w.Overview(As("tari"), l.ID); o.Status == delivery.Sent {
				_, err = w.Collect(As("tari"), l.ID, run.Silent{})
			}
		}
	case delivery.Settled:
		return settled(w)
	}
	return false, err
}

// settled resolves one exception, or is done when there is none: what came
// back is remitted, and whoever had no account is put off.
func settled(w *World) (done bool, err error) {
	all, _, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{Limit: 1})
	if err != nil {
		return false, err
	}
	if len(all) == 0 {
		return tooMuch(w)
	}
	e := all[0]
	if e.Status == delivery.Open {
		action := delivery.Remit
		switch e.Code {
		case delivery.NoAccount, delivery.Moved:
			action = delivery.Drop
		case delivery.AmountDiffers:
			action = delivery.Recover
		}
		_, err = w.Propose(As("tari"), e.ID, action, "uji")
		return false, err
	}
	_, err = w.Decide(As("citra"), e.ID, true)
	return false, err
}

// tooMuch has the bank say once of a line of the newest list that it credited
// more than was ordered, which becomes a claim.
func tooMuch(w *World) (done bool, err error) {
	lists, _, err := w.Lists(As("tari"), delivery.ListFilter{Limit: 1})
	if err != nil {
		return false, err
	}
	lines, err := w.Lines(As("tari"), lists[0].ID, delivery.LineFilter{Status: delivery.Credited, Limit: 1})
	if err != nil {
		return false, err
	}
	row := bank.Result{Reference: delivery.Reference(lists[0].Number, lines[0].LineNo), Status: bank.Credited, Amount: lines[0].Amount + 7, At: Start}
	r, err := w.Reconcile(As("tari"), "lebih", bytes.NewReader(totalled(lists[0].Number, []bank.Result{row})), false, run.Silent{})
	return err == nil && r.Known, err
}

// TestKillBetweenAnyTwoSteps ends a pay run by SIGKILL at every failpoint,
// carries it on in a new process, and looks for money paid twice, lost or
// sent again without anybody knowing.
func TestKillBetweenAnyTwoSteps(t *testing.T) {
	template := t.TempDir()
	w, closing, err := killWorld(template, Start, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	_ = w
	if err := closing(); err != nil {
		t.Fatal(err)
	}
	points := append([]string{"bank.submit.arrived", "bank.submit.taken"}, delivery.Failpoints...)
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			for n := range soak(1, 50) {
				killOnce(t, template, fmt.Sprintf("%s#%d", point, n%2+1), n)
			}
		})
	}
}

func killOnce(t *testing.T, template, point string, n int) {
	dir := filepath.Join(t.TempDir(), strconv.Itoa(n))
	if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	fail, hour := point, 0
	if point[:len("enquire")] == "enquire" {
		// An enquiry is only needed after a death in mid-air.
		if !childDies(t, dir, "send.marked#1", hour) {
			t.Fatal("no death in mid-air")
		}
		hour, fail = 1, strings.Split(point, "#")[0]+"#1"
	}
	if !childDies(t, dir, fail, hour) {
		t.Fatalf("%s is never reached", fail)
	}
	if childDies(t, dir, "", hour+1) {
		t.Fatal("the run after died too")
	}
	w, closing, err := killWorld(dir, Start.Add(100*time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	w.sound(t)
	w.agrees(t)
}

// childDies runs a child until it is done or dies by the failpoint.
func childDies(t *testing.T, dir, fail string, hour int) bool {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childDir+"="+dir, childFail+"="+fail, childStart+"="+strconv.Itoa(hour))
	out, err := command.CombinedOutput()
	if err == nil {
		return false
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status := exit.Sys().(syscall.WaitStatus); status.Signaled() && status.Signal() == syscall.SIGKILL {
			return true
		}
	}
	t.Fatalf("%s: %v\n%s", fail, err, out)
	return false
}

// agrees holds every line of every list to what the bank really did, and the
// bank to having received each batch once.
func (w *World) agrees(t *testing.T) {
	t.Helper()
	byBank := map[string]bank.Tally{}
	batches := map[string]bool{}
	var paid money.Rupiah
	for _, b := range must[[]bank.Tally](t)(w.Bank.Tallies()) {
		byBank[b.Reference] = b
		batches[b.Batch] = true
		paid += money.Rupiah(int64(b.Credits) * b.Amount)
	}
	for b := range batches {
		if n := must[int](t)(w.Bank.Received(b)); n != 1 {
			t.Errorf("%s was handed in %d times", b, n)
		}
	}
	lists, total, err := w.Lists(As("tari"), delivery.ListFilter{Limit: 10})
	if err != nil || total != 2 || len(batches) != 2 {
		t.Fatalf("%d lists, %d batches: %v", total, len(batches), err)
	}
	var credited money.Rupiah
	for _, l := range lists {
		if l.Lines != killFamilies || l.Status != delivery.Settled {
			t.Errorf("%s has %d lines and is %s", l.Number, l.Lines, l.Status)
		}
		for _, i := range must[[]delivery.Instruction](t)(w.Lines(As("tari"), l.ID, delivery.LineFilter{Limit: 1000})) {
			b, sent := byBank[delivery.Reference(l.Number, i.LineNo)]
			if i.Status == delivery.Credited {
				credited += i.Amount
			}
			ok := i.Status == delivery.Credited && b.Credits == 1 || i.Status == delivery.Remitted && sent && b.Credits == 0 ||
				i.Status == delivery.Dropped && !sent
			if !ok {
				t.Errorf("%s line %d is %s, the bank did %+v", l.Number, i.LineNo, i.Status, b)
			}
		}
	}
	if credited != paid || paid == 0 {
		t.Errorf("the books say %s, the bank paid %s", credited, paid)
	}
}

// TestFailpointsAreSilent holds the program to ignoring the test's variables.
func TestFailpointsAreSilent(t *testing.T) {
	t.Setenv(childFail, delivery.FailMakeDone+"#1")
	w := New(t, dbtest.SQLite(t), Options{Families: 2, Seed: 1})
	w.allot(t, "sembako", 1_000_000)
	if l := w.make(t, "sembako", january); l.Lines != 2 {
		t.Errorf("%+v", l)
	}
}
