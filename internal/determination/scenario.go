package determination

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Scenario is a what-if that was kept by name, with what it came to.
type Scenario struct {
	ID        ident.ID
	Name      string
	Question  Question
	AsOf      civil.Date
	Families  int64
	Change    ProgrammeChange
	Others    []ProgrammeChange
	CreatedAt time.Time
	CreatedBy string
}

// scenarioName is how long a name may be, in letters.
const scenarioName = 80

// SaveScenario answers a question and keeps it by a name.
func (s *Service) SaveScenario(ctx context.Context, name string, q Question) (Scenario, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Scenario{}, err
	}
	if name = strings.Join(strings.Fields(name), " "); name == "" || utf8.RuneCountInString(name) > scenarioName {
		return Scenario{}, fault.Invalid("determination.whatif.bad_name", "most", scenarioName)
	}
	a, err := s.Simulate(ctx, q)
	if err != nil {
		return Scenario{}, err
	}
	c := Scenario{ID: s.IDs.New(), Name: name, Question: q, AsOf: a.AsOf, Families: a.Families, Change: a.Change, Others: a.Others,
		CreatedAt: s.Clock.Now().UTC().Truncate(time.Millisecond), CreatedBy: actor.Login}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.AddScenario(ctx, c); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: "whatif.save", Subject: c.ID.String(), Area: q.Area, Count: 1, Detail: q.Programme})
	})
	if err != nil {
		return Scenario{}, fmt.Errorf("determination: keeping a what-if: %w", err)
	}
	return c, nil
}

// Scenarios returns those of the areas that the actor covers, the newest first.
func (s *Service) Scenarios(ctx context.Context) ([]Scenario, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return nil, err
	}
	var seen []Scenario
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.Store.Scenarios(ctx)
		for _, c := range all {
			if actor.Scope.Covers(c.Question.Area) {
				seen = append(seen, c)
			}
		}
		return err
	})
	return seen, err
}

// Scenario returns one, or fault.NotFound also for one outside the actor's area.
func (s *Service) Scenario(ctx context.Context, id ident.ID) (Scenario, error) {
	all, err := s.Scenarios(ctx)
	if err != nil {
		return Scenario{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return Scenario{}, fault.NotFound("determination.whatif.missing")
}

// DropScenario takes one away; only who kept it may.
func (s *Service) DropScenario(ctx context.Context, id ident.ID) error {
	c, err := s.Scenario(ctx, id)
	if err != nil {
		return err
	}
	if actor, _ := access.From(ctx); actor.Login != c.CreatedBy {
		return fault.Forbidden("determination.whatif.not_yours", "who", c.CreatedBy)
	}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.DropScenario(ctx, id); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: "whatif.drop", Subject: id.String(), Count: 1})
	})
}
