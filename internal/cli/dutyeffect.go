package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/condition"
	"gotong/internal/i18n"
)

func dutyAssess(e *env) *cobra.Command {
	var code, area string
	c := &cobra.Command{Use: "assess PERIOD", Short: "Find what follows for an instalment; no family is told yet", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		p, err := condition.ParsePeriod(args[0])
		if err != nil {
			return err
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			done, err := a.Conditions.Assess(ctx, code, p, area)
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.assessed", "members", done.Members, "proposed", done.Proposed))
			return e.result(done)
		})
	}}
	c.Flags().StringVar(&code, "programme", "pkh", "whose instalment")
	c.Flags().StringVar(&area, "area", "", "code of an area; all of yours otherwise")
	return c
}

func dutyEffects(e *env) *cobra.Command {
	var f condition.EffectFilter
	var status, appeal string
	c := &cobra.Command{Use: "effects", Short: "What follows from duties, with letters and appeals", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			f.Status, f.Appeal = condition.EffectStatus(status), condition.AppealStatus(appeal)
			all, err := a.Conditions.Effects(ctx, f)
			if err != nil {
				return err
			}
			rows := []effectRow{}
			for _, x := range all {
				row := effectRow{ID: x.ID, Family: x.FamilyID, Person: x.PersonID, Period: x.Period, Sanction: x.Sanction, Percent: x.Percent, Misses: x.Misses, Status: x.Status}
				if x.Appeal != nil {
					row.Appeal = x.Appeal.Status
				}
				rows = append(rows, row)
				e.printf("%s\n", i18n.T(e.lang, "condition.cli.effect", "id", x.ID.String(), "period", x.Period.String(), "sanction", i18n.T(e.lang, "condition.sanction."+string(x.Sanction)),
					"status", i18n.T(e.lang, "condition.effect_status."+string(x.Status)), "percent", x.Percent))
			}
			return e.result(map[string]any{"effects": rows})
		})
	}}
	c.Flags().StringVar(&f.Period, "period", "", "of this instalment")
	c.Flags().StringVar(&status, "status", "", "proposed, standing, upheld or withdrawn")
	c.Flags().StringVar(&appeal, "appeal", "", "with an appeal that is filed, upheld or rejected")
	return c
}

func dutyNotify(e *env) *cobra.Command {
	var f condition.EffectFilter
	c := &cobra.Command{Use: "notify", Short: "Issue the letters of every consequence that no family was told of", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			n, err := a.Conditions.NotifyAll(ctx, f)
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.told", "n", n))
			return e.result(map[string]any{"letters": n})
		})
	}}
	c.Flags().StringVar(&f.Period, "period", "", "of this instalment")
	c.Flags().StringVar(&f.Area, "area", "", "in this area")
	return c
}

func dutyAppeal(e *env) *cobra.Command {
	var o condition.Objection
	var picture string
	c := &cobra.Command{Use: "appeal EFFECT", Short: "File a family's objection", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		id, err := idArg(args[0])
		if err != nil {
			return err
		}
		o.Effect = id
		if picture != "" {
			if o.Picture, err = os.ReadFile(picture); err != nil {
				return err
			}
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			p, err := a.Conditions.Object(ctx, o)
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.appealed", "day", p.Due))
			return e.result(map[string]any{"id": p.ID, "due": p.Due})
		})
	}}
	c.Flags().StringVar(&o.Text, "text", "", "what the family says")
	c.Flags().StringVar(&o.Evidence, "evidence", "", "what it has shown")
	c.Flags().StringVar(&picture, "picture", "", "a photo of it, JPEG or PNG")
	c.Flags().BoolVar(&o.ByFamily, "by-family", true, "the family objects, not its facilitator")
	return must(c, "text", "evidence")
}

func dutyDecide(e *env) *cobra.Command {
	var uphold bool
	var why string
	c := &cobra.Command{Use: "decide EFFECT", Short: "Reject an appeal, or uphold it with --uphold", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		id, err := idArg(args[0])
		if err != nil {
			return err
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			x, err := a.Conditions.Decide(ctx, id, uphold, why)
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.decided", "status", i18n.T(e.lang, "condition.appeal_status."+string(x.Appeal.Status))))
			return e.result(map[string]any{"effect": x.ID, "status": x.Status, "appeal": x.Appeal.Status})
		})
	}}
	c.Flags().BoolVar(&uphold, "uphold", false, "take back what follows; what was kept back is paid by the next list")
	c.Flags().StringVar(&why, "why", "", "the reason")
	return must(c, "why")
}
