package app_test

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// TestRightsInADistrict takes one demo district through a suspension and, years
// later, through erasures.
func TestRightsInADistrict(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": dbtest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			d := district{dir: t.TempDir(), url: url(t)}
			d.make(t)
			t.Run("suspended", d.suspended)
			t.Run("erased", d.erased)
		})
	}
}

// district is a demo district that is opened again and again.
type district struct {
	dir, url string
	config   app.Config
}

func (d *district) make(t *testing.T) {
	var err error
	if d.config, err = app.LoadConfig("", nil, map[string]string{"data": d.dir, "db": d.url}); err != nil {
		t.Fatal(err)
	}
	if _, err := app.RunDemo(t.Context(), app.DemoOptions{Config: d.config, Log: slog.New(slog.DiscardHandler), Families: 400, Seed: 5}, run.Silent{}); err != nil {
		t.Fatal(err)
	}
}

func (d *district) open(t *testing.T, at time.Time) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Config: d.config, Log: slog.New(slog.DiscardHandler), Clock: clock.NewStepping(at, time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// kindsOfPaid are families that an erasure must reach in a place: each is
// asked for by who they are.
var kindsOfPaid = map[registry.Where]string{
	registry.InFiles:  "SELECT DISTINCT i.family_id FROM instruction i JOIN payment_file f ON f.list_id = i.list_id WHERE i.status IN ('credited', 'withdrawn') ORDER BY 1",
	registry.InProofs: "SELECT DISTINCT i.family_id FROM instruction i JOIN post_proof p ON p.list_id = i.list_id AND p.line_no = i.line_no ORDER BY 1",
	registry.InDuties: "SELECT DISTINCT d.family_id FROM duty d ORDER BY 1",
	registry.InRoutes: "SELECT DISTINCT r.family_id FROM payee_route r ORDER BY 1",
}

// erased takes families of a demo district that were
// paid by bank and by the post office, were written to and held to duties, lets the time of their money pass, erases them, and looks
// for their names and numbers in every file of the installation and every row
// of the database. What is still there is what the certificate says.
func (d *district) erased(t *testing.T) {
	if err := os.RemoveAll(filepath.Join(d.dir, "demo")); err != nil { // the files that an office had brought
		t.Fatal(err)
	}
	a := d.open(t, time.Date(2037, time.March, 2, 3, 0, 0, 0, time.UTC))
	pool := a.DB.Pool()
	reached, words := map[registry.Where]int{}, []string{}
	gone := map[ident.ID]bool{}
	var written []string // places of free texts about those families
	for place, query := range kindsOfPaid {
		for _, family := range idsOf(t, pool, query) {
			if reached[place] >= 2 {
				break
			}
			if gone[family] {
				continue
			}
			of := wordsOf(t, a, pool, family)
			var places []string
			if d.url == "" {
				places = mark(t, pool, family)
			}
			fates, ok := tryErase(t, a, family)
			if !ok {
				continue
			}
			written = append(written, places...)
			gone[family] = true
			words = append(words, of...)
			for _, f := range fates {
				if f.Gone > 0 {
					reached[f.Place]++
				}
			}
			if i := slices.IndexFunc(fates, func(f registry.Fate) bool { return f.Place == registry.InVersions && f.Kept > 0 }); i < 0 {
				t.Error("the certificate does not say that the skeleton stays")
			}
		}
	}
	for _, place := range []registry.Where{registry.InPayments, registry.InFiles, registry.InProofs, registry.InDuties} {
		if reached[place] == 0 {
			t.Errorf("no family was erased of which there was something in %s", place)
		}
	}
	if slices.Sort(written); d.url == "" {
		written = slices.Compact(written)
		t.Logf("texts in %d places: %s", len(written), strings.Join(written, " "))
		if left := stillMarked(t, pool, gone); len(left) > 0 || len(written) < 8 {
			t.Errorf("of texts in %d places there are left: %s", len(written), strings.Join(left, " "))
		}
	}
	if len(words) < 20 {
		t.Fatalf("only %d words to look for", len(words))
	}
	if found := search(t, a, d.dir, d.url, words); len(found) > 0 {
		slices.Sort(found)
		t.Errorf("of %d families there is still %q", len(gone), slices.Compact(found))
	}
	if _, err := a.Delivery.ProveLedger(access.With(t.Context(), access.System("test"))); err != nil {
		t.Errorf("the books no longer hold: %v", err)
	}
	if report, err := a.Audit.Verify(t.Context()); err != nil || !report.Verified() {
		t.Errorf("the audit log no longer holds: %v %v", report, err)
	}
}

func idsOf(t *testing.T, pool *sql.DB, query string, args ...any) []ident.ID {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	var all []ident.ID
	for rows.Next() {
		var id ident.ID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	return all
}

// wordsOf returns the numbers of a family and those of its names that nobody
// else bears.
func wordsOf(t *testing.T, a *app.App, pool *sql.DB, family ident.ID) []string {
	t.Helper()
	var words []string
	for _, of := range []struct{ query, label string }{
		{"SELECT nik_sealed FROM person WHERE family_id = $1 AND nik_sealed IS NOT NULL", registry.LabelNIK},
		{"SELECT kk_sealed FROM family WHERE id = $1 AND kk_sealed IS NOT NULL", registry.LabelKK},
		{"SELECT number_sealed FROM account WHERE family_id = $1", registry.LabelAccount},
	} {
		for _, sealed := range textsOf(t, pool, of.query, family) {
			if number, err := a.Keys.Open(of.label, []byte(sealed)); err == nil && number != "" {
				words = append(words, number)
			}
		}
	}
	for _, name := range textsOf(t, pool, "SELECT name FROM person WHERE family_id = $1", family) {
		if others := textsOf(t, pool, "SELECT name FROM person WHERE name LIKE $1", "%"+name+"%"); len(others) == 1 && strings.Contains(name, " ") {
			words = append(words, name)
		}
	}
	return words
}

func textsOf(t *testing.T, pool *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		all = append(all, string(b))
	}
	return all
}

// tryErase erases a family by two people, unless something still needs its
// record.
func tryErase(t *testing.T, a *app.App, family ident.ID) ([]registry.Fate, bool) {
	t.Helper()
	req := registry.Request{Kind: registry.Erasure, Family: family,
		Basis: registry.Basis{On: a.Registry.Today().String(), Source: registry.SourceOffice, Document: "request", Evidence: "no. 1"}}
	out, err := a.Registry.Do(officer("first"), req)
	if req.Basis.Read = out.Mark(); err == nil && req.Basis.Read != "" {
		out, err = a.Registry.Do(officer("first"), req)
	}
	if fault.Is(err, fault.KindConflict) || fault.Is(err, fault.KindNotFound) {
		return nil, false
	}
	if err != nil || out.Proposed.IsZero() {
		t.Fatalf("%+v, %v", out, err)
	}
	if out, err = a.Registry.Approve(officer("second"), out.Proposed, ""); err != nil || !out.Written {
		t.Fatalf("%+v, %v", out, err)
	}
	c, err := a.Registry.Certificate(access.With(context.Background(), access.System("test")), out.Event, access.PurposeService)
	if err != nil || len(c.Fates) != len(out.Fates) || !c.Whole {
		t.Fatalf("certificate %+v, %v", c, err)
	}
	return c.Fates, true
}
