// Package goodsapi is what a telephone in the field asks of goods: the lists
// of a day with their people, the record of each handing over, a carrier's
// round. An act sent again under its key, or for a day that is on record,
// happens once.
package goodsapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
)

// What a body with pictures may weigh, in bytes: two of them in base64, or a
// round's.
const (
	handoverMost = 12 << 20
	roundMost    = 96 << 20
)

// Register adds the operations to the interface.
func Register(a huma.API, service *goods.Service) {
	h := &handlers{service}
	tags := []string{"goods"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "distribution-lists", Method: http.MethodGet, Path: "/api/v1/distribution-lists",
		Summary: "Distribution lists of the caller's areas, newest first", Tags: tags}), h.lists)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "distribution-recipients", Method: http.MethodGet, Path: "/api/v1/distribution-lists/{id}/recipients",
		Summary: "Who stands on a list; the look is recorded", Tags: tags}), h.recipients)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "hand-over", Method: http.MethodPost, Path: "/api/v1/distribution-lists/{id}/recipients/{no}/handover",
		Summary: "Record that somebody has their goods, once", Tags: tags, MaxBodyBytes: handoverMost, BodyReadTimeout: -1}), h.handOver)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "meal-plan", Method: http.MethodGet, Path: "/api/v1/meal-groups/{id}/days/{day}",
		Summary: "Whom a group carries meals to on a day, and what is on record; the look is recorded", Tags: tags}), h.plan)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "meal-round", Method: http.MethodPost, Path: "/api/v1/meal-groups/{id}/days/{day}",
		Summary: "Record a carrier's round; what is on record already stays", Tags: tags, MaxBodyBytes: roundMost, BodyReadTimeout: -1}), h.round)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "goods-proof", Method: http.MethodGet, Path: "/api/v1/goods/proof",
		Summary: "Every invariant of the books of goods, recomputed now", Tags: tags}), h.proof)
}

type handlers struct{ service *goods.Service }

func parse(id string) (ident.ID, error) { return api.ID(id, "core.error.not_found") }

type share struct {
	Item string `json:"item"`
	Each int64  `json:"each" doc:"of its unit, for each recipient"`
}

type distribution struct {
	ID         string           `json:"id" format:"uuid"`
	Number     string           `json:"number"`
	Title      string           `json:"title"`
	Programme  string           `json:"programme,omitempty"`
	Area       string           `json:"area"`
	Day        string           `json:"day" format:"date"`
	Place      string           `json:"place"`
	Status     goods.ListStatus `json:"status"`
	Recipients int64            `json:"recipients"`
	Handed     int64            `json:"handed"`
	Blocked    int64            `json:"blocked"`
	Items      []share          `json:"items,omitempty"`
}

type distributionsOutput struct {
	Body struct {
		Lists []distribution `json:"lists"`
	}
}

func (h *handlers) lists(ctx context.Context, in *struct {
	Status string `query:"status" enum:"draft,open,closed,cancelled"`
}) (*distributionsOutput, error) {
	all, err := h.service.Lists(ctx, goods.ListStatus(in.Status))
	if err != nil {
		return nil, err
	}
	out := &distributionsOutput{}
	out.Body.Lists = []distribution{}
	for _, l := range all {
		x := distribution{l.ID.String(), l.Number, l.Title, l.Programme, l.Area, l.Day.String(), l.Place, l.Status, l.Recipients, l.Handed, l.Blocked, nil}
		for _, i := range l.Items {
			x.Items = append(x.Items, share{i.Item, i.Each})
		}
		out.Body.Lists = append(out.Body.Lists, x)
	}
	return out, nil
}

type waiting struct {
	No      int64                 `json:"no"`
	Name    string                `json:"name"`
	Address string                `json:"address"`
	Status  goods.RecipientStatus `json:"status"`
}

type distributionPeopleOutput struct {
	Body struct {
		Total      int64     `json:"total"`
		Recipients []waiting `json:"recipients"`
	}
}

