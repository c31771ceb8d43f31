package chart

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/i18n"
)

// renderer is what pages take as a component.
type renderer interface {
	Render(context.Context, io.Writer) error
}

func drawn(t interface{ Fatal(...any) }, c renderer) string {
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// spoilt is what package fmt leaves behind a mistake, a number that is none,
// and what the pages' policy forbids.
var spoilt = regexp.MustCompile(`%![a-z]?\((EXTRA|MISSING|NOVERB|int|string|float64)|="[+-]?(NaN|Inf)|<\w+[^>]* style=`)

// wellFormed reads the markup as XML: every mark is closed, every text
// escaped.
func wellFormed(t interface {
	Fatal(...any)
	Errorf(string, ...any)
}, markup string) {
	d := xml.NewDecoder(strings.NewReader(markup))
	for {
		_, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Errorf("%v in %s", err, markup)
			return
		}
	}
	if spoilt.MatchString(markup) {
		t.Errorf("spoilt markup: %s", markup)
	}
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func frame(title string) Frame { return Frame{Title: title, Desc: "Apa yang terlihat.", Lang: i18n.ID} }

func TestEveryChartIsWellFormedWhateverItIsGiven(t *testing.T) {
	text := rapid.OneOf(rapid.SampledFrom([]string{"", "<script>", `"&'`, "Pondok Aren", "%s%d"}), rapid.StringN(0, 12, 40))
	number := rapid.OneOf(rapid.Float64Range(0, 1e12), rapid.Just(0.0))
	rapid.Check(t, func(t *rapid.T) {
		clean := func(label string) string { // XML, and so the check, knows no control characters
			return strings.Map(func(r rune) rune {
				if r < ' ' || r == 0xFFFE || r == 0xFFFF || r == 0xFFFD {
					return -1
				}
				return r
			}, text.Draw(t, label))
		}
		n := rapid.IntRange(0, 12).Draw(t, "n")
		var bars []Bar
		var tiles []Tile
		var points []string
		var values []Value
		for range n {
			v := number.Draw(t, "value")
			bars = append(bars, Bar{Label: clean("label"), Value: v, Text: plain(v), Href: clean("href")})
			tiles = append(tiles, Tile{Name: clean("name"), Known: rapid.Bool().Draw(t, "known"), Value: v, Label: plain(v), Href: "/x"})
			points = append(points, clean("point"))
			values = append(values, Value{Known: rapid.Bool().Draw(t, "known"), N: v, Text: plain(v)})
		}
		f := frame(clean("title"))
		heads := [2]string{"Wilayah", "Jumlah"}
		for _, c := range []renderer{
			Bars{Frame: f, Heads: heads, Bars: bars},
			Funnel{Frame: f, Heads: heads, Steps: bars},
			Columns{Frame: f, Heads: heads, Bars: bars, Format: plain, Marked: 3},
			Lines{Frame: f, Head: "Tahun", Points: points, Lines: []Line{{Name: clean("line"), Values: values}, {Name: "lain"}}, Format: plain},
			Stacks{Frame: f, Head: "Wilayah", Series: []string{"a", "b"}, Whole: rapid.Bool().Draw(t, "whole"),
				Stacks: []Stack{{Label: clean("stack"), Parts: []float64{number.Draw(t, "part"), number.Draw(t, "part")}, Texts: []string{"1"}}}},
			Tiles{Frame: f, Heads: heads, Tiles: Place(tiles), Steps: Even(100, rapid.IntRange(0, 5).Draw(t, "steps"), plain), Unknown: "belum ada"},
		} {
			wellFormed(t, drawn(t, c))
		}
	})
}

var width = regexp.MustCompile(`class="s\d[^"]*"(?: x="[\d.]+%")? width="([\d.]+)%"`)

func widths(t *testing.T, markup string) []float64 {
	t.Helper()
	var all []float64
	for _, m := range width.FindAllStringSubmatch(markup, -1) {
		w, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, w)
	}
	return all
}

func TestLengthsAreInProportion(t *testing.T) {
	bars := []Bar{{Label: "a", Value: 50, Text: "50"}, {Label: "b", Value: 200, Text: "200"}, {Label: "c"}}
	if diff := cmp.Diff([]float64{25, 100}, widths(t, drawn(t, Bars{Frame: frame("x"), Bars: bars}))); diff != "" {
		t.Errorf("bars against the longest: %s", diff)
	}
	steps := []Bar{{Value: 200}, {Value: 50}, {Value: 300}}
	if diff := cmp.Diff([]float64{100, 25, 100}, widths(t, drawn(t, Funnel{Frame: frame("x"), Steps: steps}))); diff != "" {
		t.Errorf("a funnel against its first, never beyond it: %s", diff)
	}
	stacks := Stacks{Frame: frame("x"), Series: []string{"a", "b"}, Whole: true, Stacks: []Stack{{Parts: []float64{1, 3}}, {Parts: []float64{30, 10}}}}
	if diff := cmp.Diff([]float64{25, 75, 75, 25}, widths(t, drawn(t, stacks))); diff != "" {
		t.Errorf("shares of wholes: %s", diff)
	}
	stacks.Whole = false
	if diff := cmp.Diff([]float64{2.5, 7.5, 75, 25}, widths(t, drawn(t, stacks))); diff != "" {
		t.Errorf("parts of the largest: %s", diff)
	}
}

