package determination

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting/targetingtest"
	"gotong/programmes"
)

// exclusive is a programme with everything the presets lack: exclusion of
// other programmes' recipients, a quota by village, a descending priority
// and a family benefit of an uncertain amount.
const exclusive = `
sources: {t: {title: test, published: "2025", confidence: derived}}
code: exclusive
name: {id: Eksklusif, en: Exclusive}
owner: test
aim: basic_needs
unit: family
in_force: {from: 2020-01-01}
source: t
params:
  least: {value: 10, name: {id: least, en: least}, in_force: {from: 2020-01-01}, source: t}
  each: {value: 1000, kind: money, name: {id: each, en: each}, in_force: {from: 2020-01-01}, source: t}
eligible:
  - {id: floor, when: family.floor_area >= params.least, because: {id: a, en: a}, otherwise: {id: b, en: b}}
exclude:
  - {id: others, programmes: [pkh, yapi], because: {id: c, en: c}}
priority:
  - {by: family.floor_area, order: descending}
quota: {by: village, default: 3, table: {"3674011001": 0}, in_force: {from: 2020-01-01}, source: t}
benefits:
  - {component: all, name: {id: a, en: a}, per: family, annual: "family.goats * params.each"}
cycle: {every: year, split: exact}
delivery: {channels: [goods]}
`

// after excludes whom exclusive reaches, and so needs a later pass.
const after = `
sources: {t: {title: test, published: "2025", confidence: derived}}
code: after
name: {id: Sesudah, en: After}
owner: test
aim: basic_needs
unit: person
in_force: {from: 2020-01-01}
source: t
params:
  each: {value: 500, kind: money, name: {id: each, en: each}, in_force: {from: 2020-01-01}, source: t}
eligible:
  - {id: working, when: person.working, because: {id: a, en: a}, otherwise: {id: b, en: b}}
exclude:
  - {id: others, programmes: [exclusive], because: {id: c, en: c}}
benefits:
  - {component: all, name: {id: a, en: a}, per: person, annual: params.each}
cycle: {every: year, split: exact}
delivery: {channels: [goods]}
`

func load(t testing.TB, files map[string]string) []*programme.Programme {
	t.Helper()
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	set, err := programme.Load(indicator.Default(), programmes.Files, m)
	if err != nil {
		t.Fatal(err)
	}
	return set.InForce(snapshottest.AsOf)
}

func everything(t testing.TB) []*programme.Programme {
	return load(t, map[string]string{"exclusive.yaml": exclusive, "after.yaml": after})
}

func input(t testing.TB, records []snapshot.Record, all []*programme.Programme) Input {
	t.Helper()
	keys := snapshottest.Keys(t)
	s := snapshottest.Build(t, keys, records)
	return Input{Snapshot: s, Ranking: targetingtest.Rank(t, keys, s), Programmes: all, AsOf: s.AsOf}
}

func sumOnly(_ string, w *snapshot.FileWriter) (snapshot.Sum, error) { return w.Sum() }

func computed(t testing.TB, in Input, r reader, stretch int) Content {
	t.Helper()
	c, err := compute(context.Background(), in, r, stretch, sumOnly, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// dividing divides by what may be zero, in a clause, an amount and a priority.
const dividing = `
sources: {t: {title: test, published: "2025", confidence: derived}}
code: failing
name: {id: Gagal, en: Failing}
owner: test
aim: basic_needs
unit: person
in_force: {from: 2020-01-01}
source: t
params:
  each: {value: 1000, kind: money, name: {id: each, en: each}, in_force: {from: 2020-01-01}, source: t}
eligible:
  - {id: clause, when: "family.goats > 2 || family.cattle / family.goats >= 0", because: {id: a, en: a}, otherwise: {id: b, en: b}}
priority: [family.goats % family.cattle]
quota: {by: regency, default: 9, in_force: {from: 2020-01-01}, source: t}
benefits:
  - {component: all, name: {id: a, en: a}, per: person, annual: "params.each * (family.goats / family.cattle)"}
cycle: {every: year, split: exact}
delivery: {channels: [goods]}
`

// One digest: by kernel or interpreter, in any order of records and of their
// members, on any number of workers, however the families are cut into
// stretches; also of what cannot be computed, and of whom first.
func TestOneDigest(t *testing.T) {
	snapshottest.Few(t)
	all := load(t, map[string]string{"exclusive.yaml": exclusive, "after.yaml": after, "failing.yaml": dividing})
	rapid.Check(t, func(rt *rapid.T) {
		records := snapshottest.Random(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 150).Draw(rt, "families"))
		want := computed(t, input(t, records, all), kernels{}, snapshot.Stretch)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 0))
		order.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		for _, r := range records {
			order.Shuffle(len(r.Members), func(i, j int) { r.Members[i], r.Members[j] = r.Members[j], r.Members[i] })
		}
		in := input(t, records, all)
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(rapid.IntRange(1, 4).Draw(rt, "workers")))
		stretch := 64 * rapid.IntRange(1, 3).Draw(rt, "stretch")
		for name, r := range map[string]reader{"kernels": kernels{}, "interpreters": interpreters{}} {
			if diff := cmp.Diff(want, computed(t, in, r, stretch)); diff != "" {
				rt.Fatalf("%s, stretches of %d: %s", name, stretch, diff)
			}
		}
	})
}

