package delivery

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/policyfile"
)

// Rules are the rules of a payment's life, by the day from which they hold.
type Rules []Rule

// Rule says by when what must happen to a payment, and who acts on each code.
type Rule struct {
	From         civil.Date `yaml:"from"`
	AccountCheck struct {
		Required bool `yaml:"required"`
		Days     int  `yaml:"valid_days"`
	} `yaml:"account_check"`
	UnusedAfter int           `yaml:"unused_after_days"` // days without use until somebody visits
	ReturnAfter int           `yaml:"return_after_days"` // and until the money is called back
	Ageing      []int         `yaml:"ageing_days"`
	Instalments int           `yaml:"instalments"` // most of one repayment
	Roads       map[Code]Road `yaml:"roads"`
	Source      string        `yaml:"source"`
}

// Road says who acts on a code, what may be done, and within how many days.
type Road struct {
	Owner access.Role `yaml:"owner"`
	Next  []Action    `yaml:"next"`
	Days  int         `yaml:"days"`
}

const ruleFile = "payment.yaml"

// LoadRules reads payment.yaml of a policy folder.
func LoadRules(files fs.FS) (Rules, error) {
	return policyfile.Read(files, ruleFile, "payment", Rule.check)
}

func (r Rule) check() error {
	switch {
	case r.UnusedAfter < 1 || r.ReturnAfter < r.UnusedAfter:
		return fmt.Errorf("money is called back after it was found unused")
	case r.AccountCheck.Days < 1 || r.Instalments < 1:
		return fmt.Errorf("valid_days and instalments must be 1 or more")
	case len(r.Ageing) == 0 || !slices.IsSorted(r.Ageing) || r.Ageing[0] < 1:
		return fmt.Errorf("ageing_days must rise")
	case r.Source == "":
		return fmt.Errorf("no source")
	}
	for _, c := range Codes() {
		road, ok := r.Roads[c]
		switch {
		case !ok:
			return fmt.Errorf("no road for %s", c)
		case road.Days < 1 || !slices.Contains(access.Roles, road.Owner) || len(road.Next) == 0:
			return fmt.Errorf("the road of %s needs an owner, what is next, and days", c)
		}
		for _, a := range road.Next {
			if !slices.Contains(c.Actions(), a) {
				return fmt.Errorf("%s cannot be done about %s", a, c)
			}
		}
	}
	if len(r.Roads) != len(Codes()) {
		return fmt.Errorf("a road for a code that is not known")
	}
	return nil
}

// Begins returns the first day of the rule.
func (r Rule) Begins() civil.Date { return r.From }

// On returns the rule in force on a day, the first one before its time.
func (all Rules) On(day civil.Date) Rule {
	in, _ := civil.InForce(all, day)
	return in
}

// Rule returns the rule in force today.
func (s *Service) Rule() Rule { return s.Rules.On(civil.OfTime(s.now())) }

// Due returns the day by which an exception of a code should be resolved.
func (r Rule) Due(c Code, opened time.Time) time.Time { return opened.AddDate(0, 0, r.Roads[c].Days) }

// OwnedBy lists the codes that a role acts on.
func (r Rule) OwnedBy(role access.Role) []Code {
	var all []Code
	for _, c := range Codes() {
		if r.Roads[c].Owner == role {
			all = append(all, c)
		}
	}
	return all
}
