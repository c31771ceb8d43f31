package conditionweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/condition"
	"gotong/internal/ident"
	"gotong/internal/web"
)

// Panel is the part of a family's page about its duties.
type Panel struct{ Handlers *Handlers }

// panelEffect is what follows, as the panel says it.
type panelEffect struct {
	Tone              web.Tone
	Title, Text, Href string
}

// panelView is the panel.
type panelView struct {
	Sentence string
	Href     string
	Effects  []panelEffect
	Rows     web.List[condition.Duty]
}

// panelMonths is how far back the panel looks.
const panelMonths = 6

// Panel returns a family's duties of the last months and what followed, nil
// where there are none or the user may not see them.
func (p Panel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	if !base.Actor.Can(access.SeeDuties) {
		return nil, nil
	}
	h := p.Handlers
	now := condition.MonthOf(h.Service.Today())
	f, err := h.Service.OfFamily(ctx, family, now-panelMonths+1, now+1)
	if err != nil || len(f.Duties)+len(f.Effects) == 0 {
		return nil, err
	}
	w := h.words(base.Lang)
	v := panelView{Href: to(FamilyPath, family)}
	var counts condition.Counts
	for _, d := range f.Duties {
		counts.Add(d.Status, 1)
	}
	if len(f.Duties) > 0 {
		v.Href = ToFamily(family, f.Duties[0].Due)
	}
	v.Sentence = web.T(ctx, "condition.panel.sentence", "met", web.Number(ctx, counts.Met), "missed", web.Number(ctx, counts.Missed), "excused", web.Number(ctx, counts.Excused),
		"open", web.Number(ctx, counts.Open), "who", f.Group.Facilitator, "present", web.Number(ctx, f.Meetings.Present))
	for _, e := range f.Effects {
		v.Effects = append(v.Effects, panelEffect{Tone: effectTone(e.Status), Title: web.T(ctx, "condition.sanction."+string(e.Sanction)) + " · " + web.T(ctx, "condition.effect_status."+string(e.Status)),
			Text: e.Follows(base.Lang, w.programme(e.Programme, e.Version)), Href: ToEffect(e.ID)})
	}
	column := func(name string, value func(condition.Duty) any) web.Column[condition.Duty] {
		return web.Column[condition.Duty]{Name: name, Label: web.T(ctx, "condition.field."+name), Value: value}
	}
	status := column("status", func(d condition.Duty) any { return d.Say(base.Lang) })
	status.Show = func(d condition.Duty) templ.Component { return web.Badge(statusTone(d.Status), d.Say(base.Lang)) }
	v.Rows = web.List[condition.Duty]{ID: "kewajiban", Caption: web.T(ctx, "condition.panel.title"), Rows: f.Duties, Columns: []web.Column[condition.Duty]{
		column("kewajiban", func(d condition.Duty) any { return w.duty(d) }), column("bulan", func(d condition.Duty) any { return d.Due.Name(base.Lang) }),
		column("nama", func(d condition.Duty) any { return d.Name }), status}}
	return dutyPanel(v), nil
}
