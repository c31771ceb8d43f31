package rightdb_test

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/registry/sheet"
	"gotong/internal/right"
	"gotong/internal/right/rightdb"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// letters open one family.
type letters struct {
	number, code string
	family       ident.ID
}

func (l letters) FamilyOf(_ context.Context, number, code string) (ident.ID, bool, error) {
	return l.family, number == l.number && code == l.code, nil
}

type office struct {
	*registrytest.Bench
	rights *right.Service
	all    []registry.Record
}

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	b := registrytest.NewBench(t, registrytest.Backend{Unit: d, Store: registrydb.New(), Audit: auditdb.New()})
	o := registrytest.NewOffice(6, 1, "3674")
	registrytest.Bring(t, b, o)
	all := registrytest.Everything(t, b)
	rules, err := right.LoadRules(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return &office{Bench: b, all: all, rights: right.NewService(right.Deps{Unit: d, Store: rightdb.New(), Register: b.Service,
		Letters: letters{"367", "KODE", all[0].Family.ID}, Log: audit.NewLog(auditdb.New(), b.Clock), Keys: b.Keys, Clock: b.Clock, IDs: b.IDs, Rules: rules})}
}

func officer() context.Context { return registrytest.As(access.Officer, "3674") }

func TestTheClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		var taken []*right.Request
		for _, k := range right.Kinds {
			r, err := o.rights.Take(officer(), k, o.all[0].Family.ID, "please")
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Due.Sub(r.At); got != 72*time.Hour {
				t.Errorf("%s is due in %v", k, got)
			}
			taken = append(taken, r)
		}
		o.Clock.Advance(71 * time.Hour)
		if open, late, err := o.rights.Waiting(officer()); err != nil || open != 5 || late != 0 {
			t.Errorf("after 71 hours %d are open and %d late, %v", open, late, err)
		}
		if err := o.rights.Refuse(officer(), taken[0].ID, "it is with the letter"); err != nil {
			t.Fatal(err)
		}
		o.Clock.Advance(2 * time.Hour)
		if open, late, err := o.rights.Waiting(officer()); err != nil || open != 4 || late != 4 {
			t.Errorf("after 73 hours %d are open and %d late, %v", open, late, err)
		}
		if err := o.rights.Grant(officer(), taken[1].ID, "mended"); err != nil {
			t.Fatal(err)
		}
		all, n, err := o.rights.List(officer(), right.Filter{}, 9)
		if err != nil || n != 5 {
			t.Fatal(n, err)
		}
		late := map[right.Kind]bool{}
		for _, r := range all {
			late[r.Kind] = r.Late(o.Clock.Now())
			if r.Text != "" || r.Answer != "" {
				t.Errorf("a list shows %q", r.Text)
			}
		}
		want := map[right.Kind]bool{right.Access: false, right.Correction: true, right.Suspension: true, right.Withdrawal: true, right.Erasure: true}
		if diff := cmp.Diff(want, late); diff != "" {
			t.Error(diff)
		}
		got, err := o.rights.Request(officer(), taken[1].ID)
		if err != nil || got.Text != "please" || got.Answer != "mended" || got.Status != right.Granted || got.DecidedBy != "officer" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		family := o.all[0].Family.ID
		take := func(ctx context.Context, k right.Kind, id ident.ID, text string) error {
			_, err := o.rights.Take(ctx, k, id, text)
			return err
		}
		for name, tc := range map[string]struct {
			err  error
			kind fault.Kind
		}{
			"a planner takes":  {take(registrytest.As(access.Planner, "3674"), right.Access, family, "x"), fault.KindForbidden},
			"of another city":  {take(registrytest.As(access.Officer, "3172"), right.Access, family, "x"), fault.KindNotFound},
			"of nobody":        {take(officer(), right.Access, ident.ID{15: 9}, "x"), fault.KindNotFound},
			"without a word":   {take(officer(), right.Access, family, "  "), fault.KindInvalid},
			"an unknown kind":  {take(officer(), "amnesty", family, "x"), fault.KindInvalid},
			"an unknown kind ": {o.rights.Ask(t.Context(), "amnesty", "367", "KODE", "x"), fault.KindInvalid},
		} {
			if !fault.Is(tc.err, tc.kind) {
				t.Errorf("%s: %v", name, tc.err)
			}
		}
		r, err := o.rights.Take(officer(), right.Access, family, "x")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.rights.Refuse(registrytest.As(access.Officer, "3172"), r.ID, "no"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another city decides: %v", err)
		}
		if err := o.rights.End(officer(), r.ID); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a copy is no suspension: %v", err)
		}
		if err := o.rights.Refuse(officer(), r.ID, "no"); err != nil {
			t.Fatal(err)
		}
		if err := o.rights.Grant(officer(), r.ID, "yes"); !fault.Is(err, fault.KindConflict) {
			t.Errorf("decided twice: %v", err)
		}
	})
}

