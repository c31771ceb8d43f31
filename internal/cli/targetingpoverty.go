package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/rule"
	"gotong/internal/targeting"
	"gotong/internal/targeting/detection"
	"gotong/internal/targeting/survey"
)

func targetingPoverty(e *env) *cobra.Command {
	k := survey.Reckoning{}
	var date, area string
	var keep bool
	c := &cobra.Command{
		Use: "poverty [FILE]", Short: "P0, P1, P2 and extreme poverty: predicted for the register, or found by a survey", Args: cobra.MaximumNArgs(1),
		Long: `Without FILE: by the consumption that the scoring model predicts for the
families of the newest ranking, for an area and the areas just below it, and
over the rankings. Predictions vary less than consumption does; they are not
the statistics office's figures and are never mixed with them.

With FILE: by the consumption that a survey found, of all it covers, of each
province and regency in it, of town and country apart, with the 95 % interval
of P0. --keep keeps the figures to be shown beside the predictions.

Which line counts: of the smallest area whose line is not stale the newest,
and of one day that for town or country before that for both (models folder,
poverty_lines.yaml).`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error { return e.povertyOf(ctx, a, area) })
			}
			if k.Outcome == "" {
				return fault.Invalid("targeting.survey.flag_missing", "flag", "outcome")
			}
			var err error
			if k.On, err = civil.Parse(date); err != nil {
				return fault.Invalid("targeting.survey.date", "value", date)
			}
			k.Code = strings.ReplaceAll(area, ".", "")
			if k.Name == "" {
				k.Name = strings.TrimSuffix(args[0][strings.LastIndex(args[0], "/")+1:], ".csv")
			}
			return e.surveyPoverty(cmd.Context(), args[0], k, keep)
		},
	}
	c.Flags().StringVar(&area, "area", "", "code of an area: to show, or that the survey covers")
	c.Flags().StringVar(&k.Outcome, "outcome", "", "column of consumption per person a month, in rupiah (with FILE: required)")
	c.Flags().StringVar(&k.Size, "size", "", "column of household members (default: a row is a person)")
	c.Flags().StringVar(&k.Weight, "weight", "", "column of survey weights")
	c.Flags().StringVar(&k.Group, "group", "", "column of the community, for the interval")
	c.Flags().StringVar(&k.Area, "area-column", "", "column of the area's code")
	c.Flags().StringVar(&k.Urban, "urban", "", "column that tells town from country")
	c.Flags().StringVar(&k.Name, "name", "", "name of the survey (default: the file's)")
	c.Flags().StringVar(&date, "date", "", "day of the survey, YYYY-MM-DD (with FILE: required)")
	c.Flags().BoolVar(&keep, "keep", false, "keep the figures, to be shown beside the predictions")
	return c
}

func (e *env) surveyPoverty(ctx context.Context, path string, k survey.Reckoning, keep bool) error {
	f, size, err := openFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines, err := e.lines()
	if err != nil {
		return err
	}
	all, err := survey.Poverty(f, size, lines, k)
	if err != nil {
		return err
	}
	if keep {
		if err := e.with(ctx, func(ctx context.Context, a *app.App) error { return a.Targeting.KeepSurvey(ctx, all) }); err != nil {
			return err
		}
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.targeting.surveyed", "survey", k.Name, "date", k.On))
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for _, x := range all {
		if !e.json {
			fmt.Fprintf(w, "%s\t%s\t%d\tP0 %s (%s – %s)\tP1 %s\tP2 %s\t%s\n", x.Area, x.Setting, x.Households, microPercent(x.P0), microPercent(x.P0Low), microPercent(x.P0High), microPercent(x.P1), microPercent(x.P2), microPercent(x.Extreme))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return e.result(map[string]any{"method": "survey", "kept": keep, "areas": all})
}

// foundOf is the detection of a family for programs.
type foundOf struct {
	Family  ident.ID `json:"family"`
	Area    string   `json:"area,omitempty"`
	Verdict string   `json:"verdict"`
	Met     int      `json:"met"`
	Open    int      `json:"open"`
}

// questionOf is one question with its answer.
type questionOf struct {
	Test    string   `json:"test"`
	Name    string   `json:"name"`
	Answer  string   `json:"answer"`
	Missing []string `json:"missing"`
}

func targetingDetect(e *env) *cobra.Command {
	var f detection.Filter
	var verdict, family string
	c := &cobra.Command{
		Use: "detect", Short: "The eight tests of Kepmensos 262/HUK/2022 for an area's families, or one family with reasons", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.Verdict, f.Answer, f.Asked = detection.Verdict(verdict), rule.Yes, f.Test != ""
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if family != "" {
					return e.detected(ctx, a, family)
				}
				f.Area = strings.ReplaceAll(f.Area, ".", "")
				r, err := a.Detection.Detect(ctx, access.PurposeVerification, f)
				if err != nil {
					return err
				}
				counts := map[string]int64{}
				for _, v := range detection.Verdicts {
					counts[string(v)] = r.Counts[v]
					e.printf("%-24s %d\n", i18n.T(e.lang, "targeting.detection.verdict."+string(v)), r.Counts[v])
				}
				rows := []foundOf{}
				for _, x := range r.Rows {
					rows = append(rows, foundOf{x.Family, x.Area, string(x.Verdict), x.Met, x.Open})
				}
				return e.result(map[string]any{"as_of": r.AsOf, "families": r.Families, "counts": counts, "found": rows})
			})
		},
	}
	c.Flags().StringVar(&f.Area, "area", "", "code of an area")
	c.Flags().StringVar(&verdict, "verdict", "", "only families of a verdict: at_once, poor, open, not_poor")
	c.Flags().StringVar(&f.Test, "test", "", "only families that meet a test, by its id")
	c.Flags().StringVar(&family, "family", "", "one family, with reasons")
	return c
}

