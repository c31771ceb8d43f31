package backuptest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/backup"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var (
	tari  = As("tari", access.Treasurer, "3674")
	rudi  = As("rudi", access.Releaser, "3674")
	other = As("lina", access.Releaser, "3172")
)

// said has the treasurer say that lists of an area went out.
func (w *World) said(t *testing.T, area string, gone ...string) *backup.Statement {
	t.Helper()
	x, err := w.Say(tari, backup.Statement{Restoration: w.Restoration.ID, Area: area, Gone: gone, Reason: "rekening koran"})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func key(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Key
}

func TestTwoPeopleLiftTheBar(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		x := w.said(t, "3674", "pkh-2026-02-01; PKH-2026-01-01", "PKH-2026-01-01")
		if !w.Barred(t, "3674011002") {
			t.Error("one person lifted it")
		}
		for name, c := range map[string]struct {
			who  context.Context
			want int64
		}{"a second person": {rudi, 1}, "who said it": {As("tari", access.Releaser, "3674"), 0}, "another area": {other, 0}} {
			if n, err := w.ToDecide(c.who); n != c.want || err != nil {
				t.Errorf("%s has %d to decide, %v", name, n, err)
			}
		}
		if _, err := w.ToDecide(tari); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a treasurer decides nothing: %v", err)
		}
		all, err := w.Restorations(tari)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		if diff := cmp.Diff(w.Restoration, all[0].Restoration); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]backup.Statement{*x}, all[0].Statements); diff != "" {
			t.Errorf("not as it was said: %s", diff)
		}
		done, err := w.Approve(rudi, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := w.ToDecide(rudi); n != 0 || err != nil {
			t.Errorf("%d left to decide, %v", n, err)
		}
		if all, err = w.Restorations(rudi); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]backup.Statement{*done}, all[0].Statements); diff != "" || done.DecidedBy != "rudi" {
			t.Errorf("%+v: %s", done, diff)
		}
		if w.Barred(t, "3674011002") || !w.Barred(t, "3172") {
			t.Error("it is for its own area")
		}
		gone, err := w.Gone(t.Context(), "3674")
		if diff := cmp.Diff([]string{"PKH-2026-01-01", "PKH-2026-02-01"}, gone); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if diff := cmp.Diff(gone, w.Out.Numbers); diff != "" {
			t.Errorf("noted as gone out: %s", diff)
		}
		for name, decide := range map[string]func(context.Context, ident.ID) (*backup.Statement, error){"approved": w.Approve, "rejected": w.Reject} {
			if _, err := decide(rudi, x.ID); key(err) != "backup.decided" {
				t.Errorf("%s once more: %v", name, err)
			}
		}
	})
}

func TestWhoIsNotASecondPersonLiftsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		x := w.said(t, "3674")
		for name, c := range map[string]struct {
			who  context.Context
			kind fault.Kind
		}{
			"who said it":         {As("tari", access.Releaser, "3674"), fault.KindForbidden},
			"a treasurer":         {As("susi", access.Treasurer, "3674"), fault.KindForbidden},
			"of another area":     {other, fault.KindNotFound},
			"of a part of it":     {As("desi", access.Releaser, "367401"), fault.KindNotFound},
			"nobody who is known": {t.Context(), fault.KindForbidden},
		} {
			if _, err := w.Approve(c.who, x.ID); !fault.Is(err, c.kind) || !w.Barred(t, "3674") {
				t.Errorf("%s: %v", name, err)
			}
		}
		all, err := w.Restorations(other)
		if err != nil || len(all) != 1 || len(all[0].Statements) != 0 {
			t.Errorf("another area sees %+v, %v", all, err)
		}
		if _, err := w.Reject(rudi, x.ID); err != nil || !w.Barred(t, "3674") {
			t.Errorf("turned down: %v", err)
		}
		w.Out.Fails = fault.Conflict("delivery.changed_since", "number", "PKH-2026-01-01")
		x = w.said(t, "3674", "PKH-2026-01-01")
		if _, err := w.Approve(rudi, x.ID); !fault.Is(err, fault.KindConflict) || !w.Barred(t, "3674") {
			t.Errorf("a list cannot be noted: %v", err)
		}
		w.Out.Fails = nil
		if _, err := w.Approve(rudi, x.ID); err != nil || w.Barred(t, "3674") {
			t.Errorf("and then it can: %v", err)
		}
	})
}

func TestWhatCannotBeSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d)
		good := backup.Statement{Restoration: w.Restoration.ID, Area: "3674", Reason: "rekening koran"}
		for name, c := range map[string]struct {
			who  context.Context
			with func(x *backup.Statement)
			key  string
		}{
			"no reason":          {tari, func(x *backup.Statement) { x.Reason = " \t" }, "backup.say_why"},
			"too long a reason":  {tari, func(x *backup.Statement) { x.Reason = strings.Repeat("é", 501) }, "backup.reason_long"},
			"no number":          {tari, func(x *backup.Statement) { x.Gone = []string{"pkh"} }, "backup.bad_number"},
			"a path":             {tari, func(x *backup.Statement) { x.Gone = []string{"PKH-../x"} }, "backup.bad_number"},
			"too many":           {tari, func(x *backup.Statement) { x.Gone = manyNumbers() }, "backup.numbers_many"},
			"of no restoration":  {tari, func(x *backup.Statement) { x.Restoration = ident.ID{9} }, "backup.no_restoration"},
			"the nation":         {tari, func(x *backup.Statement) { x.Area = "" }, "core.error.not_found"},
			"of another's area":  {tari, func(x *backup.Statement) { x.Area = "3172" }, "core.error.not_found"},
			"by who releases":    {rudi, func(*backup.Statement) {}, "core.error.forbidden"},
			"by nobody known":    {t.Context(), func(*backup.Statement) {}, "core.error.forbidden"},
			"by who only audits": {As("aulia", access.Auditor), func(*backup.Statement) {}, "core.error.forbidden"},
		} {
			x := good
			c.with(&x)
			if _, err := w.Say(c.who, x); key(err) != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		all, err := w.Restorations(As("bendahara", access.Treasurer))
		if err != nil || len(all[0].Statements) > 0 {
			t.Errorf("kept of it: %+v, %v", all, err)
		}
	})
}

// manyNumbers are more lists than a statement may name.
func manyNumbers() []string {
	text := strings.Builder{}
	for a := range 26 {
		for b := range 26 {
			text.WriteString("PKH-2026-" + string(rune('A'+a)) + string(rune('A'+b)) + "\n")
		}
	}
	return []string{text.String()}
}
