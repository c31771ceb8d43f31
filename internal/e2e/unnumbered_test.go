package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/nik"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// TestSomebodyWithoutANIK follows a woman who has no number and no card from
// the operator's desk to the post office: registered and visited by the pages
// as poor as a neighbour is, ranked, decided, paid in cash on her word and
// photo, and given her NIK at last.
func TestSomebodyWithoutANIK(t *testing.T) {
	const village, neighbours = "3172041004", 240
	s := alone(t, neighbours)
	operator := s.client(t, "operator")
	family, err := ident.Parse("018bcfe5-6800-7000-8000-00000000a11e")
	if err != nil {
		t.Fatal(err)
	}

	s.register(t, operator, family, village)
	d := s.dossier(t, family)
	if len(d.Members) != 1 || d.Members[0].NIKMasked != "" || d.Family.KKMasked != "" {
		t.Fatalf("on record: %+v", d.Members)
	}
	if _, list := body(t, operator, s.url+"/keluarga/tanpa-nik"); !strings.Contains(list, "Sumirah") {
		t.Error("she is not in the list of those without a NIK")
	}
	s.livesAs(t, operator, d, s.decided(t, "operator", "sembako", determination.Entitled).FamilyID)

	h := s.decideAnew(t)
	rows, err := s.app.Determinations.OfFamily(s.as(t, "operator"), access.PurposeDetermination, h.ID, family)
	if err != nil {
		t.Fatal(err)
	}
	entitled := slices.ContainsFunc(rows, func(r determination.Row) bool { return r.Programme == "sembako" && r.Outcome == determination.Entitled })
	if !entitled {
		t.Fatalf("no aid is decided for her: %+v", rows)
	}
	s.paidInCash(t, family, village)

	member := d.Members[0]
	number := string(nik.Build("317204", *member.Born, member.Female, 77))
	at := fmt.Sprintf("%s/keluarga/%s/anggota/%s/nik", s.url, family, member.ID)
	s.entered(t, operator, at, url.Values{"nik": {"123"}, "bukti": {"KTP-el baru"}}, http.StatusUnprocessableEntity)
	s.entered(t, operator, at, url.Values{"nik": {number}, "bukti": {"KTP-el baru"}}, http.StatusSeeOther)
	if got := s.dossier(t, family).Members[0]; got.NIKMasked != "317204**********" || got.ID != member.ID {
		t.Errorf("given a NIK she is %s, %q", got.ID, got.NIKMasked)
	}
	if _, page := body(t, operator, s.url+"/keluarga/"+family.String()); strings.Contains(page, number) || !strings.Contains(page, "Sumirah") {
		t.Error("the page does not show her, or her number in clear")
	}
}

