package registryweb

import (
	"net/url"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

func TestADeathIsRecordedAndSaysWhatItDid(t *testing.T) {
	s := newSite(t)
	_, f := s.onRecord()
	path := toEvents(f.Family.ID)
	expect(t, s.get(operator, path), 200, "Catat peristiwa", path+"/death", "Pecah keluarga")
	expect(t, s.get(operator, path+"/death"), 200, f.Members[0].Name, "Akta kematian", `name="versi" value="1"`)
	expect(t, s.get(operator, path+"/wedding"), 404)
	form := url.Values{"versi": {"1"}, "tanggal": {"2025-05-20"}, "sumber": {"office"}, "orang": {f.Members[0].ID.String()}}
	expect(t, s.post(operator, path+"/death", form), 422, "Pilih jenis buktinya")
	form = merged(form, url.Values{"jenis_bukti": {"death_certificate"}, "bukti": {"3674-KM-12"}})
	if len(f.Members) > 1 {
		expect(t, s.post(operator, path+"/death", form), 422, "tanpa kepala")
		form = merged(form, url.Values{"kepala_baru": {f.Members[1].ID.String()}})
	}
	w := s.post(operator, path+"/death", form)
	to := w.Header().Get("Location")
	if w.Code != 303 || !strings.HasPrefix(to, EventPath+"/") {
		t.Fatalf("%d %s %s", w.Code, to, w.Body)
	}
	expect(t, s.get(operator, to), 200, "Kematian", "Akta kematian: 3674-KM-12", "Tidak ada pembayaran, hak, atau usulan", "Meninggal")
	expect(t, s.get(operator, To(f.Family.ID)), 200, "Meninggal", to)
	// The day before, they were alive, and so the page says.
	body := expect(t, s.get(operator, To(f.Family.ID)+"?pada=2025-05-19"), 200, "19 Mei 2025, menurut yang diketahui sekarang")
	if strings.Contains(body, "Meninggal") {
		t.Error("dead before their death")
	}
	expect(t, s.get(operator, To(f.Family.ID)+"?pada=2020-01-01"), 200, "baru tercatat sejak")
	expect(t, s.get(operator, To(f.Family.ID)+"?pada=yesterday"), 422)
}

func TestAMergeWaitsForASecondHand(t *testing.T) {
	s := newSite(t)
	_, f := s.onRecord()
	other := s.bench.NewID()
	head := registry.MemberEntry{Name: "Orang Lain", Sex: "male", Relation: "head"}
	out, err := s.bench.Register(registrytest.As(access.Officer, "3674"), other, registry.FamilyEntry{Area: "3674011002"}, []registry.MemberEntry{head},
		registry.Basis{On: "2025-05-01", Source: registry.SourceOffice, Evidence: "KK"})
	if err != nil || !out.Written {
		t.Fatal(out, err)
	}
	path := toEvents(f.Family.ID) + "/merge"
	expect(t, s.get(operator, path), 200, "disetujui orang kedua")
	form := url.Values{"versi": {"1"}, "tanggal": {"2025-05-20"}, "orang": {whole}, "keluarga_lain": {"1234567890123456"},
		"jenis_bukti": {"comparison"}, "bukti": {"sama alamat"}}
	expect(t, s.post(operator, path, form), 422, "tidak tercatat di wilayah Anda")
	form.Set("keluarga_lain", "https://kantor"+To(other))
	w := s.post("operator@3674", path, form)
	to := w.Header().Get("Location")
	if w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	expect(t, s.get("operator@3674", to), 200, "Usulan sendiri harus disetujui orang lain", "Tarik usulan")
	expect(t, s.get("officer@3674", EventPath), 200, "Lihat lalu setujui yang dipilih", to)
	id := strings.TrimPrefix(to, EventPath+"/")
	body := expect(t, s.post("officer@3674", EventPath+"/setujui", url.Values{"pilih": {id}}), 200, "Setujui 1 usulan", "Ganda", `name="setuju" value="`+id)
	if strings.Contains(body, "1234567890") {
		t.Error("a number is shown")
	}
	if w := s.post("operator@3674", to+"/setuju", url.Values{}); w.Code != 403 {
		t.Errorf("one's own: %d", w.Code)
	}
	expect(t, s.post("officer@3674", to+"/tolak", url.Values{}), 422)
	if w := s.post("officer@3674", EventPath+"/setujui", url.Values{"setuju": {id + "_"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	expect(t, s.get("officer@3674", to), 200, "Tercatat", "Batalkan peristiwa ini")
	expect(t, s.get("officer@3674", To(other)), 200, "Ganda")
	undo := url.Values{"tanggal": {"2025-05-21"}, "sumber": {"office"}, "bukti": {"keliru"}}
	if w := s.post("officer@3674", to+"/batal", undo); w.Code != 303 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	expect(t, s.get("officer@3674", EventPath+"?status=semua&jenis=undone"), 200, "Menunggu")
}

func TestANIKIsGivenLater(t *testing.T) {
	s := newSite(t)
	_, f := s.onRecord()
	baby := registry.MemberEntry{Name: "Bayi Baru", Sex: "female", Born: "2025-05-10"}
	out, err := s.bench.Do(registrytest.As(access.Officer, "3674"), registry.Request{Kind: registry.Birth, Family: f.Family.ID, Member: &baby,
		Basis: registry.Basis{On: "2025-05-10", Source: registry.SourceOffice, Document: "birth_letter"}})
	if err != nil || !out.Written {
		t.Fatal(out, err)
	}
	body := expect(t, s.get(operator, Path+"/tanpa-nik"), 200, "Bayi Baru", "/nik")
	at := strings.Index(body, Path+"/"+f.Family.ID.String()+"/anggota/")
	to := body[at : at+strings.IndexByte(body[at:], '"')]
	expect(t, s.get(operator, to), 200, "Isi NIK Bayi Baru")
	form := url.Values{"versi": {"2"}, "tanggal": {"2025-05-30"}, "bukti": {"KIA"}, "nik": {"12"}}
	expect(t, s.post(operator, to, form), 422)
	form.Set("nik", "3674015005250009")
	if w := s.post(operator, to, form); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if body := expect(t, s.get(operator, Path+"/tanpa-nik"), 200); strings.Contains(body, "Bayi Baru") {
		t.Error("still without a NIK")
	}
	expect(t, s.get(operator, To(f.Family.ID)+"/peringatan"), 200)
}
