// Package sheet reads the files that offices bring: tables saved as CSV by
// whatever spreadsheet is at hand. It copes with what can be understood in
// one way only, and names everything else, so that nothing is guessed.
//
// A cell is text from the first byte: what looks like a number stays the
// digits that were written.
package sheet

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Problem says what is wrong with a file, a row or a cell, as the last part
// of a message key. It is empty when nothing is.
type Problem string

// What can be wrong with a whole file.
const (
	EmptyFile Problem = "empty_file"
	Workbook  Problem = "workbook" // an XLSX or XLS file, not CSV
	NotText   Problem = "not_text" // NUL bytes: UTF-16 without a mark, or no text at all
)

const mark = "\ufeff"

// Text returns a file's content as text without byte-order mark. UTF-16 is
// converted where a mark says that it is UTF-16. A file in another encoding,
// such as Windows-1252, is returned as it is: the cells that are not valid
// UTF-8 are then refused one by one, so that the row can be named.
func Text(data []byte) (string, Problem) {
	s := string(data)
	switch {
	case strings.HasPrefix(s, "PK\x03\x04"), strings.HasPrefix(s, "\xd0\xcf\x11\xe0"):
		return "", Workbook
	case strings.HasPrefix(s, "\xff\xfe"):
		s = fromUTF16(data[2:], binary.LittleEndian)
	case strings.HasPrefix(s, "\xfe\xff"):
		s = fromUTF16(data[2:], binary.BigEndian)
	}
	s = strings.TrimPrefix(s, mark)
	switch {
	case strings.TrimSpace(s) == "":
		return "", EmptyFile
	case strings.IndexByte(s, 0) >= 0:
		return "", NotText
	}
	return s, ""
}

func fromUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// Delimiter returns which of comma, semicolon and tab parts the columns, by
// the first line: a spreadsheet set to Indonesian writes semicolons.
func Delimiter(text string) byte {
	var n [256]int
	quoted := false
	for i := range len(text) {
		c := text[i]
		if c == '"' {
			quoted = !quoted
		}
		if !quoted {
			if c == '\n' || c == '\r' {
				break
			}
			n[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if n[c] > n[best] {
			best = c
		}
	}
	return best
}
