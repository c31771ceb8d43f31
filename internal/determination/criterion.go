package determination

import (
	"math/bits"
	"slices"

	"gotong/internal/programme"
)

// criterion is one column that orders, as numbers from zero of which lower
// ones come first.
type criterion struct {
	code func(part, given int) uint64
	bits int
}

// keyOf packs the criteria into one number.
func keyOf(by []programme.Priority, parts []*laid, area func(part, given int) int64) criterion {
	all := []criterion{byArea(parts, area)}
	for i, p := range by {
		all = append(all, byPriority(parts, i, p.Descending))
	}
	for {
		total := 0
		for _, c := range all {
			total += c.bits
		}
		if total <= 64 {
			return joinedCriteria(all)
		}
		// Too wide: what matters is the order, so count the values off. Two
		// that are counted off fit one key, which can be counted off again.
		wide := slices.IndexFunc(all, func(c criterion) bool { return c.bits > 32 })
		if wide >= 0 {
			all[wide] = all[wide].countedOff(parts)
			continue
		}
		all = append([]criterion{joinedCriteria(all[:2]).countedOff(parts)}, all[2:]...)
	}
}

func joinedCriteria(all []criterion) criterion {
	total := 0
	for _, c := range all {
		total += c.bits
	}
	return criterion{bits: total, code: func(part, given int) uint64 {
		var key uint64
		for i := range all {
			key = key<<uint(all[i].bits) | all[i].code(part, given)
		}
		return key
	}}
}

func byArea(parts []*laid, area func(part, given int) int64) criterion {
	high := int64(0)
	for i, l := range parts {
		for k := range l.lots {
			high = max(high, area(i, k))
		}
	}
	return criterion{bits: bits.Len64(uint64(high)), code: func(part, given int) uint64 { return uint64(area(part, given)) }}
}

func byPriority(parts []*laid, i int, descending bool) criterion {
	low, high, some := int64(0), int64(0), false
	for _, l := range parts {
		if len(l.priority) == 0 {
			continue // nobody qualifies
		}
		if a, b, ok := l.priority[i].Bounds(); ok && !some {
			low, high, some = a, b, true
		} else if ok {
			low, high = min(low, a), max(high, b)
		}
	}
	span := uint64(high) - uint64(low)
	unknown := span + 1 // comes last; 0 where all 64 bits are taken, see below
	c := criterion{bits: bits.Len64(unknown), code: func(part, given int) uint64 {
		n := &parts[part].priority[i]
		switch v := n.Value(given); {
		case !n.Known(given):
			return unknown
		case descending:
			return uint64(high) - uint64(v)
		default:
			return uint64(v) - uint64(low)
		}
	}}
	if unknown == 0 { // from end to end of 64 bits: leave out one, for the unknown
		exact := c.code
		unknown = ^uint64(0)
		c.bits, c.code = 64, func(part, given int) uint64 {
			if !parts[part].priority[i].Known(given) {
				return unknown
			}
			return min(exact(part, given), unknown-1)
		}
	}
	return c
}

// countedOff replaces the values by their places among the distinct ones.
func (c criterion) countedOff(parts []*laid) criterion {
	var all []uint64
	for i, l := range parts {
		for k := range l.lots {
			all = append(all, c.code(i, k))
		}
		slices.Sort(all)
		all = slices.Compact(all)
	}
	return criterion{bits: bits.Len(uint(len(all))), code: func(part, given int) uint64 {
		at, _ := slices.BinarySearch(all, c.code(part, given))
		return uint64(at)
	}}
}
