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
	childURL   = "GOTONG_KILL_TEST_URL" // of a PostgreSQL database; "" is the embedded one in the folder
)

const (
	killFamilies    = 24
	killProgramme   = "pkh" // whose instalments keep back and pay back
	killInstalments = 3
)

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
	w, closing, err := killWorld(home{os.Getenv(childDir), os.Getenv(childURL)}, Start.Add(time.Duration(hour)*time.Hour), die)
	if err != nil {
		return err
	}
	return errors.Join(payRun(w), closing())
}

// home is where a world lives: its folder, and its database where that is not
// in the folder.
type home struct{ dir, url string }

// killWorld opens the world of a data folder, with a bank that pays whatever
// is handed in, however often. Duties were missed before the first instalment.
func killWorld(h home, now time.Time, die delivery.Failpoint) (*World, func() error, error) {
	dir := h.dir
	d, err := db.Open(context.Background(), db.Config{Dir: dir, URL: h.url})
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
	for n, m := range missed {
		w.duty(m.family, n+1, m.percent)
	}
	return w, d.Close, nil
}

// missed are the duties that were missed: a tenth, the milder of two, all of
// a part, and a part of a line that is dropped on its way. Those that are
// heard are forgiven before the second instalment, whose line is dropped too
// for the last but one: the third pays back.
var missed = []struct {
	family, percent int
	heard           bool
	amounts         [killInstalments]money.Rupiah // what the instalments come to
}{
	{0, 10, true, [...]money.Rupiah{1_050_000, 1_150_000, 1_100_000}},
	{0, 5, true, [...]money.Rupiah{1_050_000, 1_150_000, 1_100_000}},
	{2, 100, true, [...]money.Rupiah{600_000, 1_600_000, 1_100_000}},
	{4, 10, true, [...]money.Rupiah{1_050_000, 1_150_000, 1_150_000}},
	{6, 100, false, [...]money.Rupiah{600_000, 1_100_000, 1_100_000}},
}

