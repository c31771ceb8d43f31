package deliverytest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/money"
)

// say has the bank say one thing of one line.
func (w *World) say(t tb, l *delivery.PayList, line int64, s bank.Status, c bank.Code, amount money.Rupiah) *delivery.Reconciliation {
	t.Helper()
	return w.reconcile(t, totalled(l.Number, []bank.Result{{Reference: delivery.Reference(l.Number, line), Status: s, Code: c, Amount: amount, At: w.Clock.Now()}}), false)
}

// stage returns what a stage of the fund of sembako holds.
func (w *World) stage(t tb, k ledger.Kind) money.Rupiah {
	t.Helper()
	return must[[]delivery.FundState](t)(w.Budget(As("tari")))[0].Stages[k]
}

// claimed returns the one claim there is.
func (w *World) claimed(t tb) delivery.Claim {
	t.Helper()
	all, _, err := w.Claims(As("tari"), delivery.ClaimFilter{Limit: 10})
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v %v", all, err)
	}
	return all[0]
}

// TestALateCreditAfterReissueIsAClaim pays a line again that had come back,
// and learns then that the first had arrived: the recipient owes it.
func TestALateCreditAfterReissueIsAClaim(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 1, Seed: 1, Bank: bank.Options{Judge: func(bank.Payment) bank.Code { return bank.BlockedAccount }}})
		w.allot(t, "sembako", 4_000_000)
		l := w.sent(t, "sembako", january)
		w.collect(t, l)
		w.resolve(t, w.only(t, delivery.Code(bank.BlockedAccount)).ID, delivery.Reissue)
		again := w.sent(t, "sembako", january)
		w.say(t, again, 1, bank.Credited, "", 400_000)
		w.say(t, l, 1, bank.Credited, "", 400_000)
		w.resolve(t, w.only(t, delivery.CreditAfterReissue).ID, delivery.Recover)
		w.sound(t)
		c := w.claimed(t)
		if c.Amount != 400_000 || c.Debtor != delivery.Recipient || c.Source != ledger.Allotment || w.stage(t, ledger.Recoverable) != 400_000 {
			t.Fatalf("%+v", c)
		}
		instalments(t, w, c)
	})
}

