package db_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
)

type mark string

// row is what a question of few answers is asked about.
type row struct {
	ID    ident.ID
	Text  string
	Mark  mark
	Bytes []byte
	Raw   string
	Small int
	Large int64
	Yes   bool
	Day   civil.Date
	None  sql.Null[civil.Date]
}

func (r *row) scan(scan db.Scanner) error {
	var raw sql.RawBytes
	err := scan(&r.ID, &r.Text, &r.Mark, &r.Bytes, &raw, &r.Small, &r.Large, &r.Yes, &r.Day, &r.None)
	r.Raw = string(raw)
	return err
}

const things = `CREATE TABLE thing (no BIGINT PRIMARY KEY, id %s NOT NULL, text TEXT NOT NULL, mark TEXT NOT NULL, bytes %s, raw %s NOT NULL,
	small BIGINT NOT NULL, large BIGINT NOT NULL, yes SMALLINT NOT NULL, day TEXT NOT NULL, none TEXT)`

func makeThings(t testing.TB, d *db.DB) {
	t.Helper()
	types := []any{"BLOB", "BLOB", "BLOB"}
	if d.Dialect() == db.Postgres {
		types = []any{"uuid", "bytea", "bytea"}
	}
	err := d.Write(context.Background(), func(ctx context.Context) error {
		return db.Exec(ctx, "making things", fmt.Sprintf(things, types...))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFewIsAsQuery has Few give what Query gives, for any values, in a Read
// and in a Write.
func TestFewIsAsQuery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		makeThings(t, d)
		no := 0
		rapid.Check(t, func(r *rapid.T) {
			no++
			bytes := rapid.SliceOfN(rapid.Byte(), 1, 40)
			text := rapid.StringMatching(`[a-zàé' ]{0,12}`)
			put := []any{no, ident.ID{1, byte(no), byte(no >> 8)}, text.Draw(r, "text"), mark(text.Draw(r, "mark")), bytes.Draw(r, "bytes"), bytes.Draw(r, "raw"),
				rapid.IntRange(-9, 9).Draw(r, "small"), rapid.Int64().Draw(r, "large"), db.Flag(rapid.Bool().Draw(r, "yes")),
				civil.Date(rapid.IntRange(0, 20000).Draw(r, "day")), nil}
			if rapid.Bool().Draw(r, "null") {
				put[4] = nil
			}
			var asked, found []row
			query := "SELECT id, text, mark, bytes, raw, small, large, yes, day, none FROM thing WHERE no = $1 OR no = $2 AND text <> $3 ORDER BY no"
			args := []any{no, int64(no - 1), "x"}
			ask := func(ctx context.Context) (err error) {
				if found, err = db.All(ctx, "asking", query, func(scan db.Scanner, x *row) error { return x.scan(scan) }, args...); err != nil {
					return err
				}
				asked = nil
				return db.From(ctx).Few(ctx, query, args, func(scan db.Scanner) error {
					var x row
					err := x.scan(scan)
					asked = append(asked, x)
					return err
				})
			}
			err := d.Write(context.Background(), func(ctx context.Context) error {
				err := db.Exec(ctx, "putting", "INSERT INTO thing (no, id, text, mark, bytes, raw, small, large, yes, day, none) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", put...)
				return errors.Join(err, ask(ctx))
			})
			if diff := cmp.Diff(found, asked); diff != "" || err != nil || len(asked) == 0 {
				r.Fatalf("in a Write: %v, %s", err, diff)
			}
			if err := d.Read(context.Background(), ask); err != nil {
				r.Fatal(err)
			}
			if diff := cmp.Diff(found, asked); diff != "" {
				r.Fatalf("in a Read: %s", diff)
			}
		})
	})
}

// TestFewRefuses what Query refuses too, and answers afterwards.
func TestFewRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		one := func(into any) func(db.Scanner) error { return func(scan db.Scanner) error { return scan(into) } }
		var n int64
		var s string
		for name, c := range map[string]struct {
			query string
			args  []any
			row   func(db.Scanner) error
		}{
			"no statement":     {"SELEKT 1", nil, one(&n)},
			"no table":         {"SELECT no FROM nothing", nil, one(&n)},
			"without scope":    {"SELECT f.id FROM family f", nil, one(&n)},
			"too many columns": {"SELECT 1, 2", nil, one(&n)},
			"a text as number": {"SELECT 'a'", nil, one(&n)},
			"null as number":   {"SELECT NULL", nil, one(&n)},
			"null as text":     {"SELECT NULL", nil, one(&s)},
			"unfit value":      {"SELECT $1", []any{struct{}{}}, one(&s)},
			"unfit place":      {"SELECT 1", nil, one(struct{}{})},
		} {
			err := d.Read(ctx, func(ctx context.Context) error { return db.From(ctx).Few(ctx, c.query, c.args, c.row) })
			if err == nil {
				t.Errorf("%s: answered %d %q", name, n, s)
			}
		}
		err := d.Read(ctx, func(ctx context.Context) error {
			return db.From(ctx).Few(ctx, "SELECT 1 WHERE 1 = 2", nil, func(db.Scanner) error { return errors.New("a row") })
		})
		if err != nil {
			t.Error(err)
		}
		done, cancel := context.WithCancel(ctx)
		err = d.Read(ctx, func(context.Context) error {
			cancel()
			return nil
		})
		if err != nil || d.Read(done, func(ctx context.Context) error { return db.From(ctx).Few(ctx, "SELECT 1", nil, one(&n)) }) == nil {
			t.Errorf("asked for one who has left: %v", err)
		}
	})
}

