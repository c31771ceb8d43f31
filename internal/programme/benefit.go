package programme

import (
	"go.yaml.in/yaml/v3"

	"gotong/internal/region"
	"gotong/internal/rule"
)

func (d *document) benefit(n *yaml.Node) {
	b := Benefit{Per: "year"}
	per := "family"
	whose := []string{"family", "member"}
	if u := string(d.programme.Unit); u != "" && d.programme.Unit != FamilyUnit {
		per, whose = u, []string{u}
	}
	d.within(named(n, "component"), func() {
		// The subject is needed to read the rules, wherever it is written.
		if p := named(n, "per"); p != "" {
			per = p
		}
		b.Subject = map[string]rule.Subject{"member": rule.Member, "person": rule.Person}[per] // else rule.Family
		given := 0
		amount := func(every Every) func(*yaml.Node) {
			return func(n *yaml.Node) {
				given++
				b.Per, b.Amount = every, d.amount(n, b.Subject)
			}
		}
		d.mapping(n, reads{
			"component": d.code(&b.Component),
			"name":      d.phrase(&b.Name),
			"per":       word(d.reader, &per, whose),
			"when":      d.rule(&b.When, b.Subject, rule.Bool),
			"annual":    amount("year"),
			"monthly":   amount("month"),
			"once":      amount(Once),
			"service": func(n *yaml.Node) {
				given++
				b.Service = n.Value == "true"
				if !b.Service {
					d.problem(n, "programme.not_word", "value", n.Value, "allowed", "true")
				}
				none := rule.Source{Text: "0", File: d.file, Clause: d.clause, Place: func(int) (int, int) { return n.Line, n.Column }}
				r, err := d.env.Compile(none, b.Subject, rule.Number)
				d.note(err)
				b.Amount = r
			},
			"max_members": func(n *yaml.Node) { b.MaxMembers = d.limit(n) },
			"goods":       d.phrase(&b.Goods),
		}, "component", "name", "per")
		if given != 1 {
			d.problem(n, "programme.benefit_amount")
		}
		for _, other := range d.programme.Benefits {
			if other.Component == b.Component {
				d.problem(n, "programme.component_twice", "component", b.Component)
			}
		}
	})
	d.programme.Benefits = append(d.programme.Benefits, b)
}

// amount reads rupiah, in which every number is a parameter.
func (d *document) amount(n *yaml.Node, of rule.Subject) *rule.Rule {
	r := d.compile(n, of, rule.Number)
	if r == nil {
		return nil
	}
	if unit, ok := r.Unit(); ok && unit != "" && unit != "rupiah" {
		d.problem(n, "programme.amount_unit", "unit", unit)
	}
	for _, offset := range r.Literals() {
		d.problems = append(d.problems, r.Problem(offset, "programme.amount_undated"))
	}
	return r
}

// limit reads a number of members, written out or a parameter, of at least 1.
func (d *document) limit(n *yaml.Node) int {
	v, ok := d.constant(n)
	if ok && v < 1 {
		d.problem(n, "programme.limit_zero", "value", v)
	}
	return int(v)
}

// constant reads a number that depends on no fact.
func (d *document) constant(n *yaml.Node) (int64, bool) {
	r := d.compile(n, rule.Family, rule.Number)
	if r == nil {
		return 0, false
	}
	v, ok := r.Constant()
	if !ok {
		d.problem(n, "programme.not_constant")
	}
	return v, ok
}

func (d *document) cap(n *yaml.Node) {
	var keep string
	c := &d.programme.Cap
	d.within("cap", func() {
		d.mapping(n, reads{
			"members":               func(n *yaml.Node) { c.Members = d.limit(n) },
			"components_per_member": func(n *yaml.Node) { c.ComponentsPerMember = d.limit(n) },
			"keep":                  word(d.reader, &keep, []string{"highest"}),
		}, "keep")
	})
}

func (d *document) cycle(n *yaml.Node) {
	var split string
	c := &d.programme.Cycle
	d.within("cycle", func() {
		d.mapping(n, reads{
			"every": word(d.reader, &c.Every, everies),
			"split": word(d.reader, &split, []string{"exact"}),
		}, "every", "split")
		for _, b := range d.programme.Benefits {
			if c.Every != "" && !b.Service && (b.Per == Once) != (c.Every == Once) {
				d.problem(n, "programme.cycle_once", "component", b.Component)
			}
		}
	})
}

func (d *document) hasComponent(code string) bool {
	for _, b := range d.programme.Benefits {
		if b.Component == code {
			return true
		}
	}
	return false
}

func (d *document) quota(n *yaml.Node) {
	q := &Quota{Table: map[string]int64{}}
	d.within("quota", func() {
		var table *yaml.Node
		d.mapping(n, reads{
			"by": word(d.reader, &q.By, areas),
			"default": func(n *yaml.Node) {
				var v int64
				d.whole(&v, 0)(n)
				q.Default = &v
			},
			"table":    func(n *yaml.Node) { table = n },
			"in_force": d.period(&q.InForce),
			"source":   d.sourceOf(&q.Source),
		}, "by", "in_force", "source")
		if table != nil {
			d.pairs(table, func(k, v *yaml.Node) { d.quotaOf(q, k, v) })
		}
		if table == nil && q.Default == nil {
			d.problem(n, "programme.quota_empty")
		}
	})
	d.programme.Quota = q
}

func (d *document) quotaOf(q *Quota, k, v *yaml.Node) {
	code := k.Value
	if q.By == "nation" && code == "nation" {
		code = ""
	}
	if !areaCode.MatchString(code) || q.By != "" && len(code) != q.Codes() {
		d.problem(k, "programme.quota_area", "area", k.Value, "by", q.By)
		return
	}
	if code != "" && !isRegion(code) {
		d.problem(k, "programme.quota_nowhere", "area", k.Value, "by", q.By)
		return
	}
	var limit int64
	d.whole(&limit, 0)(v)
	q.Table[code] = limit
}

// isRegion reports whether a code is one of a region of today, or of one that
// another has followed: a file of before is read as it was written.
func isRegion(code string) bool {
	if _, ok := region.Default().Lookup(code); ok {
		return true
	}
	_, ok := region.Default().Successor(code)
	return ok
}
