package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/sieve"
)

func familyListCommand(e *env) *cobra.Command {
	var f registry.Filter
	var limit int
	var number string
	c := &cobra.Command{
		Use: "list", Short: "List families by area and the beginning of a member's name, or find those with a number", Args: cobra.NoArgs,
		Long: `Lists families by area and the beginning of a member's name. With --number, finds
those that carry a NIK or a family card's number. The number is asked for, or
read from standard input: it never stands in a command.`,
		Example: "  gotong family list --area 3674 --name siti\n  gotong family list --number nik",
		RunE: func(cmd *cobra.Command, _ []string) error {
			secret := ""
			if number != "" {
				var err error
				if secret, err = e.unseen("cli.family.ask_number", "cli.family.no_number"); err != nil {
					return err
				}
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				page := &registry.Page{}
				var err error
				if number != "" {
					page.Rows, err = a.Registry.Lookup(ctx, registry.IdentifierKind(number), secret, access.PurposeService)
				} else {
					page, err = a.Registry.List(ctx, f, registry.Cursor{}, limit, access.PurposeService)
				}
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
	c.Flags().StringVar(&number, "number", "", "nik or kk: find by this number, read from standard input")
	c.MarkFlagsMutuallyExclusive("number", "name")
	c.MarkFlagsMutuallyExclusive("number", "area")
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

// familyFindCommand asks a rule of every family of the newest snapshot.
func familyFindCommand(e *env) *cobra.Command {
	var area string
	var unknown bool
	c := &cobra.Command{
		Use: "find RULE", Short: "Find families by a rule, answered by the database", Args: cobra.ExactArgs(1),
		Example: "  gotong family find 'family.decile <= 2 && family.lone_elderly'\n  gotong family find 'family.house_damaged' --unknown --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			q := sieve.Question{Rule: args[0], Area: area, Of: rule.Yes}
			if unknown {
				q.Of = rule.Unknown
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				const most = 100
				p, err := a.Sieve.Find(ctx, access.PurposeService, q, 0, most)
				if err != nil {
					return err
				}
				rows := []foundFamily{}
				for _, r := range p.Rows {
					f := foundFamily{ID: r.FamilyID, Area: r.Area}
					for _, m := range r.Missing {
						f.Missing = append(f.Missing, m.Indicator.Code)
					}
					e.printf("%s  %s  %s\n", r.FamilyID, r.Area, strings.Join(f.Missing, " "))
					rows = append(rows, f)
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.found", "yes", p.Counts.Yes, "no", p.Counts.No, "unknown", p.Counts.Unknown, "date", p.AsOf))
				return e.result(map[string]any{"as_of": p.AsOf, "yes": p.Counts.Yes, "no": p.Counts.No, "unknown": p.Counts.Unknown, "failed": p.Counts.Failed,
					"families": rows, "more": p.Next > 0})
			})
		},
	}
	c.Flags().StringVar(&area, "area", "", "code of an area")
	c.Flags().BoolVar(&unknown, "unknown", false, "list those of whom it cannot be told, with the facts to ask for")
	return c
}

type foundFamily struct {
	ID      ident.ID `json:"id"`
	Area    string   `json:"area"`
	Missing []string `json:"missing,omitempty"`
}
