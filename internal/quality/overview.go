package quality

import (
	"cmp"
	"slices"
	"strconv"
)

// Overview is what is known of an area, or of several taken together.
type Overview struct {
	Area      string
	Families  int64
	Persons   int64
	Complete  int64
	Sound     int64
	Twice     int64
	Unvisited int64
	Warned    int64   // families with a warning that is not minor
	Waiting   int64   // families for which any programme waits
	Groups    []Part  // facts known, by group, in the order of their codes
	Warnings  []Part  // families, by warning
	Programme []Part  // families, by programme that waits
	Steps     []int64 // families by step of freshness
}

// Part is one part of a measure.
type Part struct {
	Code  string
	N, Of int64
}

// Facts returns how many facts are known, and how many are asked.
func (o Overview) Facts() (known, asked int64) {
	for _, g := range o.Groups {
		known, asked = known+g.N, asked+g.Of
	}
	return known, asked
}

// Stale returns the families that were observed longest ago.
func (o Overview) Stale(r Rule) int64 {
	if len(o.Steps) <= len(r.FreshDays) {
		return 0
	}
	return o.Steps[len(r.FreshDays)]
}

// ToMend returns the families with anything to mend.
func (o Overview) ToMend() int64 { return o.Families - o.Sound }

// summarise adds figures up, of whatever areas they are.
func summarise(area string, figures []Figure) Overview {
	o := Overview{Area: area}
	whole := map[Measure]*int64{Families: &o.Families, Persons: &o.Persons, Complete: &o.Complete, Sound: &o.Sound, Twice: &o.Twice, Unvisited: &o.Unvisited}
	for _, f := range figures {
		switch {
		case whole[f.Measure] != nil:
			*whole[f.Measure] += f.N
		case f.Measure == Known:
			o.Groups = plus(o.Groups, f)
		case f.Measure == Warned && f.Part == "":
			o.Warned += f.N
		case f.Measure == Warned:
			o.Warnings = plus(o.Warnings, f)
		case f.Measure == Waiting && f.Part == "":
			o.Waiting += f.N
		case f.Measure == Waiting:
			o.Programme = plus(o.Programme, f)
		case f.Measure == Fresh:
			o.step(f)
		}
	}
	for _, parts := range [][]Part{o.Groups, o.Warnings, o.Programme} {
		slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.Code, b.Code) })
	}
	return o
}

func (o *Overview) step(f Figure) {
	at, err := strconv.Atoi(f.Part)
	if err != nil || at < 0 {
		return
	}
	for len(o.Steps) <= at {
		o.Steps = append(o.Steps, 0)
	}
	o.Steps[at] += f.N
}

func plus(parts []Part, f Figure) []Part {
	for i := range parts {
		if parts[i].Code == f.Part {
			parts[i].N += f.N
			parts[i].Of += f.Of
			return parts
		}
	}
	return append(parts, Part{f.Part, f.N, f.Of})
}
