package registry

import (
	"context"
	"slices"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Nobody stands outside the register where the name of somebody who was erased
// stood, or a text about them.
const Nobody = "–"

// Obligations say what the state owes a family, or has paid it: for as long
// as that must be accounted for, nobody of it can be erased.
type Obligations interface {
	// Owed returns the day of the last payment to a family, and whether money
	// is on its way.
	Owed(ctx context.Context, family ident.ID) (Owed, error)
}

// Owed is what stands between a family and its erasure.
type Owed struct {
	Paid    *civil.Date // last payment; nil: never
	Pending bool        // money is on its way, or in a list that is made
	Held    string      // what the record is held for: held_audit, held_case, held_dispute; "" for nothing
}

type nothing struct{}

func (nothing) Owed(context.Context, ident.ID) (Owed, error) { return Owed{}, nil }

// erase takes from the record all that tells who a person is, or who all of a
// family are (UU 27/2022, art. 8 and 43). The history keeps a skeleton of
// versions, days and hands. It is refused while money or the law still needs
// the record, and says until when.
func (h *hand) erase(ctx context.Context) error {
	if err := h.first(ctx); err != nil {
		return err
	}
	if !h.redo {
		if err := h.needed(ctx); err != nil {
			return err
		}
	}
	h.fields = append(h.fields, "core", "members", "facts")
	if !h.req.Person.IsZero() {
		p, ok := h.rev.Record.Member(h.req.Person)
		if !ok {
			h.refuseEvent(FieldPerson, "choose_person")
			return nil
		}
		if p.Name == "" {
			h.refuseEvent(FieldPerson, "erased_already")
			return nil
		}
		h.blank(p)
		h.lead()
		return h.eraseElsewhere(ctx)
	}
	for i := range h.rev.Record.Members {
		if p := &h.rev.Record.Members[i]; p.Name != "" {
			h.blank(p)
		}
	}
	f := &h.rev.Record.Family
	if len(h.rev.Change.Body.Erased) == 0 && f.LocalKey == f.ID.String() {
		return fault.Conflict("event.refused.erased_already")
	}
	h.rev.dropCard()
	f.LocalKey, f.Address, f.RT, f.RW, f.Status = f.ID.String(), "", "", "", FamilyDissolved
	h.rev.Change.Body.Family = f.core()
	h.forget(ident.ID{})
	h.rev.Change.Body.Erased = append(h.rev.Change.Body.Erased, f.ID)
	return h.eraseElsewhere(ctx)
}

// needed refuses to erase what money or the law still needs.
func (h *hand) needed(ctx context.Context) error {
	owed, err := h.s.owed.Owed(ctx, h.req.Family)
	if err != nil {
		return err
	}
	if owed.Held != "" {
		return fault.Conflict("event.refused." + owed.Held)
	}
	if owed.Pending {
		return fault.Conflict("event.refused.money_pending")
	}
	if owed.Paid != nil {
		if until := h.s.rules.keepUntil(*owed.Paid, h.today); until > h.today {
			return fault.Conflict("event.refused.kept", "paid", *owed.Paid, "until", until)
		}
	}
	return nil
}

// eraseElsewhere blanks the other records of those who are erased: where they
// came from, went to, or were on record twice. It is refused when one lies
// where the actor may not act.
func (h *hand) eraseElsewhere(ctx context.Context) error {
	for at := 0; at < len(h.drafts); at++ { // which grow as links lead on
		d := h.drafts[at]
		var links []Link
		for _, c := range d.history.Changes {
			for _, l := range c.Body.Links {
				if l.Person != l.OtherFamily && slices.Contains(d.rev.Change.Body.Erased, l.Person) {
					links = append(links, l)
				}
			}
		}
		for _, l := range links {
			if err := h.open(everywhere(ctx), l.OtherFamily); fault.Is(err, fault.KindNotFound) {
				continue
			} else if err != nil {
				return err
			}
			if area := h.rev.Record.Family.Area; !h.actor.Scope.Covers(area) {
				return fault.Conflict("event.refused.erase_elsewhere", "area", area)
			}
			if p, ok := h.rev.Record.Member(l.Other); ok && !p.Erased() {
				h.blank(p)
				h.lead()
			}
		}
	}
	h.draft = h.drafts[0]
	h.drafts = slices.DeleteFunc(h.drafts, func(d *draft) bool { return len(d.rev.Change.Body.Erased) == 0 })
	return nil
}

// blank takes away all that is on record of a person but their place in the
// family.
func (h *hand) blank(p *Person) {
	dropNIK(p)
	p.Name, p.NameKey, p.Born, p.Female, p.MotherName = "", "", nil, false, ""
	if p.Status == PersonActive || p.Status == PersonNotFound {
		p.Status = PersonMoved
	}
	h.alter(p)
	h.forget(p.ID)
	h.rev.Closed = append(h.rev.Closed, p.ID)
	h.rev.Change.Body.Erased = append(h.rev.Change.Body.Erased, p.ID)
}

// forget withdraws every fact that is known.
func (h *hand) forget(person ident.ID) {
	o := Observation{ObservedOn: h.today}
	for _, d := range FoldFacts(Of(h.before, person)) {
		o.Withdrawn = append(o.Withdrawn, d.No)
	}
	slices.Sort(o.Withdrawn)
	h.observe(person, o)
}

// Certificate is what a citizen is told of an erasure.
type Certificate struct {
	Event *Event
	Fates []Fate
	Whole bool // all of a family, otherwise some of it
}

// Certificate returns what an erasure did, in every record of those whom it
// took away. It tells nothing of anybody. It returns fault.NotFound for what
// is no erasure, or not in the actor's area, and fault.Conflict for one that
// was not carried out.
func (s *Service) Certificate(ctx context.Context, id ident.ID, purpose access.Purpose) (*Certificate, error) {
	e, _, err := s.Event(ctx, id, purpose)
	if err != nil {
		return nil, err
	}
	switch {
	case e.Kind != Erasure:
		return nil, fault.NotFound("event.not_found")
	case e.Status != EventRecorded:
		return nil, fault.Conflict("event.refused.not_erased")
	}
	c := &Certificate{Event: e}
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		for _, changed := range e.Changes {
			history, err := s.store.History(everywhere(ctx), changed.Family)
			if err != nil {
				return err
			}
			for i := range history.Changes {
				if b := &history.Changes[i]; b.Version == changed.Version {
					c.Fates = append(c.Fates, b.Body.Fates...)
					c.Whole = c.Whole || slices.Contains(b.Body.Erased, e.Family)
				}
			}
		}
		return nil
	})
	return c, err
}

// Erased reports whether a member's identity was erased.
func (p *Person) Erased() bool { return p.Name == "" }
