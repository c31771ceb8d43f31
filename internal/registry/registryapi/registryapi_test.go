package registryapi

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"gotong/internal/api/apitest"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type atOnce struct{ service *registry.Service }

func (a atOnce) Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error) {
	_, err := a.service.RunImport(ctx, args.(registry.RunArgs), dry, run.Silent{})
	return run.Run{Kind: kind}, err
}

type client struct{ apitest.Client }

func newClient(t *testing.T) (*client, *registrytest.Bench) {
	bench := registrytest.NewBench(t, registrytest.Backend{Unit: dbtest.SQLite(t), Store: registrydb.New(), Audit: auditdb.New()})
	return &client{apitest.New(t, apitest.ByRole, func(a huma.API) { Register(a, bench.Service, atOnce{bench.Service}) })}, bench
}

func (c *client) call(who, method, path, kind, body string, status int, into any) string {
	c.Helper()
	return c.Do(apitest.Ask{Who: who, Method: method, Path: path, Type: kind, Body: body}, status, into)
}

func (c *client) search(who, body string, status int) (found struct {
	Families []familyRow
	Next     *familyPlace
}) {
	c.Helper()
	if status != 200 {
		c.call(who, "POST", "/api/v1/families/search", "application/json", body, status, nil)
		return found
	}
	c.call(who, "POST", "/api/v1/families/search", "application/json", body, status, &found)
	return found
}

