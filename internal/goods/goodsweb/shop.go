package goodsweb

import (
	"context"
	"strings"

	"gotong/internal/goods"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// shopTop begins one of the sister pages of the shops.
func shopTop(r *web.Request, key, path string) page.Sheet {
	s := page.Sheet{Base: r.Base(r.T("goods." + key + ".title")), TabsLabel: r.T("goods.tabs"), Lead: r.T("goods." + key + ".lead")}
	for _, t := range []struct{ key, href string }{{"shops", ShopPath}, {"findings", ShopPath + "/temuan"}, {"districts", ShopPath + "/kecamatan"}} {
		s.Tabs = append(s.Tabs, web.Tab{Label: r.T("goods." + t.key + ".tab"), Href: t.href, Current: t.href == path})
	}
	return s
}

// shops are the e-warong, with what is open there.
func (h *Handlers) shops(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Shops(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return nil, err
	}
	q, today := r.List(), h.Service.Today()
	state := func(x goods.Shop) string {
		switch {
		case x.Late > 0:
			return "late"
		case x.Open > 0:
			return "open"
		case x.Due(today, rules.Shops.Every):
			return "due"
		}
		return "fine"
	}
	all = page.Keep(all, func(x goods.Shop) bool {
		return page.Is(q.Text("status"), state(x)) && strings.HasPrefix(x.Area, q.Text("kecamatan")) && page.Has(q.Text("cari"), x.Name, x.Owner, x.EDC, h.Atlas.Path(x.Area, " "))
	})
	s := shopTop(r, "shops", ShopPath)
	s.Act(may(r, manage), ShopPath+"/baru", r.T("goods.shops.new"))
	return page.Rows[goods.Shop]{Name: "e-warong", Caption: r.T("goods.shops.title"), All: all, Empty: r.T("goods.shops.none"),
		Href: func(x goods.Shop) string { return to(ShopPath, x.ID) },
		Columns: []web.Column[goods.Shop]{
			col(r, "nama", web.Words, func(x goods.Shop) any { return x.Name }),
			col(r, "wilayah", web.Words, func(x goods.Shop) any { return h.Atlas.Name(x.Area) }),
			col(r, "pemilik", web.Words, func(x goods.Shop) any { return x.Owner }),
			page.Badged(col(r, "status", web.Words, func(x goods.Shop) any { return r.T("goods.shop_status." + state(x)) }), func(x goods.Shop) web.Tone {
				return map[string]web.Tone{"late": web.Bad, "open": web.Warn, "due": web.Wait, "fine": web.Good}[state(x)]
			}),
			col(r, "diperiksa", web.Date, func(x goods.Shop) any {
				if x.Last == nil {
					return nil
				}
				return *x.Last
			}),
			col(r, "temuan", web.Count, func(x goods.Shop) any { return x.Open }),
			col(r, "terlambat", web.Count, func(x goods.Shop) any { return x.Late }),
			page.Hidden(col(r, "alamat", web.Words, func(x goods.Shop) any { return x.Address })),
			page.Hidden(col(r, "edc", web.Code, func(x goods.Shop) any { return x.EDC })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "status", page.Of(page.Options(r, "goods.shop_status.", []string{"late", "open", "due", "fine"}))))
}

// districts are the shops of each district in figures.
func (h *Handlers) districts(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.ShopOverview(ctx)
	if err != nil {
		return nil, err
	}
	cari := r.List().Text("cari")
	all = page.Keep(all, func(d goods.DistrictShops) bool { return page.Has(cari, h.Atlas.Path(d.District, " ")) })
	return page.Rows[goods.DistrictShops]{Name: "e-warong-kecamatan", Caption: r.T("goods.districts.title"), All: all, Empty: r.T("goods.shops.none"),
		Href: func(d goods.DistrictShops) string { return ShopPath + "?kecamatan=" + d.District },
		Columns: []web.Column[goods.DistrictShops]{
			col(r, "kecamatan", web.Words, func(d goods.DistrictShops) any { return h.Atlas.Path(d.District, ", ") }),
			page.Hidden(col(r, "kode", web.Code, func(d goods.DistrictShops) any { return d.District })),
			col(r, "warung", web.Count, func(d goods.DistrictShops) any { return d.Shops }),
			col(r, "perlu_diperiksa", web.Count, func(d goods.DistrictShops) any { return d.Due }),
			col(r, "temuan", web.Count, func(d goods.DistrictShops) any { return d.Open }),
			col(r, "terlambat", web.Count, func(d goods.DistrictShops) any { return d.Late }),
		}}.Page(r, shopTop(r, "districts", ShopPath+"/kecamatan"), ask(r, "cari", page.Optional))
}

// findings are what was found wrong, with the day by which it is mended.
func (h *Handlers) findings(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Findings(ctx)
	if err != nil {
		return nil, err
	}
	q := r.List()
	all = page.Keep(all, func(f goods.Finding) bool {
		return page.Is(q.Text("status"), h.findingState(f)) && page.Is(q.Text("apa"), f.Code) && page.Has(q.Text("cari"), f.ShopName)
	})
	list := page.Rows[goods.Finding]{Name: "temuan-e-warong", Caption: r.T("goods.findings.title"), All: all, Empty: r.T("goods.findings.none"),
		Href: func(f goods.Finding) string { return to(ShopPath, f.Shop) }, Columns: h.findingColumns(r)}
	return list.Page(r, shopTop(r, "findings", ShopPath+"/temuan"), ask(r, "cari", page.Optional), ask(r, "apa", page.Of(page.Options(r, "goods.finding.", goods.FindingCodes))),
		ask(r, "status", page.Of(page.Options(r, "goods.finding_status.", []string{"late", "open", "closed"}))))
}

func (h *Handlers) findingState(f goods.Finding) string {
	switch {
	case f.Closed:
		return "closed"
	case f.Due < h.Service.Today():
		return "late"
	}
	return "open"
}

func (h *Handlers) findingColumns(r *web.Request) []web.Column[goods.Finding] {
	return []web.Column[goods.Finding]{
		col(r, "warung", web.Words, func(f goods.Finding) any { return f.ShopName }),
		col(r, "apa", web.Words, func(f goods.Finding) any { return r.T("goods.finding." + string(f.Code)) }),
		col(r, "rincian", web.Words, func(f goods.Finding) any { return f.Detail }),
		col(r, "paling_lambat", web.Date, func(f goods.Finding) any { return f.Due }),
		page.Badged(col(r, "status", web.Words, func(f goods.Finding) any { return r.T("goods.finding_status." + h.findingState(f)) }), func(f goods.Finding) web.Tone {
			return map[string]web.Tone{"late": web.Bad, "open": web.Warn, "closed": web.Good}[h.findingState(f)]
		}),
		col(r, "tindak_lanjut", web.Words, func(f goods.Finding) any { return f.FollowUp }),
		page.Hidden(col(r, "wilayah", web.Words, func(f goods.Finding) any { return h.Atlas.Name(f.Area) })),
		page.Hidden(col(r, "petugas", web.Words, func(f goods.Finding) any { return f.Closer })),
	}
}

func (h *Handlers) newShop(ctx context.Context, r *web.Request) (web.Response, error) {
	s := below(r, r.T("goods.shops.new"), crumb(r, "shops", ShopPath))
	f := page.Form{Action: ShopPath + "/baru", Submit: r.T("goods.shops.save"), Cancel: ShopPath, Fields: []page.Field{ask(r, "nama"), ask(r, "pemilik", page.Medium),
		ask(r, "wilayah", page.Medium, page.Hint(r.T("goods.hint.wilayah"))), ask(r, "alamat"), ask(r, "edc", page.Medium, page.Optional)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	shop := goods.Shop{Name: r.Text("nama"), Owner: r.Text("pemilik"), Area: h.area(&x, "wilayah"), Address: r.Text("alamat"), EDC: r.Text("edc")}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	shop, err := h.Service.AddShop(ctx, shop)
	return f.Answer(r, s, "nama", err, to(ShopPath, shop.ID), "goods.shops.saved")
}

// shop shows a shop, its visits and what they found.
func (h *Handlers) shop(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	x, checks, found, err := h.Service.Shop(ctx, id)
	if err != nil {
		return nil, err
	}
	s := below(r, x.Name, crumb(r, "shops", ShopPath))
	s.Lead = h.Atlas.Path(x.Area, ", ")
	if may(r, hand) {
		s.Acts = append(s.Acts, page.Link{Href: to(ShopPath, id) + "/periksa", Label: r.T("goods.check.title"), Main: true})
	}
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("goods.field.pemilik"), Value: x.Owner}, {Term: r.T("goods.field.alamat"), Value: x.Address}, {Term: r.T("goods.field.edc"), Value: x.EDC}}))
	s.Add(r.T("goods.findings.title"), page.Rows[goods.Finding]{ID: "temuan", Caption: r.T("goods.findings.title"), All: found, Empty: r.T("goods.findings.none"), Columns: h.findingColumns(r)[1:]}.Show(r))
	for _, f := range found {
		if !f.Closed && may(r, manage) {
			s.Add(r.T("goods.findings.mend", "what", r.T("goods.finding."+string(f.Code))), page.FormPart(page.Form{Action: to(to(ShopPath, id)+"/temuan", f.ID), Submit: r.T("goods.findings.close"),
				Fields: []page.Field{ask(r, "tindak_lanjut")}}, nil))
			break // one at a time, the one that is due first
		}
	}
	s.Add(r.T("goods.check.visits"), page.Rows[goods.ShopCheck]{ID: "kunjungan", Caption: r.T("goods.check.visits"), All: checks, Empty: r.T("goods.check.none"), Columns: []web.Column[goods.ShopCheck]{
		col(r, "hari", web.Date, func(c goods.ShopCheck) any { return c.Day }), col(r, "petugas", web.Words, func(c goods.ShopCheck) any { return c.Actor }),
		col(r, "edc_berfungsi", web.YesNo, func(c goods.ShopCheck) any { return c.EDCWorks }), col(r, "hanya_boleh", web.YesNo, func(c goods.ShopCheck) any { return c.OnlyAllowed }),
		col(r, "paket_paksa", web.YesNo, func(c goods.ShopCheck) any { return c.PackageForced }), col(r, "kartu_ditahan", web.YesNo, func(c goods.ShopCheck) any { return c.CardKept }),
		col(r, "harga", web.Words, func(c goods.ShopCheck) any { return prices(ctx, r, c) }), col(r, "catatan", web.Words, func(c goods.ShopCheck) any { return c.Note })}}.Show(r))
	return web.Page(page.View(s)), nil
}

