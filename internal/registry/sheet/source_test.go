package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gotong/internal/civil"
)

func rowsOf(t testing.TB, data []byte, want string) ([]Record, Problem) {
	t.Helper()
	rows, problem, err := Open(bytes.NewReader(data), int64(len(data)), want)
	if err != nil {
		t.Fatal(err)
	}
	if problem != "" {
		return nil, problem
	}
	defer rows.Close()
	var all []Record
	for rec := (Record{}); rows.Next(&rec); {
		kept := Record{Row: rec.Row, Problem: rec.Problem, Fields: append([]string{}, rec.Fields...)}
		for i := range rec.Fields {
			kept.Kinds = append(kept.Kinds, rec.Kind(i))
		}
		all = append(all, kept)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return all, ""
}

// A text that comes in small pieces is taken apart as in one.
func TestPiecesMakeNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-c",\r\n 0]{0,60}`).Draw(t, "text")
		n := rapid.UintRange(1, 7).Draw(t, "piece")
		if diff := cmp.Diff(read(text, ','), inBlocks(text, n)); diff != "" {
			t.Fatalf("%q in pieces of %d: %s", text, n, diff)
		}
	})
}

// A row that does not end is told once, and soon: nothing tells where the
// next one begins.
func TestAnEndlessRow(t *testing.T) {
	for name, tc := range map[string]struct {
		line io.Reader
		want Problem
	}{
		"a line":  {strings.NewReader("a,b\n1,2\n" + strings.Repeat("x,", longestRow)), Endless},
		"a quote": {strings.NewReader("a,b\n1,2\n\"" + strings.Repeat("x,\n", longestRow)), QuoteOpen},
	} {
		rows := &textRows{splitter: newSplitter(tc.line, ','), reader: &Reader{}}
		var got []Problem
		for rec := (Record{}); rows.Next(&rec); {
			got = append(got, rec.Problem)
		}
		if diff := cmp.Diff([]Problem{"", "", tc.want}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func book(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What another program wrote is read with the kind of each cell.
func TestWorkbookOfAnother(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"nik", "nama", "lahir", "rekening", "anak", "aktif", "rumus", "salah"}))
		must(t, f.SetSheetRow("Sheet1", "A3", &[]any{"3674010101900001", "Siti & <Budi> \"é\"", 0, 3674010101900001, 3, true}))
		must(t, f.SetCellValue("Sheet1", "C3", 33100))
		must(t, f.SetCellStyle("Sheet1", "C3", "C3", day))
		must(t, f.SetCellFormula("Sheet1", "G3", "1+1"))
		must(t, f.SetCellValue("Sheet1", "A5", "  "))
		must(t, f.SetCellRichText("Sheet1", "B6", []excelize.RichTextRun{{Text: "Ka"}, {Text: "yu"}}))
		must(t, f.SetCellValue("Sheet1", "D6", 1.5))
	})
	got, problem := rowsOf(t, data, "anggota")
	want := []Record{
		{Row: 1, Fields: []string{"nik", "nama", "lahir", "rekening", "anak", "aktif", "rumus", "salah"}, Kinds: make([]Kind, 8)},
		{Row: 3, Fields: []string{"3674010101900001", "Siti & <Budi> \"é\"", "1990-08-15", "3674010101900001", "3", "ya", "="},
			Kinds: []Kind{Written, Written, Dated, Lost, Figure, Written, Unsolved}},
		{Row: 6, Fields: []string{"", "Kayu", "", "1.5"}, Kinds: []Kind{Written, Written, Written, Figure}},
	}
	if diff := cmp.Diff(want, got); diff != "" || problem != "" {
		t.Error(problem, diff)
	}
}

func TestTheWantedSheetIsRead(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		must(t, f.SetCellValue("Sheet1", "A1", "petunjuk"))
		_, err := f.NewSheet("Anggota")
		must(t, err)
		must(t, f.SetCellValue("Anggota", "A1", "nik"))
	})
	for want, heading := range map[string]string{"anggota": "nik", "keluarga": "petunjuk"} {
		if got, _ := rowsOf(t, data, want); len(got) != 1 || got[0].Fields[0] != heading {
			t.Errorf("%s: %v", want, got)
		}
	}
}

