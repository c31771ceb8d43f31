package audit

import (
	"strings"

	"gotong/internal/i18n"
)

// SayAction says in words what was done; an act without words keeps its code.
func SayAction(l i18n.Lang, action string) string {
	if key := "audit.action." + action; i18n.Has(l, key) {
		return i18n.T(l, key)
	}
	return action
}

// SayFields names what was looked at or changed, in words for the person
// whose data they are. A field that has no words, such as an indicator, keeps
// its code.
func SayFields(l i18n.Lang, fields []string) string {
	words := make([]string, len(fields))
	for i, f := range fields {
		words[i] = f
		if key := "audit.field." + strings.ReplaceAll(f, ".", "_"); i18n.Has(l, key) {
			words[i] = i18n.T(l, key)
		}
	}
	return strings.Join(words, ", ")
}
