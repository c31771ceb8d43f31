package bank

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/policyfile"
)

// Rules say how files are exchanged, by the day from which they hold.
type Rules []Rule

// Rule is how files are exchanged.
type Rule struct {
	From     civil.Date        `yaml:"from"`
	Orders   map[string]string `yaml:"orders"` // by channel, the name of a format
	Payer    Payer             `yaml:"payer"`
	Accepts  []string          `yaml:"accepts"`
	Statuses map[string]Status `yaml:"statuses"`
	Reasons  map[string]Code   `yaml:"reasons"`
	Post     PostRule          `yaml:"post"`
	Source   string            `yaml:"source"`
}

// Payer is the office as a bank knows it.
type Payer struct {
	Name    string `yaml:"name"`
	Account string `yaml:"account"`
	Bank    string `yaml:"bank"`
}

// PostRule is how a post office pays.
type PostRule struct {
	Days struct {
		Families int   `yaml:"families"` // that one payer pays on one day
		Off      []int `yaml:"off"`      // days of the week without paying; 0 is Sunday
	} `yaml:"days"`
	Lead    int                   `yaml:"lead_days"`
	Results map[string]PostResult `yaml:"results"`
}

// PostResult is what it means that a payer says something of a line.
type PostResult struct {
	Status Status `yaml:"status"`
	Code   Code   `yaml:"code"`
}

const ruleFile = "bank_files.yaml"

// LoadRules reads bank_files.yaml of a policy folder.
func LoadRules(files fs.FS) (Rules, error) {
	return policyfile.Read(files, ruleFile, "bank_files", Rule.check)
}

func (r Rule) check() error {
	for channel, name := range r.Orders {
		if r.writer(name) == nil {
			return fmt.Errorf("orders of %s: %q is no format in which orders are written", channel, name)
		}
	}
	for s, means := range r.Statuses {
		if !slices.Contains([]Status{Credited, Returned, Pending}, means) {
			return fmt.Errorf("status %s cannot mean %q", s, means)
		}
	}
	for s, code := range r.Reasons {
		if !known(code) {
			return fmt.Errorf("reason %s cannot be %q", s, code)
		}
	}
	for s, x := range r.Post.Results {
		if (x.Status == Returned) != known(x.Code) || !slices.Contains([]Status{Credited, Returned, Pending}, x.Status) {
			return fmt.Errorf("what a payer says by %s needs a status, and a code when it is a return", s)
		}
	}
	switch {
	case r.Payer.Name == "" || r.Payer.Account == "" || r.Payer.Bank == "":
		return fmt.Errorf("no payer")
	case r.Post.Days.Families < 1 || r.Post.Lead < 0 || len(r.Post.Days.Off) > 6:
		return fmt.Errorf("post: families must be 1 or more, lead_days 0 or more, and some day must remain")
	case r.Source == "":
		return fmt.Errorf("no source")
	}
	return nil
}

// Begins returns the first day of the rule.
func (r Rule) Begins() civil.Date { return r.From }

// On returns the rule in force on a day, the first one before its time. Where
// there are no rules, files are CSV.
func (all Rules) On(day civil.Date) Rule {
	in, _ := civil.InForce(all, day)
	return in
}

// Order returns the format of order files to a channel.
func (r Rule) Order(channel string) Writer {
	if w := r.writer(r.Orders[channel]); w != nil {
		return w
	}
	return CSV{}
}

func (r Rule) writer(name string) Writer {
	for _, w := range []Writer{CSV{}, Initiation{r}} {
		if w.Name() == name {
			return w
		}
	}
	return nil
}

// Readers returns the formats of return files, the last resort last.
func (r Rule) Readers() Formats {
	return Formats{BankStatement{r}, StatusReport{r}, Swift{r}, PostPackage{r}, CSV{}}
}

// accepts lists the versions of some messages that are read.
func (r Rule) accepts(messages ...string) []string {
	return slices.DeleteFunc(slices.Clone(r.Accepts), func(v string) bool {
		return !slices.ContainsFunc(messages, func(m string) bool { return strings.HasPrefix(v, m+".") })
	})
}

// means translates a bank's status and reason.
func (r Rule) means(status, reason string) (Status, Code) {
	s, ok := r.Statuses[status]
	switch {
	case !ok:
		return Status(status), Code(reason)
	case s == Returned:
		return s, r.reason(reason)
	default:
		return s, NoCode // why it is not settled yet settles nothing
	}
}

// reason translates why a payment came back; a reason that is not known stays
// as it is, for people to look at.
func (r Rule) reason(reason string) Code {
	if c, ok := r.Reasons[reason]; ok {
		return c
	}
	return Code(reason)
}
