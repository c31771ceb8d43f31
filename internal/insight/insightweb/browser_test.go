package insightweb

import (
	"net/http/httptest"
	"testing"

	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	server := httptest.NewServer(newSite(t, true).router)
	t.Cleanup(server.Close)
	t.Run("staff", func(t *testing.T) {
		webtest.Look(t, server.URL, map[string]string{"gotong_sesi": "operator:3172"}, map[string]string{
			"home": HomePath, "dashboard": DashboardPath, "dashboard-village": DashboardPath + "?wilayah=3172041004",
		})
	})
	t.Run("nation", func(t *testing.T) {
		webtest.Look(t, server.URL, map[string]string{"gotong_sesi": "planner:*"}, map[string]string{"dashboard-nation": DashboardPath + "?peta=desil"})
	})
	t.Run("public", func(t *testing.T) {
		webtest.Look(t, server.URL, nil, map[string]string{"start": HomePath, "statistics": StatisticsPath + "?wilayah=3674"})
	})
}
