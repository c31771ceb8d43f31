package goodsapi

import (
	"encoding/json"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/civil"
	"gotong/internal/db/dbtest"
	"gotong/internal/goods"
	"gotong/internal/goods/goodstest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// site is the interface on a small town.
type site struct {
	*goodstest.World
	client apitest.Client
}

func newSite(t *testing.T) site {
	w := goodstest.New(t, dbtest.SQLite(t))
	return site{w, apitest.New(t, apitest.As(goodstest.As), func(a huma.API) { Register(a, w.Service) })}
}

// ask sends a request that must answer a status, and reads the answer.
func (s site) ask(who, method, path, key string, body any, status int) map[string]any {
	s.T.Helper()
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		s.OK(err)
		text = string(b)
	}
	var answer map[string]any
	s.client.Do(apitest.Ask{Who: who, Method: method, Path: path, Body: text, Key: key}, status, &answer)
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
