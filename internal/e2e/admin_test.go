package e2e

import (
	"testing"

	"gotong/internal/web/webtest"
)

// TestAdmin gives somebody an account, who works with it until it is closed.
func TestAdmin(t *testing.T) {
	s := open(t)
	browser := webtest.Start(t)
	admin := s.visitor(t, browser, "admin")
	admin.press("Petugas")
	admin.press("Tambah petugas")
	admin.fill("Nama masuk", "lena")
	admin.fill("Nama", "Lena Marlina")
	admin.pick("Operator desa/kelurahan")
	admin.fill("Wilayah", "Kalibaru, Cilincing")
	admin.fill("Kata sandi pertama", "pendek")
	admin.press("Simpan")
	admin.reads("Perbaiki isian berikut", "Kata sandi terlalu pendek")
	const password = "ombak pantai utara"
	admin.fill("Kata sandi pertama", password)
	admin.press("Simpan")
	admin.reads("Akun lena dibuat.")
	admin.line("lena", "Lena Marlina")

	lena := &visitor{browser.Page(t, webtest.View{}, s.url), t, s}
	lena.signIn("lena", password)
	lena.reads("Selamat datang, Lena Marlina")
	if scope := lena.Text(".scope"); scope != "Anda melihat: Kalibaru" {
		t.Errorf("the banner says %q", scope)
	}
	lena.press("Keluarga")
	lena.line("Kalibaru, Cilincing", "Aktif")

	admin.fill("Nama atau nama masuk", "lena")
	admin.filter()
	admin.press("lena")
	admin.press("Tutup akun")
	admin.reads("sesinya berakhir")
	admin.press("Tutup akun")
	admin.reads("Akun lena ditutup.")

	lena.open("/keluarga")
	lena.reads("Masuk ke Gotong")
	lena.signIn("lena", password)
	lena.reads("Nama masuk atau kata sandi salah")
	if _, err := s.app.Access.ActAs(t.Context(), "lena"); err == nil {
		t.Error("a closed account can act")
	}
}
