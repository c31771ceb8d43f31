package goodsweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/goods"
	"gotong/internal/web"
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
	all = keep(all, func(a goods.Adjustment) bool { return is(status, a.Status) })
	columns := []web.Column[goods.Adjustment]{
		col(r, "barang", web.Words, func(a goods.Adjustment) any { return itemName(items, a.Item) }),
		col(r, "tempat", web.Words, func(a goods.Adjustment) any { return a.DepotName }),
		col(r, "lot", web.Code, func(a goods.Adjustment) any { return a.Lot }),
		col(r, "sebab", web.Words, func(a goods.Adjustment) any { return r.T("goods.movement." + string(a.Kind)) }),
		col(r, "menurut_kartu", web.Count, func(a goods.Adjustment) any { return a.Expected }),
		col(r, "selisih", web.Count, func(a goods.Adjustment) any { return a.Quantity }),
		col(r, "alasan", web.Words, func(a goods.Adjustment) any { return a.Reason }),
		col(r, "pengusul", web.Words, func(a goods.Adjustment) any { return a.Proposer }),
		badged(col(r, "status", web.Words, func(a goods.Adjustment) any { return r.T("goods.adjust_status." + string(a.Status)) }), func(a goods.Adjustment) web.Tone { return adjustTone(a.Status) }),
		hidden(col(r, "penyetuju", web.Words, func(a goods.Adjustment) any { return a.Approver })),
		hidden(col(r, "saat", web.Time, func(a goods.Adjustment) any { return at(a.At) })),
	}
	list := rows[goods.Adjustment]{Name: "pembetulan-stok", Caption: r.T("goods.adjustments.title"), Columns: columns, All: all, Empty: r.T("goods.adjustments.none")}
	if may(r, approve) {
		list.Href = func(a goods.Adjustment) string { return to(Path+"/pembetulan", a.ID) }
	}
	return list.page(r, top(r, "adjustments", Path+"/pembetulan"), ask(r, "status", of(options(r, "goods.adjust_status.", []goods.AdjustStatus{goods.AdjustProposed, goods.AdjustApproved, goods.AdjustRefused}))))
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
	s.add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.tempat"), Value: a.DepotName}, {Term: r.T("goods.field.lot"), Value: a.Lot}, {Term: r.T("goods.field.sebab"), Value: r.T("goods.movement." + string(a.Kind))},
		{Term: r.T("goods.field.menurut_kartu"), Value: web.Number(ctx, a.Expected)}, {Term: r.T("goods.field.selisih"), Value: web.Number(ctx, a.Quantity)},
		{Term: r.T("goods.field.alasan"), Value: a.Reason}, {Term: r.T("goods.field.pengusul"), Value: a.Proposer, Note: local(ctx, a.At)}}))
	f := form{Action: to(Path+"/pembetulan", id), Submit: r.T("goods.decide.approve"), Also: []also{{"putusan", "tolak", r.T("goods.decide.refuse")}}, Cancel: Path + "/pembetulan"}
	if r.Method == "GET" {
		if a.Status == goods.AdjustProposed {
			return shown(s, f), nil
		}
		return web.Page(sheetPage(s)), nil
	}
	refused := r.Text("putusan") == "tolak"
	done := "goods.decide.approved"
	if refused {
		done = "goods.decide.refused"
	}
	return answer(r, s, f, "", h.Service.Decide(ctx, id, !refused), Path+"/pembetulan", done)
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
		all = keep(all, func(t goods.Transfer) bool { return t.OnTheWay() > 0 })
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
		col(r, "saat", web.Time, func(t goods.Transfer) any { return at(t.At) }),
		hidden(col(r, "petugas", web.Words, func(t goods.Transfer) any { return t.Actor })),
		hidden(col(r, "catatan", web.Words, func(t goods.Transfer) any { return t.Note })),
		{Name: "tindakan", Label: r.T("goods.field.tindakan"), Value: func(t goods.Transfer) any { return "" }, Show: func(t goods.Transfer) templ.Component {
			href := to(Path+"/kiriman", t.ID)
			switch {
			case t.OnTheWay() > 0 && may(r, hand):
				return linked(href+"/tiba", r.T("goods.arrive.title"))
			case t.OnTheWay() > 0 && may(r, approve):
				return linked(href+"/hilang", r.T("goods.write_off.title"))
			}
			return paragraph("–")
		}},
	}
	return rows[goods.Transfer]{Name: "kiriman", Caption: r.T("goods.transfers.title"), Columns: columns, All: all, Empty: r.T("goods.transfers.none")}.
		page(r, top(r, "transfers", Path+"/kiriman"), ask(r, "di_jalan", of([]web.Option{{Value: "1", Label: r.T("goods.transfers.only")}})))
}

