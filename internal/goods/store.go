package goods

import (
	"context"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Store keeps goods, lists, meals and shops. Every method works in the
// transaction of its context and sees only what lies in the actor's areas;
// what is not there is fault.NotFound.
type Store interface {
	stock
	procurement
	distribution
	meals
	shops
	// Number returns the next number of a sort of papers, from 1; whoever asks
	// next waits until this transaction ends.
	Number(ctx context.Context, sort string) (int, error)
	// Counts returns how many movements, handovers and meals there are.
	Counts(ctx context.Context) (movements, handovers, meals int64, err error)
	// Prove looks for what must not be.
	Prove(ctx context.Context) ([]Broken, error)
}

type stock interface {
	AddItem(ctx context.Context, i Item) error
	Item(ctx context.Context, code string) (Item, error)
	Items(ctx context.Context) ([]Item, error)
	AddPiece(ctx context.Context, p Piece, at time.Time) error
	Piece(ctx context.Context, item, lot string) (Piece, error)
	// Units lists the numbered things that came into the actor's areas or were
	// handed over there, by item and number.
	Units(ctx context.Context) ([]Numbered, error)

	AddDepot(ctx context.Context, d Depot) error
	Depot(ctx context.Context, id ident.ID) (Depot, error)
	// LockDepot has others who would move its stock wait.
	LockDepot(ctx context.Context, id ident.ID) error
	Depots(ctx context.Context) ([]Depot, error)
	// Balances lists what is not zero, by depot, item, last day and lot.
	Balances(ctx context.Context, f StockFilter) ([]Balance, error)
	Held(ctx context.Context, depot ident.ID, item, lot string) (int64, error)
	Coming(ctx context.Context) ([]Coming, error)

	AddMovement(ctx context.Context, m Movement) error
	MovementByKey(ctx context.Context, key string) (Movement, error)
	// Movements lists those of an item in a depot, oldest first.
	Movements(ctx context.Context, depot ident.ID, item string) ([]Movement, error)
	// MovementsOf lists those of a lot or numbered thing, oldest first.
	MovementsOf(ctx context.Context, item, lot string) ([]Movement, error)

	AddTransfer(ctx context.Context, t Transfer) error
	// LockTransfer returns a transfer and has others wait for it.
	LockTransfer(ctx context.Context, id ident.ID) (Transfer, error)
	SaveTransfer(ctx context.Context, t Transfer) error
	Transfers(ctx context.Context) ([]Transfer, error)

	AddAdjustment(ctx context.Context, a Adjustment) error
	Adjustment(ctx context.Context, id ident.ID) (Adjustment, error)
	// SaveAdjustment decides one that waits; fault.Conflict when it does not.
	SaveAdjustment(ctx context.Context, a Adjustment) error
	Adjustments(ctx context.Context) ([]Adjustment, error)

	AddEmergency(ctx context.Context, e Emergency) error
	Emergency(ctx context.Context, id ident.ID) (Emergency, error)
	// SaveEmergency writes the report; fault.Conflict when there is one.
	SaveEmergency(ctx context.Context, e Emergency) error
	Emergencies(ctx context.Context) ([]Emergency, error)
	AddRelease(ctx context.Context, r Release) error
	// Releases lists those of an emergency, or of every one.
	Releases(ctx context.Context, emergency ident.ID) ([]Release, error)
	Given(ctx context.Context, emergency ident.ID) ([]Given, error)
}

type procurement interface {
	AddOrder(ctx context.Context, o Order) error
	Order(ctx context.Context, id ident.ID) (Order, error)
	// LockOrder is Order, and has others wait for it.
	LockOrder(ctx context.Context, id ident.ID) (Order, error)
	SaveOrder(ctx context.Context, o Order) error
	Orders(ctx context.Context, status OrderStatus) ([]Order, error)
	AddReceipt(ctx context.Context, r Receipt) error
	ReceiptByKey(ctx context.Context, key string) (Receipt, error)
	Receipts(ctx context.Context, order ident.ID) ([]Receipt, error)
	AddCare(ctx context.Context, c Care) error
	CareOf(ctx context.Context, item, lot string) ([]Care, error)
	// HandedUnit returns under which handing over a thing left.
	HandedUnit(ctx context.Context, item, lot string) (*Handover, error)
}

type distribution interface {
	AddProof(ctx context.Context, p Proof) error
	Proof(ctx context.Context, id ident.ID) (Proof, error)
	AddList(ctx context.Context, l List, people []Recipient) error
	List(ctx context.Context, id ident.ID) (List, error)
	// LockList is List, and has others wait for it.
	LockList(ctx context.Context, id ident.ID) (List, error)
	SaveList(ctx context.Context, l List) error
	Lists(ctx context.Context, status ListStatus) ([]List, error)
	ListStock(ctx context.Context, list ident.ID) ([]ListStock, error)
	Recipient(ctx context.Context, list ident.ID, no int64) (Recipient, error)
	Recipients(ctx context.Context, f RecipientFilter) ([]Recipient, int64, error)
	AddHandover(ctx context.Context, h Handover) error
	HandoverOf(ctx context.Context, list ident.ID, no int64) (Handover, error)
	Handover(ctx context.Context, id ident.ID) (Handover, error)
	OfFamily(ctx context.Context, family ident.ID) ([]Got, error)
	// WaitingOf lists the lists that are not closed on which goods wait for a
	// family or somebody of it, the oldest first.
	WaitingOf(ctx context.Context, family ident.ID) ([]Awaited, error)
	// Waits returns who waits on a list of a programme that is not closed yet.
	Waits(ctx context.Context, programme string) (map[ident.ID]bool, error)
}

type meals interface {
	AddGroup(ctx context.Context, g Group) error
	Group(ctx context.Context, id ident.ID) (Group, error)
	// LockGroup is Group, and has others wait for it.
	LockGroup(ctx context.Context, id ident.ID) (Group, error)
	SaveGroup(ctx context.Context, g Group) error
	Groups(ctx context.Context) ([]Group, error)
	AddClient(ctx context.Context, c Client) error
	Client(ctx context.Context, id ident.ID) (Client, error)
	SaveClient(ctx context.Context, c Client) error
	Clients(ctx context.Context, group ident.ID) ([]Client, error)
	// ClientsOf lists those of a family, by name.
	ClientsOf(ctx context.Context, family ident.ID) ([]Client, error)
	// Served returns whom any group serves in an area, or has served.
	Served(ctx context.Context, area string) (map[ident.ID]bool, error)
	AddMeal(ctx context.Context, m Meal) error
	// MealsOf lists a group's deliveries of some days, by day and name.
	MealsOf(ctx context.Context, group ident.ID, from, to civil.Date) ([]Meal, error)
	// SameShots lists deliveries of some days whose photo proves an earlier
	// delivery of any group too.
	SameShots(ctx context.Context, group ident.ID, from, to civil.Date) ([]Meal, error)
	AddCash(ctx context.Context, c Cash) error
	CashByKey(ctx context.Context, key string) (Cash, error)
	Cash(ctx context.Context, group ident.ID, from, to civil.Date) ([]Cash, error)
	Sums(ctx context.Context, group ident.ID, from, to civil.Date) (Sums, error)
	AddReport(ctx context.Context, r MonthReport, area string) error
	Report(ctx context.Context, group ident.ID, month string) (MonthReport, error)
	SaveReport(ctx context.Context, r MonthReport) error
	AddComplaint(ctx context.Context, c Complaint) error
	Complaint(ctx context.Context, id ident.ID) (Complaint, error)
	// SaveComplaint writes the answer; fault.Conflict when there is one.
	SaveComplaint(ctx context.Context, c Complaint) error
	Complaints(ctx context.Context, group ident.ID) ([]Complaint, error)
}

type shops interface {
	AddShop(ctx context.Context, x Shop) error
	Shop(ctx context.Context, id ident.ID) (Shop, error)
	Shops(ctx context.Context, today civil.Date) ([]Shop, error)
	AddCheck(ctx context.Context, c ShopCheck, found []Finding) error
	Checks(ctx context.Context, shop ident.ID) ([]ShopCheck, error)
	Finding(ctx context.Context, id ident.ID) (Finding, error)
	// SaveFinding closes an open finding; fault.Conflict when it is closed.
	SaveFinding(ctx context.Context, f Finding) error
	// Findings lists those of a shop, or of every one; the open ones first.
	Findings(ctx context.Context, shop ident.ID) ([]Finding, error)
}
