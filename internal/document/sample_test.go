package document_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"image"
	"image/png"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// signer is an office's key whose seed is its number.
type signer struct{ ed25519.PrivateKey }

func keyOf(n byte) signer {
	return signer{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))}
}

func (s signer) Sign(message []byte) []byte { return ed25519.Sign(s.PrivateKey, message) }
func (s signer) public() ed25519.PublicKey  { return s.Public().(ed25519.PublicKey) }

func office() document.Office {
	return document.Office{Above: "Pemerintah Kota Contoh", Name: "Dinas Sosial", Address: "Jalan Contoh Nomor 1", Contact: "dinsos@contoh.example",
		Place: "Kota Contoh", Head: document.Signatory{Place: "Kota Contoh", Role: "Kepala Dinas Sosial", Name: "Siti Rukmini", Number: "NIP 1"}}
}

// decree has n people in villages of fifty.
func decree(n int) document.DecreeOf {
	d := document.DecreeOf{ID: "019b8bab-0681-7006-a9be-f5488ace7209", Area: "317204", Place: "Kecamatan Cilincing", AsOf: civil.MustParse("2026-01-05"),
		Proposed: "dinas", Enacted: "pengelola", EnactedOn: civil.MustParse("2026-01-09"), Digest: "ab12cd34",
		Programmes: []document.DecreeProgramme{{Name: "Program Keluarga Harapan", Laws: []string{"Permensos 1/2018"}}, {Name: "YAPI", Laws: []string{"Permensos 1/2018"}}}}
	for i := range n {
		d.Programmes[0].People = append(d.Programmes[0].People, document.Recipient{Name: fmt.Sprintf("Nurhayati %d", i), NIK: "317204**********",
			Address: fmt.Sprintf("Jl. Cilincing Baru Gg. %d, RT 003 RW 011", i), Area: fmt.Sprintf("Kalibaru %d", i/50), Annual: 2_400_000 + money.Rupiah(i)})
	}
	return d
}

func payment() document.PaymentOf {
	return document.PaymentOf{ID: "019b8bab-0681-7006-a9be-f5488ace7210", Number: "PKH-2026-01-01", Programme: "Program Keluarga Harapan", Period: "2026-01",
		Place: "Kecamatan Cilincing", Digest: "cd", Maker: "bendahara", Checker: "ppk", Releaser: "kpa", Lines: 2, Total: 1_750_000,
		Payees: []document.Payee{{No: 1, Holder: "NURHAYATI", Bank: "BRI", Number: "******7788", Area: "Kalibaru", Amount: 750_000, State: "Masuk"},
			{No: 2, Holder: "SITI", Bank: "BNI", Number: "******1122", Area: "Kalibaru", Amount: 1_000_000, State: "Kembali"}}}
}

// papers are one of each kind.
func papers(l i18n.Lang) []*document.Paper {
	o := office()
	var signature bytes.Buffer
	if err := png.Encode(&signature, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		panic(err)
	}
	report := document.ReconciliationOf{PaymentOf: payment(), States: []document.Sum{{Name: "Masuk", Lines: 1, Total: 750_000}, {Name: "Kembali", Lines: 1, Total: 1_000_000}},
		Files: []document.Receipt{{Name: "kembali.csv", Taken: civil.MustParse("2026-02-01"), Lines: 2, SHA256: "0123456789abcdef"}},
		Open:  []document.Queued{{Name: "Rekening ditutup", Lines: 1, Total: 1_000_000, Oldest: civil.MustParse("2026-02-01")}}, Balanced: true}
	letter := document.NoticeOf{Family: "019b8bab-0681-7006-a9be-f5488ace7211", Area: "3172041004", Head: "Nurhayati", Address: "Jl. Cilincing 7",
		Place: "Kalibaru", AsOf: civil.MustParse("2026-01-05"), Digest: "ee", Code: "4F7QK-9M2XD",
		Answers: []document.Answer{{Programme: "PKH", Outcome: "Menerima", Amount: "Rp2.400.000 setahun"},
			{Programme: "Permakanan", Who: "Wati", Outcome: "Tidak menerima", Reasons: []string{"Umur 63 tahun; yang diminta ≥ 75 tahun."}}}}
	handed := document.HandoverOf{ID: "019b8bab-0681-7006-a9be-f5488ace7212", Place: "Balai Kelurahan Kalibaru", Position: "-6.1, 106.9", AllPhoto: 1,
		Giver:  document.Party{Name: "Agus", Role: "Pengurus barang", Signature: signature.Bytes()},
		Taker:  document.Party{Name: "Wati", Role: "Penerima", Masked: "317204**********"},
		Goods:  []document.Good{{Name: "Kursi roda dewasa", Serial: "KR-2026-0001", Quantity: 1, Unit: "unit", Condition: "Baik"}},
		Photos: []document.Image{{Caption: "Kursi roda", Content: signature.Bytes()}}}
	invited := document.InvitationsOf{PaymentOf: payment(), Guests: []document.Guest{
		{Reference: "PKH-2026-01-02-000001", Name: "Nurhayati", Place: "Kalibaru", Day: civil.MustParse("2026-03-09"), Sheet: 1, Amount: 750_000},
		{Reference: "PKH-2026-01-02-000002", Name: "Siti", Place: "Kalibaru", Day: civil.MustParse("2026-03-10"), Sheet: 2, Amount: 1_000_000}}}
	duty := document.DutyNoticeOf{ID: "019b8bab-0681-7006-a9be-f5488ace7213", Area: "3172041004", Head: "Nurhayati", Address: "Gg. 3", Place: "Kalibaru", Member: "Dimas",
		Programme: "Program Keluarga Harapan", Period: "2026-02", Missed: []string{"Januari 2026: hadir 70 %"}, Follows: "10 % ditahan.", KeepsBack: true,
		From: civil.MustParse("2026-04-25"), Until: civil.MustParse("2026-04-09"), Source: "Petunjuk"}
	erased := document.ErasedOf{Event: "019b8bab-0681-7006-a9be-f5488ace7214", Area: "3172041004", Place: "Kalibaru", Whole: true, Basis: "Permohonan no. 1",
		Proposed: "dinas", Approved: "kepala", Places: []document.ErasedFrom{{Place: "NIK", Gone: 12}, {Place: "Daftar bayar", Gone: 2, Kept: 2, Until: "1 Januari 2036", Why: "Uang negara."}}}
	return []*document.Paper{erased.Paper(o, l), duty.Letter(o, l), invited.Letters(o, l), decree(120).Paper(o, l), payment().Statement(o, l), payment().List(o, l), report.Report(o, l), letter.Letter(o, l), handed.Record(o, l)}
}

// stamped seals a paper as version 1 of a number.
func stamped(t testing.TB, p *document.Paper, by signer) document.Stamp {
	t.Helper()
	hash, err := p.Hash()
	if err != nil {
		t.Fatal(err)
	}
	s := document.Seal{Kind: p.Kind, Lang: p.Lang, Version: 1, Date: civil.MustParse("2026-01-12"), Hash: hash, Number: "SK/0001/DINSOS/I/2026"}
	s.ID[0] = 7
	if err := s.Sign(by); err != nil {
		t.Fatal(err)
	}
	return document.Stamp{ID: s.ID, Number: s.Number, Version: s.Version, Date: s.Date, URL: "https://bansos.contoh.go.id", Seal: s.Text(), Code: s.Code()}
}
