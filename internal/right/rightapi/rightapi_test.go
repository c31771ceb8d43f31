package rightapi

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api/apitest"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/right"
	"gotong/internal/right/rightdb"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// noLetters open no family: nothing here comes by the public page.
type noLetters struct{}

func (noLetters) FamilyOf(context.Context, string, string) (ident.ID, bool, error) {
	return ident.ID{}, false, nil
}

type client struct {
	apitest.Client
	bench *registrytest.Bench
	all   []registry.Record
}

const (
	officer = "officer@3674"
	path    = "/api/v1/rights"
)

func newClient(t *testing.T) client {
	t.Helper()
	b := registrytest.NewBench(t, registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()})
	registrytest.Bring(t, b, registrytest.NewOffice(4, 1, "3674"))
	rules, err := right.LoadRules(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	s := right.NewService(right.Deps{Unit: b.Unit, Store: rightdb.New(), Register: b.Service, Letters: noLetters{},
		Log: audit.NewLog(auditdb.New(), b.Clock), Keys: b.Keys, Clock: b.Clock, IDs: b.IDs, Rules: rules})
	b.Answer(s)
	return client{apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, s) }), b, registrytest.Everything(t, b)}
}

func (c client) send(who, method, at, body string, status int) (x asked) {
	c.Helper()
	into := any(&x)
	if status >= 300 {
		into = nil
	}
	c.Do(apitest.Ask{Who: who, Method: method, Path: at, Body: body}, status, into)
	return x
}

func (c client) taken(family int, kind string) asked {
	c.Helper()
	return c.send(officer, "POST", path, fmt.Sprintf(`{"family":%q,"kind":%q,"text":"tolong"}`, c.all[family].Family.ID, kind), 201)
}

// What is wrong with a request, and whose it is not, is refused before anything
// is written.
func TestWhatIsRefused(t *testing.T) {
	c := newClient(t)
	family := c.all[0].Family.ID.String()
	for name, x := range map[string]struct {
		who, body string
		status    int
	}{
		"nobody":             {"nobody", `{"family":"` + family + `","kind":"access","text":"x"}`, 401},
		"a planner":          {"planner@3674", `{"family":"` + family + `","kind":"access","text":"x"}`, 403},
		"another city":       {"officer@3172", `{"family":"` + family + `","kind":"access","text":"x"}`, 404},
		"no family":          {officer, `{"family":"018bcfe5-6800-7000-8000-000000000001","kind":"access","text":"x"}`, 404},
		"no id":              {officer, `{"family":"3674","kind":"access","text":"x"}`, 422},
		"an unknown kind":    {officer, `{"family":"` + family + `","kind":"amnesty","text":"x"}`, 422},
		"without words":      {officer, `{"family":"` + family + `","kind":"access","text":"  "}`, 422},
		"too many words":     {officer, `{"family":"` + family + `","kind":"access","text":"` + strings.Repeat("a", 2001) + `"}`, 422},
		"more than is asked": {officer, `{"family":"` + family + `","kind":"access","text":"x","grant":true}`, 422},
		"no JSON":            {officer, `{"family"`, 400},
	} {
		if got, text := c.Answer(apitest.Ask{Who: x.who, Method: "POST", Path: path, Body: x.body}); got != x.status {
			t.Errorf("%s: %d, want %d: %.200s", name, got, x.status, text)
		}
	}
	var list struct{ Total int64 }
	c.Do(apitest.Ask{Who: officer, Method: "GET", Path: path}, 200, &list)
	if list.Total != 0 {
		t.Errorf("what was refused was kept: %d", list.Total)
	}
	r := c.taken(0, "access")
	c.send("officer@3172", "GET", path+"/"+r.ID, "", 404)
	c.send("officer@3172", "POST", path+"/"+r.ID+"/answer", `{"grant":true,"answer":"x"}`, 404)
	c.send(officer, "POST", path+"/"+r.ID+"/answer", `{"grant":true,"answer":""}`, 422)
	c.send(officer, "POST", path+"/"+r.ID+"/end", "", 409)
	c.send(officer, "GET", path+"/not-an-id", "", 422)
}

// A suspension is granted, ends, and each step says how the request stands.
func TestSuspension(t *testing.T) {
	c := newClient(t)
	r := c.taken(0, "suspension")
	if r.Status != "open" || r.LeftMinute < 72*60-2 || r.LeftMinute > 72*60 || r.Late {
		t.Errorf("taken: %+v", r)
	}
	c.taken(1, "access")
	var list struct {
		Requests []asked
		Total    int64
	}
	c.Do(apitest.Ask{Who: officer, Method: "GET", Path: path + "?kind=suspension&family=" + c.all[0].Family.ID.String()}, 200, &list)
	if list.Total != 1 || list.Requests[0].ID != r.ID || list.Requests[0].Text != "" {
		t.Errorf("listed: %+v", list)
	}
	got := c.send(officer, "POST", path+"/"+r.ID+"/answer", `{"grant":true,"answer":"ditunda"}`, 200)
	if got.Status != "granted" || got.Answer != "ditunda" || got.DecidedBy != "officer" || got.DecidedAt == nil {
		t.Errorf("granted: %+v", got)
	}
	c.send(officer, "POST", path+"/"+r.ID+"/answer", `{"grant":false,"answer":"x"}`, 409)
	if _, yes, err := c.bench.SuspendedSince(registrytest.Officer(), c.all[0].Family.ID); err != nil || !yes {
		t.Errorf("the register says %v, %v", yes, err)
	}
	if got := c.send(officer, "POST", path+"/"+r.ID+"/end", "", 200); got.Status != "ended" {
		t.Errorf("ended: %+v", got)
	}
	c.send(officer, "POST", path+"/"+r.ID+"/end", "", 409)
	c.bench.Clock.Advance(73 * time.Hour)
	c.Do(apitest.Ask{Who: officer, Method: "GET", Path: path + "?late=true"}, 200, &list)
	if list.Total != 1 || !list.Requests[0].Late || list.Requests[0].Kind != "access" {
		t.Errorf("late: %+v", list)
	}
}

// A granted erasure says that it waits and on which event, and afterwards that
// the family is erased, with nothing of its words.
func TestErasure(t *testing.T) {
	c := newClient(t)
	r := c.taken(0, "erasure")
	got := c.send(officer, "POST", path+"/"+r.ID+"/answer", `{"grant":true,"answer":"dihapus"}`, 200)
	if got.Status != "granted" || !got.Waits || got.Erased || got.Event == "" {
		t.Fatalf("granted: %+v", got)
	}
	event, err := ident.Parse(got.Event)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.bench.Approve(access.With(t.Context(), access.Actor{Login: "second", Roles: []access.Role{access.Officer}, Scope: access.Nation()}), event, ""); err != nil {
		t.Fatal(err)
	}
	if got := c.send(officer, "GET", path+"/"+r.ID, "", 200); got.Waits || !got.Erased || got.Event != event.String() {
		t.Errorf("erased: %+v", got)
	}
}