// alone starts a site for a test that changes what all of it rests on.
func alone(t *testing.T, families int) *site {
	t.Helper()
	s, err := start(t.TempDir(), families)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *site) dossier(t *testing.T, family ident.ID) *registry.Dossier {
	t.Helper()
	d, err := s.app.Registry.Family(s.as(t, "operator"), family, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var (
	version = regexp.MustCompile(`name="versi" value="(\d+)"`)
	warned  = regexp.MustCompile(`name="peringatan" value="([^"]+)"`)
)

// entered fills in the form of an entry and sends it: once more where it warns
// of something, which is then said to be read.
func (s *site) entered(t *testing.T, c *http.Client, at string, form url.Values, want int) {
	t.Helper()
	_, page := body(t, c, at)
	if v := version.FindStringSubmatch(page); v != nil {
		form.Set("versi", v[1])
	}
	for name, value := range map[string]string{"tanggal": s.app.Registry.Today().String(), "sumber": "visit"} {
		if !form.Has(name) {
			form.Set(name, value)
		}
	}
	status, answer := post(t, c, at, form)
	if mark := warned.FindStringSubmatch(answer); status == http.StatusUnprocessableEntity && want == http.StatusSeeOther && mark != nil {
		form.Set("peringatan", mark[1])
		form.Set("diperiksa", "ya")
		status, answer = post(t, c, at, form)
	}
	if status != want {
		t.Fatalf("%s answers %d, want %d: %.3000s", strings.TrimPrefix(at, s.url), status, want, answer[max(0, strings.Index(answer, "<main")):])
	}
}

// register brings her on record by the page: no NIK, no card.
func (s *site) register(t *testing.T, c *http.Client, family ident.ID, village string) {
	t.Helper()
	s.entered(t, c, s.url+"/keluarga/baru", url.Values{"id": {family.String()}, "kode_wilayah": {village}, "alamat": {"Di bawah jembatan Kali Baru"},
		"jumlah": {"1"}, "anggota.0.nama": {"Sumirah"}, "anggota.0.tanggal_lahir": {"1968-04-17"}, "anggota.0.jenis_kelamin": {"female"}, "anggota.0.hubungan": {"head"},
		"bukti": {"Dijumpai petugas di bawah jembatan"}}, http.StatusSeeOther)
}

// livesAs has the operator find at a visit what is known of another family and
// its head.
func (s *site) livesAs(t *testing.T, c *http.Client, d *registry.Dossier, neighbour ident.ID) {
	t.Helper()
	other, catalogue := s.dossier(t, neighbour), s.app.Registry.Catalogue()
	form := url.Values{"bukti": {"Dilihat sendiri"}}
	for _, f := range other.Family.Facts {
		if i, ok := catalogue.ByNo(f.No); ok && !i.Derived && i.Level == indicator.Family {
			form.Set("fakta."+i.Code, i.Text(f.Value))
		}
	}
	for _, m := range other.Members {
		if m.Relation != registry.RelationHead {
			continue
		}
		for _, f := range m.Facts {
			if i, ok := catalogue.ByNo(f.No); ok && !i.Derived {
				form.Set("fakta."+i.Code+"@"+d.Members[0].ID.String(), i.Text(f.Value))
			}
		}
	}
	s.entered(t, c, s.url+"/keluarga/"+d.Family.ID.String()+"/kunjungan", form, http.StatusSeeOther)
}

// decideAnew takes the register of today to a determination in force.
func (s *site) decideAnew(t *testing.T) determination.Header {
	t.Helper()
	h, err := s.app.RunSpine(s.as(t, "pengelola"), civil.OfTime(s.clock.Now()), run.Silent{})
	if err == nil {
		_, err = s.app.Determinations.Propose(s.as(t, "pengelola"), h.ID, "dengan yang tanpa NIK")
	}
	if err == nil {
		h, err = s.app.Determinations.Enact(s.as(t, "kepala"), h.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// paidInCash has the post office pay a family of a village: the road is laid by
// two people, the list signed by three, and the payer's sheet says what he saw.
func (s *site) paidInCash(t *testing.T, family ident.ID, village string) {
	t.Helper()
	treasurer, checker, releaser := s.as(t, "bendahara"), s.as(t, "ppk"), s.as(t, "kpa")
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	road, err := s.app.Delivery.ProposeRoute(treasurer, delivery.Proposal{FamilyID: family, Programme: "sembako", Kind: delivery.ViaPost, Evidence: "BA 1", Note: "Tidak punya rekening"})
	ok(err)
	_, err = s.app.Delivery.DecideRoute(checker, road.ID, true)
	ok(err)
	l, err := s.app.Delivery.MakePayList(treasurer, delivery.Order{Programme: "sembako", Period: delivery.Period{Year: 2026, No: 3}, Area: village, Means: delivery.Post}, run.Silent{})
	ok(err)
	l, err = s.app.Delivery.Check(checker, l.ID, l.Digest)
	ok(err)
	review, err := s.app.Delivery.Review(releaser, l.ID)
	ok(err)
	l, err = s.app.Delivery.Release(releaser, l.ID, delivery.Confirmation(review.Pay))
	ok(err)
	_, err = s.app.Delivery.ExportBankFile(treasurer, l.ID)
	ok(err)
	_, err = s.app.Delivery.Send(treasurer, l.ID)
	ok(err)
	s.payer(t, treasurer, l.ID)
	lines, err := s.app.Delivery.OfFamily(treasurer, access.PurposePayment, family)
	ok(err)
	if len(lines) != 1 || lines[0].Status != delivery.Taken && lines[0].Status != delivery.Credited || lines[0].Amount == 0 {
		t.Fatalf("she was paid %+v", lines)
	}
}

// payer fills in every sheet of a list as paid, with a photo, and the treasurer
// brings it.
func (s *site) payer(t *testing.T, treasurer context.Context, list ident.ID) {
	t.Helper()
	sheets, err := s.app.Delivery.Invited(treasurer, list)
	if err != nil || len(sheets) == 0 {
		t.Fatalf("%d sheets, %v", len(sheets), err)
	}
	picture := photo(t)
	for _, sheet := range sheets {
		file, err := sheet.Filled(func(int, bank.SheetLine) (string, *bank.Proof) {
			return "dibayar", &bank.Proof{At: s.clock.Now(), Lat: "-6.1042", Lon: "106.9335", Photo: picture, Signature: picture}
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.app.Delivery.Reconcile(treasurer, sheet.Batch+"-kembali.zip", bytes.NewReader(file), false, run.Silent{}); err != nil {
			t.Fatal(err)
		}
	}
}
