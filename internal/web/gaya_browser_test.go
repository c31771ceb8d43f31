package web_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/access"
	"gotong/internal/web"
	"gotong/internal/web/webtest"
)

// sessions knows one token a role.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	role := access.Role(token)
	if !role.Valid() {
		return access.Actor{}, errNoSession
	}
	return access.Actor{Login: "sri", Name: "Sri Wahyuni", Roles: []access.Role{role}, Scope: access.Areas("317204")}, nil
}

func stylePage(t *testing.T) string {
	t.Helper()
	rt := newRouter()
	rt.Add(web.Gaya())
	server := httptest.NewServer(rt)
	t.Cleanup(server.Close)
	return server.URL
}

func TestStylePageInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	base := stylePage(t)
	pictures := os.Getenv("GOTONG_PICTURES") // a folder to look at them; none are kept otherwise
	signedIn := map[string]string{"gotong_sesi": string(access.Officer)}

	for name, view := range map[string]webtest.View{
		"desk":  {Cookies: signedIn},
		"dark":  {Cookies: signedIn, Dark: true},
		"phone": {Cookies: signedIn, Width: webtest.Phone.Width, Height: webtest.Phone.Height},
		"paper": {Cookies: signedIn, Paper: true, Width: 794, Height: 1123},
	} {
		t.Run(name, func(t *testing.T) {
			p := browser.Page(t, view, base)
			p.Go(base + "/gaya")
			p.Settle()
			if pictures != "" {
				p.Picture(filepath.Join(pictures, name+".png"))
				if view.Paper {
					p.PDF(filepath.Join(pictures, name+".pdf"))
				}
			}
			for _, v := range p.Axe() {
				t.Error(v)
			}
			for _, c := range p.Complaints() {
				t.Error(c)
			}
			if p.Overflows() {
				t.Error("the page is wider than the window")
			}
		})
	}
}
