package pathout

import (
	"slices"

	"gotong/internal/determination"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/targeting"
)

// Path is one family's way out, as it stands.
type Path struct {
	FamilyID  ident.ID
	Received  []Received // by strategy, then in the order of deciding
	Income    Relief     // what raises income
	Spending  Relief     // what relieves spending
	Needs     []NeedState
	Engines   []Engine // second engines
	Next      []NextStep
	Ask       []NextStep // steps of which it is not known whether they fit
	Standings []targeting.Standing
}

// Relief is what a strategy brings.
type Relief struct {
	Annual money.Rupiah // of what is given every year
	Once   money.Rupiah // of what is given a single time
}

// Monthly returns the exact monthly share of the annual amount as whole
// rupiah, and how many of the year's twelve parts are a rupiah more.
func (r Relief) Monthly() (each money.Rupiah, more int64) { return r.Annual / 12, int64(r.Annual % 12) }

// Received is what one programme gives the family.
type Received struct {
	Programme *programme.Programme
	Effects   []programme.Effect
	PersonID  ident.ID // zero where it is the family's
	Name      string   // of the person
	Annual    money.Rupiah
	Once      bool
	Goods     bool // given in kind
}

// NeedState says whether a need is met.
type NeedState struct {
	Need *Need
	Met  rule.Truth
}

// Engine is a member who could earn and does not yet, or of whom that is not
// known.
type Engine struct {
	PersonID ident.ID
	Name     string
	Age      int64
	AgeKnown bool
	Certain  bool
}

// NextStep is a step that fits, or may fit once some facts are known.
type NextStep struct {
	Step  *Step
	facts []rule.Reading
}

// MissingIn names the facts to ask for.
func (n NextStep) MissingIn(l i18n.Lang) string { return programme.FactNames(l, n.facts) }

// of works out a path from a household, the policy and what it is entitled
// to; it is a pure function.
func of(p *Policy, h *determination.Household, rows []determination.Row, programmes []*programme.Programme) *Path {
	path := &Path{FamilyID: h.IDs[0]}
	path.receive(h, rows, programmes)
	for i := range p.Needs {
		a := p.Needs[i].Met.Interpreter().Ask(&h.Batch, 0, rule.NoMember)
		path.Needs = append(path.Needs, NeedState{&p.Needs[i], a.Truth})
	}
	path.engines(h)
	for i := range p.Steps {
		if holds(h, p.Steps[i].Unless) {
			continue
		}
		a := p.Steps[i].When.Interpreter().Ask(&h.Batch, 0, rule.NoMember)
		switch a.Truth {
		case rule.Yes:
			path.Next = append(path.Next, NextStep{Step: &p.Steps[i]})
		case rule.Unknown:
			path.Ask = append(path.Ask, NextStep{Step: &p.Steps[i], facts: a.Missing})
		}
	}
	return path
}

// holds reports whether the office has on record what a step would bring.
func holds(h *determination.Household, what Held) bool {
	return what == HeldAccount && h.Dossier != nil && slices.ContainsFunc(h.Dossier.Accounts, func(a registry.MaskedAccount) bool { return a.Status != registry.AccountClosed })
}

// receive classes what the family is entitled to by strategy. A programme
// that serves both counts for both, and its money once for each.
func (path *Path) receive(h *determination.Household, rows []determination.Row, programmes []*programme.Programme) {
	for _, p := range programmes {
		for _, r := range rows {
			if r.Programme != p.Code || r.Outcome != determination.Entitled {
				continue
			}
			x := Received{Programme: p, Effects: p.Strategies(), PersonID: r.PersonID, Annual: r.Annual, Once: p.Cycle.Every == programme.Once,
				Goods: slices.ContainsFunc(p.Benefits, func(b programme.Benefit) bool { return b.Goods != i18n.Text{} })}
			if i := slices.Index(h.MemberIDs, r.PersonID); i >= 0 {
				x.Name = h.Name(i)
			}
			path.Received = append(path.Received, x)
			for _, e := range x.Effects {
				relief := &path.Spending
				if e == programme.RaiseIncome {
					relief = &path.Income
				}
				if x.Once {
					relief.Once += x.Annual
				} else {
					relief.Annual += x.Annual
				}
			}
		}
	}
	slices.SortStableFunc(path.Received, func(a, b Received) int { return rank(a) - rank(b) })
}

func rank(r Received) int {
	if slices.Contains(r.Effects, programme.RaiseIncome) {
		return 0
	}
	return 1
}

func (path *Path) engines(h *determination.Household) {
	second, in := h.Members.Columns["second_engine"], h.Members.Columns["in_family"]
	for i, id := range h.MemberIDs {
		v, known := second.At(i)
		if belongs, _ := in.At(i); belongs == 0 || known && v == 0 {
			continue
		}
		e := Engine{PersonID: id, Name: h.Name(i), Certain: known}
		e.Age, e.AgeKnown = h.Members.Columns["age"].At(i)
		path.Engines = append(path.Engines, e)
	}
}
