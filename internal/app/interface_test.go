package app

import (
	"io"
	"log/slog"
	"regexp"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// TestTheInterfaceIsWhole registers every slice's operations together: two
// that name their types alike are refused only then. Each place in a path is
// read by somebody: an embedded struct without a capital is passed over
// silently, and what it names is never found.
func TestTheInterfaceIsWhole(t *testing.T) {
	c, err := LoadConfig("", nil, map[string]string{"data": t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), Options{Config: c, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	operations, _ := a.api()
	place := regexp.MustCompile(`\{([^}]+)\}`)
	for path, item := range operations.OpenAPI().Paths {
		for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if o == nil {
				continue
			}
			for _, m := range place.FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(o.Parameters, func(p *huma.Param) bool { return p.In == "path" && p.Name == m[1] }) {
					t.Errorf("%s: nobody reads {%s} of %s", o.OperationID, m[1], path)
				}
			}
		}
	}
	if n := len(operations.OpenAPI().Paths); n < 30 {
		t.Errorf("the interface has %d paths", n)
	}
}
