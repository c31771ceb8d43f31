package region

import (
	"errors"
	"strings"
	"testing"

	"gotong/internal/fault"
)

func TestResolve(t *testing.T) {
	cases := []struct{ village, district, regency, want string }{
		{"Kalibaru", "Cilincing", "Jakarta Utara", "31.72.04.1004"},
		{"KEL. KALI BARU", "Kec. Cilincing", "Kota Adm. Jakarta Utara", "31.72.04.1004"},
		{"Kalibiru", "Cilincing", "", "31.72.04.1004 spelling"},
		{"Kalibiru", "Cilincing", "Jakarta Pusat", "31.72.04.1004 spelling wrong_parent"},
		{"Kalibaro", "Cilincing", "Jakut", "31.72.04.1004 spelling"},
		{"Kel. Kalibaro", "Cilincing", "Jakut", "31.72.04.1004 spelling"},
		{"Kalibaru", "Clincing", "Jakut", "31.72.04.1004 unknown_place"},
		{"", "Cilincing", "Jakarta Pusat", "31.72.04 wrong_parent"},
		{"", "", "Tangsel", "36.74"},
		{"", "", "Kab. Bandung", "32.04"},
		{"", "Lembang", "Bandung Barat", "32.17.01"},
		{"Serua", "Ciputat", "Tangerang Selatan", "36.74.04.1002"},
		{"Marunda", "", "", "31.72.04.1003"},

		{"", "", "", "invalid region.name.empty"},
		{" ", "", "", "invalid region.name.empty"},
		{"Qqqqqq", "Cilincing", "Jakarta Utara", "not_found region.name.unknown"},
		{"Sukamaju", "Cilincing", "Jakarta Utara", "not_found region.name.not_there"},
		{"Sukamaju", "", "", "invalid region.name.ambiguous"},
		{"", "", "Bandung", "invalid region.name.ambiguous"},
	}
	for _, c := range cases {
		m, err := Default().Resolve(c.village, c.district, c.regency)
		got := brief(m)
		var f *fault.Error
		if errors.As(err, &f) {
			got = f.Kind.String() + " " + f.Key
			checkSentences(t, f)
		}
		if got != c.want {
			t.Errorf("%s/%s/%s: %s, want %s", c.village, c.district, c.regency, got, c.want)
		}
		checkWarnings(t, m)
	}
}

// Official names of village, district and regency lead back to the village,
// unless a district has two villages of the name.
func TestResolveFindsEveryVillage(t *testing.T) {
	a := Default()
	wrong := 0
	villages := a.Descendants("", Village)
	for i := 0; i < len(villages); i += 61 {
		v := villages[i]
		district, _ := a.Lookup(v.Parent)
		regency, _ := a.Lookup(district.Parent)
		m, err := a.Resolve(v.Name, district.Name, regency.Name)
		if m.Code == v.Code && len(m.Warnings) == 0 {
			continue
		}
		var f *fault.Error
		if errors.As(err, &f) && f.Key == "region.name.ambiguous" {
			wrong++
			continue
		}
		t.Errorf("%s, %s, %s: %s %v", v.Name, district.Name, regency.Name, m.Path, err)
	}
	if wrong > 5 {
		t.Errorf("%d ambiguous", wrong)
	}
}

// A regency that is the beginning of another's name does not stand for it.
func TestResolveTakesPlacesWhole(t *testing.T) {
	m, err := Default().Resolve("", "Lembang", "Kab. Bandung")
	if err != nil || m.Code != "321701" || len(m.Warnings) != 1 {
		t.Fatal(m, err)
	}
	if got := m.Warnings[0].Key; !strings.HasSuffix(got, "wrong_parent") {
		t.Error(got)
	}
}

func BenchmarkResolve(b *testing.B) {
	a := Default()
	for b.Loop() {
		if _, err := a.Resolve("Kalibaru", "Cilincing", "Jakarta Utara"); err != nil {
			b.Fatal(err)
		}
	}
}
