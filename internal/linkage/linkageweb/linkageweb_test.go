package linkageweb

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/linkagedb"
	"gotong/internal/linkage/linkagetest"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token "role@area" for somebody with that role there.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	role, area, _ := strings.Cut(token, "@")
	if !access.Role(role).Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return access.Actor{Login: role, Name: "Bu " + role, Roles: []access.Role{access.Role(role)}, Scope: access.ParseScope(area)}, nil
}

// atOnce does runs in the request.
type atOnce struct{ service *linkage.Service }

func (a atOnce) Start(ctx context.Context, kind run.Kind, _ any, _ bool) (run.Run, error) {
	_, err := a.service.Find(ctx, run.Silent{})
	return run.Run{Kind: kind}, err
}

type site struct {
	t      testing.TB
	bench  *linkagetest.Bench
	router *web.Router
}

func newSite(t testing.TB) *site {
	t.Helper()
	b := linkagetest.NewBench(t, linkagetest.Backend{
		Backend: registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()},
		Pairs:   linkagedb.New(),
	}, 240, 16)
	s := &site{t: t, bench: b, router: web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: Nav}}})}
	s.router.Add(New(Deps{Service: b.Service, Atlas: region.Default(), Runs: atOnce{b.Service},
		RunPage:    func(run.Run) string { return "/pekerjaan/1" },
		FamilyPage: func(id ident.ID) string { return "/keluarga/" + id.String() }}).Routes()...)
	return s
}

func (s *site) get(who, path string) *httptest.ResponseRecorder { return s.send(who, "GET", path, nil) }

func (s *site) send(who, method, path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

// search runs a search as the officer and returns the pairs, those that matter
// most first.
func (s *site) search() []linkage.Candidate {
	s.t.Helper()
	if w := s.send(officer, "POST", FindPath, url.Values{}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/pekerjaan/1" {
		s.t.Fatalf("searching: %d %s", w.Code, w.Body)
	}
	page, err := s.bench.List(registrytest.Officer(), linkage.Filter{ByWorth: true}, linkage.Cursor{}, 1000)
	if err != nil || len(page.Rows) < 10 {
		s.t.Fatalf("%v, %v", page, err)
	}
	return page.Rows
}

func expect(t testing.TB, w *httptest.ResponseRecorder, status int, parts ...string) string {
	t.Helper()
	body := w.Body.String()
	if w.Code != status {
		t.Fatalf("status %d, want %d: %.600s", w.Code, status, body)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("the page does not say %q", p)
		}
	}
	for _, prefix := range []string{"[linkage.", "[registry.", "[web."} {
		if i := strings.Index(body, prefix); i >= 0 {
			t.Errorf("a sentence is missing: %.60s", body[i:])
		}
	}
	return body
}

const officer = "officer@*"

func TestTheListIsFilteredByItsAddress(t *testing.T) {
	s := newSite(t)
	expect(t, s.get(officer, Path), 200, "Tidak ada pasangan yang menunggu keputusan")
	pairs := s.search()
	expect(t, s.get(officer, Path), 200, pairs[0].Left.Name, To(pairs[0].ID), "Menunggu diputus", "berkas=xlsx", FindPath, BulkPath)
	expect(t, s.get(officer, Path+"?lang=en"), 200, "Waits for a decision")
	expect(t, s.get(officer, Path+"?status=rejected"), 200, "Tidak ada pasangan yang cocok")
	expect(t, s.get(officer, Path+"?wilayah=31"), 200, "Tidak ada pasangan yang cocok")
	expect(t, s.get(officer, Path+"?kemungkinan=sure&wilayah=3674&status=semua"), 200, pairs[0].Left.Name)
	if body := s.get("operator@3674", Path).Body.String(); strings.Contains(body, FindPath) || strings.Contains(body, BulkPath) {
		t.Error("who may not decide is offered to")
	}
	expect(t, s.get("treasurer@*", Path), 403)
	w := s.get(officer, Path+"?berkas=csv&urutan=yakin")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	at := slices.Index(rows[0], "kemungkinan")
	if at < 0 {
		t.Fatalf("no chance among %q", rows[0])
	}
	for i := 2; i < len(rows); i++ {
		if rows[i-1][at] < rows[i][at] {
			t.Errorf("%s comes before %s, though the surest were asked for first", rows[i-1][at], rows[i][at])
		}
	}
}

