package backupapi

import (
	"fmt"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/api/apitest"
	"gotong/internal/backup/backuptest"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	tari  = "tari:treasurer@3674"
	rudi  = "rudi:releaser@3674"
	other = "lina:releaser@3172"
)

type site struct {
	apitest.Client
	*backuptest.World
}

func newSite(t *testing.T) site {
	w := backuptest.New(t, dbtest.SQLite(t))
	return site{apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, w.Service) }), w}
}

func (s site) list(who string) (all []restoration) {
	s.Helper()
	var out struct {
		Restorations []restoration `json:"restorations"`
	}
	s.Do(apitest.Ask{Who: who, Method: "GET", Path: "/api/v1/restorations"}, 200, &out)
	return out.Restorations
}

// send posts a body and reads the statement that a granted request answers.
func (s site) send(who, path, body string, status int) (x goneStatement) {
	s.Helper()
	var into any
	if status < 300 {
		into = &x
	}
	s.Do(apitest.Ask{Who: who, Method: "POST", Path: path, Body: body}, status, into)
	return x
}

func (s site) say(who, body string, status int) goneStatement {
	s.Helper()
	return s.send(who, "/api/v1/restorations/"+s.Restoration.ID.String()+"/statements", body, status)
}

func (s site) decide(who, id, body string, status int) goneStatement {
	s.Helper()
	return s.send(who, "/api/v1/restoration-statements/"+id+"/decision", body, status)
}

func TestTwoPeopleLiftTheBarByTheInterface(t *testing.T) {
	s := newSite(t)
	x := s.say(tari, `{"area":"3674","gone":["pkh-2026-01-01"],"reason":"rekening koran"}`, 201)
	want := goneStatement{Area: "3674", Gone: []string{"PKH-2026-01-01"}, Reason: "rekening koran", Status: "waiting", ProposedBy: "tari"}
	if diff := cmp.Diff(want, x, cmpopts.IgnoreFields(goneStatement{}, "ID")); diff != "" {
		t.Error(diff)
	}
	s.decide("tari:releaser@3674", x.ID, `{"approve":true}`, 403)
	s.decide("susi:treasurer@3674", x.ID, `{"approve":true}`, 403)
	s.decide(other, x.ID, `{"approve":true}`, 404)
	if !s.Barred(t, "3674") {
		t.Fatal("nobody approved")
	}
	s.decide(rudi, x.ID, `{"approve":true}`, 200)
	if s.Barred(t, "3674") || !s.Barred(t, "3172") {
		t.Error("it is for its own area")
	}
	s.decide(rudi, x.ID, `{"approve":false}`, 409)
	want.ID, want.Status, want.DecidedBy = x.ID, "approved", "rudi"
	r := restoration{ID: s.Restoration.ID.String(), At: s.Restoration.At, CopiedAt: backuptest.CopiedAt, Erased: 3, Statements: []goneStatement{want}}
	if diff := cmp.Diff([]restoration{r}, s.list(tari)); diff != "" {
		t.Error(diff)
	}
	r.Statements = []goneStatement{}
	if diff := cmp.Diff([]restoration{r}, s.list(other)); diff != "" {
		t.Errorf("another area: %s", diff)
	}
	s.Do(apitest.Ask{Who: "oki:operator@3674", Method: "GET", Path: "/api/v1/restorations"}, 403, nil)
	s.Do(apitest.Ask{Method: "GET", Path: "/api/v1/restorations"}, 401, nil)
}

func TestATurnedDownStatementLiftsNothing(t *testing.T) {
	s := newSite(t)
	x := s.say(tari, `{"area":"3674","gone":[],"reason":"rekening koran"}`, 201)
	if got := s.decide(rudi, x.ID, `{"approve":false}`, 200); got.Status != "rejected" || !s.Barred(t, "3674") {
		t.Errorf("%+v", got)
	}
}

func TestBadInputIsNamed(t *testing.T) {
	s := newSite(t)
	for _, body := range []string{"", "{", `{"area":"3674","gone":[]}`, `{"area":"3674","gone":[],"reason":" "}`, `{"area":"3674","gone":["pkh"],"reason":"x"}`,
		`{"area":"Serpong","gone":[],"reason":"x"}`, `{"area":"3674","gone":"none","reason":"x"}`, `{"area":"3674","gone":[],"reason":"x","more":1}`} {
		path := "/api/v1/restorations/" + s.Restoration.ID.String() + "/statements"
		if status, text := s.Answer(apitest.Ask{Who: tari, Method: "POST", Path: path, Body: body}); status != 400 && status != 422 {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	s.say(rudi, `{"area":"3674","gone":[],"reason":"x"}`, 403)
	s.say(tari, `{"area":"3172","gone":[],"reason":"x"}`, 404)
	s.say(tari, `{"gone":[],"reason":"x"}`, 404) // the nation
	for id, status := range map[string]int{"xyz": 422, ident.ID{7}.String(): 404} {
		s.decide(rudi, id, `{"approve":true}`, status)
		s.Do(apitest.Ask{Who: tari, Method: "POST", Path: fmt.Sprintf("/api/v1/restorations/%s/statements", id), Body: `{"area":"3674","gone":[],"reason":"x"}`}, status, nil)
	}
	if all := s.list(tari); len(all) != 1 || len(all[0].Statements) > 0 || all[0].At.Location() != time.UTC {
		t.Errorf("kept of it: %+v", all)
	}
}
