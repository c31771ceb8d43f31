package page

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/web"
)

// Length is how many rows a page of a list shows.
const Length = 50

// Rows is a list that is held whole and shown by the page.
type Rows[R any] struct {
	ID      string // of the list on the page; "" is the one that the filter filters
	Name    string // of the file
	Caption string
	Columns []web.Column[R]
	All     []R
	Href    func(R) string
	Empty   string
}

// Show makes a table of the page that the address asks for.
func (l Rows[R]) Show(r *web.Request) templ.Component {
	q, total := r.List(), int64(len(l.All))
	at, _ := strconv.Atoi(q.After)
	if before, err := strconv.Atoi(q.Before); err == nil {
		at = before - Length
	}
	at = min(max(at, 0), len(l.All))
	end := min(at+Length, len(l.All))
	list := web.List[R]{ID: l.ID, Caption: l.Caption, Columns: l.Columns, Rows: l.All[at:end], Query: q, Total: &total, Href: l.Href, Empty: l.Empty}
	if l.ID != "" { // beside the page's own list: all of it, without files
		list.Rows = l.All
		return web.Table(list)
	}
	if at > 0 {
		list.Prev = strconv.Itoa(at)
	}
	if end < len(l.All) {
		list.Next = strconv.Itoa(end)
	}
	list.Files = r.MayExport()
	return web.Table(list)
}

// File answers with the list as a file where the address asks for one.
func (l Rows[R]) File(r *web.Request) (web.Response, error) {
	format, wanted, err := r.Wanted()
	if err != nil || !wanted {
		return nil, err
	}
	return web.TableFile(format, l.Name, l.Columns, Each(l.All)), nil
}

// Page answers with a sheet that ends with the list, or with the file.
func (l Rows[R]) Page(r *web.Request, s Sheet, filter ...Field) (web.Response, error) {
	if f, err := l.File(r); f != nil || err != nil {
		return f, err
	}
	var body []templ.Component
	if len(filter) > 0 {
		body = append(body, FilterPart(r.List(), filter))
	}
	s.Add("", append(body, l.Show(r))...)
	return web.Page(View(s)), nil
}

// Each goes through what is held whole, for a file.
func Each[R any](all []R) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for _, x := range all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// Keep returns those that pass.
func Keep[R any](all []R, pass func(R) bool) []R {
	var kept []R
	for _, x := range all {
		if pass(x) {
			kept = append(kept, x)
		}
	}
	return kept
}

// Has reports whether a text holds a part, in any case.
func Has(part string, texts ...string) bool {
	if part == "" {
		return true
	}
	for _, t := range texts {
		if strings.Contains(strings.ToLower(t), strings.ToLower(part)) {
			return true
		}
	}
	return false
}

// Is reports whether a filter says a value, or nothing.
func Is[T ~string](filter string, value T) bool { return filter == "" || filter == string(value) }

// Col is a column of a name whose heading stands under the key and the name.
func Col[R any](r *web.Request, key, name string, kind web.Kind, value func(R) any) web.Column[R] {
	return web.Column[R]{Name: name, Label: r.T(key + name), Kind: kind, Value: value}
}

// Hidden has a column stand in files only.
func Hidden[R any](c web.Column[R]) web.Column[R] {
	c.Hide = true
	return c
}

// Badged has a column shown as a badge.
func Badged[R any](c web.Column[R], tone func(R) web.Tone) web.Column[R] {
	value := c.Value
	c.Show = func(x R) templ.Component { return web.Badge(tone(x), value(x).(string)) }
	return c
}

// At is an instant of a column, nil before there was one.
func At(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// Local writes an instant, nothing before there was one.
func Local(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return web.Moment(ctx, t)
}
