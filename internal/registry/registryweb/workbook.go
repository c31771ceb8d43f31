package registryweb

import (
	"context"
	"io"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/upload"
	"gotong/internal/web"
)

// BookPath is the page where families are edited in a workbook.
const BookPath = "/buku"

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type bookView struct {
	web.Base
	Errors   web.Errors
	Areas    []web.Option
	Statuses []web.Option
	Download bool // the actor may take data out
}

func (h *Handlers) bookView(r *web.Request) bookView {
	return bookView{Base: r.Base(r.T("registry.workbook.title")).At(web.Crumb{Label: r.T("registry.families.title"), Href: Path}),
		Areas: areaOptions(h.Service.Atlas(), r.Actor.Scope, r.Text("wilayah")), Statuses: statusOptions(r), Download: r.MayExport()}
}

// book is where a workbook is downloaded and brought back.
func (h *Handlers) book(_ context.Context, r *web.Request) (web.Response, error) {
	return web.Page(bookPage(h.bookView(r))), nil
}

// bookFile sends the families of the filter as a workbook.
func (h *Handlers) bookFile(ctx context.Context, r *web.Request) (web.Response, error) {
	if !r.MayExport() {
		v := h.bookView(r)
		v.Errors.Add("", r.T("registry.workbook.no_export"))
		return web.Invalid(bookPage(v)), nil
	}
	f := registry.Filter{Area: r.Text("wilayah"), Name: r.Text("nama"), Status: registry.FamilyStatus(r.Text("status"))}
	write, err := h.Service.Workbook(ctx, f, r.Route.Purpose)
	if err != nil {
		v := h.bookView(r)
		if !v.Errors.Take(r.Lang, "", err) {
			return nil, err
		}
		return web.Invalid(bookPage(v)), nil
	}
	return web.File("keluarga-sunting.xlsx", workbookType, write), nil
}

// familyBook sends one family as a workbook.
func (h *Handlers) familyBook(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if !r.MayExport() {
		v := h.bookView(r)
		v.Errors.Add("", r.T("registry.workbook.no_export"))
		return web.Invalid(bookPage(v)), nil
	}
	write, err := h.Service.FamilyWorkbook(ctx, id, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	return web.File("keluarga-sunting.xlsx", workbookType, write), nil
}

// bookUpload takes a workbook in.
func (h *Handlers) bookUpload(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := h.receiveBook(ctx, r)
	if err == nil {
		return web.SeeOther(toBook(id)), nil
	}
	v := h.bookView(r)
	if !v.Errors.Take(r.Lang, "buku", err) {
		return nil, err
	}
	return web.Invalid(bookPage(v)), nil
}

func (h *Handlers) receiveBook(ctx context.Context, r *web.Request) (id ident.ID, err error) {
	_, err = upload.Form(r.Header.Get("Content-Type"), r.Body, func(_, name string, book io.Reader) error {
		id, err = h.Service.ReceiveWorkbook(ctx, name, book)
		return err
	}, "buku")
	if err == nil && id.IsZero() {
		err = fault.Invalid("registry.workbook.choose")
	}
	return id, err
}

func toBook(id ident.ID) string { return BookPath + "/" + id.String() }

type bookDiffView struct {
	web.Base
	Errors   web.Errors
	At       string
	Report   *registry.BookReport
	Sources  []web.Option
	Source   string
	Evidence string
	Stats    []web.Stat
	Changes  web.List[registry.CellChange]
	Problems web.List[registry.Problem]
}

// changesShown is how many changes a page lists; the file has them all.
const changesShown = 500

// bookDiff shows what a workbook would change, cell by cell.
func (h *Handlers) bookDiff(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	report, err := h.Service.CompareWorkbook(ctx, id, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "perubahan", changeColumns(r), web.Rows(report.Changes)), nil
	}
	return web.Page(bookDiffPage(h.diffView(ctx, r, id, report, nil))), nil
}

