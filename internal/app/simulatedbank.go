package app

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

	policyfiles "gotong/policy"

	"gotong/internal/bank"
	"gotong/internal/civil"
)

// simulatedBank opens the bank that stands in until an office connects its
// own, with the fates that policy/simulated_bank.yaml gives.
func (a *App) simulatedBank(seed uint64, rules bank.Rules) (*bank.Simulated, error) {
	b, err := fs.ReadFile(policy(a.Dir, "policy", policyfiles.Files), "simulated_bank.yaml")
	if err != nil {
		return nil, err
	}
	var file struct {
		PerThousand struct {
			Wrong    int `yaml:"wrong"`
			Blocked  int `yaml:"blocked"`
			Mismatch int `yaml:"mismatch"`
			Dead     int `yaml:"dead"`
			Late     int `yaml:"late"`
		} `yaml:"per_thousand"`
		First int    `yaml:"first_file_hours"`
		Reply string `yaml:"reply"`
		Later int    `yaml:"second_file_hours"`
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("app: simulated_bank.yaml: %w", err)
	}
	p := file.PerThousand
	return bank.Simulate(filepath.Join(a.Dir, "bank"), a.Clock, bank.Options{
		Seed:  seed,
		Rates: bank.Rates{Wrong: p.Wrong, Blocked: p.Blocked, Mismatch: p.Mismatch, Dead: p.Dead, Late: p.Late},
		Rule:  rules.On(civil.OfTime(a.Clock.Now())),
		Reply: file.Reply,
		First: time.Duration(file.First) * time.Hour,
		Later: time.Duration(file.Later) * time.Hour,
	})
}
