package chart

import (
	"context"
	"io"
	"math"
	"strconv"
	"strings"
)

// Tile is one area on a map of tiles.
type Tile struct {
	Code  string
	Name  string
	Col   int // from 0, to the right
	Row   int // from 0, downwards
	Known bool
	Value float64
	Label string // the value as it is said
	Href  string // path of the area's page; may be empty
}

// Step is one class of a map: values up to and including UpTo.
type Step struct {
	UpTo  float64
	Label string
}

// Tiles shows areas as equal tiles near where they lie, so that a small
// island counts as much as a large one. What is not known is hatched, never
// coloured as zero.
type Tiles struct {
	Frame
	Heads   [2]string // headings of the areas and the values, in the table
	Tiles   []Tile
	Steps   []Step // ascending, at most five; the last takes all above too
	Unknown string // the legend's word for what is not known
}

const (
	tileWide = 92
	tileHigh = 66
	tileGap  = 3
)

// Render draws the map.
func (t Tiles) Render(_ context.Context, w io.Writer) error {
	var c canvas
	c.open(t.Frame, "tiles")
	t.legend(&c)
	cols, rows := 1, 1
	for _, tile := range t.Tiles {
		cols, rows = max(cols, tile.Col+1), max(rows, tile.Row+1)
	}
	class := "tile-map"
	if cols > 6 {
		class += " tile-map-wide"
	}
	wide, high := cols*tileWide, rows*tileHigh
	c.put(`<div class="tile-scroll" tabindex="0" role="group" aria-labelledby="%v"><svg class="`+class+`" width="%v" height="%v" viewBox="0 0 %v %v" role="group" aria-labelledby="%v">`, t.id(), wide, high, wide, high, t.id())
	c.put(`<defs><pattern id="%v-h" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0v7"/></pattern></defs>`, t.id())
	for _, tile := range t.Tiles {
		t.draw(&c, tile)
	}
	c.put(`</svg></div>`)
	var table [][]string
	for _, tile := range t.Tiles {
		label := tile.Label
		if !tile.Known {
			label = t.Unknown
		}
		table = append(table, []string{tile.Name, label})
	}
	c.table(t.Frame, t.Heads[:], table)
	return c.shut(w)
}

func (t Tiles) draw(c *canvas, tile Tile) {
	x, y := tile.Col*tileWide, tile.Row*tileHigh
	label := tile.Label
	if !tile.Known {
		label = t.Unknown
	}
	if tile.Href != "" {
		c.put(`<a href="%v"><title>%v</title>`, local(tile.Href), tile.Name+": "+label)
	} else {
		c.put(`<g role="img" aria-label="%v">`, tile.Name+": "+label)
	}
	step := t.class(tile)
	c.put(`<rect class="tile t`+strconv.Itoa(step)+`" x="%v" y="%v" width="%v" height="%v" rx="3"/>`, x, y, tileWide-tileGap, tileHigh-tileGap)
	if !tile.Known {
		c.put(`<rect x="%v" y="%v" width="%v" height="%v" rx="3" fill="url(#%v-h)"/>`, x, y, tileWide-tileGap, tileHigh-tileGap, t.id())
	}
	ink := "on-low"
	if step >= 4 {
		ink = "on-high"
	}
	for i, line := range wrap(tile.Name) {
		c.put(`<text class="tile-name `+ink+`" x="%v" y="%v">%v</text>`, x+7, y+17+13*i, line)
	}
	if tile.Known {
		c.put(`<text class="tile-value `+ink+`" x="%v" y="%v">%v</text>`, x+7, y+tileHigh-tileGap-9, tile.Label)
	}
	if tile.Href != "" {
		c.put(`</a>`)
	} else {
		c.put(`</g>`)
	}
}

// class returns the step of a tile: 1 to 5, or 0 for what is not known.
func (t Tiles) class(tile Tile) int {
	if !tile.Known || len(t.Steps) == 0 {
		return 0
	}
	for i, s := range t.Steps {
		if tile.Value <= s.UpTo {
			return t.shade(i)
		}
	}
	return t.shade(len(t.Steps) - 1)
}

// shade spreads few steps over the five shades.
func (t Tiles) shade(i int) int {
	if len(t.Steps) <= 1 {
		return 3
	}
	return 1 + int(math.Round(4*float64(i)/float64(len(t.Steps)-1)))
}

func (t Tiles) legend(c *canvas) {
	c.put(`<ul class="legend">`)
	for i, s := range t.Steps {
		c.put(`<li><svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><rect class="tile t`+strconv.Itoa(t.shade(i))+`" width="12" height="12"/></svg>%v</li>`, s.Label)
	}
	for _, tile := range t.Tiles {
		if !tile.Known {
			c.put(`<li><svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><rect class="tile t0" width="12" height="12"/><path class="hatch" d="M1 11L11 1M1 5L5 1M7 11l4-4"/></svg>%v</li>`, t.Unknown)
			break
		}
	}
	c.put(`</ul>`)
}

// lineLetters is how many letters of a name fit across a tile.
const lineLetters = 12

// wrap breaks a name into at most two lines that fit a tile.
func wrap(name string) []string {
	lines := []string{""}
	for _, word := range strings.Fields(name) {
		last := len(lines) - 1
		switch {
		case lines[last] == "":
			lines[last] = word
		case len([]rune(lines[last]))+1+len([]rune(word)) <= lineLetters:
			lines[last] += " " + word
		default:
			lines = append(lines, word)
		}
	}
	cut := len(lines) > 2
	if cut {
		lines = lines[:2]
	}
	for i, line := range lines {
		letters := []rune(line)
		if len(letters) > lineLetters || cut && i == 1 {
			lines[i] = string(letters[:min(len(letters), lineLetters-1)]) + "…"
		}
	}
	return lines
}

// Place gives areas without a drawn map a place: rows of a near-square, in
// their order.
func Place(tiles []Tile) []Tile {
	cols := int(math.Ceil(math.Sqrt(float64(len(tiles)) * 1.4)))
	cols = max(min(cols, 9), 1)
	placed := make([]Tile, len(tiles))
	for i, t := range tiles {
		t.Col, t.Row = i%cols, i/cols
		placed[i] = t
	}
	return placed
}

// Even returns n classes of equal width from 0 to top, named by format:
// "0–20", "20–40".
func Even(top float64, n int, format func(float64) string) []Step {
	var steps []Step
	for i := 1; i <= n; i++ {
		from, to := top*float64(i-1)/float64(n), top*float64(i)/float64(n)
		steps = append(steps, Step{UpTo: to, Label: format(from) + "–" + format(to)})
	}
	return steps
}
