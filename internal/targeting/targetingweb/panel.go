package targetingweb

import (
	"context"
	"math"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/rule"
	"gotong/internal/targeting"
	"gotong/internal/targeting/detection"
	"gotong/internal/web"
)

// Panel is the part of a family's page that says where it stands and why: its
// places, what each fact adds to its score, and the first detection.
type Panel struct{ *Handlers }

type panelView struct {
	Stats   []web.Stat
	Note    string // which of them counts
	Meeting string // sentence on the meeting; may be empty
	Terms   web.List[term]
	Verdict detection.Verdict // empty where nothing can be said
	Tests   []web.Reason
	Tone    web.Tone
	Source  string
	Village string // address
}

// term is one line of a score.
type term struct{ Name, Value, Effect string }

// Panel implements the family page's interface.
func (p Panel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	if !base.Actor.Can(access.SeeFamilies) {
		return nil, nil
	}
	var v panelView
	x, err := p.Service.ScoreOf(ctx, access.PurposeService, family)
	switch {
	case err == nil:
		v.score(ctx, x)
	case !fault.Is(err, fault.KindNotFound):
		return nil, err
	}
	d, err := p.Detection.Explain(ctx, access.PurposeService, family)
	switch {
	case err == nil:
		v.detection(ctx, d)
	case !fault.Is(err, fault.KindNotFound):
		return nil, err
	}
	if len(v.Stats) == 0 && v.Verdict == "" {
		return nil, nil
	}
	return panelPart(v), nil
}

func (v *panelView) score(ctx context.Context, x targeting.Scored) {
	of := func(n int64) string {
		if n == 0 {
			return web.T(ctx, "targeting.panel.not_placed")
		}
		return web.T(ctx, "targeting.panel.place", "n", web.Number(ctx, n))
	}
	consumption := web.T(ctx, "targeting.panel.no_score")
	if x.Known {
		consumption = web.T(ctx, "targeting.panel.consumption", "amount", web.Rupiah(ctx, x.Consumption))
	}
	var row targeting.VillageRow
	if x.Village != nil {
		row = *x.Village
	}
	v.Stats = []web.Stat{
		{Label: web.T(ctx, "targeting.village.by_score"), Value: of(row.ByScore), Note: consumption},
		{Label: web.T(ctx, "targeting.village.by_meeting"), Value: of(row.Community)},
		{Label: web.T(ctx, "targeting.village.hybrid"), Value: of(row.Hybrid)},
		{Label: web.T(ctx, "targeting.village.standing"), Value: of(row.Standing), Note: web.T(ctx, "targeting.panel.among", "n", web.Number(ctx, x.Of))},
	}
	v.Note = web.T(ctx, "targeting.panel.counts", "order", orderName(ctx, x.Order), "date", web.Day(ctx, x.AsOf), "model", x.Model.Name.In(web.Lang(ctx)))
	if m := x.Meeting; m != nil {
		key := "targeting.panel.meeting_used"
		if !x.Used {
			key = "targeting.panel.meeting_new"
		}
		v.Meeting = web.T(ctx, key, "date", web.Day(ctx, m.HeldOn), "minutes", m.Minutes)
	}
	v.Village = VillagePath + "?wilayah=" + x.Area
	v.Terms = terms(ctx, x)
}

// terms lists what each fact adds, as a share of predicted consumption.
func terms(ctx context.Context, x targeting.Scored) web.List[term] {
	l := web.Lang(ctx)
	var all []term
	for _, r := range x.Readings {
		t := term{Name: r.Term.Indicator.Name.In(l), Effect: effect(ctx, r.Add)}
		switch {
		case !r.Asked:
			t.Value, t.Effect = web.T(ctx, "targeting.panel.not_asked"), effect(ctx, 0)
		case r.Known:
			t.Value = r.Term.Indicator.Format(r.Value, l)
		case r.Default:
			t.Value = web.T(ctx, "targeting.panel.presumed", "source", r.Term.MissingSource.In(l))
		default:
			t.Value, t.Effect = web.T(ctx, "targeting.panel.missing"), "–"
		}
		all = append(all, t)
	}
	return web.List[term]{ID: "sumbangan", Caption: web.T(ctx, "targeting.panel.terms"), Rows: all, Columns: []web.Column[term]{
		{Name: "fakta", Label: web.T(ctx, "targeting.panel.fact"), Value: func(t term) any { return t.Name }},
		{Name: "jawaban", Label: web.T(ctx, "targeting.panel.answer"), Value: func(t term) any { return t.Value }},
		{Name: "sumbangan", Label: web.T(ctx, "targeting.panel.effect"), Kind: web.Code, Value: func(t term) any { return t.Effect }},
	}}
}

// effect writes what a term does to predicted consumption: +12,7 %.
func effect(ctx context.Context, add int64) string {
	change := 100 * (math.Exp(float64(add)/targeting.Micro) - 1)
	switch {
	case add == 0:
		return "0 %"
	case change > 0:
		return "+" + web.Decimal(ctx, change, 1) + " %"
	}
	return "−" + web.Decimal(ctx, -change, 1) + " %"
}

var verdictTones = map[detection.Verdict]web.Tone{detection.AtOnce: web.Bad, detection.Poor: web.Warn, detection.Open: web.Unknown, detection.NotPoor: web.Good}

var testAnswers = map[rule.Truth]web.Answer{rule.Yes: web.IsYes, rule.No: web.IsNo, rule.Unknown: web.IsUnknown}

func (v *panelView) detection(ctx context.Context, x detection.Explanation) {
	l := web.Lang(ctx)
	v.Verdict, v.Tone, v.Source = x.Verdict, verdictTones[x.Verdict], web.T(ctx, "targeting.detection.source", "needed", x.Version.Needed, "date", web.Day(ctx, x.AsOf), "source", x.Version.Source.In(l))
	for _, q := range x.Questions {
		r := web.Reason{Answer: testAnswers[q.Answer], Sentence: q.Test.Name.In(l)}
		var read, missing []string
		for _, f := range q.Read {
			if f.Known {
				read = append(read, f.Indicator.Name.In(l)+": "+f.Indicator.Format(f.Value, l))
			}
		}
		for _, i := range q.Missing {
			missing = append(missing, i.Name.In(l))
		}
		r.Source = strings.Join(read, "; ")
		if len(missing) > 0 {
			r.Next = web.T(ctx, "targeting.detection.ask", "facts", strings.Join(missing, "; "))
		}
		v.Tests = append(v.Tests, r)
	}
}
