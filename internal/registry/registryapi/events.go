package registryapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// registerEvents adds the operations on life events.
func registerEvents(a huma.API, h *handlers) {
	tags := []string{"registry"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "record-event", Method: http.MethodPost, Path: "/api/v1/families/{id}/events",
		Summary: "Record a life event, or put it before a second person where the rules ask for one", Tags: tags, SkipValidateBody: true}), h.record)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "events", Method: http.MethodGet, Path: "/api/v1/events",
		Summary: "Events and proposals, filtered", Tags: tags}), h.events)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "approve-event", Method: http.MethodPost, Path: "/api/v1/events/{id}/approve",
		Summary: "Approve somebody else's proposal", Tags: tags}), h.approve)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "erasure", Method: http.MethodGet, Path: "/api/v1/events/{id}/erasure",
		Summary: "What an erasure took away, what it left, why and until when", Tags: tags}), h.erasure)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "reject-event", Method: http.MethodPost, Path: "/api/v1/events/{id}/reject",
		Summary: "Turn a proposal down, with the reason", Tags: tags, DefaultStatus: http.StatusNoContent}), h.reject)
}

// outcome is what became of a request. With warnings and nothing written, the
// request is sent again with basis.read set to the mark.
type outcome struct {
	Body struct {
		Written  bool               `json:"written"`
		Proposed string             `json:"proposed,omitempty" doc:"event that waits for a second person"`
		Event    string             `json:"event,omitempty"`
		Families []string           `json:"families"`
		Warnings []string           `json:"warnings"`
		Mark     string             `json:"mark,omitempty" doc:"of the warnings; basis.read takes it once they were read"`
		Stopped  []registry.Stopped `json:"stopped" doc:"what depended on somebody who does not count any more"`
		Again    []registry.Stopped `json:"start_again" doc:"what was stopped before and must be started by hand"`
		Fates    []registry.Fate    `json:"fates,omitempty" doc:"what an erasure took away, place by place, and what it left"`
		Traces   bool               `json:"traces,omitempty" doc:"old pages of the database still hold what was erased, as a copy or a snapshot reads them; they are scrubbed by themselves once it has ended"`
	}
}

func outcomeOf(ctx context.Context, out registry.Outcome) *outcome {
	o := &outcome{}
	b := &o.Body
	b.Written, b.Mark, b.Families, b.Warnings = out.Written, out.Mark(), []string{}, []string{}
	b.Fates, b.Traces = out.Fates, out.Traces
	b.Stopped, b.Again = append([]registry.Stopped{}, out.Stopped...), append([]registry.Stopped{}, out.Again...)
	if !out.Proposed.IsZero() {
		b.Proposed = out.Proposed.String()
	}
	if !out.Event.IsZero() {
		b.Event = out.Event.String()
	}
	for _, id := range out.Families {
		b.Families = append(b.Families, id.String())
	}
	for _, w := range out.Warnings {
		b.Warnings = append(b.Warnings, i18n.T(api.Lang(ctx), w.Key, w.Args...))
	}
	return o
}

type recordInput struct {
	ID      string `path:"id" format:"uuid"`
	RawBody []byte `contentType:"application/json" doc:"kind, basis {on, source, document, evidence, note, version, read} and what the kind needs: person, member, going, other, other_person, new_family, new_head, former_head, relation, entry, place, event"`
}

func (h *handlers) record(ctx context.Context, in *recordInput) (*outcome, error) {
	id, err := eventID(in.ID)
	if err != nil {
		return nil, err
	}
	req, err := registry.ReadRequest(in.RawBody)
	if err != nil {
		return nil, err
	}
	req.Family = id
	out, err := h.service.Do(ctx, req)
	if err != nil {
		return nil, err
	}
	return outcomeOf(ctx, out), nil
}

func eventID(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		err = fault.NotFound("core.error.not_found").Because(err)
	}
	return id, err
}

