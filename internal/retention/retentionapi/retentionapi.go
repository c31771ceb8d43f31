// Package retentionapi is the part of the JSON interface that says which
// records' time is over, and by which two people decide on them. No name
// leaves by it.
package retentionapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/retention"
	"gotong/internal/run"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *retention.Service) {
	h := &handlers{service}
	tags := []string{"retention"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "retention-due", Method: http.MethodGet, Path: "/api/v1/retention",
		Summary: "Records whose time is over, by class, with the rule and what keeps them", Tags: tags}), h.due)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "disposals", Method: http.MethodGet, Path: "/api/v1/retention/proposals",
		Summary: "Proposals to destroy records, newest first", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "propose-disposal", Method: http.MethodPost, Path: "/api/v1/retention/proposals",
		Summary: "Propose to destroy what is due in an area: a proposal a class", Tags: tags, DefaultStatus: http.StatusCreated}), h.propose)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "decide-disposal", Method: http.MethodPost, Path: "/api/v1/retention/proposals/{id}/decision",
		Summary: "Approve and carry out, or reject, as another person than the proposer", Tags: tags}), h.decide)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "hold-record", Method: http.MethodPost, Path: "/api/v1/retention/holds",
		Summary: "Keep the record of a family from being destroyed", Tags: tags, DefaultStatus: http.StatusCreated}), h.hold)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "release-record", Method: http.MethodDelete, Path: "/api/v1/retention/holds/{id}",
		Summary: "End a hold", Tags: tags}), h.release)
}

type handlers struct{ service *retention.Service }

type retentionDueInput struct {
	Area string `query:"area" maxLength:"10" pattern:"^[0-9]*$" doc:"code of any level; all of your areas without it"`
	Day  string `query:"day" format:"date" doc:"what is due on this day; today without it"`
}

// overdue is what is due of a class of record.
type overdue struct {
	Class    string           `json:"class" enum:"family,person,request,letter,picture"`
	Years    int              `json:"years"`
	RuleFrom string           `json:"rule_from" format:"date"`
	Source   string           `json:"source"`
	Due      int64            `json:"due"`
	Held     int64            `json:"held"`
	Why      map[string]int64 `json:"held_by_reason"`
}

type retentionDueOutput struct {
	Body struct {
		Day     string    `json:"day" format:"date"`
		Classes []overdue `json:"classes"`
	}
}

func (h *handlers) due(ctx context.Context, in *retentionDueInput) (*retentionDueOutput, error) {
	actor, err := access.Require(ctx, access.SeeRetention)
	if err != nil {
		return nil, err
	}
	day := h.service.Today()
	if in.Day != "" {
		if day, err = civil.Parse(in.Day); err != nil {
			return nil, fault.Invalid("retention.bad_day").Because(err)
		}
	}
	areas := []string{in.Area}
	if in.Area == "" && !actor.Scope.IsNation() {
		areas = actor.Scope.Prefixes()
	}
	all, err := h.service.DueIn(ctx, areas, day)
	if err != nil {
		return nil, err
	}
	out := &retentionDueOutput{}
	out.Body.Day = day.String()
	for _, f := range all {
		out.Body.Classes = append(out.Body.Classes, overdue{string(f.Class), f.Years, f.RuleFrom.String(), f.Source.EN, f.Due, f.Held, f.Why})
	}
	return out, nil
}

