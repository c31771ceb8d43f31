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

// SetPersonStatus changes whether a member counts: somebody died, moved, or
// is on record twice. The reason says why in words; the evidence is what it
// rests on, such as a death certificate or a match. It holds from today.
//
// It returns fault.NotFound when there is no such member in the actor's area,
// fault.Conflict when the status is that already, and fault.Invalid without a
// reason.
func (s *Service) SetPersonStatus(ctx context.Context, family, person ident.ID, status PersonStatus, reason, evidence string) error {
	if !slices.Contains(PersonStatuses, status) {
		return fmt.Errorf("registry: %q is no status of a person", status)
	}
	return s.decide(ctx, family, Change{Kind: MemberStatus, Reason: reason, Evidence: evidence}, string(status), func(r *Revision) error {
		for i := range r.Record.Members {
			m := &r.Record.Members[i]
			if m.ID != person {
				continue
			}
			if m.Erased() {
				return erased()
			}
			if m.Status == status {
				return fault.Conflict("registry.status_same")
			}
			m.Status = status
			r.ChangedMembers = []int{i}
			r.Change.Body.Members = []MemberCore{m.core()}
			return nil
		}
		return fault.NotFound("registry.person_not_found")
	})
}

// SetFamilyStatus changes whether a family counts. Its errors are those of
// SetPersonStatus.
func (s *Service) SetFamilyStatus(ctx context.Context, family ident.ID, status FamilyStatus, reason, evidence string) error {
	if !slices.Contains(FamilyStatuses, status) {
		return fmt.Errorf("registry: %q is no status of a family", status)
	}
	return s.decide(ctx, family, Change{Kind: StatusChange, Reason: reason, Evidence: evidence}, string(status), func(r *Revision) error {
		f := &r.Record.Family
		if f.Status == status {
			return fault.Conflict("registry.status_same")
		}
		f.Status = status
		r.Change.Body.Family = f.core()
		return nil
	})
}

// decide makes and writes a revision that changes core data. The member of
// staff who acts both proposes and approves it.
func (s *Service) decide(ctx context.Context, family ident.ID, c Change, detail string, change func(*Revision) error) error {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return err
	}
	if strings.TrimSpace(c.Reason) == "" {
		return fault.Invalid("registry.reason_missing")
	}
	if holdsNumber(c.Reason) || holdsNumber(c.Evidence) {
		return fault.Invalid("registry.entry.holds_number")
	}
	now := s.clock.Now()
	c.FamilyID, c.ProposedBy, c.ApprovedBy = family, actor.Login, actor.Login
	c.ProposedAt, c.ApprovedAt, c.RecordedAt, c.EffectiveOn = now, now, now, dayInEast(now)
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		rec, err := s.store.Family(ctx, family)
		if err != nil {
			return err
		}
		was := &Record{Family: rec.Family, Members: slices.Clone(rec.Members)}
		rec.Family.Version++
		c.Version = rec.Family.Version
		r := &Revision{Record: rec, Change: c}
		if err := change(r); err != nil {
			return err
		}
		rec.settle()
		if r.Change.Body.Stopped, err = s.stop(ctx, r, was); err != nil {
			return err
		}
		w := s.store.Writer(ctx)
		if err := w.Put(ctx, r); err != nil {
			return err
		}
		if err := w.Flush(ctx); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "family." + string(c.Kind),
			Subject: family.String(), Area: rec.Family.Area, Fields: []string{"status"}, Count: 1, Detail: detail})
	})
	if err != nil {
		return fmt.Errorf("registry: changing a status: %w", err)
	}
	return nil
}
