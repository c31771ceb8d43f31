package outcomeapi

import (
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api/apitest"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/outcome/outcomedb"
	"gotong/internal/outcome/outcometest"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/targeting/targetingdb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type client struct{ apitest.Client }

func (c client) send(who, method, path, body string, status int, into any) {
	c.Helper()
	c.Do(apitest.Ask{Who: who, Method: method, Path: path, Body: body}, status, into)
}

func TestOutcome(t *testing.T) {
	office := outcometest.New(t, determinationtest.Stores{Unit: dbtest.SQLite(t), Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}}, outcomedb.Store{}, outcometest.Families(31, 60))
	c := client{apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, office.Service) })}
	const sari, budi, planner, village = "sari:manager@*", "budi:manager@*", "rina:planner@*", "lina:operator@3172041004"
	c.send(planner, "GET", "/api/v1/outcome", "", 404, nil)
	m := office.Measured(t, determinationtest.Staff("sari", access.Nation(), access.Manager))

	var all, own struct {
		Digest string
		Lists  []count
	}
	c.send(planner, "GET", "/api/v1/outcome", "", 200, &all)
	c.send(village, "GET", "/api/v1/outcome?digits=10", "", 200, &own)
	if all.Digest != m.Digest || total(all.Lists) <= total(own.Lists) || total(own.Lists) == 0 || own.Lists[0].Area != "3172041004" {
		t.Errorf("%d in all, %d of a village", total(all.Lists), total(own.Lists))
	}
	var page struct {
		Families []row
		Next     string
	}
	c.send(sari, "GET", "/api/v1/outcome/families?list=due&purpose=determination", "", 200, &page)
	if len(page.Families) == 0 {
		t.Fatal("nobody is due")
	}
	c.send(planner, "GET", "/api/v1/outcome/families?list=due&purpose=determination", "", 403, nil)
	c.send(sari, "GET", "/api/v1/outcome/families?list=due&purpose=fun", "", 422, nil)
	c.send(sari, "GET", "/api/v1/outcome/families?list=due&purpose=audit&after=x", "", 422, nil)

	x := page.Families[0]
	body := `{"family":"` + x.Family + `","person":"` + x.Person + `","programme":"` + x.Programme + `","exit":"` + x.Road + `"}`
	body = strings.Replace(body, `"person":"",`, "", 1)
	c.send(sari, "POST", "/api/v1/graduations", strings.Replace(body, x.Road, "bored", 1), 422, nil)
	var g graduation
	c.send(sari, "POST", "/api/v1/graduations", body, 201, &g)
	c.send(sari, "POST", "/api/v1/graduations/"+g.ID+"/decision", `{"state":"approved"}`, 409, nil)
	c.send(budi, "POST", "/api/v1/graduations/"+g.ID+"/decision", `{"state":"rejected"}`, 422, nil)
	c.send(budi, "POST", "/api/v1/graduations/"+g.ID+"/decision", `{"state":"approved"}`, 200, &g)
	var list struct{ Graduations []graduation }
	c.send(sari, "GET", "/api/v1/graduations?state=approved&purpose=determination", "", 200, &list)
	if len(list.Graduations) != 1 || list.Graduations[0] != g || g.DecidedBy != "budi" {
		t.Errorf("%+v, want %+v", list.Graduations, g)
	}
}

func total(all []count) (n int64) {
	for _, c := range all {
		n += c.Families
	}
	return n
}
