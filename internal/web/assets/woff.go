package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
)

// paperFaces are the faces that papers are set in, by the name under which
// package document embeds them. The pages' typeface is a variable one in the
// WOFF 2 form, which nothing that makes PDF reads; these are its static cuts.
var paperFaces = map[string]string{
	"regular.ttf": "public-sans-latin-400-normal.woff",
	"italic.ttf":  "public-sans-latin-400-italic.woff",
	"bold.ttf":    "public-sans-latin-700-normal.woff",
}

// writeFaces unpacks the faces of papers into a folder.
func writeFaces(dist, source string) error {
	for name, from := range paperFaces {
		packed, err := os.ReadFile(filepath.Join(source, "files", from))
		if err != nil {
			return fmt.Errorf("%w (run npm ci first)", err)
		}
		face, flavour, err := unpackWOFF(packed)
		if err == nil {
			err = face.tabular()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		if err := os.WriteFile(filepath.Join(dist, name), face.bytes(flavour), 0o644); err != nil {
			return err
		}
	}
	return copyFile(filepath.Join(dist, "public-sans.license"), filepath.Join(source, "LICENSE"))
}

// woffHeader begins a WOFF 1.0 file (W3C Recommendation of 13 December 2012).
type woffHeader struct {
	Signature, Flavor, Length         uint32
	Tables, Reserved                  uint16
	PlainSize                         uint32
	Major, Minor                      uint16
	MetaOffset, MetaLength, MetaPlain uint32
	PrivateOffset, PrivateLength      uint32
}

// woffTable is an entry of its directory.
type woffTable struct{ Tag, Offset, Packed, Plain, Checksum uint32 }

const (
	woffSignature = 0x774F4646
	sfntEntry     = 16 // bytes of a directory's entry in the unpacked font
	sfntHeader    = 12
)

// unpackWOFF returns the tables that a WOFF file packs.
func unpackWOFF(packed []byte) (sfnt, uint32, error) {
	var h woffHeader
	r := bytes.NewReader(packed)
	if err := binary.Read(r, binary.BigEndian, &h); err != nil {
		return nil, 0, err
	}
	if h.Signature != woffSignature || h.Tables == 0 {
		return nil, 0, errors.New("not a WOFF file")
	}
	entries := make([]woffTable, h.Tables)
	if err := binary.Read(r, binary.BigEndian, entries); err != nil {
		return nil, 0, err
	}
	tables := sfnt{}
	for _, t := range entries {
		plain, err := unpackTable(packed, t)
		if err != nil {
			return nil, 0, err
		}
		tables[string(binary.BigEndian.AppendUint32(nil, t.Tag))] = plain
	}
	return tables, h.Flavor, nil
}

// bytes lays the tables out as a TrueType file, in the order of their tags.
func (f sfnt) bytes(flavour uint32) []byte {
	n := uint16(len(f))
	power := uint16(1) << (bits.Len16(n) - 1)
	out := binary.BigEndian.AppendUint32(nil, flavour)
	for _, v := range []uint16{n, power * sfntEntry, uint16(bits.Len16(power) - 1), (n - power) * sfntEntry} {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	var body []byte
	begin := sfntHeader + sfntEntry*len(f)
	for _, tag := range slices.Sorted(maps.Keys(f)) {
		table := f[tag]
		out = append(out, tag...)
		for _, v := range []uint32{checksum(table), uint32(begin + len(body)), uint32(len(table))} {
			out = binary.BigEndian.AppendUint32(out, v)
		}
		body = append(body, table...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

// checksum sums a table's words, as the format has it.
func checksum(table []byte) uint32 {
	var sum uint32
	for i := 0; i < len(table); i += 4 {
		var word [4]byte
		copy(word[:], table[i:])
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}

func unpackTable(packed []byte, t woffTable) ([]byte, error) {
	end := uint64(t.Offset) + uint64(t.Packed)
	if end > uint64(len(packed)) {
		return nil, io.ErrUnexpectedEOF
	}
	b := packed[t.Offset:end]
	if t.Packed == t.Plain {
		return b, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	plain := make([]byte, t.Plain)
	_, err = io.ReadFull(z, plain)
	return plain, err
}
