package registry

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/nik"
)

// MemberEntry is what is on record of a member beside their facts, as
// somebody writes it down.
type MemberEntry struct {
	Name       string `json:"name,omitempty"`
	Born       string `json:"born,omitempty"`     // day YYYY-MM-DD; "" is not known
	Sex        string `json:"sex,omitempty"`      // option of the indicator sex
	Relation   string `json:"relation,omitempty"` // option of the indicator relation
	MotherName string `json:"mother,omitempty"`
	NIK        string `json:"nik,omitempty"`    // "" keeps the number on record, or says that there is none
	NoNIK      bool   `json:"no_nik,omitempty"` // takes the number off the record
	// FormerHead is what relation the head so far has from now on, when this
	// member becomes the head.
	FormerHead string `json:"former_head,omitempty"`
}

// Fields of a member's entry: the columns of an import.
const (
	FieldName       = "nama"
	FieldBorn       = "tanggal_lahir"
	FieldSex        = "jenis_kelamin"
	FieldRelation   = "hubungan"
	FieldMother     = "nama_ibu"
	FieldNIK        = "nik"
	FieldFormerHead = "kepala_lama"
	FieldCause      = "sebab"
)

// MemberField names a field of the i-th member of a family that is registered.
func MemberField(i int, field string) string { return fmt.Sprintf("anggota.%d.%s", i, field) }

// CorrectMember mends what is on record of a member. Numbers that look wrong
// are warned of, never refused.
//
// Its errors are those of Observe.
func (s *Service) CorrectMember(ctx context.Context, family, person ident.ID, e MemberEntry, b Basis) (Outcome, error) {
	return s.Do(ctx, Request{Kind: Corrected, Family: family, Person: person, Member: &e, Basis: b})
}

func (h *hand) correctMember(ctx context.Context, e MemberEntry) error {
	p, err := h.onRecord(h.req.Person)
	if err != nil {
		return err
	}
	before := p.core()
	h.readMember(p, e, plain)
	after := p.core()
	if after.equal(before) && len(h.refused) == 0 {
		h.refuse("", "nothing_changed")
	}
	h.altered(before, after)
	h.alter(p)
	h.headship(p, before.Relation, e.FormerHead)
	h.seen()
	if !slices.ContainsFunc(h.fields, func(f string) bool { return f == FieldNIK || f == FieldBorn || f == FieldSex }) {
		return nil
	}
	if err := h.compareNIK(p, plain); err != nil {
		return err
	}
	return h.lookForPerson(ctx, p, before.NIKBlind, plain)
}

// AddMember brings somebody on record who joins the family: a child that is
// born, somebody who moves in, or who was missed before. It holds from the
// day of the entry's basis.
//
// Its errors are those of Observe.
func (s *Service) AddMember(ctx context.Context, family ident.ID, cause Cause, e MemberEntry, b Basis) (Outcome, error) {
	return s.Do(ctx, Request{Kind: MemberAdded, Family: family, Cause: cause, Member: &e, Basis: b})
}

func (h *hand) add(ctx context.Context) error {
	if err := h.first(ctx); err != nil {
		return err
	}
	if !slices.Contains(Causes, h.req.Cause) {
		h.refuse(FieldCause, "choose")
	}
	return h.newcomer(ctx, h.req.Cause)
}

// newcomer brings the member of the request on record in the family that is
// turned to, and compares them with whom else there is.
func (h *hand) newcomer(ctx context.Context, cause Cause) error {
	if h.req.Member == nil {
		h.refuse(FieldName, "name_missing")
		return nil
	}
	e := *h.req.Member
	h.rev.Change.Body.Cause = cause
	on := h.today
	if h.req.Kind.isEvent() {
		on = h.on
	}
	p := h.join(e, on, plain)
	if p.Born != nil && h.on < *p.Born && !h.wrong(FieldOn) {
		h.refuse(FieldOn, "before_birth")
	}
	h.headship(p, 0, e.FormerHead)
	if err := h.compareNIK(p, plain); err != nil {
		return err
	}
	return h.lookForPerson(ctx, p, nil, plain)
}

func plain(field string) string { return field }

