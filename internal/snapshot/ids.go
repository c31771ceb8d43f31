package snapshot

import (
	"encoding/binary"

	"gotong/internal/column"
	"gotong/internal/ident"
)

// Ids lie in a file as two numbers each: their first eight bytes, which for
// ids made at about the same time are close together, and their last eight.
// The first half of a member's is counted from its family's.
const (
	familyHigh = "f.id.high"
	familyLow  = "f.id.low"
	memberHigh = "m.id.high"
	memberLow  = "m.id.low"
)

var idColumns = []string{familyHigh, familyLow, memberHigh, memberLow}

// halves are ids that grow to columns.
type halves struct{ high, low Narrow }

func split(id ident.ID) (high, low int64) {
	return int64(binary.BigEndian.Uint64(id[:8])), int64(binary.BigEndian.Uint64(id[8:]))
}

func joined(high, low int64) (id ident.ID) {
	binary.BigEndian.PutUint64(id[:8], uint64(high))
	binary.BigEndian.PutUint64(id[8:], uint64(low))
	return id
}

func (h *halves) add(id ident.ID, from int64) {
	high, low := split(id)
	h.high.Append(high - from)
	h.low.Append(low)
}

func (p *Partition) familyID(row int) ident.ID {
	high, _ := p.file.Cells(familyHigh).At(row)
	low, _ := p.file.Cells(familyLow).At(row)
	return joined(high, low)
}

func (p *Partition) familyIDs(ids []ident.ID, from, to int) []ident.ID {
	high, low := p.file.Cells(familyHigh), p.file.Cells(familyLow)
	for row := from; row < to; row++ {
		h, _ := high.At(row)
		l, _ := low.At(row)
		ids = append(ids, joined(h, l))
	}
	return ids
}

// memberIDs appends the ids of the members of families from to to.
func (p *Partition) memberIDs(ids []ident.ID, from, to int) []ident.ID {
	family, high, low := p.file.Cells(familyHigh), p.file.Cells(memberHigh), p.file.Cells(memberLow)
	for row := from; row < to; row++ {
		base, _ := family.At(row)
		for m := p.end(row); m < p.end(row+1); m++ {
			h, _ := high.At(m)
			l, _ := low.At(m)
			ids = append(ids, joined(base+h, l))
		}
	}
	return ids
}

// lots appends the last four bytes of the ids of families from to to.
func (p *Partition) lots(lots []uint32, from, to int) []uint32 {
	var part column.Planes
	p.file.Cells(familyLow).Slice(&part, from, to-from)
	var bytes [4][64]byte
	for w := 0; w*64 < to-from; w++ {
		for k := range bytes {
			some := part.Bits[min(8*k, len(part.Bits)):min(8*k+8, len(part.Bits))]
			column.Bytes(&bytes[k], some, w)
		}
		for i := range min(64, to-from-w*64) {
			at := column.Spot(i)
			code := uint32(bytes[0][at]) | uint32(bytes[1][at])<<8 | uint32(bytes[2][at])<<16 | uint32(bytes[3][at])<<24
			lots = append(lots, uint32(part.Base)+uint32(part.Step)*code)
		}
	}
	return lots
}
