package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// make has the revisions of the request made. Of a proposal it warns of every
// family that has changed since it was made: who approves decides on what
// stands now, and must have seen that it is not what was proposed on.
func (h *hand) make(ctx context.Context) error {
	if err := makers[h.req.Kind](h, ctx); err != nil {
		return err
	}
	h.outOfOrder()
	if h.approved == nil {
		return nil
	}
	for _, d := range h.drafts {
		if last, changed := d.changedSince(h.req.Ground); changed {
			h.warnEvent("", "changed_since", nil, "name", d.was.Family.HeadName, "who", last.ApprovedBy, "on", dayInEast(last.RecordedAt),
				"version", last.Version)
		}
	}
	return nil
}

// ground are the families on record that the request changes, as they stand.
func (h *hand) ground() []EventChange {
	var all []EventChange
	for _, d := range h.drafts {
		if !d.rev.New() {
			all = append(all, EventChange{d.rev.Change.FamilyID, d.was.Family.Version})
		}
	}
	return all
}

// changedSince returns the last change of a family that stood otherwise when
// the proposal was made.
func (d *draft) changedSince(ground []EventChange) (last Change, changed bool) {
	at := slices.IndexFunc(ground, func(g EventChange) bool { return g.Family == d.rev.Change.FamilyID })
	if at < 0 || len(d.history.Changes) == 0 || ground[at].Version == d.was.Family.Version {
		return last, false
	}
	return d.history.Changes[len(d.history.Changes)-1], true
}

// waiting refuses a proposal that waits already: what is asked is the same in
// all but its evidence.
func (h *hand) waiting(ctx context.Context) error {
	asked, err := h.req.asked()
	if err != nil {
		return err
	}
	events, _, err := h.s.store.Events(everywhere(ctx), EventFilter{Family: h.drafts[0].rev.Change.FamilyID, Kind: h.req.Kind, Status: EventProposed, Limit: eventsMost})
	if err != nil {
		return err
	}
	for i := range events {
		req, err := h.s.request(&events[i])
		if err != nil {
			return err
		}
		if before, err := req.asked(); err != nil || !bytes.Equal(before, asked) {
			continue
		}
		return fault.Conflict("event.refused.waiting", "who", events[i].ProposedBy, "on", dayInEast(events[i].ProposedAt))
	}
	return nil
}

// asked is what a request asks for, and on what kind of document.
func (r Request) asked() ([]byte, error) {
	r.Basis, r.Ground, r.NewFamily = Basis{Document: r.Basis.Document}, nil, ident.ID{}
	return json.Marshal(r)
}
