package document_test

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"rsc.io/qr"

	"gotong/internal/civil"
	"gotong/internal/document"
	"gotong/internal/i18n"
)

func TestASealSurvivesItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := document.Seal{Kind: rapid.SampledFrom(document.Kinds).Draw(t, "kind"), Lang: rapid.SampledFrom(i18n.Langs).Draw(t, "lang"),
			Version: rapid.IntRange(1, 1000).Draw(t, "version"), Date: civil.Date(rapid.Int32Range(-9000, 90000).Draw(t, "date")),
			Number: rapid.StringMatching(`[A-Z0-9/.]{1,80}`).Draw(t, "number")}
		copy(s.Hash[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
		copy(s.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		if err := s.Sign(keyOf(1)); err != nil {
			t.Fatal(err)
		}
		typed := strings.ToLower(strings.Join(strings.SplitAfter(s.Text(), "A"), " - "))
		back, err := document.ParseSeal(document.CleanCode("https://bansos.contoh.go.id/v/" + typed))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(&s, back); d != "" {
			t.Error(d)
		}
		if !back.Genuine(keyOf(1).public()) || back.Genuine(keyOf(2).public()) {
			t.Error("the wrong key opens it, or the right one does not")
		}
		if back.Code() != s.Code() || !document.IsShort(s.Code()) {
			t.Error("the short code is another")
		}
	})
}

func TestAChangedSealIsNotGenuine(t *testing.T) {
	s := document.Seal{Kind: document.Decree, Lang: i18n.ID, Version: 1, Number: "SK/0001/DINSOS/I/2026"}
	if err := s.Sign(keyOf(1)); err != nil {
		t.Fatal(err)
	}
	text := []byte(s.Text())
	for i := range text {
		changed := bytes.Clone(text)
		changed[i] = map[bool]byte{true: '1', false: '0'}[text[i] == '0']
		back, err := document.ParseSeal(string(changed))
		if err == nil && back.Genuine(keyOf(1).public()) {
			t.Fatalf("the seal holds with letter %d changed", i)
		}
	}
	for _, number := range []string{"", strings.Repeat("9", 81)} {
		bad := s
		bad.Number = number
		if bad.Sign(keyOf(1)) == nil {
			t.Errorf("a number of %d letters is sealed", len(number))
		}
	}
}

func FuzzParseSeal(f *testing.F) {
	s := document.Seal{Kind: document.Decree, Lang: i18n.ID, Version: 1, Number: "SK/0001"}
	if err := s.Sign(keyOf(1)); err != nil {
		f.Fatal(err)
	}
	f.Add(s.Text())
	f.Add("")
	f.Add("0400")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := document.ParseSeal(document.CleanCode(text))
		if err == nil && s.Text() != document.CleanCode(text) {
			t.Error("a seal has two texts")
		}
	})
}

func TestProveAFile(t *testing.T) {
	key := keyOf(1).public()
	for _, p := range papers(i18n.ID) {
		s := stamped(t, p, keyOf(1))
		pdf, _ := draw(t, p, s)
		proof, err := document.ProveFile(pdf, key)
		if err != nil || !proof.Genuine(true) {
			t.Fatalf("%s is not proved: %+v %v", p.Kind, proof, err)
		}
		if proof, err := document.ProveFile(pdf, keyOf(2).public()); err != nil || proof.Signed {
			t.Errorf("%s is proved by another office's key", p.Kind)
		}
		// One byte of what is shown, anywhere outside the record.
		for _, at := range []int{20, len(pdf) / 3, len(pdf) - 10} {
			changed := bytes.Clone(pdf)
			changed[at] ^= 1
			if proof, err := document.ProveFile(changed, key); err == nil && proof.Genuine(true) {
				t.Errorf("%s is proved with byte %d changed", p.Kind, at)
			}
		}
	}
}

func TestForgeriesAreSeen(t *testing.T) {
	d := decree(3)
	p := d.Paper(office(), i18n.ID)
	genuine := stamped(t, p, keyOf(1))
	d.Programmes[0].People[0].Name = "Somebody else"
	other := d.Paper(office(), i18n.ID)
	renumbered := genuine
	renumbered.Number = "SK/9999/DINSOS/I/2026"
	for name, c := range map[string]struct {
		paper *document.Paper
		stamp document.Stamp
		want  document.Proof
	}{
		"another name under a genuine seal":     {other, genuine, document.Proof{Signed: true}},
		"another number under a genuine seal":   {p, renumbered, document.Proof{Signed: true}},
		"everything by somebody else's own key": {other, stamped(t, other, keyOf(2)), document.Proof{Content: true, Drawn: true}},
	} {
		pdf, _ := draw(t, c.paper, c.stamp)
		proof, err := document.ProveFile(pdf, keyOf(1).public())
		if err != nil {
			t.Fatal(name, err)
		}
		proof.Seal = nil
		if d := cmp.Diff(c.want, *proof); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestProveACode(t *testing.T) {
	p := decree(1).Paper(office(), i18n.ID)
	s := stamped(t, p, keyOf(1))
	key := keyOf(1).public()
	if proof, err := document.ProveCode(" https://bansos.contoh.go.id/V/"+s.Seal+"\n", key); err != nil || !proof.Genuine(false) || proof.Seal.Number != s.Number {
		t.Errorf("a genuine code: %+v %v", proof, err)
	}
	for _, bad := range []string{"", s.Code, s.Seal[:50], s.Seal + "00", "kode palsu"} {
		if _, err := document.ProveCode(bad, key); err == nil {
			t.Errorf("%q is taken for a whole code", bad)
		}
	}
	if proof, err := document.ProveCode(s.Seal, ed25519.PublicKey("short")); err != nil || proof.Signed {
		t.Error("a key that is none proves")
	}
	for _, file := range [][]byte{nil, []byte("%PDF-1.4 of somebody"), []byte("<< /Type /EmbeddedFile /Length 99999 /Filter /FlateDecode >>\nstream\nx")} {
		if _, err := document.ProveFile(file, key); err == nil {
			t.Errorf("%q is a paper", file)
		}
	}
}

// The whole code, with the address before it, fits the densest QR that a
// telephone reads at its printed size.
func TestTheQRStaysReadable(t *testing.T) {
	p := decree(1).Paper(office(), i18n.ID)
	s := stamped(t, p, keyOf(1))
	code, err := qr.Encode("HTTPS://BANSOS.CONTOH.GO.ID/V/"+s.Seal, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	if code.Size > 61 {
		t.Errorf("the QR has %d modules a side", code.Size)
	}
}
