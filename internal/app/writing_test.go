package app_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/internal/web"
)

// stuck is the progress of an import that holds the database until it is let
// go on.
type stuck struct {
	once    sync.Once
	reached chan struct{} // closed where families are being written
	goOn    chan struct{}
	writing bool
}

func (s *stuck) Stage(key string, _ int64) { s.writing = key == registry.StageWrite }

func (s *stuck) Add(string, int64) {
	if s.writing {
		s.once.Do(func() { close(s.reached) })
		<-s.goOn
	}
}

// importing imports an upload as far as to its first family, and tells how it
// ended once it may go on.
func (o *office) importing(ctx context.Context, t *testing.T, upload ident.ID) (at *stuck, imported <-chan error) {
	t.Helper()
	at = &stuck{reached: make(chan struct{}), goOn: make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		r, err := o.Runs.Do(ctx, registry.ImportRun, registry.RunArgs{Upload: upload}, false, at)
		if err == nil && r.State != run.Done {
			t.Errorf("the import is %s", r.State)
		}
		ended <- err
	}()
	select {
	case <-at.reached:
	case err := <-ended:
		t.Fatalf("the import was not written: %v", err)
	}
	return at, ended
}

// TestWhoWaitsForAnImportIsTold has somebody save while an import is being
// written: they are told whose import it is, their answers are kept, and what
// they send again when it is done is saved.
func TestWhoWaitsForAnImportIsTold(t *testing.T) {
	o := openOffice(t, "")
	o.clock.Advance(registrytest.Start.Sub(o.clock.Now())) // the files are of that time
	ctx := t.Context()
	if _, err := o.Access.Bootstrap(ctx, access.Staff{Login: "sri", Name: "Sri Wahyuni", Roles: []access.Role{access.Officer}, Scope: access.Nation()}, "tiga kambing hitam"); err != nil {
		t.Fatal(err)
	}
	token, err := o.Access.SignIn(ctx, "sri", "tiga kambing hitam")
	if err != nil {
		t.Fatal(err)
	}
	rukmini := access.With(ctx, access.Actor{Login: "rukmini", Name: "Rukmini", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	upload, err := o.Registry.Upload(rukmini, registrytest.NewOffice(20, 1, "3674011001").Files())
	if err != nil {
		t.Fatal(err)
	}

	patience := time.Millisecond // until the import is done
	site := o.Site()
	site.Add(web.Route{Method: "POST", Pattern: "/uji", AnyStaff: true, Handle: func(ctx context.Context, r *web.Request) (web.Response, error) {
		err := o.DB.Write(db.WithPatience(ctx, patience), func(ctx context.Context) error {
			return o.Audit.Log().Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "staff.add", Subject: r.Text("alamat")})
		})
		return web.SeeOther("/selesai"), err
	}})
	save := func() (int, string) {
		form := url.Values{"alamat": {"Jl. Melati 7"}}
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/uji", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: token})
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		b, err := io.ReadAll(w.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		return w.Code, string(b)
	}

	at, imported := o.importing(rukmini, t, upload)
	code, page := save()
	for _, told := range []string{"Rukmini", "Impor", `<input type="hidden" name="alamat" value="Jl. Melati 7">`, "/uji", "/pekerjaan/"} {
		if !strings.Contains(page, told) {
			t.Errorf("the page does not tell %q", told)
		}
	}
	if code != http.StatusServiceUnavailable {
		t.Errorf("%d: %s", code, page)
	}
	close(at.goOn)
	if err := <-imported; err != nil {
		t.Fatal(err)
	}
	patience = 10 * time.Minute
	if code, page := save(); code != http.StatusSeeOther {
		t.Errorf("afterwards %d: %s", code, page)
	}
}
