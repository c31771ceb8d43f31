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

// hand is one entry by hand under way. It collects what is wrong with the
// entry and what looks wrong, makes a revision of it, and writes that.
type hand struct {
	s     *Service
	actor access.Actor
	now   time.Time
	today civil.Date
	basis Basis
	on    civil.Date

	refused  Refused
	warnings []Warning
	looks    []audit.Act // at others' data, to find what looks wrong

	rev    *Revision
	before []Observation // on record
	older  int
	fields []string // what the entry is about, for the log
}

func (s *Service) hand(ctx context.Context, b Basis) (*hand, error) {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	h := &hand{s: s, actor: actor, now: now, today: dayInEast(now), basis: b}
	h.readBasis()
	return h, nil
}

// change makes and writes a revision of a family on record.
func (h *hand) change(ctx context.Context, family ident.ID, kind ChangeKind, make func(ctx context.Context) error) (Outcome, error) {
	return h.write(ctx, func(ctx context.Context) error {
		rec, err := h.s.store.Family(ctx, family)
		if err != nil {
			return err
		}
		history, err := h.s.store.History(ctx, family)
		if err != nil {
			return err
		}
		if rec.Family.Version != h.basis.Version {
			return fault.Conflict("registry.entry.changed", "who", history.Changes[len(history.Changes)-1].ApprovedBy)
		}
		rec.Family.Version++
		h.before = history.Observations
		h.rev = &Revision{Record: rec, Change: h.step(family, rec.Family.Version, kind)}
		return make(ctx)
	})
}

// step is the change that the entry makes. Whoever enters it proposes and
// approves it, until a second person is asked for.
func (h *hand) step(family ident.ID, version int, kind ChangeKind) Change {
	return Change{FamilyID: family, Version: version, Kind: kind, ProposedBy: h.actor.Login, ProposedAt: h.now,
		ApprovedBy: h.actor.Login, ApprovedAt: h.now, Evidence: h.basis.Evidence, Reason: h.basis.Note,
		EffectiveOn: h.on, RecordedAt: h.now}
}

// write makes a revision in one transaction with its entry in the log. It
// writes nothing that was refused, and nothing whose warnings are unread; of
// these it records the look at others' data that they show.
func (h *hand) write(ctx context.Context, make func(ctx context.Context) error) (Outcome, error) {
	var out Outcome
	err := h.s.unit.Write(ctx, func(ctx context.Context) error {
		if err := make(ctx); err != nil {
			return err
		}
		if len(h.refused) > 0 {
			return h.refused
		}
		if out.Warnings = h.warnings; markOf(h.warnings) != "" && markOf(h.warnings) != h.basis.Read {
			return h.s.log.Append(ctx, h.looks...)
		}
		h.rev.Record.settle()
		w := h.s.store.Writer(ctx)
		if err := w.Put(ctx, h.rev); err != nil {
			return err
		}
		if err := w.Flush(ctx); err != nil {
			return err
		}
		out.Written, out.Older = true, h.older
		return h.s.log.Append(ctx, append(h.looks, h.act())...)
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("registry: entry by hand: %w", err)
	}
	return out, nil
}

func (h *hand) act() audit.Act {
	c := &h.rev.Change
	slices.Sort(h.fields)
	return audit.Act{Purpose: access.PurposeVerification, Action: "family." + string(c.Kind), Subject: c.FamilyID.String(),
		Area: h.rev.Record.Family.Area, Fields: slices.Compact(h.fields), Count: int64(max(1, len(h.fields))),
		Detail: fmt.Sprintf("version=%d", c.Version)}
}

// observe adds what was found of the family, for the zero id, or of a member.
func (h *hand) observe(person ident.ID, o Observation) {
	c := &h.rev.Change
	o.FamilyID, o.Version, o.PersonID, o.Source, o.RecordedAt = c.FamilyID, c.Version, person, h.basis.Source, h.now
	h.rev.Observations = append(h.rev.Observations, o)
	own := Of(slices.Concat(h.before, h.rev.Observations), person)
	facts, newest := current(own, person)
	if person.IsZero() {
		h.rev.Record.Family.Facts, h.rev.Record.Family.ObservedOn = facts, newest
	} else if m, ok := h.rev.Record.Member(person); ok {
		m.Facts, m.ObservedOn = facts, newest
	}
	for _, d := range FoldFacts(own) {
		_, set := o.Facts.Get(d.No)
		if (set || slices.Contains(o.Withdrawn, d.No)) && d.Version != c.Version {
			h.older++
		}
	}
}

// touch notes that a member's row changes.
func (h *hand) touch(person ident.ID) {
	at := slices.IndexFunc(h.rev.Record.Members, func(p Person) bool { return p.ID == person })
	if !slices.Contains(h.rev.ChangedMembers, at) {
		h.rev.ChangedMembers = append(h.rev.ChangedMembers, at)
	}
}
