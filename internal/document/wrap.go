package document

import (
	"strings"
	"unicode/utf8"
)

// wrap breaks s, encoded, into lines of at most width millimetres in the
// chosen type: between words, and inside a word that is wider than a line.
func (d *pen) wrap(s string, width float64) []string {
	if d.width(s) <= width && !strings.Contains(s, "\n") {
		return []string{s}
	}
	var lines []string
	for part := range strings.SplitSeq(s, "\n") {
		lines = append(lines, d.wrapLine(part, width)...)
	}
	return lines
}

func (d *pen) wrapLine(s string, width float64) []string {
	space := d.width(" ")
	var lines []string
	line, used := "", 0.0
	for _, word := range strings.Fields(s) {
		w := d.width(word)
		if line != "" && used+space+w <= width {
			line, used = line+" "+word, used+space+w
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for w > width {
			head := d.fitting(word, width)
			lines = append(lines, head)
			word = word[len(head):]
			w = d.width(word)
		}
		line, used = word, w
	}
	return append(lines, line)
}

// fitting returns as many letters of a word as fit, at least one.
func (d *pen) fitting(word string, width float64) string {
	end, used := 0, 0.0
	for end < len(word) {
		n := 1
		if d.face == family {
			_, n = utf8.DecodeRuneInString(word[end:])
		}
		used += d.width(word[end : end+n])
		if used > width && end > 0 {
			break
		}
		end += n
	}
	return word[:end]
}
