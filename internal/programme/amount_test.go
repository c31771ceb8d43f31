package programme

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/rule"
)

func TestInstalmentsSumToTheAmount(t *testing.T) {
	// 6 × 333,333 is not 2,000,000: domain figures of PKH, senior secondary.
	got := Cycle{Every: "two_months"}.Split(2_000_000)
	if diff := cmp.Diff([]money.Rupiah{333_333, 333_333, 333_333, 333_333, 333_333, 333_335}, got); diff != "" {
		t.Error(diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := Cycle{Every: Every(rapid.SampledFrom(everies).Draw(t, "every"))}
		amount := money.Rupiah(rapid.Int64Range(0, 1<<50).Draw(t, "amount"))
		parts := c.Split(amount)
		var sum money.Rupiah
		for _, p := range parts {
			sum += p
		}
		if sum != amount || len(parts) != c.Instalments() || len(parts)*c.Months() != 12 && c.Every != Once {
			t.Fatalf("%s in %s: %v", amount, c.Every, parts)
		}
	})
}

// drawFamilies draws families with the facts that the presets ask for, some
// of them missing.
func drawFamilies(t *rapid.T) *column.Batch {
	sizes := rapid.SliceOfN(rapid.IntRange(1, 7), 1, 12).Draw(t, "sizes")
	b := &column.Batch{Offsets: []int32{0}}
	n := 0
	for _, s := range sizes {
		n += s
		b.Offsets = append(b.Offsets, int32(n))
	}
	b.Families, b.Members = column.NewTable(len(sizes)), column.NewTable(n)
	day := civil.MustParse("2025-06-01")
	put := func(table *column.Table, code string, values ...int64) {
		c := table.Add(code)
		for i := range table.Rows {
			if v := rapid.IntRange(-1, 4*len(values)-1).Draw(t, code); v >= 0 {
				c.Set(i, values[v%len(values)])
			}
		}
	}
	for _, code := range []string{"received_pkh", "received_bpnt", "house_damaged", "land_owned", "house_aid_received", "homeless",
		"death_claim", "death_certificate", "heir_letter", "poor_letter", "claim_papers", "disaster_hit", "disaster_decree",
		"disaster_checked", "heir_proven", "displaced", "house_lost", "shock_list", "enterprise_aid_received", "flat_wanted", "livestock_wanted"} {
		put(b.Families, code, 0, 1)
	}
	put(b.Families, "area", 3172041004, 3671011001, 3674011001)
	put(b.Families, "death_days", 30, 31)
	put(b.Families, "death_working_days", 40, 41)
	put(b.Families, "death_cause", 1, 4, 5)
	put(b.Families, "disaster_dead", 0, 1)
	put(b.Families, "disaster_injured", 0, 2)
	put(b.Families, "kube_families", 4, 5, 20, 21)
	put(b.Families, "goats", 0, 2)
	put(b.Families, "cattle", 0, 1)
	put(b.Families, "watts", 0, 2, 3)
	put(b.Families, "tenure", 1, 2)
	put(b.Families, "water", 3, 6)
	put(b.Families, "decile", 1, 4, 5)
	put(b.Families, "toilet", 1, 6)
	put(b.Families, "floor_area", 14, 29, 60)
	for _, code := range []string{"pregnant", "postnatal", "working", "state_pensioner", "own_business", "has_nik", "laid_off",
		"training_wish", "course_completed", "stall_wanted", "credit_wanted", "motorcycle_wanted", "kur", "umi", "cares_for_self"} {
		put(b.Members, code, 0, 1)
	}
	put(b.Members, "born", ages(day, 0, 6, 7, 17, 18, 30, 59, 60, 69, 70, 75)...)
	put(b.Members, "sex", 1, 2)
	put(b.Members, "relation", 1, 3, 7)
	put(b.Members, "presence", 1, 1, 1, 2)
	put(b.Members, "school", 0, 1, 2, 3, 4)
	put(b.Members, "disability", 0, 0, 3)
	put(b.Members, "orphan", 0, 3)
	put(b.Members, "work_status", 1, 51)
	put(b.Members, "ppks", 0, 2, 24)
	put(b.Members, "mobility_aid", 0, 3, 4)
	put(b.Members, "difficulty_walking", 1, 3, 4)
	put(b.Members, "turnover", 1_900_000, 2_000_000, 3_000_001)
	if err := indicator.Default().Derive(day, b); err != nil {
		t.Fatal(err)
	}
	return b
}

