package snapshot

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/column"
)

// A plane comes back as it went in, however rare its ones are, and in no more
// bytes than a bit a row takes.
func TestPlaneRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(t, "rows")
		b := column.NewBitmap(n)
		apart := rapid.IntRange(1, 2000).Draw(t, "apart")
		for at := rapid.IntRange(0, apart).Draw(t, "first"); at < n; at += 1 + rapid.IntRange(0, apart).Draw(t, "gap") {
			b.Set(at)
		}
		if rapid.Bool().Draw(t, "common") {
			for i := range n {
				if b.Get(i) {
					b.Clear(i)
				} else {
					b.Set(i)
				}
			}
		}
		p, out := packPlane(nil, b, n)
		if len(out) != p.size || p.size > (n+7)/8 {
			t.Fatalf("%d bytes of %d rows, said to be %d", len(out), n, p.size)
		}
		got, ok := p.unpack(out, n)
		if diff := cmp.Diff(b, got); diff != "" || !ok {
			t.Fatal(ok, diff)
		}
	})
}

// Bytes that were not written by packPlane are refused or read as something,
// never past their end.
func FuzzUnpackPlane(f *testing.F) {
	f.Add(uint8(planeRare), uint8(2), 3, 100, []byte{0xff, 0x01, 0x00})
	f.Add(uint8(planeCommon), uint8(0), 1, 9, []byte{0xff, 0x00})
	f.Add(uint8(planeRaw), uint8(0), 0, 9, []byte{0xff, 0x01})
	f.Fuzz(func(t *testing.T, kind, shift uint8, count, n int, data []byte) {
		if n < 0 || n > 1<<16 || count < 0 || kind >= planeKinds {
			return
		}
		b, ok := plane{kind, len(data), count, shift}.unpack(data, n)
		if ok && n%64 != 0 && b[len(b)-1]>>(uint(n)%64) != 0 {
			t.Fatal("bits past the last row")
		}
	})
}

// A column that comes in planes is read back as it was, known or not.
func TestAddPlanes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := column.New(rapid.IntRange(0, 400).Draw(t, "rows"))
		often := rapid.IntRange(1, 8).Draw(t, "often")
		for i := range c.Values {
			if rapid.IntRange(0, often).Draw(t, "known") > 0 {
				c.Set(i, rapid.Int64Range(1, 10).Draw(t, "value"))
			}
		}
		var w FileWriter
		w.AddPlanes("x", column.Cut(c))
		var b bytes.Buffer
		sum, err := w.emit(&b)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parseFile(bytes.NewReader(b.Bytes()), sum.Size, sum.SHA256, all)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, f.Column("x", 0, len(c.Values))); diff != "" {
			t.Fatal(diff)
		}
	})
}
