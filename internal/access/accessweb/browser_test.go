package accessweb

import (
	"net/http/httptest"
	"testing"

	"gotong/internal/access"
	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	s := newSite(t)
	s.hire("ani", access.Nation(), access.Admin)
	s.hire("budi", access.Areas("317204", "3674"), access.Treasurer)
	sri := s.hire("sri", access.Areas("3172041004"), access.Operator, access.Facilitator)
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	t.Run("public", func(t *testing.T) {
		webtest.Look(t, server.URL, nil, map[string]string{"sign-in": SignInPath})
	})
	t.Run("staff", func(t *testing.T) {
		webtest.Look(t, server.URL, s.in("ani").cookies, map[string]string{
			"staff": StaffPath, "staff-none": StaffPath + "?cari=zzz", "staff-new": StaffPath + "/baru",
			"staff-edit": StaffPath + "/" + sri.ID.String(), "staff-close": StaffPath + "/" + sri.ID.String() + "/tutup",
			"password": PasswordPath,
		})
	})
}
