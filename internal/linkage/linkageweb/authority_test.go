package linkageweb

import (
	"bytes"
	"context"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/linkage/authority/authoritydb"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/registry/sheet"
	"gotong/internal/run"
	"gotong/internal/web"
	"gotong/policy"
)

// matched matches a list in the request that brings it.
type matched struct{ service *authority.Service }

func (m matched) Start(ctx context.Context, kind run.Kind, args any, _ bool) (run.Run, error) {
	_, err := m.service.RunMatch(ctx, args.(authority.RunArgs), run.Silent{})
	return run.Run{Kind: kind}, err
}

// matchSite is the pages of authorities' lists, over a register of a town.
type matchSite struct {
	site
	service *authority.Service
	members []map[string]string // of the town, as they were imported
}

func newMatchSite(t testing.TB) *matchSite {
	t.Helper()
	d := dbtest.SQLite(t)
	register := registrytest.NewBench(t, registrytest.Backend{Unit: d, Store: registrydb.New(), Audit: auditdb.New()})
	office := registrytest.NewOffice(80, 1, "3674")
	if _, err := register.Import(registrytest.Officer(), office.Files(), registry.Options{}, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	policies, err := authority.LoadPolicies(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	s := &matchSite{site: site{t: t, router: web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: Nav}}})}, members: office.Members,
		service: authority.NewService(authority.Deps{Unit: d, Store: authoritydb.New(), Register: register.Service, Keys: register.Keys,
			Log: audit.NewLog(auditdb.New(), register.Clock), IDs: register.IDs, Clock: register.Clock, Policies: policies, BlockLimit: 500})}
	s.router.Add(NewAuthorities(AuthorityDeps{Service: s.service, Atlas: region.Default(), Runs: matched{s.service},
		RunPage:    func(run.Run) string { return "/pekerjaan/1" },
		FamilyPage: func(id ident.ID) string { return "/keluarga/" + id.String() },
		EventPage:  func(id ident.ID) string { return "/peristiwa/" + id.String() }}).Routes()...)
	return s
}

// TestAListWhoseRunCameToNothingIsMatchedOrPutAside has lists brought whose
// runs never began: they can be matched from their page, or put aside.
func TestAListWhoseRunCameToNothingIsMatchedOrPutAside(t *testing.T) {
	s := newMatchSite(t)
	var waiting []string
	for range 2 {
		l, err := s.service.Bring(registrytest.Officer(), authority.Given{Kind: "deaths", Origin: "Surat 1", On: s.service.Today()}, "mati.csv", bytes.NewReader(asCSV(s.deaths())))
		if err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, AuthorityLink(l.ID))
	}
	again, aside := waiting[0], waiting[1]
	expect(t, s.send(officer, "POST", again, nil), 422)
	expect(t, s.get(officer, again), 200, "Belum dicocokkan", "Cocokkan sekarang", "Sisihkan daftar ini")
	expect(t, s.send(officer, "POST", again, url.Values{fate: {fateMatch}}), 303)
	expect(t, s.get(officer, again), 200, "Per desa", "nama dari &#34;Nama&#34;")
	expect(t, s.send(officer, "POST", aside, url.Values{fate: {fateAside}}), 303)
	expect(t, s.get(officer, aside), 200, "Disisihkan", "Isinya sudah dihapus")
	expect(t, s.get(officer, AuthorityPath), 200, "Disisihkan", "Sudah dicocokkan")
	for _, done := range waiting { // neither goes back
		for _, act := range []string{fateMatch, fateAside} {
			if w := s.send(officer, "POST", done, url.Values{fate: {act}}); w.Code != 303 || w.Header().Get("Location") != done {
				t.Errorf("%s of a list that is done: %d to %s", act, w.Code, w.Header().Get("Location"))
			}
		}
	}
	expect(t, s.send("auditor@*", "POST", aside, url.Values{fate: {fateAside}}), 403)
	if l := s.lists()[0]; l.State() == authority.StateWaiting || !l.Counts.Discarded && !s.lists()[1].Counts.Discarded {
		t.Errorf("%+v", l)
	}
}

