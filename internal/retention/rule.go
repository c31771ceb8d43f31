package retention

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/policyfile"
)

// Rule is how long records are kept from a day on.
type Rule struct {
	From    civil.Date        `yaml:"from"`
	Classes map[Class]Keeping `yaml:"classes"`
}

// Keeping is how long a class is kept.
type Keeping struct {
	Years  int       `yaml:"years"` // whole years after the record's time began
	Source i18n.Text `yaml:"source"`
}

// Begins returns the first day of the rule.
func (r Rule) Begins() civil.Date { return r.From }

// Rules are the rules in order of their days.
type Rules []Rule

const ruleFile = "retention.yaml"

// LoadRules reads the schedule of retention.yaml in a policy folder. Every
// rule names every class, its years and its source.
func LoadRules(files fs.FS) (Rules, error) {
	var file struct {
		Money    yaml.Node `yaml:"retention"` // read by package registry
		Schedule Rules     `yaml:"schedule"`
	}
	if err := policyfile.Open(files, ruleFile, &file); err != nil {
		return nil, err
	}
	return file.Schedule, policyfile.Check(ruleFile, "schedule", file.Schedule, Rule.wrong)
}

func (r Rule) wrong() error {
	for c, k := range r.Classes {
		if !slices.Contains(Classes, c) || k.Years < 1 || !k.Source.Complete() {
			return fmt.Errorf("%s is no class of records, or lacks years or a source", c)
		}
	}
	if len(r.Classes) != len(Classes) {
		return errors.New("each class of records must be given")
	}
	return nil
}

// on returns the rule in force on a day; before the first rule that one
// holds, rather than none.
func (all Rules) on(day civil.Date) Rule {
	in, _ := civil.InForce(all, day)
	return in
}

// until is the last day of the time of a record.
func (k Keeping) until(since civil.Date) civil.Date { return since.AddMonths(12 * k.Years) }

// by is the latest day on which a time that is over on a day can have begun.
func (k Keeping) by(day civil.Date) civil.Date {
	d := day.AddMonths(-12 * k.Years)
	for k.until(d) >= day { // the last of February has no like in other years
		d = d.AddDays(-1)
	}
	return d
}
