package outcome

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/work"
)

// State is how far a graduation has come.
type State string

// The states. Aid goes on until Approved, and ends on its day.
const (
	Proposed State = "proposed"
	Approved State = "approved"
	Rejected State = "rejected"
)

// States lists the states in the order of pages.
var States = []State{Proposed, Approved, Rejected}

// Graduation is the end of a programme for one family or person: proposed by
// one member of staff, decided by another.
type Graduation struct {
	ID         ident.ID
	FamilyID   ident.ID
	PersonID   ident.ID // zero where the programme is the family's
	Area       string
	Programme  string
	Exit       string     // id in the programme's file
	Measure    ident.ID   // that found it due; zero where an officer records it
	From       civil.Date // first day without the programme
	Reason     string     // why, where an officer records it; else what the proposer adds
	State      State
	ProposedAt time.Time
	ProposedBy string // login
	DecidedAt  time.Time
	DecidedBy  string
	Note       string // of who decided

	HeadName, PersonName string // as on record now; filled by Graduations of Store alone
}

// GraduationFilter chooses graduations.
type GraduationFilter struct {
	State     State
	Programme string
	Area      string
	Family    ident.ID // zero for all
}

// Asked is a proposal as it is made.
type Asked struct {
	FamilyID  ident.ID
	PersonID  ident.ID
	Programme string
	Exit      string
	Measure   ident.ID // zero where an officer records what rules cannot see
	From      civil.Date
	Reason    string
}

// longReason is how long a reason may be, in letters.
const longReason = 500

// Propose proposes that a family or person leaves a programme in force. What
// the measure found due needs no reason; what an officer records does. It
// returns fault.NotFound for a family outside the actor's area, and
// fault.Invalid for an exit that the programme does not have, or that rules
// decide and no measure found.
func (s *Service) Propose(ctx context.Context, a Asked) (Graduation, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Graduation{}, err
	}
	a.Reason = strings.TrimSpace(a.Reason)
	if utf8.RuneCountInString(a.Reason) > longReason {
		return Graduation{}, fault.Invalid("outcome.graduation.long_reason", "most", longReason)
	}
	exit, err := s.exit(ctx, a)
	if err != nil {
		return Graduation{}, err
	}
	if exit.Rule == nil && a.Reason == "" {
		return Graduation{}, fault.Invalid("outcome.graduation.no_reason")
	}
	today := civil.OfTime(s.Clock.Now())
	if a.From == 0 {
		a.From = today
	}
	if a.From < today {
		return Graduation{}, fault.Invalid("outcome.graduation.past", "day", a.From)
	}
	g := Graduation{ID: s.IDs.New(), FamilyID: a.FamilyID, PersonID: a.PersonID, Programme: a.Programme, Exit: a.Exit, Measure: a.Measure,
		From: a.From, Reason: a.Reason, State: Proposed, ProposedAt: s.Clock.Now().UTC().Truncate(time.Millisecond), ProposedBy: actor.Login}
	if g.Area, err = s.recipient(ctx, a); err != nil {
		return Graduation{}, err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if exit.Rule != nil {
			if err := s.found(ctx, a); err != nil {
				return err
			}
		}
		if err := s.Store.Propose(ctx, g); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: "graduation.propose", Subject: g.FamilyID.String(), Area: g.Area, Count: 1, Detail: g.Programme + " " + g.Exit})
	})
	if err != nil {
		return Graduation{}, fmt.Errorf("outcome: proposing: %w", err)
	}
	return g, nil
}

// exit returns the exit that a proposal names.
func (s *Service) exit(ctx context.Context, a Asked) (programme.Exit, error) {
	current, err := s.Determinations.Current(ctx)
	if err != nil {
		return programme.Exit{}, err
	}
	p, err := s.programme(ctx, current.ID, a.Programme)
	if err != nil {
		return programme.Exit{}, err
	}
	i := slices.IndexFunc(p.Exits, func(x programme.Exit) bool { return x.ID == a.Exit })
	if i < 0 {
		return programme.Exit{}, fault.Invalid("outcome.graduation.no_exit", "exit", a.Exit, "programme", a.Programme)
	}
	return p.Exits[i], nil
}

