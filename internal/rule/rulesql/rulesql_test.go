package rulesql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/rule/rulesql"
)

func compile(t *testing.T, of rule.Subject, text string) *rule.Rule {
	t.Helper()
	e, err := rule.NewEnv(indicator.Default(), []rule.Param{{Name: "few", Kind: rule.Number, Value: 4}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Compile(rule.Source{Text: text}, of, rule.Any)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is made of members is a stage of its own, grouped by family, and what
// may fail stands beside whether it lacks a fact.
func TestStages(t *testing.T) {
	for _, tc := range []struct {
		dialect    rulesql.Dialect
		text, want string
	}{
		{rulesql.SQLite, "family.decile <= params.few && members.exists(m, m.age < 7)", `WITH g1_10 AS MATERIALIZED (SELECT m.n AS g, MIN(CASE WHEN (m.v310 < (7)) THEN 0 WHEN ((m.v310 < (7)) IS NULL) THEN 1 END) AS r1k FROM rule_member AS m GROUP BY m.n),
f1 AS MATERIALIZED (SELECT f.n AS n, f.v151 AS v151, CASE WHEN g1_10.r1k IS NULL THEN FALSE WHEN g1_10.r1k = 0 THEN TRUE END AS c2 FROM rule_family AS f LEFT JOIN g1_10 ON g1_10.g = f.n)
SELECT f.n,
 CASE WHEN ((f.v151 <= (4)) AND f.c2) THEN 2 WHEN NOT ((f.v151 <= (4)) AND f.c2) THEN 1 ELSE 0 END
FROM f1 AS f`},
		{rulesql.Postgres, "family.decile / family.size", `WITH f1 AS MATERIALIZED (SELECT f.n AS n, CASE WHEN f.v122 = 0 OR (f.v151 = CAST('-9223372036854775808' AS BIGINT) AND f.v122 = -1) THEN NULL ELSE f.v151 / f.v122 END AS c2, ((f.v151 IS NULL) OR (f.v122 IS NULL)) AS c2m FROM rule_family AS f)
SELECT f.n,
 f.c2,
 CASE WHEN f.c2 IS NOT NULL THEN 2 WHEN NOT f.c2m THEN 3 ELSE 0 END
FROM f1 AS f`},
	} {
		p := rulesql.Write(tc.dialect, []*rule.Rule{compile(t, rule.Family, tc.text)})
		if len(p.Queries) != 1 {
			t.Fatalf("%s: %d queries", tc.text, len(p.Queries))
		}
		if d := cmp.Diff(tc.want, p.Queries[0].Text); d != "" {
			t.Errorf("%s\n%s", tc.text, d)
		}
	}
}

// SQL that is twice as deep is at most twice as long: no value that is used
// twice is written twice.
func TestTextGrowsWithTheRule(t *testing.T) {
	size := func(depth int) int {
		text := "family.decile"
		for range depth {
			text = "(" + text + " + " + text + ")" // twice the letters, one more distinct part
		}
		return len(rulesql.Write(rulesql.SQLite, []*rule.Rule{compile(t, rule.Family, text)}).Queries[0].Text)
	}
	if four, eight := size(4), size(8); eight > 2*four {
		t.Errorf("4 levels take %d letters, 8 take %d", four, eight)
	}
}

// Rules of families and of members are asked apart, and a great many in
// several statements, none of which is too wide for an engine.
func TestQueriesAreBounded(t *testing.T) {
	var rules []*rule.Rule
	for i := range 400 {
		rules = append(rules, compile(t, rule.Family, fmt.Sprintf("members.filter(m, m.age > %d).size()", i)),
			compile(t, rule.Person, fmt.Sprintf("person.age + %d", i)))
	}
	p := rulesql.Write(rulesql.Postgres, rules)
	asked := map[int]bool{}
	for _, q := range p.Queries {
		for _, r := range q.Rules {
			if asked[r] || rules[r].Subject().EachMember() != q.EachMember {
				t.Errorf("rule %d is asked in the wrong place", r)
			}
			asked[r] = true
		}
		if n := strings.Count(q.Text[strings.LastIndex(q.Text, "\nSELECT"):], ",\n "); n > 1000 {
			t.Errorf("%d columns in one statement", n)
		}
	}
	if len(asked) != len(rules) || len(p.Queries) < 4 {
		t.Errorf("%d rules asked in %d queries", len(asked), len(p.Queries))
	}
	if d := cmp.Diff([]int{310}, []int{p.Facts[0].No}); d != "" || len(p.Facts) != 1 {
		t.Errorf("facts %v", p.Facts)
	}
}
