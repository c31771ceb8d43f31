package registry

import (
	"context"
	"fmt"
	"strings"

	"gotong/internal/access"
	"gotong/internal/ident"
)

// Erasing is an erasure of a family, or of somebody of it, as far as it has
// come. It names nobody.
type Erasing struct {
	Event    ident.ID
	Person   ident.ID // zero: the whole family
	Status   EventStatus
	Evidence string // what it rests on
}

// Whole reports whether all of the family is erased.
func (e Erasing) Whole() bool { return e.Person.IsZero() && e.Status == EventRecorded }

// Waits reports whether a second person has yet to decide.
func (e Erasing) Waits() bool { return e.Status == EventProposed }

// RestsOn reports whether somebody's request, by its id, is what it rests on.
func (e Erasing) RestsOn(request ident.ID) bool {
	return strings.Contains(e.Evidence, request.String())
}

// Erasings returns the erasures of a family, the newest first, wherever it
// stands by now: for whoever answers a request about its data, who was shown
// that request.
func (s *Service) Erasings(ctx context.Context, family ident.ID) ([]Erasing, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	var all []Erasing
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		events, _, err := s.store.Events(everywhere(ctx), EventFilter{Family: family, Kind: Erasure, Limit: eventsMost})
		for _, e := range events {
			if e.Family == family {
				all = append(all, Erasing{e.ID, e.Person, e.Status, e.Evidence})
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: erasures of a family: %w", err)
	}
	return all, nil
}
