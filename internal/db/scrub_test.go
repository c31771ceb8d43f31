package db_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
)

// TestScrubbingStaysOwedWhileSomebodyReads holds that what was written over
// while somebody reads it is scrubbed as soon as they have ended, by whoever
// scrubs next, and that it is remembered until then.
func TestScrubbingStaysOwedWhileSomebodyReads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		canary := strings.Repeat("Qwyzafrin", 20)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		owed := func() bool {
			t.Helper()
			since, err := d.ScrubOwed()
			must(err)
			return !since.IsZero()
		}
		write := func(statement string, args ...any) {
			t.Helper()
			must(d.Write(t.Context(), func(ctx context.Context) error { return db.Exec(ctx, "test", statement, args...) }))
		}
		must(d.Scrub(t.Context()))
		write("CREATE TABLE scrubbed (name TEXT)")
		write("INSERT INTO scrubbed (name) VALUES ($1)", canary)
		if owed() {
			t.Fatal("owed though nobody owes it")
		}
		must(d.Read(t.Context(), func(ctx context.Context) error {
			var n int
			must(db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM scrubbed").Scan(&n))
			must(d.Write(context.WithoutCancel(t.Context()), func(ctx context.Context) error {
				must(db.Exec(ctx, "test", "UPDATE scrubbed SET name = ''"))
				return d.OweScrub()
			}))
			for range 2 {
				must(d.Scrub(t.Context()))
				if !owed() {
					t.Error("done, though somebody reads")
				}
			}
			return nil
		}))
		must(d.Scrub(t.Context()))
		if owed() {
			t.Error("still owed, though nobody reads")
		}
		if d.Dialect() == db.SQLite {
			for _, file := range []string{"gotong.db", "gotong.db-wal"} {
				b, err := os.ReadFile(filepath.Join(db.Dir(d), file))
				must(err)
				if strings.Contains(string(b), canary) {
					t.Errorf("%s still holds it", file)
				}
			}
		}
		// What a process that died owed is done by the next.
		must(d.OweScrub())
		must(d.OweScrub())
		must(d.Scrub(t.Context()))
		if owed() {
			t.Error("owed by one that died, and not done")
		}
	})
}
