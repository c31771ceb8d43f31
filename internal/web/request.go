package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
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

// parse reads the form of a POST, so that one that is too large or broken is
// an error and never a form with empty fields.
func (r *Request) parse() error {
	if r.Method != http.MethodPost || r.Route.Stream {
		return nil
	}
	err := r.ParseForm() // by itself: ParseMultipartForm hides its failure
	if err == nil {
		err = r.ParseMultipartForm(formMemory)
	}
	var large *http.MaxBytesError
	switch {
	case err == nil, errors.Is(err, http.ErrNotMultipart):
		return nil
	case errors.As(err, &large):
		return err
	default:
		return fault.Invalid("core.error.invalid").Because(err)
	}
}

// dropUploads removes the temporary files of the form. The server does so
// only for the request that it made itself, of which this one is a copy.
func (r *Request) dropUploads() {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll() // temporary files; the system removes what is left
	}
}

// All returns every value of name in the form: the boxes that are ticked.
func (r *Request) All(name string) []string {
	_ = r.FormValue(name) // reads the address when there was no form
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
