package paysim

import (
	"time"

	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// act is one thing that somebody does. must holds what stands to what was
// acknowledged, when it succeeded.
type act struct {
	name string
	do   func() error
	must func()
}

// draw chooses what happens next: mostly what the next list needs, now and
// then something else.
func (e *episode) draw() act {
	if e.happens(e.faults.Life) {
		return e.life()
	}
	if e.happens(e.faults.Harmed) && len(e.files) > 0 {
		return e.harmed()
	}
	rows := e.lists()
	if len(rows) == 0 || e.happens(200) && len(rows) < 20 {
		return e.make()
	}
	if e.happens(250) {
		return e.odd(rows)
	}
	var open []delivery.ListRow
	for _, l := range rows {
		if l.Status != delivery.Settled && l.Status != delivery.Discarded {
			open = append(open, l)
		}
	}
	if len(open) == 0 {
		if e.happens(500) || len(rows) > 20 {
			return e.problem()
		}
		return e.make()
	}
	return e.next(&open[e.chance.IntN(len(open))].PayList)
}

// meanwhile has somebody else act, between two steps of an act.
func (e *episode) meanwhile() {
	kept := e.last
	a := e.draw()
	e.last = a.name
	err := a.do()
	if err != nil {
		e.note("meanwhile %s", said(err))
		if !expected(err) {
			e.oracle.find(Unexplained, "%s, while another act was under way: %v", a.name, err)
		}
	} else {
		e.note("meanwhile done")
	}
	e.last = kept
}

// pick returns one of these people; now and then siska, who has every role and
// may yet do only one hand's work.
func (e *episode) pick(people ...string) string {
	if e.happens(e.faults.Wrong) {
		return "siska"
	}
	return people[e.chance.IntN(len(people))]
}

// next does what a list needs next.
func (e *episode) next(l *delivery.PayList) act {
	switch l.Status {
	case delivery.Draft:
		return e.check(l)
	case delivery.Checked:
		if e.happens(150) {
			return e.line(l)
		}
		return e.release(l)
	case delivery.Released:
		if e.happens(400) {
			return act{name: "cut " + l.Number, do: func() error { return second(e.service.ExportBankFile(as("tari"), l.ID)) }}
		}
		return e.send(l)
	default:
		if e.happens(300) {
			return act{name: "enquire " + l.Number, do: func() error {
				if e.happens(500) { // some cannot wait
					e.clock.Advance(time.Duration(e.chance.IntN(15)) * time.Minute)
				}
				return second(e.service.Enquire(as("tono"), l.ID))
			}}
		}
		return act{name: "collect " + l.Number, do: func() error {
			e.clock.Advance(time.Duration(e.chance.IntN(30)) * time.Hour)
			return e.collect(l.ID)
		}}
	}
}

// make makes a list, of a programme and an instalment.
func (e *episode) make() act {
	o := delivery.Order{Programme: "pkh", Period: delivery.Period{Year: start.Year(), No: 1 + e.chance.IntN(2)}}
	if e.happens(500) {
		o.Programme = "sembako"
	}
	if e.happens(150) {
		o.Period.No = cycles[o.Programme]
	}
	if e.happens(150) {
		o.Means = delivery.Post
	}
	who := e.pick("tari", "tono")
	var made *delivery.PayList
	return act{name: "make " + o.Programme + " " + o.Period.String() + " " + string(o.Means) + " by " + who, do: func() error {
		if err := e.allot(o.Programme); err != nil {
			return err
		}
		l, err := e.service.MakePayList(as(who), o, run.Silent{})
		if err != nil {
			return err
		}
		made = l
		// Somebody may have made it before, and died of it: it is shown again.
		if was := e.oracle.makers[l.ID]; was != "" && was != l.Made.By {
			e.oracle.find(Unexplained, "%s was made by %s, and is said to be by %s", l.Number, was, l.Made.By)
		}
		e.oracle.makers[l.ID] = l.Made.By
		return nil
	}, must: func() { e.stands(made, delivery.ListStatuses...) }}
}

// allot records the year's money; the same document again changes nothing.
func (e *episode) allot(programme string) error {
	const year, plenty = 2026, 100_000_000_000
	return second(e.service.Allot(as("rudi"), year, programme, regency, plenty, "DIPA "+programme))
}

// stands holds what was acknowledged to what stands.
func (e *episode) stands(l *delivery.PayList, at ...delivery.ListStatus) {
	now, err := e.service.ByNumber(as("tari"), l.Number)
	if err != nil {
		e.oracle.find(Lost, "%s was acknowledged and does not stand: %v", l.Number, err)
		return
	}
	for _, s := range at {
		if now.Status == s {
			return
		}
	}
	e.oracle.find(Lost, "%s was acknowledged as %s and is %s", l.Number, at[0], now.Status)
}

// check asks about the accounts, and signs what stands.
func (e *episode) check(l *delivery.PayList) act {
	who := e.pick("citra", "candra")
	return act{name: "check " + l.Number + " by " + who, do: func() error {
		if l.Means == delivery.ByBank {
			if err := second(e.service.CheckAccounts(as("tari"), l.ID, run.Silent{})); err != nil {
				return err
			}
		}
		now, err := e.service.ByNumber(as(who), l.Number)
		if err != nil {
			return err
		}
		delete(e.oracle.checks, l.ID) // who dies of it may yet have signed
		if _, err = e.service.Check(as(who), l.ID, now.Digest); err != nil {
			return err
		}
		if e.oracle.makers[l.ID] == who {
			e.oracle.find(Unexplained, "%s was checked by its maker", l.Number)
		}
		e.oracle.checks[l.ID] = who
		return nil
	}, must: func() { e.stands(l, delivery.Checked, delivery.Draft, delivery.Released, delivery.Discarded) }}
}

// release lets the money go, as a third person; now and then of another sum
// than what would be paid.
func (e *episode) release(l *delivery.PayList) act {
	who := e.pick("rudi", "rini")
	other := e.happens(e.faults.Wrong)
	return act{name: "release " + l.Number + " by " + who, do: func() error {
		r, err := e.service.Review(as(who), l.ID)
		if err != nil {
			return err
		}
		agreed := delivery.Confirmation(r.Pay)
		if other {
			agreed.Total++
		}
		if _, err := e.service.Release(as(who), l.ID, agreed); err != nil {
			return err
		}
		if other {
			e.oracle.find(Unexplained, "%s was released though another sum was agreed to", l.Number)
		}
		if e.oracle.makers[l.ID] == who || e.oracle.checks[l.ID] == who {
			e.oracle.find(Unexplained, "%s was released by who made or checked it", l.Number)
		}
		return nil
	}, must: func() { e.stands(l, delivery.Released, delivery.Sent, delivery.Settled) }}
}

// send cuts and hands over.
func (e *episode) send(l *delivery.PayList) act {
	who := e.pick("tari", "tono")
	return act{name: "send " + l.Number + " by " + who, do: func() error {
		e.oracle.began[l.Number] = e.oracle.step
		if err := second(e.service.ExportBankFile(as(who), l.ID)); err != nil {
			return err
		}
		return second(e.service.Send(as(who), l.ID))
	}, must: func() { e.stands(l, delivery.Sent, delivery.Settled) }}
}

// collect fetches what the channel has, and keeps the files for whoever
// brings them again.
func (e *episode) collect(id ident.ID) error {
	all, err := e.service.Collect(as("tari"), id, run.Silent{})
	for _, r := range all {
		e.counted(r, 0)
	}
	for _, p := range []*payer{e.bank, e.post} {
		for _, name := range sorted(p.batches) {
			for _, s := range p.batches[name].files {
				e.keep(s.File)
			}
		}
	}
	return err
}
