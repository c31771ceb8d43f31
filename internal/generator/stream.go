package generator

import (
	"context"
	"encoding/binary"
	"sync"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/snapshot"
)

// Stream is a snapshot.Split of synthetic families: what an office would have
// in its register, without the detour through files and a database. It leaves
// out what a snapshot leaves out, names and numbers, and registers nobody
// twice. Its families are drawn as Generate draws them. It is safe for
// concurrent use.
type Stream struct {
	o        Options
	villages []village
	areas    []string
	from     map[string][2]int // villages of each area
	idle     sync.Pool
}

var _ snapshot.Split = (*Stream)(nil)

// NewStream returns the stream of some options, of which Dir is not used.
func NewStream(o Options) (*Stream, error) {
	g, err := newGenerator(o)
	if err != nil {
		return nil, err
	}
	s := &Stream{o: g.o, villages: g.villages, from: map[string][2]int{}}
	for i, v := range s.villages {
		area := v.code[:4]
		if v.families == 0 {
			continue
		}
		if _, there := s.from[area]; !there {
			s.areas = append(s.areas, area)
			s.from[area] = [2]int{i, i}
		}
		s.from[area] = [2]int{s.from[area][0], i + 1}
	}
	s.idle.Put(g)
	return s, nil
}

// Partitions implements snapshot.Split.
func (s *Stream) Partitions() []string { return s.areas }

// Active implements snapshot.Source.
func (s *Stream) Active(ctx context.Context, fn func(*snapshot.Record) error) (snapshot.Mark, error) {
	var all snapshot.Mark
	for _, area := range s.areas {
		m, err := s.ActiveIn(ctx, area, fn)
		if err != nil {
			return all, err
		}
		all.Families, all.Persons, all.Changes = all.Families+m.Families, all.Persons+m.Persons, all.Changes+m.Changes
	}
	return all, nil
}

// ActiveIn implements snapshot.Split.
func (s *Stream) ActiveIn(ctx context.Context, area string, fn func(*snapshot.Record) error) (snapshot.Mark, error) {
	g, _ := s.idle.Get().(*generator)
	if g == nil {
		var err error
		if g, err = newGenerator(s.o); err != nil {
			return snapshot.Mark{}, err
		}
	}
	defer s.idle.Put(g)
	w := &streamed{g: g}
	for _, v := range s.villages[s.from[area][0]:s.from[area][1]] {
		if err := w.village(ctx, v, fn); err != nil {
			return w.mark, err
		}
	}
	return w.mark, nil
}

// streamed turns families into records, in the room of the one before.
type streamed struct {
	g    *generator
	rec  snapshot.Record
	born []civil.Date
	mark snapshot.Mark
}

func (w *streamed) village(ctx context.Context, v village, fn func(*snapshot.Record) error) error {
	where := &place{village: v, rural: region.KindOf(v.code) != region.KindKelurahan}
	var err error
	if where.livelihoods, err = w.g.work.of(v.code, where.rural); err != nil {
		return err
	}
	for n := range v.families {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		w.family(where, n+1)
		if err := fn(&w.rec); err != nil {
			return err
		}
	}
	return nil
}

// family makes the nth family of a village.
func (w *streamed) family(where *place, n int) {
	g := w.g
	d, f := g.dice, &g.family
	d.reset(g.o.Seed, familyStream, keyOf(where.code)<<30|uint64(n))
	f.place, f.people = where, f.people[:0]
	f.observed = g.o.AsOf.AddDays(-d.IntN(g.p.ObservedWithinDays + 1))
	g.composer.compose(d, f, g.o.AsOf)
	g.prosper(d, f)
	g.events.fill(g.o.Seed, keyOf(where.code)<<30|uint64(n), f)
	missing := g.p.Missing.Elsewhere
	if f.unlisted {
		missing = g.p.Missing.Cells
	}
	r := &w.rec
	r.Area, r.Family = where.code, idOf(d, g.o.AsOf, n, 0)
	r.Facts = g.familySheet.known(r.Facts[:0], &f.facts, d, missing)
	for len(r.Members) < len(f.people) {
		r.Members, w.born = append(r.Members, snapshot.Member{}), append(w.born, 0)
	}
	r.Members = r.Members[:len(f.people)]
	for i, p := range f.people {
		m := &r.Members[i]
		w.born[i] = p.born
		m.ID, m.Born, m.Female, m.Relation = idOf(d, g.o.AsOf, n, i+1), &w.born[i], p.female, p.relation
		m.HasNIK = !d.chance(g.p.Numbers.NoNIK)
		m.Facts = g.personSheet.known(m.Facts[:0], &p.facts, d, missing)
	}
	w.mark.Families++
	w.mark.Persons += int64(len(f.people))
	w.mark.Changes++
}

// known lists the facts of a row, of which some are missing by chance.
func (s *sheet) known(into indicator.Facts, r *row, d *dice, missing float64) indicator.Facts {
	for k, i := range s.columns {
		if r.known.Get(k) && (s.never[k] || d.Float64() >= missing) {
			into = append(into, indicator.Fact{No: i.No, Value: r.values[k]})
		}
	}
	return into
}

// idOf makes the id of the nth family of a village, or of a member of it, as
// an import would: a UUID of version 7, later ones greater.
func idOf(d *dice, day civil.Date, n, member int) ident.ID {
	var id ident.ID
	const dayMillis = 24 * 60 * 60 * 1000
	binary.BigEndian.PutUint64(id[:8], (uint64(day)*dayMillis+uint64(n))<<16|7<<12|uint64(member))
	binary.BigEndian.PutUint64(id[8:], 1<<63|d.Uint64()>>2)
	return id
}
