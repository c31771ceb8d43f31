package goods

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// OrderStatus is where an order stands.
type OrderStatus string

// The statuses.
const (
	Requested OrderStatus = "requested"
	Ordered   OrderStatus = "ordered"
	Received  OrderStatus = "received" // all of it
	Cancelled OrderStatus = "cancelled"
)

// OrderStatuses lists them.
var OrderStatuses = []OrderStatus{Requested, Ordered, Received, Cancelled}

// Order is what a depot asks for and a supplier, or the workshop of a centre,
// delivers.
type Order struct {
	ID         ident.ID
	Number     string
	Depot      ident.ID
	DepotName  string
	Area       string
	Source     Source
	Supplier   string
	Contract   string
	Status     OrderStatus
	Reason     string
	Maker      string
	MadeAt     time.Time
	Approver   string
	ApprovedAt time.Time
	Lines      []OrderLine
}

// Total is what the order costs.
func (o Order) Total() money.Rupiah {
	var sum money.Rupiah
	for _, l := range o.Lines {
		sum += l.Price * money.Rupiah(l.Quantity)
	}
	return sum
}

// OrderLine is one item of an order.
type OrderLine struct {
	No       int64
	Item     string
	Quantity int64
	Price    money.Rupiah // of one unit
	Accepted int64
	Rejected int64
}

// Open is how much of a line has yet to come.
func (l OrderLine) Open() int64 { return l.Quantity - l.Accepted }

// Receipt is an inspection at the door.
type Receipt struct {
	ID        ident.ID
	Key       string
	Order     ident.ID
	Line      int64
	Area      string
	Lot       string
	Accepted  int64
	Rejected  int64
	Reason    string
	Document  string
	Inspector string
	At        time.Time
}

// Request asks for goods. It needs access.ManageGoods at the depot.
func (s *Service) Request(ctx context.Context, o Order) (Order, error) {
	if len(o.Lines) == 0 || o.Reason == "" || o.Source != Purchase && o.Source != Workshop {
		return o, fault.Invalid("goods.order_incomplete")
	}
	for i := range o.Lines {
		o.Lines[i].No = int64(i + 1)
		if o.Lines[i].Quantity <= 0 || o.Lines[i].Price < 0 {
			return o, fault.Invalid("goods.bad_quantity")
		}
	}
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, d, err := s.keeper(ctx, access.ManageGoods, o.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		for _, l := range o.Lines {
			if _, err := s.Store.Item(ctx, l.Item); err != nil {
				return audit.Act{}, err
			}
		}
		n, err := s.Store.Number(ctx, "order")
		if err != nil {
			return audit.Act{}, err
		}
		o.ID, o.Area, o.DepotName, o.Maker, o.MadeAt, o.Status = s.IDs.New(), d.Area, d.Name, actor.Login, s.now(), Requested
		o.Number = fmt.Sprintf("PO-%d-%04d", o.MadeAt.Year(), n)
		return act("order_requested", o.ID, o.Area, o.Number), s.Store.AddOrder(ctx, o)
	})
	return o, err
}

// Approve lets a request become an order with a supplier and a contract. It
// needs access.ApproveGoods, by another person than who asked.
func (s *Service) Approve(ctx context.Context, id ident.ID, supplier, contract string) error {
	return s.settle(ctx, id, access.ApproveGoods, "order_approved", func(actor access.Actor, o *Order) error {
		if supplier == "" {
			return fault.Invalid("goods.supplier_needed")
		}
		if o.Maker == actor.Login {
			return fault.Conflict("goods.another_person")
		}
		o.Supplier, o.Contract, o.Approver, o.ApprovedAt, o.Status = supplier, contract, actor.Login, s.now(), Ordered
		return nil
	})
}

// Cancel gives up a request that nobody has approved. It needs
// access.ManageGoods.
func (s *Service) Cancel(ctx context.Context, id ident.ID) error {
	return s.settle(ctx, id, access.ManageGoods, "order_cancelled", func(_ access.Actor, o *Order) error {
		o.Status = Cancelled
		return nil
	})
}

func (s *Service) settle(ctx context.Context, id ident.ID, p access.Permission, action string, change func(access.Actor, *Order) error) error {
	actor, err := access.Require(ctx, p)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		o, err := s.Store.Order(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if o.Status != Requested {
			return audit.Act{}, fault.Conflict("goods.order_moved", "number", o.Number)
		}
		if err := change(actor, &o); err != nil {
			return audit.Act{}, err
		}
		return act(action, id, o.Area, o.Number), s.Store.SaveOrder(ctx, o)
	})
}

// Inspection is what came of a line, and what was found of it. Of things
// with their own numbers, Pieces has one for each that was accepted; of lots,
// one; of goods that are only counted, none.
type Inspection struct {
	Key      string
	Order    ident.ID
	Line     int64
	Accepted int64
	Rejected int64
	Reason   string
	Document string // of delivery
	Pieces   []Piece
}

