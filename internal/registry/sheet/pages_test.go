package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

var packings = []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Zstd, &parquet.Brotli, &parquet.Lz4Raw}

type lines struct {
	Key  string  `parquet:"id"`
	Text *string `parquet:"text,optional,dict"`
}

// Files packed in any way, with pages of either kind, are read.
func TestPagesOfAnyPacking(t *testing.T) {
	long := strings.Repeat("jalan melati ", 40)
	for _, codec := range packings {
		for version := 1; version <= 2; version++ {
			var b bytes.Buffer
			w := parquet.NewGenericWriter[lines](&b, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.PageBufferSize(4096))
			rows := make([]lines, 900)
			for i := range rows {
				rows[i].Key = strings.Repeat("K", i%50+1)
				if i%3 > 0 {
					rows[i].Text = &long
				}
			}
			_, err := w.Write(rows)
			must(t, err)
			must(t, w.Close())
			got, problem := rowsOf(t, b.Bytes(), "")
			if problem != "" || len(got) != len(rows)+1 || got[2].Fields[1] != long || got[900].Fields[0] != rows[899].Key {
				t.Errorf("%s, pages %d: %q, %d rows", codec, version, problem, len(got))
			}
		}
	}
}

// A page that unpacks to more than its header says, one that says too much,
// and those that are not there are found before anything is unpacked.
func TestPagesThatLie(t *testing.T) {
	const true10M = 10 << 20
	page := make([]byte, true10M)
	for _, codec := range packings[1:] {
		packed, err := codec.Encode(nil, page)
		must(t, err)
		data := func(uncompressed, values int32) format.PageHeader {
			return format.PageHeader{Type: format.DataPage, UncompressedPageSize: uncompressed, CompressedPageSize: int32(len(packed)),
				DataPageHeader: thrift.New(format.DataPageHeader{NumValues: values})}
		}
		second := data(100, 0)
		second.Type, second.DataPageHeader = format.DataPageV2, thrift.Null[format.DataPageHeader]{}
		second.DataPageHeaderV2 = thrift.New(format.DataPageHeaderV2{NumValues: 5, IsCompressed: thrift.New(true)})
		for name, tc := range map[string]struct {
			header format.PageHeader
			packed []byte
			want   Problem
		}{
			"true":            {data(true10M, 5), packed, ""},
			"unpacks to more": {data(100, 5), packed, Bomb},
			"of version 2":    {second, packed, Bomb},
			"says too much":   {data(1<<30, 5), packed, Bomb},
			"says nothing":    {data(-1, 5), packed, CutShort},
			"too many values": {data(true10M, 1<<30), packed, Bomb},
			"cut":             {data(true10M, 5), packed[:len(packed)-1], CutShort},
			"no header":       {format.PageHeader{}, nil, CutShort},
		} {
			file, err := thrift.Marshal(new(thrift.CompactProtocol), tc.header)
			must(t, err)
			if tc.packed == nil {
				file = []byte{0xff, 0xff, 0xff}
			}
			file = append(append([]byte("PAR1"), file...), tc.packed...)
			m := &format.ColumnMetaData{Codec: codec.CompressionCodec(), DataPageOffset: 4, TotalCompressedSize: int64(len(file) - 4), TotalUncompressedSize: true10M}
			p := &pages{r: bytes.NewReader(file), size: int64(len(file))}
			if got := p.column(m, 10); got != tc.want {
				t.Errorf("%s, %s: %q, want %q", codec, name, got, tc.want)
			}
		}
	}
}

// Whatever stands where a page should, looking at it ends.
func FuzzPages(f *testing.F) {
	for _, codec := range packings {
		packed, err := codec.Encode(nil, []byte("K1, Siti Aminah, Siti Aminah, Siti Aminah"))
		must(f, err)
		header, err := thrift.Marshal(new(thrift.CompactProtocol), format.PageHeader{Type: format.DataPage, UncompressedPageSize: 42,
			CompressedPageSize: int32(len(packed)), DataPageHeader: thrift.New(format.DataPageHeader{NumValues: 1})})
		must(f, err)
		f.Add(append(header, packed...), int(codec.CompressionCodec()))
	}
	f.Fuzz(func(t *testing.T, file []byte, codec int) {
		m := &format.ColumnMetaData{Codec: format.CompressionCodec(codec), TotalCompressedSize: int64(len(file))}
		p := &pages{r: bytes.NewReader(file), size: int64(len(file))}
		p.column(m, 10)
		if cap(p.packed) > len(file) || cap(p.holding) > 2*pageMost {
			t.Fatalf("takes %d and %d bytes for %d", cap(p.packed), cap(p.holding), len(file))
		}
	})
}
