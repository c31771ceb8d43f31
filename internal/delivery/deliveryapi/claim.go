package deliveryapi

import (
	"context"

	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// claim is money to be paid back.
type claim struct {
	ID        string               `json:"id" format:"uuid"`
	Reference string               `json:"reference" doc:"of the payment that it concerns"`
	Debtor    delivery.Debtor      `json:"debtor"`
	Cause     delivery.Code        `json:"cause"`
	Status    delivery.ClaimStatus `json:"status"`
	Amount    money.Rupiah         `json:"amount_rupiah"`
	Paid      money.Rupiah         `json:"paid_rupiah"`
	Left      money.Rupiah         `json:"left_rupiah"`
	Waiver    string               `json:"waiver_proposed_by,omitempty"`
	WaivedBy  string               `json:"waived_by,omitempty"`
}

func claimOf(c *delivery.Claim) claim {
	return claim{c.ID.String(), delivery.Reference(c.Number, c.LineNo), c.Debtor, c.Cause, c.Status, c.Amount, c.Paid, c.Left(), c.Waiver, c.WaivedBy}
}

type claimsAnswer struct {
	Total  int64        `json:"total"`
	Left   money.Rupiah `json:"left_rupiah" doc:"of all that were asked for, not of this part alone"`
	Claims []claim      `json:"claims"`
}

func (h *handlers) claims(ctx context.Context, in *struct {
	page
	Status string `query:"status" enum:"open,settled,waived"`
	Debtor string `query:"debtor" enum:"recipient,channel"`
}) (*struct{ Body claimsAnswer }, error) {
	all, sum, err := h.service.Claims(ctx, delivery.ClaimFilter{Status: delivery.ClaimStatus(in.Status), Debtor: delivery.Debtor(in.Debtor), Area: in.Area, Offset: in.Offset, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &struct{ Body claimsAnswer }{claimsAnswer{sum.Lines, sum.Total, []claim{}}}
	for i := range all {
		out.Body.Claims = append(out.Body.Claims, claimOf(&all[i]))
	}
	return out, nil
}

type waiverBody struct {
	Note string `json:"note,omitempty" maxLength:"500" doc:"why; needed by the first of the two"`
}

func (h *handlers) waive(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" format:"uuid"`
	Body waiverBody
}) (*struct{ Body claim }, error) {
	return onID(ctx, h, in.IdempotencyKey, "waive", in.ID, in.Body, func(ctx context.Context, id ident.ID) (claim, error) {
		c, err := h.service.Waive(ctx, id, in.Body.Note)
		if err != nil {
			return claim{}, err
		}
		return claimOf(c), nil
	})
}
