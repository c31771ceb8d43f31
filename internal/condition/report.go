package condition

import (
	"context"
	"fmt"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Report is what somebody says of a duty.
type Report struct {
	Duty    ident.ID
	Status  Status // of a duty with a measure: empty, or Excused
	Measure *int64
	Excuse  Excuse
	Note    string
}

// Reported counts what a set of reports did.
type Reported struct {
	Changed int `json:"changed"`
	Same    int `json:"same"` // on record as it was said already
}

// Report records what is said of duties, all of it or nothing. What is on
// record stays when the same is said again. It needs access.ReportDuties.
//
// It returns fault.NotFound for a duty outside the actor's areas,
// fault.Invalid for what the duty cannot be, and fault.Conflict once the
// facilitator has verified the family's month: then it is corrected.
func (s *Service) Report(ctx context.Context, via Via, reports []Report) (Reported, error) {
	actor, err := access.Require(ctx, access.ReportDuties)
	if err != nil {
		return Reported{}, err
	}
	var done Reported
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		done = Reported{}
		a := act("reported", ident.ID{}, actor.Scope.String(), string(via))
		for n, r := range reports {
			changed, err := s.report(ctx, actor, via, r)
			if err != nil {
				return a, atRow(err, n)
			}
			if changed {
				done.Changed++
			} else {
				done.Same++
			}
		}
		a.Count, a.Fields = int64(done.Changed), []string{"duty"}
		if done.Changed == 0 {
			a.Action = ""
		}
		return a, nil
	})
	return done, err
}

// RowError says which report of several was wrong.
type RowError struct {
	Row int // from 0
	Err error
}

// Error says the row as people count it.
func (e *RowError) Error() string { return fmt.Sprintf("condition: report %d: %v", e.Row+1, e.Err) }

// Unwrap returns what was wrong.
func (e *RowError) Unwrap() error { return e.Err }

func atRow(err error, n int) error { return &RowError{n, err} }

func (s *Service) report(ctx context.Context, actor access.Actor, via Via, r Report) (bool, error) {
	d, err := s.Store.LockDuty(ctx, r.Duty)
	if err != nil {
		return false, err
	}
	said, err := s.said(d, r)
	if err != nil || d.says(said) {
		return false, err
	}
	if d.Verified {
		return false, fault.Conflict("condition.verified_already", "month", d.Due)
	}
	return true, s.enter(ctx, actor.Login, via, d, said)
}

// said holds a report to its duty.
func (s *Service) said(d Duty, r Report) (Report, error) {
	r.Note = strings.TrimSpace(r.Note)
	if d.Since > MonthOf(s.Today()) {
		return r, fault.Invalid("condition.future_month", "month", d.Due)
	}
	switch {
	case r.Status == Excused:
		return r, s.excused(r)
	case r.Excuse != "":
		return r, fault.Invalid("condition.excuse_of_nothing")
	case r.Status == Open && r.Measure == nil:
		return r, nil
	case d.AtLeast != nil:
		if r.Measure == nil {
			return r, fault.Invalid("condition.measure_needed", "unit", d.Unit)
		}
		const whole = 100
		if *r.Measure < 0 || d.Unit == "%" && *r.Measure > whole {
			return r, fault.Invalid("condition.bad_measure", "value", *r.Measure, "unit", d.Unit)
		}
		r.Status = d.judged(*r.Measure)
		return r, nil
	case r.Measure != nil:
		return r, fault.Invalid("condition.no_measure")
	case r.Status != Met && r.Status != Missed:
		return r, fault.Invalid("condition.bad_status")
	}
	return r, nil
}

func (s *Service) excused(r Report) error {
	rules, err := s.Rules()
	if err != nil {
		return err
	}
	e, known := rules.excuse(r.Excuse)
	switch {
	case !known || r.Measure != nil:
		return fault.Invalid("condition.excuse_needed")
	case e.Note && r.Note == "":
		return fault.Invalid("condition.excuse_note")
	}
	return nil
}

// says reports whether a duty stands as a report says.
func (d *Duty) says(r Report) bool {
	same := d.Measure == nil && r.Measure == nil || d.Measure != nil && r.Measure != nil && *d.Measure == *r.Measure
	return same && d.Status == r.Status && d.Excuse == r.Excuse && d.Note == r.Note
}

// enter writes what is said of a duty, with its history.
func (s *Service) enter(ctx context.Context, login string, via Via, d Duty, r Report) error {
	d.Status, d.Measure, d.Excuse, d.Note, d.Via, d.Actor, d.At = r.Status, r.Measure, r.Excuse, r.Note, via, login, s.now()
	return s.Store.SaveDuty(ctx, d)
}

// History returns what was said of a duty, oldest first. It needs
// access.SeeDuties.
func (s *Service) History(ctx context.Context, duty ident.ID) (Duty, []Event, error) {
	var d Duty
	var all []Event
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if d, err = s.Store.Duty(ctx, duty); err != nil {
			return audit.Act{}, err
		}
		all, err = s.Store.Events(ctx, duty)
		return act("history", d.FamilyID, d.Area, d.Condition), err
	})
	return d, all, err
}
