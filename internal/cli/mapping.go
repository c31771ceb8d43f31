package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/registry"
)

// mappingCommand ties an office's own headings to columns, by a name.
func mappingCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "mapping", Short: "Keep what an office's own headings mean, by a name"}
	c.AddCommand(mappingSave(e), mappingList(e), mappingShow(e), mappingDelete(e))
	return c
}

func mappingSave(e *env) *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use: "save NAME FAMILIES [MEMBERS]", Short: "Guess what the headings of files mean, and save it",
		Example: `  gotong import mapping save dinsos keluarga.xlsx anggota.xlsx --set "Tgl Survei=tanggal_data" --set "Ket="`,
		Long: `Guesses what the headings of an office's files mean, prints every one of them,
and saves that under a name for gotong import --mapping. --set HEADING=COLUMN
says what a heading means; --set HEADING= passes it over. Headings that nothing
is known of are an error until --set says what they mean.`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, closeFiles, err := openFiles(args[1:])
			if err != nil {
				return err
			}
			defer closeFiles()
			return e.withNew(cmd.Context(), func(ctx context.Context, a *app.App) error {
				headings, err := a.Registry.Headings(files, nil)
				if err != nil {
					return err
				}
				unknown, err := told(headings, set)
				if err != nil {
					return err
				}
				m := registry.MappingOf(headings)
				e.printMapping(headings)
				if len(unknown) > 0 {
					return fault.Invalid("cli.mapping_unknown", "headings", strings.Join(unknown, ", "))
				}
				if err := a.Registry.SaveMapping(ctx, args[0], *m); err != nil {
					return err
				}
				return e.result(map[string]any{"name": args[0], "mapping": m})
			})
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "HEADING=COLUMN: what a heading means; HEADING= passes it over")
	return c
}

// told sets what the command line says of headings, and returns those of
// which nothing is known.
func told(headings map[registry.FileKind][]registry.Heading, set []string) ([]string, error) {
	for _, pair := range set {
		written, column, ok := strings.Cut(pair, "=")
		found := false
		for _, all := range headings {
			for i := range all {
				if ok && strings.EqualFold(all[i].Written, strings.TrimSpace(written)) {
					all[i].Column, all[i].How, found = strings.TrimSpace(column), registry.HeadingMapped, true
				}
			}
		}
		if !found {
			return nil, fault.Invalid("cli.mapping_heading", "heading", written)
		}
	}
	var unknown []string
	for _, kind := range slices.Sorted(maps.Keys(headings)) {
		for _, h := range headings[kind] {
			if h.How == registry.HeadingUnknown {
				unknown = append(unknown, h.Written)
			}
		}
	}
	return unknown, nil
}

func (e *env) printMapping(headings map[registry.FileKind][]registry.Heading) {
	if e.json {
		return
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for _, kind := range []registry.FileKind{registry.FamilyFile, registry.MemberFile} {
		for _, h := range headings[kind] {
			column := h.Column
			if column == "" {
				column = "-"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", kind, h.Written, column, i18n.T(e.lang, "registry.mapping.by_"+string(h.How)))
		}
	}
	_ = w.Flush() // to the terminal
}

func mappingList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the saved mappings", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				all, err := a.Registry.Mappings(ctx)
				if err != nil {
					return err
				}
				names := []string{}
				for _, m := range all {
					names = append(names, m.Name)
					e.printf("%s\t%d\t%s\n", m.Name, len(m.Family)+len(m.Member), m.By)
				}
				return e.result(map[string]any{"mappings": names})
			})
		},
	}
}

func mappingShow(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Print a saved mapping", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				m, err := a.Registry.Mapping(ctx, args[0])
				if err != nil {
					return err
				}
				for _, part := range []map[string]string{m.Family, m.Member} {
					for _, heading := range slices.Sorted(maps.Keys(part)) {
						e.printf("%s = %s\n", heading, part[heading])
					}
				}
				return e.result(map[string]any{"name": m.Name, "mapping": m.Mapping})
			})
		},
	}
}

func mappingDelete(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Remove a saved mapping", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error { return a.Registry.DropMapping(ctx, args[0]) })
		},
	}
}
