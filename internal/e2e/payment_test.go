package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"testing"
	"time"

	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/web/webtest"
)

// TestPayment pays a programme's second instalment: three people, the bank's
// file, its two answers, and one exception that two people resolve.
func TestPayment(t *testing.T) {
	s := open(t)
	browser := webtest.Start(t)
	maker := s.visitor(t, browser, "bendahara")
	maker.press("Daftar bayar")
	maker.press("Daftar bayar baru")
	maker.set("Program", "Sembako")
	maker.fill("Tahun anggaran", "2026")
	maker.fill("Periode ke berapa", "2")
	maker.set("Wilayah", "Tangerang Selatan")
	maker.press("Susun daftar")
	maker.awaitEnd()
	maker.press("Daftar bayar")
	at := maker.Path()
	id, err := ident.Parse(path.Base(at))
	if err != nil {
		t.Fatal(err)
	}
	l := s.payList(t, id)
	maker.reads(l.Number, "2026-02", "Disusun", "Baris", "Sidik daftar")
	if maker.sees("Periksa") {
		t.Error("who made the list is asked to check it")
	}
	// Nor by another way than the page.
	if status := s.post(t, "bendahara", at+"/periksa", "sidik", fmt.Sprintf("%x", l.Digest)); status != http.StatusForbidden {
		t.Errorf("who made the list checks it, and is answered %d", status)
	}

	maker.press("Tanya rekening ke bank")
	maker.reads("Rekening diperiksa.")
	l = s.payList(t, id)

	checker := s.visitor(t, browser, "ppk")
	checker.open(at)
	checker.press("Periksa")
	checker.reads("Periksa daftar "+l.Number, "Dengan menandatangani")
	checker.press("Tandatangani")
	checker.reads("Daftar diperiksa dan ditandatangani.")
	if status := s.post(t, "ppk", at+"/lepas", "baris", "1", "jumlah", "1"); status != http.StatusForbidden {
		t.Errorf("who checked the list releases it, and is answered %d", status)
	}

	releaser := s.visitor(t, browser, "kpa")
	releaser.press("1") // list that waits for the releaser's hand
	releaser.press(l.Number)
	releaser.press("Lepas uang")
	releaser.reads("Lepas uang daftar "+l.Number, "Akan dibayar", "Pagu yang ada", "Sisa pagu sesudahnya")
	releaser.press("Lepas Rp")
	releaser.reads("Uang dilepas.")

	maker.open(at)
	maker.press("Buat berkas bank")
	maker.reads("Berkas bank dibuat.", "Siap dikirim")
	maker.press("Kirim ke bank")
	maker.reads("Daftar tidak akan dikirim dua kali.")
	maker.press("Kirim ")
	maker.reads("Bank sudah menerima berkas.")
	maker.press("Ambil berkas kembali")
	maker.reads("Belum ada berkas kembali yang baru.")
	if o := s.payList(t, id); o.Sums.Of(delivery.OnTheWay).Lines == 0 || o.Status != delivery.Sent {
		t.Fatalf("the list is %s, %d lines on the way", o.Status, o.Sums.Of(delivery.OnTheWay).Lines)
	}

	s.clock.turn(2 * time.Hour) // the bank's first answer
	maker.signIn("bendahara", s.passwords["bendahara"])
	maker.open(at)
	maker.press("Ambil berkas kembali")
	maker.reads("Berkas kembali diambil;")
	s.bringLast(t, maker, id)

	o := s.payList(t, id)
	if len(o.Returns) != 2 || o.Status != delivery.Settled {
		t.Errorf("the list is %s after %d return files", o.Status, len(o.Returns))
	}
	var lines int64
	for _, f := range o.Returns {
		lines += f.Matched
		if f.Lines != f.Matched+f.Explained+f.Queued {
			t.Errorf("%s: of %d lines %d match, %d are known and %d queued", f.Name, f.Lines, f.Matched, f.Explained, f.Queued)
		}
	}
	if sent := o.File.Lines; lines != sent || o.Sums.Of(delivery.Credited, delivery.ReturnedIt).Lines != sent {
		t.Errorf("of %d lines sent %d match", sent, lines)
	}
	s.settleException(t, browser, id)

	maker.open("/uang/bukti")
	maker.reads("Pembukuan terbukti benar")
}

// bringLast has the treasurer upload the bank's second answer by hand, see
// what it would do, and take it.
func (s *site) bringLast(t *testing.T, v *visitor, id ident.ID) {
	t.Helper()
	s.clock.turn(25 * time.Hour)
	all, err := s.app.Bank.Statements(t.Context(), s.payList(t, id).File.Batch)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d statements, %v", len(all), err)
	}
	last, err := bank.ParseReturn(bytes.NewReader(all[1].File))
	if err != nil {
		t.Fatal(err)
	}
	v.signIn("bendahara", s.passwords["bendahara"])
	v.press("Rekonsiliasi")
	v.upload("Berkas", file(t, all[1].Name, string(all[1].File)))
	v.press("Uji berkas")
	v.awaitEnd()
	v.press("Lihat hasil")
	v.reads("Ini uji coba. Belum ada yang berubah.")
	if n := len(s.payList(t, id).Returns); n != 1 {
		t.Fatalf("a trial leaves %d return files", n)
	}
	v.press(fmt.Sprintf("Catat hasilnya (%d baris cocok)", len(last.Results)))
	v.awaitEnd()
	v.press("Lihat hasil")
	v.reads("Berkas sudah dicatat.")
}

// settleException has the treasurer propose what to do with a line that came
// back, and the checker agree.
func (s *site) settleException(t *testing.T, b *webtest.Browser, list ident.ID) {
	t.Helper()
	find := func(status delivery.ExceptionStatus) []delivery.Exception {
		all, _, err := s.app.Delivery.Exceptions(s.as(t, "bendahara"), delivery.ExceptionFilter{ListID: list, Status: status, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	open := find(delivery.Open)
	back := slices.IndexFunc(open, func(e delivery.Exception) bool { return slices.Contains(e.Code.Actions(), delivery.Reissue) })
	if back < 0 {
		t.Fatal("nothing came back from the bank")
	}
	at := "/rekonsiliasi/masalah/" + open[back].ID.String()
	maker := s.visitor(t, b, "bendahara")
	maker.open("/rekonsiliasi")
	maker.reads("Umur masalah")
	maker.open(at)
	maker.pick("Bayar ulang")
	maker.fill("Alasan", "Rekening sudah diaktifkan.")
	maker.press("Kirim usul")
	maker.reads("Usul dikirim. Orang lain harus menyetujuinya.", "Menunggu persetujuan")
	if maker.sees("Setujui") {
		t.Error("who proposed is asked to agree")
	}

	checker := s.visitor(t, b, "ppk")
	checker.open(at)
	checker.reads("bendahara mengusulkan: Bayar ulang.", "Rekening sudah diaktifkan.")
	checker.press("Setujui")
	checker.reads("Masalah diselesaikan.")
	checker.open(at)
	checker.reads("Selesai", "Disetujui ppk")
	if n := len(find(delivery.Open)); n != len(open)-1 {
		t.Errorf("%d exceptions wait, of %d before", n, len(open))
	}
}

func (s *site) payList(t *testing.T, id ident.ID) *delivery.Overview {
	t.Helper()
	o, err := s.app.Delivery.Overview(s.as(t, "bendahara"), id)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// post sends a form without a browser and returns the status.
func (s *site) post(t *testing.T, login, path string, pairs ...string) int {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	answer, err := s.client(t, login).PostForm(s.url+path, form)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}
