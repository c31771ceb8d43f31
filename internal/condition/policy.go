package condition

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // forms that evidence may have
	_ "image/png"
	"io/fs"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/policyfile"
)

// Rules are the numbers in force from a day on; policy/condition.yaml says
// what each means.
type Rules struct {
	From       civil.Date   `yaml:"from"`
	Source     i18n.Text    `yaml:"source"`
	ReportDay  int          `yaml:"report_day"`
	VerifyDay  int          `yaml:"verify_day"`
	NoticeDays int          `yaml:"notice_days"`
	AppealDays int          `yaml:"appeal_days"`
	DecideDays int          `yaml:"decide_days"`
	GroupMost  int          `yaml:"group_most"`
	Excuses    []ExcuseRule `yaml:"excuses"`
	Evidence   struct {
		Bytes  int `yaml:"bytes"`
		Pixels int `yaml:"pixels"`
	} `yaml:"evidence"`
	Modules []Module `yaml:"modules"`
}

// ExcuseRule is an excuse that is taken, and whether it needs a note.
type ExcuseRule struct {
	Code Excuse `yaml:"code"`
	Note bool   `yaml:"note"`
}

// Module is a subject of the family meetings (P2K2).
type Module struct {
	Code string    `yaml:"code"`
	Name i18n.Text `yaml:"name"`
}

// Policy is the rules in order of their days.
type Policy []Rules

// LoadPolicy reads condition.yaml out of a folder.
func LoadPolicy(files fs.FS) (Policy, error) {
	return policyfile.Read(files, "condition.yaml", "condition", Rules.wrong)
}

// wrong tells which numbers are missing or cannot be meant: nothing is kept
// back before a family could object.
func (r Rules) wrong() error {
	const shortest = 28
	for _, m := range r.Modules {
		if m.Code == "" || !m.Name.Complete() {
			return errors.New("modules: code, name")
		}
	}
	for _, e := range r.Excuses {
		if !slices.Contains(Excuses, e.Code) {
			return fmt.Errorf("excuses: %q is none", e.Code)
		}
	}
	switch {
	case r.ReportDay < 1 || r.VerifyDay < r.ReportDay || r.VerifyDay > shortest:
		return fmt.Errorf("report_day and verify_day must rise between 1 and %d", shortest)
	case r.NoticeDays < 1 || r.AppealDays < r.NoticeDays || r.DecideDays < 1:
		return errors.New("notice_days, appeal_days and decide_days must be 1 or more, and an appeal may come as long as the notice runs")
	case r.GroupMost < 1 || len(r.Excuses) == 0 || len(r.Modules) == 0:
		return errors.New("group_most, excuses and modules must be given")
	case r.Evidence.Bytes < 1 || r.Evidence.Pixels < 1:
		return errors.New("evidence: bytes and pixels must be 1 or more")
	case !r.Source.Complete():
		return errors.New("no source")
	}
	return nil
}

// Begins returns the first day of the rules.
func (r Rules) Begins() civil.Date { return r.From }

// On returns the rules in force on a day.
func (p Policy) On(d civil.Date) (Rules, error) {
	in, begun := civil.InForce(p, d)
	if !begun {
		return Rules{}, fault.Unavailable("condition.no_policy", "day", d)
	}
	return in, nil
}

func (r Rules) excuse(code Excuse) (ExcuseRule, bool) {
	i := slices.IndexFunc(r.Excuses, func(e ExcuseRule) bool { return e.Code == code })
	if i < 0 {
		return ExcuseRule{}, false
	}
	return r.Excuses[i], true
}

// Module returns a module by its code.
func (r Rules) Module(code string) (Module, bool) {
	i := slices.IndexFunc(r.Modules, func(m Module) bool { return m.Code == code })
	if i < 0 {
		return Module{Code: code, Name: i18n.Text{ID: code, EN: code}}, false
	}
	return r.Modules[i], true
}

// picture holds evidence to what may be kept.
func (r Rules) picture(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if len(b) > r.Evidence.Bytes {
		return fault.Invalid("condition.picture_heavy")
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || c.Width*c.Height > r.Evidence.Pixels {
		return fault.Invalid("condition.not_picture").Because(err)
	}
	return nil
}
