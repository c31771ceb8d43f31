package runweb

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/run/rundb"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token for the role of that name.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	if !access.Role(token).Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return actor(access.Role(token)), nil
}

func actor(role access.Role) access.Actor {
	return access.Actor{Login: string(role), Name: "Bu " + string(role), Roles: []access.Role{role}, Scope: access.Areas("3674")}
}

func as(role access.Role) context.Context { return access.With(context.Background(), actor(role)) }

// nowhere is a queue that nobody works on.
type nowhere struct{}

func (nowhere) Enqueue(context.Context, ident.ID) error { return nil }

// site is the pages on a real service, whose one kind of work counts, tells
// that it is half way, and waits to be told to go on.
type site struct {
	t       *testing.T
	service *run.Service
	clock   *clock.Stepping
	router  *web.Router
	halfway chan struct{}
	ended   chan struct{} // closed at the end of the run that was begun last
	goOn    chan error
}

func newSite(t *testing.T) *site {
	t.Helper()
	c := clock.NewStepping(time.Unix(1_700_000_000, 0), 0)
	s := &site{t: t, clock: c, halfway: make(chan struct{}), goOn: make(chan error)}
	s.service = run.NewService(dbtest.SQLite(t), rundb.New(), c, ident.NewMaker(c, rand.Reader), slog.New(slog.DiscardHandler), run.Timing{Beat: time.Hour})
	s.service.UseQueue(nowhere{})
	s.service.Handle("import", access.Import, s.work)
	links := map[run.Kind]ResultLink{"import": func(r run.Run) (string, string) { return "/impor/" + r.ID.String(), "" }}
	s.router = web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: []web.NavItem{{Key: "run.title", Href: Path, Permission: access.SeeRuns}}}}})
	s.router.Add(New(s.service, c, links).Routes()...)
	return s
}

func (s *site) work(ctx context.Context, task run.Task) (any, error) {
	task.Progress.Stage("read", 0)
	task.Progress.Add("", 70)
	s.clock.Advance(10 * time.Second)
	task.Progress.Stage("working", 2000)
	s.clock.Advance(4 * time.Second)
	task.Progress.Add("ok", 900)
	task.Progress.Add("rejected", 100)
	s.halfway <- struct{}{}
	select {
	case err := <-s.goOn:
		s.clock.Advance(4 * time.Second)
		return map[string]any{"families": 1900, "paid_rupiah": 1250000}, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// begin starts a run and returns it half way; done ends it.
func (s *site) begin(dry bool) (r run.Run, done func(error)) {
	s.t.Helper()
	r, err := s.service.Start(as(access.Officer), "import", nil, dry)
	if err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan struct{})
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		defer close(ended)
		_ = s.service.Execute(ctx, r.ID) // a failure is kept with the run
	}()
	<-s.halfway
	s.ended = ended
	s.t.Cleanup(func() {
		stop() // what a test that failed left under way
		<-ended
	})
	return r, func(err error) {
		s.goOn <- err
		<-ended
	}
}

func (s *site) send(role access.Role, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if role != "" {
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: string(role)})
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

