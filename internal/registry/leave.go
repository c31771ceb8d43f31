package registry

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/region"
)

// depart has those who are Going found the family NewFamily, and turns to it.
// One of them is its head; it lives where the entry says, or where the family
// that they leave does.
func (h *hand) depart(ctx context.Context) error {
	left := h.draft
	goers := h.goers()
	if len(h.refused) > 0 {
		return nil
	}
	if len(goers) == h.staying() {
		h.refuseEvent(FieldGoing, "nobody_stays")
		return nil
	}
	if h.req.NewFamily.IsZero() {
		h.req.NewFamily = h.s.ids.New()
	}
	if _, err := h.s.store.Family(ctx, h.req.NewFamily); err == nil {
		h.refuse("", "registered")
		return nil
	}
	entry := FamilyEntry{Area: left.rev.Record.Family.Area, Address: left.rev.Record.Family.Address, RT: left.rev.Record.Family.RT, RW: left.rev.Record.Family.RW}
	if h.req.Entry != nil {
		if entry = *h.req.Entry; entry.Area == "" {
			entry.Area = left.rev.Record.Family.Area
		}
	}
	h.found(h.req.NewFamily)
	h.readFamily(entry)
	if err := h.localKey(ctx, entry.LocalKey); err != nil {
		return err
	}
	h.observe(ident.ID{}, Observation{ObservedOn: h.on})
	if err := h.lookForCard(ctx); err != nil {
		return err
	}
	founded := h.draft
	for _, g := range goers {
		if err := h.transfer(ctx, left, founded, g.Person, h.choice(FieldGoRelation+"@"+g.Person.String(), h.s.relation, g.Relation)); err != nil {
			return err
		}
	}
	founded.rev.Change.Body.Family = founded.rev.Record.Family.core()
	h.draft = left
	h.lead()
	h.draft = founded
	h.fields = append(h.fields, "core", "members")
	return nil
}

// goers returns those who go, of whom one is to be a head.
func (h *hand) goers() []Goer {
	heads := 0
	for i, g := range h.req.Going {
		if _, ok := h.whom(FieldGoing, g.Person); !ok {
			return nil
		}
		if slices.ContainsFunc(h.req.Going[:i], func(o Goer) bool { return o.Person == g.Person }) {
			h.refuseEvent(FieldGoing, "twice")
			return nil
		}
		if g.Relation == "head" {
			heads++
		}
	}
	switch {
	case len(h.req.Going) == 0:
		h.refuseEvent(FieldGoing, "nobody_goes")
	case heads != 1:
		h.refuseEvent(FieldGoing, "one_head")
	}
	return h.req.Going
}

// staying counts the active members of the family that is turned to.
func (h *hand) staying() int {
	n := 0
	for i := range h.rev.Record.Members {
		if h.rev.Record.Members[i].Status == PersonActive {
			n++
		}
	}
	return n
}

// leave takes members off the family who go where no record is.
func (h *hand) leave(going []Goer) {
	for _, g := range going {
		p, ok := h.whom(FieldGoing, g.Person)
		if !ok {
			return
		}
		p.Status = PersonMoved
		h.alter(p)
	}
	h.fields = append(h.fields, "status")
	h.lead()
}

// place reads where somebody goes who leaves the register.
func (h *hand) place() bool {
	h.req.Place = h.free(FieldPlace, h.req.Place)
	if h.req.Place == "" && !h.wrong(FieldPlace) {
		h.refuseEvent(FieldPlace, "place_missing")
	}
	if h.wrong(FieldPlace) {
		return false
	}
	for _, d := range h.drafts {
		d.rev.Change.Reason = joined(d.rev.Change.Reason, "→ "+h.req.Place)
	}
	return true
}

func joined(note, more string) string {
	if note == "" {
		return more
	}
	return note + " " + more
}

