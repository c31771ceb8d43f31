package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed all:dist
var built embed.FS

//go:embed css/*.css
var sheets embed.FS

// assetPath is where the static files are served, each under a name that
// holds the digest of its content, so that a browser keeps it for ever.
const assetPath = "/aset/"

// asset is one static file, ready to send.
type asset struct {
	kind   string // content type
	plain  []byte
	zipped []byte // nil when compressing does not pay
}

// assets are the static files by served name.
type assets struct {
	files map[string]asset
	urls  map[string]string // served address by plain name, "app.css"
}

// kinds are the static files that are served, by extension.
var kinds = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".woff2": "font/woff2",
	".svg":   "image/svg+xml",
}

// loadAssets takes the style sheets as they are, joined, and what the build
// tool put into dist. Where dist is empty there is no script and no typeface:
// pages look and work all the same.
func loadAssets() *assets {
	a := &assets{files: map[string]asset{}, urls: map[string]string{}}
	found := map[string][]byte{"app.css": readAll(sheets, "css/*.css")}
	names, _ := fs.Glob(built, "dist/*") // the pattern is well formed
	for _, name := range names {
		if b, err := built.ReadFile(name); err == nil && kinds[path.Ext(name)] != "" {
			found[path.Base(name)] = b
		}
	}
	for name, b := range found {
		if path.Ext(name) != ".css" {
			a.add(name, b)
		}
	}
	for name, b := range found {
		if path.Ext(name) == ".css" { // after the others, whose addresses it names
			for plain, url := range a.urls {
				b = bytes.ReplaceAll(b, []byte(assetPath+plain), []byte(url))
			}
			a.add(name, b)
		}
	}
	return a
}

func readAll(files fs.FS, pattern string) []byte {
	var all []byte
	names, _ := fs.Glob(files, pattern) // the pattern is well formed
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err) // the files are part of the program
		}
		all = append(all, b...)
	}
	return all
}

func (a *assets) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	served := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	file := asset{kind: kinds[ext], plain: content}
	if ext != ".woff2" {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a valid level
		_, _ = z.Write(content)                               // into memory
		_ = z.Close()
		file.zipped = b.Bytes()
	}
	a.files[served] = file
	a.urls[name] = assetPath + served
}

// url returns the address of a static file, or "" when it was not built.
func (a *assets) url(name string) string { return a.urls[name] }

// ServeHTTP sends a static file, to be kept for ever.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	visitOf(r.Context()).pattern = assetPath
	file, ok := a.files[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", file.kind)
	body := file.plain
	if file.zipped != nil && takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = file.zipped
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
