package registryweb

import (
	"net/http/httptest"
	"testing"

	"gotong/internal/registry/registrytest"
	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	s := newSite(t)
	o := registrytest.NewOffice(60, 8, "3674011001")
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
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": officer}, map[string]string{
		"families": "/keluarga", "families-none": "/keluarga?nama=zzz", "family": To(f.Family.ID), "lookup": "/keluarga/cari",
		"unmask": To(f.Family.ID) + "/buka", "status": To(f.Family.ID) + "/status", "imports": "/impor", "check": checked,
	})
}
