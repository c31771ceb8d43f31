// Package runapi is the JSON interface to long work: what runs and ran, how
// far it is, what came of it, and stopping it.
package runapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/i18n"
	"gotong/internal/run"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *run.Service) {
	h := &handlers{service}
	tags := []string{"runs"}
	const path = "/api/v1/runs"
	huma.Register(a, api.Signed(huma.Operation{OperationID: "runs", Method: http.MethodGet, Path: path,
		Summary: "What runs and ran, newest first, without results", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "run", Method: http.MethodGet, Path: path + "/{id}",
		Summary: "One run: how far it is and, when it ended, what came of it", Tags: tags}), h.show)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "stop-run", Method: http.MethodPost, Path: path + "/{id}/stop",
		Summary: "Ask a run to stop at its next safe place", Tags: tags, DefaultStatus: http.StatusAccepted}), h.stop)
}

type handlers struct{ service *run.Service }

// work is a run.
type work struct {
	ID        string          `json:"id" format:"uuid"`
	Kind      string          `json:"kind"`
	State     string          `json:"state" enum:"queued,running,done,failed,cancelled"`
	DryRun    bool            `json:"dry_run"`
	By        string          `json:"by"`
	Stopping  bool            `json:"stopping" doc:"somebody has asked to stop it"`
	Stages    []workStage     `json:"stages"`
	AskedAt   time.Time       `json:"asked_at"`
	StartedAt *time.Time      `json:"started_at,omitempty"`
	EndedAt   *time.Time      `json:"ended_at,omitempty"`
	Failure   string          `json:"failure,omitempty" doc:"why it failed, in words"`
	Code      string          `json:"failure_code,omitempty" doc:"the same in every language"`
	Result    json.RawMessage `json:"result,omitempty" doc:"of one that is done; its form depends on the kind"`
}

// workStage is one stage of a run, the last the one that it is in.
type workStage struct {
	Stage  string           `json:"stage"`
	Total  int64            `json:"total,omitempty" doc:"absent where it is not known"`
	Counts map[string]int64 `json:"counts,omitempty"`
}

func workOf(r *run.Run, lang i18n.Lang) work {
	w := work{ID: r.ID.String(), Kind: string(r.Kind), State: string(r.State), DryRun: r.Dry, By: r.Actor.Login, Stopping: r.Cancel && !r.State.Ended(),
		Stages: []workStage{}, AskedAt: r.AskedAt, Result: r.Result}
	for _, s := range r.Progress.Stages {
		w.Stages = append(w.Stages, workStage{s.Key, s.Total, s.Counts})
	}
	if !r.StartedAt.IsZero() {
		w.StartedAt = &r.StartedAt
	}
	if !r.EndedAt.IsZero() {
		w.EndedAt = &r.EndedAt
	}
	if f := r.Failure; f != nil {
		args := make([]any, len(f.Args))
		for i, a := range f.Args {
			args[i] = a
		}
		w.Code, w.Failure = f.Key, i18n.T(lang, f.Key, args...)
	}
	return w
}

type worksInput struct {
	Kind  string `query:"kind" maxLength:"40" doc:"of one kind alone"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"how many of the newest are looked through"`
}

type worksOutput struct {
	Body struct {
		Runs []work `json:"runs"`
	}
}

func (h *handlers) list(ctx context.Context, in *worksInput) (*worksOutput, error) {
	all, err := h.service.Recent(ctx, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &worksOutput{}
	out.Body.Runs = []work{}
	for i := range all {
		if in.Kind == "" || in.Kind == string(all[i].Kind) {
			out.Body.Runs = append(out.Body.Runs, workOf(&all[i], api.Lang(ctx)))
		}
	}
	return out, nil
}

type workInput struct {
	ID string `path:"id" format:"uuid"`
}

type workOutput struct{ Body work }

func (h *handlers) show(ctx context.Context, in *workInput) (*workOutput, error) {
	id, err := api.ID(in.ID, "core.error.not_found")
	if err != nil {
		return nil, err
	}
	r, err := h.service.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	return &workOutput{workOf(&r, api.Lang(ctx))}, nil
}

func (h *handlers) stop(ctx context.Context, in *workInput) (*workOutput, error) {
	id, err := api.ID(in.ID, "core.error.not_found")
	if err != nil {
		return nil, err
	}
	if err := h.service.Cancel(ctx, id); err != nil {
		return nil, err
	}
	return h.show(ctx, in)
}
