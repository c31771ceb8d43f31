package deliverytest

import (
	"bytes"
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

// TestFactsStopALineUntilTheLastMoment changes people's lives after the file
// was cut: they are taken out before it is handed over.
func TestFactsStopALineUntilTheLastMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 6, Seed: 1})
		w.allot(t, "sembako", 10_000_000)
		l := w.released(t, "sembako", january)
		cut := must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
		w.Town.Blocks[w.Town.Families[1].Payee] = delivery.Dead
		w.Town.Blocks[w.Town.Families[2].ID] = delivery.Exited
		must[*delivery.Hold](t)(w.PlaceHold(As("tari"), delivery.Hold{FamilyID: w.Town.Families[3].ID, Reason: "laporan warga"}))
		sent := must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
		if cut.Lines != 6 || sent.Lines != 3 || sent.SHA256 == cut.SHA256 || sent.State != delivery.FileHanded {
			t.Fatalf("cut %+v, sent %+v", cut, sent)
		}
		if n := len(must[[]bank.Tally](t)(w.Bank.Tallies())); n != 3 {
			t.Errorf("%d were paid", n)
		}
		w.sound(t)
		// A determination that is withdrawn stops the whole file.
		next := w.released(t, "sembako", delivery.Period{Year: 2026, No: 2})
		must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), next.ID))
		w.Town.Withdrawn = true
		if _, err := w.Send(As("tari"), next.ID); keyOf(err) != "delivery.not_in_force" {
			t.Errorf("%v", err)
		}
		if n := len(must[[]bank.Tally](t)(w.Bank.Tallies())); n != 3 {
			t.Errorf("%d were paid", n)
		}
		w.sound(t)
	})
}

// TestHolds stops families, programmes and areas, until another lifts it.
func TestHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 14, Seed: 1})
		w.allot(t, "sembako", 50_000_000)
		w.allot(t, "pkh", 50_000_000)
		district := w.Town.Families[0].Area[:6] // two of fourteen
		for _, h := range []delivery.Hold{
			{Area: district, Reason: "banjir"},
			{FamilyID: w.Town.Families[1].ID, Programme: "sembako", Reason: "ganda"},
			{Area: "3674", Programme: "pkh", Reason: "audit"},
		} {
			if _, err := w.PlaceHold(As("gita"), h); err == nil || fault.KindOf(err) == fault.KindInternal {
				t.Errorf("%+v is placed by another regency: %v", h, err)
			}
			must[*delivery.Hold](t)(w.PlaceHold(As("tari"), h))
		}
		if _, err := w.PlaceHold(As("tari"), delivery.Hold{Reason: " "}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		if l := w.make(t, "pkh", january); l.Total != 0 {
			t.Errorf("a programme on hold is paid: %+v", l)
		}
		l := w.make(t, "sembako", january)
		if l.Total != 11*400_000 {
			t.Errorf("%+v", l)
		}
		all, n, err := w.Holds(As("tari"), delivery.HoldFilter{Limit: 10})
		if err != nil || n != 3 {
			t.Fatal(n, err)
		}
		must[*delivery.PayList](t)(w.Discard(As("tari"), l.ID, "x"))
		for _, h := range all {
			if _, err := w.LiftHold(All("tari"), h.ID, "selesai"); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("lifted by who placed it: %v", err)
			}
			must[*delivery.Hold](t)(w.LiftHold(As("citra"), h.ID, "selesai"))
			if _, err := w.LiftHold(As("candra"), h.ID, "selesai"); !fault.Is(err, fault.KindConflict) {
				t.Errorf("lifted twice: %v", err)
			}
		}
		if l := w.make(t, "sembako", january); l.Total != 14*400_000 {
			t.Errorf("%+v", l)
		}
		refuses(t, d, map[string][]string{
			"a hold removed":         {"DELETE FROM payment_hold AS h WHERE {scope h.area}"},
			"a hold lifted again":    {"UPDATE payment_hold AS h SET lifted_by = 'x' WHERE {scope h.area}"},
			"a hold of another area": {"UPDATE payment_hold AS h SET area = '1' WHERE {scope h.area}"},
		})
		w.sound(t)
	})
}

