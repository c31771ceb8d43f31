package determination

import (
	"errors"
	"io/fs"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/policyfile"
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

// LoadCheckRules reads public_check.yaml of a policy folder.
func LoadCheckRules(files fs.FS) (CheckRules, error) {
	return policyfile.Read(files, "public_check.yaml", "public_check", CheckRule.wrong)
}

func (r CheckRule) wrong() error {
	switch {
	case !r.Client.some() || !r.All.some():
		return errors.New("client and all: at_once and per_minute must be 1 or more")
	case r.Alarm < 1:
		return errors.New("alarm must be 1 or more")
	case !r.Source.Complete():
		return errors.New("no source")
	}
	return nil
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
