package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/column"
)

// A column comes back as it went in, in as few bytes as its widest value needs.
func TestNarrowRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.Ptr(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-200, 200), rapid.Int64Range(-40000, 40000)), true), 0, 300).Draw(rt, "values")
		var n Narrow
		bulk := column.New(len(values))
		some := false
		for i, v := range values {
			if v == nil {
				n.AppendUnknown()
			} else {
				n.Append(*v)
				bulk.Set(i, *v)
				some = true
			}
		}
		f, sum := written(rt, &n)
		if f.Has("x") != some {
			rt.Fatal("a column is in the file where something is known, and only there")
		}
		// Appended a column at a time, in two parts, it is the same file.
		var again Narrow
		for _, at := range [][2]int{{0, len(values) / 3}, {len(values) / 3, len(values)}} {
			part := column.New(at[1] - at[0])
			for i := at[0]; i < at[1]; i++ {
				if v, ok := bulk.At(i); ok {
					part.Set(i-at[0], v)
				}
			}
			again.AppendColumn(part)
		}
		if _, other := written(rt, &again); other != sum {
			rt.Fatal("row by row and in bulk differ")
		}
		from := rapid.IntRange(0, len(values)).Draw(rt, "from")
		to := rapid.IntRange(from, len(values)).Draw(rt, "to")
		c := f.Column("x", from, to)
		got := make([]*int64, to-from)
		for i := range got {
			v, ok := c.At(i)
			if ok {
				got[i] = &v
			} else if v != 0 {
				rt.Fatalf("row %d is not known and holds %d", i, v)
			}
		}
		want := append([]*int64{}, values[from:to]...)
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func written(t rapid.TB, n *Narrow) (*File, Sum) {
	var w FileWriter
	w.Add("x", n)
	var b bytes.Buffer
	sum, err := w.emit(&b)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parseFile(bytes.NewReader(b.Bytes()), sum.Size, sum.SHA256, all)
	if err != nil {
		t.Fatal(err)
	}
	return f, sum
}

func all(string) bool { return true }

// Codes take no more bits than the distance of the values needs.
func TestCodings(t *testing.T) {
	for name, c := range map[string]struct {
		values []int64
		want   coding
	}{
		"one value":               {[]int64{7, 7, 7}, coding{Rows: 3, Base: 7, Step: 1}},
		"yes and no":              {[]int64{0, 1, 1}, coding{Rows: 3, Bits: 1, Step: 1}},
		"options":                 {[]int64{1, 2, 8}, coding{Rows: 3, Bits: 3, Base: 1, Step: 1}},
		"rupiah by the thousand":  {[]int64{50_000, 2_000, 9_000}, coding{Rows: 3, Bits: 6, Base: 2000, Step: 1000}},
		"the ends of 64 bits":     {[]int64{-1 << 63, 1<<63 - 1, 0}, coding{Rows: 3, Bits: 64, Base: -1 << 63, Step: 1}},
		"steps too long for sign": {[]int64{-1 << 63, 1<<63 - 1}, coding{Rows: 2, Bits: 64, Base: -1 << 63, Step: 1}},
	} {
		var n Narrow
		for _, v := range c.values {
			n.Append(v)
		}
		if diff := cmp.Diff(c.want, codingOf(&n)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Columns of the same known rows share their mask, and rows that are not known
// take no room in the planes.
func TestMasksAreShared(t *testing.T) {
	var one, two, other Narrow
	for i := range 4096 {
		for _, n := range []*Narrow{&one, &two} {
			if i%7 == 0 {
				n.Append(int64(i * i % 11))
			} else {
				n.AppendUnknown()
			}
		}
		if i%5 == 0 {
			other.AppendUnknown()
		} else {
			other.Append(int64(i % 2))
		}
	}
	var w FileWriter
	w.Add("one", &one)
	w.Add("two", &two)
	w.Add("other", &other)
	if len(w.index.masks) != 2 || w.index.fields[0].mask != 1 || w.index.fields[1].mask != 1 || w.index.fields[2].mask != 2 {
		t.Errorf("%d masks", len(w.index.masks))
	}
	if n := w.index.fields[0].bytes(); n > 4*(4096/7+8)/8 {
		t.Errorf("586 known rows of four bits take %d bytes", n)
	}
}

// A file that lies about itself is refused, never read past its end.
func FuzzParseFile(f *testing.F) {
	var w FileWriter
	var n, m Narrow
	for i := range 200 {
		n.Append(int64(i % 9 * 300))
		if i%50 == 0 {
			m.Append(int64(i))
		} else {
			m.AppendUnknown()
		}
	}
	w.Add("x", &n)
	w.Add("y", &m)
	w.AddBits("z", column.Bitmap{5}, 64)
	var seed bytes.Buffer
	if _, err := w.emit(&seed); err != nil {
		f.Fatal(err)
	}
	f.Add(seed.Bytes())
	f.Add([]byte(magic + "\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte(magic + "\x04\x00\x00\x00\x00\x00\x00\x00" + "\x00\x01\x01x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		// Whoever lies can also make the digests fit.
		digest := ""
		if n := headOf(b); n > 0 {
			digest = hexSum(sha256.Sum256(b[:n]))
		}
		file, err := parseFile(bytes.NewReader(b), int64(len(b)), digest, all)
		if err != nil {
			return
		}
		for name, x := range file.cells {
			c := file.Column(name, 0, x.Rows())
			for i := range c.Values {
				if v, known := x.At(i); v != c.Values[i] || known != c.Known.Get(i) {
					t.Fatalf("row %d of %s: %d %v, and %d", i, name, v, known, c.Values[i])
				}
			}
		}
	})
}

func headOf(b []byte) int {
	if len(b) < 16 {
		return 0
	}
	n := binary.LittleEndian.Uint64(b[8:])
	if n > uint64(len(b)-16) {
		return 0
	}
	return 16 + int(n)
}
