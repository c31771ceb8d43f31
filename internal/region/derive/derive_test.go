package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// before and after are two releases of a small country: Timur splits off
// Barat with one of its regencies, and a district is divided.
var before = release{
	"91": "BARAT", "9101": "KABUPATEN SATU", "9102": "KABUPATEN DUA",
	"910101": "HULU", "9101012001": "MAWAR", "9101012002": "MELATI", "9101012003": "KENANGA", "9101012004": "TERATAI",
	"910201": "HILIR", "9102012001": "MAWAR", "9102012002": "LONTAR", "9102012003": "NIPAH", "9102012004": "BAKAU",
}

var after = release{
	"91": "Barat", "92": "Timur", "9101": "Kabupaten Satu", "9201": "Kabupaten Dua",
	"910101": "Hulu", "9101012001": "Mawar", "9101012004": "Teratai Putih",
	"910102": "Hulu Baru", "9101022001": "Melati", "9101022002": "Melati II",
	"920101": "Hilir", "9201012001": "Mawar", "9201012002": "Nipah", "920102": "Hilir Baru", "9201022001": "Nipah",
	"9201022002": "Bakau",
}

func TestRetired(t *testing.T) {
	want := [][]string{
		{"9101012002", "Melati", "9101022001", "3.1.2"}, // another district of its regency
		{"9101012003", "KENANGA", "", "3.1.2"},          // gone for good
		{"9102", "Kabupaten Dua", "9201", "3.1.2"},      // to another province
		{"910201", "Hilir", "920101", "3.1.2"},
		{"9102012001", "Mawar", "9201012001", "3.1.2"}, // its own, not the Mawar that was there before
		{"9102012002", "LONTAR", "", "3.1.2"},
		{"9102012003", "Nipah", "9201012002", "3.1.2"}, // the nearer of two
		{"9102012004", "Bakau", "9201022002", "3.1.2"},
	}
	if d := cmp.Diff(want, retired(after, []release{before}, []string{"3.1.2"})); d != "" {
		t.Error(d)
	}
}

// A name that two places have got, neither nearer than the other, has no
// certain successor.
func TestRetiredDoesNotGuess(t *testing.T) {
	old := release{"91": "A", "9101": "B", "910101": "C", "9101012001": "Mawar"}
	now := release{"91": "A", "9101": "B", "910101": "C", "910102": "D", "9101022001": "Mawar", "910103": "E", "9101032001": "Mawar"}
	if d := cmp.Diff([][]string{{"9101012001", "Mawar", "", "2.2.0"}}, retired(now, []release{old}, []string{"2.2.0"}),
		cmp.Transformer("lower", strings.ToLower)); d != "" {
		t.Error(d)
	}
}

func TestRenamed(t *testing.T) {
	old := release{"91": "BARAT", "9101": "KAB. SATU", "9102": "KABUPATEN DUA", "9103": "Kabupaten Tiga"}
	now := release{"91": "Barat", "9101": "Kabupaten Satu", "9102": "Kabupaten Tiga", "9103": "Kabupaten Empat"}
	got := renamed(now, []release{old})
	want := [][]string{{"9101", "KAB. SATU"}, {"9102", "KABUPATEN DUA"}} // 9103's former name is 9102's today
	if d := cmp.Diff(string(table(nil, want)), string(table(nil, got))); d != "" {
		t.Error(d)
	}
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, "data", name+".csv"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"version": "3.1.2"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func published(villages string) map[string]string {
	return map[string]string{
		"provinces": "code,name\n31,JAKARTA\n", "regencies": "code,province_code,name\n3172,31,UTARA\n",
		"districts": "code,regency_code,name\n31.72.04,31.72,Cilincing\n", "villages": villages,
	}
}

func TestRun(t *testing.T) {
	dir := write(t, published("code,district_code,name\n31.72.04.1004,31.72.04,Kali  Baru\n31.72.04.1005,31.72.04,Soka\"an\n"))
	out := t.TempDir()
	if err := run(dir, []string{dir}, out); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(out, "regions.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	want := "31\tJAKARTA\n3172\tUTARA\n317204\tCilincing\n3172041004\tKali Baru\n3172041005\tSoka\"an\n"
	if d := cmp.Diff(want, string(got)); d != "" || err != nil {
		t.Error(err, d)
	}
}

func TestVersionIsNeeded(t *testing.T) {
	dir := write(t, published(""))
	if v, err := version(dir); v != "3.1.2" || err != nil {
		t.Error(v, err)
	}
	for _, content := range []string{"{}", "x"} {
		if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if v, err := version(dir); err == nil {
			t.Errorf("%s has the version %q", content, v)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for villages, want := range map[string]string{
		"":                                      "no header",
		"kode,nama\n":                           "no column",
		"code,name\n31.72.04.1004,\n":           "a name has",
		"code,name\n31.72.04.10,X\n":            "2, 4, 6 or 10",
		"code,name\n31.72.04.100x,X\n":          "a code is digits",
		"code,name\n31.72.05.1001,X\n":          "has no parent",
		"code,name\n3172041004,X\n3172041004,X": "twice",
	} {
		if _, err := read(write(t, published(villages))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", villages, err, want)
		}
	}
}
