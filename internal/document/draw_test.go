package document_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"gotong/internal/document"
	"gotong/internal/i18n"
)

func draw(t testing.TB, p *document.Paper, s document.Stamp) ([]byte, int) {
	t.Helper()
	pdf, pages, err := document.Draw(p, s)
	if err != nil {
		t.Fatal(err)
	}
	return pdf, pages
}

var (
	stream = regexp.MustCompile(`/Filter /FlateDecode /Length (\d+)>>\nstream\n`)
	shown  = regexp.MustCompile(`(?s)\(((?:[^\\)]|\\.)*)\) ?Tj`)
)

// textOf returns all text that a PDF shows, a line for each piece.
func textOf(t testing.TB, pdf []byte) string {
	t.Helper()
	var all strings.Builder
	for _, at := range stream.FindAllSubmatchIndex(pdf, -1) {
		n, err := strconv.Atoi(string(pdf[at[2]:at[3]]))
		if err != nil {
			t.Fatal(err)
		}
		z, err := zlib.NewReader(bytes.NewReader(pdf[at[1] : at[1]+n]))
		if err != nil {
			continue // a picture
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shown.FindAllSubmatch(plain, -1) {
			all.WriteString(decode(unescape(m[1])) + "\n")
		}
	}
	return all.String()
}

func unescape(b []byte) []byte {
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
			if b[i] == 'r' {
				out = append(out, '\r')
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

// decode reads the built-in typeface's UTF-16, or Helvetica's bytes.
func decode(b []byte) string {
	if len(b)%2 == 0 && bytes.Count(b, []byte{0}) >= len(b)/4 {
		var u []uint16
		for i := 0; i < len(b); i += 2 {
			u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
		}
		return string(utf16.Decode(u))
	}
	return string(b)
}

func TestPapersSayWhatTheyShould(t *testing.T) {
	want := map[document.Kind][]string{
		document.Invitation:     {"UNDANGAN PENGAMBILAN BANTUAN SOSIAL DI KANTOR POS", "PKH-2026-01-02-000001", "Nurhayati", "9 Maret 2026", "KTP asli"},
		document.Decree:         {"KEPUTUSAN KEPALA DINAS SOSIAL", "MEMUTUSKAN:", "Nurhayati 0", "Nurhayati 119", "Kalibaru 2", "317204**********", "2.400.119", "288.007.140", "Halaman 1 dari"},
		document.Statement:      {"SURAT PERNYATAAN TANGGUNG JAWAB MUTLAK", "bendahara", "Rp1.750.000"},
		document.PaymentList:    {"DAFTAR NOMINATIF PEMBAYARAN BANTUAN SOSIAL", "NURHAYATI", "******7788", "1.750.000", "ppk", "kpa"},
		document.Reconciliation: {"LAPORAN REKONSILIASI PEMBAYARAN", "kembali.csv", "Rekening ditutup", "1 Februari 2026"},
		document.Notice:         {"4F7QK-9M2XD", "Yth. Keluarga Nurhayati", "Umur 63 tahun; yang diminta >= 75 tahun."},
		document.DutyNotice:     {"PEMBERITAHUAN TENTANG KEWAJIBAN", "Dimas", "hadir 70 %", "9 April 2026", "menolak keputusan ini"},
		document.Handover:       {"BERITA ACARA SERAH TERIMA", "KR-2026-0001", "Agus", "Wati"},
	}
	for _, p := range papers(i18n.ID) {
		s := stamped(t, p, keyOf(1))
		pdf, _ := draw(t, p, s)
		text := textOf(t, pdf)
		for _, w := range append(want[p.Kind], "PEMERINTAH KOTA CONTOH", "DINAS SOSIAL", "Nomor: "+s.Number, "Kode dokumen: "+document.FormatCode(s.Code)) {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q", p.Kind, w)
			}
		}
		if strings.Contains(text, "[document.") || strings.Contains(text, "{") {
			t.Errorf("%s has a word without a sentence, or a place that is not filled", p.Kind)
		}
	}
	for _, p := range papers(i18n.EN) {
		pdf, _ := draw(t, p, stamped(t, p, keyOf(1)))
		text := textOf(t, pdf)
		if !strings.Contains(text, "Page 1 of") || strings.Contains(text, "Halaman") {
			t.Errorf("%s in English is not in English", p.Kind)
		}
	}
}

func TestEqualPapersAreEqualBytes(t *testing.T) {
	for i, p := range papers(i18n.ID) {
		s := stamped(t, p, keyOf(1))
		first, _ := draw(t, p, s)
		again, _ := draw(t, papers(i18n.ID)[i], s)
		if !bytes.Equal(first, again) {
			t.Errorf("%s differs from itself", p.Kind)
		}
		s.Number = "SK/0002/DINSOS/I/2026"
		if other, _ := draw(t, p, s); bytes.Equal(first, other) {
			t.Errorf("%s is the same under another number", p.Kind)
		}
	}
}

func TestHeadingsAreRepeatedAndPagesCounted(t *testing.T) {
	p := decree(200).Paper(office(), i18n.ID)
	pdf, pages := draw(t, p, stamped(t, p, keyOf(1)))
	text := textOf(t, pdf)
	if pages < 5 {
		t.Fatalf("only %d pages", pages)
	}
	if n := strings.Count(text, "Setahun (Rp)\n"); n < pages-1 {
		t.Errorf("headings stand %d times on %d pages", n, pages)
	}
	for n := 1; n <= pages; n++ {
		if w := i18n.T(i18n.ID, "document.paper.page", "page", n, "pages", pages); strings.Count(text, w+"\n") != 1 {
			t.Errorf("%q stands %d times", w, strings.Count(text, w+"\n"))
		}
	}
}

func TestOddTextIsDrawn(t *testing.T) {
	d := decree(1)
	r := &d.Programmes[0].People[0]
	r.Name, r.Address = "Ænea 漢字 \\(x) \u202e", strings.Repeat("panjangsekali", 60)
	p := d.Paper(office(), i18n.ID)
	pdf, _ := draw(t, p, stamped(t, p, keyOf(1)))
	if !strings.Contains(textOf(t, pdf), "(x)") {
		t.Error("brackets are lost")
	}
	if text := textOf(t, pdf); !strings.Contains(text, "??") {
		t.Error("a letter that cannot be drawn is not seen")
	}
}

func TestABadPictureIsRefused(t *testing.T) {
	h := document.HandoverOf{Giver: document.Party{Name: "A", Signature: []byte("GIF89a that is no picture")}, Taker: document.Party{Name: "B"}}
	p := h.Record(office(), i18n.ID)
	if _, _, err := document.Draw(p, stamped(t, p, keyOf(1))); err == nil {
		t.Error("a picture of another form is taken")
	}
}

func BenchmarkDecree5000(b *testing.B) {
	p := decree(5000).Paper(office(), i18n.ID)
	s := stamped(b, p, keyOf(1))
	for b.Loop() {
		draw(b, p, s)
	}
}
