package quality

import (
	"errors"
	"io/fs"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/policyfile"
)

// Rule says when a record is good enough.
type Rule struct {
	From            civil.Date `yaml:"from"`
	FreshDays       []int      `yaml:"fresh_days"` // ascending
	CompletePercent int64      `yaml:"complete_percent"`
	Visited         struct {
		Sources    []string `yaml:"sources"`
		WithinDays int      `yaml:"within_days"`
	} `yaml:"visited"`
	Asked         Asked     `yaml:"asked"`
	MinorWarnings []string  `yaml:"minor_warnings"`
	KeepDays      int       `yaml:"keep_days"`
	Source        i18n.Text `yaml:"source"`
}

// Asked says what is not asked of everybody.
type Asked struct {
	NoGroups []string   `yaml:"no_groups"`
	NoFacts  []string   `yaml:"no_facts"`
	Ages     []AskedAge `yaml:"ages"`
}

// AskedAge is facts that are asked of members from an age on, or until one.
type AskedAge struct {
	From  *int     `yaml:"from"`
	Until *int     `yaml:"until"` // inclusive
	Facts []string `yaml:"facts"`
}

// Rules are the rules in order of their days.
type Rules []Rule

const ruleFile = "quality.yaml"

// LoadRules reads quality.yaml of a policy folder, whose facts are those of a
// catalogue.
func LoadRules(c *indicator.Catalogue, files fs.FS) (Rules, error) {
	return policyfile.Read(files, ruleFile, "quality", func(r Rule) error { return r.wrong(c) })
}

func (r Rule) wrong(c *indicator.Catalogue) error {
	for i, days := range r.FreshDays {
		if days < 1 || i > 0 && days <= r.FreshDays[i-1] {
			return errors.New("fresh_days must rise")
		}
	}
	switch {
	case len(r.FreshDays) == 0 || r.KeepDays < 1:
		return errors.New("fresh_days and keep_days must be given")
	case r.CompletePercent < 1 || r.CompletePercent > 100:
		return errors.New("complete_percent must be 1 to 100")
	case len(r.Visited.Sources) == 0 || r.Visited.WithinDays < 1:
		return errors.New("visited: sources and within_days must be given")
	case !r.Asked.known(c):
		return errors.New("asked: a fact is not in the catalogue")
	case !r.Source.Complete():
		return errors.New("no source")
	}
	return nil
}

// known reports whether every code is one of the catalogue's.
func (a Asked) known(c *indicator.Catalogue) bool {
	fact := func(code string) bool {
		_, family := c.Lookup(indicator.Family, code)
		_, person := c.Lookup(indicator.Person, code)
		return family || person
	}
	for _, g := range a.NoGroups {
		if len(c.InGroup(g)) == 0 {
			return false
		}
	}
	for _, code := range a.NoFacts {
		if !fact(code) {
			return false
		}
	}
	for _, age := range a.Ages {
		if age.From == nil && age.Until == nil || len(age.Facts) == 0 {
			return false
		}
		for _, code := range age.Facts {
			if i, ok := c.Lookup(indicator.Person, code); !ok || i.Derived {
				return false
			}
		}
	}
	return true
}

// Begins returns the first day of the rule.
func (r Rule) Begins() civil.Date { return r.From }

// On returns the rule in force on a day, or fault.Unavailable.
func (all Rules) On(day civil.Date) (Rule, error) {
	in, begun := civil.InForce(all, day)
	if !begun {
		return Rule{}, fault.Unavailable("quality.no_rule", "date", day)
	}
	return in, nil
}

// step returns the step of freshness of what was observed on a day.
func (r Rule) step(observed, today civil.Date) int {
	days := int(today - observed)
	for i, most := range r.FreshDays {
		if days <= most {
			return i
		}
	}
	return len(r.FreshDays)
}

// Minor reports whether a warning is for information only, so that a family
// with no other has nothing to mend by it.
func (r Rule) Minor(code string) bool { return slices.Contains(r.MinorWarnings, code) }

// StepName says how old what was observed is, by a step of freshness.
func StepName(l i18n.Lang, r Rule, step int) string {
	switch days := r.FreshDays; {
	case step == 0:
		return i18n.T(l, "quality.up_to", "n", days[0])
	case step < len(days):
		return i18n.T(l, "quality.between", "a", days[step-1]+1, "b", days[step])
	default:
		return i18n.T(l, "quality.more_than", "n", days[len(days)-1])
	}
}
