package targeting

import (
	"slices"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
)

// Micro is how many parts scores and coefficients count in one unit of the
// natural log: they are whole millionths.
const Micro = 1_000_000

// Model predicts the natural log of monthly consumption per person, in
// rupiah of the day Prices, in millionths.
type Model struct {
	Code      string
	Name      i18n.Text
	Official  bool // false for a demonstration model, which decides about nobody
	Source    i18n.Text
	Date      civil.Date // of the source
	From      civil.Date // in force
	Areas     []string   // area prefixes it was fitted for; empty for the nation
	Prices    civil.Date
	Intercept int64
	Terms     []Term

	// Survey says what the model was fitted on; nil for a model that was
	// written by hand.
	Survey *Survey

	Text   []byte // the file, to show
	Digest string // of the meaning, hex

	low, high int64 // no score lies outside
}

// Term is what one indicator of a family adds to the score.
type Term struct {
	Indicator *indicator.Indicator
	// Each is added for each unit of a number, which is first brought into
	// From to To.
	Each, From, To int64
	// Points, if any, are what a number adds at some values, in order: straight
	// lines join them, and beyond the first and last it adds what they do.
	Points []Point
	// Options are added for the options of a choice and for yes (1) and no
	// (0), Other for every option not among them.
	Options map[int64]int64
	Other   int64
	// When, if set, is what must be so for the question to be asked at all;
	// where it is not, the term adds nothing.
	When *Condition
	// Missing, if set, is added where the fact is not known.
	Missing       *int64
	MissingSource i18n.Text
}

// Condition is true of a family whose answer is one of Values.
type Condition struct {
	Indicator *indicator.Indicator
	Values    []int64
}

// counts reports whether the term is of a number.
func (t *Term) counts() bool { return t.Options == nil }

// add returns what a known value adds.
func (t *Term) add(v int64) int64 {
	switch {
	case t.Points != nil:
		return along(t.Points, v)
	case t.counts():
		return t.Each * min(max(v, t.From), t.To)
	}
	if a, ok := t.Options[v]; ok {
		return a
	}
	return t.Other
}

// bounds returns the least and most that the term can add.
func (t *Term) bounds() (low, high int64) {
	all := []int64{t.Each * t.From, t.Each * t.To}
	switch {
	case t.Points != nil:
		all = nil
		for _, p := range t.Points {
			all = append(all, p.Add)
		}
	case !t.counts():
		all = []int64{t.Other}
		for _, a := range t.Options {
			all = append(all, a)
		}
	}
	if t.When != nil {
		all = append(all, 0)
	}
	if t.Missing != nil {
		all = append(all, *t.Missing)
	}
	return slices.Min(all), slices.Max(all)
}

// Covers reports whether the model was fitted for an area.
func (m *Model) Covers(area string) bool {
	return len(m.Areas) == 0 || slices.ContainsFunc(m.Areas, func(p string) bool { return strings.HasPrefix(area, p) })
}

// Indicators returns the family indicators that the model reads, by No.
func (m *Model) Indicators() []*indicator.Indicator {
	var all []*indicator.Indicator
	for i := range m.Terms {
		all = append(all, m.Terms[i].Indicator)
		if w := m.Terms[i].When; w != nil {
			all = append(all, w.Indicator)
		}
	}
	slices.SortFunc(all, func(a, b *indicator.Indicator) int { return a.No - b.No })
	return slices.Compact(all)
}

// Score returns the score of every family of a table: a column, unknown
// where a fact that the model needs is. It cannot overflow, since loading the
// model has proved the bounds of every sum.
func (m *Model) Score(families *column.Table) *column.Column {
	score := column.New(families.Rows)
	score.Known.Fill(families.Rows)
	for i := range score.Values {
		score.Values[i] = m.Intercept
	}
	for i := range m.Terms {
		m.Terms[i].addTo(score, families)
	}
	for i := range score.Values {
		if !score.Known.Get(i) {
			score.Values[i] = 0
		}
	}
	return score
}

// addTo adds the term to the scores. Most options have small numbers, and a
// table of them is quicker than a map.
func (t *Term) addTo(score *column.Column, families *column.Table) {
	facts := columnOf(families, t.Indicator.Code)
	var when *column.Column
	if t.When != nil {
		when = columnOf(families, t.When.Indicator.Code)
	}
	var quick [64]int64
	for v := range quick {
		quick[v] = t.add(int64(v))
	}
	for i, v := range facts.Values {
		if when != nil {
			w, known := when.At(i)
			if known && !slices.Contains(t.When.Values, w) {
				continue
			}
			if !known {
				t.missing(score, i)
				continue
			}
		}
		switch {
		case !facts.Known.Get(i):
			t.missing(score, i)
		case uint64(v) < uint64(len(quick)):
			score.Values[i] += quick[v]
		default:
			score.Values[i] += t.add(v)
		}
	}
}

func (t *Term) missing(score *column.Column, i int) {
	if t.Missing != nil {
		score.Values[i] += *t.Missing
	} else {
		score.Known.Clear(i)
	}
}

func columnOf(t *column.Table, code string) *column.Column {
	if c := t.Columns[code]; c != nil {
		return c
	}
	return column.New(t.Rows)
}

// Reading is one term of one family's score, for a page.
type Reading struct {
	Term    *Term
	Asked   bool // the term's condition holds, or it has none
	Value   int64
	Known   bool
	Add     int64 // what it adds; 0 where it is needed and missing
	Default bool  // Add is the model's default for a missing fact
}

// Read returns the score of family i with each term, and the indicators
// whose absence leaves it unknown.
func (m *Model) Read(families *column.Table, i int) (score int64, readings []Reading, missing []*indicator.Indicator) {
	score = m.Intercept
	for k := range m.Terms {
		t := &m.Terms[k]
		r := Reading{Term: t, Asked: true}
		r.Value, r.Known = columnOf(families, t.Indicator.Code).At(i)
		lacks := t.Indicator
		if w := t.When; w != nil {
			v, known := columnOf(families, w.Indicator.Code).At(i)
			if !known {
				lacks, r.Known = w.Indicator, false
			} else {
				r.Asked = slices.Contains(w.Values, v)
			}
		}
		switch {
		case !r.Asked:
		case r.Known:
			r.Add = t.add(r.Value)
		case t.Missing != nil:
			r.Add, r.Default = *t.Missing, true
		case !slices.Contains(missing, lacks):
			missing = append(missing, lacks)
		}
		score += r.Add
		readings = append(readings, r)
	}
	return score, readings, missing
}
