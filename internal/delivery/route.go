package delivery

import (
	"context"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Route says how a family is paid otherwise than by its own account.
type Route struct {
	ID         ident.ID
	Area       string
	FamilyID   ident.ID
	Programme  string
	Kind       RouteKind
	Holder     string // who receives; the payee of the register for Post
	Relation   string // to the one who would have received
	Bank       string
	Sealed     []byte
	Blind      []byte
	Masked     string
	Evidence   string // number of the paper: death certificate, minutes of the village meeting
	Note       string
	Proposer   string
	ProposedAt time.Time
	Status     RouteStatus
	Approver   string
	DecidedAt  time.Time
}

// RouteKind is why another receives, or in another way.
type RouteKind string

// The kinds of route.
const (
	Heir       RouteKind = "heir"
	Substitute RouteKind = "substitute" // somebody of the family or the village, for a time
	Guardian   RouteKind = "guardian"
	ViaPost    RouteKind = "post"
)

// RouteKinds lists the kinds.
var RouteKinds = []RouteKind{Heir, Substitute, Guardian, ViaPost}

// RouteStatus is how far a route has come.
type RouteStatus string

// The statuses of a route.
const (
	RouteProposed RouteStatus = "proposed"
	RouteApproved RouteStatus = "approved"
	RouteRefused  RouteStatus = "refused"
	RouteEnded    RouteStatus = "ended"
)

// RouteStatuses lists the statuses.
var RouteStatuses = []RouteStatus{RouteProposed, RouteApproved, RouteRefused, RouteEnded}

// RouteFilter chooses routes.
type RouteFilter struct {
	FamilyID ident.ID
	Status   RouteStatus
	Kind     RouteKind
	Area     string
	Offset   int
	Limit    int
}

// Proposal is a route that somebody asks for.
type Proposal struct {
	FamilyID  ident.ID
	Programme string
	Kind      RouteKind
	Holder    string
	Relation  string
	Bank      string
	Number    string
	Evidence  string
	Note      string
}

const postOffice = "POS"

// ProposeRoute asks that a family be paid by another way: to an heir, a
// substitute or guardian with an account of their own, or at the post office.
// It needs access.Reconcile; another person decides.
func (s *Service) ProposeRoute(ctx context.Context, p Proposal) (*Route, error) {
	actor, err := access.Require(ctx, access.Reconcile)
	if err != nil {
		return nil, err
	}
	r, err := s.route(ctx, p)
	if err != nil {
		return nil, err
	}
	if _, err := access.RequireArea(ctx, access.Reconcile, r.Area); err != nil {
		return nil, err
	}
	r.Proposer = actor.Login
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.AddRoute(ctx, r); err != nil {
			return err
		}
		return s.recordRoute(ctx, r, "payment.route_proposed")
	})
	return r, err
}

// route holds a proposal to what a route needs.
func (s *Service) route(ctx context.Context, p Proposal) (*Route, error) {
	terms, err := s.Programmes.Terms(ctx, p.Programme)
	if err != nil {
		return nil, err
	}
	area, err := s.Places.Area(ctx, p.FamilyID)
	if err != nil {
		return nil, err
	}
	p.Holder, p.Number, p.Bank = strings.TrimSpace(p.Holder), strings.TrimSpace(p.Number), strings.ToUpper(strings.TrimSpace(p.Bank))
	switch {
	case terms.Means != ByBank:
		return nil, fault.Invalid("delivery.route.not_money")
	case !slices.Contains(RouteKinds, p.Kind):
		return nil, fault.Invalid("delivery.route.kind")
	case strings.TrimSpace(p.Evidence) == "":
		return nil, fault.Invalid("delivery.route.evidence")
	case p.Kind != ViaPost && (p.Holder == "" || p.Relation == ""):
		return nil, fault.Invalid("delivery.route.holder")
	case p.Kind != ViaPost && (p.Bank == "" || len(p.Number) < 6 || len(p.Number) > 20 || strings.Trim(p.Number, "0123456789") != ""):
		return nil, fault.Invalid("delivery.route.account")
	}
	r := &Route{ID: s.IDs.New(), Area: area, FamilyID: p.FamilyID, Programme: terms.Code, Kind: p.Kind, Holder: p.Holder, Relation: p.Relation,
		Bank: p.Bank, Evidence: strings.TrimSpace(p.Evidence), Note: p.Note, ProposedAt: s.now(), Status: RouteProposed}
	if p.Kind == ViaPost {
		r.Bank, r.Holder, r.Relation = postOffice, "", ""
		return r, nil
	}
	r.Sealed = s.Vault.Seal(accountLabel, p.Number)
	r.Blind = s.BlindAccount(p.Bank, p.Number)
	r.Masked = Mask(p.Number)
	return r, nil
}

