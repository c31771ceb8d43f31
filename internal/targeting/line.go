package targeting

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
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

// Line is a poverty line: consumption per person per month below which a
// person counts as poor.
type Line struct {
	Kind    LineKind
	Area    string // area prefix it is for; empty for the nation
	From    civil.Date
	Monthly money.Rupiah
	Source  i18n.Text
}

// Lines is a dated table of poverty lines.
type Lines struct {
	all  []Line
	text []byte
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
	r.fields(doc.Content[0], map[string]func(*yaml.Node){"lines!": func(n *yaml.Node) {
		r.each(n, func(n *yaml.Node) { lines.read(r, n) })
	}})
	if len(problems) > 0 {
		return Lines{}, problems
	}
	return lines, nil
}

func (l *Lines) read(r reader, n *yaml.Node) {
	var line Line
	var kind string
	var monthly int64
	r.fields(n, map[string]func(*yaml.Node){
		"kind!": r.text(&kind), "area!": r.area(&line.Area), "from!": r.day(&line.From),
		"monthly!": r.number(&monthly, maxValue), "source!": r.cited(&line.Source),
	})
	line.Kind, line.Monthly = LineKind(kind), money.Rupiah(monthly)
	switch {
	case line.Kind != LinePoor && line.Kind != LineExtreme:
		r.bad(n, "line_kind", "value", kind)
	case monthly <= 0:
		r.bad(n, "line_amount")
	case slices.ContainsFunc(l.all, func(o Line) bool { return o.Kind == line.Kind && o.Area == line.Area && o.From == line.From }):
		r.bad(n, "line_twice")
	}
	l.all = append(l.all, line)
}

// All returns the table in the file's order.
func (l Lines) All() []Line { return slices.Clone(l.all) }

// Line returns the line of a kind for an area on a day: the newest one in
// force of the smallest area that has any. It returns fault.NotFound when
// there is none.
func (l Lines) Line(kind LineKind, area string, on civil.Date) (Line, error) {
	var best *Line
	for i := range l.all {
		x := &l.all[i]
		if x.Kind != kind || x.From > on || !strings.HasPrefix(area, x.Area) {
			continue
		}
		if best == nil || len(x.Area) > len(best.Area) || len(x.Area) == len(best.Area) && x.From > best.From {
			best = x
		}
	}
	if best == nil {
		return Line{}, fault.NotFound("targeting.no_line", "kind", string(kind), "date", on)
	}
	return *best, nil
}

// String names the line in logs.
func (l Line) String() string {
	return fmt.Sprintf("%s %s from %s: %s", l.Kind, l.Area, l.From, l.Monthly)
}

// Poor returns the poverty line of an area on a day; zero, below which nobody
// falls, where there is none.
func (l Lines) Poor(area string, on civil.Date) money.Rupiah {
	line, err := l.Line(LinePoor, area, on)
	if err != nil {
		return 0
	}
	return line.Monthly
}
