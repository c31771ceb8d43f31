package survey

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gotong/internal/indicator"
)

// worlds are invented surveys that differ in what makes consumption: straight
// lines; bends; codes written as numbers; features that act together; few
// households and many features; heavy tails and gaps. Each is as a survey of
// a few hundred villages with some nine households in each.
var worlds = []struct {
	name         string
	groups, size int
	features     int // binary assets beside the others
	bends        float64
	codes        float64
	together     float64
	tails        bool
	noise        float64
	village      float64
}{
	{"straight", 400, 9, 20, 0, 0, 0, false, 0.45, 0.2},
	{"bends", 400, 9, 20, 1, 0, 0, false, 0.45, 0.2},
	{"codes", 400, 9, 20, 0.3, 1, 0, false, 0.45, 0.2},
	{"together", 400, 9, 20, 0.3, 0.3, 1, false, 0.45, 0.2},
	{"all", 640, 9, 25, 0.7, 0.7, 0.7, true, 0.45, 0.25},
	{"small", 60, 8, 30, 0.3, 0.3, 0.3, true, 0.5, 0.2},
	{"villages", 300, 12, 15, 0.3, 0.3, 0.3, false, 0.4, 0.5},
	{"large", 1200, 10, 40, 0.5, 0.5, 0.5, true, 0.45, 0.25},
}

func world(i int, seed uint64) (string, []string) {
	w := worlds[i]
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	names := []string{"desa_no", "anak", "anggota", "usia", "sekolah", "luas", "lantai", "dinding", "atap", "air", "pekerjaan", "perempuan", "kota", "jarak"}
	for k := range w.features {
		names = append(names, fmt.Sprintf("aset%d", k))
	}
	effect := func(n int) []float64 {
		e := make([]float64, n)
		for k := range e {
			e[k] = r.NormFloat64()
		}
		return e
	}
	job, water, floor, wall := effect(9), effect(10), effect(6), effect(7)
	load, base := make([]float64, w.features), make([]float64, w.features)
	for k := range load {
		load[k], base[k] = math.Abs(r.NormFloat64())*0.8, r.NormFloat64()
	}
	var b strings.Builder
	b.WriteString(strings.Join(names, ",") + ",konsumsi\n")
	for g := range w.groups {
		village, town := r.NormFloat64()*w.village, r.IntN(3) == 0
		for range w.size {
			wealth := r.NormFloat64()*0.8 + 0.8*village
			if town {
				wealth += 0.4
			}
			size := 1 + r.IntN(4) + r.IntN(4)
			children := r.IntN(size)
			age, school := 20+r.IntN(60), min(16, max(0, int(7+3.5*wealth+3*r.NormFloat64())))
			area := math.Exp(3.6 + 0.3*wealth + 0.4*r.NormFloat64())
			fl := 1 + min(5, max(0, int(2.5+1.2*wealth+r.NormFloat64())))
			wa, ro, ai, pe := 1+r.IntN(7), 1+r.IntN(5), 1+r.IntN(10), 1+r.IntN(9)
			female, distance := r.IntN(5) == 0, math.Exp(1+r.NormFloat64())
			y := 12.8 + 0.38*wealth + village*0.6 - 0.06*float64(size) + 0.02*float64(school)
			y += w.bends * (-0.35*math.Log(float64(size)) - 0.35*math.Pow(float64(age-48)/30, 2) + 0.15*math.Max(0, float64(school-9))/3 - 0.08*math.Log1p(distance))
			y += w.codes * (0.12*job[pe-1] + 0.1*water[ai-1] + 0.12*floor[fl-1] + 0.08*wall[wa-1])
			if w.together > 0 {
				var t, f float64
				if town {
					t = 1
				}
				if female {
					f = 1
				}
				y += w.together * (0.04*t*float64(school-6) - 0.25*f*float64(children)/2 + 0.12*wealth*t + 0.06*math.Log(area/40)*float64(size-4))
			}
			e := w.noise * r.NormFloat64()
			if w.tails && r.IntN(40) == 0 {
				e *= 4
			}
			cells := []string{fmt.Sprint(1000 + g), fmt.Sprint(children), fmt.Sprint(size), fmt.Sprint(age), fmt.Sprint(school), fmt.Sprintf("%.0f", area),
				fmt.Sprint(fl), fmt.Sprint(wa), fmt.Sprint(ro), fmt.Sprint(ai), fmt.Sprint(pe), bit(female), bit(town), fmt.Sprintf("%.1f", distance)}
			if w.tails && r.IntN(25) == 0 {
				cells[4+r.IntN(2)] = ""
			}
			for k := range w.features {
				has := load[k]*wealth+base[k]+0.8*r.NormFloat64() > 0
				cells = append(cells, bit(has))
				if has && k%4 == 0 {
					y += 0.05
				}
			}
			fmt.Fprintf(&b, "%s,%.0f\n", strings.Join(cells, ","), math.Exp(y+e))
		}
	}
	return b.String(), names[1:]
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// TestWorlds measures the default against ordinary least squares in every
// world. It takes minutes, so it runs where it is asked for.
func TestWorlds(t *testing.T) {
	if os.Getenv("GOTONG_SOAK") == "" {
		t.Skip("set GOTONG_SOAK=1 to compare fits over all worlds")
	}
	for i, w := range worlds {
		t.Run(w.name, func(t *testing.T) {
			const surveys = 2
			for _, within := range []bool{false, true} {
				var plain, ours [3]float64
				for s := range uint64(surveys) {
					text, features := world(i, 100+s)
					d := mustLoad(t, text, Spec{Outcome: "konsumsi", Group: "desa_no", Features: features})
					for k, into := range []*[3]float64{&plain, &ours} {
						a, err := Assess(d, indicator.Default(), Trial{Quota: 0.2, Within: within, TrainGroups: w.groups / 2, Repeat: 3, Fit: Options{Plain: k == 0, Seed: 5}})
						if err != nil {
							t.Fatal(err)
						}
						for n, v := range []float64{a.Exclusion.Mean, a.R2.Mean, a.Spearman.Mean} {
							into[n] += v / surveys
						}
					}
				}
				t.Logf("within %-5v plain %.4f  r2 %.4f  spearman %.4f | default %.4f  r2 %.4f  spearman %.4f", within, plain[0], plain[1], plain[2], ours[0], ours[1], ours[2])
				if ours[0] > plain[0]+0.01 {
					t.Errorf("the default misses %.4f of the poor, ordinary least squares %.4f", ours[0], plain[0])
				}
			}
		})
	}
}
