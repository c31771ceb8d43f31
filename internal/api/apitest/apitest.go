// Package apitest asks the JSON interface in tests, as anybody.
package apitest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
)

// Sessions says who holds a token; false for nobody.
type Sessions func(token string) (access.Actor, bool)

// SignIn refuses everybody: tokens are known.
func (Sessions) SignIn(context.Context, string, string) (string, error) {
	return "", fault.Forbidden("access.wrong_sign_in")
}

// Actor returns who holds a token.
func (s Sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	if a, ok := s(token); ok && token != "" {
		return a, nil
	}
	return access.Actor{}, fault.Forbidden("access.signed_out")
}

// SignOut does nothing.
func (Sessions) SignOut(context.Context, string) error { return nil }

// ByRole takes tokens such as "officer@3674", or "sari:officer@*" for somebody
// whose login is another than the role.
func ByRole(token string) (access.Actor, bool) {
	who, area, _ := strings.Cut(token, "@")
	login, role, named := strings.Cut(who, ":")
	if !named {
		role = login
	}
	return access.Actor{Login: login, Roles: []access.Role{access.Role(role)}, Scope: access.ParseScope(area)}, access.Role(role).Valid()
}

// As takes logins as tokens, of people whose contexts a test's world makes.
func As(world func(login string) context.Context) Sessions {
	return func(token string) (access.Actor, bool) { return access.From(world(token)) }
}

// Client asks an interface.
type Client struct {
	testing.TB
	Handler http.Handler
}

// New returns a Client of an interface with the operations that register adds.
func New(t testing.TB, s Sessions, register func(huma.API)) Client {
	operations, handler := api.New(s, "test")
	register(operations)
	return Client{t, handler}
}

// Ask is a request. Of an empty Type, a body is JSON.
type Ask struct {
	Who, Method, Path string
	Type, Body        string
	Key               string // Idempotency-Key
	Lang              string
}

// Answer returns the status and the text of the answer.
func (c Client) Answer(a Ask) (status int, text string) {
	r := httptest.NewRequest(a.Method, a.Path, strings.NewReader(a.Body))
	r.Header.Set("Authorization", "Bearer "+a.Who)
	if a.Type == "" && a.Body != "" {
		a.Type = "application/json"
	}
	for name, value := range map[string]string{"Content-Type": a.Type, "Idempotency-Key": a.Key, "Accept-Language": a.Lang} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	c.Handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// Do returns the text of an answer that must have a status, and reads it into
// a value; nil for none.
func (c Client) Do(a Ask, status int, into any) string {
	c.Helper()
	got, text := c.Answer(a)
	if got != status {
		c.Fatalf("%s %s as %s: %d, want %d: %.500s", a.Method, a.Path, a.Who, got, status, text)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			c.Fatal(err)
		}
	}
	return text
}
