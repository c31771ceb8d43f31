package registryapi

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

// typed returns a workbook with text typed into cells of its second row.
func typed(t *testing.T, book string, of string, texts map[string]string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(of)
	if err != nil {
		t.Fatal(err)
	}
	for at, name := range rows[0] {
		if text, is := texts[name]; is {
			cell, err := excelize.CoordinatesToCellName(at+1, 2)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStr(of, cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A workbook is downloaded, edited, compared and taken; two who edit do not
// write over one another.
func TestWorkbook(t *testing.T) {
	c, bench := newClient(t)
	o := registrytest.NewOffice(2, 1, "3674011001")
	registrytest.Bring(t, bench, o)
	const path, purpose = "/api/v1/workbooks", "?purpose=verification"
	book := c.call("officer@*", "GET", path+purpose+"&area=3674", "", "", 200, nil)
	c.call("planner@*", "GET", path+purpose, "", "", 403, nil)
	c.call("officer@*", "GET", path, "", "", 422, nil)
	if strings.Contains(book, o.Members[0]["nik"]) {
		t.Error("a number stands in clear")
	}
	type report struct {
		Upload   string
		Families int
		Written  bool
		Changes  []workbookCell
		Problems []importProblem
	}
	var same, good, bad, late report
	c.call("officer@*", "POST", path+purpose, workbookType, book, 200, &same)
	if len(same.Changes) != 0 || len(same.Problems) != 0 {
		t.Errorf("as it was downloaded: %+v", same)
	}
	second := typed(t, book, "keluarga", map[string]string{"alamat": "Jl. Lain 2"})
	book = typed(t, book, "keluarga", map[string]string{"alamat": "Jl. Kenanga 9"})
	c.call("officer@*", "POST", path+purpose, workbookType, book, 200, &good)
	if len(good.Changes) != 1 || good.Changes[0].Column != "alamat" || good.Changes[0].New != "Jl. Kenanga 9" || good.Written {
		t.Errorf("%+v", good)
	}
	c.call("officer@*", "POST", path+purpose, workbookType, typed(t, book, "anggota", map[string]string{"tanggal_lahir": "31/02/1990"}), 200, &bad)
	if len(bad.Problems) != 1 || bad.Problems[0].Column != "tanggal_lahir" {
		t.Errorf("%+v", bad)
	}
	const basis = `{"source":"office","evidence":"letter"}`
	c.call("officer@*", "POST", path+"/"+bad.Upload+"/take"+purpose, "application/json", basis, 422, nil)
	if marked := c.call("officer@*", "GET", path+"/"+bad.Upload+"/marked"+purpose, "", "", 200, nil); !registry.IsWorkbook(registry.NewFile("", []byte(marked))) {
		t.Error("what is marked is no workbook")
	}
	c.call("officer@*", "GET", path+"/"+good.Upload+purpose, "", "", 200, &good)
	c.call("manager@*", "GET", path+"/"+good.Upload+purpose, "", "", 403, nil)
	c.call("operator@*", "GET", path+"/"+good.Upload+purpose, "", "", 404, nil)
	c.call("officer@*", "POST", path+"/"+good.Upload+"/take"+purpose, "application/json", `{"source":"rumour","evidence":""}`, 422, nil)
	c.call("officer@*", "POST", path+"/"+good.Upload+"/take"+purpose, "application/json", basis, 200, &good)
	if !good.Written {
		t.Errorf("%+v", good)
	}
	c.call("officer@*", "POST", path+purpose, workbookType, second, 200, &late)
	if len(late.Changes) != 0 || len(late.Problems) == 0 || late.Problems[0].Code != "registry.problem.conflict.what" {
		t.Errorf("who comes second: %+v", late)
	}
	var strange report
	c.call("officer@*", "POST", path+purpose, workbookType, "no workbook", 200, &strange)
	if len(strange.Problems) != 2 || strange.Problems[0].Code != "registry.problem.file.not_ours.what" {
		t.Errorf("%+v", strange)
	}
	c.call("officer@*", "POST", path+purpose, workbookType, "", 400, nil)
}
