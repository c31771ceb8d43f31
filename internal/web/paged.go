package web

import (
	"slices"
	"strconv"
)

// Paged cuts the page of so many rows that the address asks for out of a list
// whose rows are held whole, and offers all of them as a file. The address
// counts rows.
func Paged[R any](r *Request, length int, l List[R]) List[R] {
	at, _ := strconv.Atoi(l.Query.After)
	if before, err := strconv.Atoi(l.Query.Before); err == nil {
		at = before - length
	}
	return cut(r, l, min(max(at, 0), len(l.Rows)), length, strconv.Itoa, strconv.Itoa)
}

// PagedBy is Paged for a list that rows come into between two looks. The
// address names the row that the page begins after or ends before, by its key;
// one that is not there any longer, or is the last, leads to the first page.
func PagedBy[R any](r *Request, length int, key func(R) string, l List[R]) List[R] {
	all := l.Rows
	place := func(cursor string) (int, bool) {
		i := slices.IndexFunc(all, func(x R) bool { return key(x) == cursor })
		return i, i >= 0
	}
	at := 0
	if i, there := place(l.Query.After); there && i+1 < len(all) {
		at = i + 1
	} else if i, there := place(l.Query.Before); there {
		at = max(0, i-length)
	}
	return cut(r, l, at, length, func(i int) string { return key(all[i]) }, func(i int) string { return key(all[i-1]) })
}

// cut takes the rows from at out of a list. before and after name the place in
// front of row i for the pages that end and begin there.
func cut[R any](r *Request, l List[R], at, length int, before, after func(i int) string) List[R] {
	total, end := int64(len(l.Rows)), min(at+length, len(l.Rows))
	if at > 0 {
		l.Prev = before(at)
	}
	if end < len(l.Rows) {
		l.Next = after(end)
	}
	l.Rows, l.Total, l.Files = l.Rows[at:end], &total, r.MayExport()
	return l
}
