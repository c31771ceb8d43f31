package quality

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/registry"
	"gotong/internal/run"
	"gotong/internal/work"
)

// Measured is what a measuring made.
type Measured struct {
	On       civil.Date `json:"on"`
	Families int64      `json:"families"`
	Figures  int        `json:"figures"`
	ToMend   int64      `json:"to_mend"` // families with anything to mend
}

// statesAtOnce is how many notes are written in one transaction, so that
// measuring holds up nobody's work.
const statesAtOnce = 5000

// Measure measures every family of the register, regency by regency, and
// keeps the figures of today in place of earlier ones of today. It counts
// nationwide, whoever asked, and tells nobody anything.
//
// Stage: quality, families.
func (s *Service) Measure(ctx context.Context, p run.Progress) (Measured, error) {
	if _, err := access.Require(ctx, access.StartRuns); err != nil {
		return Measured{}, err
	}
	m := &measuring{s: s, progress: p, above: tally{}, today: s.register.Today()}
	rule, err := s.rules.On(m.today)
	if err != nil {
		return Measured{}, err
	}
	m.rule, m.judge = rule, NewJudge(rule, s.catalogue, m.today)
	if err := m.all(as(ctx, access.Nation())); err != nil {
		return Measured{}, fmt.Errorf("quality: measuring: %w", err)
	}
	return m.done, nil
}

// as returns a context in which the system acts in some areas.
func as(ctx context.Context, scope access.Scope) context.Context {
	actor := access.System("quality")
	actor.Scope = scope
	return access.With(ctx, actor)
}

// measuring is one measuring on its way.
type measuring struct {
	s        *Service
	progress run.Progress
	rule     Rule
	judge    *Judge
	today    civil.Date
	turn     int64
	above    tally // of provinces and the nation
	done     Measured
}

func (m *measuring) all(ctx context.Context) error {
	var regencies []string
	var days []Day
	err := m.s.unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if regencies, err = m.s.store.Regencies(ctx); err != nil {
			return err
		}
		if days, err = m.s.store.Days(ctx); err != nil {
			return err
		}
		for _, d := range days {
			m.turn = max(m.turn, d.Turn)
		}
		m.turn++
		return m.s.store.Begin(ctx, m.today, m.turn)
	})
	if err != nil {
		return err
	}
	m.progress.Stage("quality", 0)
	for _, regency := range regencies {
		if err := m.regency(as(ctx, access.Areas(regency))); err != nil {
			return fmt.Errorf("%s: %w", regency, err)
		}
	}
	return m.finish(ctx, days)
}

// regency measures the families of one regency.
func (m *measuring) regency(ctx context.Context) error {
	around, err := work.Read(ctx, m.s.unit, func(ctx context.Context) (*Around, error) {
		return m.s.store.Around(ctx, m.rule.Visited.Sources, m.today.AddDays(-m.rule.Visited.WithinDays))
	})
	if err != nil {
		return err
	}
	t := tally{}
	var states []State
	keep := func() error {
		err := m.s.unit.Write(ctx, func(ctx context.Context) error { return m.s.store.KeepStates(ctx, m.turn, states) })
		m.progress.Add("", int64(len(states)))
		states = states[:0]
		return err
	}
	err = m.s.register.ScanNumbers(ctx, access.PurposeVerification, func(r *registry.Record, warnings []registry.IdentityWarning) error {
		if r.Family.Status != registry.FamilyActive {
			return nil
		}
		state := m.judge.Judge(r, warnings, around, func(me Measure, part string, n, of int64) {
			at := place{r.Family.Area, me, part}
			s := t[at]
			t[at] = sum{s.n + n, s.of + of}
		})
		m.done.Families++
		if state.Issues != 0 {
			m.done.ToMend++
		}
		if states = append(states, state); len(states) < statesAtOnce {
			return ctx.Err()
		}
		return keep()
	})
	if err == nil {
		err = keep()
	}
	if err != nil {
		return err
	}
	return m.keep(ctx, t)
}

// keep keeps the figures of a regency's villages, districts and its own.
func (m *measuring) keep(ctx context.Context, villages tally) error {
	const regencyDigits = 4
	t := tally{}
	for at, s := range villages {
		t.add(at.area, regencyDigits, at.measure, at.part, s.n, s.of)
	}
	t.above(regencyDigits, m.above)
	return m.figures(ctx, t)
}

func (m *measuring) figures(ctx context.Context, t tally) error {
	figures := t.figures()
	m.done.Figures += len(figures)
	return m.s.unit.Write(ctx, func(ctx context.Context) error { return m.s.store.KeepFigures(ctx, m.today, figures) })
}

// finish makes the day count, and removes what it replaces.
func (m *measuring) finish(ctx context.Context, days []Day) error {
	m.done.On = m.today
	if err := m.figures(ctx, m.above); err != nil {
		return err
	}
	err := m.s.unit.Write(ctx, func(ctx context.Context) error {
		if err := m.s.store.Finish(ctx, Day{On: m.today, At: m.s.clock.Now(), Turn: m.turn, Families: m.done.Families}); err != nil {
			return err
		}
		return m.s.store.DropDays(ctx, m.rule.superfluous(days, m.today))
	})
	for more := true; more && err == nil; {
		err = m.s.unit.Write(ctx, func(ctx context.Context) error {
			more, err = m.s.store.DropStates(ctx, m.turn)
			return err
		})
	}
	return err
}

// superfluous returns the days whose figures are not kept any more: old ones,
// but for the last of each month. Days come the newest first.
func (r Rule) superfluous(days []Day, today civil.Date) []civil.Date {
	var drop []civil.Date
	month := ""
	for _, d := range days {
		of := d.On.String()[:len("2006-01")]
		if d.On < today.AddDays(-r.KeepDays) && of == month {
			drop = append(drop, d.On)
		}
		month = of
	}
	return drop
}
