// Package deliveryweb has the pages of the money: budget and balances, pay
// lists and their three hands, the bank's files, reconciliation, and the walk
// of a rupiah from the allotment to the recipient and back.
package deliveryweb

import (
	"context"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	MoneyPath     = "/uang"
	ListsPath     = "/daftar-bayar"
	ReconcilePath = "/rekonsiliasi"
	ChannelPath   = "/penyaluran"
	ClaimsPath    = "/tagihan"
	HoldsPath     = "/penahanan"
	RoutesPath    = "/ahli-waris"
)

// Runs starts long work and shows how it ended.
type Runs interface {
	Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error)
	ByID(ctx context.Context, id ident.ID) (run.Run, error)
}

// Areas names areas.
type Areas interface {
	Name(code string) string
}

// Deps is what the pages are given.
type Deps struct {
	Service    *delivery.Service
	Runs       Runs
	RunPage    func(run.Run) string  // path of a run's page
	FamilyPage func(ident.ID) string // path of a family's page
	Areas      Areas
	Clock      clock.Clock
	// Restored is the path of the page on which people say what went out
	// before the database went back to a copy.
	Restored string
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	money := func(method, pattern string, p access.Permission, handle web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: p, Handle: handle}
	}
	lines := func(method, pattern string, p access.Permission, handle web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: p, PersonalData: true, Purpose: access.PurposePayment, Handle: handle}
	}
	upload := money("POST", ReconcilePath+"/berkas", access.Reconcile, h.bring)
	upload.MaxBody = uploadMost
	answer := money("POST", ListsPath+"/{id}/jawaban", access.MakePayment, h.answer)
	answer.MaxBody = uploadMost
	return []web.Route{
		money("GET", MoneyPath, access.SeeMoney, h.budget),
		money("GET", MoneyPath+"/bukti", access.SeeMoney, h.proof),
		money("GET", MoneyPath+"/pagu", access.ReleasePayment, h.allotForm),
		money("POST", MoneyPath+"/pagu", access.ReleasePayment, h.allot),
		money("GET", MoneyPath+"/{year}/{programme}", access.SeeMoney, h.fund),
		money("GET", MoneyPath+"/{year}/{programme}/{area}", access.SeeMoney, h.fund),

		money("GET", ListsPath, access.SeeMoney, h.lists),
		money("GET", ListsPath+"/baru", access.MakePayment, h.orderForm),
		money("POST", ListsPath+"/baru", access.MakePayment, h.order),
		lines("GET", ListsPath+"/{id}", access.SeeMoney, h.list),
		lines("GET", ListsPath+"/{id}/baris/{line}", access.SeeMoney, h.trace),
		lines("GET", ListsPath+"/{id}/baris/{line}/gambar/{sum}", access.SeeMoney, h.picture),
		money("POST", ListsPath+"/{id}/rekening", access.MakePayment, h.accounts),
		lines("GET", ListsPath+"/{id}/rekening", access.Export, h.question),
		answer,
		money("GET", ListsPath+"/{id}/periksa", access.CheckPayment, h.checkForm),
		money("POST", ListsPath+"/{id}/periksa", access.CheckPayment, h.check),
		lines("GET", ListsPath+"/{id}/lepas", access.ReleasePayment, h.releaseForm),
		money("POST", ListsPath+"/{id}/lepas", access.ReleasePayment, h.release),
		lines("GET", ListsPath+"/{id}/tahan", access.SeeMoney, h.holdForm),
		money("POST", ListsPath+"/{id}/tahan", access.SeeMoney, h.hold),
		money("GET", ListsPath+"/{id}/batal", access.MakePayment, h.discardForm),
		money("POST", ListsPath+"/{id}/batal", access.MakePayment, h.discard),
		money("POST", ListsPath+"/{id}/potong", access.MakePayment, h.cut),
		lines("GET", ListsPath+"/{id}/berkas", access.Export, h.file),
		lines("GET", ListsPath+"/{id}/lembar", access.Export, h.sheets),
		money("GET", ListsPath+"/{id}/kirim", access.MakePayment, h.sendForm),
		money("POST", ListsPath+"/{id}/kirim", access.MakePayment, h.send),
		money("POST", ListsPath+"/{id}/tanya", access.MakePayment, h.enquire),
		money("POST", ListsPath+"/{id}/ambil", access.Reconcile, h.collect),
		money("POST", ListsPath+"/{id}/bagikan", access.MakePayment, h.dispatch),
		lines("GET", ListsPath+"/{id}/serah", access.Reconcile, h.handForm),
		money("POST", ListsPath+"/{id}/serah", access.Reconcile, h.hand),

		lines("GET", ReconcilePath, access.SeeMoney, h.exceptions),
		upload,
		money("GET", ReconcilePath+"/hasil/{id}", access.Reconcile, h.result),
		money("POST", ReconcilePath+"/hasil/{id}", access.Reconcile, h.apply),
		lines("GET", ReconcilePath+"/masalah/{id}", access.SeeMoney, h.exception),
		money("POST", ReconcilePath+"/masalah/{id}/usul", access.Reconcile, h.propose),
		money("POST", ReconcilePath+"/masalah/{id}/putus", access.CheckPayment, h.decide),
		money("POST", ReconcilePath+"/sapu", access.Reconcile, h.sweep),

		money("GET", ChannelPath, access.SeeMoney, h.channel),
		lines("GET", ClaimsPath, access.SeeMoney, h.claims),
		lines("GET", ClaimsPath+"/{id}", access.SeeMoney, h.claim),
		money("POST", ClaimsPath+"/{id}/cicilan", access.Reconcile, h.repay),
		money("POST", ClaimsPath+"/{id}/cicilan/{no}", access.CheckPayment, h.decideRepayment),
		money("POST", ClaimsPath+"/{id}/hapus", access.CheckPayment, h.waive),
		lines("GET", HoldsPath, access.SeeMoney, h.holds),
		money("GET", HoldsPath+"/baru", access.SeeMoney, h.holdNew),
		money("POST", HoldsPath+"/baru", access.SeeMoney, h.holdPlace),
		money("GET", HoldsPath+"/{id}/lepas", access.CheckPayment, h.liftForm),
		money("POST", HoldsPath+"/{id}/lepas", access.CheckPayment, h.lift),
		lines("GET", RoutesPath, access.SeeMoney, h.routes),
		money("GET", RoutesPath+"/baru", access.Reconcile, h.routeForm),
		money("POST", RoutesPath+"/baru", access.Reconcile, h.routePropose),
		money("POST", RoutesPath+"/{id}", access.CheckPayment, h.routeDecide),
	}
}

