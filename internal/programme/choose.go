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

// chooser chooses for one subject after the other, in the same memory.
type chooser struct {
	p         *Programme
	all, kept []candidate
	members   []int
}

// choose appends the candidates that the caps leave: the dearest are kept
// first, equal ones by component and then by member. It reports whether the
// lines are certain.
//
// The caps are applied with the unknown candidates counted in. If none of
// them is kept, none can be kept whatever turns out, since taking out what
// was not kept changes nothing; then the lines are certain.
func (c *chooser) choose(candidates []candidate, into []Line) (lines []Line, certain bool) {
	certain = true
	open := false
	c.all = c.all[:0]
	for _, x := range candidates {
		if x.truth == rule.No || x.known && x.line.Annual <= 0 && !c.p.Benefits[x.line.Benefit].Service {
			continue
		}
		certain = certain && x.known
		open = open || x.truth == rule.Unknown
		c.all = append(c.all, x)
	}
	if len(c.all) > 1 {
		slices.SortStableFunc(c.all, byWorth)
	}
	if certain && open {
		certain = !slices.ContainsFunc(c.keep(), func(x candidate) bool { return x.truth == rule.Unknown })
	}
	if open || !certain {
		c.all = slices.DeleteFunc(c.all, func(x candidate) bool { return x.truth != rule.Yes || !x.known })
	}
	from := len(into)
	for _, x := range c.keep() {
		into = append(into, x.line)
	}
	if len(into)-from > 1 {
		slices.SortFunc(into[from:], byPlace)
	}
	return into, certain
}

func byWorth(a, b candidate) int {
	if a.line.Annual != b.line.Annual {
		return cmp.Compare(b.line.Annual, a.line.Annual)
	}
	return byPlace(a.line, b.line)
}

func byPlace(a, b Line) int {
	if a.Benefit != b.Benefit {
		return a.Benefit - b.Benefit
	}
	return a.Member - b.Member
}

// keep goes through the candidates in their order and keeps those for which
// there is room.
func (c *chooser) keep() []candidate {
	c.kept = c.kept[:0]
	for _, x := range c.all {
		if c.room(x.line) {
			c.kept = append(c.kept, x)
		}
	}
	return c.kept
}

// room reports whether the caps leave room for a line beside those kept.
func (c *chooser) room(l Line) bool {
	p := c.p
	ofComponent, ofMember := 0, 0
	members := c.members[:0]
	for _, k := range c.kept {
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
	c.members = members
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
