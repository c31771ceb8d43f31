package determinationweb

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/rule"
	"gotong/internal/web"
)

// WhatIfPath is where programmes are tried; what is asked stands in the
// address, so that a what-if can be sent to a colleague. It names nobody.
const WhatIfPath = "/simulasi"

// What fields of the form are called: parameters and rules have a name each.
const (
	paramField = "angka."
	ruleField  = "aturan."
	quotaField = "kuota"
	askedField = "simulasi" // the whole question, carried by the forms below the answer
)

type whatIfView struct {
	web.Base
	Determinations []web.Option
	Areas          []web.Option
	Programmes     []web.Option
	Rankings       []web.Option
	Q              determination.Question
	P              *programme.Programme // as in force; nil where there is nothing to try
	Numbers        []tryField
	Rules          []tryRule
	Quota          string
	QuotaHint      string
	Errors         web.Errors
	Problems       []string // of rules and numbers, with their places
	Answer         *answerView
	Asked          string // the query that asks the same again
	Name           string
	Draft          draftForm
	Changed        bool
	OtherRanking   bool // families go by another ranking that is kept
	Model          modelForm
	ModelDraft     draftForm
}

// tryField is one parameter in the form.
type tryField struct {
	web.Field
	Choices []web.Option // of a yes or no
}

// tryRule is one rule in the form.
type tryRule struct {
	web.Field
	Sentence string
}

func (h *Handlers) whatIf(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.whatIfView(ctx, r, r.URL.Query())
	if err != nil {
		return nil, err
	}
	if file, err := v.file(r); file != nil || err != nil {
		return file, err
	}
	return web.Page(whatIfPage(v)), nil
}

// file is the answer's groups as a file, where that is asked for.
func (v *whatIfView) file(r *web.Request) (web.Response, error) {
	if v.Answer == nil {
		return nil, nil
	}
	v.Answer.Groups.Files = r.MayExport()
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "simulasi-"+v.Q.Programme, v.Answer.Groups.Columns, web.Rows(v.Answer.Groups.Rows)), nil
	}
	return nil, nil
}

// whatIfView answers what an address asks. What is wrong with it is in the
// view, beside the form.
func (h *Handlers) whatIfView(ctx context.Context, r *web.Request, asked url.Values) (whatIfView, error) {
	return h.whatIfViewOf(ctx, r, asked, false)
}

// whatIfViewOf is whatIfView of the page of a model's weights, or of the
// programme's.
func (h *Handlers) whatIfViewOf(ctx context.Context, r *web.Request, asked url.Values, model bool) (whatIfView, error) {
	v := whatIfView{Base: r.Base(r.T("determination.whatif.title")), Model: modelForm{Page: model}}
	if model {
		v.Base = r.Base(r.T("determination.whatif.model_title")).At(web.Crumb{Label: r.T("determination.whatif.title"), Href: WhatIfPath})
	}
	all, err := h.Service.Headers(ctx, shown)
	if err != nil || len(all) == 0 {
		return v, err
	}
	d := chosen(all, asked.Get("penetapan"))
	v.Q.Determination = d.ID
	for _, x := range all {
		v.Determinations = append(v.Determinations, web.Option{Value: x.ID.String(),
			Label: r.T("determination.whatif.determination_label", "date", web.Day(ctx, x.AsOf), "state", r.T("determination.state."+string(x.State)))})
	}
	if err := h.whatIfAreas(ctx, r, &v, asked.Get("wilayah")); err != nil {
		return v, err
	}
	if err := h.whatIfRankings(ctx, &v, d, asked.Get("peringkat")); err != nil {
		return v, err
	}
	tryable, err := h.Service.Tryable(ctx, d.ID)
	if err != nil || len(tryable) == 0 {
		return v, err
	}
	v.Programmes = programmeOptions(r.Lang, tryable)
	v.P = tryable[max(0, slices.IndexFunc(tryable, func(p *programme.Programme) bool { return p.Code == asked.Get("program") }))]
	v.Q.Programme = v.P.Code
	v.form(r.Lang, asked)
	if err := h.whatIfModel(ctx, r, &v, asked); err != nil {
		return v, err
	}
	v.Asked = v.query().Encode()
	v.Draft = draftForm{From: h.today().String(), On: h.today().String()}
	v.ModelDraft = v.Draft
	if v.Errors.Any() || len(v.Areas) == 0 {
		return v, nil
	}
	a, err := h.Service.Simulate(ctx, v.Q)
	if err := v.wrong(r.Lang, err); err != nil {
		return v, err
	}
	if a != nil {
		v.Answer = h.answerView(ctx, r, a)
		v.OtherRanking = v.Q.Ranking != d.RankingID
		v.Changed = !v.Q.Edit.Empty() || v.OtherRanking || v.Q.Model != nil
		v.Answer.link(v.Asked)
	}
	return v, nil
}

