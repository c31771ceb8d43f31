package condition

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/run"
)

// Opened counts what opening a month brought.
type Opened struct {
	Month    Month `json:"month"`
	Families int   `json:"families"`
	Duties   int   `json:"duties"` // owed in the month
	Added    int   `json:"added"`  // of them, those that were not on record yet
}

// OpenRun is the kind of run by which a month is opened.
const OpenRun run.Kind = "open_duties"

// OpenArgs ask for a month of a programme's duties.
type OpenArgs struct {
	Programme string `json:"programme"`
	Month     Month  `json:"month"`
}

// OpenMonth writes down who owes what in a month, from what the determination
// in force grants under a programme in the actor's areas. Opening it again
// adds what is new and changes nothing else. It needs access.ManageDuties.
//
// It returns fault.Invalid for a month that is further ahead than the next
// one, fault.NotFound when no determination is in force, and fault.Conflict
// where the programme's file names no duties.
func (s *Service) OpenMonth(ctx context.Context, a OpenArgs, p run.Progress) (Opened, error) {
	actor, err := access.Require(ctx, access.ManageDuties)
	if err != nil {
		return Opened{}, err
	}
	if a.Month > MonthOf(s.Today())+1 {
		return Opened{}, fault.Invalid("condition.future_month", "month", a.Month)
	}
	o := opening{s: s, args: a, families: map[ident.ID]bool{}, areas: map[string]bool{}}
	p.Stage("duty_gather", 0)
	if err := o.gather(ctx, p); err != nil {
		return Opened{}, fmt.Errorf("condition: opening %s: %w", a.Month, err)
	}
	p.Stage("duty_write", int64(len(o.owed)))
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		err := o.write(ctx, p)
		entry := act("opened", o.determination, actor.Scope.String(), a.Programme+" "+a.Month.String())
		entry.Count = int64(o.done.Added)
		return entry, err
	})
	return o.done, err
}

// opening is a month being opened.
type opening struct {
	s             *Service
	args          OpenArgs
	determination ident.ID
	programme     *programme.Programme
	owed          []Duty
	families      map[ident.ID]bool
	areas         map[string]bool
	done          Opened
}

func (o *opening) gather(ctx context.Context, p run.Progress) error {
	gone, err := o.s.People.Gone(ctx, "")
	if err != nil {
		return err
	}
	o.determination, o.programme, err = o.s.Decisions.Owing(ctx, o.args.Programme, func(w Owed) error {
		since, asked := window(w.Condition, o.args.Month)
		if !asked || gone[w.FamilyID] || gone[w.PersonID] {
			return ctx.Err()
		}
		c := w.Condition
		d := Duty{Programme: o.args.Programme, Condition: c.ID, Component: c.Component, FamilyID: w.FamilyID, PersonID: w.PersonID, Area: w.Area,
			Since: since, Due: o.args.Month, Kind: c.Facility, AtLeast: c.AtLeast, Unit: c.Unit, Status: Open}
		o.owed, o.families[w.FamilyID], o.areas[w.Area] = append(o.owed, d), true, true
		p.Add("", 1)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	if len(o.programme.Conditions) == 0 {
		return fault.Conflict("condition.no_duties", "programme", o.programme.Name)
	}
	o.done = Opened{Month: o.args.Month, Families: len(o.families), Duties: len(o.owed)}
	return nil
}

// write adds what is not on record, each with the facility that sees it: the
// one that was named, or the only one of the village.
func (o *opening) write(ctx context.Context, p run.Progress) error {
	known, err := o.s.Store.Keys(ctx, o.args.Programme, o.args.Month)
	if err != nil {
		return err
	}
	places, err := o.s.Store.Places(ctx)
	if err != nil {
		return err
	}
	all, err := o.s.Store.Facilities(ctx, o.args.Month)
	if err != nil {
		return err
	}
	only := onlyOnes(all)
	w := o.s.Store.Duties(ctx)
	for i, d := range o.owed {
		k := d.Key()
		if known[k] {
			p.Add("kept", 1)
			continue
		}
		known[k] = true
		d.ID, d.Version, d.Determination = o.s.IDs.New(), o.programme.Version(), o.determination
		if d.Facility = places[PlaceKey{d.PersonID, d.Kind}]; d.Facility.IsZero() {
			d.Facility = only[villageKey{d.Area, d.Kind}]
		}
		if err := w.Add(ctx, d); err != nil {
			return err
		}
		o.done.Added++
		p.Add("added", 1)
		if i%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return w.Flush(ctx)
}

// DutyKey tells duties of a programme apart.
type DutyKey struct {
	Person    ident.ID
	Condition string
	Since     Month
}

// Key returns what tells a duty apart from the others of its programme.
func (d *Duty) Key() DutyKey { return DutyKey{d.PersonID, d.Condition, d.Since} }

// PlaceKey is a member and a kind of facility.
type PlaceKey struct {
	Person ident.ID
	Kind   programme.Facility
}

type villageKey struct {
	area string
	kind programme.Facility
}

// onlyOnes returns the facilities that are the only one of their kind in
// their village.
func onlyOnes(all []Facility) map[villageKey]ident.ID {
	only, several := map[villageKey]ident.ID{}, map[villageKey]bool{}
	for _, f := range all {
		k := villageKey{f.Area, f.Kind}
		if _, another := only[k]; another {
			several[k] = true
		}
		if !f.Closed {
			only[k] = f.ID
		}
	}
	for k := range several {
		delete(only, k)
	}
	return only
}
