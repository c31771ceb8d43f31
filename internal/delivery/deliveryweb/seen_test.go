package deliveryweb

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/run"
)

// TestWhatAPayerShowed opens the photo and the signature by which the post
// office paid, on the page of the payment, as those who may and may not.
func TestWhatAPayerShowed(t *testing.T) {
	s := newSite(t)
	w := s.world
	as := deliverytest.As
	r, err := w.ProposeRoute(as("tari"), delivery.Proposal{FamilyID: w.Town.Families[0].ID, Programme: "pkh", Kind: delivery.ViaPost, Evidence: "BA-1", Note: "tidak ada bank"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.DecideRoute(as("citra"), r.ID, true); err != nil {
		t.Fatal(err)
	}
	s.post("rudi", MoneyPath+"/pagu", "program", "pkh", "tahun", "2026", "jumlah", "1.000.000.000", "dokumen", "DIPA-1")
	list := s.post("tari", ListsPath+"/baru", "program", "pkh", "tahun", "2026", "periode", "1", "wilayah", "3674", "cara", "post")
	s.post("citra", list+"/periksa", hidden(s.get("citra", list+"/periksa"))...)
	s.post("rudi", list+"/lepas", hidden(s.get("rudi", list+"/lepas"))...)
	s.post("tari", list+"/potong")
	s.post("tari", list+"/kirim")
	id := idIn(t, list)
	_, sheets, err := w.SheetPackages(deliverytest.All("x"), id, strings.ToUpper)
	if err != nil {
		t.Fatal(err)
	}
	if page := s.get("aulia", list+"/baris/1"); strings.Contains(page, "<img") {
		t.Error("there are pictures before anything was paid")
	}
	results := map[string]string{"1": "dibayar"}
	if done, err := w.Reconcile(as("tari"), "paket.zip", bytes.NewReader(deliverytest.Filled(t, sheets, results, "a")), false, run.Silent{}); err != nil || done.Matched != 1 {
		t.Fatalf("%+v %v", done, err)
	}
	page := s.get("aulia", list+"/baris/1", "Bukti dari juru bayar", "-6.300000, 106.700000", "paket.zip", "Foto penyerahan")
	sources := regexp.MustCompile(`<img src="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(sources) != 2 {
		t.Fatalf("%d pictures", len(sources))
	}
	for _, src := range sources {
		w := s.send("aulia", "GET", src[1], nil)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || !bytes.HasPrefix(w.Body.Bytes(), []byte("\x89PNG")) {
			t.Errorf("%s: %d %s", src[1], w.Code, w.Header())
		}
		if w := s.send("gita", "GET", src[1], nil); w.Code != http.StatusNotFound {
			t.Errorf("from another area: %d", w.Code)
		}
		if w := s.send("oki", "GET", src[1], nil); w.Code != http.StatusForbidden {
			t.Errorf("as an operator: %d", w.Code)
		}
	}
	if w := s.send("aulia", "GET", list+"/baris/1/gambar/x", nil); w.Code != http.StatusNotFound {
		t.Errorf("no such picture: %d", w.Code)
	}
}
