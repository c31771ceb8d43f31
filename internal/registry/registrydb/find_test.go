package registrydb_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

// TestFindKeepsToAreas has whoever sees any areas find the families there that
// carry a number, and no others, as a search for many numbers does; also where
// families of two areas carry the same.
func TestFindKeepsToAreas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		bench, store := registrytest.NewBench(t, backend(d)), registrydb.New()
		o := registrytest.NewOffice(30, 1, "3674")
		for i, row := range o.Families {
			row["kode_wilayah"] = []string{"3674011001", "3674011002", "3172041004"}[i%3]
		}
		for i, row := range o.Members {
			if i%7 == 6 {
				row["nik"] = o.Members[i/2]["nik"] // somebody of another family
			}
		}
		if _, err := bench.Import(registrytest.Officer(), o.Files(), registry.Options{QueueDuplicates: true, OnlyGood: true}, run.Silent{}); err != nil {
			t.Fatal(err)
		}
		numbers := map[registry.IdentifierKind][][]byte{}
		note := func(kind registry.IdentifierKind, text string) {
			if text != "" {
				numbers[kind] = append(numbers[kind], bench.Keys.Blind(string(kind), text))
			}
		}
		for _, row := range o.Families {
			note(registry.KindKK, row["no_kk"])
		}
		for _, row := range o.Members {
			note(registry.KindNIK, row["nik"])
			if row["rekening"] != "" {
				note(registry.KindAccount, row["bank"]+" "+row["rekening"])
			}
		}
		for _, kind := range []registry.IdentifierKind{registry.KindKK, registry.KindNIK, registry.KindAccount} {
			found := 0
			for _, scope := range []access.Scope{access.Nation(), access.Areas("3674"), access.Areas("3674011002", "31"), access.Areas("11"), access.Areas()} {
				ctx := access.With(context.Background(), access.Actor{Login: "somebody", Scope: scope})
				err := d.Read(ctx, func(ctx context.Context) error {
					for i, blind := range append(numbers[kind], binary.BigEndian.AppendUint64(make([]byte, 8), 7)) {
						families, err := store.Find(ctx, kind, blind)
						if err != nil {
							return err
						}
						held, err := store.Held(ctx, kind, [][]byte{blind})
						if err != nil {
							return err
						}
						var want []ident.ID
						want = append(want, held[string(blind)]...)
						if diff := cmp.Diff(want, families); diff != "" {
							t.Errorf("%s %d for %q: %s", kind, i, scope, diff)
						}
						found += len(families)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if found < 30 {
				t.Errorf("%d families found by %s", found, kind)
			}
		}
	})
}

// BenchmarkFind looks numbers up one after the other, as whoever sees the
// whole country and as whoever sees a part of it.
func BenchmarkFind(b *testing.B) {
	d, store := dbtest.SQLite(b), registrydb.New()
	bench := registrytest.NewBench(b, backend(d))
	o := registrytest.NewOffice(20_000, 1, "3674")
	if _, err := bench.Import(registrytest.Officer(), o.Files(), registry.Options{}, run.Silent{}); err != nil {
		b.Fatal(err)
	}
	var blinds [][]byte
	for i := range o.Members {
		if n := o.Members[i*7919%len(o.Members)]["nik"]; n != "" {
			blinds = append(blinds, bench.Keys.Blind(string(registry.KindNIK), n))
		}
	}
	for name, scope := range map[string]access.Scope{"country": access.Nation(), "province": access.Areas("36"), "elsewhere": access.Areas("31")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			ctx := access.With(context.Background(), access.Actor{Login: "somebody", Scope: scope})
			i := 0
			for b.Loop() {
				err := d.Read(ctx, func(ctx context.Context) error {
					_, err := store.Find(ctx, registry.KindNIK, blinds[i%len(blinds)])
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
