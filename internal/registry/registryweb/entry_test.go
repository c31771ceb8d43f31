package registryweb

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

// onRecord brings one family on record, of whose head and dwelling something
// is not known.
func (s *site) onRecord() (*registrytest.Office, registry.Record) {
	s.t.Helper()
	o := registrytest.NewOffice(1, 21, "3674011001")
	o.Families[0]["floor"], o.Families[0]["wall"] = "ceramic", ""
	o.Members[0]["working"], o.Members[0]["diploma"], o.Members[0]["income"] = "ya", "", "1500000"
	registrytest.Bring(s.t, s.bench, o)
	return o, s.families()[0]
}

// visited is a filled-in form of a visit.
func visited(more url.Values) url.Values {
	return merged(url.Values{"versi": {"1"}, "tanggal": {"2025-05-20"}, "sumber": {"visit"}, "bukti": {"Bertemu ibu"}}, more)
}

func merged(v, more url.Values) url.Values {
	for name, values := range more {
		v[name] = values
	}
	return v
}

func before(t *testing.T, body, a, b string) {
	t.Helper()
	i, j := strings.Index(body, a), strings.Index(body, b)
	if i < 0 || j < 0 || i > j {
		t.Errorf("%q does not stand before %q (%d, %d)", a, b, i, j)
	}
}

func TestAVisitAsksForWhatIsMissingFirst(t *testing.T) {
	s := newSite(t)
	_, f := s.onRecord()
	head := f.Members[0].ID.String()
	path := To(f.Family.ID) + "/kunjungan"
	body := expect(t, s.get(operator, path), 200, `name="fakta.wall"`, `name="fakta.diploma@`+head+`"`, `name="fakta.floor"`,
		"Tercatat: Keramik. Impor, 14 Maret 2025.", "Tidak diketahui lagi", `value="2025-06-01"`, `name="versi" value="1"`)
	before(t, body, `"fakta.wall"`, `"fakta.floor"`)
	before(t, body, `"fakta.diploma@`+head, `"fakta.floor"`)
	if strings.Contains(body, "Yang perlu ditanyakan") {
		t.Error("something is asked for that nobody asked")
	}
	body = expect(t, s.get(operator, path+"?fakta=floor,"+url.QueryEscape("working@"+head+", born@"+head+",nonsense,")), 200,
		"Yang perlu ditanyakan", toMember(f.Family.ID, f.Members[0].ID), `kunjungan?fakta=floor%2Cworking%40`)
	before(t, body, `"fakta.floor"`, "Belum diketahui</h2>")
	before(t, body, `"fakta.working@`+head, `"fakta.wall"`)
	// Every fact stands in the form once.
	names := map[string]int{}
	for _, m := range regexp.MustCompile(`id="isian-(fakta\.[a-z0-9_]+(?:@[0-9a-f-]{36})?)"`).FindAllStringSubmatch(body, -1) {
		if names[m[1]]++; names[m[1]] > 1 {
			t.Errorf("%s stands there twice", m[1])
		}
	}
	c := s.bench.Catalogue()
	if want := len(c.Stored(indicator.Family)) + len(f.Members)*len(c.Stored(indicator.Person)); len(names) != want {
		t.Errorf("%d facts in the form, want %d", len(names), want)
	}
	// Asked of everybody.
	body = expect(t, s.get(operator, path+"?fakta=working"), 200)
	for _, m := range f.Members {
		before(t, body, `"fakta.working@`+m.ID.String(), `"fakta.wall"`)
	}
	for who, status := range map[string]int{outsider: 404, "auditor@*": 403, "": 303} {
		if w := s.get(who, path); w.Code != status {
			t.Errorf("%q is answered %d", who, w.Code)
		}
	}
}

