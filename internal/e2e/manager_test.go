package e2e

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/web/webtest"
)

// TestDetermination has a manager freeze the register, rank and decide, each
// as a run, and propose what came out; only another manager can enact it.
func TestDetermination(t *testing.T) {
	s := open(t)
	before := s.current(t)
	browser := webtest.Start(t)
	v := s.visitor(t, browser, "pengelola")
	v.press("Penetapan")
	v.press("Penetapan baru")

	v.set("Per tanggal", "2026-01-15")
	v.press("Buat potret data")
	v.reads("Potret data")
	v.awaitEnd()
	v.press("Penetapan")

	v.set("Potret data", "15 Januari 2026")
	v.press("Peringkatkan")
	v.reads("Pemeringkatan")
	v.awaitEnd()
	v.press("Penetapan")

	v.set("Peringkat keluarga", "15 Januari 2026")
	v.press("Hitung penetapan")
	v.reads("Penetapan penerima")
	v.awaitEnd()
	v.press("Penetapan")
	at := v.Path()
	v.reads("Penetapan per 15 Januari 2026", "Terhitung", "Hasil tiap program", "Sidik jari")
	v.line("Program Keluarga Harapan")
	v.countsHold("#program")
	v.readsNot("Sahkan penetapan ini")

	v.fill("Catatan", "Tahap dua tahun 2026.")
	v.press("Usulkan untuk disahkan")
	v.reads("Penetapan diusulkan.", "Diusulkan", "Menunggu orang lain", "Yang mengusulkan tidak boleh mengesahkan")
	v.readsNot("Sahkan penetapan ini")
	// Nor by another way than the page.
	if status := s.post(t, "pengelola", at+"/sahkan"); status == http.StatusSeeOther {
		t.Error("who proposed could enact")
	}
	id, err := ident.Parse(path.Base(at))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := s.app.Determinations.Header(s.as(t, "kepala"), id); err != nil || d.State != determination.Proposed {
		t.Fatalf("the determination is %s: %v", d.State, err)
	}
	if d := s.current(t); d.ID != before.ID {
		t.Error("a proposal is in force")
	}

	head := s.visitor(t, browser, "kepala")
	head.press("1 Penetapan yang menunggu disahkan") // on the home page
	head.press("15 Jan 2026")
	head.reads("Diusulkan oleh pengelola", "Tahap dua tahun 2026.")
	head.press("Sahkan penetapan ini")
	head.reads("Penetapan disahkan.", "Ditetapkan")
	if d := s.current(t); d.ID != id || d.ProposedBy != "pengelola" || d.DecidedBy != "kepala" {
		t.Errorf("in force is %v, proposed by %s, enacted by %s", d.ID, d.ProposedBy, d.DecidedBy)
	}
}

// countsHold follows each count of a table to the list behind it, which must
// be as long.
func (v *visitor) countsHold(css string) {
	v.t.Helper()
	type count struct{ Href, Said string }
	all := webtest.Eval[[]count](v.Page, `[...document.querySelectorAll("`+css+` td a")].map(a => ({Href: a.getAttribute("href"), Said: a.innerText}))`)
	if len(all) == 0 {
		v.t.Errorf("%s leads to no list", v.Path())
	}
	c := v.site.client(v.t, "pengelola")
	for _, x := range all {
		if _, page := body(v.t, c, v.site.url+x.Href); !strings.Contains(page, ">"+x.Said+" baris<") && !strings.Contains(x.Href, "/kunjungan") { // visits are counted by family
			v.t.Errorf("%s leads to a list that is not of %s", x.Href, x.Said)
		}
	}
}
