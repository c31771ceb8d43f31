package registry

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// NotSame remembers that two records are not of one person, or family.
type NotSame struct {
	A, B             ident.ID // records, the smaller id first
	AFamily, BFamily ident.ID // theirs; of families, their own ids
	By               string   // login
	At               time.Time
	Reason           string
}

// SayNotSame remembers that two persons, or with zero persons two families,
// are not the same: who merges them later is told. Both families must be in
// the actor's area.
func (s *Service) SayNotSame(ctx context.Context, family, person, other, otherPerson ident.ID, reason string) error {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return fault.Invalid("registry.reason_missing")
	case holdsNumber(reason):
		return fault.Invalid("registry.entry.holds_number")
	case person.IsZero() != otherPerson.IsZero() || person == otherPerson && family == other:
		return fault.Invalid("event.refused.same_record")
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		areas := ""
		for _, x := range [][2]ident.ID{{family, person}, {other, otherPerson}} {
			rec, err := s.store.Family(ctx, x[0])
			if err != nil {
				return err
			}
			if _, ok := rec.Member(x[1]); !ok && !x[1].IsZero() {
				return fault.NotFound("registry.person_not_found")
			}
			areas = rec.Family.Area
		}
		n := &NotSame{A: person, B: otherPerson, AFamily: family, BFamily: other, By: actor.Login, At: s.clock.Now(), Reason: reason}
		if person.IsZero() {
			n.A, n.B = family, other
		}
		if a, _ := pair(n.A, n.B); a != n.A {
			n.A, n.B, n.AFamily, n.BFamily = n.B, n.A, n.BFamily, n.AFamily
		}
		if err := s.store.KeepNotSame(ctx, n); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "family.not_same", Subject: family.String(), Area: areas,
			Count: 1, Detail: n.A.String() + " " + n.B.String()})
	})
	if err != nil {
		return fmt.Errorf("registry: not the same: %w", err)
	}
	return nil
}

// SaidApart returns all pairs of records of the actor's area that are not of
// one person or family, the smaller id first.
func (s *Service) SaidApart(ctx context.Context) ([][2]ident.ID, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return nil, err
	}
	var all [][2]ident.ID
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		said, err := s.store.AllNotSame(ctx)
		for i := range said {
			all = append(all, [2]ident.ID{said[i].A, said[i].B})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: not the same: %w", err)
	}
	return all, nil
}

// ForgetNotSame takes back that two records are not the same.
func (s *Service) ForgetNotSame(ctx context.Context, one, other ident.ID) error {
	if _, err := access.Require(ctx, access.EditFamilies); err != nil {
		return err
	}
	a, b := pair(one, other)
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.DropNotSame(ctx, a, b); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "family.not_same_undo", Count: 1, Detail: a.String() + " " + b.String()})
	})
	if err != nil {
		return fmt.Errorf("registry: not the same: %w", err)
	}
	return nil
}
