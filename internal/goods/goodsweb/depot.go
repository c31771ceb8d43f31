package goodsweb

import (
	"context"

	"gotong/internal/goods"
	"gotong/internal/ident"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

func (h *Handlers) depots(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Depots(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	all = page.Keep(all, func(d goods.Depot) bool {
		return page.Is(q.Text("jenis"), d.Kind) && page.Has(q.Text("cari"), d.Name, d.Code, h.Atlas.Path(d.Area, " "))
	})
	s := top(r, "depots", DepotPath)
	s.Act(may(r, manage), DepotPath+"/baru", r.T("goods.depots.new"))
	return page.Rows[goods.Depot]{Name: "tempat-simpan", Caption: r.T("goods.depots.title"), All: all, Empty: r.T("goods.depots.none"),
		Href: func(d goods.Depot) string { return to(DepotPath, d.ID) },
		Columns: []web.Column[goods.Depot]{
			col(r, "nama", web.Words, func(d goods.Depot) any { return d.Name }),
			col(r, "kode", web.Code, func(d goods.Depot) any { return d.Code }),
			col(r, "jenis", web.Words, func(d goods.Depot) any { return r.T("goods.depot_kind." + string(d.Kind)) }),
			col(r, "wilayah", web.Words, func(d goods.Depot) any { return h.Atlas.Path(d.Area, ", ") }),
			col(r, "penjaga", web.Words, func(d goods.Depot) any { return d.Keeper }),
			page.Hidden(col(r, "alamat", web.Words, func(d goods.Depot) any { return d.Place })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "jenis", page.Of(page.Options(r, "goods.depot_kind.", goods.DepotKinds))))
}

// area reads the area of a form.
func (h *Handlers) area(x *read, name string) string {
	code, err := h.Atlas.Parse(x.r.Text(name))
	x.take(name, err)
	return code
}

func (h *Handlers) newDepot(ctx context.Context, r *web.Request) (web.Response, error) {
	s := below(r, r.T("goods.depots.new"), crumb(r, "depots", DepotPath))
	f := page.Form{Action: DepotPath + "/baru", Submit: r.T("goods.depots.save"), Cancel: DepotPath, Fields: []page.Field{
		ask(r, "kode", page.Medium), ask(r, "nama"), ask(r, "jenis", page.Radio(page.Options(r, "goods.depot_kind.", goods.DepotKinds))),
		ask(r, "wilayah", page.Hint(r.T("goods.hint.wilayah")), page.Medium), ask(r, "alamat"), ask(r, "penjaga", page.Medium)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	d := goods.Depot{Code: r.Text("kode"), Name: r.Text("nama"), Kind: goods.DepotKind(r.Text("jenis")), Area: h.area(&x, "wilayah"), Place: r.Text("alamat"), Keeper: r.Text("penjaga")}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	d, err := h.Service.AddDepot(ctx, d)
	return f.Answer(r, s, "kode", err, to(DepotPath, d.ID), "goods.depots.saved")
}

// depotOf reads the store in the address and begins a page below it.
func (h *Handlers) depotOf(ctx context.Context, r *web.Request, title string) (goods.Depot, page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return goods.Depot{}, page.Sheet{}, err
	}
	d, err := h.Service.Depot(ctx, id)
	if err != nil {
		return d, page.Sheet{}, err
	}
	if title == "" {
		return d, below(r, d.Name, crumb(r, "depots", DepotPath)), nil
	}
	s := below(r, r.T("goods."+title+".title"), crumb(r, "depots", DepotPath), web.Crumb{Label: d.Name, Href: to(DepotPath, d.ID)})
	s.Lead = r.T("goods." + title + ".lead")
	return d, s, nil
}

// depot shows a store with what it holds.
func (h *Handlers) depot(ctx context.Context, r *web.Request) (web.Response, error) {
	d, s, err := h.depotOf(ctx, r, "")
	if err != nil {
		return nil, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return nil, err
	}
	all, err := h.Service.Stock(ctx, goods.StockFilter{Depot: d.ID})
	if err != nil {
		return nil, err
	}
	list := page.Rows[goods.Balance]{Name: "stok-" + d.Code, Caption: r.T("goods.stock.title"), Columns: h.balanceColumns(r, rules), All: all,
		Href: func(b goods.Balance) string { return toCard(d.ID, b.Item.Code) }, Empty: r.T("goods.stock.none")}
	if f, err := list.File(r); f != nil || err != nil {
		return f, err
	}
	at := to(DepotPath, d.ID)
	s.Act(may(r, manage), at+"/terima", r.T("goods.receive.title"))
	s.Act(may(r, hand), at+"/keluar", r.T("goods.give.title"))
	s.Act(may(r, manage) && d.Kind != goods.Lumbung, at+"/kirim", r.T("goods.send.title"))
	s.Act(may(r, hand), at+"/hitung", r.T("goods.count.title"))
	s.Act(may(r, hand), at+"/hapus", r.T("goods.discard.title"))
	if d.Kind == goods.Lumbung {
		s.Add("", page.Notice(web.Info, r.T("goods.depots.lumbung"), r.T("goods.depots.lumbung_text")))
	}
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.jenis"), Value: r.T("goods.depot_kind." + string(d.Kind))}, {Term: r.T("goods.field.kode"), Value: d.Code},
		{Term: r.T("goods.field.wilayah"), Value: h.Atlas.Path(d.Area, ", ")}, {Term: r.T("goods.field.alamat"), Value: d.Place}, {Term: r.T("goods.field.penjaga"), Value: d.Keeper}}))
	s.Add(r.T("goods.stock.title"), list.Show(r))
	return web.Page(page.View(s)), nil
}

// card is a stock card.
func (h *Handlers) card(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d, i, lines, err := h.Service.Card(ctx, id, r.PathValue("item"))
	if err != nil {
		return nil, err
	}
	s := below(r, r.T("goods.card.title", "item", i.Name), crumb(r, "depots", DepotPath), web.Crumb{Label: d.Name, Href: to(DepotPath, d.ID)})
	s.Lead = r.T("goods.card.lead", "unit", i.Unit)
	q := r.List()
	lines = page.Keep(lines, func(l goods.CardLine) bool {
		return page.Is(q.Text("gerakan"), l.Kind) && page.Has(q.Text("lot"), l.Lot)
	})
	kinds := []goods.MovementKind{goods.Receive, goods.Issue, goods.TransferOut, goods.TransferIn, goods.Allot, goods.Return, goods.Adjust, goods.Loss, goods.Expiry}
	return page.Rows[goods.CardLine]{Name: "kartu-" + d.Code + "-" + i.Code, Caption: r.T("goods.card.title", "item", i.Name), All: lines, Empty: r.T("goods.card.none"),
		Columns: []web.Column[goods.CardLine]{
			col(r, "hari", web.Date, func(l goods.CardLine) any { return l.Day }),
			col(r, "gerakan", web.Words, func(l goods.CardLine) any { return r.T("goods.movement." + string(l.Kind)) }),
			col(r, "masuk", web.Count, func(l goods.CardLine) any { return some(l.Quantity) }),
			col(r, "keluar", web.Count, func(l goods.CardLine) any { return some(-l.Quantity) }),
			col(r, "sisa", web.Count, func(l goods.CardLine) any { return l.After }),
			col(r, "lot", web.Code, func(l goods.CardLine) any { return l.Lot }),
			col(r, "dokumen", web.Words, func(l goods.CardLine) any { return l.Document }),
			col(r, "catatan", web.Words, func(l goods.CardLine) any { return l.Note }),
			col(r, "petugas", web.Words, func(l goods.CardLine) any { return l.Actor }),
			col(r, "penyetuju", web.Words, func(l goods.CardLine) any { return l.Approver }),
		}}.Page(r, s, ask(r, "gerakan", page.Of(page.Options(r, "goods.movement.", kinds))), ask(r, "lot", page.Optional, page.Short))
}

// some is a count, nil when there is none.
func some(n int64) any {
	if n <= 0 {
		return nil
	}
	return n
}

// receive takes goods in without an order.
func (h *Handlers) receive(ctx context.Context, r *web.Request) (web.Response, error) {
	d, s, err := h.depotOf(ctx, r, "receive")
	if err != nil {
		return nil, err
	}
	_, items, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	at := to(DepotPath, d.ID)
	f := page.Form{Action: at + "/terima", Submit: r.T("goods.receive.submit"), Cancel: at, Hidden: []web.Pair{h.once(r)}, Fields: []page.Field{
		ask(r, "barang", page.Of(items)), ask(r, "jumlah", page.Number, page.From("1")), ask(r, "lot", page.Optional, page.Medium, page.Hint(r.T("goods.hint.lot"))), ask(r, "kedaluwarsa", page.Day, page.Optional),
		ask(r, "ukuran", page.Optional, page.Short), ask(r, "kesehatan", page.Optional, page.Hint(r.T("goods.hint.kesehatan"))), ask(r, "sumber", page.Of(page.Options(r, "goods.source.", goods.Sources)), page.From(string(goods.Donation))),
		ask(r, "dokumen", page.Medium, page.Hint(r.T("goods.hint.dokumen"))), ask(r, "catatan", page.Optional)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	a := goods.Arrival{Key: r.Text("kunci"), Depot: d.ID, Quantity: x.number("jumlah"), Document: r.Text("dokumen"), Note: r.Text("catatan"),
		Piece: goods.Piece{Item: r.Text("barang"), Lot: r.Text("lot"), Size: r.Text("ukuran"), Health: r.Text("kesehatan"), Source: goods.Source(r.Text("sumber"))}}
	if r.Text("kedaluwarsa") != "" {
		last := x.day("kedaluwarsa")
		a.Piece.Expires = &last
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	_, err = h.Service.Receive(ctx, a)
	return f.Answer(r, s, "jumlah", err, toCard(d.ID, a.Piece.Item), "goods.receive.done")
}

// held are the lots that a store holds, as choices: item and lot together.
func (h *Handlers) held(ctx context.Context, r *web.Request, depot ident.ID) ([]goods.Balance, []web.Option, error) {
	all, err := h.Service.Stock(ctx, goods.StockFilter{Depot: depot})
	chosen := make([]web.Option, len(all))
	for i, b := range all {
		label := r.T("goods.held", "item", b.Item.Name, "n", web.Number(ctx, b.Quantity), "unit", b.Item.Unit)
		if b.Lot != "" {
			label += " · " + b.Lot
		}
		chosen[i] = web.Option{Value: b.Item.Code + "|" + b.Lot, Label: label}
	}
	return all, chosen, err
}

// lotOf reads the choice of a lot.
func lotOf(x *read, name string) (item, lot string) {
	for i, c := range x.r.Text(name) {
		if c == '|' {
			return x.r.Text(name)[:i], x.r.Text(name)[i+1:]
		}
	}
	x.errors.Add(name, x.r.T("goods.choose_one"))
	return "", ""
}

// give lets goods out of a store.
func (h *Handlers) give(ctx context.Context, r *web.Request) (web.Response, error) {
	d, s, err := h.depotOf(ctx, r, "give")
	if err != nil {
		return nil, err
	}
	_, lots, err := h.held(ctx, r, d.ID)
	if err != nil {
		return nil, err
	}
	at := to(DepotPath, d.ID)
	f := page.Form{Action: at + "/keluar", Submit: r.T("goods.give.submit"), Cancel: at, Hidden: []web.Pair{h.once(r)}, Fields: []page.Field{
		ask(r, "stok", page.Of(lots)), ask(r, "jumlah", page.Number), ask(r, "penerima", page.Hint(r.T("goods.hint.penerima"))), ask(r, "catatan", page.Optional)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	g := goods.Giving{Key: r.Text("kunci"), Depot: d.ID, Quantity: x.number("jumlah"), To: r.Text("penerima"), Note: r.Text("catatan")}
	g.Item, g.Lot = lotOf(&x, "stok")
	if !x.ok() {
		return f.Again(s), x.failed
	}
	_, err = h.Service.Give(ctx, g)
	return f.Answer(r, s, "jumlah", err, toCard(d.ID, g.Item), "goods.give.done")
}

// send lets goods leave for another store.
func (h *Handlers) send(ctx context.Context, r *web.Request) (web.Response, error) {
	d, s, err := h.depotOf(ctx, r, "send")
	if err != nil {
		return nil, err
	}
	_, lots, err := h.held(ctx, r, d.ID)
	if err != nil {
		return nil, err
	}
	_, depots, err := h.depotOptions(ctx)
	if err != nil {
		return nil, err
	}
	depots = page.Keep(depots, func(o web.Option) bool { return o.Value != d.ID.String() })
	at := to(DepotPath, d.ID)
	f := page.Form{Action: at + "/kirim", Submit: r.T("goods.send.submit"), Cancel: at, Hidden: []web.Pair{h.once(r)}, Fields: []page.Field{
		ask(r, "stok", page.Of(lots)), ask(r, "jumlah", page.Number), ask(r, "tujuan", page.Of(depots)), ask(r, "catatan", page.Optional)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	t := goods.Transfer{From: d.ID, To: x.id("tujuan"), Planned: x.number("jumlah"), Note: r.Text("catatan")}
	t.Item, t.Lot = lotOf(&x, "stok")
	if id, err := ident.Parse(r.Text("kunci")); err == nil {
		t.ID = id
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	_, err = h.Service.Send(ctx, t)
	return f.Answer(r, s, "jumlah", err, Path+"/kiriman", "goods.send.done")
}

// count proposes what a count found.
func (h *Handlers) count(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.correct(ctx, r, "count", "hitung", []page.Field{ask(r, "terhitung", page.Number)}, func(x *read, depot ident.ID, item, lot string) error {
		counted := x.number("terhitung")
		if !x.ok() {
			return nil
		}
		_, err := h.Service.Count(ctx, depot, item, lot, counted, r.Text("alasan"))
		return err
	})
}

// discard proposes to write off what is lost or past its day.
func (h *Handlers) discard(ctx context.Context, r *web.Request) (web.Response, error) {
	kinds := []goods.MovementKind{goods.Loss, goods.Expiry}
	fields := []page.Field{ask(r, "sebab", page.Radio(page.Options(r, "goods.movement.", kinds))), ask(r, "jumlah", page.Number)}
	return h.correct(ctx, r, "discard", "hapus", fields, func(x *read, depot ident.ID, item, lot string) error {
		n := x.number("jumlah")
		if !x.ok() {
			return nil
		}
		_, err := h.Service.Discard(ctx, depot, item, lot, goods.MovementKind(r.Text("sebab")), n, r.Text("alasan"))
		return err
	})
}

// correct is a form that proposes a correction of a store's card.
func (h *Handlers) correct(ctx context.Context, r *web.Request, key, act string, fields []page.Field, do func(x *read, depot ident.ID, item, lot string) error) (web.Response, error) {
	d, s, err := h.depotOf(ctx, r, key)
	if err != nil {
		return nil, err
	}
	_, lots, err := h.held(ctx, r, d.ID)
	if err != nil {
		return nil, err
	}
	at := to(DepotPath, d.ID)
	f := page.Form{Action: at + "/" + act, Submit: r.T("goods." + key + ".submit"), Cancel: at,
		Fields: append(append([]page.Field{ask(r, "stok", page.Of(lots))}, fields...), ask(r, "alasan"))}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	item, lot := lotOf(&x, "stok")
	if x.ok() {
		err = do(&x, d.ID, item, lot)
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	return f.Answer(r, s, fields[len(fields)-1].Name, err, Path+"/pembetulan", "goods."+key+".done")
}
