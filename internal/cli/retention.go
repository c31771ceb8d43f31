package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/retention"
)

func retentionCommand(e *env) *cobra.Command {
	var area, day string
	c := &cobra.Command{
		Use: "retention", Short: "Records whose time is over: what is due, propose, approve and destroy, hold", Args: cobra.NoArgs,
		Long: `Says by class of record how many have been kept for longer than the rule in
force asks (policy/retention.yaml), and what still holds them. One person
proposes, another approves; then the records are erased and their keys
destroyed. What an audit, a case, a dispute, a suspension, money or an open
request still needs is kept, and says why.`,
		Example: "  gotong retention --area 3674\n  gotong retention --day 2031-01-01 --json\n  gotong retention propose --as dinas\n  gotong retention approve PROPOSAL --as kepala",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				on := a.Retention.Today()
				if day != "" {
					var err error
					if on, err = civil.Parse(day); err != nil {
						return fault.Invalid("retention.bad_day").Because(err)
					}
				}
				areas, err := retentionAreas(ctx, a, area)
				if err != nil {
					return err
				}
				all, err := a.Retention.DueIn(ctx, areas, on)
				if err != nil {
					return err
				}
				return e.due(on, all)
			})
		},
	}
	c.Flags().StringVar(&area, "area", "", "code of an area of any level (default: all of who acts)")
	c.Flags().StringVar(&day, "day", "", "what is due on this day, YYYY-MM-DD (default: today)")
	c.AddCommand(retentionPropose(e), retentionList(e), retentionShow(e), retentionDecide(e, true), retentionDecide(e, false), retentionHold(e), retentionRelease(e))
	return c
}

// retentionAreas are the areas that an area, or who acts, stands for.
func retentionAreas(ctx context.Context, a *app.App, area string) ([]string, error) {
	if area != "" {
		code, err := a.Atlas.Parse(area)
		return []string{code}, err
	}
	if actor, _ := access.From(ctx); !actor.Scope.IsNation() {
		return actor.Scope.Prefixes(), nil
	}
	return []string{""}, nil
}

func (e *env) due(on civil.Date, all []retention.Figure) error {
	type figure struct {
		Class    string           `json:"class"`
		Years    int              `json:"years"`
		RuleFrom civil.Date       `json:"rule_from"`
		Due      int64            `json:"due"`
		Held     int64            `json:"held"`
		Why      map[string]int64 `json:"held_by_reason"`
	}
	var out []figure
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for _, f := range all {
		out = append(out, figure{string(f.Class), f.Years, f.RuleFrom, f.Due, f.Held, f.Why})
		if !e.json {
			fmt.Fprintf(w, "%s\t%s\t\n", i18n.T(e.lang, "retention.class."+string(f.Class)), i18n.T(e.lang, "cli.retention.line", "due", f.Due, "held", f.Held, "years", f.Years))
			for _, code := range f.Reasons() {
				fmt.Fprintf(w, "  %s\t%d\t\n", i18n.T(e.lang, "retention.reason."+code), f.Why[code])
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return e.result(map[string]any{"day": on, "classes": out})
}

func retentionPropose(e *env) *cobra.Command {
	var area string
	c := &cobra.Command{
		Use: "propose", Short: "Propose to destroy what is due: a proposal a class and area", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if area != "" {
					var err error
					if area, err = a.Atlas.Parse(area); err != nil {
						return err
					}
				}
				made, err := do[retention.Proposed](ctx, e, a, app.KindRetention, app.RetentionArgs{Area: area}, false)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.retention.proposed", "n", len(made.Proposals), "due", made.Due, "held", made.Held))
				for _, id := range made.Proposals {
					e.printf("  %s\n", id)
				}
				return e.result(made)
			})
		},
	}
	c.Flags().StringVar(&area, "area", "", "code of an area of any level (default: each of who acts)")
	return c
}

// disposal is a proposal for programs.
type disposal struct {
	ID         ident.ID         `json:"id"`
	Class      retention.Class  `json:"class"`
	Area       string           `json:"area"`
	AsOf       civil.Date       `json:"as_of"`
	Status     retention.Status `json:"status"`
	Due        int64            `json:"due"`
	Held       int64            `json:"held"`
	Destroyed  int64            `json:"destroyed"`
	ProposedBy string           `json:"proposed_by"`
	DecidedBy  string           `json:"decided_by,omitempty"`
}

