package sieveapi

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/rule/ruledb"
	"gotong/internal/sieve"
	"gotong/internal/sieve/sievedb"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingdb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestFamiliesByRule turns the pages of a rule's answer: they hold whom it
// counts, each once, a village's own alone, and of the unknown what to ask.
func TestFamiliesByRule(t *testing.T) {
	d := dbtest.SQLite(t)
	w := determinationtest.NewWorld(t, determinationtest.Stores{Unit: d, Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}, Rules: ruledb.NewReader(d)}, snapshottest.Random(5, 1300))
	tick := clock.NewStepping(time.Date(2025, 7, 3, 0, 0, 0, 0, time.UTC), time.Second)
	s := sieve.NewService(sieve.Deps{Unit: d, Store: sievedb.Store{}, Snapshots: w.Snapshots, Rankings: w.Rankings, Catalogue: indicator.Default(),
		Register: determinationtest.Register{Records: w.Records, Keys: w.Keys}, Rules: ruledb.NewReader(d), Log: w.Log, Clock: tick, IDs: ident.NewMaker(tick, rand.Reader)})
	c := apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, s) })
	ask := func(who, rule, more string, status int, into any) string {
		t.Helper()
		return c.Do(apitest.Ask{Who: who, Method: "GET", Path: "/api/v1/families-by-rule?rule=" + url.QueryEscape(rule) + more, Lang: "en"}, status, into)
	}
	const officer, village = "lina:officer@*", "tuti:operator@3172041004"
	ask(officer, "family.size > 1", "&purpose=service", 404, nil) // there is no snapshot
	w.Ranked(t)

	type page = struct {
		Yes, No, Unknown int64
		Families         []family
		Next             int
	}
	var first page
	ask(officer, "family.size >= 1", "&purpose=service", 200, &first)
	if first.Yes <= pageLength || len(first.Families) != pageLength || first.Next == 0 {
		t.Fatalf("%d hold, %d on the first page, next %d", first.Yes, len(first.Families), first.Next)
	}
	seen := map[string]bool{}
	for p := first; ; {
		for _, f := range p.Families {
			if seen[f.ID] || f.Members == 0 || len(f.Missing) > 0 {
				t.Errorf("twice, or not as the rule says: %+v", f)
			}
			seen[f.ID] = true
		}
		if p.Next == 0 {
			break
		}
		at := p.Next
		p = page{}
		ask(officer, "family.size >= 1", fmt.Sprintf("&purpose=service&after=%d", at), 200, &p)
	}
	if int64(len(seen)) != first.Yes {
		t.Errorf("the pages hold %d, and %d are counted", len(seen), first.Yes)
	}
	var own page
	ask(village, "family.size >= 1", "&purpose=service", 200, &own)
	for _, f := range own.Families {
		if f.Area != "3172041004" {
			t.Errorf("a village is shown %+v", f)
		}
	}
	var unknown page
	ask(officer, "family.motorcycle", "&purpose=verification&unknown=true", 200, &unknown)
	if unknown.Unknown == 0 || len(unknown.Families) == 0 || len(unknown.Families[0].Missing) != 1 || unknown.Families[0].Missing[0] != "motorcycle" {
		t.Errorf("of whom it cannot be told: %d, %+v", unknown.Unknown, unknown.Families)
	}

	for name, x := range map[string]struct {
		who, rule, more string
		status          int
		want            string
	}{
		"a misspelt fact":  {officer, "family.desile <= 2", "&purpose=service", 422, "decile"},
		"no rule":          {officer, "", "&purpose=service", 422, ""},
		"no yes or no":     {officer, "family.size", "&purpose=service", 422, ""},
		"not the language": {officer, "SELECT 1", "&purpose=service", 422, ""},
		"no purpose":       {officer, "family.size > 1", "", 422, ""},
		"another purpose":  {officer, "family.size > 1", "&purpose=fun", 422, ""},
		"before the start": {officer, "family.size > 1", "&purpose=service&after=-1", 422, ""},
		"too long":         {officer, strings.Repeat("family.size > 1 && ", 400) + "true", "&purpose=service", 422, ""},
		"a releaser":       {"rini:releaser@*", "family.size > 1", "&purpose=service", 403, ""},
		"nobody":           {"nobody", "family.size > 1", "&purpose=service", 401, ""},
	} {
		if text := ask(x.who, x.rule, x.more, x.status, nil); !strings.Contains(text, x.want) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