// A quota counts from its first day to its last, and no other day.
func TestQuotaByDay(t *testing.T) {
	limited := strings.Replace(exclusive, `0}, in_force: {from: 2020-01-01}`, `0}, in_force: {from: 2025-03-01, to: 2025-06-30}`, 1)
	all := load(t, map[string]string{"exclusive.yaml": limited})
	for day, want := range map[string]bool{"2025-02-28": false, "2025-03-01": true, "2025-06-30": true, "2025-07-01": false} {
		p, err := newPlan(civil.MustParse(day), all)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.quota(p.all[p.place["exclusive"]]) != nil; got != want {
			t.Errorf("%s: quota in force %v, want %v", day, got, want)
		}
	}
}

// outcomes computes into files and reads every row back.
func outcomes(t testing.TB, in Input) (Content, map[string][]Row) {
	t.Helper()
	dir := t.TempDir()
	c, err := compute(context.Background(), in, kernels{}, 64, func(name string, w *snapshot.FileWriter) (snapshot.Sum, error) {
		return w.Write(filepath.Join(dir, name))
	}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]Row{}
	files := &Files{Manifest: Manifest{Content: c}, dir: dir}
	err = eachRow(files, in.Snapshot, in.Programmes, func(r Row) error {
		rows[r.Programme] = append(rows[r.Programme], r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, rows
}

// The files hold what a plain reading of the definitions gives: answers by
// the interpreter, quotas by sorting, exclusions by looking at other rows.
func TestOutcomesFollowTheDefinitions(t *testing.T) {
	all := everything(t)
	in := input(t, snapshottest.Random(11, 500), all)
	c, rows := outcomes(t, in)
	receives := map[string]map[Subject]rule.Truth{} // programme → family
	for k, p := range all {
		receives[p.Code] = map[Subject]rule.Truth{}
		var counts Counts
		var waiting, unknown int
		for _, r := range rows[p.Code] {
			counts.Add(r.Outcome, 1)
			if r.Outcome == Entitled {
				counts.Annual += r.Annual
			}
			family := Subject{FamilyID: r.FamilyID}
			if before, ok := receives[p.Code][family]; ok {
				receives[p.Code][family] = before.Or(r.Outcome.truth())
			} else {
				receives[p.Code][family] = r.Outcome.truth()
			}
			meets := rule.Yes
			for i := range p.Clauses {
				meets = meets.And(r.Answers.At(i))
			}
			for i, x := range p.Exclusions {
				want := r.Answers.At(len(p.Clauses) + i)
				if x.Rule == nil {
					want = rule.No
					for _, code := range x.Programmes {
						want = want.Or(receives[code][family])
					}
				}
				if got := r.Answers.At(len(p.Clauses) + i); got != want {
					t.Fatalf("%s: exclusion %s is %s, the other programmes say %s", p.Code, x.ID, got, want)
				}
				meets = meets.And(want.Not())
			}
			switch {
			case meets == rule.No && r.Outcome != Refused, meets == rule.Unknown && r.Outcome != Undetermined,
				meets == rule.Yes && len(r.Lines) > 0 && r.Outcome != Entitled && r.Outcome != Waitlisted,
				meets != rule.Yes && len(r.Lines) > 0:
				t.Fatalf("%s: meets %s with %d lines, outcome %s", p.Code, meets, len(r.Lines), r.Outcome)
			}
			if r.Outcome == Waitlisted {
				waiting++
			}
			if r.Outcome == Undetermined {
				unknown++
			}
		}
		if diff := cmp.Diff(c.Programmes[k].Counts, counts); diff != "" {
			t.Errorf("%s: %s", p.Code, diff)
		}
		if p.Code == "exclusive" && (waiting == 0 || unknown == 0 || counts.Entitled == 0) {
			t.Errorf("the example shows too little: %+v", counts)
		}
	}
	if len(rows["pkh"]) != 500 || len(rows["yapi"]) != int(in.Snapshot.Members) {
		t.Errorf("%d families and %d persons were decided", len(rows["pkh"]), len(rows["yapi"]))
	}
}

// A quota goes to those who come first by priority, then by id, in each area.
func TestQuota(t *testing.T) {
	var records []snapshot.Record
	for i, area := range []string{"3172041004", "3172041004", "3172041004", "3172041004", "3172041004", "3674011001", "3674021003"} {
		records = append(records, snapshot.Record{Family: snapshottest.ID(100 + 10*i), Area: area,
			Facts:   snapshottest.FamilyFacts("floor_area", []string{"20", "30", "30", "40", "30", "90", "90"}[i], "goats", "2"),
			Members: []snapshot.Member{{ID: snapshottest.ID(101 + 10*i), Relation: 1, Born: snapshottest.Born(30)}}})
	}
	all := load(t, map[string]string{"exclusive.yaml": exclusive})
	for i, p := range all {
		if p.Code == "exclusive" {
			q := *p // without the exclusions: here it is about the quota alone
			q.Exclusions = nil
			all = append(all[:0:0], &q)
			_ = i
			break
		}
	}
	c, rows := outcomes(t, input(t, records, all))
	got := map[int]string{}
	for _, r := range rows["exclusive"] {
		got[int(r.FamilyID[15])] = r.Outcome.String() + " " + string(rune('0'+r.Queue))
	}
	want := map[int]string{
		130: "entitled 1", // the largest floor
		110: "entitled 2", // equal ones by id
		120: "entitled 3",
		140: "waitlisted 4",
		100: "waitlisted 5",
		150: "waitlisted 1", // a village with a quota of none
		160: "entitled 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]QuotaUse{{"3172041004", 3, 5, 2}, {"3674011001", 0, 1, 1}, {"3674021003", 3, 1, 0}}, c.Programmes[0].Quota); diff != "" {
		t.Error(diff)
	}
	if a := c.Programmes[0].Counts.Annual; a != 4*2000 {
		t.Errorf("the entitled are given %s", a)
	}
}

func TestRankingOfAnotherSnapshotIsRefused(t *testing.T) {
	all := everything(t)
	in, other := input(t, snapshottest.Random(1, 5), all), input(t, snapshottest.Random(2, 5), all)
	in.Ranking = other.Ranking
	if _, err := compute(context.Background(), in, kernels{}, 64, sumOnly, run.Silent{}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("computed: %v", err)
	}
}

func TestAnswersHoldThirtyOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.SliceOfN(rapid.SampledFrom([]rule.Truth{rule.Unknown, rule.No, rule.Yes}), MaxAnswers, MaxAnswers).Draw(rt, "answers")
		var a Answers
		for i, v := range want {
			a = a.With(i, v)
		}
		for i, v := range want {
			if a.At(i) != v {
				rt.Fatalf("answer %d is %s, was %s", i, a.At(i), v)
			}
		}
	})
}

