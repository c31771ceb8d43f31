package linkage

import (
	"fmt"
	"io/fs"

	"gotong/internal/civil"
	"gotong/internal/policyfile"
)

// Policy is when two records are held to be of one person.
type Policy struct {
	From       civil.Date `yaml:"from"`
	Match      float64    `yaml:"match"`
	Review     float64    `yaml:"review"`
	Bulk       float64    `yaml:"bulk"`
	Wrong      float64    `yaml:"wrong"`
	Many       int        `yaml:"many"`
	BlockLimit int        `yaml:"block_limit"`
	Source     string     `yaml:"source"`
}

// Policies are the policies by the day from which they hold.
type Policies []Policy

// policyFile is the file of a policy folder that holds them.
const policyFile = "linkage.yaml"

// LoadPolicies reads linkage.yaml of a policy folder.
func LoadPolicies(files fs.FS) (Policies, error) {
	return policyfile.Read(files, policyFile, "linkage", Policy.check)
}

func (p Policy) check() error {
	switch {
	case !(0 < p.Review && p.Review <= p.Match && p.Match <= p.Bulk && p.Bulk < 1):
		return fmt.Errorf("review, match and bulk must rise between 0 and 1")
	case p.Match < .5:
		return fmt.Errorf("a match below 0.5 is likelier wrong than right")
	case !(0 <= p.Wrong && p.Wrong <= .5):
		return fmt.Errorf("wrong must be 0.5 or less")
	case p.Many < 0:
		return fmt.Errorf("many must not be negative")
	case p.BlockLimit < 2:
		return fmt.Errorf("block_limit must be 2 or more")
	case p.Source == "":
		return fmt.Errorf("no source")
	}
	return nil
}

// Begins returns the first day of the policy.
func (p Policy) Begins() civil.Date { return p.From }

// On returns the policy in force on a day, the first one before its time.
func (p Policies) On(day civil.Date) Policy {
	in, _ := civil.InForce(p, day)
	return in
}
