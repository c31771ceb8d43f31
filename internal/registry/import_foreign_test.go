package registry_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
	"gotong/internal/registry/sheet"
)

// sheetText is a sheet as CSV has it.
type sheetText struct{ name, text string }

// book writes sheets as a workbook.
func book(t *testing.T, sheets ...sheetText) registry.File {
	t.Helper()
	var b bytes.Buffer
	w := sheet.NewBook(&b)
	for _, s := range sheets {
		lines := strings.Split(strings.TrimSpace(s.text), "\n")
		var columns []sheet.Column
		for _, name := range strings.Split(lines[0], ",") {
			columns = append(columns, sheet.Column{Name: name})
		}
		if err := w.Sheet(s.name, columns); err != nil {
			t.Fatal(err)
		}
		for _, line := range lines[1:] {
			var row []sheet.Value
			for _, cell := range strings.Split(line, ",") {
				row = append(row, sheet.T(cell))
			}
			if err := w.Row(row[:min(len(row), len(columns))]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return registry.NewFile("data.xlsx", b.Bytes())
}

// What offices do to files is told as what it is.
func TestFilesOfOffices(t *testing.T) {
	o := registrytest.NewOffice(3, 1, "3674")
	text := func(f registry.File) string { return string(registrytest.Content(f)) }
	families, members := text(o.Files().Family), text(o.Files().Member)
	pair := func(family, member string) registry.Files {
		return registry.Files{Family: registry.NewFile("k.csv", []byte(family)), Member: registry.NewFile("a.csv", []byte(member))}
	}
	one := func(f registry.File) registry.Files { return registry.Files{Family: f, Member: f} }
	number := o.Members[0]["nik"]
	for name, tc := range map[string]struct {
		files registry.Files
		want  []string
	}{
		"good":                      {pair(families, members), nil},
		"a line for a spreadsheet":  {pair("sep=;\r\n"+strings.ReplaceAll(families, ",", ";"), "\ufeff\"SEP=|\"\n"+strings.ReplaceAll(members, ",", "|")), nil},
		"a delimiter that is none":  {pair("sep=x\n"+families, members), []string{"keluarga 2 file.heading_later"}},
		"titles above the headings": {pair("DAFTAR KELUARGA\nTahun 2025\n\n"+families, members), []string{"keluarga 4 file.heading_later"}},
		"a sheet is missing":        {one(book(t, sheetText{"keluarga", families})), []string{"anggota 1 file.no_sheet"}},
		"sheets have other names":   {one(book(t, sheetText{"Sheet1", families}, sheetText{"Sheet2", members})), []string{"anggota 1 file.no_sheet"}},
		"both sheets":               {one(book(t, sheetText{"catatan", "x"}, sheetText{"anggota", members}, sheetText{"Keluarga", families})), nil},
		"swapped":                   {pair(members, families), []string{"keluarga 1 file.swapped", "anggota 1 file.swapped"}},
		"digits kept as a formula":  {pair(families, strings.Replace(members, number, `"=""`+number+`"""`, 1)), nil},
		"a formula":                 {pair(families, strings.Replace(members, number, `"=""`+number+`""+1"`, 1)), []string{"anggota 2 number.not_digits"}},
		"digits that were lost":     {pair(families, strings.Replace(members, number, "3.67401E+15", 1)), []string{"anggota 2 number.spreadsheet"}},
		"a stray zero byte":         {pair(strings.Replace(families, "Melati", "Me\x00lati", 1), members), []string{"keluarga 2 control"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := registrytest.NewBench(t, registrytest.Backend{}).Validate(registrytest.Officer(), tc.files)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range r.Problems {
				key := strings.TrimSuffix(strings.TrimPrefix(p.Key, "registry.problem."), ".what")
				got = append(got, strings.Join([]string{string(p.File), strconv.Itoa(p.Row), key}, " "))
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
