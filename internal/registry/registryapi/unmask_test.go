package registryapi

import (
	"fmt"
	"strings"
	"testing"

	"gotong/internal/registry/registrytest"
)

// TestUnmask opens numbers until the quota is reached, and in all the ways
// that are none.
func TestUnmask(t *testing.T) {
	c, bench := newClient(t)
	o := registrytest.NewOffice(2, 1, "3674011001")
	registrytest.Bring(t, bench, o)
	nik := o.Members[0]["nik"]
	found := c.search("officer@*", `{"purpose":"service","nik":"`+nik+`"}`, 200)
	var family struct{ Members []familyMember }
	path := "/api/v1/families/" + found.Families[0].ID
	c.call("officer@*", "GET", path+"?purpose=service", "", "", 200, &family)
	body := func(kind, subject, purpose, reason string) string {
		return fmt.Sprintf(`{"kind":%q,"subject":%q,"purpose":%q,"reason":%q}`, kind, subject, purpose, reason)
	}
	member := family.Members[0].ID
	for name, tc := range map[string]struct {
		who, body string
		status    int
	}{
		"an operator":            {"operator@*", body("nik", member, "service", "asked"), 403},
		"of another area":        {"officer@3172", body("nik", member, "service", "asked"), 404},
		"without a reason":       {"officer@*", body("nik", member, "service", " "), 422},
		"for statistics":         {"officer@*", body("nik", member, "statistics", "counting"), 422},
		"for no purpose of ours": {"officer@*", body("nik", member, "curiosity", "asked"), 403},
		"another's number":       {"officer@*", body("nik", found.Families[0].ID, "service", "asked"), 404},
		"no kind":                {"officer@*", body("shoe", member, "service", "asked"), 422},
		"nobody":                 {"nobody", body("nik", member, "service", "asked"), 401},
	} {
		if text := c.call(tc.who, "POST", path+"/unmask", "application/json", tc.body, tc.status, nil); strings.Contains(text, nik) {
			t.Errorf("%s is told the number", name)
		}
	}
	var opened struct {
		Number string
		Left   int
	}
	c.call("officer@*", "POST", path+"/unmask", "application/json", body("nik", member, "service", "asked"), 200, &opened)
	if opened.Number != nik {
		t.Errorf("opened %q", opened.Number)
	}
	for range opened.Left {
		c.call("officer@*", "POST", path+"/unmask", "application/json", body("nik", member, "service", "asked"), 200, nil)
	}
	c.call("officer@*", "POST", path+"/unmask", "application/json", body("nik", member, "service", "asked"), 429, nil)
}
