package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/work"
)

// Event is something that happened to a family, as proposed and as recorded.
type Event struct {
	ID          ident.ID
	Kind        ChangeKind
	Area        string // where the family stood
	AreaTo      string // village in another area that takes the family over, or ""
	Family      ident.ID
	Person      ident.ID // zero: the whole family
	Other       ident.ID // second family; zero: none
	HeadName    string   // of the family, where the event is listed
	EffectiveOn civil.Date
	Evidence    string
	Note        string
	Request     []byte // sealed
	Status      EventStatus
	ProposedBy  string // login
	ProposedAt  time.Time
	DecidedBy   string // login; "" while it waits
	DecidedAt   time.Time
	Decision    string // why it was rejected or closed
	Changes     []EventChange
}

// EventChange is a version of a family that an event made.
type EventChange struct {
	Family  ident.ID `json:"family"`
	Version int      `json:"version"`
}

// EventStatus is how far an event has come.
type EventStatus string

// The statuses of an event.
const (
	EventProposed EventStatus = "proposed"
	EventRecorded EventStatus = "recorded"
	EventRejected EventStatus = "rejected"
	EventClosed   EventStatus = "closed" // came to nothing, as somebody it was about died or left
	EventUndone   EventStatus = "undone"
)

// EventStatuses lists the statuses of an event.
var EventStatuses = []EventStatus{EventProposed, EventRecorded, EventRejected, EventClosed, EventUndone}

// EventFilter chooses events.
type EventFilter struct {
	Area   string
	Kind   ChangeKind
	Status EventStatus
	Family ident.ID
	NotBy  string // not proposed by this login: what one may approve
	Offset int
	Limit  int
}

// labelRequest seals requests, which hold names and numbers.
const labelRequest = "event.request"

// everywhere lets a change reach what belongs to it in other areas; nothing
// of that is handed out.
func everywhere(ctx context.Context) context.Context {
	return access.With(ctx, access.System("registry"))
}

// eventOf makes the event of a request.
func (h *hand) eventOf(status EventStatus) (*Event, error) {
	request, err := json.Marshal(h.req)
	if err != nil {
		return nil, err
	}
	first := h.drafts[0]
	area := first.was.Family.Area
	if area == "" {
		area = first.rev.Record.Family.Area
	}
	e := &Event{ID: h.event, Kind: h.req.Kind, Area: area, AreaTo: h.areaTo, Family: first.rev.Change.FamilyID, Person: h.req.Person,
		Other: h.req.Other, EffectiveOn: h.on, Evidence: h.basis.Evidence, Note: h.basis.Note,
		Request: h.s.keys.Seal(labelRequest, string(request)), Status: status, ProposedBy: h.actor.Login, ProposedAt: h.now}
	return e, nil
}

// propose puts the request before a second person. Nothing of the family
// changes until then.
func (h *hand) propose(ctx context.Context, out *Outcome) error {
	h.req.Basis.Read, h.req.Ground = markOf(h.warnings), h.ground()
	if err := h.waiting(ctx); err != nil {
		return err
	}
	e, err := h.eventOf(EventProposed)
	if err != nil {
		return err
	}
	if err := h.s.store.KeepEvent(ctx, e); err != nil {
		return err
	}
	out.Proposed = e.ID
	h.draft = h.drafts[0]
	act := h.act()
	act.Action, act.Detail = "event.propose", string(e.Kind)+" "+e.ID.String()
	return h.s.log.Append(ctx, append(h.looks, act)...)
}

// keepEvent records the event that was carried out, and of an undoing that
// the other one is undone.
func (h *hand) keepEvent(ctx context.Context) error {
	var changes []EventChange
	for _, d := range h.drafts {
		changes = append(changes, EventChange{d.rev.Change.FamilyID, d.rev.Change.Version})
	}
	if h.req.Kind == Undone {
		undone := &Event{ID: h.req.Event, Status: EventUndone, DecidedBy: h.actor.Login, DecidedAt: h.now, Decision: h.basis.Note}
		if err := h.decide(ctx, undone, EventRecorded); err != nil {
			return err
		}
	}
	if h.approved != nil {
		e := *h.approved
		e.Status, e.DecidedBy, e.DecidedAt, e.Changes = EventRecorded, h.actor.Login, h.now, changes
		return h.decide(ctx, &e, EventProposed)
	}
	e, err := h.eventOf(EventRecorded)
	if err != nil {
		return err
	}
	e.DecidedBy, e.DecidedAt, e.Changes = h.actor.Login, h.now, changes
	return h.s.store.KeepEvent(ctx, e)
}

