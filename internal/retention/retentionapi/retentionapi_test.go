package retentionapi

import (
	"context"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api/apitest"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/retention"
	"gotong/internal/retention/retentiondb"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// departed are families that left the register, as app shows them.
type departed struct{ of *registry.Service }

func (s departed) Old(ctx context.Context, area string, by civil.Date, fn func(retention.Record) error) error {
	return s.of.Departed(ctx, area, func(d registry.Departed) error {
		if !d.Person.IsZero() || d.Since > by {
			return nil
		}
		return fn(retention.Record{Subject: d.Family, Family: d.Family, Area: d.Area, Since: d.Since})
	})
}

func (s departed) Destroy(ctx context.Context, r retention.Record, h retention.Hands) error {
	return s.of.Dispose(ctx, registry.Disposal{Family: r.Family, Evidence: h.Proposal.String(), ProposedBy: h.ProposedBy, ApprovedBy: h.ApprovedBy})
}

// bare is a shelf on which nothing lies.
type bare struct{}

func (bare) Old(context.Context, string, civil.Date, func(retention.Record) error) error { return nil }

func (bare) Destroy(context.Context, retention.Record, retention.Hands) error { return nil }

// free keeps nothing by itself.
type free struct{}

func (free) Of(context.Context, retention.Class, ident.ID) ([]retention.Reason, error) {
	return nil, nil
}

const (
	officer = "dina:officer@3674"
	manager = "mira:manager@3674"
	path    = "/api/v1/retention"
)

type client struct {
	apitest.Client
	bench *registrytest.Bench
	gone  [2]ident.ID // left the register long ago
}

func newClient(t *testing.T) client {
	t.Helper()
	b := registrytest.NewBench(t, registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()})
	registrytest.Bring(t, b, registrytest.NewOffice(4, 1, "3674"))
	rules, err := retention.LoadRules(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	s := retention.NewService(retention.Deps{Unit: b.Unit, Store: retentiondb.New(), Register: b.Service, Holds: free{}, Log: audit.NewLog(auditdb.New(), b.Clock),
		Keys: b.Keys, Clock: b.Clock, IDs: b.IDs, Rules: rules, Shelves: map[retention.Class]retention.Shelf{retention.Families: departed{b.Service},
			retention.Persons: bare{}, retention.Requests: bare{}, retention.Letters: bare{}, retention.Pictures: bare{}}})
	c := client{Client: apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, s) }), bench: b}
	for i, r := range registrytest.Everything(t, b)[:2] {
		c.gone[i] = r.Family.ID
		registrytest.Do(t, b, registry.Request{Kind: registry.Move, Family: r.Family.ID, Place: "luar negeri", Basis: registrytest.By("2025-05-01", "move_letter")})
	}
	b.Clock.Advance(6 * 365 * 24 * time.Hour)
	return c
}

func (c client) send(who, method, at, body string, status int, into any) {
	c.Helper()
	c.Do(apitest.Ask{Who: who, Method: method, Path: path + at, Body: body}, status, into)
}

func (c client) due() (due, held int64) {
	c.Helper()
	var b struct{ Classes []overdue }
	c.send(officer, "GET", "", "", 200, &b)
	for _, o := range b.Classes {
		if o.Class == string(retention.Families) {
			return o.Due, o.Held
		}
	}
	c.Fatal("families are no class")
	return 0, 0
}

