package deliverytest

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/run"
)

// machine does what people, the bank and life do, in any order, however wrong
// it is. Whatever happens, the world stays sound.
type machine struct {
	w      *World
	broken string // step at which the line to the bank is broken
	files  [][]byte
	cut    map[ident.ID]bool
}

const machineFamilies = 8

// TestAnyOrderOfSteps runs the machine on both databases. `make soak` runs a
// thousand of them.
func TestAnyOrderOfSteps(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { anyOrder(t, dbtest.SQLite) })
	t.Run("postgres", func(t *testing.T) {
		checks := flag.Lookup("rapid.checks").Value.String()
		defer flag.Set("rapid.checks", checks)
		_ = flag.Set("rapid.checks", fmt.Sprint(soak(3, 100)))
		anyOrder(t, dbtest.Postgres)
	})
}

func anyOrder(t *testing.T, open func(testing.TB) *db.DB) {
	seed := uint64(0)
	rapid.Check(t, func(rt *rapid.T) {
		seed++
		m := &machine{cut: map[ident.ID]bool{}}
		m.w = New(t, open(t), Options{Families: machineFamilies, Seed: seed, Bank: bank.Options{Forgetful: true, First: time.Minute, Later: time.Hour,
			Rates: bank.Rates{Wrong: 50, Blocked: 100, Dead: 50, Late: 200, Lost: 30},
			Hook: func(step string) error {
				if step == m.broken {
					return errors.New("the line broke")
				}
				return nil
			}}})
		m.w.allot(rt, "pkh", 40_000_000)
		rt.Repeat(map[string]func(*rapid.T){
			"make": m.make, "check": m.check, "release": m.release, "cut": m.export, "send": m.send, "enquire": m.enquire,
			"collect": m.collect, "replay": m.replay, "hold": m.hold, "discard": m.discard, "life": m.life, "wait": m.wait,
			"line": m.line, "propose": m.propose, "decide": m.decide, "miss": m.miss, "hear": m.hear, "": m.sound,
		})
	})
}

// miss has a duty missed: a part of what a list pays next is kept back.
func (m *machine) miss(t *rapid.T) {
	n := len(m.w.Town.Duties) + 1
	m.w.duty(2*rapid.IntRange(0, machineFamilies/2-1).Draw(t, "family"), n, rapid.SampledFrom([]int{10, 100}).Draw(t, "percent"))
}

// hear has an appeal upheld: what was kept back is paid by the next list.
func (m *machine) hear(t *rapid.T) {
	if n := len(m.w.Town.Duties); n > 0 {
		m.w.Town.Duties[rapid.IntRange(0, n-1).Draw(t, "duty")].Waived = true
	}
}

// may lets a step fail in a way that people are told how to deal with, and
// nothing else.
func may(t *rapid.T, err error) {
	if err != nil && fault.KindOf(err) == fault.KindInternal {
		t.Fatalf("%v", err)
	}
}

// list picks one of the lists there are, nil when there is none.
func (m *machine) list(t *rapid.T) *delivery.PayList {
	lists, _, err := m.w.Lists(As("tari"), delivery.ListFilter{Limit: 100})
	may(t, err)
	if len(lists) == 0 {
		t.Skip("no list")
	}
	return &lists[rapid.IntRange(0, len(lists)-1).Draw(t, "list")].PayList
}

func (m *machine) make(t *rapid.T) {
	_, err := m.w.MakePayList(As("tari"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: rapid.IntRange(1, 3).Draw(t, "period")}}, run.Silent{})
	may(t, err)
}

func (m *machine) check(t *rapid.T) {
	l := m.list(t)
	_, err := m.w.Check(As(rapid.SampledFrom([]string{"tari", "citra"}).Draw(t, "who")), l.ID, l.Digest)
	may(t, err)
}

