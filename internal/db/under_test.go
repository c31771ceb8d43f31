package db_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// carried asks what is under a key.
var carried = db.Keyed{Index: "carrier_key", Query: "SELECT id FROM carrier WHERE mark = $1 ORDER BY id"}

func makeCarriers(t testing.TB, d *db.DB) context.Context {
	t.Helper()
	ctx := access.With(context.Background(), access.System("test"))
	bytes := "BLOB"
	if d.Dialect() == db.Postgres {
		bytes = "bytea"
	}
	err := d.Write(ctx, func(ctx context.Context) error {
		for _, q := range []string{
			fmt.Sprintf("CREATE TABLE carrier (no BIGINT PRIMARY KEY, mark %s, id %[1]s, more TEXT NOT NULL DEFAULT '')", bytes),
			"CREATE INDEX carrier_key ON carrier (mark, id, more)"} {
			if err := db.Exec(ctx, "making carriers", q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// ids are what is told by a way of asking.
func ids(ask func(row func(scan db.Scanner) error) error) (found []string, err error) {
	err = ask(func(scan db.Scanner) error {
		var id []byte
		err := scan(&id)
		found = append(found, string(id))
		return err
	})
	return found, err
}

// bothWays asks what is under a key by the index's pages and by the engine.
func bothWays(ctx context.Context, key []byte) (under, few []string, err error) {
	tx := db.From(ctx)
	under, err = ids(func(row func(db.Scanner) error) error { return tx.Under(ctx, carried, key, row) })
	if err != nil {
		return nil, nil, err
	}
	few, err = ids(func(row func(db.Scanner) error) error { return tx.Few(ctx, carried.Query, []any{key}, row) })
	return under, few, err
}

// TestUnderIsAsFew has the index's pages tell what the engine tells, for any
// keys, after any changes, whether those lie in the log or in the file: short
// entries, many to a page, and such as go on in other pages.
func TestUnderIsAsFew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := makeCarriers(t, d)
		no := 0
		key := rapid.Custom(func(r *rapid.T) []byte {
			switch rapid.IntRange(0, 9).Draw(r, "kind") {
			case 0:
				return rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(r, "any")
			case 1: // longer than an entry that lies in one page
				return append(make([]byte, 1500), rapid.Byte().Draw(r, "last"))
			}
			return []byte{0: rapid.Byte().Draw(r, "key"), 15: 0}
		})
		rapid.Check(t, func(r *rapid.T) {
			keys := rapid.SliceOfN(key, 1, 60).Draw(r, "keys")
			more := rapid.SampledFrom([]string{"", "of some length", fmt.Sprintf("%300d", 0)}).Draw(r, "more")
			gone := rapid.IntRange(0, 3).Draw(r, "gone")
			err := d.Write(ctx, func(ctx context.Context) error {
				for i, k := range keys {
					no++
					var mark any = k
					if i%17 == 16 {
						mark = nil
					}
					id := binary.BigEndian.AppendUint32(nil, uint32(no*7919%100))
					if err := db.Exec(ctx, "carrier", "INSERT INTO carrier (no, mark, id, more) VALUES ($1, $2, $3, $4)", no, mark, id, more); err != nil {
						return err
					}
				}
				if gone > 0 {
					if err := db.Exec(ctx, "fewer", "DELETE FROM carrier WHERE no % 4 = $1", gone); err != nil {
						return err
					}
				}
				under, few, err := bothWays(ctx, keys[0]) // what is not committed yet
				if diff := cmp.Diff(few, under); diff != "" {
					r.Errorf("in a Write: %s", diff)
				}
				return err
			})
			if err != nil {
				r.Fatal(err)
			}
			err = d.Read(ctx, func(ctx context.Context) error {
				for _, k := range append(keys[:min(len(keys), 10)], []byte("nobody's"), []byte{255, 255}) {
					under, few, err := bothWays(ctx, k)
					if err != nil {
						return err
					}
					if diff := cmp.Diff(few, under); diff != "" {
						r.Errorf("under %x: %s", k, diff)
					}
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
		})
	})
}

// put puts one carrier under a key.
func put(ctx context.Context, d *db.DB, no int, key []byte) error {
	return d.Write(ctx, func(ctx context.Context) error {
		return db.Exec(ctx, "carrier", "INSERT INTO carrier (no, mark, id) VALUES ($1, $2, $3)", no, key, []byte{byte(no)})
	})
}

// TestUnderSeesWhatOthersCommit has a look see what was committed before it
// began, by this program and by another one, and what was made of the index
// meanwhile; and a view that has begun go on seeing the same.
func TestUnderSeesWhatOthersCommit(t *testing.T) {
	dir := t.TempDir()
	here, there := open(t, dir), open(t, dir)
	ctx := makeCarriers(t, here)
	key := []byte("a key of sixteen")
	for no := range 200 {
		by := here
		if no%2 == 1 {
			by = there
		}
		err := here.Read(ctx, func(ctx context.Context) error {
			if under, _, err := bothWays(ctx, key); err != nil || len(under) != no {
				return fmt.Errorf("before: %d, %w", len(under), err)
			}
			if err := put(access.With(context.Background(), access.System("test")), by, no, key); err != nil {
				return err
			}
			if under, few, err := bothWays(ctx, key); err != nil || len(under) != no || len(few) != no {
				return fmt.Errorf("a view changed: %d by the pages and %d by the engine, %w", len(under), len(few), err)
			}
			return nil
		})
		if err != nil {
			t.Fatalf("carrier %d: %v", no, err)
		}
		if no%50 == 49 { // the index begins elsewhere
			err := by.Write(ctx, func(ctx context.Context) error {
				return errors.Join(db.Exec(ctx, "dropping", "DROP INDEX carrier_key"),
					db.Exec(ctx, "filling", fmt.Sprintf("CREATE TABLE filler_%d (x BLOB)", no)),
					db.Exec(ctx, "making", "CREATE INDEX carrier_key ON carrier (mark, id, more)"))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestAViewIsWhole moves a thing from key to key while others look: in each
// view it lies under one of them. The log is brought home and begun anew many
// times meanwhile, cut to nothing, and the file written anew by another
// program; the log does not grow because of those who look without pause.
func TestAViewIsWhole(t *testing.T) {
	dir := t.TempDir()
	d, other := open(t, dir), open(t, dir)
	ctx := makeCarriers(t, d)
	const keys = 300
	key := func(i int) []byte { return binary.BigEndian.AppendUint64(make([]byte, 8), uint64(i%keys)<<48) }
	err := d.Write(ctx, func(ctx context.Context) error {
		for no := range keys {
			if err := db.Exec(ctx, "filling", "INSERT INTO carrier (no, mark, id, more) VALUES ($1, $2, $3, $4)", no+1, key(no), []byte("filler"), fmt.Sprintf("%200d", no)); err != nil {
				return err
			}
		}
		return db.Exec(ctx, "thing", "INSERT INTO carrier (no, mark, id) VALUES (0, $1, $2)", key(0), []byte("a thing"))
	})
	if err != nil {
		t.Fatal(err)
	}
	over, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for over.Err() == nil {
				err := d.Read(ctx, func(ctx context.Context) error {
					lies := 0
					for i := range keys {
						under, err := ids(func(row func(db.Scanner) error) error { return db.From(ctx).Under(ctx, carried, key(i), row) })
						if err != nil {
							return err
						}
						lies += len(under)
					}
					if lies != keys+1 {
						return fmt.Errorf("%d things", lies)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 200 {
		err := d.Write(ctx, func(ctx context.Context) error {
			if err := db.Exec(ctx, "moving", "UPDATE carrier SET mark = $1 WHERE no = 0", key(i*7)); err != nil {
				return err
			}
			return db.Exec(ctx, "writing", "UPDATE carrier SET more = $1 WHERE no > 0 AND no % 10 = $2", fmt.Sprintf("%200d", i), i%10)
		})
		if err != nil {
			t.Fatal(err)
		}
		if i%10 == 9 {
			for _, q := range []string{"PRAGMA busy_timeout = 20", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA busy_timeout = 10000"} {
				if _, err := other.Pool().ExecContext(ctx, q); err != nil { // the log is not cut while somebody reads it
					t.Fatal(err)
				}
			}
		}
		if i%60 == 59 {
			if _, err := other.Pool().ExecContext(ctx, "VACUUM"); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop()
	all.Wait()
	log, err := os.Stat(filepath.Join(dir, "gotong.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	if log.Size() > 64<<20 {
		t.Errorf("the log has %d bytes", log.Size())
	}
}

// TestUnderKeepsToAreas has whoever sees one area only not see what lies in
// another, whichever way is gone.
func TestUnderKeepsToAreas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := access.With(context.Background(), access.System("test"))
		blind := []byte("sixteen bytes it")
		family := func(area string, n byte) ident.ID {
			id := ident.ID{1, n}
			err := d.Write(all, func(ctx context.Context) error {
				return db.Exec(ctx, "family", `INSERT INTO family (id, area, local_key, kk_sealed, kk_blind, address, rt, rw, status, head_name, size, facts, observed_on, version)
					VALUES ($1, $2, $3, $4, $5, '', '', '', 'active', '', 1, $4, '2026-01-01', 1)`, id, area, area, []byte{1}, blind)
			})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		here, there := family("3172041004", 1), family("3674011001", 2)
		kk := db.Keyed{Index: "family_card", Query: "SELECT f.id FROM family f WHERE {scope f.area} AND f.kk_blind = $1 ORDER BY f.id"}
		for _, c := range []struct {
			name  string
			scope access.Scope
			want  []ident.ID
		}{
			{"the country", access.Nation(), []ident.ID{here, there}},
			{"one area", access.Areas("317204"), []ident.ID{here}},
			{"another", access.Areas("11"), nil},
			{"nothing", access.Areas(), nil},
		} {
			ctx := access.With(context.Background(), access.Actor{Login: "somebody", Scope: c.scope})
			var found []ident.ID
			err := d.Read(ctx, func(ctx context.Context) error {
				return db.From(ctx).Under(ctx, kk, blind, func(scan db.Scanner) error {
					var id ident.ID
					err := scan(&id)
					found = append(found, id)
					return err
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, found); diff != "" {
				t.Errorf("%s: %s", c.name, diff)
			}
		}
		err := d.Read(context.Background(), func(ctx context.Context) error {
			return db.From(ctx).Under(ctx, kk, blind, func(db.Scanner) error { return nil })
		})
		if err == nil {
			t.Error("nobody who acts is told something")
		}
	})
}

// TestUnderWherePagesDoNotCome cuts the file short beneath those who look by
// the index's pages: they are told that the disk fails.
func TestUnderWherePagesDoNotCome(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	ctx := makeCarriers(t, d)
	for no := range 200 {
		err := d.Write(ctx, func(ctx context.Context) error {
			for i := range 100 {
				n := no*100 + i
				if err := db.Exec(ctx, "filling", "INSERT INTO carrier (no, mark, id, more) VALUES ($1, $2, $3, $4)", n,
					binary.BigEndian.AppendUint64(nil, uint64(n)*0x9e3779b97f4a7c15), []byte{1}, fmt.Sprintf("%100d", n)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = open(t, dir)
	find := func(ctx context.Context, n int) error {
		under, err := ids(func(row func(db.Scanner) error) error {
			return db.From(ctx).Under(ctx, carried, binary.BigEndian.AppendUint64(nil, uint64(n)*0x9e3779b97f4a7c15), row)
		})
		if err == nil && len(under) != 1 {
			t.Fatalf("carrier %d: %d", n, len(under))
		}
		return err
	}
	path := filepath.Join(dir, "gotong.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Read(ctx, func(ctx context.Context) error {
		if err := find(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, 1<<20); err != nil {
			t.Fatal(err)
		}
		for n := range 300 {
			if err := find(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	if !fault.Is(err, fault.KindUnavailable) {
		t.Fatalf("pages are missing, and who looks is told %v", err)
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range 300 {
		if err := d.Read(ctx, func(ctx context.Context) error { return find(ctx, n) }); err != nil {
			t.Fatalf("afterwards carrier %d: %v", n, err)
		}
	}
}
