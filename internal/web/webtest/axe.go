package webtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// Violation is a fault that a page has for somebody who uses it otherwise.
type Violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

// String writes what is wrong, and where, one place a line.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n\t%s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
}

// script of axe-core, from npm; found upwards from the test's folder.
const axeFile = "node_modules/axe-core/axe.min.js"

// Axe examines the page by axe-core (WCAG 2.2 A and AA and its best
// practices) and returns what it finds. Without axe-core the test is
// skipped, or fails where GOTONG_REQUIRE_BROWSER is set.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	source, err := axeSource()
	if errors.Is(err, fs.ErrNotExist) && os.Getenv(requireEnv) == "" {
		p.t.Skip("axe-core is not installed: npm ci")
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.Do(chromedp.Evaluate[chromedp.Void](source))
	return Eval[[]Violation](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
		id: v.id, impact: v.impact, help: v.help,
		nodes: v.nodes.slice(0, 6).map(n => n.target.join(" ") + " — " + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ""))})))`)
}

func axeSource() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		b, err := os.ReadFile(filepath.Join(dir, axeFile))
		if err == nil {
			return string(b), nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("webtest: %s: %w", axeFile, fs.ErrNotExist)
		}
		dir = filepath.Dir(dir)
	}
}
