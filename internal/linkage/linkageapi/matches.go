package linkageapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage/authority"
)

func (h *handlers) registerMatches(a huma.API) {
	const path = "/api/v1/authority-matches"
	huma.Register(a, operation("authority-matches", http.MethodGet, path, listsTag,
		"People on record who may be on another authority's list, surest first"), h.matches)
	huma.Register(a, operation("authority-match", http.MethodGet, path+"/{id}", listsTag,
		"One match side by side, with its score piece by piece; numbers are masked"), h.oneMatch)
	huma.Register(a, operation("decide-authority-match", http.MethodPost, path+"/{id}/decide", listsTag,
		"Accept a match, and what follows is recorded, or reject it, which is remembered"), h.decideMatch)
	huma.Register(a, operation("undo-authority-match", http.MethodPost, path+"/{id}/undo", listsTag,
		"Take a decision back, with what it recorded; that of a death may wait for a second person"), h.undoMatch)
}

type matchesInput struct {
	List      string  `query:"list" doc:"id of a list; any without it"`
	Authority string  `query:"authority" maxLength:"40" doc:"of one kind"`
	Status    string  `query:"status" enum:"open,accepted,rejected,all" default:"open"`
	Least     float64 `query:"least" minimum:"0" maximum:"1" doc:"chance from which matches are listed"`
	Most      float64 `query:"most" minimum:"0" maximum:"1" doc:"chance below which matches are listed; 0 for all"`
	Area      string  `query:"area" maxLength:"10" pattern:"^[0-9]*$"`
	Same      bool    `query:"same" doc:"those alone that are held to be one person"`
	After     string  `query:"after" maxLength:"60" doc:"next of the page before"`
	Before    string  `query:"before" maxLength:"60" doc:"prev of the page after"`
	Limit     int     `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type authorityMatchesOutput struct {
	Body struct {
		Matches []authority.MatchTold `json:"matches"`
		Total   int64                 `json:"total"`
		Next    string                `json:"next,omitempty"`
		Prev    string                `json:"prev,omitempty"`
	}
}

func (h *handlers) matches(ctx context.Context, in *matchesInput) (*authorityMatchesOutput, error) {
	f := authority.Filter{Kind: in.Authority, Status: authority.Status(waiting(in.Status)), Area: in.Area, Least: in.Least, Most: in.Most, Same: in.Same}
	if in.List != "" {
		var err error
		if f.List, err = idOf(in.List); err != nil {
			return nil, err
		}
	}
	c, err := page{after: in.After, before: in.Before}.cursor()
	if err != nil {
		return nil, err
	}
	p, err := h.lists.Matches(ctx, f, c, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &authorityMatchesOutput{}
	if out.Body.Total, err = h.lists.Count(ctx, f); err != nil {
		return nil, err
	}
	out.Body.Matches, out.Body.Next, out.Body.Prev = []authority.MatchTold{}, p.Next.Text(), p.Prev.Text()
	for i := range p.Rows {
		out.Body.Matches = append(out.Body.Matches, p.Rows[i].Told())
	}
	return out, nil
}

type matchPath struct {
	ID string `path:"id" format:"uuid"`
}

type authorityMatchOutput struct{ Body authority.SideBySideTold }

func (h *handlers) oneMatch(ctx context.Context, in *matchPath) (*authorityMatchOutput, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	m, next, err := h.lists.Match(ctx, id)
	if err != nil {
		return nil, err
	}
	following := ""
	if next != nil {
		following = next.String()
	}
	return &authorityMatchOutput{m.SideBySide(api.Lang(ctx), following)}, nil
}

type authorityMatchDecision struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Decision string `json:"decision" enum:"accepted,rejected"`
		Reason   string `json:"reason,omitempty" maxLength:"500" doc:"no number of anybody"`
		NewHead  string `json:"new_head,omitempty" format:"uuid" doc:"who becomes the head, where a head has died"`
	}
}

func (h *handlers) decideMatch(ctx context.Context, in *authorityMatchDecision) (*authorityMatchOutput, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	switch authority.Status(in.Body.Decision) {
	case authority.Accepted:
		var head ident.ID
		if in.Body.NewHead != "" {
			if head, err = api.ID(in.Body.NewHead, "registry.person_not_found"); err != nil {
				return nil, err
			}
		}
		err = h.lists.Accept(ctx, id, in.Body.Reason, head)
	case authority.Rejected:
		err = h.lists.Reject(ctx, id, in.Body.Reason)
	default:
		err = fault.Invalid("linkage.error.decision")
	}
	if err != nil {
		return nil, err
	}
	return h.oneMatch(ctx, &matchPath{in.ID})
}

type authorityMatchUndone struct {
	Body struct {
		Waits bool                     `json:"waits" doc:"taking the death back waits for a second person"`
		Match authority.SideBySideTold `json:"match"`
	}
}

func (h *handlers) undoMatch(ctx context.Context, in *matchPath) (*authorityMatchUndone, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	out := &authorityMatchUndone{}
	if out.Body.Waits, err = h.lists.Undo(ctx, id); err != nil {
		return nil, err
	}
	m, err := h.oneMatch(ctx, in)
	if err != nil {
		return nil, err
	}
	out.Body.Match = m.Body
	return out, nil
}
