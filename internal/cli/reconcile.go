package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/delivery"
	"gotong/internal/i18n"
)

// reconciled prints what a return file said.
func (e *env) reconciled(r *delivery.Reconciliation) {
	if r.Refused != nil {
		e.printf("%s: %s\n", r.Name, i18n.Error(e.lang, r.Refused))
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.reconciled", "file", r.Name, "format", i18n.T(e.lang, r.FormatKey()), "lines", r.Lines, "matched", r.Matched, "queued", r.Queued,
		"credited", r.Credited, "returned", r.Returned))
}

func reconcileCommand(e *env) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use: "reconcile FILE", Short: "Hold a bank's return file against what was ordered: every line matched, explained or queued", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				p, done := e.progress()
				r, err := a.Delivery.Reconcile(ctx, args[0], f, dry, p)
				done()
				if err != nil {
					return err
				}
				e.reconciled(r)
				if err := e.result(r); err != nil {
					return err
				}
				if r.Refused != nil {
					return errFindings
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "show what the file would do, change nothing")
	return c
}
