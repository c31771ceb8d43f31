package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/delivery"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

// theID reads an id of the command line: none is like one that is not there.
func theID(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, notThere(err)
	}
	return id, nil
}

// areaOf reads an area of the command line; "" stays.
func areaOf(a *app.App, code string) (string, error) {
	if code == "" {
		return "", nil
	}
	return a.Atlas.Parse(code)
}

func payHold(e *env) *cobra.Command {
	c := &cobra.Command{Use: "hold", Short: "Who must not be paid until another person says so: list, place, lift"}
	c.AddCommand(holdList(e), holdPlace(e), holdLift(e))
	return c
}

type heldOut struct {
	ID        ident.ID `json:"id"`
	Family    string   `json:"family,omitempty"`
	Area      string   `json:"area"`
	Programme string   `json:"programme,omitempty"`
	Reason    string   `json:"reason"`
	PlacedBy  string   `json:"placed_by"`
	LiftedBy  string   `json:"lifted_by,omitempty"`
}

func heldOf(h *delivery.Hold) heldOut {
	o := heldOut{ID: h.ID, Area: h.Area, Programme: h.Programme, Reason: h.Reason, PlacedBy: h.PlacedBy, LiftedBy: h.LiftedBy}
	if !h.FamilyID.IsZero() {
		o.Family = h.FamilyID.String()
	}
	return o
}

func holdList(e *env) *cobra.Command {
	var f delivery.HoldFilter
	c := &cobra.Command{Use: "list", Short: "Holds that stand, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			all, total, err := a.Delivery.Holds(ctx, f)
			if err != nil {
				return err
			}
			out := []heldOut{}
			w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
			for i := range all {
				h := heldOf(&all[i])
				out = append(out, h)
				if !e.json {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", h.ID, h.Area, h.Programme, h.Family, h.PlacedBy, h.Reason)
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return e.result(map[string]any{"holds": out, "total": total})
		})
	}}
	c.Flags().BoolVar(&f.Lifted, "lifted", false, "those that were lifted instead")
	c.Flags().IntVar(&f.Limit, "limit", 100, "how many at most")
	return c
}

func holdPlace(e *env) *cobra.Command {
	var h delivery.Hold
	var family, area string
	var dry bool
	c := &cobra.Command{Use: "place", Short: "Stop a family, a programme or an area from being paid, from now on", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) (err error) {
			if family != "" {
				if h.FamilyID, err = theID(family); err != nil {
					return err
				}
			}
			if h.Area, err = areaOf(a, area); err != nil {
				return err
			}
			return e.enact(ctx, a, dry, func(ctx context.Context) error {
				placed, err := a.Delivery.PlaceHold(ctx, h)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.hold_placed", "id", placed.ID))
				return e.result(heldOf(placed))
			})
		})
	}}
	c.Flags().StringVar(&family, "family", "", "id of the family (default: everybody in the area)")
	c.Flags().StringVar(&h.Programme, "programme", "", "programme code (default: all)")
	c.Flags().StringVar(&area, "area", "", "area code (default: all of your area)")
	c.Flags().StringVar(&h.Reason, "reason", "", "why")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would be held, hold nothing")
	return must(c, "reason")
}

func holdLift(e *env) *cobra.Command {
	var why string
	var dry bool
	c := &cobra.Command{Use: "lift ID", Short: "Let them be paid again, as another person than the one who placed the hold", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
			id, err := theID(args[0])
			if err != nil {
				return err
			}
			return e.enact(ctx, a, dry, func(ctx context.Context) error {
				h, err := a.Delivery.LiftHold(ctx, id, why)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.hold_lifted", "id", h.ID))
				return e.result(heldOf(h))
			})
		})
	}}
	c.Flags().StringVar(&why, "reason", "", "why")
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would happen, change nothing")
	return must(c, "reason")
}
