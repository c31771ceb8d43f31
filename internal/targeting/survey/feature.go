package survey

import (
	"math"
	"slices"
	"strings"

	packed "gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/targeting"
)

// feature is one column of what is known of the households, as the scoring
// engine takes it.
type feature struct {
	indicator  *indicator.Indicator
	registered bool // an indicator of the register, of the same values
	facts      *packed.Column
}

func (f *feature) choice() bool {
	return f.indicator.Kind == indicator.Choice || f.indicator.Kind == indicator.Bool
}

// ownNo begins the numbers of indicators that only a survey has, far above
// those of the register.
const ownNo = 1 << 30

// feature reads a column. Where the register has an indicator of that name
// and takes every value, the column is that indicator; else it is a number
// when its texts are numbers, and a choice when they are not.
func (t *Table) feature(c *indicator.Catalogue, name string, no int) (*feature, error) {
	col := t.columns[name]
	if i, ok := c.Lookup(indicator.Family, name); ok && i.Kind != indicator.Date {
		if facts := t.registered(i, col); facts != nil {
			return &feature{i, true, facts}, nil
		}
	}
	own := &indicator.Indicator{No: ownNo + no, Code: name, Level: indicator.Family, Name: i18n.Both(name)}
	values, numeric, other := col.numbers()
	switch {
	case numeric == 0 && other == 0:
		return nil, fault.Invalid("targeting.survey.column_empty", "column", name)
	case other == 0:
		facts, decimals := scaled(values)
		own.Kind, own.Decimals = indicator.Int, decimals
		return &feature{own, false, facts}, nil
	case numeric > 19*other: // a slip in a column of numbers, not a choice
		rows, count := t.rowsOf(func(i int) bool { return math.IsNaN(values[i]) && col.codes[i] != missing })
		return nil, fault.Invalid("targeting.survey.not_numbers", "column", name, "count", count, "rows", rows)
	}
	return &feature{own, false, col.options(own)}, nil
}

// registered reads a column as an indicator of the register; nil when it does
// not take every value, or when a choice is written in bare numbers.
func (t *Table) registered(i *indicator.Indicator, col *column) *packed.Column {
	read := make([]int64, len(col.words))
	for k, w := range col.words {
		v, err := i.Parse(w)
		if err != nil {
			return nil
		}
		if i.Kind == indicator.Choice && strings.Trim(w, "0123456789") == "" {
			return nil // a survey's own numbers need not be those of the register's form
		}
		read[k] = v
	}
	facts := packed.New(t.Rows)
	for row, code := range col.codes {
		if code != missing {
			facts.Set(row, read[code])
		}
	}
	return facts
}

// options makes a column a choice, its texts numbered from 1 in their order.
func (c *column) options(own *indicator.Indicator) *packed.Column {
	own.Kind = indicator.Choice
	order := make([]int, len(c.words))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(c.words[a], c.words[b]) })
	no := make([]int64, len(c.words))
	for k, word := range order {
		no[word] = int64(k + 1)
		own.Options = append(own.Options, indicator.Option{No: int64(k + 1), Code: c.words[word], Name: i18n.Both(c.words[word])})
	}
	facts := packed.New(len(c.codes))
	for row, code := range c.codes {
		if code != missing {
			facts.Set(row, no[code])
		}
	}
	return facts
}

// scaled turns numbers into whole units of the least power of ten that holds
// them all, or of the smallest that fits.
func scaled(values []float64) (*packed.Column, int) {
	const most = 1e12
	largest, decimals := 0.0, 0
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		largest = max(largest, math.Abs(v))
		for s := v * math.Pow10(decimals); decimals < 6 && math.Abs(s-math.Round(s)) > 1e-9*max(1, math.Abs(s)); s = v * math.Pow10(decimals) {
			decimals++
		}
	}
	for decimals > 0 && largest*math.Pow10(decimals) > most {
		decimals--
	}
	facts, unit := packed.New(len(values)), math.Pow10(decimals)
	for i, v := range values {
		if !math.IsNaN(v) {
			facts.Set(i, int64(math.Round(min(max(v*unit, -maxOwn), maxOwn))))
		}
	}
	return facts, decimals
}

// maxOwn bounds a scaled number of a survey, as a model's point is bounded.
const maxOwn = 1e15

// asked reads a column as a model's file says that it was counted.
func (t *Table) asked(i *indicator.Indicator) (*packed.Column, error) {
	col := t.columns[i.Code]
	if i.No < ownNo {
		if facts := t.registered(i, col); facts != nil {
			return facts, nil
		}
		for _, w := range col.words {
			if _, err := i.Parse(w); err != nil {
				return nil, err
			}
		}
		return nil, fault.Invalid("targeting.survey.bare_numbers", "column", i.Code)
	}
	facts := packed.New(t.Rows)
	if i.Kind == indicator.Choice {
		for row, code := range col.codes {
			if code == missing {
				continue
			}
			if o, ok := i.OptionCode(col.words[code]); ok {
				facts.Set(row, o.No)
			} else {
				facts.Set(row, int64(len(i.Options)+1)) // a text the model has not seen: other
			}
		}
		return facts, nil
	}
	values, _, other := col.numbers()
	if other > 0 {
		rows, count := t.rowsOf(func(i int) bool { return math.IsNaN(values[i]) && col.codes[i] != missing })
		return nil, fault.Invalid("targeting.survey.not_numbers", "column", i.Code, "count", count, "rows", rows)
	}
	unit := math.Pow10(i.Decimals)
	for row, v := range values {
		if !math.IsNaN(v) {
			facts.Set(row, int64(math.Round(min(max(v*unit, -maxOwn), maxOwn))))
		}
	}
	return facts, nil
}

// own returns the indicators that a model's survey had and the register has not.
func own(s targeting.Survey) []*indicator.Indicator {
	var all []*indicator.Indicator
	for no, c := range s.Columns {
		i := &indicator.Indicator{No: ownNo + no, Code: c.Code, Level: indicator.Family, Kind: indicator.Int,
			Decimals: int(c.Decimals), Name: i18n.Both(c.Code)}
		for k, o := range c.Options {
			i.Kind = indicator.Choice
			i.Options = append(i.Options, indicator.Option{No: int64(k + 1), Code: o, Name: i18n.Both(o)})
		}
		all = append(all, i)
	}
	return all
}