// Of the sheets that a workbook shows, whether it says so or says nothing, the
// first is read.
func TestHiddenSheetsArePassedOver(t *testing.T) {
	const part, row = "xl/worksheets/sheet%d.xml", `<worksheet><sheetData><row><c t="inlineStr"><is><t>%s</t></is></c></row></sheetData></worksheet>`
	for name, tc := range map[string]struct {
		states [2]string
		want   string
	}{
		"nothing said":   {[2]string{"", ""}, "first"},
		"shown, as said": {[2]string{` state="visible"`, ` state="visible"`}, "first"},
		"hidden":         {[2]string{` state="hidden"`, ""}, "second"},
		"very hidden":    {[2]string{` state="veryHidden"`, ` state="visible"`}, "second"},
	} {
		parts := bookParts("")
		parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"] = "<workbook><sheets>", "<Relationships>"
		for i, text := range []string{"first", "second"} {
			parts["xl/workbook.xml"] += fmt.Sprintf(`<sheet name="s%d" sheetId="%d"%s r:id="r%d"/>`, i, i+1, tc.states[i], i)
			parts["xl/_rels/workbook.xml.rels"] += fmt.Sprintf(`<Relationship Id="r%d" Target="/`+part+`"/>`, i, i)
			parts[fmt.Sprintf(part, i)] = fmt.Sprintf(row, text)
		}
		parts["xl/workbook.xml"] += "</sheets></workbook>"
		parts["xl/_rels/workbook.xml.rels"] += "</Relationships>"
		got, problem := rowsOf(t, archive(t, parts, "", 0), "")
		if problem != "" || len(got) != 1 || got[0].Fields[0] != tc.want {
			t.Errorf("%s: %q %v", name, problem, got)
		}
	}
}

// What is written as any format is read back, and other programs read it too.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	columns := []Column{{Name: "a_nik"}, {Name: "b_nama"}, {Name: "c_lahir", Kind: DayColumn}, {Name: "d_anak", Kind: WholeColumn}}
	rows := [][]Value{
		{T("0012345678901234"), T("=HYPERLINK(\"x\")"), D(civil.MustParse("1990-08-17")), N(-3)},
		{T(""), T("<Siti> & \"Budi\"\nX"), D(civil.MustParse("2024-02-29")), N(1_500_000_000)},
		{T("1"), T("Ü"), {}, {}},
	}
	want := [][]string{{"a_nik", "b_nama", "c_lahir", "d_anak"}, {"0012345678901234", "=HYPERLINK(\"x\")", "1990-08-17", "-3"},
		{"", "<Siti> & \"Budi\"\nX", "2024-02-29", "1500000000"}, {"1", "Ü", "", ""}}
	for _, format := range Formats {
		var b bytes.Buffer
		table, err := NewTable(&b, format, "anggota", columns)
		must(t, err)
		for _, r := range rows {
			must(t, table.Row(r))
		}
		must(t, table.Close())
		records, problem := rowsOf(t, b.Bytes(), "anggota")
		var got [][]string
		for _, r := range records {
			fields := r.Fields
			for len(fields) < 4 {
				fields = append(fields, "")
			}
			for i := range fields {
				fields[i] = Unharmed(fields[i])
			}
			got = append(got, fields)
		}
		if diff := cmp.Diff(want, got); diff != "" || problem != "" {
			t.Errorf("%s: %s %s", format, problem, diff)
		}
		if format == XLSX {
			f, err := excelize.OpenReader(&b)
			must(t, err)
			if v, err := f.GetCellValue("anggota", "B2"); err != nil || v != "=HYPERLINK(\"x\")" {
				t.Errorf("%q, %v", v, err)
			}
			if v, err := f.GetCellFormula("anggota", "B2"); err != nil || v != "" {
				t.Errorf("a formula %q, %v", v, err)
			}
			if v, err := f.GetCellValue("anggota", "C2"); err != nil || v != "1990-08-17" {
				t.Errorf("%q, %v", v, err)
			}
		}
	}
}