func ages(day civil.Date, years ...int) (born []int64) {
	for _, y := range years {
		born = append(born, int64(day.AddMonths(-12*y)), int64(day.AddMonths(-12*y).AddDays(1)))
	}
	return born
}

func TestBothReadersAgreeOnEveryPreset(t *testing.T) {
	all := presets(t).All()
	rapid.Check(t, func(t *rapid.T) {
		b := drawFamilies(t)
		for _, p := range all {
			j, amounts := p.Judge(b), p.Amounts(b, nil)
			row := 0
			for f := range b.Families.Rows {
				subjects := []int{rule.NoMember}
				if from, to := b.MembersOf(f); p.Subject.EachMember() {
					subjects = subjects[:0]
					for m := range to - from {
						subjects = append(subjects, m)
					}
				}
				for _, m := range subjects {
					e := p.Explain(b, f, m)
					for i, a := range e.Clauses {
						if k := j.Clauses[i].At(row); k != a.Truth {
							t.Fatalf("%s %s family %d member %d: kernel %s, interpreter %s", p.File, p.Clauses[i].ID, f, m, k, a.Truth)
						}
					}
					if k := j.Meets.At(row); k != e.Meets {
						t.Fatalf("%s family %d member %d: kernels %s, interpreters %s", p.File, f, m, k, e.Meets)
					}
					many, one := amounts.At(row), p.AmountOf(b, f, m)
					if !slices.Equal(many.Lines, one.Lines) || many.Certain != one.Certain {
						t.Fatalf("%s family %d member %d: kernels %v, interpreters %v", p.File, f, m, many, one)
					}
					if !one.Certain && len(one.Missing) == 0 {
						t.Fatalf("%s family %d member %d: not certain, and nothing to collect", p.File, f, m)
					}
					checkCaps(t, p, one)
					row++
				}
			}
		}
	})
}

// checkCaps holds lines to the caps, whatever the facts.
func checkCaps(t *rapid.T, p *Programme, a Amount) {
	members, ofComponent, ofMember := map[int]bool{}, map[int]int{}, map[int]int{}
	for _, l := range a.Lines {
		ofComponent[l.Benefit]++
		if l.Member != rule.NoMember {
			members[l.Member] = true
			ofMember[l.Member]++
		}
		if most := p.Benefits[l.Benefit].MaxMembers; most > 0 && ofComponent[l.Benefit] > most {
			t.Fatalf("%s: %d members with %s", p.File, ofComponent[l.Benefit], p.Benefits[l.Benefit].Component)
		}
		if most := p.Cap.ComponentsPerMember; most > 0 && ofMember[l.Member] > most {
			t.Fatalf("%s: member %d has %d components", p.File, l.Member, ofMember[l.Member])
		}
	}
	if p.Cap.Members > 0 && len(members) > p.Cap.Members {
		t.Fatalf("%s: %d members count", p.File, len(members))
	}
}

