package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
)

func payClaim(e *env) *cobra.Command {
	c := &cobra.Command{Use: "claim", Short: "Money to be paid back to the state: list, repay, decide, waive"}
	c.AddCommand(claimList(e), claimRepay(e), claimDecide(e), claimWaive(e))
	return c
}

type claimOut struct {
	ID        ident.ID             `json:"id"`
	Reference string               `json:"reference"`
	Debtor    delivery.Debtor      `json:"debtor"`
	Status    delivery.ClaimStatus `json:"status"`
	Amount    money.Rupiah         `json:"amount_rupiah"`
	Paid      money.Rupiah         `json:"paid_rupiah"`
	Left      money.Rupiah         `json:"left_rupiah"`
}

func claimOf(c *delivery.Claim) claimOut {
	return claimOut{c.ID, delivery.Reference(c.Number, c.LineNo), c.Debtor, c.Status, c.Amount, c.Paid, c.Left()}
}

func claimList(e *env) *cobra.Command {
	var f delivery.ClaimFilter
	var status string
	c := &cobra.Command{Use: "list", Short: "Claims, oldest first, and what is left of them", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			f.Status = delivery.ClaimStatus(status)
			all, sum, err := a.Delivery.Claims(ctx, f)
			if err != nil {
				return err
			}
			out := []claimOut{}
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			for i := range all {
				x := claimOf(&all[i])
				out = append(out, x)
				if !e.json {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", x.ID, x.Reference, x.Debtor, x.Status, x.Amount, x.Left)
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return e.result(map[string]any{"claims": out, "total": sum.Lines, "left_rupiah": sum.Total})
		})
	}}
	c.Flags().StringVar(&status, "status", "", "open, settled or waived")
	c.Flags().IntVar(&f.Limit, "limit", 100, "how many at most")
	return c
}

func claimRepay(e *env) *cobra.Command {
	var on, document string
	var dry bool
	c := &cobra.Command{Use: "repay ID RUPIAH", Short: "Record an instalment against its deposit slip, for another person to approve", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			id, err := theID(args[0])
			if err != nil {
				return err
			}
			amount, err := money.Parse(args[1])
			if err != nil {
				return fault.Invalid("cli.bad_amount", "value", args[1]).Because(err)
			}
			day, err := civil.Parse(on)
			if err != nil {
				return fault.Invalid("delivery.claim.day").Because(err)
			}
			return e.enact(ctx, a, dry, func(ctx context.Context) error {
				p, err := a.Delivery.Repay(ctx, id, amount, day, document)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.repaid", "no", p.No, "amount", p.Amount, "document", p.Document))
				return e.result(map[string]any{"no": p.No, "amount_rupiah": p.Amount, "status": p.Status})
			})
		})
	}}
	c.Flags().StringVar(&on, "on", "", "day on which it was paid, YYYY-MM-DD")
	c.Flags().StringVar(&document, "document", "", "number of the deposit slip (NTPN)")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would be recorded, record nothing")
	return must(c, "on", "document")
}

// claimed prints a claim.
func (e *env) claimed(c *delivery.Claim) error {
	e.printf("%s\n", i18n.T(e.lang, "cli.claim", "reference", delivery.Reference(c.Number, c.LineNo), "status", i18n.T(e.lang, "delivery.claim_status."+string(c.Status)),
		"amount", c.Amount, "left", c.Left()))
	return e.result(claimOf(c))
}

func claimDecide(e *env) *cobra.Command {
	return deciding(e, "decide ID NO", "Approve an instalment, as another person than the one who recorded it", 2, func(ctx context.Context, a *app.App, args []string, approve bool) error {
		id, err := theID(args[0])
		if err != nil {
			return err
		}
		no, err := quantity(args[1])
		if err != nil {
			return notThere(err)
		}
		c, err := a.Delivery.DecideRepayment(ctx, id, no, approve)
		if err != nil {
			return err
		}
		return e.claimed(c)
	})
}

func claimWaive(e *env) *cobra.Command {
	var note string
	c := &cobra.Command{Use: "waive ID", Short: "Give a claim up: one person proposes it, and another does the same", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			id, err := theID(args[0])
			if err != nil {
				return err
			}
			c, err := a.Delivery.Waive(ctx, id, note)
			if err != nil {
				return err
			}
			return e.claimed(c)
		})
	}}
	c.Flags().StringVar(&note, "note", "", "why")
	return must(c, "note")
}

// notThere is the answer for an id that is none.
func notThere(err error) error { return fault.NotFound("core.error.not_found").Because(err) }
