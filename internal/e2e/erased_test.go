package e2e

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/web/webtest"
)

// TestWhatAnErasureLeftIsSaid has two officers erase a family that nothing is
// owed to, and opens the page that tells the citizen what went and what stays.
func TestWhatAnErasureLeftIsSaid(t *testing.T) {
	s := open(t)
	page, err := s.app.Registry.List(s.as(t, "dinas"), registry.Filter{Area: "3674", Status: registry.FamilyActive}, registry.Cursor{}, 200, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Rows {
		req := registry.Request{Kind: registry.Erasure, Family: row.ID,
			Basis: registry.Basis{On: s.app.Registry.Today().String(), Source: registry.SourceOffice, Document: "request", Evidence: "no. 1"}}
		out, err := s.app.Registry.Do(s.as(t, "dinas"), req)
		if req.Basis.Read = out.Mark(); err == nil && req.Basis.Read != "" {
			out, err = s.app.Registry.Do(s.as(t, "dinas"), req)
		}
		if fault.Is(err, fault.KindConflict) {
			continue // something is owed to it
		}
		if err != nil {
			t.Fatal(err)
		}
		if out, err = s.app.Registry.Approve(s.as(t, "pengelola"), out.Proposed, ""); err != nil {
			t.Fatal(err)
		}
		v := s.visitor(t, webtest.Start(t), "dinas")
		v.Go(s.url + "/peristiwa/" + out.Event.String())
		if dir := os.Getenv(screensEnv); dir != "" {
			v.Picture(filepath.Join(dir, "penghapusan.png"))
		}
		text := webtest.Eval[string](v.Page, "document.body.innerText")
		for _, want := range []string{"Apa yang dihapus", "Nama, tanggal lahir", "Potret data tanpa nama", "agar riwayat tidak dapat dipalsukan"} {
			if !strings.Contains(text, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if strings.Contains(text, row.HeadName) {
			t.Error("the page names who was erased")
		}
		for _, finding := range v.Axe() {
			t.Error(finding)
		}
		s.certified(t, out.Event, row.HeadName)
		return
	}
	t.Fatal("money stands in the way of every family")
}

// certified has the certificate printed from the event's page: the paper says
// what went, names nobody, and anybody can prove it.
func (s *site) certified(t *testing.T, event ident.ID, name string) {
	t.Helper()
	officer := s.client(t, "dinas")
	if status, _ := post(t, officer, s.url+"/dokumen", url.Values{"tentang": {event.String()}, "jenis": {"hapus"}, "bahasa": {"id"}}); status != http.StatusSeeOther {
		t.Fatalf("printing the certificate answers %d", status)
	}
	all, _, err := s.app.Documents.List(s.as(t, "dinas"), document.Filter{Kinds: []document.Kind{document.Erased}, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Subject != event.String() {
			continue
		}
		status, pdf := body(t, officer, s.url+"/dokumen/"+d.ID.String()+"/pdf")
		if text := unpacked(t, []byte(pdf)); status != http.StatusOK || bytes.Contains(text, []byte(name)) {
			t.Errorf("%d; the certificate names who was erased", status)
		}
		status, page := post(t, s.client(t, ""), s.url+"/verifikasi", url.Values{"kode": {d.Seal}})
		if status != http.StatusOK || !strings.Contains(page, d.Number) {
			t.Errorf("%d: nobody can prove the certificate", status)
		}
		return
	}
	t.Error("no certificate is in the register of papers")
}
