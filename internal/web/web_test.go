package web_test

import (
	"gotong/internal/fault"
	"gotong/internal/web"
)

var errNoSession = fault.NotFound("core.error.not_found")

func newRouter() *web.Router {
	return web.NewRouter(web.Config{
		Sessions: sessions{}, SignIn: "/masuk", SignOut: "/keluar", Search: "/cari",
		Nav: []web.NavItem{{Key: "core.app", Href: "/"}, {Key: "web.layout.inbox", Href: "/gaya"}},
	})
}
