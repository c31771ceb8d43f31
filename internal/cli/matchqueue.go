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
	"gotong/internal/linkage/authority"
)

// matchQueue are the commands with which the matches of lists are decided.
func matchQueue(e *env) []*cobra.Command {
	return []*cobra.Command{matchLists(e), matchList(e), matchShow(e), matchAccept(e), matchReject(e), matchUndo(e), matchAgain(e), matchAside(e)}
}

func matchLists(e *env) *cobra.Command {
	return &cobra.Command{Use: "lists", Short: "Lists that other authorities gave, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			const most = 100
			all, err := a.Authority.Lists(ctx, most)
			if err != nil {
				return err
			}
			out := []authority.ListTold{}
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			for i := range all {
				l := all[i].Told()
				out = append(out, l)
				if !e.json {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Authority, l.On, l.File, l.Origin, i18n.T(e.lang, "linkage.authority."+l.State))
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return e.result(map[string]any{"lists": out})
		})
	}}
}

func matchList(e *env) *cobra.Command {
	var q queue
	var kind, list string
	c := &cobra.Command{Use: "list", Short: "Matches that wait for a decision, or were decided; surest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			at, err := readQueue(&q, a, authority.Statuses, false)
			if err != nil {
				return err
			}
			f := authority.Filter{Kind: kind, Status: authority.Status(q.status), Area: q.area, Least: q.least, Most: q.most, Same: q.same}
			if list != "" {
				if f.List, err = pairID(list); err != nil {
					return err
				}
				if _, _, err := a.Authority.One(ctx, f.List); err != nil {
					return err
				}
			}
			page, err := a.Authority.Matches(ctx, f, at, q.limit)
			if err != nil {
				return err
			}
			total, err := a.Authority.Count(ctx, f)
			if err != nil {
				return err
			}
			return e.matches(page, total)
		})
	}}
	c.Flags().StringVar(&list, "list", "", "id of a list (default: of any)")
	c.Flags().StringVar(&kind, "authority", "", "kind of authority (default: any)")
	return q.flags(c, "open, accepted, rejected")
}

