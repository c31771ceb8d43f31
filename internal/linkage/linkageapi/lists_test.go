package linkageapi

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api/apitest"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/linkage/authority"
	"gotong/internal/linkage/authority/authoritydb"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
	"gotong/policy"
)

const matchesPath = "/api/v1/authority-matches"

// matched matches a list in the request that brings it, unless its runs are
// to come to nothing.
type matched struct {
	service *authority.Service
	idle    bool
}

func (m *matched) Start(ctx context.Context, kind run.Kind, args any, _ bool) (run.Run, error) {
	list, ok := args.(authority.RunArgs)
	if !ok {
		return run.Run{}, errors.New("no list")
	}
	var err error
	if !m.idle {
		_, err = m.service.RunMatch(ctx, list, run.Silent{})
	}
	return run.Run{ID: ident.ID{2}, Kind: kind}, err
}

func newLists(t testing.TB) (c apitest.Client, runs *matched, dead string) {
	t.Helper()
	d := dbtest.SQLite(t)
	register := registrytest.NewBench(t, registrytest.Backend{Unit: d, Store: registrydb.New(), Audit: auditdb.New()})
	office := registrytest.NewOffice(80, 1, "3674")
	if _, err := register.Import(registrytest.Officer(), office.Files(), registry.Options{}, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	policies, err := authority.LoadPolicies(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	service := authority.NewService(authority.Deps{Unit: d, Store: authoritydb.New(), Register: register.Service, Keys: register.Keys,
		Log: audit.NewLog(auditdb.New(), register.Clock), IDs: register.IDs, Clock: register.Clock, Policies: policies, BlockLimit: 500})
	dead = "NIK,Nama,Tanggal Lahir\n3171010101800001,Orang Lain Sekali,1980-01-01\n"
	for i := 0; i < len(office.Members); i += 5 {
		m := office.Members[i]
		dead += m["nik"] + "," + m["nama"] + "," + m["tanggal_lahir"] + "\n"
	}
	runs = &matched{service: service}
	return apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, nil, service, runs) }), runs, dead
}

