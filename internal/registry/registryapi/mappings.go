package registryapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// registerMappings offers what ties an office's own headings to columns: the
// import takes a saved mapping by its name.
func (h *handlers) registerMappings(a huma.API) {
	tags := []string{"registry"}
	const path = "/api/v1/import-mappings"
	huma.Register(a, api.Signed(huma.Operation{OperationID: "import-mappings", Method: http.MethodGet, Path: path,
		Summary: "The saved mappings of headings to columns", Tags: tags}), h.mappings)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "import-mapping-save", Method: http.MethodPut, Path: path + "/{name}",
		Summary: "Save a mapping under a name, in place of one that had it", Tags: tags, DefaultStatus: http.StatusNoContent}), h.saveMapping)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "import-mapping-delete", Method: http.MethodDelete, Path: path + "/{name}",
		Summary: "Remove a saved mapping", Tags: tags, DefaultStatus: http.StatusNoContent}), h.dropMapping)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "import-headings", Method: http.MethodGet, Path: "/api/v1/imports/{upload}/headings",
		Summary: "What the headings of an upload are taken for: by name, by its mapping, or by guess", Tags: tags}), h.headings)
}

// mapping is what the headings of both files stand for: a heading's text in
// small letters, and the column, "" to pass it over.
type mapping struct {
	Family map[string]string `json:"keluarga,omitempty" doc:"headings of the families' file, in small letters, and their columns; an empty column passes the heading over"`
	Member map[string]string `json:"anggota,omitempty" doc:"headings of the members' file"`
}

type savedMapping struct {
	Name string `json:"name"`
	mapping
	By string    `json:"by" doc:"login of who saved it"`
	At time.Time `json:"at"`
}

type mappingsOutput struct {
	Body struct {
		Mappings []savedMapping `json:"mappings"`
	}
}

func (h *handlers) mappings(ctx context.Context, _ *struct{}) (*mappingsOutput, error) {
	all, err := h.service.Mappings(ctx)
	if err != nil {
		return nil, err
	}
	out := &mappingsOutput{}
	out.Body.Mappings = []savedMapping{}
	for _, m := range all {
		out.Body.Mappings = append(out.Body.Mappings, savedMapping{m.Name, mapping{m.Family, m.Member}, m.By, m.At})
	}
	return out, nil
}

type mappingInput struct {
	Name string `path:"name" minLength:"1" maxLength:"60"`
	Body mapping
}

func (h *handlers) saveMapping(ctx context.Context, in *mappingInput) (*struct{}, error) {
	var m registry.Mapping
	for file, part := range map[registry.FileKind]map[string]string{registry.FamilyFile: in.Body.Family, registry.MemberFile: in.Body.Member} {
		for _, heading := range slices.Sorted(maps.Keys(part)) { // of two that mean one, the same always counts
			m.Set(file, heading, part[heading])
		}
	}
	return nil, h.service.SaveMapping(ctx, in.Name, m)
}

func (h *handlers) dropMapping(ctx context.Context, in *struct {
	Name string `path:"name" maxLength:"60"`
}) (*struct{}, error) {
	return nil, h.service.DropMapping(ctx, in.Name)
}

type heading struct {
	File    string `json:"file"`
	Heading string `json:"heading" doc:"as written"`
	Column  string `json:"column,omitempty" doc:"what it is taken for; none where it is passed over or not understood"`
	How     string `json:"how" enum:"ours,mapped,guessed,unknown"`
}

type headingsOutput struct {
	Body struct {
		Ours     bool      `json:"ours" doc:"every heading is a column's own name, and nobody needs to look"`
		Headings []heading `json:"headings"`
	}
}

func (h *handlers) headings(ctx context.Context, in *checkInput) (*headingsOutput, error) {
	id, err := api.ID(in.Upload, "core.error.not_found")
	if err != nil {
		return nil, err
	}
	found, ours, err := h.service.UploadHeadings(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	out := &headingsOutput{}
	out.Body.Ours, out.Body.Headings = ours, []heading{}
	for _, file := range []registry.FileKind{registry.FamilyFile, registry.MemberFile} {
		for _, x := range found[file] {
			out.Body.Headings = append(out.Body.Headings, heading{string(file), x.Written, x.Column, string(x.How)})
		}
	}
	return out, nil
}

// mapped ties an upload's headings by a saved mapping, where one is named.
func (h *handlers) mapped(ctx context.Context, upload ident.ID, m *registry.SavedMapping) error {
	if m == nil {
		return nil
	}
	return h.service.MapUpload(ctx, upload, m.Mapping)
}
