package region

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const kalibaru = "3172041004"

func TestCounts(t *testing.T) {
	got := map[Level]int{}
	for l := Province; l <= Village; l++ {
		got[l] = Default().Len(l)
	}
	want := map[Level]int{Province: 38, Regency: 514, District: 7285, Village: 83762}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := Default().Len(Nation); n != 91599 {
		t.Errorf("%d regions in all", n)
	}
}

// The split of the villages by law, from the same decree.
func TestKindsOfVillages(t *testing.T) {
	got := map[Kind]int{}
	for _, r := range Default().Descendants("", Village) {
		got[r.Kind()]++
	}
	want := map[Kind]int{KindKelurahan: 8496, KindDesa: 75252, KindDesaAdat: 14}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestKindOf(t *testing.T) {
	for code, want := range map[string]Kind{
		"31": KindProvince, "3101": KindKabupaten, "3172": KindKota, "3570": KindUnknown, "3500": KindUnknown,
		"3674": KindKota, "317204": KindKecamatan, kalibaru: KindKelurahan, "1101012001": KindDesa,
		"9103013001": KindDesaAdat, "3172040001": KindUnknown, "": KindUnknown, "31a2": KindUnknown, "317": KindUnknown,
	} {
		if got := KindOf(code); got != want {
			t.Errorf("KindOf(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestKalibaru(t *testing.T) {
	a := Default()
	got, ok := a.Lookup(kalibaru)
	want := Region{Code: kalibaru, Name: "Kalibaru", Parent: "317204", Level: Village}
	if d := cmp.Diff(want, got); d != "" || !ok {
		t.Error(ok, d)
	}
	if got, want := a.Path(kalibaru, ", "), "Kalibaru, Cilincing, Kota Administrasi Jakarta Utara, DKI Jakarta"; got != want {
		t.Errorf("Path = %q", got)
	}
	if got := Dotted(kalibaru); got != "31.72.04.1004" {
		t.Errorf("Dotted = %q", got)
	}
	var above []string
	for _, r := range a.Ancestors(kalibaru) {
		above = append(above, r.Name)
	}
	if d := cmp.Diff([]string{"Daerah Khusus Ibukota Jakarta", "Kota Administrasi Jakarta Utara", "Cilincing"}, above); d != "" {
		t.Error(d)
	}
}

func TestTangsel(t *testing.T) {
	a := Default()
	if n := len(a.Children("3674")); n != 7 {
		t.Errorf("%d districts", n)
	}
	villages := a.Descendants("3674", Village)
	if len(villages) != 54 {
		t.Errorf("%d villages", len(villages))
	}
	for _, v := range villages {
		if v.Kind() != KindKelurahan || !Within(v.Code, "3674") {
			t.Errorf("%+v", v)
		}
	}
}

func TestUnknownCodes(t *testing.T) {
	a := Default()
	for _, code := range []string{"", "3", "99", "3172000000", "3172041099", "317204100", "31.72", "317204100x", "９９"} {
		if r, ok := a.Lookup(code); ok {
			t.Errorf("Lookup(%q) = %+v", code, r)
		}
		if code != "" && a.Children(code) != nil || a.Ancestors(code) != nil {
			t.Errorf("%q has relatives", code)
		}
	}
	if got := a.Path("3172041099", ", "); got != "31.72.04.1099" {
		t.Errorf("Path of an unknown code = %q", got)
	}
}

// Every region is found by its code, lies in a parent that exists and lists
// it, and comes back from its dotted form.
func TestTreeHoldsTogether(t *testing.T) {
	a := Default()
	var walk func(parent string) int
	walk = func(parent string) int {
		n := 0
		for _, r := range a.Children(parent) {
			level, _ := LevelOf(r.Code)
			if found, ok := a.Lookup(r.Code); !ok || found != r || r.Parent != parent || r.Level != level ||
				!Within(r.Code, parent) || r.Name != strings.TrimSpace(r.Name) || r.Kind() == KindUnknown {
				t.Errorf("%+v under %q", r, parent)
			}
			if code, err := a.Parse(Dotted(r.Code)); code != r.Code {
				t.Error(code, err)
			}
			n += 1 + walk(r.Code)
		}
		return n
	}
	if n := walk(""); n != a.Len(Nation) {
		t.Errorf("walked %d regions of %d", n, a.Len(Nation))
	}
}

func TestDescendantsAreThoseWithin(t *testing.T) {
	a := Default()
	rapid.Check(t, func(t *rapid.T) {
		r := a.region(int32(rapid.IntRange(0, len(a.rows)-1).Draw(t, "row")))
		level := Level(rapid.IntRange(int(Province), int(Village)).Draw(t, "level"))
		got := a.Descendants(r.Code, level)
		var want []Region
		for i := range a.rows {
			if x := a.region(int32(i)); x.Level == level && x.Code != r.Code && Within(x.Code, r.Code) {
				want = append(want, x)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if err := reload(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	a := Default()
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := a.Lookup(kalibaru); !ok {
			b.Fatal("lost")
		}
	}
}
