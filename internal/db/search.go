package db

import (
	"bytes"
	"encoding/binary"
)

// search finds the entries of an index whose first column is a key, in the
// pages of a view. An index is a tree of pages; entries lie in all of them, in
// order, and those of a page's subtrees between its own.
type search struct {
	pages  pager
	most   uint64 // bytes of an entry that does not go on in other pages
	key    []byte
	column int // that is wanted of each
	found  *found
}

// pager has the pages of a file.
type pager interface {
	// page returns a page, nil for one that cannot be read here.
	page(no uint32) []byte
}

// What a page holds, as its first byte says.
const (
	innerPage = 2
	leafPage  = 10
)

// deepest is deeper than a tree of all pages that there can be.
const deepest = 20

// outcome of a search within a page.
type searched int

const (
	goOn    searched = iota // entries behind the page's may have the key too
	ended                   // an entry is beyond the key
	unknown                 // there is something that only the engine reads
)

// within puts the wanted column of each entry that has the key into found.
func (s *search) within(no uint32, depth int) searched {
	page := s.pages.page(no)
	n, head, ok := heads(page)
	if !ok || depth > deepest {
		return unknown
	}
	low, high := 0, n
	for low < high {
		mid := int(uint(low+high) >> 1)
		e, ok := s.entry(page, head, mid)
		if !ok {
			return unknown
		}
		if bytes.Compare(e.first(), s.key) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for i := low; ; i++ {
		if head == innerHead {
			child, ok := childAt(page, i, n)
			if !ok {
				return unknown
			}
			if r := s.within(child, depth+1); r != goOn {
				return r
			}
		}
		if i == n {
			return goOn
		}
		e, ok := s.entry(page, head, i)
		if !ok {
			return unknown
		}
		if !bytes.Equal(e.first(), s.key) {
			return ended
		}
		if !s.take(e) {
			return unknown
		}
	}
}

const (
	leafHead  = 8
	innerHead = 12
)

// heads returns how many entries a page of an index has, and where they are
// listed. Only the first page, which is no index's, begins with the file's head.
func heads(page []byte) (n, head int, ok bool) {
	if len(page) < innerHead {
		return 0, 0, false
	}
	n = int(binary.BigEndian.Uint16(page[3:]))
	switch page[0] {
	case innerPage:
		head = innerHead
	case leafPage:
		head = leafHead
	}
	return n, head, head > 0 && head+2*n <= len(page)
}

// childAt returns the page of the entries before entry i, or behind the last.
func childAt(page []byte, i, n int) (no uint32, ok bool) {
	if i == n {
		return binary.BigEndian.Uint32(page[leafHead:]), true
	}
	at := int(binary.BigEndian.Uint16(page[innerHead+2*i:]))
	if at+4 > len(page) {
		return 0, false
	}
	return binary.BigEndian.Uint32(page[at:]), true
}

// record is an entry: the kinds of its columns, and their values.
type record struct{ kinds, values []byte }

// entry returns entry i of a page. It is not ok for one that goes on in other pages.
func (s *search) entry(page []byte, head, i int) (r record, ok bool) {
	at := int(binary.BigEndian.Uint16(page[head+2*i:]))
	if head == innerHead {
		at += 4
	}
	if at >= len(page) {
		return r, false
	}
	long, n := varint(page[at:])
	at += n
	if n == 0 || long > s.most || at+int(long) > len(page) {
		return r, false
	}
	whole := page[at : at+int(long)]
	kinds, n := varint(whole)
	if n == 0 || kinds < uint64(n) || kinds > long {
		return r, false
	}
	return record{whole[n:kinds], whole[kinds:]}, true
}

// first returns an entry's first column where that is bytes, and nothing
// where it is of a kind that comes before all bytes.
func (e record) first() []byte {
	kind, n := varint(e.kinds)
	if n == 0 || kind < 12 || kind%2 == 1 {
		return nil
	}
	return e.values[:min(len(e.values), int(kind-12)/2)]
}

// take puts the wanted column into found, where it and those before are texts
// or bytes.
func (s *search) take(e record) bool {
	for i := 0; ; i++ {
		kind, n := varint(e.kinds)
		long := int(kind-12) / 2
		if n == 0 || kind < 12 || long > len(e.values) {
			return false
		}
		if i == s.column {
			cell := cellBlob
			if kind%2 == 1 {
				cell = cellText
			}
			s.found.put(cell, int64(long))
			s.found.bytes = append(s.found.bytes, e.values[:long]...)
			return true
		}
		e = record{e.kinds[n:], e.values[long:]}
	}
}

// varint reads a number of up to eight bytes, the most telling first; n is 0
// where there is none.
func varint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	for n < len(b) && n < 8 {
		v = v<<7 | uint64(b[n]&0x7f)
		n++
		if b[n-1] < 0x80 {
			return v, n
		}
	}
	return 0, 0
}
