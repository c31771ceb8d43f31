package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/targeting"
)

// whatIfFlags say what is tried.
type whatIfFlags struct {
	determination, ranking, programme, area string
	params, rules                           []string
	model                                   string
	weights, with, without                  []string
	quota                                   int64
}

func (f *whatIfFlags) put(c *cobra.Command) {
	x := c.Flags()
	x.StringVar(&f.determination, "determination", "", "determination id (default: the one in force)")
	x.StringVar(&f.programme, "programme", "", "code of the programme to change")
	x.StringVar(&f.area, "area", "", "regency or province (default: the nation)")
	x.StringArrayVar(&f.params, "param", nil, "NAME=VALUE: another value of a parameter, may be repeated")
	x.StringArrayVar(&f.rules, "rule", nil, "ID=RULE: another rule of a clause or exclusion, may be repeated")
	x.Int64Var(&f.quota, "quota", 0, "another quota")
	x.StringArrayVar(&f.weights, "weight", nil, "PLACE=N: another weight of the scoring model, such as floor.option.earth=-200000, may be repeated ('gotong targeting model weights' lists them)")
	x.StringArrayVar(&f.without, "without", nil, "fact that the scoring model counts no more, may be repeated")
	x.StringArrayVar(&f.with, "with", nil, "fact that the scoring model counts, may be repeated")
	x.StringVar(&f.model, "model", "", "code of the model to change, of a ranking by several (default: the first)")
	x.StringVar(&f.ranking, "ranking", "", "ranking id, of the same snapshot by another model")
}

// question reads the flags.
func (f *whatIfFlags) question(ctx context.Context, c *cobra.Command, a *app.App) (determination.Question, error) {
	q := determination.Question{Area: f.area, Programme: f.programme, Edit: programme.Edit{Params: map[string]string{}, Rules: map[string]string{}}}
	var err error
	if f.determination != "" {
		q.Determination, err = ident.Parse(f.determination)
	} else {
		var h determination.Header
		h, err = a.Determinations.Current(ctx)
		q.Determination = h.ID
	}
	if err != nil {
		return q, fault.NotFound("determination.missing").Because(err)
	}
	if f.ranking != "" {
		if q.Ranking, err = ident.Parse(f.ranking); err != nil {
			return q, fault.Invalid("cli.bad_id", "value", f.ranking).Because(err)
		}
	}
	for _, given := range []struct {
		pairs []string
		into  map[string]string
	}{{f.params, q.Edit.Params}, {f.rules, q.Edit.Rules}} {
		for _, pair := range given.pairs {
			name, value, ok := strings.Cut(pair, "=")
			if !ok {
				return q, fault.Invalid("cli.not_pair", "value", pair)
			}
			given.into[name] = value
		}
	}
	edit, err := f.modelEdit()
	if err != nil {
		return q, err
	}
	if !edit.Empty() {
		q.Model = &edit
	}
	if c.Flags().Changed("quota") {
		q.Edit.Quota = &f.quota
	}
	return q, nil
}

// modelEdit reads what changes in a scoring model.
func (f *whatIfFlags) modelEdit() (targeting.ModelEdit, error) {
	e := targeting.ModelEdit{Model: f.model, Weights: map[string]int64{}, Remove: f.without, Add: f.with}
	for _, pair := range f.weights {
		place, value, ok := strings.Cut(pair, "=")
		if !ok {
			return e, fault.Invalid("cli.not_pair", "value", pair)
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return e, fault.Invalid("targeting.edit.not_whole").Because(err)
		}
		e.Weights[place] = n
	}
	return e, nil
}

