package condition

import (
	"slices"

	"gotong/internal/programme"
)

// Status says what is known of a duty.
type Status string

// The statuses of a duty. Open is no data: it is never taken for Missed.
const (
	Open    Status = "open"
	Met     Status = "met"
	Missed  Status = "missed"
	Excused Status = "excused"
)

// Statuses lists the statuses, the best first.
var Statuses = []Status{Met, Missed, Excused, Open}

// Mark is what was verified of one duty of a member.
type Mark struct {
	Condition string
	Due       Month
	Status    Status
}

// Judgement is what follows for a member's part of an instalment.
type Judgement struct {
	Step   programme.Consequence
	Misses []Month // the months in a row that it rests on, the first first
}

// Judge returns what follows for an instalment from a member's marks under
// one component, and whether anything does. From and to are the months that
// are judged for the instalment.
//
// A month is missed when any duty of it was, and met when one was met and
// none missed. Months in a row are counted back from the last one missed;
// a month that was met ends the row, one that is excused or of which nothing
// is known is passed over. Nothing follows unless the last miss lies in the
// months that are judged: a miss is answered once. The marks' order, and
// marks that are open or excused, make no difference.
func Judge(q *programme.Consequences, marks []Mark, from, to Month) (Judgement, bool) {
	if q == nil {
		return Judgement{}, false
	}
	was := map[Month]Status{}
	for _, m := range marks {
		switch {
		case m.Due > to:
		case m.Status == Missed, m.Status == Met && was[m.Due] == "":
			was[m.Due] = m.Status
		}
	}
	var row []Month
	for month := to; month > to-Month(q.Within) && was[month] != Met; month-- {
		if was[month] == Missed {
			row = append(row, month)
		}
	}
	if len(row) == 0 || row[0] < from {
		return Judgement{}, false
	}
	step, any := q.After(len(row))
	slices.Reverse(row)
	return Judgement{Step: step, Misses: row}, any
}
