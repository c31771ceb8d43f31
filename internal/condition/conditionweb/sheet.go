package conditionweb

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/web"
)

// sheet is a page: ways on in its head, and parts below each other.
type sheet struct {
	web.Base
	Lead   string
	Badge  templ.Component
	Acts   []web.Crumb // the first is the main one where Main is set
	Main   bool
	Errors web.Errors
	Parts  []part
}

// part is a piece of a page, under a heading where it has one.
type part struct {
	Title string
	Body  []templ.Component
}

func (s *sheet) add(title string, body ...templ.Component) {
	s.Parts = append(s.Parts, part{title, body})
}

func (s *sheet) act(offered bool, href, label string) {
	if offered {
		s.Acts = append(s.Acts, web.Crumb{Label: label, Href: href})
	}
}

func newSheet(r *web.Request, title, lead string, way ...web.Crumb) sheet {
	return sheet{Base: r.Base(title).At(way...), Lead: lead}
}

func home(r *web.Request) web.Crumb {
	return web.Crumb{Label: r.T("condition.month.title"), Href: Path}
}

// form is what is sent by POST.
type form struct {
	Action string
	Upload bool
	Fields []field
	Hidden []web.Pair
	Submit string
	Also   []web.Option // other buttons, all named "lakukan"
}

// field is one place of a form.
type field struct {
	web.Field
	Options []web.Option
	Radio   bool
	Words   bool
	Accept  string
}

// ask makes a field of a name, filled with what was sent.
func ask(r *web.Request, name string, with ...func(*field)) field {
	f := field{Field: web.Field{Name: name, Label: r.T("condition.field." + name), Value: r.Text(name)}}
	for _, w := range with {
		w(&f)
	}
	return f
}

func optional(f *field) { f.Optional = true }

func short(f *field) { f.Width = web.Short }

func medium(f *field) { f.Width = web.Medium }

func lines(f *field) { f.Words = true }

func day(f *field) { f.Type, f.Width = "date", web.Short }

func hint(sentence string) func(*field) { return func(f *field) { f.Hint = sentence } }

func of(options []web.Option) func(*field) { return func(f *field) { f.Options = options } }

func radio(options []web.Option) func(*field) {
	return func(f *field) { f.Options, f.Radio = options, true }
}

func from(value string) func(*field) {
	return func(f *field) {
		if f.Value == "" {
			f.Value = value
		}
	}
}

// file is a field for a file of some kinds.
func file(accept string) func(*field) { return func(f *field) { f.Accept = accept } }

// with returns the field with its error.
func (f field) with(errs web.Errors) field {
	f.Field = errs.Field(f.Field)
	return f
}

// answer ends a form: on to the next page, or the page again with what the
// user can mend beside a field.
func answer(r *web.Request, s sheet, at string, err error, next, done string, args ...string) (web.Response, error) {
	if err == nil {
		return web.SeeOther(next, web.Done(done, args...)), nil
	}
	if !s.Errors.Take(r.Lang, at, err) {
		return nil, err
	}
	return web.Invalid(sheetPage(s)), nil
}

// rows is a list that is held whole and shown by the page.
type rows[R any] struct {
	ID      string // of the list on the page; "" is the one that the filter filters
	Name    string // of the file
	Caption string
	Columns []web.Column[R]
	All     []R
	Href    func(R) string
	Empty   string
}

const pageLength = 50

// show makes a table of the page that the address asks for.
func (l rows[R]) show(r *web.Request) templ.Component {
	q, total := r.List(), int64(len(l.All))
	list := web.List[R]{ID: l.ID, Caption: l.Caption, Columns: l.Columns, Rows: l.All, Query: q, Total: &total, Href: l.Href, Empty: l.Empty}
	if l.ID != "" {
		return web.Table(list)
	}
	at, _ := strconv.Atoi(q.After)
	if before, err := strconv.Atoi(q.Before); err == nil {
		at = before - pageLength
	}
	at = min(max(at, 0), len(l.All))
	end := min(at+pageLength, len(l.All))
	list.Rows = l.All[at:end]
	if at > 0 {
		list.Prev = strconv.Itoa(at)
	}
	if end < len(l.All) {
		list.Next = strconv.Itoa(end)
	}
	list.Files = r.MayExport()
	return web.Table(list)
}

// file answers with the list as a file where the address asks for one.
func (l rows[R]) file(r *web.Request) (web.Response, error) {
	format, wanted, err := r.Wanted()
	if err != nil || !wanted {
		return nil, err
	}
	return web.TableFile(format, l.Name, l.Columns, each(l.All)), nil
}

// page answers with a sheet that ends with the list, or with the file.
func (l rows[R]) page(r *web.Request, s sheet, filter ...field) (web.Response, error) {
	if f, err := l.file(r); f != nil || err != nil {
		return f, err
	}
	var body []templ.Component
	if len(filter) > 0 {
		body = append(body, filterPart(r.List(), filter))
	}
	s.add("", append(body, l.show(r))...)
	return web.Page(sheetPage(s)), nil
}

func each[R any](all []R) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for _, x := range all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func keep[R any](all []R, pass func(R) bool) []R {
	var kept []R
	for _, x := range all {
		if pass(x) {
			kept = append(kept, x)
		}
	}
	return kept
}

// has reports whether a text holds a part, in any case.
func has(part string, texts ...string) bool {
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

func is[T ~string](filter string, value T) bool { return filter == "" || filter == string(value) }

// col is a column of a name whose heading stands under condition.field.
func col[R any](r *web.Request, name string, kind web.Kind, value func(R) any) web.Column[R] {
	return web.Column[R]{Name: name, Label: r.T("condition.field." + name), Kind: kind, Value: value}
}

// hidden has a column stand in files only.
func hidden[R any](c web.Column[R]) web.Column[R] {
	c.Hide = true
	return c
}

// badged has a column shown as a badge.
func badged[R any](c web.Column[R], tone func(R) web.Tone) web.Column[R] {
	value := c.Value
	c.Show = func(x R) templ.Component { return web.Badge(tone(x), value(x).(string)) }
	return c
}

func at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func local(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return web.Moment(ctx, t)
}

// options makes choices of codes whose words stand under a key.
func options[T ~string](r *web.Request, key string, codes []T) []web.Option {
	all := make([]web.Option, len(codes))
	for i, c := range codes {
		all[i] = web.Option{Value: string(c), Label: r.T(key + string(c))}
	}
	return all
}
