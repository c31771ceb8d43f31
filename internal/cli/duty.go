package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/condition"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

func dutyCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "duty", Short: "Duties that go with aid: open a month, list, report, import, verify; what follows, notices and appeals"}
	c.AddCommand(dutyOpen(e), dutyList(e), dutyReport(e), dutyImport(e), dutyFacilities(e), dutyVerify(e), dutyAssess(e), dutyEffects(e), dutyNotify(e), dutyAppeal(e), dutyDecide(e))
	return c
}

func monthArg(text string) (condition.Month, error) { return condition.ParseMonth(text) }

func idArg(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, fault.NotFound("core.error.not_found").Because(err)
	}
	return id, nil
}

func dutyOpen(e *env) *cobra.Command {
	var code string
	c := &cobra.Command{Use: "open MONTH", Short: "Write down who owes what in a month, from the determination in force", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		month, err := monthArg(args[0])
		if err != nil {
			return err
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			p, ended := e.progress()
			done, err := a.Conditions.OpenMonth(ctx, condition.OpenArgs{Programme: code, Month: month}, p)
			ended()
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "condition.cli.opened", "month", done.Month.String(), "duties", done.Duties, "families", done.Families, "added", done.Added))
			return e.result(done)
		})
	}}
	c.Flags().StringVar(&code, "programme", "pkh", "whose duties")
	return c
}

// dutyRow is a duty for programs.
type dutyRow struct {
	ID        ident.ID           `json:"id"`
	Family    ident.ID           `json:"family"`
	Person    ident.ID           `json:"person"`
	Programme string             `json:"programme"`
	Condition string             `json:"condition"`
	Month     condition.Month    `json:"month"`
	AtLeast   *int64             `json:"at_least,omitempty"`
	Unit      string             `json:"unit,omitempty"`
	Status    condition.Status   `json:"status"`
	Measure   *int64             `json:"measure,omitempty"`
	Excuse    condition.Excuse   `json:"excuse,omitempty"`
	Verified  bool               `json:"verified"`
	Facility  programme.Facility `json:"seen_by"`
	Via       condition.Via      `json:"via,omitempty"`
}

func rowsOf(all []condition.Duty) []dutyRow {
	rows := []dutyRow{}
	for _, d := range all {
		rows = append(rows, dutyRow{ID: d.ID, Family: d.FamilyID, Person: d.PersonID, Programme: d.Programme, Condition: d.Condition, Month: d.Due, AtLeast: d.AtLeast, Unit: d.Unit,
			Status: d.Status, Measure: d.Measure, Excuse: d.Excuse, Verified: d.Verified, Facility: d.Kind, Via: d.Via})
	}
	return rows
}

func dutyList(e *env) *cobra.Command {
	var family, facility, kind string
	c := &cobra.Command{Use: "list MONTH", Short: "How far a month has come; or a family's duties, or a facility's list", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		month, err := monthArg(args[0])
		if err != nil {
			return err
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			var all []condition.Duty
			switch {
			case family != "":
				id, err := idArg(family)
				if err != nil {
					return err
				}
				f, err := a.Conditions.OfFamily(ctx, id, month, month)
				if err != nil {
					return err
				}
				all = f.Duties
			case facility != "":
				f, err := a.Conditions.FacilityByCode(ctx, programme.Facility(kind), facility)
				if err != nil {
					return err
				}
				if _, all, err = a.Conditions.FacilityList(ctx, f.ID, month); err != nil {
					return err
				}
			default:
				p, err := a.Conditions.Progress(ctx, condition.FamilyFilter{Month: month})
				if err != nil {
					return err
				}
				e.printf("%d/%d\n", p.Verified, p.Families)
				return e.result(map[string]any{"month": month, "families": p.Families, "verified": p.Verified, "duties": p.Duties})
			}
			for i := range all {
				e.printf("%s  %-16s  %s\n", all[i].ID, all[i].Condition, all[i].Say(e.lang))
			}
			return e.result(map[string]any{"month": month, "duties": rowsOf(all)})
		})
	}}
	c.Flags().StringVar(&family, "family", "", "id of a family")
	c.Flags().StringVar(&facility, "facility", "", "code of a school or place of health")
	c.Flags().StringVar(&kind, "kind", "school", "of the facility: school or health")
	return c
}

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

// rowProblem is what is wrong with a row of a file, for programs.
type rowProblem struct {
	Row    int    `json:"row"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
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

// effectRow is an effect for programs.
type effectRow struct {
	ID       ident.ID               `json:"id"`
	Family   ident.ID               `json:"family"`
	Person   ident.ID               `json:"person"`
	Period   condition.Period       `json:"period"`
	Sanction programme.Sanction     `json:"sanction"`
	Percent  int                    `json:"percent"`
	Misses   []condition.Month      `json:"misses"`
	Status   condition.EffectStatus `json:"status"`
	Appeal   condition.AppealStatus `json:"appeal,omitempty"`
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
