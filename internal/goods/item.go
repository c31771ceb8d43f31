package goods

import (
	"context"
	"regexp"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Kind is a sort of goods.
type Kind string

// The kinds.
const (
	Food      Kind = "food"
	Clothing  Kind = "clothing"
	Shelter   Kind = "shelter"
	Device    Kind = "device"    // wheelchair, stick: fitted to a person
	Vehicle   Kind = "vehicle"   // three-wheeled motorcycle, by chassis number
	Livestock Kind = "livestock" // by ear tag
	Other     Kind = "other"
)

// Kinds lists the kinds.
var Kinds = []Kind{Food, Clothing, Shelter, Device, Vehicle, Livestock, Other}

// Tracking says how an item is told apart.
type Tracking string

// The ways.
const (
	Bulk   Tracking = "bulk"   // only counted
	Lot    Tracking = "lot"    // by the lot it came in
	Serial Tracking = "serial" // each by its own number
)

// Trackings lists the ways.
var Trackings = []Tracking{Bulk, Lot, Serial}

// Item is an entry of the catalogue of goods.
type Item struct {
	Code     string
	Name     string
	Kind     Kind
	Unit     string // kg, dus, ekor, …
	Tracking Tracking
	Expires  bool // its lots have a last day
	Spec     string
	Value    money.Rupiah // of one unit
}

var itemCode = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

func (i Item) check() error {
	switch {
	case !itemCode.MatchString(i.Code):
		return fault.Invalid("goods.bad_code", "code", i.Code)
	case i.Name == "" || i.Unit == "":
		return fault.Invalid("goods.name_and_unit")
	case !slices.Contains(Kinds, i.Kind) || !slices.Contains(Trackings, i.Tracking):
		return fault.Invalid("goods.bad_kind")
	case i.Expires && i.Tracking != Lot:
		return fault.Invalid("goods.expiry_by_lot")
	case (i.Kind == Device || i.Kind == Vehicle || i.Kind == Livestock) && i.Tracking != Serial:
		return fault.Invalid("goods.needs_serial")
	case i.Value < 0:
		return fault.Invalid("goods.bad_value")
	}
	return nil
}

// Piece is a lot, or one numbered thing.
type Piece struct {
	Item    string
	Lot     string // lot, serial, chassis or ear-tag number
	Serial  bool
	Expires *civil.Date
	Size    string // of a device: the fitting size
	Health  string // of an animal: note of the vet
	Source  Source
	Maker   string // of a workshop: who assembled it
}

// check holds a piece to what its item asks for.
func (p Piece) check(i Item, today civil.Date) error {
	switch {
	case i.Tracking == Bulk && p.Lot != "":
		return fault.Invalid("goods.no_lot", "item", i.Name)
	case i.Tracking != Bulk && p.Lot == "":
		return fault.Invalid("goods.lot_needed", "item", i.Name)
	case i.Expires && p.Expires == nil:
		return fault.Invalid("goods.expiry_needed", "item", i.Name)
	case p.Expires != nil && *p.Expires <= today:
		return fault.Invalid("goods.expired", "item", i.Name, "day", *p.Expires)
	case i.Kind == Device && p.Size == "":
		return fault.Invalid("goods.size_needed", "item", i.Name)
	case i.Kind == Livestock && p.Health == "":
		return fault.Invalid("goods.health_needed", "item", i.Name)
	}
	return nil
}

// AddItem puts an item into the catalogue. It needs access.ManageGoods.
func (s *Service) AddItem(ctx context.Context, i Item) error {
	if _, err := access.Require(ctx, access.ManageGoods); err != nil {
		return err
	}
	if err := i.check(); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		if _, err := s.Store.Item(ctx, i.Code); err == nil {
			return audit.Act{}, fault.Conflict("goods.item_exists", "code", i.Code)
		}
		return act("item", ident.ID{}, "", i.Code), s.Store.AddItem(ctx, i)
	})
}

// Items lists the catalogue, by code.
func (s *Service) Items(ctx context.Context) ([]Item, error) {
	var all []Item
	err := s.read(ctx, func(ctx context.Context) (err error) {
		all, err = s.Store.Items(ctx)
		return err
	})
	return all, err
}
