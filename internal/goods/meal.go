package goods

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Outcome is what became of one meal round at one door.
type Outcome string

// The outcomes.
const (
	Delivered Outcome = "delivered"
	NotHome   Outcome = "not_home"
	Hospital  Outcome = "hospital"
	MovedAway Outcome = "moved"
	Died      Outcome = "died"
	Refused   Outcome = "refused"
)

// Outcomes lists them.
var Outcomes = []Outcome{Delivered, NotHome, Hospital, MovedAway, Died, Refused}

// ends reports whether the outcome stops a client for good.
func (o Outcome) ends() bool { return o == Died || o == MovedAway }

// Meal is one day's delivery to one person.
type Meal struct {
	Client  ident.ID
	Person  ident.ID
	Name    string
	Day     civil.Date
	Group   ident.ID
	Area    string
	Outcome Outcome
	Carrier string
	Witness string
	Photo   ident.ID
	SHA256  []byte // of the photo; nil with none
	Spot    *Spot
	Price   money.Rupiah
	Actor   string
	At      time.Time
	Batch   ident.ID // what was entered with one stroke
}

// Mark is what a carrier says of one client.
type Mark struct {
	Client  ident.ID
	Outcome Outcome
	Photo   []byte
}

// Round is a carrier's day. Each delivery is proved by a photo, or by the
// ticks of two people: the carrier, and a witness who is another.
type Round struct {
	Group   ident.ID
	Day     civil.Date
	Carrier string
	Witness string
	Spot    *Spot
	Marks   []Mark
}

// Rounded is what recording a round did.
type Rounded struct {
	Delivered, Absent int
	Repeated          int // were on record already, and stay as they were
	Paused, Stopped   int
}

// Deliver records a carrier's day: all of it, or nothing. What is on record
// already stays as it was, so that a list sent twice counts once. It needs
// access.HandGoods.
func (s *Service) Deliver(ctx context.Context, r Round) (Rounded, error) {
	var done Rounded
	if r.Carrier == "" || len(r.Marks) == 0 {
		return done, fault.Invalid("goods.round_incomplete")
	}
	if r.Day > s.Today() || r.Day == 0 {
		return done, fault.Invalid("goods.not_yet", "day", r.Day)
	}
	rules, err := s.Policy.On(r.Day)
	if err != nil {
		return done, err
	}
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		done = Rounded{}
		if _, err := access.Require(ctx, access.HandGoods); err != nil {
			return audit.Act{}, err
		}
		g, err := s.Store.Group(ctx, r.Group)
		switch {
		case err != nil:
			return audit.Act{}, err
		case g.Status != GroupActive || r.Day < g.From || r.Day > g.To:
			return audit.Act{}, fault.Conflict("goods.no_contract", "day", r.Day)
		}
		price, err := s.Decisions.Price(ctx, rules.Meals.Programme, r.Day)
		if err != nil {
			return audit.Act{}, err
		}
		if err := s.knock(ctx, g, r, rules, price, &done); err != nil {
			return audit.Act{}, err
		}
		a := act("meals", g.ID, g.Area, fmt.Sprintf("%s %d/%d", r.Day, done.Delivered, done.Delivered+done.Absent))
		a.Count = int64(len(r.Marks))
		return a, nil
	})
	return done, err
}

// knock goes from door to door.
func (s *Service) knock(ctx context.Context, g Group, r Round, rules Rules, price money.Rupiah, done *Rounded) error {
	clients, err := s.Store.Clients(ctx, g.ID)
	if err != nil {
		return err
	}
	known, err := s.Store.MealsOf(ctx, g.ID, r.Day.AddDays(-rules.Meals.Absences), r.Day)
	if err != nil {
		return err
	}
	actor, _ := access.From(ctx)
	batch, at := s.IDs.New(), s.now()
	for _, m := range r.Marks {
		i := slices.IndexFunc(clients, func(c Client) bool { return c.ID == m.Client })
		if i < 0 {
			return fault.NotFound("goods.no_client")
		}
		c := clients[i]
		if slices.ContainsFunc(known, func(x Meal) bool { return x.Person == c.Person && x.Day == r.Day }) {
			done.Repeated++
			continue
		}
		meal := Meal{Client: c.ID, Person: c.Person, Day: r.Day, Group: g.ID, Area: c.Area, Outcome: m.Outcome, Carrier: r.Carrier, Witness: r.Witness,
			Spot: r.Spot, Price: price, Actor: actor.Login, At: at, Batch: batch}
		if err := s.serve(ctx, c, &meal, m); err != nil {
			return err
		}
		if meal.Outcome == Delivered {
			done.Delivered++
		} else {
			done.Absent++
		}
		if err := s.miss(ctx, c, meal, known, rules, done); err != nil {
			return err
		}
	}
	return nil
}

