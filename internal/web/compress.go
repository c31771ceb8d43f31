package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// zippers are reused: a fresh one costs 800 KB.
var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, 6) // 6 is a valid level
	return z
}}

// compressed sends text as gzip to whoever takes it.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if !takesGzip(r) {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipped{ResponseWriter: w, head: r.Method == http.MethodHead}
		defer z.close()
		next.ServeHTTP(z, r)
	})
}

func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.ReplaceAll(weight, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// zipped compresses when the headers show text that is not compressed yet.
type zipped struct {
	http.ResponseWriter
	z       *gzip.Writer
	head    bool
	decided bool
}

func (z *zipped) WriteHeader(status int) {
	if !z.decided {
		z.decided = true
		h := z.Header()
		if !z.head && h.Get("Content-Encoding") == "" && isText(h.Get("Content-Type")) &&
			status != http.StatusNoContent && status != http.StatusNotModified {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			z.z = zippers.Get().(*gzip.Writer)
			z.z.Reset(z.ResponseWriter)
		}
	}
	z.ResponseWriter.WriteHeader(status)
}

func isText(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	switch kind {
	case "text/html", "text/csv", "text/plain", "text/css", "text/javascript", "application/json", "image/svg+xml":
		return true
	}
	return false
}

func (z *zipped) Write(b []byte) (int, error) {
	if !z.decided {
		z.WriteHeader(http.StatusOK)
	}
	if z.z == nil {
		return z.ResponseWriter.Write(b)
	}
	return z.z.Write(b)
}

// FlushError sends what has been written so far, for answers that go on.
func (z *zipped) FlushError() error {
	if z.z != nil {
		if err := z.z.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(z.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (z *zipped) Unwrap() http.ResponseWriter { return z.ResponseWriter }

func (z *zipped) close() {
	if z.z == nil {
		return
	}
	_ = z.z.Close() // the reader has gone; there is nobody to tell
	z.z.Reset(nil)
	zippers.Put(z.z)
	z.z = nil
}
