package app

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"time"

	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Where the demo's stores, lists and groups are.
const (
	demoVillage = "3172041004" // Kalibaru, whose operator keeps a Lumbung Sosial
	demoRegency = "3172"
)

// demoItems are the catalogue. The basket that shops are compared by is in it.
var demoItems = []goods.Item{
	{Code: "beras", Name: "Beras medium", Kind: goods.Food, Unit: "kg", Tracking: goods.Bulk, Value: 12500},
	{Code: "telur", Name: "Telur ayam", Kind: goods.Food, Unit: "kg", Tracking: goods.Bulk, Value: 29000},
	{Code: "minyak-goreng", Name: "Minyak goreng", Kind: goods.Food, Unit: "liter", Tracking: goods.Bulk, Value: 17500},
	{Code: "tempe", Name: "Tempe", Kind: goods.Food, Unit: "papan", Tracking: goods.Bulk, Value: 6000},
	{Code: "mi-instan", Name: "Mi instan", Kind: goods.Food, Unit: "bungkus", Tracking: goods.Bulk, Value: 3000},
	{Code: "air-minum", Name: "Air minum", Kind: goods.Food, Unit: "dus", Tracking: goods.Bulk, Value: 24000},
	{Code: "makanan-bayi", Name: "Makanan bayi", Kind: goods.Food, Unit: "dus", Tracking: goods.Lot, Expires: true, Value: 180000},
	{Code: "selimut", Name: "Selimut", Kind: goods.Clothing, Unit: "lembar", Tracking: goods.Bulk, Value: 85000},
	{Code: "tenda-keluarga", Name: "Tenda keluarga", Kind: goods.Shelter, Unit: "unit", Tracking: goods.Bulk, Value: 2400000},
	{Code: "kursi-roda", Name: "Kursi roda", Kind: goods.Device, Unit: "unit", Tracking: goods.Serial, Spec: "Rangka baja, rem ganda", Value: 1850000},
	{Code: "motor-roda-tiga", Name: "Motor roda tiga", Kind: goods.Vehicle, Unit: "unit", Tracking: goods.Serial, Value: 38000000},
	{Code: "kambing", Name: "Kambing", Kind: goods.Livestock, Unit: "ekor", Tracking: goods.Serial, Value: 2100000},
}

