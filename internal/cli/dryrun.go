package cli

import (
	"context"
	"errors"

	"gotong/internal/app"
	"gotong/internal/audit"
	"gotong/internal/i18n"
)

// errTried undoes what was only tried.
var errTried = errors.New("cli: tried")

// enact carries out an act that enacts something. Tried dry, the act runs to
// its end in a transaction that is then undone: what it prints is what would
// happen, and nothing has but the look.
func (e *env) enact(ctx context.Context, a *app.App, dry bool, act func(ctx context.Context) error) error {
	if !dry {
		return act(ctx)
	}
	var tried audit.Trial
	err := a.DB.Write(audit.Trying(ctx, &tried), func(ctx context.Context) error {
		if err := act(ctx); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return err
	}
	if err := a.DB.Read(ctx, func(ctx context.Context) error { return a.Audit.Log().Keep(ctx, &tried) }); err != nil {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.tried"))
	return nil
}
