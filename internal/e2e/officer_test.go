package e2e

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/web/webtest"
)

// Two files as an office sends them: two families are good, and three have
// each one of the faults that spreadsheets and hands make.
const (
	sentFamilies = `id_keluarga,no_kk,kode_wilayah,alamat,rt,rw,tanggal_data,floor,floor_area
DINAS-1,3674011207159901,3674011001,Jl. Melati No. 1,001,002,2025-08-17,ceramic,45
DINAS-2,3674011207159902,3674019999,Jl. Melati No. 2,001,002,2025-08-17,ceramic,36
DINAS-3,3674011207159903,3674011001,Jl. Melati No. 3,001,002,03/04/2025,cement,30
DINAS-4,3674011207159904,3674011001,Jl. Melati No. 4,001,002,2025-08-17,cement,28
DINAS-5,3674011207159905,36.74.01.1001,Jl. Melati No. 5,001,002,2025-08-18,earth,21
`
	sentMembers = `id_keluarga,nik,nama,tanggal_lahir,jenis_kelamin,hubungan,nama_ibu,rekening,bank,working
DINAS-1,3674011703809801,Harun Nasution,1980-03-17,L,head,Maimunah,,,ya
DINAS-1,3674015409829802,Zubaidah,1982-09-14,P,spouse,Salamah,,,tidak
DINAS-2,3674010101759803,Ucok Siregar,1975-01-01,L,head,Tiurma,,,ya
DINAS-3,3674010206789804,Komang Adi,1978-06-02,L,head,Wayan Sari,,,ya
DINAS-4,9.17E+15,Yosefa Lamak,1969-11-30,P,head,Maria Bui,,,tidak
DINAS-5,3674016012909805,Nurbaiti,1990-12-20,P,head,Rohana,,,ya
`
)

// TestImport brings two files with planted faults, reads what is wrong where,
// and lets the good families go on.
func TestImport(t *testing.T) {
	s := open(t)
	v := s.visitor(t, webtest.Start(t), "dinas")
	send := func() {
		v.open("/impor")
		v.upload("Berkas keluarga", file(t, "keluarga.csv", sentFamilies))
		v.upload("Berkas anggota", file(t, "anggota.csv", sentMembers))
		v.press("Periksa berkas")
		v.awaitEnd()
		v.press("Lihat hasil pemeriksaan")
	}

	send()
	v.reads("Ada 3 kesalahan, 3 keluarga tertahan")
	v.line("keluarga", "3", "kode_wilayah", "3674019999", "Tulis kode Kemendagri")
	v.line("keluarga", "4", "tanggal_data", "2025-04-03 atau 2025-03-04")
	v.line("anggota", "6", "nik", "diubah Excel", "beri kolom nik format Teks")
	rows := v.faults()
	want := [][2]string{{"3", "kode_wilayah"}, {"4", "tanggal_data"}, {"6", "nik"}}
	if len(rows) != len(want) {
		t.Fatalf("the file of faults has %d rows: %v", len(rows), rows)
	}
	for i, w := range want {
		if got := [2]string{rows[i]["baris"], rows[i]["kolom"]}; got != w {
			t.Errorf("row %d of the file of faults is on %v, not %v", i+1, got, w)
		}
	}
	if n := s.count(t, "DINAS-"); n != 0 {
		t.Fatalf("%d families are on record before anybody decided", n)
	}

	v.press("Impor 2 keluarga yang baik saja")
	v.awaitEnd()
	v.press("Lihat hasil impor")
	v.reads("Tersimpan: 2 keluarga baru, 0 berubah, 0 tetap")
	v.reads("keluarga.csv · anggota.csv · dinas")
	if n := s.count(t, "DINAS-"); n != 2 {
		t.Errorf("%d families are on record, of 2 good ones", n)
	}

	send()
	v.press("Impor 2 keluarga yang baik saja")
	v.awaitEnd()
	v.press("Lihat hasil impor")
	v.reads("Tersimpan: 0 keluarga baru, 0 berubah, 2 tetap")
}

// file writes a file to send.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// faults downloads the file of what is wrong, without warnings.
func (v *visitor) faults() []map[string]string {
	v.t.Helper()
	css := v.see("a[href]", "Unduh daftar kesalahan")
	text := webtest.Eval[string](v.Page, fmt.Sprintf(`fetch(document.querySelector(%s).href).then(r => r.text())`, quoted(css)))
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(all) == 0 {
		v.t.Fatalf("the file of faults: %v, %q", err, text)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		if row["tingkat"] == "salah" {
			rows = append(rows, row)
		}
	}
	return rows
}

// count returns how many families are on record whose office's key begins so.
func (s *site) count(t *testing.T, key string) int {
	t.Helper()
	n := 0
	for f, err := range s.app.Registry.All(s.as(t, "dinas"), registry.Filter{}, "verification") {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.LocalKey, key) {
			n++
		}
	}
	return n
}

// TestDuplicates decides a pair at the desk, and takes the decision back.
func TestDuplicates(t *testing.T) {
	s := open(t)
	tally := func() (n [3]int64) {
		for i, status := range []linkage.Status{linkage.Open, linkage.Confirmed, linkage.Rejected} {
			var err error
			if n[i], err = s.app.Linkage.Count(s.as(t, "dinas"), linkage.Filter{Status: status}); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	before := tally()
	v := s.visitor(t, webtest.Start(t), "dinas")
	v.open("/data-ganda")
	v.set("Status", "Orang yang sama")
	v.filter()
	v.Follow("tbody .row-link")
	pair := v.Path()
	v.reads("Bandingkan", "Kemungkinan orang yang sama", "Data yang lain ditutup")
	v.press("Batalkan keputusan")
	v.reads("Keputusan dibatalkan.", "Menunggu diputus")

	v.fill("Catatan", "Ditanyakan kepada ketua RT.")
	v.press("Dua orang berbeda")
	v.reads("Disimpan sebagai dua orang berbeda")
	if got, want := tally(), [3]int64{before[0], before[1] - 1, before[2] + 1}; got != want {
		t.Errorf("waiting, the same and different are %v, not %v", got, want)
	}

	v.open(pair)
	v.reads("Diputus oleh dinas", "Ditanyakan kepada ketua RT.")
	v.press("Batalkan keputusan")
	v.open("/data-ganda")
	v.reads("Menunggu diputus")
	v.see("a[href='"+pair+"']", "")
	if got, want := tally(), [3]int64{before[0] + 1, before[1] - 1, before[2]}; got != want {
		t.Errorf("waiting, the same and different are %v, not %v", got, want)
	}

	operator := s.client(t, "operator")
	if status, _ := body(t, operator, s.url+"/data-ganda/sekaligus"); status != http.StatusForbidden {
		t.Errorf("an operator who decides all at once is answered %d", status)
	}
}
