package goodsapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/goods/goodstest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// sessions takes a login of the world's people as the token.
type sessions struct{}

func (sessions) SignIn(context.Context, string, string) (string, error) {
	return "", fault.Forbidden("access.wrong_sign_in")
}

func (sessions) Actor(_ context.Context, token string) (access.Actor, error) {
	if token == "" {
		return access.Actor{}, fault.Forbidden("access.signed_out")
	}
	actor, _ := access.From(goodstest.As(token))
	return actor, nil
}

func (sessions) SignOut(context.Context, string) error { return nil }

// site is the interface on a small town.
type site struct {
	*goodstest.World
	handler http.Handler
}

func newSite(t *testing.T) site {
	w := goodstest.New(t, dbtest.SQLite(t))
	operations, handler := api.New(sessions{}, "test")
	Register(operations, w.Service)
	return site{w, handler}
}

// ask sends a request that must answer a status, and reads the answer.
func (s site) ask(who, method, path, key string, body any, status int) map[string]any {
	s.T.Helper()
	b, err := json.Marshal(body)
	s.OK(err)
	r := httptest.NewRequest(method, path, bytes.NewReader(b))
	r.Header.Set("Authorization", "Bearer "+who)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != status {
		s.T.Fatalf("%s %s as %s: %d, want %d: %.400s", method, path, who, w.Code, status, w.Body.String())
	}
	var answer map[string]any
	s.OK(json.Unmarshal(w.Body.Bytes(), &answer))
	return answer
}

func TestHandingOverFromTheField(t *testing.T) {
	s := newSite(t)
	s.Item("beras", goods.Food, goods.Bulk)
	depot := s.Depot("gudang", goods.Warehouse)
	s.Stocked(depot, "beras", 50)
	l, err := s.MakeList(goodstest.As("dina"), goods.Draft{Title: "Beras", Programme: "permakanan", Depot: depot.ID, Area: goodstest.Village, Day: goodstest.Today, Place: "Balai", Items: []goods.ListItem{{Item: "beras", Each: 2}}})
	s.OK(err)
	s.OK(s.Open(goodstest.As("mira"), l.ID))
	path := "/api/v1/distribution-lists/" + l.ID.String()
	if n := len(s.ask("oki", "GET", "/api/v1/distribution-lists?status=open", "", nil, 200)["lists"].([]any)); n != 1 {
		t.Errorf("%d lists", n)
	}
	if n := s.ask("oki", "GET", path+"/recipients?status=waiting", "", nil, 200)["total"]; n != 12.0 {
		t.Errorf("%v wait", n)
	}
	s.ask("otto", "GET", path+"/recipients", "", nil, 404)
	body := map[string]any{"receiver": "Siti", "relation": "self", "photo": goodstest.Photo(1), "spot": map[string]any{"latitude_e6": -6105000, "longitude_e6": 106925000}}
	s.ask("oki", "POST", path+"/recipients/1/handover", "", body, 422) // no key
	first := s.ask("oki", "POST", path+"/recipients/1/handover", "a", body, 200)
	again := s.ask("oki", "POST", path+"/recipients/1/handover", "a", body, 200)
	if first["id"] != again["id"] {
		t.Errorf("sent again, it is %v and not %v", again["id"], first["id"])
	}
	s.ask("oki", "POST", path+"/recipients/1/handover", "b", body, 409)
	s.ask("oki", "POST", path+"/recipients/2/handover", "a", body, 409) // the key of another
	s.ask("aulia", "POST", path+"/recipients/3/handover", "c", body, 403)
	body["photo"] = []byte("no picture")
	s.ask("oki", "POST", path+"/recipients/3/handover", "d", body, 422)
	if p := s.ask("aulia", "GET", "/api/v1/goods/proof", "", nil, 200); p["balanced"] != true || p["handovers"] != 1.0 {
		t.Errorf("the proof is %v", p)
	}
}

func TestARoundFromTheField(t *testing.T) {
	s := newSite(t)
	g, err := s.RegisterGroup(goodstest.As("dina"), goods.Group{Name: "Pokmas", Area: goodstest.Village, Leader: "Sri", Bank: "BRI", Contract: "PKS-1", From: goodstest.Today, To: civil.MustParse("2026-03-31"),
		Members: []goods.GroupMember{{Name: "Sri"}}}, "123456789012")
	s.OK(err)
	s.OK(s.ApproveGroup(goodstest.As("mira"), g.ID))
	_, err = s.Assign(goodstest.As("dina"), g.ID, 2)
	s.OK(err)
	path := "/api/v1/meal-groups/" + g.ID.String() + "/days/" + goodstest.Today.String()
	doors := s.ask("oki", "GET", path, "", nil, 200)["doors"].([]any)
	var marks []map[string]any
	for _, d := range doors {
		marks = append(marks, map[string]any{"client": d.(map[string]any)["client"], "outcome": "delivered"})
	}
	body := map[string]any{"carrier": "Rahmat", "marks": marks}
	s.ask("oki", "POST", path, "", body, 422) // neither photo nor witness
	body["witness"] = "Mulyati"
	if done := s.ask("oki", "POST", path, "", body, 200); done["delivered"] != 2.0 {
		t.Errorf("done is %v", done)
	}
	if done := s.ask("oki", "POST", path, "", body, 200); done["delivered"] != 0.0 || done["repeated"] != 2.0 {
		t.Errorf("sent again it is %v", done)
	}
	s.ask("oki", "GET", "/api/v1/meal-groups/"+g.ID.String()+"/days/2026-13-01", "", nil, 422)
	s.ask("otto", "GET", path, "", nil, 404)
}
