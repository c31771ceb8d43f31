package retention

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
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
	b, err := fs.ReadFile(files, ruleFile)
	if err != nil {
		return nil, fmt.Errorf("retention: %w", err)
	}
	var file struct {
		Money    yaml.Node `yaml:"retention"` // read by package registry
		Schedule Rules     `yaml:"schedule"`
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil || len(file.Schedule) == 0 {
		return nil, fault.Invalid("retention.bad_rule", "file", ruleFile, "no", 1).Because(err)
	}
	for i, r := range file.Schedule {
		whole := len(r.Classes) == len(Classes) && (i == 0 || r.From > file.Schedule[i-1].From)
		for c, k := range r.Classes {
			whole = whole && slices.Contains(Classes, c) && k.Years > 0 && k.Source.Complete()
		}
		if !whole {
			return nil, fault.Invalid("retention.bad_rule", "file", ruleFile, "no", i+1)
		}
	}
	return file.Schedule, nil
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
