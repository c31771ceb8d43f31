package cli

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/linkage/authority"
)

func matchCommand(e *env) *cobra.Command {
	var g authority.Given
	var on string
	c := &cobra.Command{
		Use: "match LIST.csv --authority KIND --origin TEXT", Short: "Match the register with another authority's list, such as deaths, and decide: lists, list, show, accept, reject, undo",
		Args: cobra.ExactArgs(1),
		Example: `  gotong match kematian.csv --authority deaths --origin "Surat 470/12/2026" --on 2026-01-31
  gotong match asn.csv --authority civil_servants --origin BKN --map name="Nama Pegawai",born="Tgl Lhr",identifier=NIK
  gotong match list --least 0.9 --as dinas
  gotong match accept MATCH --reason 'letter seen' --as dinas`,
		Long: `Matches everybody on record with a list that another authority gave, by number
where it agrees and by name, birth date, sex and place as likely as they are.
Each match waits on the page of authorities' lists, and in match list; nothing
changes before somebody who may accepts it. A match that was rejected is not
raised again.

--authority is one of the kinds in policy/authority.yaml: deaths,
civil_servants, pensioners, dukcapil. --map is as for link files, and is not
needed where headings are the usual ones; its role "on" is the day of what the
list tells, such as a death.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := dayOf(on)
			if err != nil {
				return err
			}
			g.On = day
			return e.match(cmd.Context(), args[0], g)
		},
	}
	c.AddCommand(matchQueue(e)...)
	f := c.Flags()
	f.StringVar(&g.Kind, "authority", "", "kind of authority")
	f.StringVar(&g.Origin, "origin", "", "letter or service that gave the list")
	f.StringVar(&on, "on", "", "day from which the list holds (default: today)")
	f.StringArrayVar(&g.Mapping, "map", nil, "columns by role, such as name=nama,born=tgl_lahir")
	for _, name := range []string{"authority", "origin"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
	return c
}

func (e *env) match(ctx context.Context, path string, g authority.Given) error {
	list, err := os.Open(path)
	if err != nil {
		return fault.Invalid("linkage.list.file.unreadable", "file", path).Because(err)
	}
	defer list.Close() // only read
	file := filepath.Base(path)
	return e.with(ctx, func(ctx context.Context, a *app.App) error {
		l, err := a.Authority.Bring(ctx, g, file, list)
		if err != nil {
			return err
		}
		c, err := do[authority.Counts](ctx, e, a, authority.MatchRun, authority.RunArgs{List: l.ID}, false)
		if err != nil {
			return err
		}
		e.printf("%s\n", i18n.T(e.lang, "cli.matched", "rows", c.Rows, "persons", c.Persons, "same", c.Same, "review", c.Review,
			"agreed", c.Agreed, "remembered", c.Remembered))
		for _, role := range slices.Sorted(maps.Keys(c.Unread)) {
			e.printf("%s\n", i18n.T(e.lang, "cli.link_unread", "file", file, "count", c.Unread[role], "what", role))
		}
		return e.result(c)
	})
}
