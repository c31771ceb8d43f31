package e2e

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gotong/internal/determination"
	"gotong/internal/web/webtest"
)

// screensEnv names the folder that TestScreens puts pictures into.
const screensEnv = "GOTONG_SCREENS"

// What a page may weigh with all that it loads, in bytes over the wire.
const (
	publicBudget = 25 << 10
	staffBudget  = 80 << 10
)

// screens are the pages by name, with who looks. A path with a star is the
// first link on that page that leads below it; {keluarga} is a family that
// receives. A name with a number is a picture of docs/screens; with a plus it
// is so on a telephone as well, and with a mark ! it is the whole page, however
// long.
var screens = []struct{ name, login, path string }{
	{"01-mulai", "", "/"},
	{"02-masuk", "", "/masuk"},
	{"03-cek-status+", "", "/cek"},
	{"04-statistik", "", "/statistik?wilayah=3674"},
	{"05-beranda-operator+", "operator", "/"},
	{"06-beranda-bendahara", "bendahara", "/"},
	{"07-keluarga", "dinas", "/keluarga"},
	{"08-satu-keluarga!", "dinas", "/keluarga/{keluarga}"},
	{"09-mengapa+", "dinas", "/keluarga/{keluarga}/program/pkh"},
	{"10-surat", "dinas", "/keluarga/{keluarga}/surat"},
	{"11-impor", "dinas", "/impor"},
	{"12-hasil-impor", "dinas", "/impor*"},
	{"13-data-ganda", "dinas", "/data-ganda?status=semua"},
	{"14-satu-pasangan", "dinas", "/data-ganda?status=semua*"},
	{"15-program", "pengelola", "/program"},
	{"16-satu-program", "pengelola", "/program/pkh/2025-01-01"},
	{"17-penetapan", "pengelola", "/penetapan"},
	{"18-satu-penetapan+!", "pengelola", "/penetapan*"},
	{"19-daftar-penerima", "pengelola", "/penetapan*/daftar"},
	{"20-tugas-kunjungan", "operator", "/penetapan*/kunjungan"},
	{"21-anggaran", "bendahara", "/uang"},
	{"22-satu-anggaran", "bendahara", "/uang/2026/sembako/3674"},
	{"23-daftar-bayar", "bendahara", "/daftar-bayar"},
	{"24-satu-daftar-bayar", "bendahara", "/daftar-bayar*"},
	{"25-jejak-rupiah", "bendahara", "/daftar-bayar*/baris/1"},
	{"25a-daftar-kantor-pos!", "bendahara", "/daftar-bayar?program=sembako&periode=2026-02*"},
	{"25b-bukti-juru-bayar+!", "bendahara", "/daftar-bayar?program=sembako&periode=2026-02*/baris/1"},
	{"25c-kewajiban-menahan+", "ppk", "/daftar-bayar?program=pkh&periode=2026-02*/periksa"},
	{"26-rekonsiliasi", "bendahara", "/rekonsiliasi"},
	{"27-satu-masalah", "bendahara", "/rekonsiliasi*"},
	{"27a-penyaluran", "bendahara", "/penyaluran"},
	{"27b-tagihan", "bendahara", "/tagihan"},
	{"27c-penahanan", "bendahara", "/penahanan"},
	{"27d-ahli-waris", "bendahara", "/ahli-waris"},
	{"28-bukti-pembukuan", "pemeriksa", "/uang/bukti"},
	{"29-dasbor!", "dinas", "/dasbor"},
	{"30-dashboard-english", "perencana", "/dasbor?wilayah=3674&lang=en"},
	{"31-pekerjaan", "dinas", "/pekerjaan"},
	{"32-catatan-audit", "pemeriksa", "/audit"},
	{"33-petugas", "admin", "/petugas"},
	{"34-mencatat-kunjungan+", "operator", "/keluarga/{keluarga}/kunjungan?fakta=floor_area,wall,water"},
	{"35-periksa-ulang", "pemeriksa", "/pekerjaan?jenis=recheck*"},
	{"71-dokumen+", "pengelola", "/dokumen"},
	{"72-satu-dokumen", "pengelola", "/dokumen*"},
	{"73-periksa-dokumen+", "", "/verifikasi"},

	{"36-mencatat-peristiwa", "operator", "/keluarga/{keluarga}/peristiwa"},
	{"37-kematian+", "operator", "/keluarga/{keluarga}/peristiwa/death"},
	{"38-peristiwa", "dinas", "/peristiwa?status=semua"},
	{"39-pada-suatu-hari", "operator", "/keluarga/{keluarga}?pada=2026-01-01"},
	{"40-tanpa-nik", "operator", "/keluarga/tanpa-nik"},
	{"60-sunting-di-excel", "operator", "/buku"},

	{"41-simulasi!", "pengelola", "/simulasi?program=pkh&angka.decile_max=3"},
	{"44-simulasi-model!", "pengelola", "/simulasi/model?program=pkh&bobot.size.each=-60000&hapus=car&tambah=bicycle"},
	{"model skor", "pengelola", "/peringkat/model"},
	{"kemiskinan survei", "pengelola", "/kemiskinan/survei"},
	{"42-simulasi-keliru", "pengelola", "/simulasi?program=pkh&aturan.decile=family.desile+%3C%3D+3"},
	{"43-simulasi-nama", "pengelola", "/simulasi/nama?program=pkh&angka.decile_max=3&arah=loser"},
	{"44-usulan-program", "pengelola", "/program/usulan"},
	{"49-saring-dengan-aturan", "dinas", "/keluarga?aturan=family.decile+%3C%3D+2+%26%26+members.exists%28m%2C+m.in_family+%26%26+m.age+%3E%3D+70%29"},
	{"aturan keliru", "dinas", "/keluarga/aturan"},
	{"65-hasil-dan-celah!", "perencana", "/hasil"},
	{"66-keluar-dari-kemiskinan", "pengelola", "/hasil/daftar?daftar=left"},
	{"67-mesin-kedua", "pengelola", "/hasil/daftar?daftar=engine_idle"},
	{"68-di-akhir-program", "pengelola", "/hasil/daftar?daftar=due"},
	{"69-penghentian", "kepala", "/hasil/penghentian"},
	{"simulasi tersimpan", "pengelola", "/simulasi/tersimpan"},
	{"45-padanan", "dinas", "/padanan"},
	{"46-jejak-keluarga", "dinas", "/keluarga/{keluarga}/jejak"},
	{"47-nomor-dibuka", "pemeriksa", "/audit/nomor"},
	{"48-batas-buka", "dinas", "/keluarga/batas-buka"},
	{"49-mutu-data!", "dinas", "/mutu?wilayah=317204"},
	{"49b-hak-atas-data", "dinas", "/hak"},
	{"49c-catat-permohonan", "operator", "/hak/baru?keluarga={keluarga}"},
	{"49d-hak-saya+", "", "/hak-saya"},
	{"49e-masa-simpan", "dinas", "/retensi"},
	{"49f-usulan-pemusnahan", "kepala", "/retensi/usulan"},
	{"49g-penahanan", "dinas", "/retensi/tahan"},
	{"49h-pelanggaran", "dinas", "/pelanggaran"},
	{"49i-lapor-pelanggaran", "dinas", "/pelanggaran/baru"},
	{"49a-mutu-keluarga", "operator", "/mutu/keluarga?masalah=warned"},

	{"74-pemeringkatan", "pengelola", "/peringkat"},
	{"75-peringkat-desa", "operator", "/peringkat/desa"},
	{"76-catat-musyawarah+", "operator", "/musyawarah/baru"},
	{"77-musyawarah", "dinas", "/musyawarah*"},
	{"78-angka-kemiskinan!", "dinas", "/kemiskinan?wilayah=3674"},
	{"79-deteksi-awal", "operator", "/deteksi"},
	{"daftar musyawarah", "dinas", "/musyawarah"},
	{"kemiskinan desa", "operator", "/kemiskinan"},

	{"pecah keluarga", "operator", "/keluarga/{keluarga}/peristiwa/split"},
	{"perkawinan", "operator", "/keluarga/{keluarga}/peristiwa/marriage"},
	{"kepindahan", "operator", "/keluarga/{keluarga}/peristiwa/move"},
	{"penggabungan", "operator", "/keluarga/{keluarga}/peristiwa/merge"},
	{"50-stok", "operator", "/barang"},
	{"51-kartu-stok", "operator", "/barang/tempat*/kartu/beras"},
	{"52-hari-pembagian+", "operator", "/barang/daftar?status=open*/hari"},
	{"53-serah-barang+", "operator", "/barang/daftar?status=open*/serah/9"},
	{"54-bukti-serah", "operator", "/barang/daftar?status=open*/penerima/1"},
	{"55-darurat", "kepala", "/barang/darurat*"},
	{"56-pesanan", "dinas", "/barang/pesanan?cari=Bengkel*"},
	{"57-permakanan", "dinas", "/makanan*"},
	{"58-antaran-makanan+", "dinas", "/makanan*/antar"},
	{"59-lpj", "bendahara", "/makanan*/lpj?bulan=2026-01"},
	{"62-e-warong", "dinas", "/warung"},
	{"63-temuan-e-warong", "dinas", "/warung/temuan"},

	{"80-kewajiban+", "pendamping", "/kewajiban?bulan=2026-03"},
	{"81-kewajiban-keluarga+!", "pendamping", "/kewajiban?bulan=2026-03&verifikasi=belum*?bulan=2026-03"},
	{"82-daftar-posyandu+", "pendamping", "/kewajiban/tempat?bulan=2026-02&jenis=health*?bulan=2026-02"},
	{"83-akibat-kewajiban", "dinas", "/kewajiban/akibat"},
	{"84-satu-akibat!", "kepala", "/kewajiban/akibat?status=standing*"},
	{"85-kewajiban-wilayah", "pengelola", "/kewajiban/wilayah?bulan=2026-03"},
	{"86-kelompok-keluarga", "pendamping", "/kewajiban/kelompok*"},
	{"87-pertemuan-keluarga+", "pendamping", "/kewajiban/kelompok*/pertemuan"},
	{"buka bulan", "dinas", "/kewajiban/buka"},
	{"tempat kewajiban", "dinas", "/kewajiban/tempat?bulan=2026-02"},
	{"daftarkan tempat", "dinas", "/kewajiban/tempat/baru"},
	{"88-tempat-dari-berkas+", "dinas", "/kewajiban/tempat/berkas"},
	{"kelompok keluarga", "dinas", "/kewajiban/kelompok"},
	{"buat kelompok", "dinas", "/kewajiban/kelompok/baru"},
	{"mencari nomor", "operator", "/keluarga/cari"},
	{"mendaftarkan keluarga", "operator", "/keluarga/baru"},
	{"mencatat kunjungan", "operator", "/keluarga/{keluarga}/kunjungan"},
	{"memperbaiki data", "operator", "/keluarga/{keluarga}/data"},
	{"menambah anggota", "operator", "/keluarga/{keluarga}/anggota/baru"},
	{"membuka nomor", "dinas", "/keluarga/{keluarga}/buka"},
	{"mengubah status", "operator", "/keluarga/{keluarga}/status"},
	{"memutus sekaligus", "dinas", "/data-ganda/sekaligus"},
	{"penetapan baru", "pengelola", "/penetapan/baru"},
	{"daftar bayar baru", "bendahara", "/daftar-bayar/baru"},
	{"mencatat pagu", "kpa", "/uang/pagu"},
	{"potret data", "dinas", "/pekerjaan?jenis=snapshot*"},
	{"pekerjaan penetapan", "dinas", "/pekerjaan?jenis=determine*"},
	{"memeriksa catatan", "pemeriksa", "/audit/periksa"},
	{"menambah petugas", "admin", "/petugas/baru"},
	{"satu petugas", "admin", "/petugas*"},
	{"mengganti sandi", "operator", "/sandi"},
	{"tugas", "dinas", "/tugas"},
	{"daftar pembagian", "dinas", "/barang/daftar?status=open*"},
	{"daftar baru", "dinas", "/barang/daftar/baru"},
	{"terima barang", "dinas", "/barang/tempat*/terima"},
	{"perlu dipesan", "dinas", "/barang/kurang"},
	{"alat dan ternak", "dinas", "/barang/satuan"},
	{"pembetulan stok", "kepala", "/barang/pembetulan"},
	{"bukti barang", "pemeriksa", "/barang/bukti"},
	{"kelompok baru", "dinas", "/makanan/baru"},
	{"memeriksa warung", "operator", "/warung*/periksa"},
	{"warung kecamatan", "dinas", "/warung/kecamatan"},
	{"setelah pemulihan", "bendahara", "/pemulihan"},
	{"tidak ada", "dinas", "/keluarga/018bcfe5-6800-7000-8000-000000000001"},
}

