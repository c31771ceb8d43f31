package conditionweb

import (
	"context"

	"gotong/internal/condition"
	"gotong/internal/ident"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// groups are the groups of families with their facilitators.
func (h *Handlers) groups(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Groups(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	all = page.Keep(all, func(g condition.Group) bool {
		return page.Has(q.Text("cari"), g.Name, g.Facilitator, h.Atlas.Path(g.Area, " "))
	})
	s := newSheet(r, r.T("condition.groups.title"), r.T("condition.groups.lead"), home(r))
	s.Act(may(r, manage), GroupPath+"/baru", r.T("condition.groups.add"))
	return page.Rows[condition.Group]{Name: "kelompok-keluarga", Caption: r.T("condition.groups.title"), All: all, Empty: r.T("condition.groups.none"),
		Href: func(g condition.Group) string { return to(GroupPath, g.ID) }, Columns: []web.Column[condition.Group]{
			col(r, "nama_kelompok", web.Words, func(g condition.Group) any { return g.Name }),
			col(r, "desa", web.Words, func(g condition.Group) any { return h.Atlas.Name(g.Area) }),
			col(r, "pendamping", web.Words, func(g condition.Group) any { return g.Facilitator }),
			col(r, "keluarga", web.Count, func(g condition.Group) any { return g.Families }),
			col(r, "pertemuan", web.Count, func(g condition.Group) any { return g.Sessions }),
			page.Hidden(col(r, "wilayah", web.Code, func(g condition.Group) any { return g.Area })),
		}}.Page(r, s, ask(r, "cari", page.Optional))
}

func groupSheet(r *web.Request) page.Sheet {
	return newSheet(r, r.T("condition.groups.add"), "", home(r), web.Crumb{Label: r.T("condition.groups.title"), Href: GroupPath})
}

func groupFields(r *web.Request) page.Form {
	return page.Form{Action: GroupPath + "/baru", Submit: r.T("condition.groups.save"), Fields: []page.Field{ask(r, "nama_kelompok"), ask(r, "wilayah", page.Medium, page.Hint(r.T("condition.hint.wilayah"))),
		ask(r, "pendamping", page.Medium, page.Hint(r.T("condition.hint.pendamping")))}}
}

func (h *Handlers) groupForm(_ context.Context, r *web.Request) (web.Response, error) {
	s := groupSheet(r)
	s.Add("", page.FormPart(groupFields(r), nil))
	return web.Page(page.View(s)), nil
}

func (h *Handlers) addGroup(ctx context.Context, r *web.Request) (web.Response, error) {
	g, err := h.Service.AddGroup(ctx, condition.Group{Name: r.Text("nama_kelompok"), Area: digits(r.Text("wilayah")), Facilitator: r.Text("pendamping")})
	if err == nil {
		return web.SeeOther(to(GroupPath, g.ID), web.Done("condition.groups.saved", "name", g.Name)), nil
	}
	s := groupSheet(r)
	if !s.Errors.Take(r.Lang, "pendamping", err) {
		return nil, err
	}
	s.Add("", page.FormPart(groupFields(r), s.Errors))
	return web.Invalid(page.View(s)), nil
}

// group shows a group's families and meetings.
func (h *Handlers) group(ctx context.Context, r *web.Request) (web.Response, error) {
	_, s, err := h.groupPage(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) groupPage(ctx context.Context, r *web.Request, errs web.Errors) (condition.Group, page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return condition.Group{}, page.Sheet{}, err
	}
	g, err := h.Service.Group(ctx, id)
	if err != nil {
		return g, page.Sheet{}, err
	}
	sessions, err := h.Service.Sessions(ctx, id)
	if err != nil {
		return g, page.Sheet{}, err
	}
	guests, err := h.Service.GuestsOf(ctx, id)
	if err != nil {
		return g, page.Sheet{}, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return g, page.Sheet{}, err
	}
	s := newSheet(r, g.Name, r.T("condition.groups.one_lead", "area", h.Atlas.Path(g.Area, ", "), "who", g.Facilitator), home(r), web.Crumb{Label: r.T("condition.groups.title"), Href: GroupPath})
	s.Errors = errs
	s.MainAct(may(r, report), to(GroupPath, id)+"/pertemuan", r.T("condition.session.add"))
	s.Act(true, Path+"?kelompok="+id.String(), r.T("condition.month.title"))
	s.Add(r.T("condition.session.title"), page.Rows[condition.Session]{ID: "pertemuan", Caption: r.T("condition.session.title"), All: sessions, Empty: r.T("condition.session.none"),
		Href: func(m condition.Session) string { return to(SessionPath, m.ID) }, Columns: []web.Column[condition.Session]{
			col(r, "modul", web.Words, func(m condition.Session) any { x, _ := rules.Module(m.Module); return x.Name.In(r.Lang) }),
			col(r, "hari", web.Date, func(m condition.Session) any { return m.Day }),
			col(r, "tempat_pertemuan", web.Words, func(m condition.Session) any { return m.Place }),
			col(r, "hadir", web.Count, func(m condition.Session) any { return m.Present }),
			col(r, "diundang", web.Count, func(m condition.Session) any { return m.Invited }),
		}}.Show(r))
	month, _, err := h.lastMonth(ctx)
	if err != nil {
		return g, s, err
	}
	s.Add(r.T("condition.groups.families"), page.Rows[condition.Guest]{ID: "keluarga", Caption: r.T("condition.groups.families"), All: guests, Empty: r.T("condition.groups.nobody"),
		Href: func(x condition.Guest) string { return ToFamily(x.FamilyID, month) }, Columns: []web.Column[condition.Guest]{
			col(r, "kepala", web.Words, func(x condition.Guest) any { return x.Head })}}.Show(r))
	if may(r, manage) {
		s.Add(r.T("condition.groups.fill"), page.FormPart(page.Form{Action: to(GroupPath, id) + "/isi", Fields: []page.Field{ask(r, "jumlah", page.Short, page.Hint(r.T("condition.hint.jumlah", "most", rules.GroupMost)))}, Submit: r.T("condition.groups.fill_submit")}, errs))
		s.Add(r.T("condition.groups.hand"), page.FormPart(page.Form{Action: to(GroupPath, id) + "/serah", Fields: []page.Field{ask(r, "pendamping", page.Medium)}, Submit: r.T("condition.groups.hand_submit")}, errs))
	}
	return g, s, nil
}

func (h *Handlers) groupAgain(ctx context.Context, r *web.Request, at string, failed error, done string, args ...string) (web.Response, error) {
	var errs web.Errors
	if failed != nil && !errs.Take(r.Lang, at, failed) {
		return nil, failed
	}
	g, s, err := h.groupPage(ctx, r, errs)
	switch {
	case err != nil:
		return nil, err
	case failed == nil:
		return web.SeeOther(to(GroupPath, g.ID), web.Done(done, args...)), nil
	}
	return web.Invalid(page.View(s)), nil
}

func (h *Handlers) fillGroup(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	n, err := h.Service.Fill(ctx, id, int(r.Int("jumlah", 0)))
	return h.groupAgain(ctx, r, "jumlah", err, "condition.groups.filled", "n", web.Number(ctx, int64(n)))
}

func (h *Handlers) handGroup(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	return h.groupAgain(ctx, r, "pendamping", h.Service.HandGroup(ctx, id, r.Text("pendamping")), "condition.groups.handed")
}

func (h *Handlers) sessionForm(ctx context.Context, r *web.Request) (web.Response, error) {
	s, err := h.sessionSheet(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) sessionSheet(ctx context.Context, r *web.Request, errs web.Errors) (page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return page.Sheet{}, err
	}
	g, err := h.Service.Group(ctx, id)
	if err != nil {
		return page.Sheet{}, err
	}
	guests, err := h.Service.GuestsOf(ctx, id)
	if err != nil {
		return page.Sheet{}, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return page.Sheet{}, err
	}
	var modules []web.Option
	for _, m := range rules.Modules {
		modules = append(modules, web.Option{Value: m.Code, Label: m.Name.In(r.Lang)})
	}
	var fields []web.Field
	for _, x := range guests {
		name := "hadir_" + x.FamilyID.String()
		fields = append(fields, web.Field{Name: name, Label: x.Head, Value: r.Text(name), Optional: true})
	}
	s := newSheet(r, r.T("condition.session.add"), r.T("condition.session.lead", "group", g.Name), home(r), web.Crumb{Label: r.T("condition.groups.title"), Href: GroupPath}, web.Crumb{Label: g.Name, Href: to(GroupPath, id)})
	s.Errors = errs
	s.Add("", attendance(page.Form{Action: to(GroupPath, id) + "/pertemuan", Submit: r.T("condition.session.submit"), Fields: []page.Field{ask(r, "modul", page.Of(modules)),
		ask(r, "hari", page.Day, page.From(h.Service.Today().String())), ask(r, "tempat_pertemuan")}}, fields, page.Options(r, "condition.attend.", condition.Attends), errs))
	return s, nil
}

func (h *Handlers) hold(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	var errs web.Errors
	on, err := r.Day("hari")
	if err != nil && !errs.Take(r.Lang, "hari", err) {
		return nil, err
	}
	guests, err := h.Service.GuestsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	there := map[ident.ID]condition.Attend{}
	for _, x := range guests {
		if how := condition.Attend(r.Text("hadir_" + x.FamilyID.String())); how != condition.Unmarked {
			there[x.FamilyID] = how
		}
	}
	if !errs.Any() {
		m, err := h.Service.Hold(ctx, condition.Session{Group: id, Module: r.Text("modul"), Day: on, Place: r.Text("tempat_pertemuan")}, there)
		if err == nil {
			return web.SeeOther(to(SessionPath, m.ID), web.Done("condition.session.done")), nil
		}
		if !errs.Take(r.Lang, "modul", err) {
			return nil, err
		}
	}
	s, err := h.sessionSheet(ctx, r, errs)
	if err != nil {
		return nil, err
	}
	return web.Invalid(page.View(s)), nil
}

// session shows who was at a meeting.
func (h *Handlers) session(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	m, guests, err := h.Service.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return nil, err
	}
	module, _ := rules.Module(m.Module)
	s := newSheet(r, module.Name.In(r.Lang), r.T("condition.session.one_lead", "day", web.Day(ctx, m.Day), "place", m.Place), home(r), web.Crumb{Label: r.T("condition.groups.title"), Href: GroupPath},
		web.Crumb{Label: r.T("condition.groups.one"), Href: to(GroupPath, m.Group)})
	list := page.Rows[condition.Guest]{Name: "kehadiran-" + m.Day.String(), Caption: r.T("condition.session.title"), All: guests, Empty: r.T("condition.groups.nobody"), Columns: []web.Column[condition.Guest]{
		col(r, "kepala", web.Words, func(x condition.Guest) any { return x.Head }),
		page.Badged(col(r, "kehadiran", web.Words, func(x condition.Guest) any {
			if x.Attend == condition.Unmarked {
				return r.T("condition.status.open")
			}
			return r.T("condition.attend." + string(x.Attend))
		}), func(x condition.Guest) web.Tone {
			return map[condition.Attend]web.Tone{condition.Present: web.Good, condition.Absent: web.Warn, condition.Apology: web.Info, condition.Unmarked: web.Unknown}[x.Attend]
		})}}
	return list.Page(r, s)
}
