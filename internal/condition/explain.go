package condition

import (
	"strconv"

	"gotong/internal/i18n"
	"gotong/internal/programme"
)

// Name writes a month as people say it: Januari 2026.
func (m Month) Name(l i18n.Lang) string {
	return i18n.T(l, "web.month."+strconv.Itoa(m.Calendar())) + " " + strconv.Itoa(m.Year())
}

// DutyName returns what a duty asks, in the words of the programme's file.
func DutyName(p *programme.Programme, condition string) i18n.Text {
	for _, c := range p.Conditions {
		if c.ID == condition {
			return c.Duty
		}
	}
	return i18n.Both(condition)
}

// ComponentName returns the name of a component.
func ComponentName(p *programme.Programme, component string) i18n.Text {
	for _, b := range p.Benefits {
		if b.Component == component {
			return b.Name
		}
	}
	return i18n.Both(component)
}

// Say writes what is known of a duty: "Tidak dipenuhi: 70 %, paling sedikit
// 85 %".
func (d *Duty) Say(l i18n.Lang) string {
	said := i18n.T(l, "condition.status."+string(d.Status))
	if d.Excuse != "" {
		said += ": " + i18n.T(l, "condition.excuse."+string(d.Excuse))
	}
	if d.Measure != nil && d.AtLeast != nil {
		said += i18n.T(l, "condition.measured", "value", *d.Measure, "unit", d.Unit, "least", *d.AtLeast)
	}
	return said
}

// Follows says in words what an effect means, and for which part.
func (e *Effect) Follows(l i18n.Lang, p *programme.Programme) string {
	return i18n.T(l, "condition.follows."+string(e.Sanction), "name", e.Name, "component", ComponentName(p, e.Component).In(l),
		"percent", e.Percent, "period", e.Period.String(), "n", len(e.Misses), "last", e.Misses[len(e.Misses)-1].Name(l))
}

// Missed says which duties were not met, a line for each.
func (n *Notice) Missed(l i18n.Lang) []string {
	var all []string
	for _, d := range n.Duties {
		all = append(all, d.Due.Name(l)+": "+DutyName(n.Programme, d.Condition).In(l)+". "+d.Say(l))
	}
	return all
}

// Basis names what the steps rest on.
func (n *Notice) Basis(l i18n.Lang) string {
	if q := n.Programme.Consequences; q != nil {
		return q.Source.Title.In(l) + ", " + q.Source.PublishedIn(l)
	}
	return n.Programme.Source.Title.In(l)
}
