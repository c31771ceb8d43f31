package cli

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/i18n"
)

func goodsCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "goods", Short: "Stores, distribution lists and meals: stock, receive, issue, list, handover, meals; and prove the books"}
	c.AddCommand(goodsStock(e), goodsReceive(e), goodsIssue(e), goodsList(e), goodsHandover(e), goodsMeals(e), goodsProve(e))
	return c
}

// must marks flags that have to be given.
func must(c *cobra.Command, names ...string) *cobra.Command {
	for _, name := range names {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
	return c
}

// stocked is a balance for programs.
type stocked struct {
	Depot    string `json:"depot"`
	Item     string `json:"item"`
	Lot      string `json:"lot,omitempty"`
	Expires  string `json:"expires,omitempty"`
	Quantity int64  `json:"quantity"`
	Unit     string `json:"unit"`
}

func goodsStock(e *env) *cobra.Command {
	var item string
	c := &cobra.Command{Use: "stock [DEPOT]", Short: "What lies in the stores", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			f := goods.StockFilter{Item: item}
			if len(args) > 0 {
				d, err := a.Goods.DepotByCode(ctx, args[0])
				if err != nil {
					return err
				}
				f.Depot = d.ID
			}
			all, err := a.Goods.Stock(ctx, f)
			if err != nil {
				return err
			}
			rows := []stocked{}
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			for _, b := range all {
				s := stocked{Depot: b.Depot.Code, Item: b.Item.Code, Lot: b.Lot, Quantity: b.Quantity, Unit: b.Item.Unit}
				if b.Expires != nil {
					s.Expires = b.Expires.String()
				}
				rows = append(rows, s)
				if !e.json {
					fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", s.Depot, s.Item, s.Lot, s.Quantity, s.Unit, s.Expires)
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return e.result(map[string]any{"stock": rows})
		})
	}}
	c.Flags().StringVar(&item, "item", "", "this item only")
	return c
}

// moved prints a movement.
func (e *env) moved(m goods.Movement) error {
	e.printf("%s\n", i18n.T(e.lang, "goods.cli.moved", "item", m.Item, "n", m.Quantity))
	return e.result(map[string]any{"id": m.ID, "item": m.Item, "lot": m.Lot, "quantity": m.Quantity})
}

func goodsReceive(e *env) *cobra.Command {
	var x goods.Arrival
	var depot, expires string
	c := &cobra.Command{Use: "receive ITEM QUANTITY", Short: "Take goods into a store without an order", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			d, err := a.Goods.DepotByCode(ctx, depot)
			if err != nil {
				return err
			}
			x.Depot, x.Piece.Item = d.ID, args[0]
			if x.Quantity, err = quantity(args[1]); err != nil {
				return err
			}
			if expires != "" {
				last, err := civil.Parse(expires)
				if err != nil {
					return fault.Invalid("web.form.not_day", "text", expires).Because(err)
				}
				x.Piece.Expires = &last
			}
			m, err := a.Goods.Receive(ctx, x)
			if err != nil {
				return err
			}
			return e.moved(m)
		})
	}}
	c.Flags().StringVar(&depot, "depot", "", "code of the store")
	c.Flags().StringVar(&x.Document, "document", "", "number of the delivery note")
	c.Flags().StringVar(&x.Piece.Lot, "lot", "", "lot, serial or ear-tag number")
	c.Flags().StringVar(&expires, "expires", "", "last day, YYYY-MM-DD")
	c.Flags().StringVar(&x.Piece.Size, "size", "", "size of a device")
	c.Flags().StringVar(&x.Piece.Health, "health", "", "the vet's note on an animal")
	c.Flags().StringVar(&x.Key, "key", "", "makes it happen once")
	return must(c, "depot", "document")
}

func quantity(text string) (int64, error) {
	var n int64
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n <= 0 || fmt.Sprint(n) != text {
		return 0, fault.Invalid("goods.bad_quantity")
	}
	return n, nil
}

func goodsIssue(e *env) *cobra.Command {
	var g goods.Giving
	var depot string
	c := &cobra.Command{Use: "issue ITEM QUANTITY", Short: "Let goods out of a store; a Lumbung Sosial only in an emergency", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			d, err := a.Goods.DepotByCode(ctx, depot)
			if err != nil {
				return err
			}
			g.Depot, g.Item = d.ID, args[0]
			if g.Quantity, err = quantity(args[1]); err != nil {
				return err
			}
			m, err := a.Goods.Give(ctx, g)
			if err != nil {
				return err
			}
			return e.moved(m)
		})
	}}
	c.Flags().StringVar(&depot, "depot", "", "code of the store")
	c.Flags().StringVar(&g.To, "to", "", "who takes them")
	c.Flags().StringVar(&g.Lot, "lot", "", "lot or serial number")
	c.Flags().StringVar(&g.Key, "key", "", "makes it happen once")
	return must(c, "depot", "to")
}

