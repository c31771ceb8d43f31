package registryweb

import (
	"context"
	"strconv"
	"strings"

	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// MappingPath is the page of the saved mappings.
const MappingPath = ImportPath + "/pemetaan"

func toColumns(upload ident.ID) string { return ImportPath + "/" + upload.String() + "/kolom" }

// matched is a heading of an upload with the columns that it can stand for.
type matched struct {
	Field   web.Field
	How     registry.HeadingHow
	Options []web.Option
}

type columnsView struct {
	web.Base
	Errors web.Errors
	At     string
	Files  []columnsFile
	Name   string
}

type columnsFile struct {
	Title string
	Rows  []matched
	Fit   string // headings that are the columns' own; they need no choice
	Read  bool
}

// columnsOf shows what the headings of an upload stand for, and takes what
// somebody says they do.
func (h *Handlers) columnsOf(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	headings, _, err := h.Service.UploadHeadings(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	v := columnsView{Base: r.Base(r.T("registry.mapping.title")).At(web.Crumb{Label: r.T("registry.import.title"), Href: ImportPath}),
		At: toColumns(id), Name: r.Text("nama")}
	if r.Method == "POST" {
		m := pickedColumns(r, headings)
		err := h.Service.MapUpload(ctx, id, m)
		if err == nil && v.Name != "" {
			err = h.Service.SaveMapping(ctx, v.Name, m)
		}
		if err == nil {
			return h.run(ctx, registry.RunArgs{Upload: id}, true)
		}
		if !v.Errors.Take(r.Lang, "nama", err) {
			return nil, err
		}
	}
	for _, kind := range []registry.FileKind{registry.FamilyFile, registry.MemberFile} {
		f := columnsFile{Title: r.T("registry.import." + map[registry.FileKind]string{registry.FamilyFile: "family_file", registry.MemberFile: "member_file"}[kind])}
		options := h.columnOptions(r, kind)
		f.Read = len(headings[kind]) > 0
		var fit []string
		for i, x := range headings[kind] {
			if x.How == registry.HeadingOurs {
				fit = append(fit, x.Written)
				continue
			}
			name := fieldOf(kind, i)
			value := x.Column
			if r.Method == "POST" {
				value = r.Text(name)
			}
			f.Rows = append(f.Rows, matched{How: x.How, Options: options,
				Field: web.Field{Name: name, Label: x.Written, Value: value, Blank: r.T("registry.mapping.ignore"), Optional: true}})
		}
		f.Fit = strings.Join(fit, ", ")
		v.Files = append(v.Files, f)
	}
	if v.Errors.Any() {
		return web.Invalid(columnsPage(v)), nil
	}
	return web.Page(columnsPage(v)), nil
}

func fieldOf(kind registry.FileKind, i int) string { return string(kind) + "-" + strconv.Itoa(i) }

// pickedColumns is what the form says of the headings.
func pickedColumns(r *web.Request, headings map[registry.FileKind][]registry.Heading) registry.Mapping {
	var m registry.Mapping
	for kind, all := range headings {
		for i, x := range all {
			if x.How != registry.HeadingOurs {
				m.Set(kind, x.Written, r.Text(fieldOf(kind, i)))
			}
		}
	}
	return m
}

func (h *Handlers) columnOptions(r *web.Request, kind registry.FileKind) []web.Option {
	level := indicator.Family
	if kind == registry.MemberFile {
		level = indicator.Person
	}
	var options []web.Option
	for _, name := range h.Service.ColumnNames(kind) {
		label := name
		if i, ok := h.Service.Catalogue().Lookup(level, name); ok {
			label = i.Name.In(r.Lang) + " (" + name + ")"
		}
		options = append(options, web.Option{Value: name, Label: label})
	}
	return options
}

type mappingsView struct {
	web.Base
	List web.List[registry.SavedMapping]
	Rows []registry.SavedMapping
}

// mappings lists the saved mappings.
func (h *Handlers) mappings(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Mappings(ctx)
	if err != nil {
		return nil, err
	}
	columns := []web.Column[registry.SavedMapping]{
		{Name: "nama", Label: r.T("registry.import.mapping"), Value: func(m registry.SavedMapping) any { return m.Name }},
		{Name: "kolom", Label: r.T("registry.mapping.column"), Kind: web.Count, Value: func(m registry.SavedMapping) any { return int64(len(m.Family) + len(m.Member)) }},
		{Name: "oleh", Label: r.T("registry.import.by"), Value: func(m registry.SavedMapping) any { return m.By }},
		{Name: "waktu", Label: r.T("registry.import.at"), Kind: web.Time, Value: func(m registry.SavedMapping) any { return m.At }},
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "pemetaan", columns, web.Rows(all)), nil
	}
	return web.Page(mappingsPage(mappingsView{
		Base: r.Base(r.T("registry.mapping.saved")).At(web.Crumb{Label: r.T("registry.import.title"), Href: ImportPath}), Rows: all,
		List: web.List[registry.SavedMapping]{Caption: r.T("registry.mapping.saved"), Columns: columns, Rows: all, Query: r.List(),
			Files: r.MayExport(), Empty: r.T("registry.mapping.none")}})), nil
}

// dropMapping removes a saved mapping.
func (h *Handlers) dropMapping(ctx context.Context, r *web.Request) (web.Response, error) {
	name := r.Text("nama")
	if err := h.Service.DropMapping(ctx, name); err != nil {
		return nil, err
	}
	return web.SeeOther(MappingPath, web.Done("registry.mapping.deleted", "name", name)), nil
}
