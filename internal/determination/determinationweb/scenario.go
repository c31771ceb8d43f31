package determinationweb

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/web"
)

// saveScenario keeps a what-if by a name.
func (h *Handlers) saveScenario(ctx context.Context, r *web.Request) (web.Response, error) {
	asked := askedAgain(r)
	v, err := h.whatIfView(ctx, r, asked)
	if err != nil {
		return nil, err
	}
	v.Name = r.Text("nama")
	if v.Answer != nil {
		_, err := h.Service.SaveScenario(ctx, v.Name, v.Q)
		if err == nil {
			return web.SeeOther(WhatIfPath+"/tersimpan", web.Done("determination.whatif.saved")), nil
		}
		if !v.Errors.Take(r.Lang, "nama", err) {
			return nil, err
		}
	}
	return web.Invalid(whatIfPage(v)), nil
}

type scenariosView struct {
	web.Base
	List web.List[determination.Scenario]
}

func (h *Handlers) scenarios(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Scenarios(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	code := q.Text("program")
	rows := slices.DeleteFunc(all, func(c determination.Scenario) bool { return code != "" && c.Question.Programme != code })
	type scenario = determination.Scenario
	count := func(name, key string, value func(scenario) int64) web.Column[scenario] {
		return web.Column[scenario]{Name: name, Label: r.T("determination.whatif." + key), Kind: web.Count, Value: func(c scenario) any { return value(c) }}
	}
	columns := []web.Column[scenario]{
		{Name: "nama", Label: r.T("determination.whatif.name"), Value: func(c scenario) any { return c.Name }},
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(c scenario) any { return h.nameOfCode(r, c) }},
		{Name: "wilayah", Label: r.T("determination.page.area"), Value: func(c scenario) any { return h.scenarioArea(r, c) }},
		count("berhak", "entitled", func(c scenario) int64 { return c.Change.After.Entitled }),
		count("mulai", "winner", func(c scenario) int64 { return c.Change.Winners }),
		count("berhenti", "loser", func(c scenario) int64 { return c.Change.Losers }),
		{Name: "biaya", Label: r.T("determination.whatif.cost"), Kind: web.Amount, Value: func(c scenario) any { return c.Change.Cost }},
		{Name: "disimpan", Label: r.T("determination.whatif.kept"), Kind: web.Time, Value: func(c scenario) any { return c.CreatedAt }},
		{Name: "oleh", Label: r.T("determination.whatif.by_whom"), Value: func(c scenario) any { return c.CreatedBy }},
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "simulasi-tersimpan", columns, web.Rows(rows)), nil
	}
	return web.Page(scenariosPage(scenariosView{Base: r.Base(r.T("determination.whatif.saved_title")).At(web.Crumb{Label: r.T("determination.whatif.title"), Href: WhatIfPath}),
		List: web.List[scenario]{Caption: r.T("determination.whatif.saved_title"), Columns: columns, Rows: rows, Query: q, Files: r.MayExport(),
			Pick: func(c scenario) string { return c.ID.String() }, Href: scenarioHref, Empty: r.T("determination.whatif.none_saved")}})), nil
}

// scenarioHref asks the question of a scenario anew.
func scenarioHref(c determination.Scenario) string {
	v := whatIfView{Q: c.Question}
	return WhatIfPath + "?" + v.query().Encode()
}

func (h *Handlers) nameOfCode(r *web.Request, c determination.Scenario) string {
	if p, err := h.Programmes.Version(c.Question.Programme, c.AsOf); err == nil {
		return p.Name.In(r.Lang)
	}
	return c.Question.Programme
}

func (h *Handlers) scenarioArea(r *web.Request, c determination.Scenario) string {
	v := whatIfView{Q: c.Question}
	return v.areaName(h.Atlas, r.Lang)
}

// What fits beside each other on a page.
const (
	leastCompared = 2
	mostCompared  = 4
)

type compareView struct {
	web.Base
	Lists []web.List[measure]
	Links []web.Pair
}

// compareScenarios shows two to four scenarios side by side.
func (h *Handlers) compareScenarios(ctx context.Context, r *web.Request) (web.Response, error) {
	picked := slices.Compact(r.URL.Query()["pilih"])
	if len(picked) < leastCompared || len(picked) > mostCompared {
		return nil, fault.Invalid("determination.whatif.pick", "least", leastCompared, "most", mostCompared)
	}
	var all []determination.Scenario
	for _, text := range picked {
		id, err := ident.Parse(text)
		if err != nil {
			return nil, fault.NotFound("determination.whatif.missing").Because(err)
		}
		c, err := h.Service.Scenario(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	v := compareView{Base: r.Base(r.T("determination.whatif.compare_title")).At(web.Crumb{Label: r.T("determination.whatif.title"), Href: WhatIfPath},
		web.Crumb{Label: r.T("determination.whatif.saved_title"), Href: WhatIfPath + "/tersimpan"})}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
		v.Links = append(v.Links, web.Pair{Term: c.Name, Value: h.nameOfCode(r, c) + " · " + h.scenarioArea(r, c), Note: h.editSaid(r, c)})
	}
	columns := measures(r.T("determination.whatif.figure"), names...)
	for i := range all {
		columns[i+1].Name = "skenario_" + string(rune('1'+i))
	}
	figures := h.figures(ctx, r, all)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "banding-simulasi", columns, web.Rows(figures)), nil
	}
	v.Lists = []web.List[measure]{{Caption: r.T("determination.whatif.compare_title"), Columns: columns, Rows: figures, Query: r.List(), Files: r.MayExport()}}
	return web.Page(comparePage(v)), nil
}

