package deliveryapi

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// acts are the operations that move money or decide over it. Each wants a
// key of the caller's choosing: asking again under it, with the same body,
// does nothing and gets the first answer; with another body it is refused.
func (h *handlers) acts(a huma.API) {
	huma.Register(a, posted("allot", "/api/v1/allotments", "Record money that the state has given a programme (DIPA)"), h.allot)
	huma.Register(a, posted("check-pay-list", "/api/v1/pay-lists/{number}/check", "Sign what stands on a draft, as another person than its maker"), h.check)
	huma.Register(a, posted("release-pay-list", "/api/v1/pay-lists/{number}/release", "Let a checked list's money go, as a third person"), h.release)
	huma.Register(a, posted("propose-resolution", "/api/v1/exceptions/{id}/proposal", "Say what is to be done about an exception"), h.propose)
	huma.Register(a, posted("decide-resolution", "/api/v1/exceptions/{id}/decision", "Approve a proposal of another person, or send it back"), h.decide)
	huma.Register(a, posted("repay-claim", "/api/v1/claims/{id}/repayments", "Record an instalment of a claim, for another person to approve"), h.repay)
	huma.Register(a, posted("decide-repayment", "/api/v1/claims/{id}/repayments/{no}/decision", "Approve or refuse an instalment that another person recorded"), h.decideRepayment)
}

// posted is an act: under a key, and refused where it meets another's.
func posted(id, path, summary string) huma.Operation {
	return api.Signed(huma.Operation{OperationID: id, Method: http.MethodPost, Path: path, Summary: summary, Tags: []string{"delivery"},
		Errors: []int{http.StatusConflict, http.StatusUnprocessableEntity}})
}

// Key is the header that every act wants.
type Key struct {
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"of your own choosing; the same for every try of the same act"`
}

// under does work under a key; what was asked is the operation with its path
// and body.
func under[A, R any](ctx context.Context, h *handlers, k, operation string, asked A, work func(ctx context.Context) (R, error)) (R, error) {
	return delivery.Once(ctx, h.service, k, struct {
		Operation string
		Asked     A
	}{operation, asked}, work)
}

type allotBody struct {
	Year      int    `json:"year" minimum:"2000" maximum:"2200"`
	Programme string `json:"programme" minLength:"1" maxLength:"40"`
	Area      string `json:"area,omitempty" maxLength:"10" doc:"whose part it is; empty is all of your area"`
	Amount    int64  `json:"amount_rupiah" minimum:"1"`
	Document  string `json:"document" minLength:"1" maxLength:"100"`
}

type entryAnswer struct {
	Entry int64 `json:"ledger_entry"`
}

func (h *handlers) allot(ctx context.Context, in *struct {
	Key
	Body allotBody
}) (*struct{ Body entryAnswer }, error) {
	answer, err := under(ctx, h, in.IdempotencyKey, "allot", in.Body, func(ctx context.Context) (entryAnswer, error) {
		e, err := h.service.Allot(ctx, in.Body.Year, in.Body.Programme, in.Body.Area, money.Rupiah(in.Body.Amount), in.Body.Document)
		return entryAnswer{e.Seq}, err
	})
	return &struct{ Body entryAnswer }{answer}, err
}

// onList is an act on the list in the path.
func onList[A any](ctx context.Context, h *handlers, k, operation, number string, asked A,
	work func(ctx context.Context, l *delivery.PayList) (*delivery.PayList, error)) (*struct{ Body payList }, error) {
	answer, err := under(ctx, h, k, operation+" "+number, asked, func(ctx context.Context) (payList, error) {
		l, err := h.service.ByNumber(ctx, number)
		if err != nil {
			return payList{}, err
		}
		if l, err = work(ctx, l); err != nil {
			return payList{}, err
		}
		return payListOf(*l, nil), nil
	})
	return &struct{ Body payList }{answer}, err
}

type checkBody struct {
	Digest string `json:"digest" minLength:"64" maxLength:"64" doc:"of the list that you looked at"`
}

func (h *handlers) check(ctx context.Context, in *struct {
	Key
	Number string `path:"number" maxLength:"60"`
	Body   checkBody
}) (*struct{ Body payList }, error) {
	return onList(ctx, h, in.IdempotencyKey, "check", in.Number, in.Body, func(ctx context.Context, l *delivery.PayList) (*delivery.PayList, error) {
		b, err := hex.DecodeString(in.Body.Digest)
		if err != nil || len(b) != len(l.Digest) {
			return nil, fault.Invalid("core.error.invalid").Because(err)
		}
		return h.service.Check(ctx, l.ID, [32]byte(b))
	})
}

type releaseBody struct {
	Lines int64 `json:"lines" minimum:"1" doc:"how many lines you agree to pay"`
	Total int64 `json:"total_rupiah" minimum:"1" doc:"how much you agree to pay"`
}

func (h *handlers) release(ctx context.Context, in *struct {
	Key
	Number string `path:"number" maxLength:"60"`
	Body   releaseBody
}) (*struct{ Body payList }, error) {
	return onList(ctx, h, in.IdempotencyKey, "release", in.Number, in.Body, func(ctx context.Context, l *delivery.PayList) (*delivery.PayList, error) {
		return h.service.Release(ctx, l.ID, delivery.Confirmation{Lines: in.Body.Lines, Total: money.Rupiah(in.Body.Total)})
	})
}

type proposalBody struct {
	Action delivery.Action `json:"action" maxLength:"20"`
	Note   string          `json:"note" minLength:"1" maxLength:"500"`
}

type statusAnswer struct {
	Status string `json:"status"`
}

// idIn reads an id of a path.
func idIn(s string) (ident.ID, error) {
	return api.ID(s, "core.error.not_found")
}

func (h *handlers) propose(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" format:"uuid"`
	Body proposalBody
}) (*struct{ Body statusAnswer }, error) {
	answer, err := under(ctx, h, in.IdempotencyKey, "propose "+in.ID, in.Body, func(ctx context.Context) (statusAnswer, error) {
		id, err := idIn(in.ID)
		if err != nil {
			return statusAnswer{}, err
		}
		e, err := h.service.Propose(ctx, id, in.Body.Action, in.Body.Note)
		if err != nil {
			return statusAnswer{}, err
		}
		return statusAnswer{string(e.Status)}, nil
	})
	return &struct{ Body statusAnswer }{answer}, err
}

