package sheet

import (
	"encoding/binary"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gotong/internal/civil"
)

func TestText(t *testing.T) {
	wide := func(order binary.AppendByteOrder, s string) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	for name, tc := range map[string]struct {
		in, want string
		problem  Problem
	}{
		"plain":             {"a,b\n", "a,b\n", ""},
		"mark":              {"\ufeffa,b\n", "a,b\n", ""},
		"utf-16 le":         {wide(binary.LittleEndian, "\ufeffnama,é\n"), "nama,é\n", ""},
		"utf-16 be":         {wide(binary.BigEndian, "\ufeffnama,é\n"), "nama,é\n", ""},
		"utf-16 no mark":    {wide(binary.LittleEndian, "nama"), "", NotText},
		"windows-1252":      {"Andr\xe9", "Andr\xe9", ""},
		"utf-16 beyond bmp": {wide(binary.LittleEndian, "\ufeff𝄞a"), "𝄞a", ""},
		"empty":             {"", "", EmptyFile},
		"blank with mark":   {"\ufeff \r\n", "", EmptyFile},
		"xlsx":              {"PK\x03\x04rest", "", CutShort},
		"xls":               {"\xd0\xcf\x11\xe0rest", "", OldWorkbook},
		"odd utf-16 length": {"\xff\xfea", "", EmptyFile},
	} {
		got, problem := wholeText(t, tc.in)
		if got != tc.want || problem != tc.problem {
			t.Errorf("%s: %q %q", name, got, problem)
		}
	}
}

// wholeText opens a text and returns it as it is taken apart, in one piece.
func wholeText(t *testing.T, data string) (string, Problem) {
	t.Helper()
	rows, problem, err := Open(strings.NewReader(data), int64(len(data)), "")
	if err != nil {
		t.Fatal(err)
	}
	if problem != "" {
		return "", problem
	}
	var all strings.Builder
	for {
		b, more := rows.(Blocks).Block()
		if !more {
			return all.String(), ""
		}
		all.WriteString(b.Text)
	}
}

