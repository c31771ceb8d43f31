package outcome

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
	"gotong/internal/work"
)

// Duplicates tells which families may be the same: pairs that nobody has
// decided yet.
type Duplicates interface {
	OpenPairs(ctx context.Context, fn func(a, b ident.ID) error) error
}

// Service measures outcomes and keeps graduations.
type Service struct{ Deps }

// Deps are what a Service is made of.
type Deps struct {
	Unit           work.Unit
	Store          Store
	Snapshots      *snapshot.Service
	Rankings       *targeting.Service
	Determinations *determination.Service
	Duplicates     Duplicates
	Policies       Policies
	Log            *audit.Log
	Clock          clock.Clock
	IDs            *ident.Maker
}

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{d} }

// Args say which days to measure between; zero for the first and the last
// that there are.
type Args struct {
	From civil.Date `json:"from,omitzero"`
	To   civil.Date `json:"to,omitzero"`
}

// page is how many rows are read at a time.
const page = 2000

// Run measures what became of families between two days, and the
// determination in force. A measure that is there already is returned as it
// is. All is computed before the database is written to, so that nobody waits
// while it is.
//
// Stage: outcome, counting families.
func (s *Service) Run(ctx context.Context, a Args, p run.Progress) (Measure, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Measure{}, err
	}
	in, err := s.input(ctx, a)
	if err != nil {
		return Measure{}, err
	}
	rows := newSpool()
	defer rows.close()
	content, tallies, err := Compute(ctx, in, rows.add, p)
	if err != nil {
		return Measure{}, err
	}
	m := Measure{ID: s.IDs.New(), CreatedAt: s.Clock.Now(), CreatedBy: actor.Login, Content: content, Digest: snapshot.Digest("outcome", content)}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		earlier, err := s.Store.ByDigest(ctx, m.Digest)
		if err == nil {
			m = earlier
			return nil
		}
		if !fault.Is(err, fault.KindNotFound) {
			return err
		}
		if err := s.Store.AddRows(ctx, m.ID, tallies, rows.each); err != nil {
			return err
		}
		if err := s.Store.Add(ctx, m); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeStatistics, Action: "outcome.measure", Subject: m.ID.String(), Count: m.Families, Detail: m.Digest})
	})
	if err != nil {
		return Measure{}, fmt.Errorf("outcome: keeping a measure: %w", err)
	}
	return m, nil
}

// input opens what a measure depends on.
func (s *Service) input(ctx context.Context, a Args) (Input, error) {
	chosen, err := s.rankings(ctx, a)
	if err != nil {
		return Input{}, err
	}
	in := Input{Duplicates: map[ident.ID][]ident.ID{}}
	for _, h := range chosen {
		o := Opened{Ranked: Ranked{h.ID, h.SnapshotID, h.AsOf, h.Model, h.Digest}}
		if o.Snap, err = s.Snapshots.Open(ctx, h.SnapshotID); err != nil {
			return in, err
		}
		if o.Ranking, err = s.Rankings.Open(ctx, h.ID); err != nil {
			return in, err
		}
		in.Rankings = append(in.Rankings, o)
	}
	first, last := chosen[0].AsOf, chosen[len(chosen)-1].AsOf
	in.Policy = s.Policies.On(last)
	enacted, err := s.Determinations.EnactedBetween(ctx, first, last)
	if err != nil {
		return in, err
	}
	for _, h := range enacted {
		v, err := s.Determinations.OpenSurvey(ctx, h.ID)
		if err != nil {
			return in, err
		}
		in.Between = append(in.Between, v)
	}
	current, err := s.Determinations.Current(ctx)
	if err == nil {
		in.Current, err = s.Determinations.OpenSurvey(ctx, current.ID)
	}
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return in, err
	}
	return in, s.Duplicates.OpenPairs(ctx, func(x, y ident.ID) error {
		if x != y {
			in.Duplicates[x], in.Duplicates[y] = append(in.Duplicates[x], y), append(in.Duplicates[y], x)
		}
		return nil
	})
}

// manyRankings is more rankings than an installation makes in years.
const manyRankings = 10_000

// rankings chooses one ranking of each day: the one that a determination was
// enacted by, else the newest of the day.
func (s *Service) rankings(ctx context.Context, a Args) ([]targeting.Header, error) {
	all, err := s.Rankings.Headers(ctx, manyRankings)
	if err != nil {
		return nil, err
	}
	determined, err := s.Determinations.Headers(ctx, manyRankings)
	if err != nil {
		return nil, err
	}
	used := map[ident.ID]bool{}
	for _, h := range determined {
		used[h.RankingID] = used[h.RankingID] || h.State == determination.Enacted
	}
	chosen := chooseRankings(all, used, a)
	if len(chosen) == 0 {
		return nil, fault.NotFound("outcome.no_ranking")
	}
	return chosen, nil
}

func chooseRankings(all []targeting.Header, used map[ident.ID]bool, a Args) []targeting.Header {
	of := map[civil.Date]targeting.Header{}
	for _, h := range all { // the newest first
		if a.From != 0 && h.AsOf < a.From || a.To != 0 && h.AsOf > a.To {
			continue
		}
		if kept, there := of[h.AsOf]; !there || used[h.ID] && !used[kept.ID] {
			of[h.AsOf] = h
		}
	}
	var chosen []targeting.Header
	for _, h := range of {
		chosen = append(chosen, h)
	}
	slices.SortFunc(chosen, func(a, b targeting.Header) int { return int(a.AsOf - b.AsOf) })
	return chosen
}

