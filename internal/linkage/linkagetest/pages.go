package linkagetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/registry/registrytest"
)

func testPages(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 24)
	for i := 1; i < len(p); i++ {
		b.pair(t, backend, p[0], p[i], int32(1000*(i/3))) // ties, to be told apart by id
	}
	b.walk(t, everybody)
	byWorth := b.walk(t, linkage.Filter{ByWorth: true})
	if !slices.IsSortedFunc(byWorth, func(x, y linkage.Candidate) int { return int(y.Worth() - x.Worth()) }) {
		t.Error("what matters most is not first")
	}
	ctx := registrytest.Officer()
	for about, tc := range map[string]struct {
		filter linkage.Filter
		want   int64
	}{
		"open": {linkage.Filter{Status: linkage.Open}, 23}, "rejected": {linkage.Filter{Status: linkage.Rejected}, 0},
		"sure": {linkage.Filter{Least: .99}, 23}, "unsure": {linkage.Filter{Most: .99}, 0}, "area": {linkage.Filter{Area: "3674"}, 23},
		"another area": {linkage.Filter{Area: "31"}, 0},
	} {
		if n, err := b.Count(ctx, tc.filter); err != nil || n != tc.want {
			t.Errorf("%s: %d, %v", about, n, err)
		}
	}
}

func (b *Bench) walk(t *testing.T, f linkage.Filter) []linkage.Candidate {
	t.Helper()
	ctx := registrytest.Officer()
	whole := b.list(t, ctx, f)
	var walked []ident.ID
	var cursors []linkage.Cursor
	for c := (linkage.Cursor{}); ; {
		cursors = append(cursors, c)
		page, err := b.List(ctx, f, c, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			walked = append(walked, r.ID)
		}
		if page.Next == nil {
			for i := len(cursors) - 2; i >= 0; i-- { // and back
				if page.Prev == nil {
					t.Fatal("no way back")
				}
				if page, err = b.List(ctx, f, *page.Prev, 5); err != nil {
					t.Fatal(err)
				}
				if page.Rows[0].ID != walked[5*i] {
					t.Errorf("page %d begins otherwise on the way back", i)
				}
			}
			if page.Prev != nil {
				t.Error("there is a page before the first")
			}
			break
		}
		c = *page.Next
	}
	var want []ident.ID
	for _, r := range whole {
		want = append(want, r.ID)
	}
	if diff := cmp.Diff(want, walked); diff != "" || len(want) != 23 {
		t.Errorf("%d pairs: %s", len(want), diff)
	}
	var exported []ident.ID
	for r, err := range b.All(ctx, f) {
		if err != nil {
			t.Fatal(err)
		}
		exported = append(exported, r.ID)
	}
	if diff := cmp.Diff(want, exported); diff != "" {
		t.Error(diff)
	}
	return whole
}