// form is a list as it is brought; fields stand in for the usual ones.
func form(t testing.TB, who, file, data string, fields map[string]string) apitest.Ask {
	t.Helper()
	all := map[string]string{"authority": "deaths", "origin": "Surat 12/2025"}
	for k, v := range fields {
		all[k] = v
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range all {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if file != "" {
		part, err := w.CreateFormFile("file", file)
		if err == nil {
			_, err = part.Write([]byte(data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return apitest.Ask{Who: who, Method: "POST", Path: listsPath, Type: w.FormDataContentType(), Body: b.String(), Lang: "en"}
}

func TestAListThatCannotBeTakenIsRefused(t *testing.T) {
	c, _, dead := newLists(t)
	for about, tc := range map[string]struct {
		file, data string
		fields     map[string]string
		code       string
	}{
		"no file":     {"", "", nil, "linkage.authority.error.no_file"},
		"no origin":   {"mati.csv", dead, map[string]string{"origin": " "}, "linkage.authority.error.origin"},
		"no kind":     {"mati.csv", dead, map[string]string{"authority": "sihir"}, "linkage.authority.error.kind"},
		"day to come": {"mati.csv", dead, map[string]string{"on": "2999-01-01"}, "linkage.authority.error.day"},
		"no day":      {"mati.csv", dead, map[string]string{"on": "kemarin"}, "web.form.not_day"},
		"no column":   {"mati.csv", dead, map[string]string{"map": "name=Tidak Ada"}, "linkage.list.column"},
		"nobody":      {"mati.csv", "NIK,Nama\n,\n", nil, "linkage."},
	} {
		if text := c.Do(form(t, officer, tc.file, tc.data, tc.fields), 422, nil); !strings.Contains(text, `"code":"`+tc.code) {
			t.Errorf("%s: %s", about, text)
		}
	}
	c.Do(apitest.Ask{Who: officer, Method: "POST", Path: listsPath, Type: "text/csv", Body: dead}, 422, nil)
	c.Do(apitest.Ask{Who: officer, Method: "POST", Path: listsPath, Type: "multipart/form-data", Body: dead}, 422, nil)
	cut := form(t, officer, "mati.csv", dead, nil)
	cut.Body = cut.Body[:len(cut.Body)-20] // as a proxy might, that says it is whole
	if text := c.Do(cut, 422, nil); !strings.Contains(text, `"code":"upload.cut"`) {
		t.Errorf("a list that was cut off: %s", text)
	}
	c.Do(form(t, "auditor@*", "mati.csv", dead, nil), 403, nil)
	var kept struct{ Lists []authority.ListTold }
	if get(c, officer, listsPath, 200, &kept); len(kept.Lists) != 0 {
		t.Errorf("%d lists were kept", len(kept.Lists))
	}
}

func TestAListIsMatchedAndItsMatchesDecided(t *testing.T) {
	c, _, dead := newLists(t)
	var brought struct {
		List authority.ListTold
		Run  string
	}
	c.Do(form(t, officer, "mati.csv", dead, nil), 202, &brought)
	var seen struct {
		List     authority.ListTold
		Villages []authorityVillage
	}
	get(c, "auditor@*", listsPath+"/"+brought.List.ID, 200, &seen)
	if l := seen.List; l.State != authority.StateDone || l.Counts == nil || l.Counts.Rows != strings.Count(dead, "\n")-1 || len(l.Columns) != 3 || len(seen.Villages) == 0 || brought.Run == "" {
		t.Fatalf("%+v", seen)
	}
	var queue struct {
		Matches []authority.MatchTold
		Total   int
	}
	get(c, officer, matchesPath+"?same=true&list="+brought.List.ID, 200, &queue)
	if len(queue.Matches) < 3 || queue.Total < len(queue.Matches) {
		t.Fatalf("%d of %d matches", len(queue.Matches), queue.Total)
	}
	accept, reject := "", ""
	var m authority.SideBySideTold
	for _, q := range queue.Matches {
		m = authority.SideBySideTold{}
		text := get(c, officer, matchesPath+"/"+q.ID, 200, &m)
		if strings.Contains(text, "3171010101800001") || len(m.Pieces) == 0 || m.Theirs.Name == "" || m.Ours.Name == "" {
			t.Fatal(text)
		}
		if len(m.Heads) == 0 && accept == "" {
			accept = matchesPath + "/" + q.ID
		} else if reject == "" {
			reject = matchesPath + "/" + q.ID
		}
	}
	post(c, "auditor@*", accept+"/decide", `{"decision":"accepted"}`, 403, nil)
	post(c, officer, accept+"/decide", `{"decision":"maybe"}`, 422, nil)
	post(c, officer, accept+"/decide", `{"decision":"accepted","new_head":"x"}`, 422, nil)
	post(c, officer, accept+"/undo", "", 409, nil)
	m = authority.SideBySideTold{}
	if post(c, officer, accept+"/decide", `{"decision":"accepted","reason":"grave seen"}`, 200, &m); m.Status != "accepted" || m.Event == "" || m.DecidedBy != "sari" || m.Reason != "grave seen" {
		t.Errorf("%+v", m)
	}
	if text := post(c, other, accept+"/decide", `{"decision":"rejected"}`, 409, nil); !strings.Contains(text, "(sari)") {
		t.Errorf("who was first is not said: %s", text)
	}
	m = authority.SideBySideTold{}
	if post(c, officer, reject+"/decide", `{"decision":"rejected"}`, 200, &m); m.Status != "rejected" {
		t.Errorf("%+v", m)
	}
	var undone struct {
		Waits bool
		Match authority.SideBySideTold
	}
	if post(c, officer, reject+"/undo", "", 200, &undone); undone.Match.Status != "open" || undone.Waits {
		t.Errorf("%+v", undone)
	}
	get(c, "officer@3171", accept, 404, nil)
	get(c, officer, matchesPath+"/x", 422, nil)
	get(c, officer, matchesPath+"?after=x", 422, nil)
	get(c, "treasurer@*", matchesPath, 403, nil)
	var none struct{ Total int }
	if get(c, "officer@3171", matchesPath+"?status=all", 200, &none); none.Total != 0 {
		t.Errorf("%d matches of another place", none.Total)
	}
}

// A list whose run came to nothing is matched later, or put aside, once.
func TestAListThatWaitsIsMatchedOrPutAside(t *testing.T) {
	c, runs, dead := newLists(t)
	runs.idle = true
	var ids []string
	for range 2 {
		var brought struct{ List authority.ListTold }
		c.Do(form(t, officer, "mati.csv", dead, nil), 202, &brought)
		ids = append(ids, listsPath+"/"+brought.List.ID)
	}
	runs.idle = false
	post(c, "auditor@*", ids[0]+"/match", "", 403, nil)
	post(c, "auditor@*", ids[1]+"/discard", "", 403, nil)
	post(c, officer, ids[0]+"/match", "", 202, nil)
	post(c, officer, ids[1]+"/discard", "", 200, nil)
	for i, state := range []string{authority.StateDone, authority.StateDiscarded} {
		var seen struct{ List authority.ListTold }
		if get(c, officer, ids[i], 200, &seen); seen.List.State != state {
			t.Errorf("a list is %s, not %s", seen.List.State, state)
		}
		post(c, officer, ids[i]+"/match", "", 409, nil)
		post(c, officer, ids[i]+"/discard", "", 409, nil)
	}
	post(c, officer, listsPath+"/"+(ident.ID{7}).String()+"/match", "", 404, nil)
}
