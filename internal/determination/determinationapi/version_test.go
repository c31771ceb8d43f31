package determinationapi

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/api/apitest"
	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/programme"
)

// Who proposed a version cannot enact it by the interface either; somebody
// else can, once.
func TestVersionByTwo(t *testing.T) {
	c, w := newClient(t)
	proposer := determinationtest.Staff("manager", access.Nation(), access.Manager) // the client's manager has this login
	day := civil.Of(2025, time.July, 20)
	draft := determination.Draft{Programme: "pkh", Edit: programme.Edit{Params: map[string]string{"decile_max": "3"}},
		Basis: decree.Basis{From: day, Title: "Kepdirjen 7/2025", On: civil.Of(2025, time.July, 1)}}
	post := func(who, id string) int {
		code, _ := c.Answer(apitest.Ask{Who: who, Method: "POST", Path: "/api/v1/programme-versions/" + id + "/enact"})
		return code
	}
	own, err := w.Determinations.ProposeVersion(proposer, draft)
	if err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"manager@*": 403, officer: 403, "nobody": 401} {
		if got := post(who, own.ID.String()); got != want {
			t.Errorf("%s: status %d, want %d", who, got, want)
		}
	}
	other := draft
	other.Programme = "sembako"
	theirs, err := w.Determinations.ProposeVersion(determinationtest.Staff("sari", access.Nation(), access.Manager), other)
	if err != nil {
		t.Fatal(err)
	}
	if got := post("manager@*", theirs.ID.String()); got != 200 {
		t.Errorf("by another: status %d", got)
	}
	if got := post("manager@*", theirs.ID.String()); got != 409 {
		t.Errorf("twice: status %d", got)
	}
	var list struct{ Versions []version }
	c.get("planner@*", "/api/v1/programme-versions", 200, &list)
	if len(list.Versions) != 2 || list.Versions[0].DecidedBy+list.Versions[1].DecidedBy != "manager" {
		t.Errorf("listed %+v", list.Versions)
	}
}

// A change is proposed by the interface, refused with what is wrong with it,
// and enacted by another person alone.
func TestProposeVersion(t *testing.T) {
	c, _ := newClient(t)
	const path = "/api/v1/programme-versions"
	propose := func(who, edit, from string, status int) string {
		return c.send(who, "POST", path, `{"programme":"pkh",`+edit+`,"from":"`+from+`","basis":"Kepdirjen 7/2025","published":"2025-07-01"}`, status)
	}
	for name, x := range map[string]struct {
		who, edit, from string
		status          int
		want            string
	}{
		"a misspelt fact":    {"manager@*", `"rules":{"decile":"family.desile <= 2"}`, "2025-07-20", 422, "decile"},
		"division by zero":   {"manager@*", `"rules":{"decile":"family.decile / 0 <= 2"}`, "2025-07-20", 422, "1:"},
		"a quota below zero": {"manager@*", `"quota":-1`, "2025-07-20", 422, ""},
		"nothing changed":    {"manager@*", `"note":"x"`, "2025-07-20", 422, ""},
		"a day that is past": {"manager@*", `"params":{"decile_max":"3"}`, "2025-06-30", 422, ""},
		"no such day":        {"manager@*", `"params":{"decile_max":"3"}`, "2025-07-32", 422, ""},
		"a village operator": {operator, `"params":{"decile_max":"3"}`, "2025-07-20", 403, ""},
	} {
		if got := propose(x.who, x.edit, x.from, x.status); !strings.Contains(got, x.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	var list struct{ Versions []version }
	c.get("planner@*", path, 200, &list)
	if len(list.Versions) != 0 {
		t.Fatalf("what was refused was kept: %+v", list.Versions)
	}
	var v version
	if err := json.Unmarshal([]byte(propose("manager@*", `"params":{"decile_max":"3"}`, "2025-07-20", 201)), &v); err != nil {
		t.Fatal(err)
	}
	if v.State != "proposed" || v.Programme != "pkh" || v.From != "2025-07-20" || v.ProposedBy != "manager" {
		t.Errorf("proposed %+v", v)
	}
	propose("manager@*", `"params":{"decile_max":"2"}`, "2025-07-20", 409) // one waits already
	c.send("manager@*", "POST", path+"/"+v.ID+"/enact", "", 403)
}
