package determination

import (
	"context"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingtest"
)

func trialOf(t testing.TB, in Input, area string) *Trial {
	t.Helper()
	trial, err := NewTrial(context.Background(), in, indicator.Default(), area)
	if err != nil {
		t.Fatal(err)
	}
	return trial
}

func codeOf(t testing.TB, all []*programme.Programme, code string) *programme.Programme {
	t.Helper()
	for _, p := range all {
		if p.Code == code {
			return p
		}
	}
	t.Fatalf("no programme %s", code)
	return nil
}

func changed(t testing.TB, p *programme.Programme, name string, v int64) *programme.Programme {
	t.Helper()
	q, err := p.With(map[string]int64{name: v})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A try comes to what a determination of the changed programmes comes to, for
// every programme, also one that only excludes recipients of the changed.
func TestTryIsADetermination(t *testing.T) {
	all := everything(t)
	records := snapshottest.Random(21, 400)
	in := input(t, records, all)
	in.Truth = map[ident.ID]money.Rupiah{}
	poor := int64(0) // of whom it is known
	for i, r := range records {
		switch i % 3 {
		case 0:
			in.Truth[r.Family] = 1
			poor++
		case 1:
			in.Truth[r.Family] = 1_000_000_000
		}
	}
	trial := trialOf(t, in, "")
	before := computed(t, in, kernels{}, 64)
	for name, p := range map[string]*programme.Programme{
		"nothing":     codeOf(t, all, "pkh"),
		"a threshold": changed(t, codeOf(t, all, "pkh"), "decile_max", 9),
		"an amount":   changed(t, codeOf(t, all, "pkh"), "sd", 100_000),
		"excluding":   changed(t, codeOf(t, all, "exclusive"), "least", 60),
	} {
		got, err := trial.Try(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		tried := in
		tried.Programmes = nil
		for _, x := range all {
			if x.Code == p.Code {
				x = p
			}
			tried.Programmes = append(tried.Programmes, x)
		}
		after, gained := outcomes(t, tried)
		_, had := outcomes(t, in)
		for k, x := range got.Programmes {
			want := ProgrammeChange{Code: x.Code, Persons: x.Persons, Before: before.Programmes[k].Counts, After: after.Programmes[k].Counts, Change: changeOf(had[x.Code], gained[x.Code])}
			if diff := cmp.Diff(want, x, cmpopts.IgnoreFields(ProgrammeChange{}, "Groups")); diff != "" {
				t.Errorf("%s: %s: %s", name, x.Code, diff)
			}
			groupsAddUp(t, x)
			if e, _, known := x.TrueErrors(); !x.Persons && (!known || e.Poor != poor || e.PoorReached > e.Reached) {
				t.Errorf("%s: %d truly poor of %d, reached %d", x.Code, e.Poor, poor, e.PoorReached)
			}
		}
	}
}

// changeOf compares row by row, as plainly as can be.
func changeOf(before, after []Row) Change {
	was := map[Subject]Row{}
	for _, r := range before {
		was[r.Subject] = r
	}
	var c Change
	for _, r := range after {
		a, b := r.Outcome == Entitled, was[r.Subject].Outcome == Entitled
		if b {
			c.Cost -= was[r.Subject].Annual
		}
		if a {
			c.Cost += r.Annual
		}
		switch {
		case a && !b:
			c.Winners++
		case b && !a:
			c.Losers++
		case a && r.Annual > was[r.Subject].Annual:
			c.More++
		case a && r.Annual < was[r.Subject].Annual:
			c.Less++
		}
	}
	return c
}

// groupsAddUp: every subject is in one group of each kind.
func groupsAddUp(t *testing.T, x ProgrammeChange) {
	t.Helper()
	sums := map[GroupKind]GroupChange{}
	for _, g := range x.Groups {
		s := sums[g.Kind]
		s.All, s.Before, s.After = s.All+g.All, s.Before+g.Before, s.After+g.After
		s.Winners, s.Losers, s.More, s.Less, s.Cost = s.Winners+g.Winners, s.Losers+g.Losers, s.More+g.More, s.Less+g.Less, s.Cost+g.Cost
		sums[g.Kind] = s
	}
	for _, kind := range groupKinds {
		want := GroupChange{All: x.After.Total(), Before: x.Before.Entitled, After: x.After.Entitled, Change: x.Change}
		if diff := cmp.Diff(want, sums[kind]); diff != "" {
			t.Errorf("%s by %s: %s", x.Code, kind, diff)
		}
	}
}

// In one regency a quota of the nation cannot be shared out, and its own can.
func TestTryInARegency(t *testing.T) {
	all := everything(t)
	in := input(t, snapshottest.Random(5, 300), all)
	trial := trialOf(t, in, "3674")
	c, err := trial.Try(context.Background(), changed(t, codeOf(t, all, "rst"), codeOf(t, all, "rst").Params[0].Name, codeOf(t, all, "rst").Params[0].Value))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range c.Programmes {
		q := codeOf(t, all, x.Code).Quota
		if want := q != nil && q.Codes() < 4; x.Unlimited != want { // of the nation or a province
			t.Errorf("the quota of %s is left out: %v", x.Code, x.Unlimited)
		}
		if x.After != x.Before || x.Winners+x.Losers != 0 {
			t.Errorf("%s changed by nothing: %+v", x.Code, x)
		}
	}
	if _, err := NewTrial(context.Background(), in, indicator.Default(), "99"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a trial of nowhere: %v", err)
	}
}

// A trial that is ranked anew, which keeps what does not rest on the ranking,
// comes to what one that is opened by that ranking comes to; and the one that
// it was made of stays as it was.
func TestRerankedIsAnotherTrial(t *testing.T) {
	ctx := context.Background()
	all := everything(t)
	in := input(t, snapshottest.Random(33, 500), all)
	trial := trialOf(t, in, "")
	pkh := changed(t, codeOf(t, all, "pkh"), "decile_max", 7)
	untouched, err := trial.Try(ctx, pkh)
	if err != nil {
		t.Fatal(err)
	}
	known, lines := targetingtest.Policy(t)
	model, err := known.InForce(in.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range []targeting.ModelEdit{
		{Weights: map[string]int64{"intercept": 9_000_000}}, // all alike: nobody moves
		{Remove: []string{model.Terms[0].Indicator.Code}},
	} {
		next, err := model.Edited(indicator.Default(), edit)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		c, err := targeting.Compute(ctx, in.Snapshot, targeting.Policy{Model: next, Lines: lines}, dir, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		other := in
		other.Ranking = c.In(dir)
		fresh, err := trial.TryRanked(ctx, trialOf(t, other, ""), pkh)
		if err != nil {
			t.Fatal(err)
		}
		reranked, err := trial.Reranked(ctx, c.In(dir))
		if err != nil {
			t.Fatal(err)
		}
		got, err := trial.TryRanked(ctx, reranked, pkh)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fresh, got); diff != "" {
			t.Errorf("%+v (-opened +reranked):\n%s", edit, diff)
		}
		if len(edit.Remove) > 0 && cmp.Equal(got, untouched) {
			t.Errorf("without %s nobody moves", edit.Remove)
		}
		// As a base it compares by its own deciles, whose files may be gone.
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := reranked.Try(ctx, pkh); err != nil {
			t.Error(err)
		}
	}
	again, err := trial.Try(ctx, pkh)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(untouched, again); diff != "" {
		t.Errorf("ranking anew changed the trial: %s", diff)
	}
	elsewhere := input(t, snapshottest.Random(34, 50), all)
	if _, err := trial.Reranked(ctx, elsewhere.Ranking); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("ranked by another snapshot's: %v", err)
	}
}

// BenchmarkTry tries another threshold and another amount on a regency of
// 20,000 families: go test -bench Try.
func BenchmarkTry(b *testing.B) {
	records := snapshottest.Random(1, 20_000)
	for i := range records {
		records[i].Area = "3674" + records[i].Area[4:]
	}
	in := input(b, records, everything(b))
	trial := trialOf(b, in, "3674")
	pkh := codeOf(b, in.Programmes, "pkh")
	n := int64(0)
	for b.Loop() {
		n++
		if _, err := trial.Try(context.Background(), changed(b, pkh, "decile_max", 1+n%10)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(trial.Families)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mfamilies/s")
}
