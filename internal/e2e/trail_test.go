package e2e

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/audit"
	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/web"
)

var hrefs = regexp.MustCompile(`(?:href|action)="(/[^"#]*)"`)

// posts finds where the forms of a page lead that are sent by POST.
var posts = regexp.MustCompile(`<form[^>]*method="post"[^>]*action="(/[^"#]*)"`)

// decides marks forms that decide or undo something by being sent at all.
var decides = regexp.MustCompile(`setuju|tolak|batal|tarik|sekaligus|putus|akhiri|lepas|tutup`)

// TestWhoSawMyDataIsComplete opens every page that shows personal data, as it
// is known to the router, sends the forms that it finds there, and holds the answer to "who saw my data"
// against what was opened: each page must have left an act on record, and
// each act must stand in the answer of a family that it may have shown.
func TestWhoSawMyDataIsComplete(t *testing.T) {
	s := open(t)
	reached, forms := map[string]bool{}, map[string]bool{}
	for _, login := range []string{"dinas", "operator", "pendamping", "pengelola", "bendahara", "ppk", "kpa", "pemeriksa"} {
		w := s.walk(t, login, s.client(t, login), reached)
		w.from("/")
		w.send(forms)
	}
	var missed []string
	for _, r := range s.app.Site().Table() {
		if r.Method == http.MethodGet && r.PersonalData && !reached[r.Pattern] {
			missed = append(missed, r.Pattern)
		}
	}
	t.Logf("%d pages with personal data were opened, %d forms sent", len(reached), len(forms))
	if len(forms) < 15 {
		t.Errorf("only %d forms with personal data were sent", len(forms))
	}
	if len(missed) > 0 { // behind a form that nobody sent, or about what a demo has none of
		t.Logf("not reached by a link: %s", strings.Join(missed, " "))
	}
	const least = 40
	if len(reached) < least {
		t.Errorf("only %d pages with personal data were opened", len(reached))
	}
}