// transferOf begins a page about a transfer.
func (h *Handlers) transferOf(ctx context.Context, r *web.Request, key string) (goods.Transfer, sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return goods.Transfer{}, sheet{}, err
	}
	t, err := h.Service.Transfer(ctx, id)
	if err != nil {
		return t, sheet{}, err
	}
	items, _, err := h.itemOptions(ctx)
	s := below(r, r.T("goods."+key+".title"), crumb(r, "transfers", Path+"/kiriman"))
	s.Lead = r.T("goods." + key + ".lead")
	s.add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.barang"), Value: itemName(items, t.Item)}, {Term: r.T("goods.field.lot"), Value: t.Lot}, {Term: r.T("goods.field.asal"), Value: t.FromName},
		{Term: r.T("goods.field.tujuan"), Value: t.ToName}, {Term: r.T("goods.field.di_jalan"), Value: web.Number(ctx, t.OnTheWay())}}))
	return t, s, err
}

func (h *Handlers) arrive(ctx context.Context, r *web.Request) (web.Response, error) {
	t, s, err := h.transferOf(ctx, r, "arrive")
	if err != nil {
		return nil, err
	}
	f := form{Action: to(Path+"/kiriman", t.ID) + "/tiba", Submit: r.T("goods.arrive.submit"), Cancel: Path + "/kiriman", Hidden: []web.Pair{h.once(r)},
		Fields: []field{ask(r, "jumlah", number), ask(r, "catatan", optional)}}
	if r.Method == "GET" {
		return shown(s, f), nil
	}
	x := read{r: r, errors: &s.Errors}
	n := x.number("jumlah")
	if !x.ok() {
		return again(s, f), x.failed
	}
	return answer(r, s, f, "jumlah", h.Service.Arrive(ctx, t.ID, n, r.Text("kunci"), r.Text("catatan")), Path+"/kiriman", "goods.arrive.done")
}

func (h *Handlers) writeOff(ctx context.Context, r *web.Request) (web.Response, error) {
	t, s, err := h.transferOf(ctx, r, "write_off")
	if err != nil {
		return nil, err
	}
	f := form{Action: to(Path+"/kiriman", t.ID) + "/hilang", Submit: r.T("goods.write_off.submit"), Danger: true, Cancel: Path + "/kiriman", Fields: []field{ask(r, "alasan")}}
	if r.Method == "GET" {
		return shown(s, f), nil
	}
	return answer(r, s, f, "alasan", h.Service.WriteOff(ctx, t.ID, r.Text("alasan")), Path+"/kiriman", "goods.write_off.done")
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
	all = keep(all, func(e goods.Emergency) bool { return is(status, state(e)) })
	s := top(r, "emergencies", CrisisPath)
	s.act(may(r, manage), CrisisPath+"/baru", r.T("goods.emergencies.new"))
	return rows[goods.Emergency]{Name: "keadaan-darurat", Caption: r.T("goods.emergencies.title"), All: all, Empty: r.T("goods.emergencies.none"),
		Href: func(e goods.Emergency) string { return to(CrisisPath, e.ID) },
		Columns: []web.Column[goods.Emergency]{
			col(r, "surat", web.Words, func(e goods.Emergency) any { return e.Decree }),
			col(r, "sebab", web.Words, func(e goods.Emergency) any { return e.Cause }),
			col(r, "wilayah", web.Words, func(e goods.Emergency) any { return h.Atlas.Name(e.Area) }),
			col(r, "mulai", web.Date, func(e goods.Emergency) any { return e.From }),
			col(r, "sampai", web.Date, func(e goods.Emergency) any { return e.To }),
			badged(col(r, "status", web.Words, func(e goods.Emergency) any { return r.T("goods.emergency_status." + state(e)) }), func(e goods.Emergency) web.Tone {
				return map[string]web.Tone{"in_force": web.Warn, "reported": web.Good, "to_report": web.Wait, "coming": web.Info}[state(e)]
			}),
			hidden(col(r, "penanda_tangan", web.Words, func(e goods.Emergency) any { return e.SignedBy })),
		}}.page(r, s, ask(r, "status", of(options(r, "goods.emergency_status.", []string{"in_force", "to_report", "reported", "coming"}))))
}

func (h *Handlers) declare(ctx context.Context, r *web.Request) (web.Response, error) {
	s := below(r, r.T("goods.emergencies.new"), crumb(r, "emergencies", CrisisPath))
	s.Lead = r.T("goods.emergencies.new_lead")
	f := form{Action: CrisisPath + "/baru", Submit: r.T("goods.emergencies.save"), Cancel: CrisisPath, Fields: []field{ask(r, "surat", medium), ask(r, "penanda_tangan", medium),
		ask(r, "sebab"), ask(r, "wilayah", medium, hint(r.T("goods.hint.wilayah_luas"))), ask(r, "mulai", day), ask(r, "sampai", day)}}
	if r.Method == "GET" {
		return shown(s, f), nil
	}
	x := read{r: r, errors: &s.Errors}
	e := goods.Emergency{Decree: r.Text("surat"), SignedBy: r.Text("penanda_tangan"), Cause: r.Text("sebab"), Area: h.area(&x, "wilayah"), From: x.day("mulai"), To: x.day("sampai")}
	if !x.ok() {
		return again(s, f), x.failed
	}
	e, err := h.Service.Declare(ctx, e)
	return answer(r, s, f, "surat", err, to(CrisisPath, e.ID), "goods.emergencies.saved")
}

