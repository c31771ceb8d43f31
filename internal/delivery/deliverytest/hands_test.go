package deliverytest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/run"
)

// TestThreeHands tries every way in which three people could be two, by the
// service. Everybody here holds every role: only who they are can stop them.
func TestThreeHands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 3, Seed: 1})
		w.allot(t, "pkh", 1_000_000_000)
		people := []string{"a", "b", "c"}
		for _, maker := range people {
			l, err := w.MakePayList(All(maker), delivery.Order{Programme: "pkh", Period: january, Area: "3674"}, run.Silent{})
			if err != nil {
				t.Fatal(err)
			}
			for _, checker := range people {
				checked, err := w.Check(All(checker), l.ID, l.Digest)
				if (checker == maker) != fault.Is(err, fault.KindForbidden) {
					t.Fatalf("%s checks what %s made: %v", checker, maker, err)
				}
				if err != nil {
					continue
				}
				for _, releaser := range people {
					if releaser != maker && releaser != checker {
						continue // that would be right; see TestALifeOfAList
					}
					_, err := w.Release(All(releaser), l.ID, delivery.Confirmation{Lines: checked.Lines, Total: checked.Total})
					if !fault.Is(err, fault.KindForbidden) {
						t.Fatalf("%s releases what %s made and %s checked: %v", releaser, maker, checker, err)
					}
				}
				// Back to a draft for the next: an edit voids the check.
				if l, err = w.Hold(All(maker), l.ID, []int64{1}, "test"); err != nil {
					t.Fatal(err)
				}
				if l, err = w.Unhold(All(maker), l.ID, []int64{1}, "test"); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Discard(All(maker), l.ID, "test"); err != nil {
				t.Fatal(err)
			}
		}
		w.sound(t)
	})
}

// TestRolesOfEachStep holds every step to its permission and its area.
func TestRolesOfEachStep(t *testing.T) {
	d := dbtest.SQLite(t)
	w := New(t, d, Options{Families: 3, Seed: 1})
	w.allot(t, "pkh", 1_000_000_000)
	draft := w.make(t, "pkh", january)
	order := delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: 2}, Area: "3674"}
	steps := map[string]struct {
		may  []string
		step func(ctx context.Context) error
	}{
		"make": {[]string{"tari", "tono"}, func(ctx context.Context) error {
			_, err := w.MakePayList(ctx, order, run.Silent{})
			return err
		}},
		"check": {[]string{"citra", "candra"}, func(ctx context.Context) error {
			_, err := w.Check(ctx, draft.ID, [32]byte{})
			return err
		}},
		"release": {[]string{"rudi", "rini"}, func(ctx context.Context) error {
			_, err := w.Release(ctx, draft.ID, delivery.Confirmation{})
			return err
		}},
		"cut": {[]string{"tari", "tono"}, func(ctx context.Context) error {
			_, err := w.ExportBankFile(ctx, draft.ID)
			return err
		}},
		"send": {[]string{"tari", "tono"}, func(ctx context.Context) error {
			_, err := w.Send(ctx, draft.ID)
			return err
		}},
		"collect": {[]string{"tari", "tono"}, func(ctx context.Context) error {
			_, err := w.Collect(ctx, draft.ID, run.Silent{})
			return err
		}},
		"look": {[]string{"tari", "tono", "citra", "candra", "rudi", "rini", "aulia"}, func(ctx context.Context) error {
			_, err := w.Lines(ctx, draft.ID, delivery.LineFilter{Limit: 10})
			return err
		}},
		"allot": {[]string{"rudi", "rini"}, func(ctx context.Context) error {
			_, err := w.Allot(ctx, 2026, "sembako", "", 1, "x")
			return err
		}},
	}
	for name, s := range steps {
		for _, login := range []string{"tari", "tono", "gita", "citra", "candra", "rudi", "rini", "aulia", "oki"} {
			err := s.step(As(login))
			may := slices.Contains(s.may, login)
			switch {
			case may && fault.Is(err, fault.KindForbidden):
				t.Errorf("%s may not %s: %v", login, name, err)
			case login == "gita" && s.may[0] == "tari" && !fault.Is(err, fault.KindNotFound):
				t.Errorf("gita of another regency may %s: %v", name, err)
			case !may && !(login == "gita" && s.may[0] == "tari") && !fault.Is(err, fault.KindForbidden):
				t.Errorf("%s may %s: %v", login, name, err)
			}
		}
	}
}

