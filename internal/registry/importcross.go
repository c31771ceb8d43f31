package registry

import (
	"context"
	"strings"

	"gotong/internal/region"
)

// ties are the ties of one part.
type ties struct {
	families []familyTie
	members  []memberTie
	differ   []differing
	found    *findings
	byKey    map[string]int32 // first family of a key
	attached []int32          // indexes of members, family by family
}

// cross checks the rows of all parts against each other, and notes which
// families go on.
func (in *incoming) cross(ctx context.Context) error {
	type crossed struct {
		found *findings
		bad   []int
	}
	return partsInOrder(ctx, in.ties.Len(), func(i int) (crossed, error) {
		t, err := in.loadTies(i)
		if err != nil {
			return crossed{}, err
		}
		t.cross(in)
		return crossed{t.found, t.count(&t.found.counts)}, nil
	}, func(c crossed) error {
		in.found.join(c.found)
		for _, row := range c.bad {
			in.held.set(row)
		}
		return nil
	})
}

// loadTies loads those of a part and settles their days.
func (in *incoming) loadTies(i int) (*ties, error) {
	b, err := in.ties.Load(i)
	if err != nil {
		return nil, err
	}
	t := &ties{found: &findings{}, families: make([]familyTie, 0, in.families.parts[i]), members: make([]memberTie, 0, in.members.parts[i])}
	r := newRowReader(b)
	for r.more() {
		t.tie(in, r)
	}
	return t, r.err
}

func (t *ties) family(f *familyTie, column, value, name string, warning bool, args ...any) {
	p := Problem{File: FamilyFile, Row: f.row, Column: column, Value: strings.Clone(value), Warning: warning}
	p.sentence(name, args)
	t.found.keep(p)
	f.bad = f.bad || !warning
}

func (t *ties) member(m *memberTie, column, value, name string, warning bool, args ...any) {
	p := Problem{File: MemberFile, Row: m.row, Column: column, Value: strings.Clone(value), Warning: warning}
	p.sentence(name, args)
	t.found.keep(p)
	m.bad = m.bad || !warning
}

// cross checks rows against each other. A family with anything wrong in it
// is bad as a whole, since half a family would be ranked wrongly.
func (t *ties) cross(in *incoming) {
	t.keys()
	t.attach()
	for i := range t.members {
		if m := &t.members[i]; !m.bad {
			if m.differs > 0 {
				d := &t.differ[m.differs-1]
				for _, w := range d.ways {
					t.member(m, in.members.heading("nik"), d.number.Mask(), "nik."+string(w), true)
				}
			}
		}
	}
	for i := range t.families {
		f := &t.families[i]
		if first, ok := t.byKey[f.key]; ok && first == int32(i) {
			t.household(f)
		}
	}
}

// keys finds families that are in the file twice.
func (t *ties) keys() {
	t.byKey = make(map[string]int32, len(t.families))
	for i := range t.families {
		f := &t.families[i]
		if f.key == "" {
			continue
		}
		first, twice := t.byKey[f.key]
		if !twice {
			t.byKey[f.key] = int32(i)
			continue
		}
		g := &t.families[first]
		name, column, value := "family_twice", "id_keluarga", func(f *familyTie) string { return f.key }
		if f.area != g.area && f.area != "" && g.area != "" {
			name, column, value = "family_two_areas", "kode_wilayah", func(f *familyTie) string { return region.Dotted(f.area) }
		}
		t.family(f, column, value(f), name, false, "key", officeKey(f.key), "row", g.row, "area", region.Dotted(f.area), "other_area", region.Dotted(g.area))
		if !g.bad {
			t.family(g, column, value(g), name, false, "key", officeKey(f.key), "row", f.row, "area", region.Dotted(g.area), "other_area", region.Dotted(f.area))
		}
	}
}

// attach gives families their members, in one room for those of all.
func (t *ties) attach() {
	owners := t.owners()
	for _, f := range owners {
		if f >= 0 {
			t.families[f].many++
		}
	}
	from := int32(0)
	for i := range t.families {
		f := &t.families[i]
		f.from, from, f.many = from, from+f.many, 0
	}
	t.attached = make([]int32, from)
	for i, at := range owners {
		if at >= 0 {
			f := &t.families[at]
			t.attached[f.from+f.many] = int32(i)
			f.many++
		}
	}
}

// of returns the indexes of a family's members.
func (t *ties) of(f *familyTie) []int32 { return t.attached[f.from : f.from+f.many] }

// owners finds the family of each member, -1 where there is none.
func (t *ties) owners() []int32 {
	owners := make([]int32, len(t.members))
	last, f, ok := "", int32(0), false // members mostly stand behind one another
	for i := range t.members {
		m := &t.members[i]
		if m.key != last {
			last = m.key
			f, ok = t.byKey[last]
		}
		if owners[i] = f; !ok {
			owners[i] = -1
			if m.key != "" {
				t.member(m, "id_keluarga", m.key, "member_orphan", false, "key", officeKey(m.key))
			}
		}
	}
	return owners
}

// household checks a family's members as a whole.
func (t *ties) household(f *familyTie) {
	heads, first := 0, 0
	for _, i := range t.of(f) {
		m := &t.members[i]
		if m.head {
			if heads++; heads == 1 {
				first = m.row
			} else {
				t.member(m, "hubungan", "", "head_twice", false, "row", first)
			}
		}
	}
	if f.many == 0 {
		t.family(f, "id_keluarga", f.key, "family_empty", false, "key", officeKey(f.key))
	} else if heads == 0 {
		t.family(f, "id_keluarga", f.key, "head_missing", true, "key", officeKey(f.key))
	}
	for _, i := range t.of(f) {
		f.bad = f.bad || t.members[i].bad
	}
}

// count counts the families that can go on, with their members, and returns
// the rows of all others.
func (t *ties) count(c *Counts) (bad []int) {
	for i := range t.families {
		f := &t.families[i]
		if f.bad {
			bad = append(bad, f.row)
			continue
		}
		c.Families++
		c.Persons += int64(f.many)
	}
	return bad
}

// heading returns what the file calls a column.
func (r *reading[R]) heading(name string) string {
	for i := range r.columns {
		if r.columns[i].name == name {
			return r.columns[i].heading
		}
	}
	return name
}
