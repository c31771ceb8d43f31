package targeting

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/rule"
)

// LineKind says what a poverty line parts.
type LineKind string

// The kinds of line.
const (
	LinePoor    LineKind = "poor"    // the national definition (BPS, garis kemiskinan)
	LineExtreme LineKind = "extreme" // extreme poverty (World Bank line in rupiah)
)

// Setting says whether a place is a town or the country, as the statistics
// office tells them apart; its lines differ.
type Setting string

// The settings. Anywhere is of a line for both, and of a place of which it is
// not known.
const (
	Anywhere Setting = ""
	Urban    Setting = "urban"
	Rural    Setting = "rural"
)

// SettingOf turns a fact into a setting.
func SettingOf(urban int64, known bool) Setting {
	switch {
	case !known:
		return Anywhere
	case urban != 0:
		return Urban
	}
	return Rural
}

// SettingIn returns the setting of a village on a day, as the definitions of
// the catalogue have it; Anywhere for a larger area.
func SettingIn(c *indicator.Catalogue, area string, on civil.Date) Setting {
	village, err := strconv.ParseInt(area, 10, 64)
	d, ok := c.Derivations(on)
	if err != nil || len(area) != villageDigits || !ok {
		return Anywhere
	}
	if d.Urban(village) {
		return Urban
	}
	return Rural
}

// villageDigits is how many digits name a village.
const villageDigits = 10

// Line is a poverty line: consumption per person per month below which a
// person counts as poor.
type Line struct {
	Kind    LineKind
	Area    string  // area prefix it is for; empty for the nation
	Setting Setting // of the area
	From    civil.Date
	Monthly money.Rupiah
	Source  i18n.Text
}

// Lines is a dated table of poverty lines.
type Lines struct {
	all   []Line
	stale int64 // months after which a line gives way to a newer one of a larger area; 0 for never
	text  []byte
}

// LoadLines reads poverty_lines.yaml of the last file system that has one.
func LoadLines(systems ...fs.FS) (Lines, error) {
	text, err := readAll(linesFile, systems)
	if err != nil {
		return Lines{}, err
	}
	if text[linesFile] == nil {
		return Lines{}, fault.NotFound("targeting.no_lines")
	}
	lines, problems := ParseLines(linesFile, text[linesFile])
	if len(problems) > 0 {
		return Lines{}, problems
	}
	return lines, nil
}

// ParseLines reads a table of poverty lines.
func ParseLines(file string, text []byte) (Lines, rule.Problems) {
	var problems rule.Problems
	r := reader{file, &problems}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return Lines{}, rule.Problems{fault.Invalid("targeting.load.not_yaml", "at", file, "file", file).Because(err)}
	}
	lines := Lines{text: bytes.Clone(text)}
	r.fields(doc.Content[0], map[string]func(*yaml.Node){
		"fallback": func(n *yaml.Node) {
			var why i18n.Text
			r.fields(n, map[string]func(*yaml.Node){"stale_months!": r.number(&lines.stale, maxValue), "source!": r.cited(&why)})
			if lines.stale < 0 {
				r.bad(n, "line_stale")
			}
		},
		"lines!": func(n *yaml.Node) { r.each(n, func(n *yaml.Node) { lines.read(r, n) }) },
	})
	if len(problems) > 0 {
		return Lines{}, problems
	}
	return lines, nil
}

func (l *Lines) read(r reader, n *yaml.Node) {
	var line Line
	var kind, setting string
	var monthly int64
	r.fields(n, map[string]func(*yaml.Node){
		"kind!": r.text(&kind), "area!": r.area(&line.Area), "setting": r.text(&setting), "from!": r.day(&line.From),
		"monthly!": r.number(&monthly, maxValue), "source!": r.cited(&line.Source),
	})
	line.Kind, line.Setting, line.Monthly = LineKind(kind), Setting(setting), money.Rupiah(monthly)
	switch {
	case line.Kind != LinePoor && line.Kind != LineExtreme:
		r.bad(n, "line_kind", "value", kind)
	case line.Setting != Anywhere && line.Setting != Urban && line.Setting != Rural:
		r.bad(n, "line_setting", "value", setting)
	case monthly <= 0:
		r.bad(n, "line_amount")
	case slices.ContainsFunc(l.all, func(o Line) bool {
		return o.Kind == line.Kind && o.Area == line.Area && o.Setting == line.Setting && o.From == line.From
	}):
		r.bad(n, "line_twice")
	}
	l.all = append(l.all, line)
}

// All returns the table in the file's order.
func (l Lines) All() []Line { return slices.Clone(l.all) }

// Line returns the line of a kind for a place on a day: of the smallest area
// that has one the newest, and of one day that of the setting before that for
// both. An area whose newest line is stale gives way to a larger one whose
// line is not; where all are stale, the smallest area counts. It returns
// fault.NotFound when there is none.
func (l Lines) Line(kind LineKind, area string, setting Setting, on civil.Date) (Line, error) {
	var best *Line
	for i := range l.all {
		x := &l.all[i]
		if x.Kind == kind && x.From <= on && strings.HasPrefix(area, x.Area) && (x.Setting == Anywhere || x.Setting == setting) &&
			(best == nil || l.before(x, best, on)) {
			best = x
		}
	}
	if best == nil {
		return Line{}, fault.NotFound("targeting.no_line", "kind", string(kind), "date", on)
	}
	return *best, nil
}

// before reports whether x counts rather than y, where both could.
func (l Lines) before(x, y *Line, on civil.Date) bool {
	a, b := l.isStale(x, on), l.isStale(y, on)
	switch {
	case a != b:
		return b
	case len(x.Area) != len(y.Area):
		return len(x.Area) > len(y.Area)
	case x.From != y.From:
		return x.From > y.From
	}
	return x.Setting != Anywhere
}

func (l Lines) isStale(x *Line, on civil.Date) bool {
	return l.stale > 0 && x.From.AddMonths(int(l.stale)) <= on
}

// String names the line in logs.
func (l Line) String() string {
	return fmt.Sprintf("%s %s%s from %s: %s", l.Kind, l.Area, l.Setting, l.From, l.Monthly)
}

// Poor returns the poverty line of a place on a day; zero, below which nobody
// falls, where there is none.
func (l Lines) Poor(area string, setting Setting, on civil.Date) money.Rupiah {
	return l.monthly(LinePoor, area, setting, on)
}

// Extreme is Poor for extreme poverty.
func (l Lines) Extreme(area string, setting Setting, on civil.Date) money.Rupiah {
	return l.monthly(LineExtreme, area, setting, on)
}

func (l Lines) monthly(kind LineKind, area string, setting Setting, on civil.Date) money.Rupiah {
	line, err := l.Line(kind, area, setting, on)
	if err != nil {
		return 0
	}
	return line.Monthly
}
