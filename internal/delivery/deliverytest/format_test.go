package deliverytest

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
)

// truthful holds the lines of a list to what the bank really did.
func (w *World) truthful(t tb, l *delivery.PayList) (settled int) {
	t.Helper()
	truth := map[string]bank.Tally{}
	for _, b := range must[[]bank.Tally](t)(w.Bank.Tallies()) {
		truth[b.Reference] = b
	}
	for _, i := range must[[]delivery.Instruction](t)(w.Lines(As("tari"), l.ID, delivery.LineFilter{Limit: 500})) {
		b := truth[delivery.Reference(l.Number, i.LineNo)]
		switch i.Status {
		case delivery.OnTheWay, delivery.Held:
			continue
		case delivery.Credited:
			if b.Credits != 1 {
				t.Fatalf("line %d was matched as credited, falsely", i.LineNo)
			}
		default:
			if b.Credits != 0 || delivery.Code(b.Code) != i.Code {
				t.Fatalf("line %d was matched as returned for %s, the bank did %+v", i.LineNo, i.Code, b)
			}
		}
		settled++
	}
	return settled
}

// TestAListByEveryForm carries the same list by files of every form.
func TestAListByEveryForm(t *testing.T) {
	for _, c := range []struct {
		orders, reply, ending string
		formats               []string
	}{
		{"iso20022", "", ".xml", []string{"pain.002", "camt.053"}},
		{"iso20022", "camt.053", ".xml", []string{"camt.053", "camt.053"}},
		{"csv", "mt940", ".csv", []string{"mt940", "mt940"}},
	} {
		t.Run(c.orders+" "+c.reply, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := New(t, d, Options{Families: 60, Seed: 3, Orders: c.orders, Bank: bank.Options{Rates: rates, Reply: c.reply, Later: 24 * time.Hour}})
				w.allot(t, "sembako", 1_000_000_000)
				l := w.sent(t, "sembako", january)
				if f := w.overview(t, l).File; filepath.Ext(f.Name) != c.ending {
					t.Fatalf("the order file is %s", f.Name)
				}
				var formats []string
				for range 2 {
					for _, r := range w.collect(t, l) {
						if r.Refused != nil || r.Queued > 0 {
							t.Fatalf("%+v", r)
						}
						formats = append(formats, r.Format)
					}
					w.Clock.Advance(48 * time.Hour)
				}
				if diff := cmp.Diff(c.formats, formats); diff != "" {
					t.Error(diff)
				}
				if n := w.truthful(t, l); n < 50 {
					t.Errorf("only %d lines were settled", n)
				}
				w.sound(t)
			})
		})
	}
}

