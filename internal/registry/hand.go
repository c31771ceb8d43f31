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

// hand is one change under way. It collects what is wrong with the request
// and what looks wrong, makes revisions of the families that it touches, and
// writes them or puts the request before a second person.
type hand struct {
	s     *Service
	actor access.Actor
	now   time.Time
	today civil.Date
	req   Request
	rule  Rule
	basis Basis
	on    civil.Date

	// approved is the event whose request this is, when a second person
	// carries it out.
	approved *Event
	event    ident.ID
	redo     bool   // an erasure that an older copy of the database has undone
	areaTo   string // village in another area that the family goes to

	refused  Refused
	warnings []Warning
	looks    []audit.Act // at others' data, to find what looks wrong

	drafts []*draft
	*draft // the family that is being worked on

	older  int
	fields []string // what the entry is about, for the log
	again  []Stopped
}

// draft is the revision of one family, with what it was before.
type draft struct {
	rev     *Revision
	was     *Record  // zero of a family that comes on record
	history *History // empty of such
	before  []Observation
}

func (s *Service) hand(ctx context.Context, req Request) (*hand, error) {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return nil, err
	}
	return s.handOf(actor, req, s.ids.New())
}

func (s *Service) handOf(actor access.Actor, req Request, event ident.ID) (*hand, error) {
	if makers[req.Kind] == nil {
		return nil, unknownKind(req.Kind)
	}
	now := s.clock.Now()
	h := &hand{s: s, actor: actor, now: now, today: dayInEast(now), req: req, rule: s.Rule(req.Kind), basis: req.Basis, event: event}
	if req.Kind == Corrected || req.Kind == Merge || req.Kind == Undone || req.Kind == Erasure {
		h.basis.Source = SourceEdit
	}
	h.readBasis()
	return h, nil
}

// open begins a revision of a family on record and turns to it; a family that
// is open already is turned to.
func (h *hand) open(ctx context.Context, family ident.ID) error {
	if h.turn(family) {
		return nil
	}
	rec, err := h.s.store.Family(ctx, family)
	if err != nil {
		return err
	}
	history, err := h.s.store.History(ctx, family)
	if err != nil {
		return err
	}
	was := &Record{Family: rec.Family, Members: slices.Clone(rec.Members)}
	rec.Family.Version++
	h.draft = &draft{was: was, history: history, before: history.Standing(),
		rev: &Revision{Record: rec, Change: h.step(family, rec.Family.Version)}}
	h.drafts = append(h.drafts, h.draft)
	return nil
}

// first opens the family that the request is about. An entry by hand names
// the version that it was made on; a request that names none is of whatever
// stands, and so is one that a second person approves.
func (h *hand) first(ctx context.Context) error {
	if err := h.open(ctx, h.req.Family); err != nil {
		return err
	}
	named := h.basis.Version != 0
	switch {
	case h.approved != nil || !named && h.req.Kind.isEvent():
		return nil
	case !named:
		return fault.Conflict("registry.entry.version_missing")
	case h.was.Family.Version != h.basis.Version:
		return fault.Conflict("registry.entry.changed", "who", h.history.Changes[len(h.history.Changes)-1].ApprovedBy)
	}
	return nil
}

// found begins the first revision of a family and turns to it.
func (h *hand) found(id ident.ID) {
	rec := &Record{Family: Family{ID: id, Status: FamilyActive, Version: 1}}
	h.draft = &draft{was: &Record{}, history: &History{}, rev: &Revision{Record: rec, Change: h.step(id, 1)}}
	h.drafts = append(h.drafts, h.draft)
}

// onRecord returns a member of whom something can be recorded:
// fault.NotFound where the family has nobody with the id, fault.Conflict
// where their data were erased.
func (h *hand) onRecord(person ident.ID) (*Person, error) {
	p, ok := h.rev.Record.Member(person)
	switch {
	case !ok:
		return nil, fault.NotFound("registry.person_not_found")
	case p.Erased():
		return nil, erased()
	}
	return p, nil
}

// erased says that nothing more can be recorded of somebody.
func erased() error { return fault.Conflict("event.refused.erased_already") }

// turn goes on with a family that is open.
func (h *hand) turn(family ident.ID) bool {
	for _, d := range h.drafts {
		if d.rev.Change.FamilyID == family {
			h.draft = d
			return true
		}
	}
	return false
}

// step is the change that the request makes of a family. Whoever enters it
// proposes and approves it, unless a second person is asked for.
func (h *hand) step(family ident.ID, version int) Change {
	c := Change{FamilyID: family, Version: version, Kind: h.req.Kind, ProposedBy: h.actor.Login, ProposedAt: h.now,
		ApprovedBy: h.actor.Login, ApprovedAt: h.now, Evidence: h.basis.Evidence, Reason: h.basis.Note,
		EffectiveOn: h.on, RecordedAt: h.now}
	if h.approved != nil {
		c.ProposedBy, c.ProposedAt = h.approved.ProposedBy, h.approved.ProposedAt
	}
	if h.approved != nil || h.req.Kind.isEvent() {
		c.Body.Event = h.event
	}
	return c
}

