package targeting

import (
	"cmp"
	"slices"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/fault"
)

// ModelUse is a model beside the first that a ranking goes by, and where.
type ModelUse struct {
	Code   string   `json:"code"`
	Digest string   `json:"digest"`
	Areas  []string `json:"areas"`
}

// InForceFor returns the models that rank some regencies and cities on a day:
// of each village the one that was fitted for the smallest area around it, and
// of that area the one that came into force last. The one of the largest area
// is first. Where no model in force covers any of the areas, it is the one
// that came into force last, which then ranks nobody.
//
// It returns fault.NotFound when no model is in force, and fault.Invalid when
// the models predict in prices of different days, since their scores could not
// be held against each other.
func (m Models) InForceFor(on civil.Date, areas []string) (first *Model, others []*Model, err error) {
	last, err := m.InForce(on)
	if err != nil {
		return nil, nil, err
	}
	var all []*Model
	for _, x := range m.All() {
		if x.From <= on {
			all = append(all, x)
		}
	}
	used := slices.DeleteFunc(slices.Clone(all), func(x *Model) bool { return !usedIn(all, x, areas) })
	if len(used) == 0 {
		return last, nil, nil
	}
	slices.SortStableFunc(used, func(a, b *Model) int {
		return cmp.Or(cmp.Compare(a.breadth(), b.breadth()), cmp.Compare(a.Code, b.Code))
	})
	for _, x := range used[1:] {
		if x.Prices != used[0].Prices {
			return nil, nil, fault.Invalid("targeting.prices_differ", "model", x.Code, "prices", x.Prices, "other", used[0].Code, "others", used[0].Prices)
		}
	}
	return used[0], used[1:], nil
}

// usedIn reports whether a model ranks anybody in some regencies.
func usedIn(all []*Model, x *Model, areas []string) bool {
	return slices.ContainsFunc(areas, func(area string) bool {
		if modelOf(all, area) == x {
			return true
		}
		return slices.ContainsFunc(x.Areas, func(p string) bool { return len(p) > len(area) && strings.HasPrefix(p, area) && modelOf(all, p) == x })
	})
}

// breadth is how many digits name the largest area of a model.
func (m *Model) breadth() int {
	n := 0
	for i, p := range m.Areas {
		if i == 0 || len(p) < n {
			n = len(p)
		}
	}
	return n
}

// modelOf returns the model that ranks an area, the smallest area first, and
// of one area the first of the list; nil where none covers it.
func modelOf(all []*Model, area string) *Model {
	var best *Model
	digits := -1
	for _, m := range all {
		if n := m.reach(area); n > digits {
			best, digits = m, n
		}
	}
	return best
}

// reach is how many digits name the smallest area of a model around an area:
// none for the nation, below zero where it covers the area not.
func (m *Model) reach(area string) int {
	if len(m.Areas) == 0 {
		return 0
	}
	digits := -1
	for _, p := range m.Areas {
		if strings.HasPrefix(area, p) {
			digits = max(digits, len(p))
		}
	}
	return digits
}

// all returns the models that a ranking goes by.
func (p Policy) all() []*Model { return append([]*Model{p.Model}, p.Regional...) }

// in returns the models that rank the villages of a regency. It is one where
// no model is for a part of the regency.
func (p Policy) in(regency string) []*Model {
	if len(p.Regional) == 0 {
		return []*Model{p.Model}
	}
	var some []*Model
	all := p.all()
	for _, m := range all {
		if usedIn(all, m, []string{regency}) {
			some = append(some, m)
		}
	}
	if len(some) == 0 {
		return all[:1]
	}
	return some
}

// regional says which models there are beside the first.
func (p Policy) regional() []ModelUse {
	var all []ModelUse
	for _, m := range p.Regional {
		all = append(all, ModelUse{m.Code, m.Digest, m.Areas})
	}
	return all
}

// span is between which values all scores of a ranking lie.
type span struct{ low, high int64 }

func (p Policy) span() span {
	s := span{p.Model.low, p.Model.high}
	for _, m := range p.Regional {
		s.low, s.high = min(s.low, m.low), max(s.high, m.high)
	}
	return s
}

// of returns the models that a ranking says it went by.
func (m Models) of(c Content) (Policy, error) {
	var by Policy
	var err error
	if by.Model, err = m.Model(c.Model); err != nil {
		return by, err
	}
	for _, use := range c.Models {
		x, err := m.Model(use.Code)
		if err != nil {
			return by, err
		}
		by.Regional = append(by.Regional, x)
	}
	return by, nil
}
