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
	"gotong/internal/money"
)

// Shop is an e-warong, where food cards are used.
type Shop struct {
	ID      ident.ID
	Name    string
	Owner   string
	Area    string
	Address string
	EDC     string // number of its card reader
	Active  bool
	Actor   string
	At      time.Time

	Last *civil.Date // of its last check; nil before the first
	Open int64       // findings
	Late int64       // findings past their day
}

// Due reports whether a shop must be visited by a day.
func (s Shop) Due(today civil.Date, every int) bool {
	return s.Active && (s.Last == nil || s.Last.AddDays(every) <= today)
}

// ShopCheck is a visit to a shop.
type ShopCheck struct {
	ID            ident.ID
	Shop          ident.ID
	Area          string
	Day           civil.Date
	EDCWorks      bool
	OnlyAllowed   bool // sells for the card only what the aid may buy
	PackageForced bool
	CardKept      bool // keeps recipients' cards
	Prices        []Price
	Note          string
	Actor         string
	At            time.Time
}

// Price is what an item costs at the shop and on the nearest market.
type Price struct {
	Item   string
	Price  money.Rupiah
	Market money.Rupiah
}

// over is by how many per cent the shop is dearer, rounded down.
func (p Price) over() int64 { return int64((p.Price - p.Market) * 100 / p.Market) }

// FindingCode is what a check found wrong.
type FindingCode string

// The findings.
const (
	FoundPrice     FindingCode = "price"
	FoundForbidden FindingCode = "forbidden_goods"
	FoundEDC       FindingCode = "edc"
	FoundPackage   FindingCode = "package"
	FoundCards     FindingCode = "card_kept"
)

// FindingCodes lists them.
var FindingCodes = []FindingCode{FoundPrice, FoundForbidden, FoundEDC, FoundPackage, FoundCards}

// Finding is something to be mended by a day.
type Finding struct {
	ID       ident.ID
	Check    ident.ID
	Shop     ident.ID
	ShopName string
	Area     string
	Code     FindingCode
	Detail   string
	Due      civil.Date
	Closed   bool
	FollowUp string
	Closer   string
	ClosedAt time.Time
}

// findings is the rule of a check: what is wrong, and by when it is mended.
func (c ShopCheck) findings(rules Rules) []Finding {
	var all []Finding
	add := func(wrong bool, code FindingCode, detail string) {
		if wrong {
			all = append(all, Finding{Check: c.ID, Shop: c.Shop, Area: c.Area, Code: code, Detail: detail, Due: c.Day.AddDays(rules.Shops.Due[code])})
		}
	}
	var dear []string
	for _, p := range c.Prices {
		if p.over() > rules.Shops.Price {
			dear = append(dear, fmt.Sprintf("%s +%d%%", p.Item, p.over()))
		}
	}
	add(len(dear) > 0, FoundPrice, strings.Join(dear, ", "))
	add(!c.OnlyAllowed, FoundForbidden, c.Note)
	add(!c.EDCWorks, FoundEDC, c.Note)
	add(c.PackageForced, FoundPackage, c.Note)
	add(c.CardKept, FoundCards, c.Note)
	return all
}

// AddShop registers a shop. It needs access.ManageGoods in its area.
func (s *Service) AddShop(ctx context.Context, x Shop) (Shop, error) {
	actor, err := access.RequireArea(ctx, access.ManageGoods, x.Area)
	if err != nil {
		return x, err
	}
	if x.Name == "" || x.Owner == "" || x.Address == "" || len(x.Area) != 10 {
		return x, fault.Invalid("goods.shop_incomplete")
	}
	x.ID, x.Actor, x.At, x.Active = s.IDs.New(), actor.Login, s.now(), true
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		return act("shop", x.ID, x.Area, x.Name), s.Store.AddShop(ctx, x)
	})
	return x, err
}

