package registry

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry/sheet"
)

// What is told at a look is what is read in full: of files with anything in
// their cells, the same rows are written, and the same is found in them.
func TestWhatIsToldAtALookIsReadInFull(t *testing.T) {
	s := NewService(Deps{Catalogue: indicator.Default(), Atlas: region.Default(),
		Clock: clock.NewStepping(time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), 0)})
	rapid.Check(t, func(t *rapid.T) {
		heading, rows := someMembers(t, s)
		members := readerOf(t, s, heading)
		quickly, slowly := newBatch(members), newBatch(members)
		unkept := newBatch(members)
		unkept.keep = false
		for range 2 { // what was learnt the first time is told at a look the second
			for _, b := range []*batch[memberRow]{quickly, unkept} {
				b.checker.learn()
			}
			for at, row := range rows {
				r := sheet.NewReader(strings.Join(row, ",")+"\n0,0,0,0,0,0,0,0,0\n", ',')
				if !r.Cut(&quickly.line) {
					continue
				}
				quickly.line.Row = at
				unkept.line = quickly.line
				slowly.line = sheet.Whole(sheet.Record{Row: at, Fields: row})
				quickly.one(members.columns, len(heading), &members.check)
				unkept.one(members.columns, len(heading), &members.check)
				slowly.one(members.columns, len(heading), &members.check)
			}
		}
		if d := cmp.Diff(slowly.checker.problems, quickly.checker.problems); d != "" {
			t.Fatal("problems:", d)
		}
		if d := cmp.Diff(slowly.checker.problems, unkept.checker.problems); d != "" {
			t.Fatal("problems of rows that are not kept:", d)
		}
		if d := cmp.Diff([][]byte{slowly.ties.b, slowly.numbers.b, slowly.ties.b, slowly.numbers.b},
			[][]byte{quickly.ties.b, quickly.numbers.b, unkept.ties.b, unkept.numbers.b}); d != "" {
			t.Fatal("ties:", d)
		}
		if d := cmp.Diff(slowly.rows.b, quickly.rows.b); d != "" {
			t.Fatal("rows:", d)
		}
	})
}

// someMembers draws rows of members, with some columns of facts.
func someMembers(t *rapid.T, s *Service) (heading []string, rows [][]string) {
	heading = s.required(MemberFile)
	facts := s.catalogue.Stored(indicator.Person)
	var drawn []*indicator.Indicator
	for range rapid.IntRange(1, 6).Draw(t, "facts") {
		if i := rapid.SampledFrom(facts).Draw(t, "fact"); !slices.Contains(drawn, i) && !slices.Contains(heading, i.Code) {
			drawn = append(drawn, i)
			heading = append(heading, i.Code)
		}
	}
	odd := rapid.StringMatching(`[0-9]{1,17}|-?[0-9]{1,4}[.,-][0-9]{1,3}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}|[a-zA-Z0-9_ é]{0,18}|[\x00-\x09/:;-]{0,9}`)
	cell := func(usual ...string) string {
		if rapid.IntRange(0, 3).Draw(t, "odd") == 0 {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("\",\n\r", r) {
					return '.'
				}
				return r
			}, odd.Draw(t, "cell"))
		}
		return rapid.SampledFrom(usual).Draw(t, "cell")
	}
	for range rapid.IntRange(1, 8).Draw(t, "rows") {
		row := []string{cell("K1", "K-2", "3674011501100001"), cell("3674011909570002", "367401190957000", ""), cell("Siti", "Nur  Aini", "É", "12"),
			cell("1957-09-19", "03/04/1990", "31/12/1990", "2025-06-02", "1889-12-31", ""), cell("L", "P", "perempuan", "x"), cell("head", "child", "anak", "none")}
		for _, i := range drawn {
			row = append(row, cell(usualOf(i)...))
		}
		rows = append(rows, row)
	}
	return heading, rows
}

// usualOf are texts that a cell of a fact mostly has.
func usualOf(i *indicator.Indicator) []string {
	texts := []string{"", "0", "7", "007", "12345678", "123456789", "1234567890123456", i.Text(1)}
	for _, o := range i.Options {
		texts = append(texts, o.Code)
	}
	least, most := i.Bounds()
	return append(texts, i.Text(max(least, -9)), i.Text(min(most, 999_999_999)), "tidak", "ya", "2024-02-29", "2023-02-29")
}

func readerOf(t *rapid.T, s *Service, heading []string) *reading[memberRow] {
	in := &incoming{s: s, keep: true}
	r := in.memberFile(access.Nation(), civil.MustParse("2025-06-01"), nil)
	columns, problems := r.check.layout.bind(s, heading, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r.columns, r.width = columns, len(heading)
	return r
}

func newBatch(r *reading[memberRow]) *batch[memberRow] {
	b := r.fresh(nil)
	b.checker = r.newChecker().fresh()
	b.checker.learn()
	return b
}

// Numbers and days are read as slower ways read them.
func TestDigitsAndDaysAtALook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,16}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[12][90][0-9]{2}-[01][0-9]-[0-3][0-9]|[ -~]{1,16}`).Draw(t, "text")
		cell := text + rapid.StringMatching(`[ -~]{16}`).Draw(t, "behind")
		v, ok := digitsAt(cell, len(text))
		want, isNumber := int64(0), len(text) <= 15 && strings.Trim(text, "0123456789") == "" && (text == "0" || text[0] != '0')
		for _, c := range text {
			want = 10*want + int64(c-'0')
		}
		if ok != isNumber || ok && v != want {
			t.Fatalf("%q is read as %d, %t", text, v, ok)
		}
		day, ok := dayAt(cell, len(text))
		if d, err := civil.Parse(text); ok != (err == nil) || ok && d != day {
			t.Fatalf("%q is read as %s, %t; want %s, %v", text, day, ok, d, err)
		}
	})
}

// Words are found again whatever was learnt beside them, and no others.
func TestUnderstood(t *testing.T) {
	texts := rapid.StringMatching(`[a-c]{1,3}|[a-z_]{1,20}|[a-b\x00]{1,17}`)
	rapid.Check(t, func(t *rapid.T) {
		var u understood
		u.place()
		known := map[string]int64{}
		for i, text := range rapid.SliceOfN(texts, 0, 300).Draw(t, "learnt") {
			if _, twice := known[text]; !twice && len(known) < seenMost {
				known[text] = int64(i)
			}
			if _, twice := u.of(text); !twice {
				u.learn(text, int64(i))
			}
		}
		for _, text := range append(rapid.SliceOf(texts).Draw(t, "asked"), "") {
			want, is := known[text]
			if v, ok := u.of(text); ok != is || v != want {
				t.Fatalf("%q says %d, %t; want %d, %t", text, v, ok, want, is)
			}
			if n := len(text); n > 0 && n <= wordMost {
				if v, ok := u.first(wordAt(text+"0123456789abcdef", n)); ok && (!is || v != want) {
					t.Fatalf("%q says %d at a look; want %d, %t", text, v, want, is)
				}
			}
		}
	})
}
