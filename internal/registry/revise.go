package registry

import (
	"bytes"
	"slices"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/seal"
)

// reviser turns checked rows of an import into revisions: for a family that
// is not on record its first, for one that is what the rows bring that is
// new, which may be nothing.
type reviser struct {
	keys     *seal.Keyring
	ids      *ident.Maker
	sheets   *sheets
	by       string // login
	evidence string
	origin   ident.ID // the import
	now      time.Time
}

// revised is what becomes of one family of the file.
type revised struct {
	row         *familyRow
	revision    *Revision // nil: nothing new
	newPersons  int
	unmentioned int
	older       bool // the rows are older than what is on record
	inactive    []*memberRow
}

func (v *reviser) revise(row *familyRow, known *Known) revised {
	if known == nil {
		return v.register(row)
	}
	return v.compare(row, known)
}

func (v *reviser) change(family ident.ID, version int, kind ChangeKind, on civil.Date) Change {
	return Change{FamilyID: family, Version: version, Kind: kind, ProposedBy: v.by, ProposedAt: v.now, Evidence: v.evidence,
		ApprovedBy: v.by, ApprovedAt: v.now, EffectiveOn: on, RecordedAt: v.now}
}

func (v *reviser) observation(r *Revision, person ident.ID, on civil.Date, facts indicator.Facts) Observation {
	return Observation{FamilyID: r.Change.FamilyID, Version: r.Change.Version, PersonID: person, Source: SourceImport,
		ObservedOn: on, RecordedAt: v.now, Facts: facts}
}

// register makes the first revision of a family.
func (v *reviser) register(row *familyRow) revised {
	id := v.ids.New()
	rec := &Record{Family: Family{ID: id, Area: row.area, LocalKey: row.key, Address: row.address, RT: row.rt, RW: row.rw,
		Status: FamilyActive, Packed: string(row.facts), ObservedOn: row.observed, Version: 1}}
	rev := &Revision{Record: rec, Origin: v.origin, Change: Change{FamilyID: id, Version: 1, Kind: Registered}}
	v.setCard(rev, row)
	rec.Members = make([]Person, 0, len(row.members))
	for _, i := range row.members {
		v.join(rev, &v.sheets.members[i], row.observed)
	}
	rec.settle()
	return revised{row: row, revision: rev, newPersons: len(rec.Members)}
}

// setCard sets the family's card number where the row brings another one.
func (v *reviser) setCard(rev *Revision, row *familyRow) {
	if row.kk != "" {
		rev.setCard(v.keys, row.kk)
	}
}

// join adds a member who is not on record. Ids grow, so the members stay in
// their order.
func (v *reviser) join(rev *Revision, m *memberRow, on civil.Date) {
	f := &rev.Record.Family
	p := Person{ID: v.ids.New(), FamilyID: f.ID, Area: f.Area, Status: PersonActive, ObservedOn: on}
	p.Name, p.NameKey, p.Female, p.Relation, p.MotherName = m.name, SearchKey(m.name), m.female, m.relation, m.mother
	if m.bornKnown {
		born := m.born
		p.Born = &born
	}
	v.setNIK(rev, &p, m)
	if rev.New() {
		p.Packed = string(m.facts)
	} else {
		p.Facts = m.facts.unpack()
		rev.Change.Body.Members = append(rev.Change.Body.Members, p.core())
		rev.Observations = append(rev.Observations, v.observation(rev, p.ID, on, p.Facts))
	}
	rev.Record.Members = append(rev.Record.Members, p)
	rev.NewMembers = append(rev.NewMembers, len(rev.Record.Members)-1)
	v.openAccount(rev, &p, m, nil)
}

func (v *reviser) setNIK(rev *Revision, p *Person, m *memberRow) {
	if m.nik != "" {
		rev.setNIK(v.keys, p, m.nik)
	}
}

// openAccount adds the row's bank account, unless it is on record.
func (v *reviser) openAccount(rev *Revision, p *Person, m *memberRow, known []Account) {
	if m.account == "" {
		return
	}
	blind := v.keys.Blind(string(KindAccount), m.bank+" "+m.account)
	for _, a := range known {
		if a.PersonID == p.ID && bytes.Equal(a.Blind, blind) {
			return
		}
	}
	rev.Accounts = append(rev.Accounts, Account{FamilyID: p.FamilyID, ID: v.ids.New(), PersonID: p.ID, Bank: m.bank,
		Sealed: v.keys.Seal(LabelAccount, m.account), Blind: blind, Holder: m.name, Status: AccountUnchecked})
}

// compare makes the revision of a family on record. Rows older than what is
// on record add to the history of facts, and leave the core data as they are.
// An empty cell says nothing, so it never takes away what is known.
func (v *reviser) compare(row *familyRow, known *Known) revised {
	rec := &Record{Family: known.Record.Family, Members: slices.Clone(known.Record.Members)}
	f := &rec.Family
	out := revised{row: row, older: row.observed < f.ObservedOn}
	f.Version++
	rev := &Revision{Record: rec, Change: v.change(f.ID, f.Version, Observed, row.observed)}
	if !out.older {
		before := *f.core()
		v.update(rev, row)
		if after := f.core(); !after.equal(before) {
			rev.Change.Body.Family = after
		}
	}
	if v.observe(rev, known, ident.ID{}, row.observed, row.facts.unpack()) {
		f.Facts, f.ObservedOn = current(slices.Concat(known.Observations, rev.Observations), ident.ID{})
	}
	v.compareMembers(rev, row, known, &out)
	rec.settle()
	if rev.Change.Body.Family != nil || len(rev.Change.Body.Members)+len(rev.Observations)+len(rev.Accounts) > 0 {
		out.revision = rev
	}
	return out
}

