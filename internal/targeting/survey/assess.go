package survey

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	packed "gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/targeting"
)

// Trial says how to assess.
type Trial struct {
	Quota  float64 // share of households, above 0 to 1
	Within bool    // the quota is each community's own
	// TrainGroups communities are drawn for fitting and the others assessed,
	// Repeat times over.
	TrainGroups, Repeat int
	Fit                 Options
}

// Range is a figure over repeats: its mean, and where the middle 95 of a
// hundred lie. It is not known where it could not be computed at all.
type Range struct {
	Mean, Low, High float64
	Unknown         bool // such as the exclusion error where nobody is poor
}

// Errors are the shares of mistakes, by households.
//
// The poor are those of the lowest outcome, as many as the quota; selected
// are those of the lowest score, as many. Exclusion is how many of the poor
// are not selected; inclusion is how many of the selected are not poor.
type Errors struct {
	Exclusion Range `json:"-"`
	Inclusion Range `json:"-"`
}

// Assessment is how well a model finds the poor.
type Assessment struct {
	Errors
	R2       Range   `json:"-"` // of the log of the outcome
	Spearman Range   `json:"-"` // of ranks by score and by outcome
	Quota    float64 `json:"quota"`
	Within   bool    `json:"quota_within_group"`
	Rows     int     `json:"rows"`
	Groups   int     `json:"groups"`
	LeftOut  int     `json:"left_out"` // rows without an outcome
	Unscored int     `json:"unscored"` // rows the model gives no score; they are not selected
	Train    int     `json:"train_groups"`
	Repeat   int     `json:"repeat"`
	By       []Group `json:"by,omitempty"`
}

// Group is the errors among some households.
type Group struct {
	Column string `json:"column"`
	Value  string `json:"value"`
	Rows   int    `json:"rows"` // assessed, over all repeats
	Errors
}

func (t Trial) check() error {
	if !(t.Quota > 0 && t.Quota <= 1) {
		return fault.Invalid("targeting.survey.quota", "quota", t.Quota)
	}
	if t.Repeat < 1 {
		return fault.Invalid("targeting.survey.repeat", "repeat", t.Repeat)
	}
	return nil
}

