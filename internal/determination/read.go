package determination

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/work"
)

// Page is a page of outcomes.
type Page struct {
	Rows []Row
	Next *Place // where the next page begins; nil on the last
}

// List returns at most limit outcomes in the actor's area after a place; the
// look is recorded.
func (s *Service) List(ctx context.Context, f Filter, after Place, limit int, purpose access.Purpose) (*Page, error) {
	actor, err := access.Require(ctx, access.SeeDeterminations)
	if err != nil {
		return nil, err
	}
	p := &Page{}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if p.Rows, err = s.rows(ctx, f, after, limit+1); err != nil {
			return err
		}
		if len(p.Rows) > limit {
			p.Rows = p.Rows[:limit]
			next := p.Rows[limit-1].Place()
			p.Next = &next
		}
		return s.Log.Append(ctx, f.act(actor, purpose, "determination.list", int64(len(p.Rows))))
	})
	if err != nil {
		return nil, fmt.Errorf("determination: listing: %w", err)
	}
	return p, nil
}

func (f Filter) act(actor access.Actor, purpose access.Purpose, action string, n int64) audit.Act {
	return audit.Act{Purpose: purpose, Action: action, Subject: f.Determination.String(), Area: actor.Scope.Within(f.Area).String(),
		Fields: []string{"name", "address", "outcome", "amount"}, Count: n, Detail: f.Programme}
}

// rows reads a list of several programmes one after the other, each along
// the key: a village's rows are then found without going through the nation's.
func (s *Service) rows(ctx context.Context, f Filter, after Place, limit int) ([]Row, error) {
	if f.Programme != "" || f.ByFamily() {
		return s.Store.Rows(ctx, f, after, limit)
	}
	h, err := s.Store.Header(ctx, f.Determination)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, p := range h.Content.Programmes {
		codes = append(codes, p.Code)
	}
	slices.Sort(codes)
	var all []Row
	for _, code := range codes {
		if code < after.Programme || len(all) >= limit {
			continue
		}
		f.Programme = code
		from := after
		if code != after.Programme {
			from = Place{}
		}
		rows, err := s.Store.Rows(ctx, f, from, limit-len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// Count returns how many outcomes of the actor's area List would list in all.
// It adds up the counts of villages rather than rows.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return 0, err
	}
	var n int64
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		if f.Uncertain {
			var err error
			n, err = s.Store.Count(ctx, f)
			return err
		}
		h, err := s.Store.Header(ctx, f.Determination)
		if err != nil {
			return err
		}
		tallies, err := s.Store.Tallies(ctx, f.Determination, f.Area, 0)
		for _, t := range tallies {
			result, _ := h.Content.Result(t.Programme)
			listed := !result.Persons || t.Outcome != Refused // as stored says
			if listed && (f.Programme == "" || t.Programme == f.Programme) && (f.Outcome == 0 || t.Outcome == f.Outcome) {
				n += t.Subjects
			}
		}
		return err
	})
	return n, err
}

// All returns every outcome of the actor's area that the filter lets through,
// for a file. It needs the permission to export; the look is recorded with
// its count before the first row.
func (s *Service) All(ctx context.Context, f Filter, purpose access.Purpose) iter.Seq2[Row, error] {
	return Exported(func() error { return s.exporting(ctx, f, purpose) }, func(after Place, limit int) (rows []Row, err error) {
		err = s.Unit.Read(ctx, func(ctx context.Context) error {
			rows, err = s.rows(ctx, f, after, limit)
			return err
		})
		if err != nil {
			err = fmt.Errorf("determination: exporting: %w", err)
		}
		return rows, err
	}, Row.Place)
}

func (s *Service) exporting(ctx context.Context, f Filter, purpose access.Purpose) error {
	actor, err := access.Require(ctx, access.Export)
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, f)
	if err != nil {
		return err
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, f.act(actor, purpose, "determination.export", n))
	})
}

// Figures are the counts of a determination in the actor's area.
type Figures struct {
	Tallies   []Tally    // by programme, area and outcome
	Obstacles []Obstacle // by programme and item
}

// Figures returns counts of the part of an area that is the actor's; tallies
// are broken down to so many digits of the area's code. Counts of villages
// are figures, not anyone's data.
func (s *Service) Figures(ctx context.Context, id ident.ID, area string, digits int) (Figures, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return Figures{}, err
	}
	var f Figures
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if f.Tallies, err = s.Store.Tallies(ctx, id, area, digits); err != nil {
			return err
		}
		f.Obstacles, err = s.Store.Obstacles(ctx, id, area)
		return err
	})
	return f, err
}

// InForceOn returns the determination that was in force on a day: of those
// enacted for a day up to it, the last; or fault.NotFound.
func (s *Service) InForceOn(ctx context.Context, day civil.Date) (Header, error) {
	hs, err := work.Read(ctx, s.Unit, func(ctx context.Context) ([]Header, error) { return s.Store.Headers(ctx, manyHeaders) })
	if err != nil {
		return Header{}, err
	}
	best := -1
	for i, h := range hs {
		if h.State == Enacted && h.AsOf <= day && (best < 0 || h.AsOf > hs[best].AsOf || h.AsOf == hs[best].AsOf && h.DecidedAt.After(hs[best].DecidedAt)) {
			best = i
		}
	}
	if best < 0 {
		return Header{}, fault.NotFound("determination.none_on", "date", day)
	}
	return hs[best], nil
}

// manyHeaders is more determinations than an installation makes in years.
const manyHeaders = 10_000

// ProgrammesOf returns the programmes as they were when they decided.
func (s *Service) ProgrammesOf(ctx context.Context, id ident.ID) ([]*programme.Programme, error) {
	if _, err := access.Require(ctx, access.SeeProgrammes); err != nil {
		return nil, err
	}
	o, err := s.openForOne(ctx, id)
	if err != nil {
		return nil, err
	}
	return slices.Clone(o.programmes), nil
}
