package determinationdb_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
)

// dividing has a rule of each kind that divides by a number which may be zero.
const dividing = `
sources: {t: {title: test, published: "2025", confidence: derived}}
code: dividing
name: {id: Membagi, en: Dividing}
owner: test
aim: basic_needs
unit: family
in_force: {from: 2020-01-01}
source: t
params:
  each: {value: 1000, kind: money, name: {id: each, en: each}, in_force: {from: 2020-01-01}, source: t}
  least: {value: 0, name: {id: least, en: least}, in_force: {from: 2020-01-01}, source: t}
eligible:
  - {id: clause, when: CLAUSE, because: {id: a, en: a}, otherwise: {id: b, en: b}}
priority: [PRIORITY]
quota: {by: nation, default: 50, in_force: {from: 2020-01-01}, source: t}
benefits:
  - {component: all, name: {id: a, en: a}, per: family, annual: AMOUNT}
cycle: {every: year, split: exact}
delivery: {channels: [goods]}
`

// A rule that cannot be computed of some family is no answer: all readers say
// of which rule and of which family first, and nothing is enacted.
func TestWhatCannotBeComputedIsNotEnacted(t *testing.T) {
	// The facts are known of some families and zero of a few of those.
	const fails = "family.cattle / family.goats"
	for _, tc := range []struct{ name, clause, priority, amount, at string }{
		{"clause", fails + " >= params.least", "family.goats", "params.each", "dividing.yaml:14:24 (clause)"},
		{"priority", "family.goats >= params.least", fails, "params.each", "dividing.yaml:15:12 (priority)"},
		{"amount", "family.goats >= params.least", "family.goats", "params.each * (" + fails + ")", "dividing.yaml:18:65 (all)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				text := strings.NewReplacer("CLAUSE", tc.clause, "PRIORITY", tc.priority, "AMOUNT", tc.amount).Replace(dividing)
				w := world(t, d, snapshottest.Random(21, 150))
				var err error
				w.Determinations.Programmes, err = programme.Load(indicator.Default(), fstest.MapFS{"dividing.yaml": {Data: []byte(text)}})
				if err != nil {
					t.Fatal(err)
				}
				h := w.Determined(t)
				failures := h.Content.Programmes[0].Failures
				if len(failures) != 1 || failures[0].At != tc.at || failures[0].Subjects == 0 {
					t.Fatalf("failures %+v", failures)
				}
				r, err := w.Determinations.Recheck(system, h.ID, nil, run.Silent{})
				if err != nil || !r.Verified() || r.Computed != h.Digest {
					t.Errorf("the other readers differ: %+v, %v", r, err)
				}
				_, err = w.Determinations.Propose(determinationtest.Staff("sari", access.Nation(), access.Manager), h.ID, "")
				if !fault.Is(err, fault.KindInvalid) || !strings.Contains(i18n.Error(i18n.EN, err), tc.at) ||
					!strings.Contains(i18n.Error(i18n.EN, err), failures[0].Family.String()) {
					t.Errorf("proposed: %v", err)
				}
				if now, err := w.Determinations.Header(system, h.ID); err != nil || now.State != determination.Computed {
					t.Errorf("state %s, %v", now.State, err)
				}
			})
		})
	}
}
