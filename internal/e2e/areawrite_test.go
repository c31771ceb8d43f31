package e2e

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/ident"
)

// TestNothingElsewhereIsWrittenByInterface sends bodies, drawn by the schemas
// that the interface publishes, to every operation that writes, with ids and
// areas of elsewhere wherever an id or area stands, as staff of a village, a
// district and a city, and as a village's officer, manager and those who pay:
// none is taken, nothing elsewhere is named, and no row of any table that
// belongs to an area elsewhere is another than before. Every operation is
// reached behind its form by somebody: what it refuses, it refuses for whom it
// is about.
func TestNothingElsewhereIsWrittenByInterface(t *testing.T) {
	s := open(t)
	probes := 250 // of each
	if os.Getenv("GOTONG_SOAK") != "" {
		probes = 20_000
	}
	writes, schemas := s.writes(t)
	if len(writes) < 20 {
		t.Fatalf("only %d operations write", len(writes))
	}
	behind := map[string]bool{}
	var writers []*writer
	for _, login := range append(s.village(t), "operator", "pendamping", "perencana") {
		actor, err := s.app.Access.ActAs(t.Context(), login)
		if err != nil {
			t.Fatal(err)
		}
		others := s.outside(t, actor.Scope)
		before, ids, areas := s.rows(t, actor.Scope)
		if len(before) < 15 || len(ids) < 500 || len(areas) == 0 {
			t.Fatalf("as %s only %d tables, %d ids and %d areas are elsewhere", login, len(before), len(ids), len(areas))
		}
		for id := range others.ids { // as may come back in an answer that refuses it
			ids = append(ids, id)
		}
		slices.Sort(ids)
		w := &writer{scope: actor.Scope, behind: behind, names: slices.Sorted(maps.Keys(others.names)), site: s, t: t, login: login, token: s.token(t, login), others: others,
			drawer: drawer{draw: rand.New(rand.NewPCG(13, 17)), schemas: schemas, ids: slices.Compact(ids), areas: areas}}
		for i := range probes {
			w.probe(writes[(i+w.draw.IntN(2))%len(writes)])
		}
		writers = append(writers, w)
		if after, _, _ := s.rows(t, actor.Scope); !maps.Equal(before, after) {
			t.Errorf("rows elsewhere are others since %s wrote: %s", login, cmp.Diff(before, after))
		}
		if w.named < probes/4 {
			t.Errorf("as %s only %d of %d probes named something elsewhere", login, w.named, probes)
		}
		if w.understood == 0 {
			t.Errorf("as %s no body was understood: the probes stop at the door", login)
		}
	}
	for _, w := range writers {
		before, _, _ := s.rows(t, w.scope)
		w.rest(writes)
		if after, _, _ := s.rows(t, w.scope); !maps.Equal(before, after) {
			t.Errorf("rows elsewhere are others since %s wrote the rest: %s", w.login, cmp.Diff(before, after))
		}
	}
	for _, to := range writes {
		if !behind[to.name()] {
			t.Errorf("no probe of %s came behind its form: give it a body", to.name())
		}
	}
}

// rest probes those operations again that nobody has come behind the form of,
// by chance.
func (w *writer) rest(writes []write) {
	const enough = 40
	for _, to := range writes {
		for i := 0; i < enough && !w.behind[to.name()]; i++ {
			w.probe(to)
		}
	}
}

// village gives the operator's village the staff that a city has, and returns
// their logins.
func (s *site) village(t *testing.T) (logins []string) {
	t.Helper()
	operator, err := s.app.Access.ActAs(t.Context(), "operator")
	if err != nil {
		t.Fatal(err)
	}
	const password = "sandi-kelurahan-1"
	for _, role := range []access.Role{access.Officer, access.Manager, access.Treasurer, access.Checker, access.Releaser} {
		login := "kelurahan-" + string(role)
		if _, err := s.app.Access.Bootstrap(t.Context(), access.Staff{Login: login, Name: login, Roles: []access.Role{role}, Scope: operator.Scope}, password); err != nil {
			t.Fatal(err)
		}
		s.passwords[login] = password
		logins = append(logins, login)
	}
	return logins
}

// write is an operation of the interface that changes something.
type write struct {
	method, path string
	kind         string  // of its body; "" for none
	body         *schema // nil: bytes
	parameters   []parameter
}

// name tells an operation from others.
func (w *write) name() string { return w.method + " " + w.path }

// parameter is what an operation takes beside its body.
type parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

