package e2e

import (
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/web/webtest"
)

// TestAuditor reads who did what, has the log proved, and has a decision
// recomputed.
func TestAuditor(t *testing.T) {
	s := open(t)
	d := s.current(t)
	v := s.visitor(t, webtest.Start(t), "pemeriksa")
	v.press("Catatan audit")
	v.fill("Petugas", "bendahara")
	v.fill("Tindakan", "payment.sent")
	v.filter()
	v.line("bendahara", "Mengirim ke bank", "Menyalurkan dan mencocokkan pembayaran")
	for _, row := range webtest.Eval[[]string](v.Page, `[...document.querySelectorAll("tbody tr")].map(r => r.innerText)`) {
		if !strings.Contains(row, "bendahara") || !strings.Contains(row, "Mengirim ke bank") {
			t.Errorf("the filter lets through %q", row)
		}
	}
	v.open("/audit?petugas=pemeriksa")
	v.line("pemeriksa", "Membaca catatan audit") // reading it is on record too

	v.press("Periksa keutuhan")
	v.press("Periksa sekarang")
	v.reads("Catatan utuh", "Tidak ada catatan yang diubah", "Sidik seluruh catatan")
	report, err := s.app.Audit.Verify(access.With(t.Context(), access.System("test")))
	if err != nil || !report.Verified() {
		t.Errorf("the log: %v %v", report.Problems, err)
	}

	v.open("/penetapan/" + d.ID.String())
	v.reads("Sidik jari", d.Digest)
	v.press("Periksa ulang")
	v.awaitEnd()
	v.reads("Pemeriksaan ulang penetapan", "Selesai", d.Digest)
	v.line("Keluar sama saat dihitung ulang", "Ya")
	if v.sees("Daftar bayar baru") || v.sees("Cari data ganda") {
		t.Error("an auditor is offered to change something")
	}
}
