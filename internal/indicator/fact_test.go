package indicator

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func drawFacts(t *rapid.T) Facts {
	var f Facts
	for no, v := range rapid.MapOf(rapid.IntRange(1, maxNo), rapid.Int64()).Draw(t, "facts") {
		f.Set(no, v)
	}
	return f
}

func TestPackAndUnpack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		back, err := Unpack(f.Pack())
		if err != nil {
			t.Fatal(err)
		}
		if len(f) != len(back) || len(f) > 0 && !cmp.Equal(f, back) {
			t.Fatalf("%v comes back as %v", f, back)
		}
	})
}

func TestFactsAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f Facts
		want := map[int]int64{}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			no := rapid.IntRange(1, 12).Draw(t, "no")
			if rapid.Bool().Draw(t, "set") {
				v := rapid.Int64().Draw(t, "value")
				f.Set(no, v)
				want[no] = v
			} else {
				f.Unset(no)
				delete(want, no)
			}
			for k := range 13 {
				got, ok := f.Get(k)
				w, wantOK := want[k]
				if got != w || ok != wantOK {
					t.Fatalf("Get(%d) = %d, %v, want %d, %v", k, got, ok, w, wantOK)
				}
			}
		}
		for i := 1; i < len(f); i++ {
			if f[i-1].No >= f[i].No {
				t.Fatalf("not in order: %v", f)
			}
		}
	})
}

func TestPackedFormIsStable(t *testing.T) {
	f := Facts{{3, 36}, {4, 8}, {244, 1250000}}
	want := []byte{1, 3, 3, 72, 1, 16, 240, 1, 160, 203, 152, 1}
	if got := f.Pack(); !bytes.Equal(got, want) {
		t.Errorf("packed as %v, want %v: stored rows would no longer be read", got, want)
	}
}

func TestDamagedBlobsAreRefused(t *testing.T) {
	good := Facts{{3, 36}, {4, 8}, {244, 1250000}}.Pack()
	for name, b := range map[string][]byte{
		"empty":           {},
		"other version":   append([]byte{2}, good[1:]...),
		"cut":             good[:len(good)-1],
		"longer":          append(bytes.Clone(good), 0),
		"count too large": {1, 200, 1, 3, 72},
		"number twice":    {1, 2, 3, 72, 0, 72},
		"padded number":   {1, 1, 0x83, 0, 72},
		"far number":      {1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 2},
	} {
		if f, err := Unpack(b); err == nil {
			t.Errorf("%s: read as %v", name, f)
		}
	}
}

func TestUnpackIntoReusesRoom(t *testing.T) {
	blob := Facts{{3, 36}, {244, math.MinInt64}}.Pack()
	room := make(Facts, 0, 8)
	if n := testing.AllocsPerRun(100, func() { room, _ = UnpackInto(room, blob) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(Facts{{3, 36}, {244, -1}}.Pack())
	f.Add([]byte{1, 0})
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		facts, err := Unpack(b)
		if err != nil {
			return
		}
		if again := facts.Pack(); !bytes.Equal(again, b) {
			t.Fatalf("%x is read and packed as %x", b, again)
		}
	})
}