// instalments repays a claim of 400,000 in two, by two people.
func instalments(t *testing.T, w *World, c delivery.Claim) {
	today := civil.OfTime(w.Clock.Now())
	for name, bad := range map[string]func() error{
		"too much":      func() error { _, err := w.Repay(As("tari"), c.ID, 400_001, today, "N0"); return err },
		"nothing":       func() error { _, err := w.Repay(As("tari"), c.ID, 0, today, "N0"); return err },
		"no slip":       func() error { _, err := w.Repay(As("tari"), c.ID, 1, today, " "); return err },
		"tomorrow":      func() error { _, err := w.Repay(As("tari"), c.ID, 1, today.AddDays(1), "N0"); return err },
		"no such":       func() error { _, err := w.DecideRepayment(As("citra"), c.ID, 1, true); return err },
		"not my office": func() error { _, err := w.Repay(As("gita"), c.ID, 1, today, "N0"); return err },
		"not my work":   func() error { _, err := w.Repay(As("rudi"), c.ID, 1, today, "N0"); return err },
	} {
		if err := bad(); err == nil || fault.KindOf(err) == fault.KindInternal {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := must[*delivery.Repayment](t)(w.Repay(All("tari"), c.ID, 150_000, today, "NTPN-1"))
	if _, err := w.DecideRepayment(All("tari"), c.ID, p.No, true); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an instalment is approved by its proposer: %v", err)
	}
	if _, err := w.Repay(As("tari"), c.ID, 100_000, today, "NTPN-1"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("one slip counts twice: %v", err)
	}
	if _, err := w.Repay(As("tari"), c.ID, 300_000, today, "NTPN-2"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("more than is left beside what waits: %v", err)
	}
	must[*delivery.Claim](t)(w.DecideRepayment(As("citra"), c.ID, p.No, true))
	w.sound(t)
	p = must[*delivery.Repayment](t)(w.Repay(As("tari"), c.ID, 250_000, today, "NTPN-2"))
	must[*delivery.Claim](t)(w.DecideRepayment(As("citra"), c.ID, p.No, false))
	p = must[*delivery.Repayment](t)(w.Repay(As("tari"), c.ID, 250_000, today, "NTPN-2"))
	if done := must[*delivery.Claim](t)(w.DecideRepayment(As("citra"), c.ID, p.No, true)); done.Status != delivery.ClaimSettled {
		t.Fatalf("%+v", done)
	}
	if w.stage(t, ledger.Recoverable) != 0 || w.stage(t, ledger.Remitted) != 400_000 {
		t.Error("the books do not show the repayment")
	}
	if _, err := w.Waive(As("citra"), c.ID, "x"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a settled claim is given up: %v", err)
	}
	w.sound(t)
}

// TestAmountsThatDiffer has the bank credit less, credit more, and give back
// less than was ordered: two people make claims of the differences.
func TestAmountsThatDiffer(t *testing.T) {
	for name, c := range map[string]struct {
		status bank.Status
		code   bank.Code
		amount money.Rupiah
		debtor delivery.Debtor
		owed   money.Rupiah
		to     delivery.Status
	}{
		"less":       {bank.Credited, "", 300_000, delivery.TheChannel, 100_000, delivery.Credited},
		"more":       {bank.Credited, "", 450_000, delivery.Recipient, 50_000, delivery.Credited},
		"less comes": {bank.Returned, bank.ClosedAccount, 399_999, delivery.TheChannel, 1, delivery.ReturnedIt},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := New(t, d, Options{Families: 1, Seed: 1})
				w.allot(t, "sembako", 400_000) // nothing is left to take from
				l := w.sent(t, "sembako", january)
				w.say(t, l, 1, c.status, c.code, c.amount)
				if n := w.overview(t, l).Sums[delivery.OnTheWay].Lines; n != 1 {
					t.Fatal("a disputed amount is booked")
				}
				w.resolve(t, w.only(t, delivery.AmountDiffers).ID, delivery.Recover)
				w.sound(t)
				if got := w.claimed(t); got.Amount != c.owed || got.Debtor != c.debtor {
					t.Errorf("%+v", got)
				}
				o := w.overview(t, l)
				if o.Status != delivery.Settled || o.Sums[c.to].Lines != 1 || o.Sums[c.to].Total != min(c.amount, 400_000) {
					t.Errorf("%+v", o.Sums)
				}
				if c.to == delivery.ReturnedIt {
					w.resolve(t, w.only(t, delivery.Code(c.code)).ID, delivery.Remit)
					w.sound(t)
				}
			})
		})
	}
}

