package e2e

import (
	"testing"

	"gotong/internal/audit"
	"gotong/internal/i18n"
)

// TestEveryActHasWords holds the audit log to saying each act that the demo,
// and the journeys before this test, have left there in both languages.
func TestEveryActHasWords(t *testing.T) {
	s := open(t)
	seen := map[string]bool{}
	for e, err := range s.app.Audit.All(s.as(t, "pemeriksa"), audit.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen[e.Action] = true
	}
	if len(seen) < 20 {
		t.Errorf("only %d sorts of acts are on record", len(seen))
	}
	for act := range seen {
		for _, l := range []i18n.Lang{i18n.ID, i18n.EN} {
			if !i18n.Has(l, "audit.action."+act) {
				t.Errorf("%s has no words in %s", act, l)
			}
		}
	}
}
