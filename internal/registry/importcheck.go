package registry

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"gotong/internal/access"
	"gotong/internal/nik"
	"gotong/internal/region"
	"gotong/internal/run"
)

// Files are the two files of an import.
type Files struct{ Family, Member File }

// Digest returns the SHA-256 of both files.
func (f Files) Digest() []byte {
	h := sha256.New()
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(f.Family.Data)))
	h.Write(length[:])
	h.Write(f.Family.Data)
	h.Write(f.Member.Data)
	return h.Sum(nil)
}

// sheets are both files, read and checked against each other: all that can
// be said without looking into the register.
type sheets struct {
	families []familyRow
	members  []memberRow
	problems []Problem
	counts   Counts
	fatal    bool
	// queue has somebody who is in two families noted as a warning instead
	// of an error, for the duplicates desk to decide.
	queue bool
}

// readSheets reads both files and checks them.
func (s *Service) readSheets(ctx context.Context, scope access.Scope, files Files, o Options, p run.Progress) (*sheets, error) {
	today := s.Today()
	done := func(n int64) { p.Add("", n) }
	p.Stage("import_read", 0)
	families, err := readFile(ctx, s, scope, today, files.Family, rowCheck[familyRow]{
		layout: s.familyLayout(),
		begin:  func(r *familyRow, row int) { r.row = row },
		end:    func(c *checker, r *familyRow) { r.bad = c.bad },
		spoil:  func(r *familyRow) { r.bad = true },
	}, done)
	if err != nil {
		return nil, err
	}
	members, err := readFile(ctx, s, scope, today, files.Member, rowCheck[memberRow]{
		layout: s.memberLayout(),
		begin:  func(r *memberRow, row int) { r.row = row },
		end: func(c *checker, r *memberRow) {
			if c.column = -1; (r.account == "") != (r.bank == "") && !c.bad {
				c.error("account_half", "")
			}
			r.bad = c.bad
		},
		spoil: func(r *memberRow) { r.bad = true },
	}, done)
	if err != nil {
		return nil, err
	}
	sh := &sheets{families: families.rows, members: members.rows, queue: o.QueueDuplicates,
		fatal: families.fatal || members.fatal, problems: append(families.problems, members.problems...)}
	sh.counts = Counts{FamilyRows: int64(len(sh.families)), MemberRows: int64(len(sh.members)),
		Errors: families.errors + members.errors, Warnings: families.warnings + members.warnings}
	if !sh.fatal {
		sh.cross()
	}
	inOrder(sh.problems)
	return sh, ctx.Err()
}

func (sh *sheets) keep(p Problem) {
	if p.Warning {
		sh.counts.Warnings++
	} else {
		sh.counts.Errors++
	}
	if len(sh.problems) < 2*problemsMost {
		sh.problems = append(sh.problems, p)
	}
}

func (sh *sheets) family(r *familyRow, column, name string, warning bool, args ...any) {
	p := Problem{File: FamilyFile, Row: r.row, Column: column, Warning: warning}
	p.sentence(name, args)
	sh.keep(p)
	r.bad = r.bad || !warning
}

func (sh *sheets) member(r *memberRow, column, value, name string, warning bool, args ...any) {
	p := Problem{File: MemberFile, Row: r.row, Column: column, Value: value, Warning: warning}
	p.sentence(name, args)
	sh.keep(p)
	r.bad = r.bad || !warning
}

// cross checks rows against each other. A family with anything wrong in it
// is bad as a whole, since half a family would be ranked wrongly.
func (sh *sheets) cross() {
	byKey := sh.familyKeys()
	sh.familyCards()
	sh.attach(byKey)
	sh.numbers()
	for i := range sh.families {
		f := &sh.families[i]
		if first, ok := byKey[f.key]; ok && first == int32(i) {
			sh.household(f)
		}
	}
}