// TestAccountsAreAskedAboutFirst holds lines whose accounts the bank does not
// know, and refuses a list that was not asked about.
func TestAccountsAreAskedAboutFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 300, Seed: 1, AccountCheck: true, Bank: bank.Options{Rates: bank.Rates{Wrong: 30, Mismatch: 30, Blocked: 50}}})
		w.allot(t, "sembako", 1_000_000_000)
		l := w.make(t, "sembako", january)
		if _, err := w.Check(As("citra"), l.ID, l.Digest); keyOf(err) != "delivery.accounts_unchecked" {
			t.Fatalf("%v", err)
		}
		l = must[*delivery.PayList](t)(w.CheckAccounts(As("tari"), l.ID, run.Silent{}))
		sums := w.overview(t, l).Sums
		_, wrong, _ := w.Exceptions(As("tari"), delivery.ExceptionFilter{Code: delivery.AccountWrong, Limit: 1})
		_, other, _ := w.Exceptions(As("tari"), delivery.ExceptionFilter{Code: delivery.NameMismatch, Limit: 1})
		if wrong < 3 || other < 3 || sums[delivery.Held].Lines != wrong+other {
			t.Fatalf("%d wrong, %d of others, %+v", wrong, other, sums)
		}
		must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
		w.sound(t)

		// By file: all lines and no others, of this list, in one piece.
		next := w.make(t, "sembako", delivery.Period{Year: 2026, No: 2})
		_, question, err := w.AccountFile(All("tari"), next.ID)
		if err != nil {
			t.Fatal(err)
		}
		o, err := bank.ParseOrder(bytes.NewReader(question))
		if err != nil {
			t.Fatal(err)
		}
		answers := bank.Accounts{Batch: o.Batch}
		for i, p := range o.Payments {
			a := bank.Account{Reference: p.Reference, Holder: "  siti,  " + p.Holder[len("Siti "):]}
			switch i {
			case 0:
				a.Code = bank.Deceased
			case 1:
				a.Holder = "BUDI"
			}
			answers.Answers = append(answers.Answers, a)
		}
		whole := answers.Bytes()
		missing := bank.Accounts{Batch: o.Batch, Answers: answers.Answers[1:]}
		for name, file := range map[string][]byte{
			"half": whole[:len(whole)/2], "of another list": bytes.ReplaceAll(whole, []byte("2026-02"), []byte("2026-01")), "one missing": missing.Bytes(),
			"unknown code": bytes.Replace(whole, []byte("MD07"), []byte("ZZ99"), 1), "one twice": bytes.Replace(whole, []byte("000002,"), []byte("000001,"), 1),
		} {
			if _, err := w.TakeAccounts(As("tari"), next.ID, bytes.NewReader(file), run.Silent{}); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must[*delivery.PayList](t)(w.TakeAccounts(As("tari"), next.ID, bytes.NewReader(whole), run.Silent{}))
		if n := w.overview(t, next).Sums[delivery.Held].Lines; n != 2 {
			t.Errorf("%d are held", n)
		}
		w.sound(t)
	})
}

// TestRoutes pays an heir, a substitute and by the post office, never while
// the outcome of a payment is unknown.
func TestRoutes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		codes := map[string]bank.Code{"000000700002": bank.BlockedAccount}
		w := New(t, d, Options{Families: 3, Seed: 1, Bank: bank.Options{First: time.Hour, Judge: func(p bank.Payment) bank.Code { return codes[p.Account] }}})
		w.allot(t, "sembako", 50_000_000)
		l := w.sent(t, "sembako", january)
		family := w.Town.Families[0]
		heir := delivery.Proposal{FamilyID: family.ID, Programme: "sembako", Kind: delivery.Heir, Holder: "Ani", Relation: "anak", Bank: "bri", Number: "1234567890", Evidence: "SK-MATI-1"}
		for name, change := range map[string]func(*delivery.Proposal){
			"no evidence": func(p *delivery.Proposal) { p.Evidence = " " }, "no name": func(p *delivery.Proposal) { p.Holder = "" },
			"no account": func(p *delivery.Proposal) { p.Number = "12a" }, "no kind": func(p *delivery.Proposal) { p.Kind = "x" },
			"goods": func(p *delivery.Proposal) { p.Programme = "permakanan" },
		} {
			bad := heir
			change(&bad)
			if _, err := w.ProposeRoute(As("tari"), bad); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		r := must[*delivery.Route](t)(w.ProposeRoute(All("tari"), heir))
		if _, err := w.DecideRoute(All("tari"), r.ID, true); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("approved by its proposer: %v", err)
		}
		if _, err := w.DecideRoute(As("citra"), r.ID, true); keyOf(err) != "delivery.route.unknown" {
			t.Errorf("while a payment is on its way: %v", err)
		}
		refuses(t, d, map[string][]string{
			"approved while unknown": {"UPDATE payee_route AS r SET status = 'approved', approver = 'citra' WHERE {scope r.area}"},
			"by its proposer":        {"UPDATE payee_route AS r SET status = 'refused', approver = 'tari' WHERE {scope r.area}"},
			"another account":        {"UPDATE payee_route AS r SET bank = 'X' WHERE {scope r.area}"},
		})
		w.Clock.Advance(2 * time.Hour)
		w.collect(t, l)
		w.Town.Blocks[family.Payee] = delivery.Dead
		must[*delivery.Route](t)(w.DecideRoute(As("citra"), r.ID, true))
		// What came back is paid by the post office, and by nobody else.
		w.resolve(t, w.only(t, delivery.Code(bank.BlockedAccount)).ID, delivery.ByPost)
		w.sound(t)
		if _, err := w.MakePayList(As("tari"), delivery.Order{Programme: "sembako", Period: january}, run.Silent{}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("the bank pays whom the post office pays: %v", err)
		}
		post := must[*delivery.PayList](t)(w.MakePayList(As("tari"), delivery.Order{Programme: "sembako", Period: january, Means: delivery.Post}, run.Silent{}))
		if post.Means != delivery.Post || post.Lines != 1 || post.Total != 400_000 {
			t.Fatalf("%+v", post)
		}
		w.pay(t, post)
		w.collect(t, post)
		if s := w.overview(t, post).Sums; s[delivery.Credited].Lines != 1 {
			t.Errorf("%+v", s)
		}
		// The next bank's list pays the heir, though the payee has died.
		next := w.make(t, "sembako", delivery.Period{Year: 2026, No: 2})
		lines := must[[]delivery.Instruction](t)(w.Lines(As("tari"), next.ID, delivery.LineFilter{Limit: 10}))
		paid := map[ident.ID]string{}
		for _, i := range lines {
			paid[i.FamilyID] = i.Holder + " " + i.Bank + " " + i.Masked + " " + string(i.Status)
		}
		if paid[family.ID] != "Ani BRI ••••7890 planned" || len(paid) != 2 {
			t.Errorf("%v", paid)
		}
		w.sound(t)
	})
}

