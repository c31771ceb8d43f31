package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/indicator"
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
	v.unfold("Program lain")
	v.press("Program Keluarga Harapan")
	v.reads("Mengapa? Program Keluarga Harapan", "Tidak memenuhi syarat", "Tidak terpenuhi")
}

// TestVisits has the operator go from what waits to the door of a family, and
// write down what was missing.
func TestVisits(t *testing.T) {
	s := open(t)
	ctx := s.as(t, "operator")
	all, _, err := s.app.Determinations.Visits(ctx, determination.Filter{Determination: s.current(t).ID}, determination.Place{}, 500, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(v determination.Visit) bool {
		return len(v.Collect) == 1 && v.Collect[0].PersonID.IsZero() && v.Collect[0].Indicator.Kind == indicator.Choice
	})
	if at < 0 {
		t.Fatalf("of %d families to visit none lacks one choice", len(all))
	}
	family, missing := all[at], all[at].Collect[0].Indicator
	answer := missing.Options[0]

	v := s.visitor(t, webtest.Start(t), "operator")
	v.line("Keluarga yang belum dapat ditetapkan, perlu dikunjungi", strconv.Itoa(len(all)))
	v.press(strconv.Itoa(len(all)))
	v.reads("Perlu dikunjungi", fmt.Sprintf("%d baris", len(all)))
	v.line(family.HeadName, missing.Name.ID)
	v.press("Catat kunjungan: " + family.HeadName)
	v.reads("Catat kunjungan", "Yang perlu ditanyakan")
	v.set(missing.Name.ID, answer.Name.ID)
	v.set("Tanggal dilihat", "2026-01-20")
	v.press("Simpan kunjungan")
	v.reads("Perbaiki isian berikut", "Tulis dasarnya")
	v.fill("Bukti", "Dilihat sendiri di rumahnya.")
	v.press("Simpan kunjungan")
	v.reads("Keluarga "+family.HeadName, "1 keterangan dicatat.", "Sumber: Kunjungan. Bukti: Dilihat sendiri di rumahnya.", missing.Name.ID+": – → "+answer.Name.ID)
	d, err := s.app.Registry.Family(ctx, family.FamilyID, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	if got, known := d.Family.Facts.Get(missing.No); !known || got != answer.No {
		t.Errorf("%s is %d on record (%v), and was %d at the door", missing.Code, got, known, answer.No)
	}
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
