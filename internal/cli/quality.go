package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/i18n"
	"gotong/internal/quality"
)

func qualityCommand(e *env) *cobra.Command {
	var area string
	var measure bool
	c := &cobra.Command{
		Use: "quality", Short: "Say how good the register is in an area: completeness, freshness, warnings, duplicates, visits, trend", Args: cobra.NoArgs,
		Example: "  gotong quality --measure\n  gotong quality --area 3172041004 --json",
		Long: `Prints the figures of the newest measuring for an area and the areas below it.
--measure measures the whole register first, as the server does every day. What
counts as complete, fresh and visited stands in policy/quality.yaml.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if measure {
					if _, err := do[quality.Measured](ctx, e, a, app.KindQuality, struct{}{}, false); err != nil {
						return err
					}
				}
				if area != "" {
					var err error
					if area, err = a.Atlas.Parse(area); err != nil {
						return err
					}
				}
				if _, err := a.Quality.Newest(ctx); err != nil {
					return err
				}
				v, err := a.Quality.View(ctx, area)
				if err != nil {
					return err
				}
				report := quality.ReportOf(v)
				e.printQuality(a, report)
				return e.result(report)
			})
		},
	}
	c.Flags().StringVar(&area, "area", "", "code of an area of any level (default: all of who acts)")
	c.Flags().BoolVar(&measure, "measure", false, "measure the register first")
	return c
}

func (e *env) printQuality(a *app.App, r quality.AreaReport) {
	e.printf("%s\n", i18n.T(e.lang, "cli.quality.head", "day", r.MeasuredOn))
	line := func(name string, c quality.AreaCounts) {
		e.printf("%s\n", i18n.T(e.lang, "cli.quality.line", "area", name, "families", c.Families, "facts", 100*c.FactsKnown/max(c.FactsAsked, 1), "sound", c.Sound,
			"incomplete", c.Incomplete, "stale", c.Stale, "warned", c.Warned, "twice", c.Twice, "unvisited", c.Unvisited, "waiting", c.Waiting))
	}
	for _, c := range append([]quality.AreaCounts{r.Here}, r.Below...) {
		name := a.Atlas.Name(c.Area)
		if c.Area == "" {
			name = "Indonesia"
		}
		line(name, c)
	}
	for _, w := range r.Here.Warnings {
		name := i18n.T(e.lang, "quality.warning."+w.Code)
		if w.Minor {
			name = i18n.T(e.lang, "quality.not_counted", "warning", name)
		}
		e.printf("  %s: %d\n", name, w.N)
	}
	if len(r.Trend) < 2 {
		return
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.quality.trend"))
	for _, c := range r.Trend {
		line(c.On, c)
	}
}
