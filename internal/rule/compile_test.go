package rule

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
	"gotong/internal/i18n"
)

// summary writes problems as line:column key name=value ….
func summary(err error) string {
	p, ok := AsProblems(err)
	if !ok {
		return fmt.Sprint(err)
	}
	var lines []string
	for _, e := range p {
		b := strings.Builder{}
		fmt.Fprintf(&b, "%d:%d %s", e.Args[5], e.Args[7], strings.TrimPrefix(e.Key, "rule."))
		for i := 10; i+1 < len(e.Args); i += 2 {
			if e.Args[i] != "detail" {
				fmt.Fprintf(&b, " %v=%v", e.Args[i], e.Args[i+1])
			}
		}
		lines = append(lines, b.String())
	}
	return strings.Join(lines, "\n")
}

// What counts the same, or is multiplied and divided into it, goes together; a
// number written out goes with everything.
func TestUnitsThatFit(t *testing.T) {
	e := testEnv(t)
	for _, text := range []string{
		`family.income_total / family.size >= family.income_per_person`,
		`family.income_total > 500000 && family.size < 5`,
		`family.income_total * 7 / 10 > params.many`,
		`params.many > family.income_per_person * family.size`,
		`members.filter(m, m.age < 5).size() < family.size`,
		`members.map(m, m.income).sum() == family.income_total`,
		`members.exists(m, m.age_months / 12 == m.age)`,
		`members.exists(m, m.age < params.few)`,
		`family.floor_area < 8 * family.size`,
		`family.floor_area / family.size > params.few`,
		`family.floor_area_per_person < 720`,
	} {
		if _, err := e.Compile(Source{Text: text}, Family, Bool); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestProblemsPointAtTheirPlace(t *testing.T) {
	e := testEnv(t)
	for _, tc := range []struct{ text, want string }{
		{`family.flor == "earth"`, `1:8 unknown_fact_near name=flor suggestion=floor`},
		{`family.xyzzyx == "earth"`, `1:8 unknown_fact name=xyzzyx`},
		{"1 +\n  family.age > 2", `2:10 fact_of_person name=age`},
		{`members.exists(m, m.decile < 3)`, `1:21 fact_of_family name=decile`},
		{`family.floor == "erth"`, `1:17 unknown_option_near option=erth fact=floor suggestion=earth`},
		{`"unobtainium" == family.floor`, `1:1 unknown_option option=unobtainium fact=floor`},
		{`members.exists(m, m.school in ["sd", "slta"])`, `1:38 unknown_option_near option=slta fact=school suggestion=sma`},
		{`family.floor == params.stage`, `1:24 unknown_option option=sma fact=floor`},
		{`family.decile <= params.few1`, `1:25 unknown_param_near name=few1 suggestion=few`},
		{`family.decile <= params.threshold_of_all`, `1:25 unknown_param name=threshold_of_all`},
		{`familly.urban && family.decile == true`, "1:1 unknown_name_near name=familly suggestion=family\n1:32 mismatch operator=== operands=(number, bool)"},
		{`frobnicate.urban`, `1:1 unknown_name name=frobnicate`},
		{`family.floor < 3`, `1:14 mismatch operator=< operands=(option, number)`},
		{`family.urban + 1 > 0`, `1:14 mismatch operator=+ operands=(bool, number)`},
		{`family.last_pkh > 2024`, `1:17 mismatch operator=> operands=(date, number)`},
		{`family.floor < "earth"`, "1:8 no_order\n1:16 text text=earth"},
		{`family.floor == family.wall`, `1:14 different_choices left=floor right=wall`},
		{`family.decile > 1.5`, `1:15 fraction`},
		{`1.5 == 1.5`, "1:1 fraction\n1:8 fraction"},
		{`family.decile ==`, `1:17 syntax`},
		{`person.age > 3`, `1:1 no_person`},
		{`family.decile / 0 > 1`, `1:15 by_zero`},
		{`family.income_total > family.size`, `1:21 units left=rupiah right=person`},
		{`family.income_total > family.decile`, `1:21 units left=rupiah right=…`},
		{`members.exists(m, m.income + m.age > 0)`, `1:28 units left=rupiah right=year`},
		{`members.exists(m, m.age < m.age_months)`, `1:25 units left=year right=month`},
		{`members.exists(m, m.age > members.size())`, `1:25 units left=year right=person`},
		{`members.map(m, m.income).sum() > members.map(m, m.age).sum()`, `1:32 units left=rupiah right=year`},
		{`family.income_total * family.income_per_person > 0`, `1:21 units left=rupiah right=rupiah`},
		{`(family.urban ? family.income_total : family.size) > 0`, `1:15 units left=rupiah right=person`},
		{`max(family.size, family.income_total) > 0`, `1:4 units left=person right=rupiah`},
		{`family.income_total in [params.few]`, `1:32 units left=rupiah right=…`},
		{`family.floor_area_per_person < params.few`, `1:30 units left=m² ×10⁻² right=…`},
		{`family.income_total + 9223372036854775807 + 1 > params.few * params.many`, "1:60 overflow"},
		{`family.decile % (params.few - 4) > 1`, `1:15 by_zero`},
		{`9223372036854775807 + 1 > 0`, `1:21 overflow`},
		{`params.many * 2 > family.income_total`, `1:13 overflow`},
		{`has(family.urban)`, `1:4 has`},
		{`family.last_pkh < date("2025-1-01")`, `1:24 date text=2025-1-01`},
		{`family.last_pkh < date(family.floor)`, `1:31 unsupported what=date(…)`},
		{`members.filter(m, m.age > 3)`, `1:15 list_alone`},
		{`members.map(m, m.age)`, `1:12 list_alone`},
		{`members.filter(m, m.age > 3).sum() > 1`, `1:33 mismatch operator=sum operands=list(person).()`},
		{`[1, 2].exists(x, x > 3)`, `1:1 range`},
		{`members.map(m, m.age).exists(x, x > 3)`, `1:12 range`},
		{`members.exists(family, true)`, `1:15 taken name=family`},
		{`members.exists(a, members.exists(b, members.exists(c, c.age > a.age + b.age)))`, `1:51 too_deep`},
		{`family.decile in members.map(m, m.age)`, `1:29 list`},
		{`family.decile in [1, family.size]`, `1:29 list`},
		{`family.decile`, `1:8 result.bool`},
		{`"sd" == "sd"`, `1:9 text text=sd`},
		{`family.floor`, `1:8 result.bool`},
		{`string(family.decile) == "3"`, `1:7 unknown_function name=string`},
		{`members.exist(m, m.age > 3)`, `1:14 unknown_function_near name=exist suggestion=exists`},
		{`members.exists(m)`, `1:15 walk function=exists`},
		{strings.Repeat("true && ", 2000) + "true", `1:1 too_long most=10000`},
	} {
		_, err := e.Compile(Source{Text: tc.text}, Family, Bool)
		if diff := cmp.Diff(tc.want, summary(err)); diff != "" {
			t.Errorf("%.60s (-want +got):\n%s", tc.text, diff)
		}
		p, _ := AsProblems(err)
		for _, problem := range p {
			for _, l := range i18n.Langs {
				if s := i18n.T(l, problem.Key, problem.Args...); strings.ContainsAny(s[:1], "[") || strings.Contains(s, "{at}") {
					t.Errorf("%s in %s: %s", problem.Key, l, s)
				}
			}
		}
	}
}

func TestProblemsAreFaults(t *testing.T) {
	_, err := testEnv(t).Compile(Source{Text: "family.flor", File: "pkh.yaml", Clause: "floor"}, Family, Bool)
	if !fault.Is(err, fault.KindInvalid) {
		t.Errorf("%v is not invalid", err)
	}
	want := `pkh.yaml:1:8 (floor): Fakta "flor" tidak ada dalam daftar indikator. Mungkin maksudnya "floor"?`
	if got := i18n.Error(i18n.ID, fmt.Errorf("loading: %w", err)); got != want {
		t.Errorf("shown: %s", got)
	}
	var p Problems
	if !errors.As(err, &p) || len(p) != 1 || !strings.Contains(p.Error(), "unknown_fact_near") {
		t.Errorf("problems: %v", p)
	}
}

func TestTypedForm(t *testing.T) {
	e := testEnv(t)
	for _, tc := range []struct {
		text string
		of   Subject
		want string
	}{
		{`family.decile <= params.few`, Family, `(le family.decile number:4)`},
		{`family.decile > 2 * 3 - 1`, Family, `(lt number:5 family.decile)`},
		{`m.school in ["sma", "sd", "sd"]`, Member, `(in $0.school [2 4])`},
		{`members.filter(m, m.age >= 60).exists_one(n, n.pregnant)`, Family, `(eq (count $0 if (le number:60 $0.age) if $0.pregnant) number:1)`},
		{`members.exists(m, m.age > person.age)`, Person, `(any $1 (lt $0.age $1.age))`},
		{`members.map(m, m.income).sum() > 0`, Family, `(lt number:0 (sum $0 $0.income))`},
		{`family.last_pkh < date("1970-01-02")`, Family, `(lt family.last_pkh date:1)`},
		{`!(family.urban != true)`, Family, `(not (not (eq family.urban bool:1)))`},
	} {
		r, err := e.Compile(Source{Text: tc.text}, tc.of, Bool)
		if err != nil {
			t.Errorf("%s: %v", tc.text, err)
			continue
		}
		if got := r.root.String(); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.text, got, tc.want)
		}
	}
}

func FuzzCompile(f *testing.F) {
	e := testEnv(f)
	for _, s := range []string{
		`family.decile <= params.few`, `members.exists(m, m.age < 7 || m.school in params.stages)`,
		`members.filter(m, m.age > 3).map(n, n.income).sum() / 2`, `date("2020-01-01")`, "\"\x00", `a.b.c(d)[0]{e:1}`,
		`{1: 2}[1]`, `[[1]].map(x, x).sum()`, `members.size().size()`, `family == family`, `members.exists(m, m == m)`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, of := range []Subject{Family, Person} {
			r, err := e.Compile(Source{Text: s}, of, Any)
			if _, ok := AsProblems(err); err != nil && !ok {
				t.Fatalf("%q: %v", s, err)
			}
			if err == nil && r.Kernel() == nil {
				t.Fatalf("%q compiles to nothing", s)
			}
		}
	})
}