// BlindAccount returns what tells whether two accounts are the same without
// telling which they are.
func (s *Service) BlindAccount(bank, number string) []byte {
	return s.Vault.Blind(accountLabel, bank+"\x00"+number)
}

// DecideRoute approves or refuses a route. While a payment of the family is
// on its way, its outcome unknown, no route is approved: the money could reach
// two people. It needs access.CheckPayment, and another person than the
// proposer.
func (s *Service) DecideRoute(ctx context.Context, id ident.ID, approve bool) (*Route, error) {
	actor, err := access.Require(ctx, access.CheckPayment)
	if err != nil {
		return nil, err
	}
	var r *Route
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if r, err = s.Store.LockRoute(ctx, id); err != nil {
			return err
		}
		switch {
		case r.Status != RouteProposed:
			return fault.Conflict("delivery.route.decided")
		case r.Proposer == actor.Login:
			return fault.Forbidden("delivery.own_proposal")
		}
		return s.decideRoute(ctx, r, actor.Login, approve)
	})
	return r, err
}

func (s *Service) decideRoute(ctx context.Context, r *Route, approver string, approve bool) error {
	r.Approver, r.DecidedAt, r.Status = approver, s.now(), RouteRefused
	if approve {
		r.Status = RouteApproved
		unknown, err := s.Store.Unknown(access.With(ctx, access.System("route")), r.FamilyID)
		if err != nil {
			return err
		}
		if unknown {
			return fault.Conflict("delivery.route.unknown")
		}
		if err := s.Store.EndRoutes(ctx, r.FamilyID, r.Programme); err != nil {
			return err
		}
	}
	if err := s.Store.SaveRoute(ctx, r); err != nil {
		return err
	}
	return s.recordRoute(ctx, r, "payment.route_"+string(r.Status))
}

// EndRoute has a family paid by its own account again. It needs
// access.CheckPayment.
func (s *Service) EndRoute(ctx context.Context, id ident.ID) (*Route, error) {
	if _, err := access.Require(ctx, access.CheckPayment); err != nil {
		return nil, err
	}
	var r *Route
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if r, err = s.Store.LockRoute(ctx, id); err != nil {
			return err
		}
		if r.Status != RouteApproved {
			return fault.Conflict("delivery.route.decided")
		}
		r.Status = RouteEnded
		if err := s.Store.SaveRoute(ctx, r); err != nil {
			return err
		}
		return s.recordRoute(ctx, r, "payment.route_ended")
	})
	return r, err
}

func (s *Service) recordRoute(ctx context.Context, r *Route, action string) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: action, Subject: r.ID.String(), Area: r.Area, Count: 1,
		Detail: r.Programme + " " + string(r.Kind)})
}

// Routes returns routes, newest first, and how many there are. It needs
// access.SeeMoney.
func (s *Service) Routes(ctx context.Context, f RouteFilter) ([]Route, int64, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, 0, err
	}
	var all []Route
	var total int64
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, total, err = s.Store.Routes(ctx, f); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment.routes", Area: f.Area,
			Fields: []string{"holder", "account_masked"}, Count: int64(len(all))})
	})
	return all, total, err
}
