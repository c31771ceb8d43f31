// Package ruletest invents rules and families for tests that hold the readers
// of rules to the same answers: well-typed rules of every shape, at the edges
// of 64 bits, of days and of choices, and families of all sizes in which facts
// are missing.
package ruletest

import (
	"fmt"

	"gotong/internal/rule"
)

// Pick chooses one of n: rapid's draw, or a seeded generator where there are
// to be many.
type Pick func(n int) int

// depth is that of the deepest rules.
const depth = 3

// Text writes a random rule of a subject, whose answers are of kind Bool or
// Number. It is well typed; that it may be computed is not certain.
func Text(pick Pick, of rule.Subject, kind rule.Kind) string {
	w := &writer{pick: pick}
	if of != rule.Family {
		w.vars = []string{map[rule.Subject]string{rule.Person: "person", rule.Member: "m"}[of]}
	}
	d := 1 + pick(depth)
	if kind == rule.Bool {
		return w.bool(d)
	}
	return w.number(d)
}

// writer writes random rules that are well typed.
type writer struct {
	pick Pick
	vars []string // names of the members in scope
}

func (w *writer) one(options ...func() string) string { return options[w.pick(len(options))]() }

func (w *writer) of(words ...string) string { return words[w.pick(len(words))] }

// maxVars is how many members a rule can speak of at once.
const maxVars = 2

// fact returns a fact of the family or of a member in scope.
func (w *writer) fact(family, person []string) string {
	var all []string
	for _, c := range family {
		all = append(all, "family."+c)
	}
	for _, v := range w.vars {
		for _, c := range person {
			all = append(all, v+"."+c)
		}
	}
	return w.of(all...)
}

func (w *writer) flag() string {
	return w.fact([]string{"urban", "received_pkh"}, []string{"pregnant", "working"})
}
func (w *writer) count() string {
	return w.fact([]string{"decile", "income_total", "floor_area"}, []string{"age", "income"})
}
func (w *writer) when() string { return w.fact([]string{"last_pkh", "last_bpnt"}, []string{"born"}) }

func (w *writer) bool(depth int) string {
	leaves := []func() string{
		w.flag,
		w.flag,
		func() string { return w.of("true", "false", "params.on") },
		func() string {
			return "(" + w.fact([]string{"floor"}, nil) + w.of(" == ", " != ") + w.of(`"earth"`, `"ceramic"`) + ")"
		},
		func() string { return "(" + w.fact([]string{"floor"}, nil) + ` in ["earth", "bamboo"])` },
		func() string {
			return "(" + w.when() + w.of(" < ", " <= ", " == ", " >= ", " > ") + w.of("params.since", `date("2024-02-28")`, w.when()) + ")"
		},
	}
	if len(w.vars) > 0 {
		leaves = append(leaves, func() string {
			v := w.of(w.vars...)
			return "(" + v + w.of(`.school in params.stages`, `.school == params.stage`, `.school != "sma"`,
				`.difficulty_sight == `+w.of(w.vars...)+`.difficulty_walking`) + ")"
		})
	}
	if depth == 0 {
		return w.one(leaves...)
	}
	more := []func() string{
		func() string { return "(" + w.bool(depth-1) + w.of(" && ", " || ") + w.bool(depth-1) + ")" },
		func() string { return "(" + w.bool(depth-1) + w.of(" && ", " || ") + w.bool(depth-1) + ")" },
		func() string { return "!(" + w.bool(depth-1) + ")" },
		func() string {
			return "(" + w.number(depth-1) + w.of(" < ", " <= ", " == ", " != ", " >= ", " > ") + w.number(depth-1) + ")"
		},
		func() string { return "(" + w.number(depth-1) + " in [3, params.few, -1])" },
		func() string {
			return "(" + w.bool(depth-1) + " ? " + w.bool(depth-1) + " : " + w.bool(depth-1) + ")"
		},
		func() string { return "(" + w.bool(depth-1) + w.of(" == ", " != ") + w.bool(depth-1) + ")" },
		func() string { return "(" + w.bool(depth-1) + " in [true])" },
	}
	if len(w.vars) < maxVars {
		more = append(more, func() string {
			how := w.of("exists", "all", "exists_one")
			return w.members(depth) + "." + how + w.over(func() string { return w.bool(depth - 1) })
		})
	}
	return w.one(append(more, leaves...)...)
}

func (w *writer) number(depth int) string {
	leaves := []func() string{
		w.count,
		w.count,
		func() string {
			return fmt.Sprintf("(%d)", Numbers[w.pick(len(Numbers))])
		},
		func() string { return w.of("params.few", "params.many") },
	}
	if depth == 0 {
		return w.one(leaves...)
	}
	more := []func() string{
		func() string {
			return "(" + w.number(depth-1) + w.of(" + ", " - ", " * ", " / ", " % ") + w.number(depth-1) + ")"
		},
		func() string { return "-(" + w.number(depth-1) + ")" },
		func() string { return w.of("min", "max") + "(" + w.number(depth-1) + ", " + w.number(depth-1) + ")" },
		func() string {
			return "(" + w.bool(depth-1) + " ? " + w.number(depth-1) + " : " + w.number(depth-1) + ")"
		},
	}
	if len(w.vars) < maxVars {
		more = append(more,
			func() string { return w.members(depth) + ".size()" },
			func() string {
				how := w.of("sum", "min", "max")
				return w.members(depth) + ".map" + w.over(func() string { return w.number(depth - 1) }) + "." + how + "()"
			})
	}
	return w.one(append(more, leaves...)...)
}

// members writes what is walked over.
func (w *writer) members(depth int) string {
	s := "members"
	for range w.pick(3) {
		s += ".filter" + w.over(func() string { return w.bool(depth - 1) })
	}
	return s
}

// over writes (x, …) with a new name for the member.
func (w *writer) over(body func() string) string {
	name := []string{"x", "y", "z"}[len(w.vars)]
	w.vars = append(w.vars, name)
	defer func() { w.vars = w.vars[:len(w.vars)-1] }()
	return "(" + name + ", " + body() + ")"
}