func TestAxisIsRoundAndCoversTheTop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := rapid.Float64Range(1e-6, 1e15).Draw(t, "top")
		marks := axis(top)
		last := marks[len(marks)-1]
		if marks[0] != 0 || last < top || last > 2.5*top || len(marks) < 3 || len(marks) > 7 {
			t.Fatalf("axis(%g) = %g", top, marks)
		}
	})
	for _, top := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if marks := axis(top); len(marks) < 2 || marks[0] != 0 {
			t.Errorf("axis(%g) = %g", top, marks)
		}
	}
	if diff := cmp.Diff([]float64{0, 500, 1000, 1500, 2000, 2500}, axis(2051)); diff != "" {
		t.Error(diff)
	}
}

// What is not known is a gap or a hatch, never a zero.
func TestUnknownIsNotZero(t *testing.T) {
	lines := Lines{Frame: frame("x"), Points: []string{"1", "2", "3"}, Format: plain,
		Lines: []Line{{Name: "a", Values: []Value{{Known: true, N: 4, Text: "4"}, {}, {Known: true, N: 2, Text: "2"}}}}}
	markup := drawn(t, lines)
	if !strings.Contains(markup, `d="M16.67 0M83.33 50"`) || !strings.Contains(markup, `<td class="num">–</td>`) {
		t.Errorf("the pen is not lifted: %s", markup)
	}
	tiles := Tiles{Frame: frame("x"), Tiles: []Tile{{Name: "Setu"}, {Name: "Serpong", Col: 1, Known: true, Label: "0%"}}, Steps: Even(100, 5, plain), Unknown: "belum ada data"}
	markup = drawn(t, tiles)
	if strings.Count(markup, `class="tile t0"`) != 2 || strings.Count(markup, `class="tile t1"`) != 2 { // the tile and its swatch
		t.Errorf("the unknown tile is coloured as a value: %s", markup)
	}
	if !strings.Contains(markup, "<td class=\"num\">belum ada data</td>") {
		t.Error("the table does not say what is not known")
	}
}

func TestTilesTakeTheirClassFromTheSteps(t *testing.T) {
	m := Tiles{Steps: Even(100, 5, plain)}
	for value, want := range map[float64]int{0: 1, 20: 1, 20.1: 2, 60: 3, 99: 5, 100: 5, 250: 5} {
		if got := m.class(Tile{Known: true, Value: value}); got != want {
			t.Errorf("%g is in class %d, want %d", value, got, want)
		}
	}
	if m.Steps[1].Label != "20–40" {
		t.Errorf("the class is called %q", m.Steps[1].Label)
	}
}

func TestNamesFitTheirTiles(t *testing.T) {
	for name, want := range map[string][]string{
		"Setu":                       {"Setu"},
		"Serpong Utara":              {"Serpong", "Utara"},
		"Kepulauan Bangka Belitung":  {"Kepulauan", "Bangka…"},
		"Kepulauan Seribu Selatan A": {"Kepulauan", "Seribu…"},
		"Daerah Istimewa Yogyakarta": {"Daerah", "Istimewa…"},
		"Pegununganbintang":          {"Pegununganb…"},
		"":                           {""},
	} {
		got := wrap(name)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, line := range wrap(rapid.String().Draw(t, "name")) {
			if len([]rune(line)) > lineLetters {
				t.Fatalf("%q is too long", line)
			}
		}
	})
}

func TestPlaceGivesEveryAreaItsOwnTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 120).Draw(t, "n")
		taken := map[[2]int]bool{}
		for _, tile := range Place(make([]Tile, n)) {
			at := [2]int{tile.Col, tile.Row}
			if taken[at] {
				t.Fatalf("two tiles at %v", at)
			}
			taken[at] = true
		}
		if len(taken) != n {
			t.Fatalf("%d places for %d", len(taken), n)
		}
	})
}

func TestLinksStayOnTheSite(t *testing.T) {
	for href, want := range map[string]string{"/keluarga?x=1": "/keluarga?x=1", "javascript:alert(1)": "#", "https://evil.example": "#", "//evil.example": "#", "": "#", "?a=1": "?a=1"} {
		if got := local(href); got != want {
			t.Errorf("local(%q) = %q", href, got)
		}
	}
}