func (m *machine) release(t *rapid.T) {
	l := m.list(t)
	r, err := m.w.Review(As("rudi"), l.ID)
	may(t, err)
	if err == nil {
		_, err = m.w.Release(As(rapid.SampledFrom([]string{"rudi", "citra"}).Draw(t, "who")), l.ID, delivery.Confirmation(r.Pay))
		may(t, err)
	}
}

// export cuts, and looks into a file that was cut just now: nobody is in it
// who must not be paid.
func (m *machine) export(t *rapid.T) {
	l := m.list(t)
	_, err := m.w.ExportBankFile(As("tari"), l.ID)
	may(t, err)
	if err != nil || m.cut[l.ID] {
		return
	}
	m.cut[l.ID] = true
	_, file, err := m.w.BankFile(As("tari"), l.ID)
	may(t, err)
	o, err := bank.ParseOrder(bytes.NewReader(file))
	may(t, err)
	lines := must[[]delivery.Instruction](t)(m.w.Lines(As("tari"), l.ID, delivery.LineFilter{Limit: 1000}))
	for _, p := range o.Payments {
		n, _ := delivery.ParseReference(l.Number, p.Reference)
		i := lines[n-1]
		ids := []ident.ID{i.FamilyID, i.PayeeID}
		for _, part := range i.Parts {
			ids = append(ids, part.Beneficiary)
		}
		for _, id := range ids {
			if code, blocked := m.w.Town.Blocks[id]; blocked {
				t.Fatalf("%s is in the file, though %s", p.Reference, code)
			}
		}
	}
}

func (m *machine) send(t *rapid.T) {
	l := m.list(t)
	m.broken = rapid.SampledFrom([]string{"", "", "submit.arrived", "submit.taken"}).Draw(t, "broken")
	_, err := m.w.Send(As("tari"), l.ID)
	m.broken = ""
	may(t, err)
}

func (m *machine) enquire(t *rapid.T) {
	_, err := m.w.Enquire(As("tari"), m.list(t).ID)
	may(t, err)
}

func (m *machine) collect(t *rapid.T) {
	l := m.list(t)
	_, err := m.w.Collect(As("tari"), l.ID, run.Silent{})
	may(t, err)
	if files, err := m.w.Bank.Statements(As("tari"), l.Number); err == nil {
		for _, f := range files {
			m.files = append(m.files, f.File)
		}
	}
}

// replay brings a file that was seen before, or half of it.
func (m *machine) replay(t *rapid.T) {
	if len(m.files) == 0 {
		t.Skip("no file")
	}
	f := m.files[rapid.IntRange(0, len(m.files)-1).Draw(t, "file")]
	if rapid.Bool().Draw(t, "half") {
		f = f[:len(f)/2]
	}
	r, err := m.w.Reconcile(As("tari"), "lagi", bytes.NewReader(f), rapid.Bool().Draw(t, "dry"), run.Silent{})
	may(t, err)
	if err == nil && r.Lines != r.Matched+r.Explained+r.Queued+r.Rejected {
		t.Fatalf("lines are lost: %+v", r)
	}
}

// line has the bank say something of one line, true or not.
func (m *machine) line(t *rapid.T) {
	l := m.list(t)
	row := bank.Result{Reference: delivery.Reference(l.Number, rapid.Int64Range(1, machineFamilies+1).Draw(t, "line")), At: Start,
		Status: rapid.SampledFrom([]bank.Status{"PENDING", bank.Returned}).Draw(t, "status"), Code: rapid.SampledFrom(bank.Codes).Draw(t, "code"),
		Amount: rapid.SampledFrom([]money.Rupiah{1, 600_000}).Draw(t, "amount")}
	// A bank that says returned and has paid would be lying: no books can
	// stand against that. It may say so of lines that were returned.
	for _, b := range must[[]bank.Tally](t)(m.w.Bank.Tallies()) {
		if b.Reference == row.Reference && b.Credits > 0 && row.Status == bank.Returned {
			row.Status = "PENDING"
		}
	}
	r, err := m.w.Reconcile(As("tari"), "satu", bytes.NewReader(totalled(l.Number, []bank.Result{row})), false, run.Silent{})
	may(t, err)
	if err == nil && row.Status == "PENDING" && r.Matched > 0 {
		t.Fatalf("%+v", r)
	}
}

