package detection

import (
	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// Verdict is what the detection finds of a family.
type Verdict string

// The verdicts.
const (
	AtOnce  Verdict = "at_once" // poor, having nowhere to live
	Poor    Verdict = "poor"    // poor by the tests
	NotPoor Verdict = "not_poor"
	Open    Verdict = "open" // facts are missing on which it depends
)

// Verdicts lists the verdicts, the poorest first.
var Verdicts = []Verdict{AtOnce, Poor, Open, NotPoor}

// Finding is the detection of one family. Answers has the first question and
// then the tests.
type Finding struct {
	Verdict   Verdict
	Met, Open int // tests
	Answers   []rule.Truth
}

// find draws the verdict of answers. A family is open where facts that are
// missing could make it poor, and is poor as soon as enough is known.
func (v *Version) find(answers []rule.Truth) Finding {
	f := Finding{Answers: answers}
	for _, a := range answers[1:] {
		switch a {
		case rule.Yes:
			f.Met++
		case rule.Unknown:
			f.Open++
		}
	}
	switch {
	case answers[0] == rule.Yes:
		f.Verdict = AtOnce
	case f.Met >= v.Needed:
		f.Verdict = Poor
	case answers[0] == rule.Unknown || f.Met+f.Open >= v.Needed:
		f.Verdict = Open
	default:
		f.Verdict = NotPoor
	}
	return f
}

// columns chooses the facts that the tests read.
func (v *Version) columns() snapshot.Columns {
	choice := snapshot.Only().WithFamilyIDs()
	for _, t := range v.each() {
		for _, f := range t.rule.Facts() {
			choice = choice.With(f.Level, f.Code)
		}
	}
	return choice
}

// findAll draws the verdict of every family of a batch.
func (v *Version) findAll(b *column.Batch) []Finding {
	var truths []rule.Truths
	for _, t := range v.each() {
		truths = append(truths, t.rule.Kernel().Truths(b))
	}
	all := make([]Finding, b.Families.Rows)
	for i := range all {
		answers := make([]rule.Truth, len(truths))
		for k := range truths {
			answers[k] = truths[k].At(i)
		}
		all[i] = v.find(answers)
	}
	return all
}

// Explained is one question of a family, with what was looked at.
type Explained struct {
	Test    *Test
	Answer  rule.Truth
	Read    []rule.Reading
	Missing []*indicator.Indicator
}

// explain asks every question of one family, by the interpreter.
func (v *Version) explain(b *column.Batch, family int) []Explained {
	var all []Explained
	for _, t := range v.each() {
		a := t.rule.Interpreter().Ask(b, family, 0)
		x := Explained{Test: t, Answer: a.Truth, Read: a.Read}
		for _, r := range a.Missing {
			x.Missing = append(x.Missing, r.Indicator)
		}
		all = append(all, x)
	}
	return all
}
