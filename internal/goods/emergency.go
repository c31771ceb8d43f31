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

// Emergency is a declared state of emergency: what opens a Lumbung Sosial.
type Emergency struct {
	ID         ident.ID
	Decree     string // number of the regent's or mayor's decree
	SignedBy   string
	Cause      string
	Area       string
	From, To   civil.Date
	Actor      string
	At         time.Time
	Report     string
	Reporter   string
	ReportedAt time.Time
}

// InForce reports whether the emergency holds on a day.
func (e Emergency) InForce(d civil.Date) bool { return e.From <= d && d <= e.To }

// Release lets one store give out in an emergency.
type Release struct {
	ID        ident.ID
	Emergency ident.ID
	Depot     ident.ID
	DepotName string
	Area      string
	Note      string
	Actor     string
	At        time.Time
}

// Declare records a declaration. It needs access.ManageGoods in its area.
func (s *Service) Declare(ctx context.Context, e Emergency) (Emergency, error) {
	actor, err := access.RequireArea(ctx, access.ManageGoods, e.Area)
	if err != nil {
		return e, err
	}
	switch {
	case e.Decree == "" || e.SignedBy == "" || e.Cause == "" || e.Area == "":
		return e, fault.Invalid("goods.decree_incomplete")
	case e.To < e.From:
		return e, fault.Invalid("goods.ends_before")
	}
	e.ID, e.Actor, e.At = s.IDs.New(), actor.Login, s.now()
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		return act("emergency", e.ID, e.Area, e.Decree), s.Store.AddEmergency(ctx, e)
	})
	return e, err
}

// Order opens a store within the area of an emergency that holds today. It
// needs access.ApproveGoods, by another person than who recorded the
// declaration.
func (s *Service) Order(ctx context.Context, emergency, depot ident.ID, note string) (Release, error) {
	actor, err := access.Require(ctx, access.ApproveGoods)
	if err != nil {
		return Release{}, err
	}
	var r Release
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		e, err := s.Store.Emergency(ctx, emergency)
		if err != nil {
			return audit.Act{}, err
		}
		d, err := s.Store.Depot(ctx, depot)
		switch {
		case err != nil:
			return audit.Act{}, err
		case e.Actor == actor.Login:
			return audit.Act{}, fault.Conflict("goods.another_person")
		case d.Kind != Lumbung || !within(d.Area, e.Area):
			return audit.Act{}, fault.Invalid("goods.not_its_store", "decree", e.Decree)
		case !e.InForce(s.Today()):
			return audit.Act{}, fault.Conflict("goods.not_in_force", "decree", e.Decree, "from", e.From, "to", e.To)
		}
		r = Release{ID: s.IDs.New(), Emergency: e.ID, Depot: d.ID, DepotName: d.Name, Area: d.Area, Note: note, Actor: actor.Login, At: s.now()}
		return act("release", r.ID, d.Area, e.Decree+" "+d.Code), s.Store.AddRelease(ctx, r)
	})
	return r, err
}

// within reports whether an area lies in another.
func within(area, in string) bool { return len(area) >= len(in) && area[:len(in)] == in }

// Giving is goods that a keeper gives out of a store.
type Giving struct {
	Key      string
	Depot    ident.ID
	Item     string
	Lot      string
	Quantity int64
	To       string // who takes them: a kitchen, a neighbourhood, a post
	Note     string
}

// Give logs what leaves a store for those in need; a Lumbung Sosial only under
// a release in force. It needs access.HandGoods at the store.
func (s *Service) Give(ctx context.Context, g Giving) (Movement, error) {
	if g.Quantity <= 0 || g.To == "" {
		return Movement{}, fault.Invalid("goods.quantity_and_receiver")
	}
	var m Movement
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, d, err := s.keeper(ctx, access.HandGoods, g.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		m = Movement{Key: g.Key, Item: g.Item, Lot: g.Lot, Kind: Issue, Quantity: -g.Quantity, Document: g.To, Note: g.Note}
		if d.Kind == Lumbung {
			r, err := s.releaseFor(ctx, d)
			if err != nil {
				return audit.Act{}, err
			}
			m.ReleaseID = r.ID
		}
		m, err = s.move(ctx, actor, d, m)
		return act("issued", m.ID, d.Area, fmt.Sprintf("%s %d", g.Item, g.Quantity)), err
	})
	return m, err
}

// releaseFor returns the release under which a store is open today.
func (s *Service) releaseFor(ctx context.Context, d Depot) (Release, error) {
	all, err := s.Store.Releases(ctx, ident.ID{})
	if err != nil {
		return Release{}, err
	}
	for _, r := range all {
		if r.Depot != d.ID {
			continue
		}
		e, err := s.Store.Emergency(ctx, r.Emergency)
		if err != nil {
			return Release{}, err
		}
		if e.InForce(s.Today()) {
			return r, nil
		}
	}
	return Release{}, fault.Conflict("goods.lumbung_closed")
}

// Account is what an emergency took out of the stores, and what must come
// back in.
type Account struct {
	Emergency Emergency
	Releases  []Release
	Given     []Given
	Restock   []Need
	Due       civil.Date // of the report
	Overdue   bool
}

// Given is how much of an item a store gave out under a release, and what it
// holds now.
type Given struct {
	Depot    ident.ID
	Name     string
	Item     Item
	Quantity int64
	Left     int64
}

// Emergencies lists declarations in the actor's areas, newest first.
func (s *Service) Emergencies(ctx context.Context) ([]Emergency, error) {
	var all []Emergency
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Emergencies(ctx)
		return err
	})
	return all, err
}

// Account adds up an emergency.
func (s *Service) Account(ctx context.Context, id ident.ID) (Account, error) {
	var a Account
	rules, err := s.Rules()
	if err != nil {
		return a, err
	}
	err = s.read(ctx, func(ctx context.Context) error {
		var err error
		if a.Emergency, err = s.Store.Emergency(ctx, id); err != nil {
			return err
		}
		if a.Releases, err = s.Store.Releases(ctx, id); err != nil {
			return err
		}
		a.Given, err = s.Store.Given(ctx, id)
		return err
	})
	if err != nil {
		return a, err
	}
	a.Due = a.Emergency.To.AddDays(rules.Stock.Report)
	a.Overdue = a.Emergency.ReportedAt.IsZero() && s.Today() > a.Due
	needs, err := s.Reorder(ctx)
	for _, n := range needs {
		for _, r := range a.Releases {
			if n.Depot.ID == r.Depot {
				a.Restock = append(a.Restock, n)
			}
		}
	}
	return a, err
}

// Report accounts for an emergency once it has ended. It needs
// access.ManageGoods.
func (s *Service) Report(ctx context.Context, id ident.ID, text string) error {
	actor, err := access.Require(ctx, access.ManageGoods)
	if err != nil {
		return err
	}
	if text == "" {
		return fault.Invalid("goods.say_what")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		e, err := s.Store.Emergency(ctx, id)
		switch {
		case err != nil:
			return audit.Act{}, err
		case s.Today() <= e.To:
			return audit.Act{}, fault.Conflict("goods.not_ended", "day", e.To)
		case !e.ReportedAt.IsZero():
			return audit.Act{}, fault.Conflict("goods.reported_already")
		}
		e.Report, e.Reporter, e.ReportedAt = text, actor.Login, s.now()
		return act("emergency_report", id, e.Area, e.Decree), s.Store.SaveEmergency(ctx, e)
	})
}
