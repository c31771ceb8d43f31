package delivery

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/work"
)

// Consequence is what follows for a part of an instalment from a duty that
// was not met, once the family was told and could object.
type Consequence struct {
	Ref         ident.ID // of the consequence; one is carried out once
	FamilyID    ident.ID
	Area        string
	Beneficiary ident.ID
	Component   string
	Version     string // of the programme
	From        Period // the first instalment that it may touch
	Percent     int    // of the part, kept back; 100 is all of it
	Waived      bool   // an appeal was upheld: nothing is kept back, and what was is paid back
}

// Consequences gives what package condition has decided.
type Consequences interface {
	// Consequences gives those of a programme, in an area and for an
	// instalment or an earlier one, that may be carried out today. It works in
	// the transaction of its context.
	Consequences(ctx context.Context, programme string, p Period, area string, fn func(Consequence) error) error
}

// AdjustmentKind says which way an adjustment goes.
type AdjustmentKind string

// The kinds.
const (
	Withheld AdjustmentKind = "withheld" // a part was made smaller, or left out
	Repaid   AdjustmentKind = "repaid"   // what was withheld is paid after all
)

// Adjustment is what a line did about a consequence.
type Adjustment struct {
	Ref         ident.ID
	Kind        AdjustmentKind
	Beneficiary ident.ID
	Component   string
	Period      Period // whose part it is
	Percent     int
	Amount      money.Rupiah
}

// Suspended says that all of a line is kept back for duties that were not met.
const Suspended Code = "suspended"

// backPay is how the component of a part is called that pays back what was
// withheld of it. It stands beside the part itself, once for each instalment.
const backPay = ":susulan"

// BackPayOf returns the component that a part pays back, and whether it does.
func BackPayOf(component string) (string, bool) { return strings.CutSuffix(component, backPay) }

// standingAdjustment are the living adjustments for one consequence.
type standingAdjustment struct {
	family           ident.ID
	withheld, repaid *Adjustment
}

// adjuster applies consequences to the lines of one list. It is empty, and
// changes nothing, where there are none.
type adjuster struct {
	period  Period
	of      map[grantKey][]Consequence // by what they touch, the gravest first
	waived  map[ident.ID][]Consequence // by family: upheld, in order
	living  map[ident.ID]standingAdjustment
	settled map[grantKey]bool // withheld in this period already
}

