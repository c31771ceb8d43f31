package goods

import (
	"bytes"
	"encoding/binary"
)

// strip returns a JPEG or PNG without what the camera wrote beside the
// picture, and where it was taken when the camera said so. What it cannot
// read it leaves out: a broken note is no place.
func strip(b []byte, format string) ([]byte, *Spot) {
	if format == "png" {
		return stripPNG(b), nil
	}
	return stripJPEG(b)
}

// Markers of JPEG (ITU T.81, table B.1).
const (
	markerRST0 = 0xd0 // to 0xd7 stand in a scan
	markerRST7 = 0xd7
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP0 = 0xe0 // JFIF
	markerAPP1 = 0xe1 // Exif
	markerAPPE = 0xee // Adobe's, without which colours are wrong
	markerAPPF = 0xef
	markerCOM  = 0xfe
)

// stripJPEG leaves out the application segments but those that make the
// picture, comments, and whatever stands behind its end, where telephones put
// a second picture with notes of its own.
func stripJPEG(b []byte) ([]byte, *Spot) {
	var spot *Spot
	out := append(make([]byte, 0, len(b)), 0xff, 0xd8)
	for i := 2; i+1 < len(b); {
		marker := b[i+1]
		switch {
		case b[i] != 0xff || marker == 0xff: // fills up
			i++
			continue
		case marker == markerEOI:
			return append(out, 0xff, markerEOI), spot
		case marker == 0 || marker >= markerRST0 && marker <= markerRST7: // alone, and of no scan
			i += 2
			continue
		}
		if i+4 > len(b) {
			break
		}
		end := i + 2 + int(binary.BigEndian.Uint16(b[i+2:]))
		if end < i+4 || end > len(b) {
			break
		}
		segment := b[i+4 : end]
		if marker == markerAPP1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			spot = exifSpot(segment[6:])
		}
		if marker == markerSOS {
			end = scanEnd(b, end)
		}
		if marker <= markerAPP0 || marker == markerAPPE || marker > markerAPPF && marker != markerCOM {
			out = append(out, b[i:end]...)
		}
		i = end
	}
	return out, spot
}

// scanEnd returns where the scan ends that begins at i: at the next marker
// that is no part of one.
func scanEnd(b []byte, i int) int {
	for ; i+1 < len(b); i++ {
		if next := b[i+1]; b[i] == 0xff && next != 0 && next != 0xff && (next < markerRST0 || next > markerRST7) {
			return i
		}
	}
	return len(b)
}

// stripPNG keeps the chunks that make the picture.
func stripPNG(b []byte) []byte {
	const head = 8
	if len(b) < head {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:head]...)
	for i := head; i+12 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[i:]))
		if size < 0 || i+12+size > len(b) {
			break
		}
		switch string(b[i+4 : i+8]) {
		case "tEXt", "zTXt", "iTXt", "eXIf", "tIME":
		default:
			out = append(out, b[i:i+12+size]...)
		}
		i += 12 + size
	}
	return out
}

// Tags of Exif (CIPA DC-008): the GPS part, and in it the four that say where.
const (
	tagGPS          = 0x8825
	tagLatitudeRef  = 1
	tagLatitude     = 2
	tagLongitudeRef = 3
	tagLongitude    = 4
)

// exifSpot reads the place out of a TIFF block; nil when there is none.
func exifSpot(b []byte) *Spot {
	if len(b) < 8 {
		return nil
	}
	t := tiff{b, binary.LittleEndian}
	if b[0] == 'M' {
		t.order = binary.BigEndian
	}
	gps, ok := t.directory(t.order.Uint32(b[4:]))[tagGPS]
	if !ok {
		return nil
	}
	place := t.directory(t.order.Uint32(gps[8:]))
	latitude, ok1 := t.coordinate(place, tagLatitude, tagLatitudeRef, 'S')
	longitude, ok2 := t.coordinate(place, tagLongitude, tagLongitudeRef, 'W')
	spot := Spot{latitude, longitude}
	if !ok1 || !ok2 || !spot.Valid() {
		return nil
	}
	return &spot
}

// tiff is a block of notes: directories of entries of 12 bytes, at offsets.
type tiff struct {
	b     []byte
	order binary.ByteOrder
}

// at returns n bytes at an offset, nil where the block has none.
func (t tiff) at(offset uint32, n int) []byte {
	if int64(offset)+int64(n) > int64(len(t.b)) {
		return nil
	}
	return t.b[offset : int(offset)+n]
}

// directory returns the entries at an offset by their tags, nil where they do
// not all lie in the block.
func (t tiff) directory(offset uint32) map[uint16][]byte {
	count := t.at(offset, 2)
	if count == nil {
		return nil
	}
	entries := map[uint16][]byte{}
	for n := range int(t.order.Uint16(count)) {
		e := t.at(offset+2+uint32(n)*12, 12)
		if e == nil {
			return nil
		}
		entries[t.order.Uint16(e)] = e
	}
	return entries
}

// coordinate reads three fractions, degrees, minutes and seconds, as millionths
// of a degree; they are negative where the entry ref says so.
func (t tiff) coordinate(d map[uint16][]byte, tag, ref uint16, negative byte) (int64, bool) {
	e, ok := d[tag]
	if !ok || t.order.Uint16(e[2:]) != 5 || t.order.Uint32(e[4:]) != 3 {
		return 0, false
	}
	v := t.at(t.order.Uint32(e[8:]), 24)
	if v == nil {
		return 0, false
	}
	var nano int64
	for n, parts := range []int64{1, 60, 3600} {
		top, bottom := int64(t.order.Uint32(v[8*n:])), int64(t.order.Uint32(v[8*n+4:]))
		if bottom == 0 {
			return 0, false
		}
		nano += top * 1e9 / (bottom * parts)
	}
	micro := (nano + 500) / 1000
	if r, ok := d[ref]; ok && r[8] == negative {
		micro = -micro
	}
	return micro, true
}
