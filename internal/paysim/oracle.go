package paysim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// oracle knows the town and what people did, and sees every file that is
// handed to a payer. It knows nothing of the program's tables.
type oracle struct {
	town    *town
	result  *Result
	episode int
	step    int // the step that is being taken
	clock   func() time.Time

	unknown map[string]time.Time // batch → when it was handed over, while nobody knows what became of it
	began   map[string]int       // batch → step at which its sending began
	made    map[string]int       // batch → step at which its list was made
	held    map[string]bool      // references that people hold by hand
	gone    int                  // step since which the determination is withdrawn; 0 is in force
	makers  map[ident.ID]string  // of lists
	checks  map[ident.ID]string  // who checked them
	asked   map[ident.ID]string  // who proposed what is to be done about an exception
}

func newOracle(t *town, r *Result, episode int) *oracle {
	return &oracle{town: t, result: r, episode: episode, unknown: map[string]time.Time{}, began: map[string]int{}, made: map[string]int{},
		held: map[string]bool{}, makers: map[ident.ID]string{}, checks: map[ident.ID]string{}, asked: map[ident.ID]string{}}
}

// find records what must not be; of one kind, the first few of an episode.
func (o *oracle) find(k Kind, format string, args ...any) {
	const enough = 20
	*o.result.count(k)++
	if len(o.result.Findings) < enough {
		o.result.Findings = append(o.result.Findings, Finding{k, o.episode, o.step, fmt.Sprintf(format, args...)})
	}
}

// sure is how long after a hand-over a channel's word that nothing arrived
// can be believed; a little less than the program's own patience.
const sure = 9 * time.Minute

// handed looks at a file at the moment in which it is handed over.
func (o *oracle) handed(order bank.Order) {
	if at, open := o.unknown[order.Batch]; open {
		o.find(ResentUnknown, "%s was handed over again, %s after a hand-over of unknown outcome", order.Batch, o.clock().Sub(at).Round(time.Second))
	}
	o.unknown[order.Batch] = o.clock()
	began := o.began[order.Batch]
	if o.gone > 0 && o.gone < began {
		o.find(Ineligible, "%s was handed over though its determination was withdrawn at step %d", order.Batch, o.gone)
	}
	programme, period, ok := named(order.Batch)
	if !ok {
		o.find(Unexplained, "%s is no name of a batch", order.Batch)
		return
	}
	for _, p := range order.Payments {
		o.payment(order.Batch, programme, period, began, p)
	}
}

// payment holds one order to pay to who may be paid what.
func (o *oracle) payment(batch, programme string, period, began int, p bank.Payment) {
	n, ok := o.town.owner(p)
	if !ok {
		o.find(Ineligible, "%s pays an account that is nobody's", p.Reference)
		return
	}
	if b, stopped := o.town.stopped(programme, n, o.town.forPupil(programme, period, n, p.Amount)); stopped && b.since < began {
		o.find(Ineligible, "%s pays family %d, though %s since step %d", p.Reference, n, b.code, b.since)
	}
	if o.held[p.Reference] {
		o.find(Ineligible, "%s is paid, though it is held by hand", p.Reference)
	}
	h := o.town.families[n].heirs[programme]
	if h.account != "" && h.since < o.made[batch] && p.Bank+p.Account != h.account {
		o.find(Ineligible, "%s pays family %d at another account than that of its heir", p.Reference, n)
	}
	if o.town.share(programme, period, n, p.Amount) == strange {
		o.find(Unexplained, "%s pays family %d %s, it is owed %s", p.Reference, n, p.Amount, o.town.due(programme, period, n))
	}
}

// certain says that a channel has refused a batch for certain.
func (o *oracle) certain(batch string) { delete(o.unknown, batch) }

// denied says that a channel has answered that a batch did not arrive. It is
// believed when every file on its way must have arrived.
func (o *oracle) denied(batch string) {
	if at, open := o.unknown[batch]; open && o.clock().Sub(at) >= sure {
		delete(o.unknown, batch)
	}
}

// named reads programme and period out of a batch's name: PKH-2026-01-01.
func named(batch string) (programme string, period int, ok bool) {
	parts := strings.Split(batch, "-")
	if len(parts) != 4 {
		return "", 0, false
	}
	_, err := fmt.Sscanf(parts[2], "%d", &period)
	return strings.ToLower(parts[0]), period, err == nil
}

// books is what the program says at the end, line by line.
type books struct {
	lines      map[string]delivery.Instruction
	exceptions map[string][]delivery.Exception // by reference
	lists      []delivery.ListRow
}

func (b *books) explained(reference string) bool { return len(b.exceptions[reference]) > 0 }

