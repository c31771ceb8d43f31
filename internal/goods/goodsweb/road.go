package goodsweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/goods"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// adjustments are corrections of cards, those that wait first.
func (h *Handlers) adjustments(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Adjustments(ctx)
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	status := r.List().Text("status")
	all = page.Keep(all, func(a goods.Adjustment) bool { return page.Is(status, a.Status) })
	columns := []web.Column[goods.Adjustment]{
		col(r, "barang", web.Words, func(a goods.Adjustment) any { return itemName(items, a.Item) }),
		col(r, "tempat", web.Words, func(a goods.Adjustment) any { return a.DepotName }),
		col(r, "lot", web.Code, func(a goods.Adjustment) any { return a.Lot }),
		col(r, "sebab", web.Words, func(a goods.Adjustment) any { return r.T("goods.movement." + string(a.Kind)) }),
		col(r, "menurut_kartu", web.Count, func(a goods.Adjustment) any { return a.Expected }),
		col(r, "selisih", web.Count, func(a goods.Adjustment) any { return a.Quantity }),
		col(r, "alasan", web.Words, func(a goods.Adjustment) any { return a.Reason }),
		col(r, "pengusul", web.Words, func(a goods.Adjustment) any { return a.Proposer }),
		page.Badged(col(r, "status", web.Words, func(a goods.Adjustment) any { return r.T("goods.adjust_status." + string(a.Status)) }), func(a goods.Adjustment) web.Tone { return adjustTone(a.Status) }),
		page.Hidden(col(r, "penyetuju", web.Words, func(a goods.Adjustment) any { return a.Approver })),
		page.Hidden(col(r, "saat", web.Time, func(a goods.Adjustment) any { return page.At(a.At) })),
	}
	list := page.Rows[goods.Adjustment]{Name: "pembetulan-stok", Caption: r.T("goods.adjustments.title"), Columns: columns, All: all, Empty: r.T("goods.adjustments.none")}
	if may(r, approve) {
		list.Href = func(a goods.Adjustment) string { return to(Path+"/pembetulan", a.ID) }
	}
	return list.Page(r, top(r, "adjustments", Path+"/pembetulan"), ask(r, "status", page.Of(page.Options(r, "goods.adjust_status.", []goods.AdjustStatus{goods.AdjustProposed, goods.AdjustApproved, goods.AdjustRefused}))))
}

// decide shows a correction and takes the second person's decision.
func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	a, err := h.Service.Adjustment(ctx, id)
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	s := below(r, r.T("goods.decide.title", "item", itemName(items, a.Item)), crumb(r, "adjustments", Path+"/pembetulan"))
	s.Lead = r.T("goods.decide.lead")
	s.Badge = web.Badge(adjustTone(a.Status), r.T("goods.adjust_status."+string(a.Status)))
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.tempat"), Value: a.DepotName}, {Term: r.T("goods.field.lot"), Value: a.Lot}, {Term: r.T("goods.field.sebab"), Value: r.T("goods.movement." + string(a.Kind))},
		{Term: r.T("goods.field.menurut_kartu"), Value: web.Number(ctx, a.Expected)}, {Term: r.T("goods.field.selisih"), Value: web.Number(ctx, a.Quantity)},
		{Term: r.T("goods.field.alasan"), Value: a.Reason}, {Term: r.T("goods.field.pengusul"), Value: a.Proposer, Note: page.Local(ctx, a.At)}}))
	f := page.Form{Action: to(Path+"/pembetulan", id), Submit: r.T("goods.decide.approve"), Also: []page.Also{{Name: "putusan", Value: "tolak", Label: r.T("goods.decide.refuse")}}, Cancel: Path + "/pembetulan"}
	if r.Method == "GET" {
		if a.Status == goods.AdjustProposed {
			return f.Shown(s), nil
		}
		return web.Page(page.View(s)), nil
	}
	refused := r.Text("putusan") == "tolak"
	done := "goods.decide.approved"
	if refused {
		done = "goods.decide.refused"
	}
	return f.Answer(r, s, "", h.Service.Decide(ctx, id, !refused), Path+"/pembetulan", done)
}