type eventsInput struct {
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
	Area    string         `query:"area" maxLength:"10" pattern:"^[0-9]*$"`
	Kind    string         `query:"kind" maxLength:"20"`
	Status  string         `query:"status" maxLength:"20"`
	Offset  int            `query:"offset" minimum:"0"`
	Limit   int            `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type eventRow struct {
	ID         string `json:"id" format:"uuid"`
	Kind       string `json:"kind"`
	Family     string `json:"family" format:"uuid"`
	Area       string `json:"area"`
	AreaTo     string `json:"area_to,omitempty"`
	Effective  string `json:"effective_on" format:"date"`
	Evidence   string `json:"evidence"`
	Status     string `json:"status"`
	ProposedBy string `json:"proposed_by"`
	DecidedBy  string `json:"decided_by,omitempty"`
	Decision   string `json:"decision,omitempty"`
}

type eventsOutput struct {
	Body struct {
		Events []eventRow `json:"events"`
		Total  int64      `json:"total"`
	}
}

func (h *handlers) events(ctx context.Context, in *eventsInput) (*eventsOutput, error) {
	f := registry.EventFilter{Area: in.Area, Kind: registry.ChangeKind(in.Kind), Status: registry.EventStatus(in.Status), Offset: in.Offset, Limit: in.Limit}
	events, n, err := h.service.Events(ctx, f, in.Purpose)
	if err != nil {
		return nil, err
	}
	out := &eventsOutput{}
	out.Body.Events, out.Body.Total = []eventRow{}, n
	for _, e := range events {
		out.Body.Events = append(out.Body.Events, eventRow{ID: e.ID.String(), Kind: string(e.Kind), Family: e.Family.String(), Area: e.Area, AreaTo: e.AreaTo,
			Effective: e.EffectiveOn.String(), Evidence: e.Evidence, Status: string(e.Status), ProposedBy: e.ProposedBy, DecidedBy: e.DecidedBy, Decision: e.Decision})
	}
	return out, nil
}

type approveInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Read string `json:"read,omitempty" maxLength:"16" doc:"mark of the warnings that were read"`
	}
}

func (h *handlers) approve(ctx context.Context, in *approveInput) (*outcome, error) {
	id, err := eventID(in.ID)
	if err != nil {
		return nil, err
	}
	out, err := h.service.Approve(ctx, id, in.Body.Read)
	if err != nil {
		return nil, err
	}
	return outcomeOf(ctx, out), nil
}

type erasureInput struct {
	ID      string         `path:"id" format:"uuid"`
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
}

// erasureFate is a fate with the reason in words.
type erasureFate struct {
	Place string `json:"place"`
	Gone  int    `json:"gone"`
	Kept  int    `json:"kept"`
	Until string `json:"until,omitempty" format:"date" doc:"absent: for good"`
	Why   string `json:"why,omitempty"`
}

type erasureOutput struct {
	Body struct {
		Family string        `json:"family" format:"uuid"`
		Whole  bool          `json:"whole" doc:"all of the family"`
		At     time.Time     `json:"at"`
		Fates  []erasureFate `json:"fates"`
	}
}

func (h *handlers) erasure(ctx context.Context, in *erasureInput) (*erasureOutput, error) {
	id, err := eventID(in.ID)
	if err != nil {
		return nil, err
	}
	c, err := h.service.Certificate(ctx, id, in.Purpose)
	if err != nil {
		return nil, err
	}
	out := &erasureOutput{}
	out.Body.Family, out.Body.Whole, out.Body.At, out.Body.Fates = c.Event.Family.String(), c.Whole, c.Event.DecidedAt, []erasureFate{}
	for _, f := range c.Fates {
		x := erasureFate{Place: string(f.Place), Gone: f.Gone, Kept: f.Kept}
		if f.Kept > 0 {
			x.Why = i18n.T(api.Lang(ctx), "event.why_kept."+string(f.Place))
		}
		if f.Until != 0 {
			x.Until = f.Until.String()
		}
		out.Body.Fates = append(out.Body.Fates, x)
	}
	return out, nil
}

type rejectInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (h *handlers) reject(ctx context.Context, in *rejectInput) (*struct{}, error) {
	id, err := eventID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, h.service.Reject(ctx, id, in.Body.Reason)
}
