package web_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gotong/internal/access"
	"gotong/internal/web"
	"gotong/internal/web/webtest"
)

// sessions knows one token a role.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	role := access.Role(token)
	if !role.Valid() {
		return access.Actor{}, errNoSession
	}
	return access.Actor{Login: "sri", Name: "Sri Wahyuni", Roles: []access.Role{role}, Scope: access.Areas("317204")}, nil
}

// The budgets of the pages, in compressed bytes with all they load.
const (
	publicBudget = 25 << 10
	staffBudget  = 80 << 10
)

// served starts a site with the style page, a page for citizens and a run
// that ends after three looks at it.
func served(t *testing.T) string {
	t.Helper()
	rt := newRouter()
	rt.Add(web.Gaya(),
		web.Route{Method: "GET", Pattern: "/cek", Public: true, Handle: func(_ context.Context, r *web.Request) (web.Response, error) {
			return web.Page(inside(r.Base("Cek status bantuan"), web.Head("Cek status bantuan", "Tulis nomor pemberitahuan yang Anda terima."),
				web.Reasons([]web.Reason{{Answer: web.IsYes, Sentence: "Desil keluarga 2; batas program 4."}, {Answer: web.IsUnknown, Sentence: "Jenis lantai belum dicatat.", Next: "Minta petugas mencatatnya."}}),
				inForm("/cek", web.Input(web.Field{Name: "kode", Label: "Nomor pemberitahuan", Hint: "Contoh: 7K3-92M-41", Width: web.Medium}), web.Submit("Cek")))), nil
		}})
	var looks atomic.Int64
	rt.Add(web.Route{Method: "GET", Pattern: "/jalan", AnyStaff: true, Handle: func(_ context.Context, r *web.Request) (web.Response, error) {
		n := min(looks.Add(1), 3)
		p := web.Progress{ID: "jalan", Title: "Menghitung", State: "Berjalan", Tone: web.Wait, Live: n < 3, Poll: r.URL.Path, Done: n * 100, Total: 300, Unit: "keluarga"}
		base := r.Base("Menghitung")
		if p.Live {
			base = base.Every(1)
		} else {
			p.State, p.Tone = "Selesai", web.Good
			if r.Htmx() {
				return web.Reload(), nil
			}
		}
		return web.Page(inside(base, web.Head("Menghitung", ""), web.RunProgress(p))), nil
	}})
	server := httptest.NewServer(rt)
	t.Cleanup(server.Close)
	return server.URL
}

// inside puts parts into the layout.
func inside(b web.Base, parts ...templ.Component) templ.Component {
	return with(web.Layout(b), parts...)
}

func inForm(action string, parts ...templ.Component) templ.Component {
	return with(web.Form(action), parts...)
}

var officer = map[string]string{"gotong_sesi": string(access.Officer)}

func TestPagesInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	base := served(t)
	pictures := os.Getenv("GOTONG_PICTURES") // a folder to look at them; none are kept otherwise
	phone := webtest.Phone

	for _, c := range []struct {
		name, path string
		view       webtest.View
		budget     int
	}{
		{"desk", "/gaya", webtest.View{Cookies: officer}, staffBudget},
		{"english", "/gaya?lang=en&tampilan=padat", webtest.View{Cookies: officer}, staffBudget},
		{"dark", "/gaya", webtest.View{Cookies: officer, Dark: true}, staffBudget},
		{"phone", "/gaya", webtest.View{Cookies: officer, Width: phone.Width, Height: phone.Height}, staffBudget},
		{"paper", "/gaya", webtest.View{Cookies: officer, Paper: true, Width: 794, Height: 1123}, staffBudget},
		{"public", "/cek", phone, publicBudget},
		{"public-dark", "/cek", webtest.View{Dark: true}, publicBudget},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := browser.Page(t, c.view, base)
			p.Go(base + c.path)
			p.Settle()
			if pictures != "" {
				p.Picture(filepath.Join(pictures, c.name+".png"))
				if c.view.Paper {
					p.PDF(filepath.Join(pictures, c.name+".pdf"))
				}
			}
			if n := p.Weight(); n > c.budget || n == 0 {
				t.Errorf("the page weighs %d bytes, of %d", n, c.budget)
			}
			for _, v := range p.Axe() {
				t.Error(v)
			}
			for _, complaint := range p.Complaints() {
				t.Error(complaint)
			}
			if p.Overflows() {
				t.Error("the page is wider than the window")
			}
		})
	}
}

