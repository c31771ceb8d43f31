package conditiontest

import (
	"testing"

	"gotong/internal/access"
	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// TestWhoLeftOwesNothingMore has a pupil die in a month: the duties of which
// nothing is known are excused from then on and count against nobody, what was
// verified before stays, and a mistake is reported anew.
func TestWhoLeftOwesNothingMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 2)
		w.Opened("2026-01")
		w.Attended(0, "2026-01", 50)
		w.Day("2026-02-10")
		w.Opened("2026-02")
		register := access.With(t.Context(), access.Actor{Login: "oki", Roles: []access.Role{access.Operator}, Scope: access.Nation()})
		died := w.Service.Today().AddDays(-2)
		got, err := w.Leave(register, condition.Leaving{Family: w.Town.Families[0], Person: Pupil(0), On: died, Why: "Meninggal menurut register"})
		w.OK(err)
		if len(got) != 1 || got[0].PersonID != Pupil(0) || got[0].Due != Month("2026-02") {
			t.Errorf("excused %+v", got)
		}
		x := w.Owed(0, "attendance_sd", "2026-02")
		if x.Status != condition.Excused || x.Excuse != condition.NotApplicable || x.Via != condition.ViaRegister || x.Actor != "oki" || x.Note == "" {
			t.Errorf("the duty is %+v", x)
		}
		if was := w.Owed(0, "attendance_sd", "2026-01").Status; was != condition.Missed {
			t.Errorf("what was verified is %s now", was)
		}
		if other := w.Owed(1, "attendance_sd", "2026-02").Status; other != condition.Open {
			t.Errorf("another family's is %s", other)
		}
		again, err := w.Leave(register, condition.Leaving{Family: w.Town.Families[0], Person: Pupil(0), On: died, Why: "Meninggal menurut register"})
		w.OK(err)
		if again != nil {
			t.Errorf("excused twice: %+v", again)
		}
		_, err = w.Report(As("oki"), condition.ViaFacility, []condition.Report{{Duty: x.ID, Measure: n(95)}}) // they live
		w.OK(err)
		whole, err := w.Leave(register, condition.Leaving{Family: w.Town.Families[1], On: died, Why: "Pindah menurut register"})
		w.OK(err)
		if len(whole) == 0 {
			t.Error("a family that left still owes")
		}
		if none, err := w.Leave(register, condition.Leaving{Family: ident.ID{8}, On: died}); err != nil || none != nil {
			t.Errorf("a family that owes nothing: %+v, %v", none, err)
		}
		_, err = w.Leave(t.Context(), condition.Leaving{Family: w.Town.Families[1], On: died})
		w.Refused(fault.KindForbidden, err)
	})
}