func (e *env) detected(ctx context.Context, a *app.App, family string) error {
	id, err := ident.Parse(family)
	if err != nil {
		return fault.Invalid("cli.bad_id", "value", family).Because(err)
	}
	x, err := a.Detection.Explain(ctx, access.PurposeService, id)
	if err != nil {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "targeting.detection.verdict."+string(x.Verdict)))
	var all []questionOf
	for _, q := range x.Questions {
		one := questionOf{Test: q.Test.ID, Name: q.Test.Name.In(e.lang), Answer: map[rule.Truth]string{rule.Yes: "yes", rule.No: "no", rule.Unknown: "unknown"}[q.Answer], Missing: []string{}}
		for _, i := range q.Missing {
			one.Missing = append(one.Missing, i.Code)
		}
		all = append(all, one)
		e.printf("%-8s %s %s\n", one.Answer, one.Name, strings.Join(one.Missing, ", "))
	}
	return e.result(map[string]any{"as_of": x.AsOf, "found": foundOf{id, "", string(x.Verdict), x.Met, x.Open}, "tests": all, "source": x.Version.Source.In(e.lang)})
}

func targetingScore(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "score FAMILY", Short: "What each fact adds to a family's score, and its places in its village", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.Parse(args[0])
			if err != nil {
				return fault.Invalid("cli.bad_id", "value", args[0]).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				x, err := a.Targeting.ScoreOf(ctx, access.PurposeService, id)
				if err != nil {
					return err
				}
				return e.scored(x)
			})
		},
	}
}

func (e *env) scored(x targeting.Scored) error {
	type term struct {
		Indicator string `json:"indicator"`
		Value     *int64 `json:"value"`
		Add       int64  `json:"add_micro"`
		Presumed  bool   `json:"presumed,omitempty"`
	}
	terms := []term{}
	e.printf("%-32s %10d\n", "=", x.Base)
	for _, r := range x.Readings {
		t := term{Indicator: r.Term.Indicator.Code, Add: r.Add, Presumed: r.Default}
		shown := "?"
		if r.Known {
			t.Value, shown = &r.Value, r.Term.Indicator.Format(r.Value, e.lang)
		}
		terms = append(terms, t)
		e.printf("%-32s %10d  %s\n", t.Indicator, t.Add, shown)
	}
	out := map[string]any{"model": x.Model.Code, "ranking": x.Ranking, "known": x.Known, "score_micro": x.Score, "predicted_rupiah": int64(x.Consumption), "base_micro": x.Base, "terms": terms}
	if x.Order != nil {
		out["order"] = x.Order.By
	}
	if v := x.Village; v != nil {
		out["village"] = placed{Family: x.FamilyID, Standing: v.Standing, ByScore: v.ByScore, ByMeeting: v.Community, Hybrid: v.Hybrid, Decile: x.Decile, DecileRegion: x.DecileRegion, Score: &x.Score, Consumption: int64(x.Consumption)}
		e.printf("%s\n", i18n.T(e.lang, "cli.targeting.places", "standing", orDash(v.Standing), "score", orDash(v.ByScore), "meeting", orDash(v.Community), "hybrid", orDash(v.Hybrid)))
	}
	return e.result(out)
}
