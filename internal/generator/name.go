package generator

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gotong/internal/policyfile"
)

//go:embed names.yaml
var namesFile []byte

// words are the lists of names.yaml.
type words struct {
	Communities   map[string]*community         `yaml:"communities"`
	Areas         map[string]map[string]float64 `yaml:"areas"`
	MixedMarriage float64                       `yaml:"mixed_marriage"`
	Modern        struct {
		BornFrom    int     `yaml:"born_from"`
		SingleTimes float64 `yaml:"single_times"`
		Third       float64 `yaml:"third"`
	} `yaml:"modern"`
	Variants     map[string][]string `yaml:"variants"`
	VariantShare float64             `yaml:"variant_share"`
	OldSpelling  struct {
		BornBefore int               `yaml:"born_before"`
		Share      float64           `yaml:"share"`
		Changes    map[string]string `yaml:"changes"`
	} `yaml:"old_spelling"`
	Titles struct {
		Hajj struct {
			From   int `yaml:"from"`
			Chance `yaml:",inline"`
			Men    string `yaml:"men"`
			Women  string `yaml:"women"`
		} `yaml:"hajj"`
		Degrees map[string]struct {
			Share float64  `yaml:"share"`
			Names []string `yaml:"names"`
		} `yaml:"degrees"`
		OldDegrees struct {
			BornBefore int      `yaml:"born_before"`
			Share      float64  `yaml:"share"`
			Names      []string `yaml:"names"`
			Women      []string `yaml:"women"`
		} `yaml:"old_degrees"`
	} `yaml:"titles"`
	Streets []string `yaml:"streets"`
}

// community is a way of naming.
type community struct {
	Single float64 `yaml:"single"`
	Second float64 `yaml:"second"`
	Front  struct {
		Share float64  `yaml:"share"`
		Men   []string `yaml:"men"`
		Women []string `yaml:"women"`
	} `yaml:"front"`
	Men         []string `yaml:"men"`
	Women       []string `yaml:"women"`
	SecondMen   []string `yaml:"second_men"`
	SecondWomen []string `yaml:"second_women"`
	Family      struct {
		Share float64  `yaml:"share"`
		Names []string `yaml:"names"`
	} `yaml:"family"`
}

// namer gives people names.
type namer struct {
	words
	hajj odds
}

func newNamer() (*namer, error) {
	n := new(namer)
	if err := policyfile.Strict(namesFile, &n.words); err != nil {
		return nil, fmt.Errorf("generator: names: %w", err)
	}
	for area, weights := range n.Areas {
		for code := range weights {
			if n.Communities[code] == nil {
				return nil, fmt.Errorf("generator: names: area %q names an unknown community %s", area, code)
			}
		}
	}
	n.hajj = newOdds(n.Titles.Hajj.Chance)
	return n, nil
}

// around returns the communities of a village, by the longest code that holds it.
func (n *namer) around(village string) *weighted[*community] {
	for cut := len(village); cut >= 0; cut-- {
		weights, ok := n.Areas[village[:cut]]
		if !ok {
			continue
		}
		w := new(weighted[*community])
		for _, code := range slices.Sorted(maps.Keys(weights)) {
			w.add(n.Communities[code], weights[code])
		}
		return w
	}
	panic("generator: names.yaml has no communities for the nation") // a test generates some
}

// surname draws the name that a father passes on, "" where there is none.
func (n *namer) surname(d *dice, c *community) string {
	if c.Family.Share > 0 && d.chance(c.Family.Share) {
		return one(d, c.Family.Names)
	}
	return ""
}

// name draws a full name without titles.
func (n *namer) name(d *dice, c *community, female bool, yearBorn int, family string) string {
	given, second, front := c.Men, c.SecondMen, c.Front.Men
	if female {
		given, second, front = c.Women, c.SecondWomen, c.Front.Women
	}
	old := yearBorn < n.OldSpelling.BornBefore && d.chance(n.OldSpelling.Share)
	single, third := c.Single, 0.0
	if yearBorn >= n.Modern.BornFrom {
		single, third = single*n.Modern.SingleTimes, n.Modern.Third
	}
	parts := make([]string, 0, 5)
	if c.Front.Share > 0 && d.chance(c.Front.Share) {
		parts = append(parts, one(d, front))
	}
	parts = append(parts, one(d, given))
	if len(parts) > 1 || !d.chance(single) {
		if family == "" && d.chance(third) {
			parts = addWord(parts, one(d, given))
		}
		// With a family name two words are enough, else a second is usual.
		if d.chance(c.Second) || family == "" && len(parts) == 1 && single == 0 {
			parts = addWord(parts, one(d, second))
		}
	}
	for i, p := range parts {
		parts[i] = n.spelt(d, p, old)
	}
	if family != "" {
		parts = addWord(parts, family)
	}
	return strings.Join(parts, " ")
}

// addWord adds a word that is not there yet.
func addWord(parts []string, word string) []string {
	if slices.Contains(parts, word) {
		return parts
	}
	return append(parts, word)
}

// spelt writes a word in one of its ways.
func (n *namer) spelt(d *dice, word string, old bool) string {
	if variants := n.Variants[word]; len(variants) > 0 && d.chance(n.VariantShare) {
		return one(d, variants)
	}
	if !old {
		return word
	}
	var b strings.Builder
	last := byte(0)
	for _, c := range []byte(word) {
		lowered := c | 0x20
		change, ok := n.OldSpelling.Changes[string(rune(lowered))]
		switch {
		case !ok || lowered == 'j' && last == 'd' || lowered == 'y' && (last == 'n' || last == 's'):
			b.WriteByte(c)
		case c != lowered:
			b.WriteString(strings.ToUpper(change[:1]) + change[1:])
		default:
			b.WriteString(change)
		}
		last = lowered
	}
	return b.String()
}

// titled puts titles to a name: hajj in front, degrees in front or behind.
func (n *namer) titled(d *dice, name string, p *person, z float64, diploma string) string {
	year, _, _ := p.born.YMD()
	if t := n.Titles.OldDegrees; diploma == "bachelor" && year < t.BornBefore && d.chance(t.Share) {
		if p.female {
			return one(d, t.Women) + " " + name
		}
		return one(d, t.Names) + " " + name
	}
	if t, ok := n.Titles.Degrees[diploma]; ok && d.chance(t.Share) {
		name += ", " + one(d, t.Names)
	}
	if h := n.Titles.Hajj; p.age >= h.From && n.hajj.draw(d, z) {
		if p.female {
			return h.Women + " " + name
		}
		return h.Men + " " + name
	}
	return name
}
