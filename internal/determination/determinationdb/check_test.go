package determinationdb_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/ident"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/work"
)

// steps writes down every question that the public check asks of the
// database, each of which is one statement. The stores beneath have no other
// methods: a question that is not written down here fails the test.
type steps struct{ all []string }

func (s *steps) take() []string {
	taken := s.all
	s.all = nil
	return taken
}

type watched struct {
	determination.Store // nil
	of                  determination.Store
	steps               *steps
}

func (w watched) ByNoticeKey(ctx context.Context, key []byte) (id, family ident.ID, err error) {
	w.steps.all = append(w.steps.all, "key")
	return w.of.ByNoticeKey(ctx, key)
}

func (w watched) Header(ctx context.Context, id ident.ID) (determination.Header, error) {
	w.steps.all = append(w.steps.all, "header")
	return w.of.Header(ctx, id)
}

func (w watched) OfFamily(ctx context.Context, id, family ident.ID) ([]determination.Row, error) {
	w.steps.all = append(w.steps.all, "family")
	return w.of.OfFamily(ctx, id, family)
}

type watchedLog struct {
	audit.Store // nil
	of          audit.Store
	steps       *steps
	entries     []audit.Entry
}

func (w *watchedLog) Append(ctx context.Context, entries []audit.Entry) error {
	w.steps.all = append(w.steps.all, "log")
	w.entries = append(w.entries, entries...)
	return w.of.Append(ctx, entries)
}

type watchedUnit struct {
	work.Unit
	steps *steps
}

func (w watchedUnit) Write(ctx context.Context, fn func(ctx context.Context) error) error {
	w.steps.all = append(w.steps.all, "write")
	return w.Unit.Write(ctx, fn)
}

func (w watchedUnit) Read(ctx context.Context, fn func(ctx context.Context) error) error {
	w.steps.all = append(w.steps.all, "read")
	return w.Unit.Read(ctx, fn)
}

// watch puts the watched stores beneath a world's determinations.
func watch(w *determinationtest.World, d *db.DB, c clock.Clock) (*steps, *watchedLog) {
	s := &steps{}
	log := &watchedLog{of: auditdb.New(), steps: s}
	w.Determinations.Store = watched{of: w.Determinations.Store, steps: s}
	w.Determinations.Unit = watchedUnit{d, s}
	w.Determinations.Log = audit.NewLog(log, c)
	w.Determinations.Clock = c
	return s, log
}

// A NIK that nobody has, a code that is wrong and a family that receives
// nothing: the same questions to the database, the same record, the same answer.
func TestCheckTakesTheSameStepsForWhoFindsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(21, 150))
		h := w.Enacted(t)
		receives := map[ident.ID]bool{}
		for _, p := range h.Content.Programmes {
			if err := w.Determinations.Entitled(determinationtest.System(), h.ID, p.Code, func(e determination.Entitlement) error {
				receives[e.FamilyID] = true
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		type try struct{ number, code string }
		var recipient, other try
		for _, r := range w.Records {
			into := &other
			if receives[r.Family] {
				into = &recipient
			}
			code, err := w.Determinations.NoticeCode(determinationtest.System(), access.PurposeService, r.Family)
			if err != nil {
				t.Fatal(err)
			}
			if m := r.Members[0]; m.HasNIK {
				*into = try{determinationtest.NIK(m.ID), code}
			}
		}
		if recipient.code == "" || other.code == "" {
			t.Fatal("the example shows too little")
		}
		s, log := watch(w, d, clock.NewStepping(h.CreatedAt, 0))
		nothing := []string{"read", "log", "key"}
		for name, c := range map[string]struct {
			try
			found bool
			steps []string
		}{
			"unknown NIK":      {try{"3172041212129999", recipient.code}, false, nothing},
			"no NIK at all":    {try{"x", "y"}, false, nothing},
			"wrong code":       {try{recipient.number, "AAAAAAAAAA"}, false, nothing},
			"code of another":  {try{recipient.number, other.code}, false, nothing},
			"receives nothing": {other, false, nothing},
			"receives":         {recipient, true, []string{"read", "log", "key", "header", "family"}},
		} {
			status, found, err := w.Determinations.Check(context.Background(), c.number, c.code)
			if err != nil || found != c.found || found == (len(status.Receiving) == 0) {
				t.Errorf("%s: %+v %v %v", name, status, found, err)
			}
			if diff := cmp.Diff(c.steps, s.take()); diff != "" {
				t.Errorf("%s takes other steps (-want +got):\n%s", name, diff)
			}
		}
		alike := func(e audit.Entry) audit.Entry {
			e.Seq, e.Subject = 0, "" // the subject is a pseudonym of the number that was typed
			return e
		}
		for _, e := range log.entries {
			if diff := cmp.Diff(alike(log.entries[0]), alike(e)); diff != "" {
				t.Errorf("an entry tells what was found:\n%s", diff)
			}
		}
	})
}

func TestManyFailedChecksRaiseAnAlarm(t *testing.T) {
	d := dbtest.SQLite(t)
	w := world(t, d, snapshottest.Random(3, 20))
	h := w.Enacted(t)
	c := clock.NewStepping(h.CreatedAt, 0)
	_, log := watch(w, d, c)
	var warned bytes.Buffer
	w.Determinations.Warn = slog.New(slog.NewTextHandler(&warned, nil))
	w.Determinations.Checks = determination.CheckRules{{Alarm: 3}}
	try := func(n int) (alarms int) {
		t.Helper()
		for range n {
			if _, found, err := w.Determinations.Check(context.Background(), "3172041212129999", "AAAAAAAAAA"); err != nil || found {
				t.Fatal(found, err)
			}
		}
		for _, e := range log.entries {
			if e.Action == "determination.check_alarm" {
				alarms++
			}
		}
		return alarms
	}
	if n := try(3); n != 0 {
		t.Errorf("%d alarms at the limit", n)
	}
	if n := try(10); n != 1 {
		t.Errorf("%d alarms above it in one minute, want 1", n)
	}
	c.Advance(60e9)
	if n := try(3); n != 1 {
		t.Errorf("a new minute begins with %d alarms", n)
	}
	if n := try(1); n != 2 {
		t.Errorf("%d alarms after two such minutes", n)
	}
	i := slices.IndexFunc(log.entries, func(e audit.Entry) bool { return e.Action == "determination.check_alarm" })
	if e := log.entries[i]; e.Count != 4 || e.Purpose != access.PurposeSystem {
		t.Errorf("recorded as %+v", e)
	}
	if got := warned.String(); strings.Count(got, "level=WARN") != 2 || strings.Contains(got, "3172041212129999") {
		t.Errorf("warned %s", got)
	}
}
