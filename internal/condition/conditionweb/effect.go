package conditionweb

import (
	"context"
	"io"

	"gotong/internal/access"
	"gotong/internal/condition"
	"gotong/internal/document"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// effects are what follows from duties, with its letters and appeals.
func (h *Handlers) effects(ctx context.Context, r *web.Request) (web.Response, error) {
	s, list, err := h.effectsSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	q := r.List()
	return list.Page(r, s, ask(r, "tahap", page.Optional, page.Short, page.Hint(r.T("condition.hint.tahap"))),
		ask(r, "akibat", page.Of(page.Options(r, "condition.sanction.", []programme.Sanction{programme.Warn, programme.Reduce, programme.Suspend}))),
		ask(r, "status", page.Of(page.Options(r, "condition.effect_status.", condition.EffectStatuses))),
		ask(r, "keberatan", page.Of(page.Options(r, "condition.appeal_status.", condition.AppealStatuses))), ask(r, "wilayah", page.Optional, page.Short, page.From(q.Text("wilayah"))))
}

func (h *Handlers) effectsSheet(ctx context.Context, r *web.Request) (page.Sheet, page.Rows[condition.Effect], error) {
	q := r.List()
	all, err := h.Service.Effects(ctx, condition.EffectFilter{Period: q.Text("tahap"), Area: digits(q.Text("wilayah")), Status: condition.EffectStatus(q.Text("status")),
		Appeal: condition.AppealStatus(q.Text("keberatan")), Sanction: q.Text("akibat")})
	if err != nil {
		return page.Sheet{}, page.Rows[condition.Effect]{}, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return page.Sheet{}, page.Rows[condition.Effect]{}, err
	}
	w := h.words(r.Lang)
	s := newSheet(r, r.T("condition.effects.title"), r.T("condition.effects.lead", "notice", rules.NoticeDays, "appeal", rules.AppealDays), home(r))
	if may(r, manage) {
		h.assessForms(r, &s, all)
	}
	return s, page.Rows[condition.Effect]{Name: "akibat-kewajiban", Caption: r.T("condition.effects.title"), All: all, Empty: r.T("condition.effects.none"),
		Href: func(e condition.Effect) string { return ToEffect(e.ID) }, Columns: []web.Column[condition.Effect]{
			col(r, "nama", web.Words, func(e condition.Effect) any { return e.Name }),
			col(r, "desa", web.Words, func(e condition.Effect) any { return h.Atlas.Name(e.Area) }),
			col(r, "komponen", web.Words, func(e condition.Effect) any { return w.component(e) }),
			col(r, "tahap", web.Code, func(e condition.Effect) any { return e.Period.String() }),
			page.Badged(col(r, "akibat", web.Words, func(e condition.Effect) any { return r.T("condition.sanction." + string(e.Sanction)) }), func(e condition.Effect) web.Tone { return sanctionTone(e.Sanction) }),
			page.Hidden(col(r, "persen", web.Count, func(e condition.Effect) any { return int64(e.Percent) })),
			page.Badged(col(r, "status", web.Words, func(e condition.Effect) any { return r.T("condition.effect_status." + string(e.Status)) }), func(e condition.Effect) web.Tone { return effectTone(e.Status) }),
			col(r, "berlaku", web.Date, func(e condition.Effect) any {
				if d, told := e.From(rules); told && e.KeepsBack() {
					return d
				}
				return nil
			}),
			col(r, "keberatan", web.Words, func(e condition.Effect) any {
				if e.Appeal == nil {
					return nil
				}
				return r.T("condition.appeal_status." + string(e.Appeal.Status))
			}),
			page.Hidden(col(r, "wilayah", web.Code, func(e condition.Effect) any { return e.Area })),
		}}, nil
}

// assessForms offer to find what follows, and to tell the families.
func (h *Handlers) assessForms(r *web.Request, s *page.Sheet, all []condition.Effect) {
	var programmes []web.Option
	first, next := "", ""
	for _, p := range h.Service.Programmes.WithDuties(h.Service.Today()) {
		if p.Consequences == nil {
			continue
		}
		programmes = append(programmes, web.Option{Value: p.Code, Label: p.Name.In(r.Lang)})
		if first == "" {
			first, next = p.Code, condition.PeriodOf(condition.MonthOf(h.Service.Today()), p.Cycle.Months()).String()
		}
	}
	if len(programmes) > 0 {
		s.Add(r.T("condition.assess.title"), page.Paragraph(r.T("condition.assess.lead")), page.FormPart(page.Form{Action: EffectPath + "/nilai", Submit: r.T("condition.assess.submit"),
			Fields: []page.Field{ask(r, "program", page.Of(programmes), page.From(first)), ask(r, "tahap_dinilai", page.Short, page.From(next))}}, s.Errors))
	}
	waiting := page.Keep(all, func(e condition.Effect) bool { return e.Status == condition.Proposed })
	if len(waiting) > 0 {
		s.Add("", page.FormPart(page.Form{Action: EffectPath + "/surat", Hidden: []web.Pair{{Term: "tahap", Value: r.List().Text("tahap")}, {Term: "wilayah", Value: digits(r.List().Text("wilayah"))}},
			Submit: r.T("condition.notify.all", "n", len(waiting))}, nil))
	}
}

func (h *Handlers) assess(ctx context.Context, r *web.Request) (web.Response, error) {
	p, err := condition.ParsePeriod(r.Text("tahap_dinilai"))
	var done condition.Assessed
	if err == nil {
		done, err = h.Service.Assess(ctx, r.Text("program"), p, "")
	}
	if err == nil {
		return web.SeeOther(EffectPath+"?tahap="+p.String(), web.Done("condition.assess.done", "n", web.Number(ctx, int64(done.Proposed)), "members", web.Number(ctx, int64(done.Members)))), nil
	}
	return h.effectsAgain(ctx, r, "tahap_dinilai", err)
}

// effectsAgain shows the list with what is wrong. Whoever may assess sees
// consequences as well.
func (h *Handlers) effectsAgain(ctx context.Context, r *web.Request, at string, failed error) (web.Response, error) {
	s := newSheet(r, r.T("condition.effects.title"), "", home(r), web.Crumb{Label: r.T("condition.effects.title"), Href: EffectPath})
	if !s.Errors.Take(r.Lang, at, failed) {
		return nil, failed
	}
	h.assessForms(r, &s, nil)
	_ = ctx
	return web.Invalid(page.View(s)), nil
}

func (h *Handlers) notifyAll(ctx context.Context, r *web.Request) (web.Response, error) {
	n, err := h.Service.NotifyAll(ctx, condition.EffectFilter{Period: r.Text("tahap"), Area: r.Text("wilayah")})
	if err != nil {
		return h.effectsAgain(ctx, r, "", err)
	}
	return web.SeeOther(EffectPath+"?status="+string(condition.Standing), web.Done("condition.notify.done", "n", web.Number(ctx, int64(n)))), nil
}

// effect is one consequence: what it rests on, what it means for the money,
// the letter, the appeal and its decision.
func (h *Handlers) effect(ctx context.Context, r *web.Request) (web.Response, error) {
	s, err := h.effectSheet(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) effectSheet(ctx context.Context, r *web.Request, errs web.Errors) (page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return page.Sheet{}, err
	}
	n, err := h.Service.Notice(ctx, id)
	if err != nil {
		return page.Sheet{}, err
	}
	e := n.Effect
	s := newSheet(r, r.T("condition.effect.title", "name", n.Member.Name), e.Follows(r.Lang, n.Programme), home(r), web.Crumb{Label: r.T("condition.effects.title"), Href: EffectPath})
	s.Badge, s.Errors = web.Badge(effectTone(e.Status), r.T("condition.effect_status."+string(e.Status))), errs
	s.Act(may(r, access.SeeFamilies), h.FamilyPage(e.FamilyID), r.T("condition.family.page"))
	s.Act(true, ToFamily(e.FamilyID, e.Misses[len(e.Misses)-1]), r.T("condition.family.title"))
	about := []web.Pair{{Term: r.T("condition.field.program"), Value: n.Programme.Name.In(r.Lang)}, {Term: r.T("condition.field.komponen"), Value: condition.ComponentName(n.Programme, e.Component).In(r.Lang)},
		{Term: r.T("condition.field.tahap"), Value: e.Period.String()}, {Term: r.T("condition.field.dasar"), Value: n.Basis(r.Lang), Note: h.confidence(r, n.Programme)}}
	if from, told := e.From(n.Rules); told {
		about = append(about, web.Pair{Term: r.T("condition.field.diberitahu"), Value: page.Local(ctx, e.NoticedAt), Note: e.NoticedBy})
		if e.KeepsBack() {
			about = append(about, web.Pair{Term: r.T("condition.field.berlaku"), Value: web.Day(ctx, from)})
		}
		until, _ := e.Until(n.Rules)
		about = append(about, web.Pair{Term: r.T("condition.field.keberatan_sampai"), Value: web.Day(ctx, until)})
	}
	s.Add(r.T("condition.effect.rests"), page.Bullets(n.Missed(r.Lang)), web.Pairs(about))
	h.letterPart(r, &s, e)
	h.appealPart(ctx, r, &s, n)
	return s, nil
}

func (h *Handlers) confidence(r *web.Request, p *programme.Programme) string {
	if p.Consequences == nil {
		return ""
	}
	return r.T("programme.confidence." + string(p.Consequences.Source.Confidence))
}

// letterPart has the letter issued, or opens it.
func (h *Handlers) letterPart(r *web.Request, s *page.Sheet, e condition.Effect) {
	switch {
	case e.Status == condition.Proposed && may(r, manage):
		s.Add(r.T("condition.letter.title"), page.Paragraph(r.T("condition.letter.lead")), page.FormPart(page.Form{Action: ToEffect(e.ID) + "/surat", Submit: r.T("condition.letter.submit")}, nil))
	case e.Status == condition.Proposed:
		s.Add("", page.Notice(web.Wait, r.T("condition.letter.waits"), ""))
	case document.DutyNotice.MaySee(r.Actor) && may(r, access.SeeDocuments) && !e.Letter.IsZero():
		s.Add(r.T("condition.letter.title"), page.Linked("/dokumen/"+e.Letter.String(), r.T("condition.letter.open")))
	}
}

// appealPart shows the appeal, or takes one.
func (h *Handlers) appealPart(ctx context.Context, r *web.Request, s *page.Sheet, n condition.Notice) {
	e := n.Effect
	until, told := e.Until(n.Rules)
	if e.Appeal == nil {
		if told && !e.Taken() && may(r, report) && h.Service.Today() <= until {
			s.Add(r.T("condition.appeal.title"), page.Paragraph(r.T("condition.appeal.lead", "day", web.Day(ctx, until))), page.FormPart(page.Form{Action: ToEffect(e.ID) + "/keberatan", Upload: true, Submit: r.T("condition.appeal.submit"),
				Fields: []page.Field{ask(r, "oleh_siapa", page.Radio([]web.Option{{Value: "keluarga", Label: r.T("condition.appeal.family")}, {Value: "pendamping", Label: r.T("condition.appeal.facilitator")}}), page.From("keluarga")),
					ask(r, "keberatan_isi", page.Lines), ask(r, "bukti", page.Hint(r.T("condition.hint.bukti"))), ask(r, "gambar", page.File("image/jpeg,image/png"), page.Optional)}}, s.Errors))
		}
		return
	}
	p := *e.Appeal
	who := r.T("condition.appeal.facilitator")
	if p.ByFamily {
		who = r.T("condition.appeal.family")
	}
	pairs := []web.Pair{{Term: r.T("condition.field.status"), Show: web.Badge(appealTone(p.Status), r.T("condition.appeal_status."+string(p.Status)))},
		{Term: r.T("condition.field.oleh_siapa"), Value: who, Note: p.Filer + ", " + page.Local(ctx, p.FiledAt)}, {Term: r.T("condition.field.keberatan_isi"), Value: p.Text},
		{Term: r.T("condition.field.bukti"), Value: p.Evidence}, {Term: r.T("condition.field.diputus_sampai"), Value: web.Day(ctx, p.Due)}}
	if !p.Picture.IsZero() {
		pairs = append(pairs, web.Pair{Term: r.T("condition.field.gambar"), Show: page.Linked(ToEffect(e.ID)+"/bukti", r.T("condition.appeal.picture"))})
	}
	if p.Decider != "" {
		pairs = append(pairs, web.Pair{Term: r.T("condition.field.putusan"), Value: p.Why, Note: p.Decider + ", " + page.Local(ctx, p.DecidedAt)})
	}
	s.Add(r.T("condition.appeal.title"), web.Pairs(pairs))
	if p.Status == condition.Filed && may(r, decide) {
		s.Add(r.T("condition.appeal.decide"), page.Paragraph(r.T("condition.appeal.decide_lead")), page.FormPart(page.Form{Action: ToEffect(e.ID) + "/putusan", Fields: []page.Field{ask(r, "alasan", page.Lines)},
			Also: []page.Also{{Name: "lakukan", Value: "terima", Label: r.T("condition.appeal.uphold")}, {Name: "lakukan", Value: "tolak", Label: r.T("condition.appeal.reject")}}}, s.Errors))
	}
}

func (h *Handlers) effectAgain(ctx context.Context, r *web.Request, at string, failed error, done string, args ...string) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if failed == nil {
		return web.SeeOther(ToEffect(id), web.Done(done, args...)), nil
	}
	var errs web.Errors
	if !errs.Take(r.Lang, at, failed) {
		return nil, failed
	}
	s, err := h.effectSheet(ctx, r, errs)
	if err != nil {
		return nil, err
	}
	return web.Invalid(page.View(s)), nil
}

