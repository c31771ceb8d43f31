package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/intact"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
)

func exportCommand(e *env) *cobra.Command {
	var o registry.ExportOptions
	var format, out, purpose string
	c := &cobra.Command{
		Use: "export", Short: "Write the families and their members into files that an import reads", Args: cobra.NoArgs,
		Example: "  gotong export --format xlsx --out keluarga.xlsx --area 3674\n  gotong export --format parquet --out folder",
		Long: `Writes the active families in the area of who acts, and their members, as
keluarga and anggota: two files in the folder --out, or for xlsx one workbook
with two sheets. Numbers of persons are masked; --unmask writes them in clear,
for who may unmask and whom somebody else has allowed it (gotong export
allow): once, for some hours. Text that a spreadsheet would run as a formula stays text.
The export is recorded in the audit log with its purpose.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(sheet.Formats, sheet.Format(format)) {
				return fault.Invalid("cli.export_format", "format", format)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				n, err := exportInto(ctx, a, o, access.Purpose(purpose), sheet.Format(format), out)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.exported", "families", n.Families, "persons", n.Persons, "out", out))
				if n.Suspended > 0 {
					e.printf("%s\n", i18n.T(e.lang, "cli.exported_suspended", "n", n.Suspended))
				}
				return e.result(n)
			})
		},
	}
	c.AddCommand(exportAllowCommand(e))
	f := c.Flags()
	f.StringVar(&format, "format", string(sheet.CSV), "csv, xlsx or parquet")
	f.StringVar(&out, "out", "", "folder for the two files; for xlsx the workbook")
	f.StringVar(&o.Area, "area", "", "code of an area of any level (default: all of who acts)")
	f.BoolVar(&o.Unmask, "unmask", false, "write NIK, KK and account numbers in clear, as somebody else has allowed")
	f.StringVar(&purpose, "purpose", string(access.PurposeVerification), "what it is for, as the register of processing names it")
	if err := c.MarkFlagRequired("out"); err != nil {
		panic(err)
	}
	return c
}

// exportInto writes the files under other names first: what is there under
// its own name is whole.
func exportInto(ctx context.Context, a *app.App, o registry.ExportOptions, purpose access.Purpose, format sheet.Format, out string) (n registry.Exported, err error) {
	var open []*intact.File
	create := func(path string) (*intact.File, error) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, unwritable(path, err)
		}
		f, err := intact.Beside(path, 0o600)
		if err != nil {
			return nil, unwritable(path, err)
		}
		open = append(open, f)
		return f, nil
	}
	defer func() {
		for _, f := range open {
			err = errors.Join(err, f.Close())
		}
		for _, f := range open {
			if err != nil {
				f.Drop() // what is half-written is of no use
			} else {
				err = f.Settle()
			}
		}
	}()
	if format == sheet.XLSX {
		f, err := create(out)
		if err != nil {
			return n, err
		}
		book := sheet.NewBook(f)
		n, err = a.Registry.Export(ctx, o, purpose, func(kind registry.FileKind, columns []sheet.Column) (sheet.Table, error) {
			return sheetOf{book}, book.Sheet(string(kind), columns)
		})
		return n, errors.Join(err, book.Close())
	}
	return a.Registry.Export(ctx, o, purpose, func(kind registry.FileKind, columns []sheet.Column) (sheet.Table, error) {
		f, err := create(filepath.Join(out, string(kind)+"."+string(format)))
		if err != nil {
			return nil, err
		}
		return sheet.NewTable(f, format, string(kind), columns)
	})
}

// sheetOf is one sheet of a workbook that goes on after it.
type sheetOf struct{ *sheet.Book }

func (sheetOf) Close() error { return nil }