func whatIfCommand(e *env) *cobra.Command {
	var f whatIfFlags
	var save string
	c := &cobra.Command{
		Use: "whatif", Short: "Try another parameter, rule, quota or ranking of a programme: winners, losers, cost, errors and equity", Args: cobra.NoArgs,
		Long: `Decides an area anew in memory, with one programme changed or families ranked
by another model, and compares. Nothing is enacted by looking; with --save the
counts are kept by a name, to be compared.`,
		Example: "  gotong whatif --programme pkh --param decile_max=3 --area 3674 --json\n  gotong whatif --programme sembako --quota 5000 --save 'Kuota kecil'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				q, err := f.question(ctx, cmd, a)
				if err != nil {
					return err
				}
				if save != "" {
					s, err := a.Determinations.SaveScenario(ctx, save, q)
					if err != nil {
						return err
					}
					e.printf("%s\n", i18n.T(e.lang, "cli.whatif_saved", "id", s.ID, "name", s.Name))
					return e.tried(q, s.AsOf.String(), s.Families, s.Change, s.Others, s.ID)
				}
				x, err := a.Determinations.Simulate(ctx, q)
				if err != nil {
					return err
				}
				return e.tried(q, x.AsOf.String(), x.Families, x.Change, x.Others, ident.ID{})
			})
		},
	}
	f.put(c)
	c.Flags().StringVar(&save, "save", "", "keep the counts by this name")
	c.AddCommand(whatIfNames(e), whatIfList(e), whatIfCompare(e), whatIfDrop(e), whatIfPropose(e))
	return c
}

// tried prints what a what-if came to.
func (e *env) tried(q determination.Question, asOf string, families int64, c determination.ProgrammeChange, others []determination.ProgrammeChange, id ident.ID) error {
	before, after := c.Errors()
	rates := map[string]any{"before": rateOf(before), "after": rateOf(after), "by": "predicted consumption"}
	out := map[string]any{"question": q, "as_of": asOf, "families": families, "change": c, "others": others, "errors": rates}
	if was, now, known := c.TrueErrors(); known {
		out["true_errors"] = map[string]any{"before": rateOf(was), "after": rateOf(now), "by": "true consumption"}
	}
	if !id.IsZero() {
		out["id"] = id
	}
	if !e.json {
		w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
		row := func(key string, was, now any) {
			fmt.Fprintf(w, "%s\t%v\t%v\t\n", i18n.T(e.lang, "determination.whatif."+key), was, now)
		}
		row("entitled", c.Before.Entitled, c.After.Entitled)
		row("waitlisted", c.Before.Waitlisted, c.After.Waitlisted)
		row("cost_after", c.Before.Annual, c.After.Annual)
		row("winner", "", c.Winners)
		row("loser", "", c.Losers)
		row("more", "", c.More)
		row("less", "", c.Less)
		for _, g := range c.Groups {
			if g.Winners+g.Losers > 0 {
				fmt.Fprintf(w, "  %s %s\t%d\t%d\t+%d −%d\t\n", i18n.T(e.lang, "determination.whatif.by."+string(g.Kind)), g.Value, g.Before, g.After, g.Winners, g.Losers)
			}
		}
		for _, o := range others {
			fmt.Fprintf(w, "%s\t%d\t%d\t+%d −%d\t\n", o.Code, o.Before.Entitled, o.After.Entitled, o.Winners, o.Losers)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if c.Failed > 0 {
			e.printf("%s\n", i18n.T(e.lang, "determination.whatif.failed", "n", c.Failed, "at", strings.Join(c.FailedAt, ", ")))
		}
	}
	return e.result(out)
}

func rateOf(x determination.ErrorRate) map[string]any {
	out := map[string]any{"poor": x.Poor, "poor_reached": x.PoorReached, "reached": x.Reached}
	if v, ok := x.Excluded(); ok {
		out["exclusion_error_millionths"] = v
	}
	if v, ok := x.Included(); ok {
		out["inclusion_error_millionths"] = v
	}
	return out
}

// whatIfNames streams everyone whom a change moves one way, a line each.
func whatIfNames(e *env) *cobra.Command {
	var f whatIfFlags
	var way string
	c := &cobra.Command{
		Use: "names", Short: "List whom a change moves, without names, however many they are", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				q, err := f.question(ctx, cmd, a)
				if err != nil {
					return err
				}
				if !knownWay(determination.Way(way)) {
					return fault.Invalid("cli.bad_way", "value", way)
				}
				n := 0
				for m, err := range a.Determinations.AllMovers(ctx, access.PurposeDetermination, q, determination.Way(way)) {
					if err != nil {
						return err
					}
					n++
					e.printf("%s  %s  %d  %d\n", m.FamilyID, m.Area, m.Was, m.Now)
					if e.json {
						if err := e.result(movedFamily{m.FamilyID, m.PersonID, m.Area, int64(m.Was), int64(m.Now)}); err != nil {
							return err
						}
					}
				}
				return e.result(map[string]any{"way": way, "count": n})
			})
		},
	}
	f.put(c)
	c.Flags().StringVar(&way, "way", string(determination.Loser), "winner, loser, more or less")
	return c
}

