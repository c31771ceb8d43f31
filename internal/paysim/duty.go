package paysim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// duty is one that a pupil's family did not meet: a part of what is paid for
// the pupil is kept back once, and paid back once when the appeal is upheld.
type duty struct {
	ref     ident.ID
	percent int
	since   int // step from which lists know of it
	heard   int // step of the upheld appeal; 0 is none
}

const dutyProgramme, dutyComponent = "pkh", "sma"

// missOrHear has a duty missed that was met until now, or an appeal upheld
// about one that was missed.
func (e *episode) missOrHear() act {
	n := e.fate.IntN(len(e.town.families))
	percent := []int{10, 33, 100}[e.fate.IntN(3)]
	return act{name: fmt.Sprint("duty ", n), do: func() error {
		d, missed := e.town.duties[n]
		switch {
		case !e.town.families[n].pupil:
		case !missed:
			e.town.duties[n] = &duty{ref: townID(7, n), percent: percent, since: e.oracle.step}
			e.note("missed, %d %%", percent)
		case d.heard == 0:
			d.heard = e.oracle.step
			e.note("heard")
		}
		return nil
	}}
}

// Consequences gives what follows from duties.
func (t *town) Consequences(_ context.Context, programme string, _ delivery.Period, area string, fn func(delivery.Consequence) error) error {
	if programme != dutyProgramme {
		return nil
	}
	for _, n := range slices.Sorted(maps.Keys(t.duties)) {
		d, f := t.duties[n], t.families[n]
		if !strings.HasPrefix(f.area, area) {
			continue
		}
		c := delivery.Consequence{Ref: d.ref, FamilyID: f.id, Area: f.area, Beneficiary: f.child, Component: dutyComponent, Version: "2026-01",
			From: delivery.Period{Year: start.Year(), No: 1}, Percent: d.percent, Waived: d.heard > 0}
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

// kept is what a family's duty keeps back of an instalment.
func (t *town) kept(n, period int) money.Rupiah {
	d := t.duties[n]
	if d == nil {
		return 0
	}
	cycle := cycles[dutyProgramme]
	part := t.annual(dutyProgramme, t.families[n])[dutyComponent]
	amount := part / money.Rupiah(cycle)
	if period == cycle {
		amount += part % money.Rupiah(cycle)
	}
	return amount * money.Rupiah(d.percent) / 100
}

// share is what a payment is beside what is due for its period.
type share int

const (
	strange share = iota // no such amount can be owed
	inFull
	less  // a missed duty kept something back
	more  // with what an upheld appeal pays back of one instalment
	alone // nothing but what an upheld appeal pays back
)

// share says what an amount is that is paid to a family for a period.
func (t *town) share(programme string, period, n int, amount money.Rupiah) share {
	due := t.due(programme, period, n)
	d := t.duties[n]
	switch {
	case amount == due:
		return inFull
	case programme != dutyProgramme || d == nil:
		return strange
	case amount == due-t.kept(n, period):
		return less
	}
	for other := range cycles[dutyProgramme] {
		switch back := t.kept(n, other+1); {
		case d.heard == 0:
		case amount == due+back:
			return more
		case amount == back:
			return alone
		}
	}
	return strange
}

// forPupil reports whether a payment is for the pupil too: not where all of
// the pupil's part is kept back.
func (t *town) forPupil(programme string, period, n int, amount money.Rupiah) bool {
	const all = 100
	return programme == dutyProgramme && t.families[n].pupil && (t.duties[n] == nil || t.duties[n].percent < all || t.share(programme, period, n, amount) != less)
}

// carried is what became of one duty, by the payers' own count and by the
// lines that the books hold or once held.
type carried struct {
	kept, back        int  // payments credited
	least             int  // step of the oldest list whose payment kept something back
	lessEver, more    bool // there is a line that kept back, that paid back
	after, afterHeard int  // payments on lists made after the duty was missed; after it was kept back and heard
}

// carriedOut holds what followed from every missed duty to having followed
// once, and what an upheld appeal gives back to having been given back once.
func (o *oracle) carriedOut(b *books, payers ...*payer) {
	for _, n := range slices.Sorted(maps.Keys(o.town.duties)) {
		d := o.town.duties[n]
		c := o.follow(b, n, payers...)
		what := fmt.Sprintf("the duty that family %d missed at step %d", n, d.since)
		switch {
		case c.back > 1:
			o.find(Double, "%s was paid back %d times", what, c.back)
		case c.back > 0 && d.heard == 0:
			o.find(Ineligible, "%s was paid back, and nobody was heard", what)
		case c.kept > 1:
			o.find(Unexplained, "%s was kept back by %d instalments", what, c.kept)
		case d.heard == 0 && c.after > 0 && !c.lessEver:
			o.find(Ineligible, "%s was forgotten by %d payments", what, c.after)
		case d.heard > 0 && c.kept == 1 && c.afterHeard > 0 && !c.more:
			o.find(Lost, "%s was never paid back, though heard at step %d", what, d.heard)
		}
	}
}

// follow gathers what became of a family's duty.
func (o *oracle) follow(b *books, n int, payers ...*payer) carried {
	var c carried
	o.paidTo(n, payers, func(batch string, s share, p *credit) {
		if s == less && p.credits > 0 && !p.lied {
			c.kept++
			c.least = o.made[batch]
		}
	})
	d := o.town.duties[n]
	o.paidTo(n, payers, func(batch string, s share, p *credit) {
		if (s == more || s == alone) && p.credits > 0 && !p.lied {
			c.back++
		}
		if o.made[batch] > d.since {
			c.after++
		}
		if o.made[batch] > max(d.heard, c.least) {
			c.afterHeard++
		}
	})
	for reference, i := range b.lines {
		programme, period, ok := named(reference[:strings.LastIndexByte(reference, '-')])
		if !ok || programme != dutyProgramme || index(i.FamilyID) != n {
			continue
		}
		s := o.town.share(programme, period, n, i.Amount)
		c.lessEver = c.lessEver || s == less
		c.more = c.more || s == more || s == alone
	}
	return c
}

// paidTo goes through what payers were asked to pay a family of the programme.
func (o *oracle) paidTo(n int, payers []*payer, fn func(batch string, s share, p *credit)) {
	for _, p := range payers {
		for _, name := range sorted(p.batches) {
			programme, period, ok := named(name)
			if !ok || programme != dutyProgramme {
				continue
			}
			for _, line := range p.batches[name].lines {
				if line.family == n {
					fn(name, o.town.share(programme, period, n, line.Amount), line)
				}
			}
		}
	}
}