func (h *handlers) recipients(ctx context.Context, in *struct {
	ID     string `path:"id" maxLength:"40"`
	Status string `query:"status" enum:"waiting,handed,blocked"`
	Offset int    `query:"offset" minimum:"0"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}) (*distributionPeopleOutput, error) {
	id, err := parse(in.ID)
	if err != nil {
		return nil, err
	}
	people, total, err := h.service.Desk(ctx, goods.RecipientFilter{List: id, Status: goods.RecipientStatus(in.Status), Offset: in.Offset, Limit: in.Limit}, access.PurposePayment)
	if err != nil {
		return nil, err
	}
	out := &distributionPeopleOutput{}
	out.Body.Total, out.Body.Recipients = total, []waiting{}
	for _, p := range people {
		out.Body.Recipients = append(out.Body.Recipients, waiting{p.No, p.Name, p.Address, p.Status})
	}
	return out, nil
}

type position struct {
	Latitude  int64 `json:"latitude_e6" minimum:"-90000000" maximum:"90000000" doc:"millionths of a degree"`
	Longitude int64 `json:"longitude_e6" minimum:"-180000000" maximum:"180000000" doc:"millionths of a degree"`
}

func (s *position) place() *goods.Spot {
	if s == nil {
		return nil
	}
	return &goods.Spot{Latitude: s.Latitude, Longitude: s.Longitude}
}

type handingInput struct {
	ID   string `path:"id" maxLength:"40"`
	No   int64  `path:"no" minimum:"1"`
	Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"of your own choosing; the same for every try of the same act"`
	Body struct {
		Receiver  string            `json:"receiver" minLength:"1" maxLength:"200"`
		Relation  string            `json:"relation" enum:"self,family,representative"`
		Letter    string            `json:"letter,omitempty" maxLength:"200"`
		Photo     []byte            `json:"photo,omitempty" doc:"JPEG or PNG"`
		Signature []byte            `json:"signature,omitempty" doc:"JPEG or PNG"`
		Spot      *position         `json:"spot,omitempty"`
		Note      string            `json:"note,omitempty" maxLength:"1000"`
		Serials   map[string]string `json:"serials,omitempty" doc:"the number handed over, by item"`
	}
}

type given struct {
	Item     string `json:"item"`
	Lot      string `json:"lot,omitempty"`
	Quantity int64  `json:"quantity"`
}

type handedOutput struct {
	Body struct {
		ID    string    `json:"id" format:"uuid"`
		At    time.Time `json:"at"`
		By    string    `json:"by"`
		Items []given   `json:"items"`
	}
}

func (h *handlers) handOver(ctx context.Context, in *handingInput) (*handedOutput, error) {
	id, err := parse(in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	done, err := h.service.HandOver(ctx, goods.Giveaway{Key: "api/" + in.Key, List: id, No: in.No, Receiver: b.Receiver, Relation: goods.Relation(b.Relation), Letter: b.Letter,
		Photo: b.Photo, Signature: b.Signature, Spot: b.Spot.place(), Note: b.Note, Serials: b.Serials})
	if err != nil {
		return nil, err
	}
	out := &handedOutput{}
	out.Body.ID, out.Body.At, out.Body.By, out.Body.Items = done.ID.String(), done.At, done.Actor, []given{}
	for _, i := range done.Items {
		out.Body.Items = append(out.Body.Items, given{i.Item, i.Lot, i.Quantity})
	}
	return out, nil
}

type mealDay struct {
	ID  string `path:"id" maxLength:"40"`
	Day string `path:"day" format:"date"`
}

func (in mealDay) read() (ident.ID, civil.Date, error) {
	id, err := parse(in.ID)
	if err != nil {
		return id, 0, err
	}
	d, err := civil.Parse(in.Day)
	if err != nil {
		return id, 0, fault.Invalid("goods.not_yet", "day", in.Day).Because(err)
	}
	return id, d, nil
}

type mealDoor struct {
	Client  string        `json:"client" format:"uuid"`
	Name    string        `json:"name"`
	Address string        `json:"address"`
	Outcome goods.Outcome `json:"outcome,omitempty" doc:"empty while nothing is on record"`
}

type mealPlanOutput struct {
	Body struct {
		Group string     `json:"group"`
		Price int64      `json:"price_rupiah"`
		Doors []mealDoor `json:"doors"`
	}
}

func (h *handlers) plan(ctx context.Context, in *mealDay) (*mealPlanOutput, error) {
	id, day, err := in.read()
	if err != nil {
		return nil, err
	}
	p, err := h.service.Plan(ctx, id, day)
	if err != nil {
		return nil, err
	}
	out := &mealPlanOutput{}
	out.Body.Group, out.Body.Price, out.Body.Doors = p.Group.Name, int64(p.Price), []mealDoor{}
	for _, c := range p.Clients {
		out.Body.Doors = append(out.Body.Doors, mealDoor{c.ID.String(), c.Name, c.Address, p.Meals[c.ID].Outcome})
	}
	return out, nil
}

type mealMark struct {
	Client  string `json:"client" format:"uuid"`
	Outcome string `json:"outcome" enum:"delivered,not_home,hospital,moved,died,refused"`
	Photo   []byte `json:"photo,omitempty" doc:"JPEG or PNG"`
}

type mealRoundInput struct {
	ID   string `path:"id" maxLength:"40"`
	Day  string `path:"day" format:"date"`
	Body struct {
		Carrier string     `json:"carrier" minLength:"1" maxLength:"200"`
		Witness string     `json:"witness,omitempty" maxLength:"200"`
		Spot    *position  `json:"spot,omitempty"`
		Marks   []mealMark `json:"marks" minItems:"1" maxItems:"1000"`
	}
}

type mealRoundOutput struct {
	Body struct {
		Delivered int `json:"delivered"`
		Absent    int `json:"absent"`
		Repeated  int `json:"repeated" doc:"were on record already, and stay as they were"`
		Paused    int `json:"paused"`
		Stopped   int `json:"stopped"`
	}
}

func (h *handlers) round(ctx context.Context, in *mealRoundInput) (*mealRoundOutput, error) {
	id, day, err := mealDay{in.ID, in.Day}.read()
	if err != nil {
		return nil, err
	}
	r := goods.Round{Group: id, Day: day, Carrier: in.Body.Carrier, Witness: in.Body.Witness, Spot: in.Body.Spot.place()}
	for _, m := range in.Body.Marks {
		client, err := parse(m.Client)
		if err != nil {
			return nil, err
		}
		r.Marks = append(r.Marks, goods.Mark{Client: client, Outcome: goods.Outcome(m.Outcome), Photo: m.Photo})
	}
	done, err := h.service.Deliver(ctx, r)
	if err != nil {
		return nil, err
	}
	out := &mealRoundOutput{}
	out.Body.Delivered, out.Body.Absent, out.Body.Repeated, out.Body.Paused, out.Body.Stopped = done.Delivered, done.Absent, done.Repeated, done.Paused, done.Stopped
	return out, nil
}

type goodsProofOutput struct{ Body goods.BooksProof }

func (h *handlers) proof(ctx context.Context, _ *struct{}) (*goodsProofOutput, error) {
	p, err := h.service.Prove(ctx)
	return &goodsProofOutput{p}, err
}
