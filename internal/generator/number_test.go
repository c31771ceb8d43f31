package generator

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/region"
)

// Crowding all births of many districts into two days and a century apart
// brings out any two districts that issue the same number.
func TestNoTwoDistrictsIssueOneNumber(t *testing.T) {
	n := DefaultProfile().Numbers
	n.Elsewhere, n.RetiredShare, n.DateDiffers = 0.6, 0.5, 0
	r := newRegistrar(region.Default(), n)
	seen := map[string]string{}
	days := []civil.Date{civil.MustParse("1924-09-01"), civil.MustParse("2005-09-01"), civil.MustParse("2024-09-01")}
	districts := append(region.Default().Descendants("3674", region.District), region.Default().Descendants("3172", region.District)...)
	districts = append(districts, region.Default().Descendants("9601", region.District)...)
	for k, district := range districts {
		r.enter(district.Code)
		d := thrown(uint64(k))
		for range 900 {
			number, err := r.nik(d, one(d, days), d.chance(0.5))
			if err != nil {
				t.Fatal(err)
			}
			if other := seen[number]; other != "" {
				t.Fatalf("%s was issued in %s and in %s", number, other, district.Code)
			}
			seen[number] = district.Code
		}
	}
}

func TestApportionSharesOutAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0.01, 50), 1, 40).Draw(t, "weights")
		n := rapid.IntRange(0, 5000).Draw(t, "n")
		total, sum := 0.0, 0
		for _, w := range weights {
			total += w
		}
		for i, share := range apportion(weights, n) {
			sum += share
			if exact := float64(n) * weights[i] / total; float64(share) < exact-1.001 || float64(share) > exact+1.001 {
				t.Fatalf("weight %v of %v gets %d of %d", weights[i], total, share, n)
			}
		}
		if sum != n {
			t.Fatalf("%d shared out as %d", n, sum)
		}
	})
}

func TestVillagesOfOverlappingRegionsCountOnce(t *testing.T) {
	list, err := villages(region.Default(), DefaultProfile(), []string{"31.72.04.1004", "317204", "3172041004"}, 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range list {
		n += v.families
	}
	if len(list) != 7 || n != 100 {
		t.Errorf("%d villages with %d families, want 7 with 100", len(list), n)
	}
	all, err := villageCodes(region.Default(), []string{Nation})
	if err != nil || len(all) != region.Default().Len(region.Village) {
		t.Errorf("the nation has %d villages: %v", len(all), err)
	}
}

func TestALadderKeepsItsShares(t *testing.T) {
	l := newLadder(0.6, []string{"poor", "middle", "rich"}, []float64{20, 50, 30})
	d := &dice{Rand: rand.New(rand.NewPCG(1, 2))}
	counts, poorZ, richZ := map[string]float64{}, 0.0, 0.0
	const n = 60_000
	for range n {
		z := d.NormFloat64()
		step := l.draw(d, z)
		counts[step]++
		switch step {
		case "poor":
			poorZ += z
		case "rich":
			richZ += z
		}
	}
	for step, want := range map[string]float64{"poor": 0.2, "middle": 0.5, "rich": 0.3} {
		if got := counts[step] / n; got < want-0.01 || got > want+0.01 {
			t.Errorf("%s has a share of %.3f, want %.1f", step, got, want)
		}
	}
	if poorZ/counts["poor"] > -0.5 || richZ/counts["rich"] < 0.5 {
		t.Errorf("welfare is %.2f at the poor step and %.2f at the rich one", poorZ/counts["poor"], richZ/counts["rich"])
	}
}
