package survey

import (
	"fmt"
	"math"

	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/targeting"
)

// Fitted is a model's file and what can be said of the fit.
type Fitted struct {
	Text   []byte           `json:"-"`
	Model  *targeting.Model `json:"-"`
	Code   string           `json:"model"`
	Rows   int              `json:"rows"`
	Groups int              `json:"groups"`
	// LeftOut counts the rows without an outcome.
	LeftOut int     `json:"left_out"`
	R2      float64 `json:"r2"`
	// CrossR2 and CrossError are over communities that the fit has not seen:
	// each is predicted by a fit to the others.
	CrossR2    float64 `json:"cross_r2"`
	CrossError float64 `json:"cross_error"`
	// Features that are in the model, that say nothing or only what others
	// say already, and that selection left out.
	Features []string `json:"features"`
	Constant []string `json:"constant"`
	Repeated []string `json:"repeated"`
	Selected []string `json:"not_selected"`
	// NotRegistered are columns that the register does not have, so that it
	// cannot be ranked by the model before it collects them.
	NotRegistered []string `json:"not_in_register"`
	// Error is the largest difference between what the file's whole numbers
	// and the fit's fractions predict, of the log.
	Rounding float64 `json:"rounding"`
}

// Fit fits a model to all rows and writes its file.
func Fit(d *Data, c *indicator.Catalogue, h Heading, o Options) (*Fitted, error) {
	if len(d.features) == 0 {
		return nil, fault.Invalid("targeting.survey.no_features")
	}
	if len(d.groups) < fewestGroups {
		return nil, fault.Invalid("targeting.survey.few_groups", "groups", len(d.groups), "least", fewestGroups)
	}
	out := &Fitted{Code: h.Code, Rows: d.table.Rows, Groups: len(d.groups), LeftOut: d.LeftOut,
		Features: []string{}, Constant: []string{}, Repeated: []string{}, Selected: []string{}, NotRegistered: []string{}}
	if err := d.dropRepeated(out); err != nil {
		return nil, err
	}
	rows := make([]int32, d.table.Rows)
	for i := range rows {
		rows[i] = int32(i)
	}
	e, err := d.train(rows, o)
	if err != nil {
		return nil, err
	}
	if len(e.terms()) == 0 {
		return nil, fault.Invalid("targeting.survey.explains_nothing")
	}
	for k, f := range d.features {
		switch {
		case e.out[k]:
			out.Selected = append(out.Selected, f.indicator.Code)
			continue
		case !f.registered:
			out.NotRegistered = append(out.NotRegistered, f.indicator.Code)
		}
		out.Features = append(out.Features, f.indicator.Code)
	}
	error, err := d.crossError(rows, o)
	if err != nil {
		return nil, err
	}
	s := targeting.Survey{Outcome: d.Spec.Outcome, Group: d.Spec.Group, Rows: int64(out.Rows), Groups: int64(out.Groups), Columns: columnsOf(d.features)}
	if out.Model, err = parse(c, h.Code, e.write(h, s)); err != nil {
		return nil, fmt.Errorf("survey: the model just fitted: %w", err)
	}
	var squares, rounding float64
	score := out.Model.Score(d.facts())
	for i, row := range rows {
		v := float64(score.Values[i]) / targeting.Micro
		squares += d.weight[row] * (d.outcome[row] - v) * (d.outcome[row] - v)
		rounding = max(rounding, math.Abs(v-e.predict(row)))
	}
	variance := d.variance(rows)
	out.R2, out.CrossR2, out.CrossError, out.Rounding = 1-squares/variance, 1-error/variance, math.Sqrt(error/float64(len(rows))), rounding
	s.R2, s.CrossR2, s.CrossError = micro(out.R2), micro(out.CrossR2), micro(out.CrossError)
	out.Text = e.write(h, s)
	out.Model, err = parse(c, h.Code, out.Text)
	return out, err
}

// dropRepeated takes out the features that are the same for all, or that say
// only what those before them say.
func (d *Data) dropRepeated(out *Fitted) error {
	rows := make([]int32, d.table.Rows)
	for i := range rows {
		rows[i] = int32(i)
	}
	s := &sums{data: d, outcome: d.outcome}
	s.blocks, s.hats = blocks(d.features, rows)
	if s.hats > mostHats {
		return fault.Invalid("targeting.survey.too_many_features", "features", len(d.features))
	}
	s.parts = [][]int32{rows}
	s.gather(false)
	shaped := shapes(s.blocks, s.grams[0].all[:s.hats])
	varies := make([]bool, len(s.blocks))
	for _, x := range shaped {
		varies[x.block] = true
	}
	repeated := reduce(s.grams[0], shaped).repeated(shaped, len(s.blocks))
	var keep []*feature
	for k, f := range d.features {
		switch {
		case !varies[k]:
			out.Constant = append(out.Constant, f.indicator.Code)
		case repeated[k]:
			out.Repeated = append(out.Repeated, f.indicator.Code)
		default:
			keep = append(keep, f)
		}
	}
	if d.features = keep; len(keep) == 0 {
		return fault.Invalid("targeting.survey.nothing_varies")
	}
	return nil
}

// predict returns the log of a household's outcome.
func (e *estimate) predict(row int32) float64 {
	v := e.constant
	var hats []hat
	for _, b := range e.blocks {
		hats = b.put(hats, row)
	}
	for _, h := range hats {
		v += e.add[h.at] * h.share
	}
	return v
}

// crossError is the sum of squared errors over communities not seen, each
// fifth of them predicted by a whole fit, choices included, to the others. Of
// a large survey one fifth stands for all.
func (d *Data) crossError(rows []int32, o Options) (float64, error) {
	sorted := d.byGroup(rows)
	parts := d.deal(sorted, min(5, len(d.groups)), o.Seed+1)
	sum, weight := 0.0, 0.0
	for i, part := range parts {
		if i > 0 && len(rows) > largeSurvey {
			break
		}
		var rest []int32
		for k, other := range parts {
			if k != i {
				rest = append(rest, other...)
			}
		}
		e, err := d.train(rest, o)
		if err != nil {
			return 0, err
		}
		for _, row := range part {
			away := d.outcome[row] - e.predict(row)
			sum += d.weight[row] * away * away
			weight += d.weight[row]
		}
	}
	return sum / weight * float64(len(rows)), nil
}

// largeSurvey is more households than one error over communities not seen
// needs to be known to three digits.
const largeSurvey = 200_000

func (d *Data) variance(rows []int32) float64 {
	var n, sum, squares float64
	for _, r := range rows {
		n += d.weight[r]
		sum += d.weight[r] * d.outcome[r]
	}
	for _, r := range rows {
		squares += d.weight[r] * (d.outcome[r] - sum/n) * (d.outcome[r] - sum/n)
	}
	return squares
}