// schema is as much of a JSON schema as the interface uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"` // a name, or several
	Format     string             `json:"format"`
	Enum       []any              `json:"enum"`
	MinLength  int                `json:"minLength"`
	MaxLength  int                `json:"maxLength"`
	Encoding   string             `json:"contentEncoding"`
	Minimum    float64            `json:"minimum"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
}

// writes are the operations that change something, but for signing in and out.
func (s *site) writes(t *testing.T) ([]write, map[string]*schema) {
	t.Helper()
	answer, err := http.Get(s.url + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	type content struct {
		Schema *schema `json:"schema"`
	}
	var said struct {
		Paths map[string]map[string]struct {
			Parameters []parameter `json:"parameters"`
			Body       struct {
				Content map[string]content `json:"content"`
			} `json:"requestBody"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	var all []write
	for path, methods := range said.Paths {
		for method, operation := range methods {
			if method == "get" || path == "/api/v1/session" {
				continue
			}
			w := write{method: strings.ToUpper(method), path: path, parameters: operation.Parameters}
			for kind, c := range operation.Body.Content {
				w.kind = kind
				if strings.HasSuffix(kind, "json") {
					w.body = c.Schema
				}
			}
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b write) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all, said.Components.Schemas
}

// rows has the rows of every table that belong to areas outside a scope: a
// digest for each table, the ids of some, and the areas. The audit log, which
// every probe writes to, sessions and figures that are counted anew by
// themselves are left out.
func (s *site) rows(t *testing.T, of access.Scope) (digests map[string]string, ids, areas []string) {
	t.Helper()
	digests = map[string]string{}
	seen := map[string]bool{}
	for _, table := range s.column(t, `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'area' WHERE m.type = 'table'
		AND m.name NOT LIKE 'audit_%' AND m.name NOT LIKE 'insight_%' AND m.name NOT LIKE 'quality_%' AND m.name <> 'session' ORDER BY m.name`) {
		rows, err := s.app.DB.Pool().QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
		if err != nil {
			t.Fatal(table, err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		at, key := slices.Index(columns, "area"), slices.Index(columns, "id")
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		var n, sum uint64
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			area, _ := cells[at].(string)
			if !elsewhereOf(of, area) {
				continue
			}
			h := fnv.New64a()
			for _, c := range cells {
				if b, ok := c.([]byte); ok {
					_, _ = h.Write(b)
				} else {
					fmt.Fprint(h, c)
				}
				_, _ = h.Write([]byte{0})
			}
			n, sum = n+1, sum+h.Sum64() // whatever their order
			seen[area] = true
			const some = 200
			if key < 0 || n > some {
				continue
			}
			if id, ok := cells[key].([]byte); ok && len(id) == len(ident.ID{}) {
				ids = append(ids, dashed(hex.EncodeToString(id)))
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
		if n > 0 {
			digests[table] = fmt.Sprintf("%d rows, %016x", n, sum)
		}
	}
	return digests, ids, slices.Sorted(maps.Keys(seen))
}

// elsewhereOf reports whether an area is neither within a scope nor around it.
func elsewhereOf(of access.Scope, area string) bool {
	around := slices.ContainsFunc(of.Prefixes(), func(p string) bool { return strings.HasPrefix(p, area) })
	return area != "" && strings.Trim(area, "0123456789") == "" && !of.Covers(area) && !around
}

// column returns the one column of a question to the database.
func (s *site) column(t *testing.T, query string) []string {
	t.Helper()
	rows, err := s.app.DB.Pool().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// drawer draws bodies by their schema. What it names is elsewhere.
type drawer struct {
	draw       *rand.Rand
	schemas    map[string]*schema
	ids, areas []string
}

func (d *drawer) one(of []string) string { return of[d.draw.IntN(len(of))] }

// value draws what a schema allows, in the field of a name.
func (d *drawer) value(s *schema, name string) any {
	if s == nil {
		return nil
	}
	if s.Ref != "" {
		return d.value(d.schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]], name)
	}
	if len(s.Enum) > 0 {
		return s.Enum[d.draw.IntN(len(s.Enum))]
	}
	kind, _ := s.Type.(string)
	if several, ok := s.Type.([]any); ok {
		kind, _ = several[0].(string)
	}
	switch kind {
	case "object":
		of := map[string]any{}
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			if !strings.HasPrefix(field, "$") && (slices.Contains(s.Required, field) || d.draw.IntN(2) == 0) {
				of[field] = d.value(s.Properties[field], field)
			}
		}
		return of
	case "array":
		of := make([]any, 1+d.draw.IntN(2))
		for i := range of {
			of[i] = d.value(s.Items, name)
		}
		return of
	case "integer", "number":
		return s.Minimum + float64(d.draw.IntN(3))
	case "boolean":
		return d.draw.IntN(2) == 0
	}
	if s.Encoding == "base64" {
		return "dWpp"
	}
	text := d.text(s.Format, name)
	if s.MaxLength > 0 && len(text) > s.MaxLength {
		text = text[:s.MaxLength]
	}
	return text + strings.Repeat("0", max(0, s.MinLength-len(text)))
}

// event is what happens to a family, of which the interface publishes no
// schema, with others of elsewhere.
func (d *drawer) event() any {
	of := map[string]any{"kind": d.one([]string{"birth", "death", "move", "erasure", "corrected", "observed", "merge", "split", "return"}),
		"basis": map[string]any{"version": 1 + d.draw.IntN(2), "on": "2026-07-01", "source": "office", "evidence": "uji",
			"document": d.one([]string{"request", "death_certificate", "comparison", "moving_letter"})}}
	for _, field := range []string{"person", "other", "other_person", "new_head"} {
		if d.draw.IntN(2) == 0 {
			of[field] = d.one(d.ids)
		}
	}
	return of
}

func (d *drawer) text(format, name string) string {
	switch {
	case format == "uuid" || strings.HasSuffix(name, "id"):
		return d.one(d.ids)
	case strings.HasPrefix(name, "area") || name == "village":
		return d.one(d.areas)
	case format == "date-time":
		return "2026-07-01T03:00:00Z"
	case format == "date" || name == "on" || name == "day":
		return "2026-07-01"
	case name == "month":
		return "2026-06"
	case name == "kind":
		return d.one([]string{"birth", "death", "move", "erasure", "corrected", "merge"})
	case name == "document":
		return d.one([]string{"request", "death_certificate", "comparison"})
	case name == "number":
		return "3674010101600099"
	case name == "source":
		return "office"
	case name == "family" || name == "person" || name == "subject" || d.draw.IntN(4) == 0:
		return d.one(d.ids)
	}
	return "uji"
}

// writer sends them as one member of staff.
type writer struct {
	*site
	drawer
	t            *testing.T
	login, token string
	others       *elsewhere
	named        int // probes with something elsewhere in address or body
	understood   int // bodies that were looked at beyond their form
	scope        access.Scope
	behind       map[string]bool // operations that were reached behind their form
	names        []string        // of people elsewhere
	book         string          // a workbook of elsewhere
}

func (w *writer) probe(to write) {
	path, query, header := to.path, url.Values{}, http.Header{"Authorization": {"Bearer " + w.token}}
	for _, p := range to.parameters {
		switch v := fmt.Sprint(w.value(p.Schema, p.Name)); {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", v)
		case !p.Required:
		case p.In == "query":
			query.Set(p.Name, v)
		default:
			header.Set(p.Name, fmt.Sprint(v, "-", w.draw.Uint64())) // such as what tells a repetition
		}
	}
	var body string
	kind := to.kind
	switch form := formed[to.name()]; {
	case form != nil:
		of := form(w)
		body, kind = of.text, of.kind
		maps.Copy(query, of.query)
		for name, value := range of.path {
			path = strings.ReplaceAll(to.path, "{"+name+"}", value)
		}
	case to.body != nil:
		of := w.value(to.body, "")
		if strings.HasSuffix(to.path, "/families/{id}/events") {
			of = w.event()
		}
		b, err := json.Marshal(of)
		if err != nil {
			w.t.Fatal(err)
		}
		body = string(b)
	case to.kind != "":
		body = "id_keluarga,kode_wilayah\nK1," + w.one(w.areas) + "\n"
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	r, err := http.NewRequestWithContext(w.t.Context(), to.method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header = header
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	given := anID.FindAllString(path+body, -1)
	if len(given) > 0 {
		w.named++
	}
	notTheirs := answer.StatusCode == http.StatusForbidden && !strings.Contains(string(said), `"core.error.forbidden"`) // whose it is, rather than whose role
	byLine := strings.Contains(string(said), `"linkage.error.choices"`)                                                 // each of many told that there is none
	if s := answer.StatusCode; s == http.StatusNotFound || s < http.StatusBadRequest || s == http.StatusConflict || notTheirs || byLine {
		w.understood++
		w.behind[to.name()] = true
	}
	text := string(said)
	for _, id := range given {
		text = strings.ReplaceAll(text, id, "") // who wrote it knows it
	}
	if found := w.others.in([]byte(text)); found != "" {
		w.t.Errorf("%s %s as %s (%d) shows %q", to.method, path, w.login, answer.StatusCode, found)
	}
	inPath := anID.MatchString(path)
	if answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode < http.StatusBadRequest && inPath {
		w.t.Errorf("%s %s as %s answers %d to %s: %.300s", to.method, path, w.login, answer.StatusCode, body, said)
	}
}
