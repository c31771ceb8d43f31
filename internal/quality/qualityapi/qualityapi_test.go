package qualityapi

import (
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/api/apitest"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/indicator"
	"gotong/internal/quality"
	"gotong/internal/quality/qualitydb"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestQualityOfAnArea asks before and after a measure, of a city, of a village
// with families and of one without, and of what is nobody's.
func TestQualityOfAnArea(t *testing.T) {
	b := registrytest.NewBench(t, registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()})
	registrytest.Bring(t, b, registrytest.NewOffice(20, 1, "3674"))
	rules, err := quality.LoadRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	s := quality.NewService(quality.Deps{Unit: b.Unit, Store: qualitydb.New(), Register: b.Service, Log: audit.NewLog(auditdb.New(), b.Clock),
		Clock: b.Clock, Catalogue: indicator.Default(), Rules: rules})
	c := apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, s, b.Atlas()) })
	ask := func(who, query string) (r quality.AreaReport) {
		t.Helper()
		c.Do(apitest.Ask{Who: who, Method: "GET", Path: "/api/v1/quality" + query}, 200, &r)
		return r
	}
	const officer = "officer@3674"
	if r := ask(officer, ""); r.MeasuredOn != "" || r.Here.Families != 0 || r.Rule == "" {
		t.Errorf("never measured: %+v", r)
	}
	if _, err := s.Measure(registrytest.As(access.Officer, "3674"), run.Silent{}); err != nil {
		t.Fatal(err)
	}
	city := ask(officer, "")
	if city.Area != "3674" || city.Here.Families != 20 || city.MeasuredOn != b.Service.Today().String() || len(city.Trend) != 1 {
		t.Errorf("the city: %+v", city)
	}
	var below quality.AreaCounts
	for _, d := range city.Below {
		below.Families += d.Families
		below.Persons += d.Persons
		below.FactsKnown += d.FactsKnown
	}
	if diff := cmp.Diff([]int64{city.Here.Families, city.Here.Persons, city.Here.FactsKnown}, []int64{below.Families, below.Persons, below.FactsKnown}); diff != "" {
		t.Errorf("what lies below does not add up: %s", diff)
	}
	village := registrytest.Everything(t, b)[0].Family.Area
	if r := ask("operator@"+village, ""); r.Area != village || r.Here.Families == 0 || len(r.Below) != 0 {
		t.Errorf("the village: %+v", r)
	}
	if r := ask("officer@3172", "?area=3172041004"); r.Here.Families != 0 {
		t.Errorf("a village where nobody is on record: %+v", r.Here)
	}
	for query, want := range map[string]int{"?area=3172": 404, "?area=9999": 404, "?area=36": 404, "?area=Setu": 422, "?area=36740110010": 422} {
		if got, text := c.Answer(apitest.Ask{Who: officer, Method: "GET", Path: "/api/v1/quality" + query}); got != want {
			t.Errorf("%s: %d, want %d: %.200s", query, got, want, text)
		}
	}
	if r := ask("releaser@3674", ""); r.Here.Families != 20 { // counts name nobody: all staff see those of their area
		t.Errorf("who releases money: %+v", r.Here)
	}
	if got, _ := c.Answer(apitest.Ask{Who: "nobody", Method: "GET", Path: "/api/v1/quality"}); got != 401 {
		t.Errorf("nobody: %d", got)
	}
}
