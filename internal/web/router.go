package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/upload"
)

// Handler answers one request, with a response or an error. A fault becomes
// the page of its kind; any other error a plain 500 without detail.
type Handler func(ctx context.Context, r *Request) (Response, error)

// Route is one address of the site and who may open it. Exactly one of
// Public, AnyStaff and Permission is given.
type Route struct {
	Method  string // GET or POST
	Pattern string // as net/http's ServeMux reads it, without the method

	Public     bool              // anybody, signed in or not
	AnyStaff   bool              // anybody who is signed in
	Permission access.Permission // whoever holds it

	// Greets says that a Public page knows who is signed in, when somebody
	// is: it then stands in the staff layout. The handler asks r.SignedIn.
	Greets bool

	PersonalData bool           // the answer may hold personal data
	Purpose      access.Purpose // what they are read for; required with PersonalData

	Limit *Limiter // holds back who asks too often; nil for nobody

	MaxBody int64 // bytes that the body may have; 0 is 1 MiB
	Stream  bool  // the handler reads the body itself, at its sender's pace; Text and its like see the address only
	Handle  Handler
}

// Sessions turns the token of a cookie into the actor who signed in. It
// answers fault.NotFound or fault.Forbidden for a token that is no session
// (any longer).
type Sessions interface {
	Actor(ctx context.Context, token string) (access.Actor, error)
}

// Config is what the router is given by the program around it.
type Config struct {
	Log      *slog.Logger
	Sessions Sessions
	Secure   bool // served over TLS: cookies are marked secure

	// BehindProxy says that every connection comes from a proxy of the
	// office's own, which adds the client's address to X-Forwarded-For.
	BehindProxy bool

	// Gather has the looks of a page with personal data put on record together,
	// by settle, before anything of it is sent; nil records each by itself.
	Gather func(ctx context.Context) (gathering context.Context, settle func() error)

	SignIn   string // path of the sign-in page
	SignOut  string // path that signs out, by POST
	Password string // path of the page to change one's password; "" shows no link
	Search   string // path of the search page, which takes ?q=; "" shows no search box

	Nav []NavGroup // the staff menu, in order; an item shows when the actor may open it

	// ScopeName names the actor's areas for the banner, as "Kec. Cilincing".
	ScopeName func(ctx context.Context, a access.Actor) (string, error)
	// Writing tells of long work that keeps others from writing, nil where there
	// is none that is known of. It is asked for whoever waited in vain.
	Writing func(ctx context.Context) *Writing
	// Inbox counts what waits for the actor; nil shows no count.
	Inbox func(ctx context.Context, a access.Actor) (int, error)
}

// Router serves the routes of all slices. It is not changed after the first
// request.
type Router struct {
	config  Config
	mux     *http.ServeMux
	routes  []Route
	assets  *assets
	handler http.Handler
}

// NewRouter returns a router without routes except the static files.
func NewRouter(c Config) *Router {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	rt := &Router{config: c, mux: http.NewServeMux(), assets: loadAssets()}
	rt.mux.Handle("GET "+assetPath+"{name}", rt.assets)
	rt.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		rt.serve(w, r, Route{Public: true, Handle: func(context.Context, *Request) (Response, error) {
			if allowed := rt.methods(r); allowed != "" {
				return nil, wrongMethod{allowed}
			}
			return nil, fault.NotFound("core.error.not_found")
		}})
	})
	rt.handler = rt.middleware(rt.mux)
	return rt
}

// Add declares routes. It panics on a route that does not say who may open
// it, for that is a mistake in the program.
func (rt *Router) Add(routes ...Route) {
	for _, route := range routes {
		if err := route.check(); err != nil {
			panic(err)
		}
		rt.routes = append(rt.routes, route)
		rt.mux.HandleFunc(route.Method+" "+route.Pattern, func(w http.ResponseWriter, r *http.Request) {
			rt.serve(w, r, route)
		})
	}
}

// wrongMethod is the failure of asking a page in a way that it does not offer.
type wrongMethod struct{ allowed string }

func (e wrongMethod) Error() string { return "web: the address takes only " + e.allowed }

// methods lists the methods in which a request's address would be answered.
func (rt *Router) methods(r *http.Request) string {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := rt.mux.Handler(other); pattern != "/" && pattern != "" {
			allowed = append(allowed, method)
		}
	}
	return strings.Join(allowed, ", ")
}

// Mount serves a subtree that checks its callers by itself, such as the JSON
// interface. It stands behind the same middleware, without a session.
func (rt *Router) Mount(pattern string, h http.Handler) {
	rt.mux.Handle(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitOf(r.Context()).pattern = pattern
		h.ServeHTTP(w, r)
	}))
}