// CheckShop records a visit and opens what it found. It needs
// access.HandGoods in the shop's area.
func (s *Service) CheckShop(ctx context.Context, c ShopCheck) ([]Finding, error) {
	if c.Day == 0 || c.Day > s.Today() {
		return nil, fault.Invalid("goods.not_yet", "day", c.Day)
	}
	rules, err := s.Policy.On(c.Day)
	if err != nil {
		return nil, err
	}
	if len(c.Prices) == 0 {
		return nil, fault.Invalid("goods.prices_needed")
	}
	for _, p := range c.Prices {
		if p.Price <= 0 || p.Market <= 0 || !slices.Contains(rules.Shops.Basket, p.Item) {
			return nil, fault.Invalid("goods.bad_price", "item", p.Item)
		}
	}
	var found []Finding
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, err := access.Require(ctx, access.HandGoods)
		if err != nil {
			return audit.Act{}, err
		}
		x, err := s.Store.Shop(ctx, c.Shop)
		if err != nil {
			return audit.Act{}, err
		}
		c.ID, c.Area, c.Actor, c.At = s.IDs.New(), x.Area, actor.Login, s.now()
		found = c.findings(rules)
		for i := range found {
			found[i].ID, found[i].ShopName = s.IDs.New(), x.Name
		}
		if x.Last != nil && *x.Last == c.Day {
			return audit.Act{}, fault.Conflict("goods.checked_already", "day", c.Day)
		}
		return act("shop_check", c.ID, x.Area, fmt.Sprintf("%s %d", x.Name, len(found))), s.Store.AddCheck(ctx, c, found)
	})
	return found, err
}

// CloseFinding says what was done about a finding. It needs
// access.ManageGoods.
func (s *Service) CloseFinding(ctx context.Context, id ident.ID, deed string) error {
	actor, err := access.Require(ctx, access.ManageGoods)
	if err != nil {
		return err
	}
	if deed == "" {
		return fault.Invalid("goods.say_what")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		f, err := s.Store.Finding(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if f.Closed {
			return audit.Act{}, fault.Conflict("goods.decided_already")
		}
		f.Closed, f.FollowUp, f.Closer, f.ClosedAt = true, deed, actor.Login, s.now()
		return act("finding_closed", id, f.Area, string(f.Code)), s.Store.SaveFinding(ctx, f)
	})
}

// Shops lists the shops of the actor's areas with what is open there.
func (s *Service) Shops(ctx context.Context) ([]Shop, error) {
	var all []Shop
	today := s.Today()
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Shops(ctx, today)
		return err
	})
	return all, err
}

// Shop returns a shop, its checks and its findings, newest first.
func (s *Service) Shop(ctx context.Context, id ident.ID) (Shop, []ShopCheck, []Finding, error) {
	var x Shop
	var checks []ShopCheck
	var found []Finding
	err := s.read(ctx, func(ctx context.Context) (err error) {
		if x, err = s.Store.Shop(ctx, id); err != nil {
			return err
		}
		if checks, err = s.Store.Checks(ctx, id); err != nil {
			return err
		}
		found, err = s.Store.Findings(ctx, id)
		return err
	})
	return x, checks, found, err
}

// Findings lists what was found in the shops of the actor's areas, what is
// open first, by the day that it is due.
func (s *Service) Findings(ctx context.Context) ([]Finding, error) {
	var all []Finding
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Findings(ctx, ident.ID{})
		return err
	})
	return all, err
}

// DistrictShops is the shops of a district in figures.
type DistrictShops struct {
	District string
	Shops    int64
	Due      int64 // must be visited
	Open     int64 // findings
	Late     int64
}

// ShopOverview counts the shops of the actor's areas by district.
func (s *Service) ShopOverview(ctx context.Context) ([]DistrictShops, error) {
	rules, err := s.Rules()
	if err != nil {
		return nil, err
	}
	shops, err := s.Shops(ctx)
	if err != nil {
		return nil, err
	}
	return byDistrict(shops, s.Today(), rules.Shops.Every), nil
}

func byDistrict(shops []Shop, today civil.Date, every int) []DistrictShops {
	const districtDigits = 6
	var all []DistrictShops
	for _, x := range shops {
		d := x.Area[:min(districtDigits, len(x.Area))]
		i := slices.IndexFunc(all, func(o DistrictShops) bool { return o.District == d })
		if i < 0 {
			i, all = len(all), append(all, DistrictShops{District: d})
		}
		all[i].Shops++
		all[i].Open += x.Open
		all[i].Late += x.Late
		if x.Due(today, every) {
			all[i].Due++
		}
	}
	slices.SortFunc(all, func(a, b DistrictShops) int { return strings.Compare(a.District, b.District) })
	return all
}
