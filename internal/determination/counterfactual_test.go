package determination

import (
	"os"
	"testing"
	"time"

	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/policy"
)

// Every decision is explained, clause by clause as the other reader answers;
// every counterfactual and every piece of advice comes true by that reader,
// and one step less far does not. With GOTONG_SOAK it is at least a hundred
// thousand decisions.
func TestEveryExplanationIsTried(t *testing.T) {
	families, least := 60, 0
	if os.Getenv("GOTONG_SOAK") != "" {
		families, least = 2400, 100_000
	}
	rules, err := LoadAdviceRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	records := snapshottest.Complete(snapshottest.Random(17, families))
	in := input(t, records, everything(t))
	explained, refused, tried, advised := 0, 0, 0, 0
	var longest time.Duration
	begun := time.Now()
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
				byKernels := p.Judge(&f.Batch)
				eachSubject(p, &f.Batch, func(_, _, member int) {
					from := time.Now()
					answers := answersOf(p, f, member)
					explained++
					checkAnswers(t, p, byKernels, member, answers)
					if meetsOne(p, answers) == rule.No {
						refused++
						if c := counterfactual(p, &f.Batch, member, answers); c != nil {
							tried++
							checkCounterfactual(t, p, &f.Batch, member, c)
						}
						for _, set := range advise(p, &f.Batch, member, answers, rules.On(in.AsOf)) {
							advised++
							checkAdvice(t, p, f, member, set, rules.On(in.AsOf))
						}
					}
					longest = max(longest, time.Since(from))
				})
			}
		}
	}
	t.Logf("%d decisions explained, %d refused, %d counterfactuals and %d pieces of advice tried, in %s; the longest took %s",
		explained, refused, tried, advised, time.Since(begun).Round(time.Millisecond), longest)
	if explained < least || tried == 0 || advised == 0 {
		t.Errorf("%d decisions, of at least %d", explained, least)
	}
}

// rowIn is the row of a subject in what the kernels say of one family.
func rowIn(member int) int {
	if member == noMember {
		return 0
	}
	return member
}

// checkAnswers holds what the interpreters say of each item against the kernels.
func checkAnswers(t *testing.T, p *programme.Programme, by *programme.Judgement, member int, answers Answers) {
	t.Helper()
	for i := range p.Clauses {
		if got := by.Clauses[i].At(rowIn(member)); got != answers.At(i) {
			t.Errorf("%s, %s: the kernels say %v, the explanation %v", p.Code, p.Clauses[i].ID, got, answers.At(i))
		}
	}
}

// checkCounterfactual tries one by the kernels.
func checkCounterfactual(t *testing.T, p *programme.Programme, b *column.Batch, member int, c *Counterfactual) {
	t.Helper()
	number := rule.Reading{Indicator: c.Indicator, Member: c.Member, Value: c.Was, Known: true}
	entitled := func(v int64) bool {
		with := patched(b, number, v)
		return verdict(p.Judge(with).Meets.At(rowIn(member)), p.AmountOf(with, 0, member)) == Entitled
	}
	if !entitled(c.Value) {
		t.Errorf("%s: %s of %d does not change the outcome", p.Code, c.Indicator.Code, c.Value)
	}
	if entitled(c.Value + towards(c.Value, c.Was)) {
		t.Errorf("%s: less than %s of %d is enough", p.Code, c.Indicator.Code, c.Value)
	}
}
