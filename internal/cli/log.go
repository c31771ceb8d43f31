package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/i18n"
)

func logCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "log", Short: "The audit log"}
	c.AddCommand(&cobra.Command{
		Use: "verify", Short: "Recompute the audit log and hold it against every signed checkpoint", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				report, err := a.Audit.Verify(ctx)
				if err != nil {
					return err
				}
				for _, p := range report.Problems {
					e.printf("%s\n", p)
				}
				key := "cli.log_verified"
				if !report.Verified() {
					key = "cli.log_broken"
				}
				e.printf("%s\n", i18n.T(e.lang, key, "entries", report.Entries, "checkpoints", report.Checkpoints, "root", report.Root))
				err = e.result(map[string]any{"log_verified": report.Verified(), "entries": report.Entries,
					"checkpoints": report.Checkpoints, "root": report.Root, "problems": report.Problems})
				if err == nil && !report.Verified() {
					err = errFindings
				}
				return err
			})
		},
	})
	return c
}
