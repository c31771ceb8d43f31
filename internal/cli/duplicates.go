package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/i18n"
	"gotong/internal/linkage"
)

func duplicatesCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "duplicates", Short: "Find the people who are on record twice and put them before the duplicates desk", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				r, err := do[linkage.Report](ctx, e, a, app.KindDuplicates, struct{}{}, false)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.duplicates", "persons", r.Persons, "compared", r.Compared, "same", r.Same, "review", r.Review))
				return e.result(r)
			})
		},
	}
}
