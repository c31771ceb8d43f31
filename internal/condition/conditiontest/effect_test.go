package conditiontest

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"

	"gotong/internal/access"
	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/programme"
)

// quarter misses school in February and March in family 0, and in all three
// months in family 1; family 2 was there, of family 3 nothing is known.
func quarter(w *World) {
	w.T.Helper()
	for i, month := range []string{"2026-01", "2026-02", "2026-03"} {
		w.Day(month + "-25")
		w.Opened(month)
		w.Attended(0, month, []int64{90, 60, 80}[i])
		w.Attended(1, month, 10)
		w.Attended(2, month, 100)
	}
}

var second = condition.Period{Year: 2026, No: 2}

func (w *World) due(p condition.Period) map[string]int {
	w.T.Helper()
	all := map[string]int{}
	w.OK(w.Due(As("tari"), "pkh", p, "", func(d condition.Due) error {
		name := "reduced"
		if d.Waived {
			name = "waived"
		}
		all[name+string('0'+rune(d.FamilyID[1]))] = d.Percent
		return nil
	}))
	return all
}

func (w *World) effect(family int) condition.Effect {
	w.T.Helper()
	all, err := w.Effects(As("mira"), condition.EffectFilter{Programme: "pkh"})
	w.OK(err)
	for _, e := range all {
		if e.FamilyID == w.Town.Families[family] {
			return e
		}
	}
	w.T.Fatalf("nothing follows for family %d", family)
	return condition.Effect{}
}

func TestFromAMissToMoneyAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 4)
		quarter(w)
		_, err := w.Assess(As("dina"), "pkh", second, "")
		w.Refused(fault.KindConflict, err) // March may still be verified
		w.Day("2026-04-11")
		_, err = w.Assess(As("peni"), "pkh", second, "")
		w.Refused(fault.KindForbidden, err)
		_, err = w.Assess(As("dina"), "pkh", condition.Period{Year: 2026, No: 5}, "")
		w.Refused(fault.KindInvalid, err)
		got, err := w.Assess(As("dina"), "pkh", second, "")
		w.OK(err)
		if got != (condition.Assessed{Members: 5, Proposed: 2}) {
			t.Fatalf("assessed: %+v", got)
		}
		if got, err = w.Assess(As("dina"), "pkh", second, ""); err != nil || got != (condition.Assessed{Members: 5, Kept: 2}) {
			t.Fatalf("assessed again: %+v %v", got, err)
		}
		a, b := w.effect(0), w.effect(1)
		if a.Sanction != programme.Reduce || a.Percent != 10 || b.Sanction != programme.Suspend || b.Percent != 100 {
			t.Fatalf("what follows: %+v %+v", a, b)
		}

		// Before a letter nothing happens, and nothing can be objected to.
		if due := w.due(second); len(due) != 0 {
			t.Fatalf("without a letter: %v", due)
		}
		_, err = w.Object(As("peni"), condition.Objection{Effect: a.ID, Text: "Sakit", Evidence: "Surat"})
		w.Refused(fault.KindConflict, err)
		w.Town.Broken = errors.New("no ink")
		if _, err = w.Notify(As("dina"), a.ID); err == nil || w.effect(0).Status != condition.Proposed {
			t.Fatal("a letter that was not written has been sent")
		}
		w.Town.Broken = nil
		sent, err := w.NotifyAll(As("dina"), condition.EffectFilter{Programme: "pkh", Period: second.String()})
		w.OK(err)
		if sent != 2 || len(w.Town.Letters) != 2 {
			t.Fatalf("%d told, %d letters", sent, len(w.Town.Letters))
		}
		_, err = w.Notify(As("dina"), a.ID)
		w.Refused(fault.KindConflict, err)
		if due := w.due(second); len(due) != 0 {
			t.Fatalf("on the day of the letter: %v", due)
		}
		w.Day("2026-04-24")
		if due := w.due(second); len(due) != 0 {
			t.Fatalf("a day too early: %v", due)
		}
		w.Day("2026-04-25")
		if due := w.due(second); due["reduced0"] != 10 || due["reduced1"] != 100 || len(due) != 2 {
			t.Fatalf("after the days of the letter: %v", due)
		}
		if due := w.due(condition.Period{Year: 2026, No: 1}); len(due) != 0 {
			t.Fatalf("an instalment before: %v", due)
		}

		// Once the family has its letter, what it rests on is not corrected away.
		w.Refused(fault.KindConflict, w.Correct(As("peni"), condition.Report{Duty: w.Owed(0, "attendance_sd", "2026-02").ID, Measure: n(95)}, "salah"))

		_, err = w.Object(As("peni"), condition.Objection{Effect: a.ID, Text: "Sakit"})
		w.Refused(fault.KindInvalid, err)
		_, err = w.Object(As("peni"), condition.Objection{Effect: a.ID, Text: "Sakit", Evidence: "Surat", Picture: []byte("not a picture")})
		w.Refused(fault.KindInvalid, err)
		var shown bytes.Buffer
		w.OK(png.Encode(&shown, image.NewGray(image.Rect(0, 0, 4, 4))))
		p, err := w.Object(As("peni"), condition.Objection{Effect: a.ID, ByFamily: true, Text: "Anak dirawat dua bulan", Evidence: "Surat puskesmas 12/II", Picture: shown.Bytes()})
		w.OK(err)
		_, err = w.Object(As("pana"), condition.Objection{Effect: a.ID, Text: "Lagi", Evidence: "Lagi"})
		w.Refused(fault.KindConflict, err)
		if back, err := w.Picture(As("mira"), a.ID); err != nil || !bytes.Equal(back, shown.Bytes()) || bytes.Contains(w.Town.Box[p.Picture.String()], shown.Bytes()) {
			t.Errorf("the picture comes back as %d bytes: %v", len(back), err)
		}

		w.Refused(fault.KindInvalid, second2(w.Decide(As("mira"), a.ID, true, " ")))
		w.Refused(fault.KindForbidden, second2(w.Decide(As("dina"), a.ID, true, "ya")))
		w.Refused(fault.KindForbidden, second2(w.Decide(both("peni"), a.ID, true, "ya"))) // who verified it
		w.Refused(fault.KindConflict, second2(w.Decide(As("mira"), b.ID, true, "ya")))
		w.OK(second2(w.Decide(As("mira"), a.ID, true, "Surat dokter benar")))
		w.Refused(fault.KindConflict, second2(w.Decide(As("maya"), a.ID, false, "tidak")))
		if due := w.due(second); due["waived0"] != 10 || due["reduced1"] != 100 {
			t.Fatalf("after the appeal: %v", due)
		}
		if d := w.Owed(0, "attendance_sd", "2026-02"); d.Status != condition.Excused || d.Excuse != condition.Heard || *d.Measure != 60 {
			t.Errorf("the duty of an upheld appeal: %+v", d)
		}
		if e := w.effect(0); e.Status != condition.Upheld || e.Appeal.Status != condition.AppealUpheld || e.Appeal.Decider != "mira" {
			t.Errorf("an upheld appeal: %+v %+v", e, e.Appeal)
		}
		// Assessing again does not bring back what was taken back.
		if got, err = w.Assess(As("dina"), "pkh", second, ""); err != nil || got.Proposed != 0 || got.Kept != 2 {
			t.Fatalf("assessed after: %+v %v", got, err)
		}

		w.Day("2026-05-12")
		_, err = w.Object(As("peni"), condition.Objection{Effect: b.ID, Text: "Terlambat", Evidence: "Surat"})
		w.Refused(fault.KindConflict, err)
		w.Refused(fault.KindForbidden, w.Due(As("peni"), "pkh", second, "", nil))
		if due := w.due(condition.Period{Year: 2026, No: 3}); due["waived0"] != 10 || due["reduced1"] != 100 {
			t.Errorf("the next instalment: %v", due)
		}
	})
}

