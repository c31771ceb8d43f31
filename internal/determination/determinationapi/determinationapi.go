// Package determinationapi is the part of the JSON interface that says what
// was determined and why. Counts are those of the caller's area; no name and
// no number of a person leaves by it.
package determinationapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *determination.Service) {
	h := &handlers{service}
	tags := []string{"determination"}
	h.registerVersions(a)
	h.registerWhatIf(a)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "determinations", Method: http.MethodGet, Path: "/api/v1/determinations",
		Summary: "Determinations with their states and digests, newest first", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "determination", Method: http.MethodGet, Path: "/api/v1/determinations/{id}",
		Summary: "One determination: its digests, and counts by programme of the caller's area", Tags: tags}), h.one)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "explanation", Method: http.MethodGet, Path: "/api/v1/families/{id}/explanation",
		Summary: "Why a family was decided as it was: each clause with its answer, numbers, thresholds and sources", Tags: tags}), h.explain)
}

type handlers struct{ service *determination.Service }

// header is a determination without figures.
type header struct {
	ID         string     `json:"id" format:"uuid"`
	AsOf       string     `json:"as_of" format:"date"`
	State      string     `json:"state" enum:"computed,proposed,enacted,rejected"`
	CreatedAt  time.Time  `json:"created_at"`
	ProposedBy string     `json:"proposed_by,omitempty"`
	DecidedBy  string     `json:"decided_by,omitempty"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
	Digest     string     `json:"digest" doc:"SHA-256 of the content; whoever recomputes the determination arrives at it"`
	Snapshot   string     `json:"snapshot_digest"`
	Ranking    string     `json:"ranking_digest"`
	Model      string     `json:"model_digest"`
	RulePack   string     `json:"rule_pack_digest"`
}

func headerOf(d determination.Header) header {
	h := header{ID: d.ID.String(), AsOf: d.AsOf.String(), State: string(d.State), CreatedAt: d.CreatedAt, ProposedBy: d.ProposedBy, DecidedBy: d.DecidedBy,
		Digest: d.Digest, Snapshot: d.Snapshot, Ranking: d.Ranking, Model: d.Model, RulePack: d.RulePack}
	if !d.DecidedAt.IsZero() {
		h.DecidedAt = &d.DecidedAt
	}
	return h
}

type determinationListOutput struct {
	Body struct {
		Determinations []header `json:"determinations"`
	}
}

// listed is how many determinations the list holds.
const listed = 100

func (h *handlers) list(ctx context.Context, _ *struct{}) (*determinationListOutput, error) {
	all, err := h.service.Headers(ctx, listed)
	if err != nil {
		return nil, err
	}
	out := &determinationListOutput{}
	out.Body.Determinations = []header{}
	for _, d := range all {
		out.Body.Determinations = append(out.Body.Determinations, headerOf(d))
	}
	return out, nil
}

type oneInput struct {
	ID   string `path:"id" doc:"a determination's id, or current for the one in force"`
	Area string `query:"area" maxLength:"10" pattern:"^[0-9]*$" doc:"code of an area; counts are then of what lies in it"`
}

// programmeCounts are the decisions of one programme in an area.
type programmeCounts struct {
	Programme    string `json:"programme"`
	Version      string `json:"version"`
	Unit         string `json:"unit" enum:"family,person"`
	Entitled     int64  `json:"entitled"`
	Waitlisted   int64  `json:"waitlisted"`
	Refused      int64  `json:"refused"`
	Undetermined int64  `json:"undetermined"`
	Annual       int64  `json:"annual_rupiah" doc:"of the entitled, for a year or the one time"`
}

type oneOutput struct {
	Body struct {
		header
		Programmes []programmeCounts `json:"programmes"`
	}
}

// determination returns the one that text names.
func (h *handlers) determination(ctx context.Context, text string) (determination.Header, error) {
	if text == "" || text == "current" {
		return h.service.Current(ctx)
	}
	id, err := api.ID(text, "determination.missing")
	if err != nil {
		return determination.Header{}, err
	}
	return h.service.Header(ctx, id)
}

func (h *handlers) one(ctx context.Context, in *oneInput) (*oneOutput, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return nil, err
	}
	d, err := h.determination(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	figures, err := h.service.Figures(ctx, d.ID, in.Area, 0)
	if err != nil {
		return nil, err
	}
	out := &oneOutput{}
	out.Body.header, out.Body.Programmes = headerOf(d), []programmeCounts{}
	for _, p := range d.Content.Programmes {
		var c determination.Counts
		for _, t := range figures.Tallies {
			if t.Programme == p.Code {
				c.Add(t.Outcome, t.Subjects)
				if t.Outcome == determination.Entitled {
					c.Annual += t.Annual
				}
			}
		}
		unit := "family"
		if p.Persons {
			unit = "person"
		}
		out.Body.Programmes = append(out.Body.Programmes, programmeCounts{Programme: p.Code, Version: p.Version, Unit: unit, Entitled: c.Entitled,
			Waitlisted: c.Waitlisted, Refused: c.Refused, Undetermined: c.Undetermined, Annual: int64(c.Annual)})
	}
	return out, nil
}

type explainInput struct {
	ID            string         `path:"id" format:"uuid" doc:"the family"`
	Programme     string         `query:"programme" maxLength:"60" doc:"code; without it all programmes are explained"`
	Determination string         `query:"determination" doc:"id; without it the one in force"`
	At            string         `query:"at" doc:"a day, YYYY-MM-DD: the determination that was in force for it"`
	Purpose       access.Purpose `query:"purpose" required:"true" doc:"of the register of processing: service, verification, determination, audit, …"`
}

type explainOutput struct {
	Body struct {
		Determination header        `json:"determination"`
		Explanations  []explanation `json:"explanations"`
	}
}

func (h *handlers) explain(ctx context.Context, in *explainInput) (*explainOutput, error) {
	if !in.Purpose.Valid() {
		return nil, fault.Invalid("determination.purpose")
	}
	family, err := api.ID(in.ID, "determination.family_outside")
	if err != nil {
		return nil, err
	}
	d, err := h.explained(ctx, in)
	if err != nil {
		return nil, err
	}
	all, err := h.explanations(ctx, in, d.ID, family)
	if err != nil {
		return nil, err
	}
	out := &explainOutput{}
	out.Body.Determination = headerOf(d)
	for _, e := range all {
		out.Body.Explanations = append(out.Body.Explanations, explanationOf(api.Lang(ctx), e))
	}
	return out, nil
}

// explained returns the determination that an explanation is of.
func (h *handlers) explained(ctx context.Context, in *explainInput) (determination.Header, error) {
	if in.At == "" {
		return h.determination(ctx, in.Determination)
	}
	day, err := civil.Parse(in.At)
	if err != nil {
		return determination.Header{}, fault.Invalid("determination.bad_date", "value", in.At).Because(err)
	}
	return h.service.InForceOn(ctx, day)
}

func (h *handlers) explanations(ctx context.Context, in *explainInput, id, family ident.ID) ([]*determination.Explanation, error) {
	if in.Programme == "" {
		return h.service.ExplainAll(ctx, in.Purpose, id, family)
	}
	e, err := h.service.Explain(ctx, in.Purpose, id, family, in.Programme)
	return []*determination.Explanation{e}, err
}
