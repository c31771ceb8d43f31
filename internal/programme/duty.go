package programme

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/rule"
)

// condition reads a duty.
func (d *document) condition(n *yaml.Node) {
	c := Condition{Facility: AtHome}
	d.within(named(n, "id"), func() {
		d.mapping(n, reads{
			"id":        d.id(&c.ID),
			"component": d.code(&c.Component),
			"duty":      d.phrase(&c.Duty),
			"every":     word(d.reader, &c.Every, everies),
			"months":    func(n *yaml.Node) { d.each(n, func(item *yaml.Node) { d.calendarMonth(&c, item) }) },
			"when":      d.rule(&c.When, rule.Member, rule.Bool),
			"facility":  word(d.reader, &c.Facility, facilities),
			"at_least": func(n *yaml.Node) {
				if v, ok := d.constant(n); ok {
					c.AtLeast, c.Unit = &v, d.unitOf(n)
				}
			},
			"in_force": func(n *yaml.Node) {
				c.InForce = &Period{}
				d.period(c.InForce)(n)
			},
			"source": func(n *yaml.Node) {
				c.Source = &Source{}
				d.sourceOf(c.Source)(n)
			},
		}, "id", "component", "duty", "every")
		if c.Component != "" && !d.hasComponent(c.Component) {
			d.problem(n, "programme.component_unknown", "component", c.Component)
		}
	})
	d.programme.Conditions = append(d.programme.Conditions, c)
}

func (d *document) calendarMonth(c *Condition, n *yaml.Node) {
	m, err := strconv.Atoi(n.Value)
	if err != nil || m < 1 || m > monthsPerYear {
		d.problem(n, "programme.not_month", "value", n.Value)
		return
	}
	c.Months = append(c.Months, m)
}

// unitOf returns the unit of the parameter that a number is, "" for a number
// that is written out.
func (d *document) unitOf(n *yaml.Node) string {
	name := strings.TrimPrefix(n.Value, "params.")
	for _, p := range d.programme.Params {
		if p.Name == name {
			return p.Unit
		}
	}
	return ""
}

// consequences reads what follows from misses: steps that rise.
func (d *document) consequences(n *yaml.Node) {
	q := &Consequences{}
	d.within("consequences", func() {
		d.mapping(n, reads{
			"in_force": d.period(&q.InForce),
			"source":   d.sourceOf(&q.Source),
			"within":   func(n *yaml.Node) { q.Within = d.limit(n) },
			"steps":    func(n *yaml.Node) { d.each(n, func(item *yaml.Node) { d.consequence(q, item) }) },
		}, "in_force", "source", "within", "steps")
	})
	if len(d.programme.Conditions) == 0 {
		d.problem(n, "programme.consequence_of_nothing")
	}
	d.programme.Consequences = q
}

func (d *document) consequence(q *Consequences, n *yaml.Node) {
	var c Consequence
	percent := key(n, "percent") != nil
	d.mapping(n, reads{
		"missed":  func(n *yaml.Node) { c.Missed = d.limit(n) },
		"effect":  word(d.reader, &c.Effect, sanctions),
		"percent": func(n *yaml.Node) { c.Percent = d.limit(n) },
	}, "missed", "effect")
	const whole = 100
	if c.Effect != "" && (percent != (c.Effect == Reduce) || c.Percent >= whole) {
		d.problem(n, "programme.consequence_percent")
	}
	if c.Effect == Suspend {
		c.Percent = whole
	}
	if k := len(q.Steps); k > 0 && (c.Missed <= q.Steps[k-1].Missed || c.Percent < q.Steps[k-1].Percent) {
		d.problem(n, "programme.consequence_order")
	}
	q.Steps = append(q.Steps, c)
}

// After returns the step that so many misses in a row have reached; false
// where they are too few for any.
func (q *Consequences) After(misses int) (Consequence, bool) {
	if q == nil {
		return Consequence{}, false
	}
	for i := len(q.Steps) - 1; i >= 0; i-- {
		if misses >= q.Steps[i].Missed {
			return q.Steps[i], true
		}
	}
	return Consequence{}, false
}
