package registry

// sheets are the rows of one part that go on: families with their members.
type sheets struct {
	families []familyRow
	members  []memberRow
	found    *findings
}

// part loads the rows of a part, to be written. Nothing is found anew in it:
// which families are bad is known.
func (in *incoming) part(i int) (*sheets, error) {
	b, err := in.rows.Load(i)
	if err != nil {
		return nil, err
	}
	sh := &sheets{families: make([]familyRow, 0, in.families.parts[i]), members: make([]memberRow, 0, in.members.parts[i])}
	quiet := &findings{quiet: true}
	r := newRowReader(b)
	for r.more() {
		r.one(func(f familyRow, days []pendingDay) {
			in.families.settle(quiet, &f, f.row, days)
			f.bad = in.held.has(f.row)
			sh.families = append(sh.families, f)
		}, func(m memberRow, days []pendingDay) {
			in.members.settle(quiet, &m, m.row, days)
			sh.members = append(sh.members, m)
		})
	}
	sh.attach()
	sh.found = &in.found
	return sh, r.err
}

// attach gives families that go on their members, in one room for those of
// all.
func (sh *sheets) attach() {
	byKey := make(map[string]int32, len(sh.families))
	for i := range sh.families {
		if !sh.families[i].bad {
			byKey[sh.families[i].key] = int32(i)
		}
	}
	owners, sizes := make([]int32, len(sh.members)), make([]int, len(sh.families))
	last, f, ok := "", int32(0), false // members mostly stand behind one another
	for i := range sh.members {
		if m := &sh.members[i]; i == 0 || m.key != last {
			last = m.key
			f, ok = byKey[last]
		}
		if owners[i] = -1; ok {
			owners[i] = f
			sizes[f]++
		}
	}
	room := make([]int32, len(sh.members))
	for f, n := range sizes {
		sh.families[f].members, room = room[:0:n], room[n:]
	}
	for i, f := range owners {
		if f >= 0 {
			sh.families[f].members = append(sh.families[f].members, int32(i))
		}
	}
}

// good returns the indexes of the families that can go on.
func (sh *sheets) good() []int32 {
	good := make([]int32, 0, len(sh.families))
	for i := range sh.families {
		if !sh.families[i].bad {
			good = append(good, int32(i))
		}
	}
	return good
}

// warnFamily notes what looks wrong with a family that goes on.
func (sh *sheets) warnFamily(r *familyRow, column, value, name string, args ...any) {
	p := Problem{File: FamilyFile, Row: r.row, Column: column, Value: value, Warning: true}
	p.sentence(name, args)
	sh.found.keep(p)
}

func (sh *sheets) warnMember(r *memberRow, column, value, name string, args ...any) {
	p := Problem{File: MemberFile, Row: r.row, Column: column, Value: value, Warning: true}
	p.sentence(name, args)
	sh.found.keep(p)
}
