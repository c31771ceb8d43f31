package registry

import (
	"bytes"
	"context"
	"slices"

	"gotong/internal/ident"
)

// merge makes one of two records that were found to be of one person, or of
// one family: the record of the request is kept and takes what the other
// knows better, and the other does not count any more. Nothing is lost, so
// that an undoing gives back exactly what was.
func (h *hand) merge(ctx context.Context) error {
	if err := h.living(ctx); err != nil {
		return err
	}
	kept := h.draft
	person := !h.req.Person.IsZero()
	same := h.req.Other == h.req.Family
	if h.req.Other.IsZero() || same && (!person || h.req.Person == h.req.OtherPerson) {
		h.refuseEvent(FieldOther, "same_record")
		return nil
	}
	if err := h.open(ctx, h.req.Other); err != nil {
		return err
	}
	other := h.draft
	h.draft = kept
	a, b := pair(h.req.Family, h.req.Other)
	if person {
		a, b = pair(h.req.Person, h.req.OtherPerson)
	}
	if err := h.remembered(ctx, a, b); err != nil {
		return err
	}
	h.fields = append(h.fields, "core", "members", "status")
	if person {
		return h.mergePersons(ctx, kept, h.req.Person, other, h.req.OtherPerson)
	}
	return h.mergeFamilies(ctx, kept, other)
}

// remembered warns of a pair of records that somebody found to be of two.
func (h *hand) remembered(ctx context.Context, a, b ident.ID) error {
	said, err := h.s.store.NotSame(everywhere(ctx), a, b)
	if err == nil && said != nil {
		h.warnEvent(FieldOther, "not_same", nil, "who", said.By, "on", dayInEast(said.At), "reason", said.Reason)
	}
	return err
}

func (h *hand) mergePersons(ctx context.Context, kept *draft, keep ident.ID, other *draft, drop ident.ID) error {
	h.draft = kept
	p, ok := h.whom(FieldPerson, keep)
	if !ok {
		return nil
	}
	q, ok := other.rev.Record.Member(drop)
	switch {
	case !ok:
		h.refuseEvent(FieldOtherHere, "choose_person")
		return nil
	case q.Status == PersonDuplicate:
		h.refuseEvent(FieldOtherHere, "merged_already", "name", q.Name)
		return nil
	case q.Status == PersonDead:
		h.warnEvent(FieldOtherHere, "merge_dead", []ident.ID{q.FamilyID}, "name", q.Name)
	}
	if p.Female != q.Female {
		h.warnEvent(FieldOtherHere, "sex_differs", nil, "name", q.Name)
	}
	if p.Born != nil && q.Born != nil && *p.Born != *q.Born {
		h.warnEvent(FieldOtherHere, "born_differs", nil, "a", *p.Born, "b", *q.Born)
	}
	if p.NIKBlind != nil && q.NIKBlind != nil && !bytes.Equal(p.NIKBlind, q.NIKBlind) {
		h.warnEvent(FieldOtherHere, "nik_differs", nil)
	}
	if err := h.absorb(ctx, kept, p.ID, other, q.ID); err != nil {
		return err
	}
	h.draft = other
	h.lead()
	h.draft = kept
	return nil
}

// absorb has a record take what another one of the same person knows better,
// and closes that one.
func (h *hand) absorb(ctx context.Context, kept *draft, keep ident.ID, other *draft, drop ident.ID) error {
	p, _ := kept.rev.Record.Member(keep)
	q, _ := other.rev.Record.Member(drop)
	if p.NIKBlind == nil && q.NIKBlind != nil {
		p.NIKSealed, p.NIKBlind = q.NIKSealed, q.NIKBlind
	}
	if p.Born == nil {
		p.Born = q.Born
	}
	if p.MotherName == "" {
		p.MotherName = q.MotherName
	}
	q.Status = PersonDuplicate
	kept.alter(p)
	other.alter(q)
	h.link(other, drop, kept, keep)
	h.carry(other, drop, kept, keep)
	return h.moveAccounts(ctx, other, drop, kept, keep)
}

// mergeFamilies takes the members of one family into another: who is in both
// is one person, who is not comes along.
func (h *hand) mergeFamilies(ctx context.Context, kept, other *draft) error {
	f, g := &kept.rev.Record.Family, &other.rev.Record.Family
	if g.Status == FamilyDuplicate {
		h.refuseEvent(FieldOther, "family_merged", "name", g.HeadName)
		return nil
	}
	if f.Area[:regencyDigits] != g.Area[:regencyDigits] {
		h.warnEvent(FieldOther, "far_apart", []ident.ID{g.ID}, "area", h.s.atlas.Path(g.Area, ", "))
	}
	for _, q := range slices.Clone(other.rev.Record.Members) {
		if q.Status != PersonActive && q.Status != PersonNotFound {
			continue
		}
		var err error
		if keep, ok := sameMember(kept.was, &q); ok {
			err = h.absorb(ctx, kept, keep, other, q.ID)
		} else {
			relation := q.Relation
			if relation == RelationHead {
				o, _ := h.s.relation.OptionCode("other")
				relation = o.No
			}
			err = h.transfer(ctx, other, kept, q.ID, relation)
		}
		if err != nil {
			return err
		}
	}
	if f.KKBlind == nil && g.KKBlind != nil {
		f.KKSealed, f.KKBlind = g.KKSealed, g.KKBlind
		kept.rev.Change.Body.Family = f.core()
	}
	h.carry(other, ident.ID{}, kept, ident.ID{})
	g.Status = FamilyDuplicate
	other.rev.Change.Body.Family = g.core()
	kept.rev.Change.Body.Links = append(kept.rev.Change.Body.Links, Link{Person: f.ID, OtherFamily: g.ID, Other: g.ID, Came: true})
	other.rev.Change.Body.Links = append(other.rev.Change.Body.Links, Link{Person: g.ID, OtherFamily: f.ID, Other: f.ID})
	return nil
}

// sameMember finds the active member who is the same person: by NIK where both have
// one, else by name, birth date and sex.
func sameMember(r *Record, q *Person) (ident.ID, bool) {
	for i := range r.Members {
		p := &r.Members[i]
		if p.Status != PersonActive {
			continue
		}
		if p.NIKBlind != nil && q.NIKBlind != nil {
			if bytes.Equal(p.NIKBlind, q.NIKBlind) {
				return p.ID, true
			}
			continue
		}
		if p.NameKey == q.NameKey && p.Female == q.Female && p.Born != nil && sameDay(p.Born, q.Born) {
			return p.ID, true
		}
	}
	return ident.ID{}, false
}

// pair orders two records, so that either way round they are one pair.
func pair(a, b ident.ID) (ident.ID, ident.ID) {
	if bytes.Compare(a[:], b[:]) > 0 {
		return b, a
	}
	return a, b
}