// TestADeathSaysWhatItDid accepts a match of a list of deaths.
func TestADeathSaysWhatItDid(t *testing.T) {
	s := newMatchSite(t)
	s.bring(officer, "mati.csv", asCSV(s.deaths()), nil)
	p, err := s.service.Matches(registrytest.Officer(), authority.Filter{Status: authority.Open, Same: true}, linkage.Cursor{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range p.Rows {
		here := toMatch(m.ID)
		if strings.Contains(s.get(officer, here).Body.String(), newHead) {
			continue // of a head, whom somebody must follow
		}
		expect(t, s.send(officer, "POST", here, nil), 422, "Pilih salah satu putusan")
		expect(t, s.send(officer, "POST", here, map[string][]string{"putusan": {"accepted"}}), 303)
		expect(t, s.get(officer, here), 200, "Kematiannya tercatat sebagai peristiwa", "/peristiwa/", "Lihat peristiwanya")
		expect(t, s.send(officer, "POST", here, map[string][]string{"putusan": {"rejected"}}), 409, "sudah diputus orang lain", "Kecocokan berikutnya")
		return
	}
	t.Fatal("nobody on the list is no head")
}

// entry is one row of a list of deaths.
type entry struct {
	NIK   string `parquet:"NIK"`
	Nama  string `parquet:"Nama"`
	Lahir string `parquet:"Tanggal Lahir"`
}

// deaths lists every fifth person of the town and one of nowhere.
func (s *matchSite) deaths() []entry {
	rows := []entry{{"3171010101800001", "Orang Lain Sekali", "1980-01-01"}}
	for i := 0; i < len(s.members); i += 5 {
		m := s.members[i]
		rows = append(rows, entry{m["nik"], m["nama"], m["tanggal_lahir"]})
	}
	return rows
}

func asCSV(rows []entry) []byte {
	out := "NIK,Nama,Tanggal Lahir\n"
	for _, r := range rows {
		out += r.NIK + "," + r.Nama + "," + r.Lahir + "\n"
	}
	return []byte(out)
}

func asWorkbook(t testing.TB, rows []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	b := sheet.NewBook(&out)
	err := b.Sheet("Kematian", []sheet.Column{{Name: "NIK"}, {Name: "Nama"}, {Name: "Tanggal Lahir", Kind: sheet.DayColumn}})
	for _, r := range rows {
		if err == nil {
			err = b.Row([]sheet.Value{sheet.T(r.NIK), sheet.T(r.Nama), sheet.D(civil.MustParse(r.Lahir))})
		}
	}
	if err == nil {
		err = b.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asParquet(t testing.TB, rows []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := parquet.Write(&out, rows); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bring uploads a list; fields stand in for what is typed into the form.
func (s *matchSite) bring(who, file string, data []byte, fields map[string]string) *httptest.ResponseRecorder {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	typed := map[string]string{"lembaga": "deaths", "asal": "Surat 12/2025", "tanggal": s.service.Today().String()}
	for name, value := range fields {
		typed[name] = value
	}
	for name, value := range typed {
		if err := form.WriteField(name, value); err != nil {
			s.t.Fatal(err)
		}
	}
	if file != "" {
		part, err := form.CreateFormFile("berkas", file)
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", AuthorityPath, &body)
	r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: who})
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

func (s *matchSite) lists() []authority.List {
	s.t.Helper()
	all, err := s.service.Lists(registrytest.Officer(), 100)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

func TestAListIsTakenInAnyForm(t *testing.T) {
	s := newMatchSite(t)
	rows := s.deaths()
	for i, file := range []struct {
		name string
		data []byte
	}{{"mati.csv", asCSV(rows)}, {"mati.xlsx", asWorkbook(t, rows)}, {"mati.parquet", asParquet(t, rows)}} {
		w := s.bring(officer, file.name, file.data, nil)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/pekerjaan/1" {
			t.Fatalf("%s: %d %.900s", file.name, w.Code, w.Body)
		}
		all := s.lists()
		c := all[0].Counts
		if len(all) != i+1 || all[0].File != file.name || c.Rows != len(rows) || c.Same+c.Review+c.Agreed < len(rows)-2 || c.Same > len(rows)-1 {
			t.Errorf("%s: of %d rows %+v", file.name, len(rows), c)
		}
		page := expect(t, s.get(officer, AuthorityLink(all[0].ID)), 200, file.name, "Surat 12/2025", "Per desa")
		if strings.Contains(page, rows[1].NIK) {
			t.Errorf("%s: the page shows a number", file.name)
		}
	}
	page := expect(t, s.get(officer, AuthorityPath), 200, "Sudah dicocokkan", "Unggah daftar")
	if n := strings.Count(page, "Surat 12/2025"); n < 3 {
		t.Errorf("of three lists %d are shown", n)
	}
	if w := s.get(officer, AuthorityPath+"?berkas=csv"); w.Code != 200 || strings.Count(w.Body.String(), "\n") < 4 {
		t.Errorf("the lists as a file: %d %s", w.Code, w.Body)
	}
	if w := s.get(officer, AuthorityLink(s.lists()[0].ID)+"?berkas=xlsx"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("the matches as a workbook: %d", w.Code)
	}
}

func TestTheSameListAgainRaisesNothingAnew(t *testing.T) {
	s := newMatchSite(t)
	data := asCSV(s.deaths())
	waiting := func() []authority.Match {
		p, err := s.service.Matches(registrytest.Officer(), authority.Filter{Status: authority.Open}, linkage.Cursor{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		return p.Rows
	}
	s.bring(officer, "mati.csv", data, nil)
	first := waiting()
	if len(first) < 5 {
		t.Fatalf("only %d matches", len(first))
	}
	expect(t, s.get(officer, toMatch(first[0].ID)), 200, html.EscapeString(first[0].Entry.Name), "kematiannya dicatat")
	if w := s.send(officer, "POST", toMatch(first[0].ID), map[string][]string{"putusan": {"rejected"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("deciding: %d %.600s", w.Code, w.Body)
	}
	if w := s.bring(officer, "mati.csv", data, nil); w.Code != http.StatusSeeOther {
		t.Fatalf("a second time: %d", w.Code)
	}
	if again := waiting(); len(again) != len(first)-1 {
		t.Errorf("%d matches wait after the list came again, %d before, of which one was decided", len(again), len(first))
	}
}

// TestAListThatCannotBeTakenSaysWhy brings what people bring by mistake: each
// time the page is shown again with what is wrong and what was typed, and
// nothing is kept.
func TestAListThatCannotBeTakenSaysWhy(t *testing.T) {
	s := newMatchSite(t)
	good := asCSV(s.deaths())
	for about, tc := range map[string]struct {
		file   string
		data   []byte
		fields map[string]string
		says   string
	}{
		"no file":              {"", nil, nil, "Pilih berkas daftarnya dulu"},
		"an empty file":        {"mati.csv", nil, nil, "Pilih berkas daftarnya dulu"},
		"blanks alone":         {"mati.csv", []byte(" \n\n"), nil, "mati.csv"},
		"no origin":            {"mati.csv", good, map[string]string{"asal": "  "}, "Tulis asal daftar"},
		"a day to come":        {"mati.csv", good, map[string]string{"tanggal": "2999-01-01"}, "tidak boleh di masa depan"},
		"no day":               {"mati.csv", good, map[string]string{"tanggal": "kemarin"}, "kemarin"},
		"an office of nowhere": {"mati.csv", good, map[string]string{"lembaga": "sihir"}, "sihir"},
		"nobody named":         {"mati.csv", []byte("NIK,Nama,Tanggal Lahir\n,,1980-01-01\n"), nil, "tidak ada barisnya yang memuat nama atau NIK"},
		"a heading alone":      {"mati.csv", []byte("NIK,Nama,Tanggal Lahir\n"), nil, "hanya berjudul kolom"},
		"torn far below":       {"mati.csv", append(append([]byte{}, good...), "3171,\"A\n"...), nil, "mati.csv"},
		"no known column":      {"mati.csv", []byte("a,b\n1,2\n"), nil, "mati.csv"},
		"a column not there":   {"mati.csv", good, map[string]string{"kolom": "name=Nama Lengkap"}, "Nama Lengkap"},
		"a torn workbook":      {"mati.xlsx", asWorkbook(t, s.deaths())[:300], nil, "mati.xlsx"},
		"a picture":            {"foto.png", []byte("\x89PNG\r\n\x1a\n\x00\x00"), nil, "foto.png"},
	} {
		t.Run(about, func(t *testing.T) {
			w := s.bring(officer, tc.file, tc.data, tc.fields)
			page := expect(t, w, http.StatusUnprocessableEntity, html.EscapeString(tc.says), `role="alert"`)
			if _, typed := tc.fields["asal"]; !typed && !strings.Contains(page, `value="Surat 12/2025"`) {
				t.Error("what was typed is gone")
			}
		})
	}
	if all := s.lists(); len(all) != 0 {
		t.Errorf("%d lists were kept", len(all))
	}
}

func TestWhoMayBringAListAndSeeIt(t *testing.T) {
	s := newMatchSite(t)
	data := asCSV(s.deaths())
	s.bring(officer, "mati.csv", data, nil)
	list := AuthorityLink(s.lists()[0].ID)
	for _, role := range access.Roles {
		who := string(role) + "@*"
		actor := access.Actor{Roles: []access.Role{role}, Scope: access.Nation()}
		may := func(p access.Permission, yes int) int {
			if actor.Can(p) {
				return yes
			}
			return http.StatusForbidden
		}
		if w := s.get(who, list); w.Code != may(access.SeeDuplicates, 200) {
			t.Errorf("%s looks at a list: %d", role, w.Code)
		}
		if w := s.bring(who, "lagi.csv", data, nil); w.Code == http.StatusSeeOther && !actor.Can(access.ResolveDuplicates) {
			t.Errorf("%s brings a list: %d", role, w.Code)
		}
	}
	elsewhere := expect(t, s.get("officer@3171", list), 200)
	for _, m := range s.members[:6] {
		if strings.Contains(elsewhere, html.EscapeString(m["nama"])) {
			t.Errorf("an officer of another place reads %s", m["nama"])
		}
	}
	if w := s.get(officer, AuthorityLink(ident.ID{7})); w.Code != http.StatusNotFound {
		t.Errorf("a list that is not there: %d", w.Code)
	}
	if w := s.get(officer, MatchPath+"/x"); w.Code != http.StatusNotFound {
		t.Errorf("a match that is not there: %d", w.Code)
	}
}
