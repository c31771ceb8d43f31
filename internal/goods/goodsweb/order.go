package goodsweb

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/goods"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// orders are what stores asked for.
func (h *Handlers) orders(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	all, err := h.Service.Orders(ctx, goods.OrderStatus(q.Text("status")))
	if err != nil {
		return nil, err
	}
	all = page.Keep(all, func(o goods.Order) bool {
		return page.Has(q.Text("cari"), o.Number, o.Supplier, o.Contract, o.DepotName)
	})
	s := top(r, "orders", OrderPath)
	s.Act(may(r, manage), OrderPath+"/baru", r.T("goods.orders.new"))
	return page.Rows[goods.Order]{Name: "pesanan", Caption: r.T("goods.orders.title"), All: all, Empty: r.T("goods.orders.none"),
		Href: func(o goods.Order) string { return to(OrderPath, o.ID) },
		Columns: []web.Column[goods.Order]{
			col(r, "nomor", web.Code, func(o goods.Order) any { return o.Number }),
			col(r, "tempat", web.Words, func(o goods.Order) any { return o.DepotName }),
			col(r, "sumber", web.Words, func(o goods.Order) any { return r.T("goods.source." + string(o.Source)) }),
			col(r, "pemasok", web.Words, func(o goods.Order) any { return o.Supplier }),
			page.Badged(col(r, "status", web.Words, func(o goods.Order) any { return r.T("goods.order_status." + string(o.Status)) }), func(o goods.Order) web.Tone { return orderTone(o.Status) }),
			col(r, "harga", web.Amount, func(o goods.Order) any { return o.Total() }),
			col(r, "saat", web.Time, func(o goods.Order) any { return page.At(o.MadeAt) }),
			page.Hidden(col(r, "kontrak", web.Words, func(o goods.Order) any { return o.Contract })),
			page.Hidden(col(r, "petugas", web.Words, func(o goods.Order) any { return o.Maker })),
			page.Hidden(col(r, "penyetuju", web.Words, func(o goods.Order) any { return o.Approver })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "status", page.Of(page.Options(r, "goods.order_status.", goods.OrderStatuses))))
}

// orderLines is how many lines the form of an order offers.
const orderLines = 4

// newOrder asks for goods.
func (h *Handlers) newOrder(ctx context.Context, r *web.Request) (web.Response, error) {
	_, depots, err := h.depotOptions(ctx)
	if err != nil {
		return nil, err
	}
	_, items, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	s := below(r, r.T("goods.orders.new"), crumb(r, "orders", OrderPath))
	s.Lead = r.T("goods.orders.new_lead")
	sources := []goods.Source{goods.Purchase, goods.Workshop}
	f := page.Form{Action: OrderPath + "/baru", Submit: r.T("goods.orders.save"), Cancel: OrderPath, Fields: []page.Field{ask(r, "tempat", page.Of(depots)),
		ask(r, "sumber", page.Radio(page.Options(r, "goods.source.", sources)), page.From(string(goods.Purchase))), ask(r, "untuk_apa")}}
	for n := 1; n <= orderLines; n++ {
		no := strconv.Itoa(n)
		with := []func(*page.Field){page.Optional}
		if n == 1 {
			with = nil
		}
		f.Fields = append(f.Fields, ask(r, "barang"+no, append(with, page.Called(r.T("goods.orders.item", "n", no)), page.Of(items))...),
			ask(r, "jumlah"+no, append(with, page.Called(r.T("goods.orders.quantity", "n", no)), page.Number)...),
			ask(r, "harga"+no, append(with, page.Called(r.T("goods.orders.price", "n", no)), page.Rupiah)...))
	}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	o := goods.Order{Depot: x.id("tempat"), Source: goods.Source(r.Text("sumber")), Reason: r.Text("untuk_apa")}
	for n := 1; n <= orderLines; n++ {
		no := strconv.Itoa(n)
		if r.Text("barang"+no) != "" {
			o.Lines = append(o.Lines, goods.OrderLine{Item: r.Text("barang" + no), Quantity: x.number("jumlah" + no), Price: x.rupiah("harga" + no)})
		}
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	o, err = h.Service.Request(ctx, o)
	return f.Answer(r, s, "barang1", err, to(OrderPath, o.ID), "goods.orders.saved")
}

// order shows an order: its lines, and what came of each.
func (h *Handlers) order(ctx context.Context, r *web.Request) (web.Response, error) {
	_, s, err := h.orderSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) orderSheet(ctx context.Context, r *web.Request) (goods.Order, page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return goods.Order{}, page.Sheet{}, err
	}
	o, receipts, err := h.Service.OrderByID(ctx, id)
	if err != nil {
		return o, page.Sheet{}, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return o, page.Sheet{}, err
	}
	s := below(r, r.T("goods.orders.one", "number", o.Number), crumb(r, "orders", OrderPath))
	s.Lead, s.Badge = o.Reason, web.Badge(orderTone(o.Status), r.T("goods.order_status."+string(o.Status)))
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.tempat"), Value: o.DepotName}, {Term: r.T("goods.field.sumber"), Value: r.T("goods.source." + string(o.Source))},
		{Term: r.T("goods.field.pemasok"), Value: o.Supplier}, {Term: r.T("goods.field.kontrak"), Value: o.Contract}, {Term: r.T("goods.field.harga"), Value: web.Rupiah(ctx, o.Total())},
		{Term: r.T("goods.field.petugas"), Value: o.Maker, Note: page.Local(ctx, o.MadeAt)}, {Term: r.T("goods.field.penyetuju"), Value: o.Approver, Note: page.Local(ctx, o.ApprovedAt)}}))
	s.Add(r.T("goods.orders.lines"), page.Rows[goods.OrderLine]{ID: "baris", Caption: r.T("goods.orders.lines"), All: o.Lines, Columns: []web.Column[goods.OrderLine]{
		col(r, "barang", web.Words, func(l goods.OrderLine) any { return itemName(items, l.Item) }),
		col(r, "dipesan", web.Count, func(l goods.OrderLine) any { return l.Quantity }),
		col(r, "harga_satuan", web.Amount, func(l goods.OrderLine) any { return l.Price }),
		col(r, "diterima", web.Count, func(l goods.OrderLine) any { return l.Accepted }),
		col(r, "ditolak", web.Count, func(l goods.OrderLine) any { return l.Rejected }),
		col(r, "belum_datang", web.Count, func(l goods.OrderLine) any { return l.Open() }),
		{Name: "tindakan", Label: r.T("goods.field.tindakan"), Value: func(goods.OrderLine) any { return "" }, Show: func(l goods.OrderLine) templ.Component {
			if l.Open() > 0 && o.Status == goods.Ordered && may(r, manage) {
				return page.Linked(to(OrderPath, o.ID)+"/periksa/"+strconv.FormatInt(l.No, 10), r.T("goods.inspect.title"))
			}
			return page.Paragraph("–")
		}}}}.Show(r))
	if len(receipts) > 0 {
		s.Add(r.T("goods.orders.receipts"), page.Rows[goods.Receipt]{ID: "terima", Caption: r.T("goods.orders.receipts"), All: receipts, Columns: []web.Column[goods.Receipt]{
			col(r, "dokumen", web.Words, func(x goods.Receipt) any { return x.Document }),
			col(r, "baris", web.Count, func(x goods.Receipt) any { return x.Line }),
			col(r, "diterima", web.Count, func(x goods.Receipt) any { return x.Accepted }),
			col(r, "ditolak", web.Count, func(x goods.Receipt) any { return x.Rejected }),
			col(r, "alasan", web.Words, func(x goods.Receipt) any { return x.Reason }),
			col(r, "lot", web.Code, func(x goods.Receipt) any { return x.Lot }),
			col(r, "petugas", web.Words, func(x goods.Receipt) any { return x.Inspector }),
			col(r, "saat", web.Time, func(x goods.Receipt) any { return page.At(x.At) })}}.Show(r))
	}
	return o, h.orderForms(r, s, o), nil
}

