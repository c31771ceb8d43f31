package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/i18n"
)

// NavGroup is a part of the staff menu.
type NavGroup struct {
	Key   string // of its heading's sentence; "" has no heading
	Items []NavItem
}

// NavItem is one entry of the staff menu.
type NavItem struct {
	Key        string            // of its sentence, such as registry.nav.families
	Href       string            // path of the page
	Permission access.Permission // who sees it; "" is every member of staff
}

// Crumb is one step of the way from the home page to this one.
type Crumb struct{ Label, Href string }

// Base is what every page shows around its own content. Page structs embed
// it; Request.Base fills it.
type Base struct {
	Title    string
	Lang     i18n.Lang
	Actor    access.Actor
	SignedIn bool
	Public   bool // a page for citizens: system typeface, no script, no menu
	Scope    string
	Nav      []MenuGroup
	Crumbs   []Crumb
	Flash    []Flash
	Inbox    int // −1 shows no count
	Density  Density
	Refresh  int // seconds after which a browser without script loads the page anew; 0 never

	path     string // of this page with its query
	search   string
	query    string
	signIn   string
	signOut  string
	password string
	style    string
	font     string
	fontFace string
	script   string
}

// MenuGroup is a part of the menu as this page shows it.
type MenuGroup struct {
	Title string
	Items []Nav
}

// Nav is a menu entry as this page shows it.
type Nav struct {
	Label   string
	Href    string
	Current bool
}

// Base returns the surroundings of the page that answers r, with a title in
// the page's language.
func (r *Request) Base(title string) Base {
	c, assets := r.site.config, r.site.assets
	b := Base{
		Title: title, Lang: r.Lang, Actor: r.Actor, SignedIn: r.SignedIn, Public: !r.SignedIn,
		Flash: r.flash, Inbox: -1, Density: r.density,
		path: r.address(), signIn: c.SignIn, signOut: c.SignOut, password: c.Password,
		style: assets.url("app.css"),
	}
	if b.Density == "" {
		b.Density = Nyaman
	}
	if b.Public {
		return b
	}
	b.script, b.font, b.fontFace = assets.url("app.js"), assets.url("public-sans.woff2"), assets.url("font.css")
	b.search = c.Search
	if r.URL.Path == c.Search {
		b.query = r.URL.Query().Get("q")
	}
	b.Nav = r.nav()
	ctx := r.Context()
	if c.ScopeName != nil {
		name, err := c.ScopeName(ctx, r.Actor)
		if err != nil {
			c.Log.WarnContext(ctx, "naming the scope", "request", RequestID(ctx), "error", err.Error())
		}
		b.Scope = name
	}
	if b.Scope == "" {
		b.Scope = scopeCodes(ctx, r.Actor.Scope)
	}
	if c.Inbox != nil {
		n, err := c.Inbox(ctx, r.Actor)
		if err != nil {
			c.Log.WarnContext(ctx, "counting the inbox", "request", RequestID(ctx), "error", err.Error())
			n = -1
		}
		b.Inbox = n
	}
	return b
}

// address returns where this page can be opened again: its own address, or
// for the answer to a form the page that the form stands on.
func (r *Request) address() string {
	if r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return "/"
	}
	return SafeReturn(from.RequestURI(), "/")
}

// nav returns the menu entries that the actor may open, in their groups; the
// one whose path is the longest beginning of this page's is current.
func (r *Request) nav() []MenuGroup {
	var shown []MenuGroup
	var current *Nav
	longest := 0
	for _, group := range r.site.config.Nav {
		items := make([]Nav, 0, len(group.Items)) // so that current stays where it is
		for _, item := range group.Items {
			if item.Permission != "" && !r.Actor.Can(item.Permission) {
				continue
			}
			items = append(items, Nav{Label: r.T(item.Key), Href: item.Href})
			if n := len(item.Href); n > longest && within(r.URL.Path, item.Href) {
				current, longest = &items[len(items)-1], n
			}
		}
		if len(items) == 0 {
			continue
		}
		title := ""
		if group.Key != "" {
			title = r.T(group.Key)
		}
		shown = append(shown, MenuGroup{Title: title, Items: items})
	}
	if current != nil {
		current.Current = true
	}
	return shown
}

// within reports whether path is root or lies below it. The home page holds
// only itself.
func within(path, root string) bool {
	return path == root || root != "/" && strings.HasPrefix(path, root+"/")
}

// scopeCodes names a scope by its area codes, for want of names.
func scopeCodes(ctx context.Context, s access.Scope) string {
	switch {
	case s.IsNation():
		return T(ctx, "web.scope.nation")
	case s.IsEmpty():
		return T(ctx, "web.scope.none")
	default:
		return strings.Join(s.Prefixes(), ", ")
	}
}

// alternate returns this page's address with one query value changed: the
// switches of language and density.
func (b Base) alternate(name, value string) string {
	u, err := url.Parse(b.path)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// At returns the base with the way to this page.
func (b Base) At(crumbs ...Crumb) Base {
	b.Crumbs = slices.Clone(crumbs)
	return b
}

// Every returns the base of a page that shows something that goes on: a
// browser without script loads it anew after that many seconds.
func (b Base) Every(seconds int) Base {
	b.Refresh = seconds
	return b
}
