package determinationweb

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/pathout"
	"gotong/internal/region"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingdb"
	"gotong/internal/web"
	"gotong/internal/web/webtest"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token "login:role@area" for somebody with that role there.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	who, area, _ := strings.Cut(token, "@")
	login, role, _ := strings.Cut(who, ":")
	if !access.Role(role).Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return access.Actor{Login: login, Name: "Bu " + login, Roles: []access.Role{access.Role(role)}, Scope: access.ParseScope(area)}, nil
}

// asked remembers what runs were asked for.
type asked struct{ what []string }

func (a *asked) note(s string) (string, error) {
	a.what = append(a.what, s)
	return "/pekerjaan/1", nil
}

func (a *asked) Snapshot(_ context.Context, d civil.Date) (string, error) {
	return a.note("snapshot " + d.String())
}

func (a *asked) Rank(_ context.Context, s ident.ID) (string, error) {
	return a.note("rank " + s.String())
}

func (a *asked) Determine(_ context.Context, s, r ident.ID) (string, error) {
	return a.note("determine " + s.String() + " " + r.String())
}

func (a *asked) Recheck(_ context.Context, d ident.ID) (string, error) {
	return a.note("recheck " + d.String())
}

type site struct {
	t      *testing.T
	db     *db.DB
	world  *determinationtest.World
	work   *asked
	pages  *Handlers
	router *web.Router

	suspended time.Time // since when no family's data are processed; zero when they are
}

func newSite(t *testing.T, families int) *site {
	t.Helper()
	return newSiteOf(t, snapshottest.Random(21, families))
}

func newSiteOf(t *testing.T, records []snapshot.Record) *site {
	t.Helper()
	s := &site{t: t, db: dbtest.SQLite(t), work: &asked{}}
	s.world = determinationtest.NewWorld(t, determinationtest.Stores{Unit: s.db, Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}}, records)
	p, err := pathout.Load(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	w := s.world
	s.pages = New(Deps{Service: w.Determinations, Snapshots: w.Snapshots, Rankings: w.Rankings, Programmes: w.Programmes,
		Paths: pathout.NewService(p, w.Determinations, w.Rankings), Register: determinationtest.Register{Records: w.Records, Keys: w.Keys},
		Atlas: region.Default(), Work: s.work, Clock: clock.NewStepping(time.Date(2025, 7, 10, 0, 0, 0, 0, time.UTC), 0),
		SuspendedSince: func(context.Context, ident.ID) (time.Time, bool, error) {
			return s.suspended, !s.suspended.IsZero(), nil
		}, Ask: "/hak-saya"})
	s.router = web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: Nav}}})
	s.router.Add(s.pages.Routes()...)
	return s
}

func (s *site) send(who, method, path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

func (s *site) get(who, path string) *httptest.ResponseRecorder { return s.send(who, "GET", path, "") }

func (s *site) post(who, path string, pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	if len(form) == 0 {
		form.Set("x", "")
	}
	return s.send(who, "POST", path, form.Encode())
}

func expect(t *testing.T, w *httptest.ResponseRecorder, status int, parts ...string) string {
	t.Helper()
	body := strings.ReplaceAll(w.Body.String(), "<wbr>", "")
	if w.Code != status {
		t.Fatalf("status %d, want %d: %.400s", w.Code, status, body)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("the page does not say %q", p)
		}
	}
	for _, missing := range []string{"[determination.", "[pathout.", "[programme."} {
		if i := strings.Index(body, missing); i >= 0 {
			t.Errorf("a sentence is missing: %.60s", body[i:])
		}
	}
	return body
}

const (
	manager  = "sari:manager@*"
	second   = "budi:manager@*"
	officer  = "tuti:officer@*"
	operator = "op:operator@3172041004"
	planner  = "rencana:planner@*"
)

func TestProgrammePages(t *testing.T) {
	s := newSite(t, 1)
	expect(t, s.get(planner, "/program"), 200, "Program Keluarga Harapan", "/program/pkh/2025-01-01", "Berakhir", "Berlaku")
	expect(t, s.get(planner, "/program?lang=en"), 200, "Family Hope Programme")
	expect(t, s.get(planner, "/program?berkas=csv"), 200, "program,kode,tujuan", "pkh")
	expect(t, s.get(planner, "/program/pkh/2025-01-01"), 200,
		"Keluarga berada di desil [Desil nasional]. Batas program ini desil 4.", "family.decile &lt;= params.decile_max",
		"Rp3.000.000", "Permensos 1/2018", "Dari ingatan", "elderly_from:", "10.000.000", "/program/pkh/2021")
	expect(t, s.get(planner, "/program/pkh/1999-01-01"), 404)
	for _, p := range s.world.Programmes.All() {
		for _, l := range []string{"id", "en"} {
			expect(t, s.get(planner, programmePath(p)+"?lang="+l), 200, p.Code)
		}
	}
}

