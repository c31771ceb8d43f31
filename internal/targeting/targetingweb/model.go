package targetingweb

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

type modelsView struct {
	web.Base
	Models   web.List[*targeting.Model]
	Versions web.List[targeting.ModelVersion]
}

// models lists the models that rankings go by, and what is proposed.
func (h *Handlers) models(ctx context.Context, r *web.Request) (web.Response, error) {
	if err := h.Service.AdoptModels(ctx); err != nil {
		return nil, err
	}
	versions, err := h.Service.ModelVersions(ctx)
	if err != nil {
		return nil, err
	}
	type model = *targeting.Model
	type version = targeting.ModelVersion
	t := func(key string) string { return r.T("targeting.model." + key) }
	v := modelsView{Base: r.Base(t("title")).At(web.Crumb{Label: r.T("targeting.page.rankings"), Href: Path})}
	v.Models = web.List[model]{ID: "model", Caption: t("all"), Rows: h.Service.Models.All(), Columns: []web.Column[model]{
		{Name: "kode", Label: t("code"), Kind: web.Code, Value: func(m model) any { return m.Code }},
		{Name: "nama", Label: t("name"), Value: func(m model) any { return m.Name.In(r.Lang) }},
		{Name: "wilayah", Label: t("areas"), Value: func(m model) any { return modelAreas(r.Lang, m) }},
		{Name: "mulai", Label: t("from"), Kind: web.Date, Value: func(m model) any { return m.From }},
		{Name: "harga", Label: t("prices"), Kind: web.Date, Value: func(m model) any { return m.Prices }},
		{Name: "keterangan", Label: t("terms"), Kind: web.Count, Value: func(m model) any { return int64(len(m.Terms)) }},
		{Name: "resmi", Label: t("official"), Value: func(m model) any { return m.Official }},
		{Name: "sumber", Label: t("source"), Hide: true, Value: func(m model) any { return m.Source.In(r.Lang) }},
		{Name: "sidik", Label: t("digest"), Kind: web.Code, Hide: true, Value: func(m model) any { return m.Digest }},
	}}
	v.Versions = web.List[version]{Caption: t("versions"), Rows: versions, Query: r.List(), Files: r.MayExport(), Empty: t("none"),
		Href: func(x version) string { return modelHref(x) }, Columns: []web.Column[version]{
			{Name: "kode", Label: t("code"), Kind: web.Code, Value: func(x version) any { return x.Code }},
			{Name: "mulai", Label: t("from"), Kind: web.Date, Value: func(x version) any { return x.From }},
			{Name: "dasar", Label: t("basis"), Value: func(x version) any { return x.Title }},
			{Name: "keadaan", Label: t("state"), Value: func(x version) any { return t("states." + string(x.State)) },
				Show: func(x version) templ.Component { return web.Badge(modelTone(x.State), t("states."+string(x.State))) }},
			{Name: "pengusul", Label: t("proposer"), Value: func(x version) any { return x.ProposedBy }},
			{Name: "diusulkan", Label: t("proposed_at"), Kind: web.Time, Value: func(x version) any { return x.ProposedAt }},
			{Name: "pemutus", Label: t("decider"), Value: func(x version) any { return x.DecidedBy }},
		}}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "usulan-model", v.Versions.Columns, web.Rows(versions)), nil
	}
	return web.Page(modelsPage(v)), nil
}

func modelAreas(l i18n.Lang, m *targeting.Model) string {
	if len(m.Areas) == 0 {
		return i18n.T(l, "targeting.model.nation")
	}
	return strings.Join(m.Areas, " ")
}

func modelHref(x targeting.ModelVersion) string { return ModelPath + "/" + x.ID.String() }

func modelTone(s decree.State) web.Tone {
	return map[decree.State]web.Tone{decree.Proposed: web.Wait, decree.Enacted: web.Good, decree.Rejected: web.Bad}[s]
}

type modelView struct {
	web.Base
	V         targeting.ModelVersion
	Lead      string
	Changes   web.List[targeting.WeightChange]
	About     []web.Pair
	Errors    web.Errors
	Reason    string
	MayDecide bool
	Own       bool
}