func (s *site) get(path string, header ...string) string {
	s.t.Helper()
	w := s.send(access.Officer, http.MethodGet, path, header...)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

func (s *site) holds(page string, wanted ...string) {
	s.t.Helper()
	for _, text := range wanted {
		if !strings.Contains(page, text) {
			s.t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
}

func TestARunIsFollowedToItsResult(t *testing.T) {
	s := newSite(t)
	r, done := s.begin(true)
	page := s.get(To(r))
	s.holds(page, `hx-get="`+To(r)+`"`, `hx-trigger="every 1s"`, `http-equiv="refresh"`, "1.000 dari 2.000 data", "50,0%", "250 per detik", "kira-kira 4 detik lagi",
		"Berhasil", "Ditolak", "Read", "70 data, 10 detik", "Uji coba", To(r)+"/berhenti")
	if w := s.send(access.Officer, http.MethodGet, To(r), "HX-Request", "true"); w.Header().Get("HX-Refresh") != "" {
		t.Error("a run that goes on makes the page load anew")
	}
	done(nil)
	if w := s.send(access.Officer, http.MethodGet, To(r), "HX-Request", "true"); w.Header().Get("HX-Refresh") != "true" {
		t.Error("a run that has ended does not make the page load anew")
	}
	page = s.get(To(r))
	s.holds(page, "Selesai", "1.900", "Rp1.250.000", "/impor/"+r.ID.String(), "Buka hasilnya", "Bu officer")
	for _, text := range []string{"hx-get=\"" + To(r), "refresh", "/berhenti"} {
		if strings.Contains(page, text) {
			t.Errorf("a run that has ended still has %s", text)
		}
	}
}

func TestAFailureSaysWhyAndNothingMore(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"fault": {fault.Invalid("region.code.unknown", "code", "99"), "Kode wilayah 99 tidak ada dalam daftar"},
		"other": {errors.New("secret"), "Terjadi gangguan pada sistem"},
	} {
		s := newSite(t)
		r, done := s.begin(false)
		done(tc.err)
		page := s.get(To(r))
		s.holds(page, "Pekerjaan gagal", tc.want)
		if strings.Contains(page, "secret") || strings.Contains(page, "/impor/") {
			t.Errorf("%s: the page says too much", name)
		}
	}
}

func TestStopping(t *testing.T) {
	s := newSite(t)
	r, _ := s.begin(false)
	if w := s.send(access.Planner, http.MethodPost, To(r)+"/berhenti"); w.Code != http.StatusForbidden {
		t.Errorf("a planner stops an import: %d", w.Code)
	}
	if page := s.send(access.Planner, http.MethodGet, To(r)).Body.String(); strings.Contains(page, "/berhenti") {
		t.Error("a planner is offered to stop an import")
	}
	if w := s.send(access.Officer, http.MethodPost, To(r)+"/berhenti"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != To(r) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	<-s.ended
	s.holds(s.get(To(r)), "Pekerjaan dihentikan")
}

func TestTheListIsFilteredByItsAddress(t *testing.T) {
	s := newSite(t)
	_, done := s.begin(false)
	done(nil)
	if _, err := s.service.Start(as(access.Officer), "import", nil, false); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"":                                 "2 baris",
		"?status=done":                     "1 baris",
		"?status=queued&jenis=import":      "1 baris",
		"?jenis=pay":                       "Tidak ada pekerjaan yang cocok.",
		"?oleh=BU+OFF":                     "2 baris",
		"?oleh=nobody":                     "Tidak ada pekerjaan yang cocok.",
		"?setelah=not-there&status=queued": "Menunggu",
	} {
		s.holds(s.get(Path+query), want)
	}
	if body := s.get(Path + "?berkas=csv&status=done"); !strings.HasPrefix(body, "jenis,status,uji_coba,oleh,diminta,selesai,lama,jumlah,nomor\r\nImpor keluarga,Selesai,tidak,Bu officer,2023-11-14T22:13:20Z,2023-11-14T22:13:38Z,18 detik,1000,") {
		t.Errorf("the file: %q", body)
	}
	s.holds(newSite(t).get(Path), "Belum ada pekerjaan.")
}

func TestWhoMayOpenWhat(t *testing.T) {
	s := newSite(t)
	r, err := s.service.Start(as(access.Officer), "import", nil, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range s.router.Table() {
		path := strings.ReplaceAll(route.Pattern, "{id}", r.ID.String())
		if w := s.send("", route.Method, path); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/masuk") {
			t.Errorf("%s %s by nobody: %d", route.Method, path, w.Code)
		}
		for _, role := range access.Roles {
			want := route.Method == http.MethodGet || role == access.Officer
			if w := s.send(role, route.Method, path); (w.Code != http.StatusForbidden) != want {
				t.Errorf("%s %s as %s: %d", route.Method, path, role, w.Code)
			}
		}
	}
	for _, path := range []string{Path + "/x", Path + "/" + ident.ID{15: 9}.String()} {
		if w := s.send(access.Officer, http.MethodGet, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
