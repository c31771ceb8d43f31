package snapshot

import (
	"gotong/internal/indicator"
)

// Columns says which indicators to read. The zero Columns reads all, and who
// the families and members are.
type Columns struct {
	some   bool
	ids    bool // of families and members
	fids   bool // of families
	lots   bool
	planes bool
	family map[string]bool
	person map[string]bool
}

// Only returns a choice of columns to which With adds.
func Only() Columns {
	return Columns{some: true, family: map[string]bool{}, person: map[string]bool{}}
}

// With adds an indicator to the choice and returns the choice.
func (c Columns) With(l indicator.Level, code string) Columns {
	if l == indicator.Family {
		c.family[code] = true
	} else {
		c.person[code] = true
	}
	return c
}

// WithIDs returns the choice with the ids of families and members added.
func (c Columns) WithIDs() Columns {
	c.ids = true
	return c
}

// WithFamilyIDs returns the choice with the ids of families added; MemberIDs
// stays empty.
func (c Columns) WithFamilyIDs() Columns {
	c.fids = true
	return c
}

// WithLots returns the choice with the numbers added by which equals are put
// in order.
func (c Columns) WithLots() Columns {
	c.lots = true
	return c
}

// InPlanes returns the choice with its indicators read in planes alone, for
// kernels and scores; the area is a number a row all the same.
func (c Columns) InPlanes() Columns {
	c.planes = true
	return c
}

func (c Columns) hasIDs() bool { return !c.some || c.ids }

func (c Columns) hasFamilyIDs() bool { return c.fids || c.hasIDs() }

func (c Columns) has(i *indicator.Indicator) bool {
	return !c.some || i.Level == indicator.Family && c.family[i.Code] || i.Level == indicator.Person && c.person[i.Code]
}

// names returns which columns of a file the choice needs.
func (c Columns) names(of *indicator.Catalogue) func(name string) bool {
	need := map[string]bool{memberCount: true, villageCode: true, villageCount: true}
	for _, n := range idColumns {
		need[n] = c.hasIDs()
	}
	need[familyHigh] = need[familyHigh] || c.fids
	need[familyLow] = need[familyLow] || c.fids || c.lots
	for _, i := range of.Shared() {
		if c.has(i) {
			need[columnName(i.Level, i.Code)] = true
		}
	}
	return func(name string) bool { return need[name] }
}

// chosenField is a chosen indicator and its column's name.
type chosenField struct {
	*indicator.Indicator
	name string
}

// fields returns what the choice chooses, which is not worked out for every
// stretch anew.
func (c Columns) fields(of *indicator.Catalogue) (all []chosenField) {
	for _, i := range of.Shared() {
		if c.has(i) {
			all = append(all, chosenField{i, columnName(i.Level, i.Code)})
		}
	}
	return all
}
