package programme

import (
	"regexp"

	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/rule"
)

// compared finds what a parameter is compared with: m.disability in params.disability.
var compared = regexp.MustCompile(`\.([a-z][a-z0-9_]*)\s*(?:in|==|!=)\s*params\.([a-z][a-z0-9_]*)`)

// nameOptions gives the parameters that are options their names, which the
// indicator has that they are compared with.
func (p *Programme) nameOptions(c *indicator.Catalogue) {
	for _, r := range p.rules() {
		for _, m := range compared.FindAllStringSubmatch(r.Text(), -1) {
			for _, f := range r.Facts() {
				if i, ok := c.Lookup(f.Level, f.Code); ok && f.Code == m[1] {
					p.nameOption(m[2], i)
				}
			}
		}
	}
}

func (p *Programme) nameOption(name string, i *indicator.Indicator) {
	for k := range p.Params {
		q := &p.Params[k]
		if q.Name != name || len(q.Options) > 0 {
			continue
		}
		var names []i18n.Text
		for _, code := range q.Texts {
			o, ok := i.OptionCode(code)
			if !ok {
				return
			}
			names = append(names, o.Name)
		}
		q.Options = names
	}
}

// rules returns the rules that say who may have what, and who comes first.
func (p *Programme) rules() []*rule.Rule {
	var all []*rule.Rule
	add := func(r *rule.Rule) {
		if r != nil {
			all = append(all, r)
		}
	}
	for _, c := range p.Clauses {
		add(c.Rule)
	}
	for _, x := range p.Exclusions {
		add(x.Rule)
	}
	for _, y := range p.Priority {
		add(y.Rule)
	}
	for _, b := range p.Benefits {
		add(b.When)
	}
	for _, x := range p.Exits {
		add(x.Rule)
	}
	return all
}
