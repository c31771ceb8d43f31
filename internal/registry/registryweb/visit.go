package registryweb

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// factPrefix stands before an answer's field in the form, goneSuffix behind it
// in that of the box that takes the fact back, and gone is the option of a
// choice that does so.
const (
	factPrefix = "fakta."
	goneSuffix = ".hilang"
	gone       = "?"
)

type visitView struct {
	entryView
	Family registry.Family
	Action string
	Asked  []factGroup // what is asked for, by whom it is about
	Core   []coreFact  // asked for, and mended elsewhere
	Open   []factGroup // what is not known
	Known  []factGroup // what is
}

// factGroup is facts under one heading.
type factGroup struct {
	Title string
	Parts []factPart
	Wrong bool // one of them was refused: the group stands open
	Count int
}

// factPart is the part of a group with a heading of its own, "" for none.
type factPart struct {
	Title string
	Facts []factField
}

// factField is one fact to fill in.
type factField struct {
	web.Field
	Kind    indicator.Kind
	Options []web.Option
	Known   bool
	Gone    bool
}

// coreFact is something that is asked for and no fact: it is mended on the
// page of a member.
type coreFact struct{ Text, Href string }

func (h *Handlers) visit(ctx context.Context, r *web.Request) (web.Response, error) {
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	v := visitView{entryView: h.entryView(r, r.T("registry.visit.title")), Family: d.Family}
	v.Base, v.Back, v.AsksSource = v.At(familyCrumbs(r, d)...), To(d.Family.ID), true
	v.Action = To(d.Family.ID) + "/kunjungan"
	if asked := r.Text("fakta"); asked != "" {
		v.Action += "?fakta=" + url.QueryEscape(asked)
	}
	if !sent(r) {
		v.begin(d.Family)
		v.Basis.Source = registry.SourceVisit
		h.ask(ctx, r, d, &v)
		return web.Page(visitPage(v)), nil
	}
	answers := h.answers(r, d, &v.Errors)
	if !v.Errors.Any() {
		out, err := h.Service.Observe(ctx, d.Family.ID, answers, v.Basis)
		done, err := v.entered(ctx, r, d, out, err)
		switch {
		case err != nil:
			return nil, err
		case done && out.Older > 0:
			return web.SeeOther(v.Back, web.Warned("registry.visit.done_older", "n", strconv.Itoa(len(answers)), "older", strconv.Itoa(out.Older))), nil
		case done:
			return web.SeeOther(v.Back, web.Done("registry.visit.done", "n", strconv.Itoa(len(answers)))), nil
		}
		h.nameFaults(r, d, v.Errors)
	}
	v.Errors = last(v.Errors)
	h.ask(ctx, r, d, &v)
	return web.Invalid(visitPage(v)), nil
}

// answers reads what was filled in. An empty field is no answer.
func (h *Handlers) answers(r *web.Request, d *registry.Dossier, errs *web.Errors) []registry.Answer {
	var answers []registry.Answer
	for _, s := range h.subjects(r, d) {
		for _, i := range h.Service.Catalogue().Stored(s.level) {
			a := registry.Answer{Person: s.id, Code: i.Code}
			name := factPrefix + a.Field()
			a.Value = r.Text(name)
			a.Gone = a.Value == gone || a.Value == "" && r.Text(name+goneSuffix) != ""
			if a.Value == "" && !a.Gone {
				continue
			}
			if i.Kind == indicator.Money && !a.Gone {
				amount, err := r.Rupiah(name) // digits may stand in groups
				if err != nil {
					errs.Take(r.Lang, name, err)
					continue
				}
				a.Value = strconv.FormatInt(int64(amount), 10)
			}
			answers = append(answers, a)
		}
	}
	return answers
}

// subject is whom facts are about: the family, or one of its members.
type subject struct {
	id    ident.ID // zero: the family
	name  string
	level indicator.Level
}

// subjects are the family and those members who count.
func (h *Handlers) subjects(r *web.Request, d *registry.Dossier) []subject {
	subjects := []subject{{name: r.T("registry.visit.family"), level: indicator.Family}}
	for _, m := range d.Members {
		if m.Status == registry.PersonActive {
			subjects = append(subjects, subject{m.ID, m.Name, indicator.Person})
		}
	}
	return subjects
}

// nameFaults says in errors of answers which fact of whom is meant, and puts
// them on the form's fields.
func (h *Handlers) nameFaults(r *web.Request, d *registry.Dossier, errs web.Errors) {
	for _, s := range h.subjects(r, d) {
		for _, i := range h.Service.Catalogue().Stored(s.level) {
			field := registry.Answer{Person: s.id, Code: i.Code}.Field()
			for k := range errs {
				if errs[k].Field == field {
					errs[k].Field = factPrefix + field
					errs[k].Message = s.name + ", " + strings.Replace(errs[k].Message, " "+i.Code+":", " "+i.Name.In(r.Lang)+":", 1)
				}
			}
		}
	}
}

// asker sorts facts into what is asked for, what is not known, and the rest.
type asker struct {
	h     *Handlers
	ctx   context.Context
	r     *web.Request
	errs  web.Errors
	asked map[string]bool // Answer.Field, or a code alone for all members
}

