package determinationapi

import (
	"net/http/httptest"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
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
		Basis: programme.Basis{From: day, Title: "Kepdirjen 7/2025", On: civil.Of(2025, time.July, 1)}}
	post := func(who, id string) int {
		r := httptest.NewRequest("POST", "/api/v1/programme-versions/"+id+"/enact", nil)
		r.Header.Set("Authorization", "Bearer "+who)
		got := httptest.NewRecorder()
		c.h.ServeHTTP(got, r)
		return got.Code
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
