package auditweb

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/region"
	"gotong/internal/web"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a token for the role of that name.
type sessions struct{}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	role := access.Role(token)
	if !role.Valid() {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	return access.Actor{Login: token, Name: "Bu " + token, Roles: []access.Role{role}, Scope: access.Areas("3674")}, nil
}

type signer struct{ key ed25519.PrivateKey }

func (s signer) Sign(m []byte) []byte      { return ed25519.Sign(s.key, m) }
func (s signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

type site struct {
	t      *testing.T
	db     *db.DB
	router *web.Router
}

// newSite is the pages on a log of n acts, a minute apart, by two members of
// staff.
func newSite(t *testing.T, n int) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	c := clock.NewStepping(time.Date(2025, 11, 22, 3, 0, 0, 0, time.UTC), time.Minute)
	s := audit.NewService(d, auditdb.New(), signer{ed25519.NewKeyFromSeed(make([]byte, 32))}, c, filepath.Join(t.TempDir(), "checkpoints.jsonl"))
	for i := range n {
		ctx := access.With(context.Background(), access.Actor{Login: []string{"sri", "budi"}[i%2], Roles: []access.Role{access.Officer}, Scope: access.Nation()})
		act := audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: "f" + strconv.Itoa(i), Area: "3674011001", Fields: []string{"name"}, Count: 1}
		if i%10 == 3 {
			act = audit.Act{Purpose: access.PurposePayment, Action: "payment.release", Subject: "p", Area: "3674", Count: 7, Detail: "tranche 1"}
		}
		if err := d.Write(ctx, func(ctx context.Context) error { return s.Log().Append(ctx, act) }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Checkpoint(context.Background()); err != nil {
		t.Fatal(err)
	}
	router := web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: []web.NavItem{{Key: "audit.title", Href: Path, Permission: access.SeeAudit}}}}})
	router.Add(New(s, region.Default(), c).Routes()...)
	return &site{t: t, db: d, router: router}
}

func (s *site) send(role access.Role, method, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if role != "" {
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: string(role)})
	}
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

// list returns the list's page for a query.
func (s *site) list(query string) string {
	s.t.Helper()
	w := s.send(access.Auditor, http.MethodGet, Path+query)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", query, w.Code, w.Body)
	}
	return w.Body.String()
}

func rows(page string) int { return strings.Count(page, `<th scope="row"`) }

func TestTheLogIsFilteredByItsAddress(t *testing.T) {
	s := newSite(t, 30)
	for query, want := range map[string]int{
		"?petugas=SRI":                     15,
		"?tindakan=payment":                3,
		"?tindakan=payment.release":        3,
		"?tujuan=payment":                  3,
		"?objek=f5":                        1,
		"?wilayah=36.74.01.1001":           27,
		"?dari=2025-11-23&tindakan=family": 0,
		"?sampai=2025-11-21":               0,
		"?dari=2025-11-22&sampai=2025-11-22&tindakan=family": 27,
		"?petugas=sri&tindakan=payment":                      0,
	} {
		if got := rows(s.list(query)); got != want {
			t.Errorf("%s shows %d entries, want %d", query, got, want)
		}
	}
	page := s.list("?tindakan=payment")
	for _, text := range []string{"payment.release", "Menyalurkan dan mencocokkan pembayaran", "36.74", "tranche 1", "22 Nov 2025, 10.23 WIB"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	if !strings.Contains(s.list("?objek=f5"), "Melihat data keluarga") {
		t.Error("the act is not said in words")
	}
}

func TestAWrongFilterIsSaidBesideItsField(t *testing.T) {
	s := newSite(t, 3)
	for query, want := range map[string]string{
		"?wilayah=99":     "isian-wilayah-salah",
		"?dari=kemarin":   "isian-dari-salah",
		"?sampai=32-13-1": "isian-sampai-salah",
	} {
		w := s.send(access.Auditor, http.MethodGet, Path+query)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d", query, w.Code)
		}
		if w := s.send(access.Auditor, http.MethodGet, Path+query+"&berkas=csv"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s as a file: %d", query, w.Code)
		}
	}
}

