package registryweb

import (
	"net/http/httptest"
	"net/url"
	"testing"

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
