package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/linkage"
)

func duplicatesCommand(e *env) *cobra.Command {
	c := &cobra.Command{
		Use: "duplicates", Short: "Find the people who are on record twice, and decide of each pair: list, show, merge, apart, undo; many at once: plan, confirm, decide", Args: cobra.NoArgs,
		Long: `Without a command of its own, compares everybody on record and puts the pairs
that may be one person on the duplicates desk. A pair is then looked at side by
side and decided by somebody who may (--as): merged, so that one record stays
and the other counts no more, or kept apart, which is remembered. Either is
taken back by undo. Many are decided at once by plan and confirm, or from a
file by decide.`,
		Example: `  gotong duplicates
  gotong duplicates list --area 3674 --least 0.9 --as dinas
  gotong duplicates show PAIR --as dinas
  gotong duplicates merge PAIR --keep left --reason 'cards compared' --as dinas
  gotong duplicates apart PAIR --reason 'twins' --as dinas
  gotong duplicates undo PAIR --as dinas
  gotong duplicates plan --area 3674 --as dinas
  gotong duplicates confirm --area 3674 --digest DIGEST --as dinas
  gotong duplicates decide putusan.csv --as dinas`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				r, err := do[linkage.Report](ctx, e, a, linkage.FindRun, struct{}{}, false)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.duplicates", "persons", r.Persons, "compared", r.Compared, "same", r.Same, "review", r.Review))
				return e.result(r)
			})
		},
	}
	c.AddCommand(duplicatesList(e), duplicatesShow(e), duplicatesMerge(e), duplicatesApart(e), duplicatesUndo(e),
		duplicatesPlan(e), duplicatesConfirm(e), duplicatesDecide(e))
	return c
}

// queue is what both desks ask a list by.
type queue struct {
	status, area, after string
	least, most         float64
	same                bool
	limit               int
}

// everyStatus asks for what was decided too.
const everyStatus = "all"

func (q *queue) flags(c *cobra.Command, statuses string) *cobra.Command {
	f := c.Flags()
	f.StringVar(&q.status, "status", "open", statuses+" or "+everyStatus)
	f.StringVar(&q.area, "area", "", "area code (default: all of your area)")
	f.Float64Var(&q.least, "least", 0, "chance from which they are listed, 0 to 1")
	f.Float64Var(&q.most, "most", 0, "chance below which they are listed, 0 to 1 (default: all)")
	f.BoolVar(&q.same, "same", false, "only those held to be one person")
	f.StringVar(&q.after, "after", "", "where the page before ended: its \"next\"")
	f.IntVar(&q.limit, "limit", 50, "how many at most, 1 to 1000")
	return c
}

// queueMost bounds a page of a list.
const queueMost = 1000

// readQueue checks what was asked for; known are the statuses there are.
func readQueue[S ~string](q *queue, a *app.App, known []S, byWorth bool) (c linkage.Cursor, err error) {
	if q.area, err = areaOf(a, q.area); err != nil {
		return c, err
	}
	statuses := []string{}
	for _, k := range known {
		statuses = append(statuses, string(k))
	}
	if q.status, err = oneOf("--status", q.status, append(statuses, everyStatus)); err != nil {
		return c, err
	}
	if q.status == everyStatus {
		q.status = ""
	}
	if !(0 <= q.least && q.least <= 1 && 0 <= q.most && q.most <= 1) {
		return c, fault.Invalid("cli.desk.chance")
	}
	if q.limit < 1 || q.limit > queueMost {
		return c, fault.Invalid("cli.desk.limit", "most", queueMost)
	}
	if q.after == "" {
		return c, nil
	}
	c, ok := linkage.ParseCursor(q.after, byWorth)
	if !ok {
		return c, fault.Invalid("linkage.error.place")
	}
	return c, nil
}

func duplicatesList(e *env) *cobra.Command {
	var q queue
	var order string
	c := &cobra.Command{Use: "list", Short: "Pairs who may be one person, those first on which the most hangs", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			by, err := oneOf("--order", order, []string{"worth", "chance"})
			if err != nil {
				return err
			}
			at, err := readQueue(&q, a, linkage.Statuses, by == "worth")
			if err != nil {
				return err
			}
			f := linkage.Filter{Status: linkage.Status(q.status), Area: q.area, Least: q.least, Most: q.most, Same: q.same, ByWorth: by == "worth"}
			page, err := a.Linkage.List(ctx, f, at, q.limit)
			if err != nil {
				return err
			}
			total, err := a.Linkage.Count(ctx, f)
			if err != nil {
				return err
			}
			return e.pairs(page, total)
		})
	}}
	c.Flags().StringVar(&order, "order", "worth", "worth (what hangs on a pair) or chance (the surest first)")
	return q.flags(c, "open, confirmed, rejected, settled")
}

