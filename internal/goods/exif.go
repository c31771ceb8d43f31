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

// stripJPEG leaves out the application segments but JFIF's, and comments.
func stripJPEG(b []byte) ([]byte, *Spot) {
	var spot *Spot
	out := append(make([]byte, 0, len(b)), 0xff, 0xd8)
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		marker := b[i+1]
		size := int(binary.BigEndian.Uint16(b[i+2:]))
		if marker == 0xda || size < 2 || i+2+size > len(b) { // the picture itself begins
			return append(out, b[i:]...), spot
		}
		segment := b[i+4 : i+2+size]
		if marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			spot = exifSpot(segment[6:])
		}
		if keep := marker < 0xe0 || marker == 0xe0 || marker == 0xee || marker > 0xef && marker != 0xfe; keep {
			out = append(out, b[i:i+2+size]...)
		}
		i += 2 + size
	}
	return b, spot
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
func exifSpot(t []byte) *Spot {
	if len(t) < 8 {
		return nil
	}
	var order binary.ByteOrder = binary.LittleEndian
	if t[0] == 'M' {
		order = binary.BigEndian
	}
	at := func(offset uint32, n int) []byte {
		if int64(offset)+int64(n) > int64(len(t)) {
			return nil
		}
		return t[offset : int(offset)+n]
	}
	directory := func(offset uint32) map[uint16][]byte {
		count := at(offset, 2)
		if count == nil {
			return nil
		}
		entries := map[uint16][]byte{}
		for n := range int(order.Uint16(count)) {
			e := at(offset+2+uint32(n)*12, 12)
			if e == nil {
				return nil
			}
			entries[order.Uint16(e)] = e
		}
		return entries
	}
	root := directory(order.Uint32(t[4:]))
	gps, ok := root[tagGPS]
	if !ok {
		return nil
	}
	d := directory(order.Uint32(gps[8:]))
	coordinate := func(tag, ref uint16, negative byte) (int64, bool) {
		e, ok := d[tag]
		if !ok || order.Uint16(e[2:]) != 5 || order.Uint32(e[4:]) != 3 {
			return 0, false
		}
		v := at(order.Uint32(e[8:]), 24)
		if v == nil {
			return 0, false
		}
		var nano int64
		for n, parts := range []int64{1, 60, 3600} { // degrees, minutes, seconds
			top, bottom := int64(order.Uint32(v[8*n:])), int64(order.Uint32(v[8*n+4:]))
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
	latitude, ok1 := coordinate(tagLatitude, tagLatitudeRef, 'S')
	longitude, ok2 := coordinate(tagLongitude, tagLongitudeRef, 'W')
	spot := Spot{latitude, longitude}
	if !ok1 || !ok2 || !spot.Valid() {
		return nil
	}
	return &spot
}