func second2[T any](_ T, err error) error { return err }

func TestWhoIsHeardOnceIsHeardInWhatFollows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 2)
		quarter4 := []string{"2026-01", "2026-02", "2026-03", "2026-04"}
		for i, month := range quarter4 {
			w.Day(month + "-25")
			w.Opened(month)
			w.Attended(0, month, []int64{90, 90, 20, 20}[i])
		}
		assess := func(day string, p condition.Period) condition.Effect {
			w.Day(day)
			_, err := w.Assess(As("dina"), "pkh", p, Village)
			w.OK(err)
			w.OK(second2(w.NotifyAll(As("dina"), condition.EffectFilter{Programme: "pkh"})))
			all, err := w.Effects(As("mira"), condition.EffectFilter{Period: p.String()})
			w.OK(err)
			return all[0]
		}
		first := assess("2026-04-28", second)
		if first.Sanction != programme.Warn {
			t.Fatalf("the first miss: %s", first.Sanction)
		}
		third := assess("2026-07-11", condition.Period{Year: 2026, No: 3})
		if third.Sanction != programme.Reduce || len(third.Misses) != 2 {
			t.Fatalf("the second miss: %+v", third)
		}
		// The letter of April is too old to object to; the one of July is not.
		_, err := w.Object(As("pana"), condition.Objection{Effect: first.ID, Text: "Banjir", Evidence: "Surat desa"})
		w.Refused(fault.KindConflict, err)
		_, err = w.Object(As("pana"), condition.Objection{Effect: third.ID, Text: "Banjir", Evidence: "Surat desa"})
		w.OK(err)
		w.OK(second2(w.Decide(As("mira"), third.ID, true, "Benar, sekolah terendam")))
		// Its first miss was the other's too: that one follows no more either.
		all, err := w.Effects(As("mira"), condition.EffectFilter{Period: second.String()})
		w.OK(err)
		if all[0].Status != condition.Withdrawn {
			t.Errorf("what rested on the same miss is %s", all[0].Status)
		}
		notice, err := w.Notice(As("dina"), third.ID)
		w.OK(err)
		for _, l := range []i18n.Lang{i18n.ID, i18n.EN} {
			if text := notice.Effect.Follows(l, notice.Programme); len(notice.Missed(l)) != 2 || len(text) < 60 || bytes.ContainsAny([]byte(text), "{[") {
				t.Errorf("the letter in %s: %q %q", l, notice.Missed(l), text)
			}
		}
	})
}

// both is a context of somebody with every role.
func both(login string) context.Context {
	return access.With(As(login), access.Actor{Login: login, Roles: access.Roles, Scope: access.Nation()})
}
