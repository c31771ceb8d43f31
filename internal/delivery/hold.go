package delivery

import (
	"context"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Hold keeps a family, a programme or an area from being paid until another
// person lifts it.
type Hold struct {
	ID        ident.ID
	Area      string   // beginning of the areas it covers; a family's own area
	FamilyID  ident.ID // zero: everybody in the area
	Programme string   // "" is all
	Reason    string
	PlacedBy  string
	PlacedAt  time.Time
	LiftedBy  string // "" while it stands
	LiftedAt  time.Time
	LiftedWhy string
}

// HoldFilter chooses holds.
type HoldFilter struct {
	FamilyID ident.ID
	Lifted   bool // those that were lifted, instead of those that stand
	Area     string
	Offset   int
	Limit    int
}

// Places tells where a family lives.
type Places interface {
	// Area returns a family's area; fault.NotFound where there is none in
	// the actor's areas.
	Area(ctx context.Context, family ident.ID) (string, error)
}

// PlaceHold stops a family, a programme or an area, or a programme in an
// area, from being paid, from now on: no list takes them, and no file that was
// not handed over. It needs access.MakePayment or access.CheckPayment.
func (s *Service) PlaceHold(ctx context.Context, h Hold) (*Hold, error) {
	p := s.editor(ctx)
	actor, err := access.Require(ctx, p)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(h.Reason) == "" {
		return nil, fault.Invalid("delivery.say_why")
	}
	if !h.FamilyID.IsZero() {
		if h.Area, err = s.Places.Area(ctx, h.FamilyID); err != nil {
			return nil, err
		}
	} else if h.Area, err = oneArea(actor, h.Area); err != nil {
		return nil, err
	}
	if _, err := access.RequireArea(ctx, p, h.Area); err != nil {
		return nil, err
	}
	if h.Programme != "" {
		if _, err := s.Programmes.Terms(ctx, h.Programme); err != nil {
			return nil, err
		}
	}
	h.ID, h.PlacedBy, h.PlacedAt = s.IDs.New(), actor.Login, s.now()
	h.LiftedBy, h.LiftedAt, h.LiftedWhy = "", time.Time{}, ""
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.AddHold(ctx, &h); err != nil {
			return err
		}
		return s.recordHold(ctx, &h, "payment.hold_placed")
	})
	return &h, err
}

// LiftHold lets them be paid again, by the next list. It needs
// access.CheckPayment, and another person than the one who placed the hold.
func (s *Service) LiftHold(ctx context.Context, id ident.ID, why string) (*Hold, error) {
	actor, err := access.Require(ctx, access.CheckPayment)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(why) == "" {
		return nil, fault.Invalid("delivery.say_why")
	}
	var h *Hold
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if h, err = s.Store.Hold(ctx, id); err != nil {
			return err
		}
		switch {
		case h.LiftedBy != "":
			return fault.Conflict("delivery.hold_lifted")
		case h.PlacedBy == actor.Login:
			return fault.Forbidden("delivery.own_hold")
		}
		if _, err := access.RequireArea(ctx, access.CheckPayment, h.Area); err != nil {
			return err
		}
		h.LiftedBy, h.LiftedAt, h.LiftedWhy = actor.Login, s.now(), why
		if err := s.Store.LiftHold(ctx, h); err != nil {
			return err
		}
		return s.recordHold(ctx, h, "payment.hold_lifted")
	})
	return h, err
}

func (s *Service) recordHold(ctx context.Context, h *Hold, action string) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: action, Subject: h.ID.String(), Area: h.Area, Count: 1, Detail: h.Programme})
}

// Holds returns holds, newest first, and how many there are. It needs
// access.SeeMoney.
func (s *Service) Holds(ctx context.Context, f HoldFilter) ([]Hold, int64, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, 0, err
	}
	var all []Hold
	var total int64
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, total, err = s.Store.Holds(ctx, f); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment.holds", Area: f.Area, Fields: []string{"reason"}, Count: int64(len(all))})
	})
	return all, total, err
}

// standing adds the holds on a list's programme to what blocks its lines. A
// hold on an area around the list's is looked for beyond the actor's areas.
func (s *Service) standing(ctx context.Context, l *PayList, b *blocks) error {
	ctx = access.With(ctx, access.System("holds"))
	return s.Store.Standing(ctx, l.Programme, func(h *Hold) error {
		switch {
		case !h.FamilyID.IsZero():
			if b.codes[h.FamilyID] == "" {
				b.codes[h.FamilyID] = OnHold
			}
		case strings.HasPrefix(h.Area, l.Area) || strings.HasPrefix(l.Area, h.Area):
			b.areas = append(b.areas, h.Area)
		}
		return nil
	})
}
