package determinationweb

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/web"
)

// WhatIfPath is where programmes are tried; what is asked stands in the
// address, so that a what-if can be sent to a colleague. It names nobody.
const WhatIfPath = "/simulasi"

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

func (v *whatIfView) areaName(a *region.Atlas, l i18n.Lang) string {
	if v.Q.Area == "" {
		return i18n.T(l, "programme.area.nation")
	}
	return a.Name(v.Q.Area)
}
