package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/outcome"
)

func outcomeCommand(e *env) *cobra.Command {
	var from, to, area string
	var kept bool
	c := &cobra.Command{
		Use: "outcome", Short: "Measure who left poverty and by which road, whom programmes miss, and who has come to the end of one", Args: cobra.NoArgs,
		Long: `Follows every family over the rankings of a span of days, looks through the
determination in force for families who get nothing, who are relieved only and
have a second engine, or who are served twice, and asks the exits of every
programme of who is entitled. It counts what the scoring model predicts; aid
that came before need not be the cause. Nothing changes for anybody.`,
		Example: "  gotong outcome --json\n  gotong outcome --from 2026-01-01 --to 2026-07-01 --area 3674\n  gotong outcome list left --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			args, err := outcomeDays(from, to)
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				var m outcome.Measure
				if kept {
					m, err = a.Outcomes.Measure(ctx, ident.ID{})
				} else {
					m, err = do[outcome.Measure](ctx, e, a, app.KindOutcome, args, false)
				}
				if err != nil {
					return err
				}
				return e.measured(ctx, a, m, area)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", "first day, YYYY-MM-DD (default: of the first ranking)")
	f.StringVar(&to, "to", "", "last day, YYYY-MM-DD (default: of the last ranking)")
	f.StringVar(&area, "area", "", "code of an area; counts are then of what lies in it")
	f.BoolVar(&kept, "kept", false, "show the newest measure, measure nothing")
	c.AddCommand(outcomeList(e), graduationCommand(e))
	return c
}

func outcomeDays(from, to string) (outcome.Args, error) {
	var a outcome.Args
	for _, d := range []struct {
		text string
		into *civil.Date
	}{{from, &a.From}, {to, &a.To}} {
		if d.text == "" {
			continue
		}
		day, err := civil.Parse(d.text)
		if err != nil {
			return a, fault.Invalid("outcome.bad_day", "value", d.text).Because(err)
		}
		*d.into = day
	}
	return a, nil
}

// counted is a list's count for programs.
type countedList struct {
	List      string `json:"list"`
	Programme string `json:"programme,omitempty"`
	Road      string `json:"road,omitempty"`
	Families  int64  `json:"families"`
	Annual    int64  `json:"annual_rupiah,omitempty"`
}

// measured prints a measure of an area.
func (e *env) measured(ctx context.Context, a *app.App, m outcome.Measure, area string) error {
	tallies, err := a.Outcomes.Tallies(ctx, outcome.Filter{Measure: m.ID, Area: area}, 0)
	if err != nil {
		return err
	}
	policy := a.Outcomes.Policies.On(m.AsOf)
	name := func(l outcome.List) string {
		if g, ok := policy.Gap(l); ok {
			return g.Name.In(e.lang)
		}
		return i18n.T(e.lang, "outcome.list."+string(l))
	}
	lists := []countedList{}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for _, t := range tallies {
		x := countedList{List: string(t.List), Programme: t.Programme, Road: string(t.Road), Families: t.Families, Annual: int64(t.Annual)}
		lists = append(lists, x)
		if !e.json {
			what := x.Programme + " " + x.Road
			if t.List.IsMove() && x.Road != "" {
				what = i18n.T(e.lang, "outcome.road."+x.Road)
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t\n", name(t.List), strings.TrimSpace(what), x.Families)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.outcome", "rankings", len(m.Rankings), "from", m.Rankings[0].Day, "to", m.AsOf, "digest", m.Digest))
	return e.result(map[string]any{"id": m.ID, "as_of": m.AsOf, "rankings": m.Rankings, "comparable": m.Comparable, "determination": m.Current,
		"families": m.Families, "area": area, "lists": lists, "digest": m.Digest})
}

// outcomeList prints the families of one list, without names.
func outcomeList(e *env) *cobra.Command {
	var area, road, programme string
	c := &cobra.Command{
		Use: "list LIST", Short: "List the families of one list of the newest measure, without names", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				m, err := a.Outcomes.Measure(ctx, ident.ID{})
				if err != nil {
					return err
				}
				f := outcome.Filter{Measure: m.ID, List: outcome.List(args[0]), Area: area, Road: outcome.Road(road), Programme: programme}
				if err := knownList(a.Outcomes.Policies.On(m.AsOf), f.List); err != nil {
					return err
				}
				n := 0
				for r, err := range a.Outcomes.All(ctx, access.PurposeDetermination, f) {
					if err != nil {
						return err
					}
					n++
					r.HeadName, r.Address, r.PersonName = "", "", ""
					if err := e.result(listed{r.FamilyID, r.PersonID, r.Area, r.Programme, string(r.Road), r.Detail}); err != nil {
						return err
					}
					e.printf("%s  %s  %s %s\n", r.FamilyID, r.Area, r.Programme, r.Road)
				}
				return e.result(map[string]any{"list": f.List, "count": n})
			})
		},
	}
	f := c.Flags()
	f.StringVar(&area, "area", "", "code of an area")
	f.StringVar(&road, "road", "", "income, both, relief, other or unknown; of the list due the exit")
	f.StringVar(&programme, "programme", "", "code of a programme, of the list due")
	return c
}

