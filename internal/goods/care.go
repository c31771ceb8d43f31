package goods

import (
	"context"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Numbered is a thing with its own number: a device, a vehicle, an animal.
type Numbered struct {
	Item   Item
	Number string
	Size   string
	Health string
	Source Source
	Depot  string     // where it lies; "" when in no depot
	Handed *time.Time // when it was handed over; nil when not yet
	Cared  civil.Date // of the last entry of its log; 0 for none
}

// Units lists the numbered things of the actor's areas.
func (s *Service) Units(ctx context.Context) ([]Numbered, error) {
	var all []Numbered
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Units(ctx)
		return err
	})
	return all, err
}

// Care is an entry of a device's or animal's log.
type Care struct {
	ID    ident.ID
	Item  string
	Lot   string
	Area  string
	Day   civil.Date
	Kind  string // inspection, repair, fitting, health, condemned
	Note  string
	Cost  money.Rupiah
	Actor string
	At    time.Time
}

// CareKinds lists what can be logged.
var CareKinds = []string{"inspection", "repair", "fitting", "health", "condemned"}

// UnitHistory is a numbered thing's whole way: where it is, how it moved, to
// whom it was handed, what was done to it.
type UnitHistory struct {
	Piece     Piece
	Item      Item
	Area      string // where it is now
	Depot     *Depot // nil when in no depot
	Movements []Movement
	Handed    *Handover // nil when not yet
	Care      []Care
}

// LogCare adds to a thing's log. It needs access.HandGoods where it is.
func (s *Service) LogCare(ctx context.Context, c Care) error {
	actor, err := access.Require(ctx, access.HandGoods)
	if err != nil {
		return err
	}
	if c.Note == "" || !slices.Contains(CareKinds, c.Kind) || c.Cost < 0 || c.Day == 0 || c.Day > s.Today() {
		return fault.Invalid("goods.care_incomplete")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		u, err := s.unit(ctx, c.Item, c.Lot)
		if err != nil {
			return audit.Act{}, err
		}
		c.ID, c.Area, c.Actor, c.At = s.IDs.New(), u.Area, actor.Login, s.now()
		return act("care", c.ID, c.Area, c.Item+" "+c.Lot), s.Store.AddCare(ctx, c)
	})
}

// UnitHistory returns a thing's way. Who has it is personal data.
func (s *Service) UnitHistory(ctx context.Context, item, lot string) (UnitHistory, error) {
	var u UnitHistory
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		u, err = s.unit(ctx, item, lot)
		a := act("unit", ident.ID{}, u.Area, item+" "+lot)
		a.Fields = []string{"receiver"}
		return a, err
	})
	return u, err
}

func (s *Service) unit(ctx context.Context, item, lot string) (UnitHistory, error) {
	var u UnitHistory
	var err error
	if u.Piece, err = s.Store.Piece(ctx, item, lot); err != nil {
		return u, err
	}
	if u.Item, err = s.Store.Item(ctx, item); err != nil {
		return u, err
	}
	if u.Movements, err = s.Store.MovementsOf(ctx, item, lot); err != nil {
		return u, err
	}
	for _, m := range u.Movements {
		u.Area = m.Area
	}
	balances, err := s.Store.Balances(ctx, StockFilter{Item: item})
	if err != nil {
		return u, err
	}
	for _, b := range balances {
		if b.Lot == lot && b.Quantity > 0 {
			u.Depot, u.Area = &b.Depot, b.Depot.Area
		}
	}
	if u.Handed, err = s.Store.HandedUnit(ctx, item, lot); err != nil && !fault.Is(err, fault.KindNotFound) {
		return u, err
	}
	if u.Handed != nil {
		u.Area = u.Handed.Area
	}
	if u.Area == "" { // it lies in nobody's area that the actor may see
		return u, fault.NotFound("goods.no_piece")
	}
	u.Care, err = s.Store.CareOf(ctx, item, lot)
	return u, err
}
