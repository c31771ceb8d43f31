package survey

import (
	"cmp"
	"math"
	"slices"

	packed "gotong/internal/column"
	"gotong/internal/targeting"
)

// tally counts households, by their weights.
type tally struct {
	rows                 int
	poor, selected, both float64
}

func (t tally) exclusion() float64 { return 1 - t.both/t.poor }
func (t tally) inclusion() float64 { return 1 - t.both/t.selected }

// result is one repeat's.
type result struct {
	total        tally
	by           []map[int32]tally // by column, then by code
	r2, spearman float64
}

// measure compares scores with outcomes in some rows.
func (d *Data) measure(score *packed.Column, rows []int32, t Trial) result {
	byOutcome := func(a, b int32) int { return cmp.Compare(d.outcome[a], d.outcome[b]) }
	byScore := func(a, b int32) int {
		if ka, kb := score.Known.Get(int(a)), score.Known.Get(int(b)); ka != kb {
			if ka {
				return -1
			}
			return 1
		}
		return cmp.Compare(score.Values[a], score.Values[b])
	}
	poor, selected := make([]bool, len(rows)), make([]bool, len(rows))
	for _, set := range d.sets(rows, t.Within) {
		d.lowest(rows, set, t.Quota, byOutcome, poor)
		d.lowest(rows, set, t.Quota, byScore, selected)
	}
	r := result{by: make([]map[int32]tally, len(d.by))}
	for k := range d.by {
		r.by[k] = map[int32]tally{}
	}
	for i, row := range rows {
		selected[i] = selected[i] && score.Known.Get(int(row))
		r.total.count(poor[i], selected[i], d.weight[row])
		for k, column := range d.by {
			x := r.by[k][column.codes[row]]
			x.count(poor[i], selected[i], d.weight[row])
			r.by[k][column.codes[row]] = x
		}
	}
	r.r2, r.spearman = d.agreement(score, rows)
	return r
}

func (t *tally) count(poor, selected bool, w float64) {
	t.rows++
	if poor {
		t.poor += w
	}
	if selected {
		t.selected += w
	}
	if poor && selected {
		t.both += w
	}
}

// sets returns the places of rows that share a quota.
func (d *Data) sets(rows []int32, within bool) [][]int32 {
	if !within {
		all := make([]int32, len(rows))
		for i := range all {
			all[i] = int32(i)
		}
		return [][]int32{all}
	}
	by := make([][]int32, len(d.groups))
	for i, row := range rows {
		by[d.group[row]] = append(by[d.group[row]], int32(i))
	}
	return slices.DeleteFunc(by, func(s []int32) bool { return len(s) == 0 })
}

// lowest marks the quota's share of a set that comes first, at least one. A
// household counts in when more than half of it lies within the share. Equals
// come in an order that has to do with neither outcome nor place in the file,
// so that a file sorted by consumption does not help a model.
func (d *Data) lowest(rows, set []int32, quota float64, compare func(a, b int32) int, into []bool) {
	order := slices.Clone(set)
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(compare(rows[a], rows[b]), cmp.Compare(mix(uint64(rows[a])), mix(uint64(rows[b]))), cmp.Compare(a, b))
	})
	whole := 0.0
	for _, i := range order {
		whole += d.weight[rows[i]]
	}
	taken := 0.0
	for k, i := range order {
		w := d.weight[rows[i]]
		if k > 0 && taken+w/2 > quota*whole*(1+1e-12) {
			return
		}
		into[i] = true
		taken += w
	}
}

// mix scatters numbers (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// agreement returns R² of the predicted log, and Spearman's correlation of
// ranks, over the rows with a score.
func (d *Data) agreement(score *packed.Column, rows []int32) (r2, spearman float64) {
	var known []int32
	for _, row := range rows {
		if score.Known.Get(int(row)) {
			known = append(known, row)
		}
	}
	squares := 0.0
	predicted, outcome := make([]float64, len(known)), make([]float64, len(known))
	for i, row := range known {
		predicted[i], outcome[i] = float64(score.Values[row])/targeting.Micro, d.outcome[row]
		squares += d.weight[row] * (outcome[i] - predicted[i]) * (outcome[i] - predicted[i])
	}
	return 1 - squares/d.variance(known), correlation(ranks(predicted), ranks(outcome))
}

// ranks returns each value's place; equals share the mean of theirs.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	out := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			out[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

func correlation(a, b []float64) float64 {
	n := float64(len(a))
	var sa, sb float64
	for i := range a {
		sa += a[i]
		sb += b[i]
	}
	var ab, aa, bb float64
	for i := range a {
		x, y := a[i]-sa/n, b[i]-sb/n
		ab += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0 // a score that is the same for all orders nobody
	}
	return ab / math.Sqrt(aa*bb)
}

// values returns the codes of a column in the order of their texts.
func (c *column) values() []int32 {
	seen := map[int32]bool{}
	var all []int32
	for _, code := range c.codes {
		if !seen[code] {
			seen[code] = true
			all = append(all, code)
		}
	}
	slices.SortFunc(all, func(a, b int32) int { return cmp.Compare(c.text(a), c.text(b)) })
	return all
}

// text returns a code's text; empty where nothing was said.
func (c *column) text(code int32) string {
	if code == missing {
		return ""
	}
	return c.words[code]
}
