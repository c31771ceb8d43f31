package document

import (
	"strings"

	"gotong/internal/i18n"
)

// cellPad is the room between a cell's text and its edges.
const cellPad = 1.2

// grid is a table being drawn.
type grid struct {
	*pen
	t      *Table
	at     []float64 // left edge of each column
	width  []float64
	height float64 // of a line
}

func (d *pen) table(t *Table) {
	g := &grid{pen: d, t: t, height: leading(cellSize)}
	total := 0
	for _, c := range t.Columns {
		total += c.Width
	}
	x := marginLeft
	for _, c := range t.Columns {
		w := textWidth * float64(c.Width) / float64(total)
		g.at, g.width = append(g.at, x), append(g.width, w)
		x += w
	}
	d.font("B", cellSize)
	d.room(4 * g.height)
	g.headings()
	for _, row := range t.Rows {
		if len(row) == 1 && len(t.Columns) > 1 {
			g.group(row[0])
		} else {
			g.row(row, "", 0.1)
		}
	}
	if t.Totals != nil {
		d.rule(d.y, 0.3, 0)
		g.row(t.Totals, "B", 0.3)
	}
	d.y += gap
}

// headings draws the columns' titles, on each page anew.
func (g *grid) headings() {
	titles := make([][]string, len(g.t.Columns))
	most := 1
	g.font("B", cellSize)
	for i, c := range g.t.Columns {
		titles[i] = g.wrap(g.encode(c.Title), g.width[i]-2*cellPad)
		most = max(most, len(titles[i]))
	}
	height := float64(most)*g.height + 2*cellPad
	g.pdf.SetFillColor(238, 238, 238)
	g.pdf.Rect(marginLeft, g.y, textWidth, height, "F")
	for i := range titles {
		g.cell(i, titles[i], cellPad)
	}
	g.y += height
	g.rule(g.y, 0.3, 0)
}

// group draws a heading over the rows that follow; it never stands alone at
// the foot of a page.
func (g *grid) group(title string) {
	height := g.height + 2*cellPad
	g.next(2*height + g.height)
	g.font("B", cellSize)
	lines := g.wrap(g.encode(title), textWidth-2*cellPad)
	for _, line := range lines {
		g.pen.at(marginLeft+cellPad, g.y+cellPad+g.height*0.75, line)
		g.y += g.height
	}
	g.y += 2 * cellPad
	g.rule(g.y, 0.1, 150)
}

// next begins a new page, with the headings, unless so much is left.
func (g *grid) next(height float64) {
	if g.y+height > bottom {
		g.page()
		g.headings()
	}
}

func (g *grid) row(cells []string, style string, line float64) {
	g.font(style, cellSize)
	texts := make([][]string, len(g.t.Columns))
	most := 1
	for i := range g.t.Columns {
		if i < len(cells) && cells[i] != "" {
			texts[i] = g.wrap(g.encode(written(g.lang, g.t.Columns[i].Align, cells[i])), g.width[i]-2*cellPad)
			most = max(most, len(texts[i]))
		}
	}
	const pad = 0.7
	height := float64(most)*g.height + 2*pad
	g.next(height)
	g.font(style, cellSize) // the headings of a new page have another
	for i := range texts {
		g.cell(i, texts[i], pad)
	}
	g.y += height
	g.rule(g.y, line, 190)
}

// cell draws the lines of a cell: figures to the right, so that they stand
// under one another.
func (g *grid) cell(i int, lines []string, pad float64) {
	for k, line := range lines {
		x := g.at[i] + cellPad
		if a := g.t.Columns[i].Align; a == Amount || a == Count {
			x = g.at[i] + g.width[i] - cellPad - g.pen.width(line)
		}
		g.pen.at(x, g.y+pad+g.height*(float64(k)+0.75), line)
	}
}

// written writes a cell as it is read: 1250000 is 1.250.000, in English
// 1,250,000. What is not plain digits stays.
func written(l i18n.Lang, a Align, cell string) string {
	if a != Amount && a != Count {
		return cell
	}
	sign, digits := "", cell
	if strings.HasPrefix(cell, "-") {
		sign, digits = "-", cell[1:]
	}
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return cell
	}
	separator := byte('.')
	if l == i18n.EN {
		separator = ','
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(separator)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}
