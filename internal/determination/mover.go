package determination

import (
	"context"

	"gotong/internal/money"
	"gotong/internal/programme"
)

// Way is how a change moves somebody.
type Way string

// The ways.
const (
	Winner Way = "winner" // entitled then and not now
	Loser  Way = "loser"  // entitled now and not then
	More   Way = "more"
	Less   Way = "less"
)

// Ways lists the ways.
var Ways = []Way{Winner, Loser, More, Less}

// Mover is a family, or a person, whom a change moves.
type Mover struct {
	Subject
	Area string
	Way  Way
	Was  money.Rupiah // of a year
	Now  money.Rupiah

	HeadName, Address, PersonName string // as on record now; filled by Movers of Service alone
}

// movers calls fn for everyone whom a change of a programme moves one way, by
// area and family.
func (t *Trial) movers(ctx context.Context, by *Trial, changed *programme.Programme, way Way, fn func(Mover) error) error {
	_, after, err := t.tryRanked(ctx, by, []*programme.Programme{changed})
	if err != nil {
		return err
	}
	now, was := after[changed.Code], t.base[changed.Code]
	for i, part := range t.parts {
		a := &now.parts[i]
		b := &triedPart{entitled: make([]uint64, len(a.entitled))}
		if was != nil {
			b = &was.parts[i]
		}
		f, err := readIDs(t.input.Snapshot, t.input.Snapshot.Parts[part.index])
		if err != nil {
			return err
		}
		var failed error
		eachSubject(changed, &f.Batch, func(row, family, member int) {
			if failed != nil || !a.entitled.Get(row) && !b.entitled.Get(row) {
				return
			}
			if failed = ctx.Err(); failed != nil {
				return
			}
			m := moved(b, a, row)
			if m.Way != way {
				return
			}
			m.FamilyID, m.Area = f.IDs[family], f.Area(family)
			if member != noMember {
				m.PersonID = f.MemberIDs[member]
			}
			failed = fn(m)
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

// moved says how one row moves; the zero Way is not at all.
func moved(before, after *triedPart, row int) Mover {
	var m Mover
	b, a := before.entitled.Get(row), after.entitled.Get(row)
	if b {
		m.Was = rupiah(before.annual[row])
	}
	if a {
		m.Now = rupiah(after.annual[row])
	}
	switch {
	case a && !b:
		m.Way = Winner
	case b && !a:
		m.Way = Loser
	case m.Now > m.Was:
		m.Way = More
	case m.Now < m.Was:
		m.Way = Less
	}
	return m
}
