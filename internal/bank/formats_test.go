package bank

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
	policyfiles "gotong/policy"
)

func rule(t testing.TB) Rule {
	t.Helper()
	all, err := LoadRules(policyfiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// results draws what a bank may say of a batch.
func results(t *rapid.T) Return {
	f := Return{Batch: "PKH-2026-01-01", At: noon}
	for i := range rapid.IntRange(1, 15).Draw(t, "lines") {
		r := Result{Line: i + 1, Reference: fmt.Sprintf("%s-%06d", f.Batch, i+1), Status: Credited, At: noon,
			Amount: money.Rupiah(rapid.Int64Range(1, 3_000_000).Draw(t, "amount"))}
		if rapid.Bool().Draw(t, "returned") {
			r.Status, r.Code = Returned, rapid.SampledFrom([]Code{WrongAccount, ClosedAccount, BlockedAccount, NameMismatch, Deceased, WrongAmount, NoReason}).Draw(t, "code")
		}
		f.Results = append(f.Results, r)
	}
	return f
}

// replies are the forms in which the simulated bank answers.
func replies(r Rule) map[string]interface {
	Format
	Write(io.Writer, Return) error
} {
	return map[string]interface {
		Format
		Write(io.Writer, Return) error
	}{"pain.002": StatusReport{r}, "camt.053": BankStatement{r}, "mt940": Swift{r}}
}

func TestReturnFilesComeBackAsTheyWent(t *testing.T) {
	in := rule(t)
	for name, form := range replies(in) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				f := results(t)
				var b, again bytes.Buffer
				if err := errors.Join(form.Write(&b, f), form.Write(&again, f)); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(b.Bytes(), again.Bytes()) {
					t.Fatal("the same file has other bytes")
				}
				if of := in.Readers().Of(b.Bytes()); of.Name() != name {
					t.Fatalf("recognised as %s", of.Name())
				}
				got, err := Whole(form, b.Bytes())
				if err != nil {
					t.Fatalf("%v\n%s", err, b.Bytes())
				}
				ignore := []cmp.Option{}
				if name == "mt940" { // it knows days, and lines by their place in the file
					ignore = append(ignore, cmpopts.IgnoreFields(Result{}, "Line", "At"), cmpopts.IgnoreFields(Return{}, "At"))
				}
				if diff := cmp.Diff(f, got, ignore...); diff != "" {
					t.Fatal(diff)
				}
			})
		})
	}
}

