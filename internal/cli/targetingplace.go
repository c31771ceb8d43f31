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
	"gotong/internal/targeting"
)

// recordedMeeting is a meeting for programs.
type recordedMeeting struct {
	ID           ident.ID                 `json:"id"`
	Area         string                   `json:"area"`
	HeldOn       string                   `json:"held_on"`
	Minutes      string                   `json:"minutes"`
	Participants int64                    `json:"participants"`
	Women        int64                    `json:"women"`
	Families     int64                    `json:"families"`
	Withdrawn    bool                     `json:"withdrawn"`
	Places       []targeting.MeetingPlace `json:"places,omitempty"`
}

func recordedOf(m targeting.Meeting, families int64) recordedMeeting {
	return recordedMeeting{m.ID, m.Area, m.HeldOn.String(), m.Minutes, m.Participants, m.Women, families, !m.Stands(), m.Places}
}

func targetingMeeting(e *env) *cobra.Command {
	c := &cobra.Command{Use: "meeting", Short: "Village meetings' rankings: record, list"}
	c.AddCommand(meetingRecord(e), meetingList(e))
	return c
}

func meetingRecord(e *env) *cobra.Command {
	var m targeting.Meeting
	var held string
	c := &cobra.Command{
		Use: "record FILE", Short: "Record the order of families that a village meeting agreed on", Args: cobra.ExactArgs(1),
		Long: `FILE is a CSV, a workbook or a Parquet file with a column "keluarga" (the
program's id of a family) or "id_keluarga" (the office's key), and a column
"peringkat": 1 is the poorest, equals may share a number, and a family without
one was not ranked. The page of village meetings offers the sheet to fill in.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if m.HeldOn, err = civil.Parse(held); err != nil {
				return fault.Invalid("targeting.survey.date", "value", held)
			}
			f, size, err := openFile(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if m.Area, err = a.Atlas.Parse(m.Area); err != nil {
					return err
				}
				roster, err := a.Targeting.Roster(ctx, m.Area, access.PurposeVerification)
				if err != nil {
					return err
				}
				if m.Places, err = targeting.ReadPlaces(f, size, roster); err != nil {
					return err
				}
				kept, err := a.Targeting.RecordMeeting(ctx, m)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.targeting.meeting", "id", kept.ID, "families", len(kept.Places), "village", a.Atlas.Path(kept.Area, ", ")))
				return e.result(recordedOf(kept, int64(len(kept.Places))))
			})
		},
	}
	c.Flags().StringVar(&m.Area, "village", "", "code of the village (required)")
	c.Flags().StringVar(&held, "held", "", "day of the meeting, YYYY-MM-DD (required)")
	c.Flags().StringVar(&m.Minutes, "minutes", "", "number of the signed minutes (required)")
	c.Flags().Int64Var(&m.Participants, "participants", 0, "how many took part (required)")
	c.Flags().Int64Var(&m.Women, "women", 0, "how many of them were women")
	c.Flags().StringVar(&m.Note, "note", "", "a note")
	return must(c, "village", "held", "minutes", "participants")
}

func meetingList(e *env) *cobra.Command {
	var f targeting.MeetingFilter
	c := &cobra.Command{
		Use: "list", Short: "List the meetings on record, the newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				all, err := a.Targeting.ListMeetings(ctx, f)
				if err != nil {
					return err
				}
				out := []recordedMeeting{}
				for _, m := range all {
					e.printf("%s  %s  %s  %s  %d\n", m.ID, m.HeldOn, m.Area, m.Minutes, m.Families)
					out = append(out, recordedOf(m.Meeting, m.Families))
				}
				return e.result(map[string]any{"meetings": out})
			})
		},
	}
	c.Flags().StringVar(&f.Area, "area", "", "code of an area")
	c.Flags().BoolVar(&f.Standing, "standing", false, "only those not withdrawn")
	return c
}

// placed is a family of a village for programs: no name and no number.
type placed struct {
	Family       ident.ID `json:"family"`
	Standing     int64    `json:"place,omitempty"`
	ByScore      int64    `json:"by_score,omitempty"`
	ByMeeting    int64    `json:"by_meeting,omitempty"`
	Hybrid       int64    `json:"hybrid,omitempty"`
	Score        *int64   `json:"score_micro"`
	Decile       int64    `json:"decile,omitempty"`
	DecileRegion int64    `json:"decile_region,omitempty"`
	Consumption  int64    `json:"predicted_rupiah,omitempty"`
}

func targetingVillage(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "village CODE", Short: "The families of a village by score, by its meeting and by both", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				area, err := a.Atlas.Parse(args[0])
				if err != nil {
					return err
				}
				v, err := a.Targeting.Village(ctx, access.PurposeVerification, area)
				if err != nil {
					return err
				}
				by := targeting.ByScore
				if v.Ranking.Order != nil {
					by = v.Ranking.Order.By
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.targeting.village", "village", a.Atlas.Path(area, ", "), "order", i18n.T(e.lang, "targeting.order."+string(by)), "date", v.Ranking.AsOf))
				rows := []placed{}
				w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
				for _, x := range v.Rows {
					p := placed{Family: x.Family, Standing: x.Standing, ByScore: x.ByScore, ByMeeting: x.Community, Hybrid: x.Hybrid, Decile: x.Decile, DecileRegion: x.DecileRegion, Consumption: int64(x.Consumption)}
					if x.Known {
						p.Score = &x.Score
					}
					rows = append(rows, p)
					if !e.json {
						fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\n", orDash(x.Standing), orDash(x.ByScore), orDash(x.Community), orDash(x.Hybrid), x.Family, x.Decile)
					}
				}
				if err := w.Flush(); err != nil {
					return err
				}
				out := map[string]any{"village": area, "ranking": v.Ranking.ID, "order": by, "as_of": v.Ranking.AsOf, "meeting_used": v.Used, "families": rows}
				if v.Meeting != nil {
					out["meeting"] = v.Meeting.ID
				}
				return e.result(out)
			})
		},
	}
}

func orDash(n int64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}

// measured is a measure of poverty for programs; indices are millionths.
type measured struct {
	Area     string `json:"area"`
	AsOf     string `json:"as_of,omitempty"`
	Families int64  `json:"families"`
	Persons  int64  `json:"persons"`
	Poor     int64  `json:"poor"`
	P0       int64  `json:"p0_micro"`
	P1       int64  `json:"p1_micro"`
	P2       int64  `json:"p2_micro"`
	Extreme  int64  `json:"extreme_micro"`
	Unknown  int64  `json:"families_not_measured"`
	Line     int64  `json:"line_rupiah,omitempty"`
}

func measuredOf(area, asOf string, m targeting.Measure, l *targeting.Line) measured {
	x := measured{Area: area, AsOf: asOf, Families: m.Families, Persons: m.Persons, Poor: m.Poor, P0: m.P0(), P1: m.P1(), P2: m.P2(), Extreme: m.P0Extreme(), Unknown: m.Unknown}
	if l != nil {
		x.Line = int64(l.Monthly)
	}
	return x
}

func microPercent(v int64) string { return percentOf(float64(v) / targeting.Micro) }

func (e *env) povertyOf(ctx context.Context, a *app.App, area string) error {
	r, err := a.Targeting.Poverty(ctx, strings.ReplaceAll(area, ".", ""))
	if err != nil {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.targeting.predicted", "model", r.Ranking.ModelNames(), "date", r.Ranking.AsOf))
	rows, trend := []measured{}, []measured{}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(name string, x measured) {
		if !e.json {
			fmt.Fprintf(w, "%s\t%d\tP0 %s\tP1 %s\tP2 %s\t%s\t\n", name, x.Persons, microPercent(x.P0), microPercent(x.P1), microPercent(x.P2), microPercent(x.Extreme))
		}
	}
	whole := measuredOf(r.Area, r.Ranking.AsOf.String(), r.Whole.Measure, r.Whole.Poor)
	for _, row := range r.Rows {
		x := measuredOf(row.Area, "", row.Measure, row.Poor)
		line(a.Atlas.Name(row.Area), x)
		rows = append(rows, x)
	}
	line("=", whole)
	for _, p := range r.Trend {
		x := measuredOf(r.Area, p.AsOf.String(), p.Measure, nil)
		line(x.AsOf, x)
		trend = append(trend, x)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if r.Surveys == nil {
		r.Surveys = []targeting.SurveyPoverty{}
	}
	return e.result(map[string]any{"method": "predicted", "model": r.Ranking.Model, "whole": whole, "areas": rows, "trend": trend, "surveys": r.Surveys})
}
