package goodsweb

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/goods"
	"gotong/internal/ident"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// tabs are the sister pages of the stores.
func tabs(r *web.Request, current string) []web.Tab {
	var all []web.Tab
	for _, t := range []struct{ key, href string }{{"stock", Path}, {"lists", ListPath}, {"depots", DepotPath}, {"reorder", Path + "/kurang"}, {"orders", OrderPath},
		{"transfers", Path + "/kiriman"}, {"adjustments", Path + "/pembetulan"}, {"emergencies", CrisisPath}, {"units", UnitPath}, {"catalogue", Path + "/katalog"}} {
		all = append(all, web.Tab{Label: r.T("goods." + t.key + ".tab"), Href: t.href, Current: t.href == current})
	}
	return all
}

// top begins one of the sister pages.
func top(r *web.Request, key, path string) page.Sheet {
	return page.Sheet{Base: r.Base(r.T("goods." + key + ".title")), TabsLabel: r.T("goods.tabs"), Lead: r.T("goods." + key + ".lead"), Tabs: tabs(r, path)}
}

// below begins a page below a sister page.
func below(r *web.Request, title string, crumbs ...web.Crumb) page.Sheet {
	return page.Sheet{Base: r.Base(title).At(crumbs...)}
}

func crumb(r *web.Request, key, path string) web.Crumb {
	return web.Crumb{Label: r.T("goods." + key + ".title"), Href: path}
}

// stock shows what lies in the stores.
func (h *Handlers) stock(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	depots, depotOptions, err := h.depotOptions(ctx)
	if err != nil {
		return nil, err
	}
	_, items, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	f := goods.StockFilter{Item: q.Text("barang"), Kind: goods.DepotKind(q.Text("jenis"))}
	if id, err := ident.Parse(q.Text("tempat")); err == nil {
		f.Depot = id
	}
	all, err := h.Service.Stock(ctx, f)
	if err != nil {
		return nil, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return nil, err
	}
	if q.Text("batas") != "" {
		all = page.Keep(all, func(b goods.Balance) bool { return b.Expiring(h.Service.Today(), rules.Stock.Expiry) })
	}
	s := top(r, "stock", Path)
	s.Act(r.Actor.Can(manage) && len(depots) > 0, ListPath+"/baru", r.T("goods.lists.new"))
	list := page.Rows[goods.Balance]{Name: "stok", Caption: r.T("goods.stock.title"), Columns: h.balanceColumns(r, rules), All: all,
		Href: func(b goods.Balance) string { return toCard(b.Depot.ID, b.Item.Code) }, Empty: r.T("goods.stock.none")}
	return list.Page(r, s, ask(r, "tempat", page.Of(depotOptions)), ask(r, "barang", page.Of(items)), ask(r, "jenis", page.Called(r.T("goods.field.jenis_tempat")), page.Of(page.Options(r, "goods.depot_kind.", goods.DepotKinds))),
		ask(r, "batas", page.Of([]web.Option{{Value: "1", Label: r.T("goods.stock.expiring", "n", rules.Stock.Expiry)}})))
}

func toCard(depot ident.ID, item string) string {
	return to(DepotPath, depot) + "/kartu/" + url.PathEscape(item)
}

func (h *Handlers) balanceColumns(r *web.Request, rules goods.Rules) []web.Column[goods.Balance] {
	today := h.Service.Today()
	return []web.Column[goods.Balance]{
		col(r, "barang", web.Words, func(b goods.Balance) any { return b.Item.Name }),
		page.Hidden(col(r, "kode", web.Code, func(b goods.Balance) any { return b.Item.Code })),
		col(r, "tempat", web.Words, func(b goods.Balance) any { return b.Depot.Name }),
		page.Hidden(col(r, "wilayah", web.Words, func(b goods.Balance) any { return h.Atlas.Name(b.Depot.Area) })),
		col(r, "jumlah", web.Count, func(b goods.Balance) any { return b.Quantity }),
		col(r, "satuan", web.Words, func(b goods.Balance) any { return b.Item.Unit }),
		col(r, "lot", web.Code, func(b goods.Balance) any { return b.Lot }),
		{Name: "kedaluwarsa", Label: r.T("goods.field.kedaluwarsa"), Kind: web.Date, Value: func(b goods.Balance) any {
			if b.Expires == nil {
				return nil
			}
			return *b.Expires
		}, Show: func(b goods.Balance) templ.Component { return expiry(b, b.Expiring(today, rules.Stock.Expiry)) }},
		page.Hidden(col(r, "nilai", web.Amount, func(b goods.Balance) any { return int64(b.Item.Value) * b.Quantity })),
	}
}

