package registry

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// undo takes an event back: of every family that it changed, what it changed
// is no more so, and never was; what was recorded since and does not rest on
// it stays. A family that it founded is dissolved, since it was there.
func (h *hand) undo(ctx context.Context) error {
	e, err := h.s.store.Event(ctx, h.req.Event)
	if err != nil {
		return err
	}
	switch {
	case e.Status != EventRecorded:
		return fault.Conflict("event.refused.not_recorded")
	case e.Kind == Erasure || e.Kind == Undone:
		h.refuseEvent("", "cannot_undo")
		return nil
	}
	h.req.Family, h.req.Person = e.Family, e.Person
	for _, c := range e.Changes {
		if err := h.open(ctx, c.Family); err != nil {
			return err
		}
		if h.takeBack(c.Version); len(h.refused) > 0 {
			return nil
		}
	}
	for _, c := range e.Changes {
		h.turn(c.Family)
		h.giveBack(c.Version)
	}
	if len(h.drafts) == 0 {
		return fmt.Errorf("registry: event %s changed nothing", e.ID)
	}
	h.draft = h.drafts[0]
	h.fields = append(h.fields, "core", "members", "facts")
	return nil
}

// takeBack makes the revision that takes a version of the open family back.
func (h *hand) takeBack(version int) {
	c := &h.rev.Change
	at := slices.IndexFunc(h.history.Changes, func(o Change) bool { return o.Version == version })
	if at < 0 {
		return
	}
	undone := &h.history.Changes[at]
	for _, s := range undone.Body.Stopped {
		if s.What != StoppedProposal {
			h.again = append(h.again, s)
		}
	}
	if name, later := h.restsOn(undone); later {
		h.refuseEvent("", "rests_on_it", "name", name)
		return
	}
	if version == 1 {
		h.dissolve()
		return
	}
	c.Body.Undoes = []int{version}
	then := &History{Changes: append(slices.Clone(h.history.Changes), *c), Observations: h.history.Observations}
	h.before = then.Standing()
	h.restore(Fold(then))
}

// restsOn says whether a later change that still counts altered somebody who
// came with the one that is to be undone. With the change that founded the
// family everybody in it came, the child born there since included: without
// it they would be nowhere, and who died there would live again elsewhere.
func (d *draft) restsOn(undone *Change) (string, bool) {
	before := Fold(&History{Changes: d.history.upTo(undone.Version - 1)})
	came := func(id ident.ID) bool {
		brought := func(m MemberCore) bool { return m.ID == id }
		_, there := before.Member(id)
		return undone.Version == 1 || !there && slices.ContainsFunc(undone.Body.Members, brought)
	}
	takenBack := d.history.undone(Moment{})
	for i := range d.history.Changes {
		c := &d.history.Changes[i]
		if c.Version <= undone.Version || takenBack[c.Version] || len(c.Body.Undoes) > 0 {
			continue
		}
		for _, m := range c.Body.Members {
			if came(m.ID) {
				return m.Name, true
			}
		}
	}
	return "", false
}

func (h *History) upTo(version int) []Change {
	var until []Change
	for _, c := range h.Changes {
		if c.Version <= version {
			until = append(until, c)
		}
	}
	return until
}

// restore has the family be what its history says without the change.
func (h *hand) restore(to *Record) {
	r := h.rev
	from := r.Record
	to.Family.ID, to.Family.Version = from.Family.ID, from.Family.Version
	if !to.Family.core().equal(*from.Family.core()) {
		r.Change.Body.Family = to.Family.core()
	}
	for i := range from.Members {
		was := &from.Members[i]
		now, ok := to.Member(was.ID)
		if !ok {
			r.Removed = append(r.Removed, was.ID)
			continue
		}
		if now.core().equal(was.core()) && slices.Equal(now.Facts, was.Facts) && now.ObservedOn == was.ObservedOn {
			continue
		}
		r.Change.Body.Members = append(r.Change.Body.Members, now.core())
		at := slices.IndexFunc(to.Members, func(p Person) bool { return p.ID == now.ID })
		r.ChangedMembers = append(r.ChangedMembers, at)
	}
	r.Record = to
}

// dissolve ends a family that the event founded: it stays on record, and
// nobody counts in it.
func (h *hand) dissolve() {
	f := &h.rev.Record.Family
	f.Status = FamilyDissolved
	h.rev.Change.Body.Family = f.core()
	for i := range h.rev.Record.Members {
		if m := &h.rev.Record.Members[i]; m.Status == PersonActive {
			m.Status = PersonMoved
			h.alter(m)
		}
	}
}

// giveBack has those who came by the undone change, and were observed where
// they came to since, take that along to where they belong.
func (h *hand) giveBack(version int) {
	from := h.draft
	at := slices.IndexFunc(from.history.Changes, func(o Change) bool { return o.Version == version })
	if at < 0 {
		return
	}
	for _, l := range from.history.Changes[at].Body.Links {
		stays := !slices.Contains(from.rev.Removed, l.Person) && version != 1
		if !l.Came || l.Other == l.OtherFamily || stays || !h.turn(l.OtherFamily) {
			continue
		}
		for _, o := range Of(from.history.Standing(), l.Person) {
			if o.Version <= version {
				continue
			}
			o.FamilyID, o.Version, o.PersonID = l.OtherFamily, h.rev.Change.Version, l.Other
			h.rev.Carried = append(h.rev.Carried, o)
		}
		h.refresh(l.Other)
		h.touch(l.Other)
	}
	h.draft = from
}
