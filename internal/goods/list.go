package goods

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// ListStatus is where a distribution list stands.
type ListStatus string

// The statuses of a list.
const (
	ListDraft     ListStatus = "draft"
	ListOpen      ListStatus = "open" // its goods have left the depot for the place of handing over
	ListClosed    ListStatus = "closed"
	ListCancelled ListStatus = "cancelled"
)

// ListStatuses lists them.
var ListStatuses = []ListStatus{ListDraft, ListOpen, ListClosed, ListCancelled}

// List is who gets which goods on a day.
type List struct {
	ID            ident.ID
	Number        string
	Title         string
	Programme     string   // "" for a list made in a crisis
	Determination ident.ID // zero with no programme
	Release       ident.ID // under which a Lumbung Sosial gives; zero elsewhere
	Depot         ident.ID
	DepotName     string
	DepotArea     string
	Area          string
	Day           civil.Date
	Place         string
	Status        ListStatus
	Maker         string
	MadeAt        time.Time
	Opener        string
	OpenedAt      time.Time
	Closer        string
	ClosedAt      time.Time
	Items         []ListItem
	Recipients    int64 // how many wait, or have had theirs
	Handed        int64
	Blocked       int64 // held back: dead, moved, put to sleep
}

// ListItem is what each recipient of a list gets of an item.
type ListItem struct {
	Item string
	Each int64
}

// ListStock is what a list holds of a lot.
type ListStock struct {
	Item, Lot                  string
	Allotted, Handed, Returned int64
}

// Left is what lies at the place of handing over.
func (s ListStock) Left() int64 { return s.Allotted - s.Handed - s.Returned }

// RecipientStatus is where a recipient stands.
type RecipientStatus string

// The statuses of a recipient.
const (
	Waiting RecipientStatus = "waiting"
	Handed  RecipientStatus = "handed"
	Blocked RecipientStatus = "blocked"
)

// Recipient is one line of a list.
type Recipient struct {
	List     ident.ID
	No       int64
	Subject  ident.ID
	Family   ident.ID // zero for somebody who is in no register
	Area     string
	Name     string
	Address  string
	Code     []byte // blind index of the code on the family's letter
	Status   RecipientStatus
	Handover ident.ID // zero until handed
}

// Named is somebody on a list made in a crisis.
type Named struct{ Name, Address string }

// Open lets a list's goods leave the depot, the earliest last day first. It
// needs access.ApproveGoods, by another person than who made the list.
func (s *Service) Open(ctx context.Context, id ident.ID) error {
	actor, err := access.Require(ctx, access.ApproveGoods)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		l, err := s.Store.LockList(ctx, id)
		switch {
		case err != nil:
			return audit.Act{}, err
		case l.Status != ListDraft:
			return audit.Act{}, fault.Conflict("goods.list_moved", "number", l.Number)
		case l.Maker == actor.Login:
			return audit.Act{}, fault.Conflict("goods.another_person")
		}
		depot, err := s.Store.Depot(ctx, l.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		if depot.Kind == Lumbung {
			if _, err := s.releaseFor(ctx, depot); err != nil {
				return audit.Act{}, err
			}
		}
		for _, i := range l.Items {
			if err := s.allot(ctx, actor, depot, l, i.Item, i.Each*(l.Recipients-l.Blocked)); err != nil {
				return audit.Act{}, err
			}
		}
		l.Status, l.Opener, l.OpenedAt = ListOpen, actor.Login, s.now()
		return act("list_opened", id, l.Area, l.Number), s.Store.SaveList(ctx, l)
	})
}

// allot takes what a list needs of an item out of the depot's lots.
func (s *Service) allot(ctx context.Context, actor access.Actor, d Depot, l List, item string, need int64) error {
	lots, err := s.Store.Balances(ctx, StockFilter{Depot: d.ID, Item: item})
	if err != nil {
		return err
	}
	today, wanted := s.Today(), need
	for _, b := range lots {
		if need == 0 {
			break
		}
		if b.Expires != nil && *b.Expires <= today {
			continue // goods past their day are for the write-off
		}
		n := min(need, b.Quantity)
		if n == 0 {
			continue
		}
		m := Movement{Key: fmt.Sprintf("allot/%s/%s/%s", l.ID, item, b.Lot), Item: item, Lot: b.Lot, Kind: Allot, Quantity: -n, Document: l.Number, ListID: l.ID, ReleaseID: l.Release}
		if _, err := s.move(ctx, actor, d, m); err != nil {
			return err
		}
		need -= n
	}
	if need > 0 {
		return fault.Conflict("goods.too_little", "item", item, "have", wanted-need, "want", wanted)
	}
	return nil
}

// Close ends a list: what was not handed over goes back to the depot. It
// needs access.ManageGoods.
func (s *Service) Close(ctx context.Context, id ident.ID) error {
	actor, err := access.Require(ctx, access.ManageGoods)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		l, err := s.Store.LockList(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if l.Status == ListDraft {
			l.Status, l.Closer, l.ClosedAt = ListCancelled, actor.Login, s.now()
			return act("list_cancelled", id, l.Area, l.Number), s.Store.SaveList(ctx, l)
		}
		if l.Status != ListOpen {
			return audit.Act{}, fault.Conflict("goods.list_moved", "number", l.Number)
		}
		depot, err := s.Store.Depot(ctx, l.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		stock, err := s.Store.ListStock(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		for _, x := range stock {
			if x.Left() == 0 {
				continue
			}
			m := Movement{Key: fmt.Sprintf("return/%s/%s/%s", id, x.Item, x.Lot), Item: x.Item, Lot: x.Lot, Kind: Return, Quantity: x.Left(), Document: l.Number, ListID: id}
			if _, err := s.move(ctx, actor, depot, m); err != nil {
				return audit.Act{}, err
			}
		}
		l.Status, l.Closer, l.ClosedAt = ListClosed, actor.Login, s.now()
		return act("list_closed", id, l.Area, l.Number), s.Store.SaveList(ctx, l)
	})
}

// Lists lists distribution lists in the actor's areas, newest first; "" is
// every status.
func (s *Service) Lists(ctx context.Context, status ListStatus) ([]List, error) {
	var all []List
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Lists(ctx, status)
		return err
	})
	return all, err
}

// ListByID returns a list with its items and what it holds.
func (s *Service) ListByID(ctx context.Context, id ident.ID) (List, []ListStock, error) {
	var l List
	var stock []ListStock
	err := s.read(ctx, func(ctx context.Context) (err error) {
		if l, err = s.Store.List(ctx, id); err != nil {
			return err
		}
		stock, err = s.Store.ListStock(ctx, id)
		return err
	})
	return l, stock, err
}