// codes lists the codes of a line's exceptions.
func (b *books) has(reference string, codes ...delivery.Code) bool {
	return slices.ContainsFunc(b.exceptions[reference], func(e delivery.Exception) bool { return slices.Contains(codes, e.Code) })
}

// judge compares, at the end of an episode, what the payers really did with
// what the books say.
func (o *oracle) judge(b *books, payers ...*payer) {
	type debt struct {
		programme string
		period    int
		family    int
	}
	credited := map[debt]int{}
	for _, p := range payers {
		for _, name := range sorted(p.batches) {
			t := p.batches[name]
			programme, period, _ := named(name)
			for _, c := range t.lines {
				o.line(b, t, c)
				if own := c.credits; own > 0 && o.town.share(programme, period, c.family, c.Amount) != alone {
					if c.lied {
						own-- // the bank's own doing; line holds it to being known
					}
					credited[debt{programme, period, c.family}] += own
				}
			}
		}
	}
	for d, times := range credited {
		if times > 1 {
			o.find(Double, "family %d was credited %d times for %s %d", d.family, times, d.programme, d.period)
		}
	}
	o.carriedOut(b, payers...)
	o.unsent(b, payers...)
	if o.result.Findings != nil {
		slices.SortStableFunc(o.result.Findings, func(x, y Finding) int {
			if x.Step != y.Step {
				return x.Step - y.Step
			}
			return strings.Compare(x.What, y.What)
		})
	}
}

// line holds what the books say of one payment to what became of it.
func (o *oracle) line(b *books, t *batch, c *credit) {
	r := o.result
	r.Payments++
	i, known := b.lines[c.Reference]
	if !known {
		o.find(Lost, "the bank has %s, the books do not", c.Reference)
		return
	}
	if n := index(i.FamilyID); n != c.family {
		o.find(Unexplained, "%s is of family %d, and was paid to family %d", c.Reference, n, c.family)
	}
	in := i.Status == delivery.Credited || i.Status == delivery.Taken || i.Status == delivery.Unclaimed
	back := i.Status == delivery.ReturnedIt || i.Status == delivery.Reissued || i.Status == delivery.Remitted
	if c.credits > 0 {
		r.Paid++
	} else {
		r.Returned++
	}
	switch {
	case c.answer == 0 || !c.told:
		r.Waiting++
		if i.Status != delivery.OnTheWay && !b.explained(c.Reference) {
			o.find(Unexplained, "%s is %s, though the bank never said so", c.Reference, i.Status)
		}
	case c.credits > 0 && c.lied:
		if !in && !b.has(c.Reference, delivery.LateCredit, delivery.CreditAfterReissue, delivery.CreditAfterRemit) {
			o.find(Unexplained, "%s was credited after it came back, the books say %s", c.Reference, i.Status)
		}
	case c.credits > 0 && c.paid != c.Amount:
		if !b.has(c.Reference, delivery.AmountDiffers) {
			o.find(Unexplained, "%s was credited with %s of %s, the books say %s", c.Reference, c.paid, c.Amount, i.Status)
		}
	case c.credits > 0 && !in:
		if !b.explained(c.Reference) || back {
			o.find(Lost, "%s was credited, the books say %s", c.Reference, i.Status)
		}
	case c.credits == 0 && !back:
		if !b.has(c.Reference, queueCodes...) {
			o.find(Lost, "%s came back, the books say %s", c.Reference, i.Status)
		}
	}
}

var queueCodes = delivery.QueueCodes

// unsent holds the books to saying of no payment that it went out which no
// payer ever saw, once nothing is in flight any more.
func (o *oracle) unsent(b *books, payers ...*payer) {
	seen := map[string]bool{}
	for _, p := range payers {
		for _, t := range p.batches {
			for _, c := range t.lines {
				seen[c.Reference] = true
			}
		}
	}
	for _, reference := range sorted(b.lines) {
		switch i := b.lines[reference]; i.Status {
		case delivery.Planned, delivery.Held, delivery.LetGo, delivery.Cancelled, delivery.Dropped:
			if i.Status == delivery.Held {
				o.result.Held++
			}
			if seen[reference] {
				o.find(Lost, "the bank has %s, the books say %s", reference, i.Status)
			}
		default:
			if !seen[reference] {
				o.find(Lost, "the books say %s is %s, no payer has ever seen it", reference, i.Status)
			}
		}
	}
	for _, l := range b.lists {
		var sum delivery.Sum
		for _, s := range l.Sums {
			sum.Lines += s.Lines
		}
		if sum.Lines != l.Lines {
			o.find(Lost, "%s has %d lines, its counts say %d", l.Number, l.Lines, sum.Lines)
		}
	}
}

// stop notes that somebody must not be paid, from this step on.
func (o *oracle) stop(id ident.ID, code delivery.Code) { o.town.blocks[id] = blocked{code, o.step} }
