package targetingweb

import (
	"bytes"
	"context"
	"crypto/rand"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingdb"
	"gotong/internal/targeting/targetingtest"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token "login:role" for somebody with that role everywhere.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	login, role, _ := strings.Cut(token, ":")
	return access.Actor{Login: login, Name: login, Roles: []access.Role{access.Role(role)}, Scope: access.Nation()}, nil
}

type site struct {
	t       *testing.T
	service *targeting.Service
	router  *web.Router
}

func newSite(t *testing.T) *site {
	d := dbtest.SQLite(t)
	c := clock.NewStepping(time.Date(2025, 7, 10, 0, 0, 0, 0, time.UTC), time.Second)
	ids, keys, log := ident.NewMaker(c, rand.Reader), snapshottest.Keys(t), audit.NewLog(auditdb.New(), c)
	snapshots := snapshot.NewService(snapshot.Deps{Unit: d, Store: snapshotdb.Store{}, Source: snapshottest.Source(snapshottest.Random(1, 5)),
		Catalogue: indicator.Default(), Signer: keys, Log: log, Clock: c, IDs: ids, Root: t.TempDir()})
	models, lines := targetingtest.Policy(t)
	s := &site{t: t, service: targeting.NewService(targeting.Deps{Unit: d, Store: targetingdb.Store{}, Versions: targetingdb.Store{}, Surveys: targetingdb.Store{}, Meetings: targetingdb.Store{},
		Snapshots: snapshots, Catalogue: indicator.Default(), Models: models, Lines: lines, Signer: keys, Log: log, Clock: c, IDs: ids, Root: t.TempDir()})}
	s.router = web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk"})
	s.router.Add(New(Deps{Service: s.service, Atlas: region.Default(), Clock: c, FamilyPage: func(ident.ID) string { return "/" }}).Routes()...)
	return s
}

// post sends a form, with a file where content is not empty.
func (s *site) post(who, path, content string, pairs ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	if content != "" {
		f, err := w.CreateFormFile("berkas", "survei.csv")
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	got := httptest.NewRecorder()
	s.router.ServeHTTP(got, r)
	return got
}

// poorHalf is a survey of four households, of which two persons in five are
// far below every line.
const poorHalf = "desa;orang;konsumsi;wilayah;kota\n1;2;100.000,0;36.74;kota\n1;1;5.000.000,0;36.74;kota\n2;1;4.000.000,0;31.72;kota\n2;1;9.000.000,0;31.72;kota\n"

func TestPovertyOfASurvey(t *testing.T) {
	s := newSite(t)
	form := func(change ...string) []string {
		pairs := []string{"nama", "Susenas uji", "tanggal", "2025-03-15", "konsumsi", "konsumsi", "anggota", "orang", "komunitas", "desa", "kode", "wilayah", "kota", "kota"}
		for i := 0; i+1 < len(pairs); i += 2 {
			for k := 0; k+1 < len(change); k += 2 {
				if pairs[i] == change[k] {
					pairs[i+1] = change[k+1]
				}
			}
		}
		return append(pairs, change...)
	}
	const officer = "lina:officer"
	w := s.post(officer, SurveyPath, poorHalf, form()...)
	for _, part := range []string{"Hasil dari 4 rumah tangga", "40,00 %", "belum disimpan", "Kota Tangerang Selatan"} {
		if w.Code != 200 || !strings.Contains(w.Body.String(), part) {
			t.Errorf("status %d, and the page lacks %q", w.Code, part)
		}
	}
	ctx := access.With(context.Background(), access.Actor{Login: "lina", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	kept := func() (n int) {
		if err := s.service.Unit.Read(ctx, func(ctx context.Context) error {
			all, err := s.service.Surveys.PovertyOf(ctx, "")
			n = len(all)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if kept() != 0 {
		t.Error("looking has kept figures")
	}
	for name, x := range map[string]struct {
		content, field string
		change         []string
	}{
		"no file":               {"", "berkas", nil},
		"no such column":        {poorHalf, "konsumsi", []string{"konsumsi", "konsumis"}},
		"no column":             {poorHalf, "konsumsi", []string{"konsumsi", ""}},
		"no name":               {poorHalf, "nama", []string{"nama", ""}},
		"no day":                {poorHalf, "tanggal", []string{"tanggal", "kemarin"}},
		"a day to come":         {poorHalf, "tanggal", []string{"tanggal", "2031-01-01"}},
		"consumption of zero":   {strings.Replace(poorHalf, "100.000,0", "0,0", 1), "konsumsi", nil},
		"members that are none": {strings.Replace(poorHalf, "1;2;", "1;0;", 1), "anggota", nil},
		"an area that is none":  {strings.Replace(poorHalf, "36.74", "367", 1), "kode", nil},
		"a town that is none":   {strings.Replace(poorHalf, ";kota\n2", ";entah\n2", 1), "kota", nil},
		"no such area":          {poorHalf, "wilayah", []string{"wilayah", "Atlantis"}},
		"no text":               {strings.Repeat("\x00\x01\x02\xff", 200), "berkas", nil},
	} {
		got := s.post(officer, SurveyPath, x.content, form(append([]string{"simpan", "1"}, x.change...)...)...)
		if got.Code != 422 || !strings.Contains(got.Body.String(), "isian-"+x.field+"-salah") {
			t.Errorf("%s: status %d, want 422 beside %s", name, got.Code, x.field)
		}
	}
	if kept() != 0 {
		t.Error("a refused survey has kept figures")
	}
	if got := s.post("pura:planner", SurveyPath, poorHalf, form()...); got.Code != 403 {
		t.Errorf("a planner: status %d", got.Code)
	}
	if got := s.post(officer, SurveyPath, poorHalf, form("simpan", "1")...); got.Code != 303 {
		t.Errorf("keeping: status %d: %.300s", got.Code, got.Body)
	}
	if kept() == 0 {
		t.Error("nothing is kept")
	}
}
