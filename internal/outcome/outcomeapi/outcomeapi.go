// Package outcomeapi is the part of the JSON interface that says what became
// of families, whom programmes miss, and whose programme ends. Counts are
// those of the caller's area; no name and no number of a person leaves by it.
package outcomeapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/outcome"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *outcome.Service) {
	h := &handlers{service}
	tags := []string{"outcome"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "outcome", Method: http.MethodGet, Path: "/api/v1/outcome",
		Summary: "The newest measure: who left poverty and by which road, gaps, and who has come to the end of a programme, as counts", Tags: tags}), h.figures)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "outcome-families", Method: http.MethodGet, Path: "/api/v1/outcome/families",
		Summary: "The families of one list of the newest measure, page by page", Tags: tags}), h.families)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "graduations", Method: http.MethodGet, Path: "/api/v1/graduations",
		Summary: "Proposed and decided ends of programmes, newest first", Tags: tags}), h.graduations)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "propose-graduation", Method: http.MethodPost, Path: "/api/v1/graduations",
		Summary: "Propose that a family or person leaves a programme", Tags: tags, DefaultStatus: http.StatusCreated}), h.propose)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "decide-graduation", Method: http.MethodPost, Path: "/api/v1/graduations/{id}/decision",
		Summary: "Approve or reject a proposal, as another person than its proposer", Tags: tags}), h.decide)
}

type handlers struct{ service *outcome.Service }

type figuresInput struct {
	Area   string `query:"area" maxLength:"10" pattern:"^[0-9]*$" doc:"code of an area; counts are then of what lies in it"`
	Digits int    `query:"digits" minimum:"0" maximum:"10" doc:"break down to so many digits of the area's code"`
}

// count is how many are on a list.
type count struct {
	List      string `json:"list"`
	Area      string `json:"area,omitempty"`
	Programme string `json:"programme,omitempty"`
	Road      string `json:"road,omitempty" doc:"of a move: income, relief, both, other, unknown; of the list due: the exit"`
	Families  int64  `json:"families"`
	Annual    int64  `json:"annual_rupiah" doc:"what they are entitled to in a year"`
}

type ranked struct {
	Day    string `json:"day" format:"date"`
	Model  string `json:"model"`
	Digest string `json:"digest"`
}

type figuresOutput struct {
	Body struct {
		ID         string    `json:"id" format:"uuid"`
		AsOf       string    `json:"as_of" format:"date"`
		MeasuredAt time.Time `json:"measured_at"`
		Rankings   []ranked  `json:"rankings"`
		Comparable bool      `json:"comparable" doc:"all rankings use one model"`
		Families   int64     `json:"families"`
		Digest     string    `json:"digest"`
		Lists      []count   `json:"lists"`
	}
}

func (h *handlers) figures(ctx context.Context, in *figuresInput) (*figuresOutput, error) {
	m, err := h.service.Measure(ctx, ident.ID{})
	if err != nil {
		return nil, err
	}
	tallies, err := h.service.Tallies(ctx, outcome.Filter{Measure: m.ID, Area: in.Area}, in.Digits)
	if err != nil {
		return nil, err
	}
	out := &figuresOutput{}
	b := &out.Body
	b.ID, b.AsOf, b.MeasuredAt, b.Comparable, b.Families, b.Digest, b.Lists = m.ID.String(), m.AsOf.String(), m.CreatedAt, m.Comparable, m.Families, m.Digest, []count{}
	for _, r := range m.Rankings {
		b.Rankings = append(b.Rankings, ranked{r.Day.String(), r.Model, r.Digest})
	}
	for _, t := range tallies {
		b.Lists = append(b.Lists, count{string(t.List), t.Area, t.Programme, string(t.Road), t.Families, int64(t.Annual)})
	}
	return out, nil
}

type familiesInput struct {
	List      string         `query:"list" required:"true" maxLength:"60" doc:"left, fell_back, fell, stayed_poor, due, or a gap of the policy"`
	Area      string         `query:"area" maxLength:"10" pattern:"^[0-9]*$"`
	Road      string         `query:"road" maxLength:"60"`
	Programme string         `query:"programme" maxLength:"60"`
	After     string         `query:"after" maxLength:"200" doc:"next of the page before"`
	Purpose   access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
}

// row is a family, or a person, on a list.
type row struct {
	Family    string `json:"family" format:"uuid"`
	Person    string `json:"person,omitempty" format:"uuid"`
	Area      string `json:"area"`
	Programme string `json:"programme,omitempty"`
	Road      string `json:"road,omitempty"`
	outcome.Detail
}

type familiesOutput struct {
	Body struct {
		Families []row  `json:"families"`
		Next     string `json:"next,omitempty"`
	}
}

// pageLength is how many rows a page holds.
const pageLength = 500

