package outcome

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
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

// written is the file as it stands.
type written struct {
	Outcome []struct {
		From       civil.Date              `yaml:"from"`
		Source     i18n.Text               `yaml:"source"`
		IncomeRise int64                   `yaml:"income_rise"`
		Params     map[string]writtenParam `yaml:"params"`
		Gaps       []writtenGap            `yaml:"gaps"`
	} `yaml:"outcome"`
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
	var file written
	if err := policyfile.Strict(text, &file); err != nil {
		return nil, bad(1, "YAML").Because(err)
	}
	if len(file.Outcome) == 0 {
		return nil, bad(1, "outcome")
	}
	var all Policies
	var problems rule.Problems
	for i, w := range file.Outcome {
		p := Policy{From: w.From, Source: w.Source, IncomeRise: w.IncomeRise}
		if w.From == 0 || !w.Source.Complete() || w.IncomeRise < 0 || i > 0 && w.From <= all[i-1].From {
			return nil, bad(i+1, "from, source, income_rise")
		}
		for _, name := range slices.Sorted(maps.Keys(w.Params)) {
			q := w.Params[name]
			if q.From == 0 || !q.Source.Complete() || !q.Name.Complete() {
				return nil, bad(i+1, name)
			}
			p.Params = append(p.Params, Param{rule.Param{Name: name, Kind: rule.Number, Value: q.Value, Unit: q.Unit}, q.Name, q.From, q.Source})
		}
		more, err := p.gaps(c, w.Gaps, i+1)
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

func (p *Policy) gaps(c *indicator.Catalogue, gaps []writtenGap, no int) (rule.Problems, error) {
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
		_, twice := p.Gap(w.Code)
		if w.Code == "" || twice || w.Code.reserved() || !slices.Contains(aids, w.Aid) || !w.Name.Complete() || !w.Act.Complete() || (len(w.Groups) > 0) != (w.Aid == AidTogether) {
			return nil, bad(no, "gaps: "+string(w.Code))
		}
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

func bad(no int, what string) *fault.Error {
	return fault.Invalid("outcome.bad_policy", "file", policyFile, "no", no, "what", what)
}
