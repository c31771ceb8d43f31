package determinationweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/rule"
	"gotong/internal/web"
)

// today is the day in the country's west, where the ministry sits.
func (h *Handlers) today() civil.Date {
	return civil.OfTime(h.Clock.Now().UTC().Add(7 * 60 * 60 * 1e9))
}

type programmesView struct {
	web.Base
	List web.List[*programme.Programme]
}

func (h *Handlers) programmes(ctx context.Context, r *web.Request) (web.Response, error) {
	day := h.today()
	status := func(p *programme.Programme) string {
		switch {
		case p.InForce.Contains(day):
			return "in_force"
		case p.InForce.From > day:
			return "coming"
		}
		return "ended"
	}
	tones := map[string]web.Tone{"in_force": web.Good, "coming": web.Wait, "ended": web.Quiet}
	columns := []web.Column[*programme.Programme]{
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(p *programme.Programme) any { return p.Name }},
		{Name: "kode", Label: r.T("determination.programme.code"), Kind: web.Code, Hide: true, Value: func(p *programme.Programme) any { return p.Code }},
		{Name: "tujuan", Label: r.T("determination.programme.aim"), Value: func(p *programme.Programme) any { return r.T("programme.aim." + string(p.Aim)) }},
		{Name: "untuk", Label: r.T("determination.programme.unit"), Value: func(p *programme.Programme) any { return r.T(unitKey(p)) }},
		{Name: "mulai", Label: r.T("determination.programme.from"), Kind: web.Date, Value: func(p *programme.Programme) any { return p.InForce.From }},
		{Name: "sampai", Label: r.T("determination.programme.to"), Kind: web.Date, Value: func(p *programme.Programme) any {
			if p.InForce.To == nil {
				return nil
			}
			return *p.InForce.To
		}},
		{Name: "status", Label: r.T("determination.programme.status"), Value: func(p *programme.Programme) any { return r.T("determination.programme." + status(p)) },
			Show: func(p *programme.Programme) templ.Component {
				return web.Badge(tones[status(p)], r.T("determination.programme."+status(p)))
			}},
	}
	rows := h.Programmes.All()
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "program", columns, each(rows)), nil
	}
	return web.Page(programmesPage(programmesView{Base: r.Base(r.T("determination.programme.title")), List: web.List[*programme.Programme]{
		Caption: r.T("determination.programme.title"), Columns: columns, Rows: rows, Query: r.List(), Files: r.MayExport(),
		Href: programmePath, Empty: r.T("determination.programme.none")}})), nil
}

func unitKey(p *programme.Programme) string {
	return "programme.unit." + string(p.Unit)
}

