package registryweb

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
	"gotong/internal/web"
)

// importsShown is how many past imports the page lists.
const importsShown = 20

type importsView struct {
	web.Base
	Errors   web.Errors
	Mappings []web.Option
	List     web.List[registry.ImportFile]
}

func (h *Handlers) importsView(ctx context.Context, r *web.Request) (importsView, error) {
	list, err := h.Service.Imports(ctx, importsShown)
	if err != nil {
		return importsView{}, err
	}
	saved, err := h.Service.Mappings(ctx)
	mappings := make([]web.Option, len(saved))
	for i, m := range saved {
		mappings[i] = web.Option{Value: m.Name, Label: m.Name}
	}
	columns := []web.Column[registry.ImportFile]{
		{Name: "waktu", Label: r.T("registry.import.at"), Kind: web.Time, Value: func(f registry.ImportFile) any { return f.At }},
		{Name: "berkas", Label: r.T("registry.import.files"), Value: func(f registry.ImportFile) any { return f.FamilyFile + ", " + f.MemberFile }},
		{Name: "oleh", Label: r.T("registry.import.by"), Value: func(f registry.ImportFile) any { return f.By }},
		{Name: "baru", Label: r.T("registry.import.new"), Kind: web.Count, Value: func(f registry.ImportFile) any { return f.Counts.New }},
		{Name: "berubah", Label: r.T("registry.import.changed"), Kind: web.Count, Value: func(f registry.ImportFile) any { return f.Counts.Changed }},
		{Name: "tetap", Label: r.T("registry.import.same"), Kind: web.Count, Value: func(f registry.ImportFile) any { return f.Counts.Same }},
		{Name: "tertahan", Label: r.T("registry.import.held"), Kind: web.Count, Value: func(f registry.ImportFile) any { return f.Counts.Held }},
	}
	return importsView{Base: r.Base(r.T("registry.import.title")), Mappings: mappings, List: web.List[registry.ImportFile]{
		Caption: r.T("registry.import.past"), Columns: columns, Rows: list, Query: r.List(), Files: r.MayExport(), Empty: r.T("registry.import.none"),
		Href: func(f registry.ImportFile) string { return ImportPath + "/" + f.ID.String() }}}, err
}

func (h *Handlers) imports(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.importsView(ctx, r)
	if err != nil {
		return nil, err
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "impor", v.List.Columns, web.Rows(v.List.Rows)), nil
	}
	return web.Page(importsPage(v)), nil
}

func (h *Handlers) run(ctx context.Context, args registry.RunArgs, dry bool) (web.Response, error) {
	started, err := h.Runs.Start(ctx, registry.ImportRun, args, dry)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(started)), nil
}

type reportView struct {
	web.Base
	Errors     web.Errors
	Lead       string
	Upload     ident.ID // zero on the page of an import that is done
	Checked    bool
	Fatal      bool
	Counts     registry.Counts
	Stats      []web.Stat
	Problems   web.List[registry.Problem]
	ProblemsAt string              // path of the file with all of them; "" for none
	Books      []registry.FileKind // workbooks in which they can be marked
}

// problemsShown is how many problems a page lists; the file has them all.
const problemsShown = 100

func (h *Handlers) checked(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	report, checked, err := h.Service.Checked(ctx, id)
	if err != nil {
		return nil, err
	}
	v := reportView{Base: r.Base(r.T("registry.import.checked")).At(web.Crumb{Label: r.T("registry.import.title"), Href: ImportPath}),
		Upload: id, Checked: checked}
	if checked {
		v.fill(ctx, r, report.Counts, report.Problems, r.URL.Path+"/kesalahan")
		v.Fatal = report.Fatal
		if v.ProblemsAt != "" {
			if v.Books, err = h.Service.UploadedBooks(ctx, id); err != nil {
				return nil, err
			}
		}
	}
	return web.Page(reportPage(v)), nil
}

func (v *reportView) fill(ctx context.Context, r *web.Request, c registry.Counts, problems []registry.Problem, file string) {
	v.Counts = c
	count := func(key string, n int64) {
		v.Stats = append(v.Stats, web.Stat{Label: r.T("registry.import." + key), Value: web.Number(ctx, n)})
	}
	count("families", c.Families)
	count("persons", c.Persons)
	count("new", c.New)
	count("changed", c.Changed)
	count("same", c.Same)
	count("held", c.Held)
	count("errors", c.Errors)
	count("warnings", c.Warnings)
	if len(problems) == 0 {
		return
	}
	v.ProblemsAt = file
	v.Problems = web.List[registry.Problem]{ID: "masalah", Caption: r.T("registry.import.problems"), Columns: problemColumns(r),
		Rows: problems[:min(len(problems), problemsShown)], Query: r.List()}
}