func TestVerdict(t *testing.T) {
	line := []programme.Line{{Annual: 1}}
	for _, c := range []struct {
		meets rule.Truth
		a     programme.Amount
		want  Outcome
	}{
		{rule.No, programme.Amount{Certain: true}, Refused},
		{rule.Unknown, programme.Amount{Certain: true}, Undetermined},
		{rule.Yes, programme.Amount{Certain: true, Lines: line}, Entitled},
		{rule.Yes, programme.Amount{Certain: false, Lines: line}, Entitled},
		{rule.Yes, programme.Amount{Certain: true}, Refused},
		{rule.Yes, programme.Amount{Certain: false}, Undetermined},
	} {
		if got := verdict(c.meets, c.a); got != c.want {
			t.Errorf("%s with %+v: %s, want %s", c.meets, c.a, got, c.want)
		}
	}
}

// truth says whether a subject receives a programme, for the exclusions of
// others: who waits does not.
func (o Outcome) truth() rule.Truth {
	switch o {
	case Entitled:
		return rule.Yes
	case Undetermined:
		return rule.Unknown
	}
	return rule.No
}

// eachRow calls fn with every outcome: by partition, then in the order of
// deciding, then by area, family and member.
func eachRow(files *Files, snap *snapshot.Snapshot, all []*programme.Programme, fn func(Row) error) error {
	for i, part := range snap.Parts {
		f, err := readIDs(snap, part)
		if err != nil {
			return err
		}
		for k, p := range all {
			if err := rowsOfPart(files, f, p, files.Content.Programmes[k].Parts[i], fn); err != nil {
				return err
			}
		}
	}
	return nil
}