func TestHarmless(t *testing.T) {
	for _, s := range []string{"=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "|x", "%x"} {
		h := Harmless(s)
		if looksActive(h) || Unharmed(h) != s {
			t.Errorf("%q becomes %q", s, h)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[=+@\-' \ta1]{0,5}`).Draw(t, "text")
		if h := Harmless(s); looksActive(h) {
			t.Fatalf("%q stays %q", s, h)
		}
	})
}

type typed struct {
	NIK   int64   `parquet:"nik"`
	Key   *string `parquet:"id,optional"`
	Day   int32   `parquet:"lahir,date"`
	Rate  float64 `parquet:"rate"`
	Alive bool    `parquet:"aktif"`
}

func TestParquetOfAnother(t *testing.T) {
	var b bytes.Buffer
	key := "K1"
	must(t, parquet.Write(&b, []typed{{3674010101900001, &key, int32(civil.MustParse("1990-08-17")), 3.674e15, true}, {}}))
	got, problem := rowsOf(t, b.Bytes(), "")
	want := []Record{
		{Row: 1, Fields: []string{"nik", "id", "lahir", "rate", "aktif"}, Kinds: make([]Kind, 5)},
		{Row: 2, Fields: []string{"3674010101900001", "K1", "1990-08-17", "3674000000000000", "ya"}, Kinds: []Kind{Figure, Written, Dated, Lost, Written}},
		{Row: 3, Fields: []string{"0", "", "1970-01-01", "0", "tidak"}, Kinds: []Kind{Figure, Written, Dated, Figure, Written}},
	}
	if diff := cmp.Diff(want, got); diff != "" || problem != "" {
		t.Error(problem, diff)
	}
	type nested struct{ List []string }
	b.Reset()
	must(t, parquet.Write(&b, []nested{{[]string{"a"}}}))
	if _, problem := rowsOf(t, b.Bytes(), ""); problem != Nested {
		t.Errorf("a list is %q", problem)
	}
}

// Parquet's decimals keep their digits, and points in time are days where that
// can be told.
func TestParquetDecimalsAndInstants(t *testing.T) {
	decimal := func(v parquet.Value, scale int) string { b, _ := appendDecimal(nil, v, scale); return string(b) }
	bytesOf := func(b ...byte) parquet.Value { return parquet.FixedLenByteArrayValue(b) }
	for want, got := range map[string]string{
		"3674010101900001": decimal(parquet.Int64Value(3674010101900001), 0), "-12.5": decimal(parquet.Int32Value(-1250), 2),
		"1500000": decimal(parquet.Int64Value(150000000), 2), "0.05": decimal(bytesOf(5), 2), "256": decimal(bytesOf(1, 0), 0),
		"-1": decimal(bytesOf(0xff, 0xff), 0), "0": decimal(bytesOf(), 3), "-0.001": decimal(bytesOf(0xff), 3),
	} {
		if got != want {
			t.Errorf("%s is written %s", want, got)
		}
	}
	for at, want := range map[string]string{
		"1990-08-17T00:00:00Z": "1990-08-17", "1990-08-16T17:00:00Z": "1990-08-17", "1990-08-16T15:00:00Z": "1990-08-17",
		"1990-08-17T03:20:00Z": "1990-08-17", "1990-08-16T20:00:00Z": "1990-08-16T20:00:00Z",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		must(t, err)
		got, _ := appendInstant(nil, moment, true)
		if string(got) != want {
			t.Errorf("%s is %s, want %s", at, got, want)
		}
		if got, kind := appendInstant(nil, moment, false); string(got) != at[:10] || kind != Dated {
			t.Errorf("%s without a zone is %s", at, got)
		}
		days := uint32(moment.Unix()/secondsOfDay + 2440588)
		nanos := uint64(moment.Unix()%secondsOfDay) * 1e9
		if got, _ := appendJulian(nil, parquet.Int96Value(deprecated.Int96{uint32(nanos), uint32(nanos >> 32), days})); string(got) != want {
			t.Errorf("%s in 96 bits is %s", at, got)
		}
	}
	if got, kind := appendJulian(nil, parquet.Int96Value(deprecated.Int96{0, 1 << 31, 0})); string(got) != "?" || kind != Written {
		t.Errorf("nonsense in 96 bits is %s", got)
	}
}

// zeros is endless.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func archive(t testing.TB, parts map[string]string, big string, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, content)
		must(t, err)
	}
	if big != "" {
		w, err := z.Create(big)
		must(t, err)
		_, err = io.CopyN(w, zeros{}, size)
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

const (
	linkPart = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`
	bookPart = `<workbook><sheets><sheet name="x" r:id="rId1"/></sheets></workbook>`
)

func bookParts(sheet string) map[string]string {
	return map[string]string{"xl/workbook.xml": bookPart, "xl/_rels/workbook.xml.rels": linkPart, "xl/worksheets/sheet1.xml": sheet}
}

func TestFilesThatAreNoTables(t *testing.T) {
	good := archive(t, bookParts(`<worksheet><sheetData><row><c t="inlineStr"><is><t>a</t></is></c></row></sheetData></worksheet>`), "", 0)
	macro := bookParts("")
	macro["xl/vbaProject.bin"] = "x"
	for name, tc := range map[string]struct {
		data []byte
		want Problem
	}{
		"good":              {good, ""},
		"cut":               {good[:len(good)-30], CutShort},
		"cut in the middle": {good[:len(good)/2], CutShort},
		"macros":            {archive(t, macro, "", 0), Macros},
		"letter":            {archive(t, map[string]string{"word/document.xml": "x"}, "", 0), OtherFile},
		"binary workbook":   {archive(t, map[string]string{"xl/workbook.bin": "x"}, "", 0), OldWorkbook},
		"old workbook":      {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), OldWorkbook},
		"picture":           {[]byte("\x89PNG\r\n"), OtherFile},
		"pdf":               {[]byte("%PDF-1.7"), OtherFile},
		"parquet cut":       {[]byte("PAR1\x00\x00PAR1"), CutShort},
		"empty archive":     {[]byte("PK\x05\x06" + strings.Repeat("\x00", 18)), OtherFile},
	} {
		if _, got := rowsOf(t, tc.data, ""); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestACutSheetSaysSo(t *testing.T) {
	got, problem := rowsOf(t, archive(t, bookParts(`<worksheet><sheetData><row><c><v>1</v></c></row><row><c>`), "", 0), "")
	if problem != "" || len(got) != 2 || got[1].Problem != CutShort {
		t.Errorf("%q %v", problem, got)
	}
	entity := `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>`
	if got, _ := rowsOf(t, archive(t, bookParts(entity), "", 0), ""); len(got) != 1 || got[0].Problem != CutShort {
		t.Errorf("entities are taken: %v", got)
	}
}

// A bomb is refused by its list of parts, before any of it is unpacked.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("packs a quarter of a gigabyte")
	}
	var before, after runtime.MemStats
	for _, part := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/image1.png"} {
		data := archive(t, map[string]string{"xl/workbook.xml": bookPart, "xl/_rels/workbook.xml.rels": linkPart}, part, 256<<20)
		runtime.ReadMemStats(&before)
		if _, got := rowsOf(t, data, ""); got != Bomb {
			t.Errorf("%s: %q", part, got)
		}
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 16<<20 {
			t.Errorf("%s took %d bytes", part, taken)
		}
	}
}

// One that lies about its size is stopped where it has unpacked too much.
func TestABombThatLies(t *testing.T) {
	b := &bounded{io.NopCloser(zeros{}), 1 << 20}
	n, err := io.Copy(io.Discard, b)
	if !errors.Is(err, errBomb) || n > 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestSerial(t *testing.T) {
	for text, want := range map[string]string{"33102": "1990-08-17", "33102.75": "1990-08-17", "61": "1900-03-01", "60": "", "-1": "", "x": "", "2958466": ""} {
		day, ok := Serial(text, false)
		if ok != (want != "") || ok && day.String() != want {
			t.Errorf("%s is %s, %v", text, day, ok)
		}
	}
	if day, _ := Serial("31640", true); day.String() != "1990-08-17" {
		t.Error(day)
	}
}

// Whatever a file holds, opening and reading it ends, soon and without a
// crash.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("a;b\n1;2\n"))
	f.Add([]byte("\xff\xfea\x00,\x00"))
	f.Add(archive(f, bookParts(`<worksheet><sheetData><row r="2"><c r="B2" t="s"><v>0</v></c></row></sheetData></worksheet>`), "", 0))
	var b bytes.Buffer
	table, err := NewTable(&b, Parquet, "x", []Column{{Name: "a"}, {Name: "b", Kind: DayColumn}})
	must(f, err)
	must(f, table.Row([]Value{T("x"), D(1)}))
	must(f, table.Close())
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		began := time.Now()
		records, _ := rowsOf(t, data, "anggota")
		last := 0
		for _, r := range records {
			if r.Problem == "" && len(r.Fields) != len(r.Kinds) || r.Row < 0 {
				t.Fatalf("%+v after row %d", r, last)
			}
			last = r.Row
		}
		if time.Since(began) > time.Minute {
			t.Fatal("it does not end")
		}
	})
}

// The XML of a sheet is data from outside, whatever the archive says.
func FuzzCells(f *testing.F) {
	for _, s := range []string{`<row r="1"><c r="A1" t="inlineStr"><is><t>x&amp;</t></is></c></row></sheetData>`, `<row/><row><c t="s"><v>9</v></c></row>`,
		`<row><c><f>1</f></c><c s="99999999"><v>1e400</v></c></row>`, `<![CDATA[`, `<row r="-4"><c r="ZZZZZ1"><v/></c>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, xml string) {
		c := &cells{book: &workbook{}, scan: newScanner(strings.NewReader("<sheetData>" + xml)), part: io.NopCloser(nil)}
		for rec := (Record{}); c.Next(&rec); {
			if rec.Problem == "" && len(rec.Fields) != len(rec.Kinds) {
				t.Fatalf("%+v", rec)
			}
		}
	})
}
