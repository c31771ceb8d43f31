package goodsweb

import (
	"gotong/internal/access"
	"gotong/internal/web"
)

const see, hand, manage, approve, advance = access.SeeGoods, access.HandGoods, access.ManageGoods, access.ApproveGoods, access.AdvanceGoods

// table collects routes.
type table []web.Route

func (t *table) get(pattern string, p access.Permission, handle web.Handler) {
	*t = append(*t, web.Route{Method: "GET", Pattern: pattern, Permission: p, Handle: handle})
}

func (t *table) post(pattern string, p access.Permission, handle web.Handler) {
	*t = append(*t, web.Route{Method: "POST", Pattern: pattern, Permission: p, Handle: handle})
}

// form is a page that is sent back to its own address.
func (t *table) form(pattern string, p access.Permission, handle web.Handler) {
	t.get(pattern, p, handle)
	t.post(pattern, p, handle)
}

// named says that the routes since a length of the table show people.
func (t *table) named(purpose access.Purpose, most int64, add func()) {
	from := len(*t)
	add()
	for i := from; i < len(*t); i++ {
		(*t)[i].PersonalData, (*t)[i].Purpose = true, purpose
		if (*t)[i].Method == "POST" {
			(*t)[i].MaxBody = most
		}
	}
}

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	var t table
	h.stockRoutes(&t)
	h.roadRoutes(&t)
	h.listRoutes(&t)
	h.mealRoutes(&t)
	h.shopRoutes(&t)
	return t
}

func (h *Handlers) stockRoutes(t *table) {
	t.get(Path, see, h.stock)
	t.get(Path+"/kurang", see, h.reorder)
	t.get(Path+"/katalog", see, h.catalogue)
	t.form(Path+"/katalog/baru", manage, h.newItem)
	t.get(Path+"/bukti", see, h.proof)
	t.get(DepotPath, see, h.depots)
	t.form(DepotPath+"/baru", manage, h.newDepot)
	t.get(DepotPath+"/{id}", see, h.depot)
	t.get(DepotPath+"/{id}/kartu/{item}", see, h.card)
	t.form(DepotPath+"/{id}/terima", manage, h.receive)
	t.form(DepotPath+"/{id}/keluar", hand, h.give)
	t.form(DepotPath+"/{id}/kirim", manage, h.send)
	t.form(DepotPath+"/{id}/hitung", hand, h.count)
	t.form(DepotPath+"/{id}/hapus", hand, h.discard)
	t.get(Path+"/pembetulan", see, h.adjustments)
	t.form(Path+"/pembetulan/{id}", approve, h.decide)
	t.get(Path+"/kiriman", see, h.transfers)
	t.form(Path+"/kiriman/{id}/tiba", hand, h.arrive)
	t.form(Path+"/kiriman/{id}/hilang", approve, h.writeOff)
}

func (h *Handlers) roadRoutes(t *table) {
	t.get(CrisisPath, see, h.emergencies)
	t.form(CrisisPath+"/baru", manage, h.declare)
	t.get(CrisisPath+"/{id}", see, h.emergency)
	t.post(CrisisPath+"/{id}/buka", approve, h.release)
	t.post(CrisisPath+"/{id}/lapor", manage, h.report)
	t.get(OrderPath, see, h.orders)
	t.form(OrderPath+"/baru", manage, h.newOrder)
	t.get(OrderPath+"/{id}", see, h.order)
	t.post(OrderPath+"/{id}/setuju", approve, h.approveOrder)
	t.post(OrderPath+"/{id}/batal", manage, h.cancelOrder)
	t.form(OrderPath+"/{id}/periksa/{line}", manage, h.inspect)
	t.get(UnitPath, see, h.units)
	t.named(access.PurposeService, 0, func() {
		t.get(UnitPath+"/lihat", see, h.unit)
		t.post(UnitPath+"/lihat", hand, h.care)
		t.get(Path+"/gambar/{id}", see, h.picture)
	})
}

func (h *Handlers) listRoutes(t *table) {
	t.get(ListPath, see, h.lists)
	t.post(ListPath+"/{id}/buka", approve, h.openList)
	t.post(ListPath+"/{id}/tutup", manage, h.closeList)
	t.named(access.PurposePayment, pictureForm, func() {
		t.form(ListPath+"/baru", manage, h.newList)
		t.get(ListPath+"/{id}", see, h.list)
		t.get(ListPath+"/{id}/hari", hand, h.desk)
		t.get(ListPath+"/{id}/penerima/{no}", see, h.receipt)
		t.form(ListPath+"/{id}/serah/{no}", hand, h.handOver)
	})
}

func (h *Handlers) mealRoutes(t *table) {
	t.get(MealPath, see, h.groups)
	t.form(MealPath+"/baru", manage, h.newGroup)
	t.post(MealPath+"/{id}/setuju", approve, h.approveGroup)
	t.post(MealPath+"/{id}/penerima", manage, h.assign)
	t.post(MealPath+"/{id}/penerima/{client}", manage, h.client)
	t.post(MealPath+"/{id}/keluhan", hand, h.complain)
	t.post(MealPath+"/{id}/keluhan/{complaint}", manage, h.answerComplaint)
	t.form(MealPath+"/{id}/uang-muka", advance, h.advance)
	t.form(MealPath+"/{id}/kembali", advance, h.takeBack)
	t.post(MealPath+"/{id}/lpj", manage, h.makeReport)
	t.post(MealPath+"/{id}/lpj/setuju", advance, h.approveReport)
	t.named(access.PurposeService, pictureForm, func() {
		t.get(MealPath+"/{id}", see, h.group)
		t.get(MealPath+"/{id}/lpj", see, h.statement)
		t.form(MealPath+"/{id}/belanja", hand, h.spend)
	})
	t.named(access.PurposeService, roundForm, func() { t.form(MealPath+"/{id}/antar", hand, h.round) })
}

func (h *Handlers) shopRoutes(t *table) {
	t.get(ShopPath, see, h.shops)
	t.get(ShopPath+"/temuan", see, h.findings)
	t.post(ShopPath+"/{id}/temuan/{finding}", manage, h.closeFinding)
	t.get(ShopPath+"/kecamatan", see, h.districts)
	t.form(ShopPath+"/baru", manage, h.newShop)
	t.get(ShopPath+"/{id}", see, h.shop)
	t.form(ShopPath+"/{id}/periksa", hand, h.checkShop)
}
