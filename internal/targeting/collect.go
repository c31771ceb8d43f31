package targeting

import (
	"slices"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/rule"
)

// ToCollect turns the missing facts of a family, the only one of a batch, into
// those that somebody can ask for: a missing decile into what the model of a
// ranking lacks for an area, a missing age into a date of birth, a missing
// count of earners into the members whose work is not known. Each is named
// once, family facts first. The batch has all facts of the catalogue; the
// ranking may be nil.
func ToCollect(c *indicator.Catalogue, asOf civil.Date, r *Ranking, area string, b *column.Batch, missing []rule.Reading) []rule.Reading {
	x := &collector{b: b, catalogue: c, seen: map[[2]int]bool{}}
	x.derivations, _ = c.Derivations(asOf)
	for _, m := range missing {
		switch m.Indicator.Code {
		case columnScore, columnDecile, columnDecileRegion:
			lacks := r.lacks(c, area, b.Families)
			for _, i := range lacks {
				x.add(i, noMember)
			}
			if len(lacks) == 0 {
				x.put(m.Indicator, noMember)
			}
		default:
			x.add(m.Indicator, m.Member)
		}
	}
	slices.SortStableFunc(x.out, func(a, b rule.Reading) int { return a.Member - b.Member })
	return x.out
}

// lacks returns the facts that a family's score lacks; none where it cannot be
// told, for there is no model for the area.
func (r *Ranking) lacks(c *indicator.Catalogue, area string, families *column.Table) []*indicator.Indicator {
	if r == nil {
		return nil
	}
	by, err := r.models(c)
	if err != nil {
		return nil // the decile is said to be missing all the same
	}
	m := modelOf(by.all(), area)
	if m == nil {
		return nil
	}
	_, _, missing := m.Read(families, 0)
	return missing
}

const noMember = rule.NoMember

type collector struct {
	b           *column.Batch
	catalogue   *indicator.Catalogue
	derivations *indicator.Derivations
	out         []rule.Reading
	seen        map[[2]int]bool
	found       int // missing facts met, also those seen before
}

func (c *collector) put(i *indicator.Indicator, member int) {
	c.found++
	if key := [2]int{i.No, member}; !c.seen[key] {
		c.seen[key] = true
		c.out = append(c.out, rule.Reading{Indicator: i, Member: member})
	}
}

// add puts an indicator, or what it is derived from.
func (c *collector) add(i *indicator.Indicator, member int) {
	if !i.Derived || c.derivations == nil {
		c.put(i, member)
		return
	}
	before := c.found
	if i.Level == indicator.Person {
		for _, code := range c.sources(i.Code) {
			c.lacking(code, member)
		}
	} else {
		c.ofFamily(i.Code)
	}
	if c.found == before { // it cannot be told what it needs
		c.put(i, member)
	}
}

// sources lists the facts of a person that a derived one of theirs needs.
func (c *collector) sources(code string) []string {
	d := c.derivations
	switch code {
	case "age", "age_months":
		return []string{"born"}
	case "schooling_years":
		return []string{d.SchoolingOf}
	case "second_engine":
		return append(codes(d.NotSecondEngine), "born")
	}
	return []string{code}
}

func codes(a indicator.AnyOf) []string {
	var all []string
	for _, x := range a {
		all = append(all, x.Code)
	}
	return all
}

// ofFamily puts what a derived fact of the family needs of its members, or of
// the family itself.
func (c *collector) ofFamily(code string) {
	d := c.derivations
	members := map[string][]string{
		"children": {"born"}, "adults": {"born"}, "elderly": {"born"}, "dependants": {"born"}, "lone_elderly": {"born"},
		"working_adults": append(codes(d.Working), "born"), "earners": append(codes(d.Working), "born"),
		"second_engine_adults": c.sources("second_engine"), "disabled": codes(d.Disabled), "at_school": codes(d.AtSchool),
		"max_schooling": {d.SchoolingOf, "born"}, "income_total": {"income"}, "income_per_person": {"income"},
	}
	head := map[string][]string{"head_age": {"born"}, "head_unemployed": codes(d.Working), "head_schooling": {d.SchoolingOf}, "head_female": {"sex"}}
	from, to := c.b.MembersOf(0)
	hasHead := false
	for m := range to - from {
		if in, known := c.b.Members.Columns["in_family"].At(from + m); known && in == 0 {
			continue
		}
		for _, x := range members[code] {
			c.lacking(x, m)
		}
		if isHead, _ := c.b.Members.Columns["is_head"].At(from + m); isHead == 1 {
			hasHead = true
			for _, x := range head[code] {
				c.lacking(x, m)
			}
		}
	}
	if i, ok := c.catalogue.Lookup(indicator.Person, "relation"); ok && head[code] != nil && !hasHead {
		c.put(i, noMember) // who is the head?
	}
	if code == "floor_area_per_person" {
		if i, ok := c.catalogue.Lookup(indicator.Family, "floor_area"); ok {
			c.put(i, noMember)
		}
	}
}

// lacking puts a fact of a member that is not known. Nobody is asked about
// work before the age at which it is asked.
func (c *collector) lacking(code string, member int) {
	i, ok := c.catalogue.Lookup(indicator.Person, code)
	if !ok {
		return
	}
	from, _ := c.b.MembersOf(0)
	if column := c.b.Members.Columns[code]; column != nil && column.Known.Get(from+member) {
		return
	}
	age, known := c.b.Members.Columns["age"].At(from + member)
	if slices.Contains(codes(c.derivations.Working), code) && known && age < int64(c.derivations.WorkingFrom) {
		return
	}
	c.put(i, member)
}
