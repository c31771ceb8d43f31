package linkage

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/work"
)

// Aid tells what people get now.
type Aid interface {
	// Received calls fn for each amount a year that the determination in force
	// gives, of all areas: with the person on whose account it is given, or
	// none where the whole family gets it. Where none is in force fn is not
	// called.
	Received(ctx context.Context, fn func(family, person ident.ID, annual money.Rupiah) error) error
}

// Value writes down anew what hangs on the pairs that wait in the actor's area,
// and returns on how many something else does than before. What hangs on a
// record is what its family gets as a whole, and what is given on that person's
// account.
//
// It returns fault.Forbidden without the permission to start runs.
func (s *Service) Value(ctx context.Context) (int, error) {
	if _, err := access.Require(ctx, access.StartRuns); err != nil {
		return 0, err
	}
	pairs, err := work.Read(ctx, s.unit, s.store.Known)
	if err != nil {
		return 0, fmt.Errorf("linkage: reading pairs: %w", err)
	}
	got, err := s.received(ctx, pairs)
	if err != nil {
		return 0, fmt.Errorf("linkage: what people get: %w", err)
	}
	changed := 0
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		for i := range pairs {
			c := &pairs[i]
			left, right := got.of(&c.Left), got.of(&c.Right)
			if c.Status != Open || left == c.Left.Aid && right == c.Right.Aid {
				continue
			}
			if err := s.store.Value(ctx, c.ID, left, right); err != nil {
				return err
			}
			changed++
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.value", Fields: []string{"amount"}, Count: int64(changed)})
	})
	if err != nil {
		return 0, fmt.Errorf("linkage: what hangs on pairs: %w", err)
	}
	return changed, nil
}

// amounts are what families get as a whole, and what is given on a person's
// account, by their ids.
type amounts map[ident.ID]money.Rupiah

func (a amounts) of(s *Side) money.Rupiah { return a[s.Family] + a[s.Person] }

// received sums up what the families and people of pairs that wait get.
func (s *Service) received(ctx context.Context, pairs []Candidate) (amounts, error) {
	got := amounts{}
	for i := range pairs {
		if c := &pairs[i]; c.Status == Open {
			got[c.Left.Family], got[c.Left.Person], got[c.Right.Family], got[c.Right.Person] = 0, 0, 0, 0
		}
	}
	if s.aid == nil || len(got) == 0 {
		return got, nil
	}
	err := s.aid.Received(ctx, func(family, person ident.ID, annual money.Rupiah) error {
		if !person.IsZero() {
			family = person
		}
		if _, ok := got[family]; ok {
			got[family] += annual
		}
		return nil
	})
	return got, err
}
