package quality

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// Service measures and answers.
type Service struct {
	unit      work.Unit
	store     Store
	register  Register
	log       *audit.Log
	clock     clock.Clock
	catalogue *indicator.Catalogue
	rules     Rules
}

// Deps is what a Service is made of.
type Deps struct {
	Unit      work.Unit
	Store     Store
	Register  Register
	Log       *audit.Log
	Clock     clock.Clock
	Catalogue *indicator.Catalogue
	Rules     Rules
}

// NewService returns a Service.
func NewService(d Deps) *Service {
	return &Service{unit: d.Unit, store: d.Store, register: d.Register, log: d.Log, clock: d.Clock, catalogue: d.Catalogue, rules: d.Rules}
}

// Catalogue returns the catalogue whose groups of facts are counted.
func (s *Service) Catalogue() *indicator.Catalogue { return s.catalogue }

// Groups returns the catalogue's groups of which something is observed, in
// the order of the forms.
func (s *Service) Groups() []indicator.Group {
	var all []indicator.Group
	for _, g := range s.catalogue.Groups() {
		if slices.ContainsFunc(s.catalogue.InGroup(g.Code), func(i *indicator.Indicator) bool { return !i.Derived && i.Presumed == nil }) {
			all = append(all, g)
		}
	}
	return all
}

// Rule returns the rule in force today, or fault.Unavailable.
func (s *Service) Rule() (Rule, error) { return s.rules.On(s.register.Today()) }

// View is an area as a member of staff sees it on a day.
type View struct {
	Overview
	Day      Day  // zero: nothing was ever measured
	Rule     Rule // in force on the day
	Children []Overview
	Trend    []Point // the oldest first
}

// Point is an area on an earlier day.
type Point struct {
	On civil.Date
	Overview
}

// trendMost is how many days a trend shows.
const trendMost = 13

// Newest returns the newest day that was measured; fault.NotFound when none was.
func (s *Service) Newest(ctx context.Context) (Day, error) {
	days, err := work.Read(ctx, s.unit, s.store.Days)
	if err != nil {
		return Day{}, fmt.Errorf("quality: %w", err)
	}
	if len(days) == 0 {
		return Day{}, fault.NotFound("quality.never_measured")
	}
	return days[0], nil
}

// View returns the figures of an area, or of all the actor's areas when area
// is "", of the newest day. It needs SeeDashboard, and the area must lie in
// the actor's; otherwise it is not found.
func (s *Service) View(ctx context.Context, area string) (View, error) {
	actor, err := access.Require(ctx, access.SeeDashboard)
	if err != nil {
		return View{}, err
	}
	areas := []string{area}
	if area == "" && !actor.Scope.IsNation() {
		if areas = actor.Scope.Prefixes(); len(areas) == 1 {
			area = areas[0]
		}
	}
	if slices.ContainsFunc(areas, func(a string) bool { return !actor.Scope.Covers(a) }) {
		return View{}, fault.NotFound("core.error.not_found")
	}
	v := View{}
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		days, err := s.store.Days(ctx)
		if err != nil || len(days) == 0 {
			v.Overview = summarise(area, nil)
			return err
		}
		v.Day = days[0]
		figures, err := s.store.Figures(ctx, v.Day.On, areas)
		if err != nil {
			return err
		}
		v.Overview = summarise(area, figures)
		if v.Children, err = s.children(ctx, v.Day.On, area, areas, figures); err != nil {
			return err
		}
		return s.trend(ctx, days, areas, &v)
	})
	if err != nil {
		return View{}, fmt.Errorf("quality: %w", err)
	}
	if v.Rule, err = s.rules.On(v.Day.On); v.Day.On == 0 {
		v.Rule, err = s.rules.On(s.register.Today())
	}
	return v, err
}

func (s *Service) children(ctx context.Context, day civil.Date, area string, areas []string, own []Figure) ([]Overview, error) {
	if len(areas) != 1 {
		return byArea(own), nil
	}
	if l, ok := region.LevelOf(area); !ok || l == region.Village {
		return nil, nil
	}
	below, err := s.store.Below(ctx, day, area)
	return byArea(below), err
}

func (s *Service) trend(ctx context.Context, days []Day, areas []string, v *View) error {
	for _, d := range slices.Backward(days[:min(len(days), trendMost)]) {
		figures, err := s.store.Figures(ctx, d.On, areas)
		if err != nil {
			return err
		}
		v.Trend = append(v.Trend, Point{d.On, summarise(v.Area, figures)})
	}
	return nil
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

// Page is a page of a list.
type Page struct {
	Rows  []Row
	Total int64
	More  bool
}

// List returns the families of the newest day that a filter lets through, by
// area and id, after a place. The look is recorded before it is handed out.
//
// It returns fault.Forbidden without the permission to see families, and
// fault.NotFound when nothing was ever measured.
func (s *Service) List(ctx context.Context, f Filter, after registry.Place, limit int, purpose access.Purpose) (Page, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return Page{}, err
	}
	day, err := s.Newest(ctx)
	if err != nil {
		return Page{}, err
	}
	var p Page
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		if p.Total, err = s.store.Count(ctx, day.Turn, f); err != nil {
			return err
		}
		if p.Rows, err = s.store.List(ctx, day.Turn, f, after, limit+1); err != nil {
			return err
		}
		if p.More = len(p.Rows) > limit; p.More {
			p.Rows = p.Rows[:limit]
		}
		return s.log.Append(ctx, audit.Act{Purpose: purpose, Action: "quality.list", Area: actor.Scope.Within(f.Area).String(),
			Fields: []string{"head_name", "address"}, Count: int64(len(p.Rows))})
	})
	if err != nil {
		return Page{}, fmt.Errorf("quality: %w", err)
	}
	return p, nil
}

// All returns every family that a filter lets through, for a file.
func (s *Service) All(ctx context.Context, f Filter, purpose access.Purpose) iter.Seq2[Row, error] {
	const atOnce = 2000
	return func(yield func(Row, error) bool) {
		if _, err := access.Require(ctx, access.Export); err != nil {
			yield(Row{}, err)
			return
		}
		var after registry.Place
		for {
			p, err := s.List(ctx, f, after, atOnce, purpose)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, r := range p.Rows {
				if !yield(r, nil) {
					return
				}
				after = registry.Place{Area: r.Area, ID: r.Family}
			}
			if !p.More {
				return
			}
		}
	}
}

// Joined writes codes as a store keeps them: each between bars.
func Joined(codes []string) string {
	if len(codes) == 0 {
		return ""
	}
	return "|" + strings.Join(codes, "|") + "|"
}

// Parted reads what Joined wrote.
func Parted(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '|' })
}
