package survey

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/targeting"
)

// Reckoning says how poverty is measured in a survey.
type Reckoning struct {
	Outcome string // column of consumption per person and month, in rupiah, above zero
	Size    string // column of household members; empty when a row is a person
	Weight  string // column of survey weights; empty for none
	Group   string // column of the community, for the interval; empty for households drawn one by one
	Area    string // column of the area's code; empty when Code is of all rows
	Code    string // area of all rows
	Urban   string // column that tells town from country; empty when it is not known
	Name    string // of the survey
	On      civil.Date
}

// columns returns what the file must have.
func (k Reckoning) columns() []string {
	var all []string
	for _, c := range []string{k.Outcome, k.Size, k.Weight, k.Group, k.Area, k.Urban} {
		if c != "" {
			all = append(all, c)
		}
	}
	return all
}

// household is one row that counts.
type household struct {
	group                     int32
	weight                    float64 // of its persons
	poor, gap, square, really float64 // indices of each person
}

// Poverty measures poverty in a survey: of all that it covers, of each
// province and regency or city in it, and of town and country apart. What is
// read from the file is of the survey's own consumption, never predicted.
func Poverty(r io.ReaderAt, size int64, lines targeting.Lines, k Reckoning) ([]targeting.SurveyPoverty, error) {
	t, err := Read(r, size, k.columns())
	if err != nil {
		return nil, err
	}
	d, err := Load(t, nil, Spec{Outcome: k.Outcome, Group: cmp.Or(k.Group, k.Outcome), Weight: k.Weight})
	if err != nil {
		return nil, err
	}
	consumption, _, _ := t.columns[k.Outcome].numbers() // as written: a log would move what lies on a line
	members, err := t.positive(k.Size)
	if err != nil {
		return nil, err
	}
	areas, err := t.areas(k)
	if err != nil {
		return nil, err
	}
	settings, err := t.settings(k.Urban)
	if err != nil {
		return nil, err
	}
	type cell struct {
		area    string
		setting targeting.Setting
	}
	cells := map[cell][]household{}
	for i := range t.Rows {
		poor, extreme := lines.Poor(areas[i], settings[i], k.On), lines.Extreme(areas[i], settings[i], k.On)
		if poor == 0 || extreme == 0 {
			return nil, fault.NotFound("targeting.no_line", "kind", map[bool]string{true: string(targeting.LinePoor), false: string(targeting.LineExtreme)}[poor == 0], "date", k.On)
		}
		h := household{group: d.group[i], weight: d.weight[i] * members[i]}
		if k.Group == "" {
			h.group = int32(i)
		}
		y := consumption[i]
		if gap := (float64(poor) - y) / float64(poor); gap > 0 {
			h.poor, h.gap, h.square = 1, gap, gap*gap
		}
		if y < float64(extreme) {
			h.really = 1
		}
		for _, a := range within(areas[i], k.Code) {
			cells[cell{a, targeting.Anywhere}] = append(cells[cell{a, targeting.Anywhere}], h)
			if settings[i] != targeting.Anywhere {
				cells[cell{a, settings[i]}] = append(cells[cell{a, settings[i]}], h)
			}
		}
	}
	var all []targeting.SurveyPoverty
	for c, hs := range cells {
		x := indices(hs)
		x.Survey, x.HeldOn, x.Area, x.Setting = k.Name, k.On, c.area, c.setting
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b targeting.SurveyPoverty) int {
		return cmp.Or(strings.Compare(a.Area, b.Area), strings.Compare(string(a.Setting), string(b.Setting)))
	})
	return all, nil
}

// within returns the areas that a household counts in: that of the whole
// survey, and of its own the province and the regency or city.
func within(area, whole string) []string {
	all := []string{whole}
	for _, digits := range []int{2, 4} {
		if len(area) >= digits && len(whole) < digits {
			all = append(all, area[:digits])
		}
	}
	return all
}