// TestTwoPeopleDestroy has a record held, what is due proposed, decided by
// another person alone, and destroyed; what is held stays.
func TestTwoPeopleDestroy(t *testing.T) {
	c := newClient(t)
	if due, held := c.due(); due != 2 || held != 0 {
		t.Fatalf("%d due, %d held", due, held)
	}
	var hold struct{ ID string }
	c.send(officer, "POST", "/holds", `{"family":"`+c.gone[0].String()+`","basis":"held_audit","why":"LHP 3"}`, 201, &hold)
	if due, held := c.due(); due != 1 || held != 1 {
		t.Errorf("with one held %d due, %d held", due, held)
	}
	var made retention.Proposed
	c.send(officer, "POST", "/proposals", `{"area":"3674"}`, 201, &made)
	if len(made.Proposals) != 1 || made.Due != 1 || made.Held != 1 {
		t.Fatalf("proposed %+v", made)
	}
	one := "/proposals/" + made.Proposals[0].String() + "/decision"
	c.send(officer, "POST", one, `{"approve":true}`, 403, nil) // who proposes has no second vote
	c.send("oki:operator@3674011001", "POST", one, `{"approve":true}`, 403, nil)
	c.send("mira:manager@3172", "POST", one, `{"approve":true}`, 404, nil)
	c.send(manager, "POST", one, `{"approve":false}`, 422, nil) // without a reason
	var done disposal
	c.send(manager, "POST", one, `{"approve":true,"note":"setuju"}`, 200, &done)
	if done.Status != "done" || done.Destroyed != 1 || done.Held != 1 || done.DecidedBy != "mira" || done.DecidedAt == nil {
		t.Errorf("carried out: %+v", done)
	}
	c.send(manager, "POST", one, `{"approve":true}`, 409, nil)
	for i, erased := range []bool{false, true} {
		d, err := c.bench.Family(registrytest.Officer(), c.gone[i], access.PurposeAudit)
		if err != nil || (d.Family.HeadName == "") != erased {
			t.Errorf("family %d is %+v, %v", i, d.Family, err)
		}
	}
	var list struct{ Proposals []disposal }
	c.send(manager, "GET", "/proposals?status=done&class=family&area=3674", "", 200, &list)
	if len(list.Proposals) != 1 || list.Proposals[0].ID != done.ID {
		t.Errorf("listed %+v", list)
	}
	c.send(officer, "DELETE", "/holds/"+hold.ID, "", 204, nil)
	c.send(officer, "DELETE", "/holds/"+hold.ID, "", 409, nil)
	if due, held := c.due(); due != 1 || held != 0 {
		t.Errorf("let go: %d due, %d held", due, held)
	}
}

func TestWhatIsRefused(t *testing.T) {
	c := newClient(t)
	family := c.gone[0].String()
	const nobody = "018bcfe5-6800-7000-8000-000000000001"
	for name, x := range map[string]struct {
		who, method, at, body string
		status                int
	}{
		"nobody asks":             {"nobody", "GET", "", "", 401},
		"an operator asks":        {"oki:operator@3674011001", "GET", "", "", 403},
		"another city's area":     {officer, "GET", "?area=3172", "", 404},
		"no such day":             {officer, "GET", "?day=2026-02-30", "", 422},
		"an area in words":        {officer, "GET", "?area=Setu", "", 422},
		"propose elsewhere":       {officer, "POST", "/proposals", `{"area":"3172"}`, 404},
		"a manager proposes":      {manager, "POST", "/proposals", `{}`, 403},
		"a proposal of nobody":    {manager, "POST", "/proposals/" + nobody + "/decision", `{"approve":true}`, 404},
		"hold without a basis":    {officer, "POST", "/holds", `{"family":"` + family + `","basis":"because","why":"x"}`, 422},
		"hold without a word":     {officer, "POST", "/holds", `{"family":"` + family + `","basis":"held_case","why":" "}`, 422},
		"hold a family elsewhere": {"dina:officer@3172", "POST", "/holds", `{"family":"` + family + `","basis":"held_case","why":"x"}`, 404},
		"hold nobody":             {officer, "POST", "/holds", `{"family":"` + nobody + `","basis":"held_case","why":"x"}`, 404},
		"release nothing":         {officer, "DELETE", "/holds/" + nobody, "", 404},
		"an unknown status":       {officer, "GET", "/proposals?status=lost", "", 422},
	} {
		if got, text := c.Answer(apitest.Ask{Who: x.who, Method: x.method, Path: path + x.at, Body: x.body}); got != x.status {
			t.Errorf("%s: %d, want %d: %.200s", name, got, x.status, text)
		}
	}
	if due, held := c.due(); due != 2 || held != 0 {
		t.Errorf("%d due, %d held after what was refused", due, held)
	}
}