// decide writes what became of an event. Somebody else may have been first.
func (h *hand) decide(ctx context.Context, e *Event, from EventStatus) error {
	was, err := h.s.store.DecideEvent(everywhere(ctx), e, from)
	if err == nil && !was {
		err = fault.Conflict("event.refused.decided")
	}
	return err
}

// closeProposals closes what waits about somebody who does not count any more.
func (h *hand) closeProposals(ctx context.Context, d *draft) ([]Stopped, error) {
	if d.rev.New() {
		return nil, nil
	}
	gone := map[ident.ID]bool{}
	for i := range d.was.Members {
		m := &d.was.Members[i]
		if now, ok := d.rev.Record.Member(m.ID); m.Status == PersonActive && (!ok || now.Status != PersonActive) {
			gone[m.ID] = true
		}
	}
	whole := d.was.Family.Status == FamilyActive && d.rev.Record.Family.Status != FamilyActive
	if len(gone) == 0 && !whole {
		return nil, nil
	}
	waiting, _, err := h.s.store.Events(everywhere(ctx), EventFilter{Family: d.rev.Change.FamilyID, Status: EventProposed, Limit: eventsMost})
	if err != nil {
		return nil, err
	}
	var closed []Stopped
	for i := range waiting {
		e := &waiting[i]
		about := whole || gone[e.Person] || h.redo && (h.req.Person.IsZero() || h.req.Person == e.Person)
		if !about || e.ID == h.event || e.Kind == Undone || e.Kind == Erasure && !h.redo {
			continue
		}
		e.Status, e.DecidedBy, e.DecidedAt, e.Decision = EventClosed, h.actor.Login, h.now, string(h.req.Kind)
		if err := h.decide(ctx, e, EventProposed); err != nil {
			return nil, err
		}
		closed = append(closed, Stopped{What: StoppedProposal, ID: e.ID.String(), Label: string(e.Kind), State: StateClosed})
	}
	return closed, nil
}

// eventsMost is how many events one look takes.
const eventsMost = 200

// Events returns events in the actor's area, those that wait the oldest
// first and others the newest first, and how many there are in all.
func (s *Service) Events(ctx context.Context, f EventFilter, purpose access.Purpose) ([]Event, int64, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, 0, err
	}
	if f.Limit <= 0 || f.Limit > eventsMost {
		f.Limit = eventsMost
	}
	var all []Event
	var n int64
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		all, n, err = s.store.Events(ctx, f)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("registry: events: %w", err)
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "event.list", Area: actor.Scope.String(), Fields: []string{"name"}, Count: int64(len(all))})
	if err != nil {
		return nil, 0, err
	}
	return all, n, nil
}

// CountWaiting counts the proposals in the actor's area that somebody else made.
func (s *Service) CountWaiting(ctx context.Context) (int64, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		_, n, err = s.store.Events(ctx, EventFilter{Status: EventProposed, NotBy: actor.Login, Limit: 1})
		return err
	})
	return n, err
}

// Event returns an event in the actor's area, with the request.
func (s *Service) Event(ctx context.Context, id ident.ID, purpose access.Purpose) (*Event, *Request, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, nil, err
	}
	e, err := work.Read(ctx, s.unit, func(ctx context.Context) (*Event, error) { return s.store.Event(ctx, id) })
	if err != nil {
		return nil, nil, fmt.Errorf("registry: event: %w", err)
	}
	req, err := s.request(e)
	if err != nil {
		return nil, nil, err
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "event.read", Subject: e.Family.String(), Area: e.Area, Fields: []string{"core"}, Count: 1,
		Detail: e.ID.String()})
	return e, req, err
}

func (s *Service) request(e *Event) (*Request, error) {
	text, err := s.keys.Open(labelRequest, e.Request)
	if err != nil {
		return nil, fmt.Errorf("registry: opening a request: %w", err)
	}
	req := &Request{}
	if err := json.Unmarshal([]byte(text), req); err != nil {
		return nil, fmt.Errorf("registry: a request is damaged: %w", err)
	}
	return req, nil
}
