package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/audit"
	"gotong/internal/breach"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

func breachCommand(e *env) *cobra.Command {
	var open bool
	c := &cobra.Command{
		Use: "breach", Short: "Failures to protect data: report, whom they touch, tell within 3×24 hours, close", Args: cobra.NoArgs,
		Long: `The register of failures to protect personal data (UU 27/2022, art. 46). To
report one that an account brought reads from the audit log which families it
looked at; each gets a letter.`,
		Example: "  gotong breach report --what 'account was shared' --measure 'locked' --account operator --from 2026-01-05 --until 2026-01-07 --as dinas\n  gotong breach letters BREACH --as dinas\n  gotong breach agency BREACH --letter 12/2026 --as dinas\n  gotong breach close BREACH --as dinas",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				const most = 1000
				all, err := a.Breaches.Breaches(ctx, open, most)
				if err != nil {
					return err
				}
				out := []breachOut{}
				for i := range all {
					out = append(out, e.breach(a, &all[i]))
				}
				return e.result(map[string]any{"breaches": out})
			})
		},
	}
	c.Flags().BoolVar(&open, "open", false, "only those that are not closed")
	letter := ""
	agency := onBreach(e, "agency BREACH", "Note that the agency was told", func(ctx context.Context, a *app.App, id ident.ID) error {
		return a.Breaches.TellAgency(ctx, id, letter)
	})
	agency.Flags().StringVar(&letter, "letter", "", "number of the letter")
	family := ""
	add := onBreach(e, "add BREACH", "Add a family that the log does not show", func(ctx context.Context, a *app.App, id ident.ID) error {
		of, err := familyID(family)
		if err != nil {
			return err
		}
		return a.Breaches.Affect(ctx, id, of)
	})
	add.Flags().StringVar(&family, "family", "", "id of the family")
	c.AddCommand(breachReport(e), agency, add,
		onBreach(e, "show BREACH", "Show a breach", func(context.Context, *app.App, ident.ID) error { return nil }),
		onBreach(e, "letters BREACH", "Issue the letters to the families of your area", func(ctx context.Context, a *app.App, id ident.ID) error {
			for {
				n, err := a.Breaches.TellFamilies(ctx, id)
				if err != nil || n == 0 {
					return err
				}
			}
		}),
		onBreach(e, "close BREACH", "Close a breach of which all were told", func(ctx context.Context, a *app.App, id ident.ID) error { return a.Breaches.Close(ctx, id) }))
	return c
}

// breachOut is a breach for programs.
type breachOut struct {
	ID       ident.ID   `json:"id"`
	At       time.Time  `json:"at"`
	Due      time.Time  `json:"due"`
	Late     bool       `json:"late"`
	Families int64      `json:"families"`
	Told     int64      `json:"told"`
	Agency   *time.Time `json:"agency_told_at,omitempty"`
	Closed   *time.Time `json:"closed_at,omitempty"`

	Lists []breachList `json:"lists,omitempty"` // of one that is shown
}

// breachList is how often an account opened lists or files of one kind.
type breachList struct {
	Action string    `json:"action"`
	Area   string    `json:"area"`
	Fields []string  `json:"fields"`
	Times  int64     `json:"times"`
	Most   int64     `json:"most"` // rows of the largest one
	Last   time.Time `json:"last"`
}

func (e *env) breach(a *app.App, b *breach.Breach) breachOut {
	out := breachOut{ID: b.ID, At: b.At, Due: b.Due, Late: b.Late(a.Clock.Now()), Families: b.Families, Told: b.Told}
	state := "open"
	if out.Late {
		state = "late"
	}
	if !b.Agency.IsZero() {
		out.Agency = &b.Agency
	}
	if !b.Closed.IsZero() {
		out.Closed, state = &b.Closed, "closed"
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.breach.line", "id", b.ID, "state", i18n.T(e.lang, "breach.state."+state), "due", b.Due.Format("2006-01-02 15:04 MST"), "told", b.Told, "families", b.Families))
	return out
}

func onBreach(e *env, use, short string, do func(ctx context.Context, a *app.App, id ident.ID) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		id, err := ident.Parse(args[0])
		if err != nil {
			return fault.NotFound("breach.not_found").Because(err)
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			if err := do(ctx, a, id); err != nil {
				return err
			}
			b, _, err := a.Breaches.Breach(ctx, id, 1)
			if err != nil {
				return err
			}
			out := e.breach(a, b)
			if out.Lists, err = e.breachLists(ctx, a, b); err != nil {
				return err
			}
			return e.result(out)
		})
	}}
}

// breachLists tells of the lists and files that the account of a breach opened.
func (e *env) breachLists(ctx context.Context, a *app.App, b *breach.Breach) ([]breachList, error) {
	all, err := a.Breaches.Lists(ctx, b)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var out []breachList
	e.printf("%s\n", i18n.T(e.lang, "breach.lists_lead"))
	for _, l := range all {
		e.printf("- %s\n", i18n.T(e.lang, "cli.breach.list", "action", audit.SayAction(e.lang, l.Action), "area", l.Area, "times", l.Times, "most", l.Most))
		out = append(out, breachList{l.Action, l.Area, l.Fields, l.Times, l.Most, l.Last})
	}
	return out, nil
}

func breachReport(e *env) *cobra.Command {
	var b breach.Breach
	var from, until string
	c := &cobra.Command{
		Use: "report", Short: "Report a failure; its clock begins now", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, d := range []struct {
				text string
				more int // days
				into *time.Time
			}{{from, 0, &b.From}, {until, 1, &b.Until}} {
				if d.text == "" {
					continue
				}
				day, err := civil.Parse(d.text)
				if err != nil {
					return fault.Invalid("breach.bad_span").Because(err)
				}
				*d.into = day.AddDays(d.more).Time()
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				made, err := a.Breaches.Report(ctx, b)
				if err != nil {
					return err
				}
				return e.result(e.breach(a, made))
			})
		},
	}
	f := c.Flags()
	f.StringVar(&b.What, "what", "", "what happened, when and how; printed in the letters")
	f.StringVar(&b.Measure, "measure", "", "what the office does about it; likewise")
	f.StringVar(&b.Account, "account", "", "sign-in name whose looks touched families")
	f.StringVar(&from, "from", "", "first day of its use, YYYY-MM-DD")
	f.StringVar(&until, "until", "", "last day of its use, YYYY-MM-DD")
	return c
}
