package registry

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/region"
	"gotong/internal/registry/spill"
	"gotong/internal/run"
)

// incoming is an import on its way from the files to the register. Checked
// rows lie in parts by the hash of their family's key, so that a family and
// its members meet in one; numbers of persons and cards lie in parts of their
// own, so that equal ones meet. A part fits into memory, however large the
// files are.
type incoming struct {
	s        *Service
	queue    bool // somebody who is in two families is a warning, for the duplicates desk to decide
	found    findings
	rows     *spill.Parts
	numbers  *spill.Parts
	families *reading[familyRow]
	members  *reading[memberRow]
	// Rows that are bad for what other rows say.
	badFamilies, badMembers marks
}

// How rows are held on the way: parts of about partSize bytes of file, and so
// much in memory before they go to disk.
const (
	partSize  = 4 << 20
	partsMost = 1024
	rowsRoom  = 12 << 20
)

// readIn reads both files and checks them against each other: all that can be
// said without looking into the register.
func (s *Service) readIn(ctx context.Context, j *job) (*incoming, error) {
	n := min(1+int((j.files.Family.weight()+j.files.Member.weight())/partSize), partsMost)
	in := &incoming{s: s, queue: j.options.QueueDuplicates, rows: spill.NewParts(s.spill, n, rowsRoom), numbers: spill.NewParts(s.spill, n, rowsRoom/4)}
	today := s.Today()
	parts := func() []int { return make([]int, n) }
	in.families = &reading[familyRow]{s: s, scope: j.actor.Scope, today: today, in: in, parts: parts(), check: rowCheck[familyRow]{
		layout: s.familyLayout(),
		begin:  func(r *familyRow, row int) { r.row = row },
		end:    func(c *checker, r *familyRow) { r.bad = c.bad },
		write:  writeFamily,
	}}
	in.members = &reading[memberRow]{s: s, scope: j.actor.Scope, today: today, in: in, parts: parts(), check: rowCheck[memberRow]{
		layout: s.memberLayout(),
		begin:  func(r *memberRow, row int) { r.row = row },
		end: func(c *checker, r *memberRow) {
			if c.column = -1; (r.account == "") != (r.bank == "") && !c.bad {
				c.error("account_half", "")
			}
			r.bad = c.bad
		},
		write: writeMember,
	}}
	err := in.read(ctx, j)
	if err == nil {
		return in, nil
	}
	in.close()
	return nil, err
}

func (in *incoming) close() {
	_, _ = in.rows.Close(), in.numbers.Close() // what they hold is of no use to anybody
}

func (in *incoming) read(ctx context.Context, j *job) error {
	done := func(n int64) { j.progress.Add("", n) }
	j.progress.Stage("import_read", 0)
	if err := in.families.readFile(ctx, j.files.Family, j.options.Mapping, done); err != nil {
		return err
	}
	if err := in.members.readFile(ctx, j.files.Member, j.options.Mapping, done); err != nil {
		return err
	}
	c := &in.found.counts
	c.FamilyRows, c.MemberRows = in.families.rows, in.members.rows
	if in.found.fatal {
		c.Held, c.HeldPersons = c.FamilyRows, c.MemberRows
		return ctx.Err()
	}
	if err := in.twins(ctx); err != nil {
		return err
	}
	_ = in.numbers.Close() // they are of no more use
	err := partsInOrder(ctx, in.rows.Len(), func(i int) (*findings, error) {
		found := &findings{}
		sh, err := in.sheets(i, found)
		if err == nil {
			sh.cross(in)
			sh.count(&found.counts)
		}
		return found, err
	}, func(found *findings) error {
		in.found.join(found)
		return nil
	})
	if err != nil {
		return err
	}
	c.Held, c.HeldPersons = c.FamilyRows-c.Families, c.MemberRows-c.Persons
	return nil
}

// partOf returns the part that a hash leads to.
func (in *incoming) partOf(hash uint32) int { return int(hash % uint32(in.rows.Len())) }

func writeFamily(b *batch[familyRow]) {
	r := &b.row
	b.rows.family(r, b.checker.facts, b.checker.pending)
	b.rows.end(hashOf(r.key))
	if r.kk != "" {
		b.numbers.twin(twin{family: true, number: r.kk, row: r.row, key: r.key, area: r.area})
	}
}

func writeMember(b *batch[memberRow]) {
	r := &b.row
	b.rows.member(r, b.checker.facts, b.checker.pending)
	b.rows.end(hashOf(r.key))
	if r.nik != "" {
		b.numbers.twin(twin{number: r.nik, row: r.row, key: r.key})
	}
}

// sheets are the rows of one part: families with their members.
type sheets struct {
	families []familyRow
	members  []memberRow
	found    *findings
	byKey    map[string]int32
}

