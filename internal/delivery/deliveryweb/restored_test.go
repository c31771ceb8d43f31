package deliveryweb

import (
	"context"
	"strings"
	"testing"

	"gotong/internal/fault"
)

// wentBack is an office that went back to a copy and has not said what went
// out, until it has.
type wentBack struct{ said bool }

func (w *wentBack) Gone(context.Context, string) ([]string, error) {
	if w.said {
		return nil, nil
	}
	return nil, fault.Conflict("backup.barred", "restored", "2026-06-03 18:00", "copied", "2026-06-01 18:00")
}

func TestABarredListSaysWhyInsteadOfOfferingToPay(t *testing.T) {
	s := newSite(t)
	office := &wentBack{}
	s.world.Service.Restored = office
	barred := func(who, list string, offers ...string) {
		t.Helper()
		const notice, link = "Daftar ini tidak dapat dilepas atau dikirim", `href="/pemulihan"`
		body := s.get(who, list, notice, link, "2026-06-01 18:00")
		for _, act := range offers {
			if strings.Contains(body, list+act) {
				t.Errorf("a barred list offers %s", act)
			}
		}
		office.said = true
		body = s.get(who, list)
		for _, act := range offers[:1] {
			if !strings.Contains(body, list+act) {
				t.Errorf("a list that is not barred does not offer %s", act)
			}
		}
		if strings.Contains(body, notice) || strings.Contains(body, link) {
			t.Error("the notice stands though nothing bars the list")
		}
		office.said = false
	}
	s.post("rudi", MoneyPath+"/pagu", "program", "pkh", "tahun", "2026", "jumlah", "1.000.000.000", "dokumen", "DIPA-1")
	list := s.post("tari", ListsPath+"/baru", "program", "pkh", "tahun", "2026", "periode", "1", "wilayah", "3674")
	s.post("citra", list+"/periksa", hidden(s.get("citra", list+"/periksa"))...)
	barred("rudi", list, "/lepas")
	asked := hidden(s.get("rudi", list+"/lepas"))
	if w := s.send("rudi", "POST", list+"/lepas", form(asked...)); w.Code != 409 && w.Code != 422 {
		t.Errorf("it is released all the same: %d", w.Code)
	}
	office.said = true
	s.post("rudi", list+"/lepas", asked...)
	office.said = false
	barred("tari", list, "/potong", "/kirim")
	office.said = true
	s.post("tari", list+"/potong")
	office.said = false
	barred("tari", list, "/kirim", "/potong")
}
