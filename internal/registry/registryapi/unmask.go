package registryapi

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

type unmaskInput struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Kind    string         `json:"kind" enum:"nik,kk,account"`
		Subject string         `json:"subject,omitempty" format:"uuid" doc:"the member of a NIK, the account of an account's number"`
		Purpose access.Purpose `json:"purpose" doc:"service, verification, payment or audit"`
		Reason  string         `json:"reason" maxLength:"500" doc:"in words, without numbers of persons"`
	}
}

type unmaskOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Number string `json:"number"`
		Left   int    `json:"left" doc:"how many numbers may still be opened now"`
	}
}

// unmask opens one number, under the quota and the purposes of the page.
func (h *handlers) unmask(ctx context.Context, in *unmaskInput) (*unmaskOutput, error) {
	family, err := api.ID(in.ID, "core.error.not_found")
	if err != nil {
		return nil, err
	}
	var subject ident.ID
	if in.Body.Subject != "" {
		if subject, err = api.ID(in.Body.Subject, "core.error.not_found"); err != nil {
			return nil, err
		}
	}
	out := &unmaskOutput{CacheControl: "no-store"}
	if out.Body.Number, err = h.service.Unmask(ctx, family, registry.IdentifierKind(in.Body.Kind), subject, in.Body.Purpose, in.Body.Reason); err != nil {
		return nil, err
	}
	out.Body.Left, err = h.service.UnmaskLeft(ctx)
	return out, err
}