// TestThePublicPageTellsNothing asks with right and wrong codes: each is kept
// alike, and the right one alone becomes a request, of the moment it was made.
func TestThePublicPageTellsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		asked := o.Clock.Now()
		for _, x := range [][2]string{{"367", "WRONG"}, {"111", "KODE"}, {"367", "KODE"}, {"", ""}} {
			if err := o.rights.Ask(t.Context(), right.Suspension, x[0], x[1], "my sister took my aid"); err != nil {
				t.Fatal(err)
			}
		}
		o.Clock.Advance(24 * time.Hour)
		if open, _, err := o.rights.Waiting(officer()); err != nil || open != 1 {
			t.Errorf("%d requests, %v", open, err)
		}
		all, n, err := o.rights.List(officer(), right.Filter{}, 9)
		if err != nil || n != 1 || !all[0].Public || all[0].Family != o.all[0].Family.ID || all[0].At.Sub(asked) > time.Minute {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// scanned is what whoever processes the register sees.
func (o *office) scanned(t *testing.T) map[ident.ID]registry.FamilyStatus {
	t.Helper()
	all := map[ident.ID]registry.FamilyStatus{}
	err := o.Scan(officer(), access.PurposeDetermination, func(r *registry.Record) error {
		all[r.Family.ID] = r.Family.Status
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSuspension has a family left out of processing, and comes back to
// exactly what was.
func TestSuspension(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		family := o.all[0].Family.ID
		before, seen := registrytest.Everything(t, o.Bench), o.scanned(t)
		r, err := o.rights.Take(officer(), right.Suspension, family, "it is contested")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.rights.Grant(officer(), r.ID, "suspended until it is settled"); err != nil {
			t.Fatal(err)
		}
		if now := o.scanned(t); now[family] != registry.FamilySuspended || len(now) != len(seen) {
			t.Errorf("a scan shows %v", now)
		}
		files, n, err := registrytest.Exported(t, o.Bench, officer(), registry.ExportOptions{}, sheet.CSV)
		if err != nil || n.Families != int64(len(seen)-1) || n.Suspended != 1 {
			t.Errorf("exported %+v, %v", n, err)
		}
		_ = files
		var stopped []registry.Stop
		err = o.Stopped(registrytest.As(access.Treasurer, "3674"), "3674", access.PurposePayment, func(s registry.Stop) error { stopped = append(stopped, s); return nil })
		if diff := cmp.Diff([]registry.Stop{{FamilyID: family, Family: registry.FamilySuspended}}, stopped); err != nil || diff != "" {
			t.Errorf("payment sees %s, %v", diff, err)
		}
		rows, err := o.List(officer(), registry.Filter{Status: registry.FamilySuspended}, registry.Cursor{}, 10, access.PurposeService)
		if err != nil || len(rows.Rows) != 1 || rows.Rows[0].Status != registry.FamilySuspended {
			t.Errorf("the list of those who are suspended is %+v, %v", rows, err)
		}
		if n, err := o.Count(officer(), registry.Filter{Status: registry.FamilyActive}); err != nil || n != int64(len(seen)-1) {
			t.Errorf("%d are active, %v", n, err)
		}
		if members, err := o.MembersOf(officer(), []ident.ID{family}, access.PurposeService); err != nil || len(members) != 1 || members[0].Family.Status != registry.FamilySuspended {
			t.Errorf("whoever hands over goods sees %+v, %v", members, err)
		}
		if n, err := o.Suspended(officer()); err != nil || n != 1 {
			t.Errorf("%d are suspended, %v", n, err)
		}
		if _, yes, err := o.SuspendedSince(officer(), family); err != nil || !yes {
			t.Errorf("its page says %v, %v", yes, err)
		}
		again, err := o.rights.Take(officer(), right.Withdrawal, family, "and no more")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.rights.Grant(officer(), again.ID, "yes"); !fault.Is(err, fault.KindConflict) {
			t.Errorf("suspended twice: %v", err)
		}
		if got, err := o.rights.Request(officer(), again.ID); err != nil || got.Status != right.Open {
			t.Errorf("what failed is half done: %+v, %v", got, err)
		}
		if err := o.rights.End(officer(), r.ID); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, registrytest.Everything(t, o.Bench)); diff != "" {
			t.Errorf("the record differs: %s", diff)
		}
		if diff := cmp.Diff(seen, o.scanned(t)); diff != "" {
			t.Errorf("what is processed differs: %s", diff)
		}
		if err := o.rights.End(officer(), r.ID); !fault.Is(err, fault.KindConflict) {
			t.Errorf("ended twice: %v", err)
		}
	})
}

// TestErasureWaitsForASecondPerson grants an erasure, which the register puts
// before somebody else. When they turn it down the request is before the
// office again, with the reason and due when it was; another grant can pass.
func TestErasureWaitsForASecondPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Answer(o.rights)
		r, err := o.rights.Take(officer(), right.Erasure, o.all[0].Family.ID, "forget us")
		if err != nil {
			t.Fatal(err)
		}
		other, err := o.rights.Take(officer(), right.Erasure, o.all[1].Family.ID, "us too")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Letter(); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a letter without an answer: %v", err)
		}
		proposal := o.granted(t, r)
		o.granted(t, other)
		if err := o.Reject(registrytest.Second(), proposal, " "); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("turned down without a reason: %v", err)
		}
		waits := o.stands(t, r, right.Granted, 0)
		if !waits.Waits || waits.Erasing != proposal || waits.Erased || !fault.Is(waits.Letter(), fault.KindConflict) {
			t.Errorf("granted, and nobody has approved it: %+v", waits)
		}
		if !waits.Late(waits.Due.Add(time.Minute)) {
			t.Error("an erasure that still waits is in time for ever")
		}
		if err := o.Reject(registrytest.Second(), proposal, "the card is missing"); err != nil {
			t.Fatal(err)
		}
		got := o.stands(t, r, right.Open, 1)
		want := *r
		want.DecidedBy, want.Answer = "second", "the card is missing"
		want.At, want.Due = got.At, got.Due // to the millisecond
		if diff := cmp.Diff(&want, got); diff != "" || !got.Returned() || got.Due.UnixMilli() != r.Due.UnixMilli() {
			t.Errorf("it came back as another: %s", diff)
		}
		if x := o.stands(t, other, right.Granted, 1); x.Returned() {
			t.Error("the other family's came back too")
		}
		o.Clock.Advance(73 * time.Hour)
		if _, late, err := o.rights.Waiting(officer()); err != nil || late != 1 {
			t.Errorf("%d are late, %v", late, err)
		}
		proposal = o.granted(t, r)
		if _, err := o.Approve(registrytest.Second(), proposal, ""); err != nil {
			t.Fatal(err)
		}
		x := o.stands(t, r, right.Granted, 0)
		if x.DecidedBy != "officer" || x.DecidedAt.IsZero() {
			t.Errorf("%+v", x)
		}
		if !x.Erased || x.Waits || x.Erasing != proposal || !fault.Is(x.Letter(), fault.KindConflict) {
			t.Errorf("the family is erased, and the request says %+v", x)
		}
		list, _, err := o.rights.List(officer(), right.Filter{Kind: right.Erasure}, 9)
		if err != nil {
			t.Fatal(err)
		}
		became := map[ident.ID][2]bool{}
		for _, x := range list {
			became[x.ID] = [2]bool{x.Waits, x.Erased}
		}
		if diff := cmp.Diff(map[ident.ID][2]bool{r.ID: {false, true}, other.ID: {true, false}}, became); diff != "" {
			t.Errorf("the list says who waits and who is erased: %s", diff)
		}
	})
}