// disposal is a proposal to destroy records.
type disposal struct {
	ID         string     `json:"id" format:"uuid"`
	Class      string     `json:"class"`
	Area       string     `json:"area" doc:"empty is the nation"`
	AsOf       string     `json:"as_of" format:"date"`
	Status     string     `json:"status" enum:"waiting,approved,rejected,done"`
	Due        int64      `json:"due"`
	Held       int64      `json:"held"`
	Destroyed  int64      `json:"destroyed"`
	ProposedBy string     `json:"proposed_by"`
	DecidedBy  string     `json:"decided_by,omitempty"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
}

func disposalOf(p *retention.Proposal) disposal {
	d := disposal{ID: p.ID.String(), Class: string(p.Class), Area: p.Area, AsOf: p.AsOf.String(), Status: string(p.Status), Due: p.Due, Held: p.Held,
		Destroyed: p.Destroyed, ProposedBy: p.ProposedBy, DecidedBy: p.DecidedBy}
	if !p.DecidedAt.IsZero() {
		d.DecidedAt = &p.DecidedAt
	}
	return d
}

type retentionListInput struct {
	Status string `query:"status" enum:"waiting,approved,rejected,done"`
	Class  string `query:"class" enum:"family,person,request,letter,picture"`
	Area   string `query:"area" maxLength:"10" pattern:"^[0-9]*$"`
}

type retentionListOutput struct {
	Body struct {
		Proposals []disposal `json:"proposals"`
	}
}

// listMost is how many proposals an answer holds.
const listMost = 500

func (h *handlers) list(ctx context.Context, in *retentionListInput) (*retentionListOutput, error) {
	all, err := h.service.Proposals(ctx, retention.Filter{Status: retention.Status(in.Status), Class: retention.Class(in.Class), Area: in.Area}, listMost)
	if err != nil {
		return nil, err
	}
	out := &retentionListOutput{}
	out.Body.Proposals = []disposal{}
	for i := range all {
		out.Body.Proposals = append(out.Body.Proposals, disposalOf(&all[i]))
	}
	return out, nil
}

type retentionProposeInput struct {
	Body struct {
		Area string `json:"area,omitempty" maxLength:"10" pattern:"^[0-9]*$"`
	}
}

type retentionProposeOutput struct{ Body retention.Proposed }

func (h *handlers) propose(ctx context.Context, in *retentionProposeInput) (*retentionProposeOutput, error) {
	made, err := h.service.Propose(ctx, in.Body.Area, run.Silent{})
	if err != nil {
		return nil, err
	}
	return &retentionProposeOutput{made}, nil
}

type retentionDecideInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Approve bool   `json:"approve"`
		Note    string `json:"note,omitempty" maxLength:"2000"`
	}
}

type retentionDisposalOutput struct{ Body disposal }

func (h *handlers) decide(ctx context.Context, in *retentionDecideInput) (*retentionDisposalOutput, error) {
	id, err := api.ID(in.ID, "retention.not_found")
	if err != nil {
		return nil, err
	}
	if !in.Body.Approve {
		p, err := h.service.Reject(ctx, id, in.Body.Note)
		if err != nil {
			return nil, err
		}
		return &retentionDisposalOutput{disposalOf(p)}, nil
	}
	if _, err := h.service.Approve(ctx, id, in.Body.Note); err != nil {
		return nil, err
	}
	if _, err := h.service.Carry(ctx, id, run.Silent{}); err != nil {
		return nil, err
	}
	p, _, err := h.service.Proposal(ctx, id, retention.Destroyed)
	if err != nil {
		return nil, err
	}
	return &retentionDisposalOutput{disposalOf(p)}, nil
}

type retentionHoldInput struct {
	Body struct {
		Family string `json:"family" format:"uuid"`
		Basis  string `json:"basis" enum:"held_audit,held_case,held_dispute"`
		Why    string `json:"why" maxLength:"2000"`
	}
}

type retentionHoldOutput struct {
	Body struct {
		ID string `json:"id" format:"uuid"`
	}
}

func (h *handlers) hold(ctx context.Context, in *retentionHoldInput) (*retentionHoldOutput, error) {
	family, err := api.ID(in.Body.Family, "registry.family_not_found")
	if err != nil {
		return nil, err
	}
	held, err := h.service.Keep(ctx, family, in.Body.Basis, in.Body.Why)
	if err != nil {
		return nil, err
	}
	out := &retentionHoldOutput{}
	out.Body.ID = held.ID.String()
	return out, nil
}

type retentionReleaseInput struct {
	ID string `path:"id" format:"uuid"`
}

func (h *handlers) release(ctx context.Context, in *retentionReleaseInput) (*struct{}, error) {
	id, err := api.ID(in.ID, "retention.hold_not_found")
	if err != nil {
		return nil, err
	}
	return nil, h.service.Release(ctx, id)
}
