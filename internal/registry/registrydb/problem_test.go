package registrydb_test

import (
	"bytes"
	"encoding/csv"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/db/dbtest"
	"gotong/internal/i18n"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

// found is what a test looks at of a problem.
type found struct {
	File   registry.FileKind
	Row    int
	Column string
	Name   string
}

func foundOf(problems []registry.Problem) []found {
	var all []found
	for _, p := range problems {
		name := strings.TrimSuffix(strings.TrimPrefix(p.Key, "registry.problem."), ".what")
		if p.Warning {
			name = "(" + name + ")"
		}
		all = append(all, found{p.File, p.Row, p.Column, name})
	}
	return all
}

const (
	fam = registry.FamilyFile
	mem = registry.MemberFile
)

// Four families of known members: rows 2 to 5 of both files, by turns.
func small() *registrytest.Office {
	o := registrytest.NewOffice(4, 7, "3674011001")
	var one []map[string]string
	seen := map[string]bool{}
	for _, m := range o.Members {
		if !seen[m["id_keluarga"]] {
			one = append(one, m)
		}
		seen[m["id_keluarga"]] = true
	}
	o.Members = one
	return o
}

func TestEveryProblemIsNamedByRowAndColumn(t *testing.T) {
	bench := registrytest.NewBench(t, backend(dbtest.SQLite(t)))
	family := func(i int, column, value string) func(*registrytest.Office) {
		return func(o *registrytest.Office) { o.Families[i][column] = value }
	}
	member := func(i int, column, value string) func(*registrytest.Office) {
		return func(o *registrytest.Office) { o.Members[i][column] = value }
	}
	for name, tc := range map[string]struct {
		change func(*registrytest.Office)
		want   []found
	}{
		"nothing wrong": {func(*registrytest.Office) {}, nil},
		// Numbers.
		"a NIK made a float":                  {member(1, "nik", "9.17E+15"), []found{{mem, 3, "nik", "number.spreadsheet"}}},
		"a NIK made a float, comma":           {member(1, "nik", "9,17E+15"), []found{{mem, 3, "nik", "number.spreadsheet"}}},
		"a NIK rounded":                       {member(1, "nik", "3674010101900000"), []found{{mem, 3, "nik", "number.serial"}}},
		"a NIK rounded to 15 and less":        {member(1, "nik", "3674010101000000"), []found{{mem, 3, "nik", "number.rounded"}}},
		"a NIK too short":                     {member(0, "nik", "367401010190001"), []found{{mem, 2, "nik", "number.length"}}},
		"a card of a district that never was": {family(1, "no_kk", "9999990101250001"), []found{{fam, 3, "no_kk", "(number.region_unknown)"}}},
		"a card of a district of before":      {family(1, "no_kk", "3603250101250001"), nil},
		"a NIK with letters":                  {member(0, "nik", "36740101O1900001"), []found{{mem, 2, "nik", "number.not_digits"}}},
		"a card made a float":                 {family(2, "no_kk", "3.67401E+15"), []found{{fam, 4, "no_kk", "number.spreadsheet"}}},
		"an account made a float":             {member(0, "rekening", "1,2E+11"), []found{{mem, 2, "rekening", "account.spreadsheet"}}},
		"an account with letters":             {member(0, "rekening", "12x456789"), []found{{mem, 2, "rekening", "account.not_digits"}}},
		"an account too short":                {member(0, "rekening", "123"), []found{{mem, 2, "rekening", "account.length"}}},
		"an account without a bank":           {member(0, "bank", ""), []found{{mem, 2, "", "account_half"}}},
		// Days.
		"day first, told by its number":  {family(0, "tanggal_data", "14/03/2025"), nil},
		"day first, settled by others":   {all(family(0, "tanggal_data", "14/03/2025"), family(1, "tanggal_data", "03-04-2025")), nil},
		"either, nothing tells":          {family(1, "tanggal_data", "03/04/2025"), []found{{fam, 3, "tanggal_data", "day.ambiguous"}}},
		"month first":                    {family(1, "tanggal_data", "03/14/2025"), []found{{fam, 3, "tanggal_data", "day.month_first"}}},
		"either beside month first":      {all(family(0, "tanggal_data", "03/14/2025"), family(1, "tanggal_data", "03/04/2025")), []found{{fam, 2, "tanggal_data", "day.month_first"}, {fam, 3, "tanggal_data", "day.ambiguous"}}},
		"a day counted by a spreadsheet": {member(1, "tanggal_lahir", "33000"), []found{{mem, 3, "tanggal_lahir", "day.serial_day"}}},
		"a short year":                   {member(1, "tanggal_lahir", "17/08/45"), []found{{mem, 3, "tanggal_lahir", "day.short_year"}}},
		"no such day":                    {member(1, "tanggal_lahir", "1990-02-30"), []found{{mem, 3, "tanggal_lahir", "day.no_such_day"}}},
		"no day":                         {member(1, "tanggal_lahir", "kemarin"), []found{{mem, 3, "tanggal_lahir", "day.not_day"}}},
		"a day to come":                  {family(0, "tanggal_data", "2052-03-14"), []found{{fam, 2, "tanggal_data", "day.future"}}},
		"a day long gone":                {member(1, "tanggal_lahir", "1790-02-03"), []found{{mem, 3, "tanggal_lahir", "day.too_early"}}},
		"a midnight behind a day":        {family(0, "tanggal_data", "2025-03-14 00:00:00"), nil},
		// Areas.
		"a district, no village":   {family(0, "kode_wilayah", "367401"), []found{{fam, 2, "kode_wilayah", "area_not_village"}}},
		"dots in an area":          {family(0, "kode_wilayah", "36.74.01.1001"), nil},
		"a region that is no more": {family(0, "kode_wilayah", "91.07.01.2001"), []found{{fam, 2, "kode_wilayah", "region.code.retired_parent"}}},
		"an area made a float":     {family(0, "kode_wilayah", "3.67E+09"), []found{{fam, 2, "kode_wilayah", "region.code.spreadsheet"}}},
		"one key in two areas":     {all(family(1, "id_keluarga", "K000001"), family(1, "kode_wilayah", "3674011002"), member(1, "id_keluarga", "K000001"), member(1, "hubungan", "child")), []found{{fam, 2, "kode_wilayah", "family_two_areas"}, {fam, 3, "kode_wilayah", "family_two_areas"}}},
		"one key twice":            {all(family(1, "id_keluarga", "K000001"), member(1, "id_keluarga", "K000001"), member(1, "hubungan", "child")), []found{{fam, 2, "id_keluarga", "family_twice"}, {fam, 3, "id_keluarga", "family_twice"}}},
		"one card in two areas": {func(o *registrytest.Office) {
			o.Families[2]["no_kk"] = o.Families[0]["no_kk"]
			o.Families[2]["kode_wilayah"] = "3674011002"
		}, []found{{fam, 2, "no_kk", "card_two_areas"}, {fam, 4, "no_kk", "card_two_areas"}}},
		"one card twice":           {func(o *registrytest.Office) { o.Families[2]["no_kk"] = o.Families[0]["no_kk"] }, []found{{fam, 4, "no_kk", "(card_twice)"}}},
		"a person in two families": {func(o *registrytest.Office) { same(o, 2, 0) }, []found{{mem, 2, "nik", "person_two_families"}, {mem, 4, "nik", "person_two_families"}}},
		"a person twice in one": {func(o *registrytest.Office) {
			same(o, 2, 0)
			o.Members[2]["id_keluarga"] = "K000001"
			o.Members[2]["hubungan"] = "child"
		}, []found{{fam, 4, "id_keluarga", "family_empty"}, {mem, 4, "nik", "person_twice"}}},
		"an orphan row":             {func(o *registrytest.Office) { more(o, "K999999") }, []found{{mem, 6, "id_keluarga", "member_orphan"}}},
		"a family without members":  {func(o *registrytest.Office) { o.Members = o.Members[:3] }, []found{{fam, 5, "id_keluarga", "family_empty"}}},
		"two heads":                 {func(o *registrytest.Office) { more(o, "K000001") }, []found{{mem, 6, "hubungan", "head_twice"}}},
		"no head":                   {member(3, "hubungan", "parent"), []found{{fam, 5, "id_keluarga", "(head_missing)"}}},
		"a birth date unlike a NIK": {member(0, "tanggal_lahir", "1960-01-02"), []found{{mem, 2, "nik", "(nik.born_differs)"}}},
		// Cells.
		"a relation unheard of": {member(0, "hubungan", "teman"), []found{{fam, 2, "id_keluarga", "(head_missing)"}, {mem, 2, "hubungan", "indicator.value.choice"}}},
		"a sex unheard of":      {member(0, "jenis_kelamin", "X"), []found{{mem, 2, "jenis_kelamin", "sex"}}},
		"a sex by its name": {func(o *registrytest.Office) {
			o.Members[0]["jenis_kelamin"] = map[string]string{"L": "laki-laki", "P": "2"}[o.Members[0]["jenis_kelamin"]]
		}, nil},
		"an option unheard of":    {family(0, "floor", "awan"), []found{{fam, 2, "floor", "indicator.value.choice"}}},
		"out of range":            {family(0, "floor_area", "99999"), []found{{fam, 2, "floor_area", "indicator.value.between"}}},
		"no name":                 {member(0, "nama", ""), []found{{mem, 2, "nama", "empty"}}},
		"a name of digits":        {member(0, "nama", "123"), []found{{mem, 2, "nama", "name"}}},
		"a dash is an empty cell": {member(0, "nama_ibu", "-"), nil},
		"Latin-1 in a cell":       {member(0, "nama", "Andr\xe9"), []found{{mem, 2, "nama", "encoding"}}},
		"a bell in a cell":        {member(0, "nama", "Bu\x07di"), []found{{mem, 2, "nama", "control"}}},
		"a long cell":             {family(0, "alamat", strings.Repeat("x", 600)), []found{{fam, 2, "alamat", "too_long"}}},
		"an RT in words":          {family(0, "rt", "RT 3"), []found{{fam, 2, "rt", "neighbourhood"}}},
		"an RT of one digit":      {family(0, "rt", "3"), nil},
		"a card number as key": {func(o *registrytest.Office) {
			o.Families[0]["id_keluarga"], o.Members[0]["id_keluarga"] = "3674010101900001", "3674010101900001"
		}, []found{{fam, 2, "id_keluarga", "key_is_number"}, {mem, 2, "id_keluarga", "key_is_number"}}},
		"a long key of an office": {func(o *registrytest.Office) {
			o.Families[0]["id_keluarga"], o.Members[0]["id_keluarga"] = "3674011001-000001", "3674011001-000001"
		}, nil},
		// Columns.
		"a column missing":        {func(o *registrytest.Office) { o.MemberColumns = without(o.MemberColumns, "nik") }, []found{{mem, 1, "nik", "column_missing"}}},
		"a column twice":          {func(o *registrytest.Office) { o.MemberColumns = append(o.MemberColumns, "nik") }, []found{{mem, 1, "nik", "column_twice"}}},
		"a column misspelt":       {func(o *registrytest.Office) { o.FamilyColumns = append(o.FamilyColumns, "flor") }, []found{{fam, 1, "flor", "column_unknown_near"}}},
		"a column unheard of":     {func(o *registrytest.Office) { o.FamilyColumns = append(o.FamilyColumns, "zodiak") }, []found{{fam, 1, "zodiak", "column_unknown"}}},
		"a column computed":       {func(o *registrytest.Office) { o.MemberColumns = append(o.MemberColumns, "age") }, []found{{mem, 1, "age", "column_derived"}}},
		"a column of the other":   {func(o *registrytest.Office) { o.MemberColumns = append(o.MemberColumns, "floor") }, []found{{mem, 1, "floor", "column_other_file"}}},
		"a column without a name": {func(o *registrytest.Office) { o.FamilyColumns = append([]string{""}, o.FamilyColumns...) }, []found{{fam, 1, "#A", "heading_empty"}}},
		"columns in any order": {func(o *registrytest.Office) {
			o.MemberColumns = slices.Clone(o.MemberColumns)
			slices.Reverse(o.MemberColumns)
		}, nil},
		"headings in capitals": {func(o *registrytest.Office) { o.FamilyColumns = upper(o.FamilyColumns, o) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := small()
			tc.change(o)
			r, err := bench.Check(registrytest.Officer(), o.Files())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, foundOf(r.Problems)); diff != "" {
				t.Error(diff)
			}
			speaks(t, r.Problems)
		})
	}
}

