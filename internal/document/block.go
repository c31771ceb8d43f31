package document

import (
	"bytes"
	"fmt"
	"net/http"

	"codeberg.org/go-pdf/fpdf"
	"rsc.io/qr"
)

// gap is the room between blocks.
const gap = 3.0

func (d *pen) block(b *Block) {
	switch {
	case b.NewPage:
		if d.y > marginTop {
			d.page()
		}
	case b.Heading != "":
		d.heading(b.Heading)
	case b.Centre != "":
		d.font("B", 11)
		d.room(30) // never alone at the foot of a page
		d.centred(b.Centre, leading(11))
		d.y += gap
	case b.Text != "":
		d.font("", bodySize)
		d.paragraph(b.Text, marginLeft, textWidth)
		d.y += gap
	case b.Small != "":
		d.font("I", smallSize)
		d.grey(70)
		d.paragraph(b.Small, marginLeft, textWidth)
		d.grey(0)
		d.y += gap
	case len(b.Pairs) > 0:
		d.pairs(b.Pairs)
	case len(b.Clauses) > 0:
		d.clauses(b.Clauses)
	case b.Code != nil:
		d.boxed(b.Code)
	case b.QR != nil:
		d.scanned(b.QR)
	case b.Table != nil:
		d.table(b.Table)
	case len(b.Sign) > 0:
		d.sign(b.Sign)
	case len(b.Images) > 0:
		d.images(b.Images)
	}
}

func (d *pen) heading(s string) {
	d.y += 1.5
	d.font("B", bodySize)
	d.room(24)
	d.paragraph(s, marginLeft, textWidth)
	d.y += 1
}

// termWidth is the room of a term before its value.
const termWidth = 48.0

func (d *pen) pairs(all []Pair) {
	height := leading(bodySize)
	for _, p := range all {
		d.font("", bodySize)
		terms := d.wrap(d.encode(p.Term), termWidth-4)
		values := d.wrap(d.encode(p.Value), textWidth-termWidth)
		lines := max(len(terms), len(values))
		d.room(float64(lines) * height)
		d.at(marginLeft+termWidth-2.5, d.y+height*0.75, ":")
		for i := range lines {
			if i < len(terms) {
				d.at(marginLeft, d.y+height*0.75, terms[i])
			}
			if i < len(values) {
				d.at(marginLeft+termWidth, d.y+height*0.75, values[i])
			}
			d.y += height
		}
	}
	d.y += gap
}

func (d *pen) clauses(all []Clause) {
	d.font("", bodySize)
	indent := 6.0
	for _, c := range all {
		indent = max(indent, d.width(d.encode(c.Mark))+3)
	}
	height := leading(bodySize)
	for _, c := range all {
		lines := d.wrap(d.encode(c.Text), textWidth-indent)
		d.room(float64(min(len(lines), 2)) * height)
		d.at(marginLeft, d.y+height*0.75, d.encode(c.Mark))
		for _, line := range lines {
			d.room(height)
			d.at(marginLeft+indent, d.y+height*0.75, line)
			d.y += height
		}
		d.y += 1
	}
	d.y += gap - 1
}

// boxed draws a code that somebody will copy.
func (d *pen) boxed(p *Pair) {
	const height = 17.0
	d.room(height + gap)
	d.pdf.SetFillColor(244, 244, 244)
	d.pdf.Rect(marginLeft, d.y, textWidth, height, "F")
	d.font("", smallSize)
	d.at(marginLeft+4, d.y+5.5, d.encode(p.Term))
	d.font("B", 16)
	d.at(marginLeft+4, d.y+13, d.encode(p.Value))
	d.y += height + gap
}

// scanned draws a number as a QR and in letters.
func (d *pen) scanned(p *Pair) {
	const side = 30.0
	d.room(side + gap)
	if err := d.inkQR(p.Value, qr.M, marginLeft, d.y, side); err != nil {
		d.pdf.SetError(err)
		return
	}
	d.font("", smallSize)
	d.at(marginLeft+side+5, d.y+11, d.encode(p.Term))
	d.font("B", 16)
	d.at(marginLeft+side+5, d.y+19, d.encode(p.Value))
	d.y += side + gap
}

// sign draws who signs, side by side: one stands on the right.
func (d *pen) sign(all []Signatory) {
	const height, picture = 37.0, 16.0
	d.y += 3
	d.room(height)
	width := textWidth / float64(max(len(all), 2))
	line := leading(bodySize)
	for i, s := range all {
		x := marginLeft + textWidth - width*float64(len(all)-i)
		y := d.y + line*0.75
		d.font("", bodySize)
		if s.Place != "" {
			d.at(x, y, d.encode(s.Place+", "+d.longDay()))
		}
		y += line
		for _, role := range d.wrap(d.encode(s.Role), width-4) {
			d.at(x, y, role)
			y += line
		}
		if err := d.picture(s.Picture, x, y-line*0.5, width-10, picture); err != nil {
			d.pdf.SetError(err)
		}
		y += picture + 2
		d.font("B", bodySize)
		d.at(x, y, d.encode(s.Name))
		if s.Number != "" {
			d.font("", smallSize)
			d.at(x, y+line, d.encode(s.Number))
		}
	}
	d.y += height
}

// picture places a PNG or JPEG inside a box, its shape kept.
func (d *pen) picture(content []byte, x, y, width, height float64) error {
	if len(content) == 0 {
		return nil
	}
	form := map[string]string{"image/png": "PNG", "image/jpeg": "JPG"}[http.DetectContentType(content)]
	if form == "" {
		return fmt.Errorf("document: a picture is neither PNG nor JPEG")
	}
	content, form, err := d.ownWidth(content, form)
	if err != nil {
		return err
	}
	options := fpdf.ImageOptions{ImageType: form}
	name := pictureName(content)
	info := d.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(content))
	if d.pdf.Error() != nil {
		return d.pdf.Error()
	}
	w, h := info.Extent()
	scale := min(width/w, height/h)
	d.pdf.ImageOptions(name, x, y, w*scale, h*scale, false, options, 0, "")
	return nil
}

// images draws photographs, two in a row.
func (d *pen) images(all []Image) {
	const height, between = 58.0, 6.0
	width := (textWidth - between) / 2
	for i, m := range all {
		if i%2 == 0 {
			d.room(height + 10)
		}
		x := marginLeft + float64(i%2)*(width+between)
		if err := d.picture(m.Content, x, d.y, width, height); err != nil {
			d.pdf.SetError(err)
		}
		d.font("", smallSize)
		for k, line := range d.wrap(d.encode(m.Caption), width) {
			d.at(x, d.y+height+4+float64(k)*leading(smallSize), line)
		}
		if i%2 == 1 || i == len(all)-1 {
			d.y += height + 12
		}
	}
}
