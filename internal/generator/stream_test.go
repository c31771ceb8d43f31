package generator

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
)

func streamOf(t testing.TB, families int) *Stream {
	t.Helper()
	s, err := NewStream(Options{Families: families, Seed: 3, AsOf: civil.MustParse("2025-07-01"), Regions: []string{"3172", "3674", "74.03"}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// whole is a stream that can only be read from the first family to the last.
type whole struct{ snapshot.Source }

// Built apart or one after the other, on one core or more, a snapshot of the
// stream is the same.
func TestStreamIsTheSameApart(t *testing.T) {
	keys, err := seal.Load(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	var want snapshot.Manifest
	for i, source := range []snapshot.Source{streamOf(t, 1500), whole{streamOf(t, 1500)}} {
		plan := snapshot.Plan{Catalogue: indicator.Default(), Source: source, AsOf: civil.MustParse("2025-07-01"), Scope: "*", At: time.Unix(0, 0).UTC()}
		families := 0
		got, err := plan.Write(context.Background(), t.TempDir(), keys, func() { families++ })
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" || families != 1500 || len(got.Parts) != 3 || got.Register.Families != 1500 {
			t.Errorf("%d families in %d parts: %s", families, len(got.Parts), diff)
		}
	}
}

// A stream is of the same people as the files: as many members, and facts
// known about as often.
func TestStreamResemblesTheFiles(t *testing.T) {
	o := Options{Families: 1500, Seed: 3, AsOf: civil.MustParse("2025-07-01"), Regions: []string{"3172", "3674", "74.03"}, Dir: t.TempDir()}
	files, err := Generate(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	facts, persons := 0, 0
	mark, err := streamOf(t, 1500).Active(context.Background(), func(r *snapshot.Record) error {
		facts += len(r.Facts)
		for _, m := range r.Members {
			facts += len(m.Facts)
			persons++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if mark.Persons != int64(persons) || persons < int(files.Persons)*95/100 || persons > int(files.Persons)*105/100 {
		t.Errorf("%d persons, the files have %d", persons, files.Persons)
	}
	if perPerson, want := facts/persons, int(files.FactsWritten)/int(files.Persons); perPerson < want-3 || perPerson > want+3 {
		t.Errorf("%d facts a person, the files have %d", perPerson, want)
	}
}
