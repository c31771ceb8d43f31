package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gotong/internal/app"
)

// TestEveryOperationIsInTheDescription asks the JSON interface for its own
// description: slices whose operations clash would not let it be made.
func TestEveryOperationIsInTheDescription(t *testing.T) {
	c, err := app.LoadConfig("", nil, map[string]string{"data": t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(context.Background(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	w := httptest.NewRecorder()
	a.Site().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
	b, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/session", "/api/v1/families/search", "/api/v1/imports", "/api/v1/determinations"} {
		if !strings.Contains(string(b), `"`+path) {
			t.Errorf("%s is not described", path)
		}
	}
}
