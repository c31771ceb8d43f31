package rulesql

import (
	"fmt"
	"slices"
	"strings"
)

// keys are the columns that name the rows of each space.
var keys = [...][]string{families: {"n"}, members: {"n", "i"}, pairs: {"n", "i", "j"}}

// own is the alias of each space's stage.
var own = [...]string{families: "f", members: "m", pairs: "p"}

// writer writes the stages of a query, level by level.
type writer struct {
	q      *query
	stages []string
	tables [3]string // the newest stage of each space
}

func (q *query) write() Query {
	end := 1
	for _, c := range q.columns {
		end = max(end, c.level+1)
	}
	q.output.keep(end)
	w := &writer{q: q, tables: [3]string{FamilyTable, MemberTable, "p0"}}
	if slices.ContainsFunc(q.columns, func(c *column) bool {
		return c.space == pairs || c.group != nil && c.group.from.space == pairs
	}) {
		w.stage("p0", "SELECT a.n AS n, a.i AS i, b.i AS j FROM "+MemberTable+" AS a JOIN "+MemberTable+" AS b ON b.n = a.n")
	}
	for level := 1; level < end; level++ {
		w.level(level)
	}
	space, row := families, "f.n"
	if q.each {
		space, row = members, "m.i"
	}
	text := "SELECT " + strings.Join(append([]string{row}, q.outputs...), ",\n ") + "\nFROM " + w.from(space, q.output.aliases, nil)
	if len(w.stages) > 0 {
		text = "WITH " + strings.Join(w.stages, ",\n") + "\n" + text
	}
	return Query{Text: text, EachMember: q.each, Rules: q.rules}
}

func (w *writer) stage(name, text string) {
	w.stages = append(w.stages, name+" AS MATERIALIZED ("+text+")")
}

// level writes the stages of one level, all from those of the levels before.
func (w *writer) level(level int) {
	var fresh [3][]*column
	groups := map[string][]*column{}
	for _, c := range w.q.columns {
		if c.level != level || c.fact != nil {
			continue
		}
		fresh[c.space] = append(fresh[c.space], c)
		if c.group != nil && len(c.group.columns) > 0 {
			alias := c.group.alias(c)
			groups[alias] = append(groups[alias], c)
		}
	}
	for _, alias := range sorted(groups) {
		w.group(alias, groups[alias])
	}
	tables := w.tables
	for s, columns := range fresh {
		if len(columns) > 0 {
			tables[s] = fmt.Sprintf("%s%d", own[s], level)
			w.columns(tables[s], space(s), level, columns)
		}
	}
	w.tables = tables
}

func sorted(groups map[string][]*column) []string {
	names := make([]string, 0, len(groups))
	for n := range groups {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// group writes what is gathered for each row of a coarser stage.
func (w *writer) group(alias string, columns []*column) {
	from, into := columns[0].group.from.space, columns[0].space
	u := newUse()
	var texts []string
	for _, c := range columns {
		texts = append(texts, c.group.columns...)
		for a := range c.uses.aliases {
			u.aliases[a] = true
		}
	}
	key := own[from] + "." + keys[into][len(keys[into])-1]
	w.stage(alias, "SELECT "+key+" AS g, "+strings.Join(texts, ", ")+" FROM "+w.from(from, u.aliases, nil)+" GROUP BY "+key)
}

// columns writes a stage: the columns that are new, and those before them
// that a later stage is made from.
func (w *writer) columns(name string, s space, level int, fresh []*column) {
	var texts []string
	for _, k := range keys[s] {
		texts = append(texts, own[s]+"."+k+" AS "+k)
	}
	for _, c := range w.q.columns {
		if c.space == s && c.level < level && c.last > level {
			texts = append(texts, own[s]+"."+c.name+" AS "+c.name)
			if c.missing != "" {
				texts = append(texts, own[s]+"."+c.name+"m AS "+c.name+"m")
			}
		}
	}
	aliases, groups := map[string]bool{}, []string{}
	for _, c := range fresh {
		texts = append(texts, c.value+" AS "+c.name)
		if c.missing != "" {
			texts = append(texts, c.missing+" AS "+c.name+"m")
		}
		if c.group == nil {
			for a := range c.uses.aliases {
				aliases[a] = true
			}
		} else if g := c.group.alias(c); len(c.group.columns) > 0 && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	w.stage(name, "SELECT "+strings.Join(texts, ", ")+" FROM "+w.from(s, aliases, groups))
}

// from joins the newest stages that a text reaches by their aliases.
func (w *writer) from(s space, aliases map[string]bool, groups []string) string {
	text := w.tables[s] + " AS " + own[s]
	join := func(alias string, of space, on string) {
		if alias != own[s] && aliases[alias] {
			text += fmt.Sprintf(" JOIN %s AS %s ON %s", w.tables[of], alias, on)
		}
	}
	join("a", members, "a.i = p.i")
	join("b", members, "b.i = p.j")
	join("f", families, "f.n = "+own[s]+".n")
	for _, g := range groups {
		text += fmt.Sprintf(" LEFT JOIN %s ON %s.g = %s.%s", g, g, own[s], keys[s][len(keys[s])-1])
	}
	return text
}
