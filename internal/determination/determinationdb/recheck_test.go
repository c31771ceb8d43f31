package determinationdb_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/rule"
	"gotong/internal/rule/ruledb"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
)

// Each reader comes to the same digest by itself, and the report says who did.
func TestRecheckByReader(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d, snapshottest.Random(11, 300))
		h := w.Determined(t)
		for _, tc := range []struct{ by, want []determination.Reader }{
			{nil, []determination.Reader{"interpreter", "sql", "kernel"}},
			{[]determination.Reader{"sql"}, []determination.Reader{"sql", "kernel"}},
			{[]determination.Reader{"interpreter"}, []determination.Reader{"interpreter", "kernel"}},
		} {
			r, err := w.Determinations.Recheck(system, h.ID, tc.by, run.Silent{})
			if err != nil || !r.Verified() || r.Computed != h.Digest || r.Families != 300 || r.Rows == 0 {
				t.Fatalf("%v: %+v, %v", tc.by, r, err)
			}
			if d := gocmp.Diff(tc.want, r.Readers); d != "" {
				t.Error(d)
			}
		}
		if _, err := w.Determinations.Recheck(system, h.ID, []determination.Reader{"oracle"}, run.Silent{}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("an unknown reader: %v", err)
		}
	})
}

// liar changes what the database says of one rule.
type liar struct {
	determination.Asker
	about string
}

func (l liar) Ask(ctx context.Context, b *column.Batch, rules []*rule.Rule) ([]rule.Values, error) {
	values, err := l.Asker.Ask(ctx, b, rules)
	for i, r := range rules {
		if !strings.Contains(r.Text(), l.about) {
			continue
		}
		row := 7
		if v := values[i]; v.Column != nil {
			v.Column.Set(row, v.Column.Values[row]+1)
		} else if v.Truths.Yes.Get(row) {
			v.Truths.Yes.Clear(row)
		} else {
			v.Truths.Yes.Set(row)
			v.Truths.Known.Set(row)
		}
	}
	return values, err
}

// A reader that differs in one answer of one family is found out, and the
// family, the clause and both values are named.
func TestRecheckNamesWhatDiffers(t *testing.T) {
	d := dbtest.SQLite(t)
	s := stores(d)
	s.Rules = liar{ruledb.NewReader(d), "family.decile <= params.decile_max"}
	w := determinationtest.NewWorld(t, s, snapshottest.Random(12, 100))
	h := w.Determined(t)
	r, err := w.Determinations.Recheck(system, h.ID, nil, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Computed == r.Digest || r.Verified() {
		t.Fatalf("not found out: %+v", r)
	}
	var families []string
	for _, p := range r.Problems {
		words := i18n.Error(i18n.EN, p)
		if !strings.HasPrefix(words, "Reader sql: in ") || !strings.Contains(words, `clause "decile"`) {
			t.Error(words)
		}
		if strings.Contains(words, "in pkh, ") {
			families = append(families, words[strings.Index(words, "family ")+7:][:36])
		}
	}
	slices.Sort(families)
	if d := gocmp.Diff(eighths(w.Records), families); d != "" {
		t.Errorf("not the families that were lied about: %s", d)
	}
}

// eighths returns the eighth family of each regency.
func eighths(records []snapshot.Record) []string {
	var ids []string
	n := map[string]int{}
	inOrder := slices.SortedFunc(slices.Values(records), func(a, b snapshot.Record) int {
		return cmp.Or(strings.Compare(a.Area, b.Area), slices.Compare(a.Family[:], b.Family[:]))
	})
	for _, r := range inOrder {
		if n[r.Area[:4]]++; n[r.Area[:4]] == 8 {
			ids = append(ids, r.Family.String())
		}
	}
	slices.Sort(ids)
	return ids
}

// The day asked about chooses the versions, and a recheck keeps to it.
func TestDetermineByDay(t *testing.T) {
	w := world(t, dbtest.SQLite(t), snapshottest.Random(13, 60))
	args := w.Ranked(t)
	digests := map[string]string{}
	for day, want := range map[string]string{"2024-12-31": "2021-01-01", "2025-01-01": "2025-01-01"} {
		args.AsOf = civil.MustParse(day)
		h, err := w.Determinations.Run(system, args, false, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := h.Content.Result("pkh"); !ok || r.Version != want {
			t.Errorf("%s: version %s, want %s", day, r.Version, want)
		}
		r, err := w.Determinations.Recheck(system, h.ID, nil, run.Silent{})
		if err != nil || !r.Verified() {
			t.Errorf("%s: %v, %v", day, r.Problems, err)
		}
		digests[h.Digest] = day
	}
	if len(digests) != 2 {
		t.Errorf("two days, one digest: %v", digests)
	}
}
