package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

func payCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "pay", Short: "Pay lists: make, check, release, file, send, collect; holds, routes and claims; three people (--as LOGIN)"}
	c.AddCommand(payAllot(e), payMake(e), payAccounts(e), payCheck(e), payRelease(e), payFile(e), paySend(e), payCollect(e), payEnquire(e), paySweep(e), paySheets(e), payList(e), payHold(e), payRestored(e), payRoute(e), payClaim(e))
	return c
}

// listed prints a pay list.
func (e *env) listed(l *delivery.PayList) error {
	e.printf("%s\n", i18n.T(e.lang, "cli.pay_list", "number", l.Number, "status", string(l.Status), "lines", l.Lines,
		"total", l.Total, "digest", hex.EncodeToString(l.Digest[:])))
	return e.result(map[string]any{"number": l.Number, "status": l.Status, "lines": l.Lines, "total_rupiah": l.Total,
		"digest": hex.EncodeToString(l.Digest[:])})
}

// onList is a command on the pay list of a number.
func onList(e *env, use, short string, act func(ctx context.Context, a *app.App, l *delivery.PayList) error) *cobra.Command {
	return tried(e, use, short, nil, act)
}

// enacting is onList for an act that a dry run can undo: one that stays in
// the database.
func enacting(e *env, use, short string, act func(ctx context.Context, a *app.App, l *delivery.PayList) error) *cobra.Command {
	dry := false
	c := tried(e, use, short, &dry, act)
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would happen, change nothing")
	return c
}

func tried(e *env, use, short string, dry *bool, act func(ctx context.Context, a *app.App, l *delivery.PayList) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " NUMBER", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				l, err := a.Delivery.ByNumber(ctx, args[0])
				if err != nil {
					return err
				}
				return e.enact(ctx, a, dry != nil && *dry, func(ctx context.Context) error { return act(ctx, a, l) })
			})
		},
	}
}

func payAllot(e *env) *cobra.Command {
	var year int
	var document, area string
	var dry bool
	c := &cobra.Command{
		Use: "allot PROGRAMME RUPIAH", Short: "Record money that the state has given a programme (DIPA)", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			amount, err := money.Parse(args[1])
			if err != nil {
				return fault.Invalid("cli.bad_amount", "value", args[1]).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if area != "" {
					if area, err = a.Atlas.Parse(area); err != nil {
						return err
					}
				}
				return e.enact(ctx, a, dry, func(ctx context.Context) error {
					entry, err := a.Delivery.Allot(ctx, year, args[0], area, amount, document)
					if err != nil {
						return err
					}
					e.printf("%s\n", i18n.T(e.lang, "cli.allotted", "programme", args[0], "amount", amount, "document", document))
					return e.result(map[string]any{"entry": entry.Seq, "amount_rupiah": amount})
				})
			})
		},
	}
	c.Flags().IntVar(&year, "year", 0, "budget year")
	c.Flags().StringVar(&document, "document", "", "number of the document")
	c.Flags().StringVar(&area, "area", "", "area whose part it is (default: all of your area)")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would be recorded, record nothing")
	for _, name := range []string{"year", "document"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
	return c
}

func payMake(e *env) *cobra.Command {
	var means, period, area string
	var dry bool
	c := &cobra.Command{
		Use: "make PROGRAMME", Short: "Make a pay list from the determination in force", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := delivery.ParsePeriod(period)
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if area != "" {
					if area, err = a.Atlas.Parse(area); err != nil {
						return err
					}
				}
				return e.enact(ctx, a, dry, func(ctx context.Context) error {
					progress, done := e.progress()
					l, err := a.Delivery.MakePayList(ctx, delivery.Order{Programme: args[0], Period: p, Area: area, Means: delivery.Means(means)}, progress)
					done()
					if err != nil {
						return err
					}
					return e.listed(l)
				})
			})
		},
	}
	c.Flags().StringVar(&means, "means", "", "post: those whom the post office pays (default: the programme's own means)")
	c.Flags().StringVar(&period, "period", "", "instalment: YEAR-NN, such as 2026-01")
	c.Flags().StringVar(&area, "area", "", "area code (default: all of your area)")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would be on the list, make none")
	if err := c.MarkFlagRequired("period"); err != nil {
		panic(err)
	}
	return c
}

