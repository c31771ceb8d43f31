package chart

import (
	"context"
	"io"
	"math"
)

// Columns compares values that have an order, such as deciles, as standing
// columns.
type Columns struct {
	Frame
	Heads  [2]string // headings of the names and the values, in the table
	Bars   []Bar
	Format func(float64) string // says a mark of the axis
	Marked int                  // how many columns from the first are drawn in the second colour, such as the deciles that a programme reaches
}

const (
	plotTop    = 14  // room above the plot for the highest mark
	plotHigh   = 180 // of the plot, in pixels
	plotFoot   = 28  // below the plot, for names
	plotLeft   = 56  // beside the plot, for marks
	plotBottom = plotTop + plotHigh
)

// Render draws the chart.
func (c Columns) Render(_ context.Context, w io.Writer) error {
	var values []float64
	for _, b := range c.Bars {
		values = append(values, b.Value)
	}
	marks := axis(greatest(values...))
	top := marks[len(marks)-1]
	var out canvas
	out.open(c.Frame, "columns-chart")
	out.begin(c.Frame, marks, c.Format)
	n := float64(len(c.Bars))
	for i, b := range c.Bars {
		high := plotHigh * b.Value / top
		class := "s1"
		if i < c.Marked {
			class = "s2"
		}
		x := 100 * float64(i) / n
		out.put(`<rect class="`+class+`" x="%v%%" y="%v" width="%v%%" height="%v"/>`, x+100*0.14/n, plotBottom-high, 100*0.72/n, high)
		out.put(`<text class="tick" x="%v%%" y="%v" text-anchor="middle">%v</text>`, x+50/n, plotBottom+18, b.Label)
	}
	out.end()
	var rows [][]string
	for _, b := range c.Bars {
		rows = append(rows, []string{b.Label, b.Text})
	}
	out.table(c.Frame, c.Heads[:], rows)
	return out.shut(w)
}

// begin opens the drawing: the marks of the axis to the left, and the plot
// beside it, which is as wide as the page lets it be. Positions across are
// shares and heights are pixels, so letters keep their size on a telephone.
func (c *canvas) begin(f Frame, marks []float64, format func(float64) string) {
	top := marks[len(marks)-1]
	at := func(m float64) float64 { return plotBottom - plotHigh*m/top }
	c.put(`<div class="plot" role="img" aria-label="%v"><svg width="%v" height="%v" aria-hidden="true">`, f.Title, plotLeft, plotBottom+plotFoot)
	for _, m := range marks {
		c.put(`<text class="tick" x="%v" y="%v" text-anchor="end">%v</text>`, plotLeft-8, at(m)+4, format(m))
	}
	c.put(`</svg><svg class="plot-in" height="%v" aria-hidden="true">`, plotBottom+plotFoot)
	for _, m := range marks {
		class := "grid"
		if m == 0 {
			class = "axis"
		}
		c.put(`<line class="`+class+`" x2="100%%" y1="%v" y2="%v"/>`, at(m), at(m))
	}
}

func (c *canvas) end() { c.put(`</svg></div>`) }

// axis returns round marks from 0 to just above top: 3 to 6 of them.
func axis(top float64) []float64 {
	if math.IsNaN(top) || math.IsInf(top, 0) || top <= 0 {
		top = 1
	}
	step := math.Pow(10, math.Floor(math.Log10(top)))
	for _, f := range []float64{0.2, 0.25, 0.5, 1, 2} {
		if top/(step*f) <= 5 {
			step *= f
			break
		}
	}
	var marks []float64
	for i := 0; ; i++ {
		m := float64(i) * step
		marks = append(marks, m)
		if m >= top {
			return marks
		}
	}
}