// transfers are goods on their way between stores.
func (h *Handlers) transfers(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Transfers(ctx)
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	if r.List().Text("di_jalan") != "" {
		all = page.Keep(all, func(t goods.Transfer) bool { return t.OnTheWay() > 0 })
	}
	columns := []web.Column[goods.Transfer]{
		col(r, "barang", web.Words, func(t goods.Transfer) any { return itemName(items, t.Item) }),
		col(r, "lot", web.Code, func(t goods.Transfer) any { return t.Lot }),
		col(r, "asal", web.Words, func(t goods.Transfer) any { return t.FromName }),
		col(r, "tujuan", web.Words, func(t goods.Transfer) any { return t.ToName }),
		col(r, "dikirim", web.Count, func(t goods.Transfer) any { return t.Sent }),
		col(r, "tiba", web.Count, func(t goods.Transfer) any { return t.Received }),
		col(r, "hilang", web.Count, func(t goods.Transfer) any { return t.Lost }),
		col(r, "di_jalan", web.Count, func(t goods.Transfer) any { return t.OnTheWay() }),
		col(r, "saat", web.Time, func(t goods.Transfer) any { return page.At(t.At) }),
		page.Hidden(col(r, "petugas", web.Words, func(t goods.Transfer) any { return t.Actor })),
		page.Hidden(col(r, "catatan", web.Words, func(t goods.Transfer) any { return t.Note })),
		{Name: "tindakan", Label: r.T("goods.field.tindakan"), Value: func(t goods.Transfer) any { return "" }, Show: func(t goods.Transfer) templ.Component {
			href := to(Path+"/kiriman", t.ID)
			switch {
			case t.OnTheWay() > 0 && may(r, hand):
				return page.Linked(href+"/tiba", r.T("goods.arrive.title"))
			case t.OnTheWay() > 0 && may(r, approve):
				return page.Linked(href+"/hilang", r.T("goods.write_off.title"))
			}
			return page.Paragraph("–")
		}},
	}
	return page.Rows[goods.Transfer]{Name: "kiriman", Caption: r.T("goods.transfers.title"), Columns: columns, All: all, Empty: r.T("goods.transfers.none")}.
		Page(r, top(r, "transfers", Path+"/kiriman"), ask(r, "di_jalan", page.Of([]web.Option{{Value: "1", Label: r.T("goods.transfers.only")}})))
}

// transferOf begins a page about a transfer.
func (h *Handlers) transferOf(ctx context.Context, r *web.Request, key string) (goods.Transfer, page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return goods.Transfer{}, page.Sheet{}, err
	}
	t, err := h.Service.Transfer(ctx, id)
	if err != nil {
		return t, page.Sheet{}, err
	}
	items, _, err := h.itemOptions(ctx)
	s := below(r, r.T("goods."+key+".title"), crumb(r, "transfers", Path+"/kiriman"))
	s.Lead = r.T("goods." + key + ".lead")
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.barang"), Value: itemName(items, t.Item)}, {Term: r.T("goods.field.lot"), Value: t.Lot}, {Term: r.T("goods.field.asal"), Value: t.FromName},
		{Term: r.T("goods.field.tujuan"), Value: t.ToName}, {Term: r.T("goods.field.di_jalan"), Value: web.Number(ctx, t.OnTheWay())}}))
	return t, s, err
}

