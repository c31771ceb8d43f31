package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/i18n"
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

// TestEveryFailureIsAProblem has nothing answer in another form than a problem,
// in the language asked: no such address, another method, a panic, what fails
// inside. The last two have an id under which they are on record, and give
// nothing away.
func TestEveryFailureIsAProblem(t *testing.T) {
	var log strings.Builder
	a, h := api.New(oneSession{}, "test")
	huma.Register(a, api.Signed(huma.Operation{OperationID: "probe", Method: "POST", Path: "/api/v1/probe"}),
		func(_ context.Context, in *probe) (*struct{}, error) {
			if in.Body.NIK == "panic" {
				panic("secret of the program")
			}
			return nil, errors.New("secret of the database")
		})
	h = withID(api.Reporting(h, slog.New(slog.NewTextHandler(&log, nil))))
	for _, tc := range []struct {
		name, method, path, lang, body string
		want                           api.Problem
	}{
		{"no such address", "GET", "/api/v1/nothing", "en", "", api.Problem{Status: 404, Title: "Not found", Code: "api.no_operation", Detail: "There is no operation at this address. All operations are listed at /api/openapi.json."}},
		{"the same in Indonesian", "GET", "/api/v1/nothing", "", "", api.Problem{Status: 404, Title: "Tidak ditemukan", Code: "api.no_operation", Detail: "Tidak ada operasi pada alamat ini. Daftar semua operasi ada pada /api/openapi.json."}},
		{"another method", "PUT", "/api/v1/probe", "en", "", api.Problem{Status: 405, Title: "Not in this way", Code: "api.other_method", Detail: "This address takes only: POST."}},
		{"a panic", "POST", "/api/v1/probe", "en", `{"nik":"panic"}`, api.Problem{Status: 500, Title: "Something failed", Instance: "urn:gotong:request:17", Detail: i18n.T(i18n.EN, "core.error.internal")}},
		{"a failure inside", "POST", "/api/v1/probe", "id", `{"nik":"x"}`, api.Problem{Status: 500, Title: "Terjadi gangguan", Instance: "urn:gotong:request:17", Detail: i18n.T(i18n.ID, "core.error.internal")}},
		{"wrong form", "POST", "/api/v1/probe", "id", `{"nik":17}`, api.Problem{Status: 422, Title: "Isian belum benar",
			Detail: i18n.T(i18n.ID, "api.form.wrong"), Errors: []api.Detail{{Location: "body.nik", Message: "Harus berupa teks."}}}},
		{"a property is missing", "POST", "/api/v1/probe", "en", `{}`, api.Problem{Status: 422, Title: "The entry is not right",
			Detail: i18n.T(i18n.EN, "api.form.wrong"), Errors: []api.Detail{{Location: "body", Message: "The entry nik must be there."}}}},
	} {
		r := httptest.NewRequest(tc.method, tc.path, strings.NewReader(tc.body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer token")
		r.Header.Set("Accept-Language", tc.lang)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var got api.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Errorf("%s: %v: %s", tc.name, err, w.Body)
			continue
		}
		tc.want.Type = "about:blank"
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
		if kind := w.Header().Get("Content-Type"); kind != "application/problem+json" || w.Code != tc.want.Status {
			t.Errorf("%s: %d as %s", tc.name, w.Code, kind)
		}
	}
	for _, said := range []string{"secret of the program", "secret of the database", `route="POST /api/v1/probe"`, "request=17"} {
		if !strings.Contains(log.String(), said) {
			t.Errorf("%q is not on record", said)
		}
	}
}

// withID gives a request its id as the site does.
func withID(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "17")
		h.ServeHTTP(w, r)
	})
}
