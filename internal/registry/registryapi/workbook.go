package registryapi

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// registerWorkbooks offers families to be edited in a workbook: downloaded,
// brought back, compared cell by cell, and taken whole.
func (h *handlers) registerWorkbooks(a huma.API) {
	tags := []string{"registry"}
	const path = "/api/v1/workbooks"
	huma.Register(a, api.Signed(huma.Operation{OperationID: "workbook", Method: http.MethodGet, Path: path,
		Summary: "Families with their members as a workbook that can be edited and brought back; numbers are masked", Tags: tags}), h.workbook)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "workbook-upload", Method: http.MethodPost, Path: path,
		Summary: "Bring a workbook back: which cells differ from what is on record, and what is wrong in them; changes nothing", Tags: tags,
		MaxBodyBytes: 33 << 20, BodyReadTimeout: -1}), h.bringWorkbook)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "workbook-changes", Method: http.MethodGet, Path: path + "/{upload}",
		Summary: "What a workbook that was brought back would change now", Tags: tags}), h.workbookChanges)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "workbook-marked", Method: http.MethodGet, Path: path + "/{upload}/marked",
		Summary: "The same workbook, with what is wrong marked in its cells", Tags: tags}), h.markedWorkbook)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "workbook-take", Method: http.MethodPost, Path: path + "/{upload}/take",
		Summary: "Take all changes of a workbook, or none where anything is wrong", Tags: tags}), h.takeWorkbook)
}

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type workbookFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

type workbookInput struct {
	Area    string         `query:"area" maxLength:"10" pattern:"^[0-9]*$"`
	Name    string         `query:"name" maxLength:"120" doc:"beginning of a member's name"`
	Status  string         `query:"status" maxLength:"20"`
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
}

func (h *handlers) workbook(ctx context.Context, in *workbookInput) (*workbookFile, error) {
	f := registry.Filter{Area: in.Area, Name: in.Name, Status: registry.FamilyStatus(in.Status)}
	write, err := h.service.Workbook(ctx, f, in.Purpose)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return nil, err
	}
	return &workbookFile{workbookType, `attachment; filename="keluarga-sunting.xlsx"`, b.Bytes()}, nil
}

// workbookCell is a cell that differs from what is on record.
type workbookCell struct {
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`
	Column string `json:"column"`
	Family string `json:"family" format:"uuid"`
	Name   string `json:"name" doc:"of the family's head, or of the member"`
	Old    string `json:"old" doc:"numbers of persons masked"`
	New    string `json:"new"`
}

type workbookReport struct {
	Body struct {
		Upload   string          `json:"upload" format:"uuid"`
		Families int             `json:"families" doc:"that change"`
		Warnings int             `json:"warnings"`
		Written  bool            `json:"written"`
		Changes  []workbookCell  `json:"changes"`
		Problems []importProblem `json:"problems" doc:"none may be left when it is taken"`
	}
}

func (h *handlers) reportOf(ctx context.Context, id ident.ID, r *registry.BookReport) *workbookReport {
	out := &workbookReport{}
	b := &out.Body
	b.Upload, b.Families, b.Warnings, b.Written = id.String(), r.Families, r.Warnings, r.Written
	b.Changes, b.Problems = []workbookCell{}, problemsOf(r.Problems, api.Lang(ctx))
	for _, c := range r.Changes {
		b.Changes = append(b.Changes, workbookCell{Sheet: string(c.File), Row: c.Row, Column: c.Column, Family: c.Family.String(), Name: c.Name, Old: c.Old, New: c.New})
	}
	return out
}

type broughtWorkbook struct {
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
	RawBody []byte         `contentType:"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"`
}

func (h *handlers) bringWorkbook(ctx context.Context, in *broughtWorkbook) (*workbookReport, error) {
	id, err := h.service.ReceiveWorkbook(ctx, "keluarga-sunting.xlsx", bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, err
	}
	r, err := h.service.CompareWorkbook(ctx, id, in.Purpose)
	if err != nil {
		return nil, err
	}
	return h.reportOf(ctx, id, r), nil
}

type uploadedWorkbook struct {
	Upload  string         `path:"upload" format:"uuid"`
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
}

func (h *handlers) compare(ctx context.Context, in *uploadedWorkbook) (ident.ID, *registry.BookReport, error) {
	id, err := ident.Parse(in.Upload)
	if err != nil {
		return id, nil, fault.NotFound("core.error.not_found").Because(err)
	}
	r, err := h.service.CompareWorkbook(ctx, id, in.Purpose)
	return id, r, err
}

func (h *handlers) workbookChanges(ctx context.Context, in *uploadedWorkbook) (*workbookReport, error) {
	id, r, err := h.compare(ctx, in)
	if err != nil {
		return nil, err
	}
	return h.reportOf(ctx, id, r), nil
}

func (h *handlers) markedWorkbook(ctx context.Context, in *uploadedWorkbook) (*workbookFile, error) {
	id, r, err := h.compare(ctx, in)
	if err != nil {
		return nil, err
	}
	write, err := h.service.MarkWorkbook(ctx, id, registry.FamilyFile, r.Problems, api.Lang(ctx), access.EditFamilies)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return nil, err
	}
	return &workbookFile{workbookType, `attachment; filename="keluarga-salah.xlsx"`, b.Bytes()}, nil
}

type takenWorkbook struct {
	Upload  string         `path:"upload" format:"uuid"`
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
	Body    struct {
		Source   string `json:"source" enum:"visit,office,self" doc:"where the changes come from"`
		Evidence string `json:"evidence" maxLength:"200" doc:"what they rest on"`
	}
}

// takeWorkbook answers what is wrong in the report, and then writes nothing.
func (h *handlers) takeWorkbook(ctx context.Context, in *takenWorkbook) (*workbookReport, error) {
	id, err := ident.Parse(in.Upload)
	if err != nil {
		return nil, fault.NotFound("core.error.not_found").Because(err)
	}
	r, err := h.service.TakeWorkbook(ctx, id, registry.BookBasis{Source: registry.Source(in.Body.Source), Evidence: in.Body.Evidence}, in.Purpose)
	if err != nil {
		return nil, err
	}
	return h.reportOf(ctx, id, r), nil
}
