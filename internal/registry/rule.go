package registry

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

// Rules say what a change needs before it counts, and how long a record must
// be kept, each by the day from which it holds. The zero value asks for
// nothing.
type Rules struct {
	changes   []changeRules
	retention []retentionRule
	unmask    []unmaskRule
}

type changeRules struct {
	From      civil.Date              `yaml:"from"`
	Source    i18n.Text               `yaml:"source"`
	Marriage  int                     `yaml:"marriage"`
	Documents map[string]i18n.Text    `yaml:"documents"`
	Kinds     map[ChangeKind]kindRule `yaml:"kinds"`
}

type kindRule struct {
	Second   bool     `yaml:"second"`
	Evidence []string `yaml:"evidence"`
}

type retentionRule struct {
	From       civil.Date `yaml:"from"`
	MoneyYears int        `yaml:"money_years"`
	Source     i18n.Text  `yaml:"source"`
}

// Document is something that a change can rest on.
type Document struct {
	Code string
	Name i18n.Text
}

// Rule is what a kind of change needs on a day.
type Rule struct {
	Second    bool       // a second person approves it
	Documents []Document // of which one must be named; none: any evidence in words
}

const (
	changesFile   = "changes.yaml"
	retentionFile = "retention.yaml"
)

// LoadRules reads changes.yaml, retention.yaml and unmask.yaml of a policy
// folder.
func LoadRules(files fs.FS) (r Rules, err error) {
	if r.changes, err = policyfile.Read(files, changesFile, "changes", changeRules.check); err != nil {
		return r, err
	}
	var kept struct {
		Retention []retentionRule `yaml:"retention"`
		Schedule  yaml.Node       `yaml:"schedule"` // read by package retention
	}
	if err := policyfile.Open(files, retentionFile, &kept); err != nil {
		return r, err
	}
	if err := policyfile.Check(retentionFile, "retention", kept.Retention, retentionRule.check); err != nil {
		return r, err
	}
	r.retention = kept.Retention
	r.unmask, err = policyfile.Read(files, "unmask.yaml", "unmask", unmaskRule.check)
	return r, err
}

func (r retentionRule) check() error {
	if r.MoneyYears < 1 || r.Source == (i18n.Text{}) {
		return errors.New("money_years must be 1 or more, and a source given")
	}
	return nil
}

func (c changeRules) check() error {
	if c.Source == (i18n.Text{}) || c.Marriage < 1 {
		return errors.New("no source, or no age of marriage")
	}
	for kind, k := range c.Kinds {
		if makers[kind] == nil {
			return fmt.Errorf("no change of the kind %q can wait for a second hand", kind)
		}
		for _, e := range k.Evidence {
			if _, ok := c.Documents[e]; !ok {
				return fmt.Errorf("%s: %q is not among the documents", kind, e)
			}
		}
	}
	return nil
}

// Begins returns the first day of the rules.
func (r changeRules) Begins() civil.Date { return r.From }

// Begins returns the first day of the rule.
func (r retentionRule) Begins() civil.Date { return r.From }

// changesOn returns the rules in force on a day, the first ones before their
// time.
func (r Rules) changesOn(day civil.Date) changeRules {
	in, _ := civil.InForce(r.changes, day)
	return in
}

// keepUntil returns until when a record of somebody paid on a day is kept,
// by the rule in force on another.
func (r Rules) keepUntil(paid, today civil.Date) civil.Date {
	in, _ := civil.InForce(r.retention, today)
	return paid.AddMonths(12 * in.MoneyYears)
}

// Rule returns what a kind of change needs today.
func (s *Service) Rule(kind ChangeKind) Rule {
	in := s.rules.changesOn(s.Today())
	k := in.Kinds[kind]
	r := Rule{Second: k.Second}
	for _, code := range k.Evidence {
		r.Documents = append(r.Documents, Document{code, in.Documents[code]})
	}
	return r
}

// document returns a document that the kind of change accepts.
func (r Rule) document(code string) (Document, bool) {
	i := slices.IndexFunc(r.Documents, func(d Document) bool { return d.Code == code })
	if i < 0 {
		return Document{}, false
	}
	return r.Documents[i], true
}
