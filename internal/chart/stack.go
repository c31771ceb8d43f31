package chart

import (
	"context"
	"io"
	"strconv"
)

// Stack is one bar made of parts, in the order of the chart's series.
type Stack struct {
	Label string
	Parts []float64 // never negative
	Texts []string  // the parts as they are said
	Href  string
}

// Stacks compares how wholes are made up. With Whole every bar is drawn to
// the same length, so that shares are compared; without, lengths are totals.
// With Rest the last part is what is left over, and is drawn as empty bar.
type Stacks struct {
	Frame
	Head   string   // heading of the names
	Series []string // names of the parts; at most six
	Stacks []Stack
	Whole  bool
	Rest   bool
}

// colour is the class of the i-th of n series.
func (s Stacks) colour(i int) string {
	if s.Rest && i == len(s.Series)-1 {
		return "bar-back"
	}
	return series(i)
}

// series is the class of the i-th of up to six series.
func series(i int) string { return "s" + strconv.Itoa(i%6+1) }

// Render draws the chart.
func (s Stacks) Render(_ context.Context, w io.Writer) error {
	var c canvas
	c.open(s.Frame, "stacks")
	c.legend(s.Series, s.colour)
	top := 1.0
	if !s.Whole {
		var totals []float64
		for _, x := range s.Stacks {
			totals = append(totals, sum(x.Parts))
		}
		top = greatest(totals...)
	}
	c.put(`<div class="tile-scroll" tabindex="0" role="group" aria-label="%v"><table class="bars-table"><caption>%v</caption><thead><tr><th scope="col">%v</th>`, s.Title, s.Title, s.Head)
	for _, name := range s.Series {
		c.put(`<th scope="col" class="num">%v</th>`, name)
	}
	c.put(`</tr></thead><tbody>`)
	for _, x := range s.Stacks {
		c.put(`<tr><th scope="row">`)
		c.link(x.Label, x.Href)
		c.put(`</th>`)
		for i := range s.Series {
			text := ""
			if i < len(x.Texts) {
				text = x.Texts[i]
			}
			c.put(`<td class="num">%v</td>`, text)
		}
		whole := top
		if s.Whole {
			whole = greatest(sum(x.Parts))
		}
		c.put(`</tr><tr class="bar-row"><td colspan="%v"><svg class="bar" width="100%%" height="16" aria-hidden="true" focusable="false"><rect class="bar-back" width="100%%" height="16"/>`, len(s.Series)+1)
		at := 0.0
		for i, part := range x.Parts {
			if part <= 0 {
				continue
			}
			width := 100 * part / whole
			c.put(`<rect class="`+s.colour(i)+` gap" x="%v%%" width="%v%%" height="16"/>`, at, width)
			at += width
		}
		c.put(`</svg></td></tr>`)
	}
	c.put(`</tbody></table></div>`)
	return c.shut(w)
}

// legend names the series beside their colours.
func (c *canvas) legend(series []string, colour func(i int) string) {
	c.put(`<ul class="legend">`)
	for i, name := range series {
		c.put(`<li><svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><rect class="`+colour(i)+`" width="12" height="12"/></svg>%v</li>`, name)
	}
	c.put(`</ul>`)
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
