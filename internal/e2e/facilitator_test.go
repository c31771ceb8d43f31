package e2e

import (
	"net/http"
	"strings"
	"testing"

	"gotong/internal/registry"
	"gotong/internal/web/webtest"
)

// TestFacilitator sees the families of their own district and no others,
// whichever way they try.
func TestFacilitator(t *testing.T) {
	s := open(t)
	own, err := s.app.Registry.Count(s.as(t, "dinas"), registry.Filter{Area: "317204"})
	if err != nil {
		t.Fatal(err)
	}
	v := s.visitor(t, webtest.Start(t), "pendamping")
	v.press("Keluarga")
	v.reads(dotted(own) + " baris")
	if scope := v.Text(".scope"); scope != "Anda melihat: Cilincing" {
		t.Errorf("the banner says %q", scope)
	}
	for _, row := range webtest.Eval[[]string](v.Page, `[...document.querySelectorAll("tbody tr")].map(r => r.innerText)`) {
		if !strings.Contains(row, "Cilincing") {
			t.Errorf("listed is %q", row)
		}
	}
	for _, area := range webtest.Eval[[]string](v.Page, `[...document.querySelector("#isian-wilayah").options].map(o => o.value).filter(Boolean)`) {
		if !strings.HasPrefix(area, "317204") {
			t.Errorf("to choose from is area %s", area)
		}
	}
	if v.sees("XLSX") {
		t.Error("a list of names can be taken away")
	}

	page, err := s.app.Registry.List(s.as(t, "dinas"), registry.Filter{Area: "3674"}, registry.Cursor{}, 1, "service")
	if err != nil || len(page.Rows) == 0 {
		t.Fatal(err)
	}
	elsewhere := page.Rows[0]
	v.open("/keluarga/" + elsewhere.ID.String())
	v.reads("Tidak ditemukan")
	v.readsNot(elsewhere.HeadName)
	v.open("/keluarga?nama=" + strings.Fields(elsewhere.HeadName)[0])
	v.readsNot(elsewhere.Address)
	if status, _ := body(t, s.client(t, "pendamping"), s.url+"/keluarga?berkas=csv"); status != http.StatusForbidden {
		t.Errorf("the list as a file answers %d", status)
	}
}