func (h *Handlers) notify(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	_, err = h.Service.Notify(ctx, id)
	return h.effectAgain(ctx, r, "", err, "condition.notify.done", "n", "1")
}

func (h *Handlers) object(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	o := condition.Objection{Effect: id, ByFamily: r.Text("oleh_siapa") != "pendamping", Text: r.Text("keberatan_isi"), Evidence: r.Text("bukti")}
	if u, err := r.Upload("gambar"); err == nil && u.Size > 0 {
		if o.Picture, err = io.ReadAll(u); err != nil {
			return nil, err
		}
	}
	_, err = h.Service.Object(ctx, o)
	return h.effectAgain(ctx, r, "keberatan_isi", err, "condition.appeal.done")
}

func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	_, err = h.Service.Decide(ctx, id, r.Text("lakukan") == "terima", r.Text("alasan"))
	return h.effectAgain(ctx, r, "alasan", err, "condition.appeal.decided")
}

// picture shows what came with an appeal.
func (h *Handlers) picture(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	b, err := h.Service.Picture(ctx, id)
	if err != nil {
		return nil, err
	}
	return pictureFile(id, b), nil
}

func pictureFile(id ident.ID, b []byte) web.Response {
	name, kind := "bukti-"+id.String()+".jpg", "image/jpeg"
	if len(b) > 1 && b[0] == 0x89 {
		name, kind = "bukti-"+id.String()+".png", "image/png"
	}
	return web.Bytes(name, kind, b)
}
