// Package insighttest fixes the meaning of insight's stores.
package insighttest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/insight"
	"gotong/internal/work"
)

// As returns a context in which a planner of some areas acts.
func As(scope access.Scope) context.Context {
	return access.With(context.Background(), access.Actor{Login: "rudi", Roles: []access.Role{access.Planner}, Scope: scope})
}

func figure(area, split string, n int64) insight.Figure {
	return insight.Figure{Area: area, Measure: insight.Families, Split: split, Count: n, Amount: 10 * n}
}

// Store fixes the meaning of insight.Store's figures and sources, on an
// empty one.
func Store(t *testing.T, unit work.Unit, s insight.Store) {
	t.Helper()
	all := []insight.Figure{
		figure("", "active", 9), figure("31", "active", 5), figure("3172", "active", 5), figure("317204", "active", 5),
		figure("3172041004", "active", 2), figure("3172041004", "moved", 1), figure("3172041005", "active", 3),
		figure("36", "active", 4), figure("3674", "active", 4),
	}
	source := insight.Source{Measure: insight.Families, Area: "3172", Name: "model", AsOf: civil.MustParse("2025-03-01"), ComputedAt: time.UnixMilli(1_700_000_000_123).UTC()}
	replace := func(m insight.Measure, figures []insight.Figure, sources ...insight.Source) {
		t.Helper()
		ctx := access.With(context.Background(), access.System("insight"))
		if err := unit.Write(ctx, func(ctx context.Context) error { return s.Replace(ctx, m, figures, sources) }); err != nil {
			t.Fatal(err)
		}
	}
	replace(insight.Families, []insight.Figure{figure("51", "active", 1)}, insight.Source{Measure: insight.Families})
	replace(insight.Persons, []insight.Figure{{Area: "3172041004", Measure: insight.Persons, Split: "active", Count: 8}})
	replace(insight.Families, all, source)

	ask := func(scope access.Scope, what string, f func(ctx context.Context) ([]insight.Figure, error), want ...insight.Figure) {
		t.Helper()
		err := unit.Read(As(scope), func(ctx context.Context) error {
			got, err := f(ctx)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s as %s: %v %s", what, scope, err, diff)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	figures := func(areas ...string) func(ctx context.Context) ([]insight.Figure, error) {
		return func(ctx context.Context) ([]insight.Figure, error) { return s.Figures(ctx, areas) }
	}
	below := func(parent string) func(ctx context.Context) ([]insight.Figure, error) {
		return func(ctx context.Context) ([]insight.Figure, error) { return s.Below(ctx, parent) }
	}
	regencies := func(ctx context.Context) ([]insight.Figure, error) { return s.Regencies(ctx, insight.Families) }
	persons := insight.Figure{Area: "3172041004", Measure: insight.Persons, Split: "active", Count: 8}

	nation, cilincing := access.Nation(), access.Areas("317204")
	ask(nation, "the nation", figures(""), all[0])
	ask(nation, "a village", figures("3172041004"), all[4], all[5], persons)
	ask(nation, "two areas", figures("3172041005", "3674"), all[6], all[8])
	ask(nation, "an area that is gone", figures("51"))
	ask(nation, "provinces", below(""), all[1], all[7])
	ask(nation, "villages", below("317204"), all[4], all[5], all[6], persons)
	ask(nation, "below a village", below("3172041004"))
	ask(nation, "regencies", regencies, all[2], all[8])
	ask(cilincing, "an own area", figures("317204"), all[3])
	ask(cilincing, "the area above", figures("3172"))
	ask(cilincing, "the nation", figures(""))
	ask(cilincing, "somebody else's area", figures("3674"))
	ask(cilincing, "what lies above, from above", below("31"))
	ask(access.Areas("3172041004"), "own villages", below("317204"), all[4], all[5], persons)
	ask(cilincing, "regencies", regencies)

	err := unit.Read(As(cilincing), func(ctx context.Context) error {
		got, err := s.Sources(ctx)
		if diff := cmp.Diff([]insight.Source{source}, got); err != nil || diff != "" {
			t.Errorf("sources: %v %s", err, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