// TestWhoSawMyDataTellsOfALookup finds a family by the number of one of its
// members, by the form: the family is told.
func TestWhoSawMyDataTellsOfALookup(t *testing.T) {
	s := open(t)
	r := s.decided(t, "dinas", "pkh", determination.Entitled)
	number := s.someNIK(t, r)
	d, err := s.app.Registry.Family(s.as(t, "dinas"), r.FamilyID, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	told := func() (n int) {
		seen, err := app.Seen(t.Context(), s.app, r.FamilyID.String(), d.Family.Area)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range seen {
			if l.Action == "family.lookup" {
				n++
			}
		}
		return n
	}
	before := told()
	status, _ := post(t, s.client(t, "dinas"), s.url+"/keluarga/cari", url.Values{"jenis": {"nik"}, "nomor": {number}})
	if status != http.StatusSeeOther { // to the page of the only family that carries it
		t.Fatalf("the family is not found: %d", status)
	}
	if after := told(); after != before+1 {
		t.Errorf("of %d lookups the family is told, %d before", after, before)
	}
}

// walk follows links as one member of staff.
type walk struct {
	t       *testing.T
	s       *site
	login   string
	client  *http.Client
	mux     *http.ServeMux
	routes  map[string]web.Route
	actions []string        // where forms lead
	seen    map[string]int  // pages opened, by pattern
	reached map[string]bool // patterns with personal data that were held against the log
}

// walk returns a walk of one who is signed in.
func (s *site) walk(t *testing.T, login string, client *http.Client, reached map[string]bool) *walk {
	w := &walk{t: t, s: s, login: login, client: client, reached: reached, seen: map[string]int{}, mux: http.NewServeMux(), routes: map[string]web.Route{}}
	for _, r := range s.app.Site().Table() {
		pattern := r.Method + " " + r.Pattern
		w.routes[pattern] = r
		w.mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	return w
}

// perPattern is how many pages of one pattern are opened.
const perPattern = 2

func (w *walk) from(path string) {
	queue, queued := []string{path}, map[string]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, next := range w.open(at) {
			if !queued[next] {
				queued[next] = true
				queue = append(queue, next)
			}
		}
	}
}

// open opens a page, holds it against the log, and returns its links.
func (w *walk) open(path string) []string {
	r, err := http.NewRequest(http.MethodGet, w.s.url+path, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	_, pattern := w.mux.Handler(r)
	route, ok := w.routes[pattern]
	if !ok || w.seen[pattern] >= perPattern || strings.Contains(path, "berkas=") || strings.Contains(path, "lang=") {
		return nil
	}
	w.seen[pattern]++
	before := w.last()
	answer, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil
	}
	if route.PersonalData {
		w.hold(route, path, string(b), before)
	}
	var links []string
	for _, m := range posts.FindAllStringSubmatch(string(b), -1) {
		w.actions = append(w.actions, m[1])
	}
	for _, m := range hrefs.FindAllStringSubmatch(string(b), -1) {
		links = append(links, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	return links
}

// send sends each form with personal data that was found, empty: what comes
// back shows the family again beside what is missing, and is on record.
func (w *walk) send(sent map[string]bool) {
	for _, path := range w.actions {
		r, err := http.NewRequest(http.MethodPost, w.s.url+path, http.NoBody)
		if err != nil {
			w.t.Fatal(err)
		}
		_, pattern := w.mux.Handler(r)
		route, ok := w.routes[pattern]
		if !ok || !route.PersonalData || w.seen[pattern] >= perPattern || decides.MatchString(path) {
			continue
		}
		w.seen[pattern]++
		before := w.last()
		status, page := post(w.t, w.client, w.s.url+path, nil)
		if status >= http.StatusInternalServerError {
			w.t.Errorf("%s as %s answers %d", path, w.login, status)
		}
		sent[pattern] = true
		w.hold(route, path, page, before)
	}
}

func (w *walk) auditor() context.Context {
	return access.With(w.t.Context(), access.Actor{Login: "watch", Roles: []access.Role{access.Auditor}, Scope: access.Nation()})
}

// last returns the newest entry's number.
func (w *walk) last() int64 {
	entries, err := w.s.app.Audit.Find(w.auditor(), audit.Filter{Actor: w.login}, audit.Place{}, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(entries) == 0 {
		return -1
	}
	return entries[0].Seq
}

// hold holds a page against the log and the answers made of it.
func (w *walk) hold(route web.Route, path, page string, before int64) {
	entries, err := w.s.app.Audit.Find(w.auditor(), audit.Filter{Actor: w.login}, audit.Place{}, 20)
	if err != nil {
		w.t.Fatal(err)
	}
	var acts []audit.Entry
	for _, e := range entries {
		if e.Seq > before && e.Action != "audit.read" {
			acts = append(acts, e)
		}
	}
	if len(acts) == 0 {
		if firstFamily.MatchString(page) { // otherwise it shows nobody: a form that is empty yet, a list without a row
			w.t.Errorf("%s as %s left nothing in the log", path, w.login)
		}
		return
	}
	answered := false
	for _, e := range acts {
		answered = w.answers(e) || answered
	}
	if !answered {
		w.t.Errorf("%s as %s: no family is told of %s on %q in %q", path, w.login, acts[0].Action, acts[0].Subject, acts[0].Area)
	}
	w.reached[route.Pattern] = true
}

// answers reports whether an act stands in the answer of the family that it
// names, or of one that it may have shown.
func (w *walk) answers(e audit.Entry) bool {
	family, ok := w.family(e)
	if !ok {
		return false
	}
	seen, err := app.Seen(w.t.Context(), w.s.app, family.ID.String(), family.Area)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range seen {
		if l.Action == e.Action && !l.At.Before(e.At.Truncate(time.Millisecond)) {
			return true
		}
	}
	return false
}

// family returns the one that an act is about, or one of its area.
func (w *walk) family(e audit.Entry) (registry.Row, bool) {
	if id, err := ident.Parse(e.Subject); err == nil {
		if d, err := w.s.app.Registry.Family(w.auditor(), id, access.PurposeAudit); err == nil {
			return registry.Row{ID: id, Area: d.Family.Area}, true
		}
	}
	if e.Area == "" {
		return registry.Row{}, false
	}
	area := access.ParseScope(e.Area)
	for _, prefix := range append(area.Prefixes(), "") {
		if prefix == "" && !area.IsNation() {
			continue
		}
		p, err := w.s.app.Registry.List(w.auditor(), registry.Filter{Area: prefix}, registry.Cursor{}, 1, access.PurposeAudit)
		if err == nil && len(p.Rows) > 0 {
			return p.Rows[0], true
		}
	}
	return registry.Row{}, false
}
