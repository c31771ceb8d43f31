package targetingapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingdb"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const sari, budi, operator = "sari:manager@*", "budi:manager@*", "rini:operator@3172041004"

type client struct{ apitest.Client }

func newClient(t *testing.T) client {
	w := determinationtest.NewWorld(t, determinationtest.Stores{Unit: dbtest.SQLite(t), Audit: auditdb.New(), Snapshots: snapshotdb.Store{},
		Rankings: targetingdb.Store{}, Determinations: determinationdb.Store{}}, snapshottest.Random(31, 20))
	return client{apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, w.Rankings, nil) })}
}

// ask sends a request and returns the answer, which must have the status.
func (c client) ask(who, method, path, body string, status int) string {
	c.Helper()
	return c.Do(apitest.Ask{Who: who, Method: method, Path: path, Body: body, Lang: "id"}, status, nil)
}

const modelVersions = "/api/v1/scoring-model-versions"

// A changed model is refused with what is wrong and where, proposed by one and
// enacted by another; what was refused leaves nothing behind.
func TestModelVersions(t *testing.T) {
	c := newClient(t)
	var known struct {
		Models []struct {
			Code    string
			Weights map[string]int64
		}
	}
	if err := json.Unmarshal([]byte(c.ask(sari, "GET", "/api/v1/scoring-models", "", 200)), &known); err != nil || len(known.Models) == 0 {
		t.Fatalf("no models: %v", err)
	}
	code := known.Models[0].Code
	draft := func(more string) string {
		return fmt.Sprintf(`{"model": %q, "from": "2026-01-01", "basis": "SK 7/2025", "published": "2025-06-01", %s}`, code, more)
	}
	for _, bad := range []struct{ body, says string }{
		{draft(`"weights": {"no_such_fact.each": 5}`), "no_such_fact"},
		{draft(`"weights": {}`), ""},
		{draft(`"remove": ["no_such_fact"]`), "no_such_fact"},
		{draft(`"add": ["no_such_fact"]`), "no_such_fact"},
		{draft(`"weights": {"intercept": 9000000000000000000}`), ""},
		{strings.Replace(draft(`"weights": {"intercept": 13000000}`), "SK 7/2025", " ", 1), ""},
		{strings.Replace(draft(`"weights": {"intercept": 13000000}`), "2026-01-01", "2020-01-01", 1), ""},
		{strings.Replace(draft(`"weights": {"intercept": 13000000}`), "2025-06-01", "2099-06-01", 1), ""},
	} {
		if got := c.ask(sari, "POST", modelVersions, bad.body, 422); !strings.Contains(got, bad.says) {
			t.Errorf("%s is refused without saying %q: %s", bad.body, bad.says, got)
		}
	}
	c.ask(sari, "POST", modelVersions, strings.Replace(draft(`"weights": {"intercept": 13000000}`), code, "of_nowhere", 1), 404)
	c.ask(operator, "POST", modelVersions, draft(`"weights": {"intercept": 13000000}`), 403)
	if list := c.ask(sari, "GET", modelVersions, "", 200); !strings.Contains(list, `"versions":[]`) {
		t.Fatalf("what was refused is kept: %s", list)
	}
	var v struct{ ID, State string }
	if err := json.Unmarshal([]byte(c.ask(sari, "POST", modelVersions, draft(`"weights": {"intercept": 13000000}`), 201)), &v); err != nil || v.State != "proposed" {
		t.Fatalf("proposed: %+v, %v", v, err)
	}
	c.ask(budi, "POST", modelVersions, draft(`"weights": {"intercept": 13500000}`), 409) // while the other waits
	enact := modelVersions + "/" + v.ID + "/enact"
	c.ask(sari, "POST", enact, "", 403)
	c.ask(operator, "POST", enact, "", 403)
	c.ask(budi, "POST", modelVersions+"/"+v.ID+"/reject", `{"reason": " "}`, 422)
	c.ask(sari, "POST", modelVersions+"/"+v.ID+"/reject", `{"reason": "keliru"}`, 403)
	if got := c.ask(budi, "POST", modelVersions+"/"+v.ID+"/reject", `{"reason": "keliru"}`, 200); !strings.Contains(got, `"rejected"`) {
		t.Errorf("rejected: %s", got)
	}
	c.ask(budi, "POST", enact, "", 409)
	if err := json.Unmarshal([]byte(c.ask(sari, "POST", modelVersions, draft(`"weights": {"intercept": 13100000}`), 201)), &v); err != nil {
		t.Fatal(err)
	}
	enact = modelVersions + "/" + v.ID + "/enact"
	if got := c.ask(budi, "POST", enact, "", 200); !strings.Contains(got, `"enacted"`) {
		t.Errorf("enacted: %s", got)
	}
	c.ask(budi, "POST", enact, "", 409)
	c.ask(budi, "POST", modelVersions+"/00000000-0000-7000-8000-000000000001/enact", "", 404)
}

// A survey is measured, or refused with the rows; nothing of a refused one is
// kept.
func TestMeasureSurvey(t *testing.T) {
	c := newClient(t)
	path := func(more string) string {
		return "/api/v1/poverty/surveys?name=Susenas&date=2025-03-01&outcome=belanja&group=desa" + more
	}
	good := "desa,belanja,orang\nA,300000,4\nA,900000,3\nB,450000,2\nB,2000000,5\n"
	var out struct {
		Kept  bool
		Areas []struct {
			Households int64
			P0         int64 `json:"p0_millionths"`
		}
	}
	if err := json.Unmarshal([]byte(c.ask(sari, "POST", path("&size=orang"), good, 200)), &out); err != nil || out.Kept || len(out.Areas) == 0 || out.Areas[0].Households != 4 || out.Areas[0].P0 <= 0 {
		t.Errorf("measured: %+v, %v", out, err)
	}
	for _, bad := range []struct {
		more, file, says string
	}{
		{"", "desa,belanja\nA,300000\nA,0\nB,-5\n", "3, 4"},
		{"", "desa,belanja\nA,300000\nA,banyak\n", "3"},
		{"", "desa,belanja\n,300000\nA,200000\n", "2"},
		{"&size=jumlah_orang", good, "jumlah_orang"},
		{"&weight=bobot", "desa,belanja,bobot\nA,300000,-1\nB,5,1\n", "2"},
		{"", "desa,belanja\n", ""},
	} {
		if got := c.ask(sari, "POST", path(bad.more+"&keep=true"), bad.file, 422); !strings.Contains(got, bad.says) {
			t.Errorf("%q is refused without saying %q: %s", bad.file, bad.says, got)
		}
	}
	c.ask(operator, "POST", path(""), good, 403)
}
