package survey

import (
	"math"
	"slices"

	packed "gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/indicator"
)

// Spec names the columns of a survey.
type Spec struct {
	Outcome  string   // consumption per person, above zero
	Group    string   // the community
	Weight   string   // survey weight; empty for none
	Features []string // what is known of a household
	By       []string // by which Assess tells its errors apart
}

// Columns returns all that a survey must have.
func (s Spec) Columns() []string {
	all := append([]string{s.Outcome, s.Group}, s.Features...)
	all = append(all, s.By...)
	if s.Weight != "" {
		all = append(all, s.Weight)
	}
	return all
}

// mostBy is how many groups errors are told apart by; a column of more values
// is no grouping.
const mostBy = 100

// Data are the rows of a survey that have an outcome.
type Data struct {
	Spec     Spec
	table    *Table
	features []*feature
	outcome  []float64 // natural log
	weight   []float64
	group    []int32
	groups   []string // in their order
	by       []*column
	LeftOut  int // rows without an outcome
}

// Load reads a survey. A feature is left out of it only by the caller; what
// cannot be read is refused with its rows: a consumption that is no number or
// not above zero, a household without a community, a weight below zero. A
// row that says nothing of its consumption is left out and counted.
func Load(t *Table, c *indicator.Catalogue, s Spec) (*Data, error) {
	for i, f := range s.Features {
		if f == s.Outcome || f == s.Group || s.Weight != "" && f == s.Weight {
			return nil, fault.Invalid("targeting.survey.feature_role", "column", f)
		}
		if slices.Contains(s.Features[:i], f) {
			return nil, fault.Invalid("targeting.survey.feature_twice", "column", f)
		}
	}
	d := &Data{Spec: s, table: t}
	if err := d.outcomes(); err != nil {
		return nil, err
	}
	if err := d.communities(); err != nil {
		return nil, err
	}
	if err := d.weights(); err != nil {
		return nil, err
	}
	for no, name := range s.Features {
		f, err := t.feature(c, name, no)
		if err != nil {
			return nil, err
		}
		d.features = append(d.features, f)
	}
	for _, name := range s.By {
		if n := len(t.columns[name].values()); n > mostBy {
			return nil, fault.Invalid("targeting.survey.by_many", "column", name, "values", n, "most", mostBy)
		}
		d.by = append(d.by, t.columns[name])
	}
	return d, nil
}

// outcomes takes the log of the outcome, and leaves out the rows without one.
func (d *Data) outcomes() error {
	t, name := d.table, d.Spec.Outcome
	col := t.columns[name]
	values, _, other := col.numbers()
	if other > 0 {
		rows, count := t.rowsOf(func(i int) bool { return math.IsNaN(values[i]) && col.codes[i] != missing })
		return fault.Invalid("targeting.survey.not_numbers", "column", name, "count", count, "rows", rows)
	}
	if rows, count := t.rowsOf(func(i int) bool { return values[i] <= 0 }); count > 0 {
		return fault.Invalid("targeting.survey.not_positive", "column", name, "count", count, "rows", rows)
	}
	if rows, count := t.rowsOf(func(i int) bool { return values[i] > maxOwn || values[i] < 1/maxOwn }); count > 0 {
		return fault.Invalid("targeting.survey.beyond_sense", "column", name, "count", count, "rows", rows)
	}
	keep := make([]bool, t.Rows)
	for i, v := range values {
		keep[i] = !math.IsNaN(v)
		if keep[i] {
			d.outcome = append(d.outcome, math.Log(v))
		}
	}
	d.LeftOut = t.Rows - len(d.outcome)
	if d.LeftOut > 0 {
		t.keep(keep)
	}
	if t.Rows == 0 {
		return fault.Invalid("targeting.survey.no_rows")
	}
	return nil
}

// keep drops the other rows.
func (t *Table) keep(keep []bool) {
	for _, c := range t.columns {
		c.codes = kept(c.codes, keep)
	}
	t.numbers = kept(t.numbers, keep)
	t.Rows = len(t.numbers)
}

func kept[T any](all []T, keep []bool) []T {
	n := 0
	for i, v := range all {
		if keep[i] {
			all[n] = v
			n++
		}
	}
	return all[:n]
}

// communities numbers the groups in the order of their names, so that
// nothing rests on the order of rows.
func (d *Data) communities() error {
	t := d.table
	col := t.columns[d.Spec.Group]
	if rows, count := t.rowsOf(func(i int) bool { return col.codes[i] == missing }); count > 0 {
		return fault.Invalid("targeting.survey.no_group", "column", d.Spec.Group, "count", count, "rows", rows)
	}
	used := make([]bool, len(col.words))
	for _, code := range col.codes {
		used[code] = true
	}
	for code, word := range col.words {
		if used[code] {
			d.groups = append(d.groups, word)
		}
	}
	slices.Sort(d.groups)
	no := make([]int32, len(col.words))
	for code, word := range col.words {
		at, _ := slices.BinarySearch(d.groups, word)
		no[code] = int32(at)
	}
	d.group = make([]int32, t.Rows)
	for i, code := range col.codes {
		d.group[i] = no[code]
	}
	return nil
}

func (d *Data) weights() error {
	t := d.table
	d.weight = make([]float64, t.Rows)
	if d.Spec.Weight == "" {
		for i := range d.weight {
			d.weight[i] = 1
		}
		return nil
	}
	values, _, _ := t.columns[d.Spec.Weight].numbers()
	if rows, count := t.rowsOf(func(i int) bool { return !(values[i] >= 0) }); count > 0 {
		return fault.Invalid("targeting.survey.bad_weight", "column", d.Spec.Weight, "count", count, "rows", rows)
	}
	sum := 0.0
	for _, w := range values {
		sum += w
	}
	if sum == 0 {
		return fault.Invalid("targeting.survey.no_weight", "column", d.Spec.Weight)
	}
	for i, w := range values {
		d.weight[i] = w * float64(t.Rows) / sum
	}
	return nil
}

// facts returns the features as the scoring engine reads them.
func (d *Data) facts() *packed.Table {
	t := &packed.Table{Rows: d.table.Rows, Columns: map[string]*packed.Column{}}
	for _, f := range d.features {
		t.Columns[f.indicator.Code] = f.facts
	}
	return t
}
