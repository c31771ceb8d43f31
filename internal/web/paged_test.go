package web_test

import (
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/web"
)

// TestPagedByKeepsItsPlace turns pages while rows come in and go: no row that
// stays is left out or shown again.
func TestPagedByKeepsItsPlace(t *testing.T) {
	type page struct {
		Rows       []string
		Prev, Next string
	}
	for _, tc := range []struct {
		rows    []string
		address string
		want    page
	}{
		{[]string{"e", "d", "c", "b", "a"}, "/", page{[]string{"e", "d"}, "", "d"}},
		{[]string{"g", "f", "e", "d", "c", "b", "a"}, "/?setelah=d", page{[]string{"c", "b"}, "c", "b"}}, // two came in
		{[]string{"g", "f", "e", "d", "c", "b", "a"}, "/?sebelum=c", page{[]string{"e", "d"}, "e", "d"}},
		{[]string{"g", "f", "e", "d", "c", "b", "a"}, "/?sebelum=f", page{[]string{"g", "f"}, "", "f"}},
		{[]string{"e", "c"}, "/?setelah=d", page{[]string{"e", "c"}, "", ""}},      // it is gone
		{[]string{"e", "d"}, "/?setelah=d", page{[]string{"e", "d"}, "", ""}},      // nothing is behind it
		{[]string{"e", "d", "c"}, "/?setelah=", page{[]string{"e", "d"}, "", "d"}}, // named nothing
		{nil, "/?sebelum=x", page{nil, "", ""}},
	} {
		r := &web.Request{Request: httptest.NewRequest("GET", tc.address, nil), Actor: access.System("test")}
		l := web.PagedBy(r, 2, func(s string) string { return s }, web.List[string]{Rows: tc.rows, Query: r.List()})
		if diff := cmp.Diff(tc.want, page{l.Rows, l.Prev, l.Next}); diff != "" {
			t.Errorf("%v at %s: %s", tc.rows, tc.address, diff)
		}
		if *l.Total != int64(len(tc.rows)) {
			t.Errorf("%s: %d in all", tc.address, *l.Total)
		}
	}
}

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

// TestPagesMeet turns all pages forth and back: each row is on one, in order.
func TestPagesMeet(t *testing.T) {
	all := make([]string, 120)
	for i := range all {
		all[i] = strconv.Itoa(i)
	}
	at := func(address string) web.List[string] {
		r := &web.Request{Request: httptest.NewRequest("GET", address, nil), Actor: access.System("test")}
		return web.PagedBy(r, 50, func(s string) string { return s }, web.List[string]{Rows: all, Query: r.List()})
	}
	var forth, back []string
	for l := at("/"); ; l = at("/?setelah=" + l.Next) {
		forth = append(forth, l.Rows...)
		if l.Next == "" {
			back = l.Rows
			for l.Prev != "" {
				l = at("/?sebelum=" + l.Prev)
				back = append(slices.Clone(l.Rows), back...)
			}
			break
		}
	}
	if diff := cmp.Diff(all, forth); diff != "" {
		t.Errorf("forth: %s", diff)
	}
	if diff := cmp.Diff(all, back); diff != "" {
		t.Errorf("back: %s", diff)
	}
}
