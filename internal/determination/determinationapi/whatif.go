package determinationapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/determination"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/targeting"
)

// registerWhatIf adds the operations that try a change. None enacts anything.
func (h *handlers) registerWhatIf(a huma.API) {
	tags := []string{"whatif"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "whatif", Method: http.MethodPost, Path: "/api/v1/whatif",
		Summary: "Try another parameter, rule, quota or ranking: winners, losers, cost, errors and equity; with a name the counts are kept", Tags: tags}), h.tryOut)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "scenarios", Method: http.MethodGet, Path: "/api/v1/whatif/scenarios",
		Summary: "What-ifs that were kept, newest first, to be compared", Tags: tags}), h.scenarios)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "compare-scenarios", Method: http.MethodGet, Path: "/api/v1/whatif/compare",
		Summary: "Kept what-ifs beside each other, in the order asked for", Tags: tags}), h.compareScenarios)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "drop-scenario", Method: http.MethodDelete, Path: "/api/v1/whatif/scenarios/{id}",
		Summary: "Take away a kept what-if of one's own", Tags: tags}), h.dropScenario)
}

type whatIfInput struct {
	Body struct {
		Determination string            `json:"determination,omitempty" doc:"id; without it the one in force"`
		Ranking       string            `json:"ranking,omitempty" doc:"id of another ranking of the same snapshot"`
		Programme     string            `json:"programme" maxLength:"60"`
		Area          string            `json:"area,omitempty" maxLength:"4" pattern:"^[0-9]*$" doc:"regency or province; without it the nation"`
		Params        map[string]string `json:"params,omitempty" doc:"by name, written as in the file"`
		Rules         map[string]string `json:"rules,omitempty" doc:"by id of a clause or an exclusion"`
		Quota         *int64            `json:"quota,omitempty"`
		Model         *whatIfModel      `json:"model,omitempty" doc:"another scoring model, by what changes in the one that ranked"`
		Name          string            `json:"name,omitempty" doc:"keeps the counts by this name"`
	}
}

// whatIfModel changes the scoring model that ranked the families.
type whatIfModel struct {
	Code    string           `json:"code,omitempty" doc:"of a ranking by several models, which; without it the first"`
	Weights map[string]int64 `json:"weights,omitempty" doc:"by place, as the scoring models list them"`
	Remove  []string         `json:"remove,omitempty" maxItems:"200" doc:"facts to count no more"`
	Add     []string         `json:"add,omitempty" maxItems:"200" doc:"facts to count"`
}

// errorRate is how well the poor are met.
type errorRate struct {
	Poor        int64  `json:"poor"`
	PoorReached int64  `json:"poor_reached"`
	Reached     int64  `json:"reached"`
	Exclusion   *int64 `json:"exclusion_error_millionths,omitempty"`
	Inclusion   *int64 `json:"inclusion_error_millionths,omitempty"`
}

func errorRateOf(x determination.ErrorRate) errorRate {
	out := errorRate{Poor: x.Poor, PoorReached: x.PoorReached, Reached: x.Reached}
	if v, ok := x.Excluded(); ok {
		out.Exclusion = &v
	}
	if v, ok := x.Included(); ok {
		out.Inclusion = &v
	}
	return out
}

// triedCounts are decisions of one programme.
type triedCounts struct {
	Entitled     int64 `json:"entitled"`
	Waitlisted   int64 `json:"waitlisted"`
	Refused      int64 `json:"refused"`
	Undetermined int64 `json:"undetermined"`
	Annual       int64 `json:"annual_rupiah"`
}

// triedMoves are who gains and who loses.
type triedMoves struct {
	Winners int64 `json:"winners"`
	Losers  int64 `json:"losers"`
	More    int64 `json:"more"`
	Less    int64 `json:"less"`
	Cost    int64 `json:"cost_rupiah" doc:"of a year, after less before"`
}

// triedGroup is what one group gains and loses.
type triedGroup struct {
	Kind   string `json:"kind" doc:"decile, sex, disability, region, poverty or truth"`
	Value  string `json:"value" doc:"empty where it is not known"`
	All    int64  `json:"all"`
	Before int64  `json:"before"`
	After  int64  `json:"after"`
	triedMoves
}

// triedProgramme is what a try does to one programme.
type triedProgramme struct {
	Code      string      `json:"code"`
	Unit      string      `json:"unit" enum:"family,person"`
	Before    triedCounts `json:"before"`
	After     triedCounts `json:"after"`
	Failed    int64       `json:"failed" doc:"of whom a rule cannot be computed"`
	FailedAt  []string    `json:"failed_at,omitempty" doc:"where the rules that cannot be computed stand"`
	Unlimited bool        `json:"unlimited" doc:"the quota reaches beyond the area and was left out"`
	triedMoves
	Groups []triedGroup `json:"groups"`
}

func movesOf(c determination.Change) triedMoves {
	return triedMoves{c.Winners, c.Losers, c.More, c.Less, int64(c.Cost)}
}

func countsOf(c determination.Counts) triedCounts {
	return triedCounts{c.Entitled, c.Waitlisted, c.Refused, c.Undetermined, int64(c.Annual)}
}

