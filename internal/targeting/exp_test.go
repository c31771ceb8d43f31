package targeting

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/money"
)

func TestConsumption(t *testing.T) {
	for score, want := range map[int64]money.Rupiah{
		-1:         0,
		0:          1,
		1_000_000:  2,                  // e
		13_218_506: 550_458,            // ln of the national line of 2023
		14_000_000: 1_202_604,          // e¹⁴ = 1202604.28
		40_000_000: 235385266837019985, // e⁴⁰ = 235385266837019985.4
		44_000_000: math.MaxInt64,
	} {
		if got := Consumption(score); got != want {
			t.Errorf("e^%d = %d, want %d", score, got, want)
		}
	}
}

// The fixed-point tables hold against the power series in 200 bits.
func TestConsumptionIsExactToTheRupiah(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		score := rapid.Int64Range(0, 30*Micro).Draw(rt, "score")
		want := bigExp(big.NewRat(score, Micro), 200)
		want.Rsh(want, 200)
		if got := Consumption(score); new(big.Int).Abs(want.Sub(want, big.NewInt(int64(got)))).Cmp(big.NewInt(1)) > 0 {
			rt.Fatalf("e^%d = %d, off by %s", score, got, want)
		}
	})
}

func TestConsumptionNeverFalls(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.Int64Range(-Micro, 45*Micro).Draw(rt, "a"), rapid.Int64Range(-Micro, 45*Micro).Draw(rt, "b")
		if a <= b && Consumption(a) > Consumption(b) {
			rt.Fatal("a higher score gave less")
		}
	})
}
