package app

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverydb"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// dependants are the payments, entitlements, meals, goods and duties that hang
// on a family, for the register to stop when somebody dies or leaves.
type dependants struct{ a *App }

// StopFor holds what is not paid yet, and tells of what cannot be held.
func (d dependants) StopFor(ctx context.Context, s registry.Stopping) ([]registry.Stopped, error) {
	payments, err := d.payments(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("app: stopping payments: %w", err)
	}
	entitlements, err := d.entitlements(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("app: flagging entitlements: %w", err)
	}
	given, err := d.given(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("app: stopping meals and goods: %w", err)
	}
	duties, err := d.duties(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("app: excusing duties: %w", err)
	}
	return slices.Concat(payments, entitlements, given, duties), nil
}

// given are the meals that are carried to somebody, and the goods that wait.
func (d dependants) given(ctx context.Context, s registry.Stopping) ([]registry.Stopped, error) {
	why := goods.MovedAway
	if s.Kind == registry.Death {
		why = goods.Died
	}
	all, err := d.a.Goods.Leave(anywhere(ctx), goods.Leaving{Family: s.Family, Person: s.Person, Why: why, On: s.On})
	var stopped []registry.Stopped
	for _, x := range all {
		if x.Meals {
			stopped = append(stopped, registry.Stopped{What: registry.StoppedMeals, ID: x.ID.String(), Label: x.Label, State: registry.StatePaused})
		} else {
			stopped = append(stopped, registry.Stopped{What: registry.StoppedGoods, ID: x.ID.String(), Label: x.Label, State: registry.StateKept})
		}
	}
	return stopped, err
}

// duties are those of which nothing is known yet.
func (d dependants) duties(ctx context.Context, s registry.Stopping) ([]registry.Stopped, error) {
	note := i18n.T(i18n.ID, "event.stopped_by."+string(s.Kind))
	all, err := d.a.Conditions.Leave(anywhere(ctx), condition.Leaving{Family: s.Family, Person: s.Person, On: s.On, Why: note})
	var stopped []registry.Stopped
	for _, x := range all {
		stopped = append(stopped, registry.Stopped{What: registry.StoppedDuty, ID: x.ID.String(),
			Label: d.a.programmeName(x.Programme).ID + ", " + d.dutyName(x) + ", " + x.Due.String(), State: registry.StateExcused})
	}
	return stopped, err
}

// dutyName is what a programme calls a duty.
func (d dependants) dutyName(x condition.Duty) string {
	p, err := dutyProgrammes{d.a.Programmes}.Version(x.Programme, x.Version)
	if err != nil {
		return x.Condition
	}
	for _, c := range p.Conditions {
		if c.ID == x.Condition {
			return c.Duty.ID
		}
	}
	return x.Condition
}

// anywhere lets the consequence of an act on the register reach what belongs
// to the family in other areas, in the name of whoever did it.
func anywhere(ctx context.Context) context.Context {
	actor, _ := access.From(ctx)
	actor.Scope = access.Nation()
	return access.With(ctx, actor)
}

// asTreasurer lets the consequence of an act on the register hold payments,
// in the name of whoever did it: to hold is what any treasurer does of
// somebody who died.
func asTreasurer(ctx context.Context) context.Context {
	actor, _ := access.From(ctx)
	actor.Roles, actor.Scope = []access.Role{access.Treasurer}, access.Nation()
	return access.With(ctx, actor)
}

func asSystem(ctx context.Context) context.Context {
	return access.With(ctx, access.System("register"))
}

func (d dependants) payments(ctx context.Context, s registry.Stopping) ([]registry.Stopped, error) {
	lines, err := d.a.Delivery.OfFamily(asSystem(ctx), access.PurposePayment, s.Family)
	if err != nil {
		return nil, err
	}
	var stopped []registry.Stopped
	for _, l := range lines {
		state, open := stateOf(l.Status)
		if !open {
			continue
		}
		touched, err := d.concerns(ctx, l, s.Person)
		if err != nil {
			return nil, err
		}
		if !touched {
			continue
		}
		if state == registry.StateHeld {
			note := i18n.T(i18n.ID, "event.stopped_by."+string(s.Kind))
			_, err := d.a.Delivery.Hold(asTreasurer(ctx), l.ListID, []int64{l.LineNo}, note)
			if fault.Is(err, fault.KindConflict) { // the list moved on meanwhile: it is held when the file is cut
				state = registry.StateWatched
			} else if err != nil {
				return nil, err
			}
		}
		stopped = append(stopped, registry.Stopped{What: registry.StoppedPayment, ID: delivery.Reference(l.Number, l.LineNo),
			Label: d.a.programmeName(l.Programme).ID + ", " + l.Period.String(), Amount: l.Amount, State: state})
	}
	return stopped, nil
}

