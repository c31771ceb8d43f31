package goods

import (
	"cmp"
	"context"
	"slices"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/ident"
)

// FlagKind is a sign that deliveries may not be what they are said to be.
type FlagKind string

// The signs.
const (
	FlagDead     FlagKind = "dead"      // carried to somebody who is dead on record, or after a carrier found them dead
	FlagSameShot FlagKind = "same_shot" // one photo proves two deliveries
	FlagAtOnce   FlagKind = "at_once"   // many entered with one stroke, and no photo
	FlagTooEarly FlagKind = "too_early" // entered before any meal can have been carried that day
)

// Flag is one sign, on a day.
type Flag struct {
	Kind   FlagKind
	Day    civil.Date
	Client ident.ID
	Name   string // of the client, or "" for many
	Count  int64
}

// examine looks for signs in a group's deliveries and counts its days.
func (s *Service) examine(ctx context.Context, group ident.ID, from, to civil.Date, rules Rules) ([]Flag, []DaySum, error) {
	meals, err := s.Store.MealsOf(ctx, group, from, to)
	if err != nil {
		return nil, nil, err
	}
	clients, err := s.Store.Clients(ctx, group)
	if err != nil {
		return nil, nil, err
	}
	dead, err := s.dead(ctx, clients)
	if err != nil {
		return nil, nil, err
	}
	twice, err := s.Store.SameShots(ctx, group, from, to)
	if err != nil {
		return nil, nil, err
	}
	return flags(meals, clients, dead, twice, rules), count(meals), nil
}

// dead finds who of the clients is dead on record, or was found so.
func (s *Service) dead(ctx context.Context, clients []Client) (map[ident.ID]bool, error) {
	var families []ident.ID
	for _, c := range clients {
		families = append(families, c.Family)
	}
	members, err := s.People.Members(ctx, families, access.PurposeVerification)
	if err != nil {
		return nil, err
	}
	dead := map[ident.ID]bool{}
	for _, m := range members {
		if m.Dead {
			dead[m.ID] = true
		}
	}
	return dead, nil
}

// flags is the pure part of examine: it looks at deliveries by day.
func flags(meals []Meal, clients []Client, dead map[ident.ID]bool, twice []Meal, rules Rules) []Flag {
	of := map[ident.ID]Client{}
	for _, c := range clients {
		of[c.ID] = c
	}
	var all []Flag
	type stroke struct {
		batch ident.ID
		day   civil.Date
	}
	bare := map[stroke]int64{}
	last := map[ident.ID]Meal{}
	for _, m := range meals {
		if m.Outcome != Delivered {
			continue
		}
		c := of[m.Client]
		if c.Status == ClientStopped && c.Why == string(Died) && m.Day >= c.Since {
			all = append(all, Flag{Kind: FlagDead, Day: m.Day, Client: c.ID, Name: c.Name, Count: 1})
		} else if dead[m.Person] && last[m.Client].Day < m.Day {
			last[m.Client] = m
		}
		if m.Photo.IsZero() {
			bare[stroke{m.Batch, m.Day}]++
		}
		if local := m.At.In(civil.WIB); civil.OfTime(local) == m.Day && local.Hour() < rules.Meals.Earliest || civil.OfTime(local) < m.Day {
			all = append(all, Flag{Kind: FlagTooEarly, Day: m.Day, Client: c.ID, Name: c.Name, Count: 1})
		}
	}
	for id, m := range last { // when the register learned of it is not when it was: the last delivery is shown
		all = append(all, Flag{Kind: FlagDead, Day: m.Day, Client: id, Name: of[id].Name, Count: 1})
	}
	for k, n := range bare {
		if n >= int64(rules.Meals.AtOnce) {
			all = append(all, Flag{Kind: FlagAtOnce, Day: k.day, Count: n})
		}
	}
	for _, m := range twice {
		all = append(all, Flag{Kind: FlagSameShot, Day: m.Day, Client: m.Client, Name: of[m.Client].Name, Count: 1})
	}
	slices.SortFunc(all, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Client.String(), b.Client.String()), cmp.Compare(b.Count, a.Count))
	})
	return all
}

// count sums deliveries by day; meals are in the order of days.
func count(meals []Meal) []DaySum {
	var days []DaySum
	for _, m := range meals {
		if len(days) == 0 || days[len(days)-1].Day != m.Day {
			days = append(days, DaySum{Day: m.Day})
		}
		d := &days[len(days)-1]
		if m.Outcome != Delivered {
			d.Absent++
			continue
		}
		d.Delivered++
		d.Earned += m.Price
		if !m.Photo.IsZero() {
			d.Photos++
		}
	}
	return days
}