func (v *reviser) update(rev *Revision, row *familyRow) {
	f := &rev.Record.Family
	f.Area = row.area
	v.setCard(rev, row)
	for _, x := range []struct {
		into *string
		from string
	}{{&f.Address, row.address}, {&f.RT, row.rt}, {&f.RW, row.rw}} {
		if x.from != "" {
			*x.into = x.from
		}
	}
}

func (v *reviser) compareMembers(rev *Revision, row *familyRow, known *Known, out *revised) {
	before := len(rev.Record.Members)
	taken := make([]bool, before)
	var fresh []*memberRow
	for _, i := range row.members {
		m := &v.sheets.members[i]
		at := v.match(rev.Record.Members[:before], taken, m)
		if at < 0 {
			fresh = append(fresh, m)
			continue
		}
		taken[at] = true
		if rev.Record.Members[at].Status != PersonActive {
			out.inactive = append(out.inactive, m)
		}
		v.compareMember(rev, at, m, known, out.older)
	}
	for at, t := range taken {
		if !t && rev.Record.Members[at].Status == PersonActive {
			out.unmentioned++
		}
	}
	if out.older {
		return // who is not on record now may have left since
	}
	for _, m := range fresh {
		v.join(rev, m, row.observed)
	}
	out.newPersons = len(fresh)
}

// match finds the member on record whom a row is about: by NIK, else by name
// and birth date, as far as both are known.
func (v *reviser) match(members []Person, taken []bool, m *memberRow) int {
	if m.nik != "" {
		blind := v.keys.Blind(string(KindNIK), string(m.nik))
		for i := range members {
			if !taken[i] && bytes.Equal(members[i].NIKBlind, blind) {
				return i
			}
		}
	}
	key := SearchKey(m.name)
	for i := range members {
		p := &members[i]
		sameBorn := p.Born == nil || !m.bornKnown || *p.Born == m.born
		if !taken[i] && p.NameKey == key && sameBorn && p.Female == m.female {
			return i
		}
	}
	return -1
}

func (v *reviser) compareMember(rev *Revision, at int, m *memberRow, known *Known, older bool) {
	p := &rev.Record.Members[at]
	on := rev.Change.EffectiveOn
	changed := false
	if !older {
		before := p.core()
		p.Name, p.NameKey, p.Female, p.Relation = m.name, SearchKey(m.name), m.female, m.relation
		if m.mother != "" {
			p.MotherName = m.mother
		}
		if m.bornKnown {
			born := m.born
			p.Born = &born
		}
		v.setNIK(rev, p, m)
		if after := p.core(); !after.equal(before) {
			rev.Change.Body.Members = append(rev.Change.Body.Members, after)
			changed = true
		}
		v.openAccount(rev, p, m, known.Accounts)
	}
	if v.observe(rev, known, p.ID, on, m.facts.unpack()) {
		p.Facts, p.ObservedOn = current(slices.Concat(known.Observations, rev.Observations), p.ID)
		changed = true
	}
	if changed {
		rev.ChangedMembers = append(rev.ChangedMembers, at)
	}
}

// observe adds an observation, unless an import brought all of it for that day
// already. It reports whether it did. What was entered by hand since does not
// count: the same file again must not undo it.
func (v *reviser) observe(rev *Revision, known *Known, person ident.ID, on civil.Date, facts indicator.Facts) bool {
	var sameDay []Observation
	for _, o := range known.Observations {
		if o.PersonID == person && o.ObservedOn == on && o.Source == SourceImport {
			sameDay = append(sameDay, o)
		}
	}
	if len(sameDay) > 0 {
		held, _ := current(sameDay, person)
		news := slices.ContainsFunc(facts, func(f indicator.Fact) bool {
			value, ok := held.Get(f.No)
			return !ok || value != f.Value
		})
		if !news {
			return false
		}
	}
	rev.Observations = append(rev.Observations, v.observation(rev, person, on, facts))
	return true
}

func (c *FamilyCore) equal(o FamilyCore) bool {
	return c.Area == o.Area && c.LocalKey == o.LocalKey && bytes.Equal(c.KKBlind, o.KKBlind) && c.Address == o.Address &&
		c.RT == o.RT && c.RW == o.RW && c.Status == o.Status
}

func (c MemberCore) equal(o MemberCore) bool {
	return sameDay(c.Born, o.Born) && c.ID == o.ID && c.Name == o.Name && c.Female == o.Female && c.Relation == o.Relation &&
		c.MotherName == o.MotherName && bytes.Equal(c.NIKBlind, o.NIKBlind) && c.Status == o.Status
}
