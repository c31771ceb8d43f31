package indicator

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/money"
)

// words returns what a file may write for the option, in lower case.
func (o Option) words() []string {
	return []string{o.Code, strings.ToLower(o.Name.ID), strings.ToLower(o.Name.EN)}
}

// Parse reads a fact from the text of a file's cell or a form's field:
// for a Bool ya/tidak (or yes/no, true/false, 1/0, and the forms' 2 for
// tidak); for a Choice the option's code, number or name in either language;
// for a Date YYYY-MM-DD; for Int and Money plain digits, an Int with as many
// decimals as it has.
//
// It returns a fault.Invalid fit for the screen. An empty text is a fault:
// the caller knows whether it means "not known".
func (i *Indicator) Parse(s string) (int64, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, fault.Invalid("indicator.value.empty", "column", i.Code)
	}
	v, err := i.parse(s)
	if err != nil {
		return 0, err
	}
	if i.Min != nil && v < *i.Min || i.Max != nil && v > *i.Max {
		return 0, i.outOfBounds(s)
	}
	return v, nil
}

func (i *Indicator) parse(s string) (int64, error) {
	switch i.Kind {
	case Bool:
		return i.parseBool(s)
	case Choice:
		return i.parseChoice(s)
	case Date:
		d, err := civil.Parse(s)
		if err != nil {
			return 0, fault.Invalid("indicator.value.date", "column", i.Code, "value", clip(s))
		}
		return int64(d), nil
	case Money:
		r, err := money.Parse(s)
		if err != nil {
			return 0, fault.Invalid("indicator.value.money", "column", i.Code, "value", clip(s))
		}
		return int64(r), nil
	default:
		return i.parseInt(s)
	}
}

func (i *Indicator) parseBool(s string) (int64, error) {
	switch strings.ToLower(s) {
	case "ya", "y", "yes", "true", "1":
		return 1, nil
	case "tidak", "tdk", "n", "no", "false", "0", "2": // 2 is tidak on Regsosek and DTKS forms
		return 0, nil
	}
	return 0, fault.Invalid("indicator.value.bool", "column", i.Code, "value", clip(s))
}

func (i *Indicator) parseChoice(s string) (int64, error) {
	lower := strings.ToLower(s)
	if o, ok := i.OptionCode(lower); ok { // nearly always, and without allocation
		return o.No, nil
	}
	if no, err := strconv.ParseInt(s, 10, 64); err == nil {
		if _, ok := i.Option(no); ok {
			return no, nil
		}
	}
	for _, o := range i.Options {
		if slices.Contains(o.words(), lower) {
			return o.No, nil
		}
	}
	codes := make([]string, len(i.Options))
	for k, o := range i.Options {
		codes[k] = o.Code
	}
	return 0, fault.Invalid("indicator.value.choice", "column", i.Code, "value", clip(s), "options", strings.Join(codes, ", "))
}

func (i *Indicator) parseInt(s string) (int64, error) {
	bad := fault.Invalid("indicator.value.int", "column", i.Code, "value", clip(s))
	whole, fraction, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if len(fraction) > i.Decimals || i.Decimals == 0 && len(whole) != len(s) {
		return 0, bad
	}
	fraction += strings.Repeat("0", i.Decimals-len(fraction))
	digits := whole + fraction
	if strings.HasPrefix(digits, "+") {
		return 0, bad
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, bad
	}
	return v, nil
}

// Bounds returns the least and the most that a fact may be, as stored.
func (i *Indicator) Bounds() (least, most int64) {
	least, most = math.MinInt64, math.MaxInt64
	if i.Min != nil {
		least = *i.Min
	}
	if i.Max != nil {
		most = *i.Max
	}
	return least, most
}

func (i *Indicator) outOfBounds(s string) error {
	from, to := i.Bounds()
	key := "indicator.value.between"
	switch {
	case i.Max == nil:
		key = "indicator.value.at_least"
	case i.Min == nil:
		key = "indicator.value.at_most"
	}
	return fault.Invalid(key, "column", i.Code, "value", clip(s), "min", from, "max", to)
}

// clip keeps a message short when a whole paragraph was pasted into a cell.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Format writes a fact for people: Ya, 7,20 m², Rp1.250.000, Tembok, 1 Mar 2025.
func (i *Indicator) Format(v int64, l i18n.Lang) string {
	switch i.Kind {
	case Bool:
		if v != 0 {
			return i18n.T(l, "indicator.yes")
		}
		return i18n.T(l, "indicator.no")
	case Choice:
		if o, ok := i.Option(v); ok {
			return o.Name.In(l)
		}
		return strconv.FormatInt(v, 10)
	case Date:
		return i18n.Day(l, civil.Date(v))
	case Money:
		return money.Rupiah(v).String()
	default:
		return i.formatInt(v, l)
	}
}

// Text writes a fact as Parse reads it back: the form of import and export files.
func (i *Indicator) Text(v int64) string {
	switch i.Kind {
	case Bool:
		if v != 0 {
			return "ya"
		}
		return "tidak"
	case Choice:
		if o, ok := i.Option(v); ok {
			return o.Code
		}
		return strconv.FormatInt(v, 10)
	case Date:
		return civil.Date(v).String()
	case Int:
		return i.decimal(v, func(whole int64) string { return strconv.FormatInt(whole, 10) }, ".")
	default:
		return strconv.FormatInt(v, 10)
	}
}

func (i *Indicator) formatInt(v int64, l i18n.Lang) string {
	group, point := byte('.'), ","
	if l == i18n.EN {
		group, point = ',', "."
	}
	s := i.decimal(v, func(whole int64) string { return money.Rupiah(whole).Grouped(group) }, point)
	if i.Unit == "" {
		return s
	}
	return s + " " + i.UnitIn(l)
}

// UnitIn returns the unit's word in a language, or its symbol; empty for none.
func (i *Indicator) UnitIn(l i18n.Lang) string {
	if key := "indicator.unit." + i.Unit; i18n.Has(l, key) {
		return i18n.T(l, key)
	}
	return i.Unit
}

// decimal writes v with its decimals, the whole part by whole.
func (i *Indicator) decimal(v int64, whole func(int64) string, point string) string {
	if i.Decimals == 0 {
		return whole(v)
	}
	scale := int64(1)
	for range i.Decimals {
		scale *= 10
	}
	w, f := v/scale, v%scale
	sign := ""
	if f < 0 {
		f = -f
		if w == 0 {
			sign = "-" // -0.5 has no sign left in its whole part
		}
	}
	digits := strconv.FormatInt(f, 10)
	return sign + whole(w) + point + strings.Repeat("0", i.Decimals-len(digits)) + digits
}