func all(changes ...func(*registrytest.Office)) func(*registrytest.Office) {
	return func(o *registrytest.Office) {
		for _, c := range changes {
			c(o)
		}
	}
}

// same makes member i the person that member j is, in their own family.
func same(o *registrytest.Office, i, j int) {
	for _, c := range []string{"nik", "nama", "tanggal_lahir", "jenis_kelamin"} {
		o.Members[i][c] = o.Members[j][c]
	}
}

func more(o *registrytest.Office, key string) {
	m := maps.Clone(o.Members[0])
	m["id_keluarga"], m["nik"] = key, ""
	o.Members = append(o.Members, m)
}

func without(columns []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return c == name })
}

func upper(columns []string, o *registrytest.Office) []string {
	var up []string
	for _, c := range columns {
		up = append(up, strings.ToUpper(c))
		for _, f := range o.Families {
			f[strings.ToUpper(c)] = f[c]
		}
	}
	return up
}

// speaks checks that problems have their sentences in both languages, all
// places filled, and never a number of a person in full.
func speaks(t *testing.T, problems []registry.Problem) {
	t.Helper()
	for _, l := range i18n.Langs {
		var b bytes.Buffer
		if err := registry.WriteProblems(&b, problems, l); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != len(problems)+1 {
			t.Fatalf("the error file has %d lines: %v", len(rows), err)
		}
		for _, row := range rows[1:] {
			if row[5] == "" || row[6] == "" || strings.ContainsAny(row[5]+row[6], "[{") {
				t.Errorf("%s: no sentence in %q", l, row)
			}
			for _, cell := range row {
				if digits(cell) > 11 && !strings.Contains(cell, "*") || !utf8.ValidString(cell) {
					t.Errorf("%s: %q shows too much", l, cell)
				}
			}
		}
	}
}

