// Package goodsweb has the pages of aid that is not money: stores and their
// cards, orders, emergencies, distribution days with the handing over, the
// meals of community groups with their money, and visits to e-warong.
//
// A page is a sheet of parts and a form is a list of fields, so that thirty
// small pages look and behave alike; the pages of the field, which a hand
// holds in the rain, are drawn by themselves.
package goodsweb

import (
	"net/url"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	Path       = "/barang"
	DepotPath  = Path + "/tempat"
	ListPath   = Path + "/daftar"
	OrderPath  = Path + "/pesanan"
	CrisisPath = Path + "/darurat"
	UnitPath   = Path + "/satuan"
	MealPath   = "/makanan"
	ShopPath   = "/warung"
)

// Deps is what the pages are given.
type Deps struct {
	Service    *goods.Service
	Atlas      *region.Atlas
	FamilyPage func(ident.ID) string // path of a family's page
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Nav is this slice's part of the staff menu.
var Nav = []web.NavItem{
	{Key: "goods.nav.goods", Href: Path, Permission: access.SeeGoods},
	{Key: "goods.nav.meals", Href: MealPath, Permission: access.SeeGoods},
	{Key: "goods.nav.shops", Href: ShopPath, Permission: access.SeeGoods},
}

// What a form with pictures may weigh, in bytes: two of them, or a round's.
const (
	pictureForm = 8 << 20
	roundForm   = 96 << 20
)

// idOf reads the id in the address.
func idOf(r *web.Request) (ident.ID, error) { return parseID(r.PathValue("id")) }

func parseID(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, fault.NotFound("core.error.not_found").Because(err)
	}
	return id, nil
}

// twoIDs reads the id in the address, and another below it.
func twoIDs(r *web.Request, below string) (id, other ident.ID, err error) {
	if id, err = idOf(r); err != nil {
		return id, other, err
	}
	other, err = parseID(r.PathValue(below))
	return id, other, err
}

func to(path string, id ident.ID) string { return path + "/" + id.String() }

func toList(id ident.ID) string { return to(ListPath, id) }

func toRecipient(id ident.ID, no int64) string {
	return toList(id) + "/penerima/" + strconv.FormatInt(no, 10)
}

func toUnit(item, number string) string {
	return UnitPath + "/lihat?" + url.Values{"barang": {item}, "nomor": {number}}.Encode()
}

func toPicture(id ident.ID) string { return Path + "/gambar/" + id.String() }
