package linkageapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/linkage"
)

func (h *handlers) registerPairs(a huma.API) {
	const path, tag = "/api/v1/duplicates", "duplicates"
	huma.Register(a, operation("duplicates", http.MethodGet, path, tag,
		"Pairs of people who may be on record twice, those first on which the most hangs"), h.listPairs)
	huma.Register(a, accepted(operation("search-duplicates", http.MethodPost, path+"/search", tag,
		"Have everybody in your area compared by a run; what was decided stays")), h.search)
	huma.Register(a, operation("plan-duplicates", http.MethodGet, path+"/plan", tag,
		"What confirming all sure pairs at once would do: nothing changes, and its digest names it"), h.plan)
	huma.Register(a, operation("confirm-duplicates", http.MethodPost, path+"/confirm", tag,
		"Confirm what a plan says, whole or not at all, where it is still what its digest names"), h.confirm)
	huma.Register(a, operation("decide-duplicates", http.MethodPost, path+"/decide", tag,
		"Decide many pairs, all or none; what was decided so before stays, and every wrong line is told"), h.decideMany)
	huma.Register(a, operation("duplicate", http.MethodGet, path+"/{id}", tag,
		"One pair side by side, with its score piece by piece; numbers are masked"), h.pair)
	huma.Register(a, operation("decide-duplicate", http.MethodPost, path+"/{id}/decide", tag,
		"Say of an open pair that it is one person, and which record stays, or that it is two, which is remembered"), h.decidePair)
	huma.Register(a, operation("undo-duplicate", http.MethodPost, path+"/{id}/undo", tag,
		"Take a decision back: the pair waits again, and a record that was closed counts again"), h.undoPair)
}

