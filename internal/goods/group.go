package goods

import (
	"context"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// GroupStatus is where a community group stands.
type GroupStatus string

// The statuses of a group.
const (
	GroupProposed GroupStatus = "proposed"
	GroupActive   GroupStatus = "active"
	GroupEnded    GroupStatus = "ended"
)

// Group is a community group (pokmas) that cooks meals and carries them to
// their eaters under a contract.
type Group struct {
	ID         ident.ID
	Name       string
	Area       string
	Leader     string
	Bank       string
	Sealed     []byte // account number
	Masked     string
	Contract   string
	From, To   civil.Date
	Status     GroupStatus
	Maker      string
	MadeAt     time.Time
	Approver   string
	ApprovedAt time.Time
	Members    []GroupMember

	Clients int64 // active ones
}

// GroupMember is one of the group, and what they do in it.
type GroupMember struct{ Name, Task string }

const accountLabel = "meal_group.account"

// RegisterGroup registers a group with its members, account and contract. It
// needs access.ManageGoods in its area.
func (s *Service) RegisterGroup(ctx context.Context, g Group, account string) (Group, error) {
	actor, err := access.RequireArea(ctx, access.ManageGoods, g.Area)
	if err != nil {
		return g, err
	}
	account = strings.NewReplacer(" ", "", "-", "", ".", "").Replace(account)
	switch {
	case g.Name == "" || g.Leader == "" || g.Contract == "" || len(g.Members) == 0:
		return g, fault.Invalid("goods.group_incomplete")
	case g.To < g.From || g.From == 0:
		return g, fault.Invalid("goods.ends_before")
	case len(account) < 6 || strings.Trim(account, "0123456789") != "" || g.Bank == "":
		return g, fault.Invalid("goods.bad_account")
	}
	g.ID, g.Maker, g.MadeAt, g.Status = s.IDs.New(), actor.Login, s.now(), GroupProposed
	g.Sealed, g.Masked = s.Vault.Seal(accountLabel, account), "…"+account[len(account)-4:]
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		return act("group", g.ID, g.Area, g.Contract), s.Store.AddGroup(ctx, g)
	})
	return g, err
}

// ApproveGroup lets a group begin. It needs access.ApproveGoods, by another
// person than who registered it.
func (s *Service) ApproveGroup(ctx context.Context, id ident.ID) error {
	actor, err := access.Require(ctx, access.ApproveGoods)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.Group(ctx, id)
		switch {
		case err != nil:
			return audit.Act{}, err
		case g.Status != GroupProposed:
			return audit.Act{}, fault.Conflict("goods.group_moved")
		case g.Maker == actor.Login:
			return audit.Act{}, fault.Conflict("goods.another_person")
		}
		g.Status, g.Approver, g.ApprovedAt = GroupActive, actor.Login, s.now()
		return act("group_approved", id, g.Area, g.Contract), s.Store.SaveGroup(ctx, g)
	})
}

// Groups lists the groups of the actor's areas, by name.
func (s *Service) Groups(ctx context.Context) ([]Group, error) {
	var all []Group
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Groups(ctx)
		return err
	})
	return all, err
}

// Group returns a group with its members.
func (s *Service) Group(ctx context.Context, id ident.ID) (Group, error) {
	var g Group
	err := s.read(ctx, func(ctx context.Context) (err error) {
		g, err = s.Store.Group(ctx, id)
		return err
	})
	return g, err
}

// ClientStatus is where an eater stands.
type ClientStatus string

// The statuses of a client.
const (
	ClientActive  ClientStatus = "active"
	ClientPaused  ClientStatus = "paused"  // away too often: somebody must go and see
	ClientStopped ClientStatus = "stopped" // for good
)

// Client is a person whom a group carries meals to.
type Client struct {
	ID       ident.ID
	Group    ident.ID
	Person   ident.ID
	Family   ident.ID
	Area     string
	Name     string
	Address  string
	From     civil.Date
	Status   ClientStatus
	Why      string // an outcome, such as died; of whoever is not active
	Since    civil.Date
	Replaces ident.ID // whom they came in the place of; zero for nobody
	Actor    string
	At       time.Time
	Replaced bool
}