func (e *env) pairs(page *linkage.Page, total int64) error {
	out := []linkage.PairTold{}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for i := range page.Rows {
		p := page.Rows[i].Told()
		out = append(out, p)
		if !e.json {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, e.chance(p.Chance), e.named(&p.Left), p.Left.Area, e.named(&p.Right), p.Right.Area,
				rupiah(p.AtStake), i18n.T(e.lang, "linkage.status."+p.Status))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	e.onPage(len(out), total, page.Next)
	return e.result(map[string]any{"pairs": out, "total": total, "next": page.Next.Text()})
}

// onPage says how much of a list was shown, and how to go on.
func (e *env) onPage(shown int, total int64, next *linkage.Cursor) {
	e.printf("%s\n", i18n.T(e.lang, "cli.desk.shown", "n", shown, "total", total))
	if next != nil {
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.next", "after", next.Text()))
	}
}

func duplicatesShow(e *env) *cobra.Command {
	return onPair(e, &cobra.Command{Use: "show PAIR", Short: "Both records side by side, with the score piece by piece; numbers are masked"}, nil,
		func(context.Context, *app.App, ident.ID) error { return nil })
}

func duplicatesMerge(e *env) *cobra.Command {
	var keep, why string
	var dry bool
	c := onPair(e, &cobra.Command{Use: "merge PAIR --keep left|right", Short: "They are one person: one record stays, the other counts no more"}, &dry,
		func(ctx context.Context, a *app.App, id ident.ID) error {
			side, err := oneOf("--keep", keep, []string{string(linkage.KeepLeft), string(linkage.KeepRight)})
			if err != nil {
				return err
			}
			return a.Linkage.Decide(ctx, id, linkage.Decision(side), why)
		})
	c.Flags().StringVar(&keep, "keep", "", "left or right: the record that stays; show says which is the better")
	c.Flags().StringVar(&why, "reason", "", "why; no number of anybody")
	return must(c, "keep")
}

func duplicatesApart(e *env) *cobra.Command {
	var why string
	var dry bool
	c := onPair(e, &cobra.Command{Use: "apart PAIR", Short: "They are two people: remembered, and not raised again"}, &dry,
		func(ctx context.Context, a *app.App, id ident.ID) error {
			return a.Linkage.Decide(ctx, id, linkage.Apart, why)
		})
	c.Flags().StringVar(&why, "reason", "", "why; no number of anybody")
	return c
}

func duplicatesUndo(e *env) *cobra.Command {
	var dry bool
	return onPair(e, &cobra.Command{Use: "undo PAIR", Short: "Take a decision back: the pair waits again"}, &dry,
		func(ctx context.Context, a *app.App, id ident.ID) error { return a.Linkage.Undo(ctx, id) })
}

// onPair is a command that does something with a pair and shows what it is then.
func onPair(e *env, c *cobra.Command, dry *bool, act func(ctx context.Context, a *app.App, id ident.ID) error) *cobra.Command {
	return onCase(e, c, dry, act, func(ctx context.Context, a *app.App, id ident.ID) error {
		r, err := a.Linkage.Candidate(ctx, id)
		if err != nil {
			return err
		}
		told := r.Told(e.lang)
		e.pair(&told)
		return e.result(told)
	})
}

// onCase is a command that does something with a pair or a match, and shows
// what it is then; with dry, one that can be tried.
func onCase(e *env, c *cobra.Command, dry *bool, act, show func(ctx context.Context, a *app.App, id ident.ID) error) *cobra.Command {
	c.Args = cobra.ExactArgs(1)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			id, err := pairID(args[0])
			if err != nil {
				return err
			}
			return e.enact(ctx, a, dry != nil && *dry, func(ctx context.Context) error {
				if err := act(ctx, a, id); err != nil {
					return err
				}
				return show(ctx, a, id)
			})
		})
	}
	if dry != nil {
		c.Flags().BoolVar(dry, "dry-run", false, "show what would happen, change nothing")
	}
	return c
}

// pairID reads the id of a pair, a list or a match.
func pairID(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		err = fault.NotFound("linkage.error.not_found").Because(err)
	}
	return id, err
}
