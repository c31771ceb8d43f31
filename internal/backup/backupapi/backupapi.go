// Package backupapi is the part of the JSON interface by which two people say
// which payments went out between a copy and the going back to it.
package backupapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/backup"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *backup.Service) {
	h := &handlers{service}
	tags := []string{"payments"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "restorations", Method: http.MethodGet, Path: "/api/v1/restorations",
		Summary: "When the installation went back to a copy, and what was said to have gone out since it, newest first", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "say-gone", Method: http.MethodPost, Path: "/api/v1/restorations/{id}/statements",
		Summary: "Say which lists of an area went out since the copy, as the bank's statements show", Tags: tags, DefaultStatus: http.StatusCreated}), h.say)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "decide-gone", Method: http.MethodPost, Path: "/api/v1/restoration-statements/{id}/decision",
		Summary: "Approve, so that payments go on, or reject, as another person", Tags: tags}), h.decide)
}

type handlers struct{ service *backup.Service }

// goneStatement is what somebody said.
type goneStatement struct {
	ID         string   `json:"id" format:"uuid"`
	Area       string   `json:"area" doc:"empty is the nation"`
	Gone       []string `json:"gone" doc:"numbers of pay lists; none is empty"`
	Reason     string   `json:"reason"`
	Status     string   `json:"status" enum:"waiting,approved,rejected"`
	ProposedBy string   `json:"proposed_by"`
	DecidedBy  string   `json:"decided_by,omitempty"`
}

func statementOf(s *backup.Statement) goneStatement {
	return goneStatement{s.ID.String(), s.Area, append([]string{}, s.Gone...), s.Reason, string(s.Status), s.ProposedBy, s.DecidedBy}
}

// restoration is a time at which the installation went back to a copy.
type restoration struct {
	ID         string          `json:"id" format:"uuid"`
	At         time.Time       `json:"at"`
	CopiedAt   time.Time       `json:"copied_at" doc:"what was done between the two is lost"`
	Erased     int64           `json:"erased_again"`
	Statements []goneStatement `json:"statements"`
}

type restorationsOutput struct {
	Body struct {
		Restorations []restoration `json:"restorations"`
	}
}

func (h *handlers) list(ctx context.Context, _ *struct{}) (*restorationsOutput, error) {
	all, err := h.service.Restorations(ctx)
	if err != nil {
		return nil, err
	}
	out := &restorationsOutput{}
	out.Body.Restorations = []restoration{}
	for i := range all {
		r := restoration{all[i].ID.String(), all[i].At, all[i].CopiedAt, all[i].Erased, []goneStatement{}}
		for k := range all[i].Statements {
			r.Statements = append(r.Statements, statementOf(&all[i].Statements[k]))
		}
		out.Body.Restorations = append(out.Body.Restorations, r)
	}
	return out, nil
}

type sayGoneInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Area   string   `json:"area,omitempty" maxLength:"10" pattern:"^[0-9]*$" doc:"empty is the nation"`
		Gone   []string `json:"gone" maxItems:"500" doc:"numbers of the lists that went out; empty for none"`
		Reason string   `json:"reason" minLength:"1" maxLength:"2000" doc:"what it rests on"`
	}
}

type goneStatementOutput struct{ Body goneStatement }

func (h *handlers) say(ctx context.Context, in *sayGoneInput) (*goneStatementOutput, error) {
	id, err := api.ID(in.ID, "backup.no_restoration")
	if err != nil {
		return nil, err
	}
	s, err := h.service.Say(ctx, backup.Statement{Restoration: id, Area: in.Body.Area, Gone: in.Body.Gone, Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return &goneStatementOutput{statementOf(s)}, nil
}

type decideGoneInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Approve bool `json:"approve"`
	}
}

func (h *handlers) decide(ctx context.Context, in *decideGoneInput) (*goneStatementOutput, error) {
	id, err := api.ID(in.ID, "backup.no_statement")
	if err != nil {
		return nil, err
	}
	decide := h.service.Reject
	if in.Body.Approve {
		decide = h.service.Approve
	}
	s, err := decide(ctx, id)
	if err != nil {
		return nil, err
	}
	return &goneStatementOutput{statementOf(s)}, nil
}