// Nav is this slice's part of the staff menu.
var Nav = []web.NavItem{
	{Key: "delivery.nav.money", Href: MoneyPath, Permission: access.SeeMoney},
	{Key: "delivery.nav.lists", Href: ListsPath, Permission: access.SeeMoney},
	{Key: "delivery.nav.reconcile", Href: ReconcilePath, Permission: access.SeeMoney},
}

// uploadMost is the largest return file that is taken by the page, in bytes:
// some 400,000 lines.
const uploadMost = 40 << 20

// pageLength is how many rows a page of a list shows.
const pageLength = 50

// To returns the page of a pay list.
func To(list ident.ID) string { return ListsPath + "/" + list.String() }

func toLine(list ident.ID, line int64) string {
	return To(list) + "/baris/" + strconv.FormatInt(line, 10)
}

func toException(id ident.ID) string { return ReconcilePath + "/masalah/" + id.String() }

func toFund(fund string) string { return MoneyPath + "/" + fund }

// idOf reads the id in the address.
func idOf(r *web.Request) (ident.ID, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return id, fault.NotFound("core.error.not_found").Because(err)
	}
	return id, nil
}

// names returns the programmes' names by code, in the page's language.
func (h *Handlers) names(ctx context.Context, r *web.Request) (map[string]string, []web.Option, error) {
	paid, err := h.Service.Programmes.Paid(ctx)
	if err != nil {
		return nil, nil, err
	}
	names := map[string]string{}
	options := make([]web.Option, len(paid))
	for i, t := range paid {
		names[t.Code] = t.Name.In(r.Lang)
		options[i] = web.Option{Value: t.Code, Label: t.Name.In(r.Lang)}
	}
	return names, options, nil
}

// name is a programme's name, or its code where it is no longer delivered.
func name(names map[string]string, code string) string {
	if n, ok := names[code]; ok {
		return n
	}
	return strings.ToUpper(code)
}

// area names a list's area.
func (h *Handlers) area(r *web.Request, code string) string {
	if code == "" {
		return r.T("web.scope.nation")
	}
	return h.Areas.Name(code)
}

// offset reads where a page of an offset list begins, and returns the
// cursors of its neighbours.
func offset(q web.Query, total int64) (at int, prev, next string) {
	at, _ = strconv.Atoi(q.After)
	if before, err := strconv.Atoi(q.Before); err == nil {
		at = before - pageLength
	}
	at = max(at, 0)
	if at > 0 {
		prev = strconv.Itoa(at)
	}
	if int64(at+pageLength) < total {
		next = strconv.Itoa(at + pageLength)
	}
	return at, prev, next
}