type movedFamily struct {
	Family ident.ID `json:"family"`
	Person ident.ID `json:"person,omitzero"`
	Area   string   `json:"area"`
	Was    int64    `json:"was_rupiah"`
	Now    int64    `json:"now_rupiah"`
}

func knownWay(w determination.Way) bool {
	for _, x := range determination.Ways {
		if x == w {
			return true
		}
	}
	return false
}

func whatIfList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List what-ifs that were kept, the newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				all, err := a.Determinations.Scenarios(ctx)
				if err != nil {
					return err
				}
				rows := []map[string]any{}
				for _, s := range all {
					e.printf("%s  %s  %s  +%d −%d\n", s.ID, s.Name, s.Question.Programme, s.Change.Winners, s.Change.Losers)
					rows = append(rows, map[string]any{"id": s.ID, "name": s.Name, "programme": s.Question.Programme, "area": s.Question.Area, "by": s.CreatedBy})
				}
				return e.result(map[string]any{"scenarios": rows})
			})
		},
	}
}

func whatIfCompare(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "compare ID ID …", Short: "Hold kept what-ifs against each other", Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				rows := []map[string]any{}
				for _, text := range args {
					id, err := ident.Parse(text)
					if err != nil {
						return fault.Invalid("cli.bad_id", "value", text).Because(err)
					}
					s, err := a.Determinations.Scenario(ctx, id)
					if err != nil {
						return err
					}
					_, after := s.Change.Errors()
					e.printf("%s: %d → %d, +%d −%d, %s\n", s.Name, s.Change.Before.Entitled, s.Change.After.Entitled, s.Change.Winners, s.Change.Losers, s.Change.Cost)
					rows = append(rows, map[string]any{"id": id, "name": s.Name, "entitled": s.Change.After.Entitled, "waitlisted": s.Change.After.Waitlisted,
						"winners": s.Change.Winners, "losers": s.Change.Losers, "annual_rupiah": s.Change.After.Annual, "cost_rupiah": s.Change.Cost, "errors": rateOf(after)})
				}
				return e.result(map[string]any{"scenarios": rows})
			})
		},
	}
}

func whatIfDrop(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "drop ID", Short: "Take away a kept what-if of your own", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.Parse(args[0])
			if err != nil {
				return fault.Invalid("cli.bad_id", "value", args[0]).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := a.Determinations.DropScenario(ctx, id); err != nil {
					return err
				}
				return e.result(map[string]any{"dropped": id})
			})
		},
	}
}

// basisDays reads the day from which a decision is to hold and that on which
// its basis was published.
func basisDays(from, published string) (first, on civil.Date, err error) {
	for _, d := range []struct {
		text string
		into *civil.Date
	}{{from, &first}, {published, &on}} {
		if *d.into, err = civil.Parse(d.text); err != nil {
			return 0, 0, fault.Invalid("determination.bad_date", "value", d.text).Because(err)
		}
	}
	return first, on, nil
}

// whatIfPropose proposes what was tried as a version of the programme, which
// another person enacts.
func whatIfPropose(e *env) *cobra.Command {
	var f whatIfFlags
	var from, published, basis, note string
	c := &cobra.Command{
		Use: "propose", Short: "Propose a change as a new version of the programme, for another person to enact (give --as LOGIN)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var b decree.Basis
			var err error
			if b.From, b.On, err = basisDays(from, published); err != nil {
				return err
			}
			b.Title = basis
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				q, err := f.question(ctx, cmd, a)
				if err != nil {
					return err
				}
				v, err := a.Determinations.ProposeVersion(ctx, determination.Draft{Programme: q.Programme, Edit: q.Edit, Basis: b, Note: note})
				if err != nil {
					return err
				}
				e.printf("%s  %s  %s\n", v.ID, v.Programme, v.From)
				return e.result(map[string]any{"id": v.ID, "programme": v.Programme, "from": v.From, "state": v.State, "digest": v.Digest})
			})
		},
	}
	f.put(c)
	c.Flags().StringVar(&from, "from", "", "first day of the version, YYYY-MM-DD")
	c.Flags().StringVar(&published, "published", "", "day on which its basis was published, YYYY-MM-DD")
	c.Flags().StringVar(&basis, "basis", "", "decree or minutes that it rests on")
	c.Flags().StringVar(&note, "note", "", "why")
	return c
}
