package registry

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// FamilyAt returns a family as it was at a moment: its members, and what is
// known of them with source and day. Its history is cut to what was known and
// in effect, and no account is in it, as accounts have no past on record.
// The look is recorded before anything is handed out.
//
// It returns fault.NotFound when there is no such family in the actor's area,
// or when it was not on record at the moment.
func (s *Service) FamilyAt(ctx context.Context, id ident.ID, at Moment, purpose access.Purpose) (*Dossier, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	d := &Dossier{}
	var area string
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		now, err := s.store.Family(ctx, id)
		if err != nil {
			return err
		}
		area = now.Family.Area
		d.History, err = s.store.History(ctx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: reading a family's past: %w", err)
	}
	d.History.redact()
	if d.Record = Replay(d.History, at); d.Record == nil {
		return nil, d.History.notYet(at)
	}
	d.History.cut(at)
	if err := s.mask(d, nil); err != nil {
		return nil, fmt.Errorf("registry: masking a family: %w", err)
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "family.read", Subject: id.String(), Area: area,
		Fields: []string{"core", "members", "facts", "history"}, Count: int64(len(d.Members)), Detail: "at=" + at.On.String()})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// notYet says from when on a family is on record.
func (h *History) notYet(at Moment) error {
	if len(h.Changes) == 0 {
		return fault.NotFound("registry.family_not_found")
	}
	first := h.Changes[0]
	for _, c := range h.Changes {
		if c.EffectiveOn < first.EffectiveOn {
			first.EffectiveOn = c.EffectiveOn
		}
	}
	if !at.knows(first.RecordedAt) {
		return fault.NotFound("registry.at.not_known_yet", "recorded", dayInEast(first.RecordedAt))
	}
	return fault.NotFound("registry.at.not_yet", "first", first.EffectiveOn)
}

// cut leaves what was known and in effect.
func (h *History) cut(at Moment) {
	undone := h.undone(at)
	h.Changes = slices.DeleteFunc(slices.Clone(h.Changes), func(c Change) bool { return !at.knows(c.RecordedAt) || c.EffectiveOn > at.On })
	h.Observations = slices.DeleteFunc(slices.Clone(h.Observations), func(o Observation) bool {
		return undone[o.Version] || !at.knows(o.RecordedAt) || o.ObservedOn > at.On
	})
}

// redact takes out of a history what tells who the erased are: their changes
// and observations stay as a skeleton of versions, days and hands.
func (h *History) redact() {
	erased := map[ident.ID]bool{}
	for i := range h.Changes {
		for _, id := range h.Changes[i].Body.Erased {
			erased[id] = true
		}
	}
	if len(erased) == 0 {
		return
	}
	for i := range h.Changes {
		c := &h.Changes[i]
		if f := c.Body.Family; f != nil && erased[c.FamilyID] {
			blank := FamilyCore{Area: f.Area, LocalKey: c.FamilyID.String(), Status: f.Status}
			c.Body.Family = &blank
			c.Reason = ""
		}
		members := slices.Clone(c.Body.Members)
		for k := range members {
			if m := &members[k]; erased[m.ID] {
				*m = MemberCore{ID: m.ID, Relation: m.Relation, Status: m.Status}
			}
		}
		c.Body.Members = members
	}
	h.Observations = slices.Clone(h.Observations)
	for i := range h.Observations {
		o := &h.Observations[i]
		if erased[o.PersonID] || o.PersonID.IsZero() && erased[o.FamilyID] {
			o.Facts, o.Withdrawn = nil, nil
		}
	}
}

// EndOfDay returns the last instant of a day in the country's east, whose
// days the register goes by: what was recorded on the day was known by then.
func EndOfDay(d civil.Date) time.Time {
	return d.AddDays(1).Time().Add(-time.Duration(eastHours)*time.Hour - time.Millisecond)
}

// ParseMoment reads the two days of a moment as people write them: on "" is
// today, known "" is all that is recorded. It returns fault.Invalid for what
// is no day, and for a day to come: nobody knows how a family will be.
func (s *Service) ParseMoment(on, known string) (Moment, error) {
	at := Moment{On: s.Today()}
	if on != "" {
		d, err := civil.Parse(on)
		if err != nil {
			return at, fault.Invalid("registry.entry.not_day").Because(err)
		}
		at.On = d
	}
	if today := s.Today(); at.On > today {
		return at, fault.Invalid("registry.at.future", "day", at.On, "today", today)
	}
	if known != "" {
		d, err := civil.Parse(known)
		if err != nil {
			return at, fault.Invalid("registry.entry.not_day").Because(err)
		}
		at.Known = EndOfDay(d)
	}
	return at, nil
}
