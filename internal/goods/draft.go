package goods

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Draft asks for a list: of the programme's entitled people in an area, or of
// people named on the spot.
type Draft struct {
	Title     string
	Programme string
	Depot     ident.ID
	Area      string
	Day       civil.Date
	Place     string
	Items     []ListItem
	Named     []Named // with no programme
	Most      int     // how many at most; 0 is all
}

// MakeList makes a draft. It needs access.ManageGoods at the depot. Whoever
// is dead, moved or put to sleep by now stands on it, held back.
func (s *Service) MakeList(ctx context.Context, d Draft) (List, error) {
	if err := d.check(); err != nil {
		return List{}, err
	}
	var l List
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, depot, err := s.keeper(ctx, access.ManageGoods, d.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		if _, err := access.RequireArea(ctx, access.ManageGoods, d.Area); err != nil {
			return audit.Act{}, err
		}
		l = List{ID: s.IDs.New(), Title: d.Title, Programme: d.Programme, Depot: depot.ID, DepotName: depot.Name, DepotArea: depot.Area, Area: d.Area,
			Day: d.Day, Place: d.Place, Status: ListDraft, Maker: actor.Login, MadeAt: s.now(), Items: d.Items}
		if depot.Kind == Lumbung {
			r, err := s.releaseFor(ctx, depot)
			if err != nil {
				return audit.Act{}, err
			}
			l.Release = r.ID
		}
		for _, i := range d.Items {
			if _, err := s.Store.Item(ctx, i.Item); err != nil {
				return audit.Act{}, err
			}
		}
		people, err := s.recipients(ctx, d, &l)
		if err != nil {
			return audit.Act{}, err
		}
		if len(people) == 0 {
			return audit.Act{}, fault.Conflict("goods.nobody")
		}
		n, err := s.Store.Number(ctx, "list")
		if err != nil {
			return audit.Act{}, err
		}
		l.Number = fmt.Sprintf("BAG-%d-%04d", l.MadeAt.Year(), n)
		a := act("list_made", l.ID, l.Area, l.Number)
		a.Fields, a.Count = []string{"name", "address"}, int64(len(people))
		return a, s.Store.AddList(ctx, l, people)
	})
	return l, err
}

func (d Draft) check() error {
	switch {
	case d.Title == "" || d.Place == "" || d.Day == 0 || d.Area == "":
		return fault.Invalid("goods.list_incomplete")
	case len(d.Items) == 0:
		return fault.Invalid("goods.list_items")
	case (d.Programme == "") != (len(d.Named) > 0):
		return fault.Invalid("goods.programme_or_names")
	}
	seen := map[string]bool{}
	for _, i := range d.Items {
		if i.Each <= 0 || seen[i.Item] {
			return fault.Invalid("goods.bad_quantity")
		}
		seen[i.Item] = true
	}
	return nil
}

// recipients gathers who stands on the list, in the order of the decision or
// of the names.
func (s *Service) recipients(ctx context.Context, d Draft, l *List) ([]Recipient, error) {
	if d.Programme == "" {
		return s.named(d, l)
	}
	var entitled []Entitlement
	var err error
	l.Determination, err = s.Decisions.Entitled(ctx, d.Programme, func(e Entitlement) error {
		if within(e.Area, d.Area) && (d.Most == 0 || len(entitled) < d.Most) {
			entitled = append(entitled, e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	people, err := s.meet(ctx, entitled)
	if err != nil {
		return nil, err
	}
	waits, err := s.Store.Waits(ctx, d.Programme)
	if err != nil {
		return nil, err
	}
	var all []Recipient
	for _, e := range entitled {
		p, ok := people[e.Subject()]
		if !ok || waits[e.Subject()] {
			continue // no longer on record in this area, or waits on another list of the programme
		}
		r := Recipient{List: l.ID, No: int64(len(all) + 1), Subject: e.Subject(), Family: e.FamilyID, Area: p.Area, Name: p.Name, Address: p.Address, Status: Waiting}
		if p.Code != "" {
			r.Code = s.blindCode(p.Code)
		}
		if p.Gone {
			r.Status = Blocked
		}
		all = append(all, r)
	}
	return all, nil
}

// meet names the entitled, by subject: of a family its head, or its first
// member who is still there.
func (s *Service) meet(ctx context.Context, entitled []Entitlement) (map[ident.ID]Person, error) {
	var families []ident.ID
	for _, e := range entitled {
		families = append(families, e.FamilyID)
	}
	slices.SortFunc(families, func(a, b ident.ID) int { return strings.Compare(string(a[:]), string(b[:])) })
	members, err := s.People.Members(ctx, slices.Compact(families), access.PurposePayment)
	if err != nil {
		return nil, err
	}
	people := map[ident.ID]Person{}
	for _, m := range members {
		people[m.ID] = m
		known, ok := people[m.FamilyID]
		if better := m.Head && !m.Gone || known.Gone && !m.Gone; !ok || better {
			people[m.FamilyID] = m
		}
	}
	return people, nil
}

func (s *Service) named(d Draft, l *List) ([]Recipient, error) {
	seen := map[string]bool{}
	var all []Recipient
	for i, n := range d.Named {
		n.Name, n.Address = strings.Join(strings.Fields(n.Name), " "), strings.Join(strings.Fields(n.Address), " ")
		key := nameKey(n.Name) + "|" + nameKey(n.Address)
		switch {
		case n.Name == "":
			return nil, fault.Invalid("goods.name_missing", "line", i+1)
		case seen[key]:
			return nil, fault.Invalid("goods.named_twice", "line", i+1)
		}
		seen[key] = true
		all = append(all, Recipient{List: l.ID, No: int64(i + 1), Subject: s.IDs.New(), Area: d.Area, Name: n.Name, Address: n.Address, Status: Waiting})
	}
	return all, nil
}

// nameKey is a name as it is searched for: lower case, single blanks.
func nameKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

func (s *Service) blindCode(code string) []byte {
	plain := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	return s.Vault.Blind("goods.code", plain)
}
