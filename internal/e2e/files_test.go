package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
	"gotong/internal/run"
	"gotong/internal/snapshot/exchange"
)

// canaryForms are the numbers of the shared district in every form that they
// are sought in.
func (s *site) canaryForms(t *testing.T) map[string]string {
	t.Helper()
	numbers := canaries(t, filepath.Join(s.dir, "demo", "anggota.csv"), "nik", "rekening")
	numbers = append(numbers, canariesOf(t, filepath.Join(s.dir, "demo", "keluarga.csv"), "no_kk")...)
	if len(numbers) < 200 {
		t.Fatalf("only %d canaries", len(numbers))
	}
	forms := map[string]string{}
	for _, c := range numbers {
		forms[c], forms[hex.EncodeToString([]byte(c))], forms[strings.ToUpper(hex.EncodeToString([]byte(c)))] = c, c, c
		for _, form := range inBase64(c) {
			forms[form] = c
		}
	}
	return forms
}

// TestNoIdentifierLeavesInAFile writes what commands write for people and
// programs outside: the register as CSV, workbook and Parquet, and a snapshot
// for researchers. None holds a number in clear, unpacked or not.
func TestNoIdentifierLeavesInAFile(t *testing.T) {
	s := open(t)
	forms := s.canaryForms(t)
	for _, format := range sheet.Formats {
		dir := t.TempDir()
		if err := s.export(t, dir, format, registry.ExportOptions{}); err != nil {
			t.Fatal(err)
		}
		seekIn(t, dir, forms)
	}
	if err := s.export(t, t.TempDir(), sheet.CSV, registry.ExportOptions{Unmask: true, Area: "3172041004"}); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("numbers leave in clear though nobody allowed it: %v", err)
	}
	taken, err := s.app.Snapshots.Headers(s.as(t, "dinas"), 1)
	if err != nil || len(taken) == 0 {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	x := exchange.Service{Unit: s.app.DB, Snapshots: s.app.Snapshots, Catalogue: s.app.Catalogue, Log: s.app.Audit.Log()}
	if _, err := x.Export(s.as(t, "perencana"), taken[0].ID, dir, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	seekIn(t, dir, forms)
}

// export writes the register as the command does.
func (s *site) export(t *testing.T, dir string, format sheet.Format, o registry.ExportOptions) error {
	t.Helper()
	var files []*os.File
	n, err := s.app.Registry.Export(s.as(t, "dinas"), o, access.PurposeVerification, func(kind registry.FileKind, columns []sheet.Column) (sheet.Table, error) {
		f, err := os.Create(filepath.Join(dir, string(kind)+"."+string(format)))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
		return sheet.NewTable(f, format, string(kind), columns)
	})
	for _, f := range files {
		f.Close()
	}
	if err == nil && n.Persons < families {
		t.Errorf("only %d persons were exported", n.Persons)
	}
	return err
}

// seekIn looks through every file of a folder.
func seekIn(t *testing.T, dir string, forms map[string]string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		seek(t, path, unpacked(t, b), forms)
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("%d files in %s, %v", files, dir, err)
	}
}

// ofParquet is the text of every cell.
func ofParquet(t *testing.T, b []byte) []byte {
	t.Helper()
	rows, problem, err := sheet.Open(bytes.NewReader(b), int64(len(b)), "")
	if err != nil || problem != "" {
		t.Fatal(problem, err)
	}
	defer rows.Close()
	var all []byte
	for rec := (sheet.Record{}); rows.Next(&rec); {
		for _, cell := range rec.Fields {
			all = append(append(all, '\n'), cell...)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestWhatIsWrongWithAFileIsToldWithoutNumbers imports a file whose rows carry
// numbers of the register that are wrong where they stand: neither the list of
// what is wrong, in either language, nor the answer to a program repeats one.
func TestWhatIsWrongWithAFileIsToldWithoutNumbers(t *testing.T) {
	s := open(t)
	var members bytes.Buffer
	w := csv.NewWriter(&members)
	f, err := os.Open(filepath.Join(s.dir, "demo", "anggota.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	forms, rows := s.canaryForms(t), csv.NewReader(f)
	for n := range 400 {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch row = append([]string(nil), row...); {
		case n == 0:
		case n%4 == 0:
			row[3] = "31-02-1990"
		case n%4 == 1:
			row[0] = "no such family " + row[1] // numbers land in a column of their own accord
		case n%4 == 2:
			row[4] = row[1]
		default:
			row[1], row[2] = row[2], row[1]
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	families, err := os.ReadFile(filepath.Join(s.dir, "demo", "keluarga.csv"))
	if err != nil {
		t.Fatal(err)
	}
	report, err := s.app.Registry.Check(s.as(t, "dinas"), registry.Files{Family: registry.NewFile("keluarga.csv", families), Member: registry.NewFile("anggota.csv", members.Bytes())})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Problems) < 300 {
		t.Errorf("only %d things are wrong", len(report.Problems))
	}
	for _, lang := range i18n.Langs {
		var list bytes.Buffer
		if err := registry.WriteProblems(&list, report.Problems, lang); err != nil {
			t.Fatal(err)
		}
		seek(t, "list of problems in "+string(lang), list.Bytes(), forms)
	}
	seek(t, "report", fmt.Appendf(nil, "%+v", report.Problems), forms)
}
