package condition

import (
	"context"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Verification is a facilitator's word for all duties of a family in a month.
type Verification struct {
	FamilyID ident.ID
	Month    Month
	Area     string
	By       string
	At       time.Time
	Note     string
}

// Deadline returns the day by which a month is verified.
func (r Rules) Deadline(m Month) civil.Date { return (m + 1).First().AddDays(r.VerifyDay - 1) }

// Verify records what the facilitator found of a family's duties of a month,
// and closes the month: what is still open stays without data, and counts
// against nobody. After the deadline it is still taken, and shown as late. It
// needs access.ReportDuties.
//
// It returns fault.NotFound where the family owes nothing in the month, and
// fault.Conflict when the month is verified already or not begun.
func (s *Service) Verify(ctx context.Context, family ident.ID, month Month, reports []Report, note string) error {
	actor, err := access.Require(ctx, access.ReportDuties)
	if err != nil {
		return err
	}
	if month > MonthOf(s.Today()) {
		return fault.Conflict("condition.future_month", "month", month)
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		var a audit.Act
		owed, err := s.Store.DutiesOf(ctx, family, month, month)
		if err != nil {
			return a, err
		}
		if len(owed) == 0 {
			return a, fault.NotFound("condition.nothing_owed", "month", month)
		}
		if owed[0].Verified {
			return a, fault.Conflict("condition.verified_already", "month", month)
		}
		mine := make(map[ident.ID]bool, len(owed))
		for _, d := range owed {
			mine[d.ID] = true
		}
		for n, r := range reports {
			if !mine[r.Duty] {
				return a, fault.NotFound("condition.no_duty")
			}
			if _, err := s.report(ctx, actor, ViaFacilitator, r); err != nil {
				return a, atRow(err, n)
			}
		}
		v := Verification{FamilyID: family, Month: month, Area: owed[0].Area, By: actor.Login, At: s.now(), Note: strings.TrimSpace(note)}
		a = act("verified", family, v.Area, month.String())
		a.Count = int64(len(owed))
		return a, s.Store.AddVerification(ctx, v)
	})
}

// Correct changes what was said of a duty in a month that is verified; why is
// kept with it. It needs access.ReportDuties.
//
// It returns fault.Conflict once the family had a letter about a consequence
// that rests on the duty: then the family is heard by an appeal, which another
// person decides.
func (s *Service) Correct(ctx context.Context, r Report, why string) error {
	actor, err := access.Require(ctx, access.ReportDuties)
	if err != nil {
		return err
	}
	if strings.TrimSpace(why) == "" {
		return fault.Invalid("condition.say_why")
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		d, err := s.Store.LockDuty(ctx, r.Duty)
		if err != nil {
			return audit.Act{}, err
		}
		if r.Note == "" {
			r.Note = why
		}
		said, err := s.said(d, r)
		if err != nil {
			return audit.Act{}, err
		}
		effects, err := s.Store.EffectsOf(ctx, d.FamilyID)
		if err != nil {
			return audit.Act{}, err
		}
		for _, e := range effects {
			if e.restsOn(d) && e.Status == Standing {
				return audit.Act{}, fault.Conflict("condition.use_appeal")
			}
		}
		a := act("corrected", d.ID, d.Area, d.Condition+" "+d.Due.String())
		return a, s.enter(ctx, actor.Login, ViaCorrection, d, said)
	})
}
