package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"rsc.io/qr"

	"gotong/internal/i18n"
)

// Sizes of the codes, in millimetres: modules are half a millimetre, which a
// plain telephone reads.
const (
	footCode = 14.0
	sealCode = 30.0
)

// feet draws the foot of every page: number, code, page of pages, and a
// small QR with the short code.
func (d *pen) feet(pages int) error {
	small, err := d.qr(d.stamp.address(d.stamp.Code), qr.M)
	if err != nil {
		return err
	}
	code := d.encode(i18n.T(d.lang, "document.paper.code", "code", FormatCode(d.stamp.Code)))
	for n := 1; n <= pages; n++ {
		d.pdf.SetPage(n)
		y := sheetHeight - marginFoot + 3
		d.rule(y, 0.1, 150)
		d.pdf.SetFont(d.face, "B", smallSize-1) // a page remembers no type of another's
		d.font("", smallSize)
		d.at(marginLeft, y+5, d.encode(d.numberLine()))
		d.at(marginLeft, y+9, code)
		of := d.encode(i18n.T(d.lang, "document.paper.page", "page", n, "pages", pages))
		d.at(sheetWidth-marginRight-footCode-4-d.width(of), y+5, of)
		d.pdf.ImageOptions(small, sheetWidth-marginRight-footCode, y+1.5, footCode, footCode, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	}
	return nil
}

// proof draws, at the end of the paper, how anybody can tell that it is
// genuine, and the whole seal.
func (d *pen) proof() error {
	const height = sealCode + 4
	d.y += 1
	d.room(height)
	big, err := d.qr(d.stamp.address(d.stamp.Seal), qr.M)
	if err != nil {
		return err
	}
	d.rule(d.y, 0.1, 150)
	d.y += 3
	top := d.y
	d.pdf.ImageOptions(big, marginLeft, top, sealCode, sealCode, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	x := marginLeft + sealCode + 5
	width := textWidth - sealCode - 5
	d.font("B", smallSize+0.5)
	d.paragraph(i18n.T(d.lang, "document.paper.proof"), x, width)
	d.font("", smallSize)
	key := "document.paper.proof_offline"
	if d.stamp.URL != "" {
		key = "document.paper.proof_online"
	}
	d.paragraph(i18n.T(d.lang, key, "address", strings.TrimSuffix(d.stamp.URL, "/")+"/verifikasi"), x, width)
	d.y += 1
	d.font("", 6)
	d.grey(70)
	d.paragraph(i18n.T(d.lang, "document.paper.whole_code")+" "+grouped(d.stamp.Seal), x, width)
	d.grey(0)
	d.y = max(d.y, top+sealCode)
	return nil
}

// grouped writes a long code in groups of five, to be typed.
func grouped(s string) string {
	var groups []string
	for g := range slices.Chunk([]byte(s), 5) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, " ")
}

// qr makes a QR and returns the name of its picture.
func (d *pen) qr(text string, level qr.Level) (string, error) {
	code, err := qr.Encode(text, level)
	if err != nil {
		return "", fmt.Errorf("document: QR: %w", err)
	}
	png := code.PNG()
	name := pictureName(png)
	d.pdf.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(png))
	return name, d.pdf.Error()
}

// inkQR draws a QR as black bars in a square, with the quiet border that
// belongs to it. A paper with a QR of its own on each page has no picture for
// each: pictures of one width come into the file in no certain order.
func (d *pen) inkQR(text string, level qr.Level, x, y, side float64) error {
	const quiet = 4 // modules around, by the standard
	code, err := qr.Encode(text, level)
	if err != nil {
		return fmt.Errorf("document: QR: %w", err)
	}
	module := side / float64(code.Size+2*quiet)
	d.pdf.SetFillColor(0, 0, 0)
	for row := range code.Size {
		for from := 0; from < code.Size; from++ {
			to := from
			for to < code.Size && code.Black(to, row) {
				to++
			}
			if to > from {
				d.pdf.Rect(x+float64(quiet+from)*module, y+float64(quiet+row)*module, float64(to-from)*module, module, "F")
				from = to
			}
		}
	}
	return nil
}

// pictureName names a picture by its content, so that equal ones are one.
func pictureName(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}