// Measure returns one measure, or the newest for the zero id. It holds counts
// of no one.
func (s *Service) Measure(ctx context.Context, id ident.ID) (Measure, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return Measure{}, err
	}
	var m Measure
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if !id.IsZero() {
			m, err = s.Store.Measure(ctx, id)
			return err
		}
		all, err := s.Store.Measures(ctx, 1)
		if err == nil && len(all) == 0 {
			err = fault.NotFound("outcome.none")
		}
		if err == nil {
			m = all[0]
		}
		return err
	})
	return m, err
}

// Measures returns at most limit measures, the newest first.
func (s *Service) Measures(ctx context.Context, limit int) ([]Measure, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]Measure, error) { return s.Store.Measures(ctx, limit) })
}

// Tallies returns the counts of a measure in the actor's part of an area,
// broken down to so many digits of the area's code.
func (s *Service) Tallies(ctx context.Context, f Filter, digits int) ([]Tally, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]Tally, error) { return s.Store.Tallies(ctx, f, digits) })
}

// List returns at most limit rows in the actor's area after a place; the look
// is recorded.
func (s *Service) List(ctx context.Context, purpose access.Purpose, f Filter, after Place, limit int) (rows []Row, next *Place, err error) {
	actor, err := access.Require(ctx, access.SeeDeterminations)
	if err != nil {
		return nil, nil, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if rows, err = s.Store.Rows(ctx, f, after, limit+1); err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			place := rows[limit-1].Place()
			next = &place
		}
		return s.Log.Append(ctx, f.act(actor, purpose, "outcome.list", int64(len(rows))))
	})
	if err != nil {
		return nil, nil, fmt.Errorf("outcome: listing: %w", err)
	}
	return rows, next, nil
}

func (f Filter) act(actor access.Actor, purpose access.Purpose, action string, n int64) audit.Act {
	return audit.Act{Purpose: purpose, Action: action, Subject: f.Measure.String(), Area: actor.Scope.Within(f.Area).String(),
		Fields: []string{"name", "address", "score", "outcome"}, Count: n, Detail: string(f.List)}
}

// Count returns how many rows List would list in all.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	tallies, err := s.Tallies(ctx, f, 0)
	n := int64(0)
	for _, t := range tallies {
		n += t.Families
	}
	return n, err
}

// All returns every row that a filter lets through, for a file. It needs the
// permission to export; the look is recorded with its count before the first
// row.
func (s *Service) All(ctx context.Context, purpose access.Purpose, f Filter) iter.Seq2[Row, error] {
	return determination.Exported(func() error { return s.exporting(ctx, purpose, f) }, func(after Place, limit int) (rows []Row, err error) {
		err = s.Unit.Read(ctx, func(ctx context.Context) error {
			rows, err = s.Store.Rows(ctx, f, after, limit)
			return err
		})
		if err != nil {
			err = fmt.Errorf("outcome: exporting: %w", err)
		}
		return rows, err
	}, Row.Place)
}

func (s *Service) exporting(ctx context.Context, purpose access.Purpose, f Filter) error {
	actor, err := access.Require(ctx, access.Export)
	if err == nil {
		_, err = access.Require(ctx, access.SeeDeterminations)
	}
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, f)
	if err != nil {
		return err
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, f.act(actor, purpose, "outcome.export", n))
	})
}

// Standing is what the newest measure says of one family.
type Standing struct {
	Measure     Measure
	Rows        []Row
	Graduations []Graduation
}

// OfFamily returns how a family in the actor's area stands in the newest
// measure; the look is recorded. It returns fault.NotFound before the first
// measure.
func (s *Service) OfFamily(ctx context.Context, purpose access.Purpose, family ident.ID) (Standing, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return Standing{}, err
	}
	m, err := s.Measure(ctx, ident.ID{})
	if err != nil {
		return Standing{}, err
	}
	st := Standing{Measure: m}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if st.Rows, err = s.Store.OfFamily(ctx, m.ID, family); err != nil {
			return err
		}
		if st.Graduations, err = s.Store.Graduations(ctx, GraduationFilter{Family: family}, ident.ID{}, page); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "outcome.read", Subject: family.String(), Fields: []string{"score", "outcome"}, Count: int64(len(st.Rows))})
	})
	return st, err
}

// Programmes returns the programmes of the determination that a measure is of.
func (s *Service) Programmes(ctx context.Context, m Measure) ([]*programme.Programme, error) {
	if m.Current.IsZero() {
		return nil, nil
	}
	return s.Determinations.ProgrammesOf(ctx, m.Current)
}

func (s *Service) programme(ctx context.Context, determination ident.ID, code string) (*programme.Programme, error) {
	all, err := s.Determinations.ProgrammesOf(ctx, determination)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Code == code {
			return p, nil
		}
	}
	return nil, fault.NotFound("determination.no_programme", "programme", code)
}
