package programme

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/rule"
)

// Part is what a difference is in.
type Part string

// The parts in which versions of a programme differ.
const (
	InParam     Part = "param"
	InClause    Part = "clause"
	InExclusion Part = "exclusion"
	InQuota     Part = "quota"
	InOther     Part = "other" // benefits, caps, cycle, channels, duties, exits
)

// Difference is one thing that two versions say differently. Was or Is is
// empty where only one of them says it.
type Difference struct {
	Kind    Part
	ID      string
	Name    i18n.Text // of a parameter; the sentence of a clause is its rule's
	Was, Is string    // as the files write it
	From    *Param    // the parameters, where both have it
	To      *Param
}

// Differences lists what a version says differently from one before it.
func Differences(was, is *Programme) []Difference {
	d := params(was, is)
	rules := func(kind Part, a, b map[string]string, order []string) {
		for _, id := range order {
			if a[id] != b[id] {
				d = append(d, Difference{Kind: kind, ID: id, Was: a[id], Is: b[id]})
			}
		}
	}
	before, order := clauseTexts(was, nil)
	after, order := clauseTexts(is, order)
	rules(InClause, before, after, order)
	before, order = exclusionTexts(was, nil)
	after, order = exclusionTexts(is, order)
	rules(InExclusion, before, after, order)
	if a, b := quotaText(was.Quota), quotaText(is.Quota); a != b {
		id := "nation"
		if q := is.Quota; q != nil {
			id = string(q.By)
		}
		d = append(d, Difference{Kind: InQuota, ID: id, Was: a, Is: b})
	}
	if otherText(was) != otherText(is) {
		d = append(d, Difference{Kind: InOther})
	}
	return d
}

func params(was, is *Programme) []Difference {
	var d []Difference
	for i := range is.Params {
		b := &is.Params[i]
		at := slices.IndexFunc(was.Params, func(p Param) bool { return p.Name == b.Name })
		if at < 0 {
			d = append(d, Difference{Kind: InParam, ID: b.Name, Name: b.Label, Is: Written(*b), To: b})
			continue
		}
		if a := &was.Params[at]; Written(*a) != Written(*b) {
			d = append(d, Difference{Kind: InParam, ID: b.Name, Name: b.Label, Was: Written(*a), Is: Written(*b), From: a, To: b})
		}
	}
	for i := range was.Params {
		a := &was.Params[i]
		if !slices.ContainsFunc(is.Params, func(p Param) bool { return p.Name == a.Name }) {
			d = append(d, Difference{Kind: InParam, ID: a.Name, Name: a.Label, Was: Written(*a), From: a})
		}
	}
	return d
}

// Written writes a parameter's value as its file does; a list with commas.
func Written(p Param) string {
	switch p.Kind {
	case rule.Option:
		return strings.Join(p.Texts, ", ")
	case rule.Bool:
		return strconv.FormatBool(p.Value != 0)
	case rule.Date:
		return civil.Date(p.Value).String()
	}
	s := strconv.FormatInt(p.Value, 10)
	if p.Decimals == 0 {
		return s
	}
	sign := ""
	if p.Value < 0 {
		sign, s = "-", s[1:]
	}
	s = strings.Repeat("0", max(0, p.Decimals+1-len(s))) + s
	return sign + s[:len(s)-p.Decimals] + "." + s[len(s)-p.Decimals:]
}

func clauseTexts(p *Programme, order []string) (map[string]string, []string) {
	texts := map[string]string{}
	for _, c := range p.Clauses {
		texts[c.ID], order = c.Rule.Text(), once(order, c.ID)
	}
	return texts, order
}

func exclusionTexts(p *Programme, order []string) (map[string]string, []string) {
	texts := map[string]string{}
	for _, x := range p.Exclusions {
		texts[x.ID], order = strings.Join(x.Programmes, ", "), once(order, x.ID)
		if x.Rule != nil {
			texts[x.ID] = x.Rule.Text()
		}
	}
	return texts, order
}

func once(order []string, id string) []string {
	if slices.Contains(order, id) {
		return order
	}
	return append(order, id)
}

// quotaText writes a quota: the limit of the nation, or of each area.
func quotaText(q *Quota) string {
	if q == nil {
		return ""
	}
	var all []string
	if q.Default != nil {
		all = append(all, strconv.FormatInt(*q.Default, 10))
	}
	for _, area := range slices.Sorted(maps.Keys(q.Table)) {
		limit := strconv.FormatInt(q.Table[area], 10)
		if area != "" {
			limit = area + ": " + limit
		}
		all = append(all, limit)
	}
	return strings.Join(all, ", ")
}

// otherText writes what benefits, caps, cycle and channels say, to compare.
func otherText(p *Programme) string {
	var b strings.Builder
	text := func(r *rule.Rule) string {
		if r == nil {
			return ""
		}
		return r.Text()
	}
	for _, x := range p.Benefits {
		fmt.Fprintln(&b, x.Component, x.Subject, text(x.When), text(x.Amount), x.Per, x.MaxMembers)
	}
	for _, y := range p.Priority {
		fmt.Fprintln(&b, text(y.Rule), y.Descending)
	}
	for _, x := range p.Exits {
		fmt.Fprintln(&b, x.ID, text(x.Rule))
	}
	fmt.Fprintln(&b, p.Cap, p.Cycle, p.Channels)
	return b.String()
}
