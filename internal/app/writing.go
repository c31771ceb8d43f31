package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/i18n"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// writing tells whoever waited in vain for their turn of the import that is
// being written, which is one transaction; nil where none is known of.
func (a *App) writing(ctx context.Context) *web.Writing {
	underway, err := a.Runs.Underway(ctx)
	if err != nil {
		a.Log.WarnContext(ctx, "what is underway could not be read", "err", err)
		return nil
	}
	for _, r := range underway {
		if r.Kind != registry.ImportRun || r.Dry {
			continue
		}
		w := &web.Writing{Title: i18n.T(web.Lang(ctx), "run.kinds."+string(r.Kind)), By: r.Actor.Name, Since: r.StartedAt}
		if stages := r.Progress.Stages; len(stages) > 0 && stages[len(stages)-1].Key == registry.StageWrite {
			written := stages[len(stages)-1]
			w.Done, w.Total = written.Sum(), written.Total
			_, w.Left = written.Pace(a.Clock.Now())
		}
		if actor, ok := access.From(ctx); ok && actor.Can(access.SeeRuns) {
			w.Href = runPage(r)
		}
		return w
	}
	return nil
}
