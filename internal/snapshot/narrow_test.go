package snapshot

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A column comes back as it went in, in as few bytes as its widest value needs.
func TestNarrowRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.Ptr(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-200, 200), rapid.Int64Range(-40000, 40000)), true), 0, 300).Draw(rt, "values")
		var n Narrow
		widest := 0
		for _, v := range values {
			if v == nil {
				n.AppendUnknown()
			} else {
				n.Append(*v)
				widest = max(widest, widthOf(*v))
			}
		}
		var w FileWriter
		w.Add("x", &n)
		var b bytes.Buffer
		if _, err := w.emit(&b); err != nil {
			rt.Fatal(err)
		}
		f, err := parseFile(b.Bytes())
		if err != nil {
			rt.Fatal(err)
		}
		if widest > 0 && f.fields["x"].Width != widest || f.Has("x") != (widest > 0) {
			rt.Fatalf("width %d, want %d", f.fields["x"].Width, widest)
		}
		from := rapid.IntRange(0, len(values)).Draw(rt, "from")
		to := rapid.IntRange(from, len(values)).Draw(rt, "to")
		c := f.Column("x", from, to)
		got := make([]*int64, to-from)
		for i := range got {
			if v, ok := c.At(i); ok {
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

// A file that lies about itself is refused, never read past its end.
func FuzzParseFile(f *testing.F) {
	var w FileWriter
	var n Narrow
	n.Append(300)
	n.AppendUnknown()
	w.Add("x", &n)
	w.AddIDs("id", make([]byte, 32))
	path := filepath.Join(f.TempDir(), "seed")
	sum, err := w.Write(path)
	if err != nil {
		f.Fatal(err)
	}
	if _, err := ReadFile(path, sum); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(magic + "\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte(magic + "\x41\x00\x00\x00\x00\x00\x00\x00" + `[{"name":"x","rows":2,"width":2,"at":0,"known":8},{"name":"y"}]  `))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := parseFile(b)
		if err != nil {
			return
		}
		for name, x := range file.fields {
			if x.Width == idWidth {
				_, _ = file.IDs(name, 0, x.Rows)
			} else {
				file.Column(name, 0, x.Rows)
			}
		}
	})
}
