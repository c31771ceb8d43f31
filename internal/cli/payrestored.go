package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/backup"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

func payRestored(e *env) *cobra.Command {
	c := &cobra.Command{Use: "restored", Short: "What went out between a copy and the going back to it: until two people have said, nothing is paid", Args: cobra.NoArgs,
		Example: "  gotong pay restored\n  gotong pay restored say RESTORATION --gone PKH-2026-01-01 --reason \"bank statement of 3 June\" --as bendahara\n  gotong pay restored approve STATEMENT --as kpa",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				all, err := a.Backups.Restorations(ctx)
				if err != nil {
					return err
				}
				return e.restorations(all)
			})
		}}
	c.AddCommand(restoredSay(e), restoredDecide(e, true), restoredDecide(e, false))
	return c
}

type saidOut struct {
	ID         ident.ID      `json:"id"`
	Area       string        `json:"area"`
	Gone       []string      `json:"gone"`
	Reason     string        `json:"reason"`
	Status     backup.Status `json:"status"`
	ProposedBy string        `json:"proposed_by"`
	DecidedBy  string        `json:"decided_by,omitempty"`
}

func saidOf(s *backup.Statement) saidOut {
	return saidOut{s.ID, s.Area, append([]string{}, s.Gone...), s.Reason, s.Status, s.ProposedBy, s.DecidedBy}
}

type restoredOut struct {
	ID         ident.ID  `json:"id"`
	At         time.Time `json:"at"`
	CopiedAt   time.Time `json:"copied_at"`
	Erased     int64     `json:"erased_again"`
	Statements []saidOut `json:"statements"`
}

func (e *env) restorations(all []backup.Restored) error {
	out := []restoredOut{}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for i := range all {
		r := restoredOut{all[i].ID, all[i].At, all[i].CopiedAt, all[i].Erased, []saidOut{}}
		for k := range all[i].Statements {
			r.Statements = append(r.Statements, saidOf(&all[i].Statements[k]))
		}
		out = append(out, r)
		if e.json {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.ID, r.At.Format(time.RFC3339), r.CopiedAt.Format(time.RFC3339))
		for _, s := range r.Statements {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Status, s.Area, s.ProposedBy, s.DecidedBy, strings.Join(s.Gone, " "))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return e.result(map[string]any{"restorations": out})
}

func restoredSay(e *env) *cobra.Command {
	x := backup.Statement{}
	var area string
	c := &cobra.Command{Use: "say RESTORATION", Short: "Say which lists went out since the copy, as the bank's statements show: none without --gone", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) (err error) {
				if x.Restoration, err = theID(args[0]); err != nil {
					return err
				}
				if x.Area, err = areaOf(a, area); err != nil {
					return err
				}
				said, err := a.Backups.Say(ctx, x)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "backup.said", "id", said.ID))
				return e.result(saidOf(said))
			})
		}}
	c.Flags().StringSliceVar(&x.Gone, "gone", nil, "numbers of the lists that went out")
	c.Flags().StringVar(&area, "area", "", "area that this is for (default: the nation)")
	c.Flags().StringVar(&x.Reason, "reason", "", "what it rests on")
	return must(c, "reason")
}

func restoredDecide(e *env, approve bool) *cobra.Command {
	use, short, key := "approve STATEMENT", "Let payments of its area go on, as another person", "backup.approved"
	if !approve {
		use, short, key = "reject STATEMENT", "Turn a statement down: payments stay barred", "backup.rejected"
	}
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			id, err := theID(args[0])
			if err != nil {
				return err
			}
			decide := a.Backups.Approve
			if !approve {
				decide = a.Backups.Reject
			}
			s, err := decide(ctx, id)
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, key, "id", s.ID))
			return e.result(saidOf(s))
		})
	}}
}