// bookTake takes the changes of a workbook.
func (h *Handlers) bookTake(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	basis := registry.BookBasis{Source: registry.Source(r.Text("sumber")), Evidence: r.Text("bukti")}
	report, err := h.Service.TakeWorkbook(ctx, id, basis, r.Route.Purpose)
	if err == nil {
		return web.SeeOther(Path, web.Done("registry.workbook.taken", "n", strconv.Itoa(report.Families), "cells", strconv.Itoa(len(report.Changes)))), nil
	}
	var errs web.Errors
	if report == nil || !errs.Take(r.Lang, "", err) {
		return nil, err
	}
	return web.Invalid(bookDiffPage(h.diffView(ctx, r, id, report, errs))), nil
}

// bookProblems sends the workbook with what is wrong marked in it.
func (h *Handlers) bookProblems(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	report, err := h.Service.CompareWorkbook(ctx, id, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	write, err := h.Service.MarkWorkbook(ctx, id, registry.FamilyFile, report.Problems, r.Lang, access.EditFamilies)
	if err != nil {
		return nil, err
	}
	return web.File("keluarga-salah.xlsx", workbookType, write), nil
}

func (h *Handlers) diffView(ctx context.Context, r *web.Request, id ident.ID, report *registry.BookReport, errs web.Errors) bookDiffView {
	v := bookDiffView{Base: r.Base(r.T("registry.workbook.changes")).At(web.Crumb{Label: r.T("registry.workbook.title"), Href: BookPath}),
		Errors: errs, At: toBook(id), Report: report, Source: r.Text("sumber"), Evidence: r.Text("bukti")}
	for _, s := range registry.Sources {
		v.Sources = append(v.Sources, web.Option{Value: string(s), Label: r.T("registry.source." + string(s))})
	}
	for key, n := range map[string]int{"families": report.Families, "cells": len(report.Changes), "problems": len(report.Problems), "warnings": report.Warnings} {
		v.Stats = append(v.Stats, web.Stat{Label: r.T("registry.workbook." + key), Value: web.Number(ctx, int64(n))})
	}
	v.Stats = inOrderOf(v.Stats, r)
	v.Changes = web.List[registry.CellChange]{ID: "perubahan", Caption: r.T("registry.workbook.changes"), Columns: changeColumns(r),
		Rows: report.Changes[:min(len(report.Changes), changesShown)], Query: r.List(), Files: r.MayExport(), Empty: r.T("registry.workbook.none"),
		Href: func(c registry.CellChange) string { return To(c.Family) }}
	if n := len(report.Problems); n > 0 {
		v.Problems = web.List[registry.Problem]{ID: "masalah", Caption: r.T("registry.import.problems"), Columns: problemColumns(r),
			Rows: report.Problems[:min(n, problemsShown)], Query: r.List()}
	}
	return v
}

func inOrderOf(stats []web.Stat, r *web.Request) []web.Stat {
	var ordered []web.Stat
	for _, key := range []string{"families", "cells", "problems", "warnings"} {
		for _, s := range stats {
			if s.Label == r.T("registry.workbook."+key) {
				ordered = append(ordered, s)
			}
		}
	}
	return ordered
}

func changeColumns(r *web.Request) []web.Column[registry.CellChange] {
	return []web.Column[registry.CellChange]{
		{Name: "nama", Label: r.T("registry.name"), Value: func(c registry.CellChange) any { return c.Name }},
		{Name: "lembar", Label: r.T("registry.workbook.sheet"), Value: func(c registry.CellChange) any { return string(c.File) }},
		{Name: "baris", Label: r.T("registry.workbook.row"), Kind: web.Code, Value: func(c registry.CellChange) any { return int64(c.Row) }},
		{Name: "kolom", Label: r.T("registry.workbook.column"), Kind: web.Code, Value: func(c registry.CellChange) any { return c.Column }},
		{Name: "lama", Label: r.T("registry.workbook.old"), Value: func(c registry.CellChange) any { return orNone(r, c.Old) }},
		{Name: "baru", Label: r.T("registry.workbook.new"), Value: func(c registry.CellChange) any { return orNone(r, c.New) }},
	}
}

func orNone(r *web.Request, text string) string {
	if text == "" {
		return r.T("registry.workbook.empty")
	}
	return text
}