// stateOf says what becomes of a line of a status, and whether anything does.
func stateOf(s delivery.Status) (registry.StoppedState, bool) {
	switch s {
	case delivery.Planned:
		return registry.StateHeld, true
	case delivery.LetGo:
		return registry.StateWatched, true
	case delivery.OnTheWay:
		return registry.StateSent, true
	}
	return "", false
}

// concerns reports whether a line is paid to somebody or because of them. The
// zero person is the whole family.
func (d dependants) concerns(ctx context.Context, l delivery.FamilyLine, person ident.ID) (bool, error) {
	if person.IsZero() || l.PersonID == person || l.PayeeID == person {
		return true, nil
	}
	t, err := d.a.Delivery.Trace(asSystem(ctx), l.ListID, l.LineNo)
	if err != nil {
		return false, err
	}
	for _, p := range t.Line.Parts {
		if p.Beneficiary == person {
			return true, nil
		}
	}
	return false, nil
}

// entitlements of the determination in force: it is a signed decision, and
// stands until the next one; who pays by it asks the register again.
func (d dependants) entitlements(ctx context.Context, s registry.Stopping) ([]registry.Stopped, error) {
	h, err := d.a.Determinations.Current(asSystem(ctx))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := d.a.Determinations.OfFamily(asSystem(ctx), access.PurposeDetermination, h.ID, s.Family)
	if err != nil {
		return nil, err
	}
	var stopped []registry.Stopped
	for _, r := range rows {
		if r.Outcome != determination.Entitled || !s.Person.IsZero() && !r.PersonID.IsZero() && r.PersonID != s.Person {
			continue
		}
		stopped = append(stopped, registry.Stopped{What: registry.StoppedEntitlement, ID: h.ID.String(),
			Label: d.a.programmeName(r.Programme).ID, Amount: r.Annual, State: registry.StateFlagged})
	}
	return stopped, nil
}

// obligations tell the register what money stands in the way of an erasure.
type obligations struct{ a *App }

// Owed looks through all that was or is to be paid to a family, and whether
// somebody holds its record.
func (o obligations) Owed(ctx context.Context, family ident.ID) (registry.Owed, error) {
	owed, err := o.paid(ctx, family)
	if err != nil {
		return owed, err
	}
	claims, err := deliverydb.New().OpenClaims(asSystem(ctx), family)
	if err != nil {
		return owed, err
	}
	owed.Pending = owed.Pending || claims > 0
	owed.Held, err = o.a.Retention.Lasting(ctx, family)
	return owed, err
}

// paid is what was or is to be given to a family, in money, goods and meals:
// also what came back, for the state accounts for that too.
func (o obligations) paid(ctx context.Context, family ident.ID) (registry.Owed, error) {
	var owed registry.Owed
	lines, err := o.a.Delivery.OfFamily(asSystem(ctx), access.PurposePayment, family)
	if err != nil {
		return owed, err
	}
	for _, l := range lines {
		switch l.Status {
		case delivery.Planned, delivery.Held, delivery.LetGo, delivery.OnTheWay, delivery.ReturnedIt, delivery.Unclaimed:
			owed.Pending = true
		case delivery.Credited, delivery.Taken, delivery.Remitted, delivery.Reissued:
			paid := civil.OfTime(l.SettledAt)
			owed.Paid = lastOf(owed.Paid, &paid)
		}
	}
	given, open, err := goodsdb.New().LastGiven(asSystem(ctx), family)
	owed.Paid, owed.Pending = lastOf(owed.Paid, given), owed.Pending || open
	return owed, err
}
