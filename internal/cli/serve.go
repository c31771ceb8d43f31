package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/i18n"
)

func serveCommand(e *env) *cobra.Command {
	c := &cobra.Command{
		Use: "serve", Short: "Serve pages and JSON interface, and work on runs", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withNew(cmd.Context(), e.serve)
		},
	}
	c.Flags().String("listen", "", "address to serve on (default 127.0.0.1:8080)")
	return c
}

// serve serves until the command is interrupted, which is its regular end.
func (e *env) serve(ctx context.Context, a *app.App) error {
	return a.Serve(ctx, func(url string) {
		e.printf("%s\n", i18n.T(e.lang, "cli.serving", "url", url))
	})
}
