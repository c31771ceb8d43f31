package cli

import (
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fmt"
)

func configCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Settings of this installation"}
	c.AddCommand(&cobra.Command{
		Use: "print", Short: "Print every setting and where its value came from", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, err := e.config()
			if err != nil {
				return err
			}
			out := map[string]map[string]string{}
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			for _, v := range config.Values() {
				out[v.Name] = map[string]string{"value": v.Value, "source": v.Source}
				if !e.json {
					fmt.Fprintf(w, "%s\t%s\t(%s)\n", v.Name, v.Value, v.Source)
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return e.result(out)
		},
	})
	return c
}