// TestScreens looks at the pages at a desk by day, and at all of them on a
// telephone by night: nothing that axe-core finds, nothing that the browser
// complains of, nothing wider than the window, nothing heavier than the budget.
// With GOTONG_SCREENS it keeps the pictures.
func TestScreens(t *testing.T) {
	s := open(t)
	browser := webtest.Start(t)
	family := s.decided(t, "operator", "pkh", determination.Entitled).FamilyID.String()
	tokens := map[string]map[string]string{"": nil}
	for _, screen := range screens {
		if _, ok := tokens[screen.login]; !ok {
			tokens[screen.login] = s.session(t, screen.login)
		}
		t.Run(strings.TrimRight(screen.name, "+!"), func(t *testing.T) {
			t.Parallel()
			path := s.resolve(t, screen.login, strings.ReplaceAll(screen.path, "{keluarga}", family))
			if numbered(screen.name) {
				s.look(t, browser, webtest.View{Cookies: tokens[screen.login]}, path, screen.name, "")
			}
			phone := webtest.Phone
			phone.Cookies, phone.Dark = tokens[screen.login], true
			s.look(t, browser, phone, path, screen.name, "-hp")
		})
	}
}

// look opens a page in a browser that has never been here, examines it, and
// keeps its picture where one is wanted.
func (s *site) look(t *testing.T, b *webtest.Browser, v webtest.View, path, name, device string) {
	t.Helper()
	p := b.Page(t, v, s.url)
	p.Go(s.url + path)
	p.Settle()
	budget := staffBudget
	if v.Cookies == nil {
		budget = publicBudget
	}
	if n := p.Weight(); n > budget || n == 0 {
		t.Errorf("%s weighs %d bytes, and may weigh %d", path, n, budget)
	}
	if p.Overflows() {
		t.Errorf("%s is wider than a window of %d", path, v.Width)
	}
	if file := picture(name, device); file != "" {
		p.Picture(file)
		if !strings.HasSuffix(name, "!") {
			shorten(t, file)
		}
	}
	for _, v := range p.Axe() {
		t.Errorf("axe on %s: %v", path, v)
	}
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "404") || !strings.Contains(path, "018bcfe5") {
			t.Errorf("the browser on %s: %s", path, c)
		}
	}
}

