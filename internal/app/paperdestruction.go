package app

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/retention"
)

// destruction writes the record of an approved destruction that was carried
// out: how many, by which rule, by whose hands, and nothing of anybody.
func (p papers) destruction(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	x, items, err := p.a.Retention.Proposal(ctx, id, "")
	if err != nil {
		return nil, err
	}
	if x.Status != retention.Done || x.Destroyed == 0 {
		return nil, fault.Conflict("retention.not_done")
	}
	word := func(key string, args ...any) string { return i18n.T(r.Lang, "retention."+key, args...) }
	d := document.DestructionOf{Proposal: id.String(), Area: x.Area, Place: p.place(x.Area), Class: word("class." + string(x.Class)), After: word("after." + string(x.Class)),
		Years: x.Years, AsOf: x.AsOf, RuleFrom: x.RuleFrom, Source: p.a.Retention.Source(x.Class, x.AsOf).In(r.Lang), Count: x.Destroyed,
		Proposed: p.person(ctx, x.ProposedBy) + ", " + moment(r.Lang, x.ProposedAt), Approved: p.person(ctx, x.DecidedBy) + ", " + moment(r.Lang, x.DecidedAt),
		Done: moment(r.Lang, x.DoneAt), Digest: retention.Digest(items)}
	villages, held := map[string]int64{}, map[string]int64{}
	for _, item := range items {
		switch item.Fate {
		case retention.Destroyed:
			villages[p.place(item.Area)]++
		case retention.IsHeld:
			held[word("reason."+item.Reason)]++
		}
	}
	d.Villages, d.Held = tallied(villages), tallied(held)
	return d.Paper(o, r.Lang), nil
}

// tallied puts counts in the order of their names.
func tallied(counts map[string]int64) []document.Tally {
	all := make([]document.Tally, 0, len(counts))
	for _, name := range slices.SortedFunc(maps.Keys(counts), cmp.Compare[string]) {
		all = append(all, document.Tally{Name: name, N: counts[name]})
	}
	return all
}
