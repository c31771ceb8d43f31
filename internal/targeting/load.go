package targeting

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// Models are scoring models by code. Copies share what is adopted into them.
type Models struct{ shelf *modelShelf }

type modelShelf struct {
	mu     sync.RWMutex
	byCode map[string]*Model
}

// LoadModels reads every pmt_*.yaml at the root of the file systems; a file
// of a later one replaces one of the same name. What is wrong is returned as
// rule.Problems, each with file, line and column.
func LoadModels(c *indicator.Catalogue, systems ...fs.FS) (Models, error) {
	text, err := readAll("pmt_*.yaml", systems)
	if err != nil {
		return Models{}, err
	}
	byCode := map[string]*Model{}
	var problems rule.Problems
	for _, name := range slices.Sorted(maps.Keys(text)) {
		m, bad := ParseModel(c, name, text[name])
		problems = append(problems, bad...)
		if m == nil {
			continue
		}
		if byCode[m.Code] != nil {
			problems = append(problems, fault.Invalid("targeting.load.model_twice", "at", name, "code", m.Code))
		}
		byCode[m.Code] = m
	}
	if len(problems) > 0 {
		return Models{}, problems
	}
	return Models{&modelShelf{byCode: byCode}}, nil
}

func readAll(pattern string, systems []fs.FS) (map[string][]byte, error) {
	text := map[string][]byte{}
	for _, system := range systems {
		names, err := fs.Glob(system, pattern)
		if err != nil {
			return nil, fmt.Errorf("targeting: listing files: %w", err)
		}
		for _, name := range names {
			if text[name], err = fs.ReadFile(system, name); err != nil {
				return nil, fmt.Errorf("targeting: reading %s: %w", name, err)
			}
		}
	}
	return text, nil
}

// All returns the models, the one that came into force last first.
func (m Models) All() []*Model {
	if m.shelf == nil {
		return nil
	}
	m.shelf.mu.RLock()
	all := slices.Collect(maps.Values(m.shelf.byCode))
	m.shelf.mu.RUnlock()
	slices.SortFunc(all, func(a, b *Model) int { return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Code, b.Code)) })
	return all
}

// Model returns the model with a code, or fault.NotFound.
func (m Models) Model(code string) (*Model, error) {
	if m.shelf != nil {
		m.shelf.mu.RLock()
		defer m.shelf.mu.RUnlock()
		if found := m.shelf.byCode[code]; found != nil {
			return found, nil
		}
	}
	return nil, fault.NotFound("targeting.no_model", "code", code)
}

// Adopt takes a further model in; fault.Conflict where another has its code.
func (m Models) Adopt(x *Model) error {
	m.shelf.mu.Lock()
	defer m.shelf.mu.Unlock()
	if found := m.shelf.byCode[x.Code]; found != nil && found.Digest != x.Digest {
		return fault.Conflict("targeting.edit.code_taken", "code", x.Code)
	}
	m.shelf.byCode[x.Code] = x
	return nil
}

// InForce returns the model that came into force last by a day, or fault.NotFound.
func (m Models) InForce(on civil.Date) (*Model, error) {
	for _, found := range m.All() {
		if found.From <= on {
			return found, nil
		}
	}
	return nil, fault.NotFound("targeting.no_model_in_force", "date", on)
}

// Bounds of what a model file may say. A coefficient or a number above these
// is a slip of the pen, and below them no sum can leave 64 bits.
const (
	maxCoefficient = 100 * Micro
	maxValue       = 1_000_000_000
	// maxScore is the log of more rupiah than there are; above it the
	// consumption would not fit 64 bits.
	maxScore = 40 * Micro
)

// ParseModel reads one model file. The model is nil when there are problems.
func ParseModel(c *indicator.Catalogue, file string, text []byte) (*Model, rule.Problems) {
	var problems rule.Problems
	r := modelReader{reader{file, &problems}, c}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return nil, rule.Problems{fault.Invalid("targeting.load.not_yaml", "at", file, "file", file).Because(err)}
	}
	m := &Model{Text: bytes.Clone(text)}
	var status string
	n := doc.Content[0]
	r.fields(n, map[string]func(*yaml.Node){
		"code!": r.text(&m.Code), "name!": r.phrase(&m.Name), "status!": r.text(&status), "source!": r.cited(&m.Source),
		"date!": r.day(&m.Date), "prices_of!": r.day(&m.Prices), "intercept!": r.number(&m.Intercept, maxScore),
		"in_force!": func(n *yaml.Node) { r.fields(n, map[string]func(*yaml.Node){"from!": r.day(&m.From)}) },
		"areas": func(n *yaml.Node) {
			r.each(n, func(n *yaml.Node) {
				var area string
				if r.area(&area)(n); area != "" {
					m.Areas = append(m.Areas, area)
				}
			})
		},
		"survey": func(n *yaml.Node) { m.Survey = r.survey(n) },
		"terms!": func(n *yaml.Node) {
			if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
				r.bad(n, "no_terms")
			}
			r.each(n, func(n *yaml.Node) { r.term(m, n) })
		},
	})
	m.Official = status == "official"
	if status != "" && status != "official" && status != "demonstration" {
		r.bad(n, "status", "value", status)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	if !m.bound() {
		r.bad(n, "too_wide", "low", m.low, "high", m.high, "limit", maxScore)
		return nil, problems
	}
	m.Digest = m.digest()
	return m, nil
}

// bound works out the least and greatest score there can be, and reports
// whether both can be computed with and turned into rupiah.
func (m *Model) bound() bool {
	m.low, m.high = m.Intercept, m.Intercept
	for i := range m.Terms {
		low, high := m.Terms[i].bounds()
		m.low, m.high = m.low+low, m.high+high
		if m.low < -maxScore || m.high > maxScore {
			return false
		}
	}
	return true
}

// digest covers what decides scores, and what they are named after; not
// comments, nor the order of keys in the file.
func (m *Model) digest() string {
	type term struct {
		Indicator string
		Each      int64
		From, To  int64
		Options   map[int64]int64
		Other     int64
		When      string
		Values    []int64
		Missing   *int64
		Points    []Point `json:",omitempty"`
	}
	var terms []term
	for _, t := range m.Terms {
		x := term{Indicator: t.Indicator.Code, Each: t.Each, From: t.From, To: t.To, Options: t.Options, Other: t.Other, Missing: t.Missing, Points: t.Points}
		if t.When != nil {
			x.When, x.Values = t.When.Indicator.Code, t.When.Values
		}
		terms = append(terms, x)
	}
	return snapshot.Digest("model", struct {
		Code      string
		Official  bool
		From      civil.Date
		Areas     []string
		Prices    civil.Date
		Intercept int64
		Terms     []term
	}{m.Code, m.Official, m.From, m.Areas, m.Prices, m.Intercept, terms})
}
