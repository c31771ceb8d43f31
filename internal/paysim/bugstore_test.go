package paysim

import (
	"context"
	"time"

	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// nobody knows of nobody who must not be paid.
type nobody struct{}

func (nobody) Blocked(context.Context, string, string, func(delivery.Block) error) error { return nil }

// always holds every determination to be in force.
type always struct{ delivery.Decisions }

func (always) InForce(context.Context, ident.ID) error { return nil }

// rounding pays each instalment in whole thousands.
type rounding struct{ delivery.Programmes }

func (r rounding) Terms(ctx context.Context, programme string) (delivery.Terms, error) {
	t, err := r.Programmes.Terms(ctx, programme)
	split := t.Split
	t.Split = func(a money.Rupiah) []money.Rupiah {
		parts := split(a)
		for i := range parts {
			parts[i] = (parts[i] + 500) / 1000 * 1000
		}
		return parts
	}
	return t, err
}

// holdless forgets the holds.
type holdless struct{ delivery.Store }

func (holdless) Standing(context.Context, string, func(*delivery.Hold) error) error { return nil }

// routeless forgets who is paid otherwise.
type routeless struct{ delivery.Store }

func (routeless) RoutesOf(context.Context, string) (map[ident.ID]delivery.Route, error) {
	return nil, nil
}

// absolving forgets the duties that were missed.
type absolving struct{}

func (absolving) Consequences(context.Context, string, delivery.Period, string, func(delivery.Consequence) error) error {
	return nil
}

// hardOfHearing hears no appeal.
type hardOfHearing struct{ of delivery.Consequences }

func (h hardOfHearing) Consequences(ctx context.Context, programme string, p delivery.Period, area string, fn func(delivery.Consequence) error) error {
	return h.of.Consequences(ctx, programme, p, area, func(c delivery.Consequence) error {
		c.Waived = false
		return fn(c)
	})
}

// unforgiving takes a duty for another one in each instalment.
type unforgiving struct{ of delivery.Consequences }

func (u unforgiving) Consequences(ctx context.Context, programme string, p delivery.Period, area string, fn func(delivery.Consequence) error) error {
	return u.of.Consequences(ctx, programme, p, area, func(c delivery.Consequence) error {
		c.Ref[3] = byte(p.No)
		return fn(c)
	})
}

// makerless forgets who made a list.
type makerless struct{ delivery.Store }

func (s makerless) Lock(ctx context.Context, id ident.ID) (*delivery.PayList, error) {
	l, err := s.Store.Lock(ctx, id)
	if err == nil {
		l.Made.By = ""
	}
	return l, err
}

// sticky keeps a check although the list is edited, as one that signs
// whatever stands.
type sticky struct{ delivery.Store }

func (s sticky) SaveList(ctx context.Context, l *delivery.PayList) error {
	was, err := s.Store.List(ctx, l.ID)
	if err == nil && was.Status == delivery.Checked && l.Status == delivery.Draft {
		l.Status, l.Checked = delivery.Checked, was.Checked
		l.Checked.Digest = l.Digest
	}
	return s.Store.SaveList(ctx, l)
}

// keyless takes every key for a new one.
type keyless struct{ delivery.Store }

func (keyless) Take(context.Context, string, string, [32]byte, time.Time) (bool, [32]byte, []byte, error) {
	return true, [32]byte{}, nil, nil
}

func (keyless) Answer(context.Context, string, string, []byte) error { return nil }

// fresh takes every return file for a new one.
type fresh struct{ delivery.Store }

func (fresh) Returned(context.Context, [32]byte) (*delivery.ReturnFile, error) {
	return nil, fault.NotFound("delivery.no_list")
}

// reissuing gives money back to be paid again, and leaves the line as it was.
type reissuing struct{ delivery.Store }

func (s reissuing) MoveLines(ctx context.Context, a *delivery.Act, from, to delivery.Status, moves []delivery.LineMove) error {
	if to != delivery.Reissued {
		return s.Store.MoveLines(ctx, a, from, to, moves)
	}
	line, _, err := s.Store.Line(ctx, a.ListID, moves[0].LineNo)
	if err != nil {
		return err
	}
	err = s.Store.MoveLines(ctx, a, from, to, nil)
	a.Sum = delivery.Sum{Lines: 1, Total: line.Net()}
	return err
}