// familyKeys finds families that are in the file twice.
func (sh *sheets) familyKeys() map[string]int32 {
	byKey := make(map[string]int32, len(sh.families))
	for i := range sh.families {
		f := &sh.families[i]
		if f.key == "" {
			continue
		}
		first, twice := byKey[f.key]
		if !twice {
			byKey[f.key] = int32(i)
			continue
		}
		g := &sh.families[first]
		name, column := "family_twice", "id_keluarga"
		if f.area != g.area && f.area != "" && g.area != "" {
			name, column = "family_two_areas", "kode_wilayah"
		}
		sh.family(f, column, name, false, "key", officeKey(f.key), "row", g.row, "area", region.Dotted(f.area), "other_area", region.Dotted(g.area))
		if !g.bad {
			sh.family(g, column, name, false, "key", officeKey(f.key), "row", f.row, "area", region.Dotted(g.area), "other_area", region.Dotted(f.area))
		}
	}
	return byKey
}

// familyCards finds families with the same card under different keys.
func (sh *sheets) familyCards() {
	byCard := make(map[nik.Number]int32, len(sh.families))
	for i := range sh.families {
		f := &sh.families[i]
		if f.kk == "" {
			continue
		}
		first, twice := byCard[f.kk]
		if !twice {
			byCard[f.kk] = int32(i)
			continue
		}
		g := &sh.families[first]
		if f.key == g.key {
			continue // found already
		}
		if f.area == g.area {
			sh.family(f, "no_kk", "card_twice", true, "row", g.row)
			continue
		}
		sh.family(f, "no_kk", "card_two_areas", sh.queue, "row", g.row, "area", region.Dotted(f.area), "other_area", region.Dotted(g.area))
		sh.family(g, "no_kk", "card_two_areas", sh.queue, "row", f.row, "area", region.Dotted(g.area), "other_area", region.Dotted(f.area))
	}
}

// attach gives families their members.
func (sh *sheets) attach(byKey map[string]int32) {
	for i := range sh.members {
		m := &sh.members[i]
		if m.key == "" {
			continue
		}
		f, ok := byKey[m.key]
		if !ok {
			sh.member(m, "id_keluarga", m.key, "member_orphan", false, "key", officeKey(m.key))
			continue
		}
		sh.families[f].members = append(sh.families[f].members, int32(i))
	}
}

// numbers holds NIKs against each other and against what else the row says.
func (sh *sheets) numbers() {
	byNIK := make(map[nik.Number]int32, len(sh.members))
	for i := range sh.members {
		m := &sh.members[i]
		if m.nik == "" {
			continue
		}
		if m.bornKnown && !m.bad {
			for _, w := range m.nik.Check(m.born, m.female) {
				sh.member(m, "nik", m.nik.Mask(), "nik."+string(w), true)
			}
		}
		first, twice := byNIK[m.nik]
		if !twice {
			byNIK[m.nik] = int32(i)
			continue
		}
		o := &sh.members[first]
		if o.key == m.key {
			sh.member(m, "nik", m.nik.Mask(), "person_twice", false, "row", o.row)
			continue
		}
		sh.member(m, "nik", m.nik.Mask(), "person_two_families", sh.queue, "row", o.row, "key", officeKey(m.key), "other_key", officeKey(o.key))
		sh.member(o, "nik", o.nik.Mask(), "person_two_families", sh.queue, "row", m.row, "key", officeKey(o.key), "other_key", officeKey(m.key))
	}
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
		sh.family(f, "id_keluarga", "family_empty", false, "key", officeKey(f.key))
	} else if heads == 0 {
		sh.family(f, "id_keluarga", "head_missing", true, "key", officeKey(f.key))
	}
	for _, i := range f.members {
		f.bad = f.bad || sh.members[i].bad
	}
}

// good returns the indexes of the families that can go on, and counts.
func (sh *sheets) good() []int32 {
	good := make([]int32, 0, len(sh.families))
	for i := range sh.families {
		if f := &sh.families[i]; f.bad || sh.fatal {
			sh.counts.Held++
		} else {
			good = append(good, int32(i))
			sh.counts.Families++
			sh.counts.Persons += int64(len(f.members))
		}
	}
	sh.counts.HeldPersons = sh.counts.MemberRows - sh.counts.Persons
	return good
}
