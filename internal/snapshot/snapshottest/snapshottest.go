// Package snapshottest makes snapshots of invented families for tests.
package snapshottest

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
)

// AsOf is the day of the snapshots made here.
var AsOf = civil.MustParse("2025-07-01")

// Few has the property checks of a test run only a few times, where each
// writes and syncs files. A number given on the command line stands.
func Few(t testing.TB) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks == nil || checks.Value.String() != checks.DefValue {
		return
	}
	if err := checks.Value.Set("15"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = checks.Value.Set(checks.DefValue) })
}

// Source is a snapshot.Source of given records, in any order.
type Source []snapshot.Record

// Active implements snapshot.Source.
func (s Source) Active(_ context.Context, fn func(*snapshot.Record) error) (snapshot.Mark, error) {
	sorted := slices.Clone(s)
	slices.SortFunc(sorted, func(a, b snapshot.Record) int {
		if a.Area != b.Area {
			if a.Area < b.Area {
				return -1
			}
			return 1
		}
		return slices.Compare(a.Family[:], b.Family[:])
	})
	mark := snapshot.Mark{}
	for _, r := range sorted {
		r.Members = slices.Clone(r.Members)
		mark.Families++
		mark.Persons += int64(len(r.Members))
		if err := fn(&r); err != nil {
			return mark, err
		}
	}
	return mark, nil
}

// Keys returns a fresh keyring.
func Keys(t testing.TB) *seal.Keyring {
	t.Helper()
	k, err := seal.Load(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Build writes a snapshot of records into a folder of the test and opens it.
func Build(t testing.TB, keys *seal.Keyring, records []snapshot.Record) *snapshot.Snapshot {
	t.Helper()
	return BuildIn(t, t.TempDir(), keys, records)
}

// BuildIn is Build in an empty folder dir.
func BuildIn(t testing.TB, dir string, keys *seal.Keyring, records []snapshot.Record) *snapshot.Snapshot {
	t.Helper()
	plan := snapshot.Plan{Catalogue: indicator.Default(), Source: Source(records), AsOf: AsOf, Scope: "*",
		At: time.Date(2025, 7, 2, 1, 0, 0, 0, time.UTC)}
	if _, err := plan.Write(context.Background(), dir, keys, func() {}); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(dir, keys.Public(), indicator.Default())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ID returns an id made of a number.
func ID(n int) ident.ID {
	var id ident.ID
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	id[6], id[8] = 0x70, id[8]|0x80
	return id
}

// No returns the number of an indicator of the default catalogue.
func No(l indicator.Level, code string) int {
	i, ok := indicator.Default().Lookup(l, code)
	if !ok {
		panic("snapshottest: no indicator " + code)
	}
	return i.No
}

// FamilyFacts reads code, text, code, text, … as the facts of a family.
func FamilyFacts(pairs ...string) indicator.Facts { return facts(indicator.Family, pairs) }

// PersonFacts reads code, text, code, text, … as the facts of a person.
func PersonFacts(pairs ...string) indicator.Facts { return facts(indicator.Person, pairs) }

func facts(l indicator.Level, pairs []string) indicator.Facts {
	var f indicator.Facts
	for i := 0; i+1 < len(pairs); i += 2 {
		ind, ok := indicator.Default().Lookup(l, pairs[i])
		if !ok {
			panic("snapshottest: no indicator " + pairs[i])
		}
		v, err := ind.Parse(pairs[i+1])
		if err != nil {
			panic(err)
		}
		f.Set(ind.No, v)
	}
	return f
}

// Born returns the birthday of someone who is exactly age years old on AsOf.
func Born(age int) *civil.Date {
	d := AsOf.AddMonths(-12 * age)
	return &d
}

// Areas are villages of three regencies.
var Areas = []string{"3172041004", "3172041005", "3674011001", "3674021003", "3674051002", "7403012001"}

// Random returns n families drawn from a seed: of one to six members, in
// Areas, with answers to about nine of ten questions.
func Random(seed uint64, n int) []snapshot.Record {
	r := rand.New(rand.NewPCG(seed, 1))
	all := make([]snapshot.Record, n)
	for i := range all {
		all[i] = family(r, i)
	}
	return all
}

func family(r *rand.Rand, i int) snapshot.Record {
	rec := snapshot.Record{Family: ID(i*10 + 1), Area: Areas[r.IntN(len(Areas))], Facts: answers(r, indicator.Family)}
	for m := range 1 + r.IntN(6) {
		age := r.IntN(80)
		relation := int64(3)
		if m == 0 {
			age, relation = 18+r.IntN(70), 1
		}
		p := snapshot.Member{ID: ID(i*10 + 2 + m), Female: r.IntN(2) == 0, Relation: relation, HasNIK: r.IntN(20) > 0,
			Facts: answers(r, indicator.Person)}
		if r.IntN(30) > 0 {
			d := AsOf.AddDays(-365*age - r.IntN(365))
			p.Born = &d
		}
		rec.Members = append(rec.Members, p)
	}
	return rec
}

func answers(r *rand.Rand, l indicator.Level) indicator.Facts {
	var f indicator.Facts
	for _, i := range indicator.Default().Stored(l) {
		if r.IntN(10) == 0 {
			continue
		}
		f.Set(i.No, answer(r, i))
	}
	return f
}

func answer(r *rand.Rand, i *indicator.Indicator) int64 {
	switch i.Kind {
	case indicator.Bool:
		return int64(r.IntN(2))
	case indicator.Choice:
		return i.Options[r.IntN(len(i.Options))].No
	case indicator.Date:
		return int64(AsOf) - int64(r.IntN(3000))
	case indicator.Money:
		return int64(r.IntN(100)) * 50_000
	case indicator.Int:
		limit := int64(100)
		if i.Max != nil {
			limit = min(limit, *i.Max)
		}
		return r.Int64N(limit + 1)
	}
	panic(fmt.Sprintf("snapshottest: %s has kind %s", i.Code, i.Kind))
}

// Complete answers, of nine families in ten, what nobody answered: such a
// family has all that a score needs.
func Complete(records []snapshot.Record) []snapshot.Record {
	donor := Random(99, 400)
	for i := range records {
		if i%10 == 0 {
			continue
		}
		for _, d := range donor {
			for _, f := range d.Facts {
				if _, ok := records[i].Facts.Get(f.No); !ok {
					records[i].Facts.Set(f.No, f.Value)
				}
			}
		}
		for k := range records[i].Members {
			m := &records[i].Members[k]
			if m.Born == nil {
				m.Born = Born(30)
			}
			for _, d := range donor {
				for _, f := range d.Members[0].Facts {
					if _, ok := m.Facts.Get(f.No); !ok {
						m.Facts.Set(f.No, f.Value)
					}
				}
			}
		}
	}
	return records
}
