package e2e

import (
	"bytes"
	"compress/zlib"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gotong/internal/determination"
	"gotong/internal/document"
)

var (
	packed = regexp.MustCompile(`stream\n`)
	number = regexp.MustCompile(`[0-9]{16}`)
)

// inflated returns all that a PDF packs: the record and what each page shows.
func inflated(pdf []byte) string {
	var all strings.Builder
	for _, at := range packed.FindAllIndex(pdf, -1) {
		z, err := zlib.NewReader(bytes.NewReader(pdf[at[1]:]))
		if err != nil {
			continue
		}
		plain, _ := io.ReadAll(z) // what follows the stream is none of it
		all.WriteString(strings.ReplaceAll(string(plain), "\x00", ""))
	}
	return all.String()
}

// TestNoPaperCarriesANumberInFull looks into every paper that the demo has
// issued.
func TestNoPaperCarriesANumberInFull(t *testing.T) {
	s := open(t)
	auditor := s.as(t, "pemeriksa")
	all, total, err := s.app.Documents.List(auditor, document.Filter{Limit: 100})
	if err != nil || total < 5 {
		t.Fatalf("%d papers: %v", total, err)
	}
	for i := range all {
		_, pdf, err := s.app.Documents.File(auditor, all[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		text := inflated(pdf)
		if !strings.Contains(text, all[i].Number) {
			t.Errorf("%s: what it says is not found", all[i].Number)
		}
		// Seals, codes and digests hold digits too, with letters among them.
		for _, m := range number.FindAllStringIndex(text, -1) {
			around := text[max(0, m[0]-1):min(len(text), m[1]+1)]
			if regexp.MustCompile(`(^|[^0-9A-Za-z])[0-9]{16}($|[^0-9A-Za-z])`).MatchString(around) {
				t.Errorf("%s carries a number in full", all[i].Number)
			}
		}
		if proof, err := document.ProveFile(pdf, s.app.Keys.Public()); err != nil || !proof.Genuine(true) {
			t.Errorf("%s is not proved: %+v %v", all[i].Number, proof, err)
		}
	}
}

// TestAnybodyChecksAPaper asks the public page: by the printed code, by the
// address in the QR, and with the file.
func TestAnybodyChecksAPaper(t *testing.T) {
	s := open(t)
	manager := s.as(t, "kepala")
	all, _, err := s.app.Documents.List(manager, document.Filter{Kinds: []document.Kind{document.Decree}, Limit: 1})
	if err != nil || len(all) == 0 {
		t.Fatal("no decree", err)
	}
	d := all[0]
	_, pdf, err := s.app.Documents.File(manager, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	nobody := s.client(t, "")
	if status, page := body(t, nobody, s.url+"/V/"+d.Seal); status != http.StatusOK || !strings.Contains(page, d.Number) || !strings.Contains(page, "asli dan berlaku") {
		t.Errorf("the QR answers %d", status)
	}
	answer, err := nobody.PostForm(s.url+"/verifikasi", url.Values{"kode": {strings.ToLower(document.FormatCode(d.Code))}})
	if page := read(t, answer, err); !strings.Contains(page, d.Number) || strings.Contains(page, d.IssuedBy) || strings.Contains(page, d.Subject) {
		t.Error("the code answers without the number, or with more than it should")
	}
	answer, err = nobody.PostForm(s.url+"/verifikasi", url.Values{"kode": {"0000-0000-0000-0000"}})
	if page := read(t, answer, err); !strings.Contains(page, "tidak dikenal") {
		t.Error("an unknown code is known")
	}
	if page := s.upload(t, nobody, pdf); !strings.Contains(page, "sama persis") {
		t.Error("the file is not the one that was issued")
	}
	pdf[len(pdf)-12] ^= 1
	if page := s.upload(t, nobody, pdf); !strings.Contains(page, "bukan berkas yang diterbitkan") {
		t.Error("a changed file is not seen")
	}
}

func read(t *testing.T, answer *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (s *site) upload(t *testing.T, c *http.Client, pdf []byte) string {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("dokumen", "keputusan.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(pdf); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	answer, err := c.Post(s.url+"/verifikasi", w.FormDataContentType(), &form)
	return read(t, answer, err)
}

// TestALetterIsIssuedFromItsFamily presses the button, and again.
func TestALetterIsIssuedFromItsFamily(t *testing.T) {
	s := open(t)
	family := s.decided(t, "operator", "pkh", determination.Entitled).FamilyID.String()
	operator := s.client(t, "operator")
	ask := url.Values{"jenis": {"surat"}, "tentang": {family}, "bahasa": {"id"}}
	answer, err := operator.PostForm(s.url+"/dokumen", ask)
	read(t, answer, err)
	first := answer.Header.Get("Location")
	answer, err = operator.PostForm(s.url+"/dokumen", ask)
	read(t, answer, err)
	if again := answer.Header.Get("Location"); again != first || !strings.HasPrefix(first, "/dokumen/") {
		t.Fatalf("issued twice it is %q and %q", first, again)
	}
	if status, file := body(t, operator, s.url+first+"/pdf"); status != http.StatusOK || !strings.HasPrefix(file, "%PDF-") {
		t.Errorf("its file answers %d", status)
	}
	if status, _ := body(t, s.client(t, "bendahara"), s.url+first); status != http.StatusNotFound {
		t.Errorf("to a treasurer a letter answers %d", status)
	}
}
