// Package rightapi is the part of the JSON interface by which an office's
// other systems take down and answer what people ask about their own data.
package rightapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/ident"
	"gotong/internal/right"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *right.Service) {
	h := &handlers{service}
	tags := []string{"rights"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "rights", Method: http.MethodGet, Path: "/api/v1/rights",
		Summary: "What people asked about their own data, those due first the first", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "take-right", Method: http.MethodPost, Path: "/api/v1/rights",
		Summary: "Take a request down; its clock begins now", Tags: tags, DefaultStatus: http.StatusCreated}), h.take)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "right", Method: http.MethodGet, Path: "/api/v1/rights/{id}",
		Summary: "One request with its words and its answer", Tags: tags}), h.show)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "answer-right", Method: http.MethodPost, Path: "/api/v1/rights/{id}/answer",
		Summary: "Grant or refuse: a suspension or withdrawal keeps the family out of processing, an erasure waits for a second person", Tags: tags}), h.answer)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "end-right", Method: http.MethodPost, Path: "/api/v1/rights/{id}/end",
		Summary: "End the suspension that a granted request brought", Tags: tags}), h.end)
}

type handlers struct{ service *right.Service }

// asked is a request. Its words are filled in where one alone is read.
type asked struct {
	ID         string     `json:"id" format:"uuid"`
	Family     string     `json:"family" format:"uuid"`
	Area       string     `json:"area"`
	Kind       string     `json:"kind" enum:"access,correction,suspension,withdrawal,erasure"`
	Status     string     `json:"status" enum:"open,granted,refused,ended"`
	Public     bool       `json:"public" doc:"came by the public page"`
	At         time.Time  `json:"at"`
	Due        time.Time  `json:"due"`
	Late       bool       `json:"late"`
	LeftMinute int64      `json:"left_minutes,omitempty" doc:"until the answer is due, of an open one"`
	Returned   bool       `json:"returned,omitempty" doc:"open anew: who decided_by names turned the erasure down, for the reason in answer"`
	Waits      bool       `json:"waits,omitempty" doc:"a granted erasure that a second person has yet to decide on, by the event"`
	Erased     bool       `json:"family_erased,omitempty" doc:"the family is erased, by the event; its certificate is the answer"`
	Event      string     `json:"event,omitempty" format:"uuid"`
	DecidedBy  string     `json:"decided_by,omitempty"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
	Text       string     `json:"text,omitempty"`
	Answer     string     `json:"answer,omitempty"`
}

func (h *handlers) asked(r *right.Request) asked {
	now := h.service.Clock.Now()
	x := asked{ID: r.ID.String(), Family: r.Family.String(), Area: r.Area, Kind: string(r.Kind), Status: string(r.Status), Public: r.Public, At: r.At, Due: r.Due,
		Late: r.Late(now), Returned: r.Returned(), Waits: r.Waits, Erased: r.Erased, DecidedBy: r.DecidedBy, Text: r.Text, Answer: r.Answer}
	if r.Status == right.Open {
		x.LeftMinute = max(0, int64(r.Due.Sub(now)/time.Minute))
	}
	if !r.Erasing.IsZero() {
		x.Event = r.Erasing.String()
	}
	if !r.DecidedAt.IsZero() {
		x.DecidedAt = &r.DecidedAt
	}
	return x
}

type rightsInput struct {
	Status string `query:"status" enum:"open,granted,refused,ended"`
	Kind   string `query:"kind" enum:"access,correction,suspension,withdrawal,erasure"`
	Family string `query:"family" doc:"of one family"`
	Late   bool   `query:"late" doc:"open ones whose time is over"`
}

type rightsOutput struct {
	Body struct {
		Requests []asked `json:"requests"`
		Total    int64   `json:"total"`
	}
}

// listMost is how many requests an answer holds.
const listMost = 500

func (h *handlers) list(ctx context.Context, in *rightsInput) (*rightsOutput, error) {
	f := right.Filter{Status: right.Status(in.Status), Kind: right.Kind(in.Kind)}
	if in.Family != "" {
		var err error
		if f.Family, err = api.ID(in.Family, "registry.family_not_found"); err != nil {
			return nil, err
		}
	}
	if in.Late {
		f.Status, f.DueBy = right.Open, h.service.Clock.Now()
	}
	all, total, err := h.service.List(ctx, f, listMost)
	if err != nil {
		return nil, err
	}
	out := &rightsOutput{}
	out.Body.Requests, out.Body.Total = []asked{}, total
	for i := range all {
		out.Body.Requests = append(out.Body.Requests, h.asked(&all[i]))
	}
	return out, nil
}

type rightTakeInput struct {
	Body struct {
		Family string `json:"family" format:"uuid"`
		Kind   string `json:"kind" enum:"access,correction,suspension,withdrawal,erasure"`
		Text   string `json:"text" doc:"in the words of who asks; no number of anybody"`
	}
}

type rightOutput struct{ Body asked }

func (h *handlers) take(ctx context.Context, in *rightTakeInput) (*rightOutput, error) {
	family, err := api.ID(in.Body.Family, "registry.family_not_found")
	if err != nil {
		return nil, err
	}
	r, err := h.service.Take(ctx, right.Kind(in.Body.Kind), family, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &rightOutput{h.asked(r)}, nil
}

type rightInput struct {
	ID string `path:"id" format:"uuid"`
}

func (in rightInput) id() (ident.ID, error) {
	return api.ID(in.ID, "right.not_found")
}

func (h *handlers) show(ctx context.Context, in *rightInput) (*rightOutput, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	r, err := h.service.Request(ctx, id)
	if err != nil {
		return nil, err
	}
	return &rightOutput{h.asked(r)}, nil
}

type rightAnswerInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Grant  bool   `json:"grant"`
		Answer string `json:"answer" doc:"printed in the letter"`
	}
}

func (h *handlers) answer(ctx context.Context, in *rightAnswerInput) (*rightOutput, error) {
	of := rightInput{in.ID}
	id, err := of.id()
	if err != nil {
		return nil, err
	}
	do := h.service.Refuse
	if in.Body.Grant {
		do = h.service.Grant
	}
	if err := do(ctx, id, in.Body.Answer); err != nil {
		return nil, err
	}
	return h.show(ctx, &of)
}

func (h *handlers) end(ctx context.Context, in *rightInput) (*rightOutput, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	if err := h.service.End(ctx, id); err != nil {
		return nil, err
	}
	return h.show(ctx, in)
}