func (h *Handlers) arrive(ctx context.Context, r *web.Request) (web.Response, error) {
	t, s, err := h.transferOf(ctx, r, "arrive")
	if err != nil {
		return nil, err
	}
	f := page.Form{Action: to(Path+"/kiriman", t.ID) + "/tiba", Submit: r.T("goods.arrive.submit"), Cancel: Path + "/kiriman", Hidden: []web.Pair{h.once(r)},
		Fields: []page.Field{ask(r, "jumlah", page.Number), ask(r, "catatan", page.Optional)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	n := x.number("jumlah")
	if !x.ok() {
		return f.Again(s), x.failed
	}
	return f.Answer(r, s, "jumlah", h.Service.Arrive(ctx, t.ID, n, r.Text("kunci"), r.Text("catatan")), Path+"/kiriman", "goods.arrive.done")
}

func (h *Handlers) writeOff(ctx context.Context, r *web.Request) (web.Response, error) {
	t, s, err := h.transferOf(ctx, r, "write_off")
	if err != nil {
		return nil, err
	}
	f := page.Form{Action: to(Path+"/kiriman", t.ID) + "/hilang", Submit: r.T("goods.write_off.submit"), Danger: true, Cancel: Path + "/kiriman", Fields: []page.Field{ask(r, "alasan")}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	return f.Answer(r, s, "alasan", h.Service.WriteOff(ctx, t.ID, r.Text("alasan")), Path+"/kiriman", "goods.write_off.done")
}

// emergencies are declarations of an emergency.
func (h *Handlers) emergencies(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Emergencies(ctx)
	if err != nil {
		return nil, err
	}
	today := h.Service.Today()
	state := func(e goods.Emergency) string {
		switch {
		case e.InForce(today):
			return "in_force"
		case !e.ReportedAt.IsZero():
			return "reported"
		case today < e.From:
			return "coming"
		default:
			return "to_report"
		}
	}
	status := r.List().Text("status")
	all = page.Keep(all, func(e goods.Emergency) bool { return page.Is(status, state(e)) })
	s := top(r, "emergencies", CrisisPath)
	s.Act(may(r, manage), CrisisPath+"/baru", r.T("goods.emergencies.new"))
	return page.Rows[goods.Emergency]{Name: "keadaan-darurat", Caption: r.T("goods.emergencies.title"), All: all, Empty: r.T("goods.emergencies.none"),
		Href: func(e goods.Emergency) string { return to(CrisisPath, e.ID) },
		Columns: []web.Column[goods.Emergency]{
			col(r, "surat", web.Words, func(e goods.Emergency) any { return e.Decree }),
			col(r, "sebab", web.Words, func(e goods.Emergency) any { return e.Cause }),
			col(r, "wilayah", web.Words, func(e goods.Emergency) any { return h.Atlas.Name(e.Area) }),
			col(r, "mulai", web.Date, func(e goods.Emergency) any { return e.From }),
			col(r, "sampai", web.Date, func(e goods.Emergency) any { return e.To }),
			page.Badged(col(r, "status", web.Words, func(e goods.Emergency) any { return r.T("goods.emergency_status." + state(e)) }), func(e goods.Emergency) web.Tone {
				return map[string]web.Tone{"in_force": web.Warn, "reported": web.Good, "to_report": web.Wait, "coming": web.Info}[state(e)]
			}),
			page.Hidden(col(r, "penanda_tangan", web.Words, func(e goods.Emergency) any { return e.SignedBy })),
		}}.Page(r, s, ask(r, "status", page.Of(page.Options(r, "goods.emergency_status.", []string{"in_force", "to_report", "reported", "coming"}))))
}

func (h *Handlers) declare(ctx context.Context, r *web.Request) (web.Response, error) {
	s := below(r, r.T("goods.emergencies.new"), crumb(r, "emergencies", CrisisPath))
	s.Lead = r.T("goods.emergencies.new_lead")
	f := page.Form{Action: CrisisPath + "/baru", Submit: r.T("goods.emergencies.save"), Cancel: CrisisPath, Fields: []page.Field{ask(r, "surat", page.Medium), ask(r, "penanda_tangan", page.Medium),
		ask(r, "sebab"), ask(r, "wilayah", page.Medium, page.Hint(r.T("goods.hint.wilayah_luas"))), ask(r, "mulai", page.Day), ask(r, "sampai", page.Day)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	e := goods.Emergency{Decree: r.Text("surat"), SignedBy: r.Text("penanda_tangan"), Cause: r.Text("sebab"), Area: h.area(&x, "wilayah"), From: x.day("mulai"), To: x.day("sampai")}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	e, err := h.Service.Declare(ctx, e)
	return f.Answer(r, s, "surat", err, to(CrisisPath, e.ID), "goods.emergencies.saved")
}

// emergency shows a declaration: which stores are open, what they gave.
func (h *Handlers) emergency(ctx context.Context, r *web.Request) (web.Response, error) {
	s, _, err := h.emergencySheet(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) emergencySheet(ctx context.Context, r *web.Request) (page.Sheet, goods.Account, error) {
	id, err := idOf(r)
	if err != nil {
		return page.Sheet{}, goods.Account{}, err
	}
	a, err := h.Service.Account(ctx, id)
	if err != nil {
		return page.Sheet{}, a, err
	}
	e, today := a.Emergency, h.Service.Today()
	s := below(r, r.T("goods.emergencies.one", "decree", e.Decree), crumb(r, "emergencies", CrisisPath))
	s.Lead = e.Cause
	if e.InForce(today) {
		s.Badge = web.Badge(web.Warn, r.T("goods.emergency_status.in_force"))
	}
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.penanda_tangan"), Value: e.SignedBy}, {Term: r.T("goods.field.wilayah"), Value: h.Atlas.Path(e.Area, ", ")},
		{Term: r.T("goods.field.mulai"), Value: web.Day(ctx, e.From)}, {Term: r.T("goods.field.sampai"), Value: web.Day(ctx, e.To)},
		{Term: r.T("goods.emergencies.due"), Value: web.Day(ctx, a.Due), Note: e.Report}}))
	if a.Overdue {
		s.Add("", page.Notice(web.Warn, r.T("goods.emergencies.overdue"), ""))
	}
	s.Add(r.T("goods.emergencies.open_stores"), page.Rows[goods.Release]{ID: "lumbung", Caption: r.T("goods.emergencies.open_stores"), All: a.Releases, Empty: r.T("goods.emergencies.no_release"),
		Href: func(x goods.Release) string { return to(DepotPath, x.Depot) },
		Columns: []web.Column[goods.Release]{col(r, "tempat", web.Words, func(x goods.Release) any { return x.DepotName }), col(r, "petugas", web.Words, func(x goods.Release) any { return x.Actor }),
			col(r, "saat", web.Time, func(x goods.Release) any { return page.At(x.At) }), col(r, "catatan", web.Words, func(x goods.Release) any { return x.Note })}}.Show(r))
	if err := h.releaseForm(ctx, r, &s, a); err != nil {
		return s, a, err
	}
	s.Add(r.T("goods.emergencies.given"), page.Rows[goods.Given]{ID: "keluar", Caption: r.T("goods.emergencies.given"), All: a.Given, Empty: r.T("goods.emergencies.nothing"),
		Columns: []web.Column[goods.Given]{col(r, "barang", web.Words, func(g goods.Given) any { return g.Item.Name }), col(r, "tempat", web.Words, func(g goods.Given) any { return g.Name }),
			col(r, "keluar", web.Count, func(g goods.Given) any { return g.Quantity }), col(r, "sisa", web.Count, func(g goods.Given) any { return g.Left }), col(r, "satuan", web.Words, func(g goods.Given) any { return g.Item.Unit })}}.Show(r))
	s.Add(r.T("goods.emergencies.restock"), page.Rows[goods.Need]{ID: "isi-ulang", Caption: r.T("goods.emergencies.restock"), All: a.Restock, Empty: r.T("goods.reorder.none"),
		Columns: []web.Column[goods.Need]{col(r, "barang", web.Words, func(n goods.Need) any { return n.Item.Name }), col(r, "tempat", web.Words, func(n goods.Need) any { return n.Depot.Name }),
			col(r, "kurang", web.Count, func(n goods.Need) any { return n.Missing() }), col(r, "satuan", web.Words, func(n goods.Need) any { return n.Item.Unit })}}.Show(r))
	if may(r, manage) && today > e.To && e.ReportedAt.IsZero() {
		s.Add(r.T("goods.emergencies.report"), page.FormPart(page.Form{Action: to(CrisisPath, e.ID) + "/lapor", Submit: r.T("goods.emergencies.report_save"), Fields: []page.Field{ask(r, "laporan", page.Lines)}}, s.Errors))
	}
	return s, a, nil
}

// releaseForm offers the order to open a store, to whoever may give it.
func (h *Handlers) releaseForm(ctx context.Context, r *web.Request, s *page.Sheet, a goods.Account) error {
	if !may(r, approve) || !a.Emergency.InForce(h.Service.Today()) {
		return nil
	}
	depots, chosen, err := h.depotOptions(ctx)
	if err != nil {
		return err
	}
	var closed []web.Option
	for i, d := range depots {
		open := false
		for _, x := range a.Releases {
			open = open || x.Depot == d.ID
		}
		if d.Kind == goods.Lumbung && !open && len(d.Area) >= len(a.Emergency.Area) && d.Area[:len(a.Emergency.Area)] == a.Emergency.Area {
			closed = append(closed, chosen[i])
		}
	}
	if len(closed) > 0 {
		s.Add(r.T("goods.emergencies.order"), page.FormPart(page.Form{Action: to(CrisisPath, a.Emergency.ID) + "/buka", Submit: r.T("goods.emergencies.order_submit"),
			Fields: []page.Field{ask(r, "tempat", page.Of(closed)), ask(r, "catatan", page.Optional)}}, s.Errors))
	}
	return nil
}

func (h *Handlers) release(ctx context.Context, r *web.Request) (web.Response, error) {
	s, a, err := h.emergencySheet(ctx, r)
	if err != nil {
		return nil, err
	}
	x := read{r: r, errors: &s.Errors}
	depot := x.id("tempat")
	if x.ok() {
		_, err = h.Service.Order(ctx, a.Emergency.ID, depot, r.Text("catatan"))
	}
	return settled(r, s, &x, "tempat", err, to(CrisisPath, a.Emergency.ID), "goods.emergencies.ordered")
}

func (h *Handlers) report(ctx context.Context, r *web.Request) (web.Response, error) {
	s, a, err := h.emergencySheet(ctx, r)
	if err != nil {
		return nil, err
	}
	return settled(r, s, &read{r: r, errors: &s.Errors}, "laporan", h.Service.Report(ctx, a.Emergency.ID, r.Text("laporan")), to(CrisisPath, a.Emergency.ID), "goods.emergencies.reported")
}

// settled ends a form that stands on a page with other things: on, or the
// page again with what is wrong above.
func settled(r *web.Request, s page.Sheet, x *read, field string, err error, next, done string, args ...string) (web.Response, error) {
	switch {
	case x.failed != nil:
		return nil, x.failed
	case x.ok() && err == nil:
		return web.SeeOther(next, web.Done(done, args...)), nil
	case x.ok() && !s.Errors.Take(r.Lang, field, err):
		return nil, err
	}
	return web.Invalid(page.View(s)), nil
}