func payAccounts(e *env) *cobra.Command {
	var answers, out string
	c := onList(e, "accounts", "Ask the bank about every account of a draft; what it would not pay to is held. By file: --out writes the question, --answers takes the answer",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			if out != "" {
				name, b, err := a.Delivery.AccountFile(ctx, l.ID)
				if err != nil {
					return err
				}
				if err := os.WriteFile(out, b, 0o600); err != nil {
					return fault.Invalid("cli.unwritable", "file", out).Because(err)
				}
				return e.result(map[string]any{"file": out, "name": name})
			}
			p, done := e.progress()
			defer done()
			if answers == "" {
				checked, err := a.Delivery.CheckAccounts(ctx, l.ID, p)
				if err != nil {
					return err
				}
				return e.listed(checked)
			}
			f, err := open(answers)
			if err != nil {
				return err
			}
			defer f.Close()
			checked, err := a.Delivery.TakeAccounts(ctx, l.ID, f, p)
			if err != nil {
				return err
			}
			return e.listed(checked)
		})
	c.Flags().StringVar(&answers, "answers", "", "file with the bank's answer")
	c.Flags().StringVar(&out, "out", "", "write the question to a file instead of asking")
	return c
}

func paySweep(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "sweep", Short: "Look for credits that nobody uses: to be visited, and later called back, by the rule in force", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				p, done := e.progress()
				s, err := a.Delivery.Sweep(ctx, p)
				done()
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.swept", "unused", s.Unused, "unclaimed", s.Unclaimed))
				return e.result(s)
			})
		},
	}
}

func paySheets(e *env) *cobra.Command {
	var out string
	c := onList(e, "sheets", "Write the sheets that payers of the post office take along and fill in without signal: a ZIP of packages",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			name, b, err := a.Delivery.SheetPackages(ctx, l.ID, func(area string) string { return a.Atlas.Path(area, ", ") })
			if err != nil {
				return err
			}
			if out == "" {
				out = name
			}
			if err := os.WriteFile(out, b, 0o600); err != nil {
				return fault.Invalid("cli.unwritable", "file", out).Because(err)
			}
			e.printf("%s\n", i18n.T(e.lang, "cli.sheets", "file", out))
			return e.result(map[string]any{"file": out})
		})
	c.Flags().StringVar(&out, "out", "", "file to write (default: its own name)")
	return c
}

func payCheck(e *env) *cobra.Command {
	return enacting(e, "check", "Sign what stands on a draft, as another person than its maker",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			checked, err := a.Delivery.Check(ctx, l.ID, l.Digest)
			if err != nil {
				return err
			}
			return e.listed(checked)
		})
}

func payRelease(e *env) *cobra.Command {
	var lines int64
	var total int64
	c := enacting(e, "release", "Let a checked list's money go, as a third person; without --lines and --total it shows what would be paid",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			if lines == 0 {
				v, err := a.Delivery.Review(ctx, l.ID)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.release_review", "number", l.Number, "lines", v.Pay.Lines, "total", v.Pay.Total, "have", v.Have.Total))
				return e.result(map[string]any{"lines": v.Pay.Lines, "total_rupiah": v.Pay.Total, "have_rupiah": v.Have.Total})
			}
			released, err := a.Delivery.Release(ctx, l.ID, delivery.Confirmation{Lines: lines, Total: money.Rupiah(total)})
			if err != nil {
				return err
			}
			return e.listed(released)
		})
	c.Flags().Int64Var(&lines, "lines", 0, "how many lines you agree to pay")
	c.Flags().Int64Var(&total, "total", 0, "how much, in rupiah, you agree to pay")
	return c
}