// TestAClaimIsGivenUpByTwo takes back a claim that was wrong.
func TestAClaimIsGivenUpByTwo(t *testing.T) {
	w := New(t, dbtest.SQLite(t), Options{Families: 1, Seed: 1})
	w.allot(t, "sembako", 400_000)
	l := w.sent(t, "sembako", january)
	w.say(t, l, 1, bank.Credited, "", 450_000)
	w.resolve(t, w.only(t, delivery.AmountDiffers).ID, delivery.Recover)
	c := w.claimed(t)
	if _, err := w.Waive(As("citra"), c.ID, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	must[*delivery.Claim](t)(w.Waive(As("citra"), c.ID, "bank salah tulis"))
	if _, err := w.Waive(As("citra"), c.ID, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("by one person: %v", err)
	}
	if got := must[*delivery.Claim](t)(w.Waive(As("candra"), c.ID, "")); got.Status != delivery.ClaimWaived {
		t.Errorf("%+v", got)
	}
	if w.stage(t, ledger.Recoverable) != 0 {
		t.Error("the claim still stands in the books")
	}
	w.sound(t)
}

// TestTheDatabaseRefusesClaims tries past the service what must never stand.
func TestTheDatabaseRefusesClaims(t *testing.T) {
	const repay = `INSERT INTO repayment (recoverable_id, no, amount, paid_on, document, proposer, proposed_at, status) SELECT c.id, 1, 10, '2026-02-02', 'N1', 'tari', 0, 'proposed' FROM recoverable c WHERE {scope c.area}`
	attempts := map[string][]string{
		"a claim removed":             {"DELETE FROM recoverable AS c WHERE {scope c.area}"},
		"a smaller claim":             {"UPDATE recoverable AS c SET amount = 1 WHERE {scope c.area}"},
		"repaid beyond":               {"UPDATE recoverable AS c SET paid = amount + 1 WHERE {scope c.area}"},
		"settled unpaid":              {"UPDATE recoverable AS c SET status = 'settled' WHERE {scope c.area}"},
		"given up by one":             {"UPDATE recoverable AS c SET status = 'waived', waiver = 'citra', waived_by = 'citra', waived_note = 'x' WHERE {scope c.area}"},
		"given up without a reason":   {"UPDATE recoverable AS c SET status = 'waived', waiver = 'citra', waived_by = 'candra' WHERE {scope c.area}"},
		"approved by its proposer":    {repay, "UPDATE repayment AS p SET status = 'approved', approver = 'tari', entry = 1 FROM recoverable c WHERE c.id = p.recoverable_id AND {scope c.area}"},
		"approved without an entry":   {repay, "UPDATE repayment AS p SET status = 'approved', approver = 'citra' FROM recoverable c WHERE c.id = p.recoverable_id AND {scope c.area}"},
		"an instalment born approved": {strings.Replace(repay, "'proposed' FROM", "'approved' FROM", 1)},
		"an instalment enlarged":      {repay, "UPDATE repayment AS p SET amount = 11 FROM recoverable c WHERE c.id = p.recoverable_id AND {scope c.area}"},
		"what fell short, later":      {"UPDATE instruction AS i SET short = 5 WHERE {scope i.area}"},
		"a step of less":              {"INSERT INTO instruction_event (list_id, line_no, act, family_id, status, code, amount) SELECT i.list_id, i.line_no, 99, i.family_id, 'credited', '', 1 FROM instruction i WHERE {scope i.area}"},
		"an act of more":              {"INSERT INTO pay_list_act (list_id, act, kind, actor, at, entry, note, lines, total) SELECT l.id, 99, 'settled', 'x', 0, 1, '', 1, 1 FROM pay_list l WHERE {scope l.area}"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 1, Seed: 1})
		w.allot(t, "sembako", 400_000)
		l := w.sent(t, "sembako", january)
		w.say(t, l, 1, bank.Credited, "", 450_000)
		w.resolve(t, w.only(t, delivery.AmountDiffers).ID, delivery.Recover)
		refuses(t, d, attempts)
		w.sound(t)
	})
}

// refuses runs scripts whose last statement must fail.
func refuses(t *testing.T, d *db.DB, attempts map[string][]string) {
	t.Helper()
	ctx := access.With(context.Background(), access.System("attack"))
	for name, script := range attempts {
		err := d.Write(ctx, func(ctx context.Context) error {
			for i, s := range script {
				if _, err := db.From(ctx).Exec(ctx, s); err != nil {
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
}

// TestOneKeyOneAct asks a hundred times at once under one key.
func TestOneKeyOneAct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 1, Seed: 1})
		type request struct{ Amount money.Rupiah }
		ask := func(key string, r request) (int64, error) {
			return delivery.Once(As("rudi"), w.Service, key, r, func(ctx context.Context) (int64, error) {
				e, err := w.Allot(ctx, 2026, "sembako", "", r.Amount, fmt.Sprint("DIPA-", ident.ID(w.IDs.New())))
				return e.Seq, err
			})
		}
		answers := make([]int64, 100)
		dbtest.Race(t, len(answers), func(n int) error {
			var err error
			answers[n], err = ask("k1", request{5})
			return err
		})
		for _, a := range answers {
			if a != 1 {
				t.Fatalf("answers %v", answers)
			}
		}
		if _, err := ask("k1", request{6}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("another body: %v", err)
		}
		if _, err := ask("k2", request{0}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%v", err)
		}
		if seq, err := ask("k2", request{7}); err != nil || seq != 2 {
			t.Errorf("what failed left its key behind: %d %v", seq, err)
		}
		if _, err := ask("", request{7}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("no key: %v", err)
		}
		if w.stage(t, ledger.Allotment) != 12 {
			t.Error("the work was done more than once")
		}
		w.sound(t)
	})
}