func goodsList(e *env) *cobra.Command {
	var status string
	c := &cobra.Command{Use: "list", Short: "Distribution lists; make, open and close one", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			all, err := a.Goods.Lists(ctx, goods.ListStatus(status))
			if err != nil {
				return err
			}
			rows := []map[string]any{}
			for _, l := range all {
				e.printf("%s  %s  %s  %s  %d/%d\n", l.Number, l.Day, l.Status, l.Title, l.Handed, l.Recipients)
				rows = append(rows, map[string]any{"number": l.Number, "title": l.Title, "day": l.Day.String(), "status": l.Status, "recipients": l.Recipients, "handed": l.Handed, "blocked": l.Blocked})
			}
			return e.result(map[string]any{"lists": rows})
		})
	}}
	c.Flags().StringVar(&status, "status", "", "draft, open, closed or cancelled")
	c.AddCommand(goodsMake(e), goodsOpen(e), goodsClose(e))
	return c
}

func goodsHandover(e *env) *cobra.Command {
	var g goods.Giveaway
	var relation, photo, signature string
	c := &cobra.Command{Use: "handover LIST LINE", Short: "Record that somebody on a list has their goods, once", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			l, err := listByNumber(ctx, a, args[0])
			if err != nil {
				return err
			}
			g.List = l.ID
			if g.No, err = quantity(args[1]); err != nil {
				return err
			}
			g.Relation = goods.Relation(relation)
			if g.Key == "" {
				g.Key = fmt.Sprintf("cli/%s/%d", args[0], g.No)
			}
			for _, picture := range []struct {
				path string
				into *[]byte
			}{{photo, &g.Photo}, {signature, &g.Signature}} {
				if picture.path == "" {
					continue
				}
				if *picture.into, err = os.ReadFile(picture.path); err != nil {
					return fault.Invalid("cli.unreadable", "file", picture.path).Because(err)
				}
			}
			h, err := a.Goods.HandOver(ctx, g)
			if err != nil {
				return err
			}
			e.printf("%s\n", i18n.T(e.lang, "goods.handover.done"))
			return e.result(map[string]any{"id": h.ID, "list": args[0], "line": h.No, "by": h.Actor})
		})
	}}
	c.Flags().StringVar(&g.Receiver, "receiver", "", "name of who takes the goods")
	c.Flags().StringVar(&relation, "relation", string(goods.Self), "self, family or representative")
	c.Flags().StringVar(&g.Letter, "letter", "", "a representative's letter")
	c.Flags().StringVar(&photo, "photo", "", "file of the photo, JPEG or PNG")
	c.Flags().StringVar(&signature, "signature", "", "file of the signature, JPEG or PNG")
	c.Flags().StringVar(&g.Key, "key", "", "makes it happen once")
	return must(c, "receiver")
}

func goodsMeals(e *env) *cobra.Command {
	var month string
	c := &cobra.Command{Use: "meals [GROUP]", Short: "Groups that carry meals; of one by its contract, what a month earned, spent and owes", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			all, err := a.Goods.Groups(ctx)
			if err != nil {
				return err
			}
			rows := []map[string]any{}
			for _, g := range all {
				if len(args) > 0 && g.Contract == args[0] {
					return e.mealMonth(ctx, a, g, month)
				}
				e.printf("%s  %s  %s  %d\n", g.Contract, g.Name, g.Status, g.Clients)
				rows = append(rows, map[string]any{"contract": g.Contract, "name": g.Name, "area": g.Area, "status": g.Status, "clients": g.Clients})
			}
			if len(args) > 0 {
				return fault.NotFound("goods.no_group")
			}
			return e.result(map[string]any{"groups": rows})
		})
	}}
	c.Flags().StringVar(&month, "month", "", "YYYY-MM (default: this month)")
	return c
}

func (e *env) mealMonth(ctx context.Context, a *app.App, g goods.Group, month string) error {
	if month == "" {
		month = a.Goods.Today().String()[:len("2026-01")]
	}
	st, err := a.Goods.Statement(ctx, g.ID, month)
	if err != nil {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "goods.cli.month", "name", g.Name, "month", month, "days", st.Sums.Days, "earned", st.Sums.Earned, "spent", st.Sums.Spent, "owed", st.All.Owed(), "flags", len(st.Flags)))
	return e.result(map[string]any{"contract": g.Contract, "month": month, "delivered": st.Sums.Days, "absent": st.Sums.Absent, "earned_rupiah": st.Sums.Earned,
		"advanced_rupiah": st.Sums.Advanced, "spent_rupiah": st.Sums.Spent, "refunded_rupiah": st.Sums.Refunded, "owed_rupiah": st.All.Owed(), "flags": len(st.Flags)})
}

func goodsProve(e *env) *cobra.Command {
	return &cobra.Command{Use: "prove", Short: "Recompute every invariant of the books of goods", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			p, err := a.Goods.Prove(ctx)
			if err != nil {
				return err
			}
			for _, name := range goods.Invariants {
				e.printf("%-22s %v\n", name, p.Invariants[name])
			}
			for _, problem := range p.Problems {
				e.printf("%s\n", problem)
			}
			if err := e.result(p); err != nil {
				return err
			}
			if !p.Balanced {
				return fault.Conflict("goods.proof.broken")
			}
			return nil
		})
	}}
}
