package targetingapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/rule"
	"gotong/internal/targeting"
)

// registerModels adds the operations on scoring models.
func (h *handlers) registerModels(a huma.API) {
	operation := func(id, method, path, summary string) huma.Operation {
		return api.Signed(huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"targeting"}})
	}
	huma.Register(a, operation("scoring-models", http.MethodGet, "/api/v1/scoring-models", "Scoring models on hand, with their weights by place, newest first"), h.models)
	measure := operation("measure-survey", http.MethodPost, "/api/v1/poverty/surveys", "P0, P1, P2 and extreme poverty that a survey found, with the 95 % interval; with keep shown beside the predictions")
	measure.MaxBodyBytes = surveyMost
	huma.Register(a, measure, h.measureSurvey)
	huma.Register(a, operation("scoring-model-versions", http.MethodGet, "/api/v1/scoring-model-versions", "Proposed and decided changes of scoring models, newest first"), h.modelVersions)
	propose := operation("propose-scoring-model", http.MethodPost, "/api/v1/scoring-model-versions", "Propose other weights or terms of a scoring model, for another person to enact")
	propose.DefaultStatus = http.StatusCreated
	huma.Register(a, propose, h.proposeModel)
	huma.Register(a, operation("enact-scoring-model", http.MethodPost, "/api/v1/scoring-model-versions/{id}/enact", "Put a proposed model into force, as another person than its proposer"), h.enactModel)
	huma.Register(a, operation("reject-scoring-model", http.MethodPost, "/api/v1/scoring-model-versions/{id}/reject", "Turn a proposed model down, as another person than its proposer"), h.rejectModel)
}

// scoringModel is a model with all that can be changed of it.
type scoringModel struct {
	Code     string           `json:"code"`
	Official bool             `json:"official"`
	From     string           `json:"from" format:"date"`
	Prices   string           `json:"prices_of" format:"date"`
	Areas    []string         `json:"areas" doc:"that it was fitted for; empty for the nation"`
	Digest   string           `json:"digest"`
	Weights  map[string]int64 `json:"weights" doc:"by place, in millionths of the log of consumption; .from and .to in the fact's units"`
}

type scoringModelsOutput struct {
	Body struct {
		Models []scoringModel `json:"models"`
	}
}

func (h *handlers) models(ctx context.Context, _ *struct{}) (*scoringModelsOutput, error) {
	if _, err := h.service.ModelVersions(ctx); err != nil { // asks for the permission
		return nil, err
	}
	if err := h.service.AdoptModels(ctx); err != nil {
		return nil, err
	}
	out := &scoringModelsOutput{}
	out.Body.Models = []scoringModel{}
	for _, m := range h.service.Models.All() {
		x := scoringModel{Code: m.Code, Official: m.Official, From: m.From.String(), Prices: m.Prices.String(), Areas: append([]string{}, m.Areas...), Digest: m.Digest, Weights: map[string]int64{}}
		for _, w := range m.Weights() {
			x.Weights[w.Place] = w.Value
		}
		out.Body.Models = append(out.Body.Models, x)
	}
	return out, nil
}

// scoringModelVersion is a proposed or decided change of a model.
type scoringModelVersion struct {
	ID         string           `json:"id" format:"uuid"`
	Base       string           `json:"base" doc:"code of the model that is changed"`
	Code       string           `json:"code"`
	From       string           `json:"from" format:"date"`
	Basis      string           `json:"basis" doc:"decree or minutes that it rests on"`
	Weights    map[string]int64 `json:"weights"`
	Remove     []string         `json:"remove"`
	Add        []string         `json:"add"`
	State      string           `json:"state" enum:"proposed,enacted,rejected"`
	ProposedBy string           `json:"proposed_by"`
	DecidedBy  string           `json:"decided_by,omitempty"`
	Digest     string           `json:"digest"`
}

