package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// A Parquet file is cut into pages, each with a header that says what it
// unpacks to. A reader makes room for what a header says, and unpacks whatever
// is there, so both are looked at before anything is read.

const (
	// pageMost is how much a page may unpack to, in bytes. Writers make pages
	// of a megabyte (Arrow, Spark; the format recommends less), DuckDB's are
	// of 100 MB at most.
	pageMost = 128 << 20
	// headerMost bounds the header of a page, which may hold two values of its
	// column.
	headerMost = 1 << 20
)

// pages looks at the pages of a file.
type pages struct {
	r       io.ReaderAt
	size    int64
	view    *unsized // as its pages are read
	zstd    *zstd.Decoder
	packed  []byte // room for a page
	holding []byte // room for what it unpacks to
}

// check reports what is wrong with any of the pages that a file's footer
// tells of.
func (p *pages) check(groups []format.RowGroup) Problem {
	defer func() {
		if p.zstd != nil {
			p.zstd.Close()
		}
	}()
	for g := range groups {
		if groups[g].NumRows == 0 {
			continue // nothing of it is read
		}
		for i := range groups[g].Columns {
			if problem := p.column(&groups[g].Columns[i].MetaData, groups[g].NumRows); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// column looks at the pages of a column, which has a value for each row.
func (p *pages) column(m *format.ColumnMetaData, rows int64) Problem {
	at := m.DataPageOffset
	if m.DictionaryPageOffset > 0 && m.DictionaryPageOffset < at {
		at = m.DictionaryPageOffset
	}
	end := at + m.TotalCompressedSize
	if at < 0 || end < at || end > p.size {
		return CutShort
	}
	unpacked := int64(0)
	for values := int64(0); at < end; {
		h, said, problem := p.header(at, end)
		begins := at + int64(len(said))
		switch {
		case problem != "":
			return problem
		case h.CompressedPageSize < 0 || h.UncompressedPageSize < 0 || begins+int64(h.CompressedPageSize) > end:
			return CutShort
		case max(h.UncompressedPageSize, h.CompressedPageSize) > pageMost || h.DictionaryPageHeader.V.NumValues > h.UncompressedPageSize:
			return Bomb
		}
		values += int64(h.DataPageHeader.V.NumValues) + int64(h.DataPageHeaderV2.V.NumValues)
		unpacked += int64(h.UncompressedPageSize)
		if values > rows || unpacked > bombFrom && unpacked/bombRatio > m.TotalCompressedSize || h.DataPageHeader.V.NumValues < 0 || h.DataPageHeaderV2.V.NumValues < 0 {
			return Bomb
		}
		if problem := p.page(&h, begins, m.Codec); problem != "" {
			return problem
		}
		if m.Codec == format.Lz4Raw && !p.view.forget(said, at) {
			return CutShort
		}
		at = begins + int64(h.CompressedPageSize)
	}
	return ""
}

// header reads the header of the page at a place, and returns its bytes too.
func (p *pages) header(at, end int64) (h format.PageHeader, said []byte, problem Problem) {
	for room := int64(512); ; room *= 8 {
		b := make([]byte, min(room, headerMost, end-at))
		if _, err := p.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
			return h, nil, CutShort
		}
		h = format.PageHeader{}
		r := new(thrift.CompactProtocol).NewReaderFromBytes(b)
		if err := thrift.NewDecoder(r).Decode(&h); err == nil {
			return h, b[:r.BytesRead()], ""
		}
		if int64(len(b)) < room || room >= headerMost {
			return h, nil, CutShort
		}
	}
}

// page reports whether a page unpacks to more than its header says.
func (p *pages) page(h *format.PageHeader, at int64, codec format.CompressionCodec) Problem {
	if codec == format.Uncompressed {
		return ""
	}
	if cap(p.packed) < int(h.CompressedPageSize) {
		p.packed = make([]byte, h.CompressedPageSize)
	}
	b := p.packed[:h.CompressedPageSize]
	if _, err := p.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return CutShort
	}
	most := int64(h.UncompressedPageSize)
	if v := &h.DataPageHeaderV2; v.Valid { // whose levels stand in front, as they are
		levels := int64(v.V.RepetitionLevelsByteLength) + int64(v.V.DefinitionLevelsByteLength)
		if levels < 0 || levels > int64(len(b)) || levels > most {
			return CutShort
		}
		if v.V.IsCompressed.Valid && !v.V.IsCompressed.V {
			return ""
		}
		b, most = b[levels:], most-levels
	}
	if len(b) == 0 {
		return ""
	}
	n, err := p.unpacks(b, codec, most)
	switch {
	case n > most || errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded):
		return Bomb
	case errors.Is(err, errPacking):
		return Packed
	case err != nil:
		return CutShort
	}
	return ""
}

var errPacking = errors.New("sheet: a way of packing that is not known")

// unpacks returns what a page unpacks to, in bytes; it looks no further than
// most.
func (p *pages) unpacks(b []byte, codec format.CompressionCodec, most int64) (int64, error) {
	switch codec {
	case format.Snappy: // says so itself, and is held to it
		n, width := binary.Uvarint(b)
		if width <= 0 {
			return 0, io.ErrUnexpectedEOF
		}
		return int64(min(n, 1<<62)), nil
	case format.Gzip:
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return 0, err
		}
		return io.Copy(io.Discard, io.LimitReader(r, most+1))
	case format.Brotli:
		return io.Copy(io.Discard, io.LimitReader(brotli.NewReader(bytes.NewReader(b)), most+1))
	case format.Zstd:
		if p.zstd == nil {
			var err error
			if p.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(pageMost)); err != nil {
				return 0, err
			}
		}
		var err error
		p.holding, err = p.zstd.DecodeAll(b, p.holding[:0])
		return int64(len(p.holding)), err
	case format.Lz4Raw:
		return unpacksLZ4(b)
	}
	return 0, errPacking
}

var errPlace = errors.New("sheet: repeats what was not there")

// unpacksLZ4 adds up what the sequences of a block of LZ4 write, each some
// bytes as they are and a repetition of earlier ones.
func unpacksLZ4(b []byte) (n int64, err error) {
	length := func(first byte) int64 {
		all := int64(first)
		for more := first == 15; more && len(b) > 0; b = b[1:] {
			all += int64(b[0])
			more = b[0] == 255
		}
		return all
	}
	const least, offset = 4, 2
	for len(b) > 0 {
		token := b[0]
		b = b[1:]
		literals := length(token >> 4)
		n += literals
		if literals > int64(len(b)) {
			return n, io.ErrUnexpectedEOF
		}
		if b = b[literals:]; len(b) == 0 {
			return n, nil // the last sequence ends with its bytes
		}
		if len(b) < offset {
			return n, io.ErrUnexpectedEOF
		}
		if back := int64(binary.LittleEndian.Uint16(b)); back == 0 || back > n { // which whoever unpacks looks for without an end
			return n, errPlace
		}
		b = b[offset:]
		n += length(token&15) + least
	}
	return n, nil
}
