package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gotong/internal/i18n"
	"gotong/internal/paysim"
)

func simulateCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "simulate", Short: "Simulate by a seed what may go wrong, with the real code"}
	c.AddCommand(simulatePay(e))
	return c
}

// simulatePay needs no installation: the simulation keeps its data in a
// temporary folder.
func simulatePay(e *env) *cobra.Command {
	var o paysim.Options
	var trace bool
	c := &cobra.Command{
		Use: "pay", Args: cobra.NoArgs,
		Short: "Carry N payments through the whole cycle while people, bank, disk and process go wrong; nobody is paid twice, wrongly or unknown to the books",
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, done := e.progress()
			o.Progress = p
			if trace {
				o.Trace = func(line string) { fmt.Fprintln(e.err, line) }
			}
			r, err := paysim.Run(cmd.Context(), o)
			done()
			if err != nil {
				return err
			}
			for _, f := range r.Findings {
				e.printf("%s\n", i18n.T(e.lang, "cli.simulate.finding", "kind", string(f.Kind), "episode", f.Episode, "step", f.Step, "what", f.What))
			}
			e.printf("%s\n", i18n.T(e.lang, "cli.simulate.done", "seed", r.Seed, "episodes", r.Episodes, "steps", r.Steps, "crashes", r.Crashes, "payments", r.Payments,
				"paid", r.Paid, "doubles", r.Doubles, "lost", r.Lost, "resent", r.ResentUnknown, "ineligible", r.IneligiblePaid, "unexplained", r.Unexplained,
				"digest", r.TraceDigest))
			if r.Again != "" {
				e.printf("%s\n", i18n.T(e.lang, "cli.simulate.again", "command", r.Again))
			}
			if err := e.result(r); err != nil {
				return err
			}
			if !r.Clean() {
				return errFindings
			}
			return nil
		},
	}
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "the same seed takes the same steps")
	c.Flags().Int64Var(&o.Payments, "payments", 1000, "how many payments reach the bank, at least")
	c.Flags().StringVar(&o.Faults, "faults", "default", "what goes wrong: "+strings.Join(paysim.FaultNames(), ", "))
	c.Flags().IntVar(&o.Episode, "episode", 0, "run this episode alone, as where something was found")
	c.Flags().BoolVar(&trace, "trace", false, "write every step to standard error")
	return c
}