// each yields rows that are at hand.
func each[R any](rows []R) func(yield func(R, error) bool) {
	return func(yield func(R, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

type programmeView struct {
	web.Base
	P        *programme.Programme
	About    []web.Pair
	Clauses  []plainRule
	Excluded []plainRule
	Benefits web.List[programme.Benefit]
	Params   web.List[programme.Param]
	Duties   []plainRule
	Exits    []plainRule
	Quota    []web.Pair
	Versions []web.Tab
	Source   string
}

// plainRule is a rule in words, with what it is in the file.
type plainRule struct {
	ID       string
	Sentence string
	Rule     string
}

func (h *Handlers) programme(ctx context.Context, r *web.Request) (web.Response, error) {
	var p *programme.Programme
	var versions []web.Tab
	for _, v := range h.Programmes.Versions(r.PathValue("code")) {
		current := v.Version() == r.PathValue("version")
		if current {
			p = v
		}
		versions = append(versions, web.Tab{Label: web.Day(ctx, v.InForce.From), Href: programmePath(v), Current: current})
	}
	if p == nil {
		return nil, fault.NotFound("core.error.not_found")
	}
	v := programmeView{Base: r.Base(p.Name.In(r.Lang)).At(web.Crumb{Label: r.T("determination.programme.title"), Href: ProgrammePath}),
		P: p, Source: string(p.Text())}
	if len(versions) > 1 {
		v.Versions = versions
	}
	v.About = h.aboutProgramme(ctx, p)
	v.rules(ctx, r.Lang, h)
	v.tables(r)
	return web.Page(programmePage(v)), nil
}

func (h *Handlers) aboutProgramme(ctx context.Context, p *programme.Programme) []web.Pair {
	t := func(key string) string { return web.T(ctx, "determination.programme."+key) }
	until := t("open_end")
	if p.InForce.To != nil {
		until = web.Day(ctx, *p.InForce.To)
	}
	channels := ""
	for i, c := range p.Channels {
		if i > 0 {
			channels += ", "
		}
		channels += web.T(ctx, "programme.channel."+string(c))
	}
	return []web.Pair{
		{Term: t("aim"), Value: web.T(ctx, "programme.aim."+string(p.Aim))},
		{Term: t("unit"), Value: web.T(ctx, unitKey(p))},
		{Term: t("owner"), Value: p.Owner},
		{Term: t("in_force"), Value: web.Day(ctx, p.InForce.From) + " – " + until},
		{Term: t("cycle"), Value: web.T(ctx, "programme.every."+string(p.Cycle.Every))},
		{Term: t("channels"), Value: channels},
		{Term: t("source"), Value: p.Source.Title.In(web.Lang(ctx)), Note: sourceNote(ctx, p.Source)},
	}
}

func sourceNote(ctx context.Context, s programme.Source) string {
	return s.PublishedIn(web.Lang(ctx)) + " · " + web.T(ctx, "programme.confidence."+string(s.Confidence))
}

func (v *programmeView) rules(ctx context.Context, l i18n.Lang, h *Handlers) {
	text := func(r *rule.Rule) string {
		if r == nil {
			return ""
		}
		return r.Text()
	}
	for _, c := range v.P.Clauses {
		v.Clauses = append(v.Clauses, plainRule{c.ID, c.Because.Plain(l), text(c.Rule)})
	}
	for _, q := range v.P.Requires {
		v.Clauses = append(v.Clauses, plainRule{ID: q.ID, Sentence: q.Show.In(l)})
	}
	for _, x := range v.P.Exclusions {
		v.Excluded = append(v.Excluded, plainRule{x.ID, x.Because.Plain(l), text(x.Rule)})
	}
	for _, c := range v.P.Conditions {
		v.Duties = append(v.Duties, plainRule{ID: c.ID, Sentence: c.Duty.In(l) + ", " + web.T(ctx, "programme.every."+string(c.Every))})
	}
	for _, x := range v.P.Exits {
		v.Exits = append(v.Exits, plainRule{x.ID, x.Because.Plain(l), text(x.Rule)})
	}
	if q := v.P.Quota; q != nil {
		v.Quota = []web.Pair{{Term: web.T(ctx, "determination.programme.quota_by"), Value: web.T(ctx, "programme.area."+string(q.By)),
			Note: q.Source.Title.In(l) + ", " + sourceNote(ctx, q.Source)}}
		if q.Default != nil {
			v.Quota = append(v.Quota, web.Pair{Term: web.T(ctx, "determination.programme.quota_each"), Value: web.Number(ctx, *q.Default)})
		}
		for _, code := range sortedKeys(q.Table) {
			name := web.T(ctx, "programme.area.nation")
			if code != "" {
				name = h.Atlas.Name(code) + " (" + region.Dotted(code) + ")"
			}
			v.Quota = append(v.Quota, web.Pair{Term: name, Value: web.Number(ctx, q.Table[code])})
		}
	}
}

func (v *programmeView) tables(r *web.Request) {
	amount := func(b programme.Benefit) any {
		if b.Service {
			return r.T("programme.service")
		}
		if n, ok := b.Amount.Constant(); ok {
			return rupiah(n)
		}
		return b.Amount.Text()
	}
	v.Benefits = web.List[programme.Benefit]{ID: "komponen", Caption: r.T("determination.programme.benefits"), Rows: v.P.Benefits, Query: r.List(),
		Columns: []web.Column[programme.Benefit]{
			{Name: "komponen", Label: r.T("determination.programme.component"), Value: func(b programme.Benefit) any { return b.Name }},
			{Name: "jumlah", Label: r.T("determination.programme.amount"), Kind: web.Amount, Value: amount},
			{Name: "tiap", Label: r.T("determination.programme.per"), Value: func(b programme.Benefit) any { return r.T("programme.every." + string(b.Per)) }},
			{Name: "paling_banyak", Label: r.T("determination.programme.most"), Kind: web.Count, Value: func(b programme.Benefit) any {
				if b.MaxMembers == 0 {
					return nil
				}
				return b.MaxMembers
			}},
			{Name: "bentuk", Label: r.T("determination.programme.goods"), Value: func(b programme.Benefit) any { return b.Goods }},
		}}
	v.Params = web.List[programme.Param]{ID: "angka", Caption: r.T("determination.programme.params"), Rows: v.P.Params, Query: r.List(),
		Columns: []web.Column[programme.Param]{
			{Name: "nama", Label: r.T("determination.programme.param"), Value: func(p programme.Param) any { return p.Label }},
			{Name: "nilai", Label: r.T("determination.programme.value"), Value: func(p programme.Param) any { return determination.FormatParam(r.Lang, p) }},
			{Name: "sejak", Label: r.T("determination.programme.from"), Kind: web.Date, Value: func(p programme.Param) any { return p.InForce.From }},
			{Name: "sumber", Label: r.T("determination.programme.source"), Value: func(p programme.Param) any { return p.Source.Title }},
			{Name: "terbit", Label: r.T("determination.programme.published"), Value: func(p programme.Param) any { return p.Source.PublishedIn(r.Lang) }},
			{Name: "keyakinan", Label: r.T("determination.programme.confidence"), Value: func(p programme.Param) any { return r.T("programme.confidence." + string(p.Source.Confidence)) }},
		}}
}
