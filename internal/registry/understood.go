package registry

import (
	"encoding/binary"
	"strings"
)

// understood are texts of one column and what they say. Those that come again
// and again, if they are short, are found at the first look and compared as
// numbers.
type understood struct {
	near [32]saying
	all  map[string]int64
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
	length     int
}

const wordMost = 16

// wordOf returns the word of a text, the zero word for one that is empty or
// too long. The halves overlap where the text is not as long as both.
func wordOf(text string) word {
	n := len(text)
	switch {
	case n == 0 || n > wordMost:
		return word{}
	case n >= 8:
		return word{eight(text), eight(text[n-8:]), n}
	case n >= 4:
		return word{head: uint64(four(text)) | uint64(four(text[n-4:]))<<32, length: n}
	}
	return word{head: uint64(text[0]) | uint64(text[n/2])<<8 | uint64(text[n-1])<<16, length: n}
}

func eight(text string) uint64 { return binary.LittleEndian.Uint64([]byte(text[:8])) }

func four(text string) uint32 { return binary.LittleEndian.Uint32([]byte(text[:4])) }

func (u *understood) slot(w word) *saying {
	const odd, bits = 0x9e3779b97f4a7c15, 5
	return &u.near[(w.head^w.tail*31^uint64(w.length))*odd>>(64-bits)]
}

// of returns what a text says.
func (u *understood) of(text string) (int64, bool) {
	w := wordOf(text)
	if w.length == 0 {
		v, ok := u.all[text]
		return v, ok
	}
	near := u.slot(w)
	if near.word == w {
		return near.value, true
	}
	v, ok := u.all[text]
	if ok {
		*near = saying{w, v}
	}
	return v, ok
}

// seenMost bounds what is remembered of a column's texts: all options of a
// choice, and the usual values of a number.
const seenMost = 256

// learn remembers a text, and not the piece of the file that it was cut from.
func (u *understood) learn(text string, value int64) {
	if u.all == nil {
		u.all = map[string]int64{}
	}
	if len(u.all) < seenMost {
		u.all[strings.Clone(text)] = value
	}
}