// chosen returns the determination that is asked for; else the one in force,
// else the newest.
func chosen(all []determination.Header, id string) determination.Header {
	for _, d := range all {
		if d.ID.String() == id {
			return d
		}
	}
	for _, d := range all {
		if d.State == determination.Enacted {
			return d
		}
	}
	return all[0]
}

// whatIfAreas offers the regencies of the determination that the actor
// covers, and all of the nation to those who see it.
func (h *Handlers) whatIfAreas(ctx context.Context, r *web.Request, v *whatIfView, area string) error {
	options, err := h.areaOptions(ctx, v.Q.Determination, "")
	if err != nil {
		return err
	}
	if r.Actor.Scope.Covers("") {
		v.Areas = []web.Option{{Value: nationArea, Label: r.T("programme.area.nation")}}
	}
	for _, o := range options {
		if r.Actor.Scope.Covers(o.Value) {
			v.Areas = append(v.Areas, o)
		}
	}
	if len(v.Areas) == 0 {
		return nil
	}
	at := max(0, slices.IndexFunc(v.Areas, func(o web.Option) bool { return o.Value == area }))
	v.Q.Area = v.Areas[at].Value
	if v.Q.Area == nationArea {
		v.Q.Area = ""
	}
	return nil
}

// nationArea stands for the nation in addresses.
const nationArea = "nasional"

func (h *Handlers) whatIfRankings(ctx context.Context, v *whatIfView, d determination.Header, id string) error {
	rankings, err := h.Rankings.Headers(ctx, recent)
	if err != nil {
		return err
	}
	v.Q.Ranking = d.RankingID
	for _, k := range rankings {
		if k.SnapshotID != d.SnapshotID {
			continue
		}
		v.Rankings = append(v.Rankings, web.Option{Value: k.ID.String(), Label: rankingLabel(ctx, k)})
		if k.ID.String() == id {
			v.Q.Ranking = k.ID
		}
	}
	return nil
}

// form reads what is asked into the question and into the fields. Only what
// differs from what is in force is a change.
func (v *whatIfView) form(l i18n.Lang, asked url.Values) {
	v.Q.Edit = programme.Edit{Params: map[string]string{}, Rules: map[string]string{}}
	for _, p := range v.P.Params {
		v.Numbers = append(v.Numbers, v.number(l, p, asked))
	}
	read := func(id, sentence string, r *rule.Rule) {
		name, text := ruleField+id, r.Text()
		if asked.Has(name) {
			if now := lines(asked.Get(name)); now != lines(text) {
				v.Q.Edit.Rules[id], text = now, now
			}
		}
		v.Rules = append(v.Rules, tryRule{web.Field{Name: name, Label: sentence, Value: text}, sentence})
	}
	for _, c := range v.P.Clauses {
		read(c.ID, c.Because.Plain(l), c.Rule)
	}
	for _, x := range v.P.Exclusions {
		if x.Rule != nil {
			read(x.ID, i18n.T(l, "determination.page.excluded", "reason", x.Because.Plain(l)), x.Rule)
		}
	}
	v.quota(l, asked)
}