// join adds a member to the revision's family, observed on a day with nothing
// said of their facts yet.
func (h *hand) join(e MemberEntry, on civil.Date, field func(string) string) *Person {
	f := &h.rev.Record.Family
	joined := Person{ID: h.s.ids.New(), FamilyID: f.ID, Area: f.Area, Status: PersonActive}
	h.readMember(&joined, e, field)
	h.lookForNamesake(&joined, field)
	members := h.rev.Record.Members
	at, _ := slices.BinarySearchFunc(members, joined.ID, func(p Person, id ident.ID) int { return slices.Compare(p.ID[:], id[:]) })
	h.rev.Record.Members = slices.Insert(members, at, joined)
	h.rev.NewMembers = append(h.rev.NewMembers, at)
	h.rev.Change.Body.Members = append(h.rev.Change.Body.Members, joined.core())
	h.fields = append(h.fields, "members")
	h.observe(joined.ID, Observation{ObservedOn: on})
	return &h.rev.Record.Members[at]
}

// readMember sets a member's core to what was written.
func (h *hand) readMember(p *Person, e MemberEntry, field func(string) string) {
	if p.Name = h.name(field(FieldName), e.Name); p.Name == "" && !h.wrong(field(FieldName)) {
		h.refuse(field(FieldName), "name_missing")
	}
	p.NameKey = SearchKey(p.Name)
	p.Born = nil
	if born, ok := h.day(field(FieldBorn), e.Born); ok {
		p.Born = &born
	}
	female, _ := h.s.sex.OptionCode("female")
	p.Female = h.choice(field(FieldSex), h.s.sex, e.Sex) == female.No
	p.Relation = h.choice(field(FieldRelation), h.s.relation, e.Relation)
	p.MotherName = h.name(field(FieldMother), e.MotherName)
	switch n := h.number(field(FieldNIK), e.NIK); {
	case n != "":
		h.rev.setNIK(h.s.keys, p, n)
	case e.NoNIK && !h.wrong(field(FieldNIK)):
		dropNIK(p)
	}
}

// headship sees to it that a family has one head: who was it before is given
// another relation, and a family left without one is warned of.
func (h *hand) headship(p *Person, before int64, former string) {
	if p.Status != PersonActive {
		return
	}
	at := slices.IndexFunc(h.rev.Record.Members, func(m Person) bool {
		return m.ID != p.ID && m.Status == PersonActive && m.Relation == RelationHead
	})
	switch {
	case p.Relation == RelationHead && at >= 0:
		m := &h.rev.Record.Members[at]
		if m.Relation = h.choice(FieldFormerHead, h.s.relation, former); m.Relation == RelationHead {
			h.refuse(FieldFormerHead, "head_twice")
		}
		h.alter(m)
	case p.Relation != RelationHead && before == RelationHead && at < 0:
		h.warn(FieldRelation, "head_missing", nil)
	}
}

// compareNIK warns where a member's number says something else than the rest.
func (h *hand) compareNIK(p *Person, field func(string) string) error {
	number, err := h.s.keys.Open(LabelNIK, p.NIKSealed)
	if err != nil {
		return err
	}
	if number == "" {
		return nil
	}
	for _, x := range h.s.nikSays(nik.Number(number), h.rev.Record.Family.Area, p.Born, p.Female) {
		switch x.code {
		case warnRegionRetired, warnRegionFormer, warnRegionOther, warnBornMissing, warnBornCentury: // who enters it need not look again
		default:
			h.warn(field(FieldNIK), x.code, nil, x.args...)
		}
	}
	return nil
}

// altered notes for the log which columns a correction alters.
func (h *hand) altered(a, b MemberCore) {
	for field, differs := range map[string]bool{FieldName: a.Name != b.Name, FieldBorn: !sameDay(a.Born, b.Born), FieldSex: a.Female != b.Female,
		FieldRelation: a.Relation != b.Relation, FieldMother: a.MotherName != b.MotherName, FieldNIK: string(a.NIKBlind) != string(b.NIKBlind)} {
		if differs {
			h.fields = append(h.fields, field)
		}
	}
}
