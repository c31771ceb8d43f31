package linkage

// index finds where values lie in a list, by digests of them. It keeps 12 bytes
// for each of somewhat more slots than values, and grows a part at a time.
type index struct{ parts [indexParts]indexPart }

const (
	indexBits  = 6
	indexParts = 1 << indexBits
)

// indexPart is the values whose digests begin alike.
type indexPart struct {
	slots []slot
	n     int
}

// slot is the place of a value, plus one, and its digest. A free slot is all
// noughts.
type slot struct{ at, high, low uint32 }

func (s slot) key() uint64 { return uint64(s.high)<<32 | uint64(s.low) }

// find returns the place of a value by its digest, and whether it is there.
func (x *index) find(key uint64) (int32, bool) {
	p := &x.parts[key>>(64-indexBits)]
	if p.n == 0 {
		return 0, false
	}
	at := p.slots[p.probe(key)].at
	return int32(at) - 1, at != 0
}

// put keeps the place of a value that is not there yet.
func (x *index) put(key uint64, at int32) {
	p := &x.parts[key>>(64-indexBits)]
	if 8*p.n >= 7*len(p.slots) {
		old := p.slots
		p.slots = make([]slot, len(old)+len(old)/2+8)
		for _, s := range old {
			if s.at != 0 {
				p.slots[p.probe(s.key())] = s
			}
		}
	}
	p.slots[p.probe(key)] = slot{uint32(at) + 1, uint32(key >> 32), uint32(key)}
	p.n++
}

// probe returns the slot of a value, or the free one where it belongs.
func (p *indexPart) probe(key uint64) int {
	n := len(p.slots)
	at := int(uint64(uint32(key)) * uint64(n) >> 32)
	for p.slots[at].at != 0 && p.slots[at].key() != key {
		if at++; at == n {
			at = 0
		}
	}
	return at
}
