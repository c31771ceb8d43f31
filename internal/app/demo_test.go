package app_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/linkage"
	"gotong/internal/run"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func demo(t *testing.T, settings map[string]string) app.Demo {
	t.Helper()
	if settings["data"] == "" {
		settings["data"] = t.TempDir()
	}
	c, err := app.LoadConfig("", nil, settings)
	if err != nil {
		t.Fatal(err)
	}
	d, err := app.RunDemo(context.Background(), app.DemoOptions{Config: c, Log: slog.New(slog.DiscardHandler), Families: 700, Seed: 11}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	d.Seconds = 0
	return d
}

// TestTheSameSeedGivesTheSameDigestsOnBothDatabases runs the whole spine
// twice on SQLite and once on PostgreSQL.
func TestTheSameSeedGivesTheSameDigestsOnBothDatabases(t *testing.T) {
	first := demo(t, map[string]string{})
	if diff := cmp.Diff(first, demo(t, map[string]string{})); diff != "" {
		t.Errorf("two runs on SQLite differ:\n%s", diff)
	}
	if diff := cmp.Diff(first, demo(t, map[string]string{"db": dbtest.PostgresURL(t)})); diff != "" {
		t.Errorf("SQLite and PostgreSQL differ:\n%s", diff)
	}
}

// TestTheSpineHoldsTogether checks what must be true of any district.
func TestTheSpineHoldsTogether(t *testing.T) {
	dir := t.TempDir()
	d := demo(t, map[string]string{"data": dir})
	if d.Families != 700 || d.Persons < 1400 {
		t.Errorf("%d families, %d persons", d.Families, d.Persons)
	}
	var ranked int64
	for _, n := range d.Deciles {
		ranked += n
	}
	if len(d.Deciles) != 10 || ranked == 0 || ranked+d.Unranked > d.Families {
		t.Errorf("deciles %v, unranked %d", d.Deciles, d.Unranked)
	}
	if d.Entitled+d.Waitlisted+d.Refused+d.Undetermined != d.Determined || d.Entitled == 0 || d.Undetermined == 0 {
		t.Errorf("outcomes do not add up: %+v", d)
	}
	if d.Ordered != d.Credited+d.Returned+d.Outstanding || d.Credited == 0 || d.Unexplained != 0 {
		t.Errorf("money does not add up: %+v", d)
	}
	if !d.LedgerBalanced || !d.GoodsBalanced || !d.LogVerified || !d.Rechecked {
		t.Errorf("not proved: %+v", d)
	}
	if d.DuplicatesPlanted == 0 || d.DuplicatesFound*10 < d.DuplicatesPlanted*9 || d.DuplicatesFalse*20 > d.DuplicatesFound {
		t.Errorf("of %d duplicates %d were found, %d wrongly", d.DuplicatesPlanted, d.DuplicatesFound, d.DuplicatesFalse)
	}
	c, err := app.LoadConfig("", nil, map[string]string{"data": dir})
	if err != nil {
		t.Fatal(err)
	}
	desk(t, c)
	_, err = app.RunDemo(context.Background(), app.DemoOptions{Config: c, Log: slog.New(slog.DiscardHandler), Families: 10}, run.Silent{})
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("a second demo on the same folder: %v", err)
	}
}

// desk checks that the desk of duplicates knows what people get: what was
// enacted after the search is what hangs on the pairs that wait.
func desk(t *testing.T, c app.Config) {
	t.Helper()
	a, err := app.Open(context.Background(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx := access.With(context.Background(), access.System("test"))
	page, err := a.Linkage.List(ctx, linkage.Filter{Status: linkage.Open, ByWorth: true}, linkage.Cursor{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Rows) == 0 || page.Rows[0].AtStake() == 0 {
		t.Errorf("of %d pairs nothing hangs on the first", len(page.Rows))
	}
	if n, err := a.Linkage.Value(ctx); err != nil || n != 0 {
		t.Errorf("what hangs on %d pairs was not up to date: %v", n, err)
	}
}