func TestAVisitIsRecorded(t *testing.T) {
	s := newSite(t)
	_, f := s.onRecord()
	head := f.Members[0].ID.String()
	path := To(f.Family.ID) + "/kunjungan"
	// Wrong in several places: all is named, and what was written stays.
	body := expect(t, s.post(operator, path+"?fakta=wall", visited(url.Values{"bukti": {"NIK 3674010101600099"}, "fakta.floor_area": {"99999"},
		"fakta.wall": {"wood"}, "fakta.income@" + head: {"12.5"}})), 422, `href="#isian-fakta.income@`+head+`"`, `value="12.5"`)
	if strings.Contains(body, "di luar batas") { // what the page itself cannot read comes first
		t.Error("a broken amount went on")
	}
	body = expect(t, s.post(operator, path+"?fakta=wall", visited(url.Values{"bukti": {"NIK 3674010101600099"}, "fakta.floor_area": {"99999"},
		"fakta.wall": {"wood"}, "fakta.hours@" + head: {"500"}})), 422, "Keluarga, Kolom Luas lantai: 99999 di luar batas.",
		`href="#isian-fakta.floor_area"`, `href="#isian-bukti"`, "Jangan tulis NIK", `<option value="wood" selected>`)
	before(t, body, `href="#isian-fakta.floor_area"`, `href="#isian-bukti"`)
	expect(t, s.post(operator, path, visited(nil)), 422, "Isi sedikitnya satu keterangan")
	if v := s.families()[0].Family.Version; v != 1 {
		t.Fatalf("version %d", v)
	}

	w := s.post(operator, path, visited(url.Values{"fakta.wall": {"wood"}, "fakta.floor": {gone}, "fakta.working@" + head: {"tidak"},
		"fakta.income@" + head: {"2.250.000"}, "fakta.floor_area.hilang": {"1"}}))
	expect(t, w, 303)
	if w.Header().Get("Location") != To(f.Family.ID) {
		t.Errorf("it leads to %s", w.Header().Get("Location"))
	}
	expect(t, s.get(operator, To(f.Family.ID)), 200, "Catat kunjungan", "Perbarui data", "Keadaan dicatat",
		"Oleh operator, berlaku 20 Mei 2025. Sumber: Kunjungan. Bukti: Bertemu ibu.", "Jenis lantai terluas: Keramik → Tidak diketahui lagi.",
		f.Members[0].Name+", Penghasilan", "→ Rp2.250.000.")
	if v := s.families()[0].Family.Version; v != 2 {
		t.Errorf("version %d", v)
	}

	// Somebody else was first: what was written stays, to be saved again.
	late := visited(url.Values{"fakta.wall": {"bamboo"}, "tanggal": {"2025-05-25"}})
	expect(t, s.post(officer, path, late), 422, "operator mengubah keluarga ini", `<option value="bamboo" selected>`, `name="versi" value="2"`)
	late.Set("versi", "2")
	expect(t, s.post(officer, path, late), 303)
	expect(t, s.post(outsider, path, late), 404)
	expect(t, s.post("manager@*", path, late), 403)
}

func TestCoreDataAreMended(t *testing.T) {
	s := newSite(t)
	o, f := s.onRecord()
	other := registrytest.NewOffice(1, 22, "3674011002")
	for _, row := range append(other.Families, other.Members...) {
		row["id_keluarga"] = "X" + row["id_keluarga"]
	}
	other.Families[0]["no_kk"] = "3674011501109999"
	registrytest.Bring(t, s.bench, other)
	id, head := f.Family.ID, f.Members[0]
	basis := func(version string, more url.Values) url.Values {
		return merged(visited(url.Values{"versi": {version}, "alamat": {"Jl. Baru 1"}, "rt": {"1"}, "rw": {"2"}}), more)
	}
	path := To(id) + "/data"
	body := expect(t, s.get(operator, path), 200, head.Name, toMember(id, head.ID), "Tercatat: 367401********", `value="3674011001" selected`)
	if strings.Contains(body, o.Families[0]["no_kk"]) || strings.Contains(body, `value="3674011002"`) {
		t.Error("the form shows a number, or a village outside the area")
	}
	expect(t, s.post(operator, path, basis("1", url.Values{"rt": {"abc"}, "kode_wilayah": {"3674011002"}})), 422, "1 sampai 3 angka", "Pilih desa atau kelurahan di wilayah Anda")

	// A card that another family has: a warning, and on with it once read.
	twice := basis("1", url.Values{"no_kk": {other.Families[0]["no_kk"]}})
	body = expect(t, s.post(officer, path, twice), 422, "sudah tercatat pada keluarga lain", "Lihat keluarga 1", "Sudah saya periksa")
	mark := regexp.MustCompile(`name="peringatan" value="([0-9a-f]+)"`).FindStringSubmatch(body)
	if mark == nil {
		t.Fatal("no mark of the warnings")
	}
	twice["peringatan"] = []string{mark[1]}
	expect(t, s.post(officer, path, twice), 422, "Sudah saya periksa") // not ticked
	twice["diperiksa"] = []string{"1"}
	expect(t, s.post(officer, path, twice), 303)

	member := toMember(id, head.ID)
	body = expect(t, s.get(operator, member), 200, `value="`+head.Name+`"`, "Tercatat: 367401********")
	if strings.Contains(body, o.Members[0]["nik"]) {
		t.Error("the form shows the NIK")
	}
	mended := url.Values{"nama": {"Nama Baru"}, "jenis_kelamin": {"female"}, "hubungan": {"head"}, "tanggal_lahir": {""}, "tanpa_nomor": {"1"}}
	expect(t, s.post(operator, member, basis("2", url.Values{"nama": {""}, "hubungan": {"x"}})), 422, "Isi namanya", "Pilih salah satu")
	expect(t, s.post(operator, member, basis("2", mended)), 303)
	page := expect(t, s.get(operator, To(id)), 200, "Keluarga Nama Baru", "Data pokok diperbaiki", "Alamat: Jl. Melati No. 1 → Jl. Baru 1.",
		"Nomor KK: diganti.", "Nama: "+head.Name+" → Nama Baru.", "Nama Baru, NIK: dihapus.")
	if strings.Contains(page, other.Families[0]["no_kk"]) {
		t.Error("the history shows a number")
	}
	expect(t, s.get(operator, To(id)+"/anggota/x"), 404)
	expect(t, s.get(operator, toMember(id, ident.ID{1})), 404)
	expect(t, s.get(outsider, member), 404)
	expect(t, s.get("auditor@*", path), 403)
}