// emergency shows a declaration: which stores are open, what they gave.
func (h *Handlers) emergency(ctx context.Context, r *web.Request) (web.Response, error) {
	s, _, err := h.emergencySheet(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(sheetPage(s)), nil
}

func (h *Handlers) emergencySheet(ctx context.Context, r *web.Request) (sheet, goods.Account, error) {
	id, err := idOf(r)
	if err != nil {
		return sheet{}, goods.Account{}, err
	}
	a, err := h.Service.Account(ctx, id)
	if err != nil {
		return sheet{}, a, err
	}
	e, today := a.Emergency, h.Service.Today()
	s := below(r, r.T("goods.emergencies.one", "decree", e.Decree), crumb(r, "emergencies", CrisisPath))
	s.Lead = e.Cause
	if e.InForce(today) {
		s.Badge = web.Badge(web.Warn, r.T("goods.emergency_status.in_force"))
	}
	s.add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.penanda_tangan"), Value: e.SignedBy}, {Term: r.T("goods.field.wilayah"), Value: h.Atlas.Path(e.Area, ", ")},
		{Term: r.T("goods.field.mulai"), Value: web.Day(ctx, e.From)}, {Term: r.T("goods.field.sampai"), Value: web.Day(ctx, e.To)},
		{Term: r.T("goods.emergencies.due"), Value: web.Day(ctx, a.Due), Note: e.Report}}))
	if a.Overdue {
		s.add("", notice(web.Warn, r.T("goods.emergencies.overdue"), ""))
	}
	s.add(r.T("goods.emergencies.open_stores"), rows[goods.Release]{ID: "lumbung", Caption: r.T("goods.emergencies.open_stores"), All: a.Releases, Empty: r.T("goods.emergencies.no_release"),
		Href: func(x goods.Release) string { return to(DepotPath, x.Depot) },
		Columns: []web.Column[goods.Release]{col(r, "tempat", web.Words, func(x goods.Release) any { return x.DepotName }), col(r, "petugas", web.Words, func(x goods.Release) any { return x.Actor }),
			col(r, "saat", web.Time, func(x goods.Release) any { return at(x.At) }), col(r, "catatan", web.Words, func(x goods.Release) any { return x.Note })}}.show(r))
	if err := h.releaseForm(ctx, r, &s, a); err != nil {
		return s, a, err
	}
	s.add(r.T("goods.emergencies.given"), rows[goods.Given]{ID: "keluar", Caption: r.T("goods.emergencies.given"), All: a.Given, Empty: r.T("goods.emergencies.nothing"),
		Columns: []web.Column[goods.Given]{col(r, "barang", web.Words, func(g goods.Given) any { return g.Item.Name }), col(r, "tempat", web.Words, func(g goods.Given) any { return g.Name }),
			col(r, "keluar", web.Count, func(g goods.Given) any { return g.Quantity }), col(r, "sisa", web.Count, func(g goods.Given) any { return g.Left }), col(r, "satuan", web.Words, func(g goods.Given) any { return g.Item.Unit })}}.show(r))
	s.add(r.T("goods.emergencies.restock"), rows[goods.Need]{ID: "isi-ulang", Caption: r.T("goods.emergencies.restock"), All: a.Restock, Empty: r.T("goods.reorder.none"),
		Columns: []web.Column[goods.Need]{col(r, "barang", web.Words, func(n goods.Need) any { return n.Item.Name }), col(r, "tempat", web.Words, func(n goods.Need) any { return n.Depot.Name }),
			col(r, "kurang", web.Count, func(n goods.Need) any { return n.Missing() }), col(r, "satuan", web.Words, func(n goods.Need) any { return n.Item.Unit })}}.show(r))
	if may(r, manage) && today > e.To && e.ReportedAt.IsZero() {
		s.add(r.T("goods.emergencies.report"), formPart(form{Action: to(CrisisPath, e.ID) + "/lapor", Submit: r.T("goods.emergencies.report_save"), Fields: []field{ask(r, "laporan", words)}}, s.Errors))
	}
	return s, a, nil
}

// releaseForm offers the order to open a store, to whoever may give it.
func (h *Handlers) releaseForm(ctx context.Context, r *web.Request, s *sheet, a goods.Account) error {
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
		s.add(r.T("goods.emergencies.order"), formPart(form{Action: to(CrisisPath, a.Emergency.ID) + "/buka", Submit: r.T("goods.emergencies.order_submit"),
			Fields: []field{ask(r, "tempat", of(closed)), ask(r, "catatan", optional)}}, s.Errors))
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
func settled(r *web.Request, s sheet, x *read, field string, err error, next, done string, args ...string) (web.Response, error) {
	switch {
	case x.failed != nil:
		return nil, x.failed
	case x.ok() && err == nil:
		return web.SeeOther(next, web.Done(done, args...)), nil
	case x.ok() && !s.Errors.Take(r.Lang, field, err):
		return nil, err
	}
	return web.Invalid(sheetPage(s)), nil
}