func TestAnInitiationComesBackAsItWent(t *testing.T) {
	in := rule(t)
	rapid.Check(t, func(t *rapid.T) {
		o := Order{Batch: "PKH-2026-01-01", Cut: rapid.IntRange(2, 4).Draw(t, "cut"), At: noon, Payer: in.Payer}
		for i := range rapid.IntRange(0, 20).Draw(t, "lines") {
			o.Payments = append(o.Payments, Payment{fmt.Sprintf("PKH-2026-01-01-%06d", i+1), "BRI", rapid.StringMatching(`0[0-9]{9}`).Draw(t, "account"),
				rapid.StringMatching(`[A-Z<>&"' ]{0,20}[A-Z]`).Draw(t, "holder"), money.Rupiah(rapid.Int64Range(0, 1_000_000_000).Draw(t, "amount"))})
			o.Payments[i].Holder = strings.TrimSpace(o.Payments[i].Holder)
		}
		var b bytes.Buffer
		if err := (Initiation{in}).Write(&b, o); err != nil {
			t.Fatal(err)
		}
		got, err := ParseInitiation(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(o, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// written returns one file of each form that says the same.
func written(t testing.TB) map[string]string {
	in := rule(t)
	f := Return{Batch: "PKH-2026-01-01", At: noon, Results: []Result{
		{1, "PKH-2026-01-01-000001", Credited, NoCode, 600_000, noon, nil},
		{2, "PKH-2026-01-01-000002", Returned, BlockedAccount, 500_000, noon, nil},
		{3, "PKH-2026-01-01-000003", Credited, NoCode, 250_000, noon, nil},
	}}
	all := map[string]string{"csv": string(f.Bytes())}
	for name, form := range replies(in) {
		var b bytes.Buffer
		if err := form.Write(&b, f); err != nil {
			t.Fatal(err)
		}
		all[name] = b.String()
	}
	return all
}

func TestISOFilesThatAreRefused(t *testing.T) {
	good := written(t)
	in := rule(t)
	edit := func(form, old, new string) string {
		if !strings.Contains(good[form], old) {
			t.Fatalf("%s holds no %q", form, old)
		}
		return strings.Replace(good[form], old, new, 1)
	}
	cut := func(form string, part int) string { return good[form][:len(good[form])*part/10] }
	bomb := `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>` + good["pain.002"][len(`<?xml version="1.0" encoding="UTF-8"?>`):]
	for name, c := range map[string]struct {
		form, file, key string
	}{
		"report cut off":               {"pain.002", cut("pain.002", 7), "bank.xml.truncated"},
		"report, entities":             {"pain.002", bomb, "bank.xml.doctype"},
		"report, another version":      {"pain.002", edit("pain.002", "pain.002.001.11", "pain.002.001.03"), "bank.xml.version"},
		"report, another namespace":    {"pain.002", edit("pain.002", "urn:iso:std", "urn:bank:std"), "bank.xml.foreign"},
		"report, dollars":              {"pain.002", edit("pain.002", `Ccy="IDR"`, `Ccy="USD"`), "bank.file.currency"},
		"report, sen":                  {"pain.002", edit("pain.002", ">600000<", ">600000.50<"), "bank.file.amount"},
		"report, negative":             {"pain.002", edit("pain.002", ">600000<", ">-600000<"), "bank.file.amount"},
		"report, another batch":        {"pain.002", edit("pain.002", "</CstmrPmtStsRpt>", "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B2</OrgnlPmtInfId></OrgnlPmtInfAndSts></CstmrPmtStsRpt>"), "bank.file.other_batch"},
		"report, wrong total":          {"pain.002", edit("pain.002", "<DtldCtrlSum>850000", "<DtldCtrlSum>850001"), "bank.file.total"},
		"report, wrong count":          {"pain.002", edit("pain.002", "<DtldNbOfTxs>2", "<DtldNbOfTxs>3"), "bank.file.count"},
		"report, status not counted":   {"pain.002", edit("pain.002", "<TxSts>RJCT", "<TxSts>XXXX"), "bank.file.count"},
		"report, Latin-1":              {"pain.002", edit("pain.002", "STS-", "STS-\xe9"), "bank.file.encoding"},
		"report, says Latin-1":         {"pain.002", edit("pain.002", `encoding="UTF-8"`, `encoding="ISO-8859-1"`), "bank.file.encoding"},
		"report, something after":      {"pain.002", good["pain.002"] + good["pain.002"][38:], "bank.xml.after"},
		"report, about debits":         {"pain.002", edit("pain.002", "<OrgnlMsgNmId>pain.001", "<OrgnlMsgNmId>pain.008"), "bank.xml.about"},
		"report, broken":               {"pain.002", edit("pain.002", "</TxSts>", "</TxStatus>"), "bank.xml.malformed"},
		"report, deep":                 {"pain.002", edit("pain.002", "<GrpHdr>", strings.Repeat("<a>", 100)), "bank.xml.deep"},
		"report, endless":              {"pain.002", edit("pain.002", "STS-", strings.Repeat("x", 3<<20)), "bank.xml.long"},
		"report, all rejected":         {"pain.002", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.11"><CstmrPmtStsRpt><GrpHdr><CreDtTm>2026-03-02T05:00:00Z</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`, "bank.xml.all_rejected"},
		"statement cut off":            {"camt.053", cut("camt.053", 5), "bank.xml.truncated"},
		"statement, a missing entry":   {"camt.053", edit("camt.053", good["camt.053"][strings.Index(good["camt.053"], "<Ntry>"):strings.Index(good["camt.053"], "</Ntry>")+7], ""), "bank.file.balance"},
		"statement, another amount":    {"camt.053", edit("camt.053", ">600000<", ">600001<"), "bank.file.balance"},
		"statement, wrong count":       {"camt.053", edit("camt.053", "<NbOfNtries>3", "<NbOfNtries>4"), "bank.file.count"},
		"statement, no balance":        {"camt.053", edit("camt.053", "CLBD", "XPCD"), "bank.file.no_balance"},
		"statement, dollars":           {"camt.053", edit("camt.053", `Ccy="IDR"`, `Ccy="USD"`), "bank.file.currency"},
		"statement, another batch":     {"camt.053", edit("camt.053", "PKH-2026-01-01-000002", "PKH-2026-02-01-000002"), "bank.file.other_batch"},
		"statement, another version":   {"camt.053", edit("camt.053", "camt.053.001.08", "camt.053.001.02"), "bank.xml.version"},
		"statement, no direction":      {"camt.053", strings.Replace(good["camt.053"], "<Amt Ccy=\"IDR\">600000</Amt>\n   <CdtDbtInd>DBIT", "<Amt Ccy=\"IDR\">600000</Amt>\n   <CdtDbtInd>BOTH", 1), "bank.xml.direction"},
		"statement, none of ours":      {"camt.053", strings.ReplaceAll(good["camt.053"], "PKH-2026-01-01-", "FEE"), "bank.file.no_batch"},
		"MT940 cut off":                {"mt940", good["mt940"][:strings.Index(good["mt940"], ":62F:")], "bank.swift.truncated"},
		"MT940, wrong total":           {"mt940", edit("mt940", "D600000,00", "D600001,00"), "bank.file.balance"},
		"MT940, dollars":               {"mt940", edit("mt940", "IDR", "USD"), "bank.file.currency"},
		"MT940, sen":                   {"mt940", edit("mt940", "D600000,00", "D600000,50"), "bank.file.amount"},
		"MT940, an odd entry":          {"mt940", edit("mt940", "D600000,00", "X600000,00"), "bank.swift.entry"},
		"MT940, an odd balance":        {"mt940", edit("mt940", ":60F:C", ":60F:Q"), "bank.swift.balance"},
		"MT940, another day":           {"mt940", strings.Replace(good["mt940"], ":61:260302", ":61:261302", 1), "bank.file.time"},
		"MT940, another batch":         {"mt940", edit("mt940", "PKH-2026-01-01-000002", "PKH-2026-02-01-000002"), "bank.file.other_batch"},
		"MT940, Latin-1":               {"mt940", edit("mt940", "/EREF/", "/EREF\xe9/"), "bank.file.encoding"},
		"MT940, two statements in one": {"mt940", edit("mt940", ":61:", ":60F:C260302IDR0,00\r\n:61:"), "bank.swift.truncated"},
		"MT940, none of ours":          {"mt940", strings.ReplaceAll(good["mt940"], "PKH-2026-01-01-", "BIAYA"), "bank.file.no_batch"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Whole(in.Readers().Of([]byte(c.file)), []byte(c.file))
			var f *fault.Error
			if !errors.As(err, &f) || f.Key != c.key || f.Kind != fault.KindInvalid {
				t.Fatalf("%v, want %s", err, c.key)
			}
			if !i18n.Has(i18n.ID, f.Key) || !i18n.Has(i18n.EN, f.Key) {
				t.Errorf("%s has no sentence", f.Key)
			}
			if said := i18n.Error(i18n.ID, f); strings.Contains(said, "{") || len(said) > 400 {
				t.Errorf("the sentence: %s", said)
			}
		})
	}
}

func TestWhatAStatusAndAReasonMean(t *testing.T) {
	in := rule(t)
	type meaning struct {
		Status Status
		Code   Code
	}
	got := map[string]meaning{}
	for _, c := range []string{"ACSC", "ACCC", "ACCP", "PDNG AC06", "RJCT AC01", "RJCT AC04", "RJCT AC06", "RJCT AM09", "RJCT BE01", "RJCT MD07", "RJCT MS03", "RJCT", "RJCT ZZ99", "PART", "XXXX"} {
		status, reason, _ := strings.Cut(c, " ")
		s, code := in.means(status, reason)
		got[c] = meaning{s, code}
	}
	want := map[string]meaning{"ACSC": {Credited, ""}, "ACCC": {Credited, ""}, "ACCP": {Pending, ""}, "PDNG AC06": {Pending, ""}, "RJCT AC01": {Returned, WrongAccount},
		"RJCT AC04": {Returned, ClosedAccount}, "RJCT AC06": {Returned, BlockedAccount}, "RJCT AM09": {Returned, WrongAmount}, "RJCT BE01": {Returned, NameMismatch},
		"RJCT MD07": {Returned, Deceased}, "RJCT MS03": {Returned, NoReason}, "RJCT": {Returned, NoReason}, "RJCT ZZ99": {Returned, "ZZ99"}, "PART": {"PART", ""}, "XXXX": {"XXXX", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestMT940AsBanksWriteIt reads the habits of several banks in one statement.
func TestMT940AsBanksWriteIt(t *testing.T) {
	file := "{1:F01BRINIDJAXXXX0000000000}{2:I940}{4:\r\n" + `:20:STM1
:25:0000000000
:28C:62/1
:60F:C260301IDR5000000,00
:61:2603020302D600000,00NTRFNONREF//FT26061
SITI
:86:TRF PKH-2026-01-01-000001 A.N. SITI
:61:260302D500000,NTRFNONREF
:86:?20EREF PKH-2026-01-01-00?210002?32BUDI
:61:260302C500000,00NRTINONREF
:86:/RTRN/AC04//EREF/PKH-2026-01-01-00
0002/
:61:260302RD250000,00NTRFNONREF
:86:RETUR AC06 PKH-2026-01-01-000003
:61:260302RD1000,00NTRFNONREF
:86:/EREF/PKH-2026-01-01-000006/
:61:260302D7500,00NCHGNONREF
:86:BIAYA ADM
:61:260302D100,00NTRFNONREF
:86:PKH-2026-01-01-000004 PKH-2026-01-01-000005
:61:260302C100,00NTRFNONREF
:86:PKH-2026-01-01-000007
:62M:C260302IDR4643500,00
-}{5:}
{1:F01BRINIDJAXXXX0000000000}{2:I940}{4:
:20:STM2
:25:0000000000
:28C:62/2
:60M:C260302IDR4643500,00
:61:260303D100000,00NTRFNONREF
:86:PKH-2026-01-01-123456
7
:62F:C260303IDR4543500,00
-}
`
	got, err := Whole(Swift{rule(t)}, []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 1, 17, 0, 0, 0, time.UTC)
	want := []Result{
		{6, "PKH-2026-01-01-000001", Credited, "", 600_000, day, nil},
		{9, "PKH-2026-01-01-000002", Credited, "", 500_000, day, nil},
		{11, "PKH-2026-01-01-000002", Returned, ClosedAccount, 500_000, day, nil},
		{14, "PKH-2026-01-01-000003", Returned, BlockedAccount, 250_000, day, nil},
		{16, "PKH-2026-01-01-000006", Returned, NoReason, 1_000, day, nil},
		{18, "BIAYA ADM", Credited, "", 7_500, day, nil},
		{20, "PKH-2026-01-01-000004 PKH-2026-01-01-000005", Credited, "", 100, day, nil},
		{22, "PKH-2026-01-01-000007", "C", "", 100, day, nil},
		{31, "PKH-2026-01-01-123456 7", Credited, "", 100_000, day.AddDate(0, 0, 1), nil},
	}
	if diff := cmp.Diff(want, got.Results); diff != "" || got.Batch != "PKH-2026-01-01" {
		t.Errorf("%s\n%s", got.Batch, diff)
	}
}

// TestABatchBookedEntry reads one debit with two payments in it, a fee, and a
// return whose reason is the bank's own word.
func TestABatchBookedEntry(t *testing.T) {
	file := `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08" xmlns:x="urn:x"><BkToCstmrStmt><GrpHdr><CreDtTm>2026-03-02T12:00:00</CreDtTm></GrpHdr>
<Stmt><Acct><Ccy>IDR</Ccy></Acct><Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="IDR">1000000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="IDR">597500</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="IDR">500000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><Btch><PmtInfId>PKH-2026-01-01</PmtInfId></Btch>
<TxDtls><Refs><EndToEndId>PKH-2026-01-01-000001</EndToEndId></Refs><Amt Ccy="IDR">300000</Amt></TxDtls>
<TxDtls><Refs><EndToEndId>PKH-2026-01-01-000002</EndToEndId></Refs><Amt Ccy="IDR">200000</Amt><x:Extra><x:Amt>9</x:Amt></x:Extra></TxDtls></NtryDtls></Ntry>
<Ntry><NtryRef>FEE1</NtryRef><Amt Ccy="IDR">2500</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry>
<Ntry><Amt Ccy="IDR">100000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls><Refs><EndToEndId>PKH-2026-01-01-000003</EndToEndId></Refs><RtrInf><Rsn><Prtry>TIDAK DITEMUKAN</Prtry></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="IDR">70000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><NtryDtls><TxDtls><Refs><EndToEndId>PKH-2026-01-01-000004</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>`
	got, err := Whole(BankStatement{rule(t)}, []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	want := Return{Batch: "PKH-2026-01-01", At: noon, Results: []Result{
		{1, "PKH-2026-01-01-000001", Credited, "", 300_000, noon, nil},
		{2, "PKH-2026-01-01-000002", Credited, "", 200_000, noon, nil},
		{3, "FEE1", Credited, "", 2_500, noon, nil},
		{4, "PKH-2026-01-01-000003", Returned, "TIDAK DITEMUKAN", 100_000, noon, nil},
		{5, "PKH-2026-01-01-000004", Pending, "", 70_000, noon, nil},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	short := strings.Replace(file, `<Amt Ccy="IDR">200000`, `<Amt Ccy="IDR">190000`, 1)
	if _, err := Whole(BankStatement{rule(t)}, []byte(short)); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("payments that are less than their entry: %v", err)
	}
}

// TestMutatedFilesNeverSayMore changes files at random: whatever is still
// accepted must say of every payment what the true file says of it, or
// something that is queued, unless the change made another whole file.
func TestMutatedFilesNeverSayMore(t *testing.T) {
	in := rule(t)
	for name, good := range written(t) {
		t.Run(name, func(t *testing.T) {
			truth, err := Whole(in.Readers().Of([]byte(good)), []byte(good))
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(t *rapid.T) {
				b := []byte(good)
				lines := bytes.SplitAfter(b, []byte("\n"))
				i, j := rapid.IntRange(0, len(lines)-1).Draw(t, "line"), rapid.IntRange(0, len(lines)-1).Draw(t, "other")
				switch rapid.SampledFrom([]string{"cut", "drop", "double", "swap", "digit"}).Draw(t, "change") {
				case "cut":
					b = b[:rapid.IntRange(0, len(b)-1).Draw(t, "at")]
				case "drop":
					b = bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil)
				case "double":
					b = bytes.Join(slices.Insert(slices.Clone(lines), i, lines[i]), nil)
				case "swap":
					lines = slices.Clone(lines)
					lines[i], lines[j] = lines[j], lines[i]
					b = bytes.Join(lines, nil)
				case "digit":
					b = slices.Clone(b)
					if at := rapid.IntRange(0, len(b)-1).Draw(t, "at"); b[at] >= '0' && b[at] <= '9' {
						b[at] = byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
					}
				}
				got, err := Whole(in.Readers().Of(b), b)
				if err != nil {
					if !fault.Is(err, fault.KindInvalid) {
						t.Fatalf("%v", err)
					}
					return
				}
				for _, r := range got.Results {
					k := slices.IndexFunc(truth.Results, func(x Result) bool { return x.Reference == r.Reference })
					if k < 0 || r.Status != Credited && r.Status != Returned {
						continue // unknown: it is queued
					}
					if true := truth.Results[k]; r.Amount != true.Amount {
						continue // another amount than was asked for: it is queued
					}
					said := slices.IndexFunc(got.Results, func(x Result) bool { return x.Reference == r.Reference && (x.Status != r.Status || x.Code != r.Code) })
					if true := truth.Results[k]; said < 0 && r.Status != true.Status {
						t.Fatalf("says %+v, true is %+v\n%s", r, true, b)
					}
				}
			})
		})
	}
}

// endless gives a status report of n lines without holding it.
func endless(n int) io.Reader {
	const head = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.11"><CstmrPmtStsRpt><GrpHdr><CreDtTm>2026-03-02T05:00:00Z</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId>`
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, head)
		for i := 0; i < n && err == nil; i++ {
			_, err = fmt.Fprintf(w, `<TxInfAndSts><OrgnlEndToEndId>B-%06d</OrgnlEndToEndId><TxSts>ACSC</TxSts><OrgnlTxRef><Amt><InstdAmt Ccy="IDR">600000</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>`, i)
		}
		if err == nil {
			_, err = io.WriteString(w, `</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
		}
		w.CloseWithError(err)
	}()
	return r
}

func TestALongFileTakesNoMoreMemory(t *testing.T) {
	n := 30_000
	if os.Getenv("GOTONG_SOAK") != "" {
		n = 1_000_000
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	lines, most := 0, uint64(0)
	begun := time.Now()
	_, err := StatusReport{rule(t)}.Read(endless(n), func(Result) error {
		if lines++; lines%10_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			most = max(most, after.HeapAlloc)
		}
		return nil
	})
	if err != nil || lines != n {
		t.Fatal(lines, err)
	}
	if grown := int64(most) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	t.Logf("%d lines in %v", n, time.Since(begun))
}

func TestABrokenXMLStreamIsNotTheFilesFault(t *testing.T) {
	good := written(t)["pain.002"]
	_, err := StatusReport{rule(t)}.Read(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(good))), func(Result) error { return nil })
	if !errors.Is(err, iotest.ErrTimeout) || fault.KindOf(err) != fault.KindInternal {
		t.Errorf("%v", err)
	}
}

// TestFilesAreValid holds what is written to the schemas of ISO 20022, where
// the machine has them: GOTONG_ISO20022 names the folder with the XSD files,
// and xmllint validates.
func TestFilesAreValid(t *testing.T) {
	folder := os.Getenv("GOTONG_ISO20022")
	lint, err := exec.LookPath("xmllint")
	if folder == "" || err != nil {
		t.Skip("left out: GOTONG_ISO20022 names no folder with the schemas, or there is no xmllint")
	}
	in := rule(t)
	dir := t.TempDir()
	var order bytes.Buffer
	o := Order{Batch: "PKH-2026-01-01", At: noon, Payments: []Payment{{"PKH-2026-01-01-000001", "BRI", "0012", "Siti & <Budi>", 600_000}}}
	if err := (Initiation{in}).Write(&order, o); err != nil {
		t.Fatal(err)
	}
	good := written(t)
	for schema, b := range map[string]string{"pain.001.001.10": order.String(), "pain.002.001.11": good["pain.002"], "camt.053.001.08": good["camt.053"]} {
		file := filepath.Join(dir, schema+".xml")
		if err := os.WriteFile(file, []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.Command(lint, "--noout", "--schema", filepath.Join(folder, schema+".xsd"), file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s\n%s", schema, err, said, b)
		}
	}
}

func FuzzReturnFiles(f *testing.F) {
	in := rule(f)
	for _, b := range written(f) {
		f.Add([]byte(b))
	}
	f.Add(filled(f, "dibayar"))
	f.Fuzz(func(t *testing.T, b []byte) {
		form := in.Readers().Of(b)
		r, err := Whole(form, b)
		if err != nil {
			if !fault.Is(err, fault.KindInvalid) {
				t.Fatalf("%s: %v", form.Name(), err)
			}
			return
		}
		for _, one := range r.Results {
			if one.Amount < 0 || one.At.IsZero() || r.Batch == "" {
				t.Fatalf("%s: %+v of %q", form.Name(), one, r.Batch)
			}
		}
	})
}

func FuzzParseInitiation(f *testing.F) {
	var b bytes.Buffer
	o := Order{Batch: "B1", At: noon, Payments: []Payment{{"B1-000001", "BRI", "0012", "Siti", 600_000}}}
	if err := (Initiation{rule(f)}).Write(&b, o); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := ParseInitiation(bytes.NewReader(b)); err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Fatal(err)
		}
	})
}
