package chart

import (
	"context"
	"io"
	"strconv"
	"strings"
)

// Line is one series over the points of the chart.
type Line struct {
	Name   string
	Values []Value // one for each point
}

// Value is a number that may not be known: a gap in the line, never a zero.
type Value struct {
	Known bool
	N     float64 // never negative
	Text  string  // as it is said
}

// Lines shows how values go over time.
type Lines struct {
	Frame
	Head   string   // heading of the points, in the table
	Points []string // names of the points, in order
	Lines  []Line   // at most six
	Format func(float64) string
}

// Render draws the chart.
func (l Lines) Render(_ context.Context, w io.Writer) error {
	var values []float64
	for _, line := range l.Lines {
		for _, v := range line.Values {
			if v.Known {
				values = append(values, v.N)
			}
		}
	}
	marks := axis(greatest(values...))
	top := marks[len(marks)-1]
	var c canvas
	c.open(l.Frame, "lines")
	if len(l.Lines) > 1 {
		var names []string
		for _, line := range l.Lines {
			names = append(names, line.Name)
		}
		c.legend(names, series)
	}
	c.begin(l.Frame, marks, l.Format)
	l.names(&c)
	// stretched to the plot; the pen keeps its width
	c.put(`<svg x="0" y="%v" width="100%%" height="%v" viewBox="0 0 100 100" preserveAspectRatio="none" overflow="visible">`, plotTop, plotHigh)
	for i, line := range l.Lines {
		c.put(`<path class="line l`+strconv.Itoa(i%6+1)+`" d="%v"/>`, l.path(line, top))
	}
	c.put(`</svg>`)
	for i, line := range l.Lines {
		for j, v := range line.Values {
			if v.Known {
				c.put(`<circle class="s`+strconv.Itoa(i%6+1)+`" cx="%v%%" cy="%v" r="3"/>`, l.x(j), plotBottom-plotHigh*v.N/top)
			}
		}
	}
	c.end()
	l.numbers(&c)
	return c.shut(w)
}

// x is the place of a point across, in percent.
func (l Lines) x(i int) float64 {
	return 100 * (float64(i) + 0.5) / float64(max(len(l.Points), 1))
}

// names writes the points' names below the plot, at most six of them.
func (l Lines) names(c *canvas) {
	every := (len(l.Points) + 5) / 6
	for i, p := range l.Points {
		if every > 1 && i%every != 0 {
			continue
		}
		c.put(`<text class="tick" x="%v%%" y="%v" text-anchor="middle">%v</text>`, l.x(i), plotBottom+18, p)
	}
}

// path draws a line, lifting the pen over what is not known.
func (l Lines) path(line Line, top float64) string {
	var b strings.Builder
	down := false
	for i, v := range line.Values {
		if !v.Known {
			down = false
			continue
		}
		if down {
			b.WriteByte('L')
		} else {
			b.WriteByte('M')
		}
		down = true
		b.WriteString(decimal(l.x(i)) + " " + decimal(100-100*v.N/top))
	}
	return b.String()
}

func (l Lines) numbers(c *canvas) {
	heads := []string{l.Head}
	for _, line := range l.Lines {
		heads = append(heads, line.Name)
	}
	var rows [][]string
	for i, p := range l.Points {
		row := []string{p}
		for _, line := range l.Lines {
			text := "–"
			if i < len(line.Values) && line.Values[i].Known {
				text = line.Values[i].Text
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	c.table(l.Frame, heads, rows)
}