func (e *env) disposal(p *retention.Proposal) disposal {
	e.printf("%s\n", i18n.T(e.lang, "cli.retention.proposal", "id", p.ID, "class", i18n.T(e.lang, "retention.class."+string(p.Class)), "area", p.Area,
		"status", i18n.T(e.lang, "retention.status."+string(p.Status)), "due", p.Due, "held", p.Held, "destroyed", p.Destroyed))
	return disposal{p.ID, p.Class, p.Area, p.AsOf, p.Status, p.Due, p.Held, p.Destroyed, p.ProposedBy, p.DecidedBy}
}

func retentionList(e *env) *cobra.Command {
	var status string
	const most = 500
	c := &cobra.Command{
		Use: "list", Short: "List proposals, newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				all, err := a.Retention.Proposals(ctx, retention.Filter{Status: retention.Status(status)}, most)
				if err != nil {
					return err
				}
				out := []disposal{}
				for i := range all {
					out = append(out, e.disposal(&all[i]))
				}
				return e.result(map[string]any{"proposals": out})
			})
		},
	}
	c.Flags().StringVar(&status, "status", "", "waiting, approved, rejected or done (default: all)")
	return c
}

func proposalID(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, fault.NotFound("retention.not_found").Because(err)
	}
	return id, nil
}

func retentionShow(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "show PROPOSAL", Short: "Show a proposal with its records: places, days and reasons, no names", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := proposalID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				p, items, err := a.Retention.Proposal(ctx, id, "")
				if err != nil {
					return err
				}
				type record struct {
					Subject ident.ID       `json:"record"`
					Area    string         `json:"area"`
					Since   civil.Date     `json:"since"`
					Until   civil.Date     `json:"until"`
					Fate    retention.Fate `json:"fate"`
					Reason  string         `json:"reason,omitempty"`
				}
				out := struct {
					disposal
					Records []record `json:"records"`
				}{disposal: e.disposal(p)}
				for _, x := range items {
					out.Records = append(out.Records, record{x.Subject, x.Area, x.Since, x.Until, x.Fate, x.Reason})
					why := ""
					if x.Reason != "" {
						why = i18n.T(e.lang, "retention.reason."+x.Reason)
					}
					e.printf("  %s  %s  %s  %s  %s\n", x.Subject, x.Area, x.Until, i18n.T(e.lang, "retention.fate."+string(x.Fate)), why)
				}
				return e.result(out)
			})
		},
	}
}

// retentionDecide approves and destroys, or rejects.
func retentionDecide(e *env, approve bool) *cobra.Command {
	var note string
	c := &cobra.Command{
		Use: "reject PROPOSAL", Short: "Reject a proposal, as another person than who proposed", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := proposalID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if !approve {
					p, err := a.Retention.Reject(ctx, id, note)
					if err != nil {
						return err
					}
					return e.result(e.disposal(p))
				}
				p, _, err := a.Retention.Proposal(ctx, id, retention.IsDue)
				if err != nil {
					return err
				}
				if p.Status != retention.Approved { // one that was approved goes on where it stopped
					if _, err := a.Retention.Approve(ctx, id, note); err != nil {
						return err
					}
				}
				if _, err := do[retention.Carried](ctx, e, a, app.KindDestroy, app.DestroyArgs{Proposal: id}, false); err != nil {
					return err
				}
				if p, _, err = a.Retention.Proposal(ctx, id, retention.IsDue); err != nil {
					return err
				}
				return e.result(e.disposal(p))
			})
		},
	}
	if approve {
		c.Use, c.Short = "approve PROPOSAL", "Approve a proposal, as another person than who proposed, and destroy"
	}
	c.Flags().StringVar(&note, "note", "", "why, in words")
	return c
}

func retentionHold(e *env) *cobra.Command {
	var basis, why string
	c := &cobra.Command{
		Use: "hold FAMILY", Short: "Keep the record of a family from being destroyed or erased", Args: cobra.ExactArgs(1),
		Example: "  gotong retention hold 019b8bab-0681-7006-a9be-f5488ace7209 --for audit --why 'warrant 12/2026' --as dinas",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := familyID(args[0])
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				h, err := a.Retention.Keep(ctx, id, "held_"+basis, why)
				if err != nil {
					return err
				}
				e.printf("%s\n  %s\n", i18n.T(e.lang, "retention.held"), h.ID)
				return e.result(map[string]any{"id": h.ID, "family": h.Family, "basis": h.Basis})
			})
		},
	}
	c.Flags().StringVar(&basis, "for", "", "audit, case or dispute")
	c.Flags().StringVar(&why, "why", "", "why, in words")
	return c
}

func retentionRelease(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "release HOLD", Short: "End a hold", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.Parse(args[0])
			if err != nil {
				return fault.NotFound("retention.hold_not_found").Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := a.Retention.Release(ctx, id); err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "retention.released"))
				return e.result(map[string]any{"id": id})
			})
		},
	}
}
