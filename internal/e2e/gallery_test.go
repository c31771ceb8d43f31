package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gallery is the page that shows the pictures of docs/screens, in their order.
func gallery() string {
	var b strings.Builder
	b.WriteString("# Screens\n\nTaken by `make screens` from a synthetic district: the people are invented, the places real. `-hp` is a telephone at night.\n")
	for _, screen := range screens {
		if !numbered(screen.name) {
			continue
		}
		name := strings.TrimRight(screen.name, "+!")
		_, title, _ := strings.Cut(name, "-")
		title = strings.ReplaceAll(title, "-", " ")
		who := screen.login
		if who == "" {
			who = "anybody"
		}
		fmt.Fprintf(&b, "\n## %s%s\n\n`%s`, as %s sees it\n", strings.ToUpper(title[:1]), title[1:], screen.path, who)
		devices := []string{""}
		if strings.Contains(screen.name, "+") {
			devices = append(devices, "-hp")
		}
		for _, device := range devices {
			fmt.Fprintf(&b, "\n![%s](%s%s.png)\n", title, name, device)
		}
	}
	return b.String()
}

// TestTheGalleryShowsEveryPicture holds the page of pictures to the list of
// screens, and its pictures to be there. With GOTONG_SCREENS it writes the page.
func TestTheGalleryShowsEveryPicture(t *testing.T) {
	folder := os.Getenv(screensEnv)
	if folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte(gallery()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder = filepath.Join("..", "..", "docs", "screens")
	have, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(gallery(), string(have)); diff != "" {
		t.Errorf("docs/screens/README.md: run make screens\n%s", diff)
	}
	for line := range strings.Lines(gallery()) {
		if _, file, ok := strings.Cut(strings.TrimSpace(line), "]("); ok {
			if _, err := os.Stat(filepath.Join(folder, strings.TrimSuffix(file, ")"))); err != nil {
				t.Error(err)
			}
		}
	}
}
