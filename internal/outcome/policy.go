package outcome

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/policyfile"
	"gotong/internal/rule"
)

// Aid is what a family of a gap gets, or does not.
type Aid string

// The kinds of gap.
const (
	AidNone       Aid = "none"        // entitled to no programme
	AidReliefOnly Aid = "relief_only" // to programmes that relieve spending alone
	AidTogether   Aid = "together"    // to several of one group, which serve the same need
	AidConflict   Aid = "conflict"    // to two of which one's rules exclude the other's recipients
	AidDuplicate  Aid = "duplicate"   // together with a family that may be the same one
)

var aids = []Aid{AidNone, AidReliefOnly, AidTogether, AidConflict, AidDuplicate}

// Gap is a list of families whom the programmes together serve badly.
type Gap struct {
	Code   List
	Name   i18n.Text
	Act    i18n.Text // what to do about it
	Aid    Aid
	Groups [][]string // of AidTogether
	When   *rule.Rule // asked of the family; nil where the aid alone tells
}

// Param is a number that rules rest on.
type Param struct {
	rule.Param
	Label  i18n.Text
	From   civil.Date
	Source i18n.Text
}

// Policy is what is held to be a gap and a road, from a day on.
type Policy struct {
	From       civil.Date
	Source     i18n.Text
	IncomeRise int64 // per cent by which income per person rises before it counts as raised
	Params     []Param
	Gaps       []Gap
}

// Begins returns the first day of the policy.
func (p Policy) Begins() civil.Date { return p.From }

// Gap returns a gap by its code.
func (p Policy) Gap(code List) (Gap, bool) {
	i := slices.IndexFunc(p.Gaps, func(g Gap) bool { return g.Code == code })
	if i < 0 {
		return Gap{}, false
	}
	return p.Gaps[i], true
}

// Policies are the policies in order of their days.
type Policies []Policy

// On returns the policy in force on a day, or the first where none has begun.
func (all Policies) On(day civil.Date) Policy {
	in, _ := civil.InForce(all, day)
	return in
}

const policyFile = "outcome.yaml"

// written is a policy as it stands in the file.
type written struct {
	From       civil.Date              `yaml:"from"`
	Source     i18n.Text               `yaml:"source"`
	IncomeRise int64                   `yaml:"income_rise"`
	Params     map[string]writtenParam `yaml:"params"`
	Gaps       []writtenGap            `yaml:"gaps"`
}

// Begins returns the first day of the policy.
func (w written) Begins() civil.Date { return w.From }

func (w written) wrong() error {
	if w.From == 0 || !w.Source.Complete() || w.IncomeRise < 0 {
		return errors.New("from and source are needed, and income_rise is 0 or more")
	}
	for _, name := range slices.Sorted(maps.Keys(w.Params)) {
		if q := w.Params[name]; q.From == 0 || !q.Source.Complete() || !q.Name.Complete() {
			return fmt.Errorf("params: %s needs from, source and name", name)
		}
	}
	seen := map[List]bool{}
	for _, g := range w.Gaps {
		if g.Code == "" || seen[g.Code] || g.Code.reserved() || !slices.Contains(aids, g.Aid) || !g.Name.Complete() || !g.Act.Complete() || (len(g.Groups) > 0) != (g.Aid == AidTogether) {
			return fmt.Errorf("gaps: %q needs a code of its own, an aid, a name and an act, and groups where the aid is together", g.Code)
		}
		seen[g.Code] = true
	}
	return nil
}

type writtenParam struct {
	Value  int64      `yaml:"value"`
	Unit   string     `yaml:"unit"`
	Name   i18n.Text  `yaml:"name"`
	From   civil.Date `yaml:"from"`
	Source i18n.Text  `yaml:"source"`
}

type writtenGap struct {
	Code   List       `yaml:"code"`
	Name   i18n.Text  `yaml:"name"`
	Act    i18n.Text  `yaml:"act"`
	Aid    Aid        `yaml:"aid"`
	Groups [][]string `yaml:"groups"`
	When   yaml.Node  `yaml:"when"`
}

// Load reads outcome.yaml of a policy folder. It returns fault.Invalid for
// what is wrong, and rule.Problems with line and column for wrong rules.
func Load(c *indicator.Catalogue, files fs.FS) (Policies, error) {
	text, err := fs.ReadFile(files, policyFile)
	if err != nil {
		return nil, fmt.Errorf("outcome: %w", err)
	}
	return Parse(c, text)
}

// Parse reads the text of the policy file.
func Parse(c *indicator.Catalogue, text []byte) (Policies, error) {
	var file struct {
		Outcome []written `yaml:"outcome"`
	}
	if err := policyfile.Decode(policyFile, text, &file); err != nil {
		return nil, err
	}
	if err := policyfile.Check(policyFile, "outcome", file.Outcome, written.wrong); err != nil {
		return nil, err
	}
	var all Policies
	var problems rule.Problems
	for _, w := range file.Outcome {
		p := Policy{From: w.From, Source: w.Source, IncomeRise: w.IncomeRise}
		for _, name := range slices.Sorted(maps.Keys(w.Params)) {
			q := w.Params[name]
			p.Params = append(p.Params, Param{rule.Param{Name: name, Kind: rule.Number, Value: q.Value, Unit: q.Unit}, q.Name, q.From, q.Source})
		}
		more, err := p.gaps(c, w.Gaps)
		if err != nil {
			return nil, err
		}
		problems = append(problems, more...)
		all = append(all, p)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

func (p *Policy) gaps(c *indicator.Catalogue, gaps []writtenGap) (rule.Problems, error) {
	params := make([]rule.Param, len(p.Params))
	for i, q := range p.Params {
		params[i] = q.Param
	}
	env, err := rule.NewEnv(c, params)
	if err != nil {
		return nil, fmt.Errorf("outcome: %w", err)
	}
	var problems rule.Problems
	for _, w := range gaps {
		g := Gap{Code: w.Code, Name: w.Name, Act: w.Act, Aid: w.Aid, Groups: w.Groups}
		if w.When.Value != "" {
			src := rule.Source{File: policyFile, Text: w.When.Value, Clause: string(w.Code),
				Place: func(offset int) (int, int) { return w.When.Line, w.When.Column + offset }}
			var wrong rule.Problems
			g.When, err = env.Compile(src, rule.Family, rule.Bool)
			if errors.As(err, &wrong) {
				problems = append(problems, wrong...)
			} else if err != nil {
				return nil, fmt.Errorf("outcome: %w", err)
			}
		}
		p.Gaps = append(p.Gaps, g)
	}
	return problems, nil
}
