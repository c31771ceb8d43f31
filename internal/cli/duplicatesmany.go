package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/linkage"
	"gotong/internal/registry/sheet"
)

// batch is what a plan is asked by.
type batch struct {
	least float64
	area  string
}

func (b *batch) flags(c *cobra.Command) *cobra.Command {
	c.Args = cobra.NoArgs
	c.Flags().Float64Var(&b.least, "least", 0, "chance from which pairs are taken, 0 to 1 (default: the least that the policy allows)")
	c.Flags().StringVar(&b.area, "area", "", "area code (default: all of your area)")
	return c
}

// settle checks what was asked for.
func (b *batch) settle(a *app.App) (err error) {
	if b.least == 0 {
		b.least = a.Linkage.BulkLeast()
	}
	if !(0 <= b.least && b.least <= 1) {
		return fault.Invalid("cli.desk.chance")
	}
	b.area, err = areaOf(a, b.area)
	return err
}

func duplicatesPlan(e *env) *cobra.Command {
	var b batch
	return b.flags(&cobra.Command{Use: "plan", Short: "What confirming all sure pairs at once would do; changes nothing", RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			if err := b.settle(a); err != nil {
				return err
			}
			plan, err := a.Linkage.Plan(ctx, b.least, b.area)
			if err != nil {
				return err
			}
			return e.plan(plan.Told())
		})
	}})
}

func (e *env) plan(told linkage.PlanTold) error {
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for i := range told.Pairs {
		p := &told.Pairs[i]
		keep, drop := &p.Left, &p.Right
		if p.Keep == linkage.KeepRight {
			keep, drop = drop, keep
		}
		if !e.json {
			fmt.Fprintf(w, "%s\t%s\t%s\n", p.ID, e.chance(p.Chance), i18n.T(e.lang, "cli.desk.planned",
				"drop", e.named(drop), "at", drop.Area, "keep", e.named(keep), "there", keep.Area))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.desk.plan", "n", len(told.Pairs), "skipped", told.Skipped, "digest", told.Digest))
	return e.result(told)
}

func duplicatesConfirm(e *env) *cobra.Command {
	var b batch
	var digest, why string
	var dry bool
	c := b.flags(&cobra.Command{Use: "confirm --digest DIGEST", Short: "Confirm what a plan says, whole or not at all; DIGEST is what plan ends with", RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			if err := b.settle(a); err != nil {
				return err
			}
			return e.enact(ctx, a, dry, func(ctx context.Context) error {
				n, err := a.Linkage.ConfirmAll(ctx, b.least, b.area, digest, why)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "linkage.done.bulk", "n", n))
				return e.result(map[string]int{"confirmed": n})
			})
		})
	}})
	c.Flags().StringVar(&digest, "digest", "", "of the plan that was seen")
	c.Flags().StringVar(&why, "reason", "", "why; no number of anybody")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would happen, change nothing")
	return must(c, "digest")
}

func duplicatesDecide(e *env) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use: "decide FILE.csv", Short: "Decide many pairs from a file, all or none; - reads from the standard input", Args: cobra.ExactArgs(1),
		Long: `Reads a CSV file with the columns pair (its id), decision (left, right or apart)
and, where you like, reason. All pairs are decided, or none: every line that
cannot be taken is named. A pair that was decided so before stays, so that the
same file may be sent again.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := e.readRequest(args[0])
			if err != nil {
				return err
			}
			choices, rows, err := readChoices(data)
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				return e.enact(ctx, a, dry, func(ctx context.Context) error {
					m, err := a.Linkage.DecideMany(ctx, choices)
					if refused := (linkage.Refused)(nil); errors.As(err, &refused) {
						return refusedRows{refused, filepath.Base(args[0]), rows}
					}
					if err != nil {
						return err
					}
					e.printf("%s\n", i18n.T(e.lang, "cli.desk.many", "decided", m.Decided, "before", m.Before))
					return e.result(m)
				})
			})
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would happen, change nothing")
	return c
}

// readChoices reads the decisions of a file, and their rows in it.
func readChoices(data []byte) (choices []linkage.Choice, rows []int, err error) {
	text, problem := sheet.Text(data)
	if problem != "" {
		return nil, nil, fault.Invalid("cli.desk.choices")
	}
	in := sheet.NewReader(sheet.Delimited(text))
	var rec sheet.Record
	in.Next(&rec)
	column := func(name string) int {
		return slices.IndexFunc(rec.Fields, func(f string) bool { return strings.EqualFold(strings.TrimSpace(f), name) })
	}
	pair, decision, reason := column("pair"), column("decision"), column("reason")
	if pair < 0 || decision < 0 || rec.Problem != "" {
		return nil, nil, fault.Invalid("cli.desk.choices")
	}
	for in.Next(&rec) {
		cell := func(at int) string {
			if at < 0 || at >= len(rec.Fields) {
				return ""
			}
			return strings.TrimSpace(rec.Fields[at])
		}
		if rec.Problem != "" {
			return nil, nil, fault.Invalid("cli.desk.choice_row", "row", rec.Row)
		}
		if c := (linkage.Choice{Pair: cell(pair), Decision: linkage.Decision(strings.ToLower(cell(decision))), Note: cell(reason)}); c != (linkage.Choice{}) {
			choices, rows = append(choices, c), append(rows, rec.Row)
		}
	}
	return choices, rows, nil
}

// refusedRows names what is wrong with choices by their rows in a file.
type refusedRows struct {
	linkage.Refused
	file string
	rows []int
}

// Fields returns what is wrong by row.
func (r refusedRows) Fields() iter.Seq2[string, *fault.Error] {
	return func(yield func(string, *fault.Error) bool) {
		if !yield(r.file, fault.Invalid("linkage.error.choices", "n", len(r.Refused))) {
			return
		}
		for _, f := range r.Refused {
			if !yield(fmt.Sprintf("%s:%d", r.file, r.rows[f.No-1]), f.Fault) {
				return
			}
		}
	}
}
