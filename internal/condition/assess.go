package condition

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// Assessed counts what an assessment found.
type Assessed struct {
	Members  int `json:"members"` // with verified duties in the months
	Proposed int `json:"proposed"`
	Kept     int `json:"kept"`      // on record already
	Dropped  int `json:"withdrawn"` // no longer follows
}

// Assess proposes what follows for an instalment of a programme from the
// months before it, in the actor's areas or one of them. Asking again brings
// up to date what no family was told of yet, and changes nothing else. It
// needs access.ManageDuties.
//
// It returns fault.Conflict before the deadline by which the last of those
// months is verified, and where the programme's file names no consequences.
func (s *Service) Assess(ctx context.Context, code string, p Period, area string) (Assessed, error) {
	actor, err := access.Require(ctx, access.ManageDuties)
	if err != nil {
		return Assessed{}, err
	}
	prog, err := s.Programmes.InForce(code, s.Today())
	if err != nil {
		return Assessed{}, err
	}
	every := prog.Cycle.Months()
	if every == 0 || p.No < 1 || p.No > prog.Cycle.Instalments() {
		return Assessed{}, fault.Invalid("condition.no_instalment", "period", p)
	}
	from, to := p.Before(every)
	if prog.Consequences == nil || !prog.Consequences.InForce.Contains(to.First()) {
		return Assessed{}, fault.Conflict("condition.no_consequences", "programme", prog.Name)
	}
	rules, err := s.Rules()
	if err != nil {
		return Assessed{}, err
	}
	if end := rules.Deadline(to); s.Today() <= end {
		return Assessed{}, fault.Conflict("condition.too_early", "month", to, "day", end)
	}
	var done Assessed
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		x := assessment{s: s, actor: actor, programme: prog, period: p, from: from, to: to}
		err := x.run(ctx, area)
		done = x.done
		a := act("assessed", ident.ID{}, cmp.Or(area, actor.Scope.String()), code+" "+p.String())
		a.Count = int64(done.Members)
		return a, err
	})
	return done, err
}

// assessment is one assessment under way.
type assessment struct {
	s         *Service
	actor     access.Actor
	programme *programme.Programme
	period    Period
	from, to  Month
	done      Assessed
}

// memberKey is whose part of an instalment an effect is about.
type memberKey struct {
	person    ident.ID
	component string
}

func (x *assessment) run(ctx context.Context, area string) error {
	back := x.to - Month(x.programme.Consequences.Within) + 1
	verified, err := x.s.Store.Verified(ctx, x.programme.Code, area, min(back, x.from), x.to)
	if err != nil {
		return err
	}
	members := map[memberKey][]Duty{}
	for _, d := range verified {
		k := memberKey{d.PersonID, d.Component}
		members[k] = append(members[k], d)
	}
	kept, err := x.s.Store.Effects(ctx, EffectFilter{Programme: x.programme.Code, Period: x.period.String(), Area: area})
	if err != nil {
		return err
	}
	known := map[memberKey]Effect{}
	for _, e := range kept {
		known[memberKey{e.PersonID, e.Component}] = e
	}
	keys := make([]memberKey, 0, len(members))
	for k := range members {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b memberKey) int {
		return cmp.Or(bytes.Compare(a.person[:], b.person[:]), cmp.Compare(a.component, b.component))
	})
	x.done.Members = len(keys)
	for _, k := range keys {
		e, on := known[k]
		delete(known, k)
		if err := x.member(ctx, members[k], e, on); err != nil {
			return err
		}
	}
	return nil
}

// member proposes what follows for one member, or mends a proposal.
func (x *assessment) member(ctx context.Context, duties []Duty, e Effect, on bool) error {
	j, follows := Judge(x.programme.Consequences, marks(duties), x.from, x.to)
	switch {
	case on && e.Status != Proposed:
		x.done.Kept++ // what a family was told stands, or was taken back for good
		return nil
	case on && !follows:
		x.done.Dropped++
		e.Status = Withdrawn
		return x.s.Store.SaveEffect(ctx, e)
	case !follows:
		return nil
	case on && e.Sanction == j.Step.Effect && slices.Equal(e.Misses, j.Misses):
		x.done.Kept++
		return nil
	}
	d := duties[0]
	if !on {
		e = Effect{ID: x.s.IDs.New(), Programme: x.programme.Code, Version: x.programme.Version(), FamilyID: d.FamilyID, PersonID: d.PersonID, Area: d.Area,
			Component: d.Component, Period: x.period, Status: Proposed, Maker: x.actor.Login, MadeAt: x.s.now()}
	}
	e.Sanction, e.Percent, e.Misses = j.Step.Effect, j.Step.Percent, j.Misses
	x.done.Proposed++
	if on {
		return x.s.Store.SaveEffect(ctx, e)
	}
	return x.s.Store.AddEffect(ctx, e)
}

func marks(duties []Duty) []Mark {
	all := make([]Mark, len(duties))
	for i, d := range duties {
		all[i] = Mark{d.Condition, d.Due, d.Status}
	}
	return all
}

// rejudge takes back what no longer follows for a member, after one of the
// duties that it rests on was excused.
func (s *Service) rejudge(ctx context.Context, of Effect) error {
	prog, err := s.Programmes.Version(of.Programme, of.Version)
	if err != nil {
		return err
	}
	all, err := s.Store.EffectsOf(ctx, of.FamilyID)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.PersonID != of.PersonID || e.Component != of.Component || e.Programme != of.Programme || e.ID == of.ID || e.Status != Standing {
			continue
		}
		from, to := e.Period.Before(prog.Cycle.Months())
		duties, err := s.Store.DutiesOf(ctx, e.FamilyID, to-Month(prog.Consequences.Within)+1, to)
		if err != nil {
			return err
		}
		var own []Duty
		for _, d := range duties {
			if d.Verified && d.PersonID == e.PersonID && d.Component == e.Component && d.Programme == e.Programme {
				own = append(own, d)
			}
		}
		if j, follows := Judge(prog.Consequences, marks(own), from, to); !follows || j.Step.Percent < e.Percent {
			e.Status = Withdrawn
			if err := s.Store.SaveEffect(ctx, e); err != nil {
				return err
			}
		}
	}
	return nil
}
