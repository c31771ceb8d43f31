package goodstest

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"testing"

	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/goods"
)

// bomb is a PNG of a few bytes that says it is 60,000 points wide and high.
func bomb() []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	b = binary.BigEndian.AppendUint32(b, 60000)
	b = binary.BigEndian.AppendUint32(b, 60000)
	b = append(b, 8, 2, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

// located is a photo whose camera wrote where it was taken, and who took it.
func located(photo []byte) []byte {
	t := binary.BigEndian.AppendUint16([]byte("MM\x00*\x00\x00\x00\x08"), 1)
	entry := func(tag, kind uint16, count, value uint32) {
		t = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(t, tag), kind)
		t = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(t, count), value)
	}
	entry(0x8825, 4, 1, 26)
	t = append(t, 0, 0, 0, 0)
	t = binary.BigEndian.AppendUint16(t, 4)
	const values = 26 + 2 + 4*12 + 4
	entry(1, 2, 2, 'S'<<24)
	entry(2, 5, 3, values)
	entry(3, 2, 2, 'E'<<24)
	entry(4, 5, 3, values+24)
	t = append(t, 0, 0, 0, 0)
	for _, n := range []uint32{6, 1, 6, 1, 18, 1, 106, 1, 55, 1, 30, 1} {
		t = binary.BigEndian.AppendUint32(t, n)
	}
	segment := append([]byte("Exif\x00\x00"), t...)
	segment = append(segment, "Nama pemilik telepon"...)
	out := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(segment)+2))
	return append(append(out, segment...), photo[2:]...)
}

// TestHostilePictures sends what a telephone would not.
func TestHostilePictures(t *testing.T) {
	w := New(t, dbtest.SQLite(t))
	l, _ := w.opened(0)
	whole := Photo(1)
	for name, b := range map[string][]byte{
		"a script":   []byte("<script>alert(1)</script>"),
		"an SVG":     []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"cut short":  whole[:len(whole)/2],
		"a bomb":     bomb(),
		"too large":  append(bytes.Clone(whole), make([]byte, 4<<20)...),
		"head only":  whole[:3],
		"a GIF":      []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00"),
		"wrong name": []byte("\x89PNG\r\n\x1a\n"),
	} {
		g := give(l, 1)
		g.Photo = b
		if _, err := w.HandOver(As("oki"), g); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	g := give(l, 1)
	g.Photo = located(whole)
	var signature bytes.Buffer
	if err := png.Encode(&signature, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	g.Signature = signature.Bytes()
	h, err := w.HandOver(As("oki"), g)
	w.OK(err)
	if h.Spot == nil || h.Spot.String() != "-6.105000, 106.925000" {
		t.Errorf("the place is %v", h.Spot)
	}
	_, kept, err := w.Picture(As("oki"), h.Photo)
	w.OK(err)
	if bytes.Contains(kept, []byte("pemilik")) || bytes.Contains(kept, []byte("Exif")) {
		t.Error("what the camera wrote is kept")
	}
	if _, _, err := image.Decode(bytes.NewReader(kept)); err != nil {
		t.Error(err)
	}
	_, _, err = w.Picture(As("otto"), h.Photo)
	w.Refused(fault.KindNotFound, err)
	name := h.Photo.String()
	w.Box[name][len(w.Box[name])-1] ^= 1
	_, _, err = w.Picture(As("oki"), h.Photo)
	w.Refused(fault.KindConflict, err)
	if _, err := w.HandOver(As("oki"), goods.Giveaway{Key: "x", List: l.ID, No: 99, Receiver: "x", Relation: goods.Self, Photo: whole}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("line 99: %v", err)
	}
}
