package generator

import (
	"math"
	"slices"
	"sort"

	"gotong/internal/fault"
	"gotong/internal/region"
)

// village is where families are generated.
type village struct {
	code     string
	families int
	effect   float64 // of the place on log consumption
}

// villages spreads n families over the villages under the regions, by weight,
// so that they add up to n. The order is that of the codes.
func villages(a *region.Atlas, p *Profile, regions []string, n int, seed uint64) ([]village, error) {
	codes, err := villageCodes(a, regions)
	if err != nil {
		return nil, err
	}
	d := newDice()
	list := make([]village, len(codes))
	weights := make([]float64, len(codes))
	for i, code := range codes {
		d.reset(seed, villageStream, keyOf(code))
		list[i] = village{code: code, effect: d.normal(0, p.Welfare.BetweenVillages) + p.Welfare.Villages[code]}
		w := p.Villages.Desa
		if region.KindOf(code) == region.KindKelurahan {
			w = p.Villages.Kelurahan
		}
		if of, ok := p.Villages.Of[code]; ok {
			w = of
		}
		weights[i] = w * math.Exp(d.normal(0, p.Villages.Spread))
	}
	for i, share := range apportion(weights, n) {
		list[i].families = share
	}
	return list, nil
}

func keyOf(code string) uint64 {
	n := uint64(0)
	for _, c := range []byte(code) {
		n = n*10 + uint64(c-'0')
	}
	return n
}

// Nation, among the regions of Options, stands for all of Indonesia.
const Nation = "ID"

func villageCodes(a *region.Atlas, regions []string) ([]string, error) {
	var codes []string
	for _, text := range regions {
		code := ""
		if text != Nation {
			var err error
			if code, err = a.Parse(text); err != nil {
				return nil, err
			}
		}
		if level, _ := region.LevelOf(code); level == region.Village {
			codes = append(codes, code)
			continue
		}
		for _, r := range a.Descendants(code, region.Village) {
			codes = append(codes, r.Code)
		}
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	if len(codes) == 0 {
		return nil, fault.Invalid("generator.no_region")
	}
	return codes, nil
}

// apportion shares n out by weight and largest remainder.
func apportion(weights []float64, n int) []int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	shares, rest := make([]int, len(weights)), make([]float64, len(weights))
	order := make([]int, len(weights))
	left := n
	for i, w := range weights {
		exact := float64(n) * w / total
		shares[i] = int(exact)
		rest[i] = exact - float64(shares[i])
		left -= shares[i]
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return rest[order[a]] > rest[order[b]] })
	for k := range left {
		shares[order[k%len(order)]]++
	}
	return shares
}
