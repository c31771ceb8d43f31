package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

func familyListCommand(e *env) *cobra.Command {
	var f registry.Filter
	var limit int
	c := &cobra.Command{
		Use: "list", Short: "List families by area and the beginning of a member's name", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				page, err := a.Registry.List(ctx, f, registry.Cursor{}, limit, access.PurposeService)
				if err != nil {
					return err
				}
				rows := []listedFamily{}
				for _, r := range page.Rows {
					e.printf("%s  %s  %s  %s\n", r.ID, r.Area, r.HeadName, r.Status)
					rows = append(rows, listedFamily{r.ID, r.Area, r.LocalKey, r.HeadName, string(r.Status), r.Size})
				}
				return e.result(map[string]any{"families": rows, "more": page.Next != nil})
			})
		},
	}
	c.Flags().StringVar(&f.Area, "area", "", "code of an area")
	c.Flags().StringVar(&f.Name, "name", "", "beginning of a member's name")
	c.Flags().IntVar(&limit, "limit", 50, "how many at most")
	return c
}

type listedFamily struct {
	ID       ident.ID `json:"id"`
	Area     string   `json:"area"`
	LocalKey string   `json:"local_key"`
	HeadName string   `json:"head_name"`
	Status   string   `json:"status"`
	Size     int      `json:"size"`
}
