package conditionapi

import (
	"bytes"
	"context"

	"gotong/internal/api"
	"gotong/internal/condition"
	"gotong/internal/i18n"
)

type facilitiesInput struct {
	DryRun  bool   `query:"dry_run" doc:"only say what it would do"`
	RawBody []byte `contentType:"text/csv"`
}

type facilityProblem struct {
	Row    int    `json:"row" doc:"of the file, counted from 1"`
	Code   string `json:"code" doc:"the same in every language"`
	Detail string `json:"detail"`
}

type facilitiesOutput struct {
	Body struct {
		condition.FacilitiesTaken
		Problems []facilityProblem `json:"problems" doc:"with a single one, nothing is recorded"`
	}
}

// facilities takes a file of schools and places of health.
func (h *handlers) facilities(ctx context.Context, in *facilitiesInput) (*facilitiesOutput, error) {
	file, err := condition.ReadFacilities(bytes.NewReader(in.RawBody), int64(len(in.RawBody)))
	if err != nil {
		return nil, err
	}
	done, err := h.service.TakeFacilities(ctx, file, in.DryRun)
	if err != nil {
		return nil, err
	}
	out := &facilitiesOutput{}
	out.Body.FacilitiesTaken, out.Body.Problems = done, []facilityProblem{}
	for _, p := range done.Problems {
		out.Body.Problems = append(out.Body.Problems, facilityProblem{p.Row, p.What.Key, i18n.Error(api.Lang(ctx), p.What)})
	}
	return out, nil
}
