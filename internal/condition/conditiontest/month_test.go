package conditiontest

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/run"
)

func n(v int64) *int64 { return &v }

func TestAMonthFromItsOpeningToItsVerification(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 4)
		w.Town.Moved[Pupil(3)] = true
		school, err := w.AddFacility(As("dina"), condition.Facility{Code: "20101234", Name: "SDN Kalibaru 01", Kind: programme.School, Area: Village})
		w.OK(err)
		_, err = w.AddFacility(As("dina"), condition.Facility{Code: "20101234", Name: "Lain", Kind: programme.School, Area: Village})
		w.Refused(fault.KindConflict, err)

		// Three pupils, two children weighed; January asks for nothing else.
		if d := cmp.Diff(condition.Opened{Month: Month("2026-01"), Families: 3, Duties: 5, Added: 5}, w.Opened("2026-01")); d != "" {
			t.Error(d)
		}
		if o := w.Opened("2026-01"); o.Added != 0 {
			t.Errorf("opened again: %d added", o.Added)
		}
		_, list, err := w.FacilityList(As("peni"), school.ID, Month("2026-01"))
		w.OK(err)
		if len(list) != 3 || list[0].Name != "Murid 00" || list[0].Status != condition.Open {
			t.Fatalf("the school's list: %+v", list)
		}
		done, err := w.Report(As("oki"), condition.ViaFacility, []condition.Report{{Duty: list[0].ID, Measure: n(92)}, {Duty: list[1].ID, Measure: n(70)},
			{Duty: list[2].ID, Status: condition.Excused, Excuse: condition.Illness}})
		w.OK(err)
		if done.Changed != 3 {
			t.Errorf("%d changed", done.Changed)
		}
		done, err = w.Report(As("oki"), condition.ViaFacility, []condition.Report{{Duty: list[1].ID, Measure: n(70)}})
		w.OK(err)
		if done != (condition.Reported{Same: 1}) {
			t.Errorf("said again: %+v", done)
		}
		for i, want := range []condition.Status{condition.Met, condition.Missed, condition.Excused} {
			if got := w.Owed(i, "attendance_sd", "2026-01").Status; got != want {
				t.Errorf("family %d: %s, want %s", i, got, want)
			}
		}

		p, err := w.Progress(As("peni"), condition.FamilyFilter{Month: Month("2026-01")})
		w.OK(err)
		if d := cmp.Diff(condition.Progress{Families: 3, Duties: condition.Counts{Met: 1, Missed: 1, Excused: 1, Open: 2}}, p); d != "" {
			t.Error(d)
		}
		w.OK(w.Verify(As("peni"), w.Town.Families[0], Month("2026-01"), []condition.Report{{Duty: w.Owed(0, "weighing", "2026-01").ID, Status: condition.Met}}, "Di rumah"))
		w.Refused(fault.KindConflict, w.Verify(As("peni"), w.Town.Families[0], Month("2026-01"), nil, ""))
		_, err = w.Report(As("oki"), condition.ViaFacility, []condition.Report{{Duty: list[0].ID, Measure: n(10)}})
		w.Refused(fault.KindConflict, err)
		w.Refused(fault.KindInvalid, w.Correct(As("peni"), condition.Report{Duty: list[0].ID, Measure: n(10)}, " "))
		w.OK(w.Correct(As("peni"), condition.Report{Duty: list[0].ID, Measure: n(80)}, "Sekolah salah menghitung"))
		duty, events, err := w.History(As("aulia"), list[0].ID)
		w.OK(err)
		if duty.Status != condition.Missed || len(events) != 2 || *events[0].Measure != 92 || events[1].Via != condition.ViaCorrection || events[1].Note != "Sekolah salah menghitung" {
			t.Errorf("history: %+v %+v", duty, events)
		}
		late, total, err := w.Families(As("peni"), condition.FamilyFilter{Month: Month("2026-01"), Verified: "belum", Limit: 1})
		w.OK(err)
		if total != 2 || len(late) != 1 || late[0].Head != "Ibu 01" {
			t.Errorf("not verified: %d %+v", total, late)
		}
		o, err := w.Overview(As("mira"), condition.OverviewFilter{Month: Month("2026-01"), Digits: 6, Months: 12})
		w.OK(err)
		if len(o.Areas) != 1 || o.Areas[0].Area != "317204" || o.Areas[0].Verified != 1 || o.Areas[0].Counts != (condition.Counts{Met: 1, Missed: 2 - 0, Excused: 1, Open: 1}) || len(o.Trend) != 1 {
			t.Errorf("overview: %+v", o)
		}
	})
}

