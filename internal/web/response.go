package web

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
)

// Response is what a handler answers with. Send writes all of it, or returns
// an error before it has written anything.
type Response interface {
	Send(w http.ResponseWriter, r *Request) error
}

type responseFunc func(w http.ResponseWriter, r *Request) error

func (f responseFunc) Send(w http.ResponseWriter, r *Request) error { return f(w, r) }

// Page answers with a page, status 200.
func Page(c templ.Component) Response { return PageWith(http.StatusOK, c) }

// Invalid answers with the form again, its errors shown, status 422.
func Invalid(c templ.Component) Response { return PageWith(http.StatusUnprocessableEntity, c) }

// PageWith answers with a page and a status.
func PageWith(status int, c templ.Component) Response {
	return responseFunc(func(w http.ResponseWriter, r *Request) error {
		return Render(w, r.Request, status, c)
	})
}

// Render renders c whole into memory and only then sends it, so that a
// failure never leaves half a page on the screen.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
	}
	return nil
}

// SeeOther sends the browser to url after a form was taken in, with messages
// that the next page shows.
func SeeOther(url string, flash ...Flash) Response {
	return responseFunc(func(w http.ResponseWriter, r *Request) error {
		if len(flash) > 0 {
			setFlash(w, r.site.config.Secure, flash)
		}
		if r.Htmx() { // a script cannot see a redirect; htmx follows its own header
			w.Header().Set("HX-Redirect", url)
			w.WriteHeader(http.StatusOK)
			return nil
		}
		http.Redirect(w, r.Request, url, http.StatusSeeOther)
		return nil
	})
}

// Reload makes htmx load the page that it stands on anew: the answer to a
// poll when a run has ended.
func Reload() Response {
	return responseFunc(func(w http.ResponseWriter, _ *Request) error {
		w.Header().Set("HX-Refresh", "true")
		w.WriteHeader(http.StatusOK)
		return nil
	})
}

// File answers with a download. write may stream; when it fails after its
// first byte the connection is cut, so that a broken file never looks whole.
func File(name, contentType string, write func(io.Writer) error) Response {
	return responseFunc(func(w http.ResponseWriter, _ *Request) error {
		lazy := &lazyFile{ResponseWriter: w, name: name, contentType: contentType}
		if err := write(lazy); err != nil {
			if lazy.started {
				panic(http.ErrAbortHandler)
			}
			return err
		}
		lazy.start()
		return nil
	})
}

// Bytes answers with a download that is in memory already.
func Bytes(name, contentType string, content []byte) Response {
	return responseFunc(func(w http.ResponseWriter, _ *Request) error {
		lazy := &lazyFile{ResponseWriter: w, name: name, contentType: contentType}
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = lazy.Write(content)
		return nil
	})
}

// lazyFile puts off the headers until the first byte, so that a failure
// before it can still become an error page.
type lazyFile struct {
	http.ResponseWriter
	name, contentType string
	started           bool
}

func (l *lazyFile) start() {
	if l.started {
		return
	}
	l.started = true
	h := l.Header()
	h.Set("Content-Type", l.contentType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": l.name}))
	l.WriteHeader(http.StatusOK)
}

func (l *lazyFile) Write(b []byte) (int, error) {
	l.start()
	return l.ResponseWriter.Write(b)
}