// Assess fits to some communities and measures the errors in the others, for
// several draws. Equal seeds draw alike, whatever is fitted.
func Assess(d *Data, c *indicator.Catalogue, t Trial) (*Assessment, error) {
	switch {
	case t.check() != nil:
		return nil, t.check()
	case len(d.features) == 0:
		return nil, fault.Invalid("targeting.survey.no_features")
	case t.TrainGroups < fewestGroups:
		return nil, fault.Invalid("targeting.survey.train_groups", "train", t.TrainGroups, "least", fewestGroups, "groups", len(d.groups))
	case t.TrainGroups >= len(d.groups):
		return nil, fault.Invalid("targeting.survey.train_all", "train", t.TrainGroups, "groups", len(d.groups))
	}
	byGroup := d.rowsByGroup()
	results := make([]result, t.Repeat)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for r := range results {
		g.Go(func() error {
			draw := rand.New(rand.NewPCG(t.Fit.Seed, uint64(r))).Perm(len(d.groups))
			var train, test []int32
			for k, group := range draw {
				if k < t.TrainGroups {
					train = append(train, byGroup[group]...)
				} else {
					test = append(test, byGroup[group]...)
				}
			}
			slices.Sort(test)
			o := t.Fit
			o.Within, o.Seed = t.Within, t.Fit.Seed+uint64(r)
			e, err := d.train(train, o)
			if err != nil {
				return err
			}
			m, err := parse(c, "model", e.write(Heading{Code: "trial", Source: "trial"},
				targeting.Survey{Outcome: d.Spec.Outcome, Group: d.Spec.Group, Columns: columnsOf(d.features)}))
			if err != nil {
				return err
			}
			results[r] = d.measure(m.Score(d.facts()), test, t)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return d.assessment(results, t), nil
}

// AssessModel measures the errors of a model in all communities. The interval
// is that of communities drawn anew from among them, t.Repeat times.
func AssessModel(d *Data, m *targeting.Model, t Trial) (*Assessment, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	facts := packed.NewTable(d.table.Rows)
	for _, i := range m.Indicators() {
		column, err := d.table.asked(i)
		if err != nil {
			return nil, err
		}
		facts.Columns[i.Code] = column
	}
	score := m.Score(facts)
	byGroup := d.rowsByGroup()
	results := make([]result, t.Repeat)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for r := range results {
		g.Go(func() error {
			draw := rand.New(rand.NewPCG(t.Fit.Seed, uint64(r)))
			var rows []int32
			for range byGroup {
				rows = append(rows, byGroup[draw.IntN(len(byGroup))]...)
			}
			results[r] = d.measure(score, rows, t)
			return nil
		})
	}
	_ = g.Wait() // measuring cannot fail
	a := d.assessment(results, t)
	whole := d.assessment([]result{d.measure(score, slices.Concat(byGroup...), t)}, t)
	a.Exclusion.Mean, a.Inclusion.Mean, a.R2.Mean, a.Spearman.Mean = whole.Exclusion.Mean, whole.Inclusion.Mean, whole.R2.Mean, whole.Spearman.Mean
	a.Unscored = d.table.Rows - score.Known.Count()
	for i := range a.By {
		a.By[i].Exclusion.Mean, a.By[i].Inclusion.Mean, a.By[i].Rows = whole.By[i].Exclusion.Mean, whole.By[i].Inclusion.Mean, whole.By[i].Rows
	}
	return a, nil
}

func (d *Data) rowsByGroup() [][]int32 {
	all := make([][]int32, len(d.groups))
	for i, g := range d.group {
		all[g] = append(all[g], int32(i))
	}
	return all
}

// Columns returns what a survey must have for a model: the columns that its
// terms read.
func Columns(m *targeting.Model) []string {
	var all []string
	for _, i := range m.Indicators() {
		all = append(all, i.Code)
	}
	return all
}

// OpenModel reads a model's file for a survey.
func OpenModel(c *indicator.Catalogue, file string, text []byte) (*targeting.Model, error) {
	return parse(c, file, text)
}

func (d *Data) assessment(all []result, t Trial) *Assessment {
	a := &Assessment{Quota: t.Quota, Within: t.Within, Rows: d.table.Rows, Groups: len(d.groups), LeftOut: d.LeftOut, Train: t.TrainGroups, Repeat: t.Repeat}
	of := func(get func(r *result) float64) Range {
		var values []float64
		for i := range all {
			if v := get(&all[i]); !math.IsNaN(v) {
				values = append(values, v)
			}
		}
		return rangeOf(values)
	}
	a.Exclusion = of(func(r *result) float64 { return r.total.exclusion() })
	a.Inclusion = of(func(r *result) float64 { return r.total.inclusion() })
	a.R2 = of(func(r *result) float64 { return r.r2 })
	a.Spearman = of(func(r *result) float64 { return r.spearman })
	for k, column := range d.by {
		for _, v := range column.values() {
			g := Group{Column: column.name, Value: column.text(v)}
			g.Exclusion = of(func(r *result) float64 { return r.by[k][v].exclusion() })
			g.Inclusion = of(func(r *result) float64 { return r.by[k][v].inclusion() })
			for i := range all {
				g.Rows += all[i].by[k][v].rows
			}
			a.By = append(a.By, g)
		}
	}
	return a
}

// rangeOf returns the mean and the 2.5th and 97.5th percentile.
func rangeOf(values []float64) Range {
	if len(values) == 0 {
		return Range{Unknown: true}
	}
	slices.Sort(values)
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	at := func(p float64) float64 {
		x := p * float64(len(values)-1)
		k := int(x)
		if k+1 >= len(values) {
			return values[len(values)-1]
		}
		return values[k] + (x-float64(k))*(values[k+1]-values[k])
	}
	return Range{Mean: sum / float64(len(values)), Low: at(0.025), High: at(0.975)}
}

// Groups returns how many communities there are.
func (d *Data) Groups() int { return len(d.groups) }

// ParseQuota reads a share: 20%, or 0.2. A number above 1 must say that it is
// of a hundred.
func ParseQuota(s string) (float64, error) {
	bad := fault.Invalid("targeting.survey.quota_text", "value", s)
	number, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(number), ",", ".", 1), 64)
	if err != nil || math.IsNaN(v) {
		return 0, bad
	}
	if percent {
		v /= 100
	} else if v > 1 {
		return 0, bad
	}
	if v <= 0 || v > 1 {
		return 0, fault.Invalid("targeting.survey.quota", "quota", strings.TrimSpace(s))
	}
	return v, nil
}
