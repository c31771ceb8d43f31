package linkageapi

import (
	"context"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/linkagedb"
	"gotong/internal/linkage/linkagetest"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	pairsPath = "/api/v1/duplicates"
	officer   = "sari:officer@*"
	other     = "budi:officer@*"
	looker    = "operator@3674"
)

// found searches in the request that asks for it.
type found struct{ service *linkage.Service }

func (f found) Start(ctx context.Context, kind run.Kind, _ any, _ bool) (run.Run, error) {
	_, err := f.service.Find(ctx, run.Silent{})
	return run.Run{ID: ident.ID{1}, Kind: kind}, err
}

func newDesk(t testing.TB) apitest.Client {
	t.Helper()
	b := linkagetest.NewBench(t, linkagetest.Backend{
		Backend: registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()},
		Pairs:   linkagedb.New(),
	}, 240, 16)
	c := apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, b.Service, nil, found{b.Service}) })
	c.Do(apitest.Ask{Who: looker, Method: "POST", Path: pairsPath + "/search"}, 403, nil)
	var started struct{ Run string }
	c.Do(apitest.Ask{Who: officer, Method: "POST", Path: pairsPath + "/search"}, 202, &started)
	if started.Run != (ident.ID{1}).String() {
		t.Fatalf("%+v", started)
	}
	return c
}

type listed struct {
	Pairs      []linkage.PairTold
	Total      int
	Next, Prev string
}

func get(c apitest.Client, who, path string, status int, into any) string {
	c.Helper()
	return c.Do(apitest.Ask{Who: who, Method: "GET", Path: path, Lang: "en"}, status, into)
}

func post(c apitest.Client, who, path, body string, status int, into any) string {
	c.Helper()
	return c.Do(apitest.Ask{Who: who, Method: "POST", Path: path, Body: body, Lang: "en"}, status, into)
}

func TestPairsAreListedInPages(t *testing.T) {
	c := newDesk(t)
	var all, first, second, back listed
	get(c, looker, pairsPath+"?limit=500", 200, &all)
	if len(all.Pairs) < 10 || all.Total != len(all.Pairs) || all.Next != "" {
		t.Fatalf("%d pairs of %d, next %q", len(all.Pairs), all.Total, all.Next)
	}
	get(c, looker, pairsPath+"?limit=4", 200, &first)
	get(c, looker, pairsPath+"?limit=4&after="+first.Next, 200, &second)
	get(c, looker, pairsPath+"?limit=4&before="+second.Prev, 200, &back)
	for i := range 4 {
		if first.Pairs[i].ID != all.Pairs[i].ID || second.Pairs[i].ID != all.Pairs[4+i].ID || back.Pairs[i].ID != all.Pairs[i].ID {
			t.Fatalf("pages do not follow each other at %d", i)
		}
	}
	var sure listed
	get(c, looker, pairsPath+"?order=chance&least=0.9", 200, &sure)
	for i := 1; i < len(sure.Pairs); i++ {
		if p := sure.Pairs[i]; p.Chance > sure.Pairs[i-1].Chance || p.Chance < .9 {
			t.Errorf("%v stands after %v", p.Chance, sure.Pairs[i-1].Chance)
		}
	}
	for _, bad := range []string{"?after=x", "?order=chance&after=99999999999_" + (ident.ID{1}).String(), "?status=some", "?limit=0", "?least=2", "?area=x"} {
		get(c, looker, pairsPath+bad, 422, nil)
	}
	get(c, "treasurer@*", pairsPath, 403, nil)
	get(c, "", pairsPath, 401, nil)
	var elsewhere listed
	if get(c, "officer@3171", pairsPath, 200, &elsewhere); len(elsewhere.Pairs) != 0 || elsewhere.Total != 0 {
		t.Errorf("%d pairs of another place", elsewhere.Total)
	}
}

func TestAPairIsShownPieceByPiece(t *testing.T) {
	c := newDesk(t)
	var all listed
	get(c, looker, pairsPath, 200, &all)
	var r linkage.ReviewTold
	text := get(c, looker, pairsPath+"/"+all.Pairs[0].ID, 200, &r)
	sum := r.Prior
	for _, p := range r.Pieces {
		if sum += p.Bits; p.Finding == "" || strings.HasPrefix(p.Finding, "[") {
			t.Errorf("%s of %s has no words", p.Level, p.Field)
		}
	}
	if d := sum - r.Sum; len(r.Pieces) < 3 || d > 1e-6 || d < -1e-6 {
		t.Errorf("%d pieces and what was held before are %v, not %v", len(r.Pieces), sum, r.Sum)
	}
	if r.Left.Name == "" || r.Suggested == "" || r.Next == "" || r.Left.Sex == "" || r.Left.Head == "" {
		t.Errorf("%+v", r)
	}
	for _, s := range []linkage.SideTold{r.Left, r.Right} {
		if s.NIKMasked != "" && !strings.ContainsAny(s.NIKMasked, "*•x") {
			t.Errorf("%s is not masked", s.NIKMasked)
		}
	}
	if strings.Contains(text, "sealed") {
		t.Error(text)
	}
	get(c, looker, pairsPath+"/"+(ident.ID{7}).String(), 404, nil)
	get(c, looker, pairsPath+"/tidak-ada", 422, nil)
	get(c, "officer@3171", pairsPath+"/"+r.ID, 404, nil)
}

