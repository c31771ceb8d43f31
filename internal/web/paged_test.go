package web_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/web"
)

// TestPagedCutsTheWholeIntoPages goes through a list page by page, forth and
// back: each row is on one page, and an address that is none leads somewhere.
func TestPagedCutsTheWholeIntoPages(t *testing.T) {
	type page struct {
		Rows       []int
		Prev, Next string
	}
	for _, tc := range []struct {
		address string
		want    page
	}{
		{"/", page{[]int{1, 2}, "", "2"}},
		{"/?setelah=2", page{[]int{3, 4}, "2", "4"}},
		{"/?setelah=4", page{[]int{5}, "4", ""}},
		{"/?sebelum=4", page{[]int{3, 4}, "2", "4"}},
		{"/?sebelum=2", page{[]int{1, 2}, "", "2"}},
		{"/?sebelum=1", page{[]int{1, 2}, "", "2"}},
		{"/?setelah=900", page{[]int{}, "5", ""}},
		{"/?setelah=-3", page{[]int{1, 2}, "", "2"}},
		{"/?setelah=x", page{[]int{1, 2}, "", "2"}},
	} {
		r := &web.Request{Request: httptest.NewRequest("GET", tc.address, nil), Actor: access.System("test")}
		l := web.Paged(r, 2, web.List[int]{Rows: []int{1, 2, 3, 4, 5}, Query: r.List()})
		if diff := cmp.Diff(tc.want, page{l.Rows, l.Prev, l.Next}); diff != "" {
			t.Errorf("%s: %s", tc.address, diff)
		}
		if *l.Total != 5 {
			t.Errorf("%s: %d in all", tc.address, *l.Total)
		}
	}
}