type decisionBody struct {
	Approve bool `json:"approve"`
}

func (h *handlers) decide(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" format:"uuid"`
	Body decisionBody
}) (*struct{ Body statusAnswer }, error) {
	answer, err := under(ctx, h, in.IdempotencyKey, "decide "+in.ID, in.Body, func(ctx context.Context) (statusAnswer, error) {
		id, err := idIn(in.ID)
		if err != nil {
			return statusAnswer{}, err
		}
		e, err := h.service.Decide(ctx, id, in.Body.Approve)
		if err != nil {
			return statusAnswer{}, err
		}
		return statusAnswer{string(e.Status)}, nil
	})
	return &struct{ Body statusAnswer }{answer}, err
}

type repayBody struct {
	Amount   int64  `json:"amount_rupiah" minimum:"1"`
	PaidOn   string `json:"paid_on" format:"date"`
	Document string `json:"document" minLength:"1" maxLength:"100" doc:"number of the deposit slip; one slip counts once"`
}

type repayAnswer struct {
	No     int64  `json:"no"`
	Status string `json:"status"`
}

func (h *handlers) repay(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" format:"uuid"`
	Body repayBody
}) (*struct{ Body repayAnswer }, error) {
	answer, err := under(ctx, h, in.IdempotencyKey, "repay "+in.ID, in.Body, func(ctx context.Context) (repayAnswer, error) {
		id, err := idIn(in.ID)
		if err != nil {
			return repayAnswer{}, err
		}
		on, err := civil.Parse(in.Body.PaidOn)
		if err != nil {
			return repayAnswer{}, fault.Invalid("delivery.claim.day").Because(err)
		}
		p, err := h.service.Repay(ctx, id, money.Rupiah(in.Body.Amount), on, in.Body.Document)
		if err != nil {
			return repayAnswer{}, err
		}
		return repayAnswer{p.No, string(p.Status)}, nil
	})
	return &struct{ Body repayAnswer }{answer}, err
}

func (h *handlers) decideRepayment(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" format:"uuid"`
	No   int64  `path:"no" minimum:"1"`
	Body decisionBody
}) (*struct{ Body statusAnswer }, error) {
	asked := struct {
		No int64
		decisionBody
	}{in.No, in.Body}
	answer, err := under(ctx, h, in.IdempotencyKey, "decide repayment "+in.ID, asked, func(ctx context.Context) (statusAnswer, error) {
		id, err := idIn(in.ID)
		if err != nil {
			return statusAnswer{}, err
		}
		c, err := h.service.DecideRepayment(ctx, id, in.No, in.Body.Approve)
		if err != nil {
			return statusAnswer{}, err
		}
		return statusAnswer{string(c.Status)}, nil
	})
	return &struct{ Body statusAnswer }{answer}, err
}