// TestTheDatabaseKeepsThreeHands tries the same, and other ways around the
// service, by SQL alone.
func TestTheDatabaseKeepsThreeHands(t *testing.T) {
	const check = "UPDATE pay_list AS l SET status = 'checked', checker = '%s', checked_at = 1, checked_digest = digest, checked_seal = digest WHERE {scope l.area}"
	const release = "UPDATE pay_list AS l SET status = 'released', releaser = '%s', released_at = 1, released_digest = digest, released_seal = digest WHERE {scope l.area}"
	attempts := map[string][]string{
		"made and checked by one":          {fmt.Sprintf(check, "tari")},
		"made and released by one":         {fmt.Sprintf(check, "citra"), fmt.Sprintf(release, "tari")},
		"checked and released by one":      {fmt.Sprintf(check, "citra"), fmt.Sprintf(release, "citra")},
		"released unchecked":               {fmt.Sprintf(release, "rudi")},
		"checked by nobody":                {"UPDATE pay_list AS l SET status = 'checked' WHERE {scope l.area}"},
		"sent unreleased":                  {fmt.Sprintf(check, "citra"), "UPDATE pay_list AS l SET status = 'sent' WHERE {scope l.area}"},
		"the maker changed":                {"UPDATE pay_list AS l SET maker = 'x' WHERE {scope l.area}"},
		"checked, then edited":             {fmt.Sprintf(check, "citra"), "UPDATE pay_list AS l SET digest = $1 WHERE {scope l.area}"},
		"checked, then the total changed":  {fmt.Sprintf(check, "citra"), "UPDATE pay_list AS l SET total = total + 1 WHERE {scope l.area}"},
		"checked, then another checker":    {fmt.Sprintf(check, "citra"), "UPDATE pay_list AS l SET checker = 'candra' WHERE {scope l.area}"},
		"released, then another releaser":  {fmt.Sprintf(check, "citra"), fmt.Sprintf(release, "rudi"), "UPDATE pay_list AS l SET releaser = 'rini' WHERE {scope l.area}"},
		"a list removed":                   {"DELETE FROM pay_list AS l WHERE {scope l.area}"},
		"a line's amount changed":          {"UPDATE instruction AS i SET amount = amount + 1 WHERE {scope i.area}"},
		"a line's account changed":         {"UPDATE instruction AS i SET number_sealed = number_blind WHERE {scope i.area}"},
		"a line released in a draft":       {"UPDATE instruction AS i SET status = 'released' WHERE {scope i.area}"},
		"a line sent in a draft":           {"UPDATE instruction AS i SET status = 'sent' WHERE {scope i.area}"},
		"a line credited in a draft":       {"UPDATE instruction AS i SET status = 'credited' WHERE {scope i.area}"},
		"a line removed":                   {"DELETE FROM instruction AS i WHERE {scope i.area}"},
		"a line added to a checked list":   {fmt.Sprintf(check, "citra"), "INSERT INTO instruction (list_id, line_no, family_id, area, bank, number_masked, holder, amount, status) SELECT list_id, 99, family_id, area, bank, number_masked, holder, amount, 'planned' FROM instruction i WHERE i.line_no = 1 AND {scope i.area}"},
		"a part paid twice":                {"INSERT INTO instruction_part (list_id, line_no, family_id, beneficiary_id, component, programme, period, amount) SELECT p.list_id, 2, (SELECT family_id FROM instruction i WHERE i.line_no = 2), p.beneficiary_id, p.component, p.programme, p.period, p.amount FROM instruction_part p JOIN instruction i ON i.line_no = p.line_no WHERE p.line_no = 1 AND {scope i.area}"},
		"a part laid to rest by hand":      {"UPDATE instruction_part SET live = 0 WHERE EXISTS (SELECT 1 FROM instruction i WHERE {scope i.area})"},
		"a part's amount changed":          {"UPDATE instruction_part SET amount = 1 WHERE EXISTS (SELECT 1 FROM instruction i WHERE {scope i.area})"},
		"history changed":                  {"UPDATE pay_list_act SET actor = 'x' WHERE EXISTS (SELECT 1 FROM pay_list l WHERE {scope l.area})"},
		"an exception resolved by one":     {"UPDATE payment_exception AS x SET status = 'proposed', action = 'drop', proposer = 'tari' WHERE {scope x.area}", "UPDATE payment_exception AS x SET status = 'resolved', approver = 'tari' WHERE {scope x.area}"},
		"an exception resolved unproposed": {"UPDATE payment_exception AS x SET status = 'resolved', approver = 'tari' WHERE {scope x.area}"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 3, Seed: 1})
		w.Town.Missing[w.Town.Families[2].ID] = delivery.NoAccount
		w.allot(t, "pkh", 1_000_000_000)
		w.make(t, "pkh", january)
		ctx := access.With(context.Background(), access.System("attack"))
		for name, script := range attempts {
			err := d.Write(ctx, func(ctx context.Context) error {
				for i, statement := range script {
					var args []any
					if strings.Contains(statement, "$1") {
						args = append(args, make([]byte, 32))
					}
					if _, err := db.From(ctx).Exec(ctx, statement, args...); err != nil {
						if i < len(script)-1 {
							t.Errorf("%s: the way there failed: %v", name, err)
						}
						return err
					}
				}
				return nil
			})
			if err == nil {
				t.Errorf("%s: it was committed", name)
			}
		}
		w.sound(t)
	})
}

