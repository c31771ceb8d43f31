package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/right"
)

func rightsCommand(e *env) *cobra.Command {
	c := &cobra.Command{
		Use: "rights", Short: "What people ask about their own data: take down, answer in time, suspend and lift",
		Long: `Requests to see, correct, suspend, withdraw or erase, with the day by which the
law asks for an answer (policy/rights.yaml). To grant a suspension or withdrawal
keeps the family out of all processing until it is lifted; an erasure waits for
a second person.`,
		Example: "  gotong rights --late --json\n  gotong rights take FAMILY --kind suspension --text 'wants the list checked' --as dinas\n  gotong rights grant REQUEST --answer 'suspended from today' --as dinas\n  gotong rights lift REQUEST --as dinas",
	}
	list := rightsList(e)
	c.Args, c.RunE = cobra.NoArgs, list.RunE
	c.Flags().AddFlagSet(list.Flags())
	c.AddCommand(rightsTake(e), rightsShow(e), rightsAnswer(e, "grant"), rightsAnswer(e, "refuse"), rightsLift(e))
	return c
}

// askedRight is a request for programs.
type askedRight struct {
	ID        ident.ID     `json:"id"`
	Family    ident.ID     `json:"family"`
	Area      string       `json:"area"`
	Kind      right.Kind   `json:"kind"`
	Status    right.Status `json:"status"`
	At        time.Time    `json:"at"`
	Due       time.Time    `json:"due"`
	Late      bool         `json:"late"`
	Returned  bool         `json:"returned,omitempty"`      // open anew, as a second person turned the erasure down
	Waits     bool         `json:"waits,omitempty"`         // for a second person, on the event
	Erased    bool         `json:"family_erased,omitempty"` // by the event
	Event     string       `json:"event,omitempty"`
	DecidedBy string       `json:"decided_by,omitempty"`
	Text      string       `json:"text,omitempty"`
	Answer    string       `json:"answer,omitempty"`
}

func (e *env) asked(a *app.App, r *right.Request) askedRight {
	late := r.Late(a.Clock.Now())
	status := "right.status." + string(r.Status)
	switch {
	case late && r.Status == right.Open:
		status = "right.status.late"
	case r.Waits && late:
		status = "right.status.waits_late"
	case r.Waits:
		status = "right.status.waits"
	case r.Returned():
		status = "right.status.returned"
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.rights.line", "id", r.ID, "kind", i18n.T(e.lang, "right.kind."+string(r.Kind)), "area", r.Area,
		"status", i18n.T(e.lang, status), "due", r.Due.Format("2006-01-02 15:04 MST")))
	out := askedRight{ID: r.ID, Family: r.Family, Area: r.Area, Kind: r.Kind, Status: r.Status, At: r.At, Due: r.Due, Late: late, Returned: r.Returned(),
		Waits: r.Waits, Erased: r.Erased, DecidedBy: r.DecidedBy, Text: r.Text, Answer: r.Answer}
	if !r.Erasing.IsZero() {
		out.Event = r.Erasing.String()
	}
	if r.Erased {
		e.printf("  %s %s\n", i18n.T(e.lang, "right.erased_title"), out.Event)
	}
	return out
}

func rightsList(e *env) *cobra.Command {
	var status, kind string
	var late bool
	const most = 500
	c := &cobra.Command{RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			f := right.Filter{Status: right.Status(status), Kind: right.Kind(kind)}
			if late {
				f.Status, f.DueBy = right.Open, a.Clock.Now()
			}
			all, total, err := a.Rights.List(ctx, f, most)
			if err != nil {
				return err
			}
			out := []askedRight{}
			for i := range all {
				out = append(out, e.asked(a, &all[i]))
			}
			return e.result(map[string]any{"requests": out, "total": total})
		})
	}}
	f := c.Flags()
	f.StringVar(&status, "status", "", "open, granted, refused or ended (default: all)")
	f.StringVar(&kind, "kind", "", "access, correction, suspension, withdrawal or erasure (default: all)")
	f.BoolVar(&late, "late", false, "only open ones whose time is over")
	return c
}

func rightsTake(e *env) *cobra.Command {
	var kind, text string
	c := &cobra.Command{
		Use: "take FAMILY", Short: "Take a request down; its clock begins now", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			family, err := familyID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				r, err := a.Rights.Take(ctx, right.Kind(kind), family, text)
				if err != nil {
					return err
				}
				return e.result(e.asked(a, r))
			})
		},
	}
	c.Flags().StringVar(&kind, "kind", "", "access, correction, suspension, withdrawal or erasure")
	c.Flags().StringVar(&text, "text", "", "what is asked, in the words of who asks")
	return c
}

// onRight is a command on one request, which it prints as it stands then.
func onRight(e *env, c *cobra.Command, do func(ctx context.Context, a *app.App, id ident.ID) error) *cobra.Command {
	c.Args = cobra.ExactArgs(1)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := ident.Parse(args[0])
		if err != nil {
			return fault.NotFound("right.not_found").Because(err)
		}
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			if err := do(ctx, a, id); err != nil {
				return err
			}
			r, err := a.Rights.Request(ctx, id)
			if err != nil {
				return err
			}
			out := e.asked(a, r)
			e.printf("  %s\n", r.Text)
			if r.Answer != "" {
				e.printf("  → %s\n", r.Answer)
			}
			return e.result(out)
		})
	}
	return c
}

func rightsShow(e *env) *cobra.Command {
	return onRight(e, &cobra.Command{Use: "show REQUEST", Short: "Show a request with its words and its answer"},
		func(context.Context, *app.App, ident.ID) error { return nil })
}

func rightsAnswer(e *env, how string) *cobra.Command {
	var answer string
	c := onRight(e, &cobra.Command{Use: how + " REQUEST", Short: "Answer a request: " + how + " it"}, func(ctx context.Context, a *app.App, id ident.ID) error {
		if how == "grant" {
			return a.Rights.Grant(ctx, id, answer)
		}
		return a.Rights.Refuse(ctx, id, answer)
	})
	c.Flags().StringVar(&answer, "answer", "", "what the letter says")
	return c
}

func rightsLift(e *env) *cobra.Command {
	return onRight(e, &cobra.Command{Use: "lift REQUEST", Short: "End the suspension that a granted request brought"},
		func(ctx context.Context, a *app.App, id ident.ID) error { return a.Rights.End(ctx, id) })
}
