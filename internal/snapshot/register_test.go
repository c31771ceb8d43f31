package snapshot_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
)

// scan hands out the same record again and again, as the register does.
type scan []registry.Record

func (s scan) Scan(_ context.Context, _ access.Purpose, fn func(*registry.Record) error) error {
	var shared registry.Record
	for _, r := range s {
		shared.Family = r.Family
		shared.Members = append(shared.Members[:0], r.Members...)
		if err := fn(&shared); err != nil {
			return err
		}
	}
	return nil
}

// Only active members of active families are read; what they are made of is copied.
func TestRegisterGivesWhoCounts(t *testing.T) {
	born := civil.MustParse("1990-02-03")
	family := func(n int, status registry.FamilyStatus, members ...registry.PersonStatus) registry.Record {
		r := registry.Record{Family: registry.Family{ID: snapshottest.ID(n), Area: "3172041004", Status: status, Version: 2,
			Facts: snapshottest.FamilyFacts("floor", "earth")}}
		for i, s := range members {
			r.Members = append(r.Members, registry.Person{ID: snapshottest.ID(n + 1 + i), Female: i > 0, Relation: int64(1 + i),
				Status: s, Born: &born, NIKBlind: []byte{1}, Facts: snapshottest.PersonFacts("working", "ya")})
		}
		return r
	}
	source := snapshot.Register{Service: scan{
		family(10, registry.FamilyActive, registry.PersonActive, registry.PersonDead, registry.PersonActive),
		family(20, registry.FamilyDormant, registry.PersonActive),
		family(30, registry.FamilyActive, registry.PersonMoved),
		family(40, registry.FamilyActive, registry.PersonActive),
	}}
	var got []snapshot.Record
	mark, err := source.Active(context.Background(), func(r *snapshot.Record) error {
		got = append(got, *r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(snapshot.Mark{Families: 4, Persons: 6, Changes: 8}, mark); diff != "" {
		t.Error(diff)
	}
	member := func(n int, female bool, relation int64) snapshot.Member {
		return snapshot.Member{ID: snapshottest.ID(n), Female: female, Relation: relation, HasNIK: true, Born: &born,
			Facts: snapshottest.PersonFacts("working", "ya")}
	}
	facts := func() indicator.Facts { return snapshottest.FamilyFacts("floor", "earth") }
	want := []snapshot.Record{
		{Family: snapshottest.ID(10), Area: "3172041004", Facts: facts(), Members: []snapshot.Member{member(11, false, 1), member(13, true, 3)}},
		{Family: snapshottest.ID(40), Area: "3172041004", Facts: facts(), Members: []snapshot.Member{member(41, false, 1)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
