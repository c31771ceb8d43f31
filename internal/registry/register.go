package registry

import (
	"context"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// NewID returns an id for a record that is about to be made, so that a form
// sent twice makes it once.
func (s *Service) NewID() ident.ID { return s.ids.New() }

// Register brings a family on record with its members, as they were on the
// day of the entry's basis. A person without a NIK is a member like any
// other. The family's id is the caller's, from NewID.
//
// It returns Refused for what cannot be taken, fault.Conflict when the family
// is on record already, and fault.Forbidden without the permission to edit
// families.
func (s *Service) Register(ctx context.Context, id ident.ID, e FamilyEntry, members []MemberEntry, b Basis) (Outcome, error) {
	return s.Do(ctx, Request{Kind: Registered, Family: id, Entry: &e, Members: members, Basis: b})
}

func (h *hand) register(ctx context.Context) error {
	id := h.req.Family
	if _, err := h.s.store.Family(ctx, id); err == nil {
		return fault.Conflict("registry.entry.registered")
	} else if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	h.found(id)
	var e FamilyEntry // without one, every field that is asked for is refused
	if h.req.Entry != nil {
		e = *h.req.Entry
	}
	return h.household(ctx, e, h.req.Members)
}

// household brings the family that was founded on record, with its members.
func (h *hand) household(ctx context.Context, e FamilyEntry, members []MemberEntry) error {
	h.readFamily(e)
	h.fields = append(h.fields, "core")
	if err := h.localKey(ctx, e.LocalKey); err != nil {
		return err
	}
	h.observe(ident.ID{}, Observation{ObservedOn: h.on})
	if err := h.lookForCard(ctx); err != nil {
		return err
	}
	if err := h.people(ctx, members); err != nil {
		return err
	}
	h.rev.Change.Body.Family = h.rev.Record.Family.core()
	return nil
}

// localKey gives the family the office's key, or its own id where the office
// has none: a later file can then name it.
func (h *hand) localKey(ctx context.Context, text string) error {
	f := &h.rev.Record.Family
	key := h.free(FieldLocalKey, text)
	switch {
	case key == "":
		f.LocalKey = f.ID.String()
		return nil
	case len(key) > longestKey:
		h.refuse(FieldLocalKey, "too_long", "most", longestKey)
		return nil
	case f.Area == "":
		return nil // is refused already
	}
	f.LocalKey = key
	known, err := h.s.store.Known(ctx, f.Area[:regencyDigits], []string{key})
	if len(known) > 0 {
		h.refuse(FieldLocalKey, "key_taken")
	}
	return err
}

// people brings the members on record, one of whom is the head.
func (h *hand) people(ctx context.Context, members []MemberEntry) error {
	heads := 0
	for i, e := range members {
		field := func(name string) string { return MemberField(i, name) }
		p := h.join(e, h.on, field)
		if p.Relation == RelationHead {
			if heads++; heads > 1 {
				h.refuse(field(FieldRelation), "head_twice")
			}
			if err := h.lookForName(ctx, p, field); err != nil {
				return err
			}
		}
		if err := h.compareNIK(p, field); err != nil {
			return err
		}
		if err := h.lookForPerson(ctx, p, nil, field); err != nil {
			return err
		}
	}
	if heads == 0 && !h.wrong(MemberField(0, FieldRelation)) {
		h.refuse(MemberField(0, FieldRelation), "head_missing")
	}
	return nil
}

// lookForName warns of families in the same village whose head has the name
// of the new one: without a number, that is all there is to go by.
func (h *hand) lookForName(ctx context.Context, p *Person, field func(string) string) error {
	area := h.rev.Record.Family.Area
	if area == "" || p.NameKey == "" {
		return nil
	}
	const most = 50
	rows, err := h.s.store.List(ctx, Filter{Area: area, Name: p.NameKey}, Cursor{}, most)
	if err != nil {
		return err
	}
	var same []ident.ID
	for _, r := range rows {
		if SearchKey(r.HeadName) == p.NameKey {
			same = append(same, r.ID)
		}
	}
	if len(same) > 0 {
		h.warn(field(FieldName), "same_head", same, "name", p.Name)
		h.looked("name "+p.NameKey, FieldName, len(same))
	}
	return nil
}
