package determination

import (
	"testing"
	"testing/fstest"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/policy"
)

// Every piece of advice comes true by the other reader, the kernels, and is
// only about facts that can be changed or corrected.
func TestAdviceComesTrue(t *testing.T) {
	rules, err := LoadAdviceRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	in := input(t, snapshottest.Random(8, 250), everything(t))
	given, several := 0, 0
	for part, of := range in.Snapshot.Parts {
		facts, err := in.Snapshot.Partition(of)
		if err != nil {
			t.Fatal(err)
		}
		ranks, err := in.Ranking.Ranks(part)
		if err != nil {
			t.Fatal(err)
		}
		for row := range facts.Families {
			f, err := facts.Read(row, row+1, snapshot.Columns{})
			if err != nil {
				t.Fatal(err)
			}
			ranks.Fill(f)
			for _, p := range in.Programmes {
				eachSubject(p, &f.Batch, func(_, _, member int) {
					sets := advise(p, &f.Batch, member, answersOf(p, f, member), rules.On(in.AsOf))
					given += len(sets)
					for _, set := range sets {
						if len(set) > 1 {
							several++
						}
						checkAdvice(t, p, f, member, set, rules.On(in.AsOf))
					}
				})
			}
		}
	}
	if given < 50 || several == 0 {
		t.Errorf("%d pieces of advice, %d of several facts: the example shows too little", given, several)
	}
}

func answersOf(p *programme.Programme, f *snapshot.Families, member int) Answers {
	var a Answers
	e := p.Explain(&f.Batch, 0, member)
	for i, x := range e.Clauses {
		a = a.With(i, x.Truth)
	}
	for i, x := range e.Exclusions {
		if p.Exclusions[i].Rule == nil {
			x.Truth = rule.No // nobody receives another programme here
		}
		a = a.With(len(p.Clauses)+i, x.Truth)
	}
	return a
}

func checkAdvice(t *testing.T, p *programme.Programme, f *snapshot.Families, member int, set []change, policy AdviceRule) {
	t.Helper()
	row := 0
	if member != noMember {
		row = member
	}
	meets := func(without int) rule.Truth {
		b := &f.Batch
		for i, c := range set {
			if i != without {
				b = patched(b, c.reading, c.value)
			}
		}
		return p.Judge(b).Meets.At(row)
	}
	if meets(-1) != rule.Yes {
		t.Errorf("%s: advice does not come true: %+v", p.Code, set)
	}
	for i, c := range set {
		if policy.Class(c.reading.Indicator) == Immutable || c.value == c.reading.Value {
			t.Errorf("%s: advice to change %s from %d to %d", p.Code, c.reading.Indicator.Code, c.reading.Value, c.value)
		}
		if len(set) > 1 && meets(i) == rule.Yes {
			t.Errorf("%s: %s need not change: %+v", p.Code, c.reading.Indicator.Code, set)
		}
	}
}

// Nobody is told to be disabled, older, orphaned or pregnant.
func TestNeverAdvised(t *testing.T) {
	rules, err := LoadAdviceRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"disability", "age", "sex", "orphan", "pregnant", "postnatal", "rights_victim", "born", "relation"} {
		i, ok := indicator.Default().Lookup(indicator.Person, code)
		if !ok || rules.On(civil.Of(2026, 1, 1)).Class(i) != Immutable {
			t.Errorf("%s may be advised", code)
		}
	}
}

func TestAdviceRulesAreRefused(t *testing.T) {
	const good = "advice:\n  - {from: 2020-01-01, most: 1, together: 1, mutable: {person: [school]}, correctable: {}, source: {id: a, en: b}}\n"
	for name, text := range map[string]string{
		"not YAML":     "advice: [",
		"empty":        "advice: []",
		"no source":    "advice:\n  - {from: 2020-01-01, most: 1, together: 1, mutable: {}, correctable: {}}\n",
		"none at all":  "advice:\n  - {from: 2020-01-01, most: 0, together: 1, source: {id: a, en: b}}\n",
		"unknown fact": "advice:\n  - {from: 2020-01-01, most: 1, together: 1, mutable: {person: [skool]}, source: {id: a, en: b}}\n",
		"in two lists": "advice:\n  - {from: 2020-01-01, most: 1, together: 1, mutable: {person: [school]}, correctable: {person: [school]}, source: {id: a, en: b}}\n",
		"same day":     good + "  - {from: 2020-01-01, most: 1, together: 1, source: {id: a, en: b}}\n",
	} {
		if _, err := LoadAdviceRules(indicator.Default(), fstest.MapFS{"advice.yaml": {Data: []byte(text)}}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadAdviceRules(indicator.Default(), fstest.MapFS{"advice.yaml": {Data: []byte(good)}}); err != nil {
		t.Error(err)
	}
}
