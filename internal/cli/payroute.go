package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/delivery"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

func payRoute(e *env) *cobra.Command {
	c := &cobra.Command{Use: "route", Short: "Heirs, substitutes, guardians and the post office: list, propose, decide, end"}
	c.AddCommand(routeList(e), routePropose(e), routeDecide(e), routeEnd(e))
	return c
}

type routeOut struct {
	ID        ident.ID             `json:"id"`
	Family    ident.ID             `json:"family"`
	Area      string               `json:"area"`
	Programme string               `json:"programme"`
	Kind      delivery.RouteKind   `json:"kind"`
	Status    delivery.RouteStatus `json:"status"`
	Bank      string               `json:"bank"`
	Account   string               `json:"account_masked,omitempty"`
	Evidence  string               `json:"evidence"`
	Proposer  string               `json:"proposer"`
	Approver  string               `json:"approver,omitempty"`
}

func routeOf(r *delivery.Route) routeOut {
	return routeOut{r.ID, r.FamilyID, r.Area, r.Programme, r.Kind, r.Status, r.Bank, r.Masked, r.Evidence, r.Proposer, r.Approver}
}

// routed prints a route.
func (e *env) routed(r *delivery.Route) error {
	e.printf("%s\n", i18n.T(e.lang, "cli.route", "id", r.ID, "kind", i18n.T(e.lang, "delivery.route_kind."+string(r.Kind)),
		"status", i18n.T(e.lang, "delivery.route_status."+string(r.Status)), "programme", r.Programme))
	return e.result(routeOf(r))
}

func routeList(e *env) *cobra.Command {
	var f delivery.RouteFilter
	var status string
	c := &cobra.Command{Use: "list", Short: "Who receives for another, or in another way; newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			f.Status = delivery.RouteStatus(status)
			all, total, err := a.Delivery.Routes(ctx, f)
			if err != nil {
				return err
			}
			out := []routeOut{}
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			for i := range all {
				r := routeOf(&all[i])
				out = append(out, r)
				if !e.json {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s %s\n", r.ID, r.Area, r.Programme, r.Kind, r.Status, r.Bank, r.Account)
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return e.result(map[string]any{"routes": out, "total": total})
		})
	}}
	c.Flags().StringVar(&status, "status", "", "proposed, approved, refused or ended")
	c.Flags().IntVar(&f.Limit, "limit", 100, "how many at most")
	return c
}

// accountFrom reads an account number from a file, or from standard input for
// "-": on the command line others of the machine could read it.
func (e *env) accountFrom(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	from := e.in
	if file != "-" {
		f, err := open(file)
		if err != nil {
			return "", err
		}
		defer f.Close()
		from = f
	}
	const enough = 100
	b, err := io.ReadAll(io.LimitReader(from, enough))
	return strings.TrimSpace(string(b)), err
}

func routePropose(e *env) *cobra.Command {
	var p delivery.Proposal
	var kind, account string
	var dry bool
	c := &cobra.Command{Use: "propose FAMILY PROGRAMME", Short: "Ask that a family be paid to an heir, a substitute, a guardian, or at the post office; another person decides", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) (err error) {
				if p.FamilyID, err = theID(args[0]); err != nil {
					return err
				}
				p.Programme, p.Kind = args[1], delivery.RouteKind(kind)
				if p.Number, err = e.accountFrom(account); err != nil {
					return err
				}
				return e.enact(ctx, a, dry, func(ctx context.Context) error {
					r, err := a.Delivery.ProposeRoute(ctx, p)
					if err != nil {
						return err
					}
					return e.routed(r)
				})
			})
		}}
	c.Flags().StringVar(&kind, "kind", string(delivery.Heir), "heir, substitute, guardian or post")
	c.Flags().StringVar(&p.Holder, "holder", "", "name of who receives")
	c.Flags().StringVar(&p.Relation, "relation", "", "to the one who would have received")
	c.Flags().StringVar(&p.Bank, "bank", "", "code of the bank")
	c.Flags().StringVar(&account, "account-file", "", "file with the account number; - is standard input")
	c.Flags().StringVar(&p.Evidence, "evidence", "", "number of the paper that says so")
	c.Flags().StringVar(&p.Note, "note", "", "anything else")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would be proposed, propose nothing")
	return must(c, "evidence")
}

// deciding is a command that approves, or with --refuse refuses.
func deciding(e *env, use, short string, args int, decide func(ctx context.Context, a *app.App, args []string, approve bool) error) *cobra.Command {
	var refuse, dry bool
	c := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(args), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			return e.enact(ctx, a, dry, func(ctx context.Context) error { return decide(ctx, a, args, !refuse) })
		})
	}}
	c.Flags().BoolVar(&refuse, "refuse", false, "refuse instead of approving")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would happen, change nothing")
	return c
}

func routeDecide(e *env) *cobra.Command {
	return deciding(e, "decide ID", "Approve a route, as another person than its proposer", 1, func(ctx context.Context, a *app.App, args []string, approve bool) error {
		id, err := theID(args[0])
		if err != nil {
			return err
		}
		r, err := a.Delivery.DecideRoute(ctx, id, approve)
		if err != nil {
			return err
		}
		return e.routed(r)
	})
}

func routeEnd(e *env) *cobra.Command {
	return &cobra.Command{Use: "end ID", Short: "Have a family paid by its own account again", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			id, err := theID(args[0])
			if err != nil {
				return err
			}
			r, err := a.Delivery.EndRoute(ctx, id)
			if err != nil {
				return err
			}
			return e.routed(r)
		})
	}}
}
