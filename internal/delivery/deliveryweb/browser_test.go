package deliveryweb

import (
	"net/http/httptest"
	"testing"

	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	s := newSite(t)
	list := s.paid()
	s.post("tari", list+"/ambil")
	draft := s.post("tari", ListsPath+"/baru", "program", "sembako", "tahun", "2026", "periode", "1", "wilayah", "3674")
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": "tari"}, map[string]string{
		"money": MoneyPath, "money-fund": MoneyPath + "/2026/pkh/3674", "money-proof": MoneyPath + "/bukti",
		"paylists": ListsPath, "paylist-new": ListsPath + "/baru", "paylist": list, "paylist-line": list + "/baris/1", "paylist-hold": draft + "/tahan",
		"reconcile": ReconcilePath, "channel": ChannelPath, "claims": ClaimsPath, "claim": s.claim(list), "holds": HoldsPath, "hold-new": HoldsPath + "/baru",
		"routes": RoutesPath, "route-new": RoutesPath + "/baru", "paylist-draft": draft,
	})
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": "citra"}, map[string]string{"paylist-check": draft + "/periksa"})
}
