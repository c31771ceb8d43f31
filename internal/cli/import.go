package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/intact"
	"gotong/internal/registry"
)

func importCommand(e *env) *cobra.Command {
	var o registry.Options
	var problems, mapping, marked string
	c := &cobra.Command{
		Use: "import FAMILIES [MEMBERS]", Short: "Bring families and their members into the register; every row is checked before one is written",
		Args: cobra.RangeArgs(1, 2),
		Long: `Brings two files into the register: CSV, XLSX or Parquet of any size, or one
workbook with the sheets keluarga and anggota. Every row is checked before one
is written, and nothing is half-written. What is wrong is listed by file, row
and column in a file beside the input (--problems), or marked in the workbook
itself (--marked). The same files a second time change nothing.

An office's own headings are tied to columns by a mapping (--mapping NAME);
see gotong import mapping.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			files, closeFiles, err := openFiles(args)
			if err != nil {
				return err
			}
			defer closeFiles()
			if problems == "" {
				problems = filepath.Join(filepath.Dir(args[0]), "masalah.csv")
			}
			return e.withNew(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if mapping != "" {
					m, err := a.Registry.Mapping(ctx, mapping)
					if err != nil {
						return err
					}
					o.Mapping = &m.Mapping
				}
				p, done := e.progress()
				report, err := a.Registry.Import(ctx, files, o, p)
				done()
				if report == nil {
					return err
				}
				err = e.imported(report, problems, err)
				if merr := markInto(marked, files, report.Problems, e.lang); merr != nil {
					return merr // what was found is printed
				}
				return err
			})
		},
	}
	c.AddCommand(columnsCommand(e), mappingCommand(e))
	f := c.Flags()
	f.BoolVar(&o.DryRun, "dry-run", false, "check every row and compare with the register, write nothing")
	f.BoolVar(&o.OnlyGood, "only-good", false, "let the families without an error go on alone")
	f.BoolVar(&o.QueueDuplicates, "queue-duplicates", false, "take persons who stand in two families as they are, for the duplicates desk to decide")
	f.StringVar(&mapping, "mapping", "", "read the files' headings by this saved mapping")
	f.StringVar(&marked, "marked", "", "write a workbook anew to this file, with what is wrong marked in its cells")
	f.StringVar(&problems, "problems", "", "file for the list of what is wrong (default masalah.csv beside the families' file)")
	return c
}

// openFiles opens the files of an import: two, or a workbook that is both.
func openFiles(args []string) (registry.Files, func(), error) {
	member := ""
	if len(args) > 1 {
		member = args[1]
	}
	files, closeFiles, err := registry.OpenFiles(args[0], member)
	if err == nil && member == "" && !registry.MayBeBoth(files.Family) {
		closeFiles()
		return files, nil, fault.Invalid("registry.import.two_files")
	}
	return files, closeFiles, err
}

// imported prints what an import found and did. An import that was kept back
// by errors is an error; one that left rows out has findings.
func (e *env) imported(r *registry.Report, path string, err error) error {
	if len(r.Problems) == 0 {
		if werr := dropProblems(path); werr != nil {
			return errors.Join(err, werr)
		}
	} else {
		if werr := writeProblems(path, r.Problems, e.lang); werr != nil {
			return errors.Join(err, werr)
		}
		e.printf("%s\n", i18n.T(e.lang, "cli.problems", "count", len(r.Problems), "file", path))
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.imported", "families", r.Counts.Families, "persons", r.Counts.Persons,
		"new", r.Counts.New, "changed", r.Counts.Changed, "same", r.Counts.Same, "held", r.Counts.Held))
	if r.Repeated {
		e.printf("%s\n", i18n.T(e.lang, "cli.import_repeated"))
	}
	if rerr := e.result(map[string]any{"digest": r.Digest, "written": r.Written, "repeated": r.Repeated, "counts": r.Counts,
		"problems": len(r.Problems)}); rerr != nil {
		return errors.Join(err, rerr)
	}
	if err == nil && r.Counts.Errors > 0 {
		return errFindings
	}
	return err
}

// markInto writes the workbook of an import anew, with what is wrong in it.
func markInto(path string, files registry.Files, problems []registry.Problem, l i18n.Lang) error {
	if path == "" {
		return nil
	}
	write, err := registry.MarkFile(files.Family, problems, l)
	if err != nil {
		return err
	}
	return writeWhole(path, write)
}

// writeWhole writes a file under another name first, so that what is there
// under its own is whole.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := intact.Beside(path, 0o600)
	if err != nil {
		return fault.Invalid("cli.unwritable", "file", path).Because(err)
	}
	defer f.Drop()
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return f.Settle()
}

func writeProblems(path string, problems []registry.Problem, l i18n.Lang) error {
	f, err := os.Create(path)
	if err != nil {
		return fault.Invalid("cli.unwritable", "file", path).Because(err)
	}
	return errors.Join(registry.WriteProblems(f, problems, l), f.Close())
}

// dropProblems removes the list of an earlier attempt, which no longer says
// what is wrong. What is no such list is left alone.
func dropProblems(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil //nolint:nilerr // nothing to remove
	}
	isList := registry.IsProblems(f)
	if err := f.Close(); err != nil || !isList {
		return err
	}
	return os.Remove(path)
}
