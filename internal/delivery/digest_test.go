package delivery

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"

	"gotong/internal/ident"
)

// TestDigestIsWhatItSays writes the digest of a list by hand, as an auditor
// would who recomputes what a checker signed.
func TestDigestIsWhatItSays(t *testing.T) {
	a, b := ident.ID{1}, ident.ID{0xfe}
	lines := []Instruction{
		{LineNo: 1, FamilyID: a, PersonID: b, PayeeID: a, Bank: "BRI", Blind: []byte{9, 8}, Holder: `Siti "Ani"`, Amount: 1234567},
		{LineNo: 12, FamilyID: b, Bank: "BNI", Holder: "Budi", Amount: 5},
	}
	parts := []Part{{Beneficiary: a, Component: "sma", Amount: 1000000}, {Beneficiary: b, Component: "lansia", Amount: 234567}}
	l := &PayList{Number: "PKH-2026-01-01", Programme: "pkh", Version: "2026-01", Period: Period{2026, 1}, Determination: a, Area: "3674", Means: ByBank}
	d := NewDigester()
	var text, pieces bytes.Buffer
	for i := range lines {
		x := &lines[i]
		d.Line(x)
		fmt.Fprintf(&text, "%d|%x|%x|%x|%q|%x|%q|%d\n", x.LineNo, x.FamilyID[:], x.PersonID[:], x.PayeeID[:], x.Bank, x.Blind, x.Holder, x.Amount)
		d.Part(x.LineNo, parts[i])
		fmt.Fprintf(&pieces, "%d|%x|%q|%d\n", x.LineNo, parts[i].Beneficiary[:], parts[i].Component, parts[i].Amount)
	}
	want := sha256.Sum256(fmt.Appendf(nil, "gotong pay list 1\nPKH-2026-01-01\npkh\n2026-01\n2026-01\n%s\n3674\nbank\n%x\n%x\n", a, sha256.Sum256(text.Bytes()), sha256.Sum256(pieces.Bytes())))
	if got := d.Sum(l); got != want {
		t.Errorf("%x, want %x", got, want)
	}
}

// TestSmallWords holds sums, means and periods to what they say.
func TestSmallWords(t *testing.T) {
	s := Sums{Credited: {2, 20}, Taken: {1, 7}, Held: {5, 50}}
	if got := s.Of(Credited, Taken, Remitted); got != (Sum{3, 27}) {
		t.Errorf("%+v", got)
	}
	if (&Instruction{Amount: 10, Short: 3}).Net() != 7 {
		t.Error("what fell short is not moved")
	}
	for m, want := range map[Means]bool{ByBank: true, Post: true, Goods: false} {
		if m.ByFile() != want {
			t.Errorf("%s", m)
		}
	}
	var p Period
	if err := p.UnmarshalText([]byte("2026-03")); err != nil || p != (Period{2026, 3}) {
		t.Errorf("%v %v", p, err)
	}
	if err := p.UnmarshalText([]byte("2026-x")); err == nil || p != (Period{2026, 3}) {
		t.Errorf("%v %v", p, err)
	}
	for _, bad := range []string{"x-01", "1999-01", "2026-00", "2026", "2026-1", ""} {
		if got, err := ParsePeriod(bad); err == nil || got != (Period{}) {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
	if n, ok := ParseReference("A", "B-000001"); n != 0 || ok {
		t.Error(n)
	}
	if n, ok := ParseReference("A", "A-x"); n != 0 || ok {
		t.Error(n)
	}
}