// digits is the longest run of digits in s.
func digits(s string) int {
	longest := 0
	for _, run := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		longest = max(longest, len(run))
	}
	return longest
}

func TestFilesThatAreNoTables(t *testing.T) {
	bench := registrytest.NewBench(t, backend(dbtest.SQLite(t)))
	good := small().Files()
	heading, _, _ := strings.Cut(string(registrytest.Content(good.Member)), "\n")
	for name, tc := range map[string]struct {
		data string
		want string
	}{
		"empty":              {"", "file.empty_file"},
		"a heading alone":    {heading + "\n,,\n", "file.empty_file"},
		"a workbook":         {"PK\x03\x04…", "file.cut_short"},
		"an old workbook":    {"\xd0\xcf\x11\xe0…", "file.old_workbook"},
		"a picture":          {"\x89PNG\r\n…", "file.other_file"},
		"the families again": {string(registrytest.Content(good.Family)), "file.swapped"},
		"UTF-16 unmarked":    {"i\x00d\x00", "file.not_text"},
		"an open quote":      {"\"id_keluarga,nik\n", "file.quote_open"},
		"text after a quote": {"\"id\"x,nik\n", "file.quote_text"},
	} {
		files := registry.Files{Family: good.Family, Member: registry.NewFile("x.csv", []byte(tc.data))}
		r, err := bench.Check(registrytest.Officer(), files)
		if err != nil {
			t.Fatal(err)
		}
		if got := foundOf(r.Problems); len(got) != 1 || got[0].Name != tc.want || !r.Fatal || r.Counts.New != 0 {
			t.Errorf("%s: %v, fatal %v", name, got, r.Fatal)
		}
		speaks(t, r.Problems)
	}
}

// A number of a person in the wrong column is not echoed either.
func TestShiftedColumnsShowNoNumbers(t *testing.T) {
	bench := registrytest.NewBench(t, backend(dbtest.SQLite(t)))
	o := small()
	nik := o.Members[0]["nik"]
	for _, column := range o.MemberColumns {
		o.Members[0][column] = nik
	}
	for _, column := range o.FamilyColumns {
		o.Families[0][column] = nik
	}
	r, err := bench.Check(registrytest.Officer(), o.Files())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) < 50 {
		t.Errorf("only %d problems", len(r.Problems))
	}
	speaks(t, r.Problems)
}

func TestAnOfficerImportsOnlyIntoTheirArea(t *testing.T) {
	bench := registrytest.NewBench(t, backend(dbtest.SQLite(t)))
	r, err := bench.Check(registrytest.As(access.Officer, "3674012"), small().Files())
	if err != nil {
		t.Fatal(err)
	}
	if r.Counts.Held != 4 || r.Counts.New != 0 || foundOf(r.Problems)[0].Name != "area_outside" {
		t.Errorf("%+v", r)
	}
	if _, err := bench.Check(registrytest.As(access.Operator, "3674"), small().Files()); err == nil {
		t.Error("an operator may import")
	}
}
