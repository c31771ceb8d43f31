package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/condition"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/programme"
)

// reportFlags are what may be said of a duty.
func reportFlags(c *cobra.Command, r *condition.Report) (fill func()) {
	status := c.Flags().String("status", "", "met or missed, of a duty without a measure")
	measure := c.Flags().Int64("measure", 0, "what was reached, of a duty with a measure")
	excuse := c.Flags().String("excuse", "", "illness, disaster, facility_closed or not_applicable")
	c.Flags().StringVar(&r.Note, "note", "", "what else there is to say")
	return func() {
		r.Status, r.Excuse = condition.Status(*status), condition.Excuse(*excuse)
		if *excuse != "" {
			r.Status = condition.Excused
		}
		if c.Flags().Changed("measure") {
			r.Measure = measure
		}
	}
}

func dutyReport(e *env) *cobra.Command {
	var r condition.Report
	var why string
	c := &cobra.Command{Use: "report DUTY", Short: "Record what is known of a duty; with --correct in a month that is verified", Args: cobra.ExactArgs(1)}
	fill := reportFlags(c, &r)
	c.Flags().StringVar(&why, "correct", "", "why what was verified is corrected")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := idArg(args[0])
		if err != nil {
			return err
		}
		r.Duty = id
		fill()
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			done := condition.Reported{Changed: 1}
			if why != "" {
				err = a.Conditions.Correct(ctx, r, why)
			} else {
				done, err = a.Conditions.Report(ctx, condition.ViaAPI, []condition.Report{r})
			}
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.reported", "changed", done.Changed, "same", done.Same))
			return e.result(done)
		})
	}
	return c
}

func dutyImport(e *env) *cobra.Command {
	var facility, kind string
	c := &cobra.Command{Use: "import MONTH FILE", Short: "Take a facility's list back, CSV or XLSX: all of it or nothing", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		month, err := monthArg(args[0])
		if err != nil {
			return err
		}
		in, size, err := openFile(args[1])
		if err != nil {
			return err
		}
		defer in.Close()
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			f, err := a.Conditions.FacilityByCode(ctx, programme.Facility(kind), facility)
			if err != nil {
				return err
			}
			_, list, err := a.Conditions.FacilityList(ctx, f.ID, month)
			if err != nil {
				return err
			}
			b, err := condition.ReadForm(in, size, list)
			if err != nil {
				return err
			}
			if len(b.Problems) > 0 {
				p := b.Problems[0]
				return fault.Invalid("condition.file_row", "row", p.Row, "problem", i18n.Error(e.lang, p.What))
			}
			done, err := a.Conditions.Report(ctx, condition.ViaFile, b.Reports)
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.reported", "changed", done.Changed, "same", done.Same))
			return e.result(done)
		})
	}}
	c.Flags().StringVar(&facility, "facility", "", "code of a school or place of health")
	c.Flags().StringVar(&kind, "kind", "school", "of the facility: school or health")
	return must(c, "facility")
}

func dutyFacilities(e *env) *cobra.Command {
	var dry bool
	c := &cobra.Command{Use: "facilities FILE", Short: "Register schools and places of health from a CSV or XLSX file: all of it or nothing", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		in, size, err := openFile(args[0])
		if err != nil {
			return err
		}
		defer in.Close()
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			file, err := condition.ReadFacilities(in, size)
			if err != nil {
				return err
			}
			done, err := a.Conditions.TakeFacilities(ctx, file, dry)
			if err != nil {
				return err
			}
			problems := []rowProblem{}
			for _, p := range done.Problems {
				problems = append(problems, rowProblem{p.Row, p.What.Key, i18n.Error(e.lang, p.What)})
				e.printf("%s\n", i18n.T(e.lang, "condition.file_row", "row", p.Row, "problem", i18n.Error(e.lang, p.What)))
			}
			if err := e.result(struct {
				condition.FacilitiesTaken
				Problems []rowProblem `json:"problems"`
			}{done, problems}); err != nil {
				return err
			}
			if len(problems) > 0 {
				return fault.Invalid("condition.cli.facilities_wrong", "n", len(problems))
			}
			key := "condition.cli.facilities"
			if dry {
				key = "condition.cli.facilities_tried"
			}
			e.printf("%s\n", i18n.T(e.lang, key, "new", done.New, "changed", done.Changed, "same", done.Same))
			return nil
		})
	}}
	c.Flags().BoolVar(&dry, "dry-run", false, "only say what it would do")
	return c
}

func dutyVerify(e *env) *cobra.Command {
	var note string
	c := &cobra.Command{Use: "verify FAMILY MONTH", Short: "Close a family's month as its facilitator", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		family, err := idArg(args[0])
		if err != nil {
			return err
		}
		month, err := monthArg(args[1])
		if err != nil {
			return err
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			if err := a.Conditions.Verify(ctx, family, month, nil, note); err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.verified", "month", month.String()))
			return e.result(map[string]any{"family": family, "month": month})
		})
	}}
	c.Flags().StringVar(&note, "note", "", "on the month")
	return c
}
