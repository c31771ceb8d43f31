package determinationweb

import (
	"context"
	"strings"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/web"
)

type whyView struct {
	web.Base
	E         *determination.Explanation
	Family    ident.ID
	Head      string
	Place     string
	Subjects  []whySubject
	About     []web.Pair
	Rules     string // the programme's page
	In        string // the determination's page
	Suspended string // says so, where the family's data are not processed
}

// whySubject is one family's or person's reasons as they are shown.
type whySubject struct {
	Name    string
	Outcome determination.Outcome
	Words   string // message that names the outcome
	Reasons []web.Reason
	Notes   []string
	Lines   []web.Pair
	Annual  string
	Collect []string
	Visit   string // page to record what is to be asked; empty for who may not
	Quiet   bool   // one of many who the programme is not for
}

func (h *Handlers) why(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d, err := h.asked(ctx, r)
	if err != nil {
		return nil, err
	}
	e, err := h.Service.Explain(ctx, r.Route.Purpose, d, id, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	dossier, err := h.Register.Family(ctx, id, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	p := e.Programme
	v := whyView{Base: r.Base(r.T("determination.why.title", "programme", p.Name.In(r.Lang))).At(
		web.Crumb{Label: r.T("determination.why.family", "name", dossier.Family.HeadName), Href: familyPath + "/" + id.String()}),
		E: e, Family: id, Head: dossier.Family.HeadName, Place: h.Atlas.Path(e.Area, ", "), Rules: programmePath(p), In: To(e.Determination.ID)}
	state := "determination.state." + string(e.Determination.State)
	if e.Preview {
		state = "determination.preview.title"
	}
	v.About = []web.Pair{
		{Term: r.T("determination.page.as_of"), Value: web.Day(ctx, e.AsOf)},
		{Term: r.T("determination.page.state"), Value: r.T(state)},
		{Term: r.T("determination.programme.source"), Value: p.Source.Title.In(r.Lang), Note: sourceNote(ctx, p.Source)},
	}
	if v.Suspended, err = h.suspended(ctx, r, id); err != nil {
		return nil, err
	}
	for i := range e.Subjects {
		v.Subjects = append(v.Subjects, subject(ctx, r.Lang, e.Programme, &e.Subjects[i], visitLink(r, id, e.Subjects[i].Collect)))
	}
	return web.Page(whyPage(v)), nil
}

// suspended says since when a family's data are not processed; "" when they
// are.
func (h *Handlers) suspended(ctx context.Context, r *web.Request, family ident.ID) (string, error) {
	if h.SuspendedSince == nil || !r.Actor.Can(access.SeeFamilies) {
		return "", nil
	}
	since, yes, err := h.SuspendedSince(ctx, family)
	if err != nil || !yes {
		return "", err
	}
	return r.T("determination.why.suspended", "since", web.Day(ctx, civil.OfTime(since))), nil
}

// asked returns the determination that the address names, or the one in force.
func (h *Handlers) asked(ctx context.Context, r *web.Request) (ident.ID, error) {
	if id, err := ident.Parse(r.URL.Query().Get("penetapan")); err == nil {
		return id, nil
	}
	d, err := h.Service.Current(ctx)
	return d.ID, err
}

var answers = map[rule.Truth]web.Answer{rule.Yes: web.IsYes, rule.No: web.IsNo, rule.Unknown: web.IsUnknown}

func subject(ctx context.Context, l i18n.Lang, p *programme.Programme, s *determination.Reasons, visit string) whySubject {
	v := whySubject{Visit: visit, Name: s.Name, Outcome: s.Outcome, Words: s.OutcomeKey(), Notes: s.Notes(l), Quiet: p.Subject.EachMember() && s.Outcome == determination.Refused}
	for _, i := range s.Items {
		if i.Sentence.In(l) == "" {
			continue
		}
		v.Reasons = append(v.Reasons, web.Reason{Answer: answers[i.Holds], Sentence: i.Sentence.In(l), Next: thresholdLine(ctx, l, i), Show: evidence(v.ground(l, i))})
	}
	for i := range s.Lines {
		x := &s.Lines[i]
		v.Lines = append(v.Lines, web.Pair{Term: x.Title(l), Value: web.Rupiah(ctx, x.Annual), Note: instalments(ctx, p, x)})
	}
	if s.Annual > 0 {
		v.Annual = worth(ctx, p, s.Annual)
	}
	for i := range s.Collect {
		v.Collect = append(v.Collect, s.Collect[i].Title(l))
	}
	return v
}

// worth writes what a programme gives: so much a year, or once.
func worth(ctx context.Context, p *programme.Programme, amount money.Rupiah) string {
	key := "determination.letter.a_year"
	if p.Cycle.Every == programme.Once {
		key = "determination.letter.once"
	}
	return web.T(ctx, key, "amount", web.Rupiah(ctx, amount))
}

// instalments writes how a line is paid over the year.
func instalments(ctx context.Context, p *programme.Programme, x *determination.ExplainedLine) string {
	n := p.Cycle.Instalments()
	if n < 2 {
		return web.T(ctx, "programme.every."+string(p.Cycle.Every))
	}
	parts := p.Cycle.Split(x.Annual)
	if parts[0] == parts[n-1] {
		return web.T(ctx, "determination.why.equal_instalments", "n", n, "each", web.Rupiah(ctx, parts[0]))
	}
	return web.T(ctx, "determination.why.instalments", "n", n, "each", web.Rupiah(ctx, parts[0]), "last", web.Rupiah(ctx, parts[n-1]))
}

// thresholdLine names the thresholds of an item that stands in the way, with
// the law that sets them.
func thresholdLine(ctx context.Context, l i18n.Lang, i determination.Item) string {
	if i.Holds != rule.No {
		return ""
	}
	var said []string
	for _, p := range i.Params {
		said = append(said, p.Label.In(l)+": "+determination.FormatParam(l, p)+" ("+p.Source.Title.In(l)+", "+p.Source.PublishedIn(l)+")")
	}
	return strings.Join(said, "; ")
}

type letterView struct {
	web.Base
	Family  ident.ID
	Head    string
	Address string
	Place   string
	AsOf    string
	Digest  string
	Code    string
	Lines   []letterLine
	Papers  web.PaperForm
}

// letterLine is what a letter says of one programme.
type letterLine struct {
	Programme string
	Outcome   determination.Outcome
	Who       string
	Amount    string
	Reasons   []string
}

// letter is the printable notice of a family: what was decided, why, and the
// code with which to ask.
func (h *Handlers) letter(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d, err := h.Service.Current(ctx)
	if err != nil {
		return nil, err
	}
	code, err := h.Service.NoticeCode(ctx, r.Route.Purpose, id)
	if err != nil {
		return nil, err
	}
	all, err := h.Service.ExplainAll(ctx, r.Route.Purpose, d.ID, id)
	if err != nil {
		return nil, err
	}
	dossier, err := h.Register.Family(ctx, id, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	f := dossier.Family
	v := letterView{Base: r.Base(r.T("determination.letter.title")).At(web.Crumb{Label: r.T("determination.why.family", "name", f.HeadName), Href: familyPath + "/" + id.String()}),
		Family: id, Head: f.HeadName, Address: f.Address, Place: h.Atlas.Path(f.Area, ", "), AsOf: web.Day(ctx, d.AsOf), Digest: d.Digest,
		Code: determination.FormatCode(code)}
	for _, e := range all {
		for i := range e.Subjects {
			s := &e.Subjects[i]
			if e.Programme.Subject.EachMember() && s.Outcome == determination.Refused {
				continue // an orphan's aid is no news to those who are none
			}
			v.Lines = append(v.Lines, letterOf(ctx, r.Lang, e.Programme, s))
		}
	}
	if r.Actor.Can(access.EditFamilies) {
		v.Papers = web.PaperForm{About: id.String(), Kinds: []string{"surat"}}
	}
	return web.Page(letterPage(v)), nil
}

func letterOf(ctx context.Context, l i18n.Lang, p *programme.Programme, s *determination.Reasons) letterLine {
	x := letterLine{Programme: p.Name.In(l), Outcome: s.Outcome, Who: s.Name, Reasons: s.Against(l)}
	if s.Outcome == determination.Entitled {
		x.Amount = worth(ctx, p, s.Annual)
	}
	return x
}

func subjectTitle(ctx context.Context, s whySubject) string {
	if s.Name != "" {
		return s.Name
	}
	return web.T(ctx, "determination.why.of_family")
}
