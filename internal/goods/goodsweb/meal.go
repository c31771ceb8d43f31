package goodsweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// groups are the community groups that cook and carry meals.
func (h *Handlers) groups(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Groups(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	all = page.Keep(all, func(g goods.Group) bool {
		return page.Is(q.Text("status"), g.Status) && page.Has(q.Text("cari"), g.Name, g.Leader, g.Contract, h.Atlas.Path(g.Area, " "))
	})
	s := page.Sheet{Base: r.Base(r.T("goods.groups.title")), Lead: r.T("goods.groups.lead")}
	s.Act(may(r, manage), MealPath+"/baru", r.T("goods.groups.new"))
	return page.Rows[goods.Group]{Name: "kelompok-makanan", Caption: r.T("goods.groups.title"), All: all, Empty: r.T("goods.groups.none"),
		Href: func(g goods.Group) string { return to(MealPath, g.ID) },
		Columns: []web.Column[goods.Group]{
			col(r, "nama", web.Words, func(g goods.Group) any { return g.Name }),
			col(r, "wilayah", web.Words, func(g goods.Group) any { return h.Atlas.Name(g.Area) }),
			col(r, "ketua", web.Words, func(g goods.Group) any { return g.Leader }),
			col(r, "jumlah_penerima", web.Count, func(g goods.Group) any { return g.Clients }),
			page.Badged(col(r, "status", web.Words, func(g goods.Group) any { return r.T("goods.group_status." + string(g.Status)) }), func(g goods.Group) web.Tone { return groupTone(g.Status) }),
			col(r, "sampai", web.Date, func(g goods.Group) any { return g.To }),
			page.Hidden(col(r, "kontrak", web.Words, func(g goods.Group) any { return g.Contract })),
			page.Hidden(col(r, "rekening", web.Code, func(g goods.Group) any { return g.Bank + " " + g.Masked })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "status", page.Of(page.Options(r, "goods.group_status.", []goods.GroupStatus{goods.GroupProposed, goods.GroupActive, goods.GroupEnded}))))
}

func (h *Handlers) newGroup(ctx context.Context, r *web.Request) (web.Response, error) {
	s := below(r, r.T("goods.groups.new"), crumb(r, "groups", MealPath))
	f := page.Form{Action: MealPath + "/baru", Submit: r.T("goods.groups.save"), Cancel: MealPath, Fields: []page.Field{ask(r, "nama"), ask(r, "wilayah", page.Medium, page.Hint(r.T("goods.hint.wilayah"))),
		ask(r, "ketua", page.Medium), ask(r, "anggota", page.Lines, page.Hint(r.T("goods.hint.anggota"))), ask(r, "bank", page.Short), ask(r, "rekening", page.Number, page.Medium, page.Hint(r.T("goods.hint.rekening"))),
		ask(r, "kontrak", page.Medium), ask(r, "mulai", page.Day), ask(r, "sampai", page.Day)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	g := goods.Group{Name: r.Text("nama"), Area: h.area(&x, "wilayah"), Leader: r.Text("ketua"), Bank: r.Text("bank"), Contract: r.Text("kontrak"), From: x.day("mulai"), To: x.day("sampai")}
	for _, n := range named(r.Text("anggota")) {
		g.Members = append(g.Members, goods.GroupMember{Name: n.Name, Task: n.Address})
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	g, err := h.Service.RegisterGroup(ctx, g, r.Text("rekening"))
	return f.Answer(r, s, "rekening", err, to(MealPath, g.ID), "goods.groups.saved")
}

// group shows a group: its contract, whom it carries to, what was complained of.
func (h *Handlers) group(ctx context.Context, r *web.Request) (web.Response, error) {
	_, s, err := h.groupSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) groupSheet(ctx context.Context, r *web.Request) (goods.Group, page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return goods.Group{}, page.Sheet{}, err
	}
	g, err := h.Service.Group(ctx, id)
	if err != nil {
		return g, page.Sheet{}, err
	}
	s := below(r, g.Name, crumb(r, "groups", MealPath))
	s.Lead, s.Badge = h.Atlas.Path(g.Area, ", "), web.Badge(groupTone(g.Status), r.T("goods.group_status."+string(g.Status)))
	path, active := to(MealPath, id), g.Status == goods.GroupActive
	if active && may(r, hand) {
		s.Acts = append(s.Acts, page.Link{Href: path + "/antar", Label: r.T("goods.meal.round"), Main: true})
		s.Act(true, path+"/belanja", r.T("goods.cash.spend"))
	}
	s.Act(active && may(r, advance), path+"/uang-muka", r.T("goods.cash.advance"))
	s.Act(active && may(r, advance), path+"/kembali", r.T("goods.cash.refund"))
	s.Act(g.Status != goods.GroupProposed, path+"/lpj", r.T("goods.lpj.title"))
	var members []string
	for _, m := range g.Members {
		members = append(members, strings.TrimSpace(m.Name+" "+bracketed(m.Task)))
	}
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.ketua"), Value: g.Leader}, {Term: r.T("goods.field.anggota"), Value: strings.Join(members, ", ")},
		{Term: r.T("goods.field.rekening"), Value: g.Bank + " " + g.Masked}, {Term: r.T("goods.field.kontrak"), Value: g.Contract},
		{Term: r.T("goods.field.mulai"), Value: web.Day(ctx, g.From)}, {Term: r.T("goods.field.sampai"), Value: web.Day(ctx, g.To)},
		{Term: r.T("goods.field.pengusul"), Value: g.Maker, Note: page.Local(ctx, g.MadeAt)}, {Term: r.T("goods.field.penyetuju"), Value: g.Approver, Note: page.Local(ctx, g.ApprovedAt)}}))
	if g.Status == goods.GroupProposed {
		if may(r, approve) {
			s.Add("", page.FormPart(page.Form{Action: path + "/setuju", Submit: r.T("goods.groups.approve")}, nil))
		} else {
			s.Add("", page.Notice(web.Wait, r.T("goods.groups.waits"), ""))
		}
	}
	if err := h.clientParts(ctx, r, &s, g); err != nil {
		return g, s, err
	}
	return g, s, h.complaintParts(ctx, r, &s, g)
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

func (h *Handlers) clientParts(ctx context.Context, r *web.Request, s *page.Sheet, g goods.Group) error {
	clients, err := h.Service.Clients(ctx, g.ID)
	if err != nil {
		return err
	}
	s.Add(r.T("goods.clients.title"), page.Rows[goods.Client]{ID: "penerima", Caption: r.T("goods.clients.title"), All: clients, Empty: r.T("goods.clients.none"), Columns: []web.Column[goods.Client]{
		col(r, "nama", web.Words, func(c goods.Client) any { return c.Name }),
		col(r, "alamat", web.Words, func(c goods.Client) any { return c.Address }),
		col(r, "mulai", web.Date, func(c goods.Client) any { return c.From }),
		page.Badged(col(r, "status", web.Words, func(c goods.Client) any { return r.T("goods.client_status." + string(c.Status)) }), func(c goods.Client) web.Tone { return clientTone(c.Status) }),
		col(r, "sebab", web.Words, func(c goods.Client) any { return h.why(r, c) }),
		{Name: "tindakan", Label: r.T("goods.field.tindakan"), Value: func(goods.Client) any { return "" }, Show: func(c goods.Client) templ.Component { return page.Pressed(h.clientActs(r, c)) }},
	}}.Show(r))
	if g.Status == goods.GroupActive && may(r, manage) {
		s.Add("", page.FormPart(page.Form{Action: to(MealPath, g.ID) + "/penerima", Submit: r.T("goods.clients.assign"), Fields: []page.Field{ask(r, "jumlah", page.Number, page.Hint(r.T("goods.hint.tetapkan")))}}, s.Errors))
	}
	return nil
}

// why says why meals do not go to a client.
func (h *Handlers) why(r *web.Request, c goods.Client) string {
	for _, o := range goods.Outcomes {
		if c.Why == string(o) {
			return r.T("goods.outcome." + c.Why)
		}
	}
	return c.Why
}

// clientActs are what the office may do about a client.
func (h *Handlers) clientActs(r *web.Request, c goods.Client) []page.Pressing {
	if !may(r, manage) {
		return nil
	}
	act := func(what string) page.Pressing {
		return page.Pressing{Action: to(to(MealPath, c.Group)+"/penerima", c.ID), Label: r.T("goods.clients." + what), About: c.Name, Hidden: []web.Pair{{Term: "lakukan", Value: what}}}
	}
	switch {
	case c.Status == goods.ClientPaused:
		return []page.Pressing{act("resume"), act("stop")}
	case c.Status == goods.ClientStopped && !c.Replaced:
		return []page.Pressing{act("replace")}
	}
	return nil
}

func (h *Handlers) approveGroup(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.ApproveGroup(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(to(MealPath, id), web.Done("goods.groups.approved")), nil
}

func (h *Handlers) assign(ctx context.Context, r *web.Request) (web.Response, error) {
	g, s, err := h.groupSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	x := read{r: r, errors: &s.Errors}
	n, added := x.number("jumlah"), 0
	if x.ok() {
		added, err = h.Service.Assign(ctx, g.ID, int(min(n, mostAssigned)))
	}
	return settled(r, s, &x, "jumlah", err, to(MealPath, g.ID), "goods.clients.assigned", "n", web.Number(ctx, int64(added)))
}

// mostAssigned is how many clients are assigned with one stroke.
const mostAssigned = 1000

// client replaces, resumes or stops a client.
func (h *Handlers) client(ctx context.Context, r *web.Request) (web.Response, error) {
	group, id, err := twoIDs(r, "client")
	if err != nil {
		return nil, err
	}
	switch what := r.Text("lakukan"); what {
	case "replace":
		_, err = h.Service.Replace(ctx, id)
	case "resume":
		err = h.Service.Resume(ctx, id, false, "")
	case "stop":
		err = h.Service.Resume(ctx, id, true, r.T("goods.clients.stopped_why"))
	default:
		err = fault.Invalid("core.error.invalid")
	}
	if err != nil {
		return nil, err
	}
	return web.SeeOther(to(MealPath, group), web.Done("goods.clients.changed")), nil
}

func (h *Handlers) complaintParts(ctx context.Context, r *web.Request, s *page.Sheet, g goods.Group) error {
	all, err := h.Service.Complaints(ctx, g.ID)
	if err != nil {
		return err
	}
	today := h.Service.Today()
	s.Add(r.T("goods.complaints.title"), page.Rows[goods.Complaint]{ID: "keluhan", Caption: r.T("goods.complaints.title"), All: all, Empty: r.T("goods.complaints.none"), Columns: []web.Column[goods.Complaint]{
		col(r, "keluhan", web.Words, func(c goods.Complaint) any { return c.Text }), col(r, "hari", web.Date, func(c goods.Complaint) any { return c.Day }),
		page.Badged(col(r, "status", web.Words, func(c goods.Complaint) any { return r.T("goods.complaint_status." + complaintState(c, today)) }), func(c goods.Complaint) web.Tone {
			return map[string]web.Tone{"answered": web.Good, "late": web.Bad, "open": web.Wait}[complaintState(c, today)]
		}),
		col(r, "paling_lambat", web.Date, func(c goods.Complaint) any { return c.Due }), col(r, "jawaban", web.Words, func(c goods.Complaint) any { return c.Answer })}}.Show(r))
	for _, c := range all {
		if c.Answer == "" && may(r, manage) {
			s.Add(r.T("goods.complaints.answer", "what", c.Text), page.FormPart(page.Form{Action: to(to(MealPath, g.ID)+"/keluhan", c.ID), Submit: r.T("goods.complaints.answer_save"),
				Fields: []page.Field{ask(r, "jawaban")}}, s.Errors))
			break // one at a time, the newest first
		}
	}
	if may(r, hand) {
		s.Add(r.T("goods.complaints.new"), page.FormPart(page.Form{Action: to(MealPath, g.ID) + "/keluhan", Submit: r.T("goods.complaints.save"),
			Fields: []page.Field{ask(r, "hari", page.Day, page.From(today.String())), ask(r, "keluhan")}}, s.Errors))
	}
	return nil
}

func complaintState(c goods.Complaint, today civil.Date) string {
	switch {
	case c.Answer != "":
		return "answered"
	case c.Due < today:
		return "late"
	}
	return "open"
}

func (h *Handlers) complain(ctx context.Context, r *web.Request) (web.Response, error) {
	g, s, err := h.groupSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	x := read{r: r, errors: &s.Errors}
	d := x.day("hari")
	if x.ok() {
		err = h.Service.Complain(ctx, g.ID, d, r.Text("keluhan"))
	}
	return settled(r, s, &x, "keluhan", err, to(MealPath, g.ID), "goods.complaints.saved")
}

func (h *Handlers) answerComplaint(ctx context.Context, r *web.Request) (web.Response, error) {
	group, id, err := twoIDs(r, "complaint")
	if err != nil {
		return nil, err
	}
	if err := h.Service.Answer(ctx, id, r.Text("jawaban")); err != nil {
		return nil, err
	}
	return web.SeeOther(to(MealPath, group), web.Done("goods.complaints.answered")), nil
}

// roundView is a carrier's day.
type roundView struct {
	web.Base
	Lead, Path, Day  string
	Errors           web.Errors
	Carrier, Witness string
	Waiting          []goods.Client
	Marks            map[string]string // outcome by client, as sent
	Outcomes         []web.Option
	Done             templ.Component
}

// round records a carrier's day, door by door.
func (h *Handlers) round(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d := h.Service.Today()
	if r.Text("hari") != "" {
		if d, err = r.Day("hari"); err != nil {
			return nil, err
		}
	}
	p, err := h.Service.Plan(ctx, id, d)
	if err != nil {
		return nil, err
	}
	v := h.roundView(ctx, r, p)
	if r.Method == "GET" {
		return web.Page(roundPage(v)), nil
	}
	round := goods.Round{Group: id, Day: d, Carrier: v.Carrier, Witness: v.Witness}
	x := read{r: r, errors: &v.Errors}
	for _, c := range v.Waiting {
		outcome := r.Text("hasil_" + c.ID.String())
		if outcome == "" {
			continue
		}
		v.Marks[c.ID.String()] = outcome
		round.Marks = append(round.Marks, goods.Mark{Client: c.ID, Outcome: goods.Outcome(outcome), Photo: upload(&x, "foto_"+c.ID.String())})
	}
	if x.failed != nil {
		return nil, x.failed
	}
	done, err := h.Service.Deliver(ctx, round)
	switch {
	case err == nil:
		return web.SeeOther(v.Path+"?hari="+v.Day, web.Done("goods.meal.saved", "delivered", web.Number(ctx, int64(done.Delivered)), "absent", web.Number(ctx, int64(done.Absent)),
			"paused", web.Number(ctx, int64(done.Paused+done.Stopped)))), nil
	case !v.Errors.Take(r.Lang, "pengantar", err):
		return nil, err
	}
	return web.Invalid(roundPage(v)), nil
}

func (h *Handlers) roundView(ctx context.Context, r *web.Request, p goods.Plan) roundView {
	path := to(MealPath, p.Group.ID)
	v := roundView{Base: r.Base(r.T("goods.meal.title", "day", web.Day(ctx, p.Day))).At(crumb(r, "groups", MealPath), web.Crumb{Label: p.Group.Name, Href: path}),
		Lead: r.T("goods.meal.lead", "price", web.Rupiah(ctx, p.Price)), Path: path + "/antar", Day: p.Day.String(), Carrier: r.Text("pengantar"), Witness: r.Text("saksi"),
		Marks: map[string]string{}, Outcomes: page.Options(r, "goods.outcome.", goods.Outcomes)}
	var recorded []goods.Meal
	for _, c := range p.Clients {
		if m, ok := p.Meals[c.ID]; ok {
			m.Name = c.Name
			recorded = append(recorded, m)
		} else {
			v.Waiting = append(v.Waiting, c)
		}
	}
	if len(recorded) > 0 {
		v.Done = h.mealTable(r, recorded)
	}
	return v
}

func (h *Handlers) mealTable(r *web.Request, all []goods.Meal) templ.Component {
	return page.Rows[goods.Meal]{ID: "tercatat", Caption: r.T("goods.meal.recorded"), All: all, Columns: []web.Column[goods.Meal]{
		col(r, "nama", web.Words, func(m goods.Meal) any { return m.Name }),
		page.Badged(col(r, "hasil", web.Words, func(m goods.Meal) any { return r.T("goods.outcome." + string(m.Outcome)) }), func(m goods.Meal) web.Tone {
			if m.Outcome == goods.Delivered {
				return web.Good
			}
			return web.Warn
		}),
		col(r, "pengantar", web.Words, func(m goods.Meal) any { return m.Carrier }), col(r, "saksi", web.Words, func(m goods.Meal) any { return m.Witness }),
		{Name: "foto", Label: r.T("goods.field.foto"), Value: func(goods.Meal) any { return "" }, Show: func(m goods.Meal) templ.Component {
			if m.Photo.IsZero() {
				return page.Paragraph("–")
			}
			return page.Linked(toPicture(m.Photo), r.T("goods.handover.photo_of", "name", m.Name))
		}},
		col(r, "saat", web.Time, func(m goods.Meal) any { return page.At(m.At) })}}.Show(r)
}