// A determination goes its way by two people, and everyone sees only their area.
func TestDeterminationPages(t *testing.T) {
	s := newSite(t, 250)
	d := s.world.Determined(t)
	path := To(d.ID)
	expect(t, s.get(planner, "/penetapan"), 403)
	expect(t, s.get(operator, "/penetapan"), 200, path, "Terhitung")
	expect(t, s.get(officer, path), 200, "Usulkan untuk disahkan", d.Digest, "Satu-satunya penghalang", "Pemakaian kuota")
	expect(t, s.post(operator, path+"/usulkan"), 403)
	expect(t, s.post(manager, path+"/usulkan", "catatan", "tahap tiga"), 303)
	expect(t, s.get(second, path), 200, "Sahkan penetapan ini", "tahap tiga", "Diusulkan oleh sari")
	expect(t, s.get(manager, path), 200, "Minta orang lain")
	expect(t, s.post(manager, path+"/sahkan"), 403)
	expect(t, s.post(second, path+"/tolak", "alasan", ""), 422, "Tulis alasan penolakan")
	expect(t, s.post(second, path+"/sahkan"), 303)
	expect(t, s.post(second, path+"/sahkan"), 422, "sudah berubah keadaan")
	expect(t, s.get(operator, path), 200, "Ditetapkan", "budi")
	expect(t, s.post(operator, path+"/periksa"), 303)
	expect(t, s.get(officer, "/penetapan?hasil=undetermined"), 303)

	// The counts on an operator's page are those of the village.
	var want determination.Counts
	err := s.db.Read(determinationtest.System(), func(ctx context.Context) error {
		tallies, err := determinationdb.Store{}.Tallies(ctx, d.ID, "3172041004", 0)
		for _, x := range tallies {
			want.Add(x.Outcome, x.Subjects)
			if x.Outcome == determination.Entitled {
				want.Annual += x.Annual
			}
		}
		return err
	})
	if err != nil || want.Annual == 0 {
		t.Fatalf("%+v, %v", want, err)
	}
	body := expect(t, s.get(operator, path), 200, want.Annual.String())
	var nation determination.Counts
	for _, p := range d.Content.Programmes {
		nation.Annual += p.Counts.Annual
	}
	if strings.Contains(body, nation.Annual.String()) {
		t.Error("an operator sees the nation's sum")
	}
	expect(t, s.get(officer, path), 200, nation.Annual.String())
	expect(t, s.get(officer, path+"?wilayah=3172041004"), 200, want.Annual.String())
}

func TestStartingRuns(t *testing.T) {
	s := newSite(t, 20)
	expect(t, s.get(operator, "/penetapan/baru"), 403)
	expect(t, s.get(officer, "/penetapan/baru"), 200, "2025-07-10", "Belum ada potret data")
	a := s.world.Ranked(t)
	expect(t, s.get(officer, "/penetapan/baru"), 200, a.SnapshotID.String(), a.RankingID.String())
	expect(t, s.post(officer, "/penetapan/baru/potret", "tanggal", "31-12-2025"), 422)
	expect(t, s.post(officer, "/penetapan/baru/peringkat", "potret", ""), 422, "Pilih potret data")
	expect(t, s.post(officer, "/penetapan/baru/penetapan", "peringkat", "x"), 422, "Pilih pemeringkatan")
	expect(t, s.post(officer, "/penetapan/baru/potret", "tanggal", "2025-12-31"), 303)
	expect(t, s.post(officer, "/penetapan/baru/peringkat", "potret", a.SnapshotID.String()), 303)
	expect(t, s.post(officer, "/penetapan/baru/penetapan", "peringkat", a.RankingID.String()), 303)
	want := "snapshot 2025-12-31|rank " + a.SnapshotID.String() + "|determine " + a.SnapshotID.String() + " " + a.RankingID.String()
	if got := strings.Join(s.work.what, "|"); got != want {
		t.Errorf("asked for %s", got)
	}
}