func TestDelimiter(t *testing.T) {
	for text, want := range map[string]byte{
		"a,b,c\n1;2;3;4;5": ',', "a;b;c": ';', "a\tb": '\t', "only": ',', `"x;y;z",b` + "\n": ',', "": ',',
	} {
		if got := Delimiter(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func read(text string, delimiter byte) []Record {
	var all []Record
	r := NewReader(text, delimiter)
	for {
		var rec Record
		if !r.Next(&rec) {
			return all
		}
		all = append(all, rec)
	}
}

// inBlocks reads a text in blocks, of which the splitter sees some bytes more
// at a time.
func inBlocks(text string, step uint) []Record {
	var all []Record
	s := newSplitter(strings.NewReader(text), ',')
	s.step = int(step)
	for {
		b, ok := s.next()
		if !ok {
			return all
		}
		r := b.Reader()
		for rec := (Record{}); r.Next(&rec); rec = (Record{}) {
			all = append(all, rec)
		}
	}
}

func TestRecords(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []Record
	}{
		"line ends": {"a,b\r\nc,d\ne,f\rg,h", []Record{
			{Row: 1, Fields: []string{"a", "b"}, Problem: ""}, {Row: 2, Fields: []string{"c", "d"}, Problem: ""}, {Row: 3, Fields: []string{"e", "f"}, Problem: ""}, {Row: 4, Fields: []string{"g", "h"}, Problem: ""}}},
		"empty lines count":         {"a\n\n\nb\n", []Record{{Row: 1, Fields: []string{"a"}, Problem: ""}, {Row: 4, Fields: []string{"b"}, Problem: ""}}},
		"separators alone":          {"a,b\n, \n,c\n", []Record{{Row: 1, Fields: []string{"a", "b"}, Problem: ""}, {Row: 3, Fields: []string{"", "c"}, Problem: ""}}},
		"quotes":                    {`"a,b","c""d",e"f` + "\n", []Record{{Row: 1, Fields: []string{"a,b", `c"d`, `e"f`}, Problem: ""}}},
		"a break in quotes":         {"\"a\nb\",c\nd,e\n", []Record{{Row: 1, Fields: []string{"a\nb", "c"}, Problem: ""}, {Row: 2, Fields: []string{"d", "e"}, Problem: ""}}},
		"a quote that does not end": {"a,b\n\"c,d\ne,f\n", []Record{{Row: 1, Fields: []string{"a", "b"}, Problem: ""}, {Row: 2, Fields: []string{"c,d\ne,f\n"}, Problem: QuoteOpen}}},
		"text behind a quote":       {`"a"x,b` + "\nc,d", []Record{{Row: 1, Fields: []string{"a", "b"}, Problem: QuoteText}, {Row: 2, Fields: []string{"c", "d"}, Problem: ""}}},
		"blanks behind a quote":     {`"a" ,b`, []Record{{Row: 1, Fields: []string{"a", "b"}, Problem: ""}}},
		"a lone quote":              {`"`, []Record{{Row: 1, Fields: []string{""}, Problem: QuoteOpen}}},
	} {
		if diff := cmp.Diff(tc.want, read(tc.text, ',')); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What a careful writer writes is read as it was.
func TestRecordsSurviveWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 4).Draw(t, "width")
		cell := rapid.StringMatching(`[a-c",;\n 0]{0,6}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, width, width), 1, 5).Draw(t, "rows")
		comma := rapid.SampledFrom([]rune{',', ';'}).Draw(t, "delimiter")
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma = comma
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if w.UseCRLF {
			for _, row := range rows { // the writer turns breaks within cells into CRLF too
				for i := range row {
					row[i] = strings.ReplaceAll(row[i], "\n", " ")
				}
			}
		}
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		var want, got [][]string
		for _, row := range rows {
			if slices.ContainsFunc(row, filled) { // else an empty row, which is passed over
				want = append(want, row)
			}
		}
		for _, rec := range read(b.String(), byte(comma)) {
			if rec.Problem != "" {
				t.Fatalf("%q: %s", b.String(), rec.Problem)
			}
			got = append(got, rec.Fields)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q: %s", b.String(), diff)
		}
	})
}

// cellByCell reads as Reader does, without its short cuts.
func cellByCell(text string, delimiter byte) []Record {
	var all []Record
	for r := NewReader(text, delimiter); r.rest != ""; {
		var rec Record
		r.withQuotes(&rec)
		r.row++
		rec.Row = r.row
		if rec.Problem != "" || slices.ContainsFunc(rec.Fields, filled) {
			all = append(all, rec)
		}
	}
	return all
}

// likeCSV reports whether text is one that encoding/csv and Reader are to
// read alike: the package is strict with quotes within cells, passes over a
// carriage return alone, and takes no row whose quote is open.
func likeCSV(text string) (rows [][]string, ok bool) {
	if strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\r") || strings.Contains(text, "\r\n") && strings.Contains(text, `"`) {
		return nil, false
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	rows = slices.DeleteFunc(rows, func(row []string) bool { return !slices.ContainsFunc(row, filled) })
	return rows, err == nil
}

// What encoding/csv reads is read the same, what the short cuts read is what
// is read cell by cell, and blocks of any size hold the same rows.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{"a,b\n", "\"a\"\"b\",c\r\n", "\"", "\r\r\n", "\xff;\x00", "a,\"b\nc\",,\nlonger than eight,,,bytes,\n", "a\rb,\r\n\"x\"y\n"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, step int) {
		got := read(text, ',')
		if diff := cmp.Diff(cellByCell(text, ','), got); diff != "" {
			t.Fatalf("short cuts read %q otherwise: %s", text, diff)
		}
		if want, ok := likeCSV(text); ok {
			var fields [][]string
			for _, rec := range got {
				fields = append(fields, rec.Fields)
			}
			if diff := cmp.Diff(want, fields, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("encoding/csv reads %q otherwise: %s", text, diff)
			}
		}
		if diff := cmp.Diff(got, inBlocks(text, uint(1+len(text)/100)+uint(step)%64)); diff != "" {
			t.Fatalf("%q in blocks of %d: %s", text, step, diff)
		}
		last := 0
		for _, rec := range read(text, Delimiter(text)) {
			if rec.Row <= last {
				t.Fatalf("row %d after row %d", rec.Row, last)
			}
			last = rec.Row
			if len(rec.Fields) == 0 {
				t.Fatal("a row without cells")
			}
		}
	})
}