func TestPagesLeadToTheEndAndBack(t *testing.T) {
	const filter = "?sampai=2025-11-22&tindakan=family"
	s := newSite(t, 280) // 252 of them family.read
	page, seen, visited := s.list(filter), 0, []string{filter}
	for {
		seen += rows(page)
		_, rest, ok := strings.Cut(page, `rel="next" href="`+Path)
		if !ok {
			break
		}
		next, _, _ := strings.Cut(rest, `"`)
		next = strings.ReplaceAll(next, "&amp;", "&")
		page = s.list(next)
		visited = append(visited, next)
	}
	if seen != 252 || len(visited) != 3 {
		t.Errorf("%d entries on %d pages", seen, len(visited))
	}
	back := 0
	for {
		_, rest, ok := strings.Cut(page, `rel="prev" href="`+Path)
		if !ok {
			break
		}
		prev, _, _ := strings.Cut(rest, `"`)
		page = s.list(strings.ReplaceAll(prev, "&amp;", "&"))
		back++
	}
	if back != 2 || rows(page) != pageLength {
		t.Errorf("%d pages back, %d entries on the first", back, rows(page))
	}
}

func TestTheFileHoldsWhatTheListShows(t *testing.T) {
	s := newSite(t, 30)
	body := s.list("?tindakan=payment&berkas=csv")
	lines := strings.Split(strings.TrimSpace(body), "\r\n")
	if len(lines) != 4 || lines[0] != "waktu,petugas,peran,tindakan,tujuan,objek,wilayah,data,jumlah,rincian,nomor" ||
		lines[3] != "2025-11-22T03:03:00Z,budi,officer,payment.release,Menyalurkan dan mencocokkan pembayaran,p,36.74,,7,tranche 1,3" {
		t.Errorf("%q", lines)
	}
	if w := s.send(access.Admin, http.MethodGet, Path+"?berkas=csv"); w.Code != http.StatusForbidden {
		t.Errorf("who may not take data out takes a file: %d", w.Code)
	}
}

func TestVerifying(t *testing.T) {
	s := newSite(t, 20)
	if page := s.send(access.Auditor, http.MethodGet, VerifyPath).Body.String(); strings.Contains(page, "Catatan utuh") {
		t.Error("the page claims before it has checked")
	}
	if page := s.send(access.Auditor, http.MethodPost, VerifyPath).Body.String(); !strings.Contains(page, "Catatan utuh") || !strings.Contains(page, "<code>") {
		t.Errorf("a whole log: %s", page)
	}
	err := s.db.Write(context.Background(), func(ctx context.Context) error {
		for _, q := range []string{"DROP TRIGGER audit_entry_no_update", "UPDATE audit_entry SET actor = 'sri' WHERE seq = 3"} {
			if _, err := db.From(ctx).Exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page := s.send(access.Auditor, http.MethodPost, VerifyPath).Body.String()
	if !strings.Contains(page, "Catatan tidak utuh") || !strings.Contains(page, "entry 3") || strings.Contains(page, "Catatan utuh") {
		t.Errorf("a changed log: %s", page)
	}
}

func TestWhoMayOpenWhat(t *testing.T) {
	s := newSite(t, 1)
	for _, route := range s.router.Table() {
		if w := s.send("", route.Method, route.Pattern); w.Code != http.StatusSeeOther {
			t.Errorf("%s %s by nobody: %d", route.Method, route.Pattern, w.Code)
		}
		for _, role := range access.Roles {
			want := http.StatusForbidden
			if role == access.Auditor || role == access.Admin {
				want = http.StatusOK
			}
			if w := s.send(role, route.Method, route.Pattern); w.Code != want {
				t.Errorf("%s %s as %s: %d", route.Method, route.Pattern, role, w.Code)
			}
		}
	}
}