func triedOf(x determination.ProgrammeChange) triedProgramme {
	out := triedProgramme{Code: x.Code, Unit: "family", Before: countsOf(x.Before), After: countsOf(x.After), Failed: x.Failed, FailedAt: x.FailedAt, Unlimited: x.Unlimited,
		triedMoves: movesOf(x.Change), Groups: []triedGroup{}}
	if x.Persons {
		out.Unit = "person"
	}
	for _, g := range x.Groups {
		out.Groups = append(out.Groups, triedGroup{string(g.Kind), g.Value, g.All, g.Before, g.After, movesOf(g.Change)})
	}
	return out
}

// scenario is what a what-if came to.
type scenario struct {
	ID         string           `json:"id,omitempty" format:"uuid"`
	Name       string           `json:"name,omitempty"`
	Programme  string           `json:"programme"`
	Area       string           `json:"area"`
	AsOf       string           `json:"as_of" format:"date"`
	Families   int64            `json:"families"`
	Change     triedProgramme   `json:"change"`
	Others     []triedProgramme `json:"others" doc:"programmes that change with it"`
	Before     errorRate        `json:"errors_before" doc:"by predicted consumption"`
	After      errorRate        `json:"errors_after"`
	TrueBefore *errorRate       `json:"true_errors_before,omitempty" doc:"by true consumption, where it is known"`
	TrueAfter  *errorRate       `json:"true_errors_after,omitempty"`
	By         string           `json:"by,omitempty"`
}

func scenarioOf(q determination.Question, asOf string, families int64, c determination.ProgrammeChange, others []determination.ProgrammeChange) scenario {
	before, after := c.Errors()
	s := scenario{Programme: q.Programme, Area: q.Area, AsOf: asOf, Families: families, Change: triedOf(c), Others: []triedProgramme{},
		Before: errorRateOf(before), After: errorRateOf(after)}
	for _, o := range others {
		s.Others = append(s.Others, triedOf(o))
	}
	if was, now, known := c.TrueErrors(); known {
		b, a := errorRateOf(was), errorRateOf(now)
		s.TrueBefore, s.TrueAfter = &b, &a
	}
	return s
}

type whatIfOutput struct{ Body scenario }

func (h *handlers) question(ctx context.Context, in *whatIfInput) (determination.Question, error) {
	b := in.Body
	d, err := h.determination(ctx, b.Determination)
	if err != nil {
		return determination.Question{}, err
	}
	q := determination.Question{Determination: d.ID, Area: b.Area, Programme: b.Programme, Edit: programme.Edit{Params: b.Params, Rules: b.Rules, Quota: b.Quota}}
	if m := b.Model; m != nil {
		q.Model = &targeting.ModelEdit{Model: m.Code, Weights: m.Weights, Remove: m.Remove, Add: m.Add}
	}
	if b.Ranking != "" {
		if q.Ranking, err = api.ID(b.Ranking, "targeting.missing"); err != nil {
			return q, err
		}
	}
	return q, nil
}

func (h *handlers) tryOut(ctx context.Context, in *whatIfInput) (*whatIfOutput, error) {
	q, err := h.question(ctx, in)
	if err != nil {
		return nil, err
	}
	if in.Body.Name != "" {
		s, err := h.service.SaveScenario(ctx, in.Body.Name, q)
		if err != nil {
			return nil, first(err)
		}
		return &whatIfOutput{kept(s)}, nil
	}
	a, err := h.service.Simulate(ctx, q)
	if err != nil {
		return nil, first(err)
	}
	return &whatIfOutput{scenarioOf(q, a.AsOf.String(), a.Families, a.Change, a.Others)}, nil
}

// first turns the problems of a change into the first of them, which carries
// its place.
func first(err error) error {
	var problems rule.Problems
	if errors.As(err, &problems) && len(problems) > 0 {
		return problems[0]
	}
	return err
}

func kept(s determination.Scenario) scenario {
	out := scenarioOf(s.Question, s.AsOf.String(), s.Families, s.Change, s.Others)
	out.ID, out.Name, out.By = s.ID.String(), s.Name, s.CreatedBy
	return out
}

type scenariosOutput struct {
	Body struct {
		Scenarios []scenario `json:"scenarios"`
	}
}

func (h *handlers) scenarios(ctx context.Context, _ *struct{}) (*scenariosOutput, error) {
	all, err := h.service.Scenarios(ctx)
	if err != nil {
		return nil, err
	}
	out := &scenariosOutput{}
	out.Body.Scenarios = []scenario{}
	for _, s := range all {
		out.Body.Scenarios = append(out.Body.Scenarios, kept(s))
	}
	return out, nil
}

type compareInput struct {
	IDs []string `query:"id,explode" minItems:"2" maxItems:"20" required:"true" doc:"ids of kept what-ifs, two or more"`
}

func (h *handlers) compareScenarios(ctx context.Context, in *compareInput) (*scenariosOutput, error) {
	out := &scenariosOutput{}
	for _, text := range in.IDs {
		id, err := api.ID(text, "determination.whatif.missing")
		if err != nil {
			return nil, err
		}
		s, err := h.service.Scenario(ctx, id)
		if err != nil {
			return nil, err
		}
		out.Body.Scenarios = append(out.Body.Scenarios, kept(s))
	}
	return out, nil
}

type scenarioInput struct {
	ID string `path:"id" format:"uuid"`
}

func (h *handlers) dropScenario(ctx context.Context, in *scenarioInput) (*struct{}, error) {
	id, err := api.ID(in.ID, "determination.whatif.missing")
	if err != nil {
		return nil, err
	}
	return nil, h.service.DropScenario(ctx, id)
}
