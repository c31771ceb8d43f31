package delivery

import (
	"context"
	"errors"

	"gotong/internal/access"
	"gotong/internal/fault"
)

// Order asks for a pay list.
type Order struct {
	Programme string `json:"programme"`
	Period    Period `json:"period"`
	Area      string `json:"area,omitempty"`  // "" is all of the actor's area, which must then be one
	Means     Means  `json:"means,omitempty"` // Post for those whom the post office pays; "" is the programme's own means
}

// Orderable says whether the acting person may ask for a list, without making
// it. It returns what MakePayList would return at once.
func (s *Service) Orderable(ctx context.Context, o Order) error {
	_, _, err := s.orderable(ctx, &o)
	return err
}

// orderable holds an order to permission, area and programme, and fills in
// the area.
func (s *Service) orderable(ctx context.Context, o *Order) (access.Actor, Terms, error) {
	actor, err := access.Require(ctx, access.MakePayment)
	if err != nil {
		return actor, Terms{}, err
	}
	if o.Area, err = oneArea(actor, o.Area); err != nil {
		return actor, Terms{}, err
	}
	if _, err := access.RequireArea(ctx, access.MakePayment, o.Area); err != nil {
		return actor, Terms{}, err
	}
	terms, err := s.Programmes.Terms(ctx, o.Programme)
	if err != nil {
		return actor, terms, err
	}
	if o.Period.No < 1 || o.Period.No > terms.Cycle {
		return actor, terms, fault.Invalid("delivery.no_such_period", "period", o.Period, "cycle", terms.Cycle)
	}
	switch {
	case o.Means == "" || o.Means == terms.Means:
		o.Means = terms.Means
	case o.Means != Post || terms.Means != ByBank:
		return actor, terms, fault.Invalid("delivery.no_such_means", "means", string(o.Means))
	}
	return actor, terms, nil
}

// oneArea returns the area of a list: the one asked for, or the actor's when
// it is one.
func oneArea(a access.Actor, area string) (string, error) {
	if area != "" || a.Scope.IsNation() {
		return area, nil
	}
	if prefixes := a.Scope.Prefixes(); len(prefixes) == 1 {
		return prefixes[0], nil
	}
	return "", fault.Invalid("delivery.area_needed")
}

// drafted returns the draft that the same person has made of the same
// already, as when the answer to making it was lost; otherwise none.
func (s *Service) drafted(ctx context.Context, actor access.Actor, asked *PayList, none error) (*PayList, error) {
	var found *PayList
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		const enough = 100
		rows, _, err := s.Store.Lists(ctx, ListFilter{Programme: asked.Programme, Period: asked.Period.String(), Status: Draft, Limit: enough})
		for i := range rows {
			l := &rows[i].PayList
			if l.Area == asked.Area && l.Means == asked.Means && l.Determination == asked.Determination && l.Made.By == actor.Login {
				found = l
			}
		}
		return err
	})
	if err != nil || found == nil {
		return nil, errors.Join(err, none)
	}
	return found, nil
}
