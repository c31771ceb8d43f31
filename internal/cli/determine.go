package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
)

func determineCommand(e *env) *cobra.Command {
	var ranking string
	var programmes []string
	var dry bool
	c := &cobra.Command{
		Use: "determine", Short: "Decide who gets what, from a ranking's snapshot", Args: cobra.NoArgs,
		Long: `Decides for every family and programme: entitled, waitlisted, refused or
undetermined. Nothing is paid before a person proposes the determination and
another enacts it (gotong determine propose, gotong determine enact).`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				args, err := determineArgs(ctx, a, ranking, programmes)
				if err != nil {
					return err
				}
				defer roomy()()
				began := time.Now()
				h, err := do[determination.Header](ctx, e, a, app.KindDetermine, args, dry)
				if err != nil {
					return err
				}
				return e.determined(ctx, a, h, time.Since(began))
			})
		},
	}
	c.Flags().StringVar(&ranking, "ranking", "", "ranking id (default: the newest)")
	c.Flags().StringSliceVar(&programmes, "programme", nil, "programme code, may be repeated (default: all in force)")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would be decided, keep nothing")
	c.AddCommand(determineMove(e, "propose", "Answer for a determination and ask another to enact it", (*determination.Service).Propose),
		determineMove(e, "enact", "Put a proposed determination into force, as another person than its proposer",
			func(s *determination.Service, ctx context.Context, id ident.ID, _ string) (determination.Header, error) {
				return s.Enact(ctx, id)
			}),
		determineMove(e, "reject", "Turn a proposed determination down", (*determination.Service).Reject))
	return c
}

func determineArgs(ctx context.Context, a *app.App, ranking string, programmes []string) (app.DetermineArgs, error) {
	args := app.DetermineArgs{Programmes: programmes}
	if ranking == "" {
		headers, err := a.Targeting.Headers(ctx, 1)
		if err != nil {
			return args, err
		}
		if len(headers) == 0 {
			return args, fault.NotFound("cli.no_ranking")
		}
		args.Ranking, args.Snapshot = headers[0].ID, headers[0].SnapshotID
		return args, nil
	}
	id, err := ident.Parse(ranking)
	if err != nil {
		return args, fault.Invalid("cli.bad_id", "value", ranking).Because(err)
	}
	h, err := a.Targeting.Header(ctx, id)
	args.Ranking, args.Snapshot = h.ID, h.SnapshotID
	return args, err
}

// determined prints a determination. took is zero where nothing was computed.
func (e *env) determined(ctx context.Context, a *app.App, h determination.Header, took time.Duration) error {
	of, err := a.Snapshots.Header(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	type line struct {
		Programme    string       `json:"programme"`
		Version      string       `json:"version"`
		Entitled     int64        `json:"entitled"`
		Waitlisted   int64        `json:"waitlisted"`
		Refused      int64        `json:"refused"`
		Undetermined int64        `json:"undetermined"`
		Cost         money.Rupiah `json:"cost"` // rupiah a year

		Failures []determination.Failure `json:"failures,omitempty"` // rules that cannot be computed
	}
	out := struct {
		ID         ident.ID `json:"id,omitzero"`
		State      string   `json:"state"`
		Families   int64    `json:"families"`
		Programmes []line   `json:"programmes"`
		Digest     string   `json:"digest"`
		Seconds    float64  `json:"seconds"`
	}{ID: h.ID, State: string(h.State), Families: of.Families, Digest: h.Digest, Seconds: took.Seconds()}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if !e.json {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t\n", i18n.T(e.lang, "cli.programme"), i18n.T(e.lang, "determination.outcome.entitled"),
			i18n.T(e.lang, "determination.outcome.waitlisted"), i18n.T(e.lang, "determination.outcome.refused"),
			i18n.T(e.lang, "determination.outcome.undetermined"), i18n.T(e.lang, "cli.cost"))
	}
	for _, p := range h.Content.Programmes {
		out.Programmes = append(out.Programmes, line{p.Code, p.Version, p.Counts.Entitled, p.Counts.Waitlisted, p.Counts.Refused, p.Counts.Undetermined, p.Counts.Annual, p.Failures})
		if !e.json {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\t\n", p.Code, p.Counts.Entitled, p.Counts.Waitlisted, p.Counts.Refused, p.Counts.Undetermined, p.Counts.Annual)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, p := range h.Content.Programmes {
		for _, f := range p.Failures {
			e.printf("%s\n", i18n.T(e.lang, "determination.failed", f.Words(p.Code)...))
		}
	}
	name := out.ID.String()
	if out.ID.IsZero() {
		name = "–"
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.determination", "id", name, "state", out.State, "digest", out.Digest))
	return e.result(out)
}

// determineMove is one step of a determination's life.
func determineMove(e *env, use, short string, move func(*determination.Service, context.Context, ident.ID, string) (determination.Header, error)) *cobra.Command {
	var note string
	var dry bool
	c := &cobra.Command{
		Use: use + " [ID]", Short: short + " (give --as LOGIN)", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				id, err := determinationOf(ctx, a, args)
				if err != nil {
					return err
				}
				return e.enact(ctx, a, dry, func(ctx context.Context) error {
					h, err := move(a.Determinations, ctx, id, note)
					if err != nil {
						return err
					}
					return e.determined(ctx, a, h, 0)
				})
			})
		},
	}
	c.Flags().StringVar(&note, "note", "", "why")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would happen, change nothing")
	return c
}

