package goods

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// ListStatus is where a distribution list stands.
type ListStatus string

// The statuses of a list.
const (
	ListDraft     ListStatus = "draft"
	ListOpen      ListStatus = "open" // its goods have left the depot for the place of handing over
	ListClosed    ListStatus = "closed"
	ListCancelled ListStatus = "cancelled"
)

// ListStatuses lists them.
var ListStatuses = []ListStatus{ListDraft, ListOpen, ListClosed, ListCancelled}

// List is who gets which goods on a day.
type List struct {
	ID            ident.ID
	Number        string
	Title         string
	Programme     string   // "" for a list made in a crisis
	Determination ident.ID // zero with no programme
	Release       ident.ID // under which a Lumbung Sosial gives; zero elsewhere
	Depot         ident.ID
	DepotName     string
	DepotArea     string
	Area          string
	Day           civil.Date
	Place         string
	Status        ListStatus
	Maker         string
	MadeAt        time.Time
	Opener        string
	OpenedAt      time.Time
	Closer        string
	ClosedAt      time.Time
	Items         []ListItem
	Recipients    int64 // how many wait, or have had theirs
	Handed        int64
	Blocked       int64 // held back: dead, moved, put to sleep
}

// ListItem is what each recipient of a list gets of an item.
type ListItem struct {
	Item string
	Each int64
}

// ListStock is what a list holds of a lot.
type ListStock struct {
	Item, Lot                  string
	Allotted, Handed, Returned int64
}

// Left is what lies at the place of handing over.
func (s ListStock) Left() int64 { return s.Allotted - s.Handed - s.Returned }

// RecipientStatus is where a recipient stands.
type RecipientStatus string

// The statuses of a recipient.
const (
	Waiting RecipientStatus = "waiting"
	Handed  RecipientStatus = "handed"
	Blocked RecipientStatus = "blocked"
)

// Recipient is one line of a list.
type Recipient struct {
	List     ident.ID
	No       int64
	Subject  ident.ID
	Family   ident.ID // zero for somebody who is in no register
	Area     string
	Name     string
	Address  string
	Code     []byte // blind index of the code on the family's letter
	Status   RecipientStatus
	Handover ident.ID // zero until handed
}

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

// Named is somebody on a list made in a crisis.
type Named struct{ Name, Address string }

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

// Open lets a list's goods leave the depot, the earliest last day first. It
// needs access.ApproveGoods, by another person than who made the list.
func (s *Service) Open(ctx context.Context, id ident.ID) error {
	actor, err := access.Require(ctx, access.ApproveGoods)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		l, err := s.Store.LockList(ctx, id)
		switch {
		case err != nil:
			return audit.Act{}, err
		case l.Status != ListDraft:
			return audit.Act{}, fault.Conflict("goods.list_moved", "number", l.Number)
		case l.Maker == actor.Login:
			return audit.Act{}, fault.Conflict("goods.another_person")
		}
		depot, err := s.Store.Depot(ctx, l.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		if depot.Kind == Lumbung {
			if _, err := s.releaseFor(ctx, depot); err != nil {
				return audit.Act{}, err
			}
		}
		for _, i := range l.Items {
			if err := s.allot(ctx, actor, depot, l, i.Item, i.Each*(l.Recipients-l.Blocked)); err != nil {
				return audit.Act{}, err
			}
		}
		l.Status, l.Opener, l.OpenedAt = ListOpen, actor.Login, s.now()
		return act("list_opened", id, l.Area, l.Number), s.Store.SaveList(ctx, l)
	})
}

// allot takes what a list needs of an item out of the depot's lots.
func (s *Service) allot(ctx context.Context, actor access.Actor, d Depot, l List, item string, need int64) error {
	lots, err := s.Store.Balances(ctx, StockFilter{Depot: d.ID, Item: item})
	if err != nil {
		return err
	}
	today, wanted := s.Today(), need
	for _, b := range lots {
		if need == 0 {
			break
		}
		if b.Expires != nil && *b.Expires <= today {
			continue // goods past their day are for the write-off
		}
		n := min(need, b.Quantity)
		if n == 0 {
			continue
		}
		m := Movement{Key: fmt.Sprintf("allot/%s/%s/%s", l.ID, item, b.Lot), Item: item, Lot: b.Lot, Kind: Allot, Quantity: -n, Document: l.Number, ListID: l.ID, ReleaseID: l.Release}
		if _, err := s.move(ctx, actor, d, m); err != nil {
			return err
		}
		need -= n
	}
	if need > 0 {
		return fault.Conflict("goods.too_little", "item", item, "have", wanted-need, "want", wanted)
	}
	return nil
}

// Close ends a list: what was not handed over goes back to the depot. It
// needs access.ManageGoods.
func (s *Service) Close(ctx context.Context, id ident.ID) error {
	actor, err := access.Require(ctx, access.ManageGoods)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		l, err := s.Store.LockList(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if l.Status == ListDraft {
			l.Status, l.Closer, l.ClosedAt = ListCancelled, actor.Login, s.now()
			return act("list_cancelled", id, l.Area, l.Number), s.Store.SaveList(ctx, l)
		}
		if l.Status != ListOpen {
			return audit.Act{}, fault.Conflict("goods.list_moved", "number", l.Number)
		}
		depot, err := s.Store.Depot(ctx, l.Depot)
		if err != nil {
			return audit.Act{}, err
		}
		stock, err := s.Store.ListStock(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		for _, x := range stock {
			if x.Left() == 0 {
				continue
			}
			m := Movement{Key: fmt.Sprintf("return/%s/%s/%s", id, x.Item, x.Lot), Item: x.Item, Lot: x.Lot, Kind: Return, Quantity: x.Left(), Document: l.Number, ListID: id}
			if _, err := s.move(ctx, actor, depot, m); err != nil {
				return audit.Act{}, err
			}
		}
		l.Status, l.Closer, l.ClosedAt = ListClosed, actor.Login, s.now()
		return act("list_closed", id, l.Area, l.Number), s.Store.SaveList(ctx, l)
	})
}

// Lists lists distribution lists in the actor's areas, newest first; "" is
// every status.
func (s *Service) Lists(ctx context.Context, status ListStatus) ([]List, error) {
	var all []List
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Lists(ctx, status)
		return err
	})
	return all, err
}

// ListByID returns a list with its items and what it holds.
func (s *Service) ListByID(ctx context.Context, id ident.ID) (List, []ListStock, error) {
	var l List
	var stock []ListStock
	err := s.read(ctx, func(ctx context.Context) (err error) {
		if l, err = s.Store.List(ctx, id); err != nil {
			return err
		}
		stock, err = s.Store.ListStock(ctx, id)
		return err
	})
	return l, stock, err
}
