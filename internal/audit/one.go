package audit

import (
	"slices"
	"strings"
)

// ofOne are the acts, and the groups of acts, whose subject is one family or
// person, or nobody: what they show of others is nothing.
var ofOne = []string{"family.", "identifier.", "event.", "identity.", "person.", "rank.read", "right.", "duplicate.read", "duplicate.confirm", "duplicate.reject",
	"duplicate.undo", "authority.read", "authority.confirm", "authority.reject", "authority.undo", "payment.of_family", "goods.of_family",
	"determination.explain", "determination.read", "determination.letter", "determination.check", "session.", "user.", "audit.", "mapping.", "trial.one"}

// OfOne reports whether an act that names a subject shows that one alone. Any
// other act on an object, such as opening a pay list or a decree, may show
// whoever is in it, and answers "who saw my data" for all of its area.
func OfOne(action string) bool {
	return slices.ContainsFunc(ofOne, func(p string) bool {
		return action == p || strings.HasSuffix(p, ".") && strings.HasPrefix(action, p)
	})
}
