package rule

import (
	"cmp"

	"gotong/internal/indicator"
)

// unit is what a number counts. Numbers that are added, compared or chosen
// between must count the same: rupiah are no years, and years no persons.
type unit struct {
	free     bool // a number written out, which counts whatever the other does
	name     string
	decimals int // it is multiplied by 10^decimals
}

// The units that the language itself knows; all others are the catalogue's.
const (
	rupiahUnit = "rupiah"
	personUnit = "person"
)

func unitOf(i *indicator.Indicator) unit {
	if i.Kind == indicator.Money {
		return unit{name: rupiahUnit}
	}
	return unit{name: i.Unit, decimals: i.Decimals}
}

// fits reports whether a number of u can be added to one of v. A number of no
// unit fits every unit but rupiah.
func (u unit) fits(v unit) bool {
	switch {
	case u.free || v.free:
		return true
	case u.decimals != v.decimals || (u.name == rupiahUnit) != (v.name == rupiahUnit):
		return false
	}
	return u.name == "" || v.name == "" || u.name == v.name
}

// with returns the unit of a sum of u and v, which fit.
func (u unit) with(v unit) unit {
	if u.free || u.name == "" && !v.free {
		return v
	}
	return u
}

// times returns the unit of a product, and whether it has any: rupiah times
// rupiah count nothing. A factor of no unit may be so much for each, of
// anything but rupiah.
func (u unit) times(v unit) (unit, bool) {
	product := unit{decimals: u.decimals + v.decimals}
	switch {
	case u.name == rupiahUnit && v.name == rupiahUnit:
		return unit{}, false
	case u.name == rupiahUnit || v.name == rupiahUnit:
		product.name = rupiahUnit // for each of the others
	case u.free || v.free:
		return unit{free: true}, true
	case u.name != "" && v.name != "":
		product.name = u.name + "·" + v.name
	}
	return product, true
}

// per returns the unit of a quotient.
func (u unit) per(v unit) unit {
	quotient := unit{decimals: u.decimals - v.decimals}
	switch {
	case u.name == rupiahUnit && v.name != rupiahUnit:
		quotient.name = rupiahUnit
	case u.free || v.free:
		return unit{free: true}
	case u.name != "" && v.name != "" && u.name != v.name:
		quotient.name = u.name + "/" + v.name
	}
	return quotient
}

// String names the unit for a message; … is none.
func (u unit) String() string {
	name := cmp.Or(u.name, "…")
	if u.decimals != 0 {
		return name + " ×10" + superscript(-u.decimals)
	}
	return name
}

func superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	s := ""
	for m := max(n, -n); m > 0; m /= 10 {
		s = string(digits[m%10]) + s
	}
	if n < 0 {
		return "⁻" + s
	}
	return s
}

// measure works out the unit of a node from those of its parts, or notes that
// they do not go together.
func (t *translator) measure(x *expr) (unit, bool) {
	mixed := func(a, b *expr) (unit, bool) {
		if b.offset < a.offset { // a > b is kept as b < a
			a, b = b, a
		}
		t.problem(x.offset, "rule.units", "left", a.unit.String(), "right", b.unit.String())
		return unit{}, false
	}
	a := x.args
	switch x.op {
	case OpAdd, OpSub, OpMin, OpMax, OpEq, OpLt, OpLe:
		if a[0].kind == Number && !a[0].unit.fits(a[1].unit) {
			return mixed(a[0], a[1])
		}
		return a[0].unit.with(a[1].unit), true
	case OpChoose:
		if x.kind == Number && !a[1].unit.fits(a[2].unit) {
			return mixed(a[1], a[2])
		}
		return a[1].unit.with(a[2].unit), true
	case OpMul:
		if product, ok := a[0].unit.times(a[1].unit); ok {
			return product, true
		}
		return mixed(a[0], a[1])
	case OpDiv:
		return a[0].unit.per(a[1].unit), true
	case OpMod, OpNeg:
		return a[0].unit, true
	}
	return unit{}, true
}

// Unit returns what the rule's number counts, by the name that the catalogue
// has for it, and whether it is known to count that.
func (r *Rule) Unit() (name string, ok bool) { return r.root.unit.name, !r.root.unit.free }
