package authority

import (
	"fmt"
	"io/fs"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/policyfile"
)

// Effect is what follows when somebody accepts a match.
type Effect string

// The effects.
const (
	Death   Effect = "death"   // the person is recorded as dead
	Fact    Effect = "fact"    // a fact is recorded, as of the list's day
	Confirm Effect = "confirm" // nothing: the person is who they are said to be
)

// Kind is an authority whose lists the register is matched against.
type Kind struct {
	Code   string    `yaml:"code"`
	Name   i18n.Text `yaml:"name"`
	Effect Effect    `yaml:"effect"`
	Fact   string    `yaml:"fact"`  // indicator of a person, where the effect is a fact
	Value  string    `yaml:"value"` // as the indicator reads it
}

// Policy says which authorities there are and how sure a match must be.
type Policy struct {
	From   civil.Date `yaml:"from"`
	Match  float64    `yaml:"match"`
	Review float64    `yaml:"review"`
	Source string     `yaml:"source"`
	Kinds  []Kind     `yaml:"kinds"`
}

// Policies are the policies by the day from which they hold.
type Policies []Policy

// policyFile is the file of a policy folder that holds them.
const policyFile = "authority.yaml"

// LoadPolicies reads authority.yaml of a policy folder.
func LoadPolicies(files fs.FS) (Policies, error) {
	return policyfile.Read(files, policyFile, "authority", Policy.check)
}

func (p Policy) check() error {
	switch {
	case !(0 < p.Review && p.Review <= p.Match && p.Match < 1):
		return fmt.Errorf("review and match must rise between 0 and 1")
	case p.Match < .5:
		return fmt.Errorf("a match below 0.5 is likelier wrong than right")
	case p.Source == "":
		return fmt.Errorf("no source")
	case len(p.Kinds) == 0:
		return fmt.Errorf("no kinds")
	}
	seen := map[string]bool{}
	for _, k := range p.Kinds {
		switch {
		case k.Code == "" || seen[k.Code]:
			return fmt.Errorf("kind %q has no code of its own", k.Code)
		case k.Effect != Death && k.Effect != Fact && k.Effect != Confirm:
			return fmt.Errorf("kind %s: no effect %q", k.Code, k.Effect)
		case (k.Effect == Fact) != (k.Fact != "" && k.Value != ""):
			return fmt.Errorf("kind %s: fact and value go with the effect fact, and with no other", k.Code)
		}
		seen[k.Code] = true
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

// Kind returns a kind by its code; fault.Invalid, which names the others, for
// one that is not there.
func (p Policy) Kind(code string) (Kind, error) {
	at := slices.IndexFunc(p.Kinds, func(k Kind) bool { return k.Code == code })
	if at < 0 {
		codes := ""
		for i, k := range p.Kinds {
			if i > 0 {
				codes += ", "
			}
			codes += k.Code
		}
		return Kind{}, fault.Invalid("linkage.authority.error.kind", "kind", code, "kinds", codes)
	}
	return p.Kinds[at], nil
}