// found holds a proposal by rule against what the measure found.
func (s *Service) found(ctx context.Context, a Asked) error {
	rows, err := s.Store.OfFamily(ctx, a.Measure, a.FamilyID)
	if err != nil {
		return err
	}
	due := slices.ContainsFunc(rows, func(r Row) bool {
		return r.List == Due && r.Programme == a.Programme && r.Road == Road(a.Exit) && r.PersonID == a.PersonID
	})
	if !due {
		return fault.Invalid("outcome.graduation.not_due")
	}
	return nil
}

// recipient returns the village in which the determination in force met who
// is to leave; it returns fault.Invalid for who is not entitled.
func (s *Service) recipient(ctx context.Context, a Asked) (string, error) {
	current, err := s.Determinations.Current(ctx)
	if err != nil {
		return "", err
	}
	rows, err := s.Determinations.OfFamily(ctx, access.PurposeDetermination, current.ID, a.FamilyID)
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", fault.NotFound("determination.family_outside")
	}
	for _, r := range rows {
		if r.Programme == a.Programme && r.PersonID == a.PersonID && r.Outcome == determination.Entitled {
			return r.Area, nil
		}
	}
	return "", fault.Invalid("outcome.graduation.not_recipient", "programme", a.Programme)
}

// Approve ends the aid from the day of the proposal on. It takes another
// person than the proposer, whose area covers the family.
func (s *Service) Approve(ctx context.Context, id ident.ID, note string) (Graduation, error) {
	return s.decide(ctx, id, Approved, note)
}

// Reject turns a proposal down; it needs a reason.
func (s *Service) Reject(ctx context.Context, id ident.ID, note string) (Graduation, error) {
	if strings.TrimSpace(note) == "" {
		return Graduation{}, fault.Invalid("outcome.graduation.no_reason")
	}
	return s.decide(ctx, id, Rejected, note)
}

func (s *Service) decide(ctx context.Context, id ident.ID, to State, note string) (Graduation, error) {
	actor, err := access.Require(ctx, access.EnactDetermination)
	if err != nil {
		return Graduation{}, err
	}
	var g Graduation
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if g, err = s.Store.Graduation(ctx, id); err != nil {
			return err
		}
		if g.ProposedBy == actor.Login {
			return fault.Conflict("determination.same_person")
		}
		g.State, g.DecidedAt, g.DecidedBy, g.Note = to, s.Clock.Now().UTC().Truncate(time.Millisecond), actor.Login, strings.TrimSpace(note)
		if err := s.Store.Decide(ctx, g); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: "graduation." + string(to), Subject: g.FamilyID.String(), Area: g.Area, Count: 1, Detail: g.Programme + " " + g.Exit})
	})
	if err != nil {
		return Graduation{}, fmt.Errorf("outcome: deciding: %w", err)
	}
	return g, nil
}

// Graduations returns at most limit graduations in the actor's area after a
// place, the newest first; the look is recorded.
func (s *Service) Graduations(ctx context.Context, purpose access.Purpose, f GraduationFilter, after ident.ID, limit int) (rows []Graduation, next *ident.ID, err error) {
	actor, err := access.Require(ctx, access.SeeDeterminations)
	if err != nil {
		return nil, nil, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if rows, err = s.Store.Graduations(ctx, f, after, limit+1); err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			next = &rows[limit-1].ID
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "graduation.list", Area: actor.Scope.Within(f.Area).String(),
			Fields: []string{"name", "programme"}, Count: int64(len(rows))})
	})
	return rows, next, err
}

// CountGraduations counts those in the actor's area.
func (s *Service) CountGraduations(ctx context.Context, f GraduationFilter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return 0, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) (int64, error) { return s.Store.CountGraduations(ctx, f) })
}

// Ended tells of a programme whom approved graduations have ended it for on a
// day, in an area: the payer asks before it orders.
func (s *Service) Ended(ctx context.Context, programme, area string, day civil.Date, fn func(family, person ident.ID) error) error {
	var after ident.ID
	for {
		rows, err := work.Read(ctx, s.Unit, func(ctx context.Context) ([]Graduation, error) {
			return s.Store.Graduations(ctx, GraduationFilter{State: Approved, Programme: programme, Area: area}, after, page)
		})
		if err != nil {
			return fmt.Errorf("outcome: ended: %w", err)
		}
		for _, g := range rows {
			after = g.ID
			if g.From > day {
				continue
			}
			if err := fn(g.FamilyID, g.PersonID); err != nil {
				return err
			}
		}
		if len(rows) < page {
			return nil
		}
	}
}
