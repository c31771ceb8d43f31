package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

// TestADatabaseOfANewerProgramIsLeftAlone has an older program open what a
// newer one changed: it is told so, and changes nothing.
func TestADatabaseOfANewerProgramIsLeftAlone(t *testing.T) {
	for name, c := range map[string]db.Config{"sqlite": {Dir: t.TempDir()}, "postgres": {Dir: t.TempDir(), URL: dbtest.PostgresURL(t)}} {
		t.Run(name, func(t *testing.T) {
			open := func() (*db.DB, error) { return db.Open(t.Context(), c) }
			d, err := open()
			if err != nil {
				t.Fatal(err)
			}
			missing := "" // a step that is not there, and must not be applied
			err = d.Write(t.Context(), func(ctx context.Context) error {
				if err := db.From(ctx).QueryRow(ctx, "SELECT max(name) FROM schema_migration").Scan(&missing); err != nil {
					return err
				}
				if err := db.Exec(ctx, "test", "DELETE FROM schema_migration WHERE name = $1", missing); err != nil {
					return err
				}
				return db.Exec(ctx, "test", "INSERT INTO schema_migration (name, digest, applied_at) VALUES ('9998_other', 'x', 1), ('9999_newest', 'x', 1)")
			})
			if err := errors.Join(err, d.Close()); err != nil {
				t.Fatal(err)
			}
			_, err = open()
			var f *fault.Error
			if !errors.As(err, &f) || f.Key != "db.newer_schema" || !slices.Equal(f.Args, []any{"name", "9999_newest"}) {
				t.Fatalf("it opens, or says %v", err)
			}
			look := c
			look.ReadOnly = true
			if d, err = db.Open(t.Context(), look); err != nil {
				t.Fatal(err)
			}
			n := 0
			err = d.Read(t.Context(), func(ctx context.Context) error {
				return db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM schema_migration WHERE name = $1", missing).Scan(&n)
			})
			if err := errors.Join(err, d.Close()); err != nil || n > 0 {
				t.Errorf("a step was applied all the same (%d), %v", n, err)
			}
		})
	}
}
