package auditdb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
)

// What is tried and undone leaves nothing of what it would have done, and a
// look at each whom it would have been done to; so whom many acts show is
// told, and an act on one tells that one alone.
func TestATrialLeavesLooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := fixture(t, d, 1)
		undone := errors.New("undone")
		var tried audit.Trial
		err := d.Write(audit.Trying(ctx, &tried), func(ctx context.Context) error {
			err := s.Log().Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "family.move", Subject: "f1", Area: "3674011001", Count: 1},
				audit.Act{Purpose: access.PurposePayment, Action: "payment.make", Subject: "list", Area: "3674", Fields: []string{"name"}, Count: 40})
			return errors.Join(err, undone)
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(ctx context.Context) error { return s.Log().Keep(ctx, &tried) }); err != nil {
			t.Fatal(err)
		}
		auditor := access.With(t.Context(), access.Actor{Login: "watch", Roles: []access.Role{access.Auditor}, Scope: access.Nation()})
		entries, err := s.Entries(auditor, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		type line struct {
			Action, Detail, Subject, Area string
			Purpose                       access.Purpose
			Count                         int64
		}
		var got []line
		for _, e := range entries {
			if e.Action != "family.read" {
				got = append(got, line{e.Action, e.Detail, e.Subject, e.Area, e.Purpose, e.Count})
			}
		}
		want := []line{{"trial.one", "family.move", "f1", "3674011001", access.PurposeService, 1},
			{"trial.many", "payment.make", "list", "3674", access.PurposePayment, 40}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		many, err := s.Around(ctx, "3674011001")
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, m := range many {
			if m.Actor == "sri" {
				told = append(told, m.Action)
			}
		}
		if diff := cmp.Diff([]string{"trial.many"}, told); diff != "" {
			t.Errorf("a neighbour is told of other acts: %s", diff)
		}
	})
}
