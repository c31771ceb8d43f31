package conditionweb

import (
	"context"
	"errors"
	"slices"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/condition"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// family is a family's month: what its members owe, to be verified on a
// telephone at the door.
func (h *Handlers) family(ctx context.Context, r *web.Request) (web.Response, error) {
	id, month, err := h.familyMonth(ctx, r)
	if err != nil {
		return nil, err
	}
	s, err := h.familySheet(ctx, r, id, month, nil, false)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) familyMonth(ctx context.Context, r *web.Request) (ident.ID, condition.Month, error) {
	id, err := idOf(r)
	if err != nil {
		return id, 0, err
	}
	month, _, err := h.monthOf(ctx, r)
	return id, month, err
}

const trendMonths = 12

func (h *Handlers) familySheet(ctx context.Context, r *web.Request, id ident.ID, month condition.Month, errs web.Errors, sent bool) (page.Sheet, error) {
	f, err := h.Service.OfFamily(ctx, id, month-trendMonths+1, month+1)
	if err != nil {
		return page.Sheet{}, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return page.Sheet{}, err
	}
	w := h.words(r.Lang)
	s := newSheet(r, r.T("condition.family.title"), r.T("condition.family.lead", "month", month.Name(r.Lang), "day", web.Day(ctx, rules.Deadline(month))), home(r))
	s.Errors = errs
	s.Act(may(r, access.SeeFamilies), h.FamilyPage(id), r.T("condition.family.page"))
	mine := page.Keep(f.Duties, func(d condition.Duty) bool { return d.Due == month })
	if v, verified := f.Verifications[month]; verified {
		text := v.By + ", " + web.Moment(ctx, v.At)
		if v.Note != "" {
			text += ". " + v.Note
		}
		s.Add("", page.Notice(web.Good, r.T("condition.family.verified"), text))
	}
	h.effectNotices(ctx, r, &s, w, f.Effects)
	switch {
	case len(mine) == 0:
		s.Add("", web.Empty(r.T("condition.family.none", "month", month.Name(r.Lang))))
	default:
		var all []question
		for _, d := range mine {
			all = append(all, h.ask(r, w, d, rules, sent, errs))
		}
		closed, submit := mine[0].Verified || !may(r, report), r.T("condition.family.submit")
		var note *web.Field
		if closed {
			submit = ""
		} else {
			note = &web.Field{Name: "catatan", Label: r.T("condition.field.catatan_bulan"), Optional: true, Value: r.Text("catatan")}
		}
		s.Add(r.T("condition.family.duties", "month", month.Name(r.Lang)), questions(to(FamilyPath, id), []web.Pair{{Term: "bulan", Value: month.String()}}, all, note, submit))
	}
	if may(r, report) && len(mine) > 0 {
		if err := h.placeForm(ctx, r, &s, id, month, mine); err != nil {
			return s, err
		}
	}
	s.Add(r.T("condition.family.before"), h.dutyRows(r, w, "sebelumnya", page.Keep(f.Duties, func(d condition.Duty) bool { return d.Due != month })).Show(r))
	s.Add(r.T("condition.family.meetings"), web.Pairs([]web.Pair{{Term: r.T("condition.field.kelompok"), Value: f.Group.Name, Note: f.Group.Facilitator},
		{Term: r.T("condition.attend.present"), Value: web.Number(ctx, f.Meetings.Present)}, {Term: r.T("condition.attend.absent"), Value: web.Number(ctx, f.Meetings.Absent)},
		{Term: r.T("condition.attend.excused"), Value: web.Number(ctx, f.Meetings.Excused)}}))
	return s, nil
}

// effectNotices say what has followed, and what stands.
func (h *Handlers) effectNotices(_ context.Context, r *web.Request, s *page.Sheet, w *words, all []condition.Effect) {
	var parts []templ.Component
	for _, e := range all {
		title := r.T("condition.sanction."+string(e.Sanction)) + " · " + r.T("condition.effect_status."+string(e.Status))
		parts = append(parts, page.Notice(effectTone(e.Status), title, e.Follows(r.Lang, w.programme(e.Programme, e.Version))), page.Linked(ToEffect(e.ID), r.T("condition.effects.one")))
	}
	if len(parts) > 0 {
		s.Add(r.T("condition.family.followed"), parts...)
	}
}

// placeForm asks which school or place of health sees a member.
func (h *Handlers) placeForm(ctx context.Context, r *web.Request, s *page.Sheet, family ident.ID, month condition.Month, mine []condition.Duty) error {
	all, err := h.Service.Facilities(ctx, month)
	if err != nil {
		return err
	}
	var members, places []web.Option
	seen := map[ident.ID]bool{}
	for _, d := range mine {
		if d.Kind != programme.AtHome && !seen[d.PersonID] {
			seen[d.PersonID] = true
			members = append(members, web.Option{Value: d.PersonID.String(), Label: d.Name})
		}
	}
	const most = 60
	for _, f := range all {
		if !f.Closed && len(places) < most {
			places = append(places, web.Option{Value: f.ID.String(), Label: f.Name + ", " + h.Atlas.Name(f.Area)})
		}
	}
	if len(members) == 0 || len(places) == 0 {
		return nil
	}
	s.Add(r.T("condition.place.title"), page.FormPart(page.Form{Action: to(FamilyPath, family) + "/tempat", Hidden: []web.Pair{{Term: "bulan", Value: month.String()}},
		Fields: []page.Field{ask(r, "anggota", page.Of(members), page.From(members[0].Value)), ask(r, "tempat", page.Of(places))}, Submit: r.T("condition.place.submit")}, s.Errors))
	return nil
}

// dutyRows is a list of duties.
func (h *Handlers) dutyRows(r *web.Request, w *words, id string, all []condition.Duty) page.Rows[condition.Duty] {
	return page.Rows[condition.Duty]{ID: id, Caption: r.T("condition.family.before"), All: all, Empty: r.T("condition.history.none"),
		Href: func(d condition.Duty) string { return to(Path+"/riwayat", d.ID) }, Columns: []web.Column[condition.Duty]{
			col(r, "kewajiban", web.Words, func(d condition.Duty) any { return w.duty(d) }),
			col(r, "bulan", web.Words, func(d condition.Duty) any { return d.Due.Name(r.Lang) }),
			col(r, "nama", web.Words, func(d condition.Duty) any { return d.Name }),
			page.Badged(col(r, "status", web.Words, func(d condition.Duty) any { return d.Say(r.Lang) }), func(d condition.Duty) web.Tone { return statusTone(d.Status) }),
			col(r, "catatan", web.Words, func(d condition.Duty) any { return d.Note }),
		}}
}

// verify records a family's month and closes it.
func (h *Handlers) verify(ctx context.Context, r *web.Request) (web.Response, error) {
	id, month, err := h.familyMonth(ctx, r)
	if err != nil {
		return nil, err
	}
	f, err := h.Service.OfFamily(ctx, id, month, month)
	if err != nil {
		return nil, err
	}
	var errs web.Errors
	said, err := replies(r, f.Duties, &errs)
	if err != nil {
		return nil, err
	}
	if !errs.Any() {
		err = h.Service.Verify(ctx, id, month, said, r.Text("catatan"))
		if err == nil {
			return web.SeeOther(Path+"?bulan="+month.String()+"&verifikasi=belum", web.Done("condition.family.done")), nil
		}
		if !take(r, &errs, f.Duties, said, err) {
			return nil, err
		}
	}
	s, err := h.familySheet(ctx, r, id, month, errs, true)
	if err != nil {
		return nil, err
	}
	return web.Invalid(page.View(s)), nil
}

// take notes what is wrong beside the duty that it is about.
func take(r *web.Request, errs *web.Errors, all []condition.Duty, said []condition.Report, err error) bool {
	at := ""
	var row *condition.RowError
	if errors.As(err, &row) && row.Row < len(said) {
		if i := slices.IndexFunc(all, func(d condition.Duty) bool { return d.ID == said[row.Row].Duty }); i >= 0 {
			at = fieldOf(all[i])
		}
	}
	return errs.Take(r.Lang, at, err)
}
