package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/web"
	"gotong/internal/web/webtest"
)

// held is a site on which nothing can be saved the first times that it is
// tried, and then once goOn is closed. What came in the end is sent to saved.
func held(t *testing.T, times int64, goOn <-chan struct{}, saved chan<- url.Values) string {
	t.Helper()
	rt := web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", SignOut: "/keluar",
		Writing: func(context.Context) *web.Writing {
			return &web.Writing{Title: "Impor berkas", By: "Rukmini", Since: time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC), Done: 2500, Total: 10_000, Left: 2 * time.Second, Href: "/jalan/7"}
		}})
	save := func(_ context.Context, r *web.Request) (web.Response, error) {
		if times--; times >= 0 {
			return nil, fault.Unavailable("db.others_write")
		}
		<-goOn
		_ = r.Text("")
		saved <- r.PostForm
		return web.SeeOther("/selesai"), nil
	}
	show := func(_ context.Context, r *web.Request) (web.Response, error) {
		return web.Page(inside(r.Base("Alamat"), inForm("/isi?dari=peta", web.Input(web.Field{Name: "alamat", Label: "Alamat"}), web.Submit("Simpan")))), nil
	}
	rt.Add(web.Route{Method: "GET", Pattern: "/isi", AnyStaff: true, Handle: show},
		web.Route{Method: "GET", Pattern: "/selesai", AnyStaff: true, Handle: show},
		web.Route{Method: "GET", Pattern: "/lihat", AnyStaff: true, Handle: save},
		web.Route{Method: "POST", Pattern: "/isi", AnyStaff: true, Handle: save},
		web.Route{Method: "POST", Pattern: "/umum", Public: true, Handle: save},
		web.Route{Method: "POST", Pattern: "/berkas", AnyStaff: true, Stream: true, Handle: save})
	server := httptest.NewServer(rt)
	t.Cleanup(server.Close)
	return server.URL
}

// parts is a form with files, each of a name and a content.
func parts(t *testing.T, answers url.Values, files ...string) (kind string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range answers {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, err := w.CreateFormFile("foto", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// TestWhatCannotBeSavedIsKept has forms come while others write: the answers
// stand in the page, and who writes is told to staff.
func TestWhatCannotBeSavedIsKept(t *testing.T) {
	const plain = "application/x-www-form-urlencoded"
	answers := url.Values{"alamat": {`Jl. "Melati" <7>`}, "kotak": {"a", "b"}, "kosong": {""}}
	want := []string{"alamat", "Jl. &#34;Melati&#34; &lt;7&gt;", "kosong", "", "kotak", "a", "kotak", "b"}
	noFile, noFileBody := parts(t, answers, "", "") // which is an empty answer
	file, fileBody := parts(t, answers, "rumah.jpg", "gambar")
	for _, tc := range []struct {
		name, method, path, kind string
		body                     io.Reader
		htmx, signedOut          bool
		kept                     []string
		page, told               bool // of waiting; who writes
	}{
		{name: "a form", method: "POST", path: "/isi?dari=peta", kind: plain, body: strings.NewReader(answers.Encode()), kept: want, page: true, told: true},
		{name: "a form that could bring a file", method: "POST", path: "/isi?dari=peta", kind: noFile, body: noFileBody, kept: slices.Insert(slices.Clone(want), 2, "foto", ""), page: true, told: true},
		{name: "a file", method: "POST", path: "/isi", kind: file, body: fileBody, page: true, told: true},
		{name: "a password", method: "POST", path: "/isi", kind: plain, body: strings.NewReader("nama=a&sandi=rahasia"), page: true, told: true},
		{name: "read by the handler", method: "POST", path: "/berkas", kind: plain, body: strings.NewReader("a=b"), page: true, told: true},
		{name: "a citizen", method: "POST", path: "/umum", kind: plain, body: strings.NewReader("kode=7K3"), signedOut: true, kept: []string{"kode", "7K3"}, page: true},
		{name: "a part of a page", method: "POST", path: "/isi", kind: plain, body: strings.NewReader("a=b"), htmx: true},
		{name: "a page", method: "GET", path: "/lihat", body: strings.NewReader("")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), tc.method, held(t, 1, nil, nil)+tc.path, tc.body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tc.kind)
			if tc.htmx {
				r.Header.Set("HX-Request", "true")
			}
			if !tc.signedOut {
				r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: string(access.Officer)})
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			b, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			page := string(b)
			if answer.StatusCode != http.StatusServiceUnavailable || (answer.Header.Get("Retry-After") == "5") != tc.page {
				t.Errorf("%d, again after %q", answer.StatusCode, answer.Header.Get("Retry-After"))
			}
			var kept []string
			for _, m := range hidden.FindAllStringSubmatch(page, -1) {
				kept = append(kept, m[1], m[2])
			}
			if diff := cmp.Diff(tc.kept, kept); diff != "" {
				t.Error(diff)
			}
			if tc.kept != nil && !strings.Contains(page, `action="`+tc.path+`"`) {
				t.Errorf("the form goes elsewhere: %s", page)
			}
			if strings.Contains(page, "rahasia") || strings.Contains(page, "Rukmini") != tc.told || strings.Contains(page, "2.500 dari 10.000") != tc.told {
				t.Errorf("told of who writes: %s", page)
			}
		})
	}
}

// TestWhatCouldNotBeSavedIsSentAgain fills a form in while others write: it is
// saved without another hand, and by one where no script runs.
func TestWhatCouldNotBeSavedIsSentAgain(t *testing.T) {
	browser := webtest.Start(t)
	for name, noScript := range map[string]bool{"by itself": false, "without script": true} {
		t.Run(name, func(t *testing.T) {
			saved := make(chan url.Values, 1)
			over := make(chan struct{})
			// The page sends again on its own time, and is looked at before it is gone.
			base := held(t, 1, over, saved)
			goOn := sync.OnceFunc(func() { close(over) })
			t.Cleanup(goOn)
			p := browser.Page(t, webtest.View{Cookies: officer, NoScript: noScript}, base)
			p.Go(base + "/isi")
			if !noScript {
				scripted(t, p)
			}
			p.Fill("#isian-alamat", "Jl. Melati 7 & 8")
			p.Leave(func() { p.Click("main form button") })
			wait(t, func() bool { return strings.Contains(p.Text("main"), "Rukmini") })
			if noScript {
				goOn()
				p.Click("main form button")
			} else {
				for _, v := range p.Axe() {
					t.Error(v)
				}
				if pictures := os.Getenv("GOTONG_PICTURES"); pictures != "" {
					p.Picture(filepath.Join(pictures, "waiting.png"))
				}
				goOn()
			}
			wait(t, func() bool { return p.Path() == "/selesai" })
			if diff := cmp.Diff(url.Values{"alamat": {"Jl. Melati 7 & 8"}}, <-saved); diff != "" {
				t.Error(diff)
			}
		})
	}
}
