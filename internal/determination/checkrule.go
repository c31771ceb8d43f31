package determination

import (
	"bytes"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

// CheckRule is how often the public status check may be asked.
type CheckRule struct {
	From   civil.Date `yaml:"from"`
	Client Pace       `yaml:"client"` // from one address
	All    Pace       `yaml:"all"`    // from everybody together
	Alarm  int        `yaml:"alarm"`  // failed tries in a minute above which the alarm is raised
	Source i18n.Text  `yaml:"source"`
}

// Pace is so many tries at once, and so many more each minute.
type Pace struct {
	AtOnce    int `yaml:"at_once"`
	PerMinute int `yaml:"per_minute"`
}

// CheckRules are the rules in order of their days.
type CheckRules []CheckRule

const checkFile = "public_check.yaml"

// LoadCheckRules reads public_check.yaml of a policy folder.
func LoadCheckRules(files fs.FS) (CheckRules, error) {
	text, err := fs.ReadFile(files, checkFile)
	if err != nil {
		return nil, fmt.Errorf("determination: %w", err)
	}
	var file struct {
		Rules CheckRules `yaml:"public_check"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fault.Invalid("determination.check_rules", "file", checkFile, "no", 1).Because(err)
	}
	if len(file.Rules) == 0 {
		return nil, fault.Invalid("determination.check_rules", "file", checkFile, "no", 1)
	}
	for i, r := range file.Rules {
		if !r.Client.some() || !r.All.some() || r.Alarm < 1 || !r.Source.Complete() || i > 0 && r.From <= file.Rules[i-1].From {
			return nil, fault.Invalid("determination.check_rules", "file", checkFile, "no", i+1)
		}
	}
	return file.Rules, nil
}

func (p Pace) some() bool { return p.AtOnce > 0 && p.PerMinute > 0 }

// Begins returns the first day of the rule.
func (r CheckRule) Begins() civil.Date { return r.From }

// On returns the rule in force on a day, or fault.NotFound.
func (all CheckRules) On(day civil.Date) (CheckRule, error) {
	in, begun := civil.InForce(all, day)
	if !begun {
		return CheckRule{}, fault.NotFound("determination.no_check_rule", "date", day)
	}
	return in, nil
}
