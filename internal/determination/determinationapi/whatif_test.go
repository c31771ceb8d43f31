package determinationapi

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/api/apitest"
)

// send is get with a method and a body.
func (c client) send(who, method, path, body string, status int) string {
	c.Helper()
	return c.Do(apitest.Ask{Who: who, Method: method, Path: path, Body: body}, status, nil)
}

func TestWhatIf(t *testing.T) {
	c, w := newClient(t)
	w.Enacted(t)
	const path = "/api/v1/whatif"
	tried := c.send(officer, "POST", path, `{"programme":"sembako","params":{"decile_max":"2"}}`, 200)
	for _, part := range []string{`"losers":`, `"errors_before":`, `"kind":"decile"`, `"kind":"sex"`, `"kind":"disability"`, `"kind":"region"`} {
		if !strings.Contains(tried, part) {
			t.Errorf("the answer lacks %s", part)
		}
	}
	asIs := c.send(officer, "POST", path, `{"programme":"sembako","params":{"decile_max":"2"},"model":{}}`, 200)
	if asIs != tried {
		t.Error("a model in which nothing is changed comes to something else")
	}
	c.send(officer, "POST", path, `{"programme":"sembako","model":{"weights":{"size.each":-1,"bicycle.yes":40000},"add":["bicycle"],"remove":["car"]}}`, 200)
	for name, x := range map[string]struct {
		who, body string
		status    int
		want      string
	}{
		"a fact that is not there": {officer, `{"programme":"pkh","rules":{"decile":"family.desile <= 2"}}`, 422, "desile"},
		"a quota below zero":       {officer, `{"programme":"pkh","quota":-1}`, 422, "-1"},
		"a division by zero":       {officer, `{"programme":"pkh","rules":{"decile":"family.size / 0 > 1"}}`, 422, "1:13 (decile)"},
		"mixed units":              {officer, `{"programme":"pkh","rules":{"decile":"family.income_total > family.size"}}`, 422, "1:21 (decile)"},
		"for some by zero":         {officer, `{"programme":"pkh","rules":{"decile":"family.size / family.children > 1"}}`, 200, `(decile)"],"unlimited"`},
		"for some too large":       {officer, `{"programme":"pkh","rules":{"decile":"family.size * 4000000000000000000 > 1"}}`, 200, `(decile)"],"unlimited"`},
		"beyond one's area":        {"officer@3674", `{"programme":"pkh"}`, 403, "3674"},
		"no such parameter":        {officer, `{"programme":"pkh","params":{"nope":"1"}}`, 404, "nope"},
		"no such weight":           {officer, `{"programme":"pkh","model":{"weights":{"car.each":1}}}`, 422, "car.each"},
		"no such model":            {officer, `{"programme":"pkh","model":{"code":"nope","remove":["car"]}}`, 404, "nope"},
		"no such programme":        {officer, `{"programme":"nope"}`, 404, ""},
		"a village operator":       {operator, `{"programme":"pkh"}`, 403, ""},
		"no determination":         {officer, `{"programme":"pkh","determination":"x"}`, 404, ""},
	} {
		if got := c.send(x.who, "POST", path, x.body, x.status); !strings.Contains(got, x.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	var list struct{ Scenarios []scenario }
	c.send(officer, "POST", path, `{"programme":"sembako","params":{"decile_max":"2"},"name":"Dua desil"}`, 200)
	c.get(officer, path+"/scenarios", 200, &list)
	if len(list.Scenarios) != 1 || list.Scenarios[0].Name != "Dua desil" {
		t.Fatalf("%+v", list)
	}
	c.send(officer, "POST", path, `{"programme":"sembako","params":{"decile_max":"3"},"name":"Tiga desil"}`, 200)
	c.get(officer, path+"/scenarios", 200, &list)
	var beside struct{ Scenarios []scenario }
	c.get(officer, path+"/compare?id="+list.Scenarios[1].ID+"&id="+list.Scenarios[0].ID, 200, &beside)
	if d := cmp.Diff([]scenario{list.Scenarios[1], list.Scenarios[0]}, beside.Scenarios, cmp.AllowUnexported(triedProgramme{}, triedGroup{})); d != "" {
		t.Errorf("beside each other (-kept +compared):\n%s", d)
	}
	c.send(officer, "GET", path+"/compare?id="+list.Scenarios[0].ID, "", 422)
	c.send(officer, "GET", path+"/compare?id=x&id="+list.Scenarios[0].ID, "", 404)
	c.send(operator, "GET", path+"/compare?id="+list.Scenarios[1].ID+"&id="+list.Scenarios[0].ID, "", 403)
	c.send("manager@*", "DELETE", path+"/scenarios/"+list.Scenarios[0].ID, "", 403)
	c.send(officer, "DELETE", path+"/scenarios/"+list.Scenarios[0].ID, "", 204)
	c.send(officer, "DELETE", path+"/scenarios/"+list.Scenarios[0].ID, "", 404)
}