func TestReadDay(t *testing.T) {
	day := civil.MustParse
	for s, want := range map[string]struct {
		day     Day
		problem Problem
	}{
		"1990-12-31":          {Day{Plain, day("1990-12-31"), 0}, ""},
		"1990/1/5":            {Day{Plain, day("1990-01-05"), 0}, ""},
		"31/12/1990":          {Day{DayBefore, day("1990-12-31"), 0}, ""},
		"31-12-1990":          {Day{DayBefore, day("1990-12-31"), 0}, ""},
		"31.12.1990":          {Day{DayBefore, day("1990-12-31"), 0}, ""},
		"12/31/1990":          {Day{MonthBefore, 0, day("1990-12-31")}, ""},
		"03/04/1990":          {Day{Either, day("1990-04-03"), day("1990-03-04")}, ""},
		"04/04/1990":          {Day{Plain, day("1990-04-04"), 0}, ""},
		"1990-12-31 00:00:00": {Day{Plain, day("1990-12-31"), 0}, ""},
		"29/02/2000":          {Day{DayBefore, day("2000-02-29"), 0}, ""},
		"29/02/1999":          {Day{}, NoSuchDay},
		"1990-02-30":          {Day{}, NoSuchDay},
		"32/13/1990":          {Day{}, NoSuchDay},
		"33000":               {Day{}, SerialDay},
		"17/08/45":            {Day{}, ShortYear},
		"17 Agustus 1945":     {Day{Plain, day("1945-08-17"), 0}, ""},
		"29-Feb-2020":         {Day{Plain, day("2020-02-29"), 0}, ""},
		"5 NOPEMBER 1980":     {Day{Plain, day("1980-11-05"), 0}, ""},
		"January 10, 1980":    {Day{Plain, day("1980-01-10"), 0}, ""},
		"30 Februari 2020":    {Day{}, NoSuchDay},
		"17 Agustus 45":       {Day{}, ShortYear},
		"17 Maria 1945":       {Day{}, NotDay},
		"017 Mei 1945":        {Day{}, NotDay},
		"17 Mei 194":          {Day{}, NotDay},
		"Mei 1945":            {Day{}, NotDay},
		"17/08-1945":          {Day{}, NotDay},
		"1990":                {Day{}, NotDay},
		"19900403":            {Day{}, NotDay},
		"":                    {Day{}, NotDay},
		"--":                  {Day{}, NotDay},
		"1990-12-31-1":        {Day{}, NotDay},
	} {
		got, problem := ReadDay(s)
		if got != want.day || problem != want.problem {
			t.Errorf("%q: %v %q", s, got, problem)
		}
	}
}

func TestHabit(t *testing.T) {
	either, _ := ReadDay("03/04/1990")
	month, _ := ReadDay("12/31/1990")
	for _, tc := range []struct {
		habit Habit
		day   Day
		want  Problem
	}{
		{Habit{Day: 3}, either, ""},
		{Habit{}, either, Ambiguous},
		{Habit{Month: 1}, either, Ambiguous},
		{Habit{Day: 5, Month: 1}, either, Ambiguous},
		{Habit{Day: 5, Month: 1}, month, MonthFirst},
	} {
		if _, got := tc.habit.Settle(tc.day); got != tc.want {
			t.Errorf("%v %v: %q", tc.habit, tc.day, got)
		}
	}
}

func FuzzReadDay(f *testing.F) {
	for _, s := range []string{"1990-12-31", "31/12/1990", "12/31/1990", "33000", "17/08/45"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, problem := ReadDay(s)
		if problem != "" {
			return
		}
		if d.Style != Either && d.Swapped != 0 && d.Date != 0 {
			t.Fatalf("%q has two dates: %v", s, d)
		}
		back, problem := ReadDay(d.Date.String())
		if d.Style != MonthBefore && (problem != "" || back.Date != d.Date) {
			t.Fatalf("%q is %s, which reads as %v %s", s, d.Date, back, problem)
		}
	})
}
