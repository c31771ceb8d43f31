package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/i18n"
)

// Reporting returns a handler of the interface whose failures are on record in
// log under the id that the caller is told: what goes wrong inside, and what
// panics. Of the request the record holds its route alone.
func Reporting(h http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{id: w.Header().Get("X-Request-Id"), log: log}
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

// visit is one request as a failure of it is reported.
type visit struct {
	id  string
	log *slog.Logger
}

type visitKey struct{}

// failed puts what went wrong inside on record, and returns how the problem
// names the occurrence.
func failed(ctx context.Context, route string, err error) (instance string) {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return ""
	}
	v.log.ErrorContext(ctx, "interface failed", "request", v.id, "route", route, "error", err.Error())
	if v.id == "" {
		return ""
	}
	return "urn:gotong:request:" + v.id
}

// whole answers with a problem whatever the operations leave unanswered: an
// address that is none, a method that one does not take, and a panic.
func whole(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := langOf(r.Header.Get("Accept-Language"))
		_, route := mux.Handler(r)
		rec := &recorder{ResponseWriter: w}
		defer func() {
			p := recover()
			switch {
			case p == nil:
				return
			case p == http.ErrAbortHandler || rec.wrote: // half an answer is none: the connection is cut
				if p != http.ErrAbortHandler {
					failed(r.Context(), route, panicked(p))
				}
				panic(http.ErrAbortHandler)
			}
			said := problem(lang, http.StatusInternalServerError, "", nil)
			said.Instance = failed(r.Context(), route, panicked(p))
			said.send(w)
		}()
		if route == "" {
			elsewhere(mux, rec, r, lang)
			return
		}
		mux.ServeHTTP(rec, r)
	})
}

func panicked(p any) error { return fmt.Errorf("api: panic: %v\n%s", p, debug.Stack()) }

// elsewhere answers what no operation does, as the mux would: there is no such
// address, or it does not take this method.
func elsewhere(mux *http.ServeMux, w http.ResponseWriter, r *http.Request, lang i18n.Lang) {
	answer := unsent{header: http.Header{}}
	mux.ServeHTTP(&answer, r)
	key := "api.no_operation"
	if answer.status == http.StatusMethodNotAllowed {
		key = "api.other_method"
		w.Header().Set("Allow", answer.header.Get("Allow"))
	}
	p := problem(lang, answer.status, i18n.T(lang, key, "methods", answer.header.Get("Allow")), nil)
	p.Code = key
	p.send(w)
}

// send writes the problem.
func (p *Problem) send(w http.ResponseWriter) {
	b, err := json.Marshal(p)
	if err != nil { // texts and numbers always have a JSON form
		panic(err)
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Del("Content-Length")
	w.WriteHeader(p.Status)
	_, _ = w.Write(b) // whoever went away is told nothing
}

// unsent is an answer of which only the head is kept.
type unsent struct {
	header http.Header
	status int
}

func (u *unsent) Header() http.Header         { return u.header }
func (u *unsent) Write(b []byte) (int, error) { return len(b), nil }
func (u *unsent) WriteHeader(status int)      { u.status = status }

// recorder remembers whether an answer has begun.
type recorder struct {
	http.ResponseWriter
	wrote bool
}

func (rec *recorder) WriteHeader(status int) {
	rec.wrote = true
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	rec.wrote = true
	return rec.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// routeOf names an operation as the record of a failure does.
func routeOf(ctx huma.Context) string {
	if ctx == nil || ctx.Operation() == nil {
		return ""
	}
	return ctx.Operation().Method + " " + ctx.Operation().Path
}