func lines(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

func (v *whatIfView) number(l i18n.Lang, p programme.Param, asked url.Values) tryField {
	f := tryField{Field: web.Field{Name: paramField + p.Name, Label: p.Label.In(l), Value: programme.Written(p), Width: web.Short}}
	now := "determination.whatif.now"
	f.Hint = i18n.T(l, now, "value", determination.FormatParam(l, p))
	switch {
	case p.Money:
		f.Width, f.Prefix, f.InputMode = web.Medium, "Rp", "numeric"
	case p.Kind == rule.Bool:
		f.Choices = []web.Option{{Value: "true", Label: i18n.T(l, "web.table.yes")}, {Value: "false", Label: i18n.T(l, "web.table.no")}}
	case p.Kind == rule.Date:
		f.Type = "date"
	case p.Kind == rule.Option:
		f.Width = web.Medium
	default:
		f.InputMode = "decimal"
	}
	if !asked.Has(f.Name) {
		return f
	}
	value := strings.TrimSpace(asked.Get(f.Name))
	if p.Money {
		value = strings.NewReplacer(".", "", ",", "", " ", "", "Rp", "").Replace(value)
	}
	if value != f.Value {
		v.Q.Edit.Params[p.Name], f.Value = value, value
	}
	return f
}

// quota reads the quota's field, where the programme has one.
func (v *whatIfView) quota(l i18n.Lang, asked url.Values) {
	q := v.P.Quota
	if q == nil {
		return
	}
	limit, limited := q.Limit("")
	if q.By != "nation" {
		limited = q.Default != nil
		if limited {
			limit = *q.Default
		}
	}
	if limited {
		v.Quota = strconv.FormatInt(limit, 10)
	}
	v.QuotaHint = i18n.T(l, "determination.whatif.quota_hint", "area", i18n.T(l, "programme.area."+string(q.By)))
	text := strings.NewReplacer(".", "", ",", "", " ", "").Replace(asked.Get(quotaField))
	if text == "" || text == v.Quota {
		return
	}
	v.Quota = text
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		v.Errors.Add(quotaField, i18n.T(l, "determination.whatif.quota_number"))
	case n < 0:
		v.Errors.Add(quotaField, i18n.T(l, "programme.quota_negative", "value", n))
	default:
		v.Q.Edit.Quota = &n
	}
}

// wrong takes up what is wrong with a question, beside the fields that it is
// about; anything else it returns.
func (v *whatIfView) wrong(l i18n.Lang, err error) error {
	if problems, ok := programme.Problems(err); ok {
		for _, x := range problems {
			field := programme.ClauseOf(x)
			if name, found := strings.CutPrefix(field, "params."); found {
				field = paramField + name
			} else {
				field = ruleField + field
			}
			v.Errors.Add(field, i18n.Error(l, x))
		}
		return nil
	}
	if err != nil && v.Errors.Take(l, quotaField, err) {
		return nil
	}
	if fault.Is(err, fault.KindForbidden) || fault.Is(err, fault.KindNotFound) {
		v.Errors.Add("wilayah", i18n.Error(l, err))
		return nil
	}
	return err
}

// query asks the same again: what differs from what is in force, and no more.
func (v *whatIfView) query() url.Values {
	q := url.Values{"penetapan": {v.Q.Determination.String()}, "wilayah": {areaValue(v.Q.Area)}, "program": {v.Q.Programme}}
	if !v.Q.Ranking.IsZero() {
		q.Set("peringkat", v.Q.Ranking.String())
	}
	for name, value := range v.Q.Edit.Params {
		q.Set(paramField+name, value)
	}
	for id, text := range v.Q.Edit.Rules {
		q.Set(ruleField+id, text)
	}
	if v.Q.Edit.Quota != nil {
		q.Set(quotaField, strconv.FormatInt(*v.Q.Edit.Quota, 10))
	}
	v.modelQuery(q)
	return q
}

func areaValue(area string) string {
	if area == "" {
		return nationArea
	}
	return area
}

