package determination

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/targeting"
)

// Question is what a what-if asks: what if one programme were changed, or the
// families ranked anew, in an area as a determination found it.
type Question struct {
	Determination ident.ID `json:"determination"`
	Ranking       ident.ID `json:"ranking,omitzero"` // another one of the same snapshot; zero for the determination's own
	// Model, if set, changes a model of that ranking.
	Model     *targeting.ModelEdit `json:"model,omitempty"`
	Area      string               `json:"area"` // "" for the nation
	Programme string               `json:"programme"`
	Edit      programme.Edit       `json:"edit"`
}

// Answer is what a question comes to. Nothing is kept of it and nothing
// follows from it.
type Answer struct {
	Question
	AsOf     civil.Date
	Families int64
	Was, Is  *programme.Programme
	Change   ProgrammeChange   // of the programme that was changed
	Others   []ProgrammeChange // that change with it, since they exclude its recipients or are ranked anew
}

// Simulate answers a question. It needs the permission to run determinations,
// over all of the area; what comes out are counts, no one's data.
//
// It returns programme problems for a change that is wrong, fault.Forbidden
// for an area that the actor does not cover, and fault.NotFound for what is
// not there.
func (s *Service) Simulate(ctx context.Context, q Question) (*Answer, error) {
	t, by, p, changed, err := s.asked(ctx, q)
	if err != nil {
		return nil, err
	}
	c, err := t.TryRanked(ctx, by, changed)
	if err != nil {
		return nil, err
	}
	a := &Answer{Question: q, AsOf: t.input.AsOf, Families: c.Families, Was: p, Is: changed}
	for _, x := range c.Programmes {
		switch {
		case x.Code == q.Programme:
			a.Change = x
		case x.Winners+x.Losers+x.More+x.Less > 0:
			a.Others = append(a.Others, x)
		}
	}
	return a, nil
}

// Tryable returns the programmes that a question may change: those in force
// on the day of a determination.
func (s *Service) Tryable(ctx context.Context, determination ident.ID) ([]*programme.Programme, error) {
	h, err := s.Header(ctx, determination)
	if err != nil {
		return nil, err
	}
	return s.Programmes.InForce(h.AsOf), nil
}

// asked opens what a question is about.
func (s *Service) asked(ctx context.Context, q Question) (t, by *Trial, p, changed *programme.Programme, err error) {
	h, err := s.Header(ctx, q.Determination)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	if t, by, err = s.trials.open(ctx, s, h, q); err != nil {
		return nil, nil, nil, nil, err
	}
	all := t.Programmes()
	at := slices.IndexFunc(all, func(x *programme.Programme) bool { return x.Code == q.Programme })
	if at < 0 {
		return nil, nil, nil, nil, fault.NotFound("determination.no_programme", "programme", q.Programme)
	}
	changed, err = all[at].Edited(q.Edit)
	return t, by, all[at], changed, err
}

// errEnough ends a walk that has found what it was after.
var errEnough = errors.New("determination: enough")

// Movers lists whom a change moves one way: at most limit of them, after the
// first skip. The look is recorded, as one at names.
func (s *Service) Movers(ctx context.Context, purpose access.Purpose, q Question, way Way, skip, limit int) ([]Mover, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	t, by, _, changed, err := s.asked(ctx, q)
	if err != nil {
		return nil, err
	}
	var found []Mover
	n := 0
	err = t.movers(ctx, by, changed, way, func(m Mover) error {
		if n++; n > skip {
			found = append(found, m)
		}
		if len(found) == limit {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return found, s.name(ctx, purpose, q, way, found)
}

// moversPage is how many movers are named at a time for a file.
const moversPage = 500

// AllMovers lists everyone whom a change moves one way, for a file, however
// many they are: names are read some at a time. It needs the permission to
// export; the look is recorded with its count before the first name.
func (s *Service) AllMovers(ctx context.Context, purpose access.Purpose, q Question, way Way) iter.Seq2[Mover, error] {
	return func(yield func(Mover, error) bool) {
		_, err := access.Require(ctx, access.Export)
		if err == nil {
			_, err = access.Require(ctx, access.SeeDeterminations)
		}
		if err == nil {
			err = s.streamMovers(ctx, purpose, q, way, func(m Mover) error {
				if !yield(m, nil) {
					return errEnough
				}
				return nil
			})
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(Mover{}, err)
		}
	}
}

func (s *Service) streamMovers(ctx context.Context, purpose access.Purpose, q Question, way Way, yield func(Mover) error) error {
	a, err := s.Simulate(ctx, q)
	if err != nil {
		return err
	}
	t, by, _, changed, err := s.asked(ctx, q)
	if err != nil {
		return err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.whatif_names", Subject: q.Determination.String(), Area: q.Area,
			Fields: []string{"name", "address", "outcome"}, Count: a.Change.Of(way), Detail: q.Programme + " " + string(way)})
	})
	if err != nil {
		return fmt.Errorf("determination: naming: %w", err)
	}
	var some []Mover
	flush := func() error {
		if err := s.putNames(ctx, purpose, some); err != nil {
			return err
		}
		for _, m := range some {
			if err := yield(m); err != nil {
				return err
			}
		}
		some = some[:0]
		return nil
	}
	err = t.movers(ctx, by, changed, way, func(m Mover) error {
		if some = append(some, m); len(some) < moversPage {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// Of returns how many a change moves one way.
func (c Change) Of(w Way) int64 {
	return map[Way]int64{Winner: c.Winners, Loser: c.Losers, More: c.More, Less: c.Less}[w]
}

// name puts names to movers, and records that they were looked at.
func (s *Service) name(ctx context.Context, purpose access.Purpose, q Question, way Way, found []Mover) error {
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.whatif_names", Subject: q.Determination.String(), Area: q.Area,
			Fields: []string{"name", "address", "outcome"}, Count: int64(len(found)), Detail: q.Programme + " " + string(way)})
	})
	if err != nil {
		return fmt.Errorf("determination: naming: %w", err)
	}
	return s.putNames(ctx, purpose, found)
}

