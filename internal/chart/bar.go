package chart

import (
	"context"
	"io"
)

// Bar is one value with its name.
type Bar struct {
	Label string
	Value float64 // never negative
	Text  string  // the value as it is said
	Note  string  // beside it, such as its share; may be empty
	Href  string  // path of what is behind it; may be empty
}

// Bars compares values as lying bars. The chart is a table, so it needs no
// other text.
type Bars struct {
	Frame
	Heads [2]string // headings of the names and the values
	Bars  []Bar
}

// Render draws the chart.
func (b Bars) Render(_ context.Context, w io.Writer) error {
	var values []float64
	for _, x := range b.Bars {
		values = append(values, x.Value)
	}
	return lying(w, b.Frame, "bars", b.Heads, b.Bars, greatest(values...))
}

// Funnel shows how many are left after each step of a path. Bars are read
// against the first.
type Funnel struct {
	Frame
	Heads [2]string
	Steps []Bar
}

// Render draws the chart.
func (f Funnel) Render(_ context.Context, w io.Writer) error {
	top := 1.0
	if len(f.Steps) > 0 {
		top = greatest(f.Steps[0].Value)
	}
	return lying(w, f.Frame, "funnel", f.Heads, f.Steps, top)
}

func lying(w io.Writer, f Frame, class string, heads [2]string, bars []Bar, top float64) error {
	var c canvas
	c.open(f, class)
	c.put(`<table class="bars-table"><caption>%v</caption><thead><tr><th scope="col">%v</th><th scope="col" class="num">%v</th><td class="bar-cell"></td></tr></thead><tbody>`,
		f.Title, heads[0], heads[1])
	for _, b := range bars {
		c.put(`<tr><th scope="row">`)
		c.link(b.Label, b.Href)
		c.put(`</th><td class="num"><span>%v</span>`, b.Text)
		if b.Note != "" {
			c.put(` <span class="bar-note">%v</span>`, b.Note)
		}
		c.put(`</td><td class="bar-cell"><svg class="bar" width="100%%" height="14" aria-hidden="true" focusable="false"><rect class="bar-back" width="100%%" height="14"/>`)
		if b.Value > 0 {
			c.put(`<rect class="s1" width="%v%%" height="14"/>`, 100*min(b.Value/top, 1))
		}
		c.put(`</svg></td></tr>`)
	}
	c.put(`</tbody></table>`)
	return c.shut(w)
}
