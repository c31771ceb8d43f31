package app

import (
	"io"
	"log/slog"
	"testing"
)

// TestTheInterfaceIsWhole registers every slice's operations together: two
// that name their types alike are refused only then.
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
	if n := len(operations.OpenAPI().Paths); n < 30 {
		t.Errorf("the interface has %d paths", n)
	}
}
