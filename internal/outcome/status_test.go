package outcome

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/money"
)

var days = []civil.Date{civil.MustParse("2024-01-01"), civil.MustParse("2024-07-01"), civil.MustParse("2025-01-01"), civil.MustParse("2025-07-01")}

func TestMove(t *testing.T) {
	type answer struct {
		List  List
		Since civil.Date
		From  int
	}
	for _, c := range []struct {
		name string
		path []Status
		want answer
	}{
		{"left on the last day", []Status{Poor, Poor, Poor, Out}, answer{Left, days[3], 2}},
		{"has been out since", []Status{Extreme, Out, Out, Out}, answer{Left, days[1], 0}},
		{"left, fell, left again", []Status{Poor, Out, Poor, Out}, answer{Left, days[3], 2}},
		{"fell back", []Status{Poor, Out, Poor, Extreme}, answer{FellBack, days[2], 1}},
		{"fell for the first time", []Status{Out, Out, Out, Poor}, answer{Fell, days[3], 2}},
		{"poor all along", []Status{Poor, Extreme, Poor, Poor}, answer{StayedPoor, days[0], 0}},
		{"never poor", []Status{Out, Out, Out, Out}, answer{StayedOut, days[0], 0}},
		{"a day without a score is passed over", []Status{Poor, Out, Unrated, Out}, answer{Left, days[1], 0}},
		{"a day off the register too", []Status{Poor, Absent, Absent, Poor}, answer{StayedPoor, days[0], 0}},
		{"came today", []Status{Absent, Absent, Absent, Poor}, answer{Joined, 0, 3}},
		{"was there without a score", []Status{Absent, Unrated, Unrated, Poor}, answer{NotKnown, 0, 0}},
		{"no score today", []Status{Poor, Poor, Poor, Unrated}, answer{NotKnown, 0, 0}},
		{"gone", []Status{Out, Poor, Poor, Absent}, answer{Gone, 0, 0}},
	} {
		points := make([]point, len(c.path))
		for i, s := range c.path {
			points[i].status = s
		}
		list, since, from := move(points, days)
		if diff := cmp.Diff(c.want, answer{list, since, from}); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// Whoever is on a list is where the list says, and since then without a break.
func TestMoveAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := make([]point, rapid.IntRange(1, 4).Draw(t, "days"))
		for i := range points {
			points[i].status = Status(rapid.IntRange(0, 4).Draw(t, "status"))
		}
		last := len(points) - 1
		list, since, from := move(points, days[:len(points)])
		now := points[last].status
		everPoor := slices.ContainsFunc(points[:last], func(p point) bool { return p.status.IsPoor() })
		switch list {
		case Left:
			if now != Out || !everPoor || !points[from].status.IsPoor() {
				t.Fatalf("left: %v", points)
			}
		case FellBack, Fell:
			if !now.IsPoor() || points[from].status != Out || (list == FellBack) != everPoor && list == FellBack {
				t.Fatalf("%s: %v", list, points)
			}
		case StayedPoor:
			if !now.IsPoor() || slices.ContainsFunc(points, func(p point) bool { return p.status == Out }) {
				t.Fatalf("stayed poor: %v", points)
			}
		case StayedOut:
			if now != Out || everPoor {
				t.Fatalf("stayed out: %v", points)
			}
		}
		for i, day := range days[:len(points)] {
			if since != 0 && day >= since && points[i].status != Absent && points[i].status != Unrated && points[i].status.IsPoor() != now.IsPoor() {
				t.Fatalf("since %s, but on %s it was %s: %v", since, day, points[i].status, points)
			}
		}
	})
}

func TestRoad(t *testing.T) {
	with := func(income int64, earners int32) point {
		return point{earners: earners, earnerKnown: earners >= 0, incomeKnown: income >= 0, income: money.Rupiah(max(income, 0))}
	}
	for _, c := range []struct {
		name     string
		was, now point
		relieved bool
		want     Road
	}{
		{"income by a tenth", with(500_000, 1), with(550_000, 1), false, RoadIncome},
		{"by less than a tenth", with(500_000, 1), with(549_999, 1), false, RoadOther},
		{"one more earns", with(500_000, 1), with(500_000, 2), false, RoadIncome},
		{"one more earns, income not asked", with(-1, 1), with(-1, 2), true, RoadBoth},
		{"relief alone", with(500_000, 1), with(500_000, 1), true, RoadRelief},
		{"both", with(500_000, 1), with(900_000, 1), true, RoadBoth},
		{"not known", with(-1, 1), with(900_000, 1), true, RoadUnknown},
		{"from nothing", with(0, 0), with(1, 0), false, RoadIncome},
		{"nothing stays nothing", with(0, 0), with(0, 0), false, RoadOther},
	} {
		if got := roadOf(c.was, c.now, 10, c.relieved); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
