package paysim

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// life goes on: somebody dies, moves, falls asleep or comes back, the
// determination is withdrawn, a hold is placed or lifted.
func (e *episode) life() act {
	n := e.chance.IntN(len(e.town.families))
	f := e.town.families[n]
	switch e.chance.IntN(10) {
	case 0:
		return act{name: "determination", do: func() error {
			if e.town.withdrawn = !e.town.withdrawn; e.town.withdrawn {
				e.oracle.gone = e.oracle.step
			} else {
				e.oracle.gone = 0
			}
			return nil
		}}
	case 1, 2:
		return e.hold(n, fmt.Sprint("hold ", n))
	case 3:
		return e.lift()
	case 4:
		return e.heir(n)
	}
	if e.town.withdrawn {
		return act{name: "determination again", do: func() error { e.town.withdrawn, e.oracle.gone = false, 0; return nil }}
	}
	id := []ident.ID{f.id, f.payee, f.child}[e.chance.IntN(3)]
	return act{name: fmt.Sprint("life ", n), do: func() error {
		switch b, stopped := e.town.blocks[id]; {
		case stopped && b.code != delivery.OnHold:
			delete(e.town.blocks, id)
		case !stopped:
			e.oracle.stop(id, []delivery.Code{delivery.Dead, delivery.Moved, delivery.Duplicate, delivery.Dormant, delivery.Exited}[e.chance.IntN(5)])
		}
		return nil
	}}
}

// hold places a hold on a family under a key, and asks again under the same
// key as one whose answer was lost: it is one hold.
func (e *episode) hold(n int, name string) act {
	f := e.town.families[n]
	key := fmt.Sprint("hold-", e.oracle.step, "-", n, "-", e.nested)
	return act{name: name, do: func() error {
		ask := func(reason string) (*delivery.Hold, error) {
			h := delivery.Hold{FamilyID: f.id, Reason: reason}
			return delivery.Once(as("tari"), e.service, key, h, func(ctx context.Context) (*delivery.Hold, error) { return e.service.PlaceHold(ctx, h) })
		}
		h, err := ask("uji")
		if err != nil {
			return err
		}
		// another may have lifted it as soon as it stood
		if _, stopped := e.town.blocks[f.id]; !stopped && !e.town.lifted[h.ID] {
			e.oracle.stop(f.id, delivery.OnHold)
		}
		again, err := ask("uji")
		if err != nil {
			return err
		}
		if again.ID != h.ID {
			e.oracle.find(Unexplained, "the same key placed two holds")
		}
		if _, err := ask("lain"); err == nil {
			e.oracle.find(Unexplained, "the same key was taken for another request")
		} else if !fault.Is(err, fault.KindConflict) {
			return err
		}
		return nil
	}}
}

// lift lifts a hold; the family counts as held until it has succeeded, or as
// nothing at all where nobody knows.
func (e *episode) lift() act {
	return act{name: "lift", do: func() error {
		all, _, err := e.service.Holds(as("citra"), delivery.HoldFilter{Limit: 10})
		if err != nil || len(all) == 0 {
			return err
		}
		h := all[e.chance.IntN(len(all))]
		if b := e.town.blocks[h.FamilyID]; b.code == delivery.OnHold {
			delete(e.town.blocks, h.FamilyID)
		}
		e.town.lifted[h.ID] = true
		return second(e.service.LiftHold(as("citra"), h.ID, "uji"))
	}}
}

// heir proposes or decides that another receives.
func (e *episode) heir(n int) act {
	f := e.town.families[n]
	programme := []string{"pkh", "sembako"}[e.chance.IntN(2)]
	proposer, decider := e.pick("tari", "tono"), e.pick("citra", "candra")
	return act{name: fmt.Sprint("heir ", programme, " ", n), do: func() error {
		r, err := e.service.ProposeRoute(as(proposer), delivery.Proposal{FamilyID: f.id, Programme: programme, Kind: delivery.Heir, Holder: f.holder, Relation: "anak",
			Bank: heirBank, Number: heirAccount(n), Evidence: "akta", Note: "uji"})
		if err != nil {
			return err
		}
		f.heirs[programme] = heir{}
		if _, err := e.service.DecideRoute(as(decider), r.ID, true); err != nil {
			return err
		}
		if proposer == decider {
			e.oracle.find(Unexplained, "a route was approved by who proposed it")
		}
		f.heirs[programme] = heir{heirBank + heirAccount(n), e.oracle.step}
		return nil
	}}
}

