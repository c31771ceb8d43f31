package bank

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

func TestOrderBytes(t *testing.T) {
	o := Order{Batch: "PKH-2026-01-01", Payments: []Payment{
		{"PKH-2026-01-01-000001", "BRI", "001234567890", "Siti, alias \"Iti\"", 600_000},
		{"PKH-2026-01-01-000002", "BNI", "0099", "=cmd()\nBudi", 1},
	}}
	want := `jenis,batch,referensi,bank,rekening,nama,jumlah,mata_uang
D,PKH-2026-01-01,PKH-2026-01-01-000001,BRI,001234567890,"Siti, alias ""Iti""",600000,IDR
D,PKH-2026-01-01,PKH-2026-01-01-000002,BNI,0099,cmd() Budi,1,IDR
T,PKH-2026-01-01,2,,,,600001,IDR
`
	if diff := cmp.Diff(want, string(o.Bytes())); diff != "" {
		t.Error(diff)
	}
}

func reference(t *rapid.T) string {
	return rapid.StringMatching(`[A-Z]{2,5}-[0-9]{6}`).Draw(t, "reference")
}

func TestFilesComeBackAsTheyWent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Order{Batch: "B1"}
		f := Return{Batch: "B1", At: noon}
		seen := map[string]bool{}
		for i := range rapid.IntRange(0, 20).Draw(t, "lines") {
			ref := reference(t)
			if seen[ref] {
				continue
			}
			seen[ref] = true
			amount := money.Rupiah(rapid.Int64Range(0, 1_000_000_000).Draw(t, "amount"))
			o.Payments = append(o.Payments, Payment{ref, "BRI", rapid.StringMatching(`0[0-9]{9}`).Draw(t, "account"), tidy(rapid.String().Draw(t, "holder")), amount})
			f.Results = append(f.Results, Result{Line: len(f.Results) + 2, Reference: ref, Status: Credited, Amount: amount, At: noon.Add(time.Duration(i) * time.Hour)})
		}
		order, err := ParseOrder(bytes.NewReader(o.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(o, order); diff != "" {
			t.Fatal(diff)
		}
		got, err := ParseReturn(bytes.NewReader(f.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

const good = `jenis,batch,referensi,status,kode,jumlah,mata_uang,waktu
D,B1,B1-000001,KREDIT,,600000,IDR,2026-03-02T05:00:00Z
D,B1,B1-000002,RETUR,AC06,500000,IDR,2026-03-02T12:00:00+07:00
T,B1,2,,,1100000,IDR,2026-03-02T05:00:00Z
`

func TestParseReturn(t *testing.T) {
	got, err := ParseReturn(strings.NewReader("\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := Return{Batch: "B1", At: noon, Results: []Result{
		{2, "B1-000001", Credited, NoCode, 600_000, noon, nil},
		{3, "B1-000002", Returned, BlockedAccount, 500_000, noon, nil},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReturnsThatAreRefused(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	for name, c := range map[string]struct {
		file, key string
		line      any
	}{
		"empty":             {"", "bank.file.empty", nil},
		"another file":      {"a,b,c,d,e,f,g,h\n", "bank.file.header", 1},
		"fewer columns":     {"jenis,batch\n", "bank.file.malformed", 1},
		"cut off":           {good[:strings.Index(good, "T,B1")], "bank.file.truncated", 3},
		"cut within a line": {good[:len(good)-40], "bank.file.malformed", 4},
		"wrong total":       {edit("1100000", "1100001"), "bank.file.total", 4},
		"wrong count":       {edit("T,B1,2", "T,B1,3"), "bank.file.count", 4},
		"a line is missing": {edit("D,B1,B1-000001,KREDIT,,600000,IDR,2026-03-02T05:00:00Z\n", ""), "bank.file.count", 3},
		"dollars":           {edit("500000,IDR", "500000,USD"), "bank.file.currency", 3},
		"another batch":     {edit("D,B1,B1-000002", "D,B2,B1-000002"), "bank.file.other_batch", 3},
		"no batch":          {edit("D,B1,", "D,,"), "bank.file.other_batch", 2},
		"grouped amount":    {edit(",600000,", ",600.000,"), "bank.file.amount", 2},
		"negative amount":   {edit(",600000,", ",-600000,"), "bank.file.amount", 2},
		"signed amount":     {edit(",600000,", ",+600000,"), "bank.file.amount", 2},
		"no amount":         {edit(",600000,", ",,"), "bank.file.amount", 2},
		"an absurd amount":  {edit(",600000,", ",9000000000000000000,"), "bank.file.amount", 2},
		"an odd row":        {edit("D,B1,B1-000002", "X,B1,B1-000002"), "bank.file.row", 3},
		"another time":      {edit("2026-03-02T05:00:00Z", "02/03/2026"), "bank.file.time", 2},
		"Latin-1":           {edit("B1-000002", "B1-\xe9"), "bank.file.encoding", 3},
		"something after":   {good + good[strings.Index(good, "D,B1"):], "bank.file.after_total", 5},
		"a bare quote":      {edit("KREDIT", "KRE\"DIT"), "bank.file.malformed", 2},
	} {
		_, err := ParseReturn(strings.NewReader(c.file))
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != c.key || f.Kind != fault.KindInvalid {
			t.Errorf("%s: %v, want %s", name, err, c.key)
			continue
		}
		if c.line != nil && (len(f.Args) < 2 || f.Args[1] != c.line) {
			t.Errorf("%s: arguments %v, want line %v", name, f.Args, c.line)
		}
		if !i18n.Has(i18n.ID, f.Key) || !i18n.Has(i18n.EN, f.Key) {
			t.Errorf("%s has no sentence", f.Key)
		}
	}
}

func TestABrokenStreamIsNotTheFilesFault(t *testing.T) {
	_, err := ParseReturn(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(good))))
	if !errors.Is(err, iotest.ErrTimeout) || fault.KindOf(err) != fault.KindInternal {
		t.Errorf("%v", err)
	}
}

func FuzzParseReturn(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(good[:200]))
	f.Add([]byte("\ufeffjenis"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := ParseReturn(bytes.NewReader(b))
		if err != nil {
			return
		}
		// What was accepted adds up, and reads the same when written again.
		again, err := ParseReturn(bytes.NewReader(file.Bytes()))
		if err != nil {
			// tidy may make a strange reference empty or alike, never more.
			t.Fatalf("what was accepted is refused when written again: %v", err)
		}
		if again.Total() != file.Total() || len(again.Results) != len(file.Results) {
			t.Fatal("what was accepted differs when written again")
		}
	})
}

func FuzzParseOrder(f *testing.F) {
	f.Add(Order{Batch: "B", Payments: []Payment{{"r", "BRI", "001", "Siti", 5}}}.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := ParseOrder(bytes.NewReader(b))
		if err == nil && o.Total() < 0 {
			t.Fatal("a negative total was accepted")
		}
	})
}

func FuzzParseAccounts(f *testing.F) {
	f.Add(Accounts{Batch: "B", Answers: []Account{{Reference: "r", Holder: "Siti"}, {Reference: "s", Code: BlockedAccount}}}.Bytes())
	f.Add([]byte("\ufeffjenis"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := ParseAccounts(bytes.NewReader(b))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, a := range file.Answers {
			if a.Reference == "" || seen[a.Reference] || a.Code != "" && !known(a.Code) {
				t.Fatalf("an answer on %q with the code %q was accepted", a.Reference, a.Code)
			}
			seen[a.Reference] = true
		}
	})
}
