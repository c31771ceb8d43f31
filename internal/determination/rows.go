package determination

import (
	"cmp"
	"slices"

	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// stored reports whether a row goes into the database. A refused person of a
// programme of persons does not: almost everyone is refused an orphan's aid,
// and the files say so of each.
func stored(r Row) bool { return r.PersonID.IsZero() || r.Outcome != Refused }

// readIDs reads who is in a partition, and nothing about them.
func readIDs(snap *snapshot.Snapshot, part snapshot.Part) (*snapshot.Families, error) {
	choice := snapshot.Only().WithIDs()
	p, err := snap.PartitionOf(part, choice)
	if err != nil {
		return nil, err
	}
	return p.Read(0, p.Families, choice)
}

// rowsOfPart calls fn with the outcomes of one file.
func rowsOfPart(files *Files, f *snapshot.Families, p *programme.Programme, part Part, fn func(Row) error) error {
	rows, err := files.Rows(part)
	if err != nil {
		return err
	}
	var failed error
	eachSubject(p, &f.Batch, func(row, family, member int) {
		if failed == nil {
			failed = fn(rowOf(p, f, family, member, rows.At(row)))
		}
	})
	return failed
}

// rowOf names whom a decision is about.
func rowOf(p *programme.Programme, f *snapshot.Families, family, member int, d Decision) Row {
	from, _ := f.MembersOf(family)
	person := func(member int) ident.ID {
		if member == rule.NoMember {
			return ident.ID{}
		}
		return f.MemberIDs[from+member]
	}
	r := Row{Subject: Subject{f.IDs[family], person(member)}, Area: f.Area(family), Programme: p.Code,
		Outcome: d.Outcome, Answers: d.Answers, Queue: d.Place, Uncertain: d.Uncertain, Annual: d.Annual()}
	for _, l := range d.Lines {
		r.Lines = append(r.Lines, GivenLine{Component: p.Benefits[l.Benefit].Component, PersonID: person(l.Member), Annual: l.Annual})
	}
	return r
}

// sums counts rows by village while they go by.
type sums struct {
	programmes map[string]*programme.Programme
	tally      map[tallyKey]*Tally
	obstacle   map[obstacleKey]*Obstacle
}

type tallyKey struct {
	programme, area string
	outcome         Outcome
}

type obstacleKey struct {
	programme, area string
	item            int
}

func newSums(all []*programme.Programme) *sums {
	s := &sums{programmes: map[string]*programme.Programme{}, tally: map[tallyKey]*Tally{}, obstacle: map[obstacleKey]*Obstacle{}}
	for _, p := range all {
		s.programmes[p.Code] = p
	}
	return s
}

func (s *sums) add(r Row) {
	k := tallyKey{r.Programme, r.Area, r.Outcome}
	t := s.tally[k]
	if t == nil {
		t = &Tally{Programme: r.Programme, Area: r.Area, Outcome: r.Outcome}
		s.tally[k] = t
	}
	t.Subjects++
	t.Annual += r.Annual // fits, since all that is given does
	s.obstacles(r)
}

// obstacles counts what stands in the way of a subject.
func (s *sums) obstacles(r Row) {
	p := s.programmes[r.Programme]
	items := len(p.Clauses) + len(p.Exclusions)
	first, n := 0, 0
	for i := range items {
		if t := itemHolds(p, r.Answers, i); t != rule.Yes {
			o := s.obstacleOf(r, i)
			if t == rule.No {
				o.Blocks++
			} else {
				o.Open++
			}
			if n++; n == 1 {
				first = i
			}
		}
	}
	if n == 1 {
		s.obstacleOf(r, first).Alone++
	}
}

func (s *sums) obstacleOf(r Row, item int) *Obstacle {
	k := obstacleKey{r.Programme, r.Area, item}
	o := s.obstacle[k]
	if o == nil {
		o = &Obstacle{Programme: r.Programme, Area: r.Area, Item: item}
		s.obstacle[k] = o
	}
	return o
}

// itemHolds reports whether an item lets a subject through: a clause by
// holding, an exclusion by not applying.
func itemHolds(p *programme.Programme, a Answers, item int) rule.Truth {
	if item < len(p.Clauses) {
		return a.At(item)
	}
	return a.At(item).Not()
}

// all returns the counts in order.
func (s *sums) all() ([]Tally, []Obstacle) {
	var tallies []Tally
	for _, t := range s.tally {
		tallies = append(tallies, *t)
	}
	slices.SortFunc(tallies, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Outcome, b.Outcome))
	})
	var obstacles []Obstacle
	for _, o := range s.obstacle {
		obstacles = append(obstacles, *o)
	}
	slices.SortFunc(obstacles, func(a, b Obstacle) int {
		return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Item, b.Item))
	})
	return tallies, obstacles
}
