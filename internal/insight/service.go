package insight

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/region"
	"gotong/internal/run"
	"gotong/internal/work"
)

// Service counts and answers.
type Service struct {
	unit  work.Unit
	store Store
	clock clock.Clock
	rules Disclosures
}

// NewService returns a Service that publishes under rules.
func NewService(unit work.Unit, store Store, c clock.Clock, rules Disclosures) *Service {
	return &Service{unit: unit, store: store, clock: c, rules: rules}
}

// Refreshed is what a Refresh made.
type Refreshed struct {
	Measures int `json:"measures"`
	Figures  int `json:"figures"`
}

// Refresh makes figures anew: of some measures, or of all when none is
// given. It is called after each run that changes what they count, whoever
// ran it: it counts nationwide and tells nobody anything, so it needs no
// permission. A measure is replaced as a whole; until then its old figures
// stand. Reading goes on meanwhile, and writing too, except while one
// measure's figures are put in place.
//
// Stage: insight, counting measures.
func (s *Service) Refresh(ctx context.Context, p run.Progress, measures ...Measure) (Refreshed, error) {
	if len(measures) == 0 {
		measures = Measures
	}
	ctx = access.With(ctx, access.System("insight"))
	p.Stage("insight", int64(len(measures)))
	var done Refreshed
	for _, m := range measures {
		n, err := s.refresh(ctx, m)
		if err != nil {
			return done, fmt.Errorf("insight: counting %s: %w", m, err)
		}
		done.Measures++
		done.Figures += n
		p.Add("", 1)
	}
	return done, nil
}

func (s *Service) refresh(ctx context.Context, m Measure) (int, error) {
	now := s.clock.Now()
	t := newTree(m)
	sources, err := work.Read(ctx, s.unit, func(ctx context.Context) ([]Source, error) { return s.store.Gather(ctx, m, t.add) })
	if err != nil {
		return 0, err
	}
	for i := range sources {
		sources[i].Measure, sources[i].ComputedAt = m, now
		if sources[i].AsOf == 0 {
			sources[i].AsOf = civil.OfTime(now)
		}
	}
	figures := t.figures()
	return len(figures), s.unit.Write(ctx, func(ctx context.Context) error { return s.store.Replace(ctx, m, figures, sources) })
}

// View is an area as a member of staff sees it.
type View struct {
	Overview
	Basis    map[Measure]Basis
	Children []Overview // the areas right below with any figure, by area
}

// Overview returns the figures of an area, or of all the actor's areas when
// area is "". It needs SeeDashboard, and the area must lie in the actor's.
func (s *Service) Overview(ctx context.Context, area string) (View, error) {
	actor, err := access.Require(ctx, access.SeeDashboard)
	if err != nil {
		return View{}, err
	}
	areas := []string{area}
	if area == "" && !actor.Scope.IsNation() {
		areas = actor.Scope.Prefixes()
		if len(areas) == 1 {
			area = areas[0]
		}
	}
	if slices.ContainsFunc(areas, func(a string) bool { return !actor.Scope.Covers(a) }) {
		return View{}, fault.NotFound("core.error.not_found")
	}
	v := View{Basis: map[Measure]Basis{}}
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		figures, err := s.store.Figures(ctx, areas)
		if err != nil {
			return err
		}
		v.Overview = summarise(area, figures)
		if v.Children, err = s.children(ctx, area, areas, figures); err != nil {
			return err
		}
		v.Basis, err = s.basis(ctx, areas)
		return err
	})
	return v, err
}

// children returns what lies below: the areas right below one area, or the
// areas themselves where there are several.
func (s *Service) children(ctx context.Context, area string, areas []string, own []Figure) ([]Overview, error) {
	if len(areas) != 1 {
		return byArea(own), nil
	}
	if l, ok := region.LevelOf(area); !ok || l == region.Village {
		return nil, nil
	}
	below, err := s.store.Below(ctx, area)
	return byArea(below), err
}

// byArea makes an overview of each area of figures.
func byArea(figures []Figure) []Overview {
	groups := map[string][]Figure{}
	var areas []string
	for _, f := range figures {
		if groups[f.Area] == nil {
			areas = append(areas, f.Area)
		}
		groups[f.Area] = append(groups[f.Area], f)
	}
	slices.Sort(areas)
	all := make([]Overview, len(areas))
	for i, a := range areas {
		all[i] = summarise(a, groups[a])
	}
	return all
}

func (s *Service) basis(ctx context.Context, areas []string) (map[Measure]Basis, error) {
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	basis := map[Measure]Basis{}
	for _, m := range Measures {
		if b, ok := basisOf(sources, m, areas); ok {
			basis[m] = b
		}
	}
	return basis, nil
}

// Statistics returns what anybody may know of a regency or city: four
// digits, with families enough that its total may be said; otherwise
// fault.NotFound.
func (s *Service) Statistics(ctx context.Context, regency string) (Statistics, error) {
	rule, err := s.rules.On(civil.OfTime(s.clock.Now()))
	if err != nil {
		return Statistics{}, err
	}
	if l, ok := region.LevelOf(regency); !ok || l != region.Regency {
		return Statistics{}, fault.NotFound("insight.no_statistics")
	}
	ctx = access.With(ctx, access.System("statistics"))
	var out Statistics
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		figures, err := s.store.Figures(ctx, []string{regency})
		if err != nil {
			return err
		}
		basis, err := s.basis(ctx, []string{regency})
		out = publish(summarise(regency, figures), rule, basis)
		return err
	})
	if err == nil && out.Families.Hidden {
		return Statistics{}, fault.NotFound("insight.no_statistics")
	}
	return out, err
}

// Regencies returns the regencies and cities of which there are statistics,
// by code.
func (s *Service) Regencies(ctx context.Context) ([]string, error) {
	rule, err := s.rules.On(civil.OfTime(s.clock.Now()))
	if err != nil {
		return nil, err
	}
	ctx = access.With(ctx, access.System("statistics"))
	var published []string
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		figures, err := s.store.Regencies(ctx, Families)
		for _, o := range byArea(figures) {
			if !rule.Count(o.Active()).Hidden {
				published = append(published, o.Area)
			}
		}
		return err
	})
	return published, err
}
