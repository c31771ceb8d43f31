package bank

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

var sheet = Sheet{Batch: "PKH-2026-01-02", No: 1, Day: civil.MustParse("2026-03-09"), Place: "Kantor Pos Ciputat", Lines: []SheetLine{
	{"PKH-2026-01-02-000001", "Siti", 600_000}, {"PKH-2026-01-02-000002", "=Budi", 500_000}, {"PKH-2026-01-02-000003", "Wati", 400_000}}}

const png = "\x89PNG\r\n\x1a\n----"

// within returns the files of a package.
func within(t testing.TB, b []byte) map[string][]byte {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func packed(t testing.TB, files map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// table returns the sheet as CSV, its first line filled in.
func table(t testing.TB, result string) string {
	rows := sheet.rows()
	copy(rows[1][atResult:], []string{result, "2026-03-09 09:15", "-6.3110", "106.7290", "foto/1.png", "ttd/1.png"})
	copy(rows[2][atResult:], []string{"tidak_hadir", "2026-03-09T15:00:00+07:00"})
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func filled(t testing.TB, result string) []byte {
	return packed(t, map[string]string{"bayar.csv": table(t, result), "foto/1.png": png + "foto", "ttd/1.png": png + "ttd"})
}

func TestAPackageIsTheSameEachTime(t *testing.T) {
	a, err := sheet.Package()
	if err != nil {
		t.Fatal(err)
	}
	b, err := sheet.Package()
	if err != nil || !bytes.Equal(a, b) {
		t.Fatal("the same sheet has other bytes", err)
	}
	for name, content := range within(t, a) {
		empty, err := Whole(PostPackage{rule(t)}, packed(t, map[string]string{name: string(content)}))
		if err != nil || len(empty.Results) != 0 || empty.Batch != sheet.Batch {
			t.Errorf("%s as it was given out: %+v %v", name, empty, err)
		}
	}
}

func TestAFilledSheet(t *testing.T) {
	at := noon.AddDate(0, 0, 7).Add(-2*60*60*1e9 - 45*60*1e9)
	want := Return{Batch: sheet.Batch, At: at.Add(5*60*60*1e9 + 45*60*1e9), Results: []Result{
		{2, "PKH-2026-01-02-000001", Credited, "", 600_000, at, &Proof{At: at, Lat: "-6.311000", Lon: "106.729000", Photo: []byte(png + "foto"), Signature: []byte(png + "ttd")}},
		{3, "PKH-2026-01-02-000002", Pending, "", 500_000, at.Add(5*60*60*1e9 + 45*60*1e9), nil}}}
	got, err := Whole(PostPackage{rule(t)}, filled(t, "dibayar"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// The same as a workbook, with its pictures beside it.
	given, err := sheet.Package()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(within(t, given)["bayar.xlsx"]))
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]string{"I2": "dibayar", "J2": "2026-03-09 09:15", "K2": "-6.3110", "L2": "106.7290", "M2": "foto/1.png", "N2": "ttd/1.png",
		"I3": "tidak_hadir", "J3": "2026-03-09 15:00"} {
		if err := book.SetCellStr("bayar", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"bayar.xlsx": b.String(), "bayar.csv": string(within(t, given)["bayar.csv"]), "foto/1.png": png + "foto", "ttd/1.png": png + "ttd"}
	if got, err = Whole(PostPackage{rule(t)}, packed(t, files)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAPayerSays(t *testing.T) {
	for result, want := range map[string][2]string{"dibayar": {"KREDIT", ""}, "Meninggal": {"RETUR", "MD07"}, "bukan_orangnya": {"RETUR", "BE01"},
		"menolak": {"RETUR", "MS03"}, "tidak_hadir": {"TUNDA", ""}, "entahlah": {"entahlah", ""}} {
		got, err := Whole(PostPackage{rule(t)}, filled(t, result))
		if err != nil || len(got.Results) != 2 || string(got.Results[0].Status) != want[0] || string(got.Results[0].Code) != want[1] {
			t.Errorf("%s: %+v %v", result, got, err)
		}
	}
	bare := strings.Replace(table(t, "dibayar"), "foto/1.png", "", 1)
	got, err := Whole(PostPackage{rule(t)}, packed(t, map[string]string{"bayar.csv": bare, "ttd/1.png": png}))
	if err != nil || got.Results[0].Status != Unproved {
		t.Errorf("paid without a photo: %+v %v", got, err)
	}
}

func TestPackagesThatAreRefused(t *testing.T) {
	good := filled(t, "dibayar")
	with := func(old, new string) []byte {
		return packed(t, map[string]string{"bayar.csv": strings.Replace(table(t, "dibayar"), old, new, 1), "foto/1.png": png, "ttd/1.png": png})
	}
	also := func(name, content string) []byte {
		return packed(t, map[string]string{"bayar.csv": table(t, "dibayar"), "foto/1.png": png, "ttd/1.png": png, name: content})
	}
	for name, c := range map[string]struct {
		file []byte
		key  string
	}{
		"cut off":           {good[:len(good)-30], "bank.post.broken"},
		"no sheet":          {packed(t, map[string]string{"foto/1.png": png}), "bank.post.no_sheet"},
		"a bomb":            {bomb(t), "bank.post.too_much"},
		"a giant picture":   {packed(t, map[string]string{"bayar.csv": table(t, "dibayar"), "foto/1.png": strings.Repeat("x", pictureBytes+1), "ttd/1.png": png}), "bank.post.too_big"},
		"a way out":         {also("../x", "x"), "bank.post.name"},
		"another root":      {also("/etc/x", "x"), "bank.post.name"},
		"no such picture":   {with("foto/1.png", "foto/9.png"), "bank.post.no_picture"},
		"no picture":        {packed(t, map[string]string{"bayar.csv": table(t, "dibayar"), "foto/1.png": "<svg>", "ttd/1.png": png}), "bank.post.no_image"},
		"another amount":    {with(",600000,", ",650000,"), "bank.file.total"},
		"grouped amount":    {with(",600000,", ",600.000,"), "bank.file.amount"},
		"a line is missing": {with(sheetRow(t, 3), ""), "bank.file.count"},
		"a line twice":      {with("000002", "000001"), "bank.file.twice"},
		"another batch":     {with("D,PKH-2026-01-02,PKH-2026-01-02-000002", "D,PKH-2026-01-01,PKH-2026-01-02-000002"), "bank.file.other_batch"},
		"dollars":           {with("IDR", "USD"), "bank.file.currency"},
		"no closing row":    {with(sheetRow(t, 4), ""), "bank.file.truncated"},
		"another heading":   {with("jenis", "type"), "bank.file.header"},
		"no time":           {with("2026-03-09 09:15", "kemarin"), "bank.file.time"},
		"off the earth":     {with("-6.3110", "-96.3110"), "bank.post.place"},
		"Latin-1":           {with("Wati", "Wat\xe9"), "bank.file.encoding"},
		"two sheets":        {also("bayar.json", `[{"jenis":"D","hasil":"dibayar"}]`), "bank.post.two_sheets"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Whole(PostPackage{rule(t)}, c.file)
			var f *fault.Error
			if !errors.As(err, &f) || f.Key != c.key {
				t.Fatalf("%v, want %s", err, c.key)
			}
			if !i18n.Has(i18n.ID, f.Key) || !i18n.Has(i18n.EN, f.Key) {
				t.Errorf("%s has no sentence", f.Key)
			}
		})
	}
}

// bomb is a small package that says it holds much.
func bomb(t testing.TB) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"bayar.csv", "foto/1.png"} {
		w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: 4, UncompressedSize64: packageBytes - 1})
		if err == nil {
			_, err = io.WriteString(w, "\x00\x00\x00\x00")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sheetRow(t testing.TB, n int) string {
	return strings.SplitAfter(table(t, "dibayar"), "\n")[n]
}

// TestASheetIsFilledIn fills a sheet in and reads it again.
func TestASheetIsFilledIn(t *testing.T) {
	at := noon.Truncate(1e9)
	b, err := sheet.Filled(func(n int, _ SheetLine) (string, *Proof) {
		switch n {
		case 0:
			return "dibayar", &Proof{At: at, Lat: "-6.3", Lon: "106.7", Photo: []byte(png + "foto"), Signature: []byte(png + "ttd")}
		default:
			return "", nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Whole(PostPackage{rule(t)}, b)
	want := Return{Batch: sheet.Batch, At: at, Results: []Result{{2, sheet.Lines[0].Reference, Credited, "", sheet.Lines[0].Amount, at,
		&Proof{At: at, Lat: "-6.300000", Lon: "106.700000", Photo: []byte(png + "foto"), Signature: []byte(png + "ttd")}}}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Error(err, d)
	}
}
