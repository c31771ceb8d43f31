package document

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// ownWidth returns a photograph that is as wide as no other of the paper,
// in pixels, by some white columns at its right. What makes the PDF writes
// pictures in the order of their widths, and equal ones in no certain order:
// then equal papers would not be equal bytes.
func (d *pen) ownWidth(content []byte, form string) ([]byte, string, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, "", fmt.Errorf("document: a picture: %w", err)
	}
	if d.wide == nil {
		d.wide = map[int]string{}
	}
	name := pictureName(content)
	width := c.Width
	for d.wide[width] != "" && d.wide[width] != name {
		width++
	}
	d.wide[width] = name
	if width == c.Width {
		return content, form, nil
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, "", fmt.Errorf("document: a picture: %w", err)
	}
	wider := image.NewRGBA(image.Rect(0, 0, width, c.Height))
	draw.Draw(wider, wider.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(wider, wider.Bounds(), picture, picture.Bounds().Min, draw.Over)
	var b bytes.Buffer
	if form == "PNG" {
		err = png.Encode(&b, wider)
	} else {
		const quality = 90
		err = jpeg.Encode(&b, wider, &jpeg.Options{Quality: quality})
	}
	return b.Bytes(), form, err
}
