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
)

// Relation is who came for the goods.
type Relation string

// The relations.
const (
	Self           Relation = "self"
	FamilyMember   Relation = "family"
	Representative Relation = "representative" // brings a letter
)

// Relations lists them.
var Relations = []Relation{Self, FamilyMember, Representative}

// Handover is the record of goods handed over (berita acara serah terima).
type Handover struct {
	ID        ident.ID
	Key       string
	List      ident.ID
	No        int64 // of the recipient
	Area      string
	Receiver  string
	Relation  Relation
	Letter    string // number of the representative's letter
	Spot      *Spot
	Photo     ident.ID
	Signature ident.ID
	Note      string
	Actor     string
	At        time.Time
	Items     []HandedItem
}

// HandedItem is what was handed over of a lot.
type HandedItem struct {
	Item, Lot string
	Quantity  int64
}

// Giveaway asks to hand a recipient their goods.
type Giveaway struct {
	Key       string // makes it happen once; the desk's page gives it
	List      ident.ID
	No        int64
	Receiver  string
	Relation  Relation
	Letter    string
	Spot      *Spot
	Photo     []byte
	Signature []byte
	Note      string
	Serials   map[string]string // item → the number handed over; "" takes the next
}

// HandOver hands a recipient of an open list their goods, once: a second desk
// is told who was first. It needs access.HandGoods in the recipient's area.
func (s *Service) HandOver(ctx context.Context, g Giveaway) (Handover, error) {
	if err := g.check(); err != nil {
		return Handover{}, err
	}
	var h Handover
	err := s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		actor, err := access.Require(ctx, access.HandGoods)
		if err != nil {
			return audit.Act{}, err
		}
		l, err := s.Store.LockList(ctx, g.List)
		if err != nil {
			return audit.Act{}, err
		}
		r, err := s.Store.Recipient(ctx, g.List, g.No)
		if err != nil {
			return audit.Act{}, err
		}
		if again, err := s.Store.HandoverOf(ctx, g.List, g.No); err == nil {
			if again.Key == g.Key {
				h = again
				return audit.Act{}, nil // the same desk, sent twice
			}
			return audit.Act{}, fault.Conflict("goods.handed_already", "name", r.Name, "who", again.Actor, "at", again.At.In(civil.WIB).Format("15.04"))
		} else if !fault.Is(err, fault.KindNotFound) {
			return audit.Act{}, err
		}
		if l.Status != ListOpen {
			return audit.Act{}, fault.Conflict("goods.list_moved", "number", l.Number)
		}
		if r.Status != Waiting {
			return audit.Act{}, fault.Conflict("goods.held_back", "name", r.Name)
		}
		if err := s.there(ctx, r); err != nil {
			return audit.Act{}, err
		}
		h, err = s.handOver(ctx, actor, l, r, g)
		return act("handed", h.ID, r.Area, fmt.Sprintf("%s/%d", l.Number, r.No)), err
	})
	return h, err
}

// there asks the register once more, as people die, move, or ask that their
// data be not processed after a list was opened. Nobody of the family left:
// the goods wait for the office.
func (s *Service) there(ctx context.Context, r Recipient) error {
	if r.Family.IsZero() { // in no register
		return nil
	}
	people, err := s.meet(ctx, []Entitlement{{FamilyID: r.Family}})
	if err != nil {
		return err
	}
	if p, ok := people[r.Subject]; ok && p.Gone {
		return fault.Conflict("goods.held_back", "name", r.Name)
	}
	return nil
}

func (g Giveaway) check() error {
	switch {
	case g.Key == "" || g.Receiver == "":
		return fault.Invalid("goods.receiver_needed")
	case !slices.Contains(Relations, g.Relation):
		return fault.Invalid("goods.relation_needed")
	case g.Relation == Representative && g.Letter == "":
		return fault.Invalid("goods.letter_needed")
	case len(g.Photo) == 0 && len(g.Signature) == 0:
		return fault.Invalid("goods.proof_needed")
	case g.Spot != nil && !g.Spot.Valid():
		return fault.Invalid("goods.bad_spot")
	}
	return nil
}

// handOver keeps the pictures, picks the lots and writes the handing over.
func (s *Service) handOver(ctx context.Context, actor access.Actor, l List, r Recipient, g Giveaway) (Handover, error) {
	h := Handover{ID: s.IDs.New(), Key: g.Key, List: l.ID, No: r.No, Area: r.Area, Receiver: g.Receiver, Relation: g.Relation, Letter: g.Letter,
		Spot: g.Spot, Note: g.Note, Actor: actor.Login, At: s.now()}
	stock, err := s.Store.ListStock(ctx, l.ID)
	if err != nil {
		return h, err
	}
	if h.Items, err = pick(l.Items, stock, g.Serials); err != nil {
		return h, err
	}
	photo, err := s.keep(ctx, Photo, r.Area, g.Photo)
	if err != nil {
		return h, err
	}
	signature, err := s.keep(ctx, Signature, r.Area, g.Signature)
	if err != nil {
		return h, err
	}
	h.Photo, h.Signature = photo.ID, signature.ID
	if h.Spot == nil {
		h.Spot = photo.Spot
	}
	return h, s.Store.AddHandover(ctx, h)
}

