package auditweb

import (
	"net/http/httptest"
	"testing"

	"gotong/internal/access"
	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	server := httptest.NewServer(newSite(t, 30).router)
	t.Cleanup(server.Close)
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": string(access.Auditor)}, map[string]string{
		"audit": Path, "audit-verify": VerifyPath,
	})
}
