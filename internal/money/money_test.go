package money

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestSplitSumsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Rupiah(rapid.Int64().Draw(t, "amount"))
		n := rapid.IntRange(1, 400).Draw(t, "n")
		var sum Rupiah
		for _, p := range a.Split(n) {
			sum += p
		}
		if sum != a {
			t.Fatalf("%d in %d parts sums to %d", a, n, sum)
		}
	})
	parts := Rupiah(2_000_000).Split(6)
	if parts[0] != 333_333 || parts[5] != 333_335 {
		t.Errorf("2,000,000 in 6: %v", parts)
	}
	if Rupiah(1).Split(0) != nil {
		t.Error("0 parts should be nil")
	}
}

func TestCheckedArithmeticAgreesWithBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		sum := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, ok := Rupiah(a).Add(Rupiah(b))
		if ok != sum.IsInt64() || ok && int64(got) != a+b {
			t.Fatalf("%d+%d = %d, %v", a, b, got, ok)
		}
		product := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		got, ok = Rupiah(a).Times(b)
		if ok && product.Cmp(big.NewInt(int64(got))) != 0 {
			t.Fatalf("%d*%d = %d", a, b, got)
		}
		if !ok && product.IsInt64() && product.Int64() != math.MinInt64 {
			t.Fatalf("%d*%d was refused", a, b)
		}
	})
}

func TestString(t *testing.T) {
	for a, want := range map[Rupiah]string{0: "Rp0", 999: "Rp999", 1250000: "Rp1.250.000", -500: "-Rp500", math.MinInt64: "-Rp9.223.372.036.854.775.808"} {
		if got := a.String(); got != want {
			t.Errorf("%d prints %q, want %q", int64(a), got, want)
		}
	}
}

func TestParseRefusesGroups(t *testing.T) {
	for _, s := range []string{"", "1.000", "1,000", "1e6", "Rp1", "9223372036854775808"} {
		if _, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) was accepted", s)
		}
	}
	if a, err := Parse("-42"); err != nil || a != -42 {
		t.Errorf("Parse(-42) = %d, %v", a, err)
	}
}
