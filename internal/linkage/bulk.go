package linkage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Bulk is what confirming many pairs at a time would do.
type Bulk struct {
	Least   float64 // chance from which pairs are taken
	Area    string
	Plan    []Planned // surest first
	Skipped int       // pairs that need somebody's look: another area's, or a record that another pair closes
	More    bool      // the plan is full: confirm it, then look again
	// Digest names the plan: what is confirmed is what was seen.
	Digest string
}

// Planned is one pair of a plan with the record that would stay.
type Planned struct {
	Candidate
	Keep Decision
}

// BulkLeast returns the least chance from which pairs may be confirmed many
// at a time.
func (s *Service) BulkLeast() float64 {
	return s.policies.On(civil.OfTime(s.clock.Now())).Bulk
}

// Plan returns what confirming all open pairs from a chance on would do. The
// look is recorded. It returns fault.Invalid for a chance below the policy's.
func (s *Service) Plan(ctx context.Context, least float64, area string) (*Bulk, error) {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return nil, err
	}
	var b *Bulk
	err = s.read(ctx, func(ctx context.Context) ([]audit.Act, error) {
		var err error
		if b, err = s.plan(ctx, least, area); err != nil {
			return nil, err
		}
		return []audit.Act{Filter{Area: area}.act(actor, "duplicate.list", int64(len(b.Plan)))}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("linkage: planning: %w", err)
	}
	return b, nil
}

func (s *Service) plan(ctx context.Context, least float64, area string) (*Bulk, error) {
	if most := s.BulkLeast(); least < most {
		return nil, fault.Invalid("linkage.error.bulk_least", "least", fmt.Sprintf("%.4g", 100*most))
	}
	rows, err := s.store.List(ctx, Filter{Status: Open, Least: least, Area: area, Same: true}, Cursor{}, ManyMost+1)
	if err != nil {
		return nil, err
	}
	b := &Bulk{Least: least, Area: area, More: len(rows) > ManyMost}
	rows = rows[:min(len(rows), ManyMost)]
	sum := sha256.New()
	closed := map[ident.ID]bool{}
	kept := map[ident.ID]bool{}
	for _, c := range rows {
		keep := c.Suggest()
		dropped, stays := &c.Right, &c.Left
		if keep == KeepRight {
			dropped, stays = stays, dropped
		}
		switch {
		case !c.Left.Shown || !c.Right.Shown || closed[dropped.Person] || closed[stays.Person] || kept[dropped.Person],
			c.Left.Status != registry.PersonActive, c.Right.Status != registry.PersonActive:
			b.Skipped++
			continue
		}
		closed[dropped.Person], kept[stays.Person] = true, true
		b.Plan = append(b.Plan, Planned{c, keep})
		sum.Write(c.ID[:])
		sum.Write([]byte(keep))
	}
	b.Digest = hex.EncodeToString(sum.Sum(nil)[:16])
	return b, nil
}

// ConfirmAll confirms what a plan says, in one transaction, and returns how
// many records it closed. It returns fault.Conflict when the plan is no
// longer what it was when its digest was shown.
func (s *Service) ConfirmAll(ctx context.Context, least float64, area, digest, note string) (int, error) {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return 0, err
	}
	n := 0
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		b, err := s.plan(ctx, least, area)
		if err != nil {
			return err
		}
		if b.Digest != digest {
			return fault.Conflict("linkage.error.plan_changed")
		}
		for i := range b.Plan {
			if err := s.decide(ctx, actor, &b.Plan[i].Candidate, b.Plan[i].Keep, note); err != nil {
				return err
			}
		}
		n = len(b.Plan)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("linkage: confirming: %w", err)
	}
	return n, nil
}
