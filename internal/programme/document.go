package programme

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"gotong/internal/indicator"
	"gotong/internal/rule"
)

// document is a file while it is being read: first what stands for itself,
// then, once the parameters are known, the rules.
type document struct {
	*reader
	programme *Programme
	env       *rule.Env
	sources   map[string]Source
	from      bool                // in_force was read, and is right
	rules     []func()            // to be read once the parameters are known
	seenID    map[string]struct{} // ids of clauses, exclusions and exits
	failed    error               // a failure of the program, not of the file
}

// parse reads one file. One that is kept as it was when it decided may name
// facts that have been retired since. The problems are nil where the programme is whole.
func parse(c *indicator.Catalogue, file string, text []byte, changed map[string]int64, kept bool) (*Programme, rule.Problems, error) {
	d := &document{
		reader:    newReader(file, text),
		programme: &Programme{File: file, origin: origin{c, text, changed, kept, map[string]spot{}}, Digest: digest(text, changed)},
		sources:   map[string]Source{},
		seenID:    map[string]struct{}{},
	}
	top := d.document(text)
	if top == nil {
		return nil, d.problems, nil
	}
	d.top(top)
	params := make([]rule.Param, len(d.programme.Params))
	for i, p := range d.programme.Params {
		params[i] = p.Param
	}
	env, err := rule.NewEnv(c, params)
	if err != nil {
		return nil, nil, err
	}
	d.env = env
	if !kept && d.from {
		d.env = env.Until(d.programme.InForce.To)
	}
	for _, read := range d.rules {
		read()
	}
	if d.failed != nil {
		return nil, nil, d.failed
	}
	if len(d.problems) == 0 {
		d.programme.nameOptions(c)
	}
	return d.programme, d.problems, nil
}

// digest names a programme's text and changed parameters.
func digest(text []byte, changed map[string]int64) [32]byte {
	h := sha256.New()
	h.Write(text)
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		h.Write([]byte{0})
		h.Write([]byte(name))
		h.Write([]byte{0})
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(changed[name])))
	}
	return [32]byte(h.Sum(nil))
}

// later puts off a reading until the parameters are known.
func (d *document) later(read func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) { d.rules = append(d.rules, func() { read(n) }) }
}

func (d *document) top(n *yaml.Node) {
	p := d.programme
	var unit string
	d.mapping(n, reads{
		"sources": func(n *yaml.Node) { d.pairs(n, d.defineSource) },
		"code":    d.code(&p.Code),
		"name":    d.phrase(&p.Name),
		"owner":   d.text(&p.Owner),
		"aim":     word(d.reader, &p.Aim, aims),
		"effects": words(d.reader, &p.Effects, effects),
		"unit": func(n *yaml.Node) {
			word(d.reader, &unit, units)(n)
			p.Unit = Unit(unit)
			if p.Unit == PersonUnit {
				p.Subject = rule.Person
			}
		},
		"in_force": func(n *yaml.Node) {
			before := len(d.problems)
			d.period(&p.InForce)(n)
			d.from = len(d.problems) == before
			p.origin.places["in_force"] = spot{n.Line, n.Column}
		},
		"source":   d.later(d.sourceOf(&p.Source)),
		"params":   func(n *yaml.Node) { d.pairs(n, d.param) },
		"eligible": d.later(func(n *yaml.Node) { d.each(n, d.eligible) }),
		"requires": func(n *yaml.Node) { d.each(n, d.requirement) },
		"exclude": d.later(func(n *yaml.Node) {
			p.origin.places["exclude"] = spot{n.Line, n.Column}
			d.each(n, d.exclude)
		}),
		"priority":     d.later(func(n *yaml.Node) { d.each(n, d.priority) }),
		"quota":        d.later(d.quota),
		"benefits":     d.later(func(n *yaml.Node) { d.each(n, d.benefit) }),
		"cap":          d.later(d.cap),
		"cycle":        d.later(d.cycle),
		"delivery":     d.delivery,
		"conditions":   d.later(func(n *yaml.Node) { d.each(n, d.condition) }),
		"consequences": d.later(d.consequences),
		"exits":        d.later(func(n *yaml.Node) { d.each(n, d.exit) }),
	}, "code", "name", "owner", "aim", "unit", "in_force", "source", "sources", "benefits", "cycle", "delivery")
	d.whoDecides(n)
}

// whoDecides holds a programme that is decided from the register to rules, and
// one that is decided on a proposal to a list of what the proposal must show.
func (d *document) whoDecides(n *yaml.Node) {
	want, rest := "eligible", []string{"requires"}
	if d.programme.ByProposal() {
		want, rest = "requires", []string{"eligible", "exclude", "priority", "cap", "quota", "exits"}
	}
	if named := key(n, want); named == nil {
		d.problem(n, "programme.key_missing", "key", want)
	}
	for _, k := range rest {
		if at := key(n, k); at != nil {
			d.problem(at, "programme.key_of_unit", "key", k, "unit", string(d.programme.Unit))
		}
	}
}

// key returns a key of a mapping, or nil.
func key(n *yaml.Node, name string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i]
		}
	}
	return nil
}

func (d *document) requirement(n *yaml.Node) {
	q := Requirement{}
	d.within(named(n, "id"), func() {
		d.mapping(n, reads{"id": d.id(&q.ID), "show": d.phrase(&q.Show)}, "id", "show")
	})
	d.programme.Requires = append(d.programme.Requires, q)
}

var published = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

func (d *document) defineSource(k, v *yaml.Node) {
	s := Source{ID: k.Value}
	d.within("sources."+k.Value, func() {
		d.mapping(v, reads{
			"title":      d.cited(&s.Title),
			"note":       d.text(&s.Note),
			"confidence": word(d.reader, &s.Confidence, confidences),
			"published": func(n *yaml.Node) {
				if !published.MatchString(n.Value) {
					d.problem(n, "programme.not_published", "value", n.Value)
					return
				}
				s.Published = n.Value
			},
		}, "title", "published", "confidence")
	})
	d.sources[s.ID] = s
}

// sourceOf reads the name of a source.
func (d *document) sourceOf(into *Source) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := d.sources[n.Value]
		if !ok {
			d.problem(n, "programme.source_unknown", "source", n.Value)
			return
		}
		*into = s
	}
}

func (d *document) delivery(n *yaml.Node) {
	d.mapping(n, reads{"channels": words(d.reader, &d.programme.Channels, channels)}, "channels")
	if len(d.programme.Channels) == 0 {
		d.problem(n, "programme.no_channel")
	}
}
