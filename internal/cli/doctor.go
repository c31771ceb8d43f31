package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

func doctorCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Look at everything an operator would otherwise check by hand", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				findings := a.Doctor(ctx)
				well := true
				w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
				for i := range findings {
					f := &findings[i]
					well = well && f.OK
					mark, page := "ok", ""
					if !f.OK {
						mark, page = "!!", "docs/playbooks/"+f.Page
					}
					if fault.KindOf(f.Err) == fault.KindInvalid {
						f.Detail = i18n.Error(e.lang, f.Err)
					}
					if !e.json {
						fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", mark, i18n.T(e.lang, "app.doctor."+f.Name), f.Detail, page)
					}
				}
				if err := w.Flush(); err != nil {
					return err
				}
				if err := e.result(map[string]any{"well": well, "findings": findings}); err != nil {
					return err
				}
				if !well {
					return errFindings
				}
				return nil
			})
		},
	}
}