func (h *Handlers) modelView(ctx context.Context, r *web.Request) (modelView, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return modelView{}, fault.NotFound("targeting.edit.missing").Because(err)
	}
	x, was, is, err := h.Service.ModelVersion(ctx, id)
	if err != nil {
		return modelView{}, err
	}
	t := func(key string, args ...any) string { return r.T("targeting.model."+key, args...) }
	v := modelView{V: x, Own: x.ProposedBy == r.Actor.Login, Lead: t("gone_base")}
	v.Base = r.Base(t("of", "model", is.Name.In(r.Lang), "date", web.Day(ctx, x.From))).At(
		web.Crumb{Label: r.T("targeting.page.rankings"), Href: Path}, web.Crumb{Label: t("title"), Href: ModelPath})
	v.MayDecide = x.State == decree.Proposed && r.Actor.Can(access.EnactDetermination)
	v.About = []web.Pair{
		{Term: t("from"), Value: web.Day(ctx, x.From)},
		{Term: t("areas"), Value: modelAreas(r.Lang, is)},
		{Term: t("basis"), Value: x.Title, Note: web.Day(ctx, x.On)},
		{Term: t("proposer"), Value: x.ProposedBy, Note: web.Moment(ctx, x.ProposedAt)},
		{Term: t("digest"), Value: x.Digest},
	}
	if x.DecidedBy != "" {
		v.About = append(v.About, web.Pair{Term: t("decider"), Value: x.DecidedBy, Note: web.Moment(ctx, x.DecidedAt)})
	}
	if x.Note != "" {
		v.About = append(v.About, web.Pair{Term: t("note"), Value: x.Note})
	}
	if was != nil {
		v.Lead = t("against", "model", was.Name.In(r.Lang))
		v.Changes = weightTable(r, is.Changes(was))
	}
	return v, nil
}

// weightTable lists the weights that change.
func weightTable(r *web.Request, all []targeting.WeightChange) web.List[targeting.WeightChange] {
	type change = targeting.WeightChange
	value := func(there bool, v int64) any {
		if !there {
			return nil
		}
		return strconv.FormatInt(v, 10)
	}
	t := func(key string) string { return r.T("targeting.model." + key) }
	return web.List[change]{ID: "bobot", Caption: t("changes"), Rows: all, Columns: []web.Column[change]{
		{Name: "keterangan", Label: t("fact"), Value: func(c change) any {
			if c.Term == nil {
				return c.Label(r.Lang)
			}
			return c.Term.Indicator.Name.In(r.Lang)
		}},
		{Name: "bobot", Label: t("weight"), Value: func(c change) any { return c.Label(r.Lang) }},
		{Name: "semula", Label: t("was"), Kind: web.Code, Value: func(c change) any { return value(!c.Fresh, c.Was) }},
		{Name: "menjadi", Label: t("is"), Kind: web.Code, Value: func(c change) any { return value(!c.Gone, c.Is) }},
	}}
}

func (h *Handlers) model(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.modelView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(modelPage(v)), nil
}

func (h *Handlers) enactModel(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.decideModel(ctx, r, "targeting.model.enacted", h.Service.EnactModel)
}

func (h *Handlers) rejectModel(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.decideModel(ctx, r, "targeting.model.rejected", func(ctx context.Context, id ident.ID) (targeting.ModelVersion, error) {
		return h.Service.RejectModel(ctx, id, r.Text("alasan"))
	})
}

func (h *Handlers) decideModel(ctx context.Context, r *web.Request, done string, step func(context.Context, ident.ID) (targeting.ModelVersion, error)) (web.Response, error) {
	v, err := h.modelView(ctx, r)
	if err != nil {
		return nil, err
	}
	decided, err := step(ctx, v.V.ID)
	if err == nil {
		return web.SeeOther(modelHref(decided), web.Done(done)), nil
	}
	v.Reason = r.Text("alasan")
	if !v.Errors.Take(r.Lang, "alasan", err) {
		return nil, err
	}
	return web.Invalid(modelPage(v)), nil
}
