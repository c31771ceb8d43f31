package cli

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/targeting/survey"
)

func targetingCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "targeting", Short: "Scoring models and their errors, village meetings, poverty, first detection"}
	c.AddCommand(targetingFit(e), targetingAssess(e), targetingVillage(e), targetingScore(e), targetingMeeting(e), targetingPoverty(e), targetingDetect(e), targetingModel(e))
	return c
}

// surveyFlags name the columns of a survey.
type surveyFlags struct {
	outcome, group, weight, features, by string
	plain, choose                        bool
	seed                                 uint64
}

func (f *surveyFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.outcome, "outcome", "", "column of consumption per person, above zero (required)")
	c.Flags().StringVar(&f.group, "group", "", "column that names the community (required)")
	c.Flags().StringVar(&f.weight, "weight", "", "column of survey weights")
	c.Flags().StringVar(&f.features, "features", "", "columns of what is known of a household, parted by commas")
	c.Flags().BoolVar(&f.plain, "plain", false, "ordinary least squares with straight lines, to compare with")
	c.Flags().BoolVar(&f.choose, "select", false, "leave out features that do not pay for themselves (BIC)")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "what draws of communities begin with; equal seeds draw alike")
}

func (f *surveyFlags) spec() (survey.Spec, error) {
	for _, required := range []struct{ flag, value string }{{"outcome", f.outcome}, {"group", f.group}} {
		if required.value == "" {
			return survey.Spec{}, fault.Invalid("targeting.survey.flag_missing", "flag", required.flag)
		}
	}
	return survey.Spec{Outcome: f.outcome, Group: f.group, Weight: f.weight, Features: listOf(f.features), By: listOf(f.by)}, nil
}

func (f *surveyFlags) options() survey.Options {
	return survey.Options{Plain: f.plain, Select: f.choose, Seed: f.seed}
}

