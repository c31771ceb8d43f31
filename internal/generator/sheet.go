package generator

import (
	"fmt"
	"strconv"
	"strings"

	"gotong/internal/column"
	"gotong/internal/indicator"
)

// sheet is the fact columns of one of the two files: the stored indicators of
// a level, by number.
type sheet struct {
	columns []*indicator.Indicator
	at      map[string]int
	words   [][]string // per column: what is written for a bool or an option, by number
	never   []bool     // per column: never left empty
}

func newSheet(c *indicator.Catalogue, l indicator.Level) *sheet {
	s := &sheet{columns: c.Stored(l), at: map[string]int{}}
	s.never = make([]bool, len(s.columns))
	for k, i := range s.columns {
		s.at[i.Code] = k
		var words []string
		switch i.Kind {
		case indicator.Bool:
			words = []string{i.Text(0), i.Text(1)}
		case indicator.Choice:
			for _, o := range i.Options {
				for int64(len(words)) <= o.No {
					words = append(words, "")
				}
				words[o.No] = o.Code
			}
		}
		s.words = append(s.words, words)
	}
	return s
}

// fact returns the column of an indicator. That the catalogue has it is held
// by a test, so its absence is a panic.
func (s *sheet) fact(code string) int {
	k, ok := s.at[code]
	if !ok {
		panic("generator: the catalogue has no " + code)
	}
	return k
}

// option returns the number of an option, which the profile may name.
func (s *sheet) option(code, option string) (int64, error) {
	k, ok := s.at[code]
	if !ok {
		return 0, fmt.Errorf("generator: the catalogue has no %s", code)
	}
	o, ok := s.columns[k].OptionCode(option)
	if !ok {
		return 0, fmt.Errorf("generator: %s has no option %s", code, option)
	}
	return o.No, nil
}

// must is option for codes in Go.
func (s *sheet) must(code, option string) int64 {
	no, err := s.option(code, option)
	if err != nil {
		panic(err)
	}
	return no
}

// ladder binds a profile's ladder to an indicator's options.
func (s *sheet) ladder(code string, l Ladder) (*ladder[int64], error) {
	values, shares, err := s.steps(code, l.Steps)
	if err != nil {
		return nil, err
	}
	return newLadder(l.Rho, values, shares), nil
}

// weights binds a profile's steps to an indicator's options.
func (s *sheet) weights(code string, steps Steps) (*weighted[int64], error) {
	values, shares, err := s.steps(code, steps)
	if err != nil {
		return nil, err
	}
	w := new(weighted[int64])
	for i, v := range values {
		w.add(v, shares[i])
	}
	return w, nil
}

func (s *sheet) steps(code string, steps Steps) (values []int64, shares []float64, err error) {
	if len(steps) == 0 {
		return nil, nil, fmt.Errorf("generator: profile: no answers for %s", code)
	}
	for _, step := range steps {
		no, err := s.option(code, step.Code)
		if err != nil {
			return nil, nil, err
		}
		values, shares = append(values, no), append(shares, step.Share)
	}
	return values, shares, nil
}

// row is the facts of one family or person, by column.
type row struct {
	values []int64
	known  column.Bitmap
}

func newRow(s *sheet) row {
	return row{make([]int64, len(s.columns)), column.NewBitmap(len(s.columns))}
}

func (r *row) clear() { clear(r.known) }

func (r *row) set(column int, v int64) {
	r.values[column] = v
	r.known.Set(column)
}

func (r *row) setBool(column int, v bool) {
	r.values[column] = 0
	if v {
		r.values[column] = 1
	}
	r.known.Set(column)
}

// append writes the cells of the row, each after a comma, and returns how many
// facts were written and how many were left out by chance.
func (s *sheet) append(b []byte, r *row, d *dice, missing float64) (line []byte, written, left int64) {
	for k := range s.columns {
		b = append(b, ',')
		if !r.known.Get(k) {
			continue
		}
		if !s.never[k] && d.Float64() < missing {
			left++
			continue
		}
		written++
		v := r.values[k]
		if words := s.words[k]; words != nil {
			b = append(b, words[v]...)
			continue
		}
		if s.columns[k].Kind == indicator.Date {
			b = append(b, s.columns[k].Text(v)...)
			continue
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return b, written, left
}

func (s *sheet) header(first string) string {
	codes := []string{first}
	for _, i := range s.columns {
		codes = append(codes, i.Code)
	}
	return strings.Join(codes, ",")
}
