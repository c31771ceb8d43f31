package sheet

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
			p := &pages{r: bytes.NewReader(file), size: int64(len(file)), view: &unsized{}}
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
		p := &pages{r: bytes.NewReader(file), size: int64(len(file)), view: &unsized{}}
		problem := p.column(m, 10)
		if m.Codec == format.Lz4Raw && problem == "" {
			p.unpackedByTheLibrary(t, file)
		}
		if cap(p.packed) > len(file) || cap(p.holding) > 2*pageMost {
			t.Fatalf("takes %d and %d bytes for %d", cap(p.packed), cap(p.holding), len(file))
		}
	})
}

// unpackedByTheLibrary unpacks pages as the library does, which makes ever more
// room for what cannot be unpacked.
func (p *pages) unpackedByTheLibrary(t *testing.T, file []byte) {
	for at := int64(0); at < int64(len(file)); {
		h, said, problem := p.header(at, int64(len(file)))
		if problem != "" {
			return
		}
		at += int64(len(said))
		packed := file[at : at+int64(h.CompressedPageSize)]
		at += int64(h.CompressedPageSize)
		if len(packed) == 0 || h.DataPageHeaderV2.Valid {
			continue
		}
		if got, err := parquet.Lz4Raw.Decode(nil, packed); err != nil || len(got) > int(h.UncompressedPageSize) {
			t.Fatal(len(got), err)
		}
	}
}

// A page that is hardly packed is read as what it unpacks to, whatever room was
// there before.
func TestPagesThatAreHardlyPacked(t *testing.T) {
	type row struct {
		ID   string   `parquet:"id"`
		Text *string  `parquet:"text,optional,dict"`
		N    int64    `parquet:"n"`
		F    *float64 `parquet:"f,optional"`
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, codec := range packings {
		for version := 1; version <= 2; version++ {
			var b bytes.Buffer
			w := parquet.NewGenericWriter[row](&b, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.PageBufferSize(2000), parquet.MaxRowsPerRowGroup(300))
			var want [][]string
			for i := range 700 {
				text := fmt.Sprintf("%016d", rng.Int64N(1e16))
				r := row{ID: text, N: rng.Int64N(1e15), Text: &text}
				if i%7 == 0 {
					r.Text = nil
				}
				if i%3 == 0 {
					f := float64(rng.IntN(1e9))
					r.F = &f
				}
				_, err := w.Write([]row{r})
				must(t, err)
				cells := []string{text, "", fmt.Sprint(r.N), ""}
				if r.Text != nil {
					cells[1] = text
				}
				if r.F != nil {
					cells[3] = strconv.Itoa(int(*r.F))
				}
				want = append(want, cells)
			}
			must(t, w.Close())
			rows, problem := rowsOf(t, b.Bytes(), "")
			var got [][]string
			for _, r := range rows[min(1, len(rows)):] {
				got = append(got, r.Fields)
			}
			if diff := cmp.Diff(want, got); diff != "" || problem != "" {
				t.Errorf("%s, pages %d: %s %s", codec, version, problem, diff)
			}
		}
	}
}

// Wherever a file is read from, its sizes are written over, and nothing else.
func TestSizesAreForgotten(t *testing.T) {
	file := []byte("......\x15\x00\x15\x82\x83\x04\x15\x02......\x15\x06\x15\x08\x15\x02....")
	u := &unsized{ReaderAt: bytes.NewReader(file)}
	for _, at := range []int64{20, 6} {
		if !u.forget(file[at:], at) {
			t.Fatal(at)
		}
	}
	u.inOrder()
	want := []byte("......\x15\x00\x15\x80\x80\x00\x15\x02......\x15\x06\x15\x00\x15\x02....")
	for from := range file {
		for to := from; to <= len(file); to++ {
			got := make([]byte, to-from)
			_, err := u.ReadAt(got, int64(from))
			must(t, err)
			if diff := cmp.Diff(want[from:to], got); diff != "" {
				t.Fatalf("%d to %d: %s", from, to, diff)
			}
		}
	}
	for _, header := range []string{"", "\x15", "\x25\x00\x15\x02", "\x15\x7f\x15\x02", "\x15\x00\x25\x02", "\x15\x00\x15\x82"} {
		if u.forget([]byte(header), 0) {
			t.Errorf("%q has a size", header)
		}
	}
}

// Files that nobody here can read are told as what they are.
func TestParquetThatIsNotRead(t *testing.T) {
	write := func(options ...parquet.WriterOption) []byte {
		var b bytes.Buffer
		w := parquet.NewGenericWriter[lines](&b, options...)
		_, err := w.Write([]lines{{Key: "K1"}})
		must(t, err)
		must(t, w.Close())
		return b.Bytes()
	}
	key := []byte("0123456789abcdef")
	sealed := func(footer bool) []byte {
		return write(parquet.WithEncryption(&parquet.EncryptionConfig{FooterKey: key, ColumnKeys: map[string][]byte{"id": key}, EncryptedFooter: footer}))
	}
	for name, tc := range map[string]struct {
		file []byte
		want Problem
	}{"encrypted": {sealed(true), Encrypted}, "some columns encrypted": {sealed(false), Encrypted}, "read": {write(), ""}} {
		if _, got := rowsOf(t, tc.file, ""); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	p := &pages{r: strings.NewReader("LZ4 of old")}
	if got := p.page(&format.PageHeader{CompressedPageSize: 10, UncompressedPageSize: 10}, 0, format.Lz4); got != Packed {
		t.Errorf("packed in an old way: %q", got)
	}
}
