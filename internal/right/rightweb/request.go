package rightweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/right"
	"gotong/internal/web"
)

type takeView struct {
	web.Base
	Errors web.Errors
	Family string
	Kind   string
	Kinds  []web.Option
	Text   string
}

// take takes a request down at the counter, for the family of the address.
func (h *Handlers) take(ctx context.Context, r *web.Request) (web.Response, error) {
	v := takeView{Base: r.Base(r.T("right.take_title")).At(web.Crumb{Label: r.T("right.nav"), Href: Path}), Family: r.Text("keluarga"),
		Kind: r.Text("jenis"), Kinds: kinds(r), Text: r.Text("isi")}
	if r.Method == "GET" {
		return web.Page(takePage(v)), nil
	}
	family, err := ident.Parse(v.Family)
	if err != nil {
		return nil, fault.NotFound("core.error.not_found").Because(err)
	}
	x, err := h.Service.Take(ctx, right.Kind(v.Kind), family, v.Text)
	if err == nil {
		return web.SeeOther(To(x.ID), web.Done("right.taken")), nil
	}
	field := "isi"
	if v.Kind == "" {
		field = "jenis"
	}
	if !v.Errors.Take(r.Lang, field, err) {
		return nil, err
	}
	return web.Invalid(takePage(v)), nil
}

type showView struct {
	web.Base
	Errors    web.Errors
	R         *right.Request
	About     []web.Pair
	Family    string // "" of one that is erased
	Erasing   string // the page of its erasure; "" for none
	Answer    string
	MayDecide bool
	MayEnd    bool
	MayIssue  bool
	Mends     bool // what is asked is done on the family's own pages
}

func (h *Handlers) view(ctx context.Context, r *web.Request) (showView, error) {
	id, err := idOf(r)
	if err != nil {
		return showView{}, err
	}
	x, err := h.Service.Request(ctx, id)
	if err != nil {
		return showView{}, err
	}
	v := showView{Base: r.Base(r.T("right.kind." + string(x.Kind))).At(web.Crumb{Label: r.T("right.nav"), Href: Path}), R: x, Answer: r.Text("jawaban")}
	if !x.Erased {
		v.Family = h.FamilyPage(x.Family)
	}
	if !x.Erasing.IsZero() {
		v.Erasing = h.EventPage(x.Erasing)
	}
	may := r.Actor.Can(access.EditFamilies)
	v.MayDecide, v.MayEnd = may && x.Status == right.Open, may && x.Status == right.Granted && x.Kind.Suspends()
	v.MayIssue, v.Mends = may && r.Actor.Can(access.SeeDocuments) && x.Letter() == nil, x.Kind == right.Correction || x.Kind == right.Access
	text, answer := x.Text, x.Answer
	if x.Status != right.Open && text == "" { // erased with the family, or no longer kept; a request begins with words
		text = r.T("right.forgotten")
		if answer == "" {
			answer = text
		}
	}
	key, tone := state(h.Service.Clock.Now(), *x)
	v.About = []web.Pair{
		{Term: r.T("right.status_label"), Show: web.Badge(tone, r.T(key))},
		{Term: r.T("right.area"), Value: h.Atlas.Path(x.Area, ", ")},
		{Term: r.T("right.at"), Value: web.Moment(ctx, x.At)},
		{Term: r.T("right.due"), Value: web.Moment(ctx, x.Due)},
		{Term: r.T("right.text"), Value: text},
	}
	if x.Status != right.Open {
		v.About = append(v.About, web.Pair{Term: r.T("right.answer"), Value: answer, Note: x.DecidedBy + ", " + web.Moment(ctx, x.DecidedAt)})
	}
	return v, nil
}

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.view(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(showPage(v)), nil
}

// decide grants or refuses a request.
func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.view(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.Text("putusan") == "tolak" {
		err = h.Service.Refuse(ctx, v.R.ID, v.Answer)
	} else {
		err = h.Service.Grant(ctx, v.R.ID, v.Answer)
	}
	if err == nil {
		done := "right.answered"
		if v.R.Kind == right.Erasure && r.Text("putusan") != "tolak" {
			done = "right.put_before"
		}
		return web.SeeOther(To(v.R.ID), web.Done(done)), nil
	}
	if !v.Errors.Take(r.Lang, "jawaban", err) {
		return nil, err
	}
	return web.Invalid(showPage(v)), nil
}

// end ends a suspension.
func (h *Handlers) end(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.End(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(To(id), web.Done("right.resumed")), nil
}

type askView struct {
	web.Base
	Errors web.Errors
	Kinds  []web.Option
	Kind   string
	Text   string
	Asked  bool
}

// ask is the public page. Its answer is the same for right and wrong numbers
// and codes: what was asked is looked into by the office.
func (h *Handlers) ask(ctx context.Context, r *web.Request) (web.Response, error) {
	v := askView{Base: r.Base(r.T("right.ask_title")), Kinds: kinds(r)}
	if r.Method == "GET" {
		if q := r.URL.Query(); q.Has("nik") || q.Has("kode") {
			return web.SeeOther(AskPath), nil // a number in an address is not looked at
		}
		return web.Page(askPage(v)), nil
	}
	number, code := r.PostFormValue("nik"), r.PostFormValue("kode")
	v.Kind, v.Text = r.PostFormValue("jenis"), r.PostFormValue("isi")
	if number == "" {
		v.Errors.Add("nik", r.T("determination.check.nik_missing"))
	}
	if code == "" {
		v.Errors.Add("kode", r.T("determination.check.code_missing"))
	}
	if !v.Errors.Any() {
		err := h.Service.Ask(ctx, right.Kind(v.Kind), number, code, v.Text)
		if err == nil {
			return web.Page(askPage(askView{Base: v.Base, Asked: true})), nil
		}
		field := "isi"
		if v.Kind == "" {
			field = "jenis"
		}
		if !v.Errors.Take(r.Lang, field, err) {
			return nil, err
		}
	}
	return web.Invalid(askPage(v)), nil
}

// Panel is the part of a family's page about its rights.
type Panel struct{ *Handlers }

// Panel says whether the family's data are processed, and what it asked.
func (p Panel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	since, suspended, err := p.Register.SuspendedSince(ctx, family)
	if err != nil {
		return nil, err
	}
	all, _, err := p.Service.List(ctx, right.Filter{Family: family}, listMost)
	if err != nil {
		return nil, err
	}
	v := panelView{Suspended: suspended, New: NewPath + "?keluarga=" + family.String(), MayTake: base.Actor.Can(access.EditFamilies)}
	if suspended {
		v.Since = web.Moment(ctx, since)
	}
	for _, x := range all {
		key, _ := state(p.Service.Clock.Now(), x)
		v.Requests = append(v.Requests, web.Pair{Term: web.T(ctx, "right.kind."+string(x.Kind)), Value: web.T(ctx, key), Note: web.Moment(ctx, x.At)})
	}
	return panel(v), nil
}

type panelView struct {
	Suspended bool
	Since     string
	Requests  []web.Pair
	New       string
	MayTake   bool
}
