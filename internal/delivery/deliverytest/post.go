package deliverytest

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"testing"
)

// picture is how a picture begins.
const picture = "\x89PNG\r\n\x1a\n----"

// Filled is the sheet of the first package within packages as a payer fills it
// in: by the last digit of the line, a result; photo is what its pictures show.
func Filled(t testing.TB, packages []byte, results map[string]string, photo string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name string, b []byte) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	first := read(t, archive(t, packages)[0])
	for _, f := range archive(t, first) {
		if f.Name == "bayar.csv" {
			put(f.Name, filledIn(t, read(t, f), results))
		}
	}
	put("foto.png", []byte(picture+photo))
	put("ttd.png", []byte(picture+"ttd"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func archive(t testing.TB, b []byte) []*zip.File {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return z.File
}

func read(t testing.TB, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// filledIn is a sheet with what a payer says of some of its lines.
func filledIn(t testing.TB, sheet []byte, results map[string]string) []byte {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(sheet)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if result, ok := results[row[2][max(0, len(row[2])-1):]]; ok && row[0] == "D" {
			copy(row[8:], []string{result, "2026-02-10 09:00", "-6.3", "106.7", "foto.png", "ttd.png"})
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
