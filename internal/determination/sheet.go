package determination

import (
	"bytes"

	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// sheet is what one programme says of one partition, row by row in the
// snapshot's order. Stretches of it are filled concurrently.
type sheet struct {
	outcomes []Outcome
	answers  []Answers
	places   []int32              // in the queue for a quota, from 1; nil where there is none
	amounts  []*programme.Amounts // by stretch
	starts   []int                // row of each stretch's first subject

	candidates [][]candidate // by stretch, where there is a quota
}

// put takes in a stretch.
func (s *sheet) put(stretch, row int, d *decided) {
	copy(s.outcomes[row:], d.outcomes)
	copy(s.answers[row:], d.answers)
	s.amounts[stretch] = d.amounts
	s.starts[stretch] = row
}

// The columns of an outcome file. Rows are families in a programme of
// families and members in one of persons, in the snapshot's order.
const (
	colOutcome   = "outcome"
	colAnswers   = "answers"
	colPlace     = "place"     // in the queue; known for those who qualify under a quota
	colUncertain = "uncertain" // 1 where a missing fact may change the lines
	colLinesEnd  = "lines_end" // line after the row's last
	colBenefit   = "line.benefit"
	colMember    = "line.member" // place in the family; -1 for the family
	colAnnual    = "line.annual"
)

// file lays the sheet out as columns.
func (s *sheet) file() *snapshot.FileWriter {
	var outcome, answers, place, uncertain, end, benefit, member, annual snapshot.Narrow
	lines := int64(0)
	for i, amounts := range s.amounts {
		for k := range len(amounts.Offsets) - 1 {
			row := s.starts[i] + k
			a := amounts.At(k)
			outcome.Append(int64(s.outcomes[row]))
			answers.Append(int64(s.answers[row]))
			if s.places != nil && s.places[row] > 0 {
				place.Append(int64(s.places[row]))
			} else {
				place.AppendUnknown()
			}
			if a.Certain {
				uncertain.AppendUnknown()
			} else {
				uncertain.Append(1)
			}
			for _, l := range a.Lines {
				benefit.Append(int64(l.Benefit))
				member.Append(int64(l.Member))
				annual.Append(int64(l.Annual))
				lines++
			}
			end.Append(lines)
		}
	}
	w := &snapshot.FileWriter{}
	for _, c := range []struct {
		name string
		n    *snapshot.Narrow
	}{{colOutcome, &outcome}, {colAnswers, &answers}, {colPlace, &place}, {colUncertain, &uncertain},
		{colLinesEnd, &end}, {colBenefit, &benefit}, {colMember, &member}, {colAnnual, &annual}} {
		w.Add(c.name, c.n)
	}
	return w
}

// candidate is one who qualifies for a programme with a quota.
type candidate struct {
	area   int64   // the area whose quota counts
	order  []int64 // values of the programme's priorities
	known  []bool
	family ident.ID
	member ident.ID // zero in a programme of families
	part   int
	row    int
}

// compare orders candidates: by priority, an unknown value after all others,
// then by id, which no one can choose.
func (c *candidate) compare(o *candidate, by []programme.Priority) int {
	for i := range by {
		switch {
		case c.known[i] != o.known[i]:
			if c.known[i] {
				return -1
			}
			return 1
		case !c.known[i] || c.order[i] == o.order[i]:
		case (c.order[i] < o.order[i]) != by[i].Descending:
			return -1
		default:
			return 1
		}
	}
	if c.family != o.family {
		return compareIDs(c.family, o.family)
	}
	return compareIDs(c.member, o.member)
}

func compareIDs(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) }

// noMember is the member of a line that is the family's.
const noMember = rule.NoMember