// A certain amount is the same whatever the missing facts turn out to be, and
// one that is not certain is so for a reason: it is tried out in full.
func TestCertainIsWhatEveryOutcomeAgreesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &Programme{Cap: Cap{
			Members:             rapid.IntRange(0, 3).Draw(t, "cap"),
			ComponentsPerMember: rapid.IntRange(0, 2).Draw(t, "per member"),
		}}
		for range 3 {
			p.Benefits = append(p.Benefits, Benefit{MaxMembers: rapid.IntRange(0, 2).Draw(t, "most")})
		}
		var all []candidate
		var open []int
		for i := range rapid.IntRange(0, 7).Draw(t, "candidates") {
			c := candidate{
				line: Line{
					Benefit: rapid.IntRange(0, 2).Draw(t, "benefit"), Member: rapid.IntRange(-1, 3).Draw(t, "member"),
					Annual: money.Rupiah(rapid.IntRange(1, 3).Draw(t, "amount")),
				},
				truth: rapid.SampledFrom([]rule.Truth{rule.Yes, rule.No, rule.Unknown}).Draw(t, "truth"),
				known: true,
			}
			if slices.ContainsFunc(all, func(o candidate) bool { return o.line.Benefit == c.line.Benefit && o.line.Member == c.line.Member }) {
				continue
			}
			if all = append(all, c); c.truth == rule.Unknown {
				open = append(open, len(all)-1)
			}
			_ = i
		}
		got := chosen(p, slices.Clone(all))
		same := true
		for outcome := range 1 << len(open) {
			tried := slices.Clone(all)
			for bit, at := range open {
				tried[at].truth = rule.Of(outcome>>bit&1 != 0)
			}
			if !slices.Equal(chosen(p, tried).Lines, got.Lines) {
				same = false
			}
		}
		if got.Certain != same {
			t.Fatalf("certain is %v, outcomes agree is %v, for %v", got.Certain, same, all)
		}
	})
}

func TestAmountsOutsideTheMaskAreEmpty(t *testing.T) {
	p, err := presets(t).Version("sembako", civil.MustParse("2025-06-01"))
	if err != nil {
		t.Fatal(err)
	}
	b := &column.Batch{Families: column.NewTable(3), Members: column.NewTable(0), Offsets: []int32{0, 0, 0, 0}}
	only := column.NewBitmap(3)
	only.Set(1)
	a := p.Amounts(b, only)
	if got := fmt.Sprint(a.At(0), a.At(1), a.At(2)); got != "{[] true [] []} {[{0 -1 Rp2.400.000}] true [] []} {[] true [] []}" {
		t.Error(got)
	}
	if sum, ok := a.At(1).Annual(); sum != 2_400_000 || !ok {
		t.Errorf("sum %s %v", sum, ok)
	}
}

func BenchmarkPKH(b *testing.B) {
	p, err := presets(b).Version("pkh", civil.MustParse("2025-06-01"))
	if err != nil {
		b.Fatal(err)
	}
	_, one := readFamily(b, "keluarga decile=2\nayah born=1983-04-02 sex=male relation=head school=none disability=none working=tidak\nibu born=1988-07-19 sex=female relation=spouse pregnant=ya working=tidak school=none disability=none\nanak born=2007-11-30 sex=male relation=child school=sma disability=none working=tidak", civil.MustParse("2025-06-01"))
	const times = 20_000
	batch := &column.Batch{Families: column.NewTable(times), Members: column.NewTable(3 * times), Offsets: make([]int32, times+1)}
	for i := range times + 1 {
		batch.Offsets[i] = int32(3 * i)
	}
	for _, t := range []struct{ to, from *column.Table }{{batch.Families, one.Families}, {batch.Members, one.Members}} {
		for code, c := range t.from.Columns {
			to := t.to.Add(code)
			for i := range to.Values {
				if v, known := c.At(i % t.from.Rows); known {
					to.Set(i, v)
				}
			}
		}
	}
	for b.Loop() {
		j := p.Judge(batch)
		p.Amounts(batch, j.Meets.Yes)
	}
	b.ReportMetric(times*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mfamilies/s")
}

func chosen(p *Programme, all []candidate) Amount {
	var a Amount
	a.Lines, a.Certain = (&chooser{p: p}).choose(all, nil)
	return a
}