// pay carries a draft to whoever pays it out.
func (w *World) pay(t tb, l *delivery.PayList) {
	t.Helper()
	must[*delivery.PayList](t)(w.Check(As("citra"), l.ID, l.Digest))
	r := must[*delivery.Review](t)(w.Review(As("rudi"), l.ID))
	must[*delivery.PayList](t)(w.Release(As("rudi"), l.ID, delivery.Confirmation(r.Pay)))
	must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
	must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
}

// TestMoneyThatNobodyUses goes from credit to visit, to being called back, to
// the state treasury; and what is used meanwhile is withdrawn.
func TestMoneyThatNobodyUses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 4, Seed: 1})
		w.allot(t, "sembako", 50_000_000)
		l := w.sent(t, "sembako", january)
		if r := w.say(t, l, 1, bank.Used, "", 400_000); r.Queued != 1 || r.Queue[0].Reason != delivery.EarlyUse {
			t.Fatalf("used before it was credited: %+v", r)
		}
		w.collect(t, l)
		w.resolve(t, w.only(t, delivery.EarlyUse).ID, delivery.Accept)
		if r := w.say(t, l, 2, bank.Used, "", 100_000); r.Explained != 1 {
			t.Fatalf("a part of it: %+v", r)
		}
		if r := w.say(t, l, 2, bank.Used, "", 400_000); r.Matched != 1 || r.Used != 400_000 {
			t.Fatalf("%+v", r)
		}
		sweep := func(days int) delivery.Swept {
			t.Helper()
			w.Clock.Advance(time.Duration(days) * 24 * time.Hour)
			s := must[delivery.Swept](t)(w.Sweep(As("tari"), run.Silent{}))
			w.sound(t)
			return s
		}
		if s := sweep(89); s != (delivery.Swept{}) {
			t.Fatalf("too early: %+v", s)
		}
		if s := sweep(2); s != (delivery.Swept{Unused: 2}) {
			t.Fatalf("%+v", s)
		}
		if s := sweep(2); s != (delivery.Swept{}) {
			t.Fatalf("found again: %+v", s)
		}
		if s := sweep(13); s != (delivery.Swept{Unclaimed: 2}) || w.stage(t, ledger.Unclaimed) != 800_000 {
			t.Fatalf("%+v", s)
		}
		if r := w.say(t, l, 3, bank.Used, "", 400_000); r.Queued != 1 || r.Queue[0].Reason != delivery.LateUse {
			t.Fatalf("%+v", r)
		}
		w.resolve(t, w.only(t, delivery.LateUse).ID, delivery.Accept)
		if r := w.say(t, l, 4, bank.Returned, bank.Unused, 400_000); r.Matched != 1 {
			t.Fatalf("%+v", r)
		}
		w.resolve(t, w.only(t, delivery.Code(bank.Unused)).ID, delivery.Remit)
		if _, n, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{Limit: 1}); err != nil || n != 0 {
			t.Errorf("%d are left, %v", n, err)
		}
		if w.stage(t, ledger.Withdrawn) != 1_200_000 || w.stage(t, ledger.Remitted) != 400_000 || w.stage(t, ledger.Unclaimed) != 0 {
			t.Error("the books do not show it")
		}
		w.sound(t)
	})
}