func TestBadReports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 2)
		w.Opened("2026-01")
		pupil, child := w.Owed(0, "attendance_sd", "2026-01").ID, w.Owed(0, "weighing", "2026-01").ID
		for name, c := range map[string]struct {
			kind fault.Kind
			r    condition.Report
		}{
			"no measure":              {fault.KindInvalid, condition.Report{Duty: pupil, Status: condition.Met}},
			"more than all":           {fault.KindInvalid, condition.Report{Duty: pupil, Measure: n(101)}},
			"less than nothing":       {fault.KindInvalid, condition.Report{Duty: pupil, Measure: n(-1)}},
			"a measure of none":       {fault.KindInvalid, condition.Report{Duty: child, Status: condition.Met, Measure: n(3)}},
			"no such status":          {fault.KindInvalid, condition.Report{Duty: child, Status: "maybe"}},
			"excused without excuse":  {fault.KindInvalid, condition.Report{Duty: child, Status: condition.Excused}},
			"an excuse of nothing":    {fault.KindInvalid, condition.Report{Duty: child, Status: condition.Met, Excuse: condition.Illness}},
			"an excuse not to choose": {fault.KindInvalid, condition.Report{Duty: child, Status: condition.Excused, Excuse: condition.Heard}},
			"without its note":        {fault.KindInvalid, condition.Report{Duty: child, Status: condition.Excused, Excuse: condition.NotApplicable}},
			"nobody's duty":           {fault.KindNotFound, condition.Report{Duty: ident.ID{1}, Status: condition.Met}},
		} {
			// One bad report takes the good one before it with it.
			_, err := w.Report(As("peni"), condition.ViaAPI, []condition.Report{{Duty: child, Status: condition.Met}, c.r})
			if !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
			if w.Owed(0, "weighing", "2026-01").Status != condition.Open {
				t.Fatalf("%s: half of it was kept", name)
			}
		}
		_, err := w.Report(As("otto"), condition.ViaFacility, []condition.Report{{Duty: child, Status: condition.Met}})
		w.Refused(fault.KindNotFound, err)
		_, err = w.Report(As("aulia"), condition.ViaFacility, nil)
		w.Refused(fault.KindForbidden, err)
		_, err = w.OpenMonth(As("dina"), condition.OpenArgs{Programme: "pkh", Month: Month("2026-03")}, run.Silent{})
		w.Refused(fault.KindInvalid, err)
		_, err = w.OpenMonth(As("peni"), condition.OpenArgs{Programme: "pkh", Month: Month("2026-01")}, run.Silent{})
		w.Refused(fault.KindForbidden, err)
		_, err = w.OpenMonth(As("dina"), condition.OpenArgs{Programme: "sembako", Month: Month("2026-01")}, run.Silent{})
		w.Refused(fault.KindConflict, err)
		w.Refused(fault.KindNotFound, w.Verify(As("peni"), w.Town.Families[0], Month("2025-12"), nil, ""))
		w.Refused(fault.KindConflict, w.Verify(As("peni"), w.Town.Families[0], Month("2026-02"), nil, ""))
		w.Refused(fault.KindNotFound, w.Verify(As("peni"), w.Town.Families[0], Month("2026-01"), []condition.Report{{Duty: w.Owed(1, "attendance_sd", "2026-01").ID, Measure: n(90)}}, ""))
	})
}

func TestTwoVerifyAtOnceAndOneDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 1)
		w.Opened("2026-01")
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { errs[i] = w.Verify(As("peni"), w.Town.Families[0], Month("2026-01"), nil, "") })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if !fault.Is(err, fault.KindConflict) {
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d verified the same month", done)
		}
	})
}

func TestPlacesGroupsAndMeetings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 4)
		w.Opened("2026-01")
		one, err := w.AddFacility(As("dina"), condition.Facility{Code: "P1", Name: "Posyandu Melati", Kind: programme.Health, Area: Village})
		w.OK(err)
		two, err := w.AddFacility(As("dina"), condition.Facility{Code: "P2", Name: "Posyandu Mawar", Kind: programme.Health, Area: Village})
		w.OK(err)
		w.OK(w.Place(As("peni"), w.Town.Families[0], Child(0), one.ID))
		w.Refused(fault.KindNotFound, w.Place(As("peni"), w.Town.Families[0], Child(2), one.ID))
		w.Day("2026-02-03")
		w.Opened("2026-02")
		_, list, err := w.FacilityList(As("peni"), one.ID, Month("2026-02"))
		w.OK(err)
		if len(list) != 2 || list[0].Condition != "vitamin_a" && list[1].Condition != "vitamin_a" {
			t.Errorf("February asks the health post for weighing and vitamin A: %+v", list)
		}
		w.OK(w.CloseFacility(As("dina"), two.ID, true))
		w.Refused(fault.KindConflict, w.Place(As("peni"), w.Town.Families[0], Child(0), two.ID))

		_, err = w.AddGroup(As("dina"), condition.Group{Name: "Melati", Area: Village, Facilitator: "oki"})
		w.Refused(fault.KindInvalid, err)
		g, err := w.AddGroup(As("dina"), condition.Group{Name: "Melati", Area: Village, Facilitator: "peni"})
		w.OK(err)
		if added, err := w.Fill(As("dina"), g.ID, 3); err != nil || added != 3 {
			t.Fatalf("filled with %d: %v", added, err)
		}
		mine, total, err := w.Families(As("peni"), condition.FamilyFilter{Month: Month("2026-02"), Login: "peni"})
		w.OK(err)
		if total != 3 || mine[0].GroupName != "Melati" {
			t.Errorf("the facilitator's families: %d %+v", total, mine)
		}
		m := condition.Session{Group: g.ID, Module: "finance", Day: w.Today(), Place: "Balai RW"}
		_, err = w.Hold(As("peni"), m, map[ident.ID]condition.Attend{w.Town.Families[3]: condition.Present})
		w.Refused(fault.KindInvalid, err)
		held, err := w.Hold(As("peni"), m, map[ident.ID]condition.Attend{w.Town.Families[0]: condition.Present, w.Town.Families[1]: condition.Absent})
		w.OK(err)
		again, err := w.Hold(As("peni"), m, map[ident.ID]condition.Attend{w.Town.Families[1]: condition.Present})
		w.OK(err)
		if held.ID != again.ID {
			t.Error("the same meeting twice")
		}
		s, guests, err := w.Session(As("mira"), held.ID)
		w.OK(err)
		if s.Present != 2 || s.Invited != 3 || len(guests) != 3 || guests[2].Attend != condition.Unmarked || guests[0].Head != "Ibu 00" {
			t.Errorf("the meeting: %+v %+v", s, guests)
		}
		m.Day = m.Day.AddDays(1)
		_, err = w.Hold(As("peni"), m, nil)
		w.Refused(fault.KindInvalid, err)
		w.OK(w.HandGroup(As("dina"), g.ID, "pana"))
	})
}