// Table returns every declared route, so that a test can walk routes × roles.
func (rt *Router) Table() []Route { return append([]Route(nil), rt.routes...) }

// ServeHTTP answers a request.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) { rt.handler.ServeHTTP(w, r) }

func (route Route) check() error {
	ways := 0
	for _, given := range []bool{route.Public, route.AnyStaff, route.Permission != ""} {
		if given {
			ways++
		}
	}
	switch {
	case route.Method != http.MethodGet && route.Method != http.MethodPost:
		return fmt.Errorf("web: route %s %s: the method is neither GET nor POST", route.Method, route.Pattern)
	case ways != 1:
		return fmt.Errorf("web: route %s %s: give exactly one of Public, AnyStaff and Permission", route.Method, route.Pattern)
	case route.Greets && !route.Public:
		return fmt.Errorf("web: route %s %s: only a public page greets", route.Method, route.Pattern)
	case route.PersonalData && !route.Purpose.Valid():
		return fmt.Errorf("web: route %s %s: personal data need a purpose of the register", route.Method, route.Pattern)
	case route.Handle == nil:
		return fmt.Errorf("web: route %s %s: no handler", route.Method, route.Pattern)
	}
	return nil
}

// Allows reports whether an actor may open the route. A nil actor is nobody.
func (route Route) Allows(a *access.Actor) bool {
	switch {
	case route.Public:
		return true
	case a == nil:
		return false
	default:
		return route.AnyStaff || a.Can(route.Permission)
	}
}

// serve makes the request's five stops up to the handler: language, session,
// permission, body limit, handler; and sends what comes back.
func (rt *Router) serve(w http.ResponseWriter, hr *http.Request, route Route) {
	visitOf(hr.Context()).pattern = route.Pattern
	lang := chosenLang(w, hr, rt.config.Secure)
	r := &Request{Request: hr.WithContext(WithLang(hr.Context(), lang)), Lang: lang, Route: route, site: rt,
		density: chosenDensity(w, hr, rt.config.Secure)}

	if !route.Public || route.Greets {
		if err := rt.signedIn(r); err != nil {
			rt.refuse(w, r, err)
			return
		}
	}
	if !route.Public {
		if !r.SignedIn {
			rt.askToSignIn(w, r)
			return
		}
		if !route.Allows(&r.Actor) {
			rt.refuse(w, r, fault.Forbidden("core.error.forbidden"))
			return
		}
	}
	if route.Limit != nil {
		if wait := route.Limit.Take(rt.client(hr)); wait > 0 {
			rt.refuse(w, r, tooOften{wait})
			return
		}
	}
	limit := route.MaxBody
	if limit == 0 {
		limit = 1 << 20
	}
	if route.Stream {
		r.Body = upload.Body(w, r.Request, limit)
	} else {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
	}
	defer r.dropUploads()
	if err := r.parse(); err != nil {
		rt.refuse(w, r, err)
		return
	}
	if r.Method == http.MethodGet && !r.Htmx() {
		r.flash = takeFlash(w, hr, rt.config.Secure)
	}

	settle := func() error { return nil }
	if rt.config.Gather != nil && route.PersonalData && r.Method == http.MethodGet {
		ctx, recorded := rt.config.Gather(r.Context())
		r.Request, settle = r.WithContext(ctx), recorded
	}
	response, err := route.Handle(r.Context(), r)
	if err == nil && response == nil {
		err = errors.New("web: the handler gave neither a response nor an error")
	}
	if unrecorded := settle(); unrecorded != nil {
		err = unrecorded // nothing that was looked at is shown
	}
	if err == nil {
		err = response.Send(w, r)
	}
	if err != nil {
		rt.refuse(w, r, err)
	}
}

// signedIn finds the actor of the session, if there is one, and puts it into
// the request's context.
func (rt *Router) signedIn(r *Request) error {
	token := r.SessionToken()
	if token == "" || rt.config.Sessions == nil {
		return nil
	}
	actor, err := rt.config.Sessions.Actor(r.Context(), token)
	if fault.Is(err, fault.KindNotFound) || fault.Is(err, fault.KindForbidden) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("web: reading the session: %w", err)
	}
	r.Actor, r.SignedIn = actor, true
	r.Request = r.WithContext(access.With(r.Context(), actor))
	return nil
}

// askToSignIn sends the browser to the sign-in page and remembers where it
// wanted to go, when that can be opened again.
func (rt *Router) askToSignIn(w http.ResponseWriter, r *Request) {
	to := rt.config.SignIn
	if r.Method == http.MethodGet && !r.Htmx() && r.URL.Path != "/" {
		to += "?kembali=" + url.QueryEscape(strings.TrimPrefix(r.URL.RequestURI(), "//"))
	}
	_ = SeeOther(to).Send(w, r) // a redirect cannot fail before it is written
}
