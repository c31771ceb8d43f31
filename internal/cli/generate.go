package cli

import (
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/generator"
)

func generateCommand(e *env) *cobra.Command {
	var o generator.Options
	var asOf string
	c := &cobra.Command{
		Use: "generate", Short: "Write a synthetic district as import files, with what was planted in it beside them", Args: cobra.NoArgs,
		Example: "  gotong generate --families 20000 --seed 1 --region 3674 --out district",
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := dayOf(asOf)
			if err != nil {
				return err
			}
			o.AsOf = day
			p, done := e.progress()
			p.Stage("generate", int64(o.Families))
			last := 0
			o.Progress = func(n, _ int) { p.Add("", int64(n-last)); last = n }
			summary, err := generator.Generate(cmd.Context(), o)
			done()
			if err != nil {
				return err
			}
			e.printf("%d families, %d persons in %d villages → %s\n", summary.Families, summary.Persons, summary.Villages, o.Dir)
			return e.result(summary)
		},
	}
	f := c.Flags()
	f.IntVar(&o.Families, "families", 20000, "how many families")
	f.Uint64Var(&o.Seed, "seed", 1, "the same seed gives the same bytes")
	f.StringSliceVar(&o.Regions, "region", nil, "area code of any level, may be repeated (default: the demo district)")
	f.StringVar(&o.Dir, "out", "", "folder to write into")
	f.StringVar(&asOf, "as-of", "", "day of the data, YYYY-MM-DD (default: today)")
	if err := c.MarkFlagRequired("out"); err != nil {
		panic(err)
	}
	return c
}

// dayOf reads a day of the command line; none is today.
func dayOf(s string) (civil.Date, error) {
	if s == "" {
		return civil.OfTime(time.Now()), nil
	}
	d, err := civil.Parse(s)
	if err != nil {
		return 0, fault.Invalid("cli.bad_day", "value", s).Because(err)
	}
	return d, nil
}
