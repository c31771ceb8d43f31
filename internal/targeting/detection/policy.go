package detection

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/policyfile"
	"gotong/internal/rule"
)

// Test is one question of the detection.
type Test struct {
	ID   string    `yaml:"id"`
	When string    `yaml:"when"` // a rule of the family
	Name i18n.Text `yaml:"name"`

	rule *rule.Rule
}

// Version is the detection from a day on.
type Version struct {
	From   civil.Date `yaml:"from"`
	Source i18n.Text  `yaml:"source"`
	Needed int        `yaml:"needed"` // tests to be met
	AtOnce Test       `yaml:"at_once"`
	Tests  []Test     `yaml:"tests"`
}

// Begins returns the first day of the version.
func (v Version) Begins() civil.Date { return v.From }

// Policy is the versions in the order of their days.
type Policy []Version

const policyFile = "first_detection.yaml"

// Load reads first_detection.yaml of a policy folder. What is wrong with a
// rule comes back as rule.Problems; anything else that is wrong is
// fault.Invalid with its place.
func Load(c *indicator.Catalogue, files fs.FS) (Policy, error) {
	text, err := fs.ReadFile(files, policyFile)
	if err != nil {
		return nil, fmt.Errorf("detection: %w", err)
	}
	return Parse(c, text)
}

// Parse reads the text of the policy.
func Parse(c *indicator.Catalogue, text []byte) (Policy, error) {
	var file struct {
		Versions Policy `yaml:"versions"`
	}
	if err := policyfile.Decode(policyFile, text, &file); err != nil {
		return nil, err
	}
	if err := policyfile.Check(policyFile, "versions", file.Versions, Version.wrong); err != nil {
		return nil, err
	}
	env, err := rule.NewEnv(c, nil)
	if err != nil {
		return nil, err
	}
	for i := range file.Versions {
		for _, t := range file.Versions[i].each() {
			if t.rule, err = env.Compile(rule.Source{Text: t.When, File: policyFile, Clause: t.ID}, rule.Family, rule.Bool); err != nil {
				return nil, err
			}
		}
	}
	return file.Versions, nil
}

func (v Version) wrong() error {
	if !v.Source.Complete() {
		return errors.New("source is not given in both languages")
	}
	if v.Needed < 1 || v.Needed > len(v.Tests) {
		return fmt.Errorf("needed is not from 1 to %d, the number of tests", len(v.Tests))
	}
	var ids []string
	for _, t := range v.each() {
		if t.ID == "" || t.When == "" || !t.Name.Complete() || slices.Contains(ids, t.ID) {
			return fmt.Errorf("tests: %q needs an id of its own, when, and a name", t.ID)
		}
		ids = append(ids, t.ID)
	}
	return nil
}

// each returns the first question and the tests.
func (v *Version) each() []*Test {
	all := []*Test{&v.AtOnce}
	for i := range v.Tests {
		all = append(all, &v.Tests[i])
	}
	return all
}

// Test returns the place of a test among the questions, of which 0 is the
// first; -1 where there is none of that id.
func (v *Version) Test(id string) int {
	return slices.IndexFunc(v.each(), func(t *Test) bool { return t.ID == id })
}

// On returns the version of a day, or fault.NotFound.
func (p Policy) On(day civil.Date) (Version, error) {
	v, begun := civil.InForce(p, day)
	if !begun {
		return v, fault.NotFound("targeting.detection.not_in_force", "date", day)
	}
	return v, nil
}
