package sieveweb

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/rule/ruledb"
	"gotong/internal/sieve"
	"gotong/internal/sieve/sievedb"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingdb"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	who, area, _ := strings.Cut(token, "@")
	login, role, _ := strings.Cut(who, ":")
	if !access.Role(role).Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return access.Actor{Login: login, Name: login, Roles: []access.Role{access.Role(role)}, Scope: access.ParseScope(area)}, nil
}

const lina, tuti = "lina:officer@*", "tuti:operator@3172041004"

func send(t *testing.T, router *web.Router, who, method, path string, status int, pairs ...string) string {
	t.Helper()
	form := url.Values{"x": {""}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	if w.Code != status {
		t.Errorf("%s %s: %d, want %d: %.200s", method, path, w.Code, status, w.Body)
	}
	return w.Body.String()
}

func TestPage(t *testing.T) {
	d := dbtest.SQLite(t)
	w := determinationtest.NewWorld(t, determinationtest.Stores{Unit: d, Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}}, snapshottest.Random(6, 130))
	c := clock.NewStepping(time.Date(2025, 7, 3, 0, 0, 0, 0, time.UTC), time.Second)
	h := &Handlers{Service: sieve.NewService(sieve.Deps{Unit: d, Store: sievedb.Store{}, Snapshots: w.Snapshots, Rankings: w.Rankings, Catalogue: indicator.Default(),
		Register: determinationtest.Register{Records: w.Records, Keys: w.Keys}, Rules: ruledb.NewReader(d), Log: w.Log, Clock: c, IDs: ident.NewMaker(c, rand.Reader)}),
		Atlas: region.Default(), FamilyPage: func(id ident.ID) string { return "/keluarga/" + id.String() }}
	router := web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk"})
	router.Add(h.Routes()...)
	w.Ranked(t)
	holds := func(page string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(page, p) {
				t.Errorf("the page lacks %q", p)
			}
		}
	}
	to := func(rule string, more ...string) string {
		q := url.Values{ruleParam: {rule}}
		for i := 0; i+1 < len(more); i += 2 {
			q.Set(more[i], more[i+1])
		}
		return Path + "?" + q.Encode()
	}
	holds(send(t, router, lina, "GET", Path, 200), "Tulis satu aturan")
	page := send(t, router, lina, "GET", to("family.size >= 2"), 200)
	holds(page, "Cocok", "Belum diketahui", "/keluarga/", "setelah=50")
	if own := send(t, router, tuti, "GET", to("family.size >= 2"), 200); strings.Count(own, `href="/keluarga/`) >= strings.Count(page, `href="/keluarga/`) {
		t.Error("a village operator sees as many families as the nation")
	}
	holds(send(t, router, lina, "GET", to("family.house_damaged", "jawab", "belum"), 200), "Yang perlu ditanyakan")
	holds(send(t, router, lina, "GET", to("family.desile <= 2"), 422), "1:8", "decile")
	send(t, router, lina, "GET", to("family.desile <= 2", "berkas", "csv"), 422)
	if file := send(t, router, lina, "GET", to("family.size >= 2", "berkas", "csv"), 200); strings.Count(file, "\n") < 52 {
		t.Errorf("the file has %d lines", strings.Count(file, "\n"))
	}
	send(t, router, lina, "POST", Path, 422, "nama", "", ruleParam, "family.size >= 2")
	send(t, router, lina, "POST", Path, 303, "nama", "Keluarga besar", ruleParam, "family.size >= 5")
	page = send(t, router, tuti, "GET", Path, 200)
	holds(page, "Keluarga besar", "aturan=family.size")
	_, after, found := strings.Cut(send(t, router, lina, "GET", Path, 200), Path+"/hapus/")
	if !found || strings.Contains(page, "/hapus/") {
		t.Fatal("only who kept a rule may take it away")
	}
	send(t, router, tuti, "POST", Path+"/hapus/"+after[:36], 403)
	send(t, router, lina, "POST", Path+"/hapus/"+after[:36], 303)
}
