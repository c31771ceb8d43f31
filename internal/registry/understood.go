package registry

import (
	"encoding/binary"
	"math/bits"
	"strings"

	"gotong/internal/vector"
)

// understood are texts of one column and what they say. Those that are short,
// as nearly all are, are found at one look and compared as numbers.
type understood struct {
	slots []saying // a power of two, four for each saying or more
	odd   uint64   // spreads the words over the slots
	shift uint8
	all   map[string]int64
}

// saying is a word that was understood.
type saying struct {
	word  word
	value int64
}

// word is a text of 1 to 16 bytes: two such texts are equal where their words
// are. The zero word is none.
type word struct {
	head, tail uint64
	length     int64
}

const wordMost = vector.CellReach

// wordAt returns the word of the n bytes at the beginning of a text that has
// wordMost at least.
func wordAt(text string, n int) word {
	return word{eight(text) & headMask[n], eight(text[8:]) & tailMask[n], int64(n)}
}

// wordOf returns the word of a text, the zero word for one that is empty or
// too long.
func wordOf(text string) word {
	if n := len(text); n == 0 || n > wordMost {
		return word{}
	}
	var room [wordMost]byte
	copy(room[:], text)
	return word{binary.LittleEndian.Uint64(room[:8]), binary.LittleEndian.Uint64(room[8:]), int64(len(text))}
}

// headMask and tailMask keep what of two times eight bytes belongs to a text
// of so many.
var headMask, tailMask = func() (head, tail [wordMost + 1]uint64) {
	for n := range head {
		head[n] = 1<<(8*min(n, 8)) - 1
		tail[n] = 1<<(8*max(n-8, 0)) - 1
	}
	return head, tail
}()

func eight(text string) uint64 { return binary.LittleEndian.Uint64([]byte(text[:8])) }

func four(text string) uint32 { return binary.LittleEndian.Uint32([]byte(text[:4])) }

// slot returns where a word is to be looked for first.
func (u *understood) slot(w word) uint64 {
	return vector.Spread(w.head, w.tail, u.odd, u.shift)
}

// first returns what a word says, if it stands where it is looked for first.
// There is at least one slot.
func (u *understood) first(w word) (int64, bool) {
	s := &u.slots[u.slot(w)]
	return s.value, (s.word.head^w.head)|(s.word.tail^w.tail)|uint64(s.word.length^w.length) == 0
}

// of returns what a text says.
func (u *understood) of(text string) (int64, bool) {
	w := wordOf(text)
	if w.length == 0 {
		v, ok := u.all[text]
		return v, ok
	}
	if len(u.slots) == 0 {
		return 0, false
	}
	for at := u.slot(w); ; at = (at + 1) & uint64(len(u.slots)-1) {
		switch s := &u.slots[at]; s.word {
		case w:
			return s.value, true
		case word{}:
			return 0, false
		}
	}
}

// seenMost bounds what is remembered of a column's texts: all options of a
// choice, and the usual values of a number.
const seenMost = 256

// learn remembers a text, and not the piece of the file that it was cut from.
func (u *understood) learn(text string, value int64) {
	if u.all == nil {
		u.all = map[string]int64{}
	}
	if len(u.all) >= seenMost {
		return
	}
	text = strings.Clone(text)
	u.all[text] = value
	if 4*len(u.all) > len(u.slots) || !u.put(saying{wordOf(text), value}) {
		u.place()
	}
}

// place gives every word a slot. It tries a few ways to spread them, until
// each stands where it is looked for first, and leaves it at the last.
func (u *understood) place() {
	const tries = 16
	width := bits.Len(uint(8*len(u.all) + 1)) // with room for as many more
	u.slots, u.shift, u.odd = make([]saying, 1<<width), uint8(64-width), 1
	for range tries {
		u.odd = u.odd*0x5851f42d4c957f2d + 0x9e3779b97f4a7c14 // stays odd
		clear(u.slots)
		alone := true
		for text, value := range u.all {
			alone = u.put(saying{wordOf(text), value}) && alone
		}
		if alone {
			return
		}
	}
}

// put reports whether the word's first slot was free.
func (u *understood) put(s saying) bool {
	if s.word.length == 0 {
		return true
	}
	first := u.slot(s.word)
	at := first
	for u.slots[at].word.length != 0 {
		at = (at + 1) & uint64(len(u.slots)-1)
	}
	u.slots[at] = s
	return at == first
}
