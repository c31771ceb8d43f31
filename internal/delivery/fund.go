package delivery

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ledger"
	"gotong/internal/money"
)

// Fund names the ledger's fund of a programme in a year, for the nation or,
// with an area, that area's part.
func Fund(year int, programme, area string) string {
	if area == "" {
		return fmt.Sprintf("%d/%s", year, programme)
	}
	return fmt.Sprintf("%d/%s/%s", year, programme, area)
}

// levels are how long the codes of areas are, from village to nation.
var levels = []int{10, 6, 4, 2, 0}

// fund returns the fund that a list of an area draws on: that of the smallest
// area around it which was ever allotted one, else the nation's.
func (s *Service) fund(ctx context.Context, year int, programme, area string) (string, error) {
	for _, n := range levels {
		if n > len(area) {
			continue
		}
		f := Fund(year, programme, area[:n])
		if known, err := s.Book.Known(ctx, f); err != nil || known {
			return f, err
		}
	}
	return Fund(year, programme, ""), nil
}

// Allot records money that the state has given a programme for a year, by
// the number of the document (DIPA), for all of the actor's area or a part of
// it. Recording the same document again changes nothing. It needs
// access.ReleasePayment in that area.
func (s *Service) Allot(ctx context.Context, year int, programme, area string, amount money.Rupiah, document string) (ledger.Entry, error) {
	actor, err := access.Require(ctx, access.ReleasePayment)
	if err != nil {
		return ledger.Entry{}, err
	}
	if area, err = oneArea(actor, area); err != nil {
		return ledger.Entry{}, err
	}
	if _, err := access.RequireArea(ctx, access.ReleasePayment, area); err != nil {
		return ledger.Entry{}, err
	}
	if amount <= 0 || document == "" {
		return ledger.Entry{}, fault.Invalid("delivery.bad_allotment")
	}
	terms, err := s.Programmes.Terms(ctx, programme)
	if err != nil {
		return ledger.Entry{}, err
	}
	fund := Fund(year, terms.Code, area)
	p := ledger.Move("allot/"+fund+"/"+document, "allotment", ledger.Account{Kind: ledger.Treasury, Fund: fund},
		ledger.Account{Kind: ledger.Allotment, Fund: fund}, amount).Of("", document)
	var e ledger.Entry
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if e, err = s.Book.Post(ctx, p); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment.allotted", Subject: fund, Area: area,
			Count: 1, Detail: fmt.Sprintf("%s %d", document, amount)})
	})
	return e, err
}
