package conditionweb

import (
	"context"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/condition"
	"gotong/internal/ident"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// month is the facilitator's month: whose duties are to be verified, how far
// it has come, and until when.
func (h *Handlers) month(ctx context.Context, r *web.Request) (web.Response, error) {
	month, months, err := h.monthOf(ctx, r)
	if err != nil {
		return nil, err
	}
	groups, err := h.Service.Groups(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	f := condition.FamilyFilter{Month: month, Area: q.Text("wilayah"), Verified: q.Text("verifikasi"), Missed: q.Text("gagal") != "", Limit: page.Length}
	own := r.Actor.Has(access.Facilitator) && q.Text("kelompok") == ""
	if own && led(groups, r.Actor.Login) {
		f.Login = r.Actor.Login
	}
	if text := q.Text("kelompok"); text != "" && text != "semua" {
		if f.Group, err = parseID(text); err != nil {
			return nil, err
		}
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		f.Limit = 0
		all, _, err := h.Service.Families(ctx, f)
		if err != nil {
			return nil, err
		}
		return web.TableFile(format, "kewajiban-"+month.String(), h.familyColumns(r), page.Each(all)), nil
	}
	f.Offset = max(0, int(r.Int("setelah", 0)))
	all, total, err := h.Service.Families(ctx, f)
	if err != nil {
		return nil, err
	}
	p, err := h.Service.Progress(ctx, f)
	if err != nil {
		return nil, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return nil, err
	}
	deadline := rules.Deadline(month)
	s := newSheet(r, r.T("condition.month.title"), r.T("condition.month.lead", "month", month.Name(r.Lang), "day", web.Day(ctx, deadline)))
	s.Act(true, FacilityPath+"?bulan="+month.String(), r.T("condition.facilities.title"))
	s.Act(true, GroupPath, r.T("condition.groups.title"))
	s.Act(true, EffectPath, r.T("condition.effects.title"))
	s.Act(true, AreaPath+"?bulan="+month.String(), r.T("condition.areas.title"))
	s.Act(may(r, manage), Path+"/buka", r.T("condition.open.title"))
	if left := p.Families - p.Verified; left > 0 && h.Service.Today() > deadline {
		s.Add("", page.Notice(web.Warn, r.T("condition.month.late", "n", web.Number(ctx, left), "day", web.Day(ctx, deadline)), r.T("condition.month.late_text")))
	}
	if f.Login != "" {
		s.Add("", page.Paragraph(r.T("condition.month.own")), page.Linked(Path+"?bulan="+month.String()+"&kelompok=semua", r.T("condition.month.everybody")))
	}
	list := web.List[condition.FamilyMonth]{Caption: r.T("condition.month.caption", "month", month.Name(r.Lang)), Columns: h.familyColumns(r), Rows: all, Query: q, Total: &total,
		Href: func(x condition.FamilyMonth) string { return ToFamily(x.FamilyID, month) }, Files: r.MayExport(), Empty: r.T("condition.month.none")}
	if f.Offset > 0 {
		list.Prev = strconv.Itoa(f.Offset)
	}
	if int64(f.Offset+page.Length) < total {
		list.Next = strconv.Itoa(f.Offset + page.Length)
	}
	s.Add("", web.Stats(h.stats(ctx, r, p)), page.FilterPart(q, []page.Field{ask(r, "bulan", page.Of(months)), ask(r, "kelompok", page.Of(groupOptions(r, groups))),
		ask(r, "verifikasi", page.Of([]web.Option{{Value: "belum", Label: r.T("condition.month.not_verified")}, {Value: "ya", Label: r.T("condition.month.verified")}})),
		ask(r, "gagal", page.Of([]web.Option{{Value: "ya", Label: r.T("condition.month.with_miss")}})), ask(r, "wilayah", page.Optional, page.Short, page.Hint(r.T("condition.hint.wilayah")))}), web.Table(list))
	return web.Page(page.View(s)), nil
}

func led(groups []condition.Group, login string) bool {
	for _, g := range groups {
		if g.Facilitator == login {
			return true
		}
	}
	return false
}

func groupOptions(r *web.Request, groups []condition.Group) []web.Option {
	all := []web.Option{{Value: "semua", Label: r.T("condition.month.every_group")}}
	for _, g := range groups {
		all = append(all, web.Option{Value: g.ID.String(), Label: g.Name + " (" + g.Facilitator + ")"})
	}
	return all
}

// stats are how far a month has come, and what is known.
func (h *Handlers) stats(ctx context.Context, r *web.Request, p condition.Progress) []web.Stat {
	share := func(n int64) string {
		if total := p.Duties.Total(); total > 0 {
			return web.Percent(ctx, n, total)
		}
		return ""
	}
	return []web.Stat{{Label: r.T("condition.month.verified"), Value: r.T("condition.month.of", "n", web.Number(ctx, p.Verified), "all", web.Number(ctx, p.Families))},
		{Label: r.T("condition.status.met"), Value: web.Number(ctx, p.Duties.Met), Note: share(p.Duties.Met)},
		{Label: r.T("condition.status.missed"), Value: web.Number(ctx, p.Duties.Missed), Note: share(p.Duties.Missed)},
		{Label: r.T("condition.status.excused"), Value: web.Number(ctx, p.Duties.Excused), Note: share(p.Duties.Excused)},
		{Label: r.T("condition.status.open"), Value: web.Number(ctx, p.Duties.Open), Note: share(p.Duties.Open)}}
}

func (h *Handlers) familyColumns(r *web.Request) []web.Column[condition.FamilyMonth] {
	count := func(name string, of func(condition.Counts) int64) web.Column[condition.FamilyMonth] {
		return col(r, name, web.Count, func(f condition.FamilyMonth) any { return of(f.Counts) })
	}
	verified := col(r, "verifikasi", web.Words, func(f condition.FamilyMonth) any {
		if f.VerifiedBy == "" {
			return r.T("condition.month.not_verified")
		}
		return r.T("condition.month.verified")
	})
	return []web.Column[condition.FamilyMonth]{
		col(r, "kepala", web.Words, func(f condition.FamilyMonth) any { return f.Head }),
		col(r, "alamat", web.Words, func(f condition.FamilyMonth) any { return f.Address }),
		col(r, "desa", web.Words, func(f condition.FamilyMonth) any { return h.Atlas.Name(f.Area) }),
		col(r, "kelompok", web.Words, func(f condition.FamilyMonth) any { return f.GroupName }),
		page.Badged(verified, func(f condition.FamilyMonth) web.Tone {
			if f.VerifiedBy == "" {
				return web.Wait
			}
			return web.Good
		}),
		count("dipenuhi", func(c condition.Counts) int64 { return c.Met }), count("tidak_dipenuhi", func(c condition.Counts) int64 { return c.Missed }),
		count("dimaklumi", func(c condition.Counts) int64 { return c.Excused }), count("tanpa_data", func(c condition.Counts) int64 { return c.Open }),
		page.Hidden(col(r, "oleh", web.Words, func(f condition.FamilyMonth) any { return f.VerifiedBy })),
		page.Hidden(col(r, "saat", web.Time, func(f condition.FamilyMonth) any { return page.At(f.VerifiedAt) })),
	}
}

func (h *Handlers) openSheet(ctx context.Context, r *web.Request) (page.Sheet, error) {
	month, all, err := h.lastMonth(ctx)
	if err != nil {
		return page.Sheet{}, err
	}
	if len(all) > 0 {
		month = all[0] + 1
	}
	var programmes []web.Option
	for _, p := range h.Service.Programmes.WithDuties(h.Service.Today()) {
		programmes = append(programmes, web.Option{Value: p.Code, Label: p.Name.In(r.Lang)})
	}
	s := newSheet(r, r.T("condition.open.title"), r.T("condition.open.lead"), home(r))
	first := ""
	if len(programmes) > 0 {
		first = programmes[0].Value
	}
	s.Add("", page.FormPart(page.Form{Action: Path + "/buka", Submit: r.T("condition.open.submit"), Fields: []page.Field{ask(r, "program", page.Of(programmes), page.From(first)),
		ask(r, "bulan", page.Short, page.Hint(r.T("condition.hint.bulan")), page.From(month.String()))}}, nil))
	return s, nil
}

func (h *Handlers) openForm(ctx context.Context, r *web.Request) (web.Response, error) {
	s, err := h.openSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

// open starts the run that writes a month's duties down.
func (h *Handlers) open(ctx context.Context, r *web.Request) (web.Response, error) {
	month, err := condition.ParseMonth(r.Text("bulan"))
	if err == nil {
		_, err = h.Service.Programmes.InForce(r.Text("program"), h.Service.Today())
	}
	if err == nil {
		started, err := h.Runs.Start(ctx, condition.OpenRun, condition.OpenArgs{Programme: r.Text("program"), Month: month}, false)
		if err != nil {
			return nil, err
		}
		return web.SeeOther(h.RunPage(started)), nil
	}
	s, failed := h.openSheet(ctx, r)
	if failed != nil {
		return nil, failed
	}
	return s.Answer(r, "bulan", err, "", "")
}

// history shows what was said of a duty, and corrects it.
func (h *Handlers) history(ctx context.Context, r *web.Request) (web.Response, error) {
	_, s, err := h.historySheet(ctx, r, false)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) historySheet(ctx context.Context, r *web.Request, sent bool, errs ...web.FieldError) (condition.Duty, page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return condition.Duty{}, page.Sheet{}, err
	}
	d, events, err := h.Service.History(ctx, id)
	if err != nil {
		return d, page.Sheet{}, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return d, page.Sheet{}, err
	}
	w := h.words(r.Lang)
	s := newSheet(r, w.duty(d), d.Due.Name(r.Lang), home(r), web.Crumb{Label: r.T("condition.family.title"), Href: ToFamily(d.FamilyID, d.Due)})
	s.Badge, s.Errors = web.Badge(statusTone(d.Status), d.Say(r.Lang)), errs
	var story []web.Event
	for _, e := range events {
		past := d
		past.Status, past.Measure, past.Excuse = e.Status, e.Measure, e.Excuse
		text := e.Actor + " · " + r.T("condition.via."+string(e.Via))
		if e.Note != "" {
			text += " · " + e.Note
		}
		story = append(story, web.Event{At: web.Moment(ctx, e.At), Title: past.Say(r.Lang), Text: text, Tone: statusTone(e.Status)})
	}
	if len(story) == 0 {
		s.Add("", web.Empty(r.T("condition.history.none")))
	} else {
		s.Add(r.T("condition.history.title"), web.Timeline(story))
	}
	if d.Verified && may(r, report) {
		open := d
		open.Verified = false
		open.Name = r.T("condition.history.new")
		q := h.ask(r, w, open, rules, sent, errs)
		why := web.Errors(errs).Field(web.Field{Name: "alasan", Label: r.T("condition.field.alasan"), Value: r.Text("alasan")})
		s.Add(r.T("condition.history.correct"), questions(to(Path+"/riwayat", id), nil, []question{q}, &why, r.T("condition.history.submit")))
	}
	return d, s, nil
}

func (h *Handlers) correct(ctx context.Context, r *web.Request) (web.Response, error) {
	d, s, err := h.historySheet(ctx, r, true)
	if err != nil {
		return nil, err
	}
	x, _, err := reply(r, d)
	if err == nil {
		err = h.Service.Correct(ctx, x, r.Text("alasan"))
	}
	if err == nil {
		return web.SeeOther(to(Path+"/riwayat", d.ID), web.Done("condition.history.done")), nil
	}
	if !s.Errors.Take(r.Lang, "alasan", err) {
		return nil, err
	}
	_, s, failed := h.historySheet(ctx, r, true, s.Errors...)
	if failed != nil {
		return nil, failed
	}
	return web.Invalid(page.View(s)), nil
}

// place says which facility sees a member's duties.
func (h *Handlers) place(ctx context.Context, r *web.Request) (web.Response, error) {
	family, err := idOf(r)
	if err != nil {
		return nil, err
	}
	month, err := condition.ParseMonth(r.Text("bulan"))
	if err != nil {
		return nil, err
	}
	person, err := ident.Parse(r.Text("anggota"))
	if err == nil {
		var facility ident.ID
		if facility, err = ident.Parse(r.Text("tempat")); err == nil {
			if err := h.Service.Place(ctx, family, person, facility); err != nil {
				return nil, err
			}
			return web.SeeOther(ToFamily(family, month), web.Done("condition.place.done")), nil
		}
	}
	s, err := h.familySheet(ctx, r, family, month, nil, false)
	if err != nil {
		return nil, err
	}
	s.Errors.Add("tempat", r.T("condition.place.choose"))
	return web.Invalid(page.View(s)), nil
}