// TestAViewStands has a Read see one state, and its statements nest.
func TestAViewStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		makeThings(t, d)
		put := func(ctx context.Context, no int) error {
			return db.Exec(ctx, "putting", "INSERT INTO thing (no, id, text, mark, raw, small, large, yes, day) VALUES ($1, $2, 't', 'm', $3, 1, 2, 1, '2026-01-01')",
				no, ident.ID{1, byte(no)}, []byte("raw"))
		}
		count := func(ctx context.Context) (n int64) {
			if err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM thing").Scan(&n); err != nil {
				t.Error(err)
			}
			return n
		}
		ctx := context.Background()
		for no := range 3 {
			if err := d.Write(ctx, func(ctx context.Context) error { return put(ctx, no) }); err != nil {
				t.Fatal(err)
			}
		}
		err := d.Read(ctx, func(view context.Context) error {
			before := count(view)
			if err := d.Write(ctx, func(ctx context.Context) error { return put(ctx, 7) }); err != nil {
				return err
			}
			if after := count(view); before != 3 || after != 3 {
				t.Errorf("a view of %d rows has come to see %d", before, after)
			}
			if d.Dialect() == db.Postgres {
				return nil // whose connection gives one answer at a time
			}
			// The same question within its own answers.
			const query = "SELECT no FROM thing WHERE no >= $1 ORDER BY no"
			var seen []int64
			err := db.From(view).Few(view, query, []any{1}, func(scan db.Scanner) error {
				var no, inner int64
				if err := scan(&no); err != nil {
					return err
				}
				err := db.From(view).Few(view, query, []any{no}, func(scan db.Scanner) error { return scan(&inner) })
				seen = append(seen, no, inner)
				return err
			})
			if diff := cmp.Diff([]int64{1, 2, 2, 2}, seen); diff != "" {
				t.Error(diff)
			}
			seen = nil
			rows, failed := db.From(view).Query(view, query, 1)
			nested := db.Each(rows, failed, func(rows *sql.Rows) error {
				var no, inner int64
				if err := rows.Scan(&no); err != nil {
					return err
				}
				err := db.From(view).QueryRow(view, query, no).Scan(&inner)
				seen = append(seen, no, inner)
				return err
			})
			if diff := cmp.Diff([]int64{1, 1, 2, 2}, seen); diff != "" {
				t.Error(diff)
			}
			return errors.Join(err, nested)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(ctx, func(ctx context.Context) error {
			if n := count(ctx); n != 4 {
				t.Errorf("%d rows", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(ctx context.Context) error { return put(ctx, 8) }); err == nil {
			t.Error("a Read has written")
		}
	})
}

// BenchmarkFew looks up a key among persons.
func BenchmarkFew(b *testing.B) {
	const persons = 200_000
	d := dbtest.SQLite(b)
	ctx := access.With(context.Background(), access.System("bench"))
	key := func(n int) []byte {
		sum := sha256.Sum256(binary.AppendVarint(nil, int64(n)))
		return sum[:]
	}
	err := d.Write(ctx, func(ctx context.Context) error {
		if err := db.Exec(ctx, "making", "CREATE TABLE k (id BLOB PRIMARY KEY, area TEXT NOT NULL, blind BLOB NOT NULL) WITHOUT ROWID"); err != nil {
			return err
		}
		rows := db.From(ctx).NewBulk("k", "id", "area", "blind")
		for n := range persons {
			id := ident.ID{}
			binary.BigEndian.PutUint64(id[:], uint64(n+1))
			if err := rows.ID(id).Text("3674011001").Blob(key(n)).End(ctx); err != nil {
				return err
			}
		}
		return errors.Join(rows.Flush(ctx), db.Exec(ctx, "indexing", "CREATE INDEX k_blind ON k (blind)"))
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for reader := range 8 {
		all.Go(func() {
			for i := reader; i < b.N; i += 8 {
				n := 0
				err := d.Read(ctx, func(ctx context.Context) error {
					return db.From(ctx).Few(ctx, "SELECT DISTINCT k.blind, k.id FROM k WHERE {scope k.area} AND k.blind IN ($1) ORDER BY 1, 2", []any{key(i * 7919 % persons)}, func(scan db.Scanner) error {
						var blind sql.RawBytes
						var id ident.ID
						n++
						return scan(&blind, &id)
					})
				})
				if err != nil || n != 1 {
					b.Error(n, err)
				}
			}
		})
	}
	all.Wait()
}