// Inspect takes in what of an order's line is accepted; what is rejected goes
// back to the supplier and stays owed. It needs access.ManageGoods.
func (s *Service) Inspect(ctx context.Context, in Inspection) error {
	switch {
	case in.Accepted < 0 || in.Rejected < 0 || in.Accepted+in.Rejected == 0:
		return fault.Invalid("goods.bad_quantity")
	case in.Rejected > 0 && in.Reason == "":
		return fault.Invalid("goods.say_why")
	case in.Document == "":
		return fault.Invalid("goods.quantity_and_document")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		o, line, item, err := s.owed(ctx, in)
		if err != nil {
			return audit.Act{}, err
		}
		if in.Key == "" {
			in.Key = s.IDs.New().String()
		}
		if known, err := s.Store.ReceiptByKey(ctx, in.Key); err == nil {
			if known.Order != in.Order || known.Line != in.Line || known.Accepted != in.Accepted || known.Rejected != in.Rejected {
				return audit.Act{}, fault.Conflict("goods.other_under_key")
			}
			return audit.Act{}, nil // sent twice
		}
		if in.Accepted > line.Open() {
			return audit.Act{}, fault.Conflict("goods.more_than_ordered", "open", line.Open())
		}
		if err := in.fits(item); err != nil {
			return audit.Act{}, err
		}
		return act("inspected", o.ID, o.Area, fmt.Sprintf("%s %d %d", o.Number, in.Accepted, in.Rejected)), s.takeIn(ctx, o, item, in)
	})
}

// owed finds the line that something came for.
func (s *Service) owed(ctx context.Context, in Inspection) (Order, OrderLine, Item, error) {
	if _, err := access.Require(ctx, access.ManageGoods); err != nil {
		return Order{}, OrderLine{}, Item{}, err
	}
	o, err := s.Store.LockOrder(ctx, in.Order)
	if err != nil {
		return o, OrderLine{}, Item{}, err
	}
	if o.Status != Ordered && o.Status != Received {
		return o, OrderLine{}, Item{}, fault.Conflict("goods.order_moved", "number", o.Number)
	}
	for _, l := range o.Lines {
		if l.No == in.Line {
			item, err := s.Store.Item(ctx, l.Item)
			return o, l, item, err
		}
	}
	return o, OrderLine{}, Item{}, fault.NotFound("goods.no_line")
}

// fits holds the pieces to how the item is told apart.
func (in Inspection) fits(item Item) error {
	want := int64(1)
	switch item.Tracking {
	case Serial:
		want = in.Accepted
	case Bulk:
		want = 0
	}
	if in.Accepted == 0 {
		want = 0
	}
	if int64(len(in.Pieces)) != want {
		return fault.Invalid("goods.pieces", "item", item.Name, "want", want, "have", len(in.Pieces))
	}
	return nil
}

func (s *Service) takeIn(ctx context.Context, o Order, item Item, in Inspection) error {
	actor, d, err := s.keeper(ctx, access.ManageGoods, o.Depot)
	if err != nil {
		return err
	}
	pieces := in.Pieces
	if item.Tracking == Bulk && in.Accepted > 0 {
		pieces = []Piece{{}}
	}
	var lots []string
	for n, p := range pieces {
		p.Item, p.Source = item.Code, o.Source
		quantity := in.Accepted
		if item.Tracking == Serial {
			quantity = 1
		}
		a := Arrival{Key: fmt.Sprintf("receipt/%s/%d", in.Key, n), Depot: d.ID, Piece: p, Quantity: quantity, Document: in.Document, Note: o.Number}
		if _, err := s.take(ctx, actor, d, a); err != nil {
			return err
		}
		lots = append(lots, p.Lot)
	}
	err = s.Store.AddReceipt(ctx, Receipt{ID: s.IDs.New(), Key: in.Key, Order: o.ID, Line: in.Line, Area: o.Area, Lot: strings.Join(lots, " "), Accepted: in.Accepted,
		Rejected: in.Rejected, Reason: in.Reason, Document: in.Document, Inspector: actor.Login, At: s.now()})
	if err != nil {
		return err
	}
	for i := range o.Lines {
		if o.Lines[i].No == in.Line {
			o.Lines[i].Accepted += in.Accepted
		}
	}
	for _, l := range o.Lines {
		if l.Open() > 0 {
			return nil
		}
	}
	o.Status = Received
	return s.Store.SaveOrder(ctx, o)
}

// Orders lists orders of the actor's areas, newest first; "" is every status.
func (s *Service) Orders(ctx context.Context, status OrderStatus) ([]Order, error) {
	var all []Order
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Orders(ctx, status)
		return err
	})
	return all, err
}

// OrderByID returns an order with its lines and receipts.
func (s *Service) OrderByID(ctx context.Context, id ident.ID) (Order, []Receipt, error) {
	var o Order
	var receipts []Receipt
	err := s.read(ctx, func(ctx context.Context) (err error) {
		if o, err = s.Store.Order(ctx, id); err != nil {
			return err
		}
		receipts, err = s.Store.Receipts(ctx, id)
		return err
	})
	return o, receipts, err
}