// Assign gives a group up to n of those entitled to meals in its area whom no
// group serves yet, in the order of the decision. It returns how many. It
// needs access.ManageGoods.
func (s *Service) Assign(ctx context.Context, group ident.ID, n int) (int, error) {
	added := 0
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.serving(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		free, err := s.unserved(ctx, g, n)
		if err != nil {
			return audit.Act{}, err
		}
		for _, c := range free {
			if err := s.Store.AddClient(ctx, c); err != nil {
				return audit.Act{}, err
			}
		}
		if added = len(free); added == 0 {
			return audit.Act{}, fault.Conflict("goods.nobody_unserved")
		}
		a := act("clients", group, g.Area, g.Name)
		a.Count, a.Fields = int64(added), []string{"name", "address"}
		return a, nil
	})
	return added, err
}

// Replace gives a stopped client's place to the next who is entitled and
// unserved. It needs access.ManageGoods.
func (s *Service) Replace(ctx context.Context, client ident.ID) (Client, error) {
	var next Client
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		c, err := s.Store.Client(ctx, client)
		if err != nil {
			return audit.Act{}, err
		}
		if c.Status != ClientStopped || c.Replaced {
			return audit.Act{}, fault.Conflict("goods.not_to_replace")
		}
		g, err := s.serving(ctx, c.Group)
		if err != nil {
			return audit.Act{}, err
		}
		free, err := s.unserved(ctx, g, 1)
		if err != nil {
			return audit.Act{}, err
		}
		if len(free) == 0 {
			return audit.Act{}, fault.Conflict("goods.nobody_unserved")
		}
		next = free[0]
		next.Replaces = c.ID
		return act("client_replaced", next.ID, g.Area, g.Name), s.Store.AddClient(ctx, next)
	})
	return next, err
}

// serving returns a group that may be given clients.
func (s *Service) serving(ctx context.Context, id ident.ID) (Group, error) {
	if _, err := access.Require(ctx, access.ManageGoods); err != nil {
		return Group{}, err
	}
	g, err := s.Store.Group(ctx, id)
	if err == nil && g.Status != GroupActive {
		err = fault.Conflict("goods.group_moved")
	}
	return g, err
}

// unserved gathers up to n new clients for a group.
func (s *Service) unserved(ctx context.Context, g Group, n int) ([]Client, error) {
	if n <= 0 {
		return nil, fault.Invalid("goods.bad_quantity")
	}
	rules, err := s.Rules()
	if err != nil {
		return nil, err
	}
	served, err := s.Store.Served(ctx, g.Area)
	if err != nil {
		return nil, err
	}
	var entitled []Entitlement
	_, err = s.Decisions.Entitled(ctx, rules.Meals.Programme, func(e Entitlement) error {
		if within(e.Area, g.Area) && !e.PersonID.IsZero() && !served[e.PersonID] {
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
	actor, _ := access.From(ctx)
	var all []Client
	for _, e := range entitled {
		p, ok := people[e.PersonID]
		if !ok || p.Gone || len(all) == n {
			continue
		}
		all = append(all, Client{ID: s.IDs.New(), Group: g.ID, Person: e.PersonID, Family: e.FamilyID, Area: p.Area, Name: p.Name, Address: p.Address,
			From: max(s.Today(), g.From), Status: ClientActive, Actor: actor.Login, At: s.now()})
	}
	return all, nil
}

// Clients lists a group's clients by name; the look is recorded.
func (s *Service) Clients(ctx context.Context, group ident.ID) ([]Client, error) {
	var all []Client
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.Group(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		all, err = s.Store.Clients(ctx, group)
		a := act("clients_seen", group, g.Area, g.Name)
		a.Fields, a.Count = []string{"name", "address"}, int64(len(all))
		return a, err
	})
	return all, err
}

// Resume lets meals go to a paused client again, after somebody has gone and
// seen; or, with stop, ends them for good. It needs access.ManageGoods.
func (s *Service) Resume(ctx context.Context, client ident.ID, stop bool, why string) error {
	if _, err := access.Require(ctx, access.ManageGoods); err != nil {
		return err
	}
	if stop && why == "" {
		return fault.Invalid("goods.say_why")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		c, err := s.Store.Client(ctx, client)
		if err == nil {
			_, err = s.Store.LockGroup(ctx, c.Group)
		}
		if err == nil {
			c, err = s.Store.Client(ctx, client) // as it stands when nobody else moves it
		}
		if err != nil {
			return audit.Act{}, err
		}
		if c.Status == ClientStopped || c.Status == ClientActive && !stop {
			return audit.Act{}, fault.Conflict("goods.client_moved")
		}
		action := "client_resumed"
		c.Status, c.Why, c.Since = ClientActive, "", 0
		if stop {
			action, c.Status, c.Why, c.Since = "client_stopped", ClientStopped, why, s.Today()
		}
		return act(action, client, c.Area, c.Why), s.Store.SaveClient(ctx, c)
	})
}
