package e2e

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/web"
)

// elsewhere is what belongs to others than a member of staff: ids of families
// and persons outside their area, and names that nobody within it bears.
type elsewhere struct {
	ids   map[string]bool
	names map[string]bool
	spans []int // lengths of names, in bytes
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// outside reads from the database, past every scope, what an actor must not
// see.
func (s *site) outside(t *testing.T, of access.Scope) *elsewhere {
	t.Helper()
	rows, err := s.app.DB.Pool().QueryContext(t.Context(), "SELECT lower(hex(p.family_id)), lower(hex(p.id)), p.area, p.name, p.mother_name FROM person p")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	e, within := &elsewhere{ids: map[string]bool{}, names: map[string]bool{}}, map[string]bool{}
	for rows.Next() {
		var family, person, area, name, mother string
		if err := rows.Scan(&family, &person, &area, &name, &mother); err != nil {
			t.Fatal(err)
		}
		if of.Covers(area) {
			within[name], within[mother] = true, true
			continue
		}
		e.ids[dashed(family)], e.ids[dashed(person)] = true, true
		e.names[name] = true
	}
	staff, err := s.app.DB.Pool().QueryContext(t.Context(), "SELECT name FROM staff UNION SELECT name FROM goods_recipient UNION SELECT leader FROM meal_group")
	if err != nil {
		t.Fatal(err)
	}
	defer staff.Close()
	for staff.Next() {
		var name sql.NullString
		if err := staff.Scan(&name); err != nil {
			t.Fatal(err)
		}
		within[name.String] = true
	}
	const telling = 12 // letters from which a name of two words is nobody's by chance
	lengths := map[int]bool{}
	for name := range e.names {
		if within[name] || len(name) < telling || !strings.Contains(name, " ") || partOfAny(name, within) {
			delete(e.names, name)
			continue
		}
		lengths[len(name)] = true
	}
	for n := range lengths {
		e.spans = append(e.spans, n)
	}
	slices.Sort(e.spans)
	return e
}

func dashed(hex string) string {
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]
}

func partOfAny(name string, of map[string]bool) bool {
	for other := range of {
		if strings.Contains(other, name) {
			return true
		}
	}
	return false
}

// in returns what an answer shows of others, "" for nothing.
func (e *elsewhere) in(b []byte) string {
	for _, id := range anID.FindAll(b, -1) {
		if e.ids[string(id)] {
			return string(id)
		}
	}
	for i := range b {
		if b[i] < 'A' || b[i] > 'Z' || i > 0 && plain[b[i-1]] {
			continue
		}
		for _, n := range e.spans {
			if i+n > len(b) {
				break
			}
			if (i+n == len(b) || !plain[b[i+n]]) && e.names[string(b[i:i+n])] {
				return string(b[i : i+n])
			}
		}
	}
	return ""
}

// TestAnotherVillageLeaksNowhere asks for every page, every list as a file and
// every operation of the interface as staff of a village: none shows a name or
// a number of anybody elsewhere, in a row, an option or a link.
func TestAnotherVillageLeaksNowhere(t *testing.T) {
	s := open(t)
	for _, login := range []string{"operator", "pendamping"} {
		actor, err := s.app.Access.ActAs(t.Context(), login)
		if err != nil {
			t.Fatal(err)
		}
		others := s.outside(t, actor.Scope)
		if len(others.names) < 300 || len(others.ids) < 1000 {
			t.Fatalf("only %d names and %d ids elsewhere", len(others.names), len(others.ids))
		}
		c, looked := s.client(t, login), 0
		for _, route := range s.app.Site().Table() {
			path := strings.Replace(route.Pattern, "{$}", "", 1)
			if route.Method != http.MethodGet || strings.Contains(path, "{") || !route.Allows(&actor) || strings.HasPrefix(path, "/keluar") && !strings.HasPrefix(path, "/keluarga") {
				continue
			}
			for _, query := range []string{"", "?berkas=csv", "?berkas=xlsx", "?wilayah=3674", "?q=a"} {
				status, answer := body(t, c, s.url+path+query)
				if status == http.StatusOK {
					looked++
				}
				if found := others.in(unpacked(t, []byte(answer))); found != "" {
					t.Errorf("%s%s shows %q to %s", path, query, found, login)
				}
			}
		}
		token := s.token(t, login)
		for _, path := range s.operations(t) {
			if strings.Contains(path, "{") {
				continue
			}
			status, answer := s.asked(t, token, path+"?purpose=service&area="+first(actor.Scope))
			if status == http.StatusOK {
				looked++
			}
			if found := others.in(answer); found != "" {
				t.Errorf("%s shows %q to %s", path, found, login)
			}
		}
		if looked < 60 {
			t.Errorf("only %d answers were looked through as %s", looked, login)
		}
	}
}

