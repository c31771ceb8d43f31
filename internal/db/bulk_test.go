package db_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
)

// shelf makes a table with every kind of column that Bulk writes.
func shelf(t *testing.T, d *db.DB) {
	t.Helper()
	text := "CREATE TABLE shelf (id BLOB PRIMARY KEY, n INTEGER, word TEXT, body BLOB, CHECK (n IS NULL OR n < 1000)) STRICT, WITHOUT ROWID"
	if d.Dialect() == db.Postgres {
		text = "CREATE TABLE shelf (id UUID PRIMARY KEY, n BIGINT CHECK (n IS NULL OR n < 1000), word TEXT, body BYTEA)"
	}
	for _, q := range []string{text, "CREATE INDEX shelf_word ON shelf (word)", "CREATE INDEX shelf_some ON shelf (n) WHERE n IS NOT NULL"} {
		if _, err := d.Pool().ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
}

type onShelf struct {
	ID   ident.ID
	N    *int64
	Word string
	Body []byte
}

func read(t testing.TB, d *db.DB) []onShelf {
	t.Helper()
	rows, err := d.Pool().QueryContext(t.Context(), "SELECT id, n, word, body FROM shelf ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []onShelf
	for rows.Next() {
		var r onShelf
		if err := rows.Scan(&r.ID, &r.N, &r.Word, &r.Body); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestBulkWritesWhatItIsGiven(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		rapid.Check(t, func(rt *rapid.T) {
			if _, err := d.Pool().ExecContext(t.Context(), "DELETE FROM shelf"); err != nil {
				rt.Fatal(err)
			}
			var want []onShelf
			for i := range rapid.IntRange(0, 12).Draw(rt, "rows") {
				r := onShelf{ID: ident.ID{1, 15: byte(i)}, Word: rapid.StringMatching("[a-zé \"']{0,12}").Draw(rt, "word")}
				if rapid.Bool().Draw(rt, "known") {
					n := rapid.Int64Range(-1<<60, 999).Draw(rt, "n")
					r.N = &n
				}
				if rapid.IntRange(0, 9).Draw(rt, "large") == 0 { // more than what is sent at once
					r.Body = bytes.Repeat([]byte{byte(i)}, rapid.IntRange(1, 100_000).Draw(rt, "size"))
				}
				want = append(want, r)
			}
			err := d.Write(t.Context(), func(ctx context.Context) error {
				b := db.From(ctx).NewBulk("shelf", "id", "n", "word", "body")
				for _, r := range want {
					b.ID(r.ID)
					if r.N == nil {
						b.Null()
					} else {
						b.Int(*r.N)
					}
					half := len(r.Word) / 2
					if err := b.AppendText(func(p []byte) []byte { return append(append(p, r.Word[:half]...), r.Word[half:]...) }).Some(r.Body).End(ctx); err != nil {
						return err
					}
				}
				return b.Flush(ctx)
			})
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(want, read(t, d)); diff != "" {
				rt.Fatal(diff)
			}
		})
	})
}

type wordy string

func TestBulkTakesAnyValue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		err := d.Write(t.Context(), func(ctx context.Context) error {
			b := db.From(ctx).NewBulk("shelf", "id", "n", "word", "body")
			for i, row := range [][]any{{int32(7), wordy("named"), []byte("b")}, {int(8), civil.MustParse("1945-08-17"), nil}, {nil, "", []byte("x")}} {
				if err := b.Add(ctx, append([]any{ident.ID{15: byte(i + 1)}}, row...)...); err != nil {
					return err
				}
			}
			return b.Flush(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		seven, eight := int64(7), int64(8)
		want := []onShelf{{ident.ID{15: 1}, &seven, "named", []byte("b")}, {ident.ID{15: 2}, &eight, "1945-08-17", nil}, {ident.ID{15: 3}, nil, "", []byte("x")}}
		if diff := cmp.Diff(want, read(t, d)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBulkSaysWhatIsWrong(t *testing.T) {
	one := ident.ID{15: 1}
	for name, test := range map[string]struct {
		rows  [][]any
		table string
		says  func(error) bool
	}{
		"a key twice":      {[][]any{{one, 1, "a", nil}, {one, 2, "b", nil}}, "shelf", db.IsUnique},
		"a broken check":   {[][]any{{one, 1, "a", nil}, {ident.ID{15: 2}, 2000, "b", nil}}, "shelf", func(err error) bool { return db.IsConstraint(err) && !db.IsUnique(err) }},
		"too few values":   {[][]any{{one, 1}}, "shelf", func(err error) bool { return strings.Contains(err.Error(), "2 values for 4 columns") }},
		"a time":           {[][]any{{one, time.Now(), "a", nil}}, "shelf", func(err error) bool { return strings.Contains(err.Error(), "time.Time") }},
		"no such table":    {[][]any{{one, 1, "a", nil}}, "shelves", func(err error) bool { return strings.Contains(err.Error(), "shelves") }},
		"what nobody made": {[][]any{{one, struct{}{}, "a", nil}}, "shelf", func(err error) bool { return err != nil }},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				shelf(t, d)
				err := d.Write(t.Context(), func(ctx context.Context) error {
					b := db.From(ctx).NewBulk(test.table, "id", "n", "word", "body")
					for _, row := range test.rows {
						if err := b.Add(ctx, row...); err != nil {
							return err
						}
					}
					return b.Flush(ctx)
				})
				if err == nil || !test.says(err) {
					t.Fatalf("says %v", err)
				}
				if left := read(t, d); len(left) > 0 {
					t.Errorf("a failure left %v", left)
				}
				// The connection goes on as if nothing had been.
				err = d.Write(t.Context(), func(ctx context.Context) error {
					b := db.From(ctx).NewBulk("shelf", "id", "n", "word", "body")
					if err := b.Add(ctx, one, 5, "later", nil); err != nil {
						return err
					}
					return b.Flush(ctx)
				})
				if left := read(t, d); err != nil || len(left) != 1 {
					t.Errorf("afterwards %v, %v", left, err)
				}
			})
		})
	}
}

func TestBulkStopsWhenItIsTold(t *testing.T) {
	d := dbtest.SQLite(t)
	shelf(t, d)
	ctx, stop := context.WithCancel(t.Context())
	err := d.Write(ctx, func(ctx context.Context) error {
		b := db.From(ctx).NewBulk("shelf", "id", "n", "word", "body")
		if err := b.Add(ctx, ident.ID{15: 1}, 5, "a", nil); err != nil {
			return err
		}
		stop()
		return b.Flush(ctx)
	})
	if err == nil || len(read(t, d)) > 0 {
		t.Errorf("told to stop, it says %v", err)
	}
}

func TestDeferredIndexesAreBackAtTheEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d)
		indexes := func() (names []string) {
			q := "SELECT name FROM sqlite_schema WHERE tbl_name = 'shelf' AND sql IS NOT NULL AND type = 'index' ORDER BY 1"
			if d.Dialect() == db.Postgres {
				q = "SELECT indexname FROM pg_indexes WHERE tablename = 'shelf' AND indexname <> 'shelf_pkey' ORDER BY 1"
			}
			rows, err := d.Pool().QueryContext(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var name string
				if err := rows.Scan(&name); err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			}
			return names
		}
		want := []string{"shelf_some", "shelf_word"}
		for _, rebuild := range []bool{false, true} {
			_ = d.Write(t.Context(), func(ctx context.Context) error {
				tx := db.From(ctx)
				again, err := tx.DeferIndexes(ctx, "shelf")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := tx.Exec(ctx, "INSERT INTO shelf (id, n, word) VALUES ($1, 1, 'a')", ident.ID{15: 1}); err != nil {
					t.Fatal(err)
				}
				if !rebuild {
					return context.Canceled
				}
				return again(ctx)
			})
			if diff := cmp.Diff(want, indexes()); diff != "" {
				t.Errorf("rebuilt %v: %s", rebuild, diff)
			}
		}
		if len(read(t, d)) != 1 {
			t.Error("the row is not there")
		}
	})
}

