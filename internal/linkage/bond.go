package linkage

import "math"

// Two strangers who agree on one thing often agree on another for that very
// reason: who has the postcode has the town, and a community has its own names
// for mothers and children alike. Taken one by one, both agreements would weigh
// in full. So each field is bound to the one before it with which it agrees by
// chance the most, and when both agree it weighs so much less.

// bond is how much less a field weighs, in thousandths of a bit, where it
// agrees and the field it is bound to does too.
type bond struct {
	to   Field
	bits int32
}

// bonds are the bonds of all fields; those without have no bits.
type bonds [fieldCount]bond

// bondsTo lists the fields to which each may be bound, all of which are compared
// before it.
var bondsTo = [fieldCount][]Field{
	Mother:   {Name},
	Postcode: {Area},
	Address:  {Area, Postcode},
	Place:    {Area, Postcode},
}

// agrees reports whether two records agree on a field, be it nearly.
func (p pattern) agrees(f Field) bool {
	l := p.level(f)
	switch {
	case f.isText():
		return l < TextWord
	case f == Area:
		return l <= AreaDistrict
	case f == Postcode: // those of one town follow each other
		return l <= NumberSlip
	}
	return l == 0
}

// of returns what field f of a pair weighs less by its bond, whatever is shared.
func (b *bonds) of(f Field, p pattern) int32 {
	if b[f].bits == 0 {
		return 0
	}
	return b[f].ifBoth(f, p)
}

// ifBoth returns the bits of the bond of f where both of its fields agree.
func (b *bond) ifBoth(f Field, p pattern) int32 {
	if !p.agrees(f) || !p.agrees(b.to) {
		return 0
	}
	return b.bits
}

// odds returns how much likelier a pattern is between strangers by all bonds
// but those of the fields given.
func (b *bonds) odds(p pattern, given fields) float64 {
	bits := int32(0)
	for f := range fieldCount {
		if b[f].bits != 0 && !given.has(f) && !given.has(b[f].to) {
			bits += b.of(f, p)
		}
	}
	if bits == 0 {
		return 1
	}
	return math.Exp2(float64(bits) / 1000)
}

// bondsOf measures bonds on random pairs, each of which counts for as much as
// it is likely to be of two strangers.
func bondsOf(seen []counted, x *mixture) bonds {
	var out bonds
	for f := range fieldCount {
		for _, to := range bondsTo[f] {
			if bits := bondOf(seen, x, f, to); bits > out[f].bits {
				out[f] = bond{to, bits}
			}
		}
	}
	return out
}

func bondOf(seen []counted, x *mixture, f, to Field) int32 {
	var all, one, other, both float64
	for _, c := range seen {
		if c.pattern.level(f) == unknown || c.pattern.level(to) == unknown {
			continue
		}
		two := c.pairs
		if x != nil {
			same, home := x.posterior(c.pattern, 0)
			two *= 1 - same - home
		}
		all += two
		a, b := c.pattern.agrees(f), c.pattern.agrees(to)
		if a {
			one += two
		}
		if b {
			other += two
		}
		if a && b {
			both += two
		}
	}
	if both < enoughSeen {
		return 0
	}
	return max(0, millibits(math.Log2(both*all/(one*other))))
}