func TestSearchAndRead(t *testing.T) {
	c, bench := newClient(t)
	o := registrytest.NewOffice(5, 1, "3674011001")
	registrytest.Bring(t, bench, o)
	first := c.search("officer@*", `{"purpose":"service","limit":3}`, 200)
	if len(first.Families) != 3 || first.Next == nil {
		t.Fatalf("%+v", first)
	}
	next, err := json.Marshal(first.Next)
	if err != nil {
		t.Fatal(err)
	}
	if rest := c.search("officer@*", `{"purpose":"service","limit":3,"after":`+string(next)+`}`, 200); len(rest.Families) != 2 || rest.Next != nil {
		t.Errorf("%+v", rest)
	}
	nik := o.Members[0]["nik"]
	byNumber := c.search("officer@*", `{"purpose":"service","nik":"`+nik+`"}`, 200)
	if len(byNumber.Families) != 1 || byNumber.Families[0].LocalKey != "K000001" {
		t.Errorf("%+v", byNumber)
	}
	if byCard := c.search("officer@*", `{"purpose":"service","kk":"`+o.Families[0]["no_kk"]+`"}`, 200); len(byCard.Families) != 1 {
		t.Errorf("%+v", byCard)
	}
	if outside := c.search("officer@3172", `{"purpose":"service","nik":"`+nik+`"}`, 200); len(outside.Families) != 0 {
		t.Errorf("%+v", outside)
	}
	c.search("planner@*", `{"purpose":"statistics"}`, 403)
	c.search("officer@*", `{"purpose":"curiosity"}`, 403)
	c.search("nobody", `{"purpose":"service"}`, 401)

	path := "/api/v1/families/" + byNumber.Families[0].ID
	var family struct {
		HeadName string `json:"head_name"`
		KKMasked string `json:"kk_masked"`
		Facts    []familyFact
		Members  []familyMember
	}
	text := c.call("officer@*", "GET", path+"?purpose=service", "", "", 200, &family)
	if family.HeadName != o.Members[0]["nama"] || len(family.Members) == 0 || family.Members[0].Relation != "head" ||
		family.Members[0].Born != o.Members[0]["tanggal_lahir"] || len(family.Facts) < 20 || strings.Contains(text, nik) {
		t.Errorf("%+v", family)
	}
	for _, f := range family.Facts {
		if o.Families[0][f.Code] != f.Value || f.Source != "import" || f.ObservedOn != "2025-03-14" {
			t.Errorf("%+v, imported as %q", f, o.Families[0][f.Code])
		}
	}
	c.call("officer@*", "GET", path, "", "", 422, nil)
	c.call("officer@3172", "GET", path+"?purpose=service", "", "", 404, nil)

	id, err := ident.Parse(byNumber.Families[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := bench.Suspend(registrytest.Officer(), id); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"", "&at=2025-05-01"} {
		if text := c.call("officer@*", "GET", path+"?purpose=service"+at, "", "", 200, nil); !strings.Contains(text, `"suspended_since"`) {
			t.Errorf("it is not said that its data are not processed: %s", text)
		}
	}
}

// A refused number is not sent back.
func TestRefusalsEchoNothing(t *testing.T) {
	c, _ := newClient(t)
	const number = "36740101019000019999999999999999999999"
	for _, body := range []string{`{"purpose":"service","nik":"` + number + `"}`, `{"purpose":"service","area":"` + number + `"}`,
		`{"purpose":"service","nik":"367401010190"}`, `{"` + number + `":1}`} {
		text := c.call("officer@*", "POST", "/api/v1/families/search", "application/json", body, 422, nil)
		if strings.Contains(text, "3674010101") && !strings.Contains(body, `{"`+number) {
			t.Errorf("%s was answered with %s", body, text)
		}
	}
}

func TestImport(t *testing.T) {
	c, bench := newClient(t)
	o := registrytest.NewOffice(3, 2, "3674011001")
	o.Members[0]["nik"] = "9.17E+15"
	files := o.Files()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, f := range map[string]registry.File{"keluarga": files.Family, "anggota": files.Member} {
		part, err := form.CreateFormFile(name, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(registrytest.Content(f)); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	var started struct{ Upload string }
	c.call("officer@*", "POST", "/api/v1/imports?dry_run=true", form.FormDataContentType(), b.String(), 202, &started)
	var check struct {
		Counts   registry.Counts
		Problems []importProblem
	}
	c.call("officer@*", "GET", "/api/v1/imports/"+started.Upload+"/check", "", "", 200, &check)
	if check.Counts.New != 2 || len(check.Problems) != 1 || check.Problems[0].Row != 2 || check.Problems[0].Column != "nik" ||
		check.Problems[0].Problem == "" || check.Problems[0].ToDo == "" {
		t.Errorf("%+v", check)
	}
	c.call("manager@*", "GET", "/api/v1/imports/"+started.Upload+"/check", "", "", 403, nil)
	c.call("officer@*", "POST", "/api/v1/imports?only_good=true", form.FormDataContentType(), b.String(), 202, nil)
	if n := len(registrytest.Everything(t, bench)); n != 2 {
		t.Errorf("%d families were imported", n)
	}
	c.call("officer@*", "POST", "/api/v1/imports", "multipart/form-data; boundary=x", "--x--", 422, nil)
	c.call("officer@*", "POST", "/api/v1/imports", "application/json", "{}", 422, nil)
	whole := b.String()
	if text := c.call("officer@*", "POST", "/api/v1/imports", form.FormDataContentType(), whole[:len(whole)-20], 422, nil); !strings.Contains(text, "upload.cut") {
		t.Errorf("files that were cut off: %s", text)
	}
	c.call("operator@*", "POST", "/api/v1/imports", form.FormDataContentType(), b.String(), 403, nil)
}

// A program that reads the description alone must learn which files to send.
func TestTheDescriptionNamesTheImportsFiles(t *testing.T) {
	c, _ := newClient(t)
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Required   []string
						Properties map[string]struct{ Format string }
					}
				}
			}
		}
	}
	c.call("", http.MethodGet, "/api/openapi.json", "", "", http.StatusOK, &doc)
	form := doc.Paths["/api/v1/imports"]["post"].RequestBody.Content["multipart/form-data"].Schema
	for _, name := range []string{"keluarga", "anggota"} {
		if form.Properties[name].Format != "binary" || !slices.Contains(form.Required, name) {
			t.Errorf("the file %q is not described: %+v", name, form)
		}
	}
}

