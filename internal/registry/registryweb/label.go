package registryweb

import (
	"context"

	"gotong/internal/registry"
	"gotong/internal/web"
)

func whereLabel(ctx context.Context, v happenView) string {
	if v.Kind == registry.Move {
		return web.T(ctx, "event.where")
	}
	return web.T(ctx, "event.lives")
}

func headHint(ctx context.Context, v happenView) string {
	if v.Kind == registry.HeadChange {
		return ""
	}
	return web.T(ctx, "event.new_head_hint")
}

// goesAs are the relations that who goes can have: a head only where they
// found a family.
func goesAs(ctx context.Context, v happenView) []web.Option {
	if v.Kind == registry.Move {
		return v.Relations
	}
	return append([]web.Option{{Value: "head", Label: web.T(ctx, "registry.head")}}, v.Relations...)
}

func differTitle(ctx context.Context, v eventView) string {
	if v.Recorded {
		return web.T(ctx, "event.result")
	}
	return web.T(ctx, "event.would_change")
}

func approveLabel(ctx context.Context, v eventView) string {
	if v.TakeOver {
		return web.T(ctx, "event.take_over")
	}
	return web.T(ctx, "event.approve")
}

func rejectLabel(ctx context.Context, v eventView) string {
	if v.Own {
		return web.T(ctx, "event.withdraw")
	}
	return web.T(ctx, "event.reject")
}
