package determination

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/policyfile"
)

// Class says what can be done about a fact.
type Class string

// The classes.
const (
	Mutable     Class = "mutable"     // the family can change it
	Correctable Class = "correctable" // a visit can find that it was recorded wrongly
	Immutable   Class = "immutable"   // never offered as advice
)

// AdviceRule is what may be advised from a day on.
type AdviceRule struct {
	From        civil.Date `yaml:"from"`
	Most        int        `yaml:"most"`     // pieces of advice in one answer
	Together    int        `yaml:"together"` // facts that one piece may change
	Mutable     byLevel    `yaml:"mutable"`
	Correctable byLevel    `yaml:"correctable"`
	Source      i18n.Text  `yaml:"source"`
}

type byLevel struct {
	Family []string `yaml:"family"`
	Person []string `yaml:"person"`
}

func (b byLevel) has(i *indicator.Indicator) bool {
	if i.Level == indicator.Family {
		return slices.Contains(b.Family, i.Code)
	}
	return slices.Contains(b.Person, i.Code)
}

// Class returns the class of a fact; what no list names is immutable.
func (r AdviceRule) Class(i *indicator.Indicator) Class {
	switch {
	case r.Mutable.has(i):
		return Mutable
	case r.Correctable.has(i):
		return Correctable
	}
	return Immutable
}

// AdviceRules are the rules in order of their days.
type AdviceRules []AdviceRule

// LoadAdviceRules reads advice.yaml of a policy folder. It returns
// fault.Invalid for facts that are not in the catalogue or in two lists.
func LoadAdviceRules(c *indicator.Catalogue, files fs.FS) (AdviceRules, error) {
	return policyfile.Read(files, "advice.yaml", "advice", func(r AdviceRule) error { return r.wrong(c) })
}

// wrong tells what is wrong with a rule, or nil.
func (r AdviceRule) wrong(c *indicator.Catalogue) error {
	if r.Most < 1 || r.Together < 1 || !r.Source.Complete() {
		return errors.New("most and together must be 1 or more, and a source given")
	}
	for level, lists := range map[indicator.Level][2][]string{indicator.Family: {r.Mutable.Family, r.Correctable.Family},
		indicator.Person: {r.Mutable.Person, r.Correctable.Person}} {
		all := slices.Concat(lists[0], lists[1])
		for i, code := range all {
			if _, ok := c.Lookup(level, code); !ok || slices.Contains(all[:i], code) {
				return fmt.Errorf("%s is no fact of the catalogue, or stands twice", code)
			}
		}
	}
	return nil
}

// Begins returns the first day of the rule.
func (r AdviceRule) Begins() civil.Date { return r.From }

// On returns the rule in force on a day; where there is none nothing is advised.
func (all AdviceRules) On(day civil.Date) AdviceRule {
	in, begun := civil.InForce(all, day)
	if !begun {
		return AdviceRule{}
	}
	return in
}
