package registryapi

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// importInput is a multipart form with the files "keluarga" and "anggota".
type importInput struct {
	api.Form
	DryRun          bool   `query:"dry_run" doc:"check only"`
	OnlyGood        bool   `query:"only_good" doc:"let the families without an error go on alone"`
	Mapping         string `query:"mapping" maxLength:"60" doc:"name of a saved mapping by which the files' headings are read"`
	QueueDuplicates bool   `query:"queue_duplicates" doc:"take persons who are in two families as they are, for the duplicates desk"`
}

// importForm describes importInput's body.
func importForm() *huma.RequestBody {
	file := func(doc string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeString, Format: "binary", Description: doc}
	}
	family, member := string(registry.FamilyFile), string(registry.MemberFile)
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{family, member}, Properties: map[string]*huma.Schema{
			family: file("CSV of the families"), member: file("CSV of their members"),
		},
	}}}}
}

type importOutput struct {
	Body struct {
		Upload string `json:"upload" format:"uuid"`
		Run    string `json:"run" format:"uuid" doc:"the run that checks or imports"`
	}
}

func (h *handlers) imports(ctx context.Context, in *importInput) (*importOutput, error) {
	var m *registry.SavedMapping
	if in.Mapping != "" {
		var err error
		if m, err = h.service.Mapping(ctx, in.Mapping); err != nil {
			return nil, err
		}
	}
	upload, err := h.received(ctx, in)
	if err == nil {
		err = h.mapped(ctx, upload, m)
	}
	if err != nil {
		return nil, err
	}
	started, err := h.runs.Start(ctx, registry.ImportRun,
		registry.RunArgs{Upload: upload, OnlyGood: in.OnlyGood, QueueDuplicates: in.QueueDuplicates}, in.DryRun)
	if err != nil {
		return nil, err
	}
	out := &importOutput{}
	out.Body.Upload, out.Body.Run = upload.String(), started.ID.String()
	return out, nil
}

// received takes the files in as they come.
func (h *handlers) received(ctx context.Context, in *importInput) (ident.ID, error) {
	r, err := h.service.Receive(ctx)
	if err != nil {
		return ident.ID{}, err
	}
	_, err = in.Read(r.Taker(ctx), string(registry.FamilyFile), string(registry.MemberFile))
	if err == nil && r.Missing(ctx) != nil {
		err = fault.Invalid("registry.import.two_files")
	}
	if err != nil {
		return ident.ID{}, errors.Join(err, r.Drop(ctx))
	}
	return r.End(ctx)
}

type checkInput struct {
	Upload string `path:"upload" format:"uuid"`
}

// importProblem is something wrong in a file, in the caller's language.
type importProblem struct {
	File    string `json:"file"`
	Row     int    `json:"row" doc:"as a spreadsheet counts; 0 is the file as a whole"`
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty" doc:"as written, numbers of persons masked"`
	Warning bool   `json:"warning"`
	Code    string `json:"code" doc:"the same in every language"`
	Problem string `json:"problem"`
	ToDo    string `json:"to_do"`
}

type checkOutput struct {
	Body struct {
		Digest   string          `json:"digest"`
		Fatal    bool            `json:"fatal" doc:"a file cannot be read by columns"`
		Counts   registry.Counts `json:"counts"`
		Problems []importProblem `json:"problems"`
	}
}

func (h *handlers) check(ctx context.Context, in *checkInput) (*checkOutput, error) {
	id, err := api.ID(in.Upload, "core.error.not_found")
	if err != nil {
		return nil, err
	}
	r, checked, err := h.service.Checked(ctx, id)
	if err != nil {
		return nil, err
	}
	if !checked {
		return nil, fault.NotFound("registry.import.not_checked")
	}
	out, l := &checkOutput{}, api.Lang(ctx)
	out.Body.Digest, out.Body.Fatal, out.Body.Counts, out.Body.Problems = r.Digest, r.Fatal, r.Counts, problemsOf(r.Problems, l)
	return out, nil
}

func problemsOf(problems []registry.Problem, l i18n.Lang) []importProblem {
	all := []importProblem{}
	for _, p := range problems {
		all = append(all, importProblem{File: string(p.File), Row: p.Row, Column: p.Column, Value: p.Value,
			Warning: p.Warning, Code: p.Key, Problem: p.What(l), ToDo: p.ToDo(l)})
	}
	return all
}
