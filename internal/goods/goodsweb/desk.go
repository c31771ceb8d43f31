package goodsweb

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// deskLength is how many people a distribution day's page shows: little
// enough for a telephone with two bars.
const deskLength = 20

// deskView is a distribution day.
type deskView struct {
	web.Base
	Lead     string
	Path     string
	List     goods.List
	Open     bool
	Text     string
	Status   string
	Statuses []web.Option
	Stats    []web.Stat
	People   []goods.Recipient
	Total    int64
	More     string
}

func toHand(list ident.ID, no int64) string {
	return toList(list) + "/serah/" + strconv.FormatInt(no, 10)
}

// desk is the page of whoever hands over.
func (h *Handlers) desk(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	l, _, err := h.Service.ListByID(ctx, id)
	if err != nil {
		return nil, err
	}
	q := r.List()
	f := goods.RecipientFilter{List: id, Text: q.Text("cari"), Status: goods.RecipientStatus(q.Text("status")), Limit: deskLength}
	if _, said := q.Values["status"]; !said && f.Text == "" {
		f.Status = goods.Waiting
	}
	f.Offset, _ = strconv.Atoi(q.After)
	people, total, err := h.Service.Desk(ctx, f, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	v := deskView{Base: r.Base(r.T("goods.desk.title", "title", l.Title)).At(crumb(r, "lists", ListPath), web.Crumb{Label: l.Title, Href: toList(id)}),
		Lead: r.T("goods.lists.one_lead", "number", l.Number, "place", l.Place, "day", web.Day(ctx, l.Day)), Path: toList(id) + "/hari", List: l, Open: l.Status == goods.ListOpen,
		Text: f.Text, Status: string(f.Status), Statuses: page.Options(r, "goods.recipient_status.", []goods.RecipientStatus{goods.Waiting, goods.Handed, goods.Blocked}), People: people, Total: total,
		Stats: []web.Stat{{Label: r.T("goods.field.sudah"), Value: web.Number(ctx, l.Handed)}, {Label: r.T("goods.field.belum"), Value: web.Number(ctx, l.Recipients-l.Handed-l.Blocked)},
			{Label: r.T("goods.field.ditahan"), Value: web.Number(ctx, l.Blocked)}}}
	if int64(f.Offset+deskLength) < total {
		v.More = q.With("status", string(f.Status))
		join := "?"
		if strings.Contains(v.More, "?") {
			join = "&"
		}
		v.More += join + "setelah=" + strconv.Itoa(f.Offset+deskLength)
	}
	return web.Page(deskPage(v)), nil
}

// receipt shows a recipient, and how their goods were handed over.
func (h *Handlers) receipt(ctx context.Context, r *web.Request) (web.Response, error) {
	at, err := lineOf(r)
	if err != nil {
		return nil, err
	}
	l, p, given, err := h.Service.Receipt(ctx, at.List, at.No)
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	s := h.recipientSheet(r, l, p, p.Name)
	s.Badge = web.Badge(recipientTone(p.Status), r.T("goods.recipient_status."+string(p.Status)))
	s.Act(given == nil && p.Status == goods.Waiting && l.Status == goods.ListOpen && may(r, hand), toHand(l.ID, p.No), r.T("goods.desk.hand"))
	s.Act(!p.Family.IsZero() && may(r, access.SeeFamilies), h.FamilyPage(p.Family), r.T("goods.handover.family"))
	if given == nil {
		if p.Status == goods.Blocked {
			s.Add("", page.Notice(web.Warn, r.T("goods.recipient_status.blocked"), r.T("goods.desk.blocked_text")))
		}
		return web.Page(page.View(s)), nil
	}
	about := []web.Pair{{Term: r.T("goods.field.penerima"), Value: given.Receiver, Note: r.T("goods.relation." + string(given.Relation))}, {Term: r.T("goods.field.saat"), Value: page.Local(ctx, given.At)},
		{Term: r.T("goods.field.petugas"), Value: given.Actor}}
	if given.Letter != "" {
		about = append(about, web.Pair{Term: r.T("goods.field.surat_kuasa"), Value: given.Letter})
	}
	if given.Spot != nil {
		about = append(about, web.Pair{Term: r.T("goods.field.titik"), Value: given.Spot.String()})
	}
	if given.Note != "" {
		about = append(about, web.Pair{Term: r.T("goods.field.catatan"), Value: given.Note})
	}
	for _, x := range []struct {
		id   ident.ID
		word string
	}{{given.Photo, "goods.handover.photo"}, {given.Signature, "goods.handover.signature"}} {
		if !x.id.IsZero() {
			about = append(about, web.Pair{Term: r.T(x.word), Show: page.Linked(toPicture(x.id), r.T("goods.handover.open"))})
		}
	}
	s.Add(r.T("goods.handover.record"), web.Pairs(about), page.Rows[goods.HandedItem]{ID: "diserahkan", Caption: r.T("goods.handover.goods"), All: given.Items, Columns: []web.Column[goods.HandedItem]{
		col(r, "barang", web.Words, func(i goods.HandedItem) any { return itemName(items, i.Item) }), col(r, "lot", web.Code, func(i goods.HandedItem) any { return i.Lot }),
		col(r, "jumlah", web.Count, func(i goods.HandedItem) any { return i.Quantity }), col(r, "satuan", web.Words, func(i goods.HandedItem) any { return items[i.Item].Unit })}}.Show(r))
	if document.Handover.MayIssue(r.Actor) {
		s.Add("", web.Papers(web.PaperForm{About: given.ID.String(), Kinds: []string{string(document.Handover)}}))
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) recipientSheet(r *web.Request, l goods.List, p goods.Recipient, title string) page.Sheet {
	s := below(r, title, crumb(r, "lists", ListPath), web.Crumb{Label: l.Title, Href: toList(l.ID)})
	s.Lead = p.Address
	return s
}

// handOver records the goods in somebody's hands.
func (h *Handlers) handOver(ctx context.Context, r *web.Request) (web.Response, error) {
	at, err := lineOf(r)
	if err != nil {
		return nil, err
	}
	l, p, given, err := h.Service.Receipt(ctx, at.List, at.No)
	if err != nil {
		return nil, err
	}
	if given != nil && r.Method == "GET" {
		return web.SeeOther(toRecipient(l.ID, p.No)), nil
	}
	_, stock, err := h.Service.ListByID(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	s := h.recipientSheet(r, l, p, r.T("goods.handover.title", "name", p.Name))
	f := h.handoverForm(r, l, p, items, stock)
	var list []templ.Component
	for _, i := range l.Items {
		list = append(list, page.Paragraph(web.Number(ctx, i.Each)+" "+items[i.Item].Unit+" "+itemName(items, i.Item)))
	}
	s.Add(r.T("goods.handover.gets"), list...)
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	g := goods.Giveaway{Key: r.Text("kunci"), List: l.ID, No: p.No, Receiver: r.Text("penerima"), Relation: goods.Relation(r.Text("hubungan")), Letter: r.Text("surat_kuasa"),
		Note: r.Text("catatan"), Photo: upload(&x, "foto"), Signature: upload(&x, "tanda_tangan"), Spot: spot(&x, "titik"), Serials: map[string]string{}}
	for _, i := range l.Items {
		if no := r.Text("nomor_" + i.Item); no != "" {
			g.Serials[i.Item] = no
		}
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	_, err = h.Service.HandOver(ctx, g)
	return f.Answer(r, s, "penerima", err, toList(l.ID)+"/hari", "goods.handover.done")
}

func (h *Handlers) handoverForm(r *web.Request, l goods.List, p goods.Recipient, items map[string]goods.Item, stock []goods.ListStock) page.Form {
	f := page.Form{Action: toHand(l.ID, p.No), Upload: true, Submit: r.T("goods.handover.submit"), Cancel: toList(l.ID) + "/hari", Hidden: []web.Pair{h.once(r)}, Fields: []page.Field{
		ask(r, "hubungan", page.Radio(page.Options(r, "goods.relation.", goods.Relations)), page.From(string(goods.Self))), ask(r, "penerima", page.From(p.Name), page.Called(r.T("goods.handover.receiver"))),
		ask(r, "surat_kuasa", page.Medium, page.Optional, page.Hint(r.T("goods.hint.surat_kuasa")))}}
	for _, i := range l.Items {
		if items[i.Item].Tracking != goods.Serial {
			continue
		}
		var numbers []web.Option
		for _, x := range stock {
			if x.Item == i.Item && x.Left() > 0 {
				numbers = append(numbers, web.Option{Value: x.Lot, Label: x.Lot})
			}
		}
		f.Fields = append(f.Fields, ask(r, "nomor_"+i.Item, page.Of(numbers), page.Called(r.T("goods.handover.number", "item", itemName(items, i.Item)))))
	}
	f.Fields = append(f.Fields, ask(r, "foto", page.Picture, page.Hint(r.T("goods.hint.foto"))), ask(r, "tanda_tangan", page.Picture, drawn(r), page.Hint(r.T("goods.hint.tanda_tangan"))),
		ask(r, "titik", page.Medium, page.Optional, page.Hint(r.T("goods.hint.titik"))), ask(r, "catatan", page.Optional))
	return f
}

// upload reads a picture of a form; nil for none.
func upload(x *read, name string) []byte {
	u, err := x.r.Upload(name)
	if errors.Is(err, web.ErrNoFile) {
		return nil
	}
	if err != nil {
		x.take(name, err)
		return nil
	}
	defer u.Close()
	b, err := io.ReadAll(u)
	x.take(name, err)
	return b
}

// spot reads a place in degrees, "-6.104210, 106.923100"; nil for none.
func spot(x *read, name string) *goods.Spot {
	value := x.r.Text(name)
	if value == "" {
		return nil
	}
	latitude, longitude, _ := strings.Cut(value, ",")
	a, err1 := strconv.ParseFloat(strings.TrimSpace(latitude), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(longitude), 64)
	p := goods.Spot{Latitude: int64(a * 1e6), Longitude: int64(b * 1e6)}
	if err := errors.Join(err1, err2); err != nil || !(a >= -90 && a <= 90 && b >= -180 && b <= 180) {
		x.take(name, fault.Invalid("goods.bad_spot"))
		return nil
	}
	return &p
}
