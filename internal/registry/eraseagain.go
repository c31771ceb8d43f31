package registry

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/seal"
)

// EraseAgain erases those whom an older copy of the database has brought back:
// the tree of keys, which no copy takes along, remembers them. It was decided
// by two people, so nobody decides anew; what keeps a record from being erased
// kept them then, and is not asked again. The evidence of each is the event
// that erased them first. Who is not in this copy, or is erased in it, is left
// as they are. It returns the families that were touched.
func (s *Service) EraseAgain(ctx context.Context) ([]ident.ID, error) {
	var touched []ident.ID
	// All of a family first: then there is nobody left of it to be erased alone.
	for _, whole := range []bool{true, false} {
		for _, e := range s.keys.Told() {
			family, done, err := s.eraseOne(ctx, e, whole)
			if err != nil {
				return touched, fmt.Errorf("registry: erasing again: %w", err)
			}
			if done {
				touched = append(touched, family)
			}
		}
	}
	_, err := s.FinishErasures(ctx)
	return touched, err
}

// eraseOne erases a family, or a person, who was erased before.
func (s *Service) eraseOne(ctx context.Context, e seal.Erased, whole bool) (family ident.ID, done bool, err error) {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return family, false, err
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		rec, person, err := s.subject(everywhere(ctx), ident.ID(e.Subject))
		if err != nil || rec == nil || person.IsZero() != whole || erasedAlready(rec, person) {
			return err
		}
		family = rec.Family.ID
		h, err := s.handOf(actor, Request{Kind: Erasure, Family: family, Person: person, Basis: Basis{On: s.Today().String(), Source: SourceOffice}}, s.ids.New())
		if err != nil {
			return err
		}
		// It rests on no document of today's, but on what was decided then.
		h.redo, h.refused = true, nil
		h.basis.Evidence = i18n.T(i18n.ID, "event.erased_again", "event", ident.ID(e.Event))
		if err := h.make(everywhere(ctx)); err != nil {
			return err
		}
		if len(h.refused) > 0 {
			return h.refused
		}
		for _, d := range h.drafts {
			d.rev.Record.settle()
		}
		done = true
		return h.commit(everywhere(ctx), &Outcome{})
	})
	return family, done, err
}

// subject returns the family that an id names, or the one of the person whom
// it names; nil where it names nobody on record.
func (s *Service) subject(ctx context.Context, id ident.ID) (rec *Record, person ident.ID, err error) {
	rec, err = s.store.Family(ctx, id)
	if !fault.Is(err, fault.KindNotFound) {
		return rec, person, err
	}
	family, err := s.store.FamilyOf(ctx, id)
	if fault.Is(err, fault.KindNotFound) {
		return nil, person, nil
	}
	if err == nil {
		rec, err = s.store.Family(ctx, family)
	}
	return rec, id, err
}

// erasedAlready reports whether nothing of a person, or of a whole family, is
// left to be erased.
func erasedAlready(rec *Record, person ident.ID) bool {
	if !person.IsZero() {
		p, ok := rec.Member(person)
		return !ok || p.Erased()
	}
	for i := range rec.Members {
		if !rec.Members[i].Erased() {
			return false
		}
	}
	return rec.Family.LocalKey == rec.Family.ID.String()
}
