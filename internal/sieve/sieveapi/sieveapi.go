// Package sieveapi is the part of the JSON interface that finds families by a
// rule. No name and no number of a person leaves by it.
package sieveapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/rule"
	"gotong/internal/sieve"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *sieve.Service) {
	h := &handlers{service}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "families-by-rule", Method: http.MethodGet, Path: "/api/v1/families-by-rule",
		Summary: "The families of the newest snapshot for whom a rule holds, or cannot be told", Tags: []string{"registry"}}), h.find)
}

type handlers struct{ service *sieve.Service }

type findInput struct {
	Rule    string         `query:"rule" required:"true" maxLength:"4000" doc:"as in a programme file: family.decile <= 2"`
	Area    string         `query:"area" maxLength:"10" pattern:"^[0-9]*$"`
	Unknown bool           `query:"unknown" doc:"list those of whom it cannot be told, with the facts to ask for"`
	After   int            `query:"after" minimum:"0" doc:"next of the page before"`
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
}

type family struct {
	ID      string   `json:"id" format:"uuid"`
	Area    string   `json:"area"`
	Members int      `json:"members"`
	Missing []string `json:"missing,omitempty" doc:"codes of facts to ask for"`
}

type findOutput struct {
	Body struct {
		AsOf     string   `json:"as_of" format:"date"`
		Yes      int64    `json:"yes"`
		No       int64    `json:"no"`
		Unknown  int64    `json:"unknown"`
		Failed   int64    `json:"failed" doc:"among the unknown: of whom the rule cannot be computed"`
		Families []family `json:"families"`
		Next     int      `json:"next,omitempty"`
	}
}

// pageLength is how many families a page holds.
const pageLength = 500

func (h *handlers) find(ctx context.Context, in *findInput) (*findOutput, error) {
	if !in.Purpose.Valid() {
		return nil, fault.Invalid("determination.purpose")
	}
	q := sieve.Question{Rule: in.Rule, Area: in.Area, Of: rule.Yes}
	if in.Unknown {
		q.Of = rule.Unknown
	}
	p, err := h.service.Find(ctx, in.Purpose, q, in.After, pageLength)
	var problems rule.Problems
	if errors.As(err, &problems) {
		return nil, problems[0]
	}
	if err != nil {
		return nil, err
	}
	out := &findOutput{}
	b := &out.Body
	b.AsOf, b.Yes, b.No, b.Unknown, b.Failed, b.Next, b.Families = p.AsOf.String(), p.Counts.Yes, p.Counts.No, p.Counts.Unknown, p.Counts.Failed, p.Next, []family{}
	for _, r := range p.Rows {
		f := family{ID: r.FamilyID.String(), Area: r.Area, Members: r.Members}
		for _, m := range r.Missing {
			f.Missing = append(f.Missing, m.Indicator.Code)
		}
		b.Families = append(b.Families, f)
	}
	return out, nil
}