// prices writes what each item costs, and what it costs on the market.
func prices(ctx context.Context, r *web.Request, c goods.ShopCheck) string {
	var all []string
	for _, p := range c.Prices {
		all = append(all, r.T("goods.check.price", "item", p.Item, "here", web.Rupiah(ctx, p.Price), "market", web.Rupiah(ctx, p.Market)))
	}
	return strings.Join(all, "; ")
}

// checkShop records a visit.
func (h *Handlers) checkShop(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	shop, _, _, err := h.Service.Shop(ctx, id)
	if err != nil {
		return nil, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return nil, err
	}
	items, _, err := h.itemOptions(ctx)
	if err != nil {
		return nil, err
	}
	path := to(ShopPath, id)
	s := below(r, r.T("goods.check.title"), crumb(r, "shops", ShopPath), web.Crumb{Label: shop.Name, Href: path})
	s.Lead = r.T("goods.check.lead", "allowed", rules.Shops.Allowed.In(r.Lang))
	yes := []web.Option{{Value: "1", Label: r.T("web.table.yes")}, {Value: "0", Label: r.T("web.table.no")}}
	f := page.Form{Action: path + "/periksa", Submit: r.T("goods.check.submit"), Cancel: path, Fields: []page.Field{ask(r, "hari", page.Day, page.From(h.Service.Today().String())),
		ask(r, "edc_berfungsi", page.Radio(yes)), ask(r, "hanya_boleh", page.Radio(yes)), ask(r, "paket_paksa", page.Radio(yes)), ask(r, "kartu_ditahan", page.Radio(yes))}}
	for _, item := range rules.Shops.Basket {
		name := itemName(items, item)
		f.Fields = append(f.Fields, ask(r, "harga_"+item, page.Rupiah, page.Optional, page.Called(r.T("goods.check.here", "item", name))), ask(r, "pasar_"+item, page.Rupiah, page.Optional, page.Called(r.T("goods.check.market", "item", name))))
	}
	f.Fields = append(f.Fields, ask(r, "catatan", page.Lines, page.Optional))
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	c := goods.ShopCheck{Shop: id, Day: x.day("hari"), EDCWorks: answered(&x, "edc_berfungsi"), OnlyAllowed: answered(&x, "hanya_boleh"),
		PackageForced: answered(&x, "paket_paksa"), CardKept: answered(&x, "kartu_ditahan"), Note: r.Text("catatan")}
	for _, item := range rules.Shops.Basket {
		if r.Text("harga_"+item) != "" || r.Text("pasar_"+item) != "" {
			c.Prices = append(c.Prices, goods.Price{Item: item, Price: x.rupiah("harga_" + item), Market: x.rupiah("pasar_" + item)})
		}
	}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	found, err := h.Service.CheckShop(ctx, c)
	return f.Answer(r, s, "hari", err, path, "goods.check.done", "n", web.Number(ctx, int64(len(found))))
}

// answered reads a yes or no that must be given.
func answered(x *read, name string) bool {
	if v := x.r.Text(name); v != "0" && v != "1" {
		x.errors.Add(name, x.r.T("goods.choose_one"))
	}
	return x.r.Text(name) == "1"
}

func (h *Handlers) closeFinding(ctx context.Context, r *web.Request) (web.Response, error) {
	shop, id, err := twoIDs(r, "finding")
	if err != nil {
		return nil, err
	}
	if err := h.Service.CloseFinding(ctx, id, r.Text("tindak_lanjut")); err != nil {
		return nil, err
	}
	return web.SeeOther(to(ShopPath, shop), web.Done("goods.findings.closed")), nil
}
