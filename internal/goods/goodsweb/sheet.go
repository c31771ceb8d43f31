package goodsweb

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/web"
)

// sheet is a page: acts in its head, and parts below each other.
type sheet struct {
	web.Base
	Lead   string
	Badge  templ.Component // beside the title; nil for none
	Acts   []link
	Tabs   []web.Tab
	Errors web.Errors
	Parts  []part
}

// link is a way on from a page.
type link struct {
	Href, Label string
	Main        bool
}

// part is a piece of a page, under a heading where it has one.
type part struct {
	Title string
	Body  []templ.Component
}

func (s *sheet) add(title string, body ...templ.Component) {
	s.Parts = append(s.Parts, part{title, body})
}

// act offers a way on to whoever may take it.
func (s *sheet) act(may bool, href, label string) {
	if may {
		s.Acts = append(s.Acts, link{Href: href, Label: label})
	}
}

// form is what is sent by POST.
type form struct {
	Action string
	Upload bool
	Fields []field
	Hidden []web.Pair
	Submit string
	Danger bool
	Also   []also
	Cancel string
}

// also is another button of a form.
type also struct{ Name, Value, Label string }

// widget is how a field is filled in.
type widget uint8

const (
	line widget = iota
	text
	choice
	radios
	tick
	file
)

// field is one place of a form.
type field struct {
	web.Field
	Widget  widget
	Options []web.Option
	Accept  string
}

// ask makes a field of a name, filled with what was sent.
func ask(r *web.Request, name string, with ...func(*field)) field {
	f := field{Field: web.Field{Name: name, Label: r.T("goods.field." + name), Value: r.Text(name)}}
	for _, w := range with {
		w(&f)
	}
	return f
}

func optional(f *field) { f.Optional = true }

func short(f *field) { f.Width = web.Short }

func medium(f *field) { f.Width = web.Medium }

func number(f *field) { f.InputMode, f.Width = "numeric", web.Short }

func rupiah(f *field) { f.InputMode, f.Width, f.Prefix = "numeric", web.Medium, "Rp" }

func day(f *field) { f.Type, f.Width = "date", web.Short }

func words(f *field) { f.Widget = text }

func ticked(f *field) { f.Widget = tick }

func hint(sentence string) func(*field) { return func(f *field) { f.Hint = sentence } }

func called(label string) func(*field) { return func(f *field) { f.Label = label } }

// from fills a field that nothing was sent for.
func from(value string) func(*field) {
	return func(f *field) {
		if f.Value == "" {
			f.Value = value
		}
	}
}

func of(options []web.Option) func(*field) {
	return func(f *field) { f.Widget, f.Options = choice, options }
}

func out(options []web.Option) func(*field) {
	return func(f *field) { f.Widget, f.Options = radios, options }
}

// picture is a field for a photo; a telephone opens its camera for it.
func picture(f *field) {
	f.Widget, f.Accept, f.Optional = file, "image/jpeg,image/png", true
	f.Attrs = templ.Attributes{"capture": "environment"}
}

// drawn lets a signature be drawn on the screen where there is script; without
// it, the field takes a photo of one.
func drawn(r *web.Request) func(*field) {
	return func(f *field) {
		f.Attrs["data-sign"], f.Attrs["data-sign-clear"] = r.T("goods.handover.sign"), r.T("goods.handover.sign_clear")
	}
}

// options makes choices of codes whose words stand under a key.
func options[T ~string](r *web.Request, key string, codes []T) []web.Option {
	all := make([]web.Option, len(codes))
	for i, c := range codes {
		all[i] = web.Option{Value: string(c), Label: r.T(key + string(c))}
	}
	return all
}

// once is the hidden value that makes a form happen once, however often it
// is sent.
func (h *Handlers) once(r *web.Request) web.Pair {
	key := r.Text("kunci")
	if key == "" {
		key = h.Service.IDs.New().String()
	}
	return web.Pair{Term: "kunci", Value: key}
}

// answer ends a form: on to the next page, or the page again with what the
// user can mend beside a field.
func answer(r *web.Request, s sheet, f form, at string, err error, next, done string, args ...string) (web.Response, error) {
	if err == nil {
		return web.SeeOther(next, web.Done(done, args...)), nil
	}
	if !s.Errors.Take(r.Lang, at, err) {
		return nil, err
	}
	return again(s, f), nil
}

// again shows a form with what is wrong.
func again(s sheet, f form) web.Response {
	s.Parts = slices.Insert(s.Parts, len(s.Parts), part{"", []templ.Component{formPart(f, s.Errors)}})
	return web.Invalid(sheetPage(s))
}

// shown shows a form for the first time.
func shown(s sheet, f form) web.Response {
	s.add("", formPart(f, s.Errors))
	return web.Page(sheetPage(s))
}

// read collects what is wrong with a form's values while it reads them.
type read struct {
	r      *web.Request
	errors *web.Errors
	failed error // one that is not the user's
}

func (x *read) take(name string, err error) {
	if err != nil && !x.errors.Take(x.r.Lang, name, err) && x.failed == nil {
		x.failed = err
	}
}

func (x *read) day(name string) civil.Date {
	d, err := x.r.Day(name)
	x.take(name, err)
	return d
}

func (x *read) rupiah(name string) money.Rupiah {
	m, err := x.r.Rupiah(name)
	x.take(name, err)
	return m
}

func (x *read) id(name string) ident.ID {
	id, err := ident.Parse(x.r.Text(name))
	if err != nil {
		x.errors.Add(name, x.r.T("goods.choose_one"))
	}
	return id
}

func (x *read) number(name string) int64 {
	n, err := strconv.ParseInt(x.r.Text(name), 10, 64)
	if err != nil {
		x.errors.Add(name, x.r.T("goods.bad_quantity"))
	}
	return n
}

// ok reports whether all could be read.
func (x *read) ok() bool { return x.failed == nil && !x.errors.Any() }

// with returns the field with its error.
func (f field) with(errs web.Errors) field {
	f.Field = errs.Field(f.Field)
	return f
}

// pressing is a small form of one button.
type pressing struct {
	Action, Label string
	About         string // read by screen readers, to tell buttons apart
	Hidden        []web.Pair
}
