// Package api is the frame of the JSON interface: OpenAPI 3.1 from the code,
// problems as RFC 9457, sessions as bearer tokens. Slices register their
// operations on it.
//
// People are looked up by POST, never by address, so that no identifier
// stands in a log; and no problem echoes the value it refuses.
package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

// Sessions turns a bearer token into who acts.
type Sessions interface {
	SignIn(ctx context.Context, login, password string) (token string, err error)
	Actor(ctx context.Context, token string) (access.Actor, error)
	SignOut(ctx context.Context, token string) error
}

// New returns the interface, to register operations on, and its handler, to
// be mounted at /api/.
func New(sessions Sessions, version string) (huma.API, http.Handler) {
	problemsOnce.Do(useOurProblems)
	config := huma.DefaultConfig("Gotong", version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/api/openapi", "", "/api/schemas"
	config.CreateHooks = nil // no $schema links in bodies
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"session": {Type: "http", Scheme: "bearer"}}
	mux := http.NewServeMux()
	api := humago.New(mux, config)
	api.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) { authenticate(api, sessions, ctx, next) })
	registerSession(api, sessions)
	return api, whole(mux)
}

// Signed marks an operation as one that needs a session. Operations without
// it are public.
func Signed(o huma.Operation) huma.Operation {
	o.Security = []map[string][]string{{"session": {}}}
	return o
}

func authenticate(api huma.API, sessions Sessions, ctx huma.Context, next func(huma.Context)) {
	ctx = huma.WithValue(ctx, langKey{}, langOf(ctx.Header("Accept-Language")))
	if len(ctx.Operation().Security) == 0 {
		next(ctx)
		return
	}
	actor, err := sessions.Actor(ctx.Context(), bearer(ctx.Header("Authorization")))
	if err != nil {
		status := http.StatusUnauthorized
		if !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindNotFound) {
			status = statusOf(err)
		}
		_ = huma.WriteErr(api, ctx, status, "", err)
		return
	}
	next(huma.WithContext(ctx, access.With(ctx.Context(), actor)))
}

func bearer(header string) string {
	token, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return ""
	}
	return token
}

type langKey struct{}

// Lang returns the language that the caller asked for.
func Lang(ctx context.Context) i18n.Lang {
	if l, ok := ctx.Value(langKey{}).(i18n.Lang); ok {
		return l
	}
	return i18n.ID
}

func langOf(header string) i18n.Lang {
	for part := range strings.SplitSeq(header, ",") {
		tag := strings.ToLower(strings.TrimSpace(part))
		switch {
		case strings.HasPrefix(tag, "id"):
			return i18n.ID
		case strings.HasPrefix(tag, "en"):
			return i18n.EN
		}
	}
	return i18n.ID
}

// Problem is an error as RFC 9457 has it. Code is the message's key, which
// stays the same in every language; Instance names what went wrong inside, for
// whoever looks after the installation.
type Problem struct {
	Type     string   `json:"type" example:"about:blank"`
	Title    string   `json:"title"`
	Status   int      `json:"status"`
	Detail   string   `json:"detail,omitempty"`
	Instance string   `json:"instance,omitempty" example:"urn:gotong:request:5f0c9a1be2d34710"`
	Code     string   `json:"code,omitempty"`
	Errors   []Detail `json:"errors,omitempty"`
}

// Detail is what is wrong at one place of a request. The value that stands
// there is not repeated: it may be a NIK.
type Detail struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status; huma asks for it by this name.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType names the form of a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var problemsOnce sync.Once

// useOurProblems replaces huma's error model, which echoes refused values.
// It is a global of huma's, so it is set once for the process.
func useOurProblems() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		lang, inside := i18n.ID, context.Background()
		if ctx != nil {
			lang, inside = Lang(ctx.Context()), ctx.Context()
		}
		p := problem(lang, status, message, errs)
		if p.Status == http.StatusInternalServerError {
			p.Instance = failed(inside, routeOf(ctx), errors.Join(append(errs, errors.New(message))...))
		}
		return p
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problem(i18n.ID, status, message, errs)
	}
}

func problem(lang i18n.Lang, status int, message string, errs []error) *Problem {
	p := &Problem{Type: "about:blank", Status: status, Title: titleOf(lang, status), Detail: say(lang, message)}
	for _, err := range errs {
		if err == nil {
			continue
		}
		if d, ok := err.(huma.ErrorDetailer); ok { //nolint:errorlint // huma hands details over unwrapped
			detail := d.ErrorDetail()
			p.Errors = append(p.Errors, Detail{Location: detail.Location, Message: say(lang, detail.Message)})
			continue
		}
		err = fault.Disk(err)
		if status, key := cutShort(err); status != 0 {
			p.Status, p.Title, p.Detail, p.Code = status, titleOf(lang, status), i18n.T(lang, key), key
			continue
		}
		p.Detail = i18n.Error(lang, err)
		p.Errors = append(p.Errors, byField(lang, err)...)
		if fault.KindOf(err) != fault.KindInternal {
			p.Code = codeOf(err)
			if status >= 500 {
				p.Status = statusOf(err)
				p.Title = titleOf(lang, p.Status)
			}
		}
	}
	if p.Status >= 500 && p.Code == "" {
		p.Detail = i18n.T(lang, "core.error.internal")
	}
	return p
}
