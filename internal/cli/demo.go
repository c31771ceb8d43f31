package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/i18n"
)

func demoCommand(e *env) *cobra.Command {
	var families int
	var seed uint64
	var noServe bool
	c := &cobra.Command{
		Use: "demo", Short: "Fill an empty data folder with a synthetic district, take it through the spine, and serve it", Args: cobra.NoArgs,
		Long: `Fills an empty data folder with invented families in real places, takes them
from registration to reconciled payments, prints what happened and the
sign-ins for each role, and serves the pages. A folder whose demo is complete
is only served. The same seed gives the same figures and digests.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := e.config()
			if err != nil {
				return err
			}
			if !app.HasDemo(config) {
				p, done := e.progress()
				_, err := app.RunDemo(cmd.Context(), app.DemoOptions{Config: config, Log: e.logger(config), Families: families, Seed: seed}, p)
				done()
				if err != nil {
					return err
				}
			}
			if !noServe {
				if err := e.tellDemo(config); err != nil {
					return err
				}
				return e.withNew(cmd.Context(), e.serve)
			}
			return e.tellDemo(config)
		},
	}
	f := c.Flags()
	f.IntVar(&families, "families", 20000, "how many families")
	f.Uint64Var(&seed, "seed", 1, "the same seed gives the same figures and digests")
	f.BoolVar(&noServe, "no-serve", false, "stop after the spine")
	f.String("listen", "", "address to serve on (default 127.0.0.1:8080)")
	return c
}

// tellDemo prints what the spine did, and the sign-ins.
func (e *env) tellDemo(c app.Config) error {
	b, err := os.ReadFile(filepath.Join(c.Get("data"), "demo", "result.json"))
	if err != nil {
		return err
	}
	var d app.Demo
	if err := json.Unmarshal(b, &d); err != nil {
		return err
	}
	signIns, err := app.DemoSignIns(c)
	if err != nil {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.demo", "families", d.Families, "persons", d.Persons,
		"planted", d.DuplicatesPlanted, "found", d.DuplicatesFound, "false", d.DuplicatesFalse,
		"deciles", fmt.Sprint(d.Deciles), "unranked", d.Unranked,
		"entitled", d.Entitled, "waitlisted", d.Waitlisted, "refused", d.Refused, "undetermined", d.Undetermined,
		"ordered", rupiah(d.Ordered), "credited", rupiah(d.Credited), "returned", rupiah(d.Returned), "outstanding", rupiah(d.Outstanding), "held", rupiah(d.Held),
		"engines", d.SecondEngines, "seconds", fmt.Sprintf("%.1f", d.Seconds),
		"recheck", yes(e.lang, d.Rechecked), "ledger", yes(e.lang, d.LedgerBalanced), "log", yes(e.lang, d.LogVerified)))
	e.printf("%s\n%s\n", i18n.T(e.lang, "cli.sign_ins"), signIns)
	return e.result(d)
}
