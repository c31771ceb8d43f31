package registryapi

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

// An office's own headings are seen, mapped, saved by a name and used.
func TestAnOfficesHeadingsAreMapped(t *testing.T) {
	c, bench := newClient(t)
	o := registrytest.NewOffice(2, 5, "3674011001")
	files := o.Files()
	member := strings.Replace(string(registrytest.Content(files.Member)), "nama_ibu", "Ibunda", 1)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, data := range map[string]string{"keluarga": string(registrytest.Content(files.Family)), "anggota": member} {
		part, err := form.CreateFormFile(name, name+".csv")
		if err == nil {
			_, err = part.Write([]byte(data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	send := func(query string, want int, into any) {
		t.Helper()
		c.call("officer@*", "POST", "/api/v1/imports"+query, form.FormDataContentType(), b.String(), want, into)
	}
	var started struct{ Upload string }
	send("?dry_run=true", 202, &started)
	var seen struct {
		Ours     bool
		Headings []heading
	}
	c.call("officer@*", "GET", "/api/v1/imports/"+started.Upload+"/headings", "", "", 200, &seen)
	how := map[string]string{}
	for _, h := range seen.Headings {
		how[h.Heading] = h.How
	}
	if seen.Ours || how["Ibunda"] != "unknown" || how["nik"] != "ours" {
		t.Errorf("the headings are %v", how)
	}
	const path = "/api/v1/import-mappings"
	put := func(body string, want int) {
		t.Helper()
		c.call("officer@*", "PUT", path+"/dinas", "application/json", body, want, nil)
	}
	put(`{"anggota":{"Ibunda":"shoe_size"}}`, 422)
	put(`{"anggota":{"Ibunda":"nama_ibu","mother":"nama_ibu"}}`, 422)
	put(`{"anggota":{"Ibunda":"nama_ibu"}}`, 204)
	c.call("auditor@*", "PUT", path+"/dinas", "application/json", `{}`, 403, nil)
	var list struct {
		Mappings []struct {
			Name, By string
			Anggota  map[string]string
		}
	}
	c.call("officer@*", "GET", path, "", "", 200, &list)
	if len(list.Mappings) != 1 || list.Mappings[0].Name != "dinas" || list.Mappings[0].By != "officer" || list.Mappings[0].Anggota["ibunda"] != "nama_ibu" {
		t.Errorf("%+v", list)
	}
	send("?mapping=lain", 404, nil)
	send("?mapping=dinas&dry_run=true", 202, &started)
	var check struct{ Counts registry.Counts }
	c.call("officer@*", "GET", "/api/v1/imports/"+started.Upload+"/check", "", "", 200, &check)
	if check.Counts.Errors != 0 || check.Counts.New != 2 {
		t.Errorf("by the mapping: %+v", check.Counts)
	}
	send("?mapping=dinas", 202, nil)
	if n := len(registrytest.Everything(t, bench)); n != 2 {
		t.Errorf("%d families were imported", n)
	}
	c.call("officer@*", "DELETE", path+"/dinas", "", "", 204, nil)
	c.call("officer@*", "DELETE", path+"/dinas", "", "", 404, nil)
}