func (e *env) matches(page *authority.Page, total int64) error {
	out := []authority.MatchTold{}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for i := range page.Rows {
		m := page.Rows[i].Told()
		out = append(out, m)
		if !e.json {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, e.chance(m.Chance), e.named(&m.Ours), m.Ours.Born, m.Theirs.Name, m.Theirs.Born, m.Ours.Area,
				i18n.T(e.lang, "linkage.authority.status."+m.Status))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	e.onPage(len(out), total, page.Next)
	return e.result(map[string]any{"matches": out, "total": total, "next": page.Next.Text()})
}

func matchShow(e *env) *cobra.Command {
	return onMatch(e, &cobra.Command{Use: "show MATCH", Short: "The record and the list's entry side by side, with the score piece by piece"}, nil,
		func(context.Context, *app.App, ident.ID) error { return nil })
}

func matchAccept(e *env) *cobra.Command {
	var why, head string
	var dry bool
	c := onMatch(e, &cobra.Command{Use: "accept MATCH", Short: "They are one person: what follows, such as a death, is recorded"}, &dry,
		func(ctx context.Context, a *app.App, id ident.ID) (err error) {
			var next ident.ID
			if head != "" {
				if next, err = familyID(head); err != nil {
					return err
				}
			}
			return a.Authority.Accept(ctx, id, why, next)
		})
	c.Flags().StringVar(&why, "reason", "", "why; no number of anybody")
	c.Flags().StringVar(&head, "new-head", "", "who becomes the head, where a head has died; show lists who can")
	return c
}

func matchReject(e *env) *cobra.Command {
	var why string
	var dry bool
	c := onMatch(e, &cobra.Command{Use: "reject MATCH", Short: "They are two people: remembered, and not raised again"}, &dry,
		func(ctx context.Context, a *app.App, id ident.ID) error { return a.Authority.Reject(ctx, id, why) })
	c.Flags().StringVar(&why, "reason", "", "why; no number of anybody")
	return c
}

func matchUndo(e *env) *cobra.Command {
	var dry bool
	return onMatch(e, &cobra.Command{Use: "undo MATCH", Short: "Take a decision back, with what it recorded"}, &dry,
		func(ctx context.Context, a *app.App, id ident.ID) error {
			waits, err := a.Authority.Undo(ctx, id)
			if err == nil && waits {
				e.printf("%s\n", i18n.T(e.lang, "linkage.authority.done_undo_waits"))
			}
			return err
		})
}

// onMatch is a command that does something with a match and shows what it is then.
func onMatch(e *env, c *cobra.Command, dry *bool, act func(ctx context.Context, a *app.App, id ident.ID) error) *cobra.Command {
	return onCase(e, c, dry, act, func(ctx context.Context, a *app.App, id ident.ID) error {
		m, next, err := a.Authority.Match(ctx, id)
		if err != nil {
			return err
		}
		following := ""
		if next != nil {
			following = next.String()
		}
		told := m.SideBySide(e.lang, following)
		e.sideBySide(&told)
		for _, s := range m.Stopped {
			e.printStopped("- ", s)
		}
		return e.result(told)
	})
}

// sideBySide prints a match.
func (e *env) sideBySide(m *authority.SideBySideTold) {
	e.printf("%s\n", i18n.T(e.lang, "cli.desk.pair", "id", m.ID, "status", i18n.T(e.lang, "linkage.authority.status."+m.Status), "chance", e.chance(m.Chance)))
	if m.DecidedBy != "" {
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.decided", "who", m.DecidedBy, "at", m.DecidedAt.Format("2006-01-02 15:04"), "reason", m.Reason))
	}
	t := &m.Theirs
	theirs := linkage.SideTold{Shown: true, Name: t.Name, Mother: t.Mother, Born: t.Born, Sex: t.Sex, NIKMasked: t.NIKMasked, Area: t.Area, Address: t.Address}
	e.sides(i18n.T(e.lang, "linkage.authority.ours"), i18n.T(e.lang, "linkage.authority.theirs"), &m.Ours, &theirs)
	e.pieces(m.Prior, m.Pieces, m.Sum)
	for _, h := range m.Heads {
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.head", "person", h.Person, "name", h.Name))
	}
	if m.Next != "" {
		e.printf("%s\n", i18n.T(e.lang, "cli.desk.following", "id", m.Next))
	}
}

func matchAgain(e *env) *cobra.Command {
	return onBrought(e, "again LIST", "Match a list whose run came to nothing", func(ctx context.Context, a *app.App, id ident.ID) error {
		l, _, err := a.Authority.One(ctx, id)
		if err == nil && l.State() != authority.StateWaiting {
			err = fault.Conflict("linkage.authority.error.done")
		}
		if err == nil {
			_, err = do[authority.Counts](ctx, e, a, authority.MatchRun, authority.RunArgs{List: id}, false)
		}
		return err
	})
}

func matchAside(e *env) *cobra.Command {
	return onBrought(e, "aside LIST", "Put a list aside that was not matched; what it held is deleted", func(ctx context.Context, a *app.App, id ident.ID) error {
		return a.Authority.Discard(ctx, id)
	})
}

func onBrought(e *env, use, short string, act func(ctx context.Context, a *app.App, id ident.ID) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			id, err := pairID(args[0])
			if err != nil {
				return err
			}
			if err := act(ctx, a, id); err != nil {
				return err
			}
			l, _, err := a.Authority.One(ctx, id)
			if err != nil {
				return err
			}
			told := l.Told()
			e.printf("%s  %s: %s\n", told.ID, told.File, i18n.T(e.lang, "linkage.authority."+told.State))
			return e.result(told)
		})
	}}
}