type listed struct {
	Family    ident.ID `json:"family"`
	Person    ident.ID `json:"person,omitzero"`
	Area      string   `json:"area"`
	Programme string   `json:"programme,omitempty"`
	Road      string   `json:"road,omitempty"`
	outcome.Detail
}

// knownList refuses a list that there is not, and names those that there are.
func knownList(p outcome.Policy, list outcome.List) error {
	var all []string
	for _, l := range outcome.Moves {
		if l.Kept() {
			all = append(all, string(l))
		}
	}
	for _, g := range p.Gaps {
		all = append(all, string(g.Code))
	}
	all = append(all, string(outcome.Due))
	if !slices.Contains(all, string(list)) {
		return fault.Invalid("outcome.no_list", "list", string(list), "lists", strings.Join(all, ", "))
	}
	return nil
}

func graduationCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "graduation", Short: "Propose and decide the end of a programme for a family or person"}
	c.AddCommand(graduationList(e), graduationPropose(e), graduationDecide(e, "approve", "Approve a proposal, as another person than its proposer", (*outcome.Service).Approve),
		graduationDecide(e, "reject", "Turn a proposal down, with a reason", (*outcome.Service).Reject))
	return c
}

func graduationList(e *env) *cobra.Command {
	var f outcome.GraduationFilter
	var state string
	c := &cobra.Command{
		Use: "list", Short: "List proposals, the newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.State = outcome.State(state)
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				const most = 100_000
				all, _, err := a.Outcomes.Graduations(ctx, access.PurposeDetermination, f, ident.ID{}, most)
				if err != nil {
					return err
				}
				for _, g := range all {
					if err := e.graduation(g); err != nil {
						return err
					}
				}
				return e.result(map[string]any{"count": len(all)})
			})
		},
	}
	c.Flags().StringVar(&state, "state", "", "proposed, approved or rejected")
	c.Flags().StringVar(&f.Programme, "programme", "", "programme code")
	c.Flags().StringVar(&f.Area, "area", "", "code of an area")
	return c
}

func (e *env) graduation(g outcome.Graduation) error {
	e.printf("%s  %s  %s  %s  %s\n", g.ID, g.FamilyID, g.Programme, g.Exit, i18n.T(e.lang, "outcome.graduation.state."+string(g.State)))
	out := map[string]any{"id": g.ID, "family": g.FamilyID, "area": g.Area, "programme": g.Programme, "exit": g.Exit, "from": g.From, "state": g.State,
		"proposed_by": g.ProposedBy, "decided_by": g.DecidedBy}
	if !g.PersonID.IsZero() {
		out["person"] = g.PersonID
	}
	return e.result(out)
}

func graduationPropose(e *env) *cobra.Command {
	var family, person, from string
	var asked outcome.Asked
	c := &cobra.Command{
		Use: "propose", Short: "Propose that a family or person leaves a programme (give --as LOGIN)", Args: cobra.NoArgs,
		Example: "  gotong outcome graduation propose --as pengelola --family ID --programme pkh --exit resigned --reason 'Surat keluarga'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if asked.FamilyID, err = ident.Parse(family); err != nil {
				return fault.Invalid("cli.bad_id", "value", family).Because(err)
			}
			if person != "" {
				if asked.PersonID, err = ident.Parse(person); err != nil {
					return fault.Invalid("cli.bad_id", "value", person).Because(err)
				}
			}
			days, err := outcomeDays(from, "")
			if err != nil {
				return err
			}
			asked.From = days.From
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if m, err := a.Outcomes.Measure(ctx, ident.ID{}); err == nil {
					asked.Measure = m.ID
				}
				g, err := a.Outcomes.Propose(ctx, asked)
				if err != nil {
					return err
				}
				return e.graduation(g)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&family, "family", "", "family id")
	f.StringVar(&person, "person", "", "person id, of a programme of persons")
	f.StringVar(&asked.Programme, "programme", "", "programme code")
	f.StringVar(&asked.Exit, "exit", "", "id of the exit in the programme's file")
	f.StringVar(&asked.Reason, "reason", "", "why, where no rule found it")
	f.StringVar(&from, "from", "", "first day without the programme, YYYY-MM-DD (default: today)")
	return c
}

func graduationDecide(e *env, use, short string, decide func(*outcome.Service, context.Context, ident.ID, string) (outcome.Graduation, error)) *cobra.Command {
	var note string
	c := &cobra.Command{
		Use: use + " ID", Short: short + " (give --as LOGIN)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.Parse(args[0])
			if err != nil {
				return fault.Invalid("cli.bad_id", "value", args[0]).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				g, err := decide(a.Outcomes, ctx, id, note)
				if err != nil {
					return err
				}
				return e.graduation(g)
			})
		},
	}
	c.Flags().StringVar(&note, "note", "", "why")
	return c
}