// TestAFileThatReplacesAnotherHasItsOwnNumber keeps the batch, by which the
// bank would refuse a second one.
func TestAFileThatReplacesAnotherHasItsOwnNumber(t *testing.T) {
	d := dbtest.SQLite(t)
	w := New(t, d, Options{Families: 4, Seed: 1, Orders: "iso20022"})
	w.allot(t, "sembako", 10_000_000)
	l := w.released(t, "sembako", january)
	first := must[*delivery.PaymentFile](t)(w.ExportBankFile(As("tari"), l.ID))
	_, carried, err := w.BankFile(All("x"), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.Town.Blocks[w.Town.Families[1].Payee] = delivery.Dead
	second := must[*delivery.PaymentFile](t)(w.Send(As("tari"), l.ID))
	if first.Name != l.Number+".xml" || second.Name != l.Number+".2.xml" {
		t.Errorf("%s, then %s", first.Name, second.Name)
	}
	if _, err := w.Bank.Submit(As("tari"), carried); err == nil {
		t.Error("the bank takes the file that was replaced too")
	}
	w.sound(t)
}

// records cuts a file into what comes before its lines, the lines, and what
// follows them.
func records(form string, b []byte) (head string, lines []string, tail string) {
	begin, end := map[string]string{"pain.002": "<TxInfAndSts>", "camt.053": "<Ntry>", "mt940": ":61:"}[form], map[string]string{"pain.002": "</TxInfAndSts>", "camt.053": "</Ntry>", "mt940": ""}[form]
	parts := strings.Split(string(b), begin)
	head = parts[0]
	for _, p := range parts[1:] {
		lines = append(lines, begin+p)
	}
	last := lines[len(lines)-1]
	at := strings.Index(last, ":62F:")
	if end != "" {
		at = strings.Index(last, end) + len(end)
	}
	lines[len(lines)-1], tail = last[:at], last[at:]
	return head, lines, tail
}

// TestMutatedFilesOfEveryForm is TestMutatedFiles for the other forms.
func TestMutatedFilesOfEveryForm(t *testing.T) {
	oneAtATime(t)
	for _, form := range []string{"pain.002", "camt.053", "mt940"} {
		t.Run(form, func(t *testing.T) {
			d := dbtest.SQLite(t)
			w := New(t, d, Options{Families: 40, Seed: 5, Bank: bank.Options{Rates: rates, Reply: form}})
			w.allot(t, "sembako", 1_000_000_000)
			l := w.sent(t, "sembako", january)
			good := w.answer(t, l)
			random := rand.New(rand.NewPCG(7, 9))
			refused := 0
			rounds := soak(200, 4_000)
			for round := range rounds {
				head, lines, tail := records(form, good)
				for range 1 + random.IntN(2) {
					i, j := random.IntN(len(lines)), random.IntN(len(lines))
					switch random.IntN(6) {
					case 0:
						lines = append(lines, lines[i])
					case 1:
						lines = slices.Delete(lines, i, i+1)
					case 2:
						lines[i] = strings.Replace(lines[i], "400000", "410000", 1)
					case 3:
						lines[i], lines[j] = lines[j], lines[i]
					case 4:
						lines[i] = strings.NewReplacer("ACSC", "XXXX", "BOOK", "XXXX", ":61:260202D", ":61:260202RC", "AC0", "ZZ0").Replace(lines[i])
					case 5:
						lines[i] = strings.Replace(lines[i], "SEMBAKO-2026-01-01-0000", "SEMBAKO-2026-01-01-0090", 1)
					}
				}
				if random.IntN(2) == 0 {
					head = uncounted(head)
				}
				file := []byte(head + strings.Join(lines, "") + tail)
				if random.IntN(5) == 0 {
					file = file[:random.IntN(len(file))]
				}
				r := w.reconcile(t, file, round%4 != 0)
				if r.Lines != r.Matched+r.Explained+r.Queued+r.Rejected {
					t.Fatalf("lines are lost: %+v", r)
				}
				if r.Refused != nil {
					refused++
				}
			}
			if refused < rounds/10 {
				t.Errorf("of %d files %d were refused: the mutations are too tame", rounds, refused)
			}
			w.truthful(t, l)
			w.sound(t)
		})
	}
}

// uncounted takes away what a report says of itself, so that the damage gets
// through to the lines.
func uncounted(head string) string {
	for {
		from, to := strings.Index(head, "<NbOfTxsPerSts>"), strings.Index(head, "</NbOfTxsPerSts>")
		if from < 0 {
			return head
		}
		head = head[:from] + head[to+len("</NbOfTxsPerSts>"):]
	}
}

// TestSwappedFiles gives a file of one list where another's is expected, an
// order instead of its answer, and the same file under another name.
func TestSwappedFiles(t *testing.T) {
	d := dbtest.SQLite(t)
	w := New(t, d, Options{Families: 8, Seed: 2, Orders: "iso20022"})
	w.allot(t, "sembako", 1_000_000_000)
	l := w.sent(t, "sembako", january)
	good := w.answer(t, l)
	_, order, err := w.BankFile(All("x"), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	unsent := bytes.ReplaceAll(good, []byte(l.Number), []byte("SEMBAKO-2026-02-01"))
	for name, c := range map[string]struct {
		file []byte
		key  string
	}{"the order itself": {order, "bank.xml.version"}, "another batch": {unsent, "delivery.no_list"}} {
		if r := w.reconcile(t, c.file, false); r.Refused == nil || r.Refused.Key != c.key || r.Matched != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := w.reconcile(t, good, false); r.Refused != nil || r.Matched != 8 {
		t.Fatalf("%+v", r)
	}
	if r := w.reconcile(t, good, false); !r.Known {
		t.Errorf("the same again: %+v", r)
	}
	w.sound(t)
}
