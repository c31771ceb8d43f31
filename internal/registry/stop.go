package registry

import (
	"context"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Dependants are what other slices hang on a person's or a family's being
// there: payments under way, entitlements in force. A death or a move stops
// them, and says what it stopped.
type Dependants interface {
	// StopFor stops what depends on somebody who does not count any more,
	// in the transaction of its context, and returns what it found: also
	// what it could not stop, such as money that is with the bank.
	StopFor(ctx context.Context, s Stopping) ([]Stopped, error)
}

// Stopping says who does not count any more, and why.
type Stopping struct {
	Family ident.ID
	Person ident.ID // zero: the whole family
	Kind   ChangeKind
	On     civil.Date // from which day
}

// Stopped is one thing that depended on somebody.
type Stopped struct {
	What   StoppedWhat  `json:"what"`
	ID     string       `json:"id,omitempty"`     // of the thing: a list's number and line, a proposal
	Label  string       `json:"label,omitempty"`  // what people call it
	Amount money.Rupiah `json:"amount,omitempty"` // of money
	State  StoppedState `json:"state"`
}

// In says what was stopped, and what became of it, in a language.
func (s Stopped) In(l i18n.Lang) string {
	text := i18n.T(l, "event.what."+string(s.What)) + ": "
	if s.What == StoppedProposal {
		return text + i18n.T(l, "registry.change."+s.Label) + ", " + i18n.T(l, "event.became."+string(s.State))
	}
	text += s.Label
	if s.What == StoppedPayment {
		text += " (" + s.ID + ")"
	}
	if s.Amount > 0 {
		text += ", " + s.Amount.String()
	}
	return text + ", " + i18n.T(l, "event.became."+string(s.State))
}

// StoppedWhat says what kind of thing was stopped.
type StoppedWhat string

// The things.
const (
	StoppedPayment     StoppedWhat = "payment"     // a line of a pay list
	StoppedEntitlement StoppedWhat = "entitlement" // a programme's, of the determination in force or proposed
	StoppedProposal    StoppedWhat = "proposal"    // a change that waited for a second hand
	StoppedMeals       StoppedWhat = "meals"       // carried by a group
	StoppedGoods       StoppedWhat = "goods"       // that wait on a distribution list
	StoppedDuty        StoppedWhat = "duty"        // of a month
)

// StoppedState says what became of it.
type StoppedState string

// The states.
const (
	StateHeld    StoppedState = "held"    // taken out of the payment until somebody decides
	StateWatched StoppedState = "watched" // will be held when the bank's file is cut
	StateSent    StoppedState = "sent"    // is with the bank: to be asked back
	StateFlagged StoppedState = "flagged" // is counted no more, though the decision stands until the next one
	StateClosed  StoppedState = "closed"
	StatePaused  StoppedState = "paused"  // until the office has gone to see
	StateKept    StoppedState = "kept"    // not handed over while the register says so
	StateExcused StoppedState = "excused" // counts against nobody
)

// byHand reports whether somebody must start it again once those whom it was
// for count again. Goods are kept back for as long as the register says so.
func (s Stopped) byHand() bool { return s.What != StoppedProposal && s.State != StateKept }

// nobody depends on anybody.
type nobody struct{}

func (nobody) StopFor(context.Context, Stopping) ([]Stopped, error) { return nil, nil }

// stop stops what depends on those whom a revision has count no more.
func (s *Service) stop(ctx context.Context, r *Revision, was *Record) ([]Stopped, error) {
	if r.New() {
		return nil, nil
	}
	one := Stopping{Family: r.Change.FamilyID, Kind: r.Change.Kind, On: r.Change.EffectiveOn}
	var stopping []Stopping
	if was.Family.Status == FamilyActive && r.Record.Family.Status != FamilyActive {
		stopping = append(stopping, one)
	} else {
		for i := range was.Members {
			m := &was.Members[i]
			now, ok := r.Record.Member(m.ID)
			if m.Status == PersonActive && (!ok || now.Status != PersonActive) {
				one.Person = m.ID
				stopping = append(stopping, one)
			}
		}
	}
	var all []Stopped
	for _, one := range stopping {
		stopped, err := s.depend.StopFor(ctx, one)
		if err != nil {
			return nil, err
		}
		for _, x := range stopped {
			if !slices.Contains(all, x) {
				all = append(all, x)
			}
		}
	}
	return all, nil
}

// again returns what was stopped when those who count again stopped counting.
func (d *draft) again() []Stopped {
	back := d.was.Family.Status != FamilyActive && d.was.Family.Status != "" && d.rev.Record.Family.Status == FamilyActive
	for i := range d.was.Members {
		m := &d.was.Members[i]
		now, ok := d.rev.Record.Member(m.ID)
		back = back || ok && m.Status != PersonActive && now.Status == PersonActive
	}
	if !back || len(d.rev.Change.Body.Undoes) > 0 { // an undoing knows what it undoes
		return nil
	}
	for _, c := range slices.Backward(d.history.Changes) {
		if len(c.Body.Stopped) == 0 {
			continue
		}
		return slices.DeleteFunc(slices.Clone(c.Body.Stopped), func(s Stopped) bool { return !s.byHand() })
	}
	return nil
}

// ToResume returns what a change of a history gives back that was stopped
// before, and that somebody must start again: of an undoing what the undone
// change stopped, of a return what the leaving did.
func (s *Service) ToResume(h *History, c *Change) []Stopped {
	var again []Stopped
	add := func(stopped []Stopped) {
		for _, x := range stopped {
			if x.byHand() {
				again = append(again, x)
			}
		}
	}
	for i := range h.Changes {
		if slices.Contains(c.Body.Undoes, h.Changes[i].Version) {
			add(h.Changes[i].Body.Stopped)
		}
	}
	if c.Kind == Return {
		for _, o := range slices.Backward(h.Changes) {
			if o.Version < c.Version && len(o.Body.Stopped) > 0 {
				add(o.Body.Stopped)
				break
			}
		}
	}
	return again
}
