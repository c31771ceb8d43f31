// Package linkageapi is the JSON interface to the duplicates desk and to the
// lists of other authorities: what the pages show, and every act that they
// offer, with the same permissions, masks and refusals.
package linkageapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/run"
)

// Runs starts long work.
type Runs interface {
	Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error)
}

type handlers struct {
	pairs *linkage.Service
	lists *authority.Service
	runs  Runs
}

// Register adds the operations to the interface.
func Register(a huma.API, pairs *linkage.Service, lists *authority.Service, runs Runs) {
	h := &handlers{pairs, lists, runs}
	h.registerPairs(a)
	h.registerLists(a)
	h.registerMatches(a)
}

// operation is one that needs a session.
func operation(id, method, path, tag, summary string) huma.Operation {
	o := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag}}
	return api.Signed(o)
}

// idOf reads the id of a pair, a list or a match.
func idOf(text string) (ident.ID, error) { return api.ID(text, "linkage.error.not_found") }

// page is where in a list an answer begins, and how long it is.
type page struct {
	after, before string
	byWorth       bool
}

// cursor refuses what is no place of a list.
func (p page) cursor() (linkage.Cursor, error) {
	text, back := p.after, false
	if p.before != "" {
		text, back = p.before, true
	}
	if text == "" {
		return linkage.Cursor{}, nil
	}
	c, ok := linkage.ParseCursor(text, p.byWorth)
	if !ok {
		return c, fault.Invalid("linkage.error.place")
	}
	c.Back = back
	return c, nil
}

// every asks for all statuses.
const every = "all"

// waiting is the status asked for, where none was named that of what waits.
func waiting(status string) string {
	switch status {
	case "":
		return string(linkage.Open)
	case every:
		return ""
	}
	return status
}

type linkingStarted struct {
	Body struct {
		Run string `json:"run" format:"uuid" doc:"watch it at /api/v1/runs/{id}"`
	}
}

// start starts a run for whoever may decide what it finds, as the pages do.
func (h *handlers) start(ctx context.Context, kind run.Kind, args any) (*linkingStarted, error) {
	if _, err := access.Require(ctx, access.ResolveDuplicates); err != nil {
		return nil, err
	}
	started, err := h.runs.Start(ctx, kind, args, false)
	if err != nil {
		return nil, err
	}
	out := &linkingStarted{}
	out.Body.Run = started.ID.String()
	return out, nil
}

// accepted is an operation that starts a run.
func accepted(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusAccepted
	return o
}
