package webtest

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	cdplog "github.com/chromedp/cdproto/log"
)

// Await asks this often, and gives up after so long.
const (
	askEvery = 20 * time.Millisecond
	waitTime = 5 * time.Minute
)

// View is how a page is looked at. The zero View is a desk by day.
type View struct {
	Width, Height int64 // 0 is 1280 × 900
	Dark          bool
	Paper         bool // as it would be printed
	NoScript      bool
	Cookies       map[string]string
}

// Phone is a small telephone.
var Phone = View{Width: 360, Height: 740}

// Page is a tab with cookies of its own.
type Page struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	messages []string
	loaded   float64 // bytes over the wire since Go
}

// Page opens a tab that is looked at by v. base is an address of the site,
// whose cookies are set.
func (b *Browser) Page(t testing.TB, v View, base string) *Page {
	t.Helper()
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	p := &Page{t: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // opens the tab, whose life must not hang on the timeout below
		t.Fatalf("opening a tab: %v", err)
	}
	limited, cancel := context.WithTimeout(ctx, pageTime)
	t.Cleanup(cancel)
	p.ctx = limited
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	if v.Width == 0 {
		v.Width, v.Height = 1280, 900
	}
	p.Do(chromedp.EmulateViewport(v.Width, v.Height))
	scheme, media := "light", ""
	if v.Dark {
		scheme = "dark"
	}
	if v.Paper {
		media = "print"
	}
	p.call(func() error {
		_, err := chromedp.Call(limited, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	})
	if v.NoScript {
		p.call(func() error {
			_, err := chromedp.Call(limited, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		})
	}
	p.call(func() error {
		_, err := chromedp.Call(limited, network.Enable, network.EnableParams{})
		return err
	})
	for name, value := range v.Cookies {
		p.Cookie(base, name, value)
	}
	return p
}

// Cookie gives the tab a cookie of the site at base.
func (p *Page) Cookie(base, name, value string) {
	p.t.Helper()
	p.call(func() error {
		_, err := chromedp.Call(p.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: base})
		return err
	})
}

func (p *Page) call(f func() error) {
	p.t.Helper()
	if err := f(); err != nil {
		p.t.Fatal(err)
	}
}

// hear notes what went wrong on the page and what it loaded.
func (p *Page) hear(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		p.messages = append(p.messages, text)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			p.messages = append(p.messages, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventLoadingFinished:
		p.loaded += e.EncodedDataLength
	}
}

// Do carries out actions of chromedp and fails the test when one fails.
func (p *Page) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatalf("on %s: %v", p.where(), err)
	}
}

// where is the address that the tab shows, for messages.
func (p *Page) where() string {
	at, err := chromedp.Run(p.ctx, chromedp.Location())
	if err != nil {
		return "a page"
	}
	return at
}

// Go opens an address and waits until it has loaded.
func (p *Page) Go(address string) {
	p.t.Helper()
	p.mu.Lock()
	p.messages, p.loaded = nil, 0
	p.mu.Unlock()
	p.Do(chromedp.Navigate(address))
}

// Path returns the path and query that the tab shows.
func (p *Page) Path() string {
	p.t.Helper()
	u, err := url.Parse(p.where())
	if err != nil {
		p.t.Fatal(err)
	}
	return u.RequestURI()
}

// Text returns the visible text of the first element that css selects.
func (p *Page) Text(css string) string {
	p.t.Helper()
	s, err := ask(p, chromedp.Text(chromedp.CSS(css)))
	if err != nil {
		p.t.Fatalf("text of %s on %s: %v", css, p.where(), err)
	}
	return strings.TrimSpace(s)
}

// Click clicks the first element that css selects and waits for the page
// that it may lead to.
func (p *Page) Click(css string) {
	p.t.Helper()
	p.Do(chromedp.Click(chromedp.CSS(css)))
	p.Settle()
}

// Fill types a value into the field that css selects, in place of what it
// holds.
func (p *Page) Fill(css, value string) {
	p.t.Helper()
	p.Do(chromedp.Focus(chromedp.CSS(css)),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.KeyEvent(kb.Delete), chromedp.KeyEvent(value))
}

