package condition

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/programme"
)

func facilitiesOf(t testing.TB, text string) (FacilityFile, error) {
	t.Helper()
	return ReadFacilities(strings.NewReader(text), int64(len(text)))
}

func TestAFileOfFacilities(t *testing.T) {
	got, err := facilitiesOf(t, "wilayah;petugas;kode;jenis;nama_tempat\n"+
		"31.72.04.1004;Bu Endang;20104521;Sekolah;SDN Kalibaru 03 \n"+
		";;;;\n"+
		"3172041004;;P1;health;Posyandu Cempaka\n"+
		"3172041004;;20104521;school;SDN lain\n"+
		"3172041004;;20104522;masjid;Al Ikhlas\n"+
		"3172041004;;;Sekolah;Tanpa kode\n"+
		"3172041004;;20104521;health;Kode sama, jenis lain\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []FacilityRow{
		{2, Facility{Code: "20104521", Name: "SDN Kalibaru 03", Kind: programme.School, Area: "31.72.04.1004", Contact: "Bu Endang"}},
		{4, Facility{Code: "P1", Name: "Posyandu Cempaka", Kind: programme.Health, Area: "3172041004"}},
		{8, Facility{Code: "20104521", Name: "Kode sama, jenis lain", Kind: programme.Health, Area: "3172041004"}},
	}
	if d := cmp.Diff(want, got.Rows); d != "" {
		t.Error(d)
	}
	var said []string
	for _, p := range got.Problems {
		said = append(said, fmt.Sprint(p.Row, " ", p.What.Key))
	}
	if d := cmp.Diff([]string{"5 condition.facility_twice", "6 condition.facility_kind", "7 condition.facility_incomplete"}, said); d != "" {
		t.Error(d)
	}
	for name, text := range map[string]string{
		"empty": "", "only headings": "jenis,kode,nama_tempat,wilayah\n", "no kind": "kode,nama_tempat,wilayah\nA1,B,3172041004\n", "a picture": "\x89PNG\r\n\x1a\nxxxxxxxx",
	} {
		if _, err := facilitiesOf(t, text); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func FuzzReadFacilities(f *testing.F) {
	f.Add([]byte("jenis,kode,nama_tempat,wilayah\nSekolah,20104521,SDN 1,3172041004\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ReadFacilities(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, r := range got.Rows {
			key := string(r.Kind) + r.Code
			if r.sound() != nil || seen[key] {
				t.Fatalf("no facility, or twice: %+v", r)
			}
			seen[key] = true
		}
	})
}