// figures are what several scenarios come to, one a column.
func (h *Handlers) figures(ctx context.Context, r *web.Request, all []determination.Scenario) []measure {
	row := func(label string, value func(c *determination.Scenario) any) measure {
		m := measure{Label: label}
		for i := range all {
			m.Of = append(m.Of, value(&all[i]))
		}
		return m
	}
	t := func(key string) string { return r.T("determination.whatif." + key) }
	share := func(excluded bool) func(c *determination.Scenario) any {
		return func(c *determination.Scenario) any {
			_, after := c.Change.Errors()
			n, known := after.Included()
			if excluded {
				n, known = after.Excluded()
			}
			if !known {
				return nil
			}
			return web.Percent(ctx, n, 1_000_000)
		}
	}
	rows := []measure{
		row(t("before"), func(c *determination.Scenario) any { return c.Change.Before.Entitled }),
		row(t("entitled"), func(c *determination.Scenario) any { return c.Change.After.Entitled }),
		row(t("winner"), func(c *determination.Scenario) any { return c.Change.Winners }),
		row(t("loser"), func(c *determination.Scenario) any { return c.Change.Losers }),
		row(t("waitlisted"), func(c *determination.Scenario) any { return c.Change.After.Waitlisted }),
		row(t("cost_after"), func(c *determination.Scenario) any { return c.Change.After.Annual }),
		row(t("cost"), func(c *determination.Scenario) any { return c.Change.Cost }),
		row(t("excluded"), share(true)),
		row(t("included"), share(false)),
	}
	// Groups that any of them has, in the order in which they come.
	type key struct {
		kind  determination.GroupKind
		value string
	}
	seen := map[key]bool{}
	for _, c := range all {
		for _, g := range c.Change.Groups {
			k := key{g.Kind, g.Value}
			if g.Kind == determination.ByRegion || seen[k] {
				continue
			}
			seen[k] = true
			rows = append(rows, row(t("entitled")+" – "+t("by."+string(g.Kind))+": "+h.groupName(r, g), func(c *determination.Scenario) any {
				for _, x := range c.Change.GroupsBy(k.kind) {
					if x.Value == k.value {
						return x.After
					}
				}
				return nil
			}))
		}
	}
	return rows
}

// editSaid says in words what a scenario changes.
func (h *Handlers) editSaid(r *web.Request, c determination.Scenario) string {
	p, err := h.Programmes.Version(c.Question.Programme, c.AsOf)
	if err != nil {
		return ""
	}
	is, err := p.Edited(c.Question.Edit)
	if err != nil {
		return ""
	}
	said := joined(saidChanges(r, p, is))
	if e := c.Question.Model; e != nil {
		said = strings.TrimSpace(said + " " + r.T("determination.whatif.model_said", "model", e.Model, "n", len(e.Weights)+len(e.Remove)+len(e.Add)))
	}
	return said
}

// dropScenario takes one away.
func (h *Handlers) dropScenario(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.DropScenario(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(WhatIfPath+"/tersimpan", web.Done("determination.whatif.dropped")), nil
}

func joined(all []changeSaid) string {
	said := ""
	for _, c := range all {
		if said != "" {
			said += "; "
		}
		said += c.Sentence
	}
	return said
}

// changeSaid is one difference between versions in plain words.
type changeSaid struct {
	Sentence string
	Was, Is  string // of a rule, as written; empty for a number
}

// saidChanges says what a version changes.
func saidChanges(r *web.Request, was, is *programme.Programme) []changeSaid {
	var all []changeSaid
	for _, d := range programme.Differences(was, is) {
		all = append(all, said(r, was, is, d))
	}
	return all
}

func said(r *web.Request, was, is *programme.Programme, d programme.Difference) changeSaid {
	param := func(p *programme.Param) string {
		if p == nil {
			return "–"
		}
		return determination.FormatParam(r.Lang, *p)
	}
	switch d.Kind {
	case programme.InParam:
		return changeSaid{Sentence: r.T("determination.version.param", "name", d.Name.In(r.Lang), "was", param(d.From), "is", param(d.To))}
	case programme.InQuota:
		return changeSaid{Sentence: r.T("determination.version.quota", "area", r.T("programme.area."+d.ID), "was", orNone(r, d.Was), "is", orNone(r, d.Is))}
	case programme.InOther:
		return changeSaid{Sentence: r.T("determination.version.other")}
	}
	sentence := d.ID
	for _, p := range []*programme.Programme{was, is} {
		for _, c := range p.Clauses {
			if c.ID == d.ID {
				sentence = c.Because.Plain(r.Lang)
			}
		}
		for _, x := range p.Exclusions {
			if x.ID == d.ID {
				sentence = x.Because.Plain(r.Lang)
			}
		}
	}
	return changeSaid{Sentence: r.T("determination.version."+string(d.Kind), "sentence", sentence), Was: d.Was, Is: d.Is}
}

func orNone(r *web.Request, s string) string {
	if s == "" {
		return r.T("determination.version.no_quota")
	}
	return s
}

// hiddenQuery lists what an address says, for a form that keeps it.
func hiddenQuery(q url.Values) [][2]string {
	var all [][2]string
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, value := range q[name] {
			all = append(all, [2]string{name, value})
		}
	}
	return all
}