func TestSomebodyJoins(t *testing.T) {
	s := newSite(t)
	_, f := s.onRecord()
	path := To(f.Family.ID) + "/anggota/baru"
	expect(t, s.get(operator, path), 200, "Lahir", "Pindah masuk", "bila orang ini menjadi kepala keluarga")
	baby := visited(url.Values{"nama": {"Bayi Baru"}, "jenis_kelamin": {"female"}, "hubungan": {"child"}, "tanggal_lahir": {"2025-05-20"}})
	expect(t, s.post(operator, path, baby), 422, "Pilih salah satu")
	baby.Set("sebab", "birth")
	expect(t, s.post(operator, path, baby), 303)
	expect(t, s.get(operator, To(f.Family.ID)), 200, "Anggota ditambahkan", "Bayi Baru masuk dalam keluarga (Lahir).")
}

func TestAFamilyIsRegisteredByHand(t *testing.T) {
	s := newSite(t)
	// A social officer goes down to the village; a village operator is there.
	expect(t, s.get("officer@3674", Path+"/baru"), 200, `name="wilayah"`, "367401", "Lanjut")
	expect(t, s.get("officer@3674", Path+"/baru?wilayah=3172041004"), 200, `name="wilayah"`)
	expect(t, s.get("officer@3674", Path+"/baru?wilayah=3674011001"), 200, "Ciater", "Pilih desa lain", "Kepala keluarga")
	body := expect(t, s.get(operator, Path+"/baru"), 200, "Ciater", `name="kode_wilayah" value="3674011001"`)
	if strings.Contains(body, "Pilih desa lain") {
		t.Error("a village operator may choose another village")
	}
	id := regexp.MustCompile(`name="id" value="([0-9a-f-]{36})"`).FindStringSubmatch(body)[1]
	form := visited(url.Values{"id": {id}, "kode_wilayah": {"3674011001"}, "jumlah": {"1"}, "alamat": {"Gang Buntu"},
		"anggota.0.nama": {"Nenek Tua"}, "anggota.0.jenis_kelamin": {"female"}, "anggota.0.hubungan": {"head"}})
	form.Set("tambah", "1")
	expect(t, s.post(operator, Path+"/baru", form), 200, `name="anggota.1.nama"`, `value="Nenek Tua"`, `name="jumlah" value="2"`, id)
	form.Del("tambah")
	// The second of three is left empty; the third lacks something.
	form.Set("jumlah", "3")
	form.Set("anggota.2.nama", "Cucu")
	expect(t, s.post(operator, Path+"/baru", form), 422, `href="#isian-anggota.1.jenis_kelamin"`, `name="anggota.1.nama" type="text" value="Cucu"`)
	form.Set("anggota.2.jenis_kelamin", "male")
	form.Set("anggota.2.hubungan", "grandchild")
	for range 2 { // sent twice, it is registered once
		w := s.post(operator, Path+"/baru", form)
		expect(t, w, 303)
		if w.Header().Get("Location") != Path+"/"+id {
			t.Errorf("it leads to %s", w.Header().Get("Location"))
		}
	}
	if n := len(s.families()); n != 1 {
		t.Fatalf("%d families", n)
	}
	expect(t, s.get(operator, Path+"/"+id), 200, "Keluarga Nenek Tua", "Cucu", "Gang Buntu", "Bukti: Bertemu ibu.")
	expect(t, s.get(operator, Path), 200, "Nenek Tua", "Daftarkan keluarga")
	// An area outside the scope is never taken, whatever the form says.
	form.Set("kode_wilayah", "3172041004")
	expect(t, s.post("officer@3674", Path+"/baru", form), 200, `name="wilayah"`)
	expect(t, s.get("auditor@*", Path+"/baru"), 403)
	if body := s.get("auditor@*", Path).Body.String(); strings.Contains(body, "Daftarkan keluarga") {
		t.Error("who may not register is offered to")
	}
}