// indices are those of Foster, Greer and Thorbecke, of persons. The interval
// is the usual one of a ratio whose communities were drawn by chance.
func indices(hs []household) targeting.SurveyPoverty {
	var n, p0, p1, p2, really float64
	for _, h := range hs {
		n += h.weight
		p0 += h.weight * h.poor
		p1 += h.weight * h.gap
		p2 += h.weight * h.square
		really += h.weight * h.really
	}
	if n == 0 {
		return targeting.SurveyPoverty{Households: int64(len(hs))}
	}
	off := map[int32]float64{}
	for _, h := range hs {
		off[h.group] += h.weight * (h.poor - p0/n) / n
	}
	squares := 0.0
	for _, g := range sortedGroups(off) {
		squares += off[g] * off[g]
	}
	half := 0.0
	if c := float64(len(off)); c > 1 {
		half = 1.959964 * math.Sqrt(squares*c/(c-1))
	}
	part := func(v float64) int64 { return int64(math.Round(min(max(v, 0), 1) * targeting.Micro)) }
	return targeting.SurveyPoverty{Households: int64(len(hs)), P0: part(p0 / n), P0Low: part(p0/n - half), P0High: part(p0/n + half),
		P1: part(p1 / n), P2: part(p2 / n), Extreme: part(really / n)}
}

func sortedGroups(off map[int32]float64) []int32 {
	all := make([]int32, 0, len(off))
	for g := range off {
		all = append(all, g)
	}
	slices.Sort(all)
	return all
}

// positive reads a column of whole numbers above zero; all one for no column.
func (t *Table) positive(name string) ([]float64, error) {
	values := make([]float64, t.Rows)
	if name == "" {
		for i := range values {
			values[i] = 1
		}
		return values, nil
	}
	values, _, _ = t.columns[name].numbers()
	if rows, count := t.rowsOf(func(i int) bool { return !(values[i] >= 1) || values[i] != math.Trunc(values[i]) }); count > 0 {
		return nil, fault.Invalid("targeting.survey.bad_size", "column", name, "count", count, "rows", rows)
	}
	return values, nil
}

// areas reads the codes of areas, with or without dots.
func (t *Table) areas(k Reckoning) ([]string, error) {
	all := make([]string, t.Rows)
	if k.Area == "" {
		for i := range all {
			all[i] = k.Code
		}
		return all, nil
	}
	col := t.columns[k.Area]
	for i, code := range col.codes {
		all[i] = strings.ReplaceAll(col.text(code), ".", "")
	}
	bad := func(i int) bool {
		a := all[i]
		return strings.Trim(a, "0123456789") != "" || !slices.Contains([]int{2, 4, 6, 10}, len(a)) || !strings.HasPrefix(a, k.Code)
	}
	if rows, count := t.rowsOf(bad); count > 0 {
		return nil, fault.Invalid("targeting.survey.bad_area", "column", k.Area, "count", count, "rows", rows)
	}
	return all, nil
}

// towns are what surveys write for town and country.
var towns = map[string]targeting.Setting{
	"1": targeting.Urban, "urban": targeting.Urban, "kota": targeting.Urban, "perkotaan": targeting.Urban, "ya": targeting.Urban, "k": targeting.Urban,
	"2": targeting.Rural, "0": targeting.Rural, "rural": targeting.Rural, "desa": targeting.Rural, "perdesaan": targeting.Rural, "tidak": targeting.Rural, "d": targeting.Rural,
}

func (t *Table) settings(name string) ([]targeting.Setting, error) {
	all := make([]targeting.Setting, t.Rows)
	if name == "" {
		return all, nil
	}
	col := t.columns[name]
	wrong := make([]bool, t.Rows)
	for i, code := range col.codes {
		var ok bool
		if code != missing {
			all[i], ok = towns[strings.ToLower(col.words[code])]
			wrong[i] = !ok
		}
	}
	if rows, count := t.rowsOf(func(i int) bool { return wrong[i] }); count > 0 {
		return nil, fault.Invalid("targeting.survey.bad_urban", "column", name, "count", count, "rows", rows)
	}
	return all, nil
}
