package registry

import (
	"context"
	"encoding/binary"
	"math/bits"
	"strconv"

	"gotong/internal/nik"
	"gotong/internal/region"
	"gotong/internal/vector"
)

// twin is the number of a card or a person in a row of the file.
type twin struct {
	family bool
	number nik.Number
	row    int
	key    string
	area   string // of a family
}

// sign is a twin's number and of what it is, in one.
func (t *twin) sign() uint64 {
	const half = 100_000_000
	n := uint64(vector.Number(eight(string(t.number)))*half + vector.Number(eight(string(t.number[8:])))) // sixteen digits
	if t.family {
		return n | 1<<63
	}
	return n
}

func (r *routed) twin(t twin) {
	sign := t.sign()
	r.b = binary.LittleEndian.AppendUint64(r.b, sign)
	r.number(int64(t.row))
	r.text(t.key)
	r.text(t.area)
	r.end(uint32(sign * spreading >> 32))
}

// spreading spreads what is multiplied by it over the upper bits.
const spreading = 0x9e3779b97f4a7c15

// sign reads the sign of the next twin; the rest of it follows.
func (r *rowReader) sign() uint64 {
	s := r.cut(8)
	if s == "" {
		return 0
	}
	return eight(s)
}

func (r *rowReader) twin() twin {
	sign := r.sign()
	t := twin{family: sign>>63 == 1}
	digits := strconv.FormatUint(sign&^(1<<63), 10)
	for len(digits) < 16 {
		digits = "0" + digits
	}
	t.number = nik.Number(digits)
	t.row, t.key, t.area = int(r.number()), r.word(), r.word()
	return t
}

// twins finds numbers that are in the files twice, wherever they stand.
func (in *incoming) twins(ctx context.Context) error {
	type pair struct{ first, again twin }
	return partsInOrder(ctx, in.numbers.Len(), func(i int) ([]pair, error) {
		b, err := in.numbers.Load(i)
		if err != nil {
			return nil, err
		}
		var pairs []pair
		r := newRowReader(b)
		seen := newFirsts(in.numbered[i])
		for r.more() {
			from := r.at
			sign := r.sign()
			r.number()
			r.word()
			r.word()
			if r.err != nil {
				break
			}
			if first, again := seen.at(sign, from); again {
				pairs = append(pairs, pair{(&rowReader{text: r.text, at: first}).twin(), (&rowReader{text: r.text, at: from}).twin()})
			}
		}
		return pairs, r.err
	}, func(pairs []pair) error {
		for i := range pairs {
			p := &pairs[i]
			if p.again.family {
				in.sameCard(&p.first, &p.again)
			} else {
				in.samePerson(&p.first, &p.again)
			}
		}
		return nil
	})
}

// firsts are the places where signs stand first.
type firsts struct {
	signs []firstSign // a power of two, two for each or more
	shift int
}

type firstSign struct {
	sign  uint64
	place int // and one; zero where there is none
}

// newFirsts returns firsts with room for n signs.
func newFirsts(n int) *firsts {
	width := bits.Len(uint(2 * n))
	return &firsts{signs: make([]firstSign, 1<<width), shift: 64 - width}
}

// at returns where a sign stands first, and whether that is elsewhere than
// here.
func (f *firsts) at(sign uint64, here int) (int, bool) {
	for i := sign * spreading >> f.shift; ; i = (i + 1) & uint64(len(f.signs)-1) {
		switch s := &f.signs[i]; {
		case s.place == 0:
			*s = firstSign{sign, here + 1}
			return here, false
		case s.sign == sign:
			return s.place - 1, true
		}
	}
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