type pairsInput struct {
	Status string  `query:"status" enum:"open,confirmed,rejected,settled,all" default:"open"`
	Least  float64 `query:"least" minimum:"0" maximum:"1" doc:"chance from which pairs are listed"`
	Most   float64 `query:"most" minimum:"0" maximum:"1" doc:"chance below which pairs are listed; 0 for all"`
	Area   string  `query:"area" maxLength:"10" pattern:"^[0-9]*$" doc:"of either person; all of your areas without it"`
	Same   bool    `query:"same" doc:"those alone that are held to be one person"`
	Order  string  `query:"order" enum:"worth,chance" default:"worth" doc:"what hangs on a pair, or the surest first"`
	After  string  `query:"after" maxLength:"60" doc:"next of the page before"`
	Before string  `query:"before" maxLength:"60" doc:"prev of the page after"`
	Limit  int     `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func (in *pairsInput) filter() linkage.Filter {
	return linkage.Filter{Status: linkage.Status(waiting(in.Status)), Least: in.Least, Most: in.Most, Area: in.Area, Same: in.Same, ByWorth: in.Order != "chance"}
}

type duplicatesOutput struct {
	Body struct {
		Pairs []linkage.PairTold `json:"pairs"`
		Total int64              `json:"total"`
		Next  string             `json:"next,omitempty"`
		Prev  string             `json:"prev,omitempty"`
	}
}

func (h *handlers) listPairs(ctx context.Context, in *pairsInput) (*duplicatesOutput, error) {
	f := in.filter()
	c, err := page{in.After, in.Before, f.ByWorth}.cursor()
	if err != nil {
		return nil, err
	}
	p, err := h.pairs.List(ctx, f, c, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &duplicatesOutput{}
	if out.Body.Total, err = h.pairs.Count(ctx, f); err != nil {
		return nil, err
	}
	out.Body.Pairs, out.Body.Next, out.Body.Prev = []linkage.PairTold{}, p.Next.Text(), p.Prev.Text()
	for i := range p.Rows {
		out.Body.Pairs = append(out.Body.Pairs, p.Rows[i].Told())
	}
	return out, nil
}

func (h *handlers) search(ctx context.Context, _ *struct{}) (*linkingStarted, error) {
	return h.start(ctx, linkage.FindRun, nil)
}

type pairPath struct {
	ID string `path:"id" format:"uuid"`
}

type duplicateOutput struct{ Body linkage.ReviewTold }

func (h *handlers) pair(ctx context.Context, in *pairPath) (*duplicateOutput, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	r, err := h.pairs.Candidate(ctx, id)
	if err != nil {
		return nil, err
	}
	return &duplicateOutput{r.Told(api.Lang(ctx))}, nil
}

type duplicateDecision struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Decision string `json:"decision" enum:"left,right,apart" doc:"left or right: one person, and this record stays; apart: two people"`
		Reason   string `json:"reason,omitempty" maxLength:"500" doc:"no number of anybody"`
	}
}

func (h *handlers) decidePair(ctx context.Context, in *duplicateDecision) (*duplicateOutput, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	if err := h.pairs.Decide(ctx, id, linkage.Decision(in.Body.Decision), in.Body.Reason); err != nil {
		return nil, err
	}
	return h.pair(ctx, &pairPath{in.ID})
}

func (h *handlers) undoPair(ctx context.Context, in *pairPath) (*duplicateOutput, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	if err := h.pairs.Undo(ctx, id); err != nil {
		return nil, err
	}
	return h.pair(ctx, in)
}

type planInput struct {
	Least float64 `query:"least" minimum:"0" maximum:"1" doc:"chance from which pairs are taken; the least that the policy allows without it"`
	Area  string  `query:"area" maxLength:"10" pattern:"^[0-9]*$" doc:"of either person; all of your areas without it"`
}

type duplicatesPlan struct{ Body linkage.PlanTold }

// from returns the chance asked for, or the least that the policy allows.
func (h *handlers) from(least float64) float64 {
	if least == 0 {
		return h.pairs.BulkLeast()
	}
	return least
}

func (h *handlers) plan(ctx context.Context, in *planInput) (*duplicatesPlan, error) {
	b, err := h.pairs.Plan(ctx, h.from(in.Least), in.Area)
	if err != nil {
		return nil, err
	}
	return &duplicatesPlan{b.Told()}, nil
}

type duplicatesConfirmation struct {
	Body struct {
		Least  float64 `json:"least,omitempty" minimum:"0" maximum:"1" doc:"as the plan was asked for"`
		Area   string  `json:"area,omitempty" maxLength:"10" pattern:"^[0-9]*$" doc:"as the plan was asked for"`
		Digest string  `json:"digest" minLength:"1" maxLength:"64" doc:"of the plan that was seen"`
		Reason string  `json:"reason,omitempty" maxLength:"500" doc:"no number of anybody"`
	}
}

type duplicatesConfirmed struct {
	Body struct {
		Confirmed int `json:"confirmed" doc:"records that were closed"`
	}
}

func (h *handlers) confirm(ctx context.Context, in *duplicatesConfirmation) (*duplicatesConfirmed, error) {
	n, err := h.pairs.ConfirmAll(ctx, h.from(in.Body.Least), in.Body.Area, in.Body.Digest, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &duplicatesConfirmed{}
	out.Body.Confirmed = n
	return out, nil
}

// pairChoice is what is said of one pair of many.
type pairChoice struct {
	Pair     string `json:"pair" maxLength:"60" doc:"its id"`
	Decision string `json:"decision" maxLength:"20" doc:"left or right: one person, and this record stays; apart: two people"`
	Reason   string `json:"reason,omitempty" maxLength:"500" doc:"no number of anybody"`
}

type duplicatesDecisions struct {
	Body struct {
		Decisions []pairChoice `json:"decisions" minItems:"1" maxItems:"1000"`
	}
}

type duplicatesDecided struct{ Body linkage.Many }

func (h *handlers) decideMany(ctx context.Context, in *duplicatesDecisions) (*duplicatesDecided, error) {
	choices := make([]linkage.Choice, len(in.Body.Decisions))
	for i, d := range in.Body.Decisions {
		choices[i] = linkage.Choice{Pair: d.Pair, Decision: linkage.Decision(d.Decision), Note: d.Reason}
	}
	m, err := h.pairs.DecideMany(ctx, choices)
	if err != nil {
		return nil, err
	}
	return &duplicatesDecided{*m}, nil
}
