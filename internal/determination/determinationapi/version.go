package determinationapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/programme"
)

// registerVersions adds the operations on proposed versions of programmes.
func (h *handlers) registerVersions(a huma.API) {
	tags := []string{"programme"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "programme-versions", Method: http.MethodGet, Path: "/api/v1/programme-versions",
		Summary: "Proposed and decided versions of programmes, newest first", Tags: tags}), h.versions)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "propose-programme-version", Method: http.MethodPost, Path: "/api/v1/programme-versions",
		Summary: "Propose another parameter, rule or quota as a version of a programme, for another person to enact", DefaultStatus: http.StatusCreated, Tags: tags}), h.proposeVersion)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "enact-programme-version", Method: http.MethodPost, Path: "/api/v1/programme-versions/{id}/enact",
		Summary: "Put a proposed version into force, as another person than its proposer", Tags: tags}), h.enactVersion)
}

// version is a proposed or decided version of a programme.
type version struct {
	ID         string `json:"id" format:"uuid"`
	Programme  string `json:"programme"`
	From       string `json:"from" format:"date"`
	Basis      string `json:"basis" doc:"decree or minutes that it rests on"`
	State      string `json:"state" enum:"proposed,enacted,rejected"`
	ProposedBy string `json:"proposed_by"`
	DecidedBy  string `json:"decided_by,omitempty"`
	Digest     string `json:"digest" doc:"SHA-256 of its file"`
}

func versionOf(v determination.Version) version {
	return version{v.ID.String(), v.Programme, v.From.String(), v.Title, string(v.State), v.ProposedBy, v.DecidedBy, v.Digest}
}

type versionListOutput struct {
	Body struct {
		Versions []version `json:"versions"`
	}
}

func (h *handlers) versions(ctx context.Context, _ *struct{}) (*versionListOutput, error) {
	all, err := h.service.Versions(ctx)
	if err != nil {
		return nil, err
	}
	out := &versionListOutput{}
	out.Body.Versions = []version{}
	for _, v := range all {
		out.Body.Versions = append(out.Body.Versions, versionOf(v))
	}
	return out, nil
}

type proposeVersionInput struct {
	Body struct {
		Programme string            `json:"programme" maxLength:"60"`
		Params    map[string]string `json:"params,omitempty" doc:"by name, written as in the file"`
		Rules     map[string]string `json:"rules,omitempty" doc:"by id of a clause or an exclusion"`
		Quota     *int64            `json:"quota,omitempty"`
		From      string            `json:"from" format:"date" doc:"first day of the version"`
		Basis     string            `json:"basis" doc:"decree or minutes that it rests on"`
		Published string            `json:"published" format:"date" doc:"day on which the basis was published"`
		Note      string            `json:"note,omitempty" doc:"why"`
	}
}

func (h *handlers) proposeVersion(ctx context.Context, in *proposeVersionInput) (*versionOutput, error) {
	b := in.Body
	d := determination.Draft{Programme: b.Programme, Edit: programme.Edit{Params: b.Params, Rules: b.Rules, Quota: b.Quota}, Basis: decree.Basis{Title: b.Basis}, Note: b.Note}
	for _, asked := range []struct {
		text string
		into *civil.Date
	}{{b.From, &d.Basis.From}, {b.Published, &d.Basis.On}} {
		day, err := civil.Parse(asked.text)
		if err != nil {
			return nil, fault.Invalid("determination.bad_date", "value", asked.text).Because(err)
		}
		*asked.into = day
	}
	v, err := h.service.ProposeVersion(ctx, d)
	if err != nil {
		return nil, first(err)
	}
	return &versionOutput{versionOf(v)}, nil
}

type versionInput struct {
	ID string `path:"id" format:"uuid"`
}

type versionOutput struct{ Body version }

func (h *handlers) enactVersion(ctx context.Context, in *versionInput) (*versionOutput, error) {
	id, err := api.ID(in.ID, "determination.version.missing")
	if err != nil {
		return nil, err
	}
	v, err := h.service.EnactVersion(ctx, id)
	if err != nil {
		return nil, err
	}
	return &versionOutput{versionOf(v)}, nil
}