// depotOptions are the stores of the actor's areas.
func (h *Handlers) depotOptions(ctx context.Context) ([]goods.Depot, []web.Option, error) {
	all, err := h.Service.Depots(ctx)
	chosen := make([]web.Option, len(all))
	for i, d := range all {
		chosen[i] = web.Option{Value: d.ID.String(), Label: d.Name}
	}
	return all, chosen, err
}

// itemOptions are the catalogue.
func (h *Handlers) itemOptions(ctx context.Context) (map[string]goods.Item, []web.Option, error) {
	all, err := h.Service.Items(ctx)
	by := make(map[string]goods.Item, len(all))
	chosen := make([]web.Option, len(all))
	for i, x := range all {
		by[x.Code] = x
		chosen[i] = web.Option{Value: x.Code, Label: x.Name + " (" + x.Unit + ")"}
	}
	return by, chosen, err
}

// itemName is the name of an item of the catalogue.
func itemName(items map[string]goods.Item, code string) string {
	if i, ok := items[code]; ok {
		return i.Name
	}
	return code
}

// reorder shows what the stores hold too little of.
func (h *Handlers) reorder(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Reorder(ctx)
	if err != nil {
		return nil, err
	}
	_, depots, err := h.depotOptions(ctx)
	if err != nil {
		return nil, err
	}
	depot := r.List().Text("tempat")
	all = page.Keep(all, func(n goods.Need) bool { return page.Is(depot, n.Depot.ID.String()) })
	s := top(r, "reorder", Path+"/kurang")
	s.Act(r.Actor.Can(manage), OrderPath+"/baru", r.T("goods.orders.new"))
	return page.Rows[goods.Need]{Name: "perlu-dipesan", Caption: r.T("goods.reorder.title"), All: all, Empty: r.T("goods.reorder.none"),
		Href: func(n goods.Need) string { return toCard(n.Depot.ID, n.Item.Code) },
		Columns: []web.Column[goods.Need]{
			col(r, "barang", web.Words, func(n goods.Need) any { return n.Item.Name }),
			col(r, "tempat", web.Words, func(n goods.Need) any { return n.Depot.Name }),
			col(r, "ada", web.Count, func(n goods.Need) any { return n.Have }),
			col(r, "minimum", web.Count, func(n goods.Need) any { return n.Minimum }),
			col(r, "akan_datang", web.Count, func(n goods.Need) any { return n.Coming }),
			col(r, "kurang", web.Count, func(n goods.Need) any { return n.Missing() }),
			col(r, "satuan", web.Words, func(n goods.Need) any { return n.Item.Unit }),
		}}.Page(r, s, ask(r, "tempat", page.Of(depots)))
}

