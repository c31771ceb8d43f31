package determinationapi

import (
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/ident"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingdb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type client struct{ apitest.Client }

func newClient(t *testing.T) (client, *determinationtest.World) {
	w := determinationtest.NewWorld(t, determinationtest.Stores{Unit: dbtest.SQLite(t), Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}}, snapshottest.Random(31, 120))
	return client{apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, w.Determinations) })}, w
}

func (c client) get(who, path string, status int, into any) string {
	c.Helper()
	return c.Do(apitest.Ask{Who: who, Method: "GET", Path: path}, status, into)
}

const officer, operator = "officer@*", "operator@3172041004"

func TestSummary(t *testing.T) {
	c, w := newClient(t)
	c.get(officer, "/api/v1/determinations/current", 404, nil)
	d := w.Enacted(t)
	var list struct{ Determinations []header }
	c.get(officer, "/api/v1/determinations", 200, &list)
	if len(list.Determinations) != 1 || list.Determinations[0].Digest != d.Digest || list.Determinations[0].State != "enacted" {
		t.Errorf("listed %+v", list)
	}
	total := func(who, query string) (sum determination.Counts) {
		var one struct{ Programmes []programmeCounts }
		c.get(who, "/api/v1/determinations/"+d.ID.String()+query, 200, &one)
		for _, p := range one.Programmes {
			sum.Entitled += p.Entitled
			sum.Waitlisted += p.Waitlisted
			sum.Refused += p.Refused
			sum.Undetermined += p.Undetermined
		}
		return sum
	}
	var want determination.Counts
	for _, p := range d.Content.Programmes {
		for _, o := range determination.Outcomes {
			want.Add(o, p.Counts.Of(o))
		}
	}
	if got := total(officer, ""); got != want {
		t.Errorf("nation %+v, want %+v", got, want)
	}
	mine, theirs := total(operator, ""), total(officer, "?area=3172041004")
	if mine != theirs || mine.Total() == 0 || mine.Total() >= want.Total() {
		t.Errorf("the operator's area %+v, the same seen from above %+v", mine, theirs)
	}
	c.get("nobody", "/api/v1/determinations", 401, nil)
	c.get(officer, "/api/v1/determinations/nonsense", 404, nil)
}

func TestExplanation(t *testing.T) {
	c, w := newClient(t)
	w.Enacted(t)
	var mine, other ident.ID
	for _, r := range w.Records {
		if r.Area == "3172041004" {
			mine = r.Family
		} else {
			other = r.Family
		}
	}
	path := "/api/v1/families/" + mine.String() + "/explanation?purpose=service"
	var all struct{ Explanations []explanation }
	c.get(operator, path, 200, &all)
	if want := len(w.Programmes.InForce(snapshottest.AsOf)); len(all.Explanations) != want {
		t.Fatalf("%d programmes are explained", len(all.Explanations))
	}
	for _, e := range all.Explanations {
		for _, s := range e.Subjects {
			if len(s.Items) == 0 || s.Outcome == "" || s.Outcome == "undetermined" && len(s.Collect) == 0 {
				t.Errorf("%s: %+v", e.Programme, s)
			}
		}
	}
	if body := c.get(operator, path+"&programme=pkh", 200, &all); len(all.Explanations) != 1 || strings.Contains(body, "Anggota A") {
		t.Errorf("one programme: %.200s", body)
	}
	c.get(operator, strings.Replace(path, mine.String(), other.String(), 1), 404, nil)
	c.get(operator, strings.Replace(path, "purpose=service", "purpose=curiosity", 1), 422, nil)
	c.get(operator, strings.Replace(path, "?purpose=service", "", 1), 422, nil)
	c.get("planner@*", path, 403, nil)
}
