package registry

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/nik"
)

// ScanNumbers is Scan with what the numbers of each family warn of. They are
// opened in memory, compared with the rest of the record and forgotten; what
// somebody has dismissed is left out. Warnings are fn's to read until it
// returns.
func (s *Service) ScanNumbers(ctx context.Context, purpose access.Purpose, fn func(*Record, []IdentityWarning) error) error {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return err
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "family.scan_numbers", Area: actor.Scope.String(), Fields: []string{"core", "members", "facts", "identifiers.compared"}})
	if err != nil {
		return fmt.Errorf("registry: scanning numbers: %w", err)
	}
	return s.unit.Read(ctx, func(ctx context.Context) error {
		dismissed, err := s.store.DismissedMarks(ctx)
		if err != nil {
			return err
		}
		d := &Dossier{}
		numbers := map[ident.ID]nik.Number{}
		return s.scan(ctx, func(r *Record) error {
			clear(numbers)
			d.Record = r
			card, err := s.openNumbers(r, numbers)
			if err != nil {
				return err
			}
			var warnings []IdentityWarning
			for _, w := range s.identityWarnings(d, card, numbers) {
				if !dismissed[w.Mark] {
					warnings = append(warnings, w)
				}
			}
			return fn(r, warnings)
		})
	})
}

// openNumbers opens the card and the members' NIKs of those who count.
func (s *Service) openNumbers(r *Record, into map[ident.ID]nik.Number) (nik.Number, error) {
	card, err := s.keys.Open(LabelKK, r.Family.KKSealed)
	if err != nil {
		return "", err
	}
	for i := range r.Members {
		m := &r.Members[i]
		if m.Status != PersonActive || m.NIKSealed == nil {
			continue
		}
		number, err := s.keys.Open(LabelNIK, m.NIKSealed)
		if err != nil {
			return "", err
		}
		into[m.ID] = nik.Number(number)
	}
	return nik.Number(card), nil
}
