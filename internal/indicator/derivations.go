package indicator

import (
	"go.yaml.in/yaml/v3"
	"slices"

	"gotong/internal/civil"
)

// Derivations are the definitions that derived indicators rest on, as they
// stand from a day: ages, who counts as a member, what counts as working.
// They come from the catalogue's files, since each is policy.
type Derivations struct {
	From   civil.Date
	Source string

	ChildUnder         int // years
	ProductiveAge      Ages
	ElderlyFrom        int // years
	WorkingFrom        int // years; younger persons are not asked about work
	LoneElderlyMaxSize int // a family of at most so many is "alone"

	Absent          AnyOf // a membership that somebody reported as ended
	NotCounted      AnyOf // on the card, not of the family's budget
	Working         AnyOf
	Disabled        AnyOf
	AtSchool        AnyOf
	NotSecondEngine AnyOf

	UrbanKinds []int64 // seventh digit of the village's code

	// SchoolingOf names the choice that SchoolingYears turns into years.
	SchoolingOf    string
	SchoolingYears map[int64]int64
}

// Ages is a range of completed years, both ends included.
type Ages struct{ From, To int }

// Has reports whether an age lies in the range.
func (a Ages) Has(age int64) bool { return age >= int64(a.From) && age <= int64(a.To) }

// AnyOf is true of a person when any clause is.
type AnyOf []Answer

// Answer is true of a person whose fact Code is one of Values.
type Answer struct {
	Code   string
	Values []int64
}

// definitions reads one block of derivations against a catalogue.
func (r reader) definitions(c *Catalogue, n *yaml.Node) *Derivations {
	d := &Derivations{SchoolingYears: map[int64]int64{}}
	required := map[string]func(*yaml.Node){
		"from":        r.day(&d.From),
		"source":      r.text(&d.Source),
		"child_under": r.small(&d.ChildUnder),
		"productive_age": func(n *yaml.Node) {
			r.fields(n, map[string]func(*yaml.Node){"from": r.small(&d.ProductiveAge.From), "to": r.small(&d.ProductiveAge.To)})
		},
		"elderly_from":          r.small(&d.ElderlyFrom),
		"working_from":          r.small(&d.WorkingFrom),
		"lone_elderly_max_size": r.small(&d.LoneElderlyMaxSize),
		"absent":                r.anyOf(c, &d.Absent),
		"not_counted":           r.anyOf(c, &d.NotCounted),
		"working":               r.anyOf(c, &d.Working),
		"disabled":              r.anyOf(c, &d.Disabled),
		"at_school":             r.anyOf(c, &d.AtSchool),
		"not_second_engine":     r.anyOf(c, &d.NotSecondEngine),
		"urban_kinds": func(n *yaml.Node) {
			r.each(n, func(n *yaml.Node) {
				var v int64
				r.number(&v)(n)
				d.UrbanKinds = append(d.UrbanKinds, v)
			})
		},
		"schooling_years": r.schooling(c, d),
	}
	r.fields(n, required)
	for name := range required {
		if n.Kind == yaml.MappingNode && child(n, name) == nil {
			r.faults.add(r.at(n), "definition_missing", "key", name)
		}
	}
	if d.ProductiveAge.From > d.ProductiveAge.To {
		r.faults.add(r.at(n), "bounds", "code", "productive_age")
	}
	return d
}

// anyOf reads {indicator: [answers]} against the person's indicators.
func (r reader) anyOf(c *Catalogue, into *AnyOf) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.pairs(n, func(k, v *yaml.Node) {
			i, ok := r.person(c, k)
			if !ok {
				return
			}
			a := Answer{Code: i.Code}
			r.each(v, func(n *yaml.Node) {
				if value, ok := r.answer(i, n); ok {
					a.Values = append(a.Values, value)
				}
			})
			*into = append(*into, a)
		})
	}
}

func (r reader) schooling(c *Catalogue, d *Derivations) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.pairs(n, func(k, v *yaml.Node) {
			i, ok := r.person(c, k)
			if !ok {
				return
			}
			d.SchoolingOf = i.Code
			r.pairs(v, func(k, v *yaml.Node) {
				var years int64
				r.number(&years)(v)
				if value, ok := r.answer(i, k); ok {
					d.SchoolingYears[value] = years
				}
			})
		})
	}
}

func (r reader) person(c *Catalogue, n *yaml.Node) (*Indicator, bool) {
	i, ok := c.Lookup(Person, n.Value)
	if !ok {
		r.faults.add(r.at(n), "unknown_indicator", "code", n.Value, "nearest", c.Nearest(Person, n.Value))
	}
	return i, ok
}

func (r reader) answer(i *Indicator, n *yaml.Node) (int64, bool) {
	v, err := i.Parse(n.Value)
	if err != nil {
		r.faults.add(r.at(n), "unknown_answer", "code", i.Code, "value", n.Value)
	}
	return v, err == nil
}

// Urban reports whether a village, by its ten digits as a number, counts as
// urban.
func (d *Derivations) Urban(village int64) bool {
	return slices.Contains(d.UrbanKinds, village/1000%10)
}
