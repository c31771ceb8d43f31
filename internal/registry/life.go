package registry

import (
	"context"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// Fields of a life event beside those of entries by hand.
const (
	FieldPerson     = "orang"
	FieldOther      = "keluarga_lain"
	FieldOtherHere  = "orang_lain"
	FieldGoing      = "ikut"
	FieldNewHead    = "kepala_baru"
	FieldPlace      = "tempat"
	FieldNewHere    = "hubungan_baru"
	FieldGoRelation = "hubungan_ikut" // followed by @ID of who goes
)

// refuseEvent notes what is wrong with a field, in the words of life events.
func (h *hand) refuseEvent(field, name string, args ...any) {
	h.refused = append(h.refused, FieldFault{field, fault.Invalid("event.refused."+name, args...)})
}

func (h *hand) warnEvent(field, name string, families []ident.ID, args ...any) {
	h.warnings = append(h.warnings, Warning{field, "event.warn." + name, args, families})
}

// living opens the family of the request, which must be there still.
func (h *hand) living(ctx context.Context) error {
	if err := h.first(ctx); err != nil {
		return err
	}
	if f := h.rev.Record.Family; f.Status != FamilyActive && f.Status != FamilyDormant {
		h.refuseEvent("", "family_gone", "status", string(f.Status))
	}
	return nil
}

// whom returns the active member that a field of the request names. Nothing
// happens to anybody before their birth; two records of one person may differ
// in it, and are merged all the same.
func (h *hand) whom(field string, id ident.ID) (*Person, bool) {
	p, ok := h.rev.Record.Member(id)
	switch {
	case id.IsZero() || !ok:
		h.refuseEvent(field, "choose_person")
	case p.Erased():
		h.refuseEvent(field, "erased_already")
	case p.Status != PersonActive:
		h.refuseEvent(field, "not_there", "name", p.Name, "status", string(p.Status))
	case h.req.Kind != Merge && h.unborn(p):
	default:
		return p, true
	}
	return nil, false
}

// unborn refuses the day of an event on which a person was not born yet.
func (h *hand) unborn(p *Person) bool {
	if p.Born == nil || h.on >= *p.Born || h.wrong(FieldOn) {
		return false
	}
	h.refuse(FieldOn, "before_birth")
	return true
}

// birth brings a child on record. A newborn has no NIK yet, and needs none.
func (h *hand) birth(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	if h.req.Member == nil {
		h.refuse(FieldName, "name_missing")
		return nil
	}
	if h.req.Member.Born == "" { // the day of the event is the day of birth
		h.req.Member.Born = h.basis.On
	}
	if h.req.Member.Relation == "" {
		h.req.Member.Relation = "child"
	}
	return h.newcomer(ctx, CauseBirth)
}

// adoption brings a child into the family: one who is not on record, or who
// comes from another family.
func (h *hand) adoption(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	if !h.req.OtherPerson.IsZero() {
		return h.fetch(ctx)
	}
	return h.newcomer(ctx, CauseAdopted)
}

// death ends a membership from the day of death. Where the head dies, the
// family names another one; where nobody is left, it is dissolved.
func (h *hand) death(ctx context.Context) error {
	if err := h.first(ctx); err != nil {
		return err
	}
	p, ok := h.rev.Record.Member(h.req.Person)
	switch {
	case !ok:
		h.refuseEvent(FieldPerson, "choose_person")
		return nil
	case p.Erased():
		h.refuseEvent(FieldPerson, "erased_already")
		return nil
	case p.Status == PersonDead:
		h.refuseEvent(FieldPerson, "dead_already", "name", p.Name)
		return nil
	case p.Status != PersonActive && p.Status != PersonNotFound:
		h.refuseEvent(FieldPerson, "not_there", "name", p.Name, "status", string(p.Status))
		return nil
	}
	h.unborn(p)
	if seen := h.lastSeen(p.ID); seen > h.on {
		h.warnEvent(FieldOn, "seen_after", nil, "name", p.Name, "on", seen)
	}
	p.Status = PersonDead
	h.alter(p)
	h.fields = append(h.fields, "status")
	h.widow(p)
	h.lead()
	return nil
}

// lastSeen returns the last day on which somebody visited a person.
func (d *draft) lastSeen(person ident.ID) civil.Date {
	var last civil.Date
	for _, o := range Of(d.before, person) {
		if o.Source == SourceVisit {
			last = max(last, o.ObservedOn)
		}
	}
	return last
}

// widow marks the only spouse that a head leaves, or the head that a spouse
// does.
func (h *hand) widow(dead *Person) {
	const head, spouse = "head", "spouse"
	code := h.s.RelationCode(dead.Relation)
	if code != head && code != spouse {
		return
	}
	var left []*Person
	for i := range h.rev.Record.Members {
		m := &h.rev.Record.Members[i]
		c := h.s.RelationCode(m.Relation)
		if m.ID != dead.ID && m.Status == PersonActive && (c == head || c == spouse) {
			left = append(left, m)
		}
	}
	if len(left) == 1 {
		h.marital(left[0].ID, "widowed")
	}
}

// marital observes a person's marital status, where the catalogue asks it.
func (h *hand) marital(person ident.ID, code string) {
	i, ok := h.s.catalogue.Lookup(indicator.Person, "marital")
	if !ok {
		return
	}
	if o, ok := i.OptionCode(code); ok {
		found := Observation{ObservedOn: h.on}
		found.Facts.Set(i.No, o.No)
		h.observe(person, found)
		h.touch(person)
	}
}

// lead sees to it that a family which somebody left has a head, or is
// dissolved where nobody is left.
func (h *hand) lead() {
	r := h.rev.Record
	active := func(p Person) bool { return p.Status == PersonActive }
	switch {
	case !slices.ContainsFunc(r.Members, active):
		r.Family.Status = FamilyDissolved
		h.rev.Change.Body.Family = r.Family.core()
	case !slices.ContainsFunc(r.Members, func(p Person) bool { return active(p) && p.Relation == RelationHead }):
		m, ok := r.Member(h.req.NewHead)
		if !ok || !active(*m) {
			h.refuseEvent(FieldNewHead, "head_needed")
			return
		}
		m.Relation = RelationHead
		h.alter(m)
	}
}

// changeHead makes another member the head.
func (h *hand) changeHead(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	p, ok := h.whom(FieldNewHead, h.req.NewHead)
	if !ok {
		return nil
	}
	if p.Relation == RelationHead {
		h.refuseEvent(FieldNewHead, "head_already", "name", p.Name)
		return nil
	}
	if adult := h.s.rules.changesOn(h.today).Marriage; p.Born != nil && p.Born.YearsOn(h.on) < adult {
		h.warnEvent(FieldNewHead, "young_head", nil, "name", p.Name, "years", p.Born.YearsOn(h.on))
	}
	before := p.Relation
	p.Relation = RelationHead
	h.alter(p)
	h.headship(p, before, h.req.FormerHead)
	h.fields = append(h.fields, FieldRelation)
	return nil
}

// split has some members found a family of their own.
func (h *hand) split(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	return h.depart(ctx)
}

// comeBack has somebody count again who had left or was not found, or a whole
// family that had gone.
func (h *hand) comeBack(ctx context.Context) error {
	if err := h.first(ctx); err != nil {
		return err
	}
	f := &h.rev.Record.Family
	h.fields = append(h.fields, "status")
	if h.req.Person.IsZero() {
		if f.Status != FamilyMoved && f.Status != FamilyDormant {
			h.refuseEvent("", "family_there", "status", string(f.Status))
			return nil
		}
		f.Status = FamilyActive
		h.rev.Change.Body.Family = f.core()
		return nil
	}
	p, ok := h.rev.Record.Member(h.req.Person)
	switch {
	case !ok:
		h.refuseEvent(FieldPerson, "choose_person")
		return nil
	case p.Erased():
		h.refuseEvent(FieldPerson, "erased_already")
		return nil
	case p.Status != PersonMoved && p.Status != PersonNotFound:
		h.refuseEvent(FieldPerson, "not_away", "name", p.Name, "status", string(p.Status))
		return nil
	}
	if l, ok := h.history.went(p.ID); ok {
		h.warnEvent(FieldPerson, "lives_elsewhere", []ident.ID{l.OtherFamily}, "name", p.Name)
	}
	p.Status = PersonActive
	before := p.Relation
	if h.req.Relation != "" {
		p.Relation = h.choice(FieldRelation, h.s.relation, h.req.Relation)
	}
	h.alter(p)
	if f.Status == FamilyDissolved || f.Status == FamilyMoved {
		f.Status = FamilyActive
		h.rev.Change.Body.Family = f.core()
	}
	h.headship(p, before, h.req.FormerHead)
	return nil
}

// went returns where a member went within the register, unless that was
// taken back.
func (h *History) went(person ident.ID) (Link, bool) {
	undone := h.undone(Moment{})
	for _, c := range slices.Backward(h.Changes) {
		for _, l := range c.Body.Links {
			if l.Person == person && !l.Came && !undone[c.Version] {
				return l, true
			}
		}
	}
	return Link{}, false
}