// askedAgain reads the question that a form below an answer carries.
func askedAgain(r *web.Request) url.Values {
	q, err := url.ParseQuery(r.Text(askedField))
	if err != nil {
		return url.Values{}
	}
	return q
}

func (v *whatIfView) areaName(a *region.Atlas, l i18n.Lang) string {
	if v.Q.Area == "" {
		return i18n.T(l, "programme.area.nation")
	}
	return a.Name(v.Q.Area)
}

// movers lists those whom a change moves: names, so the look is recorded.
func (h *Handlers) movers(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.whatIfView(ctx, r, r.URL.Query())
	if err != nil {
		return nil, err
	}
	if v.Errors.Any() || v.P == nil {
		return web.Invalid(whatIfPage(v)), nil
	}
	q := r.List()
	way := determination.Loser
	if at := slices.Index(determination.Ways, determination.Way(q.Text("arah"))); at >= 0 {
		way = determination.Ways[at]
	}
	columns := h.moverColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "simulasi-"+string(way), columns, h.Service.AllMovers(ctx, r.Route.Purpose, v.Q, way)), nil
	}
	skip, err := strconv.Atoi(q.After)
	if err != nil || skip < 0 {
		skip = 0
	}
	rows, err := h.Service.Movers(ctx, r.Route.Purpose, v.Q, way, skip, pageLength)
	if err != nil {
		return nil, err
	}
	total := v.Answer.A.Change.Of(way)
	list := web.List[determination.Mover]{Caption: r.T("determination.whatif." + string(way)), Columns: columns, Rows: rows, Query: q, Total: &total,
		Empty: r.T("determination.whatif.nobody"), Files: r.MayExport(),
		Href: func(m determination.Mover) string {
			return WhyPath(m.FamilyID, v.Q.Programme) + "?penetapan=" + v.Q.Determination.String()
		}}
	if int64(skip+pageLength) < total {
		list.Next = strconv.Itoa(skip + pageLength)
	}
	base := r.Base(r.T("determination.whatif.names_title", "programme", v.P.Name.In(r.Lang))).At(
		web.Crumb{Label: r.T("determination.whatif.title"), Href: WhatIfPath + "?" + v.Asked})
	lead := v.areaName(h.Atlas, r.Lang)
	if total > manyMovers {
		lead += ". " + r.T("determination.whatif.many_names", "n", web.Number(ctx, total))
	}
	return web.Page(moversPage(moversView{Base: base, List: list, Way: string(way), Lead: lead, Ways: wayOptions(r), Asked: v.query()})), nil
}

// manyMovers is how many names a list has before its page says that the file
// is long.
const manyMovers = 100_000

type moversView struct {
	web.Base
	List  web.List[determination.Mover]
	Way   string
	Lead  string
	Ways  []web.Option
	Asked url.Values
}

func wayOptions(r *web.Request) []web.Option {
	var all []web.Option
	for _, w := range determination.Ways {
		all = append(all, web.Option{Value: string(w), Label: r.T("determination.whatif." + string(w))})
	}
	return all
}

func (h *Handlers) moverColumns(r *web.Request) []web.Column[determination.Mover] {
	return []web.Column[determination.Mover]{
		{Name: "nama", Label: r.T("determination.list.who"), Value: func(m determination.Mover) any {
			if m.PersonName != "" {
				return m.PersonName
			}
			return m.HeadName
		}},
		{Name: "kepala_keluarga", Label: r.T("determination.list.head"), Hide: true, Value: func(m determination.Mover) any { return m.HeadName }},
		{Name: "wilayah", Label: r.T("determination.page.area"), Value: func(m determination.Mover) any { return h.area(m.Area) }},
		{Name: "alamat", Label: r.T("determination.list.address"), Value: func(m determination.Mover) any { return m.Address }},
		{Name: "semula", Label: r.T("determination.whatif.before"), Kind: web.Amount, Value: func(m determination.Mover) any { return m.Was }},
		{Name: "menjadi", Label: r.T("determination.whatif.after"), Kind: web.Amount, Value: func(m determination.Mover) any { return m.Now }},
	}
}
