package cli

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
)

func workbookCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "workbook", Short: "Edit families in a workbook: download, compare cell by cell, take"}
	c.AddCommand(workbookDownload(e), workbookCompare(e), workbookTake(e))
	return c
}

func workbookDownload(e *env) *cobra.Command {
	var f registry.Filter
	var out, purpose string
	c := &cobra.Command{
		Use: "download", Short: "Write families into a workbook that can be edited and brought back", Args: cobra.NoArgs,
		Example: "  gotong workbook download --area 3674011001 --out edit.xlsx",
		Long: `Writes families and their members as the sheets keluarga and anggota. Numbers
are masked; what stays masked stays as it is. Hidden columns say which version
of a family a row shows, so that nobody's work is written over.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				write, err := a.Registry.Workbook(ctx, f, access.Purpose(purpose))
				if err != nil {
					return err
				}
				if err := writeWhole(out, write); err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.workbook_written", "file", out))
				return e.result(map[string]any{"file": out})
			})
		},
	}
	c.Flags().StringVar(&out, "out", "", "file to write")
	c.Flags().StringVar(&f.Area, "area", "", "code of an area of any level (default: all of who acts)")
	c.Flags().StringVar(&f.Name, "name", "", "beginning of a member's name")
	workbookPurpose(c, &purpose)
	if err := c.MarkFlagRequired("out"); err != nil {
		panic(err)
	}
	return c
}

func workbookPurpose(c *cobra.Command, purpose *string) {
	c.Flags().StringVar(purpose, "purpose", string(access.PurposeVerification), "what it is for, as the register of processing names it")
}

func workbookCompare(e *env) *cobra.Command {
	var changes, marked, purpose string
	c := &cobra.Command{
		Use: "compare FILE", Short: "Say which cells differ from what is on record, and what is wrong in them; change nothing", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.withBook(cmd.Context(), args[0], func(ctx context.Context, a *app.App, id ident.ID, f registry.File) error {
				r, err := a.Registry.CompareWorkbook(ctx, id, access.Purpose(purpose))
				if err != nil {
					return err
				}
				return e.compared(r, f, changes, marked, nil)
			})
		},
	}
	c.Flags().StringVar(&changes, "changes", "", "write the cells that differ to this CSV")
	c.Flags().StringVar(&marked, "marked", "", "write the workbook anew to this file, with what is wrong marked in its cells")
	workbookPurpose(c, &purpose)
	return c
}

func workbookTake(e *env) *cobra.Command {
	var basis registry.BookBasis
	var source, changes, marked, purpose string
	c := &cobra.Command{
		Use: "take FILE", Short: "Take all changes of a workbook into the register, or none where anything is wrong", Args: cobra.ExactArgs(1),
		Example: "  gotong workbook take edit.xlsx --source visit --evidence 'visit of 3 June'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.withBook(cmd.Context(), args[0], func(ctx context.Context, a *app.App, id ident.ID, f registry.File) error {
				basis.Source = registry.Source(source)
				r, err := a.Registry.TakeWorkbook(ctx, id, basis, access.Purpose(purpose))
				if r == nil {
					return err
				}
				return e.compared(r, f, changes, marked, err)
			})
		},
	}
	c.Flags().StringVar(&source, "source", string(registry.SourceOffice), "where the changes come from: visit, office or self")
	c.Flags().StringVar(&basis.Evidence, "evidence", "", "what they rest on")
	c.Flags().StringVar(&changes, "changes", "", "write the cells that changed to this CSV")
	c.Flags().StringVar(&marked, "marked", "", "write the workbook anew to this file, with what is wrong marked in its cells")
	workbookPurpose(c, &purpose)
	return c
}

// withBook takes a workbook in for who acts.
func (e *env) withBook(ctx context.Context, path string, do func(context.Context, *app.App, ident.ID, registry.File) error) error {
	files, closeFiles, err := registry.OpenFiles(path, "")
	if err != nil {
		return err
	}
	defer closeFiles()
	return e.with(ctx, func(ctx context.Context, a *app.App) error {
		f := files.Family
		id, err := a.Registry.ReceiveWorkbook(ctx, filepath.Base(path), io.NewSectionReader(f.Data, 0, f.Size))
		if err != nil {
			return err
		}
		return do(ctx, a, id, f)
	})
}

// compared prints what a workbook changes, and writes it where it was asked
// for. What is wrong in it is an error.
func (e *env) compared(r *registry.BookReport, f registry.File, changes, marked string, err error) error {
	for _, p := range r.Problems {
		e.printf("%s %d %s: %s %s\n", p.File, p.Row, p.Column, p.What(e.lang), p.ToDo(e.lang))
	}
	if changes != "" {
		if werr := writeWhole(changes, func(w io.Writer) error { return writeChanges(w, r.Changes) }); werr != nil {
			return errors.Join(err, werr)
		}
	}
	if marked != "" {
		write, werr := registry.MarkFile(f, r.Problems, e.lang)
		if werr == nil {
			werr = writeWhole(marked, write)
		}
		if werr != nil {
			return werr
		}
	}
	key := "cli.workbook_compared"
	if r.Written {
		key = "cli.workbook_taken"
	}
	e.printf("%s\n", i18n.T(e.lang, key, "families", r.Families, "cells", len(r.Changes), "problems", len(r.Problems)))
	if rerr := e.result(map[string]any{"families": r.Families, "cells": len(r.Changes), "problems": len(r.Problems), "warnings": r.Warnings,
		"written": r.Written}); rerr != nil {
		return errors.Join(err, rerr)
	}
	if err == nil && len(r.Problems) > 0 {
		return errFindings
	}
	return err
}

// writeChanges writes the cells that differ, one a row.
func writeChanges(w io.Writer, changes []registry.CellChange) error {
	t, err := sheet.NewTable(w, sheet.CSV, "perubahan", []sheet.Column{{Name: "lembar"}, {Name: "baris", Kind: sheet.WholeColumn}, {Name: "nama"},
		{Name: "kolom"}, {Name: "lama"}, {Name: "baru"}})
	if err != nil {
		return err
	}
	for _, c := range changes {
		err := t.Row([]sheet.Value{sheet.T(string(c.File)), sheet.N(int64(c.Row)), sheet.T(c.Name), sheet.T(c.Column), sheet.T(c.Old), sheet.T(c.New)})
		if err != nil {
			return err
		}
	}
	return t.Close()
}
