package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Warnings returns where the numbers of a family differ from what else is on
// record; nothing else of it is handed out, and no look is recorded.
func (s *Service) Warnings(ctx context.Context, family ident.ID) ([]IdentityWarning, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	d := &Dossier{}
	var dismissed map[string]Dismissal
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if d.Record, err = s.store.Family(ctx, family); err != nil {
			return err
		}
		dismissed, err = s.store.Dismissals(ctx, family)
		return err
	})
	if err == nil {
		err = s.mask(d, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("registry: warnings: %w", err)
	}
	for i := range d.Warnings {
		if said, ok := dismissed[d.Warnings[i].Mark]; ok {
			d.Warnings[i].Dismissed = &said
		}
	}
	return d.Warnings, nil
}

// DismissWarning records that a warning was looked into and is right as it
// is. It returns fault.NotFound when the family has no such warning, and
// fault.Invalid without a reason.
func (s *Service) DismissWarning(ctx context.Context, family ident.ID, mark, reason string) error {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.Invalid("registry.reason_missing")
	}
	if holdsNumber(reason) {
		return fault.Invalid("registry.entry.holds_number")
	}
	d, err := s.Family(ctx, family, access.PurposeVerification)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.Warnings, func(w IdentityWarning) bool { return w.Mark == mark })
	if at < 0 {
		return fault.NotFound("event.identity.gone")
	}
	w := d.Warnings[at]
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if _, err := s.store.Family(ctx, family); err != nil {
			return err
		}
		one := &Dismissal{Mark: mark, Subject: w.Person, By: actor.Login, At: s.clock.Now(), Reason: reason}
		if err := s.store.Dismiss(ctx, family, one); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "identity.dismiss", Subject: family.String(),
			Area: d.Family.Area, Fields: []string{w.Code}, Count: 1})
	})
	if err != nil {
		return fmt.Errorf("registry: dismissing: %w", err)
	}
	return nil
}