// putNames reads the names of movers from the register.
func (s *Service) putNames(ctx context.Context, purpose access.Purpose, found []Mover) error {
	var families []ident.ID
	for _, m := range found {
		families = append(families, m.FamilyID)
	}
	slices.SortFunc(families, compareIDs)
	records, err := s.Register.MembersOf(ctx, slices.Compact(families), purpose)
	if err != nil {
		return err
	}
	of := map[ident.ID]*registry.Record{}
	for _, r := range records {
		of[r.Family.ID] = r
	}
	for i := range found {
		m := &found[i]
		r := of[m.FamilyID]
		if r == nil {
			continue // has left the register since
		}
		m.HeadName, m.Address = r.Family.HeadName, r.Family.Address
		for _, p := range r.Members {
			if p.ID == m.PersonID {
				m.PersonName = p.Name
			}
		}
	}
	return nil
}

// ErrorRate says how well a programme meets the poor, by the model's
// prediction and not by what a survey found.
type ErrorRate struct {
	Poor        int64 `json:"poor"`         // subjects predicted to be poor
	PoorReached int64 `json:"poor_reached"` // of them, entitled
	Reached     int64 `json:"reached"`      // entitled, of whom a prediction is known
}

// Excluded returns the share of the poor who are not reached, in millionths;
// false where there are none.
func (e ErrorRate) Excluded() (int64, bool) { return millionths(e.Poor-e.PoorReached, e.Poor) }

// Included returns the share of the reached who are not poor, in millionths.
func (e ErrorRate) Included() (int64, bool) { return millionths(e.Reached-e.PoorReached, e.Reached) }

func millionths(part, whole int64) (int64, bool) {
	if whole == 0 {
		return 0, false
	}
	return part * 1_000_000 / whole, true
}

// Errors returns how well the programme meets the poor, before and after: the
// poor by the model's prediction.
func (x ProgrammeChange) Errors() (before, after ErrorRate) { return x.errorsBy(ByPoverty) }

// TrueErrors is Errors by what is known to be true of families, as it is of
// invented ones and of those that a survey met; false where nothing is.
func (x ProgrammeChange) TrueErrors() (before, after ErrorRate, known bool) {
	before, after = x.errorsBy(ByTruth)
	return before, after, before.Poor > 0
}

func (x ProgrammeChange) errorsBy(kind GroupKind) (before, after ErrorRate) {
	for _, g := range x.Groups {
		if g.Kind != kind || g.Value == "" {
			continue
		}
		before.Reached, after.Reached = before.Reached+g.Before, after.Reached+g.After
		if g.Value == "yes" {
			before.Poor, after.Poor = g.All, g.All
			before.PoorReached, after.PoorReached = g.Before, g.After
		}
	}
	return before, after
}

// GroupsBy returns the groups of one kind.
func (x ProgrammeChange) GroupsBy(kind GroupKind) []GroupChange {
	var all []GroupChange
	for _, g := range x.Groups {
		if g.Kind == kind {
			all = append(all, g)
		}
	}
	return all
}
