package vector

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// row draws a row of cells: words, digits and anything else.
func row(t *rapid.T) (cells []string, text string, places []int32) {
	cell := rapid.StringMatching(`|[a-d]{1,2}|[a-b]{7,9}|[a-b]{14,17}|[0-9]{1,9}|0[0-9]{0,3}|[a-b\x00]{1,9}|(19|20)[0-9][0-9]-[01][0-9]-[0-3][0-9]|[0-9]{4}-[0-9-]{4}[0-9:.-]{2}|[ -~\x80-\xff]{0,20}`)
	for range rapid.IntRange(1, 40).Draw(t, "cells") {
		cells = append(cells, strings.ReplaceAll(cell.Draw(t, "cell"), ",", "."))
	}
	text = strings.Join(cells, ",")
	end := len(text)
	text += rapid.StringMatching(`[,0a\x00\n]{16,80}`).Draw(t, "behind")
	return cells, text, appendPlacesEach([]int32{-1}, text, end, ',')
}

// Places are those of the byte, whatever stands behind the end.
func TestPlacesArePortable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[,ab]{0,200}|[a-z,]{0,40}[,]{0,99}`).Draw(t, "text")
		end := rapid.IntRange(0, len(text)).Draw(t, "end")
		var want []int32
		for i := range end {
			if text[i] == ',' {
				want = append(want, int32(i))
			}
		}
		want = append(want, int32(end))
		before := slices.Repeat([]int32{-1}, rapid.IntRange(0, 3).Draw(t, "before"))
		for name, form := range map[string]func([]int32, string, int, byte) []int32{"fast": AppendPlaces, "portable": appendPlacesEach} {
			if d := cmp.Diff(append(slices.Clone(before), want...), form(slices.Clone(before), text, end, ',')); d != "" {
				t.Fatal(name, d)
			}
		}
	})
}

// answers are what was told of the cells of some lanes: nothing, an empty cell
// or a value.
func answers(c *Cells, lanes []int, tell func(told *Told, words bool)) []string {
	told, alone := c.NewTold(), c.NewTold()
	tell(&told, true)
	tell(&alone, false)
	if !slices.Equal(told.Full, alone.Full) || !slices.Equal(told.Known, alone.Known) {
		return []string{"another answer without words"}
	}
	var out []string
	for _, i := range lanes {
		switch bit := byte(1) << (i % 8); {
		case told.Known[i/8]&bit != 0:
			out = append(out, strconv.FormatInt(told.Values[i], 10))
		case told.Full[i/8]&bit != 0:
			out = append(out, "?")
		default:
			out = append(out, "")
		}
	}
	return out
}

// Cells are told as slower ways read them: words that stand in their column's
// table, digits and days.
func TestCellsArePortable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells, text, places := row(t)
		c := NewCells(len(cells))
		var want []string
		var lanes []int
		for at, cell := range cells {
			said, lane := "", 0
			switch rapid.SampledFrom([]string{"words", "digits", "days", ""}).Draw(t, "manner") {
			case "words":
				odd, shift := rapid.Uint64().Draw(t, "odd")|1, uint8(rapid.IntRange(58, 63).Draw(t, "shift"))
				table := someWords(t, cells, odd, shift)
				said, lane = ofTable(cell, table), c.Words(at, table, odd, shift)
			case "digits":
				scale := rapid.SampledFrom([]int64{1, 10, 1000}).Draw(t, "scale")
				least, most := rapid.Int64Range(-5, 50).Draw(t, "least"), rapid.Int64Range(50, 1<<40).Draw(t, "most")
				said, lane = ofDigits(cell, scale, least, most), c.Digits(at, scale, least, most)
			case "days":
				said, lane = ofDay(cell, 1930_00_00, 2025_06_01), c.Days(at, 1930_00_00, 2025_06_01)
			default:
				continue
			}
			want, lanes = append(want, said), append(lanes, lane)
		}
		fast := answers(c, lanes, func(told *Told, words bool) { c.Tell(told, text, places, words) })
		portable := answers(c, lanes, func(told *Told, words bool) { c.tellEach(told, text, places, words) })
		if d := cmp.Diff([][]string{want, want}, [][]string{fast, portable}); d != "" {
			t.Fatalf("%q: %s", cells, d)
		}
	})
}

// someWords draws a table of words, some of them cells.
func someWords(t *rapid.T, cells []string, odd uint64, shift uint8) []Saying {
	table := make([]Saying, 1<<(64-shift))
	for _, word := range append(rapid.SliceOfN(rapid.SampledFrom(cells), 0, 6).Draw(t, "words"), "a", "abababab", "ababababa") {
		if n := len(word); n > 0 && n <= 16 && !strings.Contains(word, "\x00") {
			head, tail := cut(word+strings.Repeat("\x00", 16), 0, n)
			table[Spread(head, tail, odd, shift)] = Saying{head, tail, rapid.Int64().Draw(t, "value")}
		}
	}
	return table
}

// ofDigits reads a number as strconv does.
func ofDigits(cell string, scale, least, most int64) string {
	n, err := strconv.ParseUint(cell, 10, 32)
	v := int64(n) * scale
	switch {
	case cell == "":
		return ""
	case err != nil || len(cell) > 8 || cell[0] == '0' && cell != "0" || v < least || v > most:
		return "?"
	}
	return strconv.FormatInt(v, 10)
}

// ofDay reads a day as time does.
func ofDay(cell string, least, most int64) string {
	if cell == "" {
		return ""
	}
	day, err := time.Parse(time.DateOnly, cell)
	v := int64(day.Year()*10_000 + int(day.Month())*100 + day.Day())
	if err != nil || v%10_000 == 229 || v < least || v > most {
		return "?"
	}
	return strconv.FormatInt(v, 10)
}

// ofTable looks a cell up word by word.
func ofTable(cell string, table []Saying) string {
	if cell == "" {
		return ""
	}
	for _, s := range table {
		word := ""
		for i := range 16 {
			if x := byte([2]uint64{s.Head, s.Tail}[i/8] >> (8 * (i % 8))); x != 0 {
				word += string([]byte{x})
			}
		}
		if word == cell {
			return strconv.FormatInt(s.Value, 10)
		}
	}
	return "?"
}

func BenchmarkTell(b *testing.B) {
	text := strings.Repeat("ya,tidak,1200,", 22)
	places := appendPlacesEach([]int32{-1}, text+strings.Repeat(" ", 64), len(text), ',')
	c := NewCells(66)
	for at := range 66 {
		if at%3 == 2 {
			c.Digits(at, 1, 0, 9999)
			continue
		}
		table := make([]Saying, 32)
		for v, word := range []string{"ya", "tidak"} {
			head, tail := cut(word+strings.Repeat("\x00", 16), 0, len(word))
			table[Spread(head, tail, 1<<60+1, 59)] = Saying{head, tail, int64(v)}
		}
		c.Words(at, table, 1<<60+1, 59)
	}
	text += strings.Repeat(" ", 64)
	told := c.NewTold()
	for b.Loop() {
		c.Tell(&told, text, places, false)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/66, "ns/cell")
}

func BenchmarkPlaces(b *testing.B) {
	text := strings.Repeat("ya,tidak,", 4000)
	var places []int32
	for b.Loop() {
		places = AppendPlaces(places[:0], text, len(text)-70, ',')
	}
	b.SetBytes(int64(len(text)))
}
