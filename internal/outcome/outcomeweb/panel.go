package outcomeweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/outcome"
	"gotong/internal/programme"
	"gotong/internal/web"
)

// Panel is the part of a family's page that says what became of it.
type Panel struct{ *Handlers }

type panelView struct {
	Title  string
	Steps  []web.Pair // where it stood on each day
	Moves  []web.Pair
	Gaps   []web.Pair
	Due    []web.Pair
	Ended  []web.Pair
	Source string
}

// Panel implements the family page's interface.
func (p Panel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	if !base.Actor.Can(access.SeeDeterminations) {
		return nil, nil
	}
	st, err := p.Service.OfFamily(ctx, access.PurposeService, family)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := p.Service.Programmes(ctx, st.Measure)
	if err != nil {
		return nil, err
	}
	v := p.view(ctx, base, st, all)
	if len(v.Steps)+len(v.Gaps)+len(v.Due)+len(v.Ended) == 0 {
		return nil, nil
	}
	return panel(v), nil
}

func (p Panel) view(ctx context.Context, base web.Base, st outcome.Standing, all []*programme.Programme) panelView {
	policy := p.policy(st.Measure)
	v := panelView{Title: web.T(ctx, "outcome.panel"), Source: policy.Source.In(base.Lang)}
	for _, x := range st.Rows {
		name := listName(base.Lang, policy, x.List)
		switch {
		case x.List.IsMove():
			p.moves(ctx, &v, x, name)
		case x.List == outcome.Due:
			pair := web.Pair{Term: p.Programme(x.Programme).In(base.Lang), Value: exitName(base.Lang, all, x.Programme, string(x.Road))}
			if base.Actor.Can(access.RunDetermination) {
				pair.Show = dueCell(pair.Value, proposeAddress(outcome.Asked{FamilyID: x.FamilyID, PersonID: x.PersonID, Programme: x.Programme,
					Exit: string(x.Road), Measure: st.Measure.ID}), pair.Term)
			}
			v.Due = append(v.Due, pair)
		default:
			g, _ := policy.Gap(x.List)
			v.Gaps = append(v.Gaps, web.Pair{Term: name, Value: g.Act.In(base.Lang), Note: p.names(base.Lang, x.Received)})
		}
	}
	for _, g := range st.Graduations {
		v.Ended = append(v.Ended, web.Pair{Term: p.Programme(g.Programme).In(base.Lang), Value: web.T(ctx, "outcome.graduation.state."+string(g.State)),
			Note: strings.TrimSpace(exitName(base.Lang, all, g.Programme, g.Exit) + " " + web.T(ctx, "outcome.graduation.from_day", "date", web.Day(ctx, g.From)))})
	}
	return v
}

func (p Panel) moves(ctx context.Context, v *panelView, x outcome.Row, name string) {
	for _, s := range x.History {
		v.Steps = append(v.Steps, web.Pair{Term: web.Day(ctx, s.Day), Value: web.T(ctx, "outcome.status."+s.Status)})
	}
	v.Moves = append(v.Moves, web.Pair{Term: name, Value: web.T(ctx, "outcome.road."+string(x.Road)), Note: web.T(ctx, "outcome.since_day", "date", web.Day(ctx, x.Since))})
	if x.Was != nil && x.Now != nil {
		v.Moves = append(v.Moves, web.Pair{Term: web.T(ctx, "outcome.consumption"), Value: web.Rupiah(ctx, *x.Was) + " → " + web.Rupiah(ctx, *x.Now)})
	}
	if x.IncomeWas != nil && x.IncomeNow != nil {
		v.Moves = append(v.Moves, web.Pair{Term: web.T(ctx, "outcome.income"), Value: web.Rupiah(ctx, *x.IncomeWas) + " → " + web.Rupiah(ctx, *x.IncomeNow)})
	}
}
