package goods

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// photo is a small picture in a form.
func photo(t testing.TB, format string) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 24, 16))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * 7)
	}
	picture.SetGray(3, 3, color.Gray{255})
	var b bytes.Buffer
	err := png.Encode(&b, picture)
	if format == "jpeg" {
		b.Reset()
		err = jpeg.Encode(&b, picture, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// note is an Exif segment that says 6°10'30" S, 106°49'12" E.
func note() []byte {
	le := binary.LittleEndian
	t := []byte("II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, count, value uint32) {
		t = le.AppendUint16(t, tag)
		t = le.AppendUint16(t, kind)
		t = le.AppendUint32(t, count)
		t = le.AppendUint32(t, value)
	}
	t = le.AppendUint16(t, 1) // at 8
	entry(tagGPS, 4, 1, 26)
	t = le.AppendUint32(t, 0)
	t = le.AppendUint16(t, 4) // at 26
	entry(tagLatitudeRef, 2, 2, 'S')
	entry(tagLatitude, 5, 3, 80)
	entry(tagLongitudeRef, 2, 2, 'E')
	entry(tagLongitude, 5, 3, 104)
	t = le.AppendUint32(t, 0)
	for _, v := range []uint32{6, 1, 10, 1, 30, 1, 106, 1, 49, 1, 12, 1} { // at 80
		t = le.AppendUint32(t, v)
	}
	return segment(markerAPP1, append([]byte("Exif\x00\x00"), t...))
}

func segment(marker byte, body []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(2+len(body))), body...)
}

// Wherever a camera writes its notes, none is kept, and the place is read once.
func TestNoNoteOfACameraIsKept(t *testing.T) {
	plain := photo(t, "jpeg")
	start, rest := plain[:2], plain[2:]
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	there := &Spot{-6_175_000, 106_820_000}
	for name, tc := range map[string]struct {
		in   []byte
		spot *Spot
	}{
		"no note":                       {plain, nil},
		"a note":                        {join(start, note(), rest), there},
		"behind bytes that fill up":     {join(start, []byte{0xff, 0xff}, note(), rest), there},
		"a comment":                     {join(start, segment(markerCOM, []byte("Exif of Sari")), rest), nil},
		"a note of another maker":       {join(start, segment(0xed, []byte("Exif of Sari")), rest), nil},
		"a second picture behind it":    {join(plain, start, note(), rest), nil},
		"a film behind it":              {join(plain, []byte("Exif of Sari")), nil},
		"a note between tables":         {join(start, segment(markerCOM, nil), note(), rest), there},
		"cut off in the picture itself": {join(start, note(), rest[:len(rest)-20]), there},
	} {
		got, spot := stripJPEG(tc.in)
		if diff := cmp.Diff(tc.spot, spot); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if bytes.Contains(got, []byte("Exif")) {
			t.Errorf("%s: the note is kept", name)
		}
		if want := plain; name != "cut off in the picture itself" && !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes are kept of a picture of %d", name, len(got), len(want))
		}
	}
}

// A picture that can be shown is shown as it was, without notes; what is none
// breaks nothing. To strip it again changes nothing.
func FuzzStrip(f *testing.F) {
	plain := photo(f, "jpeg")
	f.Add(plain)
	f.Add(append(append(bytes.Clone(plain[:2]), note()...), plain[2:]...))
	f.Add(photo(f, "png"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 2 {
			return
		}
		config, format, err := image.DecodeConfig(bytes.NewReader(b))
		if err != nil {
			_, _ = stripJPEG(b)
			stripPNG(b)
			return
		}
		clean, _ := strip(b, format)
		if again, spot := strip(clean, format); !bytes.Equal(again, clean) || spot != nil {
			t.Errorf("stripped again it has %d bytes of %d, and a place %v", len(again), len(clean), spot)
		}
		if config.Width > 64 || config.Height > 64 {
			return
		}
		before, _, err := image.Decode(bytes.NewReader(b))
		if err != nil {
			return
		}
		after, _, err := image.Decode(bytes.NewReader(clean))
		if err != nil {
			t.Fatalf("it is no picture any more: %v", err)
		}
		if diff := cmp.Diff(before.Bounds(), after.Bounds()); diff != "" {
			t.Fatal(diff)
		}
		for y := before.Bounds().Min.Y; y < before.Bounds().Max.Y; y++ {
			for x := before.Bounds().Min.X; x < before.Bounds().Max.X; x++ {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("another colour at %d, %d", x, y)
				}
			}
		}
	})
}
