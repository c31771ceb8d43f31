package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"gotong/internal/fault"
)

// visit is what the middleware keeps of one request for the log: nothing
// about persons, not even the path, whose parts may be somebody's id.
type visit struct {
	id      string
	pattern string
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// RequestID returns the id of the request in ctx, or "".
func RequestID(ctx context.Context) string { return visitOf(ctx).id }

// middleware wraps the mux: outermost the log, then headers, the guard
// against forged forms, compression, and the catch for panics.
func (rt *Router) middleware(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.AddInsecureBypassPattern("/api/") // takes a token that no browser sends by itself, and no cookie
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.serve(w, r, Route{Public: true, Handle: func(context.Context, *Request) (Response, error) {
			return nil, fault.Forbidden("web.error.cross_origin")
		}})
	}))
	return rt.logged(rt.headers(guard.Handler(compressed(rt.caught(next)))))
}

// logged gives the request its id and writes one line about it: route,
// status, bytes and time, without address, path, query or person.
func (rt *Router) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		_, _ = rand.Read(b[:]) // crypto/rand never fails
		v := &visit{id: hex.EncodeToString(b[:])}
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		w.Header().Set("X-Request-Id", v.id)
		defer func() {
			rt.config.Log.InfoContext(r.Context(), "request", "request", v.id, "method", r.Method, "route", v.pattern,
				"status", rec.status, "bytes", rec.bytes, "ms", time.Since(start).Milliseconds())
		}()
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

// policy lets a page load from this site alone, and run no script and no
// style that stands in the page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (rt *Router) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store") // pages hold personal data; the static files say otherwise
		if rt.config.Secure {
			h.Set("Strict-Transport-Security", "max-age=63072000")
		}
		next.ServeHTTP(w, r)
	})
}

// caught turns a panic into the plain page of an internal failure. When the
// answer has begun the connection is cut instead.
func (rt *Router) caught(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			rt.config.Log.ErrorContext(r.Context(), "panic", "request", RequestID(r.Context()),
				"route", visitOf(r.Context()).pattern, "error", fmt.Sprint(p), "stack", string(debug.Stack()))
			if rec.wrote {
				panic(http.ErrAbortHandler)
			}
			lang := chosenLang(w, r, rt.config.Secure)
			failed := &Request{Request: r.WithContext(WithLang(r.Context(), lang)), Lang: lang, Route: Route{Public: true}, site: rt}
			rt.refuse(rec, failed, fmt.Errorf("web: panic: %v", p))
		}()
		next.ServeHTTP(rec, r)
	})
}

// recorder remembers what was sent.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	wrote  bool
}

func (rec *recorder) WriteHeader(status int) {
	if !rec.wrote {
		rec.status, rec.wrote = status, true
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	rec.wrote = true
	n, err := rec.ResponseWriter.Write(b)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }
