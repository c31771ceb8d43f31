package processtest

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/run"
)

// TestKilledUnderLoad kills the server by SIGKILL, again and again, at any
// moment, while an office records allotments and carries pay lists through
// it. What it acknowledged stands, once, and nobody is paid twice.
func TestKilledUnderLoad(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir, passwords := copyOf(t)
		killed(t, home{dir: dir}, passwords, soak(5, 1000))
	})
	t.Run("postgres", func(t *testing.T) {
		h, passwords := onPostgres(t)
		killed(t, h, passwords, soak(3, 200))
	})
}

// killed has so many processes serve a home and die.
func killed(t *testing.T, h home, passwords map[string]string, cycles int) {
	t.Helper()
	o := newOffice(passwords)
	var over atomic.Bool
	var staff sync.WaitGroup
	for writer := range 2 {
		staff.Go(func() { o.allots(writer, over.Load) })
	}
	staff.Go(func() { o.pays(over.Load) })
	chance := rand.New(rand.NewPCG(1, 2))
	for n := range cycles {
		s, err := serve(h)
		if err != nil {
			t.Error(err)
			break
		}
		o.moved(s.url)
		patiently(o.allotments, 1+chance.IntN(25))
		if n%2 == 1 {
			patiently(o.acknowledgements, 1+chance.IntN(3))
		}
		time.Sleep(time.Duration(chance.IntN(100)) * time.Millisecond)
		o.moved("")
		if err := s.kill(); err != nil {
			t.Error(err)
		}
	}
	over.Store(true)
	staff.Wait()
	o.judge(t, open(t, h))
	t.Logf("%d deaths; %d allotments acknowledged of %d asked for, %d acts on %d lists, %d runs", cycles, len(o.entries), len(o.tried), o.acknowledgements(), len(o.acts), len(o.runs))
	if len(o.entries) < cycles || len(o.acts) == 0 {
		t.Errorf("there was next to no load: %d allotments, acts on %d lists", len(o.entries), len(o.acts))
	}
}

func (o *office) acknowledgements() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, acts := range o.acts {
		n += len(acts)
	}
	return n
}

func (o *office) allotments() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.entries)
}

// patiently waits until so much more was acknowledged, or long enough: a
// machine may be slow, and nobody is at work before all are signed in.
func patiently(count func() int, more int) {
	for began, at := time.Now(), count(); count() < at+more && time.Since(began) < 5*time.Minute; {
		time.Sleep(time.Millisecond)
	}
}

// judge holds what stands to what was acknowledged.
func (o *office) judge(t *testing.T, a *app.App) {
	t.Helper()
	for _, w := range o.wrong {
		t.Errorf("while serving: %s", w)
	}
	o.judgeAllotments(t, a)
	o.judgeLists(t, a)
	o.judgeRuns(t, a)
	judgeBank(t, a)
	auditor := as(t, a, "pemeriksa")
	proof, err := a.Delivery.ProveLedger(auditor)
	if err != nil || !proof.Balanced {
		t.Errorf("the books: %+v %v", proof, err)
	}
	report, err := a.Audit.Verify(auditor)
	if err != nil || !report.Verified() {
		t.Errorf("the audit log: %+v %v", report, err)
	}
}

// judgeAllotments looks for each document once where it was acknowledged, at
// most once where no answer came.
func (o *office) judgeAllotments(t *testing.T, a *app.App) {
	t.Helper()
	stands := map[string][]int64{}
	ctx := access.With(t.Context(), access.System("test"))
	for before := int64(0); ; {
		const page = 500
		all, err := a.Book.Entries(ctx, ledger.Filter{Before: before, Limit: page})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			stands[e.Document] = append(stands[e.Document], e.Seq)
			before = e.Seq
		}
		if len(all) < page {
			break
		}
	}
	for _, document := range o.documents() {
		at, acknowledged := o.entries[document]
		switch found := stands[document]; {
		case len(found) > 1:
			t.Errorf("%s stands %d times", document, len(found))
		case acknowledged && (len(found) == 0 || found[0] != at):
			t.Errorf("%s was acknowledged as entry %d, and stands at %v", document, at, found)
		}
	}
}

// judgeLists looks for each acknowledged act in its list's history.
func (o *office) judgeLists(t *testing.T, a *app.App) {
	t.Helper()
	ctx := as(t, a, "bendahara")
	for number, acts := range o.acts {
		l, err := a.Delivery.ByNumber(ctx, number)
		if err != nil {
			t.Errorf("%s was acknowledged and is gone: %v", number, err)
			continue
		}
		v, err := a.Delivery.Overview(ctx, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		stands := map[string]int{}
		for _, act := range v.Acts {
			stands[string(act.Kind)]++
		}
		for _, act := range acts {
			if stands[act] == 0 {
				t.Errorf("%s was acknowledged as %s, its history holds %v", number, act, stands)
			}
		}
		if stands["released"] > 1 || stands["sent"] > 1+stands["taken_back"] {
			t.Errorf("%s was released or sent more than once: %v", number, stands)
		}
	}
}

// judgeRuns looks for each acknowledged run.
func (o *office) judgeRuns(t *testing.T, a *app.App) {
	t.Helper()
	for _, s := range o.runs {
		id, err := ident.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Runs.ByID(as(t, a, "bendahara"), id); err != nil {
			t.Errorf("run %s was acknowledged and is gone: %v", s, err)
		}
	}
}

// judgeBank brings what is under way to its end and compares every payment
// with what the bank really credited.
func judgeBank(t *testing.T, a *app.App) {
	t.Helper()
	ctx := as(t, a, "bendahara")
	rows, _, err := a.Delivery.Lists(ctx, delivery.ListFilter{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]delivery.Status{}
	for _, l := range rows {
		if l.Means != delivery.ByBank || l.Status != delivery.Sent && l.Status != delivery.Settled {
			continue
		}
		if _, err := a.Delivery.Enquire(ctx, l.ID); err != nil {
			t.Logf("%s: %v", l.Number, err) // a file that never arrived, too fresh to be believed lost
			continue
		}
		if _, err := a.Delivery.Collect(ctx, l.ID, run.Silent{}); err != nil {
			t.Errorf("%s: %v", l.Number, err)
		}
		all, err := a.Delivery.Lines(ctx, l.ID, delivery.LineFilter{Limit: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range all {
			lines[delivery.Reference(l.Number, i.LineNo)] = i.Status
		}
	}
	tallies, err := a.Bank.Tallies()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range tallies {
		in := lines[b.Reference] == delivery.Credited || lines[b.Reference] == delivery.Taken || lines[b.Reference] == delivery.Unclaimed
		if b.Credits > 1 || b.Credits == 0 && in {
			t.Errorf("%s was credited %d times, the books say %s", b.Reference, b.Credits, lines[b.Reference])
		}
		if times, err := a.Bank.Received(b.Batch); err != nil || times != 1 {
			t.Errorf("%s was handed in %d times: %v", b.Batch, times, err)
		}
	}
}

// as returns a context in which a member of staff acts.
func as(t *testing.T, a *app.App, login string) context.Context {
	t.Helper()
	actor, err := a.Access.ActAs(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	return access.With(t.Context(), actor)
}