// TestARequestGoesWithTheFamily has a family ask and then move: the office of
// where it stands now can answer, the one that it left sees it no more, and
// what is kept for its time is counted where the family stands.
func TestARequestGoesWithTheFamily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		family := o.all[0].Family
		r, err := o.rights.Take(officer(), right.Suspension, family.ID, "it is contested")
		if err != nil {
			t.Fatal(err)
		}
		const there = "3172041004"
		registrytest.Do(t, o.Bench, registry.Request{Kind: registry.Move, Family: family.ID, Basis: registrytest.By(o.Service.Today().String(), "move_letter"),
			Entry: &registry.FamilyEntry{Area: there, Address: "Jl. Seberang"}})
		if _, err := o.rights.Request(officer(), r.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("whom it left reads it: %v", err)
		}
		if err := o.rights.Grant(officer(), r.ID, "suspended"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("whom it left decides: %v", err)
		}
		now := registrytest.As(access.Officer, "3172")
		got, err := o.rights.Request(now, r.ID)
		if err != nil || got.Area != there || got.Text != "it is contested" {
			t.Fatalf("%+v, %v", got, err)
		}
		if n, _, err := o.rights.Waiting(now); err != nil || n != 1 {
			t.Errorf("%d wait where it stands now, %v", n, err)
		}
		if err := o.rights.Grant(now, r.ID, "suspended"); err != nil {
			t.Fatal(err)
		}
		if err := o.rights.End(now, r.ID); err != nil {
			t.Fatal(err)
		}
		for area, want := range map[string]int{"3674": 0, there: 1} {
			n := 0
			err := o.rights.Closed(access.With(t.Context(), access.System("retention")), area, o.Service.Today(), func(right.Request) error { n++; return nil })
			if err != nil || n != want {
				t.Errorf("%d closed in %s, %v; want %d", n, area, err, want)
			}
		}
	})
}

