package registrytest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
	"gotong/internal/run"
)

// Download returns the workbook of all families.
func Download(t testing.TB, b *Bench) *excelize.File {
	t.Helper()
	write, err := b.Workbook(Officer(), registry.Filter{}, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	var data bytes.Buffer
	if err := write(&data); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// cellOf returns the place of a column's cell.
func cellOf(t testing.TB, f *excelize.File, of, column string, row int) string {
	t.Helper()
	rows, err := f.GetRows(of)
	if err != nil {
		t.Fatal(err)
	}
	for at, name := range rows[0] {
		if name == column {
			cell, err := excelize.CoordinatesToCellName(at+1, row)
			if err != nil {
				t.Fatal(err)
			}
			return cell
		}
	}
	t.Fatalf("no column %s", column)
	return ""
}

// Edit sets a cell of a workbook, as somebody does in a spreadsheet.
func Edit(t testing.TB, f *excelize.File, of, column string, row int, value any) {
	t.Helper()
	if err := f.SetCellValue(of, cellOf(t, f, of, column, row), value); err != nil {
		t.Fatal(err)
	}
}

// GiveBack uploads a workbook.
func GiveBack(t testing.TB, b *Bench, f *excelize.File) ident.ID {
	t.Helper()
	var data bytes.Buffer
	if err := f.Write(&data); err != nil {
		t.Fatal(err)
	}
	id, err := b.ReceiveWorkbook(Officer(), "keluarga.xlsx", &data)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func compared(t *testing.T, b *Bench, id ident.ID) *registry.BookReport {
	t.Helper()
	r, err := b.CompareWorkbook(Officer(), id, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var visited = registry.BookBasis{Source: registry.SourceOffice, Evidence: "formulir 7"}

func testWorkbook(t *testing.T, b *Bench) {
	Bring(t, b, NewOffice(3, 21, "3674011001"))
	before := Everything(t, b)
	f := Download(t, b)
	if r := compared(t, b, GiveBack(t, b, f)); len(r.Changes)+len(r.Problems) > 0 {
		t.Fatalf("untouched, it changes %+v %+v", r.Changes, r.Problems)
	}
	// A column that is gone says nothing, an empty cell does.
	Edit(t, f, "keluarga", "alamat", 2, "Jl. Baru 9")
	Edit(t, f, "keluarga", "floor", 2, "earth")
	Edit(t, f, "anggota", "nama", 2, "Nama Baru")
	Edit(t, f, "keluarga", "roof", 3, nil)
	at := cellOf(t, f, "keluarga", "rt", 1)
	if err := f.RemoveCol("keluarga", strings.TrimRight(at, "1")); err != nil {
		t.Fatal(err)
	}
	id := GiveBack(t, b, f)
	r := compared(t, b, id)
	var got []string
	for _, c := range r.Changes {
		got = append(got, fmt.Sprintf("%s %d %s %s", c.File, c.Row, c.Column, c.New))
	}
	want := []string{"keluarga 2 alamat Jl. Baru 9", "keluarga 2 floor earth", "keluarga 3 roof ", "anggota 2 nama Nama Baru"}
	if floor, ok := b.Catalogue().Lookup(1, "floor"); ok && before[0].Family.Facts != nil {
		if v, known := before[0].Family.Facts.Get(floor.No); known && floor.Text(v) == "earth" {
			want = append(want[:1], want[2:]...)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(r.Problems) > 0 {
		t.Fatalf("%s %+v", diff, r.Problems)
	}
	if diff := cmp.Diff(before, Everything(t, b)); diff != "" {
		t.Fatalf("comparing changes: %s", diff)
	}
	if r, err := b.TakeWorkbook(Officer(), id, visited, access.PurposeVerification); err != nil || !r.Written {
		t.Fatalf("%+v, %v", r, err)
	}
	after := Everything(t, b)
	if fam := after[0].Family; fam.Address != "Jl. Baru 9" || fam.RT != before[0].Family.RT {
		t.Errorf("%+v", fam)
	}
	roof, _ := b.Catalogue().Lookup(0, "roof")
	if roof == nil {
		roof, _ = b.Catalogue().Lookup(1, "roof")
	}
	if _, known := after[1].Family.Facts.Get(roof.No); known {
		t.Error("an emptied cell left the fact")
	}
	for _, rec := range after {
		SameAsFold(t, family(t, b, rec.Family.ID))
	}
	if _, err := b.CompareWorkbook(Officer(), id, access.PurposeVerification); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a workbook that was taken: %v", err)
	}
	if _, err := b.Workbook(As(access.Auditor, "36"), registry.Filter{}, access.PurposeVerification); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an auditor edits: %v", err)
	}
}

func testOldWorkbook(t *testing.T, b *Bench) {
	Bring(t, b, NewOffice(3, 22, "3674011001"))
	f := Download(t, b)
	first := Everything(t, b)[0]
	entry := registry.FamilyEntry{Address: "Jl. Lain 1", RW: first.Family.RW}
	basis := registry.Basis{Version: 1, On: "2025-06-01", Evidence: "surat"}
	if out, err := b.CorrectFamily(Officer(), first.Family.ID, entry, basis); err != nil || !out.Written {
		t.Fatal(out, err)
	}
	Edit(t, f, "keluarga", "alamat", 3, "Jl. Baru 9")
	Edit(t, f, "keluarga", "floor", 3, "marble?")
	Edit(t, f, "anggota", "nik", 2, 3674010101900001.0)
	Edit(t, f, "anggota", "_versi", 3, "1-00")
	if err := f.SetCellValue("keluarga", "C9", "K9"); err != nil {
		t.Fatal(err)
	}
	id := GiveBack(t, b, f)
	r := compared(t, b, id)
	got := map[string]bool{}
	for _, p := range r.Problems {
		got[fmt.Sprintf("%s %d %s %s", p.File, p.Row, p.Column, strings.TrimSuffix(strings.TrimPrefix(p.Key, "registry.problem."), ".what"))] = true
		for _, l := range i18n.Langs {
			if strings.HasPrefix(p.What(l), "[") || strings.HasPrefix(p.ToDo(l), "[") {
				t.Errorf("no words for %s", p.Key)
			}
		}
	}
	for _, want := range []string{"keluarga 2 alamat conflict", "keluarga 2 rt conflict_empty", "anggota 2 nik number.figure", "anggota 3  row.mark_broken", "keluarga 9  row.unmarked"} {
		if !got[want] {
			t.Errorf("%s is missing from %v", want, got)
		}
	}
	if _, err := b.TakeWorkbook(Officer(), id, visited, access.PurposeVerification); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("taken nevertheless: %v", err)
	}
	if a := Everything(t, b); a[0].Family.Address != "Jl. Lain 1" || a[1].Family.Address == "Jl. Baru 9" {
		t.Errorf("half of it was taken: %s, %s", a[0].Family.Address, a[1].Family.Address)
	}
	write, err := b.MarkWorkbook(Officer(), id, registry.FamilyFile, r.Problems, i18n.EN, access.EditFamilies)
	if err != nil {
		t.Fatal(err)
	}
	var marked bytes.Buffer
	if err := write(&marked); err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(&marked)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if v, err := x.GetCellValue("keluarga", cellOf(t, x, "keluarga", "_masalah", 2)); err != nil || !strings.Contains(v, "has changed since") {
		t.Errorf("%q, %v", v, err)
	}
	if comments, err := x.GetComments("keluarga"); err != nil || len(comments) == 0 {
		t.Errorf("no comments: %v", err)
	}
}

func testMappings(t *testing.T, b *Bench) {
	m := registry.Mapping{}
	m.Set(registry.FamilyFile, " No. KK ", "no_kk")
	m.Set(registry.FamilyFile, "Ket", "")
	if err := b.SaveMapping(Officer(), "dinas", m); err != nil {
		t.Fatal(err)
	}
	m.Set(registry.MemberFile, "KTP", "nik")
	if err := b.SaveMapping(Officer(), "dinas", m); err != nil {
		t.Fatal(err)
	}
	saved, err := b.Mapping(Officer(), "dinas")
	if diff := cmp.Diff(&m, &saved.Mapping); err != nil || diff != "" || saved.By != "officer" {
		t.Errorf("%v %s", err, diff)
	}
	for name, bad := range map[string]func(m *registry.Mapping){
		"no such column": func(m *registry.Mapping) { m.Set(registry.FamilyFile, "x", "nik") },
		"twice":          func(m *registry.Mapping) { m.Set(registry.FamilyFile, "kk lain", "no_kk") },
	} {
		var c registry.Mapping
		c.Set(registry.FamilyFile, "No. KK", "no_kk")
		bad(&c)
		if err := b.SaveMapping(Officer(), "x", c); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := b.SaveMapping(Officer(), "NIK 3674010101900001", m); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a number as a name: %v", err)
	}
	if err := b.SaveMapping(As(access.Operator, "3674"), "y", m); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator saves: %v", err)
	}
	if err := b.DropMapping(Officer(), "dinas"); err != nil {
		t.Error(err)
	}
	if err := b.DropMapping(Officer(), "dinas"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("dropped twice: %v", err)
	}
}

// Exported takes the register out in a format and returns it as an import.
func Exported(t testing.TB, b *Bench, ctx context.Context, o registry.ExportOptions, f sheet.Format) (registry.Files, registry.Exported, error) {
	t.Helper()
	parts := map[registry.FileKind]*bytes.Buffer{}
	n, err := b.Export(ctx, o, access.PurposeVerification, func(kind registry.FileKind, columns []sheet.Column) (sheet.Table, error) {
		parts[kind] = &bytes.Buffer{}
		return sheet.NewTable(parts[kind], f, string(kind), columns)
	})
	if err != nil {
		return registry.Files{}, n, err
	}
	return registry.Files{Family: registry.NewFile("keluarga", parts[registry.FamilyFile].Bytes()),
		Member: registry.NewFile("anggota", parts[registry.MemberFile].Bytes())}, n, nil
}

func testExport(t *testing.T, b *Bench) {
	o := NewOffice(12, 23, "3674")
	o.Families[0]["alamat"] = "=HYPERLINK(\"http://x\")"
	Bring(t, b, o)
	before := Everything(t, b)
	testAllowance(t, b)
	for _, format := range sheet.Formats {
		if _, err := b.AllowExport(Second(), "officer", "", "moving to another system"); err != nil {
			t.Fatal(err)
		}
		files, n, err := Exported(t, b, Officer(), registry.ExportOptions{Unmask: true}, format)
		if err != nil || n.Families != 12 || n.Persons != int64(len(o.Members)) {
			t.Fatalf("%s: %+v, %v", format, n, err)
		}
		r, err := b.Import(Officer(), files, registry.Options{}, run.Silent{})
		if err != nil || r.Counts.Same != 12 || r.Counts.Errors > 0 {
			t.Errorf("%s: %+v, %v %+v", format, r.Counts, err, r.Problems)
		}
	}
	if diff := cmp.Diff(before, Everything(t, b)); diff != "" {
		t.Errorf("what was taken out changes something: %s", diff)
	}
	files, _, err := Exported(t, b, Officer(), registry.ExportOptions{}, sheet.CSV)
	if err != nil || bytes.Contains(Content(files.Member), []byte(o.Members[0]["nik"])) || bytes.Contains(Content(files.Member), []byte(o.Members[0]["rekening"])) {
		t.Errorf("numbers are in clear, %v", err)
	}
	if !bytes.Contains(Content(files.Family), []byte("'=HYPERLINK")) {
		t.Error("a formula runs")
	}
	if _, n, err := Exported(t, b, As(access.Officer, "12"), registry.ExportOptions{}, sheet.CSV); err != nil || n.Families != 0 {
		t.Errorf("of another area %+v, %v", n, err)
	}
	if _, _, err := Exported(t, b, As(access.Operator, "36"), registry.ExportOptions{Unmask: true}, sheet.CSV); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator unmasks: %v", err)
	}
}