func problemColumns(r *web.Request) []web.Column[registry.Problem] {
	l := r.Lang
	label := func(name string) string {
		s := r.T("registry.errorfile." + name)
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return []web.Column[registry.Problem]{
		{Name: "berkas", Label: label("file"), Value: func(p registry.Problem) any { return string(p.File) }},
		{Name: "baris", Label: label("row"), Kind: web.Code, Value: func(p registry.Problem) any { return int64(p.Row) }},
		{Name: "kolom", Label: label("column"), Kind: web.Code, Value: func(p registry.Problem) any { return p.Column }},
		{Name: "nilai", Label: label("value"), Value: func(p registry.Problem) any { return p.Value }},
		{Name: "masalah", Label: label("problem"), Value: func(p registry.Problem) any { return p.What(l) }, Show: problemText},
		{Name: "saran", Label: label("fix"), Value: func(p registry.Problem) any { return p.ToDo(l) }},
	}
}

// start has a checked upload imported, or checked once more.
func (h *Handlers) start(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if _, _, err := h.Service.Checked(ctx, id); err != nil {
		return nil, err // gone, or somebody else's
	}
	args := registry.RunArgs{Upload: id, OnlyGood: r.Text("pilihan") == "baik", QueueDuplicates: r.Text("ganda") == "1"}
	return h.run(ctx, args, r.Text("pilihan") == "periksa")
}

func (h *Handlers) checkedProblems(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	report, checked, err := h.Service.Checked(ctx, id)
	if err != nil {
		return nil, err
	}
	if !checked {
		return nil, fault.NotFound("registry.import.not_checked")
	}
	return problemsFile(r, report.Problems), nil
}

// checkedBook sends a checked workbook with what is wrong marked in it.
func (h *Handlers) checkedBook(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	report, checked, err := h.Service.Checked(ctx, id)
	if err != nil {
		return nil, err
	}
	if !checked {
		return nil, fault.NotFound("registry.import.not_checked")
	}
	file := registry.FamilyFile
	if r.Text("berkas") == string(registry.MemberFile) {
		file = registry.MemberFile
	}
	write, err := h.Service.MarkWorkbook(ctx, id, file, report.Problems, r.Lang, access.Import)
	if err != nil {
		return nil, err
	}
	return web.File("kesalahan-"+string(file)+".xlsx", workbookType, write), nil
}

func problemsFile(r *web.Request, problems []registry.Problem) web.Response {
	return web.File("kesalahan-impor.csv", "text/csv; charset=utf-8", func(w io.Writer) error {
		return registry.WriteProblems(w, problems, r.Lang)
	})
}

func (h *Handlers) imported(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	f, problems, err := h.Service.Imported(ctx, id)
	if err != nil {
		return nil, err
	}
	v := reportView{Base: r.Base(r.T("registry.import.done")).At(web.Crumb{Label: r.T("registry.import.title"), Href: ImportPath}),
		Lead:    strings.Join([]string{f.FamilyFile, f.MemberFile, f.By, web.Moment(ctx, f.At)}, " · "),
		Checked: true}
	v.fill(ctx, r, f.Counts, problems, r.URL.Path+"/kesalahan")
	return web.Page(reportPage(v)), nil
}

func (h *Handlers) importedProblems(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	_, problems, err := h.Service.Imported(ctx, id)
	if err != nil {
		return nil, err
	}
	return problemsFile(r, problems), nil
}

// RunLink says where the result of an import's run can be seen.
func RunLink(r run.Run) (href, labelKey string) {
	var result registry.RunResult
	if err := json.Unmarshal(r.Result, &result); err != nil {
		return "", ""
	}
	if result.Import.IsZero() {
		return toCheck(result.Upload), "registry.import.open_check"
	}
	return ImportPath + "/" + result.Import.String(), "registry.import.open_import"
}

// toCheck returns the page of an upload that waits for a decision.
func toCheck(upload ident.ID) string { return ImportPath + "/" + upload.String() + "/periksa" }