// orderForms offers what may become of a request.
func (h *Handlers) orderForms(r *web.Request, s page.Sheet, o goods.Order) page.Sheet {
	if o.Status != goods.Requested {
		return s
	}
	path := to(OrderPath, o.ID)
	if may(r, approve) {
		s.Add(r.T("goods.orders.approve"), page.FormPart(page.Form{Action: path + "/setuju", Submit: r.T("goods.orders.approve_submit"),
			Fields: []page.Field{ask(r, "pemasok", page.Medium), ask(r, "kontrak", page.Medium, page.Optional)}}, s.Errors))
	}
	if may(r, manage) {
		s.Add("", page.FormPart(page.Form{Action: path + "/batal", Submit: r.T("goods.orders.cancel"), Danger: true}, s.Errors))
	}
	return s
}

func (h *Handlers) approveOrder(ctx context.Context, r *web.Request) (web.Response, error) {
	o, s, err := h.orderSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	err = h.Service.Approve(ctx, o.ID, r.Text("pemasok"), r.Text("kontrak"))
	return settled(r, s, &read{r: r, errors: &s.Errors}, "pemasok", err, to(OrderPath, o.ID), "goods.orders.approved")
}

func (h *Handlers) cancelOrder(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.Cancel(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(OrderPath, web.Done("goods.orders.cancelled")), nil
}

// inspect takes in what came of a line: each thing by its own number, a lot
// by its lot, with what it must have by its kind.
func (h *Handlers) inspect(ctx context.Context, r *web.Request) (web.Response, error) {
	o, s, err := h.orderSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	no, _ := strconv.ParseInt(r.PathValue("line"), 10, 64)
	var l goods.OrderLine
	for _, x := range o.Lines {
		if x.No == no {
			l = x
		}
	}
	item := items[l.Item]
	path := to(OrderPath, o.ID)
	s = below(r, r.T("goods.inspect.of", "item", itemName(items, l.Item)), crumb(r, "orders", OrderPath), web.Crumb{Label: o.Number, Href: path})
	s.Lead = r.T("goods.inspect.lead", "open", l.Open())
	f := page.Form{Action: path + "/periksa/" + strconv.FormatInt(no, 10), Submit: r.T("goods.inspect.submit"), Cancel: path, Hidden: []web.Pair{h.once(r)},
		Fields: []page.Field{ask(r, "diterima", page.Number), ask(r, "ditolak", page.Number, page.From("0")), ask(r, "alasan", page.Optional, page.Hint(r.T("goods.hint.alasan_tolak"))), ask(r, "dokumen", page.Medium, page.Hint(r.T("goods.hint.dokumen")))}}
	switch item.Tracking {
	case goods.Lot:
		f.Fields = append(f.Fields, ask(r, "lot", page.Medium, page.Optional), ask(r, "kedaluwarsa", page.Day, page.Optional))
	case goods.Serial:
		f.Fields = append(f.Fields, ask(r, "nomor_seri", page.Lines, page.Optional, page.Hint(r.T("goods.hint.nomor_seri."+serialHint(item.Kind)))), ask(r, "pembuat", page.Medium, page.Optional))
	}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	in := goods.Inspection{Key: r.Text("kunci"), Order: o.ID, Line: no, Accepted: x.number("diterima"), Rejected: x.number("ditolak"), Reason: r.Text("alasan"), Document: r.Text("dokumen")}
	in.Pieces = pieces(&x, item, in.Accepted)
	if !x.ok() {
		return f.Again(s), x.failed
	}
	return f.Answer(r, s, "diterima", h.Service.Inspect(ctx, in), path, "goods.inspect.done")
}

func serialHint(k goods.Kind) string {
	switch k {
	case goods.Device, goods.Livestock:
		return string(k)
	}
	return "other"
}

// pieces reads the lot, or a line for each numbered thing: its number, and
// after a semicolon its size or the note on its health.
func pieces(x *read, item goods.Item, accepted int64) []goods.Piece {
	if accepted <= 0 {
		return nil
	}
	switch item.Tracking {
	case goods.Lot:
		p := goods.Piece{Lot: x.r.Text("lot")}
		if x.r.Text("kedaluwarsa") != "" {
			d := x.day("kedaluwarsa")
			p.Expires = &d
		}
		return []goods.Piece{p}
	case goods.Serial:
		var all []goods.Piece
		for _, l := range strings.Split(x.r.Text("nomor_seri"), "\n") {
			no, note, _ := strings.Cut(l, ";")
			if no = strings.TrimSpace(no); no == "" {
				continue
			}
			p := goods.Piece{Lot: no, Maker: x.r.Text("pembuat")}
			if note = strings.TrimSpace(note); item.Kind == goods.Livestock {
				p.Health = note
			} else {
				p.Size = note
			}
			all = append(all, p)
		}
		return all
	}
	return nil
}

// units are the things with numbers of their own.
func (h *Handlers) units(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Units(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	all = page.Keep(all, func(u goods.Numbered) bool {
		return page.Is(q.Text("jenis"), u.Item.Kind) && page.Has(q.Text("cari"), u.Number, u.Item.Name) && page.Is(q.Text("di"), place(u))
	})
	s := top(r, "units", UnitPath)
	return page.Rows[goods.Numbered]{Name: "alat-dan-ternak", Caption: r.T("goods.units.title"), All: all, Empty: r.T("goods.units.none"),
		Href: func(u goods.Numbered) string { return toUnit(u.Item.Code, u.Number) },
		Columns: []web.Column[goods.Numbered]{
			col(r, "nomor_barang", web.Code, func(u goods.Numbered) any { return u.Number }),
			col(r, "barang", web.Words, func(u goods.Numbered) any { return u.Item.Name }),
			col(r, "ukuran", web.Words, func(u goods.Numbered) any { return u.Size }),
			col(r, "kesehatan", web.Words, func(u goods.Numbered) any { return u.Health }),
			page.Badged(col(r, "di", web.Words, func(u goods.Numbered) any { return r.T("goods.place." + place(u)) }), func(u goods.Numbered) web.Tone {
				return map[string]web.Tone{"depot": web.Info, "handed": web.Good, "away": web.Wait}[place(u)]
			}),
			col(r, "tempat", web.Words, func(u goods.Numbered) any { return u.Depot }),
			col(r, "dirawat", web.Date, func(u goods.Numbered) any {
				if u.Cared == 0 {
					return nil
				}
				return u.Cared
			}),
			page.Hidden(col(r, "sumber", web.Words, func(u goods.Numbered) any { return r.T("goods.source." + string(u.Source)) })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "jenis", page.Of(page.Options(r, "goods.kind.", []goods.Kind{goods.Device, goods.Vehicle, goods.Livestock, goods.Other}))),
		ask(r, "di", page.Of(page.Options(r, "goods.place.", []string{"depot", "handed", "away"}))))
}

// place says where a numbered thing is.
func place(u goods.Numbered) string {
	switch {
	case u.Depot != "":
		return "depot"
	case u.Handed != nil:
		return "handed"
	}
	return "away"
}

// unit shows a numbered thing's whole way.
func (h *Handlers) unit(ctx context.Context, r *web.Request) (web.Response, error) {
	s, f, _, err := h.unitSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	if may(r, hand) {
		s.Add(r.T("goods.care.new"), page.FormPart(f, s.Errors))
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) unitSheet(ctx context.Context, r *web.Request) (page.Sheet, page.Form, goods.UnitHistory, error) {
	item, number := r.Text("barang"), r.Text("nomor")
	u, err := h.Service.UnitHistory(ctx, item, number)
	if err != nil {
		return page.Sheet{}, page.Form{}, u, err
	}
	s := below(r, r.T("goods.units.one", "item", u.Item.Name, "number", number), crumb(r, "units", UnitPath))
	about := []web.Pair{{Term: r.T("goods.field.nomor_barang"), Value: number}, {Term: r.T("goods.field.sumber"), Value: r.T("goods.source." + string(u.Piece.Source))}}
	for _, p := range []web.Pair{{Term: r.T("goods.field.ukuran"), Value: u.Piece.Size}, {Term: r.T("goods.field.kesehatan"), Value: u.Piece.Health}, {Term: r.T("goods.field.pembuat"), Value: u.Piece.Maker}} {
		if p.Value != "" {
			about = append(about, p)
		}
	}
	if u.Depot != nil {
		about = append(about, web.Pair{Term: r.T("goods.field.tempat"), Show: page.Linked(to(DepotPath, u.Depot.ID), u.Depot.Name)})
	}
	if u.Handed != nil {
		about = append(about, web.Pair{Term: r.T("goods.field.penerima"), Show: page.Linked(toRecipient(u.Handed.List, u.Handed.No), u.Handed.Receiver), Note: page.Local(ctx, u.Handed.At)})
	}
	s.Add("", web.Pairs(about))
	var way []web.Event
	for _, m := range u.Movements {
		way = append(way, web.Event{At: web.Moment(ctx, m.At), Title: r.T("goods.movement." + string(m.Kind)), Text: strings.TrimSpace(m.Document + " " + m.Note), Tone: web.Info, Href: to(DepotPath, m.DepotID)})
	}
	s.Add(r.T("goods.units.way"), web.Timeline(way))
	s.Add(r.T("goods.care.title"), page.Rows[goods.Care]{ID: "perawatan", Caption: r.T("goods.care.title"), All: u.Care, Empty: r.T("goods.care.none"), Columns: []web.Column[goods.Care]{
		col(r, "hari", web.Date, func(c goods.Care) any { return c.Day }), col(r, "kegiatan", web.Words, func(c goods.Care) any { return r.T("goods.care_kind." + c.Kind) }),
		col(r, "catatan", web.Words, func(c goods.Care) any { return c.Note }), col(r, "biaya", web.Amount, func(c goods.Care) any { return c.Cost }), col(r, "petugas", web.Words, func(c goods.Care) any { return c.Actor })}}.Show(r))
	f := page.Form{Action: UnitPath + "/lihat", Submit: r.T("goods.care.submit"), Hidden: []web.Pair{{Term: "barang", Value: item}, {Term: "nomor", Value: number}},
		Fields: []page.Field{ask(r, "hari", page.Day, page.From(h.Service.Today().String())), ask(r, "kegiatan", page.Of(page.Options(r, "goods.care_kind.", goods.CareKinds))), ask(r, "catatan"), ask(r, "biaya", page.Rupiah, page.From("0"))}}
	return s, f, u, nil
}

func (h *Handlers) care(ctx context.Context, r *web.Request) (web.Response, error) {
	s, f, u, err := h.unitSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	x := read{r: r, errors: &s.Errors}
	c := goods.Care{Item: u.Item.Code, Lot: u.Piece.Lot, Day: x.day("hari"), Kind: r.Text("kegiatan"), Note: r.Text("catatan"), Cost: x.rupiah("biaya")}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	return f.Answer(r, s, "catatan", h.Service.LogCare(ctx, c), toUnit(c.Item, c.Lot), "goods.care.done")
}