// Type presses keys, wherever the focus is: letters, or keys of package kb.
func (p *Page) Type(keys string) {
	p.t.Helper()
	p.Do(chromedp.KeyEvent(keys))
}

// Tab moves the focus on n times.
func (p *Page) Tab(n int) {
	p.t.Helper()
	for range n {
		p.Do(chromedp.KeyEvent(kb.Tab))
	}
}

// Settle waits until the document has loaded and htmx asks for nothing.
func (p *Page) Settle() {
	p.t.Helper()
	p.Await(`document.readyState === "complete" && !document.querySelector(".htmx-request")`)
}

// Follow clicks the first element that css selects and waits for the page
// that it leads to: another document than this one.
func (p *Page) Follow(css string) {
	p.t.Helper()
	p.Leave(func() { p.Do(chromedp.Click(chromedp.CSS(css))) })
}

// Leave does something that leads to another document, and waits for that.
func (p *Page) Leave(by func()) {
	p.t.Helper()
	Eval[bool](p, `window.hereBefore = true`)
	by()
	p.Await(`!window.hereBefore && document.readyState === "complete" && !document.querySelector(".htmx-request")`)
}

// Await waits until a condition of JavaScript holds. It asks from outside the
// page, whose own clocks stand still where scripts are off.
func (p *Page) Await(condition string) {
	p.t.Helper()
	for end := time.Now().Add(waitTime); ; p.pause() {
		holds, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](condition))
		if err == nil && holds {
			return
		}
		if err != nil && !p.between(err) || p.ctx.Err() != nil || time.Now().After(end) {
			p.t.Fatalf("waiting on %s for %s: %v", p.where(), condition, err)
		}
	}
}

// ask asks the page for something, and again while one document gives way to
// another: then there is nothing to ask, which is no failure.
func ask[T any](p *Page, question chromedp.Action[T]) (T, error) {
	for end := time.Now().Add(waitTime); ; p.pause() {
		v, err := chromedp.Run(p.ctx, question)
		if err == nil || !p.between(err) || time.Now().After(end) {
			return v, err
		}
	}
}

// goneWords are in the errors that a browser gives when the document asked
// is not there any more.
var goneWords = []string{"context", "navigated", "No node with given id", "Could not find node", "does not belong to the document"}

// between reports whether an error only says that the document asked was
// gone, and the next not yet there.
func (p *Page) between(err error) bool {
	return p.ctx.Err() == nil && slices.ContainsFunc(goneWords, func(words string) bool { return strings.Contains(err.Error(), words) })
}

func (p *Page) pause() {
	select {
	case <-p.ctx.Done():
	case <-time.After(askEvery):
	}
}

// Eval returns what an expression of JavaScript gives.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	v, err := ask(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s on %s: %v", expression, p.where(), err)
	}
	return v
}

// Complaints returns the page's errors since Go: exceptions, refused
// scripts and styles, files that were not found.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.messages...)
}

// Weight returns the bytes that came over the wire since Go, compressed.
func (p *Page) Weight() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int(p.loaded)
}

// Overflows reports whether the page is wider than the window, so that a
// reader would have to move it sideways.
func (p *Page) Overflows() bool {
	p.t.Helper()
	return Eval[bool](p, `document.documentElement.scrollWidth > document.documentElement.clientWidth`)
}

// Picture writes the whole page as a PNG file.
func (p *Page) Picture(file string) {
	p.t.Helper()
	p.Do(chromedp.Evaluate[chromedp.Void](`scrollTo(0, 0)`))    // what sticks to the top is at the top
	b, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100)) // 100 is PNG
	if err != nil {
		p.t.Fatalf("picture of %s: %v", p.where(), err)
	}
	p.write(file, b)
}

// PDF writes the page as it is printed.
func (p *Page) PDF(file string) {
	p.t.Helper()
	b, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if err != nil {
		p.t.Fatalf("printing %s: %v", p.where(), err)
	}
	p.write(file, b)
}

func (p *Page) write(file string, b []byte) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