// odd is what happens now and then to one of the lists.
func (e *episode) odd(rows []delivery.ListRow) act {
	l := rows[e.chance.IntN(len(rows))].PayList
	switch e.chance.IntN(9) {
	case 0:
		return act{name: "discard " + l.Number, do: func() error { return second(e.service.Discard(as("tari"), l.ID, "uji")) }}
	case 1:
		return e.line(&l)
	case 2:
		return act{name: "sweep", do: func() error {
			e.clock.Advance(time.Duration(20+e.chance.IntN(80)) * 24 * time.Hour)
			if err := second(e.service.Sweep(as("tono"), run.Silent{})); err != nil {
				return err
			}
			return e.recall()
		}}
	case 3:
		return e.use(l.Number)
	case 4:
		return e.claim()
	case 5:
		return act{name: "again " + l.Number, do: func() error { return second(e.service.Send(as("tono"), l.ID)) }}
	default:
		return e.problem()
	}
}

// line holds a line by hand or lets it back: whatever check there was is void.
func (e *episode) line(l *delivery.PayList) act {
	n := 1 + e.chance.Int64N(max(l.Lines, 1))
	reference := delivery.Reference(l.Number, n)
	if e.oracle.held[reference] {
		return act{name: "unhold " + reference, do: func() error {
			delete(e.oracle.held, reference)
			return second(e.service.Unhold(as("candra"), l.ID, []int64{n}, "uji"))
		}}
	}
	return act{name: "hold " + reference, do: func() error {
		now, err := e.service.Hold(as("tari"), l.ID, []int64{n}, "uji")
		if err != nil {
			return err
		}
		e.oracle.held[reference] = true
		if now.Status != delivery.Draft {
			e.oracle.find(Unexplained, "%s was edited and is still %s", l.Number, now.Status)
		}
		return nil
	}, must: func() { e.stands(l, delivery.Draft, delivery.Checked, delivery.Discarded) }} // another may have signed it as soon as it was edited
}

// problem proposes what to do about an exception, or decides it.
func (e *episode) problem() act {
	at, choice, approve := e.chance.IntN(1000), e.chance.IntN(1000), e.happens(850)
	proposer, decider := e.pick("tari", "tono"), e.pick("citra", "candra")
	return act{name: "problem", do: func() error {
		all, _, err := e.service.Exceptions(as(proposer), delivery.ExceptionFilter{Limit: 40})
		if err != nil || len(all) == 0 {
			return err
		}
		x := all[at%len(all)]
		if i := slices.IndexFunc(all, func(x delivery.Exception) bool { return x.Status == delivery.Proposed }); i >= 0 && choice%2 == 0 {
			x = all[i] // decided before more is proposed
		} else if i := slices.IndexFunc(all, func(x delivery.Exception) bool { return slices.Contains(e.service.Actions(&x), delivery.Reissue) }); i >= 0 && choice%3 == 0 {
			x = all[i] // what came back waits for people to be paid again
		}
		if x.Status == delivery.Open {
			actions := e.service.Actions(&x)
			if len(actions) == 0 {
				return nil
			}
			if _, err := e.service.Propose(as(proposer), x.ID, actions[choice%len(actions)], "uji"); err != nil {
				return err
			}
			e.oracle.asked[x.ID] = proposer
			return nil
		}
		if n := index(x.FamilyID); x.Action == delivery.ByPost && n >= 0 && n < len(e.town.families) {
			e.town.families[n].heirs["pkh"], e.town.families[n].heirs["sembako"] = heir{}, heir{}
		}
		if _, err := e.service.Decide(as(decider), x.ID, approve); err != nil {
			return err
		}
		if e.oracle.asked[x.ID] == decider {
			e.oracle.find(Unexplained, "an exception was decided by who proposed it")
		}
		return nil
	}}
}

