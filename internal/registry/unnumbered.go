package registry

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/nik"
)

// Unnumbered is an active member without a NIK: a newborn, somebody without a
// home, somebody who is not on record with Dukcapil yet.
type Unnumbered struct {
	Family, Person ident.ID
	Area           string
	Name           string
	Born           *civil.Date
	Female         bool
	Relation       int64
	HeadName       string
	ObservedOn     civil.Date
}

// PersonPlace is a person's place in a list; the zero one is the beginning.
type PersonPlace struct {
	Area           string
	Family, Person ident.ID
}

// WithoutNIK returns active members without a NIK in an area, "" for all of
// the actor's, after a place, and how many there are in all.
func (s *Service) WithoutNIK(ctx context.Context, area string, after PersonPlace, limit int, purpose access.Purpose) ([]Unnumbered, int64, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, 0, err
	}
	var all []Unnumbered
	var n int64
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if n, err = s.store.CountWithoutNIK(ctx, area); err != nil {
			return err
		}
		all, err = s.store.WithoutNIK(ctx, area, after, limit)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("registry: without NIK: %w", err)
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "person.without_nik", Area: actor.Scope.String(), Fields: []string{"name"}, Count: int64(len(all))})
	if err != nil {
		return nil, 0, err
	}
	return all, n, nil
}

// GiveNIK gives a member who has none a NIK, once Dukcapil has issued it or
// it was found. It is compared with birth date and sex, and by its blind
// index with all numbers in the actor's area.
//
// Its errors are those of Observe; fault.Conflict when the member has one.
func (s *Service) GiveNIK(ctx context.Context, family, person ident.ID, number string, b Basis) (Outcome, error) {
	d, err := s.Family(ctx, family, access.PurposeVerification)
	if err != nil {
		return Outcome{}, err
	}
	p, ok := d.Member(person)
	switch {
	case !ok:
		return Outcome{}, fault.NotFound("registry.person_not_found")
	case p.Erased():
		return Outcome{}, erased()
	case p.NIKBlind != nil:
		return Outcome{}, fault.Conflict("event.refused.has_nik")
	}
	e := s.entryOf(p)
	e.NIK = number
	if _, problem := nik.Parse(number); problem == nik.Empty {
		return Outcome{}, Refused{{FieldNIK, fault.Invalid("registry.entry.not_number")}}
	}
	if b.Version == 0 {
		b.Version = d.Family.Version
	}
	return s.CorrectMember(ctx, family, person, e, b)
}

// entryOf writes a member down as it is on record, but for the NIK.
func (s *Service) entryOf(p *Person) MemberEntry {
	sex := "male"
	if p.Female {
		sex = "female"
	}
	e := MemberEntry{Name: p.Name, Sex: sex, Relation: s.RelationCode(p.Relation), MotherName: p.MotherName}
	if p.Born != nil {
		e.Born = p.Born.String()
	}
	return e
}
