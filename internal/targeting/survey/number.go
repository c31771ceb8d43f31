package survey

import (
	"math"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// habit is how a column writes its numbers.
type habit struct {
	point     byte // decimal point: '.' or ','
	thousands byte // what parts thousands: ',' or '.', or 0
}

// habitOf finds how a column writes numbers, from all that is written in it.
// A sign that appears twice in a number parts thousands; of two signs in one
// number the later is the decimal point; a comma alone is a decimal comma,
// unless every comma stands before exactly three digits and no such number
// begins with 0.
func habitOf(words []string) habit {
	var commas, dots, commaThree, twiceDot, twiceComma int
	for _, w := range words {
		c, d := strings.Count(w, ","), strings.Count(w, ".")
		lastComma, lastDot := strings.LastIndexByte(w, ','), strings.LastIndexByte(w, '.')
		switch {
		case c > 0 && d > 0 && lastComma > lastDot:
			return habit{',', '.'}
		case c > 0 && d > 0:
			return habit{'.', ','}
		case c > 1:
			twiceComma++
		case d > 1:
			twiceDot++
		case c == 1:
			commas++
			if len(w)-lastComma == 4 && lastComma > 0 && w[0] != '0' {
				commaThree++
			}
		case d == 1:
			dots++
		}
	}
	switch {
	case twiceDot > 0:
		return habit{',', '.'}
	case twiceComma > 0, commas > 0 && commas == commaThree && dots == 0:
		return habit{'.', ','}
	case commas > 0 && dots == 0:
		return habit{',', 0}
	}
	return habit{'.', 0}
}

// parse reads a number; false when it is none.
func (h habit) parse(w string) (float64, bool) {
	w = strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(w, " ", ""), "\u00a0", ""), "Rp")
	if h.thousands != 0 {
		w = strings.ReplaceAll(w, string(h.thousands), "")
	}
	if h.point == ',' {
		w = strings.Replace(w, ",", ".", 1)
	}
	if w == "" || strings.Trim(w, "0123456789+-.eE") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(w, 64)
	return v, err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
}

// numbers reads a column as numbers. numeric counts the rows whose text is a
// number, and other those whose text is none.
func (c *column) numbers() (values []float64, numeric, other int) {
	h := habitOf(c.words)
	read := make([]float64, len(c.words))
	ok := make([]bool, len(c.words))
	for i, w := range c.words {
		if read[i], ok[i] = h.parse(w); !ok[i] {
			read[i] = math.NaN()
		}
	}
	values = make([]float64, len(c.codes))
	for i, code := range c.codes {
		switch {
		case code == missing:
			values[i] = math.NaN()
		case ok[code]:
			values[i] = read[code]
			numeric++
		default:
			values[i] = math.NaN()
			other++
		}
	}
	return values, numeric, other
}