func payFile(e *env) *cobra.Command {
	var out string
	c := onList(e, "file", "Write the bank file of a released list; the same list has the same bytes",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			if _, err := a.Delivery.ExportBankFile(ctx, l.ID); err != nil {
				return err
			}
			f, b, err := a.Delivery.BankFile(ctx, l.ID)
			if err != nil {
				return err
			}
			if out == "" {
				out = f.Name
			}
			if err := os.WriteFile(out, b, 0o600); err != nil {
				return fault.Invalid("cli.unwritable", "file", out).Because(err)
			}
			e.printf("%s\n", i18n.T(e.lang, "cli.bank_file", "file", out, "lines", f.Lines, "total", f.Total, "sha256", hex.EncodeToString(f.SHA256[:])))
			return e.result(map[string]any{"file": out, "lines": f.Lines, "total_rupiah": f.Total, "sha256": hex.EncodeToString(f.SHA256[:])})
		})
	c.Flags().StringVar(&out, "out", "", "file to write (default: its own name)")
	return c
}

// sent prints how an order file stands with the bank.
func (e *env) sent(f *delivery.PaymentFile) error {
	e.printf("%s\n", i18n.T(e.lang, "cli.sent", "batch", f.Batch, "state", string(f.State)))
	return e.result(map[string]any{"batch": f.Batch, "state": f.State})
}

func paySend(e *env) *cobra.Command {
	return onList(e, "send", "Hand the bank file over; from then on its outcome is unknown until the bank says",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			f, err := a.Delivery.Send(ctx, l.ID)
			if err != nil {
				return err
			}
			return e.sent(f)
		})
}

func payEnquire(e *env) *cobra.Command {
	return onList(e, "enquire", "Ask the bank whether a file arrived whose outcome is unknown",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			f, err := a.Delivery.Enquire(ctx, l.ID)
			if err != nil {
				return err
			}
			return e.sent(f)
		})
}

func payCollect(e *env) *cobra.Command {
	return onList(e, "collect", "Fetch the bank's return files of a list and reconcile those that are new",
		func(ctx context.Context, a *app.App, l *delivery.PayList) error {
			p, done := e.progress()
			all, err := a.Delivery.Collect(ctx, l.ID, p)
			done()
			if err != nil {
				return err
			}
			for _, r := range all {
				e.reconciled(r)
			}
			return e.result(map[string]any{"files": all})
		})
}

func payList(e *env) *cobra.Command {
	var f delivery.ListFilter
	c := &cobra.Command{
		Use: "list", Short: "List pay lists", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				rows, total, err := a.Delivery.Lists(ctx, f)
				if err != nil {
					return err
				}
				type row struct {
					Number string              `json:"number"`
					Status delivery.ListStatus `json:"status"`
					Lines  int64               `json:"lines"`
					Total  money.Rupiah        `json:"total_rupiah"`
				}
				out := []row{}
				w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
				for _, l := range rows {
					out = append(out, row{l.Number, l.Status, l.Lines, l.Total})
					if !e.json {
						fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", l.Number, l.Status, l.Lines, l.Total)
					}
				}
				if err := w.Flush(); err != nil {
					return err
				}
				return e.result(map[string]any{"lists": out, "total": total})
			})
		},
	}
	c.Flags().StringVar(&f.Programme, "programme", "", "programme code")
	c.Flags().StringVar(&f.Period, "period", "", "instalment, such as 2026-01")
	c.Flags().IntVar(&f.Limit, "limit", 100, "how many at most")
	return c
}

func ledgerCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "ledger", Short: "The ledger"}
	c.AddCommand(&cobra.Command{
		Use: "prove", Short: "Recompute every invariant of the books from their lines", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				p, err := a.Delivery.ProveLedger(ctx)
				if err != nil {
					return err
				}
				for _, problem := range p.Problems {
					e.printf("%s\n", problem)
				}
				key := "cli.ledger_balanced"
				if !p.Balanced {
					key = "cli.ledger_broken"
				}
				e.printf("%s\n", i18n.T(e.lang, key, "entries", p.Entries))
				if err := e.result(p); err != nil {
					return err
				}
				if !p.Balanced {
					return errFindings
				}
				return nil
			})
		},
	})
	return c
}
