package app

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/run"
)

// Where the demo's duties are followed: a district whose facilitator
// accompanies some families, quarter by quarter.
const (
	demoDistrict  = "317204"
	demoCompanion = "pendamping"
	demoFamilies  = 14 // in the facilitator's two groups together
)

// demoFacilities see whether duties are met.
var demoFacilities = []condition.Facility{
	{Code: "20104521", Name: "SDN Kalibaru 03 Pagi", Kind: programme.School, Area: demoVillage, Address: "Jalan Kalibaru Timur 2", Contact: "Bu Endang"},
	{Code: "P3172041004", Name: "Posyandu Cempaka", Kind: programme.Health, Area: demoVillage, Address: "Balai RW 04", Contact: "Bidan Yanti"},
	{Code: "20104533", Name: "SMPN 244", Kind: programme.School, Area: "3172041002", Address: "Jalan Cilincing Bakti 11", Contact: "Pak Rahmat"},
	{Code: "P3172041002", Name: "Puskesmas Cilincing", Kind: programme.Health, Area: "3172041002", Address: "Jalan Sungai Landak 1", Contact: "Bidan Sri"},
}

// duties follow the first quarter: what schools and health posts report, what
// the facilitator verifies, what follows, who is told and who objects. The
// second quarter's list keeps back and waits for its check.
func (d *demo) duties(ctx context.Context) error {
	d.progress.Stage("duties", 0)
	officer := d.as(ctx, "dinas")
	for _, f := range demoFacilities {
		if _, err := d.app.Conditions.AddFacility(officer, f); err != nil {
			return err
		}
	}
	groups, err := d.dutyGroups(ctx)
	if err != nil || groups == nil {
		return err
	}
	for n, month := range []string{"2026-01", "2026-02", "2026-03"} {
		if err := d.dutyMonth(ctx, groups, n, month); err != nil {
			return fmt.Errorf("app: duties of %s: %w", month, err)
		}
	}
	return d.dutyEffects(ctx)
}

// until turns the demo's clock to a day.
func (d *demo) until(day string) {
	d.clock.Advance(max(0, civil.MustParse(day).Time().Add(3*time.Hour).Sub(d.clock.Now())))
}

// dutyGroups makes the facilitator's groups and fills them; nil where nobody
// of the district owes anything.
func (d *demo) dutyGroups(ctx context.Context) ([]condition.Group, error) {
	officer := d.as(ctx, "dinas")
	if _, err := d.app.Conditions.OpenMonth(officer, condition.OpenArgs{Programme: "pkh", Month: demoMonth("2026-01")}, d.progress); err != nil {
		return nil, err
	}
	var groups []condition.Group
	for _, name := range []string{"Melati", "Kenanga"} {
		g, err := d.app.Conditions.AddGroup(officer, condition.Group{Name: name, Area: demoDistrict, Facilitator: demoCompanion})
		if err != nil {
			return nil, err
		}
		n, err := d.app.Conditions.Fill(officer, g.ID, demoFamilies/2)
		if fault.Is(err, fault.KindConflict) {
			return groups, nil // a small demo has fewer families
		}
		if err != nil {
			return nil, err
		}
		d.progress.Add("", int64(n))
		groups = append(groups, g)
	}
	return groups, nil
}

func demoMonth(text string) condition.Month { return condition.MonthOf(civil.MustParse(text + "-01")) }

