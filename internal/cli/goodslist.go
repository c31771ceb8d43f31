package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/i18n"
)

// distribution prints a distribution list.
func (e *env) distribution(l goods.List) error {
	e.printf("%s\n", i18n.T(e.lang, "goods.cli.list", "number", l.Number, "day", l.Day, "status", i18n.T(e.lang, "goods.list_status."+string(l.Status)),
		"n", l.Recipients, "blocked", l.Blocked))
	return e.result(map[string]any{"number": l.Number, "title": l.Title, "day": l.Day.String(), "status": l.Status, "recipients": l.Recipients, "handed": l.Handed, "blocked": l.Blocked})
}

// listByNumber finds a distribution list.
func listByNumber(ctx context.Context, a *app.App, number string) (goods.List, error) {
	all, err := a.Goods.Lists(ctx, "")
	if err != nil {
		return goods.List{}, err
	}
	for _, l := range all {
		if l.Number == number {
			return l, nil
		}
	}
	return goods.List{}, fault.NotFound("goods.no_list")
}

func goodsMake(e *env) *cobra.Command {
	var d goods.Draft
	var depot, day, area string
	var items, names []string
	var dry bool
	c := &cobra.Command{Use: "make", Short: "Make a distribution list: of a programme's entitled people in an area, or of people named on the spot", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) (err error) {
				from, err := a.Goods.DepotByCode(ctx, depot)
				if err != nil {
					return err
				}
				d.Depot = from.ID
				if d.Area, err = areaOf(a, area); err != nil {
					return err
				}
				if d.Day, err = civil.Parse(day); err != nil {
					return fault.Invalid("web.form.not_day", "text", day).Because(err)
				}
				for _, item := range items {
					code, each, _ := strings.Cut(item, "=")
					n, err := quantity(each)
					if err != nil {
						return err
					}
					d.Items = append(d.Items, goods.ListItem{Item: code, Each: n})
				}
				for _, who := range names {
					name, address, _ := strings.Cut(who, ";")
					d.Named = append(d.Named, goods.Named{Name: strings.TrimSpace(name), Address: strings.TrimSpace(address)})
				}
				return e.enact(ctx, a, dry, func(ctx context.Context) error {
					made, err := a.Goods.MakeList(ctx, d)
					if err != nil {
						return err
					}
					l, err := listByNumber(ctx, a, made.Number)
					if err != nil {
						return err
					}
					return e.distribution(l)
				})
			})
		}}
	c.Flags().StringVar(&d.Title, "title", "", "what the day is for")
	c.Flags().StringVar(&d.Programme, "programme", "", "programme code (default: people named by --name)")
	c.Flags().StringVar(&depot, "depot", "", "code of the store")
	c.Flags().StringVar(&area, "area", "", "area code of the recipients")
	c.Flags().StringVar(&day, "day", "", "day of handing over, YYYY-MM-DD")
	c.Flags().StringVar(&d.Place, "place", "", "where")
	c.Flags().StringArrayVar(&items, "item", nil, "ITEM=QUANTITY for each recipient; again for more items")
	c.Flags().StringArrayVar(&names, "name", nil, "NAME;ADDRESS of somebody on the list; again for more people")
	c.Flags().IntVar(&d.Most, "most", 0, "how many at most (default: all)")
	c.Flags().BoolVar(&dry, "dry-run", false, "show how many would be on the list, make none")
	return must(c, "title", "depot", "area", "day", "place", "item")
}

// onDistribution is a command on the distribution list of a number.
func onDistribution(e *env, use, short string, act func(ctx context.Context, a *app.App, l goods.List) error) *cobra.Command {
	var dry bool
	c := &cobra.Command{Use: use + " NUMBER", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			l, err := listByNumber(ctx, a, args[0])
			if err != nil {
				return err
			}
			return e.enact(ctx, a, dry, func(ctx context.Context) error {
				if err := act(ctx, a, l); err != nil {
					return err
				}
				l, err := listByNumber(ctx, a, args[0])
				if err != nil {
					return err
				}
				return e.distribution(l)
			})
		})
	}}
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would happen, change nothing")
	return c
}

func goodsOpen(e *env) *cobra.Command {
	return onDistribution(e, "open", "Let a list's goods leave the store, as another person than the one who made the list", func(ctx context.Context, a *app.App, l goods.List) error {
		return a.Goods.Open(ctx, l.ID)
	})
}

func goodsClose(e *env) *cobra.Command {
	return onDistribution(e, "close", "End a list: what was not handed over goes back to the store", func(ctx context.Context, a *app.App, l goods.List) error {
		return a.Goods.Close(ctx, l.ID)
	})
}
