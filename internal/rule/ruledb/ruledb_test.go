package ruledb_test

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"

	"gotong/internal/column"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/rule"
	"gotong/internal/rule/ruledb"
	"gotong/internal/rule/ruletest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// Many rules are asked in one statement, so that thousands take seconds.
const (
	rulesAtOnce = 100
	rounds      = 20
	soakRounds  = 1000
)

// Random rules over random families, with facts missing and numbers at the
// edges of 64 bits: the database, the kernels and the interpreter must give
// the same answers, and fail on the same rows. GOTONG_SEED repeats a run.
func TestThreeReadersGiveTheSameAnswers(t *testing.T) {
	n, seed := rounds, uint64(1)
	if os.Getenv("GOTONG_SOAK") == "1" {
		n, seed = soakRounds, rand.Uint64()
	}
	if s, err := strconv.ParseUint(os.Getenv("GOTONG_SEED"), 10, 64); err == nil {
		seed = s
	}
	e := ruletest.Env(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		reader := ruledb.NewReader(d)
		for round := range n {
			r := rand.New(rand.NewPCG(seed, uint64(round)))
			batch := ruletest.Batch(r.IntN)
			compare(t, reader, invent(t, e, r.IntN, rulesAtOnce), batch, ruletest.Sliced(r.IntN, batch))
			if t.Failed() {
				t.Fatalf("GOTONG_SEED=%d", seed)
			}
		}
	})
}

func invent(t *testing.T, e *rule.Env, pick ruletest.Pick, n int) []*rule.Rule {
	var rules []*rule.Rule
	for len(rules) < n {
		of := []rule.Subject{rule.Family, rule.Person, rule.Member}[pick(3)]
		kind := []rule.Kind{rule.Bool, rule.Number}[pick(2)]
		if r, ok := ruletest.Rule(t, e, pick, of, kind); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

// A rule that somebody typed is forgotten, and the next one may lie where it
// lay: it must not be given its answers.
func TestARuleIsNotAnsweredForOneThatLayThere(t *testing.T) {
	e, reader := ruletest.Env(t), ruledb.NewReader(dbtest.SQLite(t))
	r := rand.New(rand.NewPCG(1, 2))
	batch := ruletest.Batch(r.IntN)
	for range 300 {
		compare(t, reader, invent(t, e, r.IntN, 1), batch, batch)
		runtime.GC()
	}
}

// compare asks all three readers, the kernels of the same facts in planes too.
func compare(t *testing.T, reader *ruledb.Reader, rules []*rule.Rule, b, inPlanes *column.Batch) {
	t.Helper()
	answers, err := reader.Ask(context.Background(), b, rules)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rules {
		kernel, sliced, wrong := r.Kernel().Values(b), r.Kernel().Values(inPlanes), 0
		for row, s := range ruletest.Subjects(r, b) {
			said := said(r.Interpreter().Ask(b, s[0], s[1]))
			inSQL, inKernel, fromPlanes := valueAt(answers[i], row), valueAt(kernel, row), valueAt(sliced, row)
			if (said != inSQL || said != inKernel || said != fromPlanes) && wrong < 3 {
				wrong++
				t.Errorf("%s\nfamily %d member %d: interpreter %+v, database %+v, kernel %+v, of planes %+v", r.Text(), s[0], s[1], said, inSQL, inKernel, fromPlanes)
			}
		}
	}
}

// value is one answer, from any reader.
type value struct {
	Truth         rule.Truth
	Number        int64
	Known, Failed bool
}

func said(a rule.Answer) value {
	return value{Truth: a.Truth, Number: a.Value, Known: a.Known, Failed: a.Incomputable}
}

func valueAt(v rule.Values, row int) value {
	a := value{Failed: v.Failed != nil && v.Failed.Get(row)}
	if v.Column == nil {
		a.Truth = v.Truths.At(row)
		a.Known = a.Truth != rule.Unknown
		return a
	}
	a.Number, a.Known = v.Column.At(row)
	return a
}