// write makes the revisions in one transaction with its entries in the log.
// It writes nothing that was refused, and nothing whose warnings are unread;
// of these it records the look at others' data that they show.
func (h *hand) write(ctx context.Context) (Outcome, error) {
	var out Outcome
	err := h.s.unit.Write(ctx, func(ctx context.Context) error {
		if err := h.make(ctx); err != nil {
			return err
		}
		if len(h.refused) > 0 {
			return h.refused
		}
		if out.Warnings = h.warnings; markOf(h.warnings) != "" && markOf(h.warnings) != h.basis.Read {
			return h.s.log.Append(ctx, append(h.looks, h.previewed()...)...)
		}
		for _, d := range h.drafts {
			d.rev.Record.settle()
		}
		if h.approved == nil && (h.rule.Second || h.areaTo != "") {
			return h.propose(ctx, &out)
		}
		return h.commit(ctx, &out)
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("registry: entry by hand: %w", err)
	}
	if out.Written && h.req.Kind == Erasure && h.approved == nil {
		err = h.s.finish(ctx, &out)
	}
	return out, err
}

// commit writes the revisions, after what depends on somebody is stopped.
func (h *hand) commit(ctx context.Context, out *Outcome) error {
	for _, d := range h.drafts {
		stopped, err := h.s.stop(ctx, d.rev, d.was)
		if err != nil {
			return err
		}
		closed, err := h.closeProposals(ctx, d)
		if err != nil {
			return err
		}
		d.rev.Change.Body.Stopped = append(stopped, closed...)
		out.Stopped = append(out.Stopped, d.rev.Change.Body.Stopped...)
		out.Again = append(out.Again, d.again()...)
	}
	out.Again = append(out.Again, h.again...)
	w := h.s.store.Writer(ctx)
	for _, d := range h.drafts {
		if err := w.Put(ctx, d.rev); err != nil {
			return err
		}
	}
	if err := w.Flush(ctx); err != nil {
		return err
	}
	if h.approved != nil || h.req.Kind.isEvent() {
		out.Event = h.event
		if err := h.keepEvent(ctx); err != nil {
			return err
		}
	}
	if err := h.shred(ctx); err != nil {
		return err
	}
	out.Written, out.Older = true, h.older
	for _, d := range h.drafts {
		h.draft = d
		out.Fates = append(out.Fates, d.rev.Change.Body.Fates...)
		out.Families = append(out.Families, d.rev.Change.FamilyID)
		h.looks = append(h.looks, h.act())
	}
	return h.s.log.Append(ctx, h.looks...)
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
	same := func(x Observation) bool { return x.PersonID == person }
	if at := slices.IndexFunc(h.rev.Observations, same); at >= 0 { // one change observes a subject once
		once := &h.rev.Observations[at]
		for _, f := range o.Facts {
			once.Facts.Set(f.No, f.Value)
		}
		once.ObservedOn = max(once.ObservedOn, o.ObservedOn)
	} else {
		h.rev.Observations = append(h.rev.Observations, o)
	}
	for _, d := range FoldFacts(h.refresh(person)) {
		_, set := o.Facts.Get(d.No)
		if (set || slices.Contains(o.Withdrawn, d.No)) && d.Version != c.Version {
			h.older++
		}
	}
}

// refresh recomputes what is known of the family or a member, and returns
// the observations that it rests on.
func (d *draft) refresh(person ident.ID) []Observation {
	own := Of(slices.Concat(d.before, d.rev.Carried, d.rev.Observations), person)
	facts, newest := current(own, person)
	if person.IsZero() {
		d.rev.Record.Family.Facts, d.rev.Record.Family.ObservedOn = facts, newest
	} else if m, ok := d.rev.Record.Member(person); ok {
		m.Facts, m.ObservedOn = facts, newest
	}
	return own
}

// touch notes that a member's row changes.
func (d *draft) touch(person ident.ID) {
	at := slices.IndexFunc(d.rev.Record.Members, func(p Person) bool { return p.ID == person })
	if !slices.Contains(d.rev.ChangedMembers, at) && !slices.Contains(d.rev.NewMembers, at) {
		d.rev.ChangedMembers = append(d.rev.ChangedMembers, at)
	}
}

// alter notes that a member's core changes to what it is now.
func (d *draft) alter(p *Person) {
	core, members := p.core(), d.rev.Change.Body.Members
	if at := slices.IndexFunc(members, func(m MemberCore) bool { return m.ID == p.ID }); at >= 0 {
		members[at] = core
	} else {
		d.rev.Change.Body.Members = append(members, core)
	}
	d.touch(p.ID)
}