// TestErasedByAnotherRoad erases a family whose request is open: to grant it
// then has nothing left to do, and its letter is the certificate.
func TestErasedByAnotherRoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Answer(o.rights)
		family := o.all[0].Family.ID
		r, err := o.rights.Take(officer(), right.Erasure, family, "forget us")
		if err != nil {
			t.Fatal(err)
		}
		out := registrytest.Do(t, o.Bench, registry.Request{Kind: registry.Erasure, Family: family, Basis: registrytest.By(o.Service.Today().String(), "request")})
		if err := o.rights.Grant(officer(), r.ID, "it was done at the counter"); err != nil {
			t.Fatal(err)
		}
		if got := o.stands(t, r, right.Granted, 0); !got.Erased || got.Waits || got.Erasing != out.Event {
			t.Errorf("%+v", got)
		}
	})
}

// granted grants an erasure and returns the proposal that waits for it.
func (o *office) granted(t *testing.T, r *right.Request) ident.ID {
	t.Helper()
	if err := o.rights.Grant(officer(), r.ID, "within the time of the law"); err != nil {
		var refused registry.Refused
		errors.As(err, &refused)
		t.Fatalf("%v %v", err, refused)
	}
	events, n, err := o.Events(officer(), registry.EventFilter{Kind: registry.Erasure, Status: registry.EventProposed, Family: r.Family}, access.PurposeVerification)
	if err != nil || n != 1 {
		t.Fatalf("%d events wait, %v", n, err)
	}
	return events[0].ID
}

// stands checks how a request stands and how many wait for an answer.
func (o *office) stands(t *testing.T, r *right.Request, status right.Status, open int64) *right.Request {
	t.Helper()
	got, err := o.rights.Request(officer(), r.ID)
	if err != nil || got.Status != status {
		t.Fatalf("%+v, %v; want it %s", got, err, status)
	}
	if n, _, err := o.rights.Waiting(officer()); err != nil || n != open {
		t.Errorf("%d wait, %v; want %d", n, err, open)
	}
	return got
}

func TestRules(t *testing.T) {
	for name, text := range map[string]string{
		"empty":     "",
		"no hours":  "  - {from: 2020-01-01, source: x}",
		"a kind":    "  - {from: 2020-01-01, hours: {access: 72, correction: 72, suspension: 72, withdrawal: 72, amnesty: 72}, breach: 72, source: x}",
		"no time":   "  - {from: 2020-01-01, hours: {access: 0, correction: 72, suspension: 72, withdrawal: 72, erasure: 72}, breach: 72, source: x}",
		"no source": "  - {from: 2020-01-01, hours: {access: 72, correction: 72, suspension: 72, withdrawal: 72, erasure: 72}, breach: 72}",
	} {
		if _, err := right.LoadRules(fstest.MapFS{"rights.yaml": {Data: []byte("rights:\n" + text)}}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
