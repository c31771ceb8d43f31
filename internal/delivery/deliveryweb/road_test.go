package deliveryweb

import (
	"strings"
	"testing"

	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/run"
)

// claim has the bank say that it credited more than was ordered, and two
// people open a claim over it; it returns the claim's page.
func (s *site) claim(list string) string {
	s.t.Helper()
	w := s.world
	id := idIn(s.t, list)
	lines, err := w.Lines(deliverytest.As("tari"), id, delivery.LineFilter{Status: delivery.Credited, Limit: 1})
	if err != nil || len(lines) == 0 {
		s.t.Fatal(err)
	}
	file := bank.Return{Batch: "PKH-2026-01-01", At: deliverytest.Start, Results: []bank.Result{{Reference: delivery.Reference("PKH-2026-01-01", lines[0].LineNo),
		Status: bank.Credited, Amount: lines[0].Amount + 1000, At: deliverytest.Start}}}
	if _, err := w.Reconcile(deliverytest.As("tari"), "lebih.csv", strings.NewReader(string(file.Bytes())), false, run.Silent{}); err != nil {
		s.t.Fatal(err)
	}
	all, _, err := w.Exceptions(deliverytest.As("tari"), delivery.ExceptionFilter{Code: delivery.AmountDiffers, Limit: 1})
	if err != nil || len(all) != 1 {
		s.t.Fatal(all, err)
	}
	at := toException(all[0].ID)
	s.get("tari", at, "Buka tagihan", "Yang bertindak", "Bendahara")
	s.post("tari", at+"/usul", "tindakan", "recover", "alasan", "kata bank")
	s.post("citra", at+"/putus", "putusan", "setuju")
	body := s.get("tari", ClaimsPath, "Rp1.000", "Penerima", "Belum lunas")
	_, rest, _ := strings.Cut(body, `href="`+ClaimsPath+"/")
	return ClaimsPath + "/" + rest[:36]
}

func TestAClaimByItsPages(t *testing.T) {
	s := newSite(t)
	list := s.paid()
	s.post("tari", list+"/ambil")
	at := s.claim(list)
	s.says(s.send("tari", "POST", at+"/cicilan", form("jumlah", "400", "tanggal", "", "bukti", "")), 422, "Tulis")
	s.post("tari", at+"/cicilan", "jumlah", "400", "tanggal", "2026-02-02", "bukti", "NTPN-1")
	s.get("citra", at, "Setujui cicilan ke-1", "NTPN-1")
	s.post("citra", at+"/cicilan/1", "putusan", "setuju")
	s.get("tari", at, "Rp600", "Disetujui")
	for _, path := range []string{ClaimsPath, HoldsPath, RoutesPath, ChannelPath} {
		if w := s.send("aulia", "GET", path+"?berkas=csv", nil); w.Code != 200 {
			t.Errorf("%s as CSV: %d", path, w.Code)
		}
	}
}

func TestHoldsAndHeirsByTheirPages(t *testing.T) {
	s := newSite(t)
	family := s.world.Town.Families[1].ID.String()
	s.says(s.send("tari", "POST", HoldsPath+"/baru", form("program", "semua", "wilayah", "3674", "alasan", "")), 422, "Tulis alasannya.")
	s.post("tari", HoldsPath+"/baru", "program", "semua", "keluarga", family, "alasan", "laporan ganda")
	s.get("tari", HoldsPath, "laporan ganda", "Satu keluarga")
	body := s.get("citra", HoldsPath, "/lepas")
	_, rest, _ := strings.Cut(body, `href="`+HoldsPath+"/0")
	s.post("citra", HoldsPath+"/0"+rest[:35]+"/lepas", "alasan", "sudah jelas")
	s.get("tari", HoldsPath+"?status=lepas", "laporan ganda")

	s.get("tari", RoutesPath+"/baru?keluarga="+family, family)
	s.says(s.send("tari", "POST", RoutesPath+"/baru", form("keluarga", family, "program", "pkh", "jenis", "heir", "bukti", "AKTA-1")), 422, "Tulis nama penerima")
	s.post("tari", RoutesPath+"/baru", "keluarga", family, "program", "pkh", "jenis", "heir", "nama", "Ani", "hubungan", "anak", "bank", "BRI", "rekening", "7654321098", "bukti", "AKTA-1")
	if strings.Contains(s.get("tari", RoutesPath, "Ani", "••••1098", "Menunggu persetujuan"), ">Setujui<") {
		t.Error("the proposer may approve")
	}
	body = s.get("citra", RoutesPath, ">Setujui<")
	_, rest, _ = strings.Cut(body, `action="`+RoutesPath+"/")
	s.post("citra", RoutesPath+"/"+rest[:36], "putusan", "setuju")
	s.get("tari", RoutesPath, "Berlaku")
	s.get("tari", ChannelPath, "Tidak ada daftar yang menunggu kabar.")
}
