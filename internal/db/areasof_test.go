package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/db"
)

// placed are things under a key that lie in areas. Of a long one, the area may
// lie in another page than the key.
var placed = db.Keyed{Index: "placed_mark", Area: "placed", Query: "SELECT p.a FROM placed p WHERE {scope p.area} AND p.mark = $1 ORDER BY p.a"}

func makePlaced(t testing.TB, d *db.DB, ctx context.Context) {
	t.Helper()
	err := d.Write(ctx, func(ctx context.Context) error {
		for _, q := range []string{
			"CREATE TABLE placed (mark BLOB, b BLOB NOT NULL, more TEXT NOT NULL, no INTEGER, area TEXT, rest TEXT, a BLOB NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID",
			"CREATE INDEX placed_mark ON placed (mark)"} {
			if err := db.Exec(ctx, "making what lies somewhere", q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// areaCodes are codes as they are, and such as no code is.
var areaCodes = []any{"3172041004", "3172041005", "3174011001", "3201011001", "11", "3", "", "31x2041004", "é", nil, 3172041004}

func anyScope(r *rapid.T) access.Scope {
	if rapid.IntRange(0, 5).Draw(r, "nation") == 0 {
		return access.Nation()
	}
	code := rapid.SampledFrom([]string{"3172041004", "317204", "3172", "31", "32", "1", "9", "39", "31x", "", "é"})
	return access.Areas(rapid.SliceOfN(code, 0, 3).Draw(r, "areas")...)
}

// TestUnderKeepsToAreasAsTheEngineDoes has whoever sees any areas be told by
// the pages what the engine tells, whatever lies where, after any changes.
func TestUnderKeepsToAreasAsTheEngineDoes(t *testing.T) {
	d := open(t, t.TempDir())
	all := access.With(context.Background(), access.System("test"))
	makePlaced(t, d, all)
	key := rapid.Custom(func(r *rapid.T) []byte { return []byte{0: rapid.ByteMax(40).Draw(r, "key"), 15: 0} })
	long := rapid.SampledFrom([]string{"", "short", strings.Repeat("long", 100), strings.Repeat("very long", 400)})
	rapid.Check(t, func(r *rapid.T) {
		type thing struct {
			mark, a, b []byte
			more, rest string
			area       any
		}
		things := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) thing {
			return thing{key.Draw(r, "mark"), key.Draw(r, "a"), key.Draw(r, "b"), long.Draw(r, "more"), long.Draw(r, "rest"), rapid.SampledFrom(areaCodes).Draw(r, "area")}
		}), 1, 40).Draw(r, "things")
		moved, gone := rapid.SampledFrom(areaCodes).Draw(r, "moved"), key.Draw(r, "gone")
		err := d.Write(all, func(ctx context.Context) error {
			for i, x := range things {
				if err := db.Exec(ctx, "placing", "INSERT OR REPLACE INTO placed (mark, a, b, more, rest, area, no) VALUES ($1, $2, $3, $4, $5, $6, $7)",
					x.mark, x.a, x.b, x.more, x.rest, x.area, i); err != nil {
					return err
				}
			}
			if err := db.Exec(ctx, "moving", "UPDATE placed SET area = $1 WHERE a = $2", moved, things[0].a); err != nil {
				return err
			}
			return db.Exec(ctx, "fewer", "DELETE FROM placed WHERE mark = $1", gone)
		})
		if err != nil {
			r.Fatal(err)
		}
		scope := anyScope(r)
		ctx := access.With(context.Background(), access.Actor{Login: "somebody", Scope: scope})
		err = d.Read(ctx, func(ctx context.Context) error {
			for _, x := range append(things[:min(10, len(things))], thing{mark: gone}, thing{mark: []byte{}}, thing{}) {
				under, err := ids(func(row func(db.Scanner) error) error { return db.From(ctx).Under(ctx, placed, x.mark, row) })
				if err != nil {
					return err
				}
				few, err := ids(func(row func(db.Scanner) error) error { return db.From(ctx).Few(ctx, placed.Query, []any{x.mark}, row) })
				if diff := cmp.Diff(few, under); err != nil || diff != "" {
					return fmt.Errorf("%s asks for %x: %s, %w", scope, x.mark, diff, err)
				}
			}
			return nil
		})
		if err != nil {
			r.Fatal(err)
		}
	})
}

// TestUnderWithoutAreas asks by an index whose entries lie in no table that is
// known: the engine answers.
func TestUnderWithoutAreas(t *testing.T) {
	d := open(t, t.TempDir())
	all := makeCarriers(t, d)
	if err := put(all, d, 1, []byte("a key")); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"", "carrier", "nowhere", "installation"} {
		q := db.Keyed{Index: carried.Index, Query: carried.Query, Area: table}
		ctx := access.With(context.Background(), access.Actor{Login: "somebody", Scope: access.Areas("31")})
		err := d.Read(ctx, func(ctx context.Context) error {
			under, err := ids(func(row func(db.Scanner) error) error { return db.From(ctx).Under(ctx, q, []byte("a key"), row) })
			if len(under) != 1 {
				t.Errorf("by %q: %q", table, under)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
