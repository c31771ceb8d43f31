package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

func familyUnmaskCommand(e *env) *cobra.Command {
	var kind, subject, purpose, reason string
	c := &cobra.Command{
		Use: "unmask FAMILY", Short: "Open one number in clear, within the quota of who acts", Args: cobra.ExactArgs(1),
		Example: "  gotong family unmask 019b8bab-0681-7006-a9be-f5488ace7209 --kind nik --subject MEMBER --purpose service --reason 'card compared' --as dinas",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := familyID(args[0])
			if err != nil {
				return err
			}
			var of ident.ID
			if subject != "" {
				if of, err = familyID(subject); err != nil {
					return err
				}
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				number, err := a.Registry.Unmask(ctx, id, registry.IdentifierKind(kind), of, access.Purpose(purpose), reason)
				if err != nil {
					return err
				}
				left, err := a.Registry.UnmaskLeft(ctx)
				if err != nil {
					return err
				}
				e.printf("%s\n", number)
				return e.result(map[string]any{"number": number, "left": left})
			})
		},
	}
	f := c.Flags()
	f.StringVar(&kind, "kind", "nik", "nik, kk or account")
	f.StringVar(&subject, "subject", "", "the member of a NIK, the account of an account's number")
	f.StringVar(&purpose, "purpose", "", "what it is for: service, verification, payment or audit")
	f.StringVar(&reason, "reason", "", "why, in words")
	return c
}

func exportAllowCommand(e *env) *cobra.Command {
	var area, reason string
	c := &cobra.Command{
		Use: "allow LOGIN", Short: "Allow somebody else one export with numbers in clear", Args: cobra.ExactArgs(1),
		Example: "  gotong export allow dinas --area 3674 --reason 'moving to another system' --as kepala",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				given, err := a.Registry.AllowExport(ctx, args[0], area, reason)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "registry.unmask.allow_done", "login", given.Login))
				return e.result(map[string]any{"login": given.Login, "area": given.Area, "until": given.Until})
			})
		},
	}
	c.Flags().StringVar(&area, "area", "", "code of the area (default: all of who acts, for the nation)")
	c.Flags().StringVar(&reason, "reason", "", "why, in words")
	return c
}
