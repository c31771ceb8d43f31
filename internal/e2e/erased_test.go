package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/fault"
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
		return
	}
	t.Fatal("money stands in the way of every family")
}
