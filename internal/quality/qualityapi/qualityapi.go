// Package qualityapi is the JSON interface to the quality of the register.
package qualityapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/quality"
	"gotong/internal/region"
)

// Register adds the operations to the interface. An area that is not in the
// atlas is not found, rather than empty.
func Register(a huma.API, service *quality.Service, atlas *region.Atlas) {
	huma.Register(a, api.Signed(huma.Operation{OperationID: "quality", Method: http.MethodGet, Path: "/api/v1/quality",
		Summary: "How good the register is in an area: completeness, freshness, warnings, duplicates, visits, and its trend", Tags: []string{"quality"}}),
		func(ctx context.Context, in *input) (*output, error) {
			if in.Area != "" {
				if _, err := atlas.Parse(in.Area); err != nil {
					return nil, fault.NotFound("core.error.not_found").Because(err)
				}
			}
			v, err := service.View(ctx, in.Area)
			if err != nil {
				return nil, err
			}
			return &output{quality.ReportOf(v)}, nil
		})
}

type input struct {
	Area string `query:"area" maxLength:"10" pattern:"^[0-9]*$" doc:"code of any level; all of your areas without it"`
}

type output struct{ Body quality.AreaReport }
