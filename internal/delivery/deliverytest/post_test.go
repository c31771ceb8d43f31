package deliverytest

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"time"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/run"
)

// byPost has a list paid by the post office, sent.
func (w *World) byPost(t tb) *delivery.PayList {
	t.Helper()
	l := w.sent(t, "sembako", january)
	w.Clock.Advance(2 * time.Hour)
	w.collect(t, l)
	all, _, err := w.Exceptions(As("tari"), delivery.ExceptionFilter{Code: delivery.Code(bank.BlockedAccount), Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		w.resolve(t, e.ID, delivery.ByPost)
	}
	post := must[*delivery.PayList](t)(w.MakePayList(As("tari"), delivery.Order{Programme: "sembako", Period: january, Means: delivery.Post}, run.Silent{}))
	w.pay(t, post)
	return post
}

// TestThePostOfficePays gives sheets out, and takes them back part by part,
// twice, and from two payers who both say that they paid.
func TestThePostOfficePays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, Options{Families: 3, Seed: 1, Bank: bank.Options{First: time.Hour, Judge: func(bank.Payment) bank.Code { return bank.BlockedAccount }}})
		w.allot(t, "sembako", 50_000_000)
		l := w.byPost(t)
		if _, _, err := w.SheetPackages(As("oki"), l.ID, strings.ToUpper); err == nil {
			t.Error("an operator may not have the sheets")
		}
		name, sheets, err := w.SheetPackages(All("x"), l.ID, strings.ToUpper)
		if err != nil {
			t.Fatal(err)
		}
		if _, again, err := w.SheetPackages(All("x"), l.ID, strings.ToUpper); err != nil || !bytes.Equal(sheets, again) || name != l.Number+"-lembar-bayar.zip" {
			t.Errorf("%s: the same list has other bytes, %v", name, err)
		}
		all := must[[]bank.Sheet](t)(w.Sheets(All("x"), l.ID))
		if len(all) != 3 || all[0].Day.String() != "2026-02-09" || all[0].Place >= all[1].Place {
			t.Fatalf("%+v", all)
		}
		line := all[0].Lines[0].Reference
		no := line[len(line)-1:]
		away := Filled(t, sheets, map[string]string{no: "tidak_hadir"}, "a")
		if r := w.reconcile(t, away, false); r.Format != "pos" || r.Lines != 1 || r.Explained != 1 || r.Matched != 0 {
			t.Fatalf("nobody was there: %+v %v", r, r.Refused)
		}
		paid := Filled(t, sheets, map[string]string{no: "dibayar"}, "a")
		if r := w.reconcile(t, paid, true); r.Matched != 1 {
			t.Fatalf("tried: %+v", r)
		}
		if r := w.reconcile(t, paid, false); r.Matched != 1 || r.Credited != 400_000 {
			t.Fatalf("paid: %+v %v", r, r.Refused)
		}
		w.pictured(t, l, line)
		if r := w.reconcile(t, paid, false); !r.Known {
			t.Errorf("the same package: %+v", r)
		}
		// The same payment in a larger package of the same payer is known; one
		// of another payer is for people to look at.
		repeated := append([]byte{}, Filled(t, sheets, map[string]string{no: "dibayar"}, "a")...)
		var zipped bytes.Buffer
		z := zip.NewWriter(&zipped)
		old := must[*zip.Reader](t)(zip.NewReader(bytes.NewReader(repeated), int64(len(repeated))))
		for _, f := range old.File {
			if err := z.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
		must[io.Writer](t)(z.Create("catatan.txt"))
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if r := w.reconcile(t, zipped.Bytes(), false); r.Explained != 1 || r.Queued != 0 {
			t.Errorf("the same payment again: %+v %v", r, r.Refused)
		}
		r := w.reconcile(t, Filled(t, sheets, map[string]string{no: "dibayar"}, "another"), false)
		if r.Queued != 1 || r.Queue[0].Reason != delivery.DoubleProof {
			t.Errorf("two payers: %+v", r)
		}
		if r := w.reconcile(t, paid[:len(paid)/2], false); r.Refused == nil || r.Refused.Key != "bank.post.broken" {
			t.Errorf("cut off: %+v", r)
		}
		if s := w.overview(t, l).Sums; s[delivery.Credited].Lines != 1 || s[delivery.OnTheWay].Lines != 2 {
			t.Errorf("%+v", s)
		}
		refuses(t, d, map[string][]string{"another proof": {"UPDATE post_proof AS p SET lat = '0' WHERE EXISTS (SELECT 1 FROM pay_list l WHERE l.id = p.list_id AND {scope l.area})"}})
		w.sound(t)
	})
}

// pictured looks at the proof of a line that was paid, picture by picture:
// who may see the money of its area may, and every look is in the log.
func (w *World) pictured(t *testing.T, l *delivery.PayList, reference string) {
	t.Helper()
	no, ok := delivery.ParseReference(l.Number, reference)
	if !ok {
		t.Fatal(reference)
	}
	trace := must[*delivery.Trace](t)(w.Trace(As("aulia"), l.ID, no))
	if len(trace.Proofs) != 1 || trace.Proofs[0].Photo == "" || trace.Proofs[0].Signature == "" || trace.Proofs[0].Lat == "" || trace.Proofs[0].Verdict != delivery.Matched {
		t.Fatalf("%+v", trace.Proofs)
	}
	for _, sum := range []string{trace.Proofs[0].Photo, trace.Proofs[0].Signature} {
		b := must[[]byte](t)(w.Picture(As("aulia"), l.ID, no, sum))
		if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
			t.Errorf("another picture: %d bytes", len(b))
		}
		if _, err := w.Picture(As("gita"), l.ID, no, sum); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("from another area: %v", err)
		}
		if _, err := w.Picture(As("aulia"), l.ID, no%3+1, sum); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("of another line: %v", err)
		}
	}
	for _, sum := range []string{"", strings.Repeat("0", 64), "../kunci"} {
		if _, err := w.Picture(As("aulia"), l.ID, no, sum); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%q: %v", sum, err)
		}
	}
}