// dutyMonth opens a month, has it reported and verified, and a group meet.
func (d *demo) dutyMonth(ctx context.Context, groups []condition.Group, n int, text string) error {
	month, visitor := demoMonth(text), d.as(ctx, demoCompanion)
	d.until(month.Last().AddDays(-3).String())
	if _, err := d.app.Conditions.OpenMonth(d.as(ctx, "dinas"), condition.OpenArgs{Programme: "pkh", Month: month}, run.Silent{}); err != nil {
		return err
	}
	d.until(month.Last().AddDays(6).String())
	rules, err := d.app.Conditions.Rules()
	if err != nil {
		return err
	}
	place := 0
	for _, g := range groups {
		there := map[ident.ID]condition.Attend{}
		families, _, err := d.app.Conditions.Families(visitor, condition.FamilyFilter{Month: month, Group: g.ID})
		if err != nil {
			return err
		}
		for _, f := range families {
			place++
			there[f.FamilyID] = condition.Attends[(place+n)%7%3]
			if n == 2 && place%5 == 0 {
				continue // March of some is not verified in time
			}
			if err := d.dutyFamily(visitor, f.FamilyID, month, place, n); err != nil {
				return err
			}
		}
		m := condition.Session{Group: g.ID, Module: rules.Modules[n].Code, Day: month.Last().AddDays(-5), Place: "Balai RW 04, Kalibaru"}
		if _, err := d.app.Conditions.Hold(visitor, m, there); err != nil {
			return err
		}
	}
	return nil
}

// dutyFamily verifies one family's month: most do what they owe, a few miss
// in a row, some are ill, and of some nothing is known.
func (d *demo) dutyFamily(ctx context.Context, family ident.ID, month condition.Month, place, n int) error {
	f, err := d.app.Conditions.OfFamily(ctx, family, month, month)
	if err != nil {
		return err
	}
	var said []condition.Report
	for i, duty := range f.Duties {
		r := condition.Report{Duty: duty.ID, Status: condition.Met}
		misses := place%6 == 1 && n > 0 || place%6 == 3 || place%6 == 5 && n == 1
		switch {
		case misses && i == 0:
			r.Status = condition.Missed
		case (place+i+n)%9 == 4:
			r.Status, r.Excuse = condition.Excused, condition.Illness
		case (place+i+n)%8 == 5:
			continue
		}
		if duty.AtLeast != nil && r.Status != condition.Excused {
			v := *duty.AtLeast + int64((place+i)%9)
			if r.Status == condition.Missed {
				v = *duty.AtLeast * 2 / 3
			}
			r.Measure = &v
		}
		said = append(said, r)
	}
	return d.app.Conditions.Verify(ctx, family, month, said, "")
}

// dutyEffects finds what follows, tells the families, hears two, and makes
// the next list.
func (d *demo) dutyEffects(ctx context.Context) error {
	d.until("2026-04-11")
	next := condition.Period{Year: 2026, No: 2}
	done, err := d.app.Conditions.Assess(d.as(ctx, "dinas"), "pkh", next, demoRegency)
	if err != nil || done.Proposed == 0 {
		return err
	}
	if _, err := d.app.Conditions.NotifyAll(d.as(ctx, "dinas"), condition.EffectFilter{Programme: "pkh", Period: next.String()}); err != nil {
		return err
	}
	d.until("2026-04-20")
	all, err := d.app.Conditions.Effects(d.as(ctx, "dinas"), condition.EffectFilter{Programme: "pkh", Status: condition.Standing})
	if err != nil {
		return err
	}
	heard := 0
	for _, e := range all {
		if !e.KeepsBack() || heard == 2 {
			continue
		}
		heard++
		o := condition.Objection{Effect: e.ID, ByFamily: heard == 1, Text: "Anak dirawat di puskesmas, suratnya baru jadi sekarang", Evidence: fmt.Sprintf("Surat keterangan sakit %d/IV/2026", 40+heard)}
		if _, err := d.app.Conditions.Object(d.as(ctx, demoCompanion), o); err != nil {
			return err
		}
		if heard == 2 {
			if _, err := d.app.Conditions.Decide(d.as(ctx, "kepala"), e.ID, true, "Surat puskesmas sesuai"); err != nil {
				return err
			}
		}
	}
	d.until("2026-04-28")
	_, err = d.app.Delivery.MakePayList(d.as(ctx, "bendahara"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: next.Year, No: next.No}, Area: demoRegency}, d.progress)
	return err
}
