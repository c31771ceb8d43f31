package insightweb

import (
	"context"
	"strings"

	"gotong/internal/insight"
	"gotong/internal/web"
)

// sources says of each measure where its figures come from, of which day
// they speak and when they were counted.
func sources(ctx context.Context, basis map[insight.Measure]insight.Basis) map[insight.Measure]string {
	all := map[insight.Measure]string{}
	for _, m := range insight.Measures {
		b, ok := basis[m]
		if !ok {
			all[m] = web.T(ctx, "insight.source_none")
			continue
		}
		name := web.T(ctx, "insight.source_of."+string(m), "names", strings.Join(b.Names, ", "))
		at := web.Moment(ctx, b.ComputedAt)
		if b.From == b.To {
			all[m] = web.T(ctx, "insight.source", "source", name, "day", web.Day(ctx, b.From), "at", at)
			continue
		}
		all[m] = web.T(ctx, "insight.source_span", "source", name, "from", web.Day(ctx, b.From), "to", web.Day(ctx, b.To), "at", at)
	}
	return all
}
