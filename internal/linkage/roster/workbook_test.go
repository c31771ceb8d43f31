package roster

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/linkage"
	"gotong/internal/registry/sheet"
)

// book returns a workbook of a list: text, days as days and numbers as text.
func book(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	b := sheet.NewBook(&out)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(b.Sheet("Daftar", []sheet.Column{{Name: "NIK"}, {Name: "Nama"}, {Name: "Tgl Lahir", Kind: sheet.DayColumn}, {Name: "Kelas", Kind: sheet.WholeColumn}}))
	must(b.Row([]sheet.Value{sheet.T("0174010101900001"), sheet.T("Siti Aminah"), sheet.D(civil.MustParse("1990-01-31")), sheet.N(3)}))
	must(b.Row([]sheet.Value{{}, sheet.T("Budi"), {}, sheet.N(1)}))
	must(b.Close())
	return out.Bytes()
}

func entries(t *testing.T, name string, data []byte, m Mapping) []Entry {
	t.Helper()
	var got []Entry
	_, err := ReadFrom(context.Background(), bytes.NewReader(data), Source{Path: name, Mapping: m, Seen: func(e Entry) { got = append(got, e) }}, linkage.NewSet(0), today)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAWorkbookIsReadAsTheSameListInCSV(t *testing.T) {
	data := book(t)
	m, err := Guess("daftar.xlsx", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text := "NIK,Nama,Tgl Lahir,Kelas\n0174010101900001,Siti Aminah,1990-01-31,3\n,Budi,,1\n"
	if diff := cmp.Diff(entries(t, "daftar.csv", []byte(text), m), entries(t, "daftar.xlsx", data, m)); diff != "" {
		t.Error(diff)
	}
	path := filepath.Join(t.TempDir(), "daftar.xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := Read(context.Background(), Source{Path: path, Mapping: m}, linkage.NewSet(0), today)
	if err != nil || list.Records != 2 {
		t.Errorf("from a file: %+v, %v", list, err)
	}
}

func TestATornWorkbookIsRefused(t *testing.T) {
	data := book(t)
	for _, size := range []int{4, len(data) / 2, len(data) - 1} {
		_, err := ReadFrom(context.Background(), bytes.NewReader(data[:size]), Source{Path: "daftar.xlsx", Mapping: mapping(t, "name=Nama")}, linkage.NewSet(0), today)
		if err == nil || !strings.Contains(err.Error(), "linkage.list.file.") {
			t.Errorf("%d of %d bytes: %v", size, len(data), err)
		}
	}
}