func (h *handlers) families(ctx context.Context, in *familiesInput) (*familiesOutput, error) {
	if !in.Purpose.Valid() {
		return nil, fault.Invalid("determination.purpose")
	}
	m, err := h.service.Measure(ctx, ident.ID{})
	if err != nil {
		return nil, err
	}
	after, err := outcome.ParsePlace(in.After)
	if err != nil {
		return nil, err
	}
	f := outcome.Filter{Measure: m.ID, List: outcome.List(in.List), Area: in.Area, Road: outcome.Road(in.Road), Programme: in.Programme}
	rows, next, err := h.service.List(ctx, in.Purpose, f, after, pageLength)
	if err != nil {
		return nil, err
	}
	out := &familiesOutput{}
	out.Body.Families = []row{}
	for _, r := range rows {
		x := row{Family: r.FamilyID.String(), Area: r.Area, Programme: r.Programme, Road: string(r.Road), Detail: r.Detail}
		if !r.PersonID.IsZero() {
			x.Person = r.PersonID.String()
		}
		out.Body.Families = append(out.Body.Families, x)
	}
	if next != nil {
		out.Body.Next = next.String()
	}
	return out, nil
}

// graduation is a proposed or decided end of a programme.
type graduation struct {
	ID         string `json:"id" format:"uuid"`
	Family     string `json:"family" format:"uuid"`
	Person     string `json:"person,omitempty" format:"uuid"`
	Area       string `json:"area"`
	Programme  string `json:"programme"`
	Exit       string `json:"exit"`
	From       string `json:"from" format:"date"`
	State      string `json:"state" enum:"proposed,approved,rejected"`
	ProposedBy string `json:"proposed_by"`
	DecidedBy  string `json:"decided_by,omitempty"`
}

func graduationOf(g outcome.Graduation) graduation {
	out := graduation{ID: g.ID.String(), Family: g.FamilyID.String(), Area: g.Area, Programme: g.Programme, Exit: g.Exit, From: g.From.String(),
		State: string(g.State), ProposedBy: g.ProposedBy, DecidedBy: g.DecidedBy}
	if !g.PersonID.IsZero() {
		out.Person = g.PersonID.String()
	}
	return out
}

type graduationsInput struct {
	State     string         `query:"state" enum:"proposed,approved,rejected"`
	Programme string         `query:"programme" maxLength:"60"`
	Area      string         `query:"area" maxLength:"10" pattern:"^[0-9]*$"`
	After     string         `query:"after" doc:"next of the page before"`
	Purpose   access.Purpose `query:"purpose" required:"true"`
}

type graduationsOutput struct {
	Body struct {
		Graduations []graduation `json:"graduations"`
		Next        string       `json:"next,omitempty"`
	}
}

func (h *handlers) graduations(ctx context.Context, in *graduationsInput) (*graduationsOutput, error) {
	if !in.Purpose.Valid() {
		return nil, fault.Invalid("determination.purpose")
	}
	var after ident.ID
	if in.After != "" {
		var err error
		if after, err = ident.Parse(in.After); err != nil {
			return nil, fault.Invalid("outcome.bad_place").Because(err)
		}
	}
	all, next, err := h.service.Graduations(ctx, in.Purpose, outcome.GraduationFilter{State: outcome.State(in.State), Programme: in.Programme, Area: in.Area}, after, pageLength)
	if err != nil {
		return nil, err
	}
	out := &graduationsOutput{}
	out.Body.Graduations = []graduation{}
	for _, g := range all {
		out.Body.Graduations = append(out.Body.Graduations, graduationOf(g))
	}
	if next != nil {
		out.Body.Next = next.String()
	}
	return out, nil
}

type proposeInput struct {
	Body struct {
		Family    string `json:"family" format:"uuid"`
		Person    string `json:"person,omitempty" format:"uuid"`
		Programme string `json:"programme" maxLength:"60"`
		Exit      string `json:"exit" maxLength:"60"`
		From      string `json:"from,omitempty" format:"date" doc:"first day without the programme; today where it is left out"`
		Reason    string `json:"reason,omitempty" doc:"needed where no rule found it"`
	}
}

type graduationOutput struct{ Body graduation }

func (h *handlers) propose(ctx context.Context, in *proposeInput) (*graduationOutput, error) {
	a := outcome.Asked{Programme: in.Body.Programme, Exit: in.Body.Exit, Reason: in.Body.Reason}
	var err error
	if a.FamilyID, err = api.ID(in.Body.Family, "determination.family_outside"); err != nil {
		return nil, err
	}
	if in.Body.Person != "" {
		if a.PersonID, err = api.ID(in.Body.Person, "determination.family_outside"); err != nil {
			return nil, err
		}
	}
	if in.Body.From != "" {
		if a.From, err = civil.Parse(in.Body.From); err != nil {
			return nil, fault.Invalid("outcome.bad_day", "value", in.Body.From).Because(err)
		}
	}
	m, err := h.service.Measure(ctx, ident.ID{})
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, err
	}
	a.Measure = m.ID
	g, err := h.service.Propose(ctx, a)
	if err != nil {
		return nil, err
	}
	return &graduationOutput{graduationOf(g)}, nil
}

type decideInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		State string `json:"state" enum:"approved,rejected"`
		Note  string `json:"note,omitempty" doc:"needed to reject"`
	}
}

func (h *handlers) decide(ctx context.Context, in *decideInput) (*graduationOutput, error) {
	id, err := api.ID(in.ID, "outcome.graduation.missing")
	if err != nil {
		return nil, err
	}
	decide := h.service.Approve
	if in.Body.State == string(outcome.Rejected) {
		decide = h.service.Reject
	}
	g, err := decide(ctx, id, in.Body.Note)
	if err != nil {
		return nil, err
	}
	return &graduationOutput{graduationOf(g)}, nil
}