// adjusting reads the consequences for a list, with others who make lists of
// the programme waiting: what two lists pay back is told apart by nothing else.
func (s *Service) adjusting(ctx context.Context, programme string, p Period, area string) (*adjuster, error) {
	a := &adjuster{period: p, of: map[grantKey][]Consequence{}, waived: map[ident.ID][]Consequence{}, living: map[ident.ID]standingAdjustment{}, settled: map[grantKey]bool{}}
	if s.Consequences == nil {
		return a, nil
	}
	if err := s.Store.Serialise(ctx, programme); err != nil {
		return nil, err
	}
	err := s.Consequences.Consequences(ctx, programme, p, area, func(c Consequence) error {
		if c.Waived {
			a.waived[c.FamilyID] = append(a.waived[c.FamilyID], c)
		} else {
			k := grantKey{c.Beneficiary, c.Component}
			a.of[k] = append(a.of[k], c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, all := range a.of {
		slices.SortFunc(all, func(x, y Consequence) int {
			return cmp.Or(cmp.Compare(y.Percent, x.Percent), bytes.Compare(x.Ref[:], y.Ref[:]))
		})
	}
	for _, all := range a.waived {
		slices.SortFunc(all, func(x, y Consequence) int { return bytes.Compare(x.Ref[:], y.Ref[:]) })
	}
	everywhere := access.With(ctx, access.System("adjust once"))
	return a, s.Store.Adjustments(everywhere, programme, func(family ident.ID, x Adjustment) {
		l := a.living[x.Ref]
		l.family = family
		if x.Kind == Withheld {
			l.withheld = &x
			if x.Period == p {
				a.settled[grantKey{x.Beneficiary, x.Component}] = true
			}
		} else {
			l.repaid = &x
		}
		a.living[x.Ref] = l
	})
}

// owed lists the waived consequences of which something was withheld that is
// not paid back yet, by family.
func (a *adjuster) owed(family ident.ID) []Consequence {
	return slices.DeleteFunc(slices.Clone(a.waived[family]), func(c Consequence) bool {
		l := a.living[c.Ref]
		return l.withheld == nil || l.repaid != nil || l.withheld.Amount == 0
	})
}

// part returns what is paid of a part, and what was done about it.
func (a *adjuster) part(family ident.ID, k grantKey, amount money.Rupiah) (money.Rupiah, []Adjustment) {
	did := func(c Consequence, withheld money.Rupiah) Adjustment {
		return Adjustment{Ref: c.Ref, Kind: Withheld, Beneficiary: k.beneficiary, Component: k.component, Period: a.period, Percent: c.Percent, Amount: withheld}
	}
	// What was paid back of this very part, before its line had to be paid
	// anew, is not paid a second time.
	for _, c := range a.waived[family] {
		l := a.living[c.Ref]
		if l.repaid == nil || l.withheld != nil || l.repaid.Period != a.period || k != (grantKey{c.Beneficiary, c.Component}) {
			continue
		}
		withheld := min(l.repaid.Amount, amount)
		return amount - withheld, []Adjustment{did(c, withheld)}
	}
	var done []Adjustment
	left := amount
	for _, c := range a.of[k] {
		if a.living[c.Ref].withheld != nil {
			continue // carried out by another instalment
		}
		var withheld money.Rupiah
		if len(done) == 0 { // the gravest alone counts
			withheld = Kept(amount, c.Percent)
			left -= withheld
		}
		done = append(done, did(c, withheld))
	}
	return left, done
}

// Kept returns what a percentage keeps back of an amount, rounded in the
// family's favour.
func Kept(amount money.Rupiah, percent int) money.Rupiah {
	const whole = 100
	return amount/whole*money.Rupiah(percent) + amount%whole*money.Rupiah(percent)/whole
}

// payBack adds what a line pays back.
func (a *adjuster) payBack(line *Instruction) {
	for _, c := range a.owed(line.FamilyID) {
		w := a.living[c.Ref].withheld
		line.Parts = append(line.Parts, Part{Beneficiary: w.Beneficiary, Component: w.Component + backPay, Amount: w.Amount, Period: w.Period})
		line.Adjusted = append(line.Adjusted, Adjustment{Ref: c.Ref, Kind: Repaid, Beneficiary: w.Beneficiary, Component: w.Component, Period: w.Period, Percent: w.Percent, Amount: w.Amount})
		line.Amount += w.Amount
		l := a.living[c.Ref]
		l.repaid = &line.Adjusted[len(line.Adjusted)-1]
		a.living[c.Ref] = l
	}
}

// owing adds families who are owed something by an earlier list and whom the
// determination does not entitle any more.
func (m *maker) owing(ctx context.Context) error {
	if m.s.Consequences == nil || !m.order.Means.ByFile() {
		return nil
	}
	a, err := work.Write(ctx, m.s.Unit, func(ctx context.Context) (*adjuster, error) {
		return m.s.adjusting(ctx, m.terms.Code, m.order.Period, m.order.Area)
	})
	if err != nil {
		return err
	}
	entitled := make(map[ident.ID]bool, len(m.entitled))
	for _, e := range m.entitled {
		entitled[e.FamilyID] = true
	}
	for family := range a.waived {
		if owed := a.owed(family); len(owed) > 0 && !entitled[family] {
			m.entitled = append(m.entitled, Entitlement{FamilyID: family, Area: owed[0].Area, Version: owed[0].Version})
		}
	}
	m.sort()
	return nil
}