// scripted skips when the scripts have not been built.
func scripted(t *testing.T, p *webtest.Page) {
	t.Helper()
	if !webtest.Eval[bool](p, `document.querySelector("script[src]") !== null`) {
		if os.Getenv("GOTONG_REQUIRE_BROWSER") != "" {
			t.Fatal("the scripts are not built: go run ./internal/web/assets")
		}
		t.Skip("the scripts are not built: go run ./internal/web/assets")
	}
}

func TestKeyboardInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	base := served(t)
	p := browser.Page(t, webtest.View{Cookies: officer}, base)
	p.Go(base + "/gaya")
	scripted(t, p)
	focused := func() string {
		return webtest.Eval[string](p, `(e => e.id || e.className || e.textContent.trim())(document.activeElement)`)
	}
	becomes(t, "error-summary", focused)
	p.Type("j")
	p.Type("j")
	p.Type("k")
	becomes(t, "Rukmini", func() string { return webtest.Eval[string](p, `document.activeElement.textContent.trim()`) })
	p.Type("/")
	becomes(t, "cari", focused)
	p.Do(chromedp.KeyEvent("k", chromedp.KeyModifiers(kb.ModifierCtrl)))
	p.Do(chromedp.WaitVisible(chromedp.CSS("dialog.palette input")))
	p.Type("tug")
	becomes(t, "Tugas", func() string { return p.Text("dialog.palette li") })
	for _, v := range p.Axe() {
		t.Error(v)
	}
	p.Type(kb.Escape)
	// a dialog tells that it was closed a moment after it was
	wait(t, func() bool { return webtest.Eval[bool](p, `document.querySelector("dialog.palette") === null`) })
	// the first stop of the keyboard leads past the menu
	p.Go(base + "/jalan")
	p.Tab(1)
	p.Type(kb.Enter)
	becomes(t, "isi", focused)
}

func TestFilterInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	for name, noScript := range map[string]bool{"with script": false, "without script": true} {
		t.Run(name, func(t *testing.T) {
			base := served(t)
			p := browser.Page(t, webtest.View{Cookies: officer, NoScript: noScript}, base)
			p.Go(base + "/gaya?urut=-desil")
			if !noScript {
				scripted(t, p)
				p.Do(chromedp.Evaluate[chromedp.Void](`window.same = true`))
			}
			p.Fill("#isian-q", "ruk")
			p.Type(kb.Enter)
			wait(t, func() bool { return strings.Contains(p.Path(), "q=ruk") })
			p.Do(chromedp.WaitVisible(chromedp.CSS("#daftar table")))
			if got := p.Path(); !strings.Contains(got, "urut=-desil") {
				t.Errorf("the order is lost: %s", got)
			}
			if !noScript {
				if !webtest.Eval[bool](p, `window.same === true`) {
					t.Error("the whole page was loaded for a filter")
				}
			}
		})
	}
}

func TestRunInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	for name, noScript := range map[string]bool{"with script": false, "without script": true} {
		t.Run(name, func(t *testing.T) {
			base := served(t)
			p := browser.Page(t, webtest.View{Cookies: officer, NoScript: noScript}, base)
			p.Go(base + "/jalan")
			if !noScript {
				scripted(t, p)
			}
			wait(t, func() bool { return strings.Contains(p.Text("#jalan"), "Selesai") })
		})
	}
}

// becomes waits until what is got is what is wanted: a browser answers a key
// a moment after it is struck.
func becomes(t *testing.T, want string, got func() string) {
	t.Helper()
	last := ""
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if last = got(); last == want {
			return
		}
	}
	t.Fatalf("it stays %q, not %q", last, want)
}

func wait(t *testing.T, until func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if until() {
			return
		}
	}
	t.Fatal("waited in vain")
}