// determinationOf reads a determination's id; none is the newest.
func determinationOf(ctx context.Context, a *app.App, args []string) (ident.ID, error) {
	if len(args) > 0 {
		id, err := ident.Parse(args[0])
		if err != nil {
			return id, fault.Invalid("cli.bad_id", "value", args[0]).Because(err)
		}
		return id, nil
	}
	headers, err := a.Determinations.Headers(ctx, 1)
	if err != nil {
		return ident.ID{}, err
	}
	if len(headers) == 0 {
		return ident.ID{}, fault.NotFound("cli.no_determination")
	}
	return headers[0].ID, nil
}

func recheckCommand(e *env) *cobra.Command {
	var readers []string
	c := &cobra.Command{
		Use: "recheck [ID]", Short: "Recompute a determination by the other readers of the rules and compare every row", Args: cobra.MaximumNArgs(1),
		Long: `Recomputes a determination, by default the newest, with the programme files
and the snapshot it was made from, by each of the other readers of the rules:
by the interpreter, family by family, and by SQL inside the database. Every
outcome is compared with the answer of every clause, and every row in the
database with the signed files. What differs is named by family and clause,
with both values; the exit code is then 7. Nothing is changed.`,
		Example: "  gotong recheck\n  gotong recheck --reader sql --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				id, err := determinationOf(ctx, a, args)
				if err != nil {
					return err
				}
				asked := app.RecheckArgs{Determination: id}
				for _, r := range readers {
					asked.Readers = append(asked.Readers, determination.Reader(r))
				}
				r, err := do[determination.Report](ctx, e, a, app.KindRecheck, asked, false)
				if err != nil {
					return err
				}
				return e.rechecked(r)
			})
		},
	}
	c.Flags().StringSliceVar(&readers, "reader", nil, "interpreter or sql, may be repeated (default: both)")
	return c
}

// rechecked prints what a recheck found.
func (e *env) rechecked(r determination.Report) error {
	problems := []string{}
	for _, p := range r.Problems {
		problems = append(problems, i18n.Error(e.lang, p))
		e.printf("%s\n", problems[len(problems)-1])
	}
	key := "cli.rechecked"
	if !r.Verified() {
		key = "cli.recheck_differs"
	}
	readers := make([]string, 0, len(r.Readers))
	for _, by := range r.Readers {
		if by != determination.Kernel { // it made the determination
			readers = append(readers, string(by))
		}
	}
	e.printf("%s\n", i18n.T(e.lang, key, "id", r.ID, "readers", strings.Join(readers, ", "), "families", r.Families, "rows", r.Rows, "digest", r.Digest))
	err := e.result(map[string]any{"rechecked": r.Verified(), "readers": r.Readers, "digest": r.Digest,
		"computed": r.Computed, "families": r.Families, "rows": r.Rows, "problems": problems})
	if err == nil && !r.Verified() {
		err = errFindings
	}
	return err
}
