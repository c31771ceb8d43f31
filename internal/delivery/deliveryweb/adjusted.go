package deliveryweb

import (
	"context"

	"gotong/internal/delivery"
	"gotong/internal/web"
)

// adjusted says in words what a line did about duties: what was kept back of
// it, and what it pays back. Consequences that a graver one has used up are
// not told.
func adjusted(ctx context.Context, terms delivery.Terms, all []delivery.Adjustment) []string {
	var said []string
	for _, a := range all {
		if a.Amount > 0 {
			said = append(said, web.T(ctx, "delivery.adjusted."+string(a.Kind), "amount", web.Rupiah(ctx, a.Amount), "component", componentName(ctx, terms, a.Component),
				"percent", a.Percent, "period", a.Period.String()))
		}
	}
	return said
}

// componentName is what a component is called, its code where the programme
// no longer names it.
func componentName(ctx context.Context, terms delivery.Terms, code string) string {
	if n, ok := terms.Components[code]; ok {
		return n.In(web.Lang(ctx))
	}
	return code
}

// partName is what a part of a payment is called: what it pays, or what it
// pays back and of which instalment.
func partName(ctx context.Context, terms delivery.Terms, p delivery.Part) string {
	code, back := delivery.BackPayOf(p.Component)
	name := componentName(ctx, terms, code)
	if back {
		return web.T(ctx, "delivery.back_pay", "component", name, "period", p.Period.String())
	}
	return name
}
