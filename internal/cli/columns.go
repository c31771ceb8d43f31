package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/indicator"
)

// columnsCommand prints which columns of facts an import may have, as the
// catalogue has them today; the fixed columns are in docs/import.md.
func columnsCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "columns", Short: "Print the columns of facts that an import may have, with what may stand in them", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			catalogue, err := e.catalogue()
			if err != nil {
				return err
			}
			type column struct {
				File    string   `json:"file"`
				Code    string   `json:"code"`
				Name    string   `json:"name"`
				Kind    string   `json:"kind"`
				Unit    string   `json:"unit,omitempty"`
				Source  string   `json:"source"`
				Options []string `json:"options,omitempty"`
			}
			var all []column
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			for _, of := range []struct {
				level indicator.Level
				file  string
			}{{indicator.Family, "keluarga.csv"}, {indicator.Person, "anggota.csv"}} {
				for _, i := range catalogue.Stored(of.level) {
					c := column{File: of.file, Code: i.Code, Name: i.Name.In(e.lang), Kind: i.Kind.String(), Unit: i.Unit, Source: i.Source}
					for _, o := range i.Options {
						c.Options = append(c.Options, o.Code)
					}
					all = append(all, c)
				}
			}
			if e.json {
				return e.result(map[string]any{"columns": all})
			}
			for _, c := range all {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", c.File, c.Code, c.Kind, c.Name, strings.Join(c.Options, " "))
			}
			return w.Flush()
		},
	}
}
