// Package chart draws the figures of the pages on the server: bars, columns,
// stacks, lines, funnels and maps of tiles. What it draws works without
// script, prints, takes its colours from the page's style sheet (so it is
// right by day, by night and on paper), and always says its numbers as text
// too: as a table that is the chart, or as one behind a line that opens.
//
// Every chart has a Render method of the shape that templ pages take as a
// component. Texts come in already formatted, in the page's language.
package chart

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"html"
	"io"
	"strconv"
	"strings"

	"gotong/internal/i18n"
)

// Frame is what every chart has around it.
type Frame struct {
	Title string    // what the chart shows; its heading and its name
	Desc  string    // one sentence: what there is to see; may be empty
	Lang  i18n.Lang // of the words that the chart adds itself
}

// id returns an id that is the same whenever the same chart is drawn, and
// differs between charts of different titles on a page.
func (f Frame) id() string {
	h := fnv.New32a()
	_, _ = io.WriteString(h, f.Title+"\x00"+f.Desc) // a hash takes everything
	return fmt.Sprintf("g%08x", h.Sum32())
}

// canvas collects markup. Its methods escape what they are given.
type canvas struct{ bytes.Buffer }

// put writes markup; the arguments fill %s, escaped.
func (c *canvas) put(markup string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = html.EscapeString(a)
		case float64:
			args[i] = decimal(a)
		case int:
			args[i] = strconv.Itoa(a)
		}
	}
	fmt.Fprintf(&c.Buffer, markup, args...)
}

// decimal writes a coordinate with at most two decimals.
func decimal(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	for len(s) > 0 && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if len(s) > 0 && s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// open begins the figure with its heading.
func (c *canvas) open(f Frame, class string) {
	c.put(`<figure class="chart %v" aria-labelledby="%v"><figcaption id="%v"><span class="chart-title">%v</span>`,
		class, f.id(), f.id(), f.Title)
	if f.Desc != "" {
		c.put(`<span class="chart-desc">%v</span>`, f.Desc)
	}
	c.put(`</figcaption>`)
}

func (c *canvas) shut(w io.Writer) error {
	c.put(`</figure>`)
	_, err := c.WriteTo(w)
	return err
}

// link writes text as a link when there is somewhere to go.
func (c *canvas) link(text, href string) {
	if href == "" {
		c.put(`%v`, text)
		return
	}
	c.put(`<a href="%v">%v</a>`, local(href), text)
}

// local keeps a link only when it leads to a page of this site.
func local(href string) string {
	if strings.HasPrefix(href, "//") || strings.HasPrefix(href, `/\`) || href == "" || !strings.ContainsRune("/?#", rune(href[0])) {
		return "#"
	}
	return href
}

// table writes the chart's numbers behind a line that opens.
func (c *canvas) table(f Frame, heads []string, rows [][]string) {
	c.put(`<details class="more chart-table"><summary>%v</summary><div class="table-wrap"><table><caption>%v</caption><thead><tr>`,
		i18n.T(f.Lang, "web.chart.table"), f.Title)
	for i, h := range heads {
		if i == 0 {
			c.put(`<th scope="col">%v</th>`, h)
		} else {
			c.put(`<th scope="col" class="num">%v</th>`, h)
		}
	}
	c.put(`</tr></thead><tbody>`)
	for _, row := range rows {
		c.put(`<tr>`)
		for i, text := range row {
			if i == 0 {
				c.put(`<th scope="row">%v</th>`, text)
			} else {
				c.put(`<td class="num">%v</td>`, text)
			}
		}
		c.put(`</tr>`)
	}
	c.put(`</tbody></table></div></details>`)
}

// greatest returns the largest value, at least a hair above zero so that
// nothing is divided by it in vain.
func greatest(values ...float64) float64 {
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	if top == 0 {
		return 1
	}
	return top
}