// ask fills the form: first what is asked for, then what is not known, then
// what is known under the catalogue's headings.
func (h *Handlers) ask(ctx context.Context, r *web.Request, d *registry.Dossier, v *visitView) {
	a := asker{h: h, ctx: ctx, r: r, errs: v.Errors, asked: map[string]bool{}}
	for _, code := range strings.Split(r.Text("fakta"), ",") {
		a.asked[strings.TrimSpace(code)] = true
	}
	for _, s := range h.subjects(r, d) {
		known := map[int]registry.Dated{}
		for _, f := range registry.FoldFacts(registry.Of(d.Standing(), s.id)) {
			known[f.No] = f
		}
		asked, open, rest := a.sort(s, known)
		v.Asked = appendGroup(v.Asked, asked)
		v.Open = appendGroup(v.Open, open)
		if s.level == indicator.Family {
			v.Known = append(v.Known, rest.split()...)
		} else {
			v.Known = appendGroup(v.Known, rest)
		}
	}
	v.Core = a.core(d)
}

func appendGroup(groups []factGroup, g factGroup) []factGroup {
	if g.Count == 0 {
		return groups
	}
	return append(groups, g)
}

// sort sorts the facts of one subject.
func (a *asker) sort(s subject, known map[int]registry.Dated) (asked, open, rest factGroup) {
	asked.Title, open.Title, rest.Title = s.name, s.name, s.name
	c := a.h.Service.Catalogue()
	for _, g := range c.Groups() {
		if g.Level != s.level {
			continue
		}
		start := len(rest.Parts)
		for _, i := range c.InGroup(g.Code) {
			if i.Derived {
				continue
			}
			was, is := known[i.No]
			into, title := &open, ""
			switch field := (registry.Answer{Person: s.id, Code: i.Code}).Field(); {
			case a.asked[field] || a.asked[i.Code]:
				into = &asked
			case is:
				into, title = &rest, g.Name.In(a.r.Lang)
			}
			into.add(title, start, a.field(s, i, was, is))
		}
	}
	return asked, open, rest
}

// add puts a fact into the group's part of a title, which begins at start.
func (g *factGroup) add(title string, start int, f factField) {
	if title == "" {
		start = 0
	}
	if len(g.Parts) == start {
		g.Parts = append(g.Parts, factPart{Title: title})
	}
	last := &g.Parts[len(g.Parts)-1]
	last.Facts = append(last.Facts, f)
	g.Count++
	g.Wrong = g.Wrong || f.Error != "" || f.Value != "" || f.Gone
}

// split makes a group of each part.
func (g factGroup) split() []factGroup {
	var groups []factGroup
	for _, p := range g.Parts {
		part := factGroup{Title: p.Title}
		for _, f := range p.Facts {
			part.add("", 0, f)
		}
		groups = append(groups, part)
	}
	return groups
}

// field is the field of a fact, with what is on record beside it.
func (a *asker) field(s subject, i *indicator.Indicator, was registry.Dated, known bool) factField {
	l := a.r.Lang
	name := factPrefix + registry.Answer{Person: s.id, Code: i.Code}.Field()
	f := factField{Kind: i.Kind, Known: known, Gone: a.r.Text(name+goneSuffix) != "", Field: web.Field{Name: name, Label: i.Name.In(l),
		Value: a.r.Text(name), Error: a.errs.Of(name), Optional: true, Width: web.Medium}}
	if a.r.Method == "GET" {
		f.Value, f.Gone = "", false
	}
	f.Blank = web.T(a.ctx, "registry.visit.unknown")
	if known {
		f.Blank = web.T(a.ctx, "registry.visit.keep")
		f.Hint = web.T(a.ctx, "registry.visit.on_record", "value", i.Format(was.Value, l),
			"source", web.T(a.ctx, "registry.source."+string(was.Source)), "on", web.Day(a.ctx, was.ObservedOn))
	}
	switch i.Kind {
	case indicator.Bool:
		f.Options = []web.Option{{Label: f.Blank}, {Value: "ya", Label: web.T(a.ctx, "indicator.yes")}, {Value: "tidak", Label: web.T(a.ctx, "indicator.no")}}
	case indicator.Choice:
		for _, o := range i.Options {
			f.Options = append(f.Options, web.Option{Value: o.Code, Label: o.Name.In(l)})
		}
	case indicator.Date:
		f.Type, f.Width = "date", web.Short
	case indicator.Money:
		f.Prefix, f.InputMode = "Rp", "numeric"
	default:
		f.InputMode = "numeric"
		if i.Decimals > 0 {
			f.InputMode = "decimal"
		}
		f.Width = web.Short
		if i.Unit != "" {
			f.Label += " (" + i.UnitIn(l) + ")"
		}
	}
	if known && f.Options != nil {
		f.Options = append(f.Options, web.Option{Value: gone, Label: web.T(a.ctx, "registry.visit.gone")})
	}
	return f
}

// coreCodes are what may be asked for of a person and is no fact.
var coreCodes = []string{"born", "sex", "relation", "has_nik"}

func (a *asker) core(d *registry.Dossier) []coreFact {
	var facts []coreFact
	for i := range d.Members {
		m := &d.Members[i]
		for _, code := range coreCodes {
			if m.Status != registry.PersonActive || !a.asked[registry.Answer{Person: m.ID, Code: code}.Field()] {
				continue
			}
			if known, ok := a.h.Service.Catalogue().Lookup(indicator.Person, code); ok {
				facts = append(facts, coreFact{m.Name + ", " + known.Name.In(a.r.Lang), toMember(d.Family.ID, m.ID)})
			}
		}
	}
	return slices.Clip(facts)
}