// catalogue shows what goods there are.
func (h *Handlers) catalogue(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Items(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	all = page.Keep(all, func(i goods.Item) bool {
		return page.Is(q.Text("jenis"), i.Kind) && page.Has(q.Text("cari"), i.Name, i.Code)
	})
	s := top(r, "catalogue", Path+"/katalog")
	s.Act(r.Actor.Can(manage), Path+"/katalog/baru", r.T("goods.catalogue.new"))
	return page.Rows[goods.Item]{Name: "katalog", Caption: r.T("goods.catalogue.title"), All: all, Empty: r.T("goods.catalogue.none"),
		Columns: []web.Column[goods.Item]{
			col(r, "barang", web.Words, func(i goods.Item) any { return i.Name }),
			col(r, "kode", web.Code, func(i goods.Item) any { return i.Code }),
			col(r, "jenis", web.Words, func(i goods.Item) any { return r.T("goods.kind." + string(i.Kind)) }),
			col(r, "satuan", web.Words, func(i goods.Item) any { return i.Unit }),
			col(r, "cara_hitung", web.Words, func(i goods.Item) any { return r.T("goods.tracking." + string(i.Tracking)) }),
			col(r, "nilai", web.Amount, func(i goods.Item) any { return i.Value }),
			page.Hidden(col(r, "spesifikasi", web.Words, func(i goods.Item) any { return i.Spec })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "jenis", page.Of(page.Options(r, "goods.kind.", goods.Kinds))))
}

func (h *Handlers) newItem(ctx context.Context, r *web.Request) (web.Response, error) {
	s := below(r, r.T("goods.catalogue.new"), crumb(r, "catalogue", Path+"/katalog"))
	f := page.Form{Action: Path + "/katalog/baru", Submit: r.T("goods.catalogue.save"), Cancel: Path + "/katalog", Fields: []page.Field{
		ask(r, "kode", page.Hint(r.T("goods.hint.kode")), page.Medium), ask(r, "nama"), ask(r, "jenis", page.Of(page.Options(r, "goods.kind.", goods.Kinds))),
		ask(r, "satuan", page.Hint(r.T("goods.hint.satuan")), page.Short), ask(r, "cara_hitung", page.Radio(page.Options(r, "goods.tracking.", goods.Trackings))),
		ask(r, "punya_batas", page.Tick), ask(r, "spesifikasi", page.Lines, page.Optional), ask(r, "nilai", page.Rupiah, page.From("0"))}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	i := goods.Item{Code: r.Text("kode"), Name: r.Text("nama"), Kind: goods.Kind(r.Text("jenis")), Unit: r.Text("satuan"), Tracking: goods.Tracking(r.Text("cara_hitung")),
		Expires: r.Text("punya_batas") == "1", Spec: r.Text("spesifikasi"), Value: x.rupiah("nilai")}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	return f.Answer(r, s, "kode", h.Service.AddItem(ctx, i), Path+"/katalog", "goods.catalogue.saved")
}

// proof shows every invariant, recomputed now.
func (h *Handlers) proof(ctx context.Context, r *web.Request) (web.Response, error) {
	p, err := h.Service.Prove(ctx)
	if err != nil {
		return nil, err
	}
	s := below(r, r.T("goods.proof.title"), crumb(r, "stock", Path))
	s.Lead = r.T("goods.proof.lead")
	tone, word := web.Good, r.T("goods.proof.holds")
	if !p.Balanced {
		tone, word = web.Bad, r.T("goods.proof.broken")
	}
	s.Badge = web.Badge(tone, word)
	s.Add("", web.Stats([]web.Stat{{Label: r.T("goods.proof.movements"), Value: web.Number(ctx, p.Movements)}, {Label: r.T("goods.proof.handovers"), Value: web.Number(ctx, p.Handovers)},
		{Label: r.T("goods.proof.meals"), Value: web.Number(ctx, p.Meals)}}))
	var reasons []web.Reason
	for _, name := range goods.Invariants {
		a := web.IsYes
		if !p.Invariants[name] {
			a = web.IsNo
		}
		reasons = append(reasons, web.Reason{Answer: a, Sentence: r.T("goods.invariant." + name)})
	}
	s.Add("", web.Reasons(reasons))
	for _, problem := range p.Problems {
		s.Add("", page.Paragraph(problem))
	}
	return web.Page(page.View(s)), nil
}

// picture opens a photo or a signature.
func (h *Handlers) picture(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	p, b, err := h.Service.Picture(ctx, id)
	if err != nil {
		return nil, err
	}
	kind, name := "image/jpeg", string(p.Kind)+".jpg"
	if len(b) > 1 && b[0] == 0x89 {
		kind, name = "image/png", string(p.Kind)+".png"
	}
	return web.Bytes(name, kind, b), nil
}

// may reports what the actor may do.
func may(r *web.Request, p access.Permission) bool { return r.Actor.Can(p) }
