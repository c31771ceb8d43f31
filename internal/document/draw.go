package document

import (
	"bytes"
	"fmt"
	"strconv"

	"codeberg.org/go-pdf/fpdf"

	"gotong/internal/i18n"
)

// The sheet, in millimetres: A4, with room for a hole punch on the left and
// for the code at the foot.
const (
	sheetWidth   = 210.0
	sheetHeight  = 297.0
	marginLeft   = 22.0
	marginRight  = 18.0
	marginTop    = 15.0
	marginFoot   = 25.0
	textWidth    = sheetWidth - marginLeft - marginRight
	bottom       = sheetHeight - marginFoot
	pointsPerMil = 72 / 25.4
)

// Sizes of type, in points.
const (
	bodySize  = 10.0
	titleSize = 12.0
	smallSize = 8.0
	cellSize  = 8.5
)

// leading is the distance of lines, of a size of type in points, in
// millimetres.
func leading(size float64) float64 { return size * 1.32 / pointsPerMil }

// pen draws one paper.
type pen struct {
	pdf    *fpdf.Fpdf
	lang   i18n.Lang
	stamp  Stamp
	office *Office
	face   string
	encode func(string) string
	style  string
	size   float64
	y      float64
	widths map[string]float64 // of words in cells, which come again and again
	wide   map[int]string     // the name of the picture of each width in pixels
}

// Draw returns a paper as a PDF, and how many pages it has. It looks at
// nothing but its arguments and the typeface in the program: equal papers
// and stamps give equal bytes.
func Draw(p *Paper, s Stamp) ([]byte, int, error) {
	attached, err := record{s, p}.bytes()
	if err != nil {
		return nil, 0, err
	}
	d := newPen(p, s)
	d.pdf.SetAttachments([]fpdf.Attachment{{Content: attached, Filename: recordName, Description: s.Number}})
	d.letterhead()
	d.title(p)
	for i := range p.Blocks {
		d.block(&p.Blocks[i])
	}
	if err := d.proof(); err != nil {
		return nil, 0, err
	}
	pages := d.pdf.PageCount()
	if err := d.feet(pages); err != nil {
		return nil, 0, err
	}
	var out bytes.Buffer
	if err := d.pdf.Output(&out); err != nil {
		return nil, 0, fmt.Errorf("document: drawing: %w", err)
	}
	return out.Bytes(), pages, nil
}

func newPen(p *Paper, s Stamp) *pen {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(s.Date.Time())
	pdf.SetModificationDate(s.Date.Time())
	pdf.SetProducer("Gotong", false)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(marginLeft, marginTop, marginRight)
	pdf.SetCellMargin(0)
	pdf.SetLang(string(p.Lang))
	pdf.SetTitle(p.Title[0]+" "+s.Number, true)
	pdf.SetAuthor(p.Office.Name, true)
	d := &pen{pdf: pdf, lang: p.Lang, stamp: s, office: &p.Office, widths: map[string]float64{}}
	d.face, d.encode = typeface(pdf)
	d.page()
	return d
}

// page begins a new page.
func (d *pen) page() {
	d.pdf.AddPage()
	d.y = marginTop
}

// room begins a new page unless so much is left of this one.
func (d *pen) room(height float64) {
	if d.y+height > bottom && d.y > marginTop {
		d.page()
	}
}

// font chooses a style ("", "B", "I") and a size of type.
func (d *pen) font(style string, size float64) {
	d.pdf.SetFont(d.face, style, size)
	d.style, d.size = style, size
}

func (d *pen) grey(level int) { d.pdf.SetTextColor(level, level, level) }

// width returns how wide s, encoded, will be.
func (d *pen) width(s string) float64 {
	key := d.style + strconv.FormatFloat(d.size, 'f', 1, 64) + s
	w, ok := d.widths[key]
	if !ok {
		w = d.pdf.GetStringWidth(s)
		if len(d.widths) > 1<<16 {
			clear(d.widths)
		}
		d.widths[key] = w
	}
	return w
}

// at puts s, encoded, with its base line at y.
func (d *pen) at(x, y float64, s string) { d.pdf.Text(x, y, s) }

// centred puts a line in the middle.
func (d *pen) centred(s string, height float64) {
	for _, line := range d.wrap(d.encode(s), textWidth) {
		d.room(height)
		d.at(marginLeft+(textWidth-d.width(line))/2, d.y+height*0.75, line)
		d.y += height
	}
}

// paragraph puts text between x and the right margin.
func (d *pen) paragraph(s string, x, width float64) {
	height := leading(d.size)
	for _, line := range d.wrap(d.encode(s), width) {
		d.room(height)
		d.at(x, d.y+height*0.75, line)
		d.y += height
	}
}

// rule draws a line over the text's width.
func (d *pen) rule(y, thick float64, level int) {
	d.pdf.SetDrawColor(level, level, level)
	d.pdf.SetLineWidth(thick)
	d.pdf.Line(marginLeft, y, sheetWidth-marginRight, y)
}
