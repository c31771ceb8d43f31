package rule

import (
	"strings"

	"gotong/internal/i18n"
)

// Plain writes the sentence about nobody in particular, as a notice board
// would: parameters by their values, facts by their names in brackets.
func (t *Template) Plain(l i18n.Lang) string {
	var s strings.Builder
	for i, p := range t.places {
		s.WriteString(t.texts[i])
		s.WriteString(p.plain(l))
	}
	s.WriteString(t.texts[len(t.texts)-1])
	return s.String()
}

func (r *Rule) plain(l i18n.Lang) string {
	if v, ok := r.Constant(); ok {
		return r.say(l, Answer{Known: true, Value: v, Truth: Of(v != 0)})
	}
	var names []string
	for _, f := range r.facts {
		if i, ok := r.env.catalogue.Lookup(f.Level, f.Code); ok {
			names = append(names, i.Name.In(l))
		}
	}
	return "[" + strings.Join(names, ", ") + "]"
}
