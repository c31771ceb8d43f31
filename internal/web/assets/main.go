// Command assets builds what the pages take from npm into internal/web/dist:
// the small scripts bundled with htmx, and the typeface of the staff pages;
// and into internal/document/dist the same typeface as papers need it.
// Run it after npm ci, from the repository's root:
//
//	go run ./internal/web/assets
//
// What it writes is not committed; packages web and document embed what they
// find there and do without what they do not find. The style sheets in css need no
// building: package web serves them as they are.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	root = "internal/web"
	font = "node_modules/@fontsource-variable/public-sans"
	cuts = "node_modules/@fontsource/public-sans"

	papers = "internal/document/dist"
)

func main() {
	if err := build(filepath.Join(root, "dist")); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// build writes all files into the folder dist.
func build(dist string) error {
	if err := copyFile(filepath.Join(dist, "font.css"), filepath.Join(root, "assets", "font.css")); err != nil {
		return err
	}
	if err := script(filepath.Join(dist, "app.js")); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(dist, "public-sans.woff2"), filepath.Join(font, "files", "public-sans-latin-wght-normal.woff2")); err != nil {
		return fmt.Errorf("%w (run npm ci first)", err)
	}
	if err := copyFile(filepath.Join(dist, "public-sans.license"), filepath.Join(font, "LICENSE")); err != nil {
		return err
	}
	return writeFaces(papers, cuts)
}

// script bundles the scripts, htmx included, into one file.
func script(to string) error {
	out := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(root, "ts", "main.ts")},
		Outfile:     to, Bundle: true, Write: true, Format: api.FormatIIFE, Target: api.ES2022,
		MinifySyntax: true, MinifyWhitespace: true, MinifyIdentifiers: true,
		LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent,
	})
	if err := failed(out.Errors, out.Warnings); err != nil {
		return fmt.Errorf("%w (run npm ci first)", err)
	}
	return nil
}

// failed turns the bundler's messages into one error. A warning counts: we
// wrote what it warns about.
func failed(messages ...[]api.Message) error {
	var texts []string
	for _, list := range messages {
		texts = append(texts, api.FormatMessages(list, api.FormatMessagesOptions{})...)
	}
	if len(texts) == 0 {
		return nil
	}
	return errors.New(strings.TrimSpace(strings.Join(texts, "\n")))
}

func copyFile(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
