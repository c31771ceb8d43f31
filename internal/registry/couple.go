package registry

import (
	"context"

	"gotong/internal/ident"
)

// marriage records that a member marries: the spouse joins the family, from
// another one or newly on record, or both found a family of their own.
func (h *hand) marriage(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	p, ok := h.whom(FieldPerson, h.req.Person)
	if !ok {
		return nil
	}
	if !h.req.OtherPerson.IsZero() && h.req.OtherPerson == p.ID {
		h.refuseEvent(FieldOtherHere, "same_person")
		return nil
	}
	h.youth(FieldPerson, p)
	if !h.req.NewFamily.IsZero() {
		return h.marryAway(ctx, p.ID)
	}
	spouse := ident.ID{}
	if h.req.OtherPerson.IsZero() {
		if err := h.newcomer(ctx, CauseMarriage); err != nil || len(h.rev.NewMembers) == 0 {
			return err
		}
		spouse = h.rev.Record.Members[h.rev.NewMembers[0]].ID
	} else if err := h.fetch(ctx); err != nil || len(h.refused) > 0 {
		return err
	} else {
		spouse = h.rev.Record.Members[h.rev.NewMembers[0]].ID
	}
	if m, ok := h.rev.Record.Member(spouse); ok {
		h.youth(FieldOtherHere, m)
	}
	h.marital(h.req.Person, "married")
	h.marital(spouse, "married")
	return nil
}

// marryAway has a couple found a family: the member as its head, and the
// spouse from another family or newly on record.
func (h *hand) marryAway(ctx context.Context, person ident.ID) error {
	h.req.Going = []Goer{{Person: person, Relation: "head"}}
	if err := h.depart(ctx); err != nil || len(h.refused) > 0 {
		return err
	}
	head := h.rev.Record.Members[0].ID
	own := h.draft
	if h.req.Relation == "" {
		h.req.Relation = "spouse"
	}
	if !h.req.OtherPerson.IsZero() {
		if err := h.fetch(ctx); err != nil || len(h.refused) > 0 {
			return err
		}
	} else if h.req.Member != nil {
		h.req.Member.Relation = h.req.Relation
		if err := h.newcomer(ctx, CauseMarriage); err != nil {
			return err
		}
	}
	h.draft = own
	h.marital(head, "married")
	for _, m := range h.rev.Record.Members {
		if m.ID != head {
			h.marital(m.ID, "married")
		}
	}
	return nil
}

// youth warns of a marriage below the age that the rules name.
func (h *hand) youth(field string, p *Person) {
	least := h.s.rules.changesOn(h.today).Marriage
	if p.Born != nil && p.Born.YearsOn(h.on) < least {
		h.warnEvent(field, "young", nil, "name", p.Name, "years", p.Born.YearsOn(h.on), "least", least)
	}
}

// divorce records that a couple parts. Whoever goes founds a family with
// those who go along, or leaves the register.
func (h *hand) divorce(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	p, ok := h.whom(FieldPerson, h.req.Person)
	if !ok {
		return nil
	}
	other, ok := h.whom(FieldOtherHere, h.req.OtherPerson)
	if !ok {
		return nil
	}
	if p.ID == other.ID {
		h.refuseEvent(FieldOtherHere, "same_person")
		return nil
	}
	// Who leaves carries what is known of them along, so the divorce is
	// observed before.
	h.marital(p.ID, "divorced")
	h.marital(other.ID, "divorced")
	if !h.req.NewFamily.IsZero() {
		h.req.Going = append([]Goer{{Person: p.ID, Relation: "head"}}, h.req.Going...)
		return h.depart(ctx)
	}
	if h.place() {
		h.leave(append([]Goer{{Person: p.ID}}, h.req.Going...))
	}
	return nil
}
