package registry

import (
	"gotong/internal/civil"
	"gotong/internal/nik"
)

// What the rows of a file say about each other is told from little of each:
// its key, where it stands and what it is. That travels on its own, beside the
// rows themselves, so that a check need not carry those.

// familyTie is what a family's row is held against others by.
type familyTie struct {
	row        int
	key, area  string
	bad        bool
	from, many int32 // of its members, in attached
}

// memberTie is the same of a member's row.
type memberTie struct {
	row     int
	key     string
	bad     bool
	head    bool
	differs int32 // index in differ, and one
}

// differing is a person's number that differs from what else the row says.
type differing struct {
	number nik.Number
	ways   []nik.Warning
}

func (r *routed) familyTie(f *familyRow, days []pendingDay) {
	r.flags(false, f.bad, len(days) > 0)
	r.number(int64(f.row))
	r.text(f.key)
	r.text(f.area)
	if len(days) > 0 {
		r.pending(days)
	}
}

// memberTie writes a number with it where the day that it is compared with
// differs, or is still open.
func (r *routed) memberTie(m *memberRow, days []pendingDay) {
	differs := m.nik != "" && !m.bad && (len(days) > 0 || m.bornKnown && len(m.nik.Check(m.born, m.female)) > 0)
	r.flags(true, m.bad, len(days) > 0, m.relation == RelationHead, differs, m.bornKnown, m.female)
	r.number(int64(m.row))
	r.text(m.key)
	if differs {
		r.text(string(m.nik))
		r.number(int64(m.born))
	}
	if len(days) > 0 {
		r.pending(days)
	}
}

// tie reads the next tie, of either file, settles its days, and adds it to
// those of its part.
func (t *ties) tie(in *incoming, r *rowReader) {
	flags := r.flags()
	isMember, bad, open := flags&1 != 0, flags&2 != 0, flags&4 != 0
	row, key := int(r.number()), r.word()
	if !isMember {
		f := familyTie{row: row, bad: bad || in.badFamilies.has(row), key: key, area: r.word()}
		if open {
			days := r.pending()
			f.bad = f.bad || !in.families.settle(t.found, &familyRow{}, row, days)
		}
		t.families = append(t.families, f)
		return
	}
	m := memberTie{row: row, bad: bad || in.badMembers.has(row), head: flags&8 != 0, key: key}
	if differs := flags&16 != 0; differs || open {
		t.compare(in, &m, r, differs, open, memberRow{bornKnown: flags&32 != 0, female: flags&64 != 0})
	}
	t.members = append(t.members, m)
}

// compare reads the rest of a member's tie and holds the number against the
// row.
func (t *ties) compare(in *incoming, m *memberTie, r *rowReader, differs, open bool, x memberRow) {
	if differs {
		x.nik, x.born = nik.Number(r.word()), civil.Date(r.number())
	}
	if open {
		days := r.pending()
		m.bad = m.bad || !in.members.settle(t.found, &x, m.row, days)
	}
	if x.nik != "" && x.bornKnown {
		t.differ = append(t.differ, differing{x.nik, x.nik.Check(x.born, x.female)})
		m.differs = int32(len(t.differ))
	}
}