func TestTheListAsAFile(t *testing.T) {
	s := newSite(t)
	pairs := s.search()
	w := s.get(officer, Path+"?berkas=csv&status=semua")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != len(pairs)+1 || rows[0][0] != "orang_1" || rows[1][0] != pairs[0].Left.Name {
		t.Errorf("%d rows, %v: %v", len(rows), err, rows[:1])
	}
	if w := s.get(officer, Path+"?berkas=xlsx"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("no workbook: %d", w.Code)
	}
}

func TestThePagesOfTheListFollowEachOther(t *testing.T) {
	for _, c := range []linkage.Cursor{{}, {Score: -5, ID: ident.ID{1}}, {Score: 31000, ID: ident.ID{9}, Back: true}, {Score: 4_000_000_000_000, ID: ident.ID{2}}} {
		text := c.Text()
		q := web.Query{After: text}
		if c.Back {
			q = web.Query{Before: text}
		}
		if got := cursor(q, true); got != c {
			t.Errorf("%+v is read as %+v", c, got)
		}
	}
	for _, text := range []string{"x", "1_x", "_", "99999999999_" + ident.ID{}.String()} {
		if got := cursor(web.Query{After: text}, false); got != (linkage.Cursor{}) {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestAPairIsDecidedAndTakenBack(t *testing.T) {
	s := newSite(t)
	pairs := s.search()
	first := pairs[0]
	body := expect(t, s.get(officer, To(first.ID)), 200, first.Left.Name, first.Right.Mother, "Sama, walau ejaan", "sangat mendukung orang yang sama",
		"Dua orang sembarang", "Orang yang sama, pakai data kiri", "/keluarga/"+first.Left.Family.String(), "Saran:")
	if strings.Count(body, `name="putusan"`) != 3 {
		t.Error("there are not three decisions")
	}
	expect(t, s.get(officer, To(first.ID)+"?lang=en"), 200, "One person, keep the left record", "speaks strongly for one person")

	w := s.send(officer, "POST", To(first.ID), url.Values{"putusan": {"left"}, "catatan": {"Sudah ditanya ke RT"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != To(pairs[1].ID)+"?tadi="+first.ID.String() {
		t.Fatalf("decided: %d to %s", w.Code, w.Header().Get("Location"))
	}
	expect(t, s.get(officer, w.Header().Get("Location")), 200, "Keputusan tersimpan", To(first.ID))
	expect(t, s.get(officer, To(first.ID)), 200, "Diputus oleh officer", "Sudah ditanya ke RT", "Batalkan keputusan", first.Left.Name, "Ganda")
	// Whoever comes second sees what was decided, and the way on.
	expect(t, s.send(officer, "POST", To(first.ID), url.Values{"putusan": {"apart"}}), 409, "sudah diputus orang lain", "Diputus oleh officer", To(pairs[1].ID), "Pasangan berikutnya")

	w = s.send(officer, "POST", To(first.ID)+"/batal", url.Values{})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != To(first.ID) {
		t.Fatalf("undone: %d", w.Code)
	}
	expect(t, s.get(officer, To(first.ID)), 200, "Orang yang sama, pakai data kiri")
	expect(t, s.send(officer, "POST", To(first.ID)+"/batal", url.Values{}), 409, "belum diputus", "Orang yang sama, pakai data kiri")
	expect(t, s.send(officer, "POST", To(first.ID), url.Values{"putusan": {"neither"}}), 422, "Pilih salah satu putusan")
	expect(t, s.send(officer, "POST", To(first.ID), url.Values{"putusan": {"apart"}}), 303)
	expect(t, s.get(officer, To(first.ID)), 200, "Dua orang berbeda")
	expect(t, s.get(officer, Path+"/no-id"), 404)
}

func TestWhoMayOnlyLookIsOfferedNoDecision(t *testing.T) {
	s := newSite(t)
	first := s.search()[0]
	body := expect(t, s.get("auditor@*", To(first.ID)), 200, first.Left.Name)
	if strings.Contains(body, `name="putusan"`) {
		t.Error("an auditor is offered a decision")
	}
	expect(t, s.send("auditor@*", "POST", To(first.ID), url.Values{"putusan": {"left"}}), 403)
	expect(t, s.send("operator@*", "POST", To(first.ID)+"/batal", url.Values{}), 403)
	expect(t, s.get("auditor@*", BulkPath), 403)
}

func TestAnotherAreasPersonStaysHidden(t *testing.T) {
	s := newSite(t)
	var pair linkage.Candidate
	for _, c := range s.search() {
		if c.Left.Area != c.Right.Area && c.Left.Name != c.Right.Name || c.Left.Area != c.Right.Area && c.Right.HeadName != c.Left.HeadName {
			pair = c
			break
		}
	}
	own := "officer@" + pair.Left.Area
	body := expect(t, s.get(own, To(pair.ID)), 200, pair.Left.Name, "Di luar wilayah Anda (Kota Tangerang Selatan)")
	for about, secret := range map[string]string{"head": pair.Right.HeadName, "family": pair.Right.Family.String(), "village": region.Default().Name(pair.Right.Area)} {
		if strings.Contains(body, ">"+secret) || strings.Contains(body, "/"+secret) {
			t.Errorf("the %s of another area's person is shown", about)
		}
	}
	expect(t, s.send(own, "POST", To(pair.ID), url.Values{"putusan": {"left"}}), 403)
	expect(t, s.get("officer@3172", To(pair.ID)), 404)
	list := expect(t, s.get(own, Path), 200, "Di luar wilayah Anda")
	if strings.Contains(list, region.Default().Name(pair.Right.Area)+",") {
		t.Error("the list names the village of another area's person")
	}
}

func TestManyAreConfirmedAtOnce(t *testing.T) {
	s := newSite(t)
	s.search()
	expect(t, s.get(officer, BulkPath+"?kemungkinan=50"), 422, "99%")
	expect(t, s.get(officer, BulkPath+"?kemungkinan=banyak"), 422, "Tulis angka")
	body := expect(t, s.get(officer, BulkPath+"?kemungkinan=99,0"), 200, "Data yang ditutup", "data ganda")
	value := func(name string) string {
		_, rest, ok := strings.Cut(body, `name="`+name+`" value="`)
		if !ok {
			t.Fatalf("the form lacks %s", name)
		}
		v, _, _ := strings.Cut(rest, `"`)
		return v
	}
	form := url.Values{"kemungkinan": {value("kemungkinan")}, "sidik": {value("sidik")}}
	expect(t, s.send(officer, "POST", BulkPath, url.Values{"sidik": {"other"}}), 409)
	w := s.send(officer, "POST", BulkPath, form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %.300s", w.Code, w.Body)
	}
	n, err := s.bench.Count(registrytest.Officer(), linkage.Filter{Status: linkage.Confirmed})
	if err != nil || n < 4 {
		t.Errorf("%d were confirmed, %v", n, err)
	}
	dead := 0
	for _, r := range registrytest.Everything(t, s.bench.Register) {
		for _, m := range r.Members {
			if m.Status == registry.PersonDuplicate {
				dead++
			}
		}
	}
	if int64(dead) != n {
		t.Errorf("%d pairs were confirmed, %d records closed", n, dead)
	}
}

func TestEveryPieceHasWordsInBothLanguages(t *testing.T) {
	pieces := []string{linkage.HomeField + "." + linkage.HomeLevel, linkage.HomeField + "." + linkage.KinLevel}
	for f := linkage.Name; f.String() != "unknown"; f++ {
		for l := linkage.Level(0); f.LevelName(l) != "unknown"; l++ {
			pieces = append(pieces, f.String()+"."+f.LevelName(l))
		}
	}
	for _, piece := range pieces {
		for _, lang := range i18n.Langs {
			if key := "linkage.level." + piece; !i18n.Has(lang, key) {
				t.Errorf("%s has no words in %s", key, lang)
			}
		}
	}
}