// TestAnotherVillagesThingsAreNotThere puts ids of families and persons
// elsewhere, and of lists, events and papers, into random addresses of pages,
// forms and the interface, as staff of a village, a district and a city: what
// comes back names nobody elsewhere, and no family elsewhere is changed.
func TestAnotherVillagesThingsAreNotThere(t *testing.T) {
	s := open(t)
	probes := 500 // of each
	if os.Getenv("GOTONG_SOAK") != "" {
		probes = 34_000
	}
	var operations []string
	for _, path := range s.operations(t) {
		if strings.Contains(path, "{id}") {
			operations = append(operations, path)
		}
	}
	for _, login := range []string{"operator", "pendamping", "perencana"} {
		actor, err := s.app.Access.ActAs(t.Context(), login)
		if err != nil {
			t.Fatal(err)
		}
		p := &prober{site: s, t: t, login: login, client: s.client(t, login), token: s.token(t, login), operations: operations, others: s.outside(t, actor.Scope), draw: rand.New(rand.NewPCG(7, 11))}
		for _, r := range s.app.Site().Table() {
			if strings.Contains(r.Pattern, "{id}") {
				p.routes = append(p.routes, r)
			}
		}
		if len(p.routes) < 30 || len(operations) < 10 {
			t.Fatalf("only %d routes and %d operations take an id", len(p.routes), len(operations))
		}
		before := s.versions(t, actor.Scope)
		p.probe(probes)
		if after := s.versions(t, actor.Scope); after != before {
			t.Errorf("families outside the area of %s were changed: %v, before %v", login, after, before)
		}
	}
}

// prober asks for things of others as one member of staff.
type prober struct {
	*site
	t            *testing.T
	login, token string
	client       *http.Client
	routes       []web.Route
	operations   []string
	others       *elsewhere
	draw         *rand.Rand
}

func (p *prober) probe(probes int) {
	ids := append(slices.Sorted(maps.Keys(p.others.ids)), p.things(p.t)...)
	for range probes {
		id := ids[p.draw.IntN(len(ids))]
		var path string
		var status int
		var answer []byte
		if p.draw.IntN(3) > 0 {
			route := p.routes[p.draw.IntN(len(p.routes))]
			path = placeholder.ReplaceAllString(strings.Replace(route.Pattern, "{id}", id, 1), id)
			var text string
			if route.Method == http.MethodPost {
				status, text = post(p.t, p.client, p.url+path, url.Values{"alasan": {"uji"}, "catatan": {"uji"}, "tanggal": {"2026-07-01"}, "putusan": {"setuju"}, "setuju": {"ya"}})
			} else {
				status, text = body(p.t, p.client, p.url+path)
			}
			answer = unpacked(p.t, []byte(text))
			path = route.Method + " " + path
		} else {
			path = placeholder.ReplaceAllString(strings.Replace(p.operations[p.draw.IntN(len(p.operations))], "{id}", id, 1), id)
			status, answer = p.asked(p.t, p.token, path+"?purpose=service")
		}
		if status >= http.StatusInternalServerError {
			p.t.Errorf("%s as %s answers %d", path, p.login, status)
		}
		said := strings.ReplaceAll(string(answer), id, "") // the address itself comes back in links
		if found := p.others.in([]byte(said)); found != "" {
			p.t.Errorf("%s as %s (%d) shows %q", path, p.login, status, found)
		}
		if status == http.StatusOK && p.others.ids[id] && strings.HasPrefix(path, "GET /keluarga/") {
			p.t.Errorf("%s is there for %s", path, p.login)
		}
	}
}

// versions is how many versions the families outside an area have together.
func (s *site) versions(t *testing.T, of access.Scope) (n int) {
	t.Helper()
	rows, err := s.app.DB.Pool().QueryContext(t.Context(), "SELECT f.area, f.version FROM family f")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var area string
		var version int
		if err := rows.Scan(&area, &version); err != nil {
			t.Fatal(err)
		}
		if !of.Covers(area) {
			n += version
		}
	}
	return n
}

// things are the ids of whatever an address can name.
func (s *site) things(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, table := range []string{"pay_list", "family_event", "issued_document", "duplicate_pair", "right_request", "disposal", "breach", "payment_exception", "goods_list", "goods_handover", "duty_effect", "graduation", "recoverable", "authority_match"} {
		rows, err := s.app.DB.Pool().QueryContext(t.Context(), "SELECT lower(hex(id)) FROM "+table+" ORDER BY id LIMIT 40")
		if err != nil {
			t.Fatal(table, err)
		}
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			all = append(all, dashed(id))
		}
		rows.Close()
	}
	return all
}

// operations are the addresses of the interface that can be read.
func (s *site) operations(t *testing.T) []string {
	t.Helper()
	answer, err := http.Get(s.url + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	var all []string
	for path, methods := range said.Paths {
		if methods["get"] != nil {
			all = append(all, path)
		}
	}
	slices.SortFunc(all, cmp.Compare[string])
	return all
}

// asked reads an address of the interface.
func (s *site) asked(t *testing.T, token, path string) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, b
}

// token signs a member of staff in to the interface.
func (s *site) token(t *testing.T, login string) string {
	t.Helper()
	token, err := s.app.Access.SignIn(t.Context(), login, s.passwords[login])
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func first(of access.Scope) string {
	if p := of.Prefixes(); len(p) > 0 {
		return p[0]
	}
	return ""
}
