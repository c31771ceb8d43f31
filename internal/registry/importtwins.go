package registry

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"gotong/internal/nik"
	"gotong/internal/region"
)

// twin is the number of a card or a person in a row of the file.
type twin struct {
	family bool
	number nik.Number
	row    int
	key    string
	area   string // of a family
}

func (r *routed) twin(t twin) {
	r.flags(t.family)
	n, _ := strconv.ParseUint(string(t.number), 10, 64) // sixteen digits
	r.number(int64(n))
	r.number(int64(t.row))
	r.text(t.key)
	r.text(t.area)
	r.end(hashOf(string(t.number)))
}

func (r *rowReader) twin() twin {
	t := twin{family: r.flags() == 1}
	digits := strconv.FormatInt(r.number(), 10)
	for len(digits) < 16 {
		digits = "0" + digits
	}
	t.number = nik.Number(digits)
	t.row, t.key, t.area = int(r.number()), r.word(), r.word()
	return t
}

// twins finds numbers that are in the files twice, wherever they stand.
func (in *incoming) twins(ctx context.Context) error {
	var all []twin // of one part, in the room of the one before
	var room []byte
	for i := range in.numbers.Len() {
		b, err := in.numbers.Load(i, slices.Grow(room[:0], in.numbers.Size(i)))
		if err != nil {
			return err
		}
		all, room = all[:0], b
		r := &rowReader{text: string(b)}
		for r.more() {
			all = append(all, r.twin())
		}
		if r.err != nil {
			return r.err
		}
		slices.SortFunc(all, func(a, b twin) int {
			return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.row, b.row))
		})
		var card, person *twin
		for i := range all {
			t := &all[i]
			first := &person
			if t.family {
				first = &card
			}
			switch {
			case *first == nil || (*first).number != t.number:
				*first = t
			case t.family:
				in.sameCard(*first, t)
			default:
				in.samePerson(*first, t)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (in *incoming) sameCard(g, f *twin) {
	switch {
	case f.key == g.key: // a family that is in the file twice is found by its key
	case f.area == g.area:
		in.twin(f, "card_twice", true, "row", g.row)
	default:
		in.twin(f, "card_two_areas", in.queue, "row", g.row, "area", region.Dotted(f.area), "other_area", region.Dotted(g.area))
		in.twin(g, "card_two_areas", in.queue, "row", f.row, "area", region.Dotted(g.area), "other_area", region.Dotted(f.area))
	}
}

func (in *incoming) samePerson(o, m *twin) {
	if o.key == m.key {
		in.twin(m, "person_twice", false, "row", o.row)
		return
	}
	in.twin(m, "person_two_families", in.queue, "row", o.row, "key", officeKey(m.key), "other_key", officeKey(o.key))
	in.twin(o, "person_two_families", in.queue, "row", m.row, "key", officeKey(o.key), "other_key", officeKey(m.key))
}

func (in *incoming) twin(t *twin, name string, warning bool, args ...any) {
	p := Problem{File: MemberFile, Row: t.row, Column: in.members.heading("nik"), Value: t.number.Mask(), Warning: warning}
	bad := &in.badMembers
	if t.family {
		p.File, p.Column, bad = FamilyFile, in.families.heading("no_kk"), &in.badFamilies
	}
	p.sentence(name, args)
	in.found.keep(p)
	if !warning {
		bad.set(t.row)
	}
}
