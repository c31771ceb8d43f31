package linkage

import (
	"strconv"
	"strings"

	"gotong/internal/ident"
)

// Bits of a place in a list: a score is of 32, what a pair is worth of 64.
const (
	scoreBits = 32
	worthBits = 64
)

// Text writes a place as an address or a program carries it; "" for nil.
func (c *Cursor) Text() string {
	if c == nil {
		return ""
	}
	return strconv.FormatInt(c.Score, 10) + "_" + c.ID.String()
}

// ParseCursor reads a place that Text wrote, of a list in the order by worth
// or else by score; false for what is none.
func ParseCursor(text string, byWorth bool) (Cursor, bool) {
	bits := scoreBits
	if byWorth {
		bits = worthBits
	}
	score, id, ok := strings.Cut(text, "_")
	n, err := strconv.ParseInt(score, 10, bits)
	at, err2 := ident.Parse(id)
	if !ok || err != nil || err2 != nil {
		return Cursor{}, false
	}
	return Cursor{Score: n, ID: at}, true
}
