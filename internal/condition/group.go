package condition

import (
	"context"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Group is the families that one facilitator visits and meets.
type Group struct {
	ID          ident.ID
	Name        string
	Area        string
	Facilitator string // login
	Families    int64
	Sessions    int64
}

// AddGroup makes a group. It needs access.ManageDuties.
func (s *Service) AddGroup(ctx context.Context, g Group) (Group, error) {
	g.Name = strings.TrimSpace(g.Name)
	if g.Name == "" || g.Area == "" {
		return g, fault.Invalid("condition.group_incomplete")
	}
	if _, err := access.RequireArea(ctx, access.ManageDuties, g.Area); err != nil {
		return g, err
	}
	if err := s.Staff.Facilitator(ctx, g.Facilitator, g.Area); err != nil {
		return g, err
	}
	g.ID = s.IDs.New()
	return g, s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		return act("group", g.ID, g.Area, g.Facilitator), s.Store.AddGroup(ctx, g)
	})
}

// HandGroup gives a group to another facilitator.
func (s *Service) HandGroup(ctx context.Context, group ident.ID, facilitator string) error {
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.Group(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		if _, err := access.RequireArea(ctx, access.ManageDuties, g.Area); err != nil {
			return audit.Act{}, err
		}
		if err := s.Staff.Facilitator(ctx, facilitator, g.Area); err != nil {
			return audit.Act{}, err
		}
		g.Facilitator = facilitator
		return act("group", g.ID, g.Area, facilitator), s.Store.SaveGroup(ctx, g)
	})
}

// Fill puts families with duties that are in no group into one, of the
// group's area and until it is full, and returns how many. It needs
// access.ManageDuties.
func (s *Service) Fill(ctx context.Context, group ident.ID, most int) (int, error) {
	rules, err := s.Rules()
	if err != nil {
		return 0, err
	}
	n := 0
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.Group(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		if _, err := access.RequireArea(ctx, access.ManageDuties, g.Area); err != nil {
			return audit.Act{}, err
		}
		room := min(most, rules.GroupMost-int(g.Families))
		if room <= 0 {
			return audit.Act{}, fault.Conflict("condition.group_full", "most", rules.GroupMost)
		}
		free, err := s.Store.Ungrouped(ctx, g.Area, room)
		if err != nil {
			return audit.Act{}, err
		}
		if n = len(free); n == 0 {
			return audit.Act{}, fault.Conflict("condition.nobody_free")
		}
		a := act("grouped", g.ID, g.Area, g.Name)
		a.Count = int64(n)
		return a, s.Store.Join(ctx, g.ID, free)
	})
	return n, err
}

// Groups lists groups, by name. It needs access.SeeDuties.
func (s *Service) Groups(ctx context.Context) ([]Group, error) {
	var all []Group
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		all, err = s.Store.Groups(ctx)
		return err
	})
	return all, err
}

// Group returns one. It needs access.SeeDuties.
func (s *Service) Group(ctx context.Context, id ident.ID) (Group, error) {
	var g Group
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		g, err = s.Store.Group(ctx, id)
		return err
	})
	return g, err
}
