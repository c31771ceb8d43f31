package app

import (
	"context"
	"strconv"
	"time"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/quality"
	"gotong/internal/quality/qualitydb"
	"gotong/internal/run"
	policyfiles "gotong/policy"
)

// KindQuality is the run that measures the register.
const KindQuality run.Kind = "quality"

func (a *App) wireQuality() error {
	rules, err := quality.LoadRules(a.Catalogue, policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Quality = quality.NewService(quality.Deps{Unit: a.DB, Store: qualitydb.New(), Register: a.Registry, Log: a.Audit.Log(), Clock: a.Clock,
		Catalogue: a.Catalogue, Rules: rules})
	return nil
}

// quality writes the report on the quality of the register in an area.
func (p papers) quality(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	area, err := areaOf(ctx, r.Area)
	if err != nil {
		return nil, err
	}
	v, err := p.a.Quality.View(ctx, area)
	if err != nil {
		return nil, err
	}
	if v.Day.On == 0 || v.Families == 0 {
		return nil, fault.Invalid("document.empty")
	}
	known, asked := v.Facts()
	d := document.QualityOf{Area: area, Subject: area, Place: p.place(area), Day: v.Day.On, Families: v.Families, Persons: v.Persons,
		Facts: [2]int64{known, asked}, Sound: v.Sound, Source: v.Rule.Source.In(r.Lang)}
	if area == "" {
		d.Subject = "*"
	}
	p.qualityParts(&d, v, r.Lang)
	p.qualityRows(&d, v, r.Lang)
	return d.Report(o, r.Lang), nil
}

// issuesOf counts an area's families by what is to be mended.
func issuesOf(o quality.Overview, r quality.Rule) map[quality.Issue]int64 {
	return map[quality.Issue]int64{quality.Incomplete: o.Families - o.Complete, quality.Stale: o.Stale(r), quality.HasWarning: o.Warned,
		quality.OnRecordTwice: o.Twice, quality.NeverVisited: o.Unvisited, quality.Undetermined: o.Waiting}
}

func (p papers) qualityParts(d *document.QualityOf, v quality.View, l i18n.Lang) {
	issues := issuesOf(v.Overview, v.Rule)
	for _, i := range quality.Issues {
		d.Issues = append(d.Issues, document.Tally{Name: i18n.T(l, "quality.issue."+quality.Names[i]), N: issues[i], Of: v.Families})
	}
	names := map[string]string{quality.Identity: i18n.T(l, "quality.identity")}
	for _, g := range p.a.Catalogue.Groups() {
		names[g.Code] = g.Name.In(l)
	}
	for _, g := range v.Groups {
		d.Groups = append(d.Groups, document.Tally{Name: names[g.Code], N: g.N, Of: g.Of})
	}
	for i, n := range v.Steps {
		d.Steps = append(d.Steps, document.Tally{Name: quality.StepName(l, v.Rule, i), N: n, Of: v.Families})
	}
	for _, w := range v.Warnings {
		name := i18n.T(l, "quality.warning."+w.Code)
		if v.Rule.Minor(w.Code) {
			name = i18n.T(l, "quality.not_counted", "warning", name)
		}
		d.Warnings = append(d.Warnings, document.Tally{Name: name, N: w.N, Of: v.Families})
	}
	for _, w := range v.Programme {
		d.Waiting = append(d.Waiting, document.Tally{Name: p.a.programmeName(w.Code).In(l), N: w.N, Of: v.Families})
	}
}

func (p papers) qualityRows(d *document.QualityOf, v quality.View, l i18n.Lang) {
	heads := []string{i18n.T(l, "quality.families"), i18n.T(l, "quality.facts"), i18n.T(l, "quality.sound")}
	counts := func(o quality.Overview) []string {
		known, asked := o.Facts()
		return []string{strconv.FormatInt(o.Families, 10), strconv.FormatInt(100*known/max(asked, 1), 10) + "%", strconv.FormatInt(o.Sound, 10)}
	}
	d.BelowHead, d.TrendHead = heads, heads
	for _, o := range v.Children {
		d.Below = append(d.Below, document.QualityRow{Name: p.a.Atlas.Name(o.Area), Counts: counts(o)})
	}
	for _, t := range v.Trend {
		d.Trend = append(d.Trend, document.QualityRow{Name: document.LongDay(l, t.On), Counts: counts(t.Overview)})
	}
}

// measureDaily has the register measured once a day. Who asks first in a day
// is enough: the others find it measured.
func (a *App) measureDaily(ctx context.Context) {
	tick := time.NewTicker(anchorEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		acting := access.With(ctx, access.System("quality"))
		day, err := a.Quality.Newest(acting)
		if err == nil && day.On == a.Registry.Today() {
			continue
		}
		if _, err := a.Runs.Start(acting, KindQuality, struct{}{}, false); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "the quality of the register could not be measured", "err", err)
		}
	}
}