// move records that a family or some of its members go elsewhere: to another
// village of the actor's, to a village of others, who then take the family
// over, into another family, or out of the register.
func (h *hand) move(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	switch {
	case len(h.req.Going) > 0 && !h.req.Other.IsZero():
		return h.moveInto(ctx)
	case len(h.req.Going) > 0:
		if h.place() {
			h.leave(h.req.Going)
		}
		return nil
	case h.req.Entry != nil && h.req.Entry.Area != "":
		return h.moveFamily(ctx, *h.req.Entry)
	}
	if h.place() {
		f := &h.rev.Record.Family
		f.Status = FamilyMoved
		h.rev.Change.Body.Family = f.core()
		h.fields = append(h.fields, "status")
	}
	return nil
}

// moveInto has members join another family.
func (h *hand) moveInto(ctx context.Context) error {
	left := h.draft
	if h.req.Other == left.rev.Change.FamilyID {
		h.refuseEvent(FieldOther, "same_family")
		return nil
	}
	if err := h.open(ctx, h.req.Other); err != nil {
		return err
	}
	into := h.draft
	for _, g := range h.req.Going {
		h.draft = left
		p, ok := h.whom(FieldGoing, g.Person)
		if !ok {
			return nil
		}
		relation := h.choice(FieldGoRelation+"@"+g.Person.String(), h.s.relation, g.Relation)
		if relation == RelationHead {
			h.refuseEvent(FieldGoRelation+"@"+g.Person.String(), "head_there")
			return nil
		}
		if err := h.transfer(ctx, left, into, p.ID, relation); err != nil {
			return err
		}
	}
	h.draft = left
	h.lead()
	return nil
}

// moveFamily has the whole family live elsewhere. To a village of others it
// goes by a hand-over: they approve it, and see it from then on.
func (h *hand) moveFamily(ctx context.Context, e FamilyEntry) error {
	f := &h.rev.Record.Family
	before := *f.core()
	code, err := h.s.atlas.Parse(e.Area)
	level, _ := region.LevelOf(code)
	switch {
	case err != nil || level != region.Village:
		h.refuseEvent(FieldArea, "no_such_village")
		return nil
	case !h.actor.Scope.Covers(code):
		h.areaTo = code
	}
	f.Area, f.Address = code, h.free(FieldAddress, e.Address)
	f.RT, f.RW = h.block(FieldRT, e.RT), h.block(FieldRW, e.RW)
	if n := h.number(FieldKK, e.KK); n != "" {
		h.rev.setCard(h.s.keys, n)
	}
	if f.core().equal(before) && len(h.refused) == 0 {
		h.refuse("", "nothing_changed")
	}
	if before.Area[:regencyDigits] != code[:regencyDigits] {
		if err := h.ownKey(ctx, f); err != nil {
			return err
		}
	}
	h.differing(before, *f.core())
	h.rev.Change.Body.Family = f.core()
	return h.lookForCard(ctx)
}

// ownKey gives a family that comes into another regency a key of its own
// where its old one is somebody's there.
func (h *hand) ownKey(ctx context.Context, f *Family) error {
	known, err := h.s.store.Known(everywhere(ctx), f.Area[:regencyDigits], []string{f.LocalKey})
	if len(known) > 0 {
		f.LocalKey = f.ID.String()
	}
	return err
}

// fetch has somebody of another family join the one that is turned to, with
// the relation of the request.
func (h *hand) fetch(ctx context.Context) error {
	into := h.draft
	if h.req.Other == h.req.Family || h.req.Other.IsZero() {
		h.refuseEvent(FieldOther, "same_family")
		return nil
	}
	if err := h.open(ctx, h.req.Other); err != nil {
		return err
	}
	left := h.draft
	if _, ok := h.whom(FieldOtherHere, h.req.OtherPerson); !ok {
		return nil
	}
	relation := h.choice(FieldNewHere, h.s.relation, h.req.Relation)
	if relation == RelationHead {
		h.refuseEvent(FieldNewHere, "head_there")
		return nil
	}
	if err := h.transfer(ctx, left, into, h.req.OtherPerson, relation); err != nil {
		return err
	}
	h.lead()
	h.draft = into
	return nil
}