// tallest is where the picture of a long list ends, in pixels.
const tallest = 1800

// shorten cuts a picture that is too tall to be looked at.
func shorten(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	size := whole.Bounds()
	size.Max.Y = min(size.Max.Y, tallest)
	part := image.NewNRGBA(size)
	draw.Draw(part, size, whole, image.Point{}, draw.Src)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, part)
	if err == nil {
		err = os.WriteFile(file, out.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func numbered(name string) bool { return name[0] <= '9' }

// picture returns the file that a page's picture is kept in, or "".
func picture(name, device string) string {
	folder := os.Getenv(screensEnv)
	if folder == "" || !numbered(name) || device != "" && !strings.Contains(name, "+") {
		return ""
	}
	return filepath.Join(folder, strings.TrimRight(name, "+!")+device+".png")
}

// session signs in and returns the cookies of that.
func (s *site) session(t *testing.T, login string) map[string]string {
	t.Helper()
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	cookies := map[string]string{}
	for _, c := range s.client(t, login).Jar.Cookies(at) {
		cookies[c.Name] = c.Value
	}
	return cookies
}

// resolve turns a path with a star into the first link on the page before
// the star that leads below it, with what stands behind it.
func (s *site) resolve(t *testing.T, login, path string) string {
	t.Helper()
	list, rest, ok := strings.Cut(path, "*")
	if !ok {
		return path
	}
	_, page := body(t, s.client(t, login), s.url+list)
	top, _, _ := strings.Cut(list, "?")
	link := regexp.MustCompile(`href="(` + regexp.QuoteMeta(top) + `(?:/[a-z]+)?/[0-9a-f-]{36})["?]`).FindStringSubmatch(page)
	if link == nil {
		t.Fatalf("%s links to nothing below it", list)
	}
	return link[1] + rest
}
