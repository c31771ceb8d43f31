package breachapi

import (
	"context"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"gotong/internal/api/apitest"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/breach"
	"gotong/internal/breach/breachdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/right"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// touched are the families that an account looked at, as the log would say.
type touched map[string]map[ident.ID]string

func (s touched) Seen(_ context.Context, account string, _, _ time.Time) (map[ident.ID]string, error) {
	return s[account], nil
}

func (s touched) Lists(_ context.Context, account string, _, until time.Time) ([]breach.List, error) {
	return []breach.List{{Action: "family.list", Area: "3674", Times: int64(len(s[account])), Most: 40, Fields: []string{"head_name"}, Last: until}}, nil
}

// post keeps what was written to whom.
type post struct{ sent []ident.ID }

func (p *post) Issue(_ context.Context, entry ident.ID) error {
	p.sent = append(p.sent, entry)
	return nil
}

const (
	officer = "officer@3674"
	path    = "/api/v1/breaches"
)

type client struct {
	apitest.Client
	bench *registrytest.Bench
	all   []registry.Record
	post  *post
}

func newClient(t *testing.T) client {
	t.Helper()
	b := registrytest.NewBench(t, registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()})
	registrytest.Bring(t, b, registrytest.NewOffice(4, 1, "3674"))
	all := registrytest.Everything(t, b)
	rules, err := right.LoadRules(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	p := &post{}
	s := breach.NewService(breach.Deps{Unit: b.Unit, Store: breachdb.New(), Register: b.Service, Letters: p, Log: audit.NewLog(auditdb.New(), b.Clock),
		Seen: touched{"budi": {all[0].Family.ID: all[0].Family.Area, all[1].Family.ID: all[1].Family.Area}},
		Keys: b.Keys, Clock: b.Clock, IDs: b.IDs, Due: rules.BreachDue})
	return client{apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, s) }), b, all, p}
}

func (c client) send(who, method, at, body string, status int) (f failure) {
	c.Helper()
	into := any(&f)
	if status >= 300 {
		into = nil
	}
	c.Do(apitest.Ask{Who: who, Method: method, Path: path + at, Body: body}, status, into)
	return f
}

// TestABreachIsTold reports what an account did, adds a family that no log
// shows, tells the agency and the families, and closes: late, and it says so.
func TestABreachIsTold(t *testing.T) {
	c := newClient(t)
	const report = `{"what":"Kata sandi dipakai orang lain","measure":"Akun ditutup","account":"budi","from":"2025-05-01T00:00:00Z","until":"2025-05-02T00:00:00Z"}`
	b := c.send(officer, "POST", "", report, 201)
	if b.Families != 2 || b.Told != 0 || b.Late || b.Due.Sub(b.At) != 72*time.Hour {
		t.Errorf("reported: %+v", b)
	}
	one := "/" + b.ID
	c.send(officer, "POST", one+"/close", "", 409)
	if got := c.send(officer, "POST", one+"/families", `{"family":"`+c.all[2].Family.ID.String()+`"}`, 200); got.Families != 3 || len(got.Touched) != 3 {
		t.Errorf("a family was added: %+v", got)
	}
	c.bench.Clock.Advance(73 * time.Hour)
	if got := c.send(officer, "GET", one, "", 200); !got.Late || got.What != "Kata sandi dipakai orang lain" || got.Measure != "Akun ditutup" {
		t.Errorf("after the time of the law: %+v", got)
	}
	until := time.Date(2025, time.May, 2, 0, 0, 0, 0, time.UTC)
	want := []failureList{{Action: "family.list", Area: "3674", Times: 2, Most: 40, Fields: []string{"head_name"}, Last: until}}
	if diff := cmp.Diff(want, c.send(officer, "GET", one, "", 200).Lists); diff != "" {
		t.Errorf("lists that the account opened: %s", diff)
	}
	if got := c.send(officer, "POST", one+"/letters", "", 200); got.Told != 3 || len(c.post.sent) != 3 || got.Touched[0].Told == nil {
		t.Errorf("%d letters: %+v", len(c.post.sent), got)
	}
	if c.send(officer, "POST", one+"/letters", "", 200); len(c.post.sent) != 3 {
		t.Errorf("%d letters to three families", len(c.post.sent))
	}
	c.send(officer, "POST", one+"/agency", `{"letter":"12/2025"}`, 200)
	c.send(officer, "POST", one+"/agency", `{"letter":"13/2025"}`, 409)
	if got := c.send(officer, "POST", one+"/close", "", 200); got.Closed == nil || !got.Late {
		t.Errorf("closed: %+v", got)
	}
	c.send(officer, "POST", one+"/close", "", 409)
	var list struct{ Breaches []failure }
	c.Do(apitest.Ask{Who: officer, Method: "GET", Path: path}, 200, &list)
	if len(list.Breaches) != 1 || list.Breaches[0].What != "" {
		t.Errorf("listed: %+v", list)
	}
	c.Do(apitest.Ask{Who: officer, Method: "GET", Path: path + "?open=true"}, 200, &list)
	if len(list.Breaches) != 0 {
		t.Errorf("open ones: %+v", list)
	}
	if got := c.send("officer@3172", "GET", one, "", 200); len(got.Touched) != 0 {
		t.Errorf("another city is told of %+v", got.Touched)
	}
}

func TestWhatIsRefused(t *testing.T) {
	c := newClient(t)
	const nobody = "018bcfe5-6800-7000-8000-000000000001"
	b := c.send(officer, "POST", "", `{"what":"Map hilang","measure":"Dilaporkan"}`, 201)
	for name, x := range map[string]struct {
		who, method, at, body string
		status                int
	}{
		"nobody":                   {"nobody", "GET", "", "", 401},
		"an operator":              {"operator@3674011001", "POST", "", `{"what":"x","measure":"y"}`, 403},
		"without what happened":    {officer, "POST", "", `{"what":" ","measure":"y"}`, 422},
		"without what was done":    {officer, "POST", "", `{"what":"x","measure":""}`, 422},
		"a span that ends first":   {officer, "POST", "", `{"what":"x","measure":"y","account":"budi","from":"2025-05-02T00:00:00Z","until":"2025-05-01T00:00:00Z"}`, 422},
		"an account without span":  {officer, "POST", "", `{"what":"x","measure":"y","account":"budi"}`, 422},
		"no time":                  {officer, "POST", "", `{"what":"x","measure":"y","account":"budi","from":"kemarin","until":"kini"}`, 422},
		"none such":                {officer, "GET", "/" + nobody, "", 404},
		"no id":                    {officer, "GET", "/x", "", 422},
		"nobody's family":          {officer, "POST", "/" + b.ID + "/families", `{"family":"` + nobody + `"}`, 404},
		"a family elsewhere":       {"officer@3172", "POST", "/" + b.ID + "/families", `{"family":"` + c.all[0].Family.ID.String() + `"}`, 404},
		"an agency without letter": {officer, "POST", "/" + b.ID + "/agency", `{"letter":""}`, 422},
	} {
		if got, text := c.Answer(apitest.Ask{Who: x.who, Method: x.method, Path: path + x.at, Body: x.body}); got != x.status {
			t.Errorf("%s: %d, want %d: %.200s", name, got, x.status, text)
		}
	}
	if got := c.send(officer, "GET", "/"+b.ID, "", 200); got.Families != 0 || got.Agency != nil {
		t.Errorf("what was refused was kept: %+v", got)
	}
}
