package programme

import (
	"cmp"
	"slices"

	"gotong/internal/rule"
)

// candidate is a line that may be given: truth says whether its condition
// holds, known whether its amount is.
type candidate struct {
	line  Line
	truth rule.Truth
	known bool
}

// choose keeps the candidates that the caps leave: the dearest first, equal
// ones by component and then by member.
//
// The caps are applied with the unknown candidates counted in. If none of
// them is kept, none can be kept whatever turns out, since taking out what
// was not kept changes nothing; then the lines are certain.
func (p *Programme) choose(candidates []candidate) Amount {
	certain := !slices.ContainsFunc(candidates, func(c candidate) bool { return c.truth != rule.No && !c.known })
	candidates = slices.DeleteFunc(candidates, func(c candidate) bool {
		return c.truth == rule.No || c.known && c.line.Annual <= 0
	})
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.line.Annual, a.line.Annual), cmp.Compare(a.line.Benefit, b.line.Benefit), cmp.Compare(a.line.Member, b.line.Member))
	})
	if certain {
		kept := p.keep(candidates)
		certain = !slices.ContainsFunc(kept, func(c candidate) bool { return c.truth == rule.Unknown })
	}
	yes := slices.DeleteFunc(candidates, func(c candidate) bool { return c.truth != rule.Yes || !c.known })
	a := Amount{Certain: certain}
	for _, c := range p.keep(yes) {
		a.Lines = append(a.Lines, c.line)
	}
	slices.SortFunc(a.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Benefit, b.Benefit), cmp.Compare(a.Member, b.Member))
	})
	return a
}

// keep goes through candidates in their order and keeps those for which
// there is room.
func (p *Programme) keep(candidates []candidate) []candidate {
	var kept []candidate
	for _, c := range candidates {
		if p.room(kept, c.line) {
			kept = append(kept, c)
		}
	}
	return kept
}

// room reports whether the caps leave room for a line beside those kept.
func (p *Programme) room(kept []candidate, l Line) bool {
	ofComponent, ofMember := 0, 0
	var members []int
	for _, k := range kept {
		if k.line.Benefit == l.Benefit {
			ofComponent++
		}
		if k.line.Member == l.Member {
			ofMember++
		}
		if m := k.line.Member; m != rule.NoMember && !slices.Contains(members, m) {
			members = append(members, m)
		}
	}
	if most := p.Benefits[l.Benefit].MaxMembers; most > 0 && ofComponent >= most {
		return false
	}
	if l.Member == rule.NoMember {
		return true
	}
	if most := p.Cap.ComponentsPerMember; most > 0 && ofMember >= most {
		return false
	}
	return p.Cap.Members == 0 || ofMember > 0 || len(members) < p.Cap.Members
}
