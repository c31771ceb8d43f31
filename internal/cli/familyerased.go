package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// familyErasedCommand shows what an erasure did, to tell the citizen.
func familyErasedCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "erased EVENT", Short: "What an erasure took away, what it left, why and until when", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.Parse(args[0])
			if err != nil {
				return fault.NotFound("event.not_found").Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				c, err := a.Registry.Certificate(ctx, id, access.PurposeService)
				if err != nil {
					return err
				}
				e.fates(c.Fates)
				return e.result(map[string]any{"family": c.Event.Family, "whole": c.Whole, "at": c.Event.DecidedAt, "fates": append([]registry.Fate{}, c.Fates...)})
			})
		},
	}
}

// fates prints what an erasure did, place by place.
func (e *env) fates(all []registry.Fate) {
	for _, f := range all {
		why := ""
		if f.Kept > 0 {
			why = i18n.T(e.lang, "event.why_kept."+string(f.Place))
		}
		if f.Until != 0 {
			why += " " + i18n.T(e.lang, "event.fate.until", "until", f.Until)
		}
		e.printf("- %s\n", i18n.T(e.lang, "event.fate.line", "place", i18n.T(e.lang, "event.fate."+string(f.Place)), "gone", f.Gone, "kept", f.Kept, "why", why))
	}
}