func listOf(s string) []string {
	var all []string
	for _, name := range strings.Split(s, ",") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// readSurvey reads the columns of a survey's file that are needed.
func readSurvey(path string, c *indicator.Catalogue, s survey.Spec, more ...string) (*survey.Data, error) {
	f, size, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := survey.Read(f, size, append(s.Columns(), more...))
	if err != nil {
		return nil, err
	}
	return survey.Load(t, c, s)
}

func targetingFit(e *env) *cobra.Command {
	var f surveyFlags
	var out, date, source string
	c := &cobra.Command{
		Use: "fit FILE", Short: "Fit a scoring model to a consumption survey", Args: cobra.ExactArgs(1),
		Long: `Fits the natural log of consumption to what is known of the households and
writes a model file that "gotong rank" reads.

The fit is least squares. A number acts along a line with bends at a few of
its values, a text by its options; rare options are pooled. How firmly bends
and slopes are held, and how much of a community's mean is taken away, is
what predicts best in communities that the fit has not seen. Outliers of
consumption beyond 2.5 robust standard deviations are drawn in to there. An
answer that is missing has an effect of its own; where the survey has none
missing it counts as the average. --plain turns all this off.

Left out, and said so: rows without consumption, columns that are the same for
all, columns that only repeat others. Refused, with the rows: a consumption
that is not above zero or no number, a row without a community.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			spec, err := f.spec()
			if err != nil {
				return err
			}
			if out == "" {
				return fault.Invalid("targeting.survey.flag_missing", "flag", "out")
			}
			h := survey.Heading{Code: survey.CodeOf(filepath.Base(out)), Source: source, Date: civil.OfTime(clock.System{}.Now())}
			if date != "" {
				if h.Date, err = civil.Parse(date); err != nil {
					return fault.Invalid("targeting.survey.date", "value", date)
				}
			}
			if h.Source == "" {
				h.Source = filepath.Base(args[0])
			}
			catalogue, err := e.catalogue()
			if err != nil {
				return err
			}
			d, err := readSurvey(args[0], catalogue, spec)
			if err != nil {
				return err
			}
			fit, err := survey.Fit(d, catalogue, h, f.options())
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, fit.Text, 0o644); err != nil {
				return fault.Invalid("targeting.survey.no_out", "file", out).Because(err)
			}
			e.toldFit(fit, out)
			return e.result(struct {
				*survey.Fitted
				Out string `json:"out"`
			}{fit, out})
		},
	}
	f.add(c)
	c.Flags().StringVar(&out, "out", "", "model file to write (required)")
	c.Flags().StringVar(&date, "date", "", "day of the survey, YYYY-MM-DD: the model's date, its prices' and from when it is in force (default: today)")
	c.Flags().StringVar(&source, "source", "", "name of the survey (default: the file's)")
	return c
}

func (e *env) toldFit(fit *survey.Fitted, out string) {
	say := func(key string, args ...any) { e.printf("%s\n", i18n.T(e.lang, "cli.targeting."+key, args...)) }
	say("fitted", "file", out, "rows", fit.Rows, "groups", fit.Groups, "features", len(fit.Features))
	say("fit_quality", "r2", percentOf(fit.R2), "cross", percentOf(fit.CrossR2), "error", strconv.FormatFloat(fit.CrossError, 'f', 3, 64))
	if fit.LeftOut > 0 {
		say("left_out", "rows", fit.LeftOut)
	}
	for _, l := range []struct {
		key   string
		names []string
	}{{"constant", fit.Constant}, {"repeated", fit.Repeated}, {"not_selected", fit.Selected}, {"not_in_register", fit.NotRegistered}} {
		if len(l.names) > 0 {
			say(l.key, "columns", strings.Join(l.names, ", "))
		}
	}
}

func percentOf(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + " %" }

// rangeOf writes a figure, a dash where it cannot be known.
func rangeOf(r survey.Range) string {
	if r.Unknown {
		return "–"
	}
	return percentOf(r.Mean)
}

func targetingAssess(e *env) *cobra.Command {
	var f surveyFlags
	var model, quota string
	var within bool
	var train, repeat int
	c := &cobra.Command{
		Use: "assess FILE", Short: "Measure whom a model misses and whom it takes by mistake", Args: cobra.ExactArgs(1),
		Long: `The poor are the quota's share of households with the lowest consumption;
selected is the same share with the lowest score. With --quota-within-group
both are taken in each community by itself.

  exclusion_error  poor households not selected, of all poor ones
  inclusion_error  selected households not poor, of all selected
  r2               share of the variance of the log of consumption that the
                   model predicts (below 0: worse than the average)
  spearman         correlation of the ranks by score and by consumption

With --features a model is fitted to --train-groups communities drawn by
chance and measured in all the others, --repeat times; each figure has its
mean and the middle 95 % of the repeats (…_interval: [low, high]). With --model the figures
are of all rows, and the interval is that of communities drawn again from
among them. Households count by their weight, if --weight is given. Equal
scores are put in an order that does not depend on consumption.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			spec, err := f.spec()
			if err != nil {
				return err
			}
			trial := survey.Trial{Within: within, TrainGroups: train, Repeat: repeat, Fit: f.options()}
			if trial.Quota, err = survey.ParseQuota(quota); err != nil {
				return err
			}
			if (model == "") == (len(spec.Features) == 0) {
				return fault.Invalid("targeting.survey.model_or_features")
			}
			catalogue, err := e.catalogue()
			if err != nil {
				return err
			}
			a, err := assessed(cmd.Context(), args[0], model, catalogue, spec, trial)
			if err != nil {
				return err
			}
			e.toldAssessment(a)
			return e.result(a)
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.by, "by", "", "columns by whose values errors are told apart, parted by commas")
	c.Flags().StringVar(&model, "model", "", "model file to assess")
	c.Flags().StringVar(&quota, "quota", "", "share of households that can be helped, such as 20% (required)")
	c.Flags().BoolVar(&within, "quota-within-group", false, "the quota is each community's own")
	c.Flags().IntVar(&train, "train-groups", 0, "communities to fit to, the others are assessed (default: half)")
	c.Flags().IntVar(&repeat, "repeat", 20, "how often communities are drawn")
	return c
}

// assessed measures a model, or what is fitted to part of the survey.
func assessed(_ context.Context, path, model string, c *indicator.Catalogue, s survey.Spec, t survey.Trial) (*survey.Assessment, error) {
	if model == "" {
		d, err := readSurvey(path, c, s)
		if err != nil {
			return nil, err
		}
		if t.TrainGroups == 0 {
			t.TrainGroups = d.Groups() / 2
		}
		return survey.Assess(d, c, t)
	}
	text, err := os.ReadFile(model)
	if err != nil {
		return nil, fault.Invalid("targeting.survey.no_file", "file", model).Because(err)
	}
	m, err := survey.OpenModel(c, filepath.Base(model), text)
	if err != nil {
		return nil, err
	}
	d, err := readSurvey(path, c, s, survey.Columns(m)...)
	if err != nil {
		return nil, err
	}
	return survey.AssessModel(d, m, t)
}

func (e *env) toldAssessment(a *survey.Assessment) {
	row := func(name string, r survey.Range) {
		e.printf("%-18s %8s   %s – %s\n", name, rangeOf(r), percentOf(r.Low), percentOf(r.High))
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.targeting.assessed", "rows", a.Rows, "groups", a.Groups, "quota", percentOf(a.Quota), "repeat", a.Repeat))
	row(i18n.T(e.lang, "cli.targeting.exclusion"), a.Exclusion)
	row(i18n.T(e.lang, "cli.targeting.inclusion"), a.Inclusion)
	row("R²", a.R2)
	row("Spearman", a.Spearman)
	for _, g := range a.By {
		e.printf("%s\n", i18n.T(e.lang, "cli.targeting.by", "column", g.Column, "value", g.Value, "exclusion", rangeOf(g.Exclusion), "inclusion", rangeOf(g.Inclusion), "rows", g.Rows))
	}
	if a.LeftOut > 0 {
		e.printf("%s\n", i18n.T(e.lang, "cli.targeting.left_out", "rows", a.LeftOut))
	}
	if a.Unscored > 0 {
		e.printf("%s\n", i18n.T(e.lang, "cli.targeting.unscored", "rows", a.Unscored))
	}
}