// demoPicture is a photo of nothing in particular; each number is another one.
func demoPicture(n int) ([]byte, error) {
	m := image.NewRGBA(image.Rect(0, 0, 240, 180))
	for y := range 180 {
		for x := range 240 {
			m.Set(x, y, color.RGBA{uint8(90 + (x+7*n)%120), uint8(110 + (y+13*n)%90), uint8(80 + (x+y)%60), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 50}); err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	return b.Bytes(), nil
}

// goods fills the stores, opens one in a flood, hands over half of a list,
// has a group carry meals for a month, and visits shops.
func (d *demo) goods(ctx context.Context) error {
	for _, i := range demoItems {
		if err := d.app.Goods.AddItem(d.as(ctx, "dinas"), i); err != nil {
			return err
		}
	}
	depots := map[string]goods.Depot{}
	for _, x := range []goods.Depot{
		{Code: "LS-KALIBARU", Name: "Lumbung Sosial Kalibaru", Kind: goods.Lumbung, Area: demoVillage, Keeper: "Pak Darmin", Place: "Balai RW 04, Kalibaru"},
		{Code: "GD-JAKUT", Name: "Gudang Sudinsos Jakarta Utara", Kind: goods.Warehouse, Area: demoRegency, Keeper: "Bu Lestari", Place: "Jalan Berdikari 2"},
		{Code: "ST-MULYA", Name: "Sentra Mulya Karya", Kind: goods.Centre, Area: demoRegency, Keeper: "Pak Hendro", Place: "Jalan Tat Twam Asi 47"},
	} {
		kept, err := d.app.Goods.AddDepot(d.as(ctx, "dinas"), x)
		if err != nil {
			return err
		}
		depots[x.Code] = kept
	}
	for _, step := range []func(context.Context, map[string]goods.Depot) error{d.fill, d.procure, d.flood, d.visitShops} {
		if err := step(ctx, depots); err != nil {
			return err
		}
	}
	return d.meals(ctx)
}

// fill brings in the opening stock.
func (d *demo) fill(ctx context.Context, depots map[string]goods.Depot) error {
	good, soon := d.app.Goods.Today().AddDays(240), d.app.Goods.Today().AddDays(45)
	for _, a := range []goods.Arrival{
		{Depot: depots["LS-KALIBARU"].ID, Piece: goods.Piece{Item: "beras"}, Quantity: 800},
		{Depot: depots["LS-KALIBARU"].ID, Piece: goods.Piece{Item: "mi-instan"}, Quantity: 350},
		{Depot: depots["LS-KALIBARU"].ID, Piece: goods.Piece{Item: "air-minum"}, Quantity: 220},
		{Depot: depots["LS-KALIBARU"].ID, Piece: goods.Piece{Item: "selimut"}, Quantity: 60},
		{Depot: depots["LS-KALIBARU"].ID, Piece: goods.Piece{Item: "makanan-bayi", Lot: "MB-2511", Expires: &soon}, Quantity: 12},
		{Depot: depots["GD-JAKUT"].ID, Piece: goods.Piece{Item: "beras"}, Quantity: 2600},
		{Depot: depots["GD-JAKUT"].ID, Piece: goods.Piece{Item: "tenda-keluarga"}, Quantity: 14},
		{Depot: depots["GD-JAKUT"].ID, Piece: goods.Piece{Item: "makanan-bayi", Lot: "MB-2512", Expires: &good}, Quantity: 40},
	} {
		a.Document = "BA-STOK-AWAL-2026"
		if _, err := d.app.Goods.Receive(d.as(ctx, "dinas"), a); err != nil {
			return err
		}
	}
	t, err := d.app.Goods.Send(d.as(ctx, "dinas"), goods.Transfer{From: depots["GD-JAKUT"].ID, To: depots["LS-KALIBARU"].ID, Item: "tenda-keluarga", Planned: 6, Note: "Isi lumbung"})
	if err != nil {
		return err
	}
	if err := d.app.Goods.Arrive(d.as(ctx, "operator"), t.ID, 4, "demo/tiba", "Dua menyusul"); err != nil {
		return err
	}
	_, err = d.app.Goods.Count(d.as(ctx, "operator"), depots["LS-KALIBARU"].ID, "mi-instan", "", 338, "Dua dus digigit tikus")
	return err
}

// procure orders wheelchairs from a centre's workshop and takes them in by
// their numbers; another order waits for its approval.
func (d *demo) procure(ctx context.Context, depots map[string]goods.Depot) error {
	officer, manager := d.as(ctx, "dinas"), d.as(ctx, "kepala")
	o, err := d.app.Goods.Request(officer, goods.Order{Depot: depots["GD-JAKUT"].ID, Source: goods.Workshop, Reason: "Permintaan asesmen Desember",
		Lines: []goods.OrderLine{{Item: "kursi-roda", Quantity: 4, Price: 1850000}, {Item: "motor-roda-tiga", Quantity: 1, Price: 38000000}}})
	if err != nil {
		return err
	}
	if err := d.app.Goods.Approve(manager, o.ID, "Bengkel Sentra Mulya Karya", "SP-014/2026"); err != nil {
		return err
	}
	for _, in := range []goods.Inspection{
		{Key: "demo/kursi", Line: 1, Accepted: 3, Rejected: 1, Reason: "Rem kiri tidak menggigit", Pieces: []goods.Piece{{Lot: "KR-2601", Size: "M"}, {Lot: "KR-2602", Size: "M"}, {Lot: "KR-2603", Size: "S"}}},
		{Key: "demo/motor", Line: 2, Accepted: 1, Pieces: []goods.Piece{{Lot: "MH1-3R-00071"}}},
	} {
		in.Order, in.Document = o.ID, "SJ-33/2026"
		for i := range in.Pieces {
			in.Pieces[i].Maker = "Bengkel Sentra Mulya Karya"
		}
		if err := d.app.Goods.Inspect(officer, in); err != nil {
			return err
		}
	}
	if err := d.app.Goods.LogCare(officer, goods.Care{Item: "kursi-roda", Lot: "KR-2603", Day: d.app.Goods.Today(), Kind: "fitting", Note: "Sandaran kaki dipendekkan", Cost: 35000}); err != nil {
		return err
	}
	_, err = d.app.Goods.Request(officer, goods.Order{Depot: depots["LS-KALIBARU"].ID, Source: goods.Purchase, Reason: "Isi ulang lumbung", Lines: []goods.OrderLine{{Item: "mi-instan", Quantity: 100, Price: 3000}}})
	return err
}

// demoFlooded are people who come to the desk in the flood.
var demoFlooded = []string{"Sumiati", "Kasmin", "Rohani", "Wartono", "Sukarsih", "Maman Suherman", "Tarwiyah", "Jumadi", "Nurlaela", "Casmadi", "Dasini", "Karyono"}

// flood declares an emergency, opens the store, and hands over a part of its
// list.
func (d *demo) flood(ctx context.Context, depots map[string]goods.Depot) error {
	officer, manager, keeper := d.as(ctx, "dinas"), d.as(ctx, "kepala"), d.as(ctx, "operator")
	today, store := d.app.Goods.Today(), depots["LS-KALIBARU"].ID
	e, err := d.app.Goods.Declare(officer, goods.Emergency{Decree: "SK 11/DARURAT/2026", SignedBy: "Wali Kota Jakarta Utara", Cause: "Banjir rob di pesisir Cilincing", Area: demoVillage, From: today, To: today.AddDays(60)})
	if err != nil {
		return err
	}
	if _, err := d.app.Goods.Order(manager, e.ID, store, "Untuk warga RW 03 dan RW 04"); err != nil {
		return err
	}
	if _, err := d.app.Goods.Give(keeper, goods.Giving{Key: "demo/dapur", Depot: store, Item: "beras", Quantity: 120, To: "Dapur umum RW 04"}); err != nil {
		return err
	}
	draft := goods.Draft{Title: "Paket banjir rob RW 04", Depot: store, Area: demoVillage, Day: today, Place: "Balai RW 04, Kalibaru",
		Items: []goods.ListItem{{Item: "beras", Each: 10}, {Item: "air-minum", Each: 2}, {Item: "selimut", Each: 1}}}
	for i, name := range demoFlooded {
		draft.Named = append(draft.Named, goods.Named{Name: name, Address: fmt.Sprintf("Jalan Baru Gang %d RT 00%d/004", i+1, i%6+1)})
	}
	l, err := d.app.Goods.MakeList(officer, draft)
	if err != nil {
		return err
	}
	if err := d.app.Goods.Open(manager, l.ID); err != nil {
		return err
	}
	for no, name := range demoFlooded[:5] {
		photo, err := demoPicture(no)
		if err != nil {
			return err
		}
		g := goods.Giveaway{Key: fmt.Sprintf("demo/%d", no), List: l.ID, No: int64(no + 1), Receiver: name, Relation: goods.Self, Photo: photo, Spot: &goods.Spot{Latitude: -6105200 - int64(no), Longitude: 106924800 + int64(no)}}
		if no == 3 {
			g.Receiver, g.Relation, g.Letter = "Sari Wartono", goods.Representative, "Surat kuasa 12 Januari 2026"
		}
		if _, err := d.app.Goods.HandOver(keeper, g); err != nil {
			return err
		}
	}
	return d.entitled(ctx, depots["GD-JAKUT"].ID)
}

// entitled drafts a list out of the determination, for another person to open.
func (d *demo) entitled(ctx context.Context, depot ident.ID) error {
	_, err := d.app.Goods.MakeList(d.as(ctx, "dinas"), goods.Draft{Title: "Beras untuk penerima Permakanan", Programme: "permakanan", Depot: depot, Area: demoRegency,
		Day: d.app.Goods.Today().AddDays(7), Place: "Kantor kelurahan", Items: []goods.ListItem{{Item: "beras", Each: 5}}, Most: 40})
	if fault.Is(err, fault.KindConflict) {
		return nil // nobody in this district is entitled
	}
	return err
}

// demoShops are e-warong by village.
var demoShops = []struct{ name, owner, area, address string }{
	{"E-warong Melati", "Hj. Rukmini", "3172041004", "Jalan Kalibaru Barat 8"}, {"E-warong Berkah", "Sarmadi", "3172041004", "Jalan Baru 21"},
	{"E-warong Cilincing Jaya", "Ningsih", "3172041002", "Jalan Sungai Landak 3"}, {"E-warong Semper", "Tukimin", "3172041003", "Jalan Kramat Jaya 14"},
	{"E-warong Pondok Ranji", "Komariah", "3674041002", "Jalan Pondok Ranji 5"},
}

// visitShops registers shops and visits most of them.
func (d *demo) visitShops(ctx context.Context, _ map[string]goods.Depot) error {
	officer, today := d.as(ctx, "dinas"), d.app.Goods.Today()
	for i, x := range demoShops {
		shop, err := d.app.Goods.AddShop(officer, goods.Shop{Name: x.name, Owner: x.owner, Area: x.area, Address: x.address, EDC: fmt.Sprintf("EDC-%05d", 7001+i)})
		if err != nil {
			return err
		}
		c := goods.ShopCheck{Shop: shop.ID, Day: today.AddDays(-i), EDCWorks: i != 2, OnlyAllowed: true, PackageForced: i == 1, Prices: []goods.Price{{Item: "beras", Price: 13000, Market: 12800}, {Item: "telur", Price: 29000, Market: 29000}}}
		if i == 1 {
			c.Prices[0].Price, c.Note = 15500, "Beras hanya dijual bersama minyak"
		}
		if i == 3 {
			continue // waits for its first visit
		}
		if _, err := d.app.Goods.CheckShop(officer, c); err != nil {
			return err
		}
	}
	return nil
}

// demoMealDays is for how long the demo's group has carried meals.
const demoMealDays = 12

// meals has a community group carry meals to those whom the determination
// grants them, in the smallest area where there are some.
func (d *demo) meals(ctx context.Context) error {
	officer, today := d.as(ctx, "dinas"), d.app.Goods.Today()
	area, err := d.mealArea(officer)
	if err != nil || area == "" {
		return err
	}
	g, err := d.app.Goods.RegisterGroup(officer, goods.Group{Name: "Pokmas Dapur Bahari", Area: area, Leader: "Sri Wahyuni", Bank: "BRI", Contract: "PKS-07/2026",
		From: today, To: today.AddDays(2 * 365), Members: []goods.GroupMember{{Name: "Sri Wahyuni", Task: "ketua"}, {Name: "Mulyati", Task: "memasak"}, {Name: "Rahmat", Task: "mengantar"}}}, "009901023456789")
	if err != nil {
		return err
	}
	if err := d.app.Goods.ApproveGroup(d.as(ctx, "kepala"), g.ID); err != nil {
		return err
	}
	n, err := d.app.Goods.Assign(officer, g.ID, 8)
	if fault.Is(err, fault.KindConflict) {
		return nil // whoever is entitled has died since
	}
	if err != nil {
		return err
	}
	return d.carry(ctx, g.ID, n)
}

// mealArea is the village, district or regency where at least three people are
// entitled to meals; "" is nowhere.
func (d *demo) mealArea(ctx context.Context) (string, error) {
	const few = 3
	count := map[string]int{}
	_, err := d.app.Goods.Decisions.Entitled(ctx, "permakanan", func(e goods.Entitlement) error {
		for _, area := range []string{demoVillage, demoVillage[:6], demoRegency} {
			if len(e.Area) >= len(area) && e.Area[:len(area)] == area {
				count[area]++
			}
		}
		return nil
	})
	for _, area := range []string{demoVillage, demoVillage[:6], demoRegency} {
		if count[area] >= few {
			return area, err
		}
	}
	return "", err
}

// carry goes from door to door for some days. One photo is used twice, which
// the month's report shows.
func (d *demo) carry(ctx context.Context, group ident.ID, clients int) error {
	officer, treasurer := d.as(ctx, "dinas"), d.as(ctx, "bendahara")
	if _, err := d.app.Goods.Pay(treasurer, goods.Cash{Group: group, Amount: 30000 * 20 * money.Rupiah(clients), Document: "SPP-031/2026", What: "Uang muka 20 hari"}); err != nil {
		return err
	}
	for n := range demoMealDays {
		p, err := d.app.Goods.Plan(officer, group, d.app.Goods.Today())
		if err != nil {
			return err
		}
		round := goods.Round{Group: group, Day: p.Day, Carrier: "Rahmat", Witness: "Mulyati"}
		for i, c := range p.Clients {
			m := goods.Mark{Client: c.ID, Outcome: goods.Delivered}
			if i == 0 {
				if m.Photo, err = demoPicture(100 + min(n, demoMealDays-2)); err != nil {
					return err
				}
			}
			if i == 1 && n%5 == 3 {
				m.Outcome = goods.NotHome
			}
			round.Marks = append(round.Marks, m)
		}
		if _, err := d.app.Goods.Deliver(officer, round); err != nil {
			return err
		}
		if n%6 == 0 {
			receipt, err := demoPicture(200 + n)
			if err != nil {
				return err
			}
			c := goods.Cash{Group: group, Day: d.app.Goods.Today(), Amount: 30000 * 5 * money.Rupiah(clients), Document: fmt.Sprintf("NOTA-%02d", n+1), What: "Beras, telur, sayur"}
			if _, err := d.app.Goods.Spend(officer, c, receipt); err != nil {
				return err
			}
		}
		d.clock.Advance(24 * time.Hour)
	}
	return d.app.Goods.Complain(officer, group, d.app.Goods.Today(), "Makanan datang sesudah pukul dua siang")
}
