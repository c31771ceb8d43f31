package goods

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// AdjustStatus is where a correction stands.
type AdjustStatus string

// The statuses.
const (
	AdjustProposed AdjustStatus = "proposed"
	AdjustApproved AdjustStatus = "approved"
	AdjustRefused  AdjustStatus = "refused"
)

// Adjustment is a correction of stock that a second person decides on: after
// a count, a loss, or goods past their day.
type Adjustment struct {
	ID        ident.ID
	DepotID   ident.ID
	DepotName string
	Area      string
	Item      string
	Lot       string
	Kind      MovementKind // Adjust, Loss or Expiry
	Quantity  int64
	Expected  int64 // by the card, when it was counted
	Reason    string
	Proposer  string
	At        time.Time
	Status    AdjustStatus
	Approver  string
	DecidedAt time.Time
}

// Count proposes what a count found: the difference to the card. It returns
// fault.Invalid when there is none. It needs access.HandGoods at the depot.
func (s *Service) Count(ctx context.Context, depot ident.ID, item, lot string, counted int64, reason string) (Adjustment, error) {
	if counted < 0 {
		return Adjustment{}, fault.Invalid("goods.bad_quantity")
	}
	return s.propose(ctx, Adjustment{DepotID: depot, Item: item, Lot: lot, Kind: Adjust, Reason: reason}, func(have int64) int64 { return counted - have })
}

// Discard proposes to write off goods that are lost or past their day. It
// needs access.HandGoods at the depot.
func (s *Service) Discard(ctx context.Context, depot ident.ID, item, lot string, kind MovementKind, quantity int64, reason string) (Adjustment, error) {
	if kind != Loss && kind != Expiry || quantity <= 0 {
		return Adjustment{}, fault.Invalid("goods.bad_quantity")
	}
	return s.propose(ctx, Adjustment{DepotID: depot, Item: item, Lot: lot, Kind: kind, Reason: reason}, func(int64) int64 { return -quantity })
}

func (s *Service) propose(ctx context.Context, a Adjustment, difference func(have int64) int64) (Adjustment, error) {
	if a.Reason == "" {
		return a, fault.Invalid("goods.say_why")
	}
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, d, err := s.keeper(ctx, access.HandGoods, a.DepotID)
		if err != nil {
			return audit.Act{}, err
		}
		if _, err := s.Store.Item(ctx, a.Item); err != nil {
			return audit.Act{}, err
		}
		if a.Expected, err = s.Store.Held(ctx, d.ID, a.Item, a.Lot); err != nil {
			return audit.Act{}, err
		}
		a.Quantity = difference(a.Expected)
		switch {
		case a.Quantity == 0:
			return audit.Act{}, fault.Invalid("goods.no_difference")
		case a.Expected+a.Quantity < 0:
			return audit.Act{}, fault.Conflict("goods.too_little", "item", a.Item, "have", a.Expected, "want", -a.Quantity)
		}
		a.ID, a.Area, a.Proposer, a.At, a.Status = s.IDs.New(), d.Area, actor.Login, s.now(), AdjustProposed
		return act("adjust_proposed", a.ID, a.Area, fmt.Sprintf("%s %d", a.Item, a.Quantity)), s.Store.AddAdjustment(ctx, a)
	})
	return a, err
}

// Decide approves a correction, which then moves the stock, or refuses it. It
// needs access.ApproveGoods, by another person than the proposer.
func (s *Service) Decide(ctx context.Context, id ident.ID, approve bool) error {
	actor, err := access.Require(ctx, access.ApproveGoods)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		a, err := s.Store.Adjustment(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if a.Status != AdjustProposed {
			return audit.Act{}, fault.Conflict("goods.decided_already")
		}
		if a.Proposer == actor.Login {
			return audit.Act{}, fault.Conflict("goods.another_person")
		}
		a.Approver, a.DecidedAt, a.Status = actor.Login, s.now(), AdjustRefused
		if !approve {
			return act("adjust_refused", id, a.Area, a.Item), s.Store.SaveAdjustment(ctx, a)
		}
		a.Status = AdjustApproved
		if err := s.Store.SaveAdjustment(ctx, a); err != nil {
			return audit.Act{}, err
		}
		d, err := s.Store.Depot(ctx, a.DepotID)
		if err != nil {
			return audit.Act{}, err
		}
		_, err = s.move(ctx, access.Actor{Login: a.Proposer}, d, Movement{Key: "adjust/" + id.String(), Item: a.Item, Lot: a.Lot, Kind: a.Kind,
			Quantity: a.Quantity, Approver: actor.Login, AdjustID: id, Note: a.Reason})
		return act("adjusted", id, a.Area, fmt.Sprintf("%s %d", a.Item, a.Quantity)), err
	})
}

// Adjustments lists corrections in the actor's areas, those that wait first.
func (s *Service) Adjustments(ctx context.Context) ([]Adjustment, error) {
	var all []Adjustment
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Adjustments(ctx)
		return err
	})
	return all, err
}

// Adjustment returns a correction.
func (s *Service) Adjustment(ctx context.Context, id ident.ID) (Adjustment, error) {
	var a Adjustment
	err := s.read(ctx, func(ctx context.Context) (err error) {
		a, err = s.Store.Adjustment(ctx, id)
		return err
	})
	return a, err
}
