package deliveryapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// stops are the operations on who must not be paid, who receives for another,
// and what is to be paid back. Who proposes never decides.
func (h *handlers) stops(a huma.API) {
	read := func(id, path, summary string) huma.Operation {
		return api.Signed(huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"delivery"}})
	}
	huma.Register(a, read("holds", "/api/v1/holds", "Who must not be paid until another person says so, newest first"), h.holds)
	huma.Register(a, posted("place-hold", "/api/v1/holds", "Stop a family, a programme or an area from being paid, from now on"), h.placeHold)
	huma.Register(a, posted("lift-hold", "/api/v1/holds/{id}/lift", "Let them be paid again, as another person than the one who placed the hold"), h.liftHold)
	huma.Register(a, read("pay-routes", "/api/v1/pay-routes", "Who is paid through another or in another way, newest first"), h.routes)
	huma.Register(a, posted("propose-route", "/api/v1/pay-routes", "Ask that a family be paid to an heir, a substitute, a guardian, or at the post office"), h.proposeRoute)
	huma.Register(a, posted("decide-route", "/api/v1/pay-routes/{id}/decision", "Approve or refuse a route that another person proposed"), h.decideRoute)
	huma.Register(a, posted("end-route", "/api/v1/pay-routes/{id}/end", "Have a family paid by its own account again"), h.endRoute)
	huma.Register(a, read("claims", "/api/v1/claims", "Money to be paid back to the state, oldest first"), h.claims)
	huma.Register(a, posted("waive-claim", "/api/v1/claims/{id}/waiver", "Give a claim up: one person proposes it, and another does the same"), h.waive)
}

// page chooses a part of a list.
type page struct {
	Area   string `query:"area" maxLength:"13" pattern:"^[0-9]*$" doc:"code of the area, its parts included"`
	Offset int    `query:"offset" minimum:"0"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// onID is an act under a key on what the path names.
func onID[A, R any](ctx context.Context, h *handlers, k, operation, id string, asked A,
	work func(ctx context.Context, id ident.ID) (R, error)) (*struct{ Body R }, error) {
	answer, err := under(ctx, h, k, operation+" "+id, asked, func(ctx context.Context) (R, error) {
		x, err := idIn(id)
		if err != nil {
			var none R
			return none, err
		}
		return work(ctx, x)
	})
	return &struct{ Body R }{answer}, err
}

type hold struct {
	ID        string     `json:"id" format:"uuid"`
	Family    string     `json:"family,omitempty" doc:"id of the family; absent is everybody in the area"`
	Area      string     `json:"area"`
	Programme string     `json:"programme,omitempty" doc:"absent is every programme"`
	Reason    string     `json:"reason"`
	PlacedBy  string     `json:"placed_by"`
	PlacedAt  time.Time  `json:"placed_at"`
	LiftedBy  string     `json:"lifted_by,omitempty"`
	LiftedAt  *time.Time `json:"lifted_at,omitempty"`
	LiftedWhy string     `json:"lifted_why,omitempty"`
}

func holdOf(x *delivery.Hold) hold {
	o := hold{ID: x.ID.String(), Area: x.Area, Programme: x.Programme, Reason: x.Reason, PlacedBy: x.PlacedBy, PlacedAt: x.PlacedAt, LiftedBy: x.LiftedBy, LiftedWhy: x.LiftedWhy}
	if !x.FamilyID.IsZero() {
		o.Family = x.FamilyID.String()
	}
	if x.LiftedBy != "" {
		o.LiftedAt = &x.LiftedAt
	}
	return o
}

type holdsAnswer struct {
	Total int64  `json:"total"`
	Holds []hold `json:"holds"`
}

func (h *handlers) holds(ctx context.Context, in *struct {
	page
	Lifted bool `query:"lifted" doc:"those that were lifted, instead of those that stand"`
}) (*struct{ Body holdsAnswer }, error) {
	all, total, err := h.service.Holds(ctx, delivery.HoldFilter{Lifted: in.Lifted, Area: in.Area, Offset: in.Offset, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &struct{ Body holdsAnswer }{holdsAnswer{total, []hold{}}}
	for i := range all {
		out.Body.Holds = append(out.Body.Holds, holdOf(&all[i]))
	}
	return out, nil
}

type holdBody struct {
	Family    string `json:"family,omitempty" format:"uuid" doc:"id of the family; absent is everybody in the area"`
	Area      string `json:"area,omitempty" maxLength:"13" pattern:"^[0-9]*$" doc:"absent is all of your area; a family's own is known"`
	Programme string `json:"programme,omitempty" maxLength:"40"`
	Reason    string `json:"reason" minLength:"1" maxLength:"500"`
}

func (h *handlers) placeHold(ctx context.Context, in *struct {
	Key
	Body holdBody
}) (*struct{ Body hold }, error) {
	b := in.Body
	answer, err := under(ctx, h, in.IdempotencyKey, "place hold", b, func(ctx context.Context) (hold, error) {
		asked := delivery.Hold{Area: b.Area, Programme: b.Programme, Reason: b.Reason}
		if b.Family != "" {
			id, err := idIn(b.Family)
			if err != nil {
				return hold{}, err
			}
			asked.FamilyID = id
		}
		placed, err := h.service.PlaceHold(ctx, asked)
		if err != nil {
			return hold{}, err
		}
		return holdOf(placed), nil
	})
	return &struct{ Body hold }{answer}, err
}

type reasonBody struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

func (h *handlers) liftHold(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" format:"uuid"`
	Body reasonBody
}) (*struct{ Body hold }, error) {
	return onID(ctx, h, in.IdempotencyKey, "lift hold", in.ID, in.Body, func(ctx context.Context, id ident.ID) (hold, error) {
		lifted, err := h.service.LiftHold(ctx, id, in.Body.Reason)
		if err != nil {
			return hold{}, err
		}
		return holdOf(lifted), nil
	})
}
