package e2e

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/web/webtest"
)

// TestStatusCheck has a citizen ask with the NIK of their card and the code
// of their letter. To anybody without both, a family that receives and one
// that does not exist are the same.
func TestStatusCheck(t *testing.T) {
	s := open(t)
	family := s.decided(t, "dinas", "sembako", determination.Entitled)
	browser := webtest.Start(t)
	office := s.visitor(t, browser, "dinas")
	office.open("/keluarga/" + family.FamilyID.String())
	office.press("Surat pemberitahuan")
	code, nik := office.Text("strong.code"), s.someNIK(t, family)

	v := s.visitor(t, browser, "")
	v.open("/")
	v.press("Cek status bantuan")
	v.fill("NIK", nik)
	v.fill("Kode pemberitahuan", code)
	v.press("Periksa")
	v.reads("Terdaftar menerima per", "Program Sembako (BPNT)")
	v.readsNot(nik, code, family.HeadName)
	if got := webtest.Eval[string](v.Page, `[...document.querySelectorAll("main input")].map(i => i.value).join("")`); got != "" {
		t.Errorf("the form still holds %q", got)
	}

	wrong, nobody := s.ask(t, nik, "22222-33333"), s.ask(t, "3674010101010001", code)
	if diff := cmp.Diff(wrong, nobody); diff != "" {
		t.Errorf("a wrong code and an unknown NIK are told apart:\n%s", diff)
	}
	v.fill("NIK", nik)
	v.fill("Kode pemberitahuan", "22222-33333")
	v.press("Periksa")
	v.reads("Tidak ditemukan penerima dengan NIK dan kode itu")

	v.open("/statistik")
	v.set("Pilih kabupaten atau kota", "Tangerang Selatan")
	v.press("Tampilkan")
	v.reads("Statistik Kota Tangerang Selatan", "Demi kerahasiaan", "Arti angka-angka ini")
	v.line("Keluarga")
}

// someNIK returns the NIK of a member of a family, from the file that the
// office sent.
func (s *site) someNIK(t *testing.T, r determination.Row) string {
	t.Helper()
	d, err := s.app.Registry.Family(s.as(t, "dinas"), r.FamilyID, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(s.dir, "demo", "anggota.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	key, nik := slices.Index(rows[0], "id_keluarga"), slices.Index(rows[0], "nik")
	for _, row := range rows[1:] {
		if row[key] == d.Family.LocalKey && row[nik] != "" {
			return row[nik]
		}
	}
	t.Fatalf("no member of %s has a NIK", d.Family.LocalKey)
	return ""
}

// told is everything by which two answers could be told apart.
type told struct {
	Status int
	Body   string
	Header http.Header
}

// ask sends the form of the status check as nobody in particular.
func (s *site) ask(t *testing.T, nik, code string) told {
	t.Helper()
	r, err := s.client(t, "").PostForm(s.url+"/cek", url.Values{"nik": {nik}, "kode": {code}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, own := range []string{"Date", "X-Request-Id"} { // differ between any two answers
		r.Header.Del(own)
	}
	return told{r.StatusCode, string(b), r.Header}
}