var whyLink = regexp.MustCompile(`/keluarga/([0-9a-f-]{36})/program/([a-z_]+)\?penetapan=[0-9a-f-]{36}`)

func TestLists(t *testing.T) {
	s := newSite(t, 250)
	d := s.world.Enacted(t)
	base := To(d.ID) + "/daftar"
	body := expect(t, s.get(officer, base+"?program=sembako&hasil=entitled"), 200, "Berhak", "berkas=xlsx", "Rp2.400.000")
	if strings.Contains(body, "program/pkh?") {
		t.Error("the filter lets another programme through")
	}
	// Page by page, every row comes once.
	seen := map[string]bool{}
	for next := base; next != ""; {
		before := len(seen)
		page := expect(t, s.get(officer, next), 200)
		for _, m := range whyLink.FindAllString(page, -1) {
			seen[m] = true
		}
		next = ""
		if len(seen) == before {
			t.Fatal("a page without anything new")
		}
		if m := regexp.MustCompile(`rel="next" href="([^"]*)"`).FindStringSubmatch(page); m != nil {
			next = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if len(seen) < 500 {
		t.Errorf("%d distinct rows in all pages", len(seen))
	}
	rows, err := csv.NewReader(s.get(officer, base+"?program=sembako&berkas=csv").Body).ReadAll()
	if err != nil || len(rows) != 251 {
		t.Errorf("the file has %d rows, %v", len(rows), err)
	}
	expect(t, s.get("x:facilitator@*", base+"?berkas=csv"), 403)
	// An operator's list and file hold the village alone.
	mine := expect(t, s.get(operator, base+"?program=sembako&berkas=csv"), 200)
	rows, err = csv.NewReader(strings.NewReader(mine)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if r[3] != "31.72.04.1004" {
			t.Errorf("an operator's file has a row of %s", r[3])
		}
	}
	expect(t, s.get(operator, base+"?wilayah=3674"), 200, "Tidak ada yang cocok")
	tasks := expect(t, s.get(operator, To(d.ID)+"/kunjungan"), 200, "Tanyakan")
	if !strings.Contains(tasks, "Jenis lantai") && !strings.Contains(tasks, "Bekerja") && !strings.Contains(tasks, "Tanggal lahir") {
		t.Errorf("the visits say nothing to ask")
	}
	expect(t, s.get(officer, To(d.ID)+"/kunjungan?berkas=csv"), 200, "tanyakan")
}

// The reasons of a family whose data are no longer processed say so first.
func TestWhyOfASuspendedFamily(t *testing.T) {
	s := newSite(t, 20)
	s.world.Enacted(t)
	page := WhyPath(s.world.Records[0].Family, "sembako")
	if strings.Contains(expect(t, s.get(officer, page), 200), "ditunda") {
		t.Error("said of a family whose data are processed")
	}
	s.suspended = time.Date(2025, 7, 1, 3, 0, 0, 0, time.UTC)
	expect(t, s.get(officer, page), 200, "ditunda sejak 1 Juli 2025")
}

func TestWhyAndLetter(t *testing.T) {
	s := newSite(t, 120)
	d := s.world.Enacted(t)
	var mine, other ident.ID
	for _, r := range s.world.Records {
		if r.Area == "3172041004" {
			mine = r.Family
		} else {
			other = r.Family
		}
	}
	for _, p := range d.Content.Programmes {
		for _, l := range []string{"id", "en"} {
			expect(t, s.get(operator, WhyPath(mine, p.Code)+"?lang="+l), 200)
		}
		expect(t, s.get(operator, WhyPath(other, p.Code)), 404)
	}
	expect(t, s.get(operator, WhyPath(mine, "nope")), 404)
	expect(t, s.get(operator, "/keluarga/"+other.String()+"/surat"), 404)
	expect(t, s.get(planner, WhyPath(mine, "pkh")), 403)
	letter := expect(t, s.get(operator, "/keluarga/"+mine.String()+"/surat"), 200, "Anggota A", "Jalan Contoh 1", "Kode pemberitahuan", d.Digest)
	if !regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}`).MatchString(letter) {
		t.Error("the letter has no code")
	}
}

// What an answer rests on stands by member; what is open leads whoever may
// record it to the visit that asks for it.
func TestReasonsStandByMemberAndLeadToTheVisit(t *testing.T) {
	s := newSite(t, 120)
	d := s.world.Enacted(t)
	visit := regexp.MustCompile(`href="(/keluarga/([0-9a-f-]{36})/kunjungan\?fakta=[a-z_]+(?:@[0-9a-f-]{36})?(?:,[a-z_]+(?:@[0-9a-f-]{36})?)*)"`)
	tasks := expect(t, s.get(officer, To(d.ID)+"/kunjungan"), 200)
	asked := visit.FindAllStringSubmatch(tasks, -1)
	if len(asked) == 0 {
		t.Fatal("no task leads to a visit")
	}
	if visit.MatchString(expect(t, s.get(manager, To(d.ID)+"/kunjungan"), 200, asked[0][2])) {
		t.Error("a manager, who records no visits, is led to one")
	}
	member := regexp.MustCompile(`<li><strong>Anggota [A-Z]</strong>: Umur: \d+ tahun; [^<]*\((?:kunjungan|berkas impor), \d+ [A-Z][a-z]{2} 20\d\d\)</li>`)
	open, members := 0, 0
	for _, m := range asked[:min(len(asked), 10)] {
		family, err := ident.Parse(m[2])
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Content.Programmes {
			page := expect(t, s.get(officer, WhyPath(family, p.Code)), 200)
			if strings.Contains(page, "Yang perlu ditanyakan") {
				open++
				links := visit.FindAllStringSubmatch(page, -1)
				if len(links) == 0 || links[0][2] != m[2] || !strings.Contains(page, "Catat kunjungan") {
					t.Errorf("%s of %s is open and leads to no visit", p.Code, m[2])
				}
			}
			if visit.MatchString(expect(t, s.get(manager, WhyPath(family, p.Code)), 200)) {
				t.Error("a manager is led to a visit")
			}
			members += len(member.FindAllString(page, -1))
			if len(page) > 60_000 {
				t.Errorf("the reasons of %s take %d bytes", p.Code, len(page))
			}
		}
	}
	if open == 0 || members == 0 {
		t.Errorf("%d open outcomes, %d members with facts: the example shows too little", open, members)
	}
}

// An unknown NIK, a wrong code and a family that receives nothing get the
// same bytes, and what was typed comes back in none.
func TestPublicCheckTellsNothing(t *testing.T) {
	s := newSite(t, 150)
	d := s.world.Enacted(t)
	receives := map[ident.ID]bool{}
	for _, p := range d.Content.Programmes {
		if err := s.world.Determinations.Entitled(determinationtest.System(), d.ID, p.Code, func(e determination.Entitlement) error {
			receives[e.FamilyID] = true
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	code := func(family ident.ID) string {
		t.Helper()
		c, err := s.world.Determinations.NoticeCode(determinationtest.System(), access.PurposeService, family)
		if err != nil {
			t.Fatal(err)
		}
		return determination.FormatCode(c)
	}
	expect(t, s.get("", "/cek"), 200, "Kode pemberitahuan", `href="/hak-saya"`)
	expect(t, s.post("", "/cek", "nik", "", "kode", ""), 422, "Isi NIK.", "Isi kode")
	unknown := expect(t, s.post("", "/cek", "nik", "3172041212129999", "kode", "AAAAA-AAAAA"), 200, "Tidak ditemukan")
	wrong, none, found := 0, 0, 0
	for _, r := range s.world.Records {
		m := r.Members[0]
		if !m.HasNIK {
			continue
		}
		number := determinationtest.NIK(m.ID)
		if got := s.post("", "/cek", "nik", number, "kode", "AAAAA-AAAAA").Body.String(); got != unknown {
			t.Fatal("a wrong code is told from an unknown NIK")
		}
		wrong++
		body := s.post("", "/cek", "nik", number, "kode", code(r.Family)).Body.String()
		if strings.Contains(body, number) {
			t.Fatal("the NIK comes back")
		}
		switch {
		case receives[r.Family]:
			found++
			if !strings.Contains(body, "Terdaftar menerima") {
				t.Fatal("a recipient is not told")
			}
		default:
			none++
			if body != unknown {
				t.Fatal("who receives nothing is told from an unknown NIK")
			}
		}
	}
	if wrong == 0 || none == 0 || found == 0 {
		t.Errorf("%d wrong, %d without, %d found: the example shows too little", wrong, none, found)
	}
	// A NIK in the address is not looked at.
	if body := expect(t, s.get("", "/cek?nik=3172041212129999&kode=AAAAAAAAAA"), 303); strings.Contains(body, "3172041212129999") {
		t.Error("the address is looked at")
	}
}

// Whoever asks too often waits, whatever was asked, and is told how long.
func TestPublicCheckKeepsThePace(t *testing.T) {
	s := newSite(t, 1)
	s.world.Determinations.Checks = determination.CheckRules{{Client: determination.Pace{AtOnce: 2, PerMinute: 6}, All: determination.Pace{AtOnce: 9, PerMinute: 9}, Alarm: 100}}
	s.router = web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: Nav}}})
	s.router.Add(New(s.pages.Deps).Routes()...)
	for range 2 {
		expect(t, s.post("", "/cek", "nik", "3172041212129999", "kode", "AAAAA-AAAAA"), 200, "Tidak ditemukan")
	}
	w := s.post("", "/cek", "nik", "3172041212129999", "kode", "AAAAA-AAAAA")
	expect(t, w, 429, "Tunggu 10 detik")
	if got := w.Header().Get("Retry-After"); got != "10" {
		t.Errorf("Retry-After is %s", got)
	}
	expect(t, s.get("", "/cek"), 200, "Kode pemberitahuan") // to read the form costs nothing
}

func TestPanels(t *testing.T) {
	s := newSite(t, 60)
	render := func(p interface {
		Panel(context.Context, web.Base, ident.ID) (templ.Component, error)
	}, family ident.ID, actor string) string {
		t.Helper()
		a, err := sessions{}.Actor(context.Background(), actor)
		if err != nil {
			t.Fatal(err)
		}
		part, err := p.Panel(access.With(context.Background(), a), web.Base{Actor: a}, family)
		if err != nil {
			t.Fatal(err)
		}
		if part == nil {
			return ""
		}
		var b strings.Builder
		if err := part.Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if i := strings.Index(b.String(), "[determination."); i >= 0 {
			t.Errorf("a sentence is missing: %.60s", b.String()[i:])
		}
		if i := strings.Index(b.String(), "[pathout."); i >= 0 {
			t.Errorf("a sentence is missing: %.60s", b.String()[i:])
		}
		return b.String()
	}
	family := s.world.Records[0].Family
	if got := render(ProgrammePanel{s.pages}, family, officer); !strings.Contains(got, "Belum ada penetapan") {
		t.Errorf("before any: %s", got)
	}
	if got := render(PathPanel{s.pages}, family, officer); got != "" {
		t.Errorf("a path before any determination: %s", got)
	}
	s.world.Enacted(t)
	for _, r := range s.world.Records {
		if got := render(ProgrammePanel{s.pages}, r.Family, officer); !strings.Contains(got, WhyPath(r.Family, "pkh")) {
			t.Fatalf("the panel does not lead to the reasons: %.300s", got)
		}
		if got := render(PathPanel{s.pages}, r.Family, officer); !strings.Contains(got, "Pengeluaran diringankan") || !strings.Contains(got, "Mesin kedua") {
			t.Fatalf("the path says too little: %.300s", got)
		}
	}
	if got := render(ProgrammePanel{s.pages}, family, planner); got != "" {
		t.Error("a planner sees a family's programmes")
	}
}

func TestPagesInABrowser(t *testing.T) {
	s := newSite(t, 120)
	first := s.world.Determined(t)
	if _, err := s.world.Determinations.Propose(determinationtest.Staff("sari", access.Nation(), access.Manager), first.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.world.Determinations.Enact(determinationtest.Staff("budi", access.Nation(), access.Manager), first.ID); err != nil {
		t.Fatal(err)
	}
	family := s.world.Records[0].Family
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": manager}, map[string]string{
		"programmes": "/program", "programme": "/program/pkh/2025-01-01", "determinations": "/penetapan", "determination": To(first.ID),
		"start": "/penetapan/baru", "outcomes": To(first.ID) + "/daftar", "visits": To(first.ID) + "/kunjungan",
		"why": WhyPath(family, "pkh"), "why-persons": WhyPath(family, "yapi"), "letter": "/keluarga/" + family.String() + "/surat",
	})
	webtest.Look(t, server.URL, nil, map[string]string{"check": "/cek"})
}
