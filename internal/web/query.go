package web

import (
	"net/url"
	"slices"
	"strings"
)

// Query is what the address of a list says: its filters, order and page.
// The address is the whole state of a list, so that it can be saved, sent
// and opened again.
type Query struct {
	Path   string
	Values url.Values // all of the address's query, filters included
	Sort   string     // name of the column; one of those that were allowed
	Desc   bool
	After  string // cursor: the page that begins after it; "" is the first
	Before string // cursor: the page that ends before it
}

// Names in the address that are no filters.
const (
	sortParam   = "urut"
	afterParam  = "setelah"
	beforeParam = "sebelum"
	formatParam = "berkas"
)

// List reads the address of a list. sorts are the columns that it can be
// ordered by; the first is the order when the address says none, and may
// begin with "-" for the reverse.
func (r *Request) List(sorts ...string) Query {
	v := r.URL.Query()
	for _, preference := range []string{"lang", "tampilan"} { // in the cookie by now
		v.Del(preference)
	}
	q := Query{Path: r.URL.Path, Values: v, After: v.Get(afterParam), Before: v.Get(beforeParam)}
	column, desc := strings.CutPrefix(v.Get(sortParam), "-")
	allowed := func(s string) bool { return strings.TrimPrefix(s, "-") == column }
	switch {
	case slices.ContainsFunc(sorts, allowed) && column != "":
		q.Sort, q.Desc = strings.Clone(column), desc
	case len(sorts) > 0:
		q.Sort, q.Desc = strings.CutPrefix(sorts[0], "-")
	}
	return q
}

// Text returns the filter of a name, without surrounding blanks.
func (q Query) Text(name string) string { return strings.TrimSpace(q.Values.Get(name)) }

// Filtered reports whether any filter is set.
func (q Query) Filtered() bool {
	for name, values := range q.Values {
		switch name {
		case sortParam, afterParam, beforeParam, formatParam:
			continue
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" }) {
			return true
		}
	}
	return false
}

// with returns the list's address with some values changed, back on the
// first page; an empty value is taken out.
func (q Query) with(pairs ...string) string {
	v := url.Values{}
	for name, values := range q.Values {
		if name == afterParam || name == beforeParam || name == formatParam {
			continue
		}
		for _, value := range values {
			if value != "" {
				v.Add(name, value)
			}
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Del(pairs[i])
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return q.Path
	}
	return q.Path + "?" + v.Encode()
}

// With returns the list's address with a filter changed.
func (q Query) With(name, value string) string { return q.with(name, value) }

// sortedBy returns the address that orders by a column: the other way round
// when it is the order already.
func (q Query) sortedBy(column string) string {
	if q.Sort == column && !q.Desc {
		column = "-" + column
	}
	return q.with(sortParam, column)
}

// order returns aria-sort of a column's heading.
func (q Query) order(column string) string {
	switch {
	case q.Sort != column:
		return "none"
	case q.Desc:
		return "descending"
	default:
		return "ascending"
	}
}