func TestEventsAreRecordedAndApproved(t *testing.T) {
	c, b := newClient(t)
	registrytest.Bring(t, b, registrytest.NewOffice(2, 9, "3674011001"))
	families := registrytest.Everything(t, b)
	id, other := families[0].Family.ID.String(), families[1].Family.ID.String()
	var out struct {
		Written  bool
		Event    string
		Proposed string
		Families []string
		Mark     string
	}
	birth := `{"kind":"birth","member":{"name":"Bayi","sex":"female"},"basis":{"on":"2025-05-20","source":"office","document":"birth_letter"}}`
	c.call("officer@3674", "POST", "/api/v1/families/"+id+"/events", "application/json", birth, 200, &out)
	if !out.Written || out.Event == "" || len(out.Families) != 1 {
		t.Errorf("%+v", out)
	}
	c.call("officer@3674", "POST", "/api/v1/families/"+id+"/events", "application/json", `{"kind":"birth","members":3}`, 422, nil)
	c.call("auditor@3674", "POST", "/api/v1/families/"+id+"/events", "application/json", birth, 403, nil)
	merge := `{"kind":"merge","other":"` + other + `","basis":{"on":"2025-05-20","document":"comparison","read":"%"}}`
	c.call("officer@3674", "POST", "/api/v1/families/"+id+"/events", "application/json", strings.Replace(merge, "%", "", 1), 200, &out)
	if out.Mark != "" {
		c.call("officer@3674", "POST", "/api/v1/families/"+id+"/events", "application/json", strings.Replace(merge, "%", out.Mark, 1), 200, &out)
	}
	if out.Proposed == "" {
		t.Fatalf("%+v", out)
	}
	var list struct {
		Events []struct{ ID, Status, Kind string }
		Total  int
	}
	c.call("manager@3674", "GET", "/api/v1/events?purpose=verification&status=proposed", "", "", 200, &list)
	if list.Total != 1 || list.Events[0].ID != out.Proposed || list.Events[0].Kind != "merge" {
		t.Errorf("%+v", list)
	}
	c.call("officer@3674", "POST", "/api/v1/events/"+out.Proposed+"/approve", "application/json", `{}`, 403, nil)
	c.call("manager@3674", "POST", "/api/v1/events/"+out.Proposed+"/approve", "application/json", `{}`, 200, &out)
	c.call("manager@3674", "POST", "/api/v1/events/"+out.Proposed+"/reject", "application/json", `{"reason":"x"}`, 409, nil)
	var now, past struct {
		Status  string
		History []registry.ChangeStep
	}
	c.call("officer@3674", "GET", "/api/v1/families/"+other+"?purpose=service", "", "", 200, &now)
	if n := len(now.History); n != 2 || now.History[1].Kind != registry.Merge || now.History[1].ProposedBy == now.History[1].ApprovedBy || now.Status != "duplicate" {
		t.Errorf("%+v", now)
	}
	c.call("officer@3674", "GET", "/api/v1/families/"+other+"?purpose=service&at=2025-05-01", "", "", 200, &past)
	if past.Status != "active" {
		t.Errorf("before the merge it is %s", past.Status)
	}
}

// What a program sends amiss is told field by field, in the language that it
// asks for, and nothing of it is written.
func TestWhatIsWrongIsToldByField(t *testing.T) {
	c, b := newClient(t)
	registrytest.Bring(t, b, registrytest.NewOffice(1, 10, "3674011001"))
	before := registrytest.Everything(t, b)
	id := before[0].Family.ID.String()
	for name, tc := range map[string]struct {
		family, body string
		status       int
		fields       []string
	}{
		"a day to come, on nothing":   {id, `{"kind":"death","basis":{"on":"2099-01-01","source":"office"}}`, 422, []string{"tanggal", "jenis_bukti", "orang"}},
		"a family without any data":   {b.NewID().String(), `{"kind":"registered","basis":{"on":"2025-05-01","source":"office","evidence":"x"}}`, 422, []string{"kode_wilayah", "anggota.0.hubungan"}},
		"a correction of nothing":     {id, `{"kind":"corrected","basis":{"version":1,"on":"2025-05-01","evidence":"x"}}`, 422, []string{""}},
		"a correction of no version":  {id, `{"kind":"corrected","entry":{"address":"Jl. A"},"basis":{"on":"2025-05-01","evidence":"x"}}`, 409, nil},
		"a correction of a later one": {id, `{"kind":"corrected","entry":{"address":"Jl. A"},"basis":{"version":7,"on":"2025-05-01","evidence":"x"}}`, 409, nil},
		"an answer to nothing":        {id, `{"kind":"observed","basis":{"version":1,"on":"2025-05-01","source":"visit","evidence":"x"}}`, 422, []string{""}},
		"no kind":                     {id, `{}`, 422, nil},
		"no JSON":                     {id, `{"kind":`, 422, nil},
		"a member who joins nobody":   {id, `{"kind":"member_added","basis":{"version":1,"on":"2025-05-01","source":"office","evidence":"x"}}`, 422, []string{"sebab", "nama"}},
	} {
		var problem struct {
			Detail string
			Errors []struct{ Location, Message string }
		}
		c.call("officer@3674", "POST", "/api/v1/families/"+tc.family+"/events", "application/json", tc.body, tc.status, &problem)
		var fields []string
		for _, e := range problem.Errors {
			if fields = append(fields, e.Location); e.Message == "" {
				t.Errorf("%s: nothing is said of %s", name, e.Location)
			}
		}
		if diff := cmp.Diff(tc.fields, fields); diff != "" || problem.Detail == "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if diff := cmp.Diff(before, registrytest.Everything(t, b)); diff != "" {
		t.Error(diff)
	}
}