// Indexes that are sorted in several runs, through a file, are whole, and the
// file is nowhere to be seen.
func TestDeferredIndexesOfManyRows(t *testing.T) {
	d := dbtest.SQLite(t)
	shelf(t, d)
	const rows = 60_000 // some 5 MB of entries
	word := func(i int) string { return fmt.Sprintf("%08x-%032d", uint32(i)*2654435761, i) }
	err := d.Write(t.Context(), func(ctx context.Context) error {
		tx := db.From(ctx)
		again, err := tx.DeferIndexes(ctx, "shelf")
		if err != nil {
			return err
		}
		b := tx.NewBulk("shelf", "id", "n", "word")
		for i := range rows {
			if err := b.ID(ident.ID{13: byte(1 + i>>16), 14: byte(i >> 8), 15: byte(i)}).Int(int64(i % 1000)).Text(word(i)).End(ctx); err != nil {
				return err
			}
		}
		if err := b.Flush(ctx); err != nil {
			return err
		}
		return again(ctx)
	})
	if err != nil {
		t.Fatal(err)
	}
	var whole string
	if err := d.Pool().QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&whole); err != nil || whole != "ok" {
		t.Errorf("the database is %q, %v", whole, err)
	}
	var found, cache int
	err = d.Pool().QueryRowContext(t.Context(), "SELECT count(*) FROM shelf INDEXED BY shelf_word WHERE word >= ''").Scan(&found)
	if err != nil || found != rows {
		t.Errorf("%d of %d rows are found by their word, %v", found, rows, err)
	}
	if err := d.Pool().QueryRowContext(t.Context(), "PRAGMA cache_size").Scan(&cache); err != nil || cache != -64<<10 {
		t.Errorf("the cache is %d afterwards, %v", cache, err)
	}
}