// pick chooses the lots for one recipient out of what a list holds: the
// number that was asked for, or else in the order of the stock.
func pick(items []ListItem, stock []ListStock, asked map[string]string) ([]HandedItem, error) {
	var all []HandedItem
	for _, i := range items {
		need := i.Each
		for _, x := range stock {
			if x.Item != i.Item || x.Left() == 0 || asked[i.Item] != "" && x.Lot != asked[i.Item] {
				continue
			}
			n := min(need, x.Left())
			all = append(all, HandedItem{x.Item, x.Lot, n})
			if need -= n; need == 0 {
				break
			}
		}
		if need > 0 {
			return nil, fault.Conflict("goods.too_little", "item", i.Item, "have", i.Each-need, "want", i.Each)
		}
	}
	return all, nil
}

// RecipientFilter chooses recipients of a list.
type RecipientFilter struct {
	List   ident.ID
	Text   string // part of a name, or the code on a letter
	Status RecipientStatus
	Offset int
	Limit  int // 0 is all

	code []byte
}

// Code returns the blind index of the text as a code.
func (f RecipientFilter) Code() []byte { return f.code }

// Name returns the text as names are searched for.
func (f RecipientFilter) Name() string { return nameKey(f.Text) }

// Desk lists recipients of a list for whoever hands over, and how many there
// are in all. It needs access.SeeGoods; the look is recorded.
func (s *Service) Desk(ctx context.Context, f RecipientFilter, purpose access.Purpose) ([]Recipient, int64, error) {
	var all []Recipient
	var total int64
	f.code = s.blindCode(f.Text)
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		l, err := s.Store.List(ctx, f.List)
		if err != nil {
			return audit.Act{}, err
		}
		all, total, err = s.Store.Recipients(ctx, f)
		a := act("desk", f.List, l.Area, l.Number)
		a.Purpose, a.Fields, a.Count = purpose, []string{"name", "address"}, int64(len(all))
		return a, err
	})
	return all, total, err
}

// Receipt returns a recipient of a list with the record of the handing over;
// nil before that.
func (s *Service) Receipt(ctx context.Context, list ident.ID, no int64) (List, Recipient, *Handover, error) {
	var l List
	var r Recipient
	var h *Handover
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if l, err = s.Store.List(ctx, list); err != nil {
			return audit.Act{}, err
		}
		if r, err = s.Store.Recipient(ctx, list, no); err != nil {
			return audit.Act{}, err
		}
		found, err := s.Store.HandoverOf(ctx, list, no)
		if err == nil {
			h = &found
		} else if !fault.Is(err, fault.KindNotFound) {
			return audit.Act{}, err
		}
		a := act("recipient", list, r.Area, fmt.Sprintf("%s/%d", l.Number, no))
		a.Fields = []string{"name", "address"}
		return a, nil
	})
	return l, r, h, err
}

// Record is all that a paper on a handing over is written from.
type Record struct {
	List      List
	Recipient Recipient
	Handover  Handover
	Items     map[string]Item
	Photo     []byte // nil for none
	Signature []byte // nil for none
}

// Record gathers a handing over with its pictures; every look is recorded.
func (s *Service) Record(ctx context.Context, id ident.ID) (Record, error) {
	rec := Record{Items: map[string]Item{}}
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if rec.Handover, err = s.Store.Handover(ctx, id); err != nil {
			return audit.Act{}, err
		}
		if rec.List, err = s.Store.List(ctx, rec.Handover.List); err != nil {
			return audit.Act{}, err
		}
		if rec.Recipient, err = s.Store.Recipient(ctx, rec.Handover.List, rec.Handover.No); err != nil {
			return audit.Act{}, err
		}
		for _, i := range rec.Handover.Items {
			if rec.Items[i.Item], err = s.Store.Item(ctx, i.Item); err != nil {
				return audit.Act{}, err
			}
		}
		a := act("recipient", rec.List.ID, rec.Recipient.Area, fmt.Sprintf("%s/%d", rec.List.Number, rec.Recipient.No))
		a.Fields = []string{"name", "address"}
		return a, nil
	})
	if err != nil {
		return rec, err
	}
	for _, p := range []struct {
		id   ident.ID
		into *[]byte
	}{{rec.Handover.Photo, &rec.Photo}, {rec.Handover.Signature, &rec.Signature}} {
		if p.id.IsZero() {
			continue
		}
		if _, *p.into, err = s.Picture(ctx, p.id); err != nil {
			return rec, err
		}
	}
	return rec, nil
}

// Got is what a family was handed, for its page.
type Got struct {
	List      ident.ID
	No        int64
	Title     string
	Programme string
	Day       time.Time
	Receiver  string
	Items     []HandedItem
}

// OfFamily lists what a family was handed, newest first; the look is recorded.
func (s *Service) OfFamily(ctx context.Context, family ident.ID) ([]Got, error) {
	if a, ok := access.From(ctx); !ok || !a.Can(access.SeeFamilies) {
		return nil, fault.Forbidden("core.error.forbidden")
	}
	var all []Got
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, err = s.Store.OfFamily(ctx, family); err != nil || len(all) == 0 {
			return err
		}
		a := act("of_family", family, "", "")
		a.Fields, a.Count = []string{"goods"}, int64(len(all))
		return s.Log.Append(ctx, a)
	})
	return all, err
}