// serve checks one delivery and records it with its proof.
func (s *Service) serve(ctx context.Context, c Client, meal *Meal, m Mark) error {
	switch {
	case !slices.Contains(Outcomes, m.Outcome):
		return fault.Invalid("goods.bad_outcome")
	case c.Status == ClientStopped || meal.Day < c.From || c.Status == ClientPaused && Outcome(c.Why).ends() && m.Outcome == Delivered && meal.Day >= c.Since:
		return fault.Conflict("goods.client_stopped", "name", c.Name)
	case m.Outcome == Delivered && len(m.Photo) == 0 && (meal.Witness == "" || nameKey(meal.Witness) == nameKey(meal.Carrier)):
		return fault.Invalid("goods.meal_proof", "name", c.Name)
	}
	photo, err := s.keep(ctx, Photo, c.Area, m.Photo)
	if err != nil {
		return err
	}
	meal.Photo = photo.ID
	if photo.Spot != nil {
		meal.Spot = photo.Spot
	}
	return s.Store.AddMeal(ctx, *meal)
}

// miss pauses a client who was away too often, and stops one who died or
// moved away.
func (s *Service) miss(ctx context.Context, c Client, meal Meal, known []Meal, rules Rules, done *Rounded) error {
	if c.Status != ClientActive && !meal.Outcome.ends() {
		return nil
	}
	switch {
	case meal.Outcome == Delivered:
		return nil
	case meal.Outcome.ends():
		c.Status = ClientStopped
		done.Stopped++
	case awayInARow(c.Person, meal.Day, known)+1 >= rules.Meals.Absences:
		c.Status = ClientPaused
		done.Paused++
	default:
		return nil
	}
	c.Why, c.Since = string(meal.Outcome), meal.Day
	return s.Store.SaveClient(ctx, c)
}

// awayInARow counts the days just before a day on which somebody was away.
func awayInARow(person ident.ID, day civil.Date, known []Meal) int {
	n := 0
	for {
		d := day.AddDays(-n - 1)
		i := slices.IndexFunc(known, func(m Meal) bool { return m.Person == person && m.Day == d })
		if i < 0 || known[i].Outcome == Delivered {
			return n
		}
		n++
	}
}

// Plan is a day of a group: whom it goes to and what is on record.
type Plan struct {
	Group   Group
	Day     civil.Date
	Clients []Client // to be served on the day
	Meals   map[ident.ID]Meal
	Price   money.Rupiah
}

// Plan returns a group's day; the look is recorded.
func (s *Service) Plan(ctx context.Context, group ident.ID, day civil.Date) (Plan, error) {
	p := Plan{Day: day, Meals: map[ident.ID]Meal{}}
	rules, err := s.Policy.On(day)
	if err != nil {
		return p, err
	}
	err = s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if p.Group, err = s.Store.Group(ctx, group); err != nil {
			return audit.Act{}, err
		}
		if p.Price, err = s.Decisions.Price(ctx, rules.Meals.Programme, day); err != nil {
			return audit.Act{}, err
		}
		all, err := s.Store.Clients(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		meals, err := s.Store.MealsOf(ctx, group, day, day)
		if err != nil {
			return audit.Act{}, err
		}
		for _, m := range meals {
			p.Meals[m.Client] = m
		}
		for _, c := range all {
			if _, served := p.Meals[c.ID]; served || c.From <= day && c.Status == ClientActive {
				p.Clients = append(p.Clients, c)
			}
		}
		a := act("meal_plan", group, p.Group.Area, day.String())
		a.Fields, a.Count = []string{"name", "address"}, int64(len(p.Clients))
		return a, nil
	})
	return p, err
}

// Complaint is what somebody said of a group's meals.
type Complaint struct {
	ID         ident.ID
	Group      ident.ID
	Area       string
	Day        civil.Date
	Text       string
	Due        civil.Date
	Actor      string
	At         time.Time
	Answer     string
	AnsweredBy string
	AnsweredAt time.Time
}

// Complain records a complaint, to be answered by a day. It needs
// access.HandGoods.
func (s *Service) Complain(ctx context.Context, group ident.ID, day civil.Date, text string) error {
	actor, err := access.Require(ctx, access.HandGoods)
	if err != nil {
		return err
	}
	rules, err := s.Rules()
	if err != nil {
		return err
	}
	if text == "" || day == 0 {
		return fault.Invalid("goods.say_what")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.Group(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		c := Complaint{ID: s.IDs.New(), Group: group, Area: g.Area, Day: day, Text: text, Due: s.Today().AddDays(rules.Meals.Complaint), Actor: actor.Login, At: s.now()}
		return act("complaint", c.ID, g.Area, g.Name), s.Store.AddComplaint(ctx, c)
	})
}

// Answer answers a complaint. It needs access.ManageGoods.
func (s *Service) Answer(ctx context.Context, id ident.ID, text string) error {
	actor, err := access.Require(ctx, access.ManageGoods)
	if err != nil {
		return err
	}
	if text == "" {
		return fault.Invalid("goods.say_what")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		c, err := s.Store.Complaint(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if c.Answer != "" {
			return audit.Act{}, fault.Conflict("goods.decided_already")
		}
		c.Answer, c.AnsweredBy, c.AnsweredAt = text, actor.Login, s.now()
		return act("complaint_answered", id, c.Area, ""), s.Store.SaveComplaint(ctx, c)
	})
}

// Complaints lists a group's complaints, newest first.
func (s *Service) Complaints(ctx context.Context, group ident.ID) ([]Complaint, error) {
	var all []Complaint
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Complaints(ctx, group)
		return err
	})
	return all, err
}
