package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/targeting"
)

// targetingModel looks after scoring models: what they weigh, and changes that
// two people enact.
func targetingModel(e *env) *cobra.Command {
	c := &cobra.Command{Use: "model", Short: "Look after scoring models: their weights, and changes that two people enact"}
	c.AddCommand(modelWeights(e), modelList(e), modelPropose(e), modelEnact(e), modelReject(e))
	return c
}

func modelWeights(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "weights CODE", Short: "List what a model weighs, by the places that a change names", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := a.Targeting.AdoptModels(ctx); err != nil {
					return err
				}
				m, err := a.Targeting.Models.Model(args[0])
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
				weights := map[string]int64{}
				for _, x := range m.Weights() {
					weights[x.Place] = x.Value
					name := ""
					if x.Term != nil {
						name = x.Term.Indicator.Name.In(e.lang) + ", "
					}
					if !e.json {
						fmt.Fprintf(w, "%s\t%d\t%s%s\n", x.Place, x.Value, name, x.Label(e.lang))
					}
				}
				if err := w.Flush(); err != nil {
					return err
				}
				return e.result(map[string]any{"model": m.Code, "from": m.From, "digest": m.Digest, "weights": weights})
			})
		},
	}
}

func modelList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List proposed and decided changes of models, the newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				all, err := a.Targeting.ModelVersions(ctx)
				if err != nil {
					return err
				}
				rows := []map[string]any{}
				for _, v := range all {
					e.printf("%s  %s  %s  %s\n", v.ID, v.Code, v.From, i18n.T(e.lang, "targeting.model.states."+string(v.State)))
					rows = append(rows, saidVersion(v))
				}
				return e.result(map[string]any{"versions": rows})
			})
		},
	}
}

func saidVersion(v targeting.ModelVersion) map[string]any {
	return map[string]any{"id": v.ID, "base": v.Base, "model": v.Code, "from": v.From, "state": v.State, "digest": v.Digest, "by": v.ProposedBy, "decided_by": v.DecidedBy}
}

func modelPropose(e *env) *cobra.Command {
	var f whatIfFlags
	var from, published, basis, note string
	c := &cobra.Command{
		Use: "propose CODE", Short: "Propose other weights of a model, for another person to enact (give --as LOGIN)", Args: cobra.ExactArgs(1),
		Example: "  gotong targeting model propose pmt_demo_2025 --weight floor.option.earth=-200000 --without ac --from 2026-03-01 --basis 'SK 12' --published 2026-02-10 --as lina",
		RunE: func(cmd *cobra.Command, args []string) error {
			d := targeting.ModelDraft{Basis: decree.Basis{Title: basis}, Note: note}
			var err error
			if d.Basis.From, d.Basis.On, err = basisDays(from, published); err != nil {
				return err
			}
			f.model = args[0]
			if d.Edit, err = f.modelEdit(); err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				v, err := a.Targeting.ProposeModel(ctx, d)
				return e.decidedModel(v, err)
			})
		},
	}
	x := c.Flags()
	x.StringArrayVar(&f.weights, "weight", nil, "PLACE=N: another weight, may be repeated")
	x.StringArrayVar(&f.without, "without", nil, "fact to count no more, may be repeated")
	x.StringArrayVar(&f.with, "with", nil, "fact to count, may be repeated")
	x.StringVar(&from, "from", "", "first day of the model, YYYY-MM-DD")
	x.StringVar(&published, "published", "", "day on which its basis was published, YYYY-MM-DD")
	x.StringVar(&basis, "basis", "", "decree or minutes that it rests on")
	x.StringVar(&note, "note", "", "why")
	return c
}

func (e *env) decidedModel(v targeting.ModelVersion, err error) error {
	if err != nil {
		return err
	}
	e.printf("%s  %s  %s  %s\n", v.ID, v.Code, v.From, i18n.T(e.lang, "targeting.model.states."+string(v.State)))
	return e.result(saidVersion(v))
}

func modelEnact(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "enact ID", Short: "Put a proposed model into force, as another person than its proposer (give --as LOGIN)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.onModel(cmd.Context(), args[0], func(ctx context.Context, a *app.App, id ident.ID) (targeting.ModelVersion, error) {
				return a.Targeting.EnactModel(ctx, id)
			})
		},
	}
}

func modelReject(e *env) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use: "reject ID", Short: "Turn a proposed model down, as another person than its proposer (give --as LOGIN)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.onModel(cmd.Context(), args[0], func(ctx context.Context, a *app.App, id ident.ID) (targeting.ModelVersion, error) {
				return a.Targeting.RejectModel(ctx, id, reason)
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why")
	return c
}

func (e *env) onModel(ctx context.Context, text string, decide func(context.Context, *app.App, ident.ID) (targeting.ModelVersion, error)) error {
	id, err := ident.Parse(text)
	if err != nil {
		return fault.Invalid("cli.bad_id", "value", text).Because(err)
	}
	return e.with(ctx, func(ctx context.Context, a *app.App) error {
		v, err := decide(ctx, a, id)
		return e.decidedModel(v, err)
	})
}