// payRun brings the instalments to their end, as people would who look at what
// stands and do the next step.
func payRun(w *World) error {
	for no := 1; no <= killInstalments; no++ {
		if _, err := w.Allot(As("rudi"), 2026, killProgramme, "", 100_000_000, fmt.Sprint("DIPA-", no)); err != nil {
			return err
		}
		for n, m := range missed {
			w.Town.Duties[n].Waived = m.heard && no > 1
		}
		if away := w.Town.Families[4].ID; no == 2 {
			w.Town.Blocks[away] = delivery.Moved
		} else {
			delete(w.Town.Blocks, away)
		}
		p := delivery.Period{Year: 2026, No: no}
		for steps := 0; ; steps++ {
			done, err := nextStep(w, killProgramme, p)
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
func nextStep(w *World, programme string, p delivery.Period) (done bool, err error) {
	lists, _, err := w.Lists(As("tari"), delivery.ListFilter{Programme: programme, Period: p.String(), Limit: 1})
	if err != nil {
		return false, err
	}
	if len(lists) == 0 {
		_, err = w.MakePayList(As("tari"), delivery.Order{Programme: programme, Period: p}, run.Silent{})
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
			if p.No == 1 {
				w.Town.Blocks[w.Town.Families[4].ID] = delivery.Moved // between cut and send
			}
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
		return settled(w, l)
	}
	return false, err
}

// settled resolves one exception, or is done when there is none: what came
// back is remitted, and whoever had no account is put off.
func settled(w *World, l *delivery.PayList) (done bool, err error) {
	all, _, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{Limit: 1})
	if err != nil {
		return false, err
	}
	if len(all) == 0 {
		return tooMuch(w, l)
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

// tooMuch has the bank say once of a line of a list that it credited more than
// was ordered, which becomes a claim.
func tooMuch(w *World, l *delivery.PayList) (done bool, err error) {
	lines, err := w.Lines(As("tari"), l.ID, delivery.LineFilter{Status: delivery.Credited, Limit: 1})
	if err != nil {
		return false, err
	}
	row := bank.Result{Reference: delivery.Reference(l.Number, lines[0].LineNo), Status: bank.Credited, Amount: lines[0].Amount + 7, At: Start}
	r, err := w.Reconcile(As("tari"), "lebih", bytes.NewReader(totalled(l.Number, []bank.Result{row})), false, run.Silent{})
	return err == nil && r.Known, err
}

// oneAtATime leaves out a long test in which nothing goes on at once, where
// races are looked for (go test -race -short).
func oneAtATime(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("one step at a time: nothing here can race")
	}
}

// TestKillBetweenAnyTwoSteps ends a pay run by SIGKILL at every failpoint,
// carries it on in a new process, and looks for money paid twice, lost or
// sent again without anybody knowing, and for what was kept back or paid back
// other than once.
func TestKillBetweenAnyTwoSteps(t *testing.T) {
	oneAtATime(t)
	t.Run("sqlite", func(t *testing.T) {
		template := killTemplate(t)
		for _, point := range append([]string{"bank.submit.arrived", "bank.submit.taken"}, delivery.Failpoints...) {
			t.Run(point, func(t *testing.T) {
				for n := range soak(1, 50) {
					killOnce(t, home{dir: copied(t, template)}, fmt.Sprintf("%s#%d", point, n%2+1))
				}
			})
		}
	})
	t.Run("postgres", func(t *testing.T) {
		template := killTemplate(t)
		for _, point := range []string{delivery.FailMakeWritten, delivery.FailCutRenamed, delivery.FailSendSubmitted, delivery.FailReconcileMoved} {
			t.Run(point, func(t *testing.T) {
				for n := range soak(1, 50) {
					killOnce(t, home{copied(t, template), dbtest.PostgresURL(t)}, fmt.Sprintf("%s#%d", point, n%2+1))
				}
			})
		}
	})
}

// TestKillWhileBackPayIsDropped ends the run where the line that pays back is
// dropped by the second of two people, the tenth decision of the run, and where
// the list is made that pays back again.
func TestKillWhileBackPayIsDropped(t *testing.T) {
	oneAtATime(t)
	points := []string{delivery.FailResolveMoved + "#10", delivery.FailResolveDone + "#10", delivery.FailMakeWritten + "#3", delivery.FailMakeDone + "#3"}
	template := killTemplate(t)
	for _, point := range points {
		name := strings.ReplaceAll(point, "#", "-")
		t.Run("sqlite/"+name, func(t *testing.T) { killOnce(t, home{dir: copied(t, template)}, point) })
		t.Run("postgres/"+name, func(t *testing.T) { killOnce(t, home{copied(t, template), dbtest.PostgresURL(t)}, point) })
	}
}

// killTemplate is a folder in which nothing has happened yet.
func killTemplate(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	_, closing, err := killWorld(home{dir: dir}, Start, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := closing(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func copied(t *testing.T, template string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func killOnce(t *testing.T, h home, point string) {
	t.Helper()
	fail, hour := point, 0
	if strings.HasPrefix(point, "enquire") {
		// An enquiry is only needed after a death in mid-air.
		if !childDies(t, h, "send.marked#1", hour) {
			t.Fatal("no death in mid-air")
		}
		hour, fail = 1, strings.Split(point, "#")[0]+"#1"
	}
	if !childDies(t, h, fail, hour) && !strings.HasSuffix(fail, "#2") { // some points are passed once only
		t.Fatalf("%s is never reached", fail)
	}
	if childDies(t, h, "", hour+24) { // later than any clock that a run turned on
		t.Fatal("the run after died too")
	}
	w, closing, err := killWorld(h, Start.Add(100*time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	w.sound(t)
	w.agrees(t)
	w.adjustedOnce(t)
}

// adjustedOnce holds the instalments to what was missed and forgiven: what a
// dropped or remitted line took with it is paid back by a later one.
func (w *World) adjustedOnce(t *testing.T) {
	t.Helper()
	for n, m := range missed {
		lines, err := w.OfFamily(As("tari"), "payment", w.Town.Families[m.family].ID)
		if err != nil {
			t.Fatal(err)
		}
		amounts := map[int]money.Rupiah{}
		did := map[delivery.AdjustmentKind]int{}
		for _, l := range lines {
			amounts[l.Period.No] += l.Amount
			for _, a := range l.Adjusted {
				lost := a.Kind == delivery.Repaid && (l.Status == delivery.Dropped || l.Status == delivery.Remitted)
				if a.Ref == TownID(7, n+1) && !lost {
					did[a.Kind]++
				}
			}
		}
		if got := [killInstalments]money.Rupiah{amounts[1], amounts[2], amounts[3]}; got != m.amounts {
			t.Errorf("family %d is paid %d, owed %d", m.family, got, m.amounts)
		}
		back := 0
		if m.heard && !(m.percent == 5) { // the milder of two kept nothing back
			back = 1
		}
		if did[delivery.Withheld] != 1 || did[delivery.Repaid] != back {
			t.Errorf("what family %d missed was carried out %v", m.family, did)
		}
	}
}

// childDies runs a child until it is done or dies by the failpoint.
func childDies(t *testing.T, h home, fail string, hour int) bool {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childDir+"="+h.dir, childURL+"="+h.url, childFail+"="+fail, childStart+"="+strconv.Itoa(hour))
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
	if err != nil || total != killInstalments || len(batches) != killInstalments {
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
