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

// Transfer is goods on their way from one depot to another.
type Transfer struct {
	ID       ident.ID
	From, To ident.ID
	FromArea string
	Area     string // of the depot that it goes to
	Item     string
	Lot      string
	Planned  int64
	Sent     int64
	Received int64
	Lost     int64 // written off by another person than the sender
	Actor    string
	At       time.Time
	Note     string
	LostBy   string

	FromName, ToName string
}

// OnTheWay is how much has left and not arrived.
func (t Transfer) OnTheWay() int64 { return t.Sent - t.Received - t.Lost }

// Send lets goods leave for another depot, once under the transfer's id where
// it has one. It needs access.ManageGoods at the depot that they leave.
func (s *Service) Send(ctx context.Context, t Transfer) (Transfer, error) {
	if t.Planned <= 0 || t.From == t.To {
		return t, fault.Invalid("goods.bad_transfer")
	}
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, from, err := s.keeper(ctx, access.ManageGoods, t.From)
		if err != nil {
			return audit.Act{}, err
		}
		if from.Kind == Lumbung {
			return audit.Act{}, fault.Conflict("goods.lumbung_closed")
		}
		to, err := s.Store.Depot(ctx, t.To)
		if err != nil {
			return audit.Act{}, err
		}
		if t.ID.IsZero() {
			t.ID = s.IDs.New()
		}
		t.FromArea, t.Area, t.Actor, t.At = from.Area, to.Area, actor.Login, s.now()
		if err := s.Store.AddTransfer(ctx, t); err != nil {
			return audit.Act{}, err
		}
		_, err = s.move(ctx, actor, from, Movement{Key: "send/" + t.ID.String(), Item: t.Item, Lot: t.Lot, Kind: TransferOut, Quantity: -t.Planned, TransferID: t.ID, Note: t.Note})
		t.Sent = t.Planned
		return act("sent", t.ID, t.Area, fmt.Sprintf("%s %d", t.Item, t.Planned)), err
	})
	return t, err
}

// Arrive takes in what arrived of a transfer; the rest stays on its way. It
// needs access.HandGoods at the depot that it goes to. key makes it happen once.
func (s *Service) Arrive(ctx context.Context, id ident.ID, quantity int64, key, note string) error {
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		t, err := s.Store.LockTransfer(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		actor, to, err := s.keeper(ctx, access.HandGoods, t.To)
		if err != nil {
			return audit.Act{}, err
		}
		if _, err := s.Store.MovementByKey(ctx, key); err != nil && (quantity <= 0 || quantity > t.OnTheWay()) {
			return audit.Act{}, fault.Invalid("goods.not_on_the_way", "have", t.OnTheWay())
		}
		_, err = s.move(ctx, actor, to, Movement{Key: key, Item: t.Item, Lot: t.Lot, Kind: TransferIn, Quantity: quantity, TransferID: id, Note: note})
		return act("arrived", id, t.Area, fmt.Sprintf("%s %d", t.Item, quantity)), err
	})
}

// WriteOff gives up what never arrived. It needs access.ApproveGoods, by
// another person than the sender.
func (s *Service) WriteOff(ctx context.Context, id ident.ID, note string) error {
	actor, err := access.Require(ctx, access.ApproveGoods)
	if err != nil {
		return err
	}
	if note == "" {
		return fault.Invalid("goods.say_why")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		t, err := s.Store.LockTransfer(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if t.OnTheWay() == 0 {
			return audit.Act{}, fault.Conflict("goods.nothing_on_the_way")
		}
		if t.Actor == actor.Login {
			return audit.Act{}, fault.Conflict("goods.another_person")
		}
		lost := t.OnTheWay()
		t.Lost, t.LostBy, t.Note = t.Lost+lost, actor.Login, t.Note+" "+note
		return act("written_off", id, t.Area, fmt.Sprintf("%s %d", t.Item, lost)), s.Store.SaveTransfer(ctx, t)
	})
}

// Transfers lists transfers to and from the actor's areas, newest first.
func (s *Service) Transfers(ctx context.Context) ([]Transfer, error) {
	var all []Transfer
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Transfers(ctx)
		return err
	})
	return all, err
}

// Transfer returns a transfer to or from the actor's areas.
func (s *Service) Transfer(ctx context.Context, id ident.ID) (Transfer, error) {
	all, err := s.Transfers(ctx)
	if err != nil {
		return Transfer{}, err
	}
	for _, t := range all {
		if t.ID == id {
			return t, nil
		}
	}
	return Transfer{}, fault.NotFound("goods.no_transfer")
}