// transfer has a member of one family be on record in another: with the same
// numbers, what is known of them, and their account.
func (h *hand) transfer(ctx context.Context, from, to *draft, person ident.ID, relation int64) error {
	p, _ := from.rev.Record.Member(person)
	joined := Person{ID: h.s.ids.New(), FamilyID: to.rev.Change.FamilyID, Area: to.rev.Record.Family.Area}
	core := p.core()
	core.ID, core.Relation, core.Status = joined.ID, relation, PersonActive
	joined.set(&core)
	p.Status = PersonMoved
	from.alter(p)
	h.link(from, person, to, joined.ID)

	r := to.rev
	at, _ := slices.BinarySearchFunc(r.Record.Members, joined.ID, func(p Person, id ident.ID) int { return slices.Compare(p.ID[:], id[:]) })
	r.Record.Members = slices.Insert(r.Record.Members, at, joined)
	r.NewMembers = append(r.NewMembers, at)
	r.Change.Body.Members = append(r.Change.Body.Members, core)
	h.carry(from, person, to, joined.ID)
	return h.moveAccounts(ctx, from, person, to, joined.ID)
}

// link notes in both families who the same person is.
func (h *hand) link(from *draft, person ident.ID, to *draft, other ident.ID) {
	a, b := from.rev.Change.FamilyID, to.rev.Change.FamilyID
	from.rev.Change.Body.Links = append(from.rev.Change.Body.Links, Link{Person: person, OtherFamily: b, Other: other})
	to.rev.Change.Body.Links = append(to.rev.Change.Body.Links, Link{Person: other, OtherFamily: a, Other: person, Came: true})
}

// carry brings along what is known of a person, or of a family for the zero
// ids, as far as it is newer than what is known there: each fact with its
// source and day.
func (h *hand) carry(from *draft, person ident.ID, to *draft, other ident.ID) {
	own := Of(slices.Concat(from.before, from.rev.Observations), person)
	known := map[int]civil.Date{}
	there := Of(slices.Concat(to.before, to.rev.Carried, to.rev.Observations), other)
	for _, d := range FoldFacts(there) {
		known[d.No] = d.ObservedOn
	}
	type day struct {
		source Source
		on     civil.Date
	}
	days := map[day]*Observation{}
	add := func(k day) *Observation {
		if days[k] == nil {
			days[k] = &Observation{FamilyID: to.rev.Change.FamilyID, Version: to.rev.Change.Version, PersonID: other,
				Source: k.source, ObservedOn: k.on, RecordedAt: h.now}
		}
		return days[k]
	}
	for _, d := range FoldFacts(own) {
		if on, ok := known[d.No]; !ok || on < d.ObservedOn {
			add(day{d.Source, d.ObservedOn}).Facts.Set(d.No, d.Value)
		}
	}
	if len(there) == 0 && len(own) > 0 { // so that the day they were seen last comes along too
		last := slices.MaxFunc(own, func(a, b Observation) int { return cmp.Compare(a.ObservedOn, b.ObservedOn) })
		add(day{last.Source, last.ObservedOn})
	}
	carried := make([]Observation, 0, len(days))
	for _, o := range days {
		carried = append(carried, *o)
	}
	slices.SortFunc(carried, func(a, b Observation) int {
		return cmp.Or(cmp.Compare(a.ObservedOn, b.ObservedOn), cmp.Compare(a.Source, b.Source))
	})
	to.rev.Carried = append(to.rev.Carried, carried...)
	to.refresh(other)
}

// moveAccounts has a person's accounts be theirs in the other family too.
func (h *hand) moveAccounts(ctx context.Context, from *draft, person ident.ID, to *draft, other ident.ID) error {
	families := []ident.ID{from.rev.Change.FamilyID, to.rev.Change.FamilyID}
	all, err := h.s.store.Accounts(everywhere(ctx), families)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.FamilyID != families[0] || a.PersonID != person {
			continue
		}
		there := slices.ContainsFunc(all, func(o Account) bool {
			return o.FamilyID == families[1] && o.PersonID == other && bytes.Equal(o.Blind, a.Blind)
		})
		if there {
			continue
		}
		a.FamilyID, a.PersonID, a.ID = families[1], other, h.s.ids.New()
		to.rev.Accounts = append(to.rev.Accounts, a)
	}
	return nil
}
