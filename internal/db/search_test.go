package db

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// somePages are pages by their number.
type somePages [][]byte

func (p somePages) page(no uint32) []byte {
	if int(no) < len(p) {
		return p[no]
	}
	return nil
}

// FuzzSearch searches in pages that are anything: nothing is read that is not
// there, and no search goes on for good.
func FuzzSearch(f *testing.F) {
	leaf := make([]byte, 512)
	leaf[0], leaf[4] = leafPage, 2
	binary.BigEndian.PutUint16(leaf[8:], 500)
	binary.BigEndian.PutUint16(leaf[10:], 490)
	copy(leaf[500:], []byte{9, 3, 16, 18, 'a', 'b', 'x', 'y', 'z'})
	copy(leaf[490:], []byte{9, 3, 16, 18, 'a', 'b', 'x', 'y', 'z'})
	inner := bytes.Clone(leaf)
	inner[0], inner[11] = innerPage, 1
	f.Add(leaf, inner, []byte("ab"))
	f.Add(inner, inner, []byte("ab"))
	f.Add([]byte{}, leaf, []byte{})
	f.Fuzz(func(t *testing.T, one, two, key []byte) {
		// A page that is its own child would be searched as often as there are
		// entries, again and again: fewer suffice.
		one, two = one[:min(len(one), 100)], two[:min(len(two), 100)]
		found := &found{}
		pages := &countedPages{pages: somePages{nil, one, two}}
		s := search{pages: pages, fits: fits{50, 20, 90}, key: keyOf(key), column: 1, wide: 1, found: found}
		found.begin(1)
		_ = s.all(1)
		for found.next() {
			var column []byte
			if err := found.scan(&column); err != nil || len(column) > 50 {
				t.Fatalf("%d bytes, %v", len(column), err)
			}
		}
	})
}

// countedPages gives so many pages and then no more.
type countedPages struct {
	pages somePages
	given int
}

func (p *countedPages) page(no uint32) []byte {
	if p.given++; p.given > 1000 {
		return nil
	}
	return p.pages.page(no)
}

// FuzzFrames asks a part of the log's index that is anything for a page: a
// frame is one of the view's, and the page's.
func FuzzFrames(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 7, 0, 0, 0}, []byte{0, 0, 1, 0}, 0, uint32(7), uint32(1), uint32(9))
	f.Add([]byte{7, 0, 0, 0}, []byte{1, 0, 1, 0, 1, 0}, 1, uint32(7), uint32(4000), uint32(5000))
	f.Fuzz(func(t *testing.T, numbers, slots []byte, no int, page, first, last uint32) {
		part := make([]byte, partBytes)
		no = no & 7
		copy(part, numbers)
		for at := page * 383 % partSlots * 2; len(slots) > 0; at = (at + 2) % (2 * partSlots) {
			slots = slots[copy(part[4*partFrames+at:], slots[:min(2, len(slots))]):]
		}
		frame := frameIn(part, no, page, first, last)
		if frame == 0 {
			return
		}
		if frame < first || frame > last || partOf(frame) != no {
			t.Fatalf("frame %d of part %d, asked from %d to %d", frame, no, first, last)
		}
	})
}
