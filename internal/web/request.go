package web

import (
	"net/http"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/i18n"
)

// Request is what a handler is given: the HTTP request and what the router
// found out about it. Its context carries the actor and the language.
type Request struct {
	*http.Request
	Lang     i18n.Lang
	Actor    access.Actor // who is signed in; the zero Actor on public pages
	SignedIn bool
	Route    Route // as it was declared, with its purpose

	site    *Router
	density Density
	flash   []Flash
}

// T returns the sentence of key in the request's language.
func (r *Request) T(key string, args ...any) string { return i18n.T(r.Lang, key, args...) }

// Text returns the form or query value of name without surrounding blanks.
func (r *Request) Text(name string) string { return strings.TrimSpace(r.FormValue(name)) }

// Int returns the whole number in the form or query value of name, or
// otherwise when there is none.
func (r *Request) Int(name string, otherwise int64) int64 {
	n, err := strconv.ParseInt(r.Text(name), 10, 64)
	if err != nil {
		return otherwise
	}
	return n
}

// All returns every value of name in the form: the boxes that are ticked.
func (r *Request) All(name string) []string {
	if r.Form == nil {
		_ = r.ParseMultipartForm(formMemory) // a form that does not parse has no values
	}
	return r.Form[name]
}

// formMemory is how much of an upload is held in memory; the rest goes to a
// temporary file.
const formMemory = 4 << 20

// Htmx reports whether htmx asks, which puts the answer into a page that
// stands already.
func (r *Request) Htmx() bool { return r.Header.Get("HX-Request") == "true" }

// SafeReturn returns path when it is a path of this site, or otherwise. It
// guards redirects to an address that came with the request.
func SafeReturn(path, otherwise string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return otherwise
	}
	return path
}