func modelVersionOf(v targeting.ModelVersion) scoringModelVersion {
	x := scoringModelVersion{ID: v.ID.String(), Base: v.Base, Code: v.Code, From: v.From.String(), Basis: v.Title, Weights: map[string]int64{}, Remove: append([]string{}, v.Edit.Remove...),
		Add: append([]string{}, v.Edit.Add...), State: string(v.State), ProposedBy: v.ProposedBy, DecidedBy: v.DecidedBy, Digest: v.Digest}
	for place, w := range v.Edit.Weights {
		x.Weights[place] = w
	}
	return x
}

type modelVersionsOutput struct {
	Body struct {
		Versions []scoringModelVersion `json:"versions"`
	}
}

func (h *handlers) modelVersions(ctx context.Context, _ *struct{}) (*modelVersionsOutput, error) {
	all, err := h.service.ModelVersions(ctx)
	if err != nil {
		return nil, err
	}
	out := &modelVersionsOutput{}
	out.Body.Versions = []scoringModelVersion{}
	for _, v := range all {
		out.Body.Versions = append(out.Body.Versions, modelVersionOf(v))
	}
	return out, nil
}

type proposeModelInput struct {
	Body struct {
		Model     string           `json:"model" maxLength:"80" doc:"code of the model to change"`
		Weights   map[string]int64 `json:"weights,omitempty" doc:"by place, as the scoring models list them"`
		Remove    []string         `json:"remove,omitempty" maxItems:"200" doc:"facts to count no more"`
		Add       []string         `json:"add,omitempty" maxItems:"200" doc:"facts to count, whose weights are then named in weights"`
		From      string           `json:"from" format:"date" doc:"first day of the model"`
		Basis     string           `json:"basis" doc:"decree or minutes that it rests on"`
		Published string           `json:"published" format:"date" doc:"day on which the basis was published"`
		Note      string           `json:"note,omitempty" doc:"why"`
	}
}

type modelVersionOutput struct{ Body scoringModelVersion }

func (h *handlers) proposeModel(ctx context.Context, in *proposeModelInput) (*modelVersionOutput, error) {
	b := in.Body
	d := targeting.ModelDraft{Edit: targeting.ModelEdit{Model: b.Model, Weights: b.Weights, Remove: b.Remove, Add: b.Add}, Basis: decree.Basis{Title: b.Basis}, Note: b.Note}
	for _, asked := range []struct {
		text string
		into *civil.Date
	}{{b.From, &d.Basis.From}, {b.Published, &d.Basis.On}} {
		day, err := civil.Parse(asked.text)
		if err != nil {
			return nil, fault.Invalid("targeting.load.not_day", "at", "", "value", asked.text).Because(err)
		}
		*asked.into = day
	}
	v, err := h.service.ProposeModel(ctx, d)
	return &modelVersionOutput{modelVersionOf(v)}, firstProblem(err)
}

type modelVersionInput struct {
	ID string `path:"id" format:"uuid"`
}

func (in modelVersionInput) id() (ident.ID, error) {
	return api.ID(in.ID, "targeting.edit.missing")
}

func (h *handlers) enactModel(ctx context.Context, in *modelVersionInput) (*modelVersionOutput, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	v, err := h.service.EnactModel(ctx, id)
	return &modelVersionOutput{modelVersionOf(v)}, err
}

type rejectModelInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Reason string `json:"reason"`
	}
}

func (h *handlers) rejectModel(ctx context.Context, in *rejectModelInput) (*modelVersionOutput, error) {
	id, err := modelVersionInput{in.ID}.id()
	if err != nil {
		return nil, err
	}
	v, err := h.service.RejectModel(ctx, id, in.Body.Reason)
	return &modelVersionOutput{modelVersionOf(v)}, err
}

// firstProblem turns the problems of a model into the first of them, which
// carries its place.
func firstProblem(err error) error {
	var problems rule.Problems
	if errors.As(err, &problems) && len(problems) > 0 {
		return problems[0]
	}
	return err
}
