package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
)

// oneSession knows one token.
type oneSession struct{}

func (oneSession) SignIn(_ context.Context, login, password string) (string, error) {
	if login != "sri" {
		return "", fault.Forbidden("access.wrong_sign_in")
	}
	return "token", nil
}

func (oneSession) Actor(_ context.Context, token string) (access.Actor, error) {
	if token != "token" {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return access.Actor{Login: "sri"}, nil
}

func (oneSession) SignOut(context.Context, string) error { return nil }

type probe struct {
	Body struct {
		NIK string `json:"nik" maxLength:"16"`
	}
}

func handler(t *testing.T) http.Handler {
	t.Helper()
	a, h := api.New(oneSession{}, "test")
	huma.Register(a, api.Signed(huma.Operation{OperationID: "probe", Method: "POST", Path: "/api/v1/probe"}),
		func(ctx context.Context, in *probe) (*struct{}, error) {
			switch in.Body.NIK {
			case "fault":
				return nil, fault.Conflict("core.error.conflict")
			case "error":
				return nil, errors.New("secret of the database")
			}
			if actor, _ := access.From(ctx); actor.Login != "sri" {
				t.Errorf("%q acts", actor.Login)
			}
			return nil, nil
		})
	return h
}

func ask(h http.Handler, method, path, token, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestProblems(t *testing.T) {
	h := handler(t)
	for _, tc := range []struct {
		name, token, body string
		status            int
		has, hasNot       string
	}{
		{"fine", "token", `{"nik":"x"}`, 204, "", ""},
		{"no session", "", `{"nik":"x"}`, 401, "not signed in", ""},
		{"wrong session", "other", `{"nik":"x"}`, 401, "access.signed_out", ""},
		{"refused values are not echoed", "token", `{"nik":"31720455059000011111"}`, 422, "body.nik", "3172045505"},
		{"a fault has its status and key", "token", `{"nik":"fault"}`, 409, "core.error.conflict", ""},
		{"anything else gives nothing away", "token", `{"nik":"error"}`, 500, "Something failed", "secret"},
	} {
		w := ask(h, "POST", "/api/v1/probe", tc.token, tc.body)
		if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.has) || tc.hasNot != "" && strings.Contains(w.Body.String(), tc.hasNot) {
			t.Errorf("%s: %d %s", tc.name, w.Code, w.Body)
		}
	}
}

func TestSignIn(t *testing.T) {
	h := handler(t)
	if w := ask(h, "POST", "/api/v1/session", "", `{"login":"sri","password":"x"}`); w.Code != 200 || !strings.Contains(w.Body.String(), `"token":"token"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(h, "POST", "/api/v1/session", "", `{"login":"x","password":"hunter2"}`); w.Code != 403 || strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(h, "DELETE", "/api/v1/session", "token", ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(h, "GET", "/api/openapi.json", "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"/api/v1/session"`) {
		t.Errorf("%d", w.Code)
	}
}
