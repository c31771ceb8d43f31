package goods

import (
	"context"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// DepotKind is a sort of depot.
type DepotKind string

// The kinds of depot.
const (
	Lumbung   DepotKind = "lumbung" // Lumbung Sosial: opens only in a declared emergency
	Centre    DepotKind = "centre"  // of a sentra
	Warehouse DepotKind = "warehouse"
)

// DepotKinds lists the kinds of depot.
var DepotKinds = []DepotKind{Lumbung, Centre, Warehouse}

func (k DepotKind) valid() bool { return slices.Contains(DepotKinds, k) }

// Depot is a place that holds goods.
type Depot struct {
	ID     ident.ID
	Code   string
	Name   string
	Kind   DepotKind
	Area   string
	Keeper string // who answers for it
	Place  string // address
}

// Balance is what a depot holds of a lot.
type Balance struct {
	Depot    Depot
	Item     Item
	Lot      string
	Expires  *civil.Date
	Quantity int64
}

// Expiring reports whether the lot ends within some days of a day.
func (b Balance) Expiring(today civil.Date, days int) bool {
	return b.Expires != nil && *b.Expires <= today.AddDays(days)
}

// AddDepot registers a depot. It needs access.ManageGoods in its area.
func (s *Service) AddDepot(ctx context.Context, d Depot) (Depot, error) {
	if _, err := access.RequireArea(ctx, access.ManageGoods, d.Area); err != nil {
		return d, err
	}
	if d.Code == "" || d.Name == "" || d.Keeper == "" || d.Area == "" || !d.Kind.valid() {
		return d, fault.Invalid("goods.depot_incomplete")
	}
	d.ID = s.IDs.New()
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		return act("depot", d.ID, d.Area, d.Code), s.Store.AddDepot(ctx, d)
	})
	return d, err
}

// Depots lists the depots in the actor's areas, by code.
func (s *Service) Depots(ctx context.Context) ([]Depot, error) {
	var all []Depot
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Depots(ctx)
		return err
	})
	return all, err
}

// Depot returns a depot; fault.NotFound outside the actor's areas.
func (s *Service) Depot(ctx context.Context, id ident.ID) (Depot, error) {
	var d Depot
	err := s.read(ctx, func(ctx context.Context) (err error) {
		d, err = s.Store.Depot(ctx, id)
		return err
	})
	return d, err
}

// DepotByCode is Depot by its code.
func (s *Service) DepotByCode(ctx context.Context, code string) (Depot, error) {
	all, err := s.Depots(ctx)
	if err != nil {
		return Depot{}, err
	}
	for _, d := range all {
		if d.Code == code {
			return d, nil
		}
	}
	return Depot{}, fault.NotFound("goods.no_depot")
}

// StockFilter chooses balances.
type StockFilter struct {
	Depot ident.ID // zero is every one
	Item  string
	Kind  DepotKind
}

// Stock lists what lies in the depots of the actor's areas, by depot, item
// and last day.
func (s *Service) Stock(ctx context.Context, f StockFilter) ([]Balance, error) {
	var all []Balance
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Balances(ctx, f)
		return err
	})
	return all, err
}

// Need is an item of which a depot holds less than it should.
type Need struct {
	Depot   Depot
	Item    Item
	Have    int64
	Minimum int64
	Coming  int64 // ordered, or on its way
}

// Missing is how much is to be ordered.
func (n Need) Missing() int64 { return max(0, n.Minimum-n.Have-n.Coming) }

// Reorder lists what the depots hold too little of, by the rules of today.
func (s *Service) Reorder(ctx context.Context) ([]Need, error) {
	rules, err := s.Rules()
	if err != nil {
		return nil, err
	}
	var needs []Need
	err = s.read(ctx, func(ctx context.Context) error {
		depots, err := s.Store.Depots(ctx)
		if err != nil {
			return err
		}
		items, err := s.Store.Items(ctx)
		if err != nil {
			return err
		}
		stock, err := s.Store.Balances(ctx, StockFilter{})
		if err != nil {
			return err
		}
		coming, err := s.Store.Coming(ctx)
		if err != nil {
			return err
		}
		needs = missing(rules, depots, items, stock, coming)
		return nil
	})
	return needs, err
}

// Coming is what a depot waits for of an item.
type Coming struct {
	Depot    ident.ID
	Item     string
	Quantity int64
}

// missing is the pure part of Reorder.
func missing(rules Rules, depots []Depot, items []Item, stock []Balance, coming []Coming) []Need {
	type key struct {
		depot ident.ID
		item  string
	}
	have, on := map[key]int64{}, map[key]int64{}
	for _, b := range stock {
		have[key{b.Depot.ID, b.Item.Code}] += b.Quantity
	}
	for _, c := range coming {
		on[key{c.Depot, c.Item}] += c.Quantity
	}
	var needs []Need
	for _, d := range depots {
		for _, i := range items {
			k := key{d.ID, i.Code}
			if m := rules.minimum(d.Kind, i.Code); have[k] < m {
				needs = append(needs, Need{d, i, have[k], m, on[k]})
			}
		}
	}
	return needs
}
