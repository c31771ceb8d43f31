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

// MovementKind is what moved stock.
type MovementKind string

// The kinds of movement.
const (
	Receive     MovementKind = "receive"
	Issue       MovementKind = "issue"
	TransferOut MovementKind = "transfer_out"
	TransferIn  MovementKind = "transfer_in"
	Allot       MovementKind = "allot"  // to a distribution list
	Return      MovementKind = "return" // what a list did not hand over
	Adjust      MovementKind = "adjust" // after a count
	Loss        MovementKind = "loss"
	Expiry      MovementKind = "expiry"
)

// Movement is one entry of a depot's stock card. Quantity is in the item's
// unit, negative when it leaves.
type Movement struct {
	ID         ident.ID
	Key        string // makes it happen once
	DepotID    ident.ID
	Area       string
	Item       string
	Lot        string
	Kind       MovementKind
	Quantity   int64
	Day        civil.Date
	At         time.Time
	Actor      string
	Approver   string
	Document   string
	Note       string
	TransferID ident.ID
	ReleaseID  ident.ID
	AdjustID   ident.ID
	ListID     ident.ID
}

// move fills in what every movement has and adds it. A key that is known
// already moves nothing; with another content it is a conflict.
func (s *Service) move(ctx context.Context, actor access.Actor, d Depot, m Movement) (Movement, error) {
	m.ID, m.DepotID, m.Area, m.Actor, m.At = s.IDs.New(), d.ID, d.Area, actor.Login, s.now()
	if m.Day == 0 {
		m.Day = s.Today()
	}
	if m.Key == "" {
		m.Key = m.ID.String()
	}
	if err := s.Store.LockDepot(ctx, d.ID); err != nil {
		return m, err
	}
	known, err := s.Store.MovementByKey(ctx, m.Key)
	switch {
	case err == nil && known.DepotID == m.DepotID && known.Item == m.Item && known.Lot == m.Lot && known.Kind == m.Kind && known.Quantity == m.Quantity:
		return known, nil
	case err == nil:
		return m, fault.Conflict("goods.other_under_key")
	case !fault.Is(err, fault.KindNotFound):
		return m, err
	}
	if m.Quantity < 0 {
		have, err := s.Store.Held(ctx, d.ID, m.Item, m.Lot)
		if err != nil {
			return m, err
		}
		if have+m.Quantity < 0 {
			return m, fault.Conflict("goods.too_little", "item", m.Item, "have", have, "want", -m.Quantity)
		}
	}
	return m, s.Store.AddMovement(ctx, m)
}

// Source says where a piece comes from.
type Source string

// The sources.
const (
	Purchase Source = "purchase"
	Workshop Source = "workshop" // assembled by disabled people at a centre
	Donation Source = "donation"
)

// Sources lists them.
var Sources = []Source{Purchase, Workshop, Donation}

// Arrival is goods that come in without an order: a donation, opening stock.
type Arrival struct {
	Key      string
	Depot    ident.ID
	Piece    Piece
	Quantity int64
	Document string
	Note     string
}

// Receive takes goods into a depot. It needs access.ManageGoods there.
func (s *Service) Receive(ctx context.Context, a Arrival) (Movement, error) {
	if a.Quantity <= 0 || a.Document == "" {
		return Movement{}, fault.Invalid("goods.quantity_and_document")
	}
	var m Movement
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, d, err := s.keeper(ctx, access.ManageGoods, a.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		m, err = s.take(ctx, actor, d, a)
		return act("received", m.ID, d.Area, fmt.Sprintf("%s %d", m.Item, m.Quantity)), err
	})
	return m, err
}

// take records the piece and moves it in.
func (s *Service) take(ctx context.Context, actor access.Actor, d Depot, a Arrival) (Movement, error) {
	item, err := s.Store.Item(ctx, a.Piece.Item)
	if err != nil {
		return Movement{}, err
	}
	a.Piece.Serial = item.Tracking == Serial
	if err := a.Piece.check(item, s.Today()); err != nil {
		return Movement{}, err
	}
	if a.Piece.Serial && a.Quantity != 1 {
		return Movement{}, fault.Invalid("goods.one_each", "item", item.Name)
	}
	if a.Key != "" {
		if known, err := s.Store.MovementByKey(ctx, a.Key); err == nil {
			return s.move(ctx, actor, d, Movement{Key: a.Key, Item: known.Item, Lot: a.Piece.Lot, Kind: Receive, Quantity: a.Quantity})
		}
	}
	if item.Tracking != Bulk {
		if err := s.addPiece(ctx, item, a.Piece); err != nil {
			return Movement{}, err
		}
	}
	return s.move(ctx, actor, d, Movement{Key: a.Key, Item: item.Code, Lot: a.Piece.Lot, Kind: Receive, Quantity: a.Quantity, Document: a.Document, Note: a.Note})
}

// addPiece records a lot or a numbered thing: a number comes once, more of a
// lot may come with the same last day.
func (s *Service) addPiece(ctx context.Context, item Item, p Piece) error {
	known, err := s.Store.Piece(ctx, item.Code, p.Lot)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return s.Store.AddPiece(ctx, p, s.now())
	case err != nil:
		return err
	case p.Serial:
		return fault.Conflict("goods.serial_known", "item", item.Name, "lot", p.Lot)
	case known.Expires != nil && p.Expires != nil && *known.Expires != *p.Expires:
		return fault.Conflict("goods.other_expiry", "lot", p.Lot, "day", *known.Expires)
	}
	return nil
}

// keeper returns a depot on which the actor may act.
func (s *Service) keeper(ctx context.Context, p access.Permission, id ident.ID) (access.Actor, Depot, error) {
	actor, err := access.Require(ctx, p)
	if err != nil {
		return actor, Depot{}, err
	}
	d, err := s.Store.Depot(ctx, id)
	return actor, d, err
}

// CardLine is a movement with what the depot held after it.
type CardLine struct {
	Movement
	After int64
}

// Card is the stock card of an item in a depot, oldest first.
func (s *Service) Card(ctx context.Context, depot ident.ID, item string) (Depot, Item, []CardLine, error) {
	var d Depot
	var i Item
	var lines []CardLine
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		if d, err = s.Store.Depot(ctx, depot); err != nil {
			return err
		}
		if i, err = s.Store.Item(ctx, item); err != nil {
			return err
		}
		all, err := s.Store.Movements(ctx, depot, item)
		var after int64
		for _, m := range all {
			after += m.Quantity
			lines = append(lines, CardLine{m, after})
		}
		return err
	})
	return d, i, lines, err
}