// sheets loads a part and settles its days.
func (in *incoming) sheets(i int, found *findings) (*sheets, error) {
	b, err := in.rows.Load(i, make([]byte, 0, in.rows.Size(i)))
	if err != nil {
		return nil, err
	}
	sh := &sheets{found: found, families: make([]familyRow, 0, in.families.parts[i]), members: make([]memberRow, 0, in.members.parts[i])}
	r := &rowReader{text: string(b)}
	for r.more() {
		r.one(func(f familyRow, days []pendingDay) {
			f.bad = f.bad || in.badFamilies.has(f.row) || !in.families.settle(found, &f, f.row, days)
			sh.families = append(sh.families, f)
		}, func(m memberRow, days []pendingDay) {
			m.bad = m.bad || in.badMembers.has(m.row) || !in.members.settle(found, &m, m.row, days)
			sh.members = append(sh.members, m)
		})
	}
	return sh, r.err
}

func (sh *sheets) family(r *familyRow, column, value, name string, warning bool, args ...any) {
	p := Problem{File: FamilyFile, Row: r.row, Column: column, Value: value, Warning: warning}
	p.sentence(name, args)
	sh.found.keep(p)
	r.bad = r.bad || !warning
}

func (sh *sheets) member(r *memberRow, column, value, name string, warning bool, args ...any) {
	p := Problem{File: MemberFile, Row: r.row, Column: column, Value: value, Warning: warning}
	p.sentence(name, args)
	sh.found.keep(p)
	r.bad = r.bad || !warning
}

// cross checks rows against each other. A family with anything wrong in it
// is bad as a whole, since half a family would be ranked wrongly.
func (sh *sheets) cross(in *incoming) {
	sh.familyKeys()
	sh.attach()
	for i := range sh.members {
		m := &sh.members[i]
		if m.nik != "" && m.bornKnown && !m.bad {
			for _, w := range m.nik.Check(m.born, m.female) {
				sh.member(m, in.members.heading("nik"), m.nik.Mask(), "nik."+string(w), true)
			}
		}
	}
	for i := range sh.families {
		f := &sh.families[i]
		if first, ok := sh.byKey[f.key]; ok && first == int32(i) {
			sh.household(f)
		}
	}
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

// familyKeys finds families that are in the file twice.
func (sh *sheets) familyKeys() {
	sh.byKey = make(map[string]int32, len(sh.families))
	for i := range sh.families {
		f := &sh.families[i]
		if f.key == "" {
			continue
		}
		first, twice := sh.byKey[f.key]
		if !twice {
			sh.byKey[f.key] = int32(i)
			continue
		}
		g := &sh.families[first]
		name, column, value := "family_twice", "id_keluarga", func(r *familyRow) string { return r.key }
		if f.area != g.area && f.area != "" && g.area != "" {
			name, column, value = "family_two_areas", "kode_wilayah", func(r *familyRow) string { return region.Dotted(r.area) }
		}
		sh.family(f, column, value(f), name, false, "key", officeKey(f.key), "row", g.row, "area", region.Dotted(f.area), "other_area", region.Dotted(g.area))
		if !g.bad {
			sh.family(g, column, value(g), name, false, "key", officeKey(f.key), "row", f.row, "area", region.Dotted(g.area), "other_area", region.Dotted(f.area))
		}
	}
}

// attach gives families their members, in one room for those of all.
func (sh *sheets) attach() {
	owners := sh.owners()
	sizes := make([]int, len(sh.families))
	for _, f := range owners {
		if f >= 0 {
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

// owners finds the family of each member, -1 where there is none.
func (sh *sheets) owners() []int32 {
	owners := make([]int32, len(sh.members))
	last, f, ok := "", int32(0), false // members mostly stand behind one another
	for i := range sh.members {
		m := &sh.members[i]
		if m.key != last {
			last = m.key
			f, ok = sh.byKey[last]
		}
		if owners[i] = f; !ok {
			owners[i] = -1
			if m.key != "" {
				sh.member(m, "id_keluarga", m.key, "member_orphan", false, "key", officeKey(m.key))
			}
		}
	}
	return owners
}

// household checks a family's members as a whole.
func (sh *sheets) household(f *familyRow) {
	heads, first := 0, 0
	for _, i := range f.members {
		m := &sh.members[i]
		if m.relation == RelationHead {
			if heads++; heads == 1 {
				first = m.row
			} else {
				sh.member(m, "hubungan", "", "head_twice", false, "row", first)
			}
		}
	}
	if len(f.members) == 0 {
		sh.family(f, "id_keluarga", f.key, "family_empty", false, "key", officeKey(f.key))
	} else if heads == 0 {
		sh.family(f, "id_keluarga", f.key, "head_missing", true, "key", officeKey(f.key))
	}
	for _, i := range f.members {
		f.bad = f.bad || sh.members[i].bad
	}
}

// count counts the families that can go on, with their members.
func (sh *sheets) count(c *Counts) {
	for i := range sh.families {
		if f := &sh.families[i]; !f.bad {
			c.Families++
			c.Persons += int64(len(f.members))
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

// part loads a part once more, to be written: nothing is found anew in it.
func (in *incoming) part(i int) (*sheets, error) {
	sh, err := in.sheets(i, &findings{quiet: true})
	if err != nil {
		return nil, err
	}
	sh.cross(in)
	sh.found = &in.found
	return sh, nil
}

// job is what an import is to do.
type job struct {
	actor    access.Actor
	files    Files
	options  Options
	progress run.Progress
}
