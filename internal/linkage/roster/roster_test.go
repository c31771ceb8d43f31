package roster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/linkage"
	"gotong/internal/registry/sheet"
	"gotong/internal/run"
)

var today = civil.MustParse("2026-01-01")

var options = linkage.Options{Match: .75, Review: .75, BlockLimit: 500}

func file(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func mapping(t testing.TB, text string) Mapping {
	t.Helper()
	m, err := ParseMapping(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// seen reads a list and returns its entries.
func seen(t testing.TB, text string, m Mapping) ([]Entry, *List) {
	t.Helper()
	var all []Entry
	l, err := ReadFrom(context.Background(), strings.NewReader(text), Source{Path: "list.csv", Mapping: m, Seen: func(e Entry) { all = append(all, e) }},
		linkage.NewSet(0), today)
	if err != nil {
		t.Fatal(err)
	}
	return all, l
}

func TestDaysAndSexesAreReadAsTheirColumnWritesThem(t *testing.T) {
	all, l := seen(t, "n;b;s;o\nA;31/12/1990;P;1 Feb 2025\nB;19901231;L;\nC;1/2/90;p;x\nD;not;?;2025-02-03\n", mapping(t, "name=n,born=b,sex=s,on=o"))
	var got []string
	for _, e := range all {
		text := fmt.Sprint(e.Row, e.Record.Name)
		if e.Record.Born != nil {
			text += " " + e.Record.Born.String()
		}
		if e.Record.Female != nil {
			text += fmt.Sprint(" ", *e.Record.Female)
		}
		if e.On != nil {
			text += " on " + e.On.String()
		}
		got = append(got, text)
	}
	want := []string{"2A 1990-12-31 true on 2025-02-01", "3B 1990-12-31 false", "4C 1990-02-01 true", "5D on 2025-02-03"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[Role]int{Born: 1, Sex: 1, On: 1}, l.Unread); diff != "" {
		t.Error(diff)
	}
}

// A file that was converted twice has two marks in front.
func TestMarksInFrontOfAFileAreNoPartOfIt(t *testing.T) {
	for _, marks := range []string{"", "\ufeff", "\ufeff\ufeff"} {
		all, _ := seen(t, marks+"n,b\nSiti,1990-12-31\n", mapping(t, "name=n,born=b"))
		if len(all) != 1 || all[0].Record.Name != "Siti" {
			t.Errorf("with %d marks: %+v", len(marks)/3, all)
		}
	}
}

// endless is a list that does not end.
type endless struct {
	heading io.Reader
	line    []byte
	at      int
	read    int64
}

func (e *endless) Read(b []byte) (int, error) {
	if n, err := e.heading.Read(b); n > 0 || err == nil {
		return n, nil
	}
	n := copy(b, e.line[e.at:])
	e.at = (e.at + n) % len(e.line)
	e.read += int64(n)
	return n, nil
}

// A list of UTF-16 is read piece by piece like all others: what a few rows
// take is not read beyond the pieces that they stand in.
func TestAListOfUTF16IsReadAsItComes(t *testing.T) {
	wide := func(text string) []byte {
		var b []byte
		for _, r := range text {
			b = append(b, byte(r), byte(r>>8))
		}
		return b
	}
	e := &endless{heading: bytes.NewReader(wide("\ufeffn;b\n")), line: wide("Siti Nurhalizah Çelebi;1990-12-31\n")}
	s, err := newScanner("daftar.csv", e)
	if err != nil {
		t.Fatal(err)
	}
	var rec sheet.Record
	for i := range 3 {
		if ok, err := s.next(&rec); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if want := []string{"Siti Nurhalizah Çelebi", "1990-12-31"}; i > 0 && !slices.Equal(rec.Fields, want) {
			t.Errorf("row %d: %q", rec.Row, rec.Fields)
		}
	}
	if e.read > 8*pieceBytes {
		t.Errorf("%d bytes were read for three rows", e.read)
	}
	all, _ := seen(t, "\xff\xfe"+string(wide("n;b\n"+strings.Repeat("Siti;1990-12-31\n", pieceBytes/20))), mapping(t, "name=n,born=b"))
	if len(all) != pieceBytes/20 || all[len(all)-1].Record.Name != "Siti" {
		t.Errorf("%d rows of several pieces", len(all))
	}
}

func TestWhatWouldMakeTheAnswerWrongIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ text, mapping, key string }{
		"empty":            {"", "name=n", "linkage.list.file.empty_file"},
		"a torn workbook":  {"PK\x03\x04", "name=n", "linkage.list.file.cut_short"},
		"an old workbook":  {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "name=n", "linkage.list.file.old_workbook"},
		"a paper":          {"%PDF-1.7 x", "name=n", "linkage.list.file.other_file"},
		"no column":        {"a,b\n", "name=n", "linkage.list.column"},
		"a column twice":   {"n,n\n", "name=n", "linkage.list.column_twice"},
		"an id twice":      {"i,n\n1,A\n1,B\n", "id=i,name=n", "linkage.list.id_twice"},
		"no id":            {"i,n\n,A\n", "id=i,name=n", "linkage.list.no_id"},
		"too many cells":   {"n\nA,B\n", "name=n", "linkage.list.cells"},
		"an open quote":    {"n\n\"A\n", "name=n", "linkage.list.file.quote_open"},
		"another encoding": {"n\n\xff\xe9\x80A\n", "name=n", "linkage.list.file.encoding"},
	} {
		_, err := ReadFrom(context.Background(), strings.NewReader(test.text), Source{Path: "list.csv", Mapping: mapping(t, test.mapping)}, linkage.NewSet(0), today)
		var f *fault.Error
		if !errors.As(err, &f) || !strings.HasPrefix(f.Key, test.key) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUsualHeadingsAreRecognised(t *testing.T) {
	if m, err := Guess("a.csv", strings.NewReader("sep=;\r\nNIK;Nama\r\n1;A\r\n")); err != nil || m[Name] != "Nama" || m[Identifier] != "NIK" {
		t.Errorf("behind a line for a spreadsheet: %v, %v", m, err)
	}
	m, err := Guess("a.csv", strings.NewReader("No,No. KTP,NAMA PEGAWAI,Tgl. Lahir,JK,TMT\n1,2,3,4,5,6\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Mapping{Identifier: "No. KTP", Name: "NAMA PEGAWAI", Born: "Tgl. Lahir", Sex: "JK", On: "TMT"}, m); diff != "" {
		t.Error(diff)
	}
	if _, err := Guess("a.csv", strings.NewReader("x,y\n1,2\n")); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a list of unknown columns: %v", err)
	}
}

// people writes a list of so many people, some of them twice.
func people(random *rand.Rand, n int) (heading string, rows []string) {
	first, last := strings.Fields("agus budi siti dewi rina wawan hermawan tuti joko lilis"), strings.Fields("santoso hidayat lestari wibowo utami saputra")
	for i := range n {
		name := first[random.IntN(len(first))] + " " + last[random.IntN(len(last))] + fmt.Sprintf(" %c%c", 'a'+random.IntN(26), 'a'+random.IntN(26))
		born := civil.Date(random.IntN(18000)).String()
		rows = append(rows, fmt.Sprintf("%d,%s,%s", i, name, born))
		if random.IntN(4) == 0 {
			rows = append(rows, fmt.Sprintf("%d,%s,%s", n+i, strings.Replace(name, "a", "e", 1), born))
		}
	}
	return "id,name,born", rows
}

func linked(t testing.TB, workers int, texts ...string) []Row {
	t.Helper()
	o := options
	o.Workers = workers
	var sources []Source
	for _, text := range texts {
		sources = append(sources, Source{Path: file(t, text), Mapping: mapping(t, "id=id,name=name,born=born")})
	}
	l, err := Link(context.Background(), sources, o, today, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return l.Rows()
}

func TestTheOrderOfRowsOfListsAndTheCoresDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		heading, a := people(random, 40)
		list := func(rows []string) string { return heading + "\n" + strings.Join(rows, "\n") + "\n" }
		want := linked(t, 1, list(a))
		random.Shuffle(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
		if diff := cmp.Diff(want, linked(t, 3, list(a))); diff != "" {
			rt.Fatalf("in another order: %s", diff)
		}
	})
}

func TestTwoListsMatchTheSameWhicheverComesFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 1))
	heading, rows := people(random, 120)
	var a, b []string
	for i, row := range rows {
		if i%2 == 0 {
			a = append(a, row)
		} else {
			b = append(b, row)
		}
	}
	list := func(rows []string) string { return heading + "\n" + strings.Join(rows, "\n") + "\n" }
	turned := map[Row]bool{}
	for _, r := range linked(t, 2, list(b), list(a)) {
		turned[Row{r.Right, r.Left, r.Chance}] = true
	}
	forth := linked(t, 2, list(a), list(b))
	if len(forth) == 0 || len(forth) != len(turned) {
		t.Fatalf("%d pairs one way, %d the other", len(forth), len(turned))
	}
	for _, r := range forth {
		if !turned[r] {
			t.Errorf("%+v is found one way alone", r)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("n,b,s,i\nA,31/12/1990,P,3174010101300001\n\"B\nC\",19901231,L,\n"))
	f.Add([]byte("n;b\r\nA;1/2/90\r\n;\r\n"))
	f.Add([]byte("\xff\xfen\x00\n\x00A\x00"))
	f.Add([]byte("n\tb\n\"a\"\"b\"\t2000-02-30\n\n\n"))
	m := Mapping{Name: "n", Born: "b", Sex: "s", Identifier: "i", Phone: "f"}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, m := range []Mapping{m, {Name: "n"}} {
			set := linkage.NewSet(0)
			l, err := ReadFrom(context.Background(), strings.NewReader(string(data)), Source{Path: "x.csv", Mapping: m}, set, today)
			if err != nil {
				var refused *fault.Error
				if !errors.As(err, &refused) {
					t.Fatalf("an error nobody can read: %v", err)
				}
				continue
			}
			if l.Records != set.Len() {
				t.Fatalf("%d records of %d", set.Len(), l.Records)
			}
			if set.Len() < 200 {
				if _, err := set.Link(context.Background(), options, run.Silent{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		_, _ = Guess("x.csv", bytes.NewReader(data))
	})
}

func TestHeadingsOfThePopulationRegisterAreKnown(t *testing.T) {
	for heading, want := range map[string][]string{
		"NIK,NAMA_LGKP,TGL_LHR,JENIS_KLMIN,NAMA_LGKP_IBU,TGL_MATI": {"name=NAMA_LGKP", "mother=NAMA_LGKP_IBU", "born=TGL_LHR", "sex=JENIS_KLMIN", "identifier=NIK", "on=TGL_MATI"},
		"No;No. KTP;Nama Lgkp;Tgl Lhr":                             {"name=Nama Lgkp", "born=Tgl Lhr", "identifier=No. KTP"},
	} {
		m, err := Guess("daftar.csv", strings.NewReader(heading+"\n"))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(want, m.Texts()); diff != "" {
			t.Errorf("%s: %s", heading, diff)
		}
	}
}
