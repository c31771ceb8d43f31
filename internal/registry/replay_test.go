package registry

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// A small life: registered in January, moved in March (entered in May), the
// name mended in June as of January.
func smallLife() *History {
	family, person := ident.ID{1}, ident.ID{2}
	core := func(address string) *FamilyCore {
		return &FamilyCore{Area: "3674011001", LocalKey: "K1", Address: address, Status: FamilyActive}
	}
	who := func(name string) []MemberCore {
		return []MemberCore{{ID: person, Name: name, Relation: RelationHead, Status: PersonActive}}
	}
	change := func(version int, kind ChangeKind, on, recorded string, b Body) Change {
		return Change{FamilyID: family, Version: version, Kind: kind, EffectiveOn: civil.MustParse(on), RecordedAt: civil.MustParse(recorded).Time(), Body: b}
	}
	seen := func(version int, on, recorded string, value int64) Observation {
		o := Observation{FamilyID: family, Version: version, Source: SourceVisit, ObservedOn: civil.MustParse(on), RecordedAt: civil.MustParse(recorded).Time()}
		o.Facts.Set(7, value)
		return o
	}
	return &History{
		Changes: []Change{
			change(1, Registered, "2025-01-10", "2025-01-20", Body{Family: core("Jl. A"), Members: who("Siti")}),
			change(2, Corrected, "2025-03-01", "2025-05-01", Body{Family: core("Jl. B"), Members: who("Siti")}),
			change(3, Corrected, "2025-01-10", "2025-06-01", Body{Family: core("Jl. B"), Members: who("Sitti")}),
			change(4, Observed, "2025-06-10", "2025-06-10", Body{}),
			change(5, Undone, "2025-07-01", "2025-07-01", Body{Undoes: []int{2}, Family: core("Jl. A")}),
		},
		Observations: []Observation{seen(1, "2025-01-10", "2025-01-20", 1), seen(4, "2025-06-10", "2025-06-10", 2)},
	}
}

func TestReplay(t *testing.T) {
	type said struct {
		Address, Name string
		Fact          int64
	}
	for name, tc := range map[string]struct {
		on, known string
		undone    bool // the history goes on to the undoing
		want      *said
	}{
		"before it was registered":         {"2025-01-09", "", false, nil},
		"before anybody had recorded it":   {"2025-02-01", "2025-01-19", false, nil},
		"as registered, mended name":       {"2025-02-01", "", false, &said{"Jl. A", "Sitti", 1}},
		"as registered, known then":        {"2025-02-01", "2025-02-01", false, &said{"Jl. A", "Siti", 1}},
		"moved, known then":                {"2025-04-01", "2025-04-01", false, &said{"Jl. A", "Siti", 1}},
		"moved, known later":               {"2025-04-01", "2025-05-02", false, &said{"Jl. B", "Siti", 1}},
		"a fact is of the day it was seen": {"2025-06-10", "", false, &said{"Jl. B", "Sitti", 2}},
		"what was undone never was so":     {"2025-04-01", "", true, &said{"Jl. A", "Sitti", 1}},
		"and was believed until then":      {"2025-04-01", "2025-06-30", true, &said{"Jl. B", "Sitti", 1}},
	} {
		h := smallLife()
		if !tc.undone {
			h.Changes = h.Changes[:4]
		}
		at := Moment{On: civil.MustParse(tc.on)}
		if tc.known != "" {
			at.Known = civil.MustParse(tc.known).Time().Add(23 * time.Hour)
		}
		var got *said
		if r := Replay(h, at); r != nil {
			fact, _ := r.Family.Facts.Get(7)
			got = &said{r.Family.Address, r.Members[0].Name, fact}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The last instant of a day is before the next one begins in the east.
func TestEndOfDay(t *testing.T) {
	d := civil.MustParse("2025-06-01")
	end := EndOfDay(d)
	if dayInEast(end) != d || dayInEast(end.Add(time.Millisecond)) != d.AddDays(1) {
		t.Error(end)
	}
}
