package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/web/webtest"
)

// TestVillageMeeting has the village's operator record what a meeting agreed
// on, with slips on the way, see it beside the score, and the office withdraw
// it.
func TestVillageMeeting(t *testing.T) {
	s := open(t)
	browser := webtest.Start(t)
	const village = "3172041004"
	roster, err := s.app.Targeting.Roster(s.as(t, "operator"), village, access.PurposeVerification)
	if err != nil || len(roster) < 6 {
		t.Fatalf("%d families, %v", len(roster), err)
	}
	v := s.visitor(t, browser, "operator")
	v.press("Musyawarah desa")
	v.press("Catat musyawarah")
	v.reads("Kalibaru", "keluarga aktif")
	v.fill("Nomor berita acara", "BA-99/2026")
	v.fill("Jumlah peserta", "20")
	v.fill("Di antaranya perempuan", "25")
	for i := range 6 {
		v.Fill(fmt.Sprintf(`[name="k-%s"]`, roster[i].ID), fmt.Sprint(6-i))
	}
	v.press("Simpan musyawarah")
	v.reads("Jumlah peserta perempuan harus 0 sampai 20.")
	v.fill("Di antaranya perempuan", "9")
	v.Fill(fmt.Sprintf(`[name="k-%s"]`, roster[0].ID), "nol")
	v.press("Simpan musyawarah")
	v.reads("harus bilangan 1 atau lebih")
	v.Fill(fmt.Sprintf(`[name="k-%s"]`, roster[0].ID), "6")
	v.press("Simpan musyawarah")
	v.reads("Musyawarah tercatat dengan 6 keluarga.", "BA-99/2026", "9 perempuan")
	at := v.Path()
	v.press("Bandingkan dengan skor")
	v.reads("Musyawarah baru belum dipakai", "BA-99/2026", "Yang dipakai: Skor")
	v.open("/keluarga/" + roster[0].ID.String())
	v.reads("Peringkat di desanya", "Deteksi awal (delapan uji)", "belum dipakai")

	// A filled sheet does as well as typing; one that is not of this village is refused.
	sheet := filepath.Join(t.TempDir(), "urutan.csv")
	write := func(rows ...string) {
		if err := os.WriteFile(sheet, []byte("keluarga;peringkat\n"+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("018bcfe5-6800-7000-8000-000000000001;1", roster[1].ID.String()+";2")
	v.open("/musyawarah/baru")
	v.fill("Nomor berita acara", "BA-100/2026")
	v.fill("Jumlah peserta", "20")
	v.fill("Di antaranya perempuan", "9")
	v.upload("Lembar yang sudah diisi", sheet)
	v.press("Simpan musyawarah")
	v.reads("Baris 2: tidak ada keluarga aktif")
	write(roster[0].ID.String()+";1", roster[1].ID.String()+";2")
	v.upload("Lembar yang sudah diisi", sheet)
	v.press("Simpan musyawarah")
	v.reads("Musyawarah tercatat dengan 2 keluarga.")

	if status := s.post(t, "operator", at+"/tarik", "alasan", "x"); status != http.StatusForbidden {
		t.Errorf("the operator withdrew: %d", status)
	}
	o := s.visitor(t, browser, "dinas")
	o.open(at)
	o.unfold("Tarik catatan ini")
	o.press("Tarik sekarang")
	o.reads("Tulis alasannya.")
	o.fill("Alasan", "Tanggal keliru")
	o.press("Tarik sekarang")
	o.reads("Catatan musyawarah ditarik.", "dinas: Tanggal keliru")
	o.open("/musyawarah?wilayah=Kalibaru&status=berlaku&tahun=2026")
	o.readsNot("BA-99/2026")
	if text := string(s.download(t, "dinas", "/musyawarah?berkas=csv")); !strings.Contains(text, "BA-99/2026") {
		t.Errorf("the file of meetings lacks it: %.300s", text)
	}
}

// TestPovertyAndDetection reads the figures of an area and the eight tests of
// its families, on pages, in files and by the JSON interface.
func TestPovertyAndDetection(t *testing.T) {
	s := open(t)
	browser := webtest.Start(t)
	p := s.visitor(t, browser, "perencana")
	p.press("Angka kemiskinan")
	p.reads("Kota Tangerang Selatan", "Perkiraan model, bukan hasil survei", "Rp684.232", "news.detik.com", "Ciputat Timur")
	p.press("Ciputat Timur")
	p.reads("Ciputat Timur, Kota Tangerang Selatan", "Belum ada hasil survei")
	if text := string(s.download(t, "perencana", "/kemiskinan?wilayah=3674&berkas=csv")); !strings.Contains(text, "36.74.05") || !strings.Contains(text, "bukan hasil survei") {
		t.Errorf("the file: %.300s", text)
	}
	v := s.visitor(t, browser, "operator")
	v.press("Deteksi awal")
	v.reads("Kepmensos 262/HUK/2022", "Sebagian besar lantai tanah atau plesteran")
	v.open("/deteksi?uji=power&jawaban=ya")
	v.see("td", "Kalibaru")
	if text := string(s.download(t, "operator", "/deteksi?uji=power&berkas=csv")); !strings.Contains(text, "Terpenuhi") || strings.Contains(text, "3674") {
		t.Errorf("the file: %.300s", text)
	}

	roster, err := s.app.Targeting.Roster(s.as(t, "operator"), "3172041004", access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	token := s.session(t, "operator")["gotong_sesi"]
	for path, want := range map[string]string{
		"/api/v1/villages/3172041004/ranking":                            "families",
		"/api/v1/families/" + roster[0].ID.String() + "/score":           "terms",
		"/api/v1/families/" + roster[0].ID.String() + "/first-detection": "tests",
		"/api/v1/village-meetings?area=3172":                             "meetings",
		"/api/v1/poverty?area=3172041004":                                "trend",
	} {
		if answer := s.api(t, token, "GET", path, "", http.StatusOK); answer[want] == nil {
			t.Errorf("%s has no %s: %v", path, want, answer)
		}
	}
	s.api(t, token, "GET", "/api/v1/villages/3674011001/ranking", "", http.StatusNotFound)
	s.api(t, token, "GET", "/api/v1/poverty?area=3674", "", http.StatusNotFound)
	meeting := func(key string) string {
		return fmt.Sprintf(`{"area":"3172041004","held_on":"2026-01-02","minutes":"BA-API","participants":12,"women":5,"places":[{"local_key":%q,"place":1},{"family":%q,"place":2}]}`, key, roster[1].ID)
	}
	s.api(t, token, "POST", "/api/v1/village-meetings", meeting("tidak-ada"), http.StatusUnprocessableEntity)
	if got := s.api(t, token, "POST", "/api/v1/village-meetings", meeting(roster[0].LocalKey), http.StatusOK); got["families"] != 2.0 {
		t.Errorf("recorded %v", got)
	}
	s.api(t, token, "POST", "/api/v1/village-meetings", meeting(roster[0].LocalKey), http.StatusConflict)
}

// api asks the JSON interface and reads the answer.
func (s *site) api(t *testing.T, token, method, path, body string, status int) map[string]any {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || answer.StatusCode != status {
		t.Fatalf("%s %s answers %d, want %d: %v, %v", method, path, answer.StatusCode, status, got, err)
	}
	return got
}
