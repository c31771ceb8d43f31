package deliveryapi

import (
	"context"

	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// route is who receives, without a name and with the account masked.
type route struct {
	ID        string               `json:"id" format:"uuid"`
	Family    string               `json:"family" format:"uuid"`
	Area      string               `json:"area"`
	Programme string               `json:"programme"`
	Kind      delivery.RouteKind   `json:"kind"`
	Status    delivery.RouteStatus `json:"status"`
	Bank      string               `json:"bank"`
	Account   string               `json:"account_masked,omitempty"`
	Evidence  string               `json:"evidence" doc:"number of the paper that says so"`
	Proposer  string               `json:"proposer"`
	Approver  string               `json:"approver,omitempty"`
}

func routeOf(r *delivery.Route) route {
	return route{r.ID.String(), r.FamilyID.String(), r.Area, r.Programme, r.Kind, r.Status, r.Bank, r.Masked, r.Evidence, r.Proposer, r.Approver}
}

type routesAnswer struct {
	Total  int64   `json:"total"`
	Routes []route `json:"routes"`
}

func (h *handlers) routes(ctx context.Context, in *struct {
	page
	Status string `query:"status" enum:"proposed,approved,refused,ended"`
	Kind   string `query:"kind" enum:"heir,substitute,guardian,post"`
}) (*struct{ Body routesAnswer }, error) {
	all, total, err := h.service.Routes(ctx, delivery.RouteFilter{Status: delivery.RouteStatus(in.Status), Kind: delivery.RouteKind(in.Kind), Area: in.Area, Offset: in.Offset, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &struct{ Body routesAnswer }{routesAnswer{total, []route{}}}
	for i := range all {
		out.Body.Routes = append(out.Body.Routes, routeOf(&all[i]))
	}
	return out, nil
}

type routeBody struct {
	Family    string             `json:"family" format:"uuid"`
	Programme string             `json:"programme" minLength:"1" maxLength:"40"`
	Kind      delivery.RouteKind `json:"kind" enum:"heir,substitute,guardian,post"`
	Holder    string             `json:"holder,omitempty" maxLength:"100" doc:"name of who receives"`
	Relation  string             `json:"relation,omitempty" maxLength:"60" doc:"to the one who would have received"`
	Bank      string             `json:"bank,omitempty" maxLength:"20"`
	Account   string             `json:"account,omitempty" maxLength:"20" doc:"number of the account; kept sealed, and never given out"`
	Evidence  string             `json:"evidence" minLength:"1" maxLength:"100"`
	Note      string             `json:"note,omitempty" maxLength:"500"`
}

func (h *handlers) proposeRoute(ctx context.Context, in *struct {
	Key
	Body routeBody
}) (*struct{ Body route }, error) {
	b := in.Body
	// What is kept with the key is a digest of what was asked: the account
	// goes into it blinded, since a plain digest of a number can be guessed.
	asked := struct {
		routeBody
		Blind []byte
	}{b, h.service.BlindAccount(b.Bank, b.Account)}
	asked.Account = ""
	answer, err := under(ctx, h, in.IdempotencyKey, "propose route", asked, func(ctx context.Context) (route, error) {
		family, err := idIn(b.Family)
		if err != nil {
			return route{}, err
		}
		r, err := h.service.ProposeRoute(ctx, delivery.Proposal{FamilyID: family, Programme: b.Programme, Kind: b.Kind, Holder: b.Holder, Relation: b.Relation,
			Bank: b.Bank, Number: b.Account, Evidence: b.Evidence, Note: b.Note})
		if err != nil {
			return route{}, err
		}
		return routeOf(r), nil
	})
	return &struct{ Body route }{answer}, err
}

func (h *handlers) decideRoute(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" format:"uuid"`
	Body decisionBody
}) (*struct{ Body route }, error) {
	return onID(ctx, h, in.IdempotencyKey, "decide route", in.ID, in.Body, func(ctx context.Context, id ident.ID) (route, error) {
		r, err := h.service.DecideRoute(ctx, id, in.Body.Approve)
		if err != nil {
			return route{}, err
		}
		return routeOf(r), nil
	})
}

func (h *handlers) endRoute(ctx context.Context, in *struct {
	Key
	ID string `path:"id" format:"uuid"`
}) (*struct{ Body route }, error) {
	return onID(ctx, h, in.IdempotencyKey, "end route", in.ID, struct{}{}, func(ctx context.Context, id ident.ID) (route, error) {
		r, err := h.service.EndRoute(ctx, id)
		if err != nil {
			return route{}, err
		}
		return routeOf(r), nil
	})
}
