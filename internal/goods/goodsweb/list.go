package goodsweb

import (
	"context"
	"strconv"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// lists are the distribution lists.
func (h *Handlers) lists(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	all, err := h.Service.Lists(ctx, goods.ListStatus(q.Text("status")))
	if err != nil {
		return nil, err
	}
	programmes, names, err := h.programmes(ctx, r)
	if err != nil {
		return nil, err
	}
	all = page.Keep(all, func(l goods.List) bool {
		return page.Is(q.Text("program"), l.Programme) && page.Has(q.Text("cari"), l.Number, l.Title, l.Place, h.Atlas.Name(l.Area))
	})
	s := top(r, "lists", ListPath)
	s.Act(may(r, manage), ListPath+"/baru", r.T("goods.lists.new"))
	return page.Rows[goods.List]{Name: "daftar-pembagian", Caption: r.T("goods.lists.title"), All: all, Empty: r.T("goods.lists.none"),
		Href: func(l goods.List) string { return toList(l.ID) },
		Columns: []web.Column[goods.List]{
			col(r, "judul", web.Words, func(l goods.List) any { return l.Title }),
			col(r, "nomor", web.Code, func(l goods.List) any { return l.Number }),
			page.Hidden(col(r, "program", web.Words, func(l goods.List) any { return names[l.Programme] })),
			col(r, "wilayah", web.Words, func(l goods.List) any { return h.Atlas.Name(l.Area) }),
			col(r, "hari", web.Date, func(l goods.List) any { return l.Day }),
			page.Badged(col(r, "status", web.Words, func(l goods.List) any { return r.T("goods.list_status." + string(l.Status)) }), func(l goods.List) web.Tone { return listTone(l.Status) }),
			col(r, "jumlah_penerima", web.Count, func(l goods.List) any { return l.Recipients }),
			col(r, "sudah", web.Count, func(l goods.List) any { return l.Handed }),
			col(r, "ditahan", web.Count, func(l goods.List) any { return l.Blocked }),
			page.Hidden(col(r, "tempat", web.Words, func(l goods.List) any { return l.DepotName })),
			page.Hidden(col(r, "tempat_pembagian", web.Words, func(l goods.List) any { return l.Place })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "program", page.Of(programmes)), ask(r, "status", page.Of(page.Options(r, "goods.list_status.", goods.ListStatuses))))
}

// programmes are those whose aid is goods.
func (h *Handlers) programmes(ctx context.Context, r *web.Request) ([]web.Option, map[string]string, error) {
	all, err := h.Service.Decisions.InKind(ctx)
	chosen, names := make([]web.Option, len(all)), map[string]string{}
	for i, p := range all {
		chosen[i] = web.Option{Value: p.Code, Label: p.Name.In(r.Lang)}
		names[p.Code] = p.Name.In(r.Lang)
	}
	return chosen, names, err
}

// listItems is how many items the form of a list offers.
const listItems = 3

// newList makes a list: of those whom the decision in force entitles, or of
// people named on the spot.
func (h *Handlers) newList(ctx context.Context, r *web.Request) (web.Response, error) {
	_, depots, err := h.depotOptions(ctx)
	if err != nil {
		return nil, err
	}
	_, items, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	programmes, _, err := h.programmes(ctx, r)
	if err != nil {
		return nil, err
	}
	s := below(r, r.T("goods.lists.new"), crumb(r, "lists", ListPath))
	s.Lead = r.T("goods.lists.new_lead")
	f := page.Form{Action: ListPath + "/baru", Submit: r.T("goods.lists.save"), Cancel: ListPath, Fields: []page.Field{ask(r, "judul"), ask(r, "tempat", page.Of(depots)),
		ask(r, "wilayah", page.Medium, page.Hint(r.T("goods.hint.wilayah"))), ask(r, "hari", page.Day, page.From(h.Service.Today().String())), ask(r, "tempat_pembagian"),
		ask(r, "program", page.Of(programmes), page.Optional, page.Hint(r.T("goods.hint.program"))), ask(r, "paling_banyak", page.Number, page.Optional),
		ask(r, "nama_nama", page.Lines, page.Optional, page.Hint(r.T("goods.hint.nama_nama")))}}
	for n := 1; n <= listItems; n++ {
		no := strconv.Itoa(n)
		with := []func(*page.Field){page.Optional}
		if n == 1 {
			with = nil
		}
		f.Fields = append(f.Fields, ask(r, "barang"+no, append(with, page.Called(r.T("goods.orders.item", "n", no)), page.Of(items))...),
			ask(r, "masing"+no, append(with, page.Called(r.T("goods.lists.each", "n", no)), page.Number)...))
	}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	d := goods.Draft{Title: r.Text("judul"), Programme: r.Text("program"), Depot: x.id("tempat"), Area: h.area(&x, "wilayah"), Day: x.day("hari"), Place: r.Text("tempat_pembagian"),
		Most: int(max(0, r.Int("paling_banyak", 0))), Named: named(r.Text("nama_nama"))}
	for n := 1; n <= listItems; n++ {
		no := strconv.Itoa(n)
		if r.Text("barang"+no) != "" {
			d.Items = append(d.Items, goods.ListItem{Item: r.Text("barang" + no), Each: x.number("masing" + no)})
		}
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	l, err := h.Service.MakeList(ctx, d)
	return f.Answer(r, s, "judul", err, toList(l.ID), "goods.lists.saved")
}

// named reads a line for each person: the name, and after a semicolon the
// address.
func named(text string) []goods.Named {
	var all []goods.Named
	for _, l := range strings.Split(text, "\n") {
		if strings.TrimSpace(l) == "" {
			continue
		}
		name, address, _ := strings.Cut(l, ";")
		all = append(all, goods.Named{Name: strings.TrimSpace(name), Address: strings.TrimSpace(address)})
	}
	return all
}

// list shows a distribution list: where it stands, its goods, its people.
func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	q := r.List()
	people := h.recipientRows(r)
	f := goods.RecipientFilter{List: id, Text: q.Text("cari"), Status: goods.RecipientStatus(q.Text("status"))}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		all, _, err := h.Service.Desk(ctx, f, r.Route.Purpose)
		if err != nil {
			return nil, err
		}
		return web.TableFile(format, "penerima", people.Columns, page.Each(all)), nil
	}
	l, stock, err := h.Service.ListByID(ctx, id)
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	s := h.listSheet(ctx, r, l, items)
	if len(stock) > 0 {
		s.Add(r.T("goods.lists.goods"), page.Rows[goods.ListStock]{ID: "barang", Caption: r.T("goods.lists.goods"), All: stock, Columns: []web.Column[goods.ListStock]{
			col(r, "barang", web.Words, func(x goods.ListStock) any { return itemName(items, x.Item) }), col(r, "lot", web.Code, func(x goods.ListStock) any { return x.Lot }),
			col(r, "dibawa", web.Count, func(x goods.ListStock) any { return x.Allotted }), col(r, "diserahkan", web.Count, func(x goods.ListStock) any { return x.Handed }),
			col(r, "dikembalikan", web.Count, func(x goods.ListStock) any { return x.Returned }), col(r, "sisa", web.Count, func(x goods.ListStock) any { return x.Left() })}}.Show(r))
	}
	f.Limit = page.Length
	f.Offset, _ = strconv.Atoi(q.After)
	if before, err := strconv.Atoi(q.Before); err == nil {
		f.Offset = max(0, before-page.Length)
	}
	all, total, err := h.Service.Desk(ctx, f, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	shown := web.List[goods.Recipient]{Caption: r.T("goods.lists.people"), Columns: people.Columns, Rows: all, Query: q, Total: &total, Empty: r.T("goods.desk.nobody"), Files: r.MayExport(),
		Href: func(p goods.Recipient) string { return toRecipient(p.List, p.No) }}
	if f.Offset > 0 {
		shown.Prev = strconv.Itoa(f.Offset)
	}
	if int64(f.Offset+page.Length) < total {
		shown.Next = strconv.Itoa(f.Offset + page.Length)
	}
	s.Add(r.T("goods.lists.people"), page.FilterPart(q, []page.Field{ask(r, "cari", page.Optional, page.Hint(r.T("goods.desk.search_hint"))),
		ask(r, "status", page.Of(page.Options(r, "goods.recipient_status.", []goods.RecipientStatus{goods.Waiting, goods.Handed, goods.Blocked})))}), web.Table(shown))
	return web.Page(page.View(s)), nil
}

func (h *Handlers) recipientRows(r *web.Request) page.Rows[goods.Recipient] {
	return page.Rows[goods.Recipient]{Columns: []web.Column[goods.Recipient]{
		col(r, "nama", web.Words, func(p goods.Recipient) any { return p.Name }),
		col(r, "alamat", web.Words, func(p goods.Recipient) any { return p.Address }),
		page.Hidden(col(r, "nomor", web.Count, func(p goods.Recipient) any { return p.No })),
		page.Hidden(col(r, "wilayah", web.Words, func(p goods.Recipient) any { return h.Atlas.Name(p.Area) })),
		page.Badged(col(r, "status", web.Words, func(p goods.Recipient) any { return r.T("goods.recipient_status." + string(p.Status)) }), func(p goods.Recipient) web.Tone { return recipientTone(p.Status) }),
	}}
}

// listSheet is the head of a list's page with what may become of it.
func (h *Handlers) listSheet(ctx context.Context, r *web.Request, l goods.List, items map[string]goods.Item) page.Sheet {
	s := below(r, l.Title, crumb(r, "lists", ListPath))
	s.Lead = r.T("goods.lists.one_lead", "number", l.Number, "place", l.Place, "day", web.Day(ctx, l.Day))
	s.Badge = web.Badge(listTone(l.Status), r.T("goods.list_status."+string(l.Status)))
	if l.Status == goods.ListOpen && may(r, hand) {
		s.Acts = append(s.Acts, page.Link{Href: toList(l.ID) + "/hari", Label: r.T("goods.desk.open"), Main: true})
	}
	s.Add("", web.Stats([]web.Stat{{Label: r.T("goods.field.jumlah_penerima"), Value: web.Number(ctx, l.Recipients)}, {Label: r.T("goods.field.sudah"), Value: web.Number(ctx, l.Handed)},
		{Label: r.T("goods.field.belum"), Value: web.Number(ctx, l.Recipients-l.Handed-l.Blocked)}, {Label: r.T("goods.field.ditahan"), Value: web.Number(ctx, l.Blocked)}}))
	var each []string
	for _, i := range l.Items {
		each = append(each, web.Number(ctx, i.Each)+" "+items[i.Item].Unit+" "+itemName(items, i.Item))
	}
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.lists.each_gets"), Value: strings.Join(each, ", ")}, {Term: r.T("goods.field.tempat"), Value: l.DepotName},
		{Term: r.T("goods.field.wilayah"), Value: h.Atlas.Path(l.Area, ", ")}, {Term: r.T("goods.field.pengusul"), Value: l.Maker, Note: page.Local(ctx, l.MadeAt)},
		{Term: r.T("goods.field.penyetuju"), Value: l.Opener, Note: page.Local(ctx, l.OpenedAt)}, {Term: r.T("goods.field.penutup"), Value: l.Closer, Note: page.Local(ctx, l.ClosedAt)}}))
	path := toList(l.ID)
	switch {
	case l.Status == goods.ListDraft && may(r, approve):
		s.Add(r.T("goods.lists.open"), page.Paragraph(r.T("goods.lists.open_text")), page.FormPart(page.Form{Action: path + "/buka", Submit: r.T("goods.lists.open_submit")}, nil))
	case l.Status == goods.ListDraft && may(r, manage):
		s.Add("", page.Notice(web.Wait, r.T("goods.lists.waits"), ""), page.FormPart(page.Form{Action: path + "/tutup", Submit: r.T("goods.lists.cancel"), Danger: true}, nil))
	case l.Status == goods.ListOpen && may(r, manage):
		s.Add(r.T("goods.lists.close"), page.FormPart(page.Form{Action: path + "/tutup", Submit: r.T("goods.lists.close_submit")}, nil))
	}
	return s
}

func (h *Handlers) openList(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.Open(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(toList(id), web.Done("goods.lists.opened")), nil
}

func (h *Handlers) closeList(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.Close(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(toList(id), web.Done("goods.lists.closed")), nil
}

// lineOf reads the list and the line in the address.
func lineOf(r *web.Request) (l goods.Recipient, err error) {
	if l.List, err = idOf(r); err != nil {
		return l, err
	}
	l.No, err = strconv.ParseInt(r.PathValue("no"), 10, 64)
	if err != nil {
		err = fault.NotFound("goods.no_recipient").Because(err)
	}
	return l, err
}
