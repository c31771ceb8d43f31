package cli

import (
	"context"
	"errors"

	"gotong/internal/app"
	"gotong/internal/i18n"
)

// errTried undoes what was only tried.
var errTried = errors.New("cli: tried")

// enact carries out an act that enacts something. Tried dry, the act runs to
// its end in a transaction that is then undone: what it prints is what would
// happen, and nothing has.
func (e *env) enact(ctx context.Context, a *app.App, dry bool, act func(ctx context.Context) error) error {
	if !dry {
		return act(ctx)
	}
	err := a.DB.Write(ctx, func(ctx context.Context) error {
		if err := act(ctx); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return err
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.tried"))
	return nil
}
