package e2e

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gotong/internal/goods"
)

var onceKey = regexp.MustCompile(`name="kunci" value="([^"]+)"`)

// upload sends a form with a file, and returns where it leads.
func upload(t *testing.T, c *http.Client, to string, fields map[string]string, file string, content []byte) (int, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(file, "kamera.jpg")
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Post(to, w.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location") + string(text)
}

func photo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDistributionDay has the village's operator find somebody, hand over
// their goods with a photo, and print the record, which anybody can check; a
// second desk is told who was first.
func TestDistributionDay(t *testing.T) {
	s := open(t)
	lists, err := s.app.Goods.Lists(s.as(t, "operator"), goods.ListOpen)
	if err != nil || len(lists) != 1 {
		t.Fatalf("%d lists are open: %v", len(lists), err)
	}
	at := s.url + "/barang/daftar/" + lists[0].ID.String()
	c := s.client(t, "operator")
	if _, page := body(t, c, at+"/hari?cari=tarwiyah"); !strings.Contains(page, "Tarwiyah") || strings.Contains(page, "Jumadi") {
		t.Error("the desk does not find who is looked for")
	}
	_, page := body(t, c, at+"/serah/7")
	key := onceKey.FindStringSubmatch(page)
	if key == nil {
		t.Fatal("the form has no key")
	}
	form := map[string]string{"kunci": key[1], "penerima": "Tarwiyah", "hubungan": "self", "titik": "-6.105, 106.925"}
	if status, page := upload(t, c, at+"/serah/7", form, "foto", []byte("<svg onload=alert(1)>")); status != 422 || !strings.Contains(page, "bukan foto JPEG") {
		t.Errorf("a picture that is none answers %d", status)
	}
	for range 2 { // sent twice
		if status, to := upload(t, c, at+"/serah/7", form, "foto", photo(t)); status != 303 || !strings.HasSuffix(to, "/hari") {
			t.Fatalf("handing over answers %d: %.300s", status, to)
		}
	}
	form["kunci"] = "meja lain"
	if status, page := upload(t, s.client(t, "dinas"), at+"/serah/7", form, "foto", photo(t)); status != 422 || !strings.Contains(page, "sudah menerima") {
		t.Errorf("a second desk is answered %d", status)
	}
	_, page = body(t, c, at+"/penerima/7")
	about := regexp.MustCompile(`name="tentang" value="([^"]+)"`).FindStringSubmatch(page)
	picture := regexp.MustCompile(`href="(/barang/gambar/[^"]+)"`).FindStringSubmatch(page)
	if about == nil || picture == nil {
		t.Fatal("the record offers neither paper nor picture")
	}
	if status, _ := body(t, c, s.url+picture[1]); status != 200 {
		t.Errorf("the picture answers %d", status)
	}
	answer, err := c.PostForm(s.url+"/dokumen", url.Values{"tentang": {about[1]}, "jenis": {"bast"}, "bahasa": {"id"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 303 {
		t.Fatalf("printing the record answers %d", answer.StatusCode)
	}
	status, pdf := body(t, c, s.url+answer.Header.Get("Location")+"/pdf")
	if status != 200 || !strings.HasPrefix(pdf, "%PDF") {
		t.Fatalf("the paper answers %d: %.40q", status, pdf)
	}
	v, err := s.app.Documents.CheckFile(t.Context(), []byte(pdf+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if w, _ := s.app.Documents.CheckFile(t.Context(), []byte(pdf)); !v.Known && !w.Known {
		t.Error("the office does not know its own paper")
	}
}

// TestAMonthOfMeals accounts for January: what looks wrong is explained, the
// treasurer accepts, and nothing more is booked.
func TestAMonthOfMeals(t *testing.T) {
	s := open(t)
	groups, err := s.app.Goods.Groups(s.as(t, "dinas"))
	if err != nil || len(groups) == 0 {
		t.Fatalf("%d groups: %v", len(groups), err)
	}
	at := s.url + "/makanan/" + groups[0].ID.String()
	office, treasurer := s.client(t, "dinas"), s.client(t, "bendahara")
	if _, page := body(t, office, at+"/lpj?bulan=2026-01"); !strings.Contains(page, "Satu foto untuk dua antaran") {
		t.Error("the sign of misuse is not shown")
	}
	post := func(c *http.Client, path string, want int, values url.Values) {
		t.Helper()
		answer, err := c.PostForm(at+path, values)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s answers %d, want %d", path, answer.StatusCode, want)
		}
	}
	post(office, "/lpj", 422, url.Values{"bulan": {"2026-01"}})
	post(office, "/lpj", 303, url.Values{"bulan": {"2026-01"}, "penjelasan": {"Kamera rusak; pengantar ditegur."}})
	post(office, "/lpj/setuju", 403, url.Values{"bulan": {"2026-01"}})
	post(treasurer, "/lpj/setuju", 303, url.Values{"bulan": {"2026-01"}})
	if status, page := upload(t, office, at+"/belanja", map[string]string{"uang": "5000", "bukti": "N-9", "untuk": "x", "hari": "2026-01-09"}, "nota", photo(t)); status == 303 {
		t.Errorf("an expense in a month that is accounted for answers %d %.100s", status, page)
	}
	if status, csv := body(t, treasurer, at+"/lpj?bulan=2026-01&berkas=csv"); status != 200 || !strings.HasPrefix(csv, "hari,terantar,") {
		t.Errorf("the month as a file answers %d: %.80s", status, csv)
	}
}
