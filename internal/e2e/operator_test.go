package e2e

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/web/webtest"
)

// decided returns a family that a programme has this outcome for, as on
// record, in the area of a member of staff.
func (s *site) decided(t *testing.T, login, programme string, o determination.Outcome) determination.Row {
	t.Helper()
	ctx := s.as(t, login)
	d, err := s.app.Determinations.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.app.Determinations.List(ctx, determination.Filter{Determination: d.ID, Programme: programme, Outcome: o}, determination.Place{}, 1, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Rows) == 0 {
		t.Fatalf("%s has nobody %v in %s", login, o, programme)
	}
	return page.Rows[0]
}

// TestOperator answers the question that a village office hears most: why
// does this family receive, and why does that one not.
func TestOperator(t *testing.T) {
	s := open(t)
	receives := s.decided(t, "operator", "pkh", determination.Entitled)
	refused := s.decided(t, "operator", "pkh", determination.Refused)
	v := s.visitor(t, webtest.Start(t), "operator")
	v.reads("Selamat datang, Siti Rohmah", "Menunggu Anda")

	v.press("Keluarga")
	v.fill("Nama anggota", receives.HeadName)
	v.filter()
	v.line(receives.HeadName, "Kalibaru, Cilincing")
	v.press(receives.HeadName)
	v.reads("Keluarga "+receives.HeadName, "Anggota", "Program dan alasannya", "Uang dan barang yang diterima", "kali. Setiap kali tercatat")
	v.line("Program Keluarga Harapan", "Berhak")

	v.press("Program Keluarga Harapan")
	v.reads("Mengapa? Program Keluarga Harapan", "Berhak", "Terpenuhi", "Batas program ini desil", "hasil pemeringkatan, ")
	v.readsNot("Tidak terpenuhi")
	v.press("Keluarga " + receives.HeadName)
	v.press("Surat pemberitahuan")
	v.reads("Kepada", receives.HeadName, "Program Keluarga Harapan", "Kode pemberitahuan", "sanggahan")
	if code := v.Text("strong.code"); !noticeCode.MatchString(code) {
		t.Errorf("the letter's code is %q", code)
	}

	v.open("/keluarga/" + refused.FamilyID.String())
	v.press("Program Keluarga Harapan")
	v.reads("Mengapa? Program Keluarga Harapan", "Tidak memenuhi syarat", "Tidak terpenuhi")
}

// TestVisits has the operator go from what waits to what to ask at the door.
func TestVisits(t *testing.T) {
	s := open(t)
	n, err := s.app.Determinations.CountVisits(s.as(t, "operator"), determination.Filter{Determination: s.current(t).ID})
	if err != nil || n == 0 {
		t.Fatalf("%d families to visit, %v", n, err)
	}
	v := s.visitor(t, webtest.Start(t), "operator")
	v.line("Keluarga yang belum dapat ditetapkan, perlu dikunjungi", strconv.FormatInt(n, 10))
	v.press(strconv.FormatInt(n, 10))
	v.reads("Perlu dikunjungi", fmt.Sprintf("%d baris", n), "Tanyakan")
	v.Follow("tbody .row-link")
	v.reads("Program dan alasannya", "Belum dapat ditentukan")
}

// noticeCode is how a letter's code is printed.
var noticeCode = regexp.MustCompile(`^[0-9A-Z]{5}-[0-9A-Z]{5}$`)

// current returns the determination in force.
func (s *site) current(t *testing.T) determination.Header {
	t.Helper()
	d, err := s.app.Determinations.Current(s.as(t, "pengelola"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
