package e2e

import (
	"net/http"
	"strings"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/web/webtest"
)

// TestWhatIf has a manager move a threshold and watch who loses, keep two
// what-ifs, compare them and propose one; only another manager can enact it,
// and nothing is in force before.
func TestWhatIf(t *testing.T) {
	s := open(t)
	browser := webtest.Start(t)
	v := s.visitor(t, browser, "pengelola")
	v.press("Simulasi")
	v.reads("Ini hanya simulasi", "Selisih biaya", "Penerima menurut desil", "Salah sasaran menurut prediksi")
	v.set("Program", "Program Keluarga Harapan")
	v.press("Pilih")
	before := s.current(t)

	for _, most := range []string{"3", "2"} {
		v.fill("Desil tertinggi", most)
		v.Click(v.see("button", "Hitung")) // the answer changes in place
		v.Settle()
		v.reads("Berhenti menerima", "−Rp")
		v.unfold("Simpan simulasi ini")
		v.fill("Nama simulasi", "Desil "+most)
		v.press("Simpan")
		v.reads("Simulasi disimpan.", "Desil "+most)
		v.press("Desil " + most)
	}
	if d := s.current(t); d.ID != before.ID || d.Digest != before.Digest {
		t.Error("trying has changed what is in force")
	}
	v.open("/simulasi/tersimpan")
	picked := webtest.Eval[int](v.Page, `(boxes => { boxes.forEach(b => b.checked = true); return boxes.length })([...document.querySelectorAll("input[name=pilih]")])`)
	if picked != 2 {
		t.Fatalf("%d what-ifs are kept", picked)
	}
	v.press("Bandingkan yang dicentang")
	v.reads("Perbandingan simulasi", "Desil 3", "Desil 2", "Miskin tetapi tidak menerima", "dari 4 menjadi 3")

	v.open("/simulasi?program=pkh&aturan.decile=family.desile+%3C%3D+3")
	v.reads("1:8 (decile)", "decile")

	v.open("/simulasi?program=pkh&angka.decile_max=3")
	v.unfold("Usulkan menjadi versi baru")
	v.fill("Dasar keputusan", "Notulen rapat 3/2026")
	v.press("Usulkan versi ini")
	v.reads("Versi baru diusulkan.", "Desil tertinggi: dari 4 menjadi 3", "Menunggu orang lain")
	at := v.Path()
	if status := s.post(t, "pengelola", at+"/sahkan"); status == http.StatusSeeOther {
		t.Error("who proposed could enact")
	}
	today := civil.OfTime(s.clock.Now().Add(7 * 3600e9))
	if p, err := s.app.Programmes.Version("pkh", today); err != nil || p.Version() == today.String() {
		t.Errorf("a proposal is in force: %v", err)
	}

	head := s.visitor(t, browser, "kepala")
	head.open(at)
	head.reads("Desil tertinggi: dari 4 menjadi 3", "Notulen rapat 3/2026", "pengelola")
	head.press("Sahkan versi ini")
	head.reads("Versi baru disahkan.", "Ditetapkan")
	p, err := s.app.Programmes.Version("pkh", today)
	if err != nil || p.Version() != today.String() || !strings.Contains(string(p.Text()), "Notulen rapat 3/2026") {
		t.Errorf("in force is %v, %v", p, err)
	}
}