// claim repays or waives what is owed.
func (e *episode) claim() act {
	what := e.chance.IntN(3)
	return act{name: "claim", do: func() error {
		all, _, err := e.service.Claims(as("tari"), delivery.ClaimFilter{Status: delivery.ClaimOpen, Limit: 10})
		if err != nil || len(all) == 0 {
			return err
		}
		c := all[e.chance.IntN(len(all))]
		switch what {
		case 0:
			today := civil.OfTime(e.clock.Now())
			p, err := e.service.Repay(as("tari"), c.ID, max(c.Left()/2, 1), today, fmt.Sprint("NTPN-", e.oracle.step))
			if err != nil {
				return err
			}
			return second(e.service.DecideRepayment(as("citra"), c.ID, p.No, true))
		case 1:
			return second(e.service.Waive(as("candra"), c.ID, "uji"))
		default:
			return second(e.service.Waive(as("citra"), c.ID, "uji"))
		}
	}}
}

// use has the bank say of some credits of a batch that they were used.
func (e *episode) use(number string) act {
	return act{name: "use " + number, do: func() error {
		f := bank.Return{Batch: number, At: e.clock.Now()}
		for _, c := range e.creditsOf(number) {
			if c.credits > 0 && c.told && !c.lied && c.paid == c.Amount && e.happens(400) {
				f.Results = append(f.Results, bank.Result{Reference: c.Reference, Status: bank.Used, Amount: c.paid, At: f.At})
			}
		}
		if len(f.Results) == 0 {
			return nil
		}
		return e.bring("dipakai", f.Bytes())
	}}
}

// recall has the bank give back what was called back. Its file is one of the
// bank's own: who does not get to bring it now fetches it another day.
func (e *episode) recall() error {
	for _, l := range e.lists() {
		if l.Sums[delivery.Unclaimed].Lines == 0 {
			continue
		}
		lines, err := e.service.Lines(as("tari"), l.ID, delivery.LineFilter{Status: delivery.Unclaimed, Limit: 500})
		if err != nil {
			return err
		}
		b := e.batch(l.Number)
		if b == nil {
			continue // no payer has ever seen it; the oracle says so
		}
		f := bank.Return{Batch: l.Number, At: e.clock.Now()}
		for _, c := range b.lines {
			wanted := slices.ContainsFunc(lines, func(i delivery.Instruction) bool { return delivery.Reference(l.Number, i.LineNo) == c.Reference })
			if wanted && c.credits == 1 && c.paid == c.Amount && !c.lied {
				c.credits, c.code, c.turn = 0, bank.Unused, false
				f.Results = append(f.Results, bank.Result{Reference: c.Reference, Status: bank.Returned, Code: bank.Unused, Amount: c.Amount, At: f.At})
			}
		}
		if len(f.Results) == 0 {
			continue
		}
		b.recalled = append(b.recalled, bank.Statement{Name: fmt.Sprintf("%s-dipanggil-%d.csv", l.Number, len(b.recalled)+1), File: f.Bytes()})
		e.keep(f.Bytes())
		if err := e.bring("dipanggil", f.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// batch returns what the payers have of a list, or nil.
func (e *episode) batch(number string) *batch {
	return cmp.Or(e.bank.batches[number], e.post.batches[number])
}

func (e *episode) creditsOf(number string) []*credit {
	if b := e.batch(number); b != nil {
		return b.lines
	}
	return nil
}

// keep remembers a file that a payer really made.
func (e *episode) keep(file []byte) {
	if !slices.ContainsFunc(e.files, func(f []byte) bool { return bytes.Equal(f, file) }) {
		e.files = append(e.files, file)
	}
}

// bring reconciles a file, and counts its lines.
func (e *episode) bring(name string, file []byte) error {
	r, err := e.service.Reconcile(as("tono"), name, bytes.NewReader(file), false, run.Silent{})
	if err != nil {
		return err
	}
	e.counted(r, int64(bytes.Count(file, []byte("\nD,"))))
	return nil
}

// counted holds a reconciliation to leaving no line out.
func (e *episode) counted(r *delivery.Reconciliation, lines int64) {
	if r.Lines != r.Matched+r.Explained+r.Queued+r.Rejected || lines > 0 && r.Refused == nil && r.Lines != lines {
		e.oracle.find(Unexplained, "%s has %d lines, %d are accounted for", r.Name, max(r.Lines, lines), r.Matched+r.Explained+r.Queued+r.Rejected)
	}
}
