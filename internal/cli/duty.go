package cli

import (
	"context"

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

// rowProblem is what is wrong with a row of a file, for programs.
type rowProblem struct {
	Row    int    `json:"row"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
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
