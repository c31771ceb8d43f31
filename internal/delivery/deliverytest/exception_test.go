package deliverytest

import (
	"testing"
	"time"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/run"
)

// only returns the one open exception of a code.
func (w *World) only(t tb, code delivery.Code) delivery.Exception {
	t.Helper()
	all, _, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{Code: code, Limit: 10})
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %+v %v", code, all, err)
	}
	return all[0]
}

// resolve has one person propose and another approve.
func (w *World) resolve(t tb, id ident.ID, a delivery.Action) {
	t.Helper()
	must[*delivery.Exception](t)(w.Propose(As("tari"), id, a, "sudah dicek"))
	if e := must[*delivery.Exception](t)(w.Decide(As("citra"), id, true)); e.Status != delivery.Resolved {
		t.Fatalf("%+v", e)
	}
}

func TestExceptionsAreResolvedByTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		codes := map[string]bank.Code{"000000700001": bank.BlockedAccount, "000000700002": bank.ClosedAccount, "000000700003": bank.Deceased}
		w := New(t, d, Options{Families: 8, Seed: 1, Bank: bank.Options{Judge: func(p bank.Payment) bank.Code { return codes[p.Account] }}})
		w.Town.Missing[w.Town.Families[4].ID] = delivery.NoAccount
		w.Town.Blocks[w.Town.Families[5].ID] = delivery.Moved
		w.allot(t, "sembako", 4_000_000)
		l := w.sent(t, "sembako", january)
		w.collect(t, l)

		e := w.only(t, delivery.Code(bank.BlockedAccount))
		if _, err := w.Propose(As("tari"), e.ID, delivery.Requeue, "x"); !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("a remedy that does not apply: %v", err)
		}
		if _, err := w.Propose(As("tari"), e.ID, delivery.Reissue, ""); !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("no reason: %v", err)
		}
		if _, err := w.Decide(As("citra"), e.ID, true); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("approved before it was proposed: %v", err)
		}
		must[*delivery.Exception](t)(w.Propose(All("tari"), e.ID, delivery.Reissue, "sudah aktif"))
		if _, err := w.Decide(All("tari"), e.ID, true); !fault.Is(err, fault.KindForbidden) {
			t.Fatalf("approved by the proposer: %v", err)
		}
		if back := must[*delivery.Exception](t)(w.Decide(As("citra"), e.ID, false)); back.Status != delivery.Open {
			t.Fatalf("%+v", back)
		}
		// Until two have agreed, nothing is paid again.
		if _, err := w.MakePayList(As("tari"), delivery.Order{Programme: "sembako", Period: january}, run.Silent{}); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("paid again without a decision: %v", err)
		}
		w.resolve(t, e.ID, delivery.Reissue)
		w.resolve(t, w.only(t, delivery.Code(bank.ClosedAccount)).ID, delivery.Remit)
		w.resolve(t, w.only(t, delivery.NoAccount).ID, delivery.Requeue)
		w.resolve(t, w.only(t, delivery.Moved).ID, delivery.Drop)
		w.sound(t)

		// The next list takes the reissued and the requeued, and nobody else.
		delete(w.Town.Missing, w.Town.Families[4].ID)
		delete(w.Town.Blocks, w.Town.Families[5].ID)
		delete(codes, "000000700001")
		second := w.sent(t, "sembako", january)
		if second.Number != "SEMBAKO-2026-01-02" || second.Lines != 2 {
			t.Fatalf("%+v", second)
		}
		w.collect(t, second)
		w.sound(t)
		s := must[[]delivery.FundState](t)(w.Budget(As("tari")))[0].Stages
		if s[ledger.Credited] != 5*400_000 || s[ledger.Returned] != 400_000 || s[ledger.Remitted] != 400_000 || s[ledger.Allotment] != 4_000_000-7*400_000 {
			t.Errorf("%+v", s)
		}
	})
}

func TestTheBankChangesItsMind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 3, Seed: 1, Bank: bank.Options{Judge: func(p bank.Payment) bank.Code {
			if p.Account == "000000700002" {
				return bank.Deceased
			}
			return ""
		}}})
		w.allot(t, "sembako", 4_000_000)
		l := w.sent(t, "sembako", january)
		w.collect(t, l)
		var credited, returned int64
		for _, i := range must[[]delivery.Instruction](t)(w.Lines(As("tari"), l.ID, delivery.LineFilter{Limit: 9})) {
			if i.Status == delivery.Credited {
				credited = i.LineNo
			} else {
				returned = i.LineNo
			}
		}
		w.reconcile(t, totalled(l.Number, []bank.Result{
			{Reference: delivery.Reference(l.Number, credited), Status: bank.Returned, Code: bank.ClosedAccount, Amount: 400_000, At: Start},
			{Reference: delivery.Reference(l.Number, returned), Status: bank.Credited, Amount: 400_000, At: Start},
		}), false)
		w.resolve(t, w.only(t, delivery.LateReturn).ID, delivery.Accept)
		w.resolve(t, w.only(t, delivery.LateCredit).ID, delivery.Accept)
		w.sound(t)
		for line, want := range map[int64]delivery.Status{credited: delivery.ReturnedIt, returned: delivery.Credited} {
			trace := must[*delivery.Trace](t)(w.Trace(As("aulia"), l.ID, line))
			if trace.Line.Status != want || len(trace.Events) != 4 {
				t.Errorf("line %d: %+v", line, trace)
			}
		}
		// What came back late has its own exception now, with the bank's
		// reason; that of the late credit is gone.
		w.resolve(t, w.only(t, delivery.Code(bank.ClosedAccount)).ID, delivery.Remit)
		if all, n, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{Limit: 10}); err != nil || n != 0 {
			t.Errorf("%+v %v", all, err)
		}
		w.sound(t)
	})
}

func TestGoodsAreHandedOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 4, Seed: 1})
		w.allot(t, "permakanan", 50_000_000)
		l := w.released(t, "permakanan", january)
		if _, err := w.ExportBankFile(As("tari"), l.ID); !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("a bank file of meals: %v", err)
		}
		must[*delivery.PayList](t)(w.Dispatch(As("tari"), l.ID))
		if _, err := w.HandOver(As("tari"), l.ID, []delivery.Handover{{LineNo: 1, Taken: true}}); !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("nobody received it: %v", err)
		}
		must[*delivery.PayList](t)(w.HandOver(As("tari"), l.ID, []delivery.Handover{{LineNo: 1, Taken: true, Receiver: "sendiri", Proof: "BAST-1"}, {LineNo: 2}}))
		if _, err := w.HandOver(As("tari"), l.ID, []delivery.Handover{{LineNo: 1, Taken: true, Receiver: "sendiri"}}); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("handed over twice: %v", err)
		}
		w.sound(t)
		last := must[*delivery.PayList](t)(w.HandOver(As("tari"), l.ID, []delivery.Handover{{LineNo: 3, Taken: true, Receiver: "anak"}, {LineNo: 4, Taken: true, Receiver: "sendiri"}}))
		if last.Status != delivery.Settled {
			t.Errorf("%+v", last)
		}
		w.resolve(t, w.only(t, delivery.Absent).ID, delivery.Remit)
		w.sound(t)
		mine := must[[]delivery.FamilyLine](t)(w.OfFamily(As("oki"), "service", w.Town.Families[0].ID))
		if len(mine) != 1 || mine[0].Amount != 912_500 || mine[0].Means != delivery.Goods || mine[0].Parts[0].Component != "meal" {
			t.Errorf("%+v", mine)
		}
	})
}

func TestAWithdrawnDeterminationPaysNobody(t *testing.T) {
	w := New(t, dbtest.SQLite(t), Options{Families: 4, Seed: 1})
	w.allot(t, "pkh", 50_000_000)
	first := w.released(t, "pkh", january)
	l := w.make(t, "pkh", delivery.Period{Year: 2026, No: 2})
	must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
	w.Town.Withdrawn = true
	if _, err := w.Release(As("rudi"), l.ID, delivery.Confirmation{Lines: l.Lines, Total: l.Total}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("released under a withdrawn determination: %v", err)
	}
	if _, err := w.ExportBankFile(As("tari"), first.ID); !fault.Is(err, fault.KindConflict) {
		t.Errorf("cut under a withdrawn determination: %v", err)
	}
	w.Clock.Advance(time.Hour)
	w.sound(t)
}

func TestTheAllotmentHolds(t *testing.T) {
	w := New(t, dbtest.SQLite(t), Options{Families: 4, Seed: 1})
	w.allot(t, "sembako", 4*400_000-1)
	l := w.make(t, "sembako", january)
	must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
	if _, err := w.Release(As("rudi"), l.ID, delivery.Confirmation{Lines: 4, Total: 1_600_000}); !fault.Is(err, fault.KindConflict) {
		t.Fatalf("released more than is allotted: %v", err)
	}
	if _, err := w.Release(As("rudi"), l.ID, delivery.Confirmation{Lines: 4, Total: 1_600_001}); !fault.Is(err, fault.KindConflict) {
		t.Fatalf("released another sum than was agreed: %v", err)
	}
	w.sound(t)
	must[ledger.Entry](t)(w.Allot(As("rudi"), 2026, "sembako", "", 400_001, "DIPA-revisi"))
	for _, agreed := range []delivery.Confirmation{{}, {Lines: 4, Total: 1_600_001}, {Lines: 3, Total: 1_600_000}, {Lines: 4, Total: 1_599_999}} {
		if _, err := w.Release(As("rudi"), l.ID, agreed); keyOf(err) != "delivery.other_sum" {
			t.Errorf("%+v was agreed to, and released: %v", agreed, err)
		}
	}
	must[*delivery.PayList](t)(w.Release(As("rudi"), l.ID, delivery.Confirmation{Lines: 4, Total: 1_600_000}))
	w.sound(t)
}