// TestAnEditVoidsTheCheck holds and lets back lines of a checked list.
func TestAnEditVoidsTheCheck(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 6, Seed: 1})
		w.allot(t, "pkh", 1_000_000_000)
		l := w.make(t, "pkh", january)
		before := l.Digest
		must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
		l = must[*delivery.PayList](t)(w.Hold(As("tari"), l.ID, []int64{2, 4}, "nama ragu"))
		if l.Status != delivery.Draft || l.Checked.By != "" || l.Digest == before {
			t.Fatalf("%+v", l)
		}
		if _, err := w.Release(As("rudi"), l.ID, delivery.Confirmation{Lines: l.Lines, Total: l.Total}); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("a voided list is released: %v", err)
		}
		if _, err := w.Check(As("citra"), l.ID, before); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("an old page is checked: %v", err)
		}
		l = must[*delivery.PayList](t)(w.Unhold(As("citra"), l.ID, []int64{2, 4}, "sudah jelas"))
		if l.Digest != before {
			t.Fatal("the same lines have another digest")
		}
		all, n, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{Limit: 10})
		if err != nil || n != 0 {
			t.Fatalf("%+v %v", all, err)
		}
		w.sound(t)
	})
}

// TestWhatWasCheckedIsWhatIsReleased changes lines behind the guards of the
// database, as somebody could who owns it: the digest no longer fits, and
// nothing is released.
func TestWhatWasCheckedIsWhatIsReleased(t *testing.T) {
	for name, change := range map[string]string{
		"an amount":      "UPDATE instruction SET amount = amount + 1 WHERE line_no = 1",
		"two amounts":    "UPDATE instruction SET amount = amount + CASE line_no WHEN 1 THEN 5 ELSE -5 END WHERE line_no < 3",
		"an account":     "UPDATE instruction SET number_blind = (SELECT number_blind FROM instruction WHERE line_no = 2) WHERE line_no = 1",
		"a holder":       "UPDATE instruction SET holder = 'Budi' WHERE line_no = 1",
		"a bank":         "UPDATE instruction SET bank = 'XYZ' WHERE line_no = 1",
		"a family":       "UPDATE instruction SET payee_id = (SELECT payee_id FROM instruction WHERE line_no = 2) WHERE line_no = 1",
		"a component":    "UPDATE instruction_part SET component = 'x' WHERE line_no = 1 AND component = 'elderly'",
		"a line is held": "UPDATE instruction SET status = 'held' WHERE line_no = 1",
	} {
		d := dbtest.SQLite(t)
		w := New(t, d, Options{Families: 4, Seed: 1})
		w.allot(t, "pkh", 1_000_000_000)
		l := w.make(t, "pkh", january)
		must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
		for _, guard := range []string{"instruction_fixed", "instruction_named", "instruction_part_fixed"} {
			if _, err := d.Pool().Exec("DROP TRIGGER " + guard); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Pool().Exec(change); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Review(As("rudi"), l.ID); keyOf(err) != "delivery.tampered" {
			t.Errorf("%s was changed after the check, and reviewed: %v", name, err)
		}
		if _, err := w.Release(As("rudi"), l.ID, delivery.Confirmation{Lines: l.Lines, Total: l.Total}); keyOf(err) != "delivery.tampered" {
			t.Errorf("%s was changed after the check, and released: %v", name, err)
		}
	}
}

// TestOnePersonInTwoFamilies pays a child once that stands in two families of
// one list: the other family still gets what is its own.
func TestOnePersonInTwoFamilies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 3, Seed: 1})
		w.Town.Families[2].Child = w.Town.Families[0].Child
		w.allot(t, "pkh", 1_000_000_000)
		l := w.make(t, "pkh", january)
		if l.Lines != 3 || l.Total != 3*600_000+500_000 {
			t.Errorf("%+v", l)
		}
		w.sound(t)
	})
}
