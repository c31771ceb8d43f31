package deliverytest

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"time"

	"gotong/internal/bank"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/delivery"
	"gotong/internal/run"
)

const picture = "\x89PNG\r\n\x1a\n----"

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

// fill fills in the sheet of the first package within packages: by the last
// digit of the line, a result; photo is what its pictures show.
func fill(t *testing.T, packages []byte, results map[string]string, photo string) []byte {
	t.Helper()
	outer, err := zip.NewReader(bytes.NewReader(packages), int64(len(packages)))
	if err != nil {
		t.Fatal(err)
	}
	content := func(f *zip.File) []byte {
		r := must[io.ReadCloser](t)(f.Open())
		return must[[]byte](t)(io.ReadAll(r))
	}
	first := content(outer.File[0])
	inner := must[*zip.Reader](t)(zip.NewReader(bytes.NewReader(first), int64(len(first))))
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name string, b []byte) { must[int](t)(must[io.Writer](t)(z.Create(name)).Write(b)) }
	for _, f := range inner.File {
		if f.Name != "bayar.csv" {
			continue
		}
		rows := must[[][]string](t)(csv.NewReader(bytes.NewReader(content(f))).ReadAll())
		for _, row := range rows {
			if result, ok := results[row[2][max(0, len(row[2])-1):]]; ok && row[0] == "D" {
				copy(row[8:], []string{result, "2026-02-10 09:00", "-6.3", "106.7", "foto.png", "ttd.png"})
			}
		}
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		put("bayar.csv", b.Bytes())
	}
	put("foto.png", []byte(picture+photo))
	put("ttd.png", []byte(picture+"ttd"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
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
		away := fill(t, sheets, map[string]string{no: "tidak_hadir"}, "a")
		if r := w.reconcile(t, away, false); r.Format != "pos" || r.Lines != 1 || r.Explained != 1 || r.Matched != 0 {
			t.Fatalf("nobody was there: %+v %v", r, r.Refused)
		}
		paid := fill(t, sheets, map[string]string{no: "dibayar"}, "a")
		if r := w.reconcile(t, paid, true); r.Matched != 1 {
			t.Fatalf("tried: %+v", r)
		}
		if r := w.reconcile(t, paid, false); r.Matched != 1 || r.Credited != 400_000 {
			t.Fatalf("paid: %+v %v", r, r.Refused)
		}
		if r := w.reconcile(t, paid, false); !r.Known {
			t.Errorf("the same package: %+v", r)
		}
		// The same payment in a larger package of the same payer is known; one
		// of another payer is for people to look at.
		repeated := append([]byte{}, fill(t, sheets, map[string]string{no: "dibayar"}, "a")...)
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
		r := w.reconcile(t, fill(t, sheets, map[string]string{no: "dibayar"}, "another"), false)
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
