package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/registry"
)

func importCommand(e *env) *cobra.Command {
	var o registry.Options
	var problems string
	c := &cobra.Command{
		Use: "import FAMILIES.csv MEMBERS.csv", Short: "Bring families and their members into the register; every row is checked before one is written",
		Args: cobra.ExactArgs(2),
		Long: `Brings two files into the register. Every row is checked before one is
written, and nothing is half-written. What is wrong is listed by file, row and
column in a file beside the input (--problems). The same files a second time
change nothing.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := readFiles(args[0], args[1])
			if err != nil {
				return err
			}
			if problems == "" {
				problems = filepath.Join(filepath.Dir(args[0]), "masalah.csv")
			}
			return e.withNew(cmd.Context(), func(ctx context.Context, a *app.App) error {
				p, done := e.progress()
				report, err := a.Registry.Import(ctx, files, o, p)
				done()
				if report == nil {
					return err
				}
				return e.imported(report, problems, err)
			})
		},
	}
	c.AddCommand(columnsCommand(e))
	f := c.Flags()
	f.BoolVar(&o.DryRun, "dry-run", false, "check and compare, write nothing")
	f.BoolVar(&o.OnlyGood, "only-good", false, "let the families without an error go on alone")
	f.BoolVar(&o.QueueDuplicates, "queue-duplicates", false, "take persons who stand in two families as they are, for the duplicates desk to decide")
	f.StringVar(&problems, "problems", "", "file for the list of what is wrong (default masalah.csv beside the families' file)")
	return c
}

func readFiles(family, member string) (registry.Files, error) {
	var files registry.Files
	for path, into := range map[string]*registry.File{family: &files.Family, member: &files.Member} {
		b, err := os.ReadFile(path)
		if err != nil {
			return files, fault.Invalid("cli.unreadable", "file", path).Because(err)
		}
		*into = registry.File{Name: filepath.Base(path), Data: b}
	}
	return files, nil
}

// imported prints what an import found and did. An import that was kept back
// by errors is an error; one that left rows out has findings.
func (e *env) imported(r *registry.Report, path string, err error) error {
	if len(r.Problems) > 0 {
		if werr := writeProblems(path, r.Problems, e.lang); werr != nil {
			return errors.Join(err, werr)
		}
		e.printf("%s\n", i18n.T(e.lang, "cli.problems", "count", len(r.Problems), "file", path))
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.imported", "families", r.Counts.Families, "persons", r.Counts.Persons,
		"new", r.Counts.New, "changed", r.Counts.Changed, "held", r.Counts.Held))
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

func writeProblems(path string, problems []registry.Problem, l i18n.Lang) error {
	f, err := os.Create(path)
	if err != nil {
		return fault.Invalid("cli.unwritable", "file", path).Because(err)
	}
	return errors.Join(registry.WriteProblems(f, problems, l), f.Close())
}
