package db

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
)

// search finds the entries of a tree whose first columns are a key, in the
// pages of a view: an index, or a table that is kept in the order of its key.
// Entries lie in all pages of the tree, in order, and those of a page's
// subtrees between its own.
type search struct {
	pages  pager
	fits   fits
	key    key    // the first columns
	begin  uint64 // that the key begins with
	column int    // the first that is wanted of each entry
	wide   int    // how many are wanted, one behind the other
	found  *found // that they are put into
}

// key is the bytes of a tree's first columns.
type key struct {
	columns [keyMost][]byte
	n       int
}

// keyMost is how many columns a key has at the most.
const keyMost = 4

// keyOf is a key of one column.
func keyOf(column []byte) key { return key{[keyMost][]byte{column}, 1} }

// fits says how many bytes of an entry lie in its page. One that is longer
// goes on in other pages.
type fits struct{ most, least, page uint64 }

// of returns how many bytes of an entry of so many lie in its page.
func (f fits) of(long uint64) uint64 {
	if long <= f.most {
		return long
	}
	if here := f.least + (long-f.least)%(f.page-4); here <= f.most { // the number of the next page takes four
		return here
	}
	return f.least
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

// all puts the wanted columns of each entry of a tree that has the key into
// found.
func (s *search) all(root uint32) searched {
	s.begin = beginning(s.key.columns[0])
	return s.within(root, span{0, math.MaxUint64}, 0)
}

// within is all for the entries of a page and its subtrees, which lie in a span.
func (s *search) within(no uint32, in span, depth int) searched {
	page := s.pages.page(no)
	n, head, ok := heads(page)
	if !ok || depth > deepest {
		return unknown
	}
	low, in, ok := s.first(page, head, n, in)
	if !ok {
		return unknown
	}
	for i := low; ; i++ {
		if head == innerHead {
			child, ok := childAt(page, i, n)
			if !ok {
				return unknown
			}
			if r := s.within(child, in, depth+1); r != goOn {
				return r
			}
			in = span{s.begin, math.MaxUint64} // behind an entry that has the key
		}
		if i == n {
			return goOn
		}
		e, ok := s.entry(page, head, i)
		if !ok {
			return unknown
		}
		_, order, ok := s.order(e)
		if !ok {
			return unknown
		}
		if order != 0 {
			return ended
		}
		if !s.take(e) {
			return unknown
		}
	}
}

// first returns the first entry of a page that is not before the key, n for
// none, and between which it lies. Where it lies is guessed from the numbers
// that the keys around it begin with, since what is read of a page comes from
// far memory; where that is of no use, half of the entries are left out at a time.
func (s *search) first(page []byte, head, n int, in span) (low int, between span, ok bool) {
	high := n
	for tries := 0; low < high; tries++ {
		mid := int(uint(low+high) >> 1)
		if tries < guesses {
			mid = low + in.place(s.begin, high-low)
		}
		e, ok := s.entry(page, head, mid)
		if !ok {
			return 0, in, false
		}
		begin, order, ok := s.order(e)
		if !ok {
			return 0, in, false
		}
		if order < 0 {
			low, in.from = mid+1, begin
		} else {
			high, in.to = mid, begin
		}
	}
	return low, in, true
}

// guesses is how often a place is guessed in a page.
const guesses = 4

// span is between which numbers keys begin.
type span struct{ from, to uint64 }

// place guesses which of n entries that lie in the span in even distances
// begins with a number.
func (in span) place(number uint64, n int) int {
	if number <= in.from || in.to <= in.from {
		return 0
	}
	part := float64(number-in.from) / float64(in.to-in.from)
	return min(n-1, int(part*float64(n)))
}

// beginning is the number that a key begins with.
func beginning(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var whole [8]byte
	copy(whole[:], key)
	return binary.BigEndian.Uint64(whole[:])
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

// record is an entry, or what lies of it in its page: the kinds of its
// columns, and their values.
type record struct{ kinds, values []byte }

// entry returns entry i of a page. It is not ok where the kinds of its columns
// do not lie in the page, too.
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
	here := s.fits.of(long)
	if n == 0 || here > uint64(len(page)) || at+int(here) > len(page) {
		return r, false
	}
	lies := page[at : at+int(here)]
	kinds, n := varint(lies)
	if n == 0 || kinds < uint64(n) || kinds > here {
		return r, false
	}
	return record{lies[n:kinds], lies[kinds:]}, true
}

// Kinds of values from this one on are bytes, where they are even, and texts.
const bytesKind = 12

// numberBytes is how many bytes values of the kinds before take; of two,
// nothing is known.
var numberBytes = [bytesKind]int{0, 1, 2, 3, 4, 6, 8, 8, 0, 0, -1, -1}

// next takes the first column off an entry. It is not ok where there is none,
// or it does not lie in the page.
func (e *record) next() (kind uint64, value []byte, ok bool) {
	kind, n := varint(e.kinds)
	if n == 0 {
		return 0, nil, false
	}
	long := int(kind-bytesKind) / 2
	if kind < bytesKind {
		long = numberBytes[kind]
	}
	if long < 0 || long > len(e.values) {
		return 0, nil, false
	}
	value = e.values[:long]
	e.kinds, e.values = e.kinds[n:], e.values[long:]
	return kind, value, true
}

// order compares an entry with the key, and returns what it begins with.
func (s *search) order(e record) (begin uint64, order int, ok bool) {
	first := e
	kind, value, ok := first.next()
	if !ok {
		return 0, 0, false
	}
	if kind < bytesKind || kind%2 == 1 {
		return 0, -1, true
	}
	if begin = beginning(value); begin != s.begin {
		return begin, cmp.Compare(begin, s.begin), true
	}
	order, ok = e.against(&s.key)
	return begin, order, ok
}

// against compares the first columns of an entry with a key, which comes
// after all that is not bytes.
func (e record) against(key *key) (order int, ok bool) {
	for _, k := range key.columns[:key.n] {
		kind, value, ok := e.next()
		if !ok {
			return 0, false
		}
		if kind < bytesKind || kind%2 == 1 {
			return -1, true
		}
		if order := bytes.Compare(value, k); order != 0 {
			return order, true
		}
	}
	return 0, true
}

// take puts the wanted columns into found, where they are texts or bytes.
func (s *search) take(e record) bool {
	for i := range s.column + s.wide {
		kind, value, ok := e.next()
		if !ok {
			return false
		}
		if i < s.column {
			continue
		}
		if kind < bytesKind {
			return false
		}
		cell := cellBlob
		if kind%2 == 1 {
			cell = cellText
		}
		s.found.put(cell, int64(len(value)))
		s.found.bytes = append(s.found.bytes, value...)
	}
	return true
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
