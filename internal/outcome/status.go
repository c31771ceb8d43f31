package outcome

import (
	"gotong/internal/civil"
	"gotong/internal/money"
)

// Status is where a family stood on the day of one ranking.
type Status uint8

// The statuses.
const (
	Absent  Status = iota // not on the register then
	Unrated               // on it, without a score
	Extreme               // predicted to be in extreme poverty
	Poor                  // predicted below the poverty line
	Out                   // predicted at or above the line
)

// String returns the status's name, as in JSON and in outcome.status.
func (s Status) String() string { return [...]string{"absent", "unrated", "extreme", "poor", "out"}[s] }

// IsPoor reports whether the status is below the poverty line.
func (s Status) IsPoor() bool { return s == Extreme || s == Poor }

// point is what one ranking says of a family.
type point struct {
	status      Status
	incomeKnown bool
	earnerKnown bool
	earners     int32
	consumption money.Rupiah // predicted, per person and month
	income      money.Rupiah // reported, per person and month
}

// statusOf holds a predicted consumption against the lines. A line of zero is
// none.
func statusOf(known bool, consumption, poor, extreme money.Rupiah) Status {
	switch {
	case !known || poor == 0:
		return Unrated
	case consumption < extreme && consumption < poor:
		return Extreme
	case consumption < poor:
		return Poor
	}
	return Out
}

// List names a list of families: what became of them, a gap of the policy, or
// the end of a programme.
type List string

// The lists of what became of families between the first and the last ranking.
const (
	Left       List = "left"        // was poor, is out
	FellBack   List = "fell_back"   // was poor, was out, is poor again
	Fell       List = "fell"        // was never poor here, is poor
	StayedPoor List = "stayed_poor" // was poor whenever it was ranked
	StayedOut  List = "stayed_out"  // was never poor
	Joined     List = "joined"      // ranked for the first time on the last day
	Gone       List = "gone"        // ranked earlier, not on the register on the last day
	NotKnown   List = "not_known"   // without a score on the last day, or on every day before
)

// Due is the list of those who have come to the end of a programme.
const Due List = "due"

// Moves lists what can become of a family, in the order of pages.
var Moves = []List{Left, FellBack, Fell, StayedPoor, StayedOut, Joined, Gone, NotKnown}

// Kept reports whether the families of a list are kept one by one. Of those
// who were never poor, only how many they are.
func (l List) Kept() bool { return l != StayedOut && l != Joined && l != Gone && l != NotKnown }

// IsMove reports whether the list is one of Moves.
func (l List) IsMove() bool {
	for _, m := range Moves {
		if l == m {
			return true
		}
	}
	return false
}

// reserved reports whether a gap may not be called so.
func (l List) reserved() bool { return l.IsMove() || l == Due }

// move says what became of a family, given where it stood on each day, the
// first day on which it stood where it does now without a break that is
// known, and the place of the day that it is compared with: for one who left
// or fell back the last day on the other side, else the first day known.
func move(points []point, days []civil.Date) (list List, since civil.Date, from int) {
	last := len(points) - 1
	now := points[last].status
	first, wasPoor, wasOut := -1, false, false // before the last day
	outAfterPoor := false
	for i, p := range points[:last] {
		switch {
		case p.status.IsPoor():
			wasPoor = true
		case p.status == Out:
			wasOut = true
			outAfterPoor = outAfterPoor || wasPoor
		default:
			continue
		}
		if first < 0 {
			first = i
		}
	}
	switch {
	case now == Absent:
		return Gone, 0, max(first, 0)
	case now == Unrated:
		return NotKnown, 0, max(first, 0)
	case first < 0 && present(points[:last]):
		return NotKnown, 0, 0
	case first < 0:
		return Joined, 0, last
	}
	since, from = lastRun(points, days)
	switch {
	case now == Out && wasPoor:
		return Left, since, from
	case now == Out:
		return StayedOut, since, first
	case outAfterPoor:
		return FellBack, since, from
	case wasOut:
		return Fell, since, from
	}
	return StayedPoor, since, first
}

func present(points []point) bool {
	for _, p := range points {
		if p.status != Absent {
			return true
		}
	}
	return false
}

// lastRun returns the first day of the present run on one side of the line, days
// without a score passed over, and the place of the last day on the other.
func lastRun(points []point, days []civil.Date) (since civil.Date, other int) {
	last := len(points) - 1
	poor := points[last].status.IsPoor()
	since = days[last]
	for i := last - 1; i >= 0; i-- {
		switch s := points[i].status; {
		case s == Absent || s == Unrated:
		case s.IsPoor() != poor:
			return since, i
		default:
			since = days[i]
		}
	}
	return since, 0
}
