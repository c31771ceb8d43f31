// Package webtest opens pages in a real, headless Chromium for tests: looks
// at them by day, by night, on a telephone and on paper, weighs what they
// load, and has them examined for accessibility.
package webtest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// requireEnv names the environment variable that turns a missing browser
// from a reason to skip into a failure.
const requireEnv = "GOTONG_REQUIRE_BROWSER"

// startTime is how long the browser may take to start, beside other tests.
const startTime = 5 * time.Minute

// pageTime is how long one tab may be worked with, through many pages and on a
// machine that does much else meanwhile.
const pageTime = 20 * time.Minute

// Browser is a running Chromium.
type Browser struct{ ctx context.Context }

// Start starts a Chromium that ends with the test. Without one on the
// machine the test is skipped, or fails where GOTONG_REQUIRE_BROWSER is set.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := find()
	if path == "" {
		if os.Getenv(requireEnv) != "" {
			t.Fatal("there is no Chromium on this machine and " + requireEnv + " is set")
		}
		t.Skip("there is no Chromium on this machine")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.WSURLReadTimeout(startTime), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("lang", "id-ID"),
		chromedp.NoSandbox) // it refuses root, and needs what few containers allow; the pages are our own
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return &Browser{ctx: ctx}
}

// find returns the path of a Chromium, or "".
func find() string {
	for _, name := range []string{os.Getenv("GOTONG_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}
