package e2e

import (
	"net/http"
	"testing"
)

// TestABreachByTheInterface reports a failure by JSON, with what is refused on
// the way, tells a family and the agency, and closes it.
func TestABreachByTheInterface(t *testing.T) {
	s := open(t)
	token, operator := s.token(t, "dinas"), s.token(t, "operator")
	_, page := body(t, s.client(t, "dinas"), s.url+"/keluarga?wilayah=3172041004")
	family := firstFamily.FindStringSubmatch(page)
	if family == nil {
		t.Fatal("no family is listed")
	}
	const all, nobody = "/api/v1/breaches", "018bcfe5-6800-7000-8000-000000000001"
	s.api(t, operator, "GET", all, "", http.StatusForbidden)
	s.api(t, operator, "POST", all, `{"what":"x","measure":"y"}`, http.StatusForbidden)
	s.api(t, token, "POST", all, `{"what":"","measure":"y"}`, http.StatusUnprocessableEntity)
	s.api(t, token, "POST", all, `{"what":"x"}`, http.StatusUnprocessableEntity)
	s.api(t, token, "POST", all, `{"what":"x","measure":"y","account":"operator","from":"2026-02-02T00:00:00Z","until":"2026-02-01T00:00:00Z"}`, http.StatusUnprocessableEntity)
	made := s.api(t, token, "POST", all, `{"what":"Map berkas hilang di jalan","measure":"Dilaporkan ke polisi"}`, http.StatusCreated)
	id, _ := made["id"].(string)
	one := all + "/" + id
	s.api(t, token, "GET", all+"/"+nobody, "", http.StatusNotFound)
	s.api(t, token, "POST", one+"/families", `{"family":"`+nobody+`"}`, http.StatusNotFound)
	s.api(t, token, "POST", one+"/close", "", http.StatusConflict)
	if got := s.api(t, token, "POST", one+"/families", `{"family":"`+family[1]+`"}`, http.StatusOK); got["families"] != 1.0 || got["told"] != 0.0 {
		t.Errorf("a family was added: %v", got)
	}
	s.api(t, token, "POST", one+"/agency", `{"letter":""}`, http.StatusUnprocessableEntity)
	s.api(t, token, "POST", one+"/agency", `{"letter":"12/2026"}`, http.StatusOK)
	s.api(t, token, "POST", one+"/agency", `{"letter":"13/2026"}`, http.StatusConflict)
	s.api(t, token, "POST", one+"/close", "", http.StatusConflict)
	if got := s.api(t, token, "POST", one+"/letters", "", http.StatusOK); got["told"] != 1.0 {
		t.Errorf("the letters: %v", got)
	}
	if got := s.api(t, token, "POST", one+"/close", "", http.StatusOK); got["closed_at"] == nil || got["late"] != false {
		t.Errorf("closed: %v", got)
	}
	s.api(t, token, "POST", one+"/families", `{"family":"`+family[1]+`"}`, http.StatusConflict)
	s.api(t, token, "GET", "/api/v1/events/"+nobody+"/erasure?purpose=service", "", http.StatusNotFound)
}