func TestAPairIsDecidedOnceAndTakenBack(t *testing.T) {
	c := newDesk(t)
	var all listed
	get(c, officer, pairsPath+"?order=chance", 200, &all)
	here := pairsPath + "/" + all.Pairs[0].ID
	post(c, looker, here+"/decide", `{"decision":"left"}`, 403, nil)
	post(c, officer, here+"/decide", `{"decision":"both"}`, 422, nil)
	post(c, officer, here+"/decide", `{}`, 422, nil)
	post(c, officer, here+"/undo", "", 409, nil)
	var r linkage.ReviewTold
	post(c, officer, here+"/decide", `{"decision":"left","reason":"cards compared"}`, 200, &r)
	if r.Status != "confirmed" || r.Kept != "left" || r.DecidedBy != "sari" || r.DecidedAt == nil || r.Reason != "cards compared" || r.Right.Status != "duplicate" {
		t.Errorf("%+v", r)
	}
	if text := post(c, other, here+"/decide", `{"decision":"apart"}`, 409, nil); !strings.Contains(text, "(sari)") || !strings.Contains(text, `"linkage.error.decided"`) {
		t.Errorf("who decides second is not told who was first: %s", text)
	}
	if post(c, other, here+"/undo", "", 200, &r); r.Status != "open" || r.Right.Status != "active" {
		t.Errorf("taken back: %+v", r)
	}
	r = linkage.ReviewTold{}
	if post(c, officer, here+"/decide", `{"decision":"apart"}`, 200, &r); r.Status != "rejected" || r.Kept != "" {
		t.Errorf("two people: %+v", r)
	}
	// A search later does not raise the pair again.
	post(c, officer, pairsPath+"/search", "", 202, nil)
	var open, rejected listed
	get(c, officer, pairsPath+"?limit=500", 200, &open)
	get(c, officer, pairsPath+"?status=rejected", 200, &rejected)
	if open.Total != all.Total-1 || len(rejected.Pairs) != 1 || rejected.Pairs[0].ID != r.ID {
		t.Errorf("%d pairs wait of %d, %d are two people", open.Total, all.Total, rejected.Total)
	}
}

// A record outside of the actor's area is told by its regency alone.
func TestARecordElsewhereIsNotTold(t *testing.T) {
	s := linkage.Side{Person: ident.ID{1}, Family: ident.ID{2}, Area: "3674011001", Name: "Siti", NIKMasked: "3674****"}
	if got := s.Told("en"); got.Shown || got.Area != "3674" || got.Name != "" || got.Person != "" || got.Family != "" || got.NIKMasked != "" {
		t.Errorf("%+v", got)
	}
	if s.Place() != "3674" {
		t.Error(s.Place())
	}
}

func TestManyPairsAreDecidedAtOnce(t *testing.T) {
	c := newDesk(t)
	var plan linkage.PlanTold
	get(c, officer, pairsPath+"/plan?area=3674", 200, &plan)
	if len(plan.Pairs) < 4 || plan.Digest == "" || plan.Least == 0 || plan.Pairs[0].Keep == "" {
		t.Fatalf("%+v", plan)
	}
	get(c, officer, pairsPath+"/plan?least=0.5", 422, nil)
	get(c, looker, pairsPath+"/plan", 403, nil)

	apart := `{"decisions":[{"pair":"` + plan.Pairs[0].ID + `","decision":"apart","reason":"cousins"}%]}`
	if text := post(c, officer, pairsPath+"/decide", strings.Replace(apart, "%", `,{"pair":"x","decision":"left"}`, 1), 422, nil); !strings.Contains(text, `"location":"decisions[1]"`) || !strings.Contains(text, `"code":"linkage.error.choices"`) {
		t.Errorf("a wrong line: %s", text)
	}
	var m linkage.Many
	for _, want := range []linkage.Many{{Decided: 1}, {Before: 1}} {
		if post(c, officer, pairsPath+"/decide", strings.Replace(apart, "%", "", 1), 200, &m); m != want {
			t.Errorf("%+v, not %+v", m, want)
		}
	}
	post(c, officer, pairsPath+"/decide", `{"decisions":[]}`, 422, nil)
	post(c, looker, pairsPath+"/decide", strings.Replace(apart, "%", "", 1), 403, nil)

	// The plan that was seen is no longer the plan; that of now is confirmed, once.
	confirm := func(digest string, status int) (n struct{ Confirmed int }) {
		post(c, officer, pairsPath+"/confirm", `{"area":"3674","digest":"`+digest+`","reason":"cards compared"}`, status, &n)
		return n
	}
	confirm(plan.Digest, 409)
	var now linkage.PlanTold
	get(c, officer, pairsPath+"/plan?area=3674", 200, &now)
	post(c, looker, pairsPath+"/confirm", `{"area":"3674","digest":"`+now.Digest+`"}`, 403, nil)
	if n := confirm(now.Digest, 200); n.Confirmed != len(now.Pairs) || n.Confirmed == 0 {
		t.Errorf("%d of %d confirmed", n.Confirmed, len(now.Pairs))
	}
	confirm(now.Digest, 409)
	get(c, officer, pairsPath+"/plan?area=3674", 200, &now)
	if len(now.Pairs) != 0 {
		t.Errorf("%d pairs are left", len(now.Pairs))
	}
	post(c, officer, pairsPath+"/confirm", `{}`, 422, nil)
}