func (m *machine) hold(t *rapid.T) {
	l, n := m.list(t), []int64{rapid.Int64Range(1, machineFamilies).Draw(t, "line")}
	var err error
	if rapid.Bool().Draw(t, "back") {
		_, err = m.w.Unhold(As("citra"), l.ID, n, "uji")
	} else {
		_, err = m.w.Hold(As("tari"), l.ID, n, "uji")
	}
	may(t, err)
}

func (m *machine) discard(t *rapid.T) {
	_, err := m.w.Discard(As("tari"), m.list(t).ID, "uji")
	may(t, err)
}

// life blocks somebody, or lets them back.
func (m *machine) life(t *rapid.T) {
	f := m.w.Town.Families[rapid.IntRange(0, machineFamilies-1).Draw(t, "family")]
	id := rapid.SampledFrom([]ident.ID{f.ID, f.Payee, f.Child}).Draw(t, "who")
	if _, blocked := m.w.Town.Blocks[id]; blocked {
		delete(m.w.Town.Blocks, id)
	} else {
		m.w.Town.Blocks[id] = rapid.SampledFrom([]delivery.Code{delivery.Dead, delivery.Moved, delivery.Dormant}).Draw(t, "why")
	}
}

func (m *machine) wait(t *rapid.T) {
	m.w.Clock.Advance(time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute)
}

func (m *machine) exception(t *rapid.T) delivery.Exception {
	all, _, err := m.w.Exceptions(As("tari"), delivery.ExceptionFilter{Limit: 50})
	may(t, err)
	if len(all) == 0 {
		t.Skip("no exception")
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(t, "exception")]
}

func (m *machine) propose(t *rapid.T) {
	e := m.exception(t)
	action := rapid.SampledFrom([]delivery.Action{delivery.Requeue, delivery.Drop, delivery.Reissue, delivery.Remit, delivery.Note}).Draw(t, "action")
	_, err := m.w.Propose(As("tari"), e.ID, action, "uji")
	may(t, err)
}

func (m *machine) decide(t *rapid.T) {
	_, err := m.w.Decide(As("citra"), m.exception(t).ID, rapid.Bool().Draw(t, "approve"))
	may(t, err)
}

// sound holds the world to its promises, and what the bank paid to each
// account to three quarters of a year's entitlement.
func (m *machine) sound(t *rapid.T) {
	m.w.sound(t)
	paid := map[string]money.Rupiah{}
	lines := map[string]delivery.Instruction{}
	lists, _, err := m.w.Lists(As("tari"), delivery.ListFilter{Limit: 100})
	may(t, err)
	for _, l := range lists {
		for _, i := range must[[]delivery.Instruction](t)(m.w.Lines(As("tari"), l.ID, delivery.LineFilter{Limit: 1000})) {
			lines[delivery.Reference(l.Number, i.LineNo)] = i
		}
	}
	for _, b := range must[[]bank.Tally](t)(m.w.Bank.Tallies()) {
		if b.Credits == 0 {
			continue
		}
		i := lines[b.Reference]
		paid[i.FamilyID.String()] += money.Rupiah(int64(b.Credits) * b.Amount)
		if i.Status != delivery.OnTheWay && i.Status != delivery.Credited {
			t.Fatalf("%s was paid, the books say %s", b.Reference, i.Status)
		}
	}
	for _, f := range m.w.Town.Families {
		if most := 3 * (600_000 + cmp.Or(f.Annual/4, 0)); paid[f.ID.String()] > most {
			t.Fatalf("a family was paid %s of at most %s", paid[f.ID.String()], most)
		}
	}
}
