package registryweb

import (
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gotong/internal/access"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	s := newSite(t)
	o := registrytest.NewOffice(60, 8, "3674011001")
	delete(o.Families[0], "wall")
	delete(o.Families[0], "floor_area")
	delete(o.Members[0], "diploma")
	registrytest.Bring(t, s.bench, o)
	o.Families[0]["floor"], o.Families[0]["tanggal_data"] = "earth", "2025-05-01"
	registrytest.Bring(t, s.bench, o)
	f := s.families()[0]
	bad := registrytest.NewOffice(5, 9, "3674011002")
	bad.Members[0]["nik"], bad.Families[1]["tanggal_data"] = "9.17E+15", "03/04/2025"
	body, kind := form(t, bad.Files())
	s.send(officer, "POST", "/impor", body, kind)
	checked, _ := RunLink(s.runs.last)
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	family, head := To(f.Family.ID), f.Members[0].ID.String()
	// What is entered by hand shows in the history.
	s.post(operator, family+"/kunjungan", url.Values{"versi": {"2"}, "tanggal": {"2025-05-20"}, "sumber": {"visit"}, "bukti": {"Bertemu ibu"},
		"fakta.floor": {"wood"}, "fakta.working@" + head: {"?"}})
	s.post(operator, family+"/data", url.Values{"versi": {"3"}, "tanggal": {"2025-05-20"}, "bukti": {"KK asli dilihat"}, "alamat": {"Jl. Anggrek 3"}, "rt": {"4"}, "rw": {"2"}})
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": officer}, map[string]string{
		"families": "/keluarga", "families-none": "/keluarga?nama=zzz", "family": family, "lookup": "/keluarga/cari",
		"unmask": family + "/buka", "status": family + "/status", "imports": "/impor", "check": checked,
		"visit": family + "/kunjungan", "visit-asked": family + "/kunjungan?fakta=floor,floor_area,diploma@" + head + ",working@" + head + ",born@" + head,
		"core": family + "/data", "member": family + "/anggota/" + head, "join": family + "/anggota/baru",
		"register-area": "/keluarga/baru?wilayah=3674", "register": "/keluarga/baru?wilayah=3674011001",
	})
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": operator, "gotong_bahasa": "en"}, map[string]string{
		"en-visit": family + "/kunjungan?fakta=wall", "en-core": family + "/data", "en-member": family + "/anggota/" + head, "en-register": "/keluarga/baru", "en-family": family,
	})
}

// tabTo moves the focus on by the keyboard to a field, or to the button that
// sends its form.
func tabTo(t *testing.T, p *webtest.Page, field string) {
	t.Helper()
	for range 100 {
		if webtest.Eval[bool](p, `document.activeElement.matches('[name="`+field+`"], form.form > .acts > .button-main') && (document.activeElement.name || "send") === "`+field+`"`) {
			return
		}
		p.Tab(1)
	}
	t.Fatalf("the keyboard does not lead to %s", field)
}

// A visit is recorded by keyboard alone, in a browser without script: what
// was asked for, then what the form says is missing.
func TestAVisitByKeyboardAlone(t *testing.T) {
	s := newSite(t)
	_, f := s.onRecord()
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	refused(t, server.URL, f)
	p := webtest.Start(t).Page(t, webtest.View{NoScript: true, Cookies: map[string]string{"gotong_sesi": operator}}, server.URL)
	p.Go(server.URL + To(f.Family.ID) + "/kunjungan?fakta=floor_area,wall")
	if weight := p.Weight(); weight > 80_000 {
		t.Errorf("the page weighs %d bytes", weight)
	}
	tabTo(t, p, "fakta.floor_area")
	p.Type("24")
	tabTo(t, p, "fakta.wall")
	p.Type("K") // Kayu, papan, …
	tabTo(t, p, "send")
	p.Leave(func() { p.Type(kb.Enter) })
	if said := p.Text(".error-summary"); !strings.Contains(said, "Tulis dasarnya") {
		t.Fatalf("the form says %q", said)
	}
	tabTo(t, p, "bukti")
	p.Type("Bertemu ibu")
	p.Leave(func() { p.Type(kb.Enter) })
	if at := p.Path(); at != To(f.Family.ID) || !strings.Contains(p.Text("#pesan"), "2 keterangan dicatat") {
		t.Fatalf("it leads to %s: %s", at, p.Text("main"))
	}
	d, err := s.bench.Family(registrytest.Officer(), f.Family.ID, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{"floor_area": "24", "wall": "wood"} {
		i, _ := s.bench.Catalogue().Lookup(indicator.Family, code)
		if v, known := d.Family.Facts.Get(i.No); !known || i.Text(v) != want {
			t.Errorf("%s is %s", code, i.Text(v))
		}
	}
}

// refused looks at a form that was refused, with the facts on record opened.
func refused(t *testing.T, base string, f registry.Record) {
	t.Helper()
	p := webtest.Start(t).Page(t, webtest.View{Cookies: map[string]string{"gotong_sesi": operator}}, base)
	p.Go(base + To(f.Family.ID) + "/kunjungan")
	webtest.Eval[bool](p, `document.querySelectorAll("details.more").forEach(d => d.open = true) || true`)
	p.Fill("#isian-fakta\\.floor_area", "99999")
	p.Leave(func() { p.Type(kb.Enter) })
	p.Await(`document.activeElement.className === "error-summary"`)
	if folder := os.Getenv("GOTONG_PICTURES"); folder != "" {
		p.Picture(folder + "/visit-refused.png")
	}
	for _, v := range p.Axe() {
		t.Error(v)
	}
}
