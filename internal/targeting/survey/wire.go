package survey

import "encoding/json"

// interval is where the middle 95 of a hundred lie, as [low, high].
type interval [2]float64

func (r Range) interval() *interval {
	if r.Unknown {
		return nil
	}
	return &interval{r.Low, r.High}
}

func (r Range) mean() *float64 {
	if r.Unknown {
		return nil
	}
	return &r.Mean
}

// wireErrors is how Errors are written as JSON: each figure by its mean, and
// its interval beside it; null what cannot be known.
type wireErrors struct {
	Exclusion         *float64  `json:"exclusion_error"`
	ExclusionInterval *interval `json:"exclusion_error_interval"`
	Inclusion         *float64  `json:"inclusion_error"`
	InclusionInterval *interval `json:"inclusion_error_interval"`
}

func (e Errors) wire() wireErrors {
	return wireErrors{e.Exclusion.mean(), e.Exclusion.interval(), e.Inclusion.mean(), e.Inclusion.interval()}
}

// MarshalJSON writes each figure as its mean, and its interval beside it.
func (a Assessment) MarshalJSON() ([]byte, error) {
	type rest Assessment
	return json.Marshal(struct {
		wireErrors
		R2               *float64  `json:"r2"`
		R2Interval       *interval `json:"r2_interval"`
		Spearman         *float64  `json:"spearman"`
		SpearmanInterval *interval `json:"spearman_interval"`
		rest
	}{a.Errors.wire(), a.R2.mean(), a.R2.interval(), a.Spearman.mean(), a.Spearman.interval(), rest(a)})
}

// MarshalJSON writes a group's figures as Assessment does.
func (g Group) MarshalJSON() ([]byte, error) {
	type rest Group
	return json.Marshal(struct {
		rest
		wireErrors
	}{rest(g), g.Errors.wire()})
}
