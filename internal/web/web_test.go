package web_test

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"gotong/internal/fault"
	"gotong/internal/web"
)

var errNoSession = fault.NotFound("core.error.not_found")

func newRouter() *web.Router {
	return web.NewRouter(web.Config{
		Sessions: sessions{}, SignIn: "/masuk", SignOut: "/keluar", Search: "/cari",
		Nav: []web.NavGroup{{Items: []web.NavItem{{Key: "core.app", Href: "/"}, {Key: "web.layout.inbox", Href: "/gaya"}}}},
	})
}

// with renders a component around parts, as templ does with children.
func with(around templ.Component, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return around.Render(templ.WithChildren(ctx, templ.Join(parts...)), w)
	})
}
